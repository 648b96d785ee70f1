//! The rows of a section, small enough to hold, and their totals.

use std::collections::BTreeMap;
use std::io;

use crate::model::currency::Currency;
use crate::model::money::Sum;
use crate::output::table::{Cell, Column, RowSink, Rows, Table};

use crate::cli::columns;

/// The rows of a section and their totals.
pub(super) struct Sheet<'l> {
    columns: Vec<Column>,
    pub(super) rows: Vec<Vec<Cell<'l>>>,
    currency: Option<usize>,
    totals: Totals,
}

struct Totals(Vec<Vec<Cell<'static>>>);

impl<'l> Sheet<'l> {
    /// Rows with a total of some columns for each currency.
    pub(super) fn of(columns: Vec<Column>, rows: Vec<Vec<Cell<'l>>>, summed: &[usize]) -> io::Result<Self> {
        let currency = columns.iter().position(|column| *column == columns::CURRENCY);
        let mut sums: BTreeMap<Currency, Vec<Option<Sum>>> = BTreeMap::new();
        for cells in &rows {
            let Some(Cell::Currency(currency)) = currency.map(|at| cells[at]) else { continue };
            let sums = sums.entry(currency).or_insert_with(|| vec![None; columns.len()]);
            for at in summed {
                if let Cell::Amount(amount) = cells[*at] {
                    sums[*at].get_or_insert_default().add(amount).map_err(io::Error::other)?;
                }
            }
        }
        let total = |(code, sums): (Currency, Vec<Option<Sum>>)| -> io::Result<Vec<Cell<'static>>> {
            let values = sums.into_iter().enumerate().map(|(at, sum)| {
                let value = sum.map(Sum::value).transpose().map_err(io::Error::other)?;
                Ok(if Some(at) == currency { Cell::Currency(code) } else { Cell::or_empty(value, Cell::Amount) })
            });
            values.collect()
        };
        let totals =
            if summed.is_empty() { Vec::new() } else { sums.into_iter().map(total).collect::<io::Result<_>>()? };
        Ok(Self { columns, rows, currency, totals: Totals(totals) })
    }

    pub(super) fn table(&self) -> Table<'_> {
        Table {
            columns: self.columns.clone(),
            rows: self,
            currency: self.currency,
            totals: Some(&self.totals),
            footnotes: Vec::new(),
        }
    }
}

impl Rows for Sheet<'_> {
    fn parts(&self) -> usize {
        1
    }

    fn part(&self, _: usize, sink: &mut RowSink<'_>) -> io::Result<()> {
        self.rows.iter().try_for_each(|row| sink(row))
    }
}

impl Rows for Totals {
    fn parts(&self) -> usize {
        1
    }

    fn part(&self, _: usize, sink: &mut RowSink<'_>) -> io::Result<()> {
        self.0.iter().try_for_each(|row| sink(row))
    }
}

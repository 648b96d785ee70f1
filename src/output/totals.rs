//! Totals, summed while a format walks the rows anyway.
//!
//! Invariant: no sum crosses currencies, and only columns that add up are summed.

use std::collections::BTreeMap;
use std::io;

use crate::model::currency::Currency;
use crate::model::money::Sum;

use super::table::{Cell, Table, Totals};

/// The sums of a table so far, in each currency; empty where no row has an amount.
pub(super) struct RunningTotals<'t, 'a> {
    table: &'t Table<'a>,
    sums: BTreeMap<Currency, Vec<Option<Sum>>>,
}

impl<'t, 'a> RunningTotals<'t, 'a> {
    pub(super) fn new(table: &'t Table<'a>) -> Self {
        Self { table, sums: BTreeMap::new() }
    }

    /// Adds a row.
    pub(super) fn add(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        let (Totals::Sums, Some(currency)) = (&self.table.totals, self.table.currency_of(cells)) else { return Ok(()) };
        let sums = self.sums.entry(currency).or_insert_with(|| vec![None; cells.len()]);
        for ((sum, cell), column) in sums.iter_mut().zip(cells).zip(&self.table.columns) {
            if let (Cell::Amount(amount), true) = (cell, column.adds_up) {
                sum.get_or_insert_default().add(*amount).map_err(io::Error::other)?;
            }
        }
        Ok(())
    }

    /// The rows of totals.
    pub(super) fn finish(self) -> io::Result<Vec<Vec<Cell<'a>>>> {
        if let Totals::Known(rows) = &self.table.totals {
            return Ok(rows.clone());
        }
        let currency_column = self.table.currency_column();
        let row = |(currency, sums): (Currency, Vec<Option<Sum>>)| {
            let cell = |(at, sum): (usize, Option<Sum>)| match sum.map(Sum::value).transpose() {
                _ if Some(at) == currency_column => Ok(Cell::Currency(currency)),
                Ok(sum) => Ok(Cell::or_empty(sum, Cell::Amount)),
                Err(overflow) => Err(io::Error::other(overflow)),
            };
            sums.into_iter().enumerate().map(cell).collect()
        };
        self.sums.into_iter().map(row).collect()
    }
}

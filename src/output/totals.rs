//! Totals, summed while a format walks the rows anyway.
//!
//! Invariant: no sum crosses currencies, and only columns that add up are summed.

use std::collections::BTreeMap;
use std::io;

use crate::model::{Currency, Sum};

use super::table::{Cell, Column, Table, Totals, currency_at};

/// Sums of the columns of a table that add up, in each currency; none where a table's rows name no currency.
pub(super) struct Sums {
    columns: Vec<Column>,
    /// Where the column that names the currency of a row's amounts stands.
    currency: Option<usize>,
    sums: BTreeMap<Currency, Vec<Option<Sum>>>,
}

impl Sums {
    pub(super) fn new(table: &Table<'_>) -> Self {
        Self { columns: table.columns.clone(), currency: table.currency, sums: BTreeMap::new() }
    }

    /// Those for the totals of a table, which sum up nothing where it has others or none.
    pub(super) fn for_totals(table: &Table<'_>) -> Self {
        let columns = if matches!(table.totals, Totals::Sums) { table.columns.clone() } else { Vec::new() };
        Self { columns, ..Self::new(table) }
    }

    pub(super) fn currency_of(&self, cells: &[Cell<'_>]) -> Option<Currency> {
        currency_at(self.currency, cells)
    }

    pub(super) fn add(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        let Some(currency) = self.currency_of(cells) else { return Ok(()) };
        let sums = self.sums.entry(currency).or_insert_with(|| vec![None; cells.len()]);
        for ((sum, cell), column) in sums.iter_mut().zip(cells).zip(&self.columns) {
            if let (Cell::Amount(amount), true) = (cell, column.adds_up) {
                sum.get_or_insert_default().add(*amount).map_err(io::Error::other)?;
            }
        }
        Ok(())
    }

    /// The row of the sums in a currency.
    pub(super) fn row<'a>(&self, currency: Option<Currency>) -> io::Result<Vec<Cell<'a>>> {
        let sums = currency.and_then(|currency| self.sums.get(&currency));
        let cell = |at: usize| match (currency, sums.and_then(|sums| sums[at])) {
            (Some(currency), _) if Some(at) == self.currency => Ok(Cell::Currency(currency)),
            (_, Some(sum)) => sum.value().map(Cell::Amount).map_err(io::Error::other),
            _ => Ok(Cell::Empty),
        };
        (0..self.columns.len()).map(cell).collect()
    }

    /// The rows of totals of the table that all rows added were of.
    pub(super) fn totals<'a>(&self, table: &Table<'a>) -> io::Result<Vec<Vec<Cell<'a>>>> {
        match &table.totals {
            Totals::None => Ok(Vec::new()),
            Totals::Sums => self.sums.keys().map(|currency| self.row(Some(*currency))).collect(),
            Totals::Known(rows) => Ok(rows.clone()),
        }
    }
}

//! Totals, summed while a format walks the rows anyway.
//!
//! Invariant: no sum crosses currencies, and only columns that add up are summed.

use std::collections::BTreeMap;
use std::io;

use crate::model::{Currency, Sum};

use super::table::{Cell, Column, Table, Totals};

/// Sums of the columns of a table that add up, in each currency; none where a table's rows name no currency.
pub(super) struct Sums {
    columns: Vec<Column>,
    /// Where the column that names the currency of a row's amounts stands.
    currency: Option<usize>,
    sums: BTreeMap<Currency, Vec<Option<Sum>>>,
}

impl Sums {
    pub(super) fn new(table: &Table<'_>) -> Self {
        Self { columns: table.columns.clone(), currency: table.currency_column(), sums: BTreeMap::new() }
    }

    /// The currency of a row's amounts.
    pub(super) fn currency_of(&self, cells: &[Cell<'_>]) -> Option<Currency> {
        match cells.get(self.currency?) {
            Some(Cell::Currency(currency)) => Some(*currency),
            _ => None,
        }
    }

    /// Adds a row.
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

    fn currencies(&self) -> impl Iterator<Item = Currency> {
        self.sums.keys().copied()
    }
}

/// The totals of a table so far; empty where no row has an amount.
pub(super) struct RunningTotals<'t, 'a> {
    table: &'t Table<'a>,
    sums: Sums,
}

impl<'t, 'a> RunningTotals<'t, 'a> {
    pub(super) fn new(table: &'t Table<'a>) -> Self {
        Self { table, sums: Sums::new(table) }
    }

    /// Adds a row.
    pub(super) fn add(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        match self.table.totals {
            Totals::Sums => self.sums.add(cells),
            Totals::None | Totals::Known(_) => Ok(()),
        }
    }

    /// The rows of totals.
    pub(super) fn finish(self) -> io::Result<Vec<Vec<Cell<'a>>>> {
        match &self.table.totals {
            Totals::Known(rows) => Ok(rows.clone()),
            Totals::None | Totals::Sums => {
                self.sums.currencies().map(|currency| self.sums.row(Some(currency))).collect()
            }
        }
    }
}

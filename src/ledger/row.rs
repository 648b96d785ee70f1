//! Rows of the report as the ledger holds them.

use rust_decimal::Decimal;

use crate::model::{Key, Month, Place, Row, Status, report};

use super::tables::Tables;

/// A row of a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowRef {
    /// The part of the ledger that its key is in.
    pub(super) part: u32,
    pub(super) row: Row,
}

/// What the rows of one part refer to.
#[derive(Clone, Copy, Debug)]
pub(super) struct PartRows<'l> {
    pub(super) tables: &'l Tables,
    /// The number of the part.
    pub(super) part: u32,
    pub(super) keys: &'l [Key],
}

impl<'l> PartRows<'l> {
    pub(super) fn reference(self, row: Row) -> RowRef {
        RowRef { part: self.part, row }
    }

    pub(super) fn key(self, row: &Row) -> &'l Key {
        &self.keys[row.key as usize]
    }

    pub(super) fn place(self, row: &Row) -> Place {
        self.tables.place(row)
    }

    #[inline]
    pub(super) fn month(self, row: &Row) -> Month {
        self.tables.month(row)
    }

    pub(super) fn status(self, row: &Row) -> &'l Status {
        self.tables.status(row)
    }

    pub(super) fn credit_amount(self, row: &Row) -> Decimal {
        report::amount(row.credit_amount, row.scales.credit(), &self.tables.large_amounts)
    }

    pub(super) fn balance_amount(self, row: &Row) -> Decimal {
        report::amount(row.balance_amount, row.scales.balance(), &self.tables.large_amounts)
    }
}

//! A credit, and a row of a ledger, by the places where they are.

use chrono::NaiveDate;

use crate::model::Row;

/// One grant of credit.
#[derive(Clone, Debug)]
pub struct Credit {
    /// The part of the ledger that it is in.
    pub(super) part: u32,
    /// The number of its identity in that part.
    pub(super) identity: u32,
    /// The chunk of the part that its rows are in, their place there, and how many they are.
    pub(super) chunk: u32,
    pub(super) first: u32,
    pub(super) count: u32,
    /// The first and the last of its months, by place among those of the ledger.
    pub(super) months: (u16, u16),
    /// The first day that tells it from other grants of one identity, where there are several.
    pub(super) tranche: Option<NaiveDate>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowRef {
    /// The part of the ledger that its key is in.
    pub(super) part: u32,
    pub(super) row: Row,
}

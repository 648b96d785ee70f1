//! A credit: which rows are its months.

use chrono::NaiveDate;

/// One grant of credit.
#[derive(Clone, Debug)]
pub struct Credit {
    /// The number of its identity.
    pub(super) identity: u32,
    /// Its part of the ledger's rows, and where its own start there.
    pub(super) part: usize,
    pub(super) first: usize,
    pub(super) count: usize,
    /// The first day that tells it from other grants of one identity, where there are several.
    pub(super) tranche: Option<NaiveDate>,
}

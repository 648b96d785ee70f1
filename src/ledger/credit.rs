//! A credit: which rows are its months.

use chrono::NaiveDate;

use super::chunks::InChunk;

/// One grant of credit.
#[derive(Clone, Debug)]
pub struct Credit {
    /// The part of the ledger that it is in.
    pub(super) part: u32,
    /// The number of its identity in that part.
    pub(super) identity: u32,
    pub(super) rows: InChunk,
    /// The first day that tells it from other grants of one identity, where there are several.
    pub(super) tranche: Option<NaiveDate>,
}

//! Credits to results: one question a file.
//!
//! Filters choose what is shown. Invariant: what was given is computed on whole timelines before any filter applies.

pub mod balance;
pub mod book;
pub mod check;
pub mod close;
mod coverage;
pub mod diff;
pub mod expiring;
pub mod filter;
pub mod forfeited;
pub mod hints;
pub mod overview;
mod pace;
pub mod pairs;
pub mod reconcile;
pub mod sql;
pub mod statement;
pub mod summary;
pub mod survey;

pub use self::check::{Check, Finding};
pub use self::expiring::{Expiring, Horizon};
pub use self::filter::Filter;
pub use self::reconcile::{MonthOf, OtherCredits, ReconciledRow, Reconciliation, Verdict};
pub use self::summary::{Group, GroupBy, GroupSummary};

use crate::model::Overflow;

/// Why an answer cannot be computed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnalysisError {
    /// A sum or difference needs more digits than amounts are held in.
    #[error("a sum or difference of amounts needs more than 28 digits, so it cannot be computed exactly")]
    Overflow,
}

impl From<AnalysisError> for std::io::Error {
    fn from(error: AnalysisError) -> Self {
        Self::other(error)
    }
}

impl From<Overflow> for AnalysisError {
    fn from(_: Overflow) -> Self {
        Self::Overflow
    }
}

//! What credits lost by expiring.

use std::cmp::Reverse;

use crate::ledger::{Credit, Entry, Ledger};

use super::AnalysisError;
use super::filter::Filter;

/// A month in which a credit lost something by expiring.
#[derive(Clone, Debug)]
pub struct Forfeited<'l> {
    pub credit: &'l Credit,
    /// The month.
    pub entry: Entry<'l>,
}

/// All months shown in which credits lost something, the newest first, then by currency, the largest loss first.
pub fn list<'l>(ledger: &'l Ledger, filter: &Filter) -> Result<Vec<Forfeited<'l>>, AnalysisError> {
    let mut forfeited = Vec::new();
    for place in ledger.sorted() {
        let credit = &ledger.credits()[place];
        if !filter.shows_credit(ledger, credit) {
            continue;
        }
        for entry in ledger.timeline(credit) {
            let entry = entry?;
            if filter.shows_entry(&entry) && !entry.forfeited.is_zero() {
                forfeited.push(Forfeited { credit, entry });
            }
        }
    }
    // Stable: of equal losses those of one credit stay together.
    forfeited.sort_by_key(|forfeited| {
        let currency = ledger.identity(forfeited.credit).currency;
        (Reverse(forfeited.entry.month), currency, Reverse(forfeited.entry.forfeited))
    });
    Ok(forfeited)
}

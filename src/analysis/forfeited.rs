//! What credits lost by an end.

use std::cmp::Reverse;

use rust_decimal::Decimal;

use crate::ledger::{Credit, Entry, Ledger};
use crate::model::Month;

use super::AnalysisError;
use super::filter::Filter;

/// A month in which a credit lost something by an end.
#[derive(Clone, Debug)]
pub struct Forfeited<'l> {
    pub credit: &'l Credit,
    pub month: Month,
    /// Its row of the month, or the last one before.
    pub entry: Entry<'l>,
    /// What it lost; negative where that is taken back.
    pub amount: Decimal,
}

/// All months shown in which credits lost something, the newest first, then by currency, the largest loss first.
pub fn list<'l>(ledger: &'l Ledger, filter: &Filter) -> Result<Vec<Forfeited<'l>>, AnalysisError> {
    let mut forfeited = Vec::new();
    for place in ledger.sorted() {
        let credit = &ledger.credits()[place];
        if !filter.shows_credit(ledger, credit) {
            continue;
        }
        for (month, amount, entry) in ledger.life(credit)?.forfeited()? {
            if filter.shows_row(month, entry.status) {
                forfeited.push(Forfeited { credit, month, entry: entry.clone(), amount });
            }
        }
    }
    // Stable: of equal losses those of one credit stay together.
    forfeited.sort_by_key(|forfeited| {
        let currency = ledger.identity(forfeited.credit).currency;
        (Reverse(forfeited.month), currency, Reverse(forfeited.amount))
    });
    Ok(forfeited)
}

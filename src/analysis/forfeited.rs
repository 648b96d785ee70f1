//! What credits lost by an end.

use std::cmp::Reverse;

use rust_decimal::Decimal;

use crate::ledger::{Credit, Entry, Ledger};
use crate::model::{Month, parallel};

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

/// All months shown in which credits lost something, the newest first, then by currency, the largest loss first, then by
/// identity.
pub fn list<'l>(ledger: &'l Ledger, filter: &Filter, threads: usize) -> Result<Vec<Forfeited<'l>>, AnalysisError> {
    let parts = parallel::each(ledger.stretches(threads), |stretch| {
        let mut forfeited = Vec::new();
        for credit in ledger.credits()[stretch].iter().filter(|credit| filter.shows_credit(ledger, credit)) {
            for (month, amount, entry) in ledger.life(credit)?.forfeited()? {
                if filter.shows_row(month, entry.status) {
                    forfeited.push(Forfeited { credit, month, entry: entry.clone(), amount });
                }
            }
        }
        Ok::<_, AnalysisError>(forfeited)
    });
    let mut forfeited = parts.into_iter().collect::<Result<Vec<_>, _>>()?.concat();
    let key = |forfeited: &Forfeited<'_>| {
        let currency = ledger.identity(forfeited.credit).currency;
        (Reverse(forfeited.month), currency, Reverse(forfeited.amount))
    };
    forfeited.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| ledger.compare(a.credit, b.credit)));
    Ok(forfeited)
}

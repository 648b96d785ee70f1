//! What credits lost by an end.

use std::cmp::Reverse;

use rust_decimal::Decimal;

use crate::ledger::{Credit, Entry, Ledger, Life};
use crate::model::{Month, Overflow};

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

/// Adds the months shown in which a credit lost something.
pub(super) fn add<'l>(
    all: &mut Vec<Forfeited<'l>>,
    filter: &Filter,
    credit: &'l Credit,
    life: &Life<'l>,
) -> Result<(), Overflow> {
    let lost = life.forfeited()?.into_iter();
    let shown = lost.filter(|(month, _, entry)| filter.shows_row(*month, entry.status));
    all.extend(shown.map(|(month, amount, entry)| Forfeited { credit, month, entry: entry.clone(), amount }));
    Ok(())
}

/// The newest first, then by currency, the largest loss first, then by identity.
pub(super) fn sort(all: &mut [Forfeited<'_>], ledger: &Ledger) {
    let key = |forfeited: &Forfeited<'_>| {
        let currency = ledger.identity(forfeited.credit).currency;
        (Reverse(forfeited.month), currency, Reverse(forfeited.amount))
    };
    all.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| ledger.compare(a.credit, b.credit)));
}

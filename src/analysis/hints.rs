//! What figures do not tell of themselves: gaps, unknown pasts, and how old the newest month is.

use std::collections::{BTreeMap, BTreeSet};

use crate::ledger::Ledger;
use crate::model::Month;

use super::AnalysisError;
use super::filter::Filter;
use super::summary::GroupSummary;

/// Months, and how many things are odd in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InMonths {
    pub count: usize,
    pub months: BTreeSet<Month>,
}

/// The amounts of credit given that cover several months, because no rows lie between.
#[must_use]
pub fn spanning(shown: &[GroupSummary<'_>]) -> InMonths {
    let spanning = || shown.iter().filter(|summary| summary.spanning > 0);
    InMonths {
        count: spanning().map(|summary| summary.spanning).sum(),
        months: spanning().filter_map(|summary| summary.group.month()).collect(),
    }
}

/// The credits that have no row in a month shown, though they have rows before and after it: what they were given then
/// stands in a later month that is not shown.
pub fn gaps(ledger: &Ledger, filter: &Filter) -> Result<InMonths, AnalysisError> {
    let mut gaps = InMonths::default();
    if filter.months.is_empty() && filter.from.or(filter.to).is_none() && !filter.closed {
        return Ok(gaps);
    }
    for credit in ledger.credits().iter().filter(|credit| filter.shows_credit(ledger, credit)) {
        let mut is_hidden = false;
        for flow in ledger.timeline(credit) {
            let flow = flow?;
            let Some(span) = flow.span.filter(|span| *span > 1 && !filter.shows_month(flow.month)) else { continue };
            let Some(first) = flow.month.later(1 - i64::from(span)) else { continue };
            for month in first.through(flow.month.previous()).filter(|month| filter.shows_month(*month)) {
                is_hidden = true;
                gaps.months.insert(month);
            }
        }
        gaps.count += usize::from(is_hidden);
    }
    Ok(gaps)
}

/// How many credits have an unknown past that is shown, by their first month.
pub fn unknown_openings(ledger: &Ledger, filter: &Filter) -> Result<BTreeMap<Month, usize>, AnalysisError> {
    let mut unknown = BTreeMap::new();
    for credit in ledger.credits() {
        let Some(first) = ledger.timeline(credit).next() else { continue };
        let first = first?;
        if first.opening.is_some() && filter.shows_entry(&first) && filter.shows_credit(ledger, credit) {
            *unknown.entry(first.month).or_default() += 1;
        }
    }
    Ok(unknown)
}

/// The newest month, if it is older than the last closed one: what looks ahead then begins in the past.
#[must_use]
pub fn old_newest_month(ledger: &Ledger, filter: &Filter) -> Option<Month> {
    let newest = ledger.months().last().copied();
    newest.filter(|newest| *newest < Month::of(filter.as_of).previous())
}

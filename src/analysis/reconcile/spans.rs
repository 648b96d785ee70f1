//! Credit given in a month that also covers months before it, for which the report has no row.
//!
//! After a gap the difference of CreditAmount belongs to the later month, while the invoices apply it month by month.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::ledger::Ledger;
use crate::model::currency::Currency;
use crate::model::id::Id;
use crate::model::money;
use crate::model::month::Month;

use super::{Row, Verdict};
use crate::analysis::AnalysisError;
use crate::analysis::filter::Filter;

type Key<'a> = (&'a Id, Month, Currency);

/// Compares rows that cover several months with the invoices of all of these, whose own rows then go.
///
/// If the sum agrees, it is a match. If an invoice of these months is missing, the row is unknown. Else all rows stay
/// as they are.
pub(super) fn widen(
    ledger: &Ledger,
    filter: &Filter,
    covered: &BTreeSet<Month>,
    tolerance: Decimal,
    rows: &mut Vec<Row<'_>>,
) -> Result<(), AnalysisError> {
    let spans = spans(ledger, filter, rows)?;
    if spans.is_empty() {
        return Ok(());
    }
    let places: BTreeMap<Key<'_>, usize> =
        rows.iter().enumerate().map(|(at, row)| ((row.customer, row.month, row.currency), at)).collect();
    let mut gone = BTreeSet::new();
    for (at, span) in spans {
        let row = &rows[at];
        let before: Vec<Month> = std::iter::successors(Some(row.month.previous()), |month| Some(month.previous()))
            .take_while(|month| row.month.months_since(*month) < span)
            .collect();
        let gap: Vec<usize> = before
            .iter()
            .filter_map(|month| places.get(&(row.customer, *month, row.currency)).copied())
            .filter(|place| rows[*place].verdict == Verdict::InvoiceOnly)
            .collect();
        let mut applied = row.applied.unwrap_or_default();
        for place in &gap {
            applied = money::add(applied, rows[*place].applied.unwrap_or_default())?;
        }
        let difference = money::subtract(row.given.unwrap_or_default(), applied)?;
        if difference.abs() <= tolerance {
            let (mut lines, mut totals) = (row.lines, row.totals.clone());
            for place in gap {
                lines += rows[place].lines;
                totals.extend(&rows[place].totals);
                gone.insert(place);
            }
            let row = &mut rows[at];
            (row.applied, row.difference, row.verdict) = (Some(applied), Some(difference), Verdict::Matched);
            (row.lines, row.totals, row.span) = (lines, totals, span);
        } else if before.iter().any(|month| !covered.contains(month)) {
            let row = &mut rows[at];
            (row.difference, row.verdict, row.span) = (None, Verdict::Unknown, span);
        }
    }
    let mut at = 0..;
    rows.retain(|_| at.next().is_none_or(|at| !gone.contains(&at)));
    Ok(())
}

/// The rows that do not agree and cover more than a month, with the number of months.
fn spans(ledger: &Ledger, filter: &Filter, rows: &[Row<'_>]) -> Result<BTreeMap<usize, i32>, AnalysisError> {
    let disagrees = |row: &Row<'_>| matches!(row.verdict, Verdict::Mismatched | Verdict::BalanceOnly);
    let places: BTreeMap<Key<'_>, usize> = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| disagrees(row))
        .map(|(at, row)| ((row.customer, row.month, row.currency), at))
        .collect();
    let customers: BTreeSet<&Id> = places.keys().map(|(customer, _, _)| *customer).collect();
    let mut spans = BTreeMap::new();
    for credit in ledger.credits() {
        let identity = ledger.identity(credit);
        if !customers.contains(&identity.customer) || !filter.shows_credit(ledger, credit) {
            continue;
        }
        for entry in ledger.timeline(credit) {
            let entry = entry?;
            let key = (&identity.customer, entry.month, identity.currency);
            if let (Some(at), Some(span)) = (places.get(&key), entry.span.filter(|span| *span > 1)) {
                let widest = spans.entry(*at).or_insert(span);
                *widest = span.max(*widest);
            }
        }
    }
    Ok(spans)
}

//! Movement: whose credit given changed most from one month to the next.

use std::collections::HashMap;

use rust_decimal::Decimal;

use crate::ledger::Ledger;
use crate::model::currency::Currency;
use crate::model::id::Id;
use crate::model::money;
use crate::model::month::Month;

use super::AnalysisError;
use super::coverage::Covered;
use super::filter::Filter;
use super::summary::{self, GroupBy, GroupSummary};

/// A customer's credit given in a month, against the month before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement<'l> {
    pub customer: &'l Id,
    /// The currency of the amounts.
    pub currency: Currency,
    /// CreditGiven of the month before; 0 without a record.
    pub before: Decimal,
    /// CreditGiven of the month; 0 without a record.
    pub given: Decimal,
    /// The difference.
    pub change: Decimal,
}

/// The largest changes in each currency, the largest first.
///
/// Those of which either side is unknown are left out: the past of a credit is, or a row is missing, so that what was
/// given stands in a later month together with what was given then. So is everyone where no row is of the month before.
pub fn largest<'l>(
    ledger: &'l Ledger,
    filter: &Filter,
    month: Month,
    most: usize,
    threads: usize,
) -> Result<Vec<Movement<'l>>, AnalysisError> {
    let covered = Covered::new(ledger).months(|partner| filter.shows_partner(partner));
    if !covered.contains(&month.previous()) {
        return Ok(Vec::new());
    }
    let given_in = |month| -> Result<Vec<GroupSummary<'l>>, AnalysisError> {
        let filter = Filter { months: vec![month], from: None, ..filter.clone() };
        summary::summarize(ledger, &filter, &[GroupBy::Customer], threads)
    };
    // (before, now); absent is 0, unknown is empty.
    let mut sides: HashMap<(&'l Id, Currency), [Option<Decimal>; 2]> = HashMap::new();
    for (side, month) in [month.previous(), month].into_iter().enumerate() {
        for summary in given_in(month)? {
            if let Some(customer) = summary.group.customer {
                let key = (customer, summary.group.currency);
                let known = if summary.opening.is_some() { None } else { summary.given };
                sides.entry(key).or_insert([Some(Decimal::ZERO); 2])[side] = known;
            }
        }
    }
    for credit in ledger.credits().iter().filter(|credit| filter.shows_credit(ledger, credit)) {
        let identity = ledger.identity(credit);
        for flow in ledger.timeline(credit) {
            let flow = flow?;
            let Some(span) = flow.span.filter(|span| *span > 1) else { continue };
            for (side, month) in [month.previous(), month].into_iter().enumerate() {
                let is_within = month <= flow.month && flow.month.months_since(month) < span;
                if let Some(sides) = sides.get_mut(&(&identity.customer, identity.currency)).filter(|_| is_within) {
                    sides[side] = None;
                }
            }
        }
    }
    let mut movements = Vec::new();
    for ((customer, currency), sides) in sides {
        if let [Some(before), Some(given)] = sides {
            let change = money::subtract(given, before)?;
            if !change.is_zero() {
                movements.push(Movement { customer, currency, before, given, change });
            }
        }
    }
    movements.sort_unstable_by(|a, b| {
        let by_change = b.change.abs().cmp(&a.change.abs());
        a.currency.cmp(&b.currency).then(by_change).then_with(|| a.customer.cmp(b.customer))
    });
    let mut seen: HashMap<Currency, usize> = HashMap::new();
    movements.retain(|movement| {
        let count = seen.entry(movement.currency).or_default();
        *count += 1;
        *count <= most
    });
    Ok(movements)
}

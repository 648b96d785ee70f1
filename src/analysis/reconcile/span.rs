//! What each customer was given in a currency, over the months that one amount covers.
//!
//! After a gap the difference of CreditAmount belongs to the later month, while the invoices apply it month by month;
//! and nothing on an invoice line tells one credit of a customer from another in the same currency. So amounts whose
//! months overlap are one. Invariant: the spans of a customer and currency share no month.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::AnalysisError;
use crate::analysis::filter::Filter;
use crate::ledger::{Credit, Ledger};
use crate::model::{Currency, Id, Month, Overflow, Sum, parallel};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MonthSpan {
    pub(super) from: Month,
    /// The month of the report's row.
    pub(super) to: Month,
    /// Empty if the past of a credit is unknown.
    pub(super) given: Option<Sum>,
    /// The months whose reports would tell what is unknown.
    pub(super) missing_reports: BTreeSet<Month>,
}

impl MonthSpan {
    pub(super) fn contains(&self, month: Month) -> bool {
        (self.from..=self.to).contains(&month)
    }

    /// Whether lines of an invoice may be its: something was given, or nobody knows.
    pub(super) fn gives(&self) -> bool {
        self.given.is_none_or(|given| !given.is_zero())
    }

    /// Takes in another one, the months of which it shares or goes on from.
    fn join(&mut self, other: &Self) -> Result<(), Overflow> {
        self.from = other.from.min(self.from);
        self.given = match (self.given, other.given) {
            (Some(mut given), Some(other)) => given.merge(other).map(|()| Some(given))?,
            _ => None,
        };
        self.missing_reports.extend(&other.missing_reports);
        Ok(())
    }

    pub(super) fn months(&self) -> impl Iterator<Item = Month> {
        self.from.through(self.to)
    }
}

/// What the report says of a customer.
#[derive(Clone, Debug, Default)]
pub(super) struct CustomerCredit {
    /// The currencies of all its credits, whatever the month.
    pub(super) currencies: BTreeSet<Currency>,
    /// By currency, those that reach into an invoiced month, in order.
    pub(super) spans: BTreeMap<Currency, Vec<MonthSpan>>,
}

impl CustomerCredit {
    /// The spans that contain a month, by currency.
    pub(super) fn in_month(&self, month: Month) -> BTreeMap<Currency, &MonthSpan> {
        let all = self.spans.iter().flat_map(|(currency, own)| own.iter().map(move |span| (*currency, span)));
        all.filter(|(_, span)| span.contains(month)).collect()
    }
}

/// What each customer that a filter shows was given, as far as it touches the months that are invoiced.
pub(super) fn credits<'l>(
    ledger: &'l Ledger,
    filter: &Filter,
    invoiced: &BTreeSet<Month>,
    threads: usize,
) -> Result<BTreeMap<&'l Id, CustomerCredit>, AnalysisError> {
    let parts = parallel::each(ledger.stretches(threads), |places| {
        of_credits(ledger, filter, invoiced, &ledger.credits()[places])
    });
    let mut credits = BTreeMap::new();
    for part in parts {
        credits.extend(part?);
    }
    Ok(credits)
}

fn of_credits<'l>(
    ledger: &'l Ledger,
    filter: &Filter,
    invoiced: &BTreeSet<Month>,
    credits: &[Credit],
) -> Result<Vec<(&'l Id, CustomerCredit)>, AnalysisError> {
    let mut customers = Vec::new();
    for credits in credits.chunk_by(|a, b| ledger.customer(a) == ledger.customer(b)) {
        let mut by_month: BTreeMap<(Currency, Month), MonthSpan> = BTreeMap::new();
        let mut of_customer = CustomerCredit::default();
        for credit in credits {
            let identity = ledger.identity(credit);
            of_customer.currencies.insert(identity.currency);
            if filter.shows_identity(identity) {
                add_months(ledger, credit, identity.currency, invoiced, &mut by_month)?;
            }
        }
        // The latest first: what an amount covers lies before its month.
        for ((currency, month), span) in by_month.into_iter().rev() {
            let spans = of_customer.spans.entry(currency).or_default();
            match spans.last_mut() {
                Some(later) if later.from <= month => later.join(&span)?,
                _ => spans.push(span),
            }
        }
        of_customer.spans.values_mut().for_each(|spans| spans.reverse());
        let customer = credits.first().map(|credit| &ledger.identity(credit).customer);
        customers.extend(customer.map(|customer| (customer, of_customer)));
    }
    Ok(customers)
}

/// Adds what a credit gave.
fn add_months(
    ledger: &Ledger,
    credit: &Credit,
    currency: Currency,
    invoiced: &BTreeSet<Month>,
    by_month: &mut BTreeMap<(Currency, Month), MonthSpan>,
) -> Result<(), Overflow> {
    for flow in ledger.timeline(credit) {
        let flow = flow?;
        let before = flow.span.map_or(0, |span| i64::from(span) - 1);
        let from = flow.month.later(-before).unwrap_or(flow.month);
        if invoiced.range(from..=flow.month).next().is_none() {
            continue;
        }
        // Where the past is unknown, the report of the month before the row tells how much of its amount is older.
        let missing_reports = flow.given.is_none().then(|| flow.month.previous()).into_iter().collect();
        let span = MonthSpan { from, to: flow.month, given: flow.given.map(Sum::from), missing_reports };
        match by_month.entry((currency, flow.month)) {
            Entry::Occupied(known) => known.into_mut().join(&span)?,
            Entry::Vacant(free) => {
                free.insert(span);
            }
        }
    }
    Ok(())
}

//! Credit given against the credit that invoices applied, by customer, month and currency.
//!
//! Invoice lines name no agreement, so they tie to the balance report at customer, month and currency. Invariants:
//! every total of the invoices that are shown stands behind exactly one row, or is named as left out; no sum crosses
//! currencies.

mod billing;
mod currencies;
mod others;
mod row;
mod spans;

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::ledger::Ledger;
use crate::model::currency::Currency;
use crate::model::id::Id;
use crate::model::invoice::{CreditTotal, Invoices};
use crate::model::money::{self, Overflow, Sum};
use crate::model::month::Month;
use crate::model::period::Period;

pub use self::billing::{Billing, MonthOf};
use self::currencies::{Claims, Share};
pub use self::others::{OtherCredits, findings, others};
pub use self::row::{Row, Total, Verdict, totals};
use super::AnalysisError;
use super::filter::Filter;
use super::summary::{self, GroupBy};

/// A row whose currencies do not meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incomparable<'a> {
    /// The customer.
    pub customer: &'a Id,
    /// The month.
    pub month: Month,
    /// The currencies of the customer's credits in the month.
    pub credits: Vec<Currency>,
    /// The credit that the lines apply, in the currency that is billed.
    pub applied: Decimal,
    /// The currency that is billed.
    pub billed: Currency,
    /// The currency that prices are in.
    pub pricing: Option<Currency>,
}

/// What reconciling came to.
#[derive(Debug)]
pub struct Reconciliation<'a> {
    /// The rows, by customer, month and currency.
    pub rows: Vec<Row<'a>>,
    /// Rows whose currencies do not meet.
    pub incomparable: Vec<Incomparable<'a>>,
    /// Months of the report that no invoice covers; they are left out.
    pub uncovered: Vec<Month>,
    /// Months with rows in which the report has none of the credits shown.
    pub unreported: Vec<Month>,
}

/// Compares what a ledger gave with what invoices applied. Differences up to `tolerance` are none.
pub fn reconcile<'a>(
    ledger: &'a Ledger,
    filter: &Filter,
    invoices: &'a Invoices,
    billing: &Billing,
    tolerance: Decimal,
    threads: usize,
) -> Result<Reconciliation<'a>, AnalysisError> {
    let reported: BTreeSet<Month> = summary::summarize(ledger, filter, &[GroupBy::Month], threads)?
        .into_iter()
        .filter_map(|summary| summary.group.month)
        .collect();
    let covered: BTreeSet<Month> = billing.months().collect();
    let mut books = Books { filter, tolerance, covered: &covered, rows: Vec::new(), incomparable: Vec::new() };
    let mut given = given(ledger, filter, &covered, threads)?;
    let mut applied = applied(filter, invoices, billing);
    let held = currencies_held(ledger);
    let keys: BTreeSet<(&Id, Month)> = given.keys().chain(applied.keys()).copied().collect();
    let none = BTreeSet::new();
    for key in keys {
        let claims = Claims::new(
            given.remove(&key).unwrap_or_default(),
            held.get(key.0).unwrap_or(&none),
            applied.remove(&key).unwrap_or_default(),
        );
        books.settle(key, claims, invoices)?;
    }
    let Books { mut rows, mut incomparable, .. } = books;
    spans::widen(ledger, filter, &covered, tolerance, &mut rows)?;
    // Only now: which lines belong to a credit, and what is compared with what, does not depend on what is shown.
    rows.retain(|row| {
        filter.shows_month(row.month) && (filter.currencies.is_empty() || filter.currencies.contains(&row.currency))
    });
    incomparable.retain(|clash| filter.shows_month(clash.month));
    let has_rows = |month: &&Month| rows.iter().any(|row| row.month == **month);
    let unreported = covered.difference(&reported).filter(has_rows).copied().collect();
    Ok(Reconciliation { rows, incomparable, uncovered: reported.difference(&covered).copied().collect(), unreported })
}

/// Credit given in a currency: unknown where the past of a credit is.
type Given = BTreeMap<Currency, Option<Decimal>>;

/// What each customer was given in each covered month.
fn given<'l>(
    ledger: &'l Ledger,
    filter: &Filter,
    covered: &BTreeSet<Month>,
    threads: usize,
) -> Result<BTreeMap<(&'l Id, Month), Given>, AnalysisError> {
    let mut given: BTreeMap<_, Given> = BTreeMap::new();
    if covered.is_empty() {
        return Ok(given);
    }
    // All currencies of a customer tell which of its lines belong to which, and all months what a gap is compared with.
    let filter = Filter {
        months: covered.iter().copied().collect(),
        from: None,
        to: None,
        closed: false,
        currencies: Vec::new(),
        ..filter.clone()
    };
    for summary in summary::summarize(ledger, &filter, &[GroupBy::Customer, GroupBy::Month], threads)? {
        let (Some(customer), Some(month)) = (summary.group.customer, summary.group.month) else { continue };
        let known = if summary.opening.is_some() { None } else { summary.given };
        given.entry((customer, month)).or_default().insert(summary.group.currency, known);
    }
    Ok(given)
}

/// The credit lines of each customer and month: places in [`Invoices::totals`].
fn applied<'i>(
    filter: &Filter,
    invoices: &'i Invoices,
    billing: &Billing,
) -> BTreeMap<(&'i Id, Month), Vec<(usize, &'i CreditTotal)>> {
    let mut applied: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (place, total) in invoices.totals.iter().enumerate().filter(|(_, total)| total.key.is_aco) {
        let Some(month) = billing.month(&total.key) else { continue };
        if shows(filter, total) {
            applied.entry((&*total.key.customer, month)).or_default().push((place, total));
        }
    }
    applied
}

/// Whether the customer and partner of some lines are shown. Lines that name no partner are any partner's.
fn shows(filter: &Filter, total: &CreditTotal) -> bool {
    let among = |ids: &Option<BTreeSet<Id>>, id: &Id| ids.as_ref().is_none_or(|ids| ids.contains(id));
    among(&filter.customers, &total.key.customer)
        && total.key.partner.as_deref().is_none_or(|partner| among(&filter.partners, partner))
}

/// The currencies of all credits of each customer, whatever the month.
fn currencies_held(ledger: &Ledger) -> BTreeMap<&Id, BTreeSet<Currency>> {
    let mut held: BTreeMap<_, BTreeSet<Currency>> = BTreeMap::new();
    for credit in ledger.credits() {
        let identity = ledger.identity(credit);
        held.entry(&identity.customer).or_default().insert(identity.currency);
    }
    held
}

struct Books<'a, 'f> {
    filter: &'f Filter,
    tolerance: Decimal,
    covered: &'f BTreeSet<Month>,
    rows: Vec<Row<'a>>,
    incomparable: Vec<Incomparable<'a>>,
}

impl<'a> Books<'a, '_> {
    /// Makes the rows of a customer's month.
    fn settle(
        &mut self,
        (customer, month): (&'a Id, Month),
        claims: Claims<'_>,
        invoices: &'a Invoices,
    ) -> Result<(), AnalysisError> {
        debug_assert!(self.covered.contains(&month), "{month} is not covered");
        for ((billed, pricing), totals) in claims.clashes() {
            let credits = claims.given.keys().copied().collect();
            let applied = sum(totals.into_iter().map(|total| Some(total.billed)))?;
            self.incomparable.push(Incomparable { customer, month, credits, applied, billed, pricing });
        }
        for (currency, claim) in claims.into_claims() {
            let totals = claim.totals.iter().map(|place| &invoices.totals[*place]);
            let lines = totals.clone().map(|total| total.lines).sum();
            let is_comparable = !claim.is_clash && !claim.totals.is_empty();
            let applied = is_comparable.then(|| sum(totals.map(|total| total.credit_in(currency)))).transpose()?;
            let mut row = Row {
                customer,
                month,
                currency,
                given: claim.given.known(),
                applied,
                difference: None,
                verdict: Verdict::NotComparable,
                lines,
                totals: claim.totals,
                span: 1,
            };
            let is_unknown = claim.given == Share::Unknown;
            if !claim.is_clash && !is_unknown {
                row.difference = Some(money::subtract(row.given.unwrap_or_default(), applied.unwrap_or_default())?);
            }
            row.verdict = if self.filter.period(month) == Period::Open {
                Verdict::Open
            } else if claim.is_clash {
                Verdict::NotComparable
            } else if is_unknown {
                Verdict::Unknown
            } else {
                row.compared(self.tolerance)
            };
            self.rows.push(row);
        }
        Ok(())
    }
}

fn sum(amounts: impl Iterator<Item = Option<Decimal>>) -> Result<Decimal, Overflow> {
    let mut sum = Sum::default();
    for amount in amounts {
        sum.add(amount.unwrap_or_default())?;
    }
    sum.value()
}

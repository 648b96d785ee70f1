//! Credit given against the credit that invoices applied, by partner, customer, month and currency.
//!
//! Invoice lines name no agreement, so they tie to the balance report at partner, customer, month and currency.
//! Invariants: every total of the invoices that are shown stands behind exactly one row, or is named as left out; no sum
//! crosses currencies.

mod billing;
mod customer;
mod findings;
mod row;
mod span;

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::ledger::Ledger;
use crate::model::{Currency, Invoices, Month, Overflow, money};

pub use self::billing::{Billing, InvoiceFiles, MonthOf};
use self::customer::{Applied, MatchContext};
pub use self::findings::{
    CHECKS, OtherCredits, applied_late, by_rule, checks, findings, no_invoice_of, others, reasons,
};
pub use self::row::{AgreementCount, Incomparable, MissingMonths, ReconciledRow, Total, Verdict, counts, totals};
use self::span::{CustomerCredit, Owner};
use super::filter::Filter;
use super::summary::{self, GroupBy, GroupSummary};
use super::survey::Covered;

#[derive(Debug)]
pub struct Reconciliation<'a> {
    /// The rows, by partner, customer, month and currency.
    pub rows: Vec<ReconciledRow<'a>>,
    /// Lines that may be of either of two credits, the most credit first.
    pub incomparable: Vec<Incomparable<'a>>,
    /// Months of the report that no invoice covers; they are left out.
    pub uncovered: Vec<Month>,
    /// Months amid those that invoices cover in which credit was given, and that no invoice covers: what was given.
    pub amid: Vec<(Month, Currency, Decimal)>,
    /// Invoiced months of which the report has no row, nor one that covers them.
    pub unreported: BTreeSet<Month>,
    /// The newest month that an invoice covers: nothing but agreement will do there.
    pub newest: Option<Month>,
    /// The last closed month of the calendar, and whether an invoice of it is wanted that is not there.
    pub last_closed: Month,
    pub lacks_last: bool,
    /// Rows of months that are not shown, which cover a month that is.
    pub hidden_spanning: usize,
    /// Why nothing was compared, if nothing was.
    pub nothing: Option<NotCompared>,
}

/// Compares what a ledger gave with what invoices applied. Differences up to `tolerance` are none.
pub fn reconcile<'a>(
    ledger: &'a Ledger,
    filter: &Filter,
    invoices: &'a Invoices,
    billing: &Billing,
    tolerance: Decimal,
    threads: usize,
) -> Result<Reconciliation<'a>, Overflow> {
    let invoiced: BTreeSet<Month> = billing.months().collect();
    let covered = Covered::new(ledger);
    let reported = covered.months(|partner| filter.shows_partner(partner));
    let (mut rows, mut incomparable) = (Vec::new(), Vec::new());
    // All currencies and partners of a customer tell which of its lines belong to which.
    let all = Filter { currencies: Vec::new(), partners: None, ..filter.clone() };
    let together = customer::without_partner(filter, invoices, billing);
    let credits = span::credits(ledger, &all, &invoiced, &together, threads)?;
    let (applied, anyones) = customer::applied(filter, invoices, billing, &credits, &together);
    let (invoiced, covered, reported, anyones) = (&invoiced, &covered, &reported, &anyones);
    let terms = MatchContext { filter, invoices, invoiced, covered, reported, tolerance, anyones };
    let owners: BTreeSet<Owner<'_>> = credits.keys().chain(applied.keys()).copied().collect();
    let (no_credit, no_lines) = (CustomerCredit::default(), Applied::new());
    for owner in owners.into_iter().filter(|(_, partner)| partner.is_none_or(|partner| filter.shows_partner(partner))) {
        let credit = credits.get(&owner).unwrap_or(&no_credit);
        let applied = applied.get(&owner).unwrap_or(&no_lines);
        let (own, clashes) = customer::compare(owner, credit, applied, &terms)?;
        rows.extend(own);
        incomparable.extend(clashes);
    }
    rows.sort_by_key(|row| (row.partner, row.customer, row.month, row.currency));
    // Only now: which lines belong to a credit, and what is compared with what, does not depend on what is shown.
    rows.retain(|row| filter.shows_currency(row.currency));
    let shows_part = |row: &&ReconciledRow<'_>| {
        !filter.shows_month(row.month) && row.months().any(|month| filter.shows_month(month))
    };
    let hidden_spanning = rows.iter().filter(shows_part).count();
    rows.retain(|row| filter.shows_month(row.month));
    incomparable.retain(|clash| filter.shows_month(clash.month));
    incomparable.sort_by_key(|clash| std::cmp::Reverse(clash.applied.abs()));
    let nothing = NotCompared::new(&rows, invoiced, reported);
    join_late(&mut rows, tolerance)?;
    let mut given = summary::summarize(ledger, filter, &[GroupBy::Month], threads)?;
    // A month in which something is only left has nothing to compare.
    given.retain(|summary| summary.credits > 0);
    let shown: BTreeSet<Month> = given.iter().filter_map(|summary| summary.group.month()).collect();
    let is_spanned = |month: &Month| credits.values().any(|credit| !credit.in_month(*month).is_empty());
    let invoiced_shown = || invoiced.iter().copied().filter(|month| filter.shows_month(*month));
    let last_closed = Month::of(filter.as_of).previous();
    Ok(Reconciliation {
        rows,
        incomparable,
        amid: amid(&given, invoiced),
        unreported: invoiced_shown().filter(|month| !reported.contains(month) && !is_spanned(month)).collect(),
        newest: invoiced_shown().next_back(),
        last_closed,
        lacks_last: filter.shows_month(last_closed) && !invoiced.contains(&last_closed),
        uncovered: shown.difference(invoiced).copied().collect(),
        hidden_spanning,
        nothing,
    })
}

/// What was given in the months amid those that are invoiced which no invoice covers.
fn amid(given: &[GroupSummary<'_>], invoiced: &BTreeSet<Month>) -> Vec<(Month, Currency, Decimal)> {
    let is_amid = |month: &Month| {
        !invoiced.contains(month)
            && invoiced.range(..month).next().is_some()
            && invoiced.range(month..).next().is_some()
    };
    let given =
        given.iter().filter_map(|summary| Some((summary.group.month()?, summary.group.currency, summary.given?)));
    given.filter(|(month, _, given)| is_amid(month) && !given.is_zero()).collect()
}

/// Joins what was given in one month with what the invoice of the next applied of it.
fn join_late(rows: &mut [ReconciledRow<'_>], tolerance: Decimal) -> Result<(), Overflow> {
    let mut odd: Vec<&mut ReconciledRow<'_>> = rows.iter_mut().filter(|row| row.verdict.is_finding()).collect();
    odd.sort_by_key(|row| (row.partner, row.customer, row.currency, row.month));
    for at in 1..odd.len() {
        let [given, applied] = &mut odd[at - 1..=at] else { continue };
        let [earlier, later] = [&given, &applied].map(|row| row.difference.unwrap_or_default());
        let is_late = (given.partner, given.customer, given.currency)
            == (applied.partner, applied.customer, applied.currency)
            && given.late.is_none()
            && applied.since == given.month.next()
            && earlier > tolerance
            && money::add(earlier, later)?.abs() <= tolerance;
        if is_late {
            (given.late, applied.late) = (Some(applied.month), Some(given.month));
        }
    }
    Ok(())
}

/// Why nothing at all was compared, which must not pass for agreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotCompared {
    /// The invoices and the report are of different months.
    OtherMonths { invoiced: BTreeSet<Month>, reported: BTreeSet<Month> },
    /// No line of the invoices is Azure credit, and no usage tells their months.
    NoCreditLines,
    /// What is to be shown has no rows.
    NoRows,
    /// All rows are unknown, open or not comparable.
    Undecided { counts: BTreeMap<Verdict, usize>, missing: MissingMonths },
}

impl NotCompared {
    /// Why none of the rows was compared; `None` if one was.
    pub(super) fn new(
        rows: &[ReconciledRow<'_>],
        invoiced: &BTreeSet<Month>,
        reported: &BTreeSet<Month>,
    ) -> Option<Self> {
        if rows.iter().any(|row| row.verdict.is_compared()) {
            return None;
        }
        if invoiced.is_empty() {
            return Some(Self::NoCreditLines);
        }
        if invoiced.is_disjoint(reported) {
            return Some(Self::OtherMonths { invoiced: invoiced.clone(), reported: reported.clone() });
        }
        if rows.is_empty() {
            return Some(Self::NoRows);
        }
        let mut missing = MissingMonths::default();
        for row in rows.iter().filter(|row| row.verdict == Verdict::Unknown) {
            missing.reports.extend(&row.missing.reports);
            missing.invoices.extend(&row.missing.invoices);
        }
        Some(Self::Undecided { counts: counts(rows.iter()), missing })
    }
}

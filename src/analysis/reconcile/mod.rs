//! Credit given against the credit that invoices applied, by partner, customer, month and currency.
//!
//! Invoice lines name no agreement, so they tie to the balance report at partner, customer, month and currency.
//! Invariants: every total of the invoices that are shown stands behind exactly one row, or is named as left out; no sum
//! crosses currencies.

mod billing;
mod customer;
mod findings;
mod span;

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::ledger::Ledger;
use crate::model::{Currency, Id, Invoices, Month, Overflow, money, words};

pub use self::billing::{Billing, InvoiceFiles, MonthOf};
use self::customer::{Applied, MatchContext};
pub use self::findings::{
    CHECKS, OtherCredits, applied_late, by_rule, checks, findings, no_invoice_of, others, reasons,
};
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
    let last_closed = Month::of(filter.as_of).previous();
    // Usage that is not billed yet is no invoice of a month that is open.
    let is_out = |month: &Month| *month <= last_closed || !billing.is_unbilled(*month);
    let invoiced_shown = || invoiced.iter().copied().filter(|month| filter.shows_month(*month) && is_out(month));
    Ok(Reconciliation {
        rows,
        incomparable,
        amid: amid(&given, invoiced),
        unreported: invoiced_shown().filter(|month| !reported.contains(month) && !is_spanned(month)).collect(),
        newest: invoiced_shown().next_back(),
        last_closed,
        lacks_last: filter.shows_month(last_closed)
            && (!invoiced.contains(&last_closed) || billing.is_unbilled(last_closed)),
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

words! {
    /// How a customer's credit in a month and currency compares.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Verdict {
        /// The two agree within the tolerance.
        Matched = "matched",
        /// They do not.
        Mismatched = "mismatched",
        /// Credit was given, and no invoice line applies any.
        BalanceOnly = "balance-only",
        /// Invoice lines apply credit, and the balance report gave none.
        InvoiceOnly = "invoice-only",
        /// It cannot be told yet, because the report or the invoice of a month is missing: what is unknown may explain all.
        Unknown = "unknown",
        /// The month is open: its figures are provisional.
        Open = "open",
        /// Lines may be of it or of a credit in their other currency or of another partner, and that may explain all.
        NotComparable = "not-comparable",
    }
}

impl Verdict {
    /// Whether the two could be compared.
    pub fn is_compared(self) -> bool {
        self == Self::Matched || self.is_finding()
    }

    /// Whether the month cannot be closed before it is explained.
    pub fn is_finding(self) -> bool {
        matches!(self, Self::Mismatched | Self::BalanceOnly | Self::InvoiceOnly)
    }
}

/// The credit of a customer and partner in a month and currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReconciledRow<'a> {
    pub customer: &'a Id,
    /// The partner; none if those of the customer are compared together, and for lines that may be any partner's.
    pub partner: Option<&'a Id>,
    /// The month that invoiced it.
    pub month: Month,
    pub currency: Currency,
    /// Credit that is known to be given; empty if the report gives none or nothing is known.
    pub given: Option<Decimal>,
    /// Credit that the invoice applied; empty if no line is its alone.
    pub applied: Option<Decimal>,
    /// Credit given less credit applied, as far as nothing in doubt explains it; empty where the two cannot be compared.
    pub difference: Option<Decimal>,
    pub verdict: Verdict,
    pub lines: u64,
    /// The totals behind `applied`: indices into [`Invoices::totals`](crate::model::invoice::Invoices::totals).
    pub totals: Vec<usize>,
    /// Totals that may be another credit's too.
    pub doubtful: Vec<usize>,
    /// The month whose invoice applied its difference late, or the one in which this was given.
    pub late: Option<Month>,
    /// The first month that it covers: earlier than `month` where the report has a gap.
    pub since: Month,
    pub missing: MissingMonths,
}

/// The months of files without which a row is unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MissingMonths {
    /// Balance reports.
    pub reports: BTreeSet<Month>,
    pub invoices: BTreeSet<Month>,
}

impl MissingMonths {
    pub fn is_empty(&self) -> bool {
        self.reports.is_empty() && self.invoices.is_empty()
    }
}

/// Lines that may be of a credit in the one or in the other of their currencies, or of any of several partners.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incomparable<'a> {
    pub customer: &'a Id,
    pub month: Month,
    /// The credit that the lines apply, in the currency that is billed.
    pub applied: Decimal,
    /// The currency that is billed.
    pub billed: Currency,
    /// The currency that prices are in; none if it is the partner that they do not tell.
    pub pricing: Option<Currency>,
}

impl ReconciledRow<'_> {
    /// Whether nothing was given, as far as is known, and nothing applied.
    pub fn is_idle(&self) -> bool {
        self.lines == 0 && self.missing.reports.is_empty() && self.given.is_none_or(|given| given.is_zero())
    }

    pub fn months(&self) -> impl Iterator<Item = Month> {
        self.since.through(self.month)
    }

    /// Whether its difference leaves out what something in doubt may explain.
    pub fn has_doubt(&self) -> bool {
        let known = money::subtract(self.given.unwrap_or_default(), self.applied.unwrap_or_default());
        known.ok() != self.difference
    }

    /// Whether it covers months before its own.
    pub fn is_spanning(&self) -> bool {
        self.since < self.month
    }

    /// Whether it cannot be compared, and there is something to compare.
    pub fn is_undecided(&self) -> bool {
        !self.is_idle() && !self.verdict.is_compared()
    }

    /// Whether it covers a month.
    pub fn covers(&self, month: Month) -> bool {
        (self.since..=self.month).contains(&month)
    }
}

/// How many rows have which result.
pub fn counts<'r, 'a: 'r>(rows: impl Iterator<Item = &'r ReconciledRow<'a>>) -> BTreeMap<Verdict, usize> {
    let mut counts = BTreeMap::new();
    for row in rows {
        *counts.entry(row.verdict).or_default() += 1;
    }
    counts
}

/// The total of rows in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    /// The month, if it is of one.
    pub month: Option<Month>,
    pub currency: Currency,
    /// Of the rows that have one; so are the others.
    pub given: Option<Decimal>,
    pub applied: Option<Decimal>,
    pub difference: Option<Decimal>,
    pub lines: u64,
}

/// The totals of rows by currency, and by month if that is wanted.
pub fn totals<'a>(rows: impl Iterator<Item = &'a ReconciledRow<'a>>, by_month: bool) -> Result<Vec<Total>, Overflow> {
    let mut totals: BTreeMap<(Option<Month>, Currency), Total> = BTreeMap::new();
    for row in rows {
        let (month, currency) = (by_month.then_some(row.month), row.currency);
        let empty = Total { month, currency, given: None, applied: None, difference: None, lines: 0 };
        let total = totals.entry((month, currency)).or_insert(empty);
        total.given = money::add_known(total.given, row.given)?;
        total.applied = money::add_known(total.applied, row.applied)?;
        total.difference = money::add_known(total.difference, row.difference)?;
        total.lines += row.lines;
    }
    Ok(totals.into_values().collect())
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgreementCount {
    /// Customers of whom something was compared, and all that was agrees.
    pub agreeing: usize,
    /// Customers with a difference.
    pub differing: usize,
    /// Customers of whom something could not be compared, and nothing differs: some agree in other months.
    pub undecided: usize,
    /// The months in which something agrees, and those in which something cannot be compared.
    pub agreed_months: BTreeSet<Month>,
    pub undecided_months: BTreeSet<Month>,
    /// The differences of each currency, those of either sign apart, so that they do not hide each other.
    pub differences: Vec<(Currency, Decimal)>,
}

impl AgreementCount {
    pub fn new<'a>(rows: &[ReconciledRow<'a>]) -> Result<Self, Overflow> {
        let mut customers: BTreeMap<&'a Id, BTreeSet<Verdict>> = BTreeMap::new();
        let (mut agreed_months, mut undecided_months) = (BTreeSet::new(), BTreeSet::new());
        let mut differences: BTreeMap<(Currency, bool), Decimal> = BTreeMap::new();
        for row in rows.iter().filter(|row| !row.is_idle()) {
            customers.entry(row.customer).or_default().insert(row.verdict);
            match row.verdict {
                Verdict::Matched => drop(agreed_months.insert(row.month)),
                verdict if !verdict.is_compared() => drop(undecided_months.insert(row.month)),
                _ => {}
            }
            if let Some(difference) = row.difference.filter(|_| row.verdict.is_finding()) {
                let sum = differences.entry((row.currency, difference.is_sign_positive())).or_default();
                *sum = money::add(*sum, difference)?;
            }
        }
        let differs = |found: &&BTreeSet<Verdict>| found.iter().any(|verdict| verdict.is_finding());
        let count = |is_wanted: fn(Verdict) -> bool| {
            let among = customers.values().filter(|found| !differs(found));
            among.filter(|found| found.iter().copied().any(is_wanted)).count()
        };
        Ok(Self {
            agreeing: count(|verdict| verdict == Verdict::Matched),
            differing: customers.values().filter(differs).count(),
            undecided: count(|verdict| !verdict.is_compared()),
            agreed_months,
            undecided_months,
            differences: differences.into_iter().map(|((currency, _), sum)| (currency, sum)).collect(),
        })
    }
}

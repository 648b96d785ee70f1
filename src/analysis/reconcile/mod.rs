//! Credit given against the credit that invoices applied, by customer, month and currency.
//!
//! Invoice lines name no agreement, so they tie to the balance report at customer, month and currency. Invariants:
//! every total of the invoices that are shown stands behind exactly one row, or is named as left out; no sum crosses
//! currencies.

mod billing;
mod customer;
mod findings;
mod row;
mod span;

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::ledger::Ledger;
use crate::model::{Id, Invoices, Month, Period};

pub use self::billing::{Billing, InvoiceFiles, MonthOf};
use self::customer::{Applied, MatchContext};
pub use self::findings::{CHECKS, OtherCredits, ReasonTotal, by_rule, checks, findings, others, reasons};
pub use self::row::{AgreementCount, Incomparable, MissingMonths, ReconciledRow, Total, Verdict, counts, totals};
use self::span::CustomerCredit;
use super::AnalysisError;
use super::coverage::Covered;
use super::filter::Filter;
use super::summary::{self, GroupBy};

#[derive(Debug)]
pub struct Reconciliation<'a> {
    /// The rows, by customer, month and currency.
    pub rows: Vec<ReconciledRow<'a>>,
    /// Lines whose currencies do not meet those of credits, the most credit first.
    pub incomparable: Vec<Incomparable<'a>>,
    /// Months of the report that no invoice covers; they are left out.
    pub uncovered: Vec<Month>,
    /// The last closed month that is shown, if no invoice covers it.
    pub last_uncovered: Option<Month>,
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
) -> Result<Reconciliation<'a>, AnalysisError> {
    let invoiced: BTreeSet<Month> = billing.months().collect();
    let reported = Covered::new(ledger).months(|partner| filter.shows_partner(partner));
    let terms = MatchContext { filter, invoices, invoiced: &invoiced, reported: &reported, tolerance };
    let (mut rows, mut incomparable) = (Vec::new(), Vec::new());
    // All currencies of a customer tell which of its lines belong to which.
    let all_currencies = Filter { currencies: Vec::new(), ..filter.clone() };
    let credits = span::credits(ledger, &all_currencies, &invoiced, threads)?;
    let applied = customer::applied(filter, invoices, billing);
    let customers: BTreeSet<&Id> = credits.keys().chain(applied.keys()).copied().collect();
    let (no_credit, no_lines) = (CustomerCredit::default(), Applied::new());
    for customer in customers {
        let credit = credits.get(customer).unwrap_or(&no_credit);
        let applied = applied.get(customer).unwrap_or(&no_lines);
        let (own, clashes) = customer::compare(customer, credit, applied, &terms)?;
        rows.extend(own);
        incomparable.extend(clashes);
    }
    rows.sort_by_key(|row| (row.customer, row.month, row.currency));
    // Only now: which lines belong to a credit, and what is compared with what, does not depend on what is shown.
    rows.retain(|row| filter.currencies.is_empty() || filter.currencies.contains(&row.currency));
    let shows_part = |row: &&ReconciledRow<'_>| {
        !filter.shows_month(row.month) && row.months().any(|month| filter.shows_month(month))
    };
    let hidden_spanning = rows.iter().filter(shows_part).count();
    rows.retain(|row| filter.shows_month(row.month));
    incomparable.retain(|clash| filter.shows_month(clash.month));
    incomparable.sort_by_key(|clash| std::cmp::Reverse(clash.applied.abs()));
    let nothing = NotCompared::new(&rows, &invoiced, &reported);
    let shown = summary::summarize(ledger, filter, &[GroupBy::Month], threads)?;
    // A month in which something is only left has nothing to compare.
    let with_rows = shown.into_iter().filter(|summary| summary.credits > 0);
    let shown: BTreeSet<Month> = with_rows.filter_map(|summary| summary.group.month()).collect();
    let last_closed = shown.iter().rfind(|month| filter.period(**month) == Period::Closed);
    Ok(Reconciliation {
        rows,
        incomparable,
        uncovered: shown.difference(&invoiced).copied().collect(),
        last_uncovered: last_closed.filter(|month| !invoiced.contains(month)).copied(),
        hidden_spanning,
        nothing,
    })
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

//! All that a report says, worked out by the analyses of the commands.

use crate::analysis::AnalysisError;
use crate::analysis::check::{self, Check, Finding};
use crate::analysis::expiring::{self, Horizon, Listing};
use crate::analysis::filter::Filter;
use crate::analysis::given;
use crate::analysis::movement::{self, Movement};
use crate::analysis::summary::{self, GroupBy, Summary};
use crate::input::error::Problem;
use crate::ledger::{Credit, Entry, Ledger};
use crate::model::month::Month;
use crate::model::period::Period;

use crate::cli::check::unreadable;
use crate::cli::invoices::Compared;

/// Days ahead that a report looks.
pub(super) const WITHIN: u32 = 90;

/// Customers listed for each currency.
pub(super) const MOST_MOVEMENTS: usize = 10;

/// Closed months that make the pace.
const OVER: u32 = 3;

/// The figures of a report.
pub(super) struct Answers<'l> {
    pub(super) filter: &'l Filter,
    /// By month and currency.
    pub(super) months: Vec<Summary<'l>>,
    /// By currency.
    pub(super) totals: Vec<Summary<'l>>,
    /// The month that the report is about: the latest closed one, or else the latest.
    pub(super) month: Option<Month>,
    pub(super) movements: Vec<Movement<'l>>,
    pub(super) expiring: Listing<'l>,
    pub(super) forfeited: Vec<(&'l Credit, Entry<'l>)>,
    /// What `aco check` finds, the gravest first.
    pub(super) findings: Vec<Finding>,
    /// How the credit given compares with the invoices, if there are any.
    pub(super) compared: Option<Compared<'l>>,
    /// How many rows could not be read, and are in no figure.
    pub(super) left_out: usize,
}

impl<'l> Answers<'l> {
    pub(super) fn of(
        ledger: &'l Ledger,
        left_out: &[Problem],
        filter: &'l Filter,
        compared: Option<Compared<'l>>,
        threads: usize,
    ) -> Result<Self, AnalysisError> {
        let months = summary::summarize(ledger, filter, &[GroupBy::Month], threads)?;
        let shown = || months.iter().filter_map(|summary| summary.group.month);
        let closed = shown().filter(|month| filter.period(*month) == Period::Closed);
        let month = closed.max().or_else(|| shown().max());
        let movements = match month {
            Some(month) => movement::largest(ledger, filter, month, MOST_MOVEMENTS, threads)?,
            None => Vec::new(),
        };
        Ok(Self {
            filter,
            month,
            movements,
            totals: summary::summarize(ledger, filter, &[], threads)?,
            expiring: expiring::list(ledger, filter, Horizon { within: Some(WITHIN), over: OVER })?,
            forfeited: forfeited(ledger, filter)?,
            findings: findings(ledger, left_out, filter, threads)?,
            months,
            compared,
            left_out: left_out.chunk_by(|a, b| (a.file, a.line) == (b.file, b.line)).count(),
        })
    }

    /// The months shown, first to last.
    pub(super) fn span(&self) -> Option<(Month, Month)> {
        let months = || self.months.iter().filter_map(|summary| summary.group.month);
        Some((months().min()?, months().max()?))
    }
}

fn findings(
    ledger: &Ledger,
    left_out: &[Problem],
    filter: &Filter,
    threads: usize,
) -> Result<Vec<Finding>, AnalysisError> {
    let mut findings = check::run(ledger, filter, Check::ALL, threads)?;
    findings.extend(left_out.iter().map(unreadable));
    check::sort(&mut findings);
    // Stable: those of one severity stay in the order of the files.
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    Ok(findings)
}

/// The months in which credits lost something by expiring.
fn forfeited<'l>(ledger: &'l Ledger, filter: &Filter) -> Result<Vec<(&'l Credit, Entry<'l>)>, AnalysisError> {
    let mut forfeited = Vec::new();
    for place in ledger.sorted() {
        let credit = &ledger.credits()[place];
        given::months(ledger, filter, credit, |entry| {
            if !entry.forfeited.is_zero() {
                forfeited.push((credit, entry));
            }
            Ok::<_, AnalysisError>(())
        })?;
    }
    Ok(forfeited)
}

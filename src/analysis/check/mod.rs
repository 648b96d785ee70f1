//! The monthly finance checks: what in the books does not add up, and what to do about it.
//!
//! One enum names every check; a file holds each family of them. Invariant: every finding is reported, none stops the
//! others, and a finding in an open month is a note at most, because its figures may still change; but a month that has
//! not begun is an error.

mod catalogue;
mod credit;
mod ledger;
mod rows;

use crate::analysis::AnalysisError;
use crate::analysis::filter::Filter;
use crate::ledger::{Ledger, RowRef};
use crate::model::{Id, Level, Month, Period, Place, parallel};

use self::ledger::Across;

pub use self::catalogue::Check;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub check: Check,
    /// How much it matters here.
    pub severity: Level,
    /// The row it is about, if it is about one.
    pub place: Option<Place>,
    pub customer: Option<Id>,
    pub agreement: Option<Id>,
    pub month: Option<Month>,
    /// Both values, the difference, and what to do.
    pub message: String,
}

/// By file and line, those without a place last; then by check.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| (finding.place.is_none(), finding.place, finding.check, finding.month);
        key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
    });
}

/// Runs some checks on a ledger; findings come by file, line and check.
pub fn run(ledger: &Ledger, filter: &Filter, wanted: &[Check], threads: usize) -> Result<Vec<Finding>, AnalysisError> {
    let nothing = Findings { ledger, filter, wanted, found: Vec::new() };
    let across = Across::new(ledger);
    let mut findings = nothing.clone();
    rows::check(&mut findings);
    ledger::check(&mut findings, &across);
    let parts = parallel::each(ledger.stretches(threads), |stretch| {
        let mut findings = nothing.clone();
        for credit in &ledger.credits()[stretch] {
            credit::check(&mut findings, credit, &across)?;
        }
        Ok::<_, AnalysisError>(findings)
    });
    for part in parts {
        findings.found.extend(part?.found);
    }
    let mut found = findings.found;
    sort(&mut found);
    Ok(found)
}

/// What the checks have found so far, and what they look at.
#[derive(Clone)]
struct Findings<'l> {
    ledger: &'l Ledger,
    filter: &'l Filter,
    wanted: &'l [Check],
    found: Vec<Finding>,
}

impl Findings<'_> {
    fn wants(&self, check: Check) -> bool {
        self.wanted.contains(&check)
    }

    /// Adds a finding about a row, unless its check or its credit and month are not asked for.
    fn add(&mut self, check: Check, row: RowRef, message: impl FnOnce() -> String) {
        self.add_as(check, check.severity(), row, message);
    }

    /// Adds a finding about a row with a severity of its own.
    fn add_as(&mut self, check: Check, severity: Level, row: RowRef, message: impl FnOnce() -> String) {
        self.add_finding(check, severity, self.ledger.month(row), row, message);
    }

    /// Adds a finding about a month without a row, which shows at another row of the credit.
    fn add_in(&mut self, check: Check, month: Month, row: RowRef, message: impl FnOnce() -> String) {
        self.add_finding(check, check.severity(), month, row, message);
    }

    /// Adds a finding about a report as a whole, if its check is asked for.
    fn add_to_report(&mut self, check: Check, severity: Level, month: Option<Month>, message: String) {
        if self.wants(check) {
            self.found.push(Finding { check, severity, place: None, customer: None, agreement: None, month, message });
        }
    }

    fn add_finding(
        &mut self,
        check: Check,
        severity: Level,
        month: Month,
        row: RowRef,
        message: impl FnOnce() -> String,
    ) {
        let Self { ledger, filter, .. } = *self;
        let identity = &ledger.key(row).identity;
        let shown = filter.shows_identity(identity) && filter.shows_row(month, ledger.status(row));
        if !self.wants(check) || !shown {
            return;
        }
        let is_provisional = filter.period(month) == Period::Open && check != Check::FutureMonth;
        self.found.push(Finding {
            check,
            severity: if is_provisional { Level::Note } else { severity },
            place: Some(ledger.place(row)),
            customer: Some(identity.customer.clone()),
            agreement: Some(identity.agreement.clone()),
            month: Some(month),
            message: message(),
        });
    }
}

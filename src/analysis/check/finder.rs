//! Collecting findings: those that are asked for, as grave as their month allows.

use crate::analysis::filter::Filter;
use crate::ledger::{Ledger, RowRef};
use crate::model::month::Month;
use crate::model::period::Period;

use super::catalogue::Check;
use super::finding::Finding;
use super::severity::Severity;

/// What the checks look at.
#[derive(Clone, Copy)]
pub(super) struct Finder<'l> {
    pub(super) ledger: &'l Ledger,
    pub(super) filter: &'l Filter,
    pub(super) wanted: &'l [Check],
}

/// What the checks have found so far.
pub(super) struct Found<'l> {
    pub(super) finder: Finder<'l>,
    pub(super) found: Vec<Finding>,
}

impl<'l> Found<'l> {
    pub(super) fn new(finder: Finder<'l>) -> Self {
        Self { finder, found: Vec::new() }
    }

    pub(super) fn wants(&self, check: Check) -> bool {
        self.finder.wanted.contains(&check)
    }

    /// Adds a finding about a row, unless its check or its credit and month are not asked for.
    pub(super) fn add(&mut self, check: Check, row: RowRef, message: impl FnOnce() -> String) {
        self.add_as(check, check.severity(), row, message);
    }

    /// Adds a finding about a row with a severity of its own.
    pub(super) fn add_as(&mut self, check: Check, severity: Severity, row: RowRef, message: impl FnOnce() -> String) {
        self.add_finding(check, severity, self.finder.ledger.month(row), row, message);
    }

    /// Adds a finding about a month without a row, which shows at another row of the credit.
    pub(super) fn add_in(&mut self, check: Check, month: Month, row: RowRef, message: impl FnOnce() -> String) {
        self.add_finding(check, check.severity(), month, row, message);
    }

    /// Adds a finding about a report as a whole, if its check is asked for.
    pub(super) fn add_to_report(&mut self, check: Check, severity: Severity, month: Option<Month>, message: String) {
        if self.wants(check) {
            self.found.push(Finding { check, severity, place: None, customer: None, agreement: None, month, message });
        }
    }

    fn add_finding(
        &mut self,
        check: Check,
        severity: Severity,
        month: Month,
        row: RowRef,
        message: impl FnOnce() -> String,
    ) {
        let Finder { ledger, filter, .. } = self.finder;
        let identity = &ledger.key(row).identity;
        let shown = filter.shows_identity(identity) && filter.shows_row(month, ledger.status(row));
        if !self.wants(check) || !shown {
            return;
        }
        let is_provisional = filter.period(month) == Period::Open && check != Check::FutureMonth;
        self.found.push(Finding {
            check,
            severity: if is_provisional { Severity::Note } else { severity },
            place: Some(ledger.place(row)),
            customer: Some(identity.customer.clone()),
            agreement: Some(identity.agreement.clone()),
            month: Some(month),
            message: message(),
        });
    }
}

//! The monthly finance checks: what in the books does not add up, and what to do about it.
//!
//! One enum names every check; a file holds each family of them. Invariant: every finding is reported, none stops the
//! others, and a finding in an open month is a note at most, because its figures may still change; but a month that has
//! not begun is an error.

mod catalogue;
mod credit;
mod ledger;
mod rows;

use std::cmp::Reverse;

use rust_decimal::Decimal;

use crate::analysis::expiring::{Expiring, Horizon, Listing, OVER};
use crate::analysis::filter::Filter;
use crate::analysis::walk;
use crate::ledger::{Credit, Ledger, Life, RowRef};
use crate::model::{Currency, Id, Level, Month, Overflow, Period, Place};

pub use self::catalogue::Check;
pub(super) use self::ledger::Across;
pub use self::rows::{BOOK, changes, other_row};

/// Days ahead that the checks look, if nothing else is said.
pub const WITHIN: u32 = 30;

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
    pub currency: Option<Currency>,
    /// The money that it is about: what differs, is lost, or is in doubt.
    pub amount: Option<Decimal>,
    /// What of the message tells it from others, where ids, month and amount do not: a cell's value, a partner, a day.
    pub detail: Option<String>,
    /// Both values, the difference, and what to do.
    pub message: String,
}

impl Finding {
    /// Of the check's own severity, about a report as a whole.
    pub fn new(check: Check, message: String) -> Self {
        Self {
            check,
            severity: check.severity(),
            place: None,
            customer: None,
            agreement: None,
            month: None,
            currency: None,
            amount: None,
            detail: None,
            message,
        }
    }

    /// The same about a row.
    fn of_row(self, ledger: &Ledger, row: RowRef) -> Self {
        let identity = &ledger.key(row).identity;
        Self {
            place: Some(ledger.place(row)),
            customer: Some(identity.customer.clone()),
            agreement: Some(identity.agreement.clone()),
            currency: Some(identity.currency),
            ..self
        }
    }
}

/// The worst first, and of these what is about a report as a whole, then by file and line, those without a place last.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| {
            let is_of_a_part = finding.place.is_some() || finding.customer.is_some();
            let place = (is_of_a_part, finding.place.is_none(), finding.place);
            (Reverse(finding.severity), place, finding.check, finding.month)
        };
        key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
    });
}

/// Runs some checks on a ledger; those of what lies ahead look as many days ahead as `within` says.
pub fn run(
    ledger: &Ledger,
    filter: &Filter,
    wanted: &[Check],
    within: u32,
    threads: usize,
) -> Result<Vec<Finding>, Overflow> {
    let across = Across::new(ledger);
    let horizon = Horizon { within: Some(within), over: OVER };
    let looks_ahead = wanted.contains(&Check::WillBeLost) || wanted.contains(&Check::UsedUpSoon);
    let (findings, _) = walk(
        ledger,
        filter,
        threads,
        (Findings::new(ledger, filter, wanted, &across), Listing::default()),
        |(findings, listing), credit, (life, last)| {
            let ending = if looks_ahead { listing.add(ledger, filter, horizon, credit, (life, last))? } else { None };
            findings.add_credit(credit, life, (ending, within))
        },
        |(all, _), (part, _)| {
            all.found.extend(part.found);
            Ok(())
        },
    )?;
    findings.finish()
}

/// What the checks have found so far, and what they look at.
#[derive(Clone)]
pub(super) struct Findings<'l> {
    ledger: &'l Ledger,
    filter: &'l Filter,
    wanted: &'l [Check],
    across: &'l Across<'l>,
    pub(super) found: Vec<Finding>,
}

impl<'l> Findings<'l> {
    pub(super) fn new(ledger: &'l Ledger, filter: &'l Filter, wanted: &'l [Check], across: &'l Across<'l>) -> Self {
        Self { ledger, filter, wanted, across, found: Vec::new() }
    }

    /// Adds what is found along a credit's life, and of how it ends, if it does within so many days.
    pub(super) fn add_credit(
        &mut self,
        credit: &Credit,
        life: &Life<'_>,
        (ending, within): (Option<&Expiring<'_>>, u32),
    ) -> Result<(), Overflow> {
        if self.wanted.is_empty() {
            return Ok(());
        }
        if let Some(expiring) = ending {
            credit::ending(self, expiring, within);
        }
        credit::check(self, credit, life)
    }

    /// Adds what is found of rows and of the report as a whole; returns all in order.
    pub(super) fn finish(mut self) -> Result<Vec<Finding>, Overflow> {
        if !self.wanted.is_empty() {
            rows::check(&mut self)?;
            ledger::check(&mut self);
        }
        sort(&mut self.found);
        Ok(self.found)
    }

    fn wants(&self, check: Check) -> bool {
        self.wanted.contains(&check)
    }

    /// Adds a finding about a row and maybe some money, unless its check or its credit and month are not asked for.
    fn add(&mut self, check: Check, row: RowRef, amount: impl Into<Option<Decimal>>, message: impl FnOnce() -> String) {
        self.add_in(self.ledger.month(row), check, check.severity(), row, amount, message);
    }

    /// Adds one about a month, be it that of the row at which it shows or one without a row.
    fn add_in(
        &mut self,
        month: Month,
        check: Check,
        severity: Level,
        row: RowRef,
        amount: impl Into<Option<Decimal>>,
        message: impl FnOnce() -> String,
    ) {
        let Self { ledger, filter, .. } = *self;
        let shown = filter.shows_identity(&ledger.key(row).identity) && filter.shows_row(month, ledger.status(row));
        if shown && self.wants(check) {
            let finding =
                Finding { severity, amount: amount.into(), month: Some(month), ..Finding::new(check, message()) };
            self.add_to_report(finding.of_row(ledger, row));
        }
    }

    /// Adds a finding, be it about the report as a whole, if its check and month are asked for.
    fn add_to_report(&mut self, mut finding: Finding) {
        let is_open = finding.month.is_some_and(|month| self.filter.period(month) == Period::Open);
        if is_open && finding.check != Check::FutureMonth {
            finding.severity = Level::Note;
        }
        if self.wants(finding.check) && finding.month.is_none_or(|month| self.filter.shows_month(month)) {
            self.found.push(finding);
        }
    }
}

//! The monthly finance checks: what in the books does not add up, and what to do about it.
//!
//! One enum names every check; a file holds each family of them. Invariant: every finding is reported, none stops the
//! others, and a finding in an open month is a note at most, because its figures may still change; but a month that has
//! not begun is an error.

mod across;
mod along;
mod rows;

use std::fmt;
use std::thread;

use self::across::Across;
use crate::ledger::{Ledger, RowRef};
use crate::model::id::Id;
use crate::model::month::Month;
use crate::model::period::Period;
use crate::model::report::Place;

use super::AnalysisError;
use super::filter::Filter;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Look into it before the books are closed.
    Warning,
    /// The figures cannot be right.
    Error,
}

impl Severity {
    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

macro_rules! checks {
    ($($variant:ident $name:literal $severity:ident $finds:literal)*) => {
        /// A check.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Check {
            $(#[doc = $finds] $variant,)*
        }

        impl Check {
            /// All checks, in the order in which they are listed.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// How much its findings matter, in a closed month.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity),* }
            }

            /// What it finds.
            #[must_use]
            pub fn finds(self) -> &'static str {
                match self { $(Self::$variant => $finds),* }
            }
        }
    };
}

checks! {
    UnreadableRow "unreadable-row" Error "A row that cannot be read"
    ConflictingRows "conflicting-rows" Error "The same credit and month twice in one file, with other values"
    DuplicateRow "duplicate-row" Note "The same row again in one file"
    RestatedMonth "restated-month" Warning "A closed month that a later file changed"
    CreditDecreased "credit-decreased" Error "CreditAmount below the month before: credit was taken back"
    NegativeAmount "negative-amount" Error "CreditAmount or BalanceAmount below zero"
    LimitChanged "limit-changed" Warning "The limit moved while the credit was active: a top-up or a clawback"
    MissingMonth "missing-month" Warning "A hole in a timeline, in a month that other credits of the partner have"
    CreditVanished "credit-vanished" Warning "An active credit with balance whose rows stop before the report does"
    UnknownOpening "unknown-opening" Note "Credit used before the files begin, which no file explains"
    ActivePastExpiry "active-past-expiry" Error "Active in a month after the one in which the credit expired"
    ExpiredBeforeExpiry "expired-before-expiry" Warning "Expired in a month that ends before the credit does"
    UsedOutsideTerm "used-outside-term" Error "Credit given in a month before EffectiveDate or after ExpiryDate"
    StatusReverted "status-reverted" Error "Expired, then active again"
    DatesAmended "dates-amended" Warning "EffectiveDate or ExpiryDate changed along the timeline, or contradict each other"
    CurrencyChanged "currency-changed" Error "One agreement in two currencies"
    Forfeited "forfeited" Warning "Credit that expired unused"
    UnknownStatus "unknown-status" Warning "A status other than Active and Expired"
    UnknownCreditName "unknown-credit-name" Warning "A credit name other than ACO"
    OddPrecision "odd-precision" Note "More decimals than the currency has"
    FutureMonth "future-month" Error "An invoice month after the month of --as-of"
    StaleReport "stale-report" Warning "A partner's newest month is older than the last closed one, or there are no rows"
    UnusedAcceptance "unused-acceptance" Note "A line of the --accept file that matches no finding"
}

/// Something that a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The check.
    pub check: Check,
    /// How much it matters here.
    pub severity: Severity,
    /// The row it is about, if it is about one.
    pub place: Option<Place>,
    /// The customer.
    pub customer: Option<Id>,
    /// The agreement.
    pub agreement: Option<Id>,
    /// The month.
    pub month: Option<Month>,
    /// Both values, the difference, and what to do.
    pub message: String,
}

/// Runs some checks on a ledger; findings come by file, line and check.
pub fn run(ledger: &Ledger, filter: &Filter, wanted: &[Check], threads: usize) -> Result<Vec<Finding>, AnalysisError> {
    let finder = Finder { ledger, filter, wanted };
    let across = Across::of(ledger);
    let mut findings = Findings::new(finder);
    rows::check(&mut findings);
    across::check(&mut findings, &across);
    let parts: Vec<Result<Findings<'_>, AnalysisError>> = thread::scope(|scope| {
        let work = |stretch: std::ops::Range<usize>| {
            let across = &across;
            move || {
                let mut findings = Findings::new(finder);
                let mut entries = Vec::new();
                for credit in &ledger.credits()[stretch] {
                    along::check(&mut findings, credit, across, &mut entries)?;
                }
                Ok(findings)
            }
        };
        let workers: Vec<_> = ledger.stretches(threads).into_iter().map(|stretch| scope.spawn(work(stretch))).collect();
        let joined = workers.into_iter().map(thread::ScopedJoinHandle::join);
        joined.map(|part| part.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    for part in parts {
        findings.found.extend(part?.found);
    }
    let mut found = findings.found;
    sort(&mut found);
    Ok(found)
}

/// By file and line, those without a place last; then by check.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| (finding.place.is_none(), finding.place, finding.check, finding.month);
        key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
    });
}

/// What the checks look at.
#[derive(Clone, Copy)]
struct Finder<'l> {
    ledger: &'l Ledger,
    filter: &'l Filter,
    wanted: &'l [Check],
}

/// What the checks have found so far.
struct Findings<'l> {
    finder: Finder<'l>,
    found: Vec<Finding>,
}

impl<'l> Findings<'l> {
    fn new(finder: Finder<'l>) -> Self {
        Self { finder, found: Vec::new() }
    }

    fn wants(&self, check: Check) -> bool {
        self.finder.wanted.contains(&check)
    }

    /// Adds a finding about a row, unless its check or its credit and month are not asked for.
    fn add(&mut self, check: Check, row: RowRef, message: impl FnOnce() -> String) {
        self.add_as(check, check.severity(), row, message);
    }

    /// Adds a finding about a row with a severity of its own.
    fn add_as(&mut self, check: Check, severity: Severity, row: RowRef, message: impl FnOnce() -> String) {
        let (shard, values) = self.finder.ledger.row(row);
        self.add_finding(check, severity, shard.month(values), row, message);
    }

    /// Adds a finding about a month without a row, which shows at another row of the credit.
    fn add_in(&mut self, check: Check, month: Month, row: RowRef, message: impl FnOnce() -> String) {
        self.add_finding(check, check.severity(), month, row, message);
    }

    /// Adds a finding about a report as a whole.
    fn add_to_report(&mut self, check: Check, month: Option<Month>, message: String) {
        let severity = check.severity();
        self.found.push(Finding { check, severity, place: None, customer: None, agreement: None, month, message });
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
        let (shard, values) = ledger.row(row);
        let identity = &shard.key(values).identity;
        let shown =
            filter.shows_identity(identity) && filter.shows_month(month) && filter.shows_status(shard.status(values));
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

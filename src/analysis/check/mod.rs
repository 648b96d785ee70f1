//! The monthly finance checks: what in the books does not add up, and what to do about it.
//!
//! One enum names every check; a file holds each family of them. Invariant: every finding is reported, none stops the
//! others, and a finding in an open month is a note at most, because its figures may still change; but a month that has
//! not begun is an error.

mod credit;
mod ledger;
mod rows;

use std::cmp::Reverse;

use rust_decimal::Decimal;

use crate::analysis::expiring::{Horizon, Listing, OVER};
use crate::analysis::filter::Filter;
use crate::analysis::walk;
use crate::ledger::{Credit, Ledger, Life, RowRef};
use crate::model::{Currency, Id, Level, Month, Overflow, Period, Place};

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
    let findings = walk(
        ledger,
        filter,
        threads,
        Findings::new(ledger, filter, wanted, &across),
        |findings, credit, (life, _)| findings.add_credit(credit, life, within),
        |all, part| {
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
    /// The filter without months, and the last month of all: what lies ahead is told by all that is known.
    ahead: Option<(Filter, Month)>,
    pub(super) found: Vec<Finding>,
}

impl<'l> Findings<'l> {
    pub(super) fn new(ledger: &'l Ledger, filter: &'l Filter, wanted: &'l [Check], across: &'l Across<'l>) -> Self {
        let looks_ahead = wanted.contains(&Check::WillBeLost) || wanted.contains(&Check::UsedUpSoon);
        let last = ledger.months().last().filter(|_| looks_ahead);
        Self {
            ledger,
            filter,
            wanted,
            across,
            ahead: last.map(|last| (filter.of_all_months(), *last)),
            found: Vec::new(),
        }
    }

    /// Adds what is found along a credit's life, and of how it ends, if it does within so many days.
    pub(super) fn add_credit(&mut self, credit: &'l Credit, life: &Life<'l>, within: u32) -> Result<(), Overflow> {
        if self.wanted.is_empty() {
            return Ok(());
        }
        if let Some((filter, last)) = &self.ahead {
            let (horizon, mut listing) = (Horizon { within: Some(within), over: OVER }, Listing::default());
            if let Some(expiring) = listing.add(self.ledger, filter, horizon, credit, (life, *last))? {
                credit::ending(self, expiring, within);
            }
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

/// The checks by name.
macro_rules! checks {
    ($($variant:ident $name:literal $severity:ident $finds:literal)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Check {
            $(#[doc = $finds] $variant,)*
        }

        impl Check {
            /// All checks, in the order in which they are listed.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// How much its findings matter, in a closed month.
            pub fn severity(self) -> Level {
                match self { $(Self::$variant => Level::$severity),* }
            }

            pub fn finds(self) -> &'static str {
                match self { $(Self::$variant => $finds),* }
            }
        }
    };
}

/// Names that checks had in earlier versions, which files of accepted findings may still have.
const FORMER: [(&str, Check); 2] =
    [("expired-before-expiry", Check::EndedEarly), ("stale-report", Check::ProvisionalMonth)];

impl Check {
    /// The check of a name, be it one of an earlier version.
    pub fn named(name: &str) -> Option<Self> {
        let known = Self::ALL.iter().find(|known| known.name() == name).copied();
        known.or_else(|| FORMER.iter().find(|(former, _)| *former == name).map(|(_, check)| *check))
    }
}

checks! {
    UnreadableRow "unreadable-row" Error "A row that cannot be read"
    UnreadFile "unread-file" Warning "A download that holds no data, such as a web page, or an invoice whose Azure credit cannot be told"
    ConflictingRows "conflicting-rows" Error "The same credit and month twice in one file or download, with other values"
    DuplicateRow "duplicate-row" Note "The same row again in one file"
    RestatedMonth "restated-month" Error "A month that a newer download changed, though it was not the last of the older one"
    CreditDecreased "credit-decreased" Error "CreditAmount below the month before: credit was taken back"
    NegativeAmount "negative-amount" Error "CreditAmount or BalanceAmount below zero"
    LimitChanged "limit-changed" Warning "The limit moved while the credit was running: a top-up or a clawback"
    MissingMonth "missing-month" Warning "A hole in a timeline, in a month that other credits of the partner have"
    MonthWithoutRows "month-without-rows" Error "A month inside a partner's coverage that no credit has a row of"
    CreditVanished "credit-vanished" Warning "A credit with something left whose rows stop before its last day and before the report does"
    UnknownOpening "unknown-opening" Note "Credit used before the files begin, which no file explains"
    ActivePastExpiry "active-past-expiry" Error "Active in a month after the one in which the credit expired"
    EndedEarly "ended-early" Warning "Over, by whatever word, with something left, in a month that ends before the credit does"
    UsedOutsideTerm "used-outside-term" Error "Credit given in a month before EffectiveDate or after ExpiryDate; a warning in the month right after"
    StatusReverted "status-reverted" Error "Over, then running again"
    DatesAmended "dates-amended" Warning "EffectiveDate or ExpiryDate changed along the timeline, or contradict each other"
    PartnerChanged "partner-changed" Warning "A credit that another partner had before, so that its use until then is of unknown months"
    CurrencyChanged "currency-changed" Error "One agreement in two currencies"
    Forfeited "forfeited" Warning "Credit that ended unused"
    UnknownStatus "unknown-status" Warning "A status that is no known word"
    UnknownCreditName "unknown-credit-name" Warning "A credit name other than ACO"
    OddPrecision "odd-precision" Note "More decimals than the currency has"
    FutureMonth "future-month" Error "An invoice month after the current one; --as-of leaves such months out"
    EmptyReport "empty-report" Error "A report without rows"
    MissingReport "missing-report" Error "The last closed month, or an invoiced month after the report ends, of which a partner has no row"
    TruncatedReport "truncated-report" Error "A month that more than half of the credits of the month before, and at least three, have no row of any more"
    ProvisionalMonth "provisional-month" Note "The last closed month, where the newest download ends with it and may have been taken before the invoice"
    WillBeLost "will-be-lost" Warning "A credit that ends within --within days, and will not be used up by then"
    UsedUpSoon "used-up-soon" Warning "A credit that is used up within --within days, before the month in which it ends"
    InvoiceMismatch "invoice-mismatch" Error "With --invoice: credit given and credit applied differ, or nothing could be compared"
    CreditNotInvoiced "credit-not-invoiced" Error "With --invoice: credit given that no invoice line applied"
    InvoiceWithoutCredit "invoice-without-credit" Error "With --invoice: credit that an invoice applied and the report did not give"
    NotComparable "not-comparable" Error "With --invoice: credit and invoice lines whose currencies do not meet; a warning before the last closed month"
    CreditAndPec "credit-and-pec" Warning "With --invoice: a line with Azure credit and partner earned credit, which exclude each other"
    NotBooked "not-booked" Warning "With --booked: credit given in a closed month that is not booked"
    BookedOtherwise "booked-otherwise" Error "With --booked: a month of which another amount is booked than was given"
    CreditWithoutCharge "credit-without-charge" Warning "With --invoice: a credit line that no charge stands beside"
    SeveralRates "several-rates" Warning "With --invoice: two exchange rates between the same currencies in a month"
    WrongSign "wrong-sign" Warning "With --invoice: a credit line that raises the invoice, or whose amounts have two signs"
    UnusedAcceptance "unused-acceptance" Note "A line of the --accept file that matches no finding"
}

//! What a credit did in a month and the month before it, as far as the report tells.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::ledger::{Credit, Entry, Ledger};
use crate::model::{Month, Overflow, Status, money};

use crate::analysis::AnalysisError;
use crate::analysis::filter::Filter;

/// A credit in a month; by default nothing is known of it.
#[derive(Debug, Default)]
pub(super) struct InMonth {
    /// CreditGiven; 0 without a record, empty if it is unknown.
    pub(super) given: Option<Decimal>,
    /// Whether `given` covers months before, too.
    pub(super) is_spanning: bool,
    /// What is left of it at the end of the month; 0 once expired, empty if it is unknown.
    pub(super) balance: Option<Decimal>,
}

impl InMonth {
    /// CreditGiven less that of the month before, if both are known and of one month.
    pub(super) fn change(&self, before: &Self) -> Result<Option<Decimal>, Overflow> {
        let is_of_one_month = !self.is_spanning && !before.is_spanning;
        let sides = self.given.zip(before.given).filter(|_| is_of_one_month);
        sides.map(|(now, before)| money::subtract(now, before)).transpose()
    }
}

/// A credit's timeline, and which months the report covers of its partner.
pub(super) struct Life<'l, 'f> {
    entries: Vec<Entry<'l>>,
    filter: &'f Filter,
    is_covered: &'f dyn Fn(Month) -> bool,
}

impl<'l, 'f> Life<'l, 'f> {
    pub(super) fn new(
        ledger: &'l Ledger,
        credit: &Credit,
        filter: &'f Filter,
        is_covered: &'f dyn Fn(Month) -> bool,
    ) -> Result<Self, AnalysisError> {
        let entries = ledger.timeline(credit).collect::<Result<_, _>>()?;
        Ok(Self { entries, filter, is_covered })
    }

    /// What it did in a month, whether the filter shows that month or not.
    pub(super) fn in_month(&self, month: Month) -> InMonth {
        let known = |amount| InMonth { given: Some(amount), is_spanning: false, balance: Some(Decimal::ZERO) };
        if let Some(entry) = self.entries.iter().find(|entry| entry.month == month) {
            if !self.filter.shows_status(entry.status) {
                return known(Decimal::ZERO);
            }
            let is_over = *entry.status == Status::Expired;
            return InMonth {
                given: entry.given,
                is_spanning: entry.span.is_some_and(|span| span > 1),
                balance: Some(if is_over { Decimal::ZERO } else { entry.balance_amount }),
            };
        }
        if self.is_silent_about(month) {
            return InMonth::default();
        }
        let is_gone = !self.has_vanished_by(month);
        InMonth { balance: is_gone.then_some(Decimal::ZERO), ..known(Decimal::ZERO) }
    }

    /// Whether nothing tells what became of the credit in a month in which it has no record.
    fn is_silent_about(&self, month: Month) -> bool {
        let before = self.entries.iter().rfind(|entry| entry.month < month);
        if before.is_some_and(|entry| *entry.status == Status::Expired) {
            return false;
        }
        let after = self.entries.iter().find(|entry| entry.month > month);
        match (before, after) {
            // What was given then stands in a later month.
            (Some(_), Some(_)) => true,
            (None, Some(after)) if after.span.is_some_and(|span| after.month.months_since(month) < span) => true,
            (None, Some(after)) => {
                let began_later = after.effective().is_some_and(|day| Month::of(day) > month);
                !began_later && (after.opening.is_some() || !(self.is_covered)(month))
            }
            (_, None) => !(self.is_covered)(month),
        }
    }

    /// Whether its records stop before a month although something was left and it has not ended by then.
    fn has_vanished_by(&self, month: Month) -> bool {
        self.entries.last().filter(|last| last.month < month).is_some_and(|last| {
            let is_over = *last.status == Status::Expired || last.expiry().is_some_and(|day| day < month.first_day());
            !is_over && !last.balance_amount.is_zero()
        })
    }

    /// What it lost by expiring in some months.
    pub(super) fn forfeited(&self, first: Month, last: Month) -> impl Iterator<Item = Decimal> {
        let within = self.entries.iter().filter(move |entry| (first..=last).contains(&entry.month));
        within.filter(|entry| self.filter.shows_status(entry.status)).map(|entry| entry.forfeited)
    }

    /// Its last day, if it is active in its latest record that is shown and that day is to come.
    pub(super) fn ends_on(&self) -> Option<NaiveDate> {
        let latest = self.entries.iter().rfind(|entry| self.filter.shows_month(entry.month))?;
        let is_active = *latest.status == Status::Active && self.filter.shows_status(latest.status);
        latest.expiry().filter(|day| is_active && *day >= self.filter.as_of)
    }
}

//! What a credit did in a month and the month before it, as far as the report tells.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::analysis::filter::Filter;
use crate::ledger::{Life, State};
use crate::model::{Month, Overflow, money};

/// A credit in a month; by default nothing is known of it.
#[derive(Debug, Default)]
pub(super) struct InMonth {
    /// CreditGiven; 0 without a record, empty if it is unknown.
    pub(super) given: Option<Decimal>,
    /// Whether `given` covers months before, too.
    pub(super) is_spanning: bool,
    /// What is left of it at the end of the month; empty if it is unknown.
    pub(super) balance: Option<Decimal>,
}

impl InMonth {
    /// What a credit did in a month, whether the filter shows that month or not.
    pub(super) fn new(life: &Life<'_>, filter: &Filter, month: Month) -> Self {
        let known = Self { given: Some(Decimal::ZERO), is_spanning: false, balance: Some(Decimal::ZERO) };
        let latest = life.latest(month);
        if latest.is_some_and(|latest| !filter.shows_status(latest.status)) {
            return known;
        }
        if let Some(entry) = latest.filter(|latest| latest.month == month) {
            let is_spanning = entry.span.is_some_and(|span| span > 1);
            return Self { given: entry.given, is_spanning, balance: Some(entry.left()) };
        }
        let given = if is_silent(life, month) { None } else { known.given };
        // Of a credit that was used up nothing is left, though its rows stop.
        let used_up = || latest.filter(|latest| latest.left().is_zero()).map(|_| Decimal::ZERO);
        Self { given, balance: life.left(month).or_else(used_up), ..known }
    }

    /// CreditGiven less that of the month before, if both are known and of one month.
    pub(super) fn change(&self, before: &Self) -> Result<Option<Decimal>, Overflow> {
        let is_of_one_month = !self.is_spanning && !before.is_spanning;
        let sides = self.given.zip(before.given).filter(|_| is_of_one_month);
        sides.map(|(now, before)| money::subtract(now, before)).transpose()
    }
}

/// Whether nothing tells what a credit was given in a month in which it has no record.
fn is_silent(life: &Life<'_>, month: Month) -> bool {
    match life.state(month) {
        State::Over => false,
        // Of a credit that was used up nothing more can be given.
        State::Vanished => life.latest(month).is_none_or(|latest| !latest.left().is_zero()),
        // Its first row may cover the month, too.
        State::NotYet => life.entries.first().is_some_and(|first| {
            first.month > month && first.span.is_some_and(|span| first.month.months_since(month) < span)
        }),
        // What was given then stands in a later month, or nowhere yet.
        State::Running | State::Carried | State::Unknown => true,
    }
}

/// What a credit lost by an end in some months.
pub(super) fn forfeited(life: &Life<'_>, filter: &Filter, first: Month, last: Month) -> Result<Decimal, Overflow> {
    let all = life.forfeited()?;
    let within = all.iter().filter(|(month, ..)| (first..=last).contains(month));
    let mut shown = within.filter(|(_, _, entry)| filter.shows_status(entry.status));
    shown.try_fold(Decimal::ZERO, |sum, (_, amount, _)| money::add(sum, *amount))
}

/// The last day of a credit, if it runs in its latest record that is shown and that day is to come.
pub(super) fn ends_on(life: &Life<'_>, filter: &Filter, last: Month) -> Option<NaiveDate> {
    let runs = matches!(life.state(last), State::Running | State::Carried);
    let latest = life.latest(last).filter(|latest| runs && filter.shows_status(latest.status))?;
    latest.expiry().filter(|day| *day >= filter.as_of)
}

//! The pace at which a credit is used, and where it leads.
//!
//! A projection is exact arithmetic up to one rounding: the use of all months until a day, the last one by its share
//! of days, is rounded half away from zero to the currency's decimals (the data's, where they are finer), and taken
//! from the balance. Months that ended are certain; every month after the credit's last record counts at the pace.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

use crate::ledger::Entry;
use crate::model::{Month, Overflow, Period, Sum, money};

/// Credit given over so many months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pace {
    given: Decimal,
    months: i64,
}

impl Pace {
    /// The pace of the last `over` closed months of a timeline; `None` if it has none whose use is known.
    ///
    /// A record after a gap counts with all the months that it spans, so there may be more.
    pub(super) fn of_last_months(entries: &[Entry<'_>], over: u32, as_of: NaiveDate) -> Result<Option<Self>, Overflow> {
        let mut given = Sum::default();
        let mut months = 0;
        for entry in entries.iter().rev().filter(|entry| Period::of(entry.month, as_of) == Period::Closed) {
            let (Some(amount), Some(span)) = (entry.given, entry.span) else { break };
            if months >= i64::from(over) {
                break;
            }
            given.add(amount)?;
            months += i64::from(span);
        }
        let given = given.value()?;
        Ok((months > 0).then_some(Self { given, months }))
    }

    /// The mean of a month, rounded half away from zero to so many decimals.
    pub(super) fn monthly(self, scale: u32) -> Result<Decimal, Overflow> {
        money::share(self.given, 1, self.months, scale)
    }
}

/// What is left at the end of a month, and what is used from the month after it on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Projection {
    pace: Pace,
    /// What is there to use at the beginning of `first`.
    base: Decimal,
    /// The first month that counts at the pace.
    first: Month,
}

impl Projection {
    /// Goes on from the latest record of a credit that ends on `expiry`, if it does.
    ///
    /// The latest record may be of an open month: that has used what it shows, and a correction does not give use
    /// back. If the pace asks for more, the month counts at the pace instead.
    pub(super) fn from(
        latest: &Entry<'_>,
        pace: Pace,
        expiry: Option<NaiveDate>,
        as_of: NaiveDate,
    ) -> Result<Self, Overflow> {
        let after = Self { pace, base: latest.balance_amount, first: latest.month.next() };
        let (Period::Open, Some(given)) = (Period::of(latest.month, as_of), latest.given) else { return Ok(after) };
        let given = given.max(Decimal::ZERO);
        let month = Self { pace, base: money::add(latest.balance_amount, given)?, first: latest.month };
        let end = latest.month.last_day().min(expiry.unwrap_or(NaiveDate::MAX));
        // By cross-multiplication: the month's share at the pace against what it has used.
        let (parts, whole) = month.parts_until(end);
        let asks_for_more = money::times(pace.given, parts)? > money::times(given, whole)?;
        Ok(if asks_for_more { month } else { after })
    }

    /// What is left at the end of `day`, and never less than nothing.
    pub(super) fn left_on(&self, day: NaiveDate, scale: u32) -> Result<Decimal, Overflow> {
        let (parts, whole) = self.parts_until(day);
        let used = money::share(self.pace.given.max(Decimal::ZERO), parts, whole, scale)?;
        let left = money::subtract(self.base, used)?;
        Ok(if left.is_sign_negative() { Decimal::new(0, scale) } else { left })
    }

    /// The month in which nothing is left any more; `None` if that is after `end`, or never.
    pub(super) fn runs_out(&self, end: Option<NaiveDate>) -> Result<Option<Month>, Overflow> {
        let due = money::times(self.base, self.pace.months)?;
        let Some(months) = money::steps_to(due, self.pace.given)? else { return Ok(None) };
        let Some(month) = self.first.later(months - 1) else { return Ok(None) };
        let Some(end) = end else { return Ok(Some(month)) };
        if month != Month::of(end) {
            return Ok((month < Month::of(end)).then_some(month));
        }
        let (parts, whole) = self.parts_until(end);
        let is_in_time = money::times(self.pace.given, parts)? >= money::times(self.base, whole)?;
        Ok(is_in_time.then_some(month))
    }

    /// How much of the pace's amount is used until the end of `day`: so many parts of a whole.
    fn parts_until(&self, day: NaiveDate) -> (i64, i64) {
        let last = Month::of(day);
        let whole = self.pace.months * last.days();
        if last < self.first {
            return (0, whole);
        }
        (i64::from(last.months_since(self.first)) * last.days() + i64::from(day.day()), whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::sample::{entries, ledger};

    #[test]
    fn the_pace_is_the_mean_of_closed_months_and_a_gap_counts_whole() {
        let ledger = ledger(&[&[
            "c 2024-01 10 Active 90 2024-01-01 -",
            "c 2024-04 40 Active 60 2024-01-01 -",
            "c 2024-05 99 Active 1 2024-01-01 -",
        ]]);
        let entries = entries(&ledger);
        let monthly = |over, as_of: &str| {
            let pace = Pace::of_last_months(&entries, over, as_of.parse().unwrap()).unwrap();
            pace.map(|pace| pace.monthly(2).unwrap().to_string())
        };
        // May is open: 30 over February to April.
        assert_eq!(monthly(2, "2024-05-20").as_deref(), Some("10.00"));
        assert_eq!(monthly(1, "2024-06-20").as_deref(), Some("59.00"));
        assert_eq!(monthly(3, "2024-01-20"), None);
    }

    #[test]
    fn a_balance_runs_out_in_the_month_in_which_the_pace_uses_its_rest() {
        let ledger = ledger(&[&["c 2024-01 10 Active 90 2024-01-01 -", "c 2024-02 20 Active 25 2024-01-01 -"]]);
        let entries = entries(&ledger);
        let as_of = "2024-03-05".parse().unwrap();
        let pace = Pace::of_last_months(&entries, 3, as_of).unwrap().unwrap();
        let runs_out = |expiry: Option<&str>| {
            let expiry = expiry.map(|day| day.parse().unwrap());
            let projection = Projection::from(&entries[1], pace, expiry, as_of).unwrap();
            projection.runs_out(expiry).unwrap().map(|month| month.to_string())
        };
        // 10 a month of 25: in the third month, unless the credit ends before.
        assert_eq!(runs_out(None).as_deref(), Some("2024-05"));
        assert_eq!(runs_out(Some("2024-04-30")), None);
    }
}

//! The balance of each credit, and what of it expires: what ends soon, what runs out before, and what will be lost.
//!
//! A projection is exact arithmetic up to one rounding: the use of all months until a day, the last one by its share
//! of days, is rounded half away from zero to the currency's decimals (the data's, where they are finer), and taken
//! from the balance. Months that ended are certain; every month after the credit's last record counts at the pace.

use chrono::{Datelike, Days, NaiveDate};
use rust_decimal::Decimal;

use crate::ledger::{Credit, Entry, Ledger, Life, State};
use crate::model::{Currency, Month, Overflow, Period, Sum, money, words};

use super::filter::Filter;
use super::walk;

/// The state of a credit at the end of a month.
#[derive(Clone, Debug)]
pub struct Balance<'l> {
    /// Its row of the month, or the last one before.
    pub latest: Entry<'l>,
    pub state: State,
    /// What is left of it; empty if nobody knows.
    pub left: Option<Decimal>,
    /// All that it allows, or allowed when it last ran.
    pub limit: Decimal,
    /// CreditAmount in percent of the limit, one decimal; empty for a limit of 0, and if it never ran.
    pub used_percent: Option<Decimal>,
    /// Days from the day of reckoning to the last day; negative once past, empty without a last day.
    pub days_left: Option<i64>,
    /// What the credit has lost by an end until then, be it in a month that is shown or not.
    pub forfeited: Decimal,
}

impl<'l> Balance<'l> {
    /// The state of a credit at the end of a month, the last one shown, if its status then is shown, and it has a row in a
    /// month shown, or something left.
    ///
    /// The status of earlier months plays no part: a credit that has expired since is not active.
    pub fn at(life: &Life<'l>, filter: &Filter, month: Month) -> Result<Option<Self>, Overflow> {
        let Some(latest) = life.latest(month).filter(|latest| filter.shows_status(latest.status)) else {
            return Ok(None);
        };
        let left = life.left(month);
        let has_row = || life.until(month).iter().any(|entry| filter.shows_month(entry.month));
        if left.is_none_or(|left| left.is_zero()) && !has_row() {
            return Ok(None);
        }
        let limit = latest.limit()?;
        let used_percent = if latest.has_run() { money::percent(latest.credit_amount, limit)? } else { None };
        let over = life.entries.last().zip(life.end.over.filter(|over| *over <= month));
        let since = over.map(|(last, over)| life.end.forfeited(last, over)).transpose()?.flatten();
        Ok(Some(Self {
            state: life.state(month),
            left,
            limit,
            used_percent,
            days_left: latest.expiry().map(|expiry| (expiry - filter.as_of).num_days()),
            forfeited: money::sum(life.until(month).iter().map(|entry| entry.forfeited).chain(since))?,
            latest: latest.clone(),
        }))
    }
}

/// Which credits are listed, and at what pace they go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Horizon {
    /// Days from the day of reckoning; `None` for any number.
    pub within: Option<u32>,
    /// The closed months whose mean is the pace.
    pub over: u32,
}

/// The closed months that make the pace, if nothing else is said.
pub const OVER: u32 = 3;

words! {
    /// How near a credit's last day is, in Microsoft's own steps.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Band {
        Days30 = "0-30 days",
        /// 31 to 60 days.
        Days60 = "31-60 days",
        /// 61 to 90 days.
        Days90 = "61-90 days",
        /// Later, or never.
        Later = "later",
    }
}

/// A running credit that ends, or runs out, soon.
#[derive(Clone, Debug)]
pub struct Expiring<'l> {
    pub credit: &'l Credit,
    pub currency: Currency,
    /// Its state in the latest month shown.
    pub balance: Balance<'l>,
    /// The mean CreditGiven of the last closed months, rounded to the currency's decimals; empty without any.
    pub monthly_use: Option<Decimal>,
    /// The month in which the balance ends at that pace (or did, if it is 0); empty if the credit ends before.
    pub run_out: Option<Month>,
    /// What is left on the last day at that pace; empty without a pace or a last day.
    pub projected_unused: Option<Decimal>,
    /// Whether the projection needs more digits than amounts are held in, so that its figures are empty.
    pub is_too_long: bool,
}

impl Expiring<'_> {
    /// How near the last day is; a credit without one never ends.
    pub fn band(&self) -> Band {
        match self.balance.days_left {
            Some(..=30) => Band::Days30,
            Some(..=60) => Band::Days60,
            Some(..=90) => Band::Days90,
            Some(_) | None => Band::Later,
        }
    }
}

/// What is listed, and how much is not because its last day has passed.
#[derive(Clone, Debug, Default)]
pub struct Listing<'l> {
    /// By days left, then identity; credits without a last day come last.
    pub credits: Vec<Expiring<'l>>,
    /// Credits that run by their last record, although their last day is over.
    pub ended: usize,
    /// Credits whose projection needs more digits than amounts are held in, listed or not.
    pub too_long: usize,
}

/// The running credits that end within the horizon, and those that run out within it.
pub fn list<'l>(
    ledger: &'l Ledger,
    filter: &Filter,
    horizon: Horizon,
    threads: usize,
) -> Result<Listing<'l>, Overflow> {
    let add = |listing: &mut Listing<'l>, credit, (life, last): (&Life<'l>, Month)| {
        listing.add(ledger, filter, horizon, credit, (life, last)).map(drop)
    };
    let mut listing = walk(ledger, filter, threads, Listing::default(), add, |all, part| {
        all.merge(part);
        Ok(())
    })?;
    listing.sort(ledger);
    Ok(listing)
}

impl<'l> Listing<'l> {
    /// Adds a credit, if it is listed, by its life until the last month shown; returns how it is listed.
    pub(super) fn add(
        &mut self,
        ledger: &'l Ledger,
        filter: &Filter,
        horizon: Horizon,
        credit: &'l Credit,
        (life, last): (&Life<'l>, Month),
    ) -> Result<Option<&Expiring<'l>>, Overflow> {
        if !life.runs_on(filter.as_of, last) {
            return Ok(None);
        }
        let Some(mut balance) = Balance::at(life, filter, last)? else { return Ok(None) };
        // It has begun since: what its row shows can be used.
        if balance.state == State::NotYet {
            balance.latest.state = State::Running;
            balance.left = Some(balance.latest.balance_amount);
        }
        if balance.days_left.is_some_and(|days| days < 0) {
            self.ended += 1;
            return Ok(None);
        }
        let currency = ledger.identity(credit).currency;
        let known = life.until(last);
        let scale = scale(currency, known);
        // One projection that needs more digits than there are leaves the others as they are.
        let figures = figures(known, &balance.latest, horizon.over, filter.as_of, scale);
        let is_too_long = figures.is_err();
        let (monthly_use, run_out, projected_unused) = figures.unwrap_or_default();
        let expiring = Expiring { credit, currency, balance, monthly_use, run_out, projected_unused, is_too_long };
        self.too_long += usize::from(is_too_long);
        if !horizon.lists(&expiring, filter.as_of) {
            return Ok(None);
        }
        self.credits.push(expiring);
        Ok(self.credits.last())
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.credits.extend(other.credits);
        self.ended += other.ended;
        self.too_long += other.too_long;
    }

    pub(super) fn sort(&mut self, ledger: &Ledger) {
        let days_left = |expiring: &Expiring<'_>| expiring.balance.days_left.unwrap_or(i64::MAX);
        self.credits
            .sort_unstable_by(|a, b| days_left(a).cmp(&days_left(b)).then_with(|| ledger.compare(a.credit, b.credit)));
    }
}

impl Horizon {
    fn lists(self, expiring: &Expiring<'_>, as_of: NaiveDate) -> bool {
        let Some(within) = self.within else {
            return expiring.balance.days_left.is_some() || expiring.run_out.is_some();
        };
        if expiring.balance.days_left.is_some_and(|days| days <= i64::from(within)) {
            return true;
        }
        // A credit that is used up already has nothing to run out of.
        let has_any = expiring.balance.latest.left() > Decimal::ZERO;
        let end = as_of.checked_add_days(Days::new(within.into())).unwrap_or(NaiveDate::MAX);
        has_any && expiring.run_out.is_some_and(|month| month.first_day() <= end)
    }
}

/// Monthly use, the month in which the balance ends, and what is left on the last day.
type ProjectionFigures = (Option<Decimal>, Option<Month>, Option<Decimal>);

fn figures(
    known: &[Entry<'_>],
    latest: &Entry<'_>,
    over: u32,
    as_of: NaiveDate,
    scale: u32,
) -> Result<ProjectionFigures, Overflow> {
    let pace = pace(known, over, as_of)?;
    let monthly_use = pace.map(|(given, months)| money::share(given, 1, months, scale)).transpose()?;
    if latest.left() <= Decimal::ZERO {
        return Ok((monthly_use, used_up_since(known), latest.expiry().map(|_| Decimal::new(0, scale))));
    }
    let Some(pace) = pace else { return Ok((None, None, None)) };
    let projection = Projection::from(latest, pace, as_of)?;
    let left = latest.expiry().map(|expiry| projection.left_on(expiry, scale)).transpose()?;
    Ok((monthly_use, projection.runs_out(latest.expiry())?, left))
}

/// The currency's decimals, or the data's where they are finer.
fn scale(currency: Currency, known: &[Entry<'_>]) -> u32 {
    let decimals = known.iter().map(|entry| entry.balance_amount.scale().max(entry.credit_amount.scale()));
    decimals.fold(currency.minor_units(), u32::max)
}

/// The month since which nothing is left; empty if nothing ever was, or if that was before the first record.
fn used_up_since(known: &[Entry<'_>]) -> Option<Month> {
    match known.iter().rposition(|entry| entry.left() > Decimal::ZERO) {
        Some(last) => known.get(last + 1).map(|entry| entry.month),
        None => known.first().filter(|first| first.given > Some(Decimal::ZERO)).map(|first| first.month),
    }
}

/// Credit given in the last `over` closed months of a timeline, and how many these are; `None` if it has none whose use is
/// known.
///
/// A record after a gap counts with all the months that it spans, so there may be more.
fn pace(entries: &[Entry<'_>], over: u32, as_of: NaiveDate) -> Result<Option<(Decimal, i64)>, Overflow> {
    let mut given = Sum::default();
    let mut months = 0;
    // Before it began it could not be used, which says nothing of how it is.
    let has_begun = |entry: &&Entry<'_>| entry.state != State::NotYet;
    let closed = entries.iter().rev().filter(|entry| Period::of(entry.month, as_of) == Period::Closed);
    for entry in closed.take_while(has_begun) {
        let (Some(amount), Some(span)) = (entry.given, entry.span) else { break };
        if months >= i64::from(over) {
            break;
        }
        given.add(amount)?;
        months += i64::from(span);
    }
    let given = given.value()?;
    Ok((months > 0).then_some((given, months)))
}

/// What is left at the end of a month, and what is used from the month after it on.
#[derive(Clone, Copy, Debug)]
struct Projection {
    /// The pace: so much in so many months.
    given: Decimal,
    months: i64,
    /// What is there to use at the beginning of `first`.
    base: Decimal,
    /// The first month that counts at the pace.
    first: Month,
}

impl Projection {
    /// Goes on from the latest record of a credit.
    ///
    /// The latest record may be of an open month: that has used what it shows, and a correction does not give use
    /// back. If the pace asks for more, the month counts at the pace instead.
    fn from(latest: &Entry<'_>, (given, months): (Decimal, i64), as_of: NaiveDate) -> Result<Self, Overflow> {
        let after = Self { given, months, base: latest.balance_amount, first: latest.month.next() };
        let (Period::Open, Some(used)) = (Period::of(latest.month, as_of), latest.given) else { return Ok(after) };
        let used = used.max(Decimal::ZERO);
        let month = Self { base: money::add(latest.balance_amount, used)?, first: latest.month, ..after };
        let end = latest.month.last_day().min(latest.expiry().unwrap_or(NaiveDate::MAX));
        // By cross-multiplication: the month's share at the pace against what it has used.
        let (parts, whole) = month.parts_until(end);
        let asks_for_more = money::times(given, parts)? > money::times(used, whole)?;
        Ok(if asks_for_more { month } else { after })
    }

    /// What is left at the end of `day`, and never less than nothing.
    fn left_on(&self, day: NaiveDate, scale: u32) -> Result<Decimal, Overflow> {
        let (parts, whole) = self.parts_until(day);
        let used = money::share(self.given.max(Decimal::ZERO), parts, whole, scale)?;
        let left = money::subtract(self.base, used)?;
        Ok(if left.is_sign_negative() { Decimal::new(0, scale) } else { left })
    }

    /// The month in which nothing is left any more; `None` if that is after `end`, or never.
    fn runs_out(&self, end: Option<NaiveDate>) -> Result<Option<Month>, Overflow> {
        let due = money::times(self.base, self.months)?;
        let Some(months) = money::steps_to(due, self.given)? else { return Ok(None) };
        let Some(month) = self.first.later(months - 1) else { return Ok(None) };
        let Some(end) = end else { return Ok(Some(month)) };
        if month != Month::of(end) {
            return Ok((month < Month::of(end)).then_some(month));
        }
        let (parts, whole) = self.parts_until(end);
        let is_in_time = money::times(self.given, parts)? >= money::times(self.base, whole)?;
        Ok(is_in_time.then_some(month))
    }

    /// How much of the pace's amount is used until the end of `day`: so many parts of a whole.
    fn parts_until(&self, day: NaiveDate) -> (i64, i64) {
        let last = Month::of(day);
        let whole = self.months * last.days();
        if last < self.first {
            return (0, whole);
        }
        (i64::from(last.months_since(self.first)) * last.days() + i64::from(day.day()), whole)
    }
}

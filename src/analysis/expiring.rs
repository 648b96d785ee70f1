//! Expiring credits: what ends soon, what runs out before, and what will be lost.

use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;

use crate::ledger::{Credit, Entry, Ledger, Life, State};
use crate::model::{Currency, Month, Overflow};

use super::balance::{self, Balance};
use super::filter::Filter;
use super::pace::{Pace, Projection};
use super::walk;

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

/// How near a credit's last day is, in Microsoft's own steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    Days30,
    /// 31 to 60 days.
    Days60,
    /// 61 to 90 days.
    Days90,
    /// Later, or never.
    Later,
}

impl Band {
    /// The band of so many days left; a credit without a last day never ends.
    pub fn from_days_left(days_left: Option<i64>) -> Self {
        match days_left {
            Some(..=30) => Self::Days30,
            Some(..=60) => Self::Days60,
            Some(..=90) => Self::Days90,
            Some(_) | None => Self::Later,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Days30 => "0-30 days",
            Self::Days60 => "31-60 days",
            Self::Days90 => "61-90 days",
            Self::Later => "later",
        }
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
    /// How near the last day is.
    pub fn band(&self) -> Band {
        Band::from_days_left(self.balance.days_left)
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
        if !matches!(life.state(last), State::Running | State::Carried) {
            return Ok(None);
        }
        let Some(balance) = balance::at(life, filter, last)? else { return Ok(None) };
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
    let pace = Pace::of_last_months(known, over, as_of)?;
    let monthly_use = pace.map(|pace| pace.monthly(scale)).transpose()?;
    if latest.left() <= Decimal::ZERO {
        return Ok((monthly_use, used_up_since(known), latest.expiry().map(|_| Decimal::new(0, scale))));
    }
    let Some(pace) = pace else { return Ok((None, None, None)) };
    let projection = Projection::from(latest, pace, latest.expiry(), as_of)?;
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

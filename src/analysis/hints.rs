//! What figures do not tell of themselves: gaps, unknown pasts, how old the newest month is, and what reported balances
//! are not left.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::ledger::{Ledger, State};
use crate::model::{Currency, Id, Month, Overflow, StatusClass, money};

use super::filter::Filter;
use super::summary::GroupSummary;
use super::survey::Covered;

/// Months, and how many things are odd in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InMonths {
    pub count: usize,
    pub months: BTreeSet<Month>,
}

/// The amounts of credit given that cover several months, because no rows lie between.
pub fn spanning(shown: &[GroupSummary<'_>]) -> InMonths {
    let spanning = || shown.iter().filter(|summary| summary.spanning > 0);
    InMonths {
        count: spanning().map(|summary| summary.spanning).sum(),
        months: spanning().filter_map(|summary| summary.group.month()).collect(),
    }
}

/// The credits that have no row in a month shown, though they have rows before and after it: what they were given then
/// stands in a later month that is not shown.
pub fn gaps(ledger: &Ledger, filter: &Filter) -> Result<InMonths, Overflow> {
    let mut gaps = InMonths::default();
    if filter.months.is_empty() && filter.from.or(filter.to).is_none() && !filter.closed {
        return Ok(gaps);
    }
    for credit in ledger.credits().iter().filter(|credit| filter.shows_credit(ledger, credit)) {
        let mut is_hidden = false;
        for flow in ledger.timeline(credit) {
            let flow = flow?;
            let Some(span) = flow.span.filter(|span| *span > 1 && !filter.shows_month(flow.month)) else { continue };
            let Some(first) = flow.month.later(1 - i64::from(span)) else { continue };
            for month in first.through(flow.month.previous()).filter(|month| filter.shows_month(*month)) {
                is_hidden = true;
                gaps.months.insert(month);
            }
        }
        gaps.count += usize::from(is_hidden);
    }
    Ok(gaps)
}

/// The partners without a row of the last closed month, each with its newest month, where that month is asked for and
/// others have it.
pub fn without_last_month<'l>(ledger: &'l Ledger, filter: &Filter) -> Vec<(&'l Id, Month)> {
    let closed = Month::of(filter.as_of).previous();
    if !filter.months.contains(&(closed..=closed)) {
        return Vec::new();
    }
    let covered = Covered::new(ledger);
    let newest = covered.newest(Month::of(filter.as_of)).into_iter();
    let shown = ledger.credits().iter().filter(|credit| filter.shows_credit(ledger, credit));
    let shown: BTreeSet<&Id> = shown.map(|credit| &*ledger.identity(credit).partner).collect();
    newest.filter(|(partner, _)| shown.contains(*partner) && covered.lacks(ledger, partner, closed)).collect()
}

/// How many credits have an unknown past that is shown, by their first month; and how many of these came from another
/// partner, so that no report tells it.
pub fn unknown_openings(ledger: &Ledger, filter: &Filter) -> Result<BTreeMap<Month, (usize, usize)>, Overflow> {
    let mut unknown: BTreeMap<Month, (usize, usize)> = BTreeMap::new();
    for credit in ledger.credits() {
        let Some(first) = ledger.timeline(credit).next() else { continue };
        let first = first?;
        if first.opening.is_some() && filter.shows_entry(&first) && filter.shows_credit(ledger, credit) {
            let (all, moved) = unknown.entry(first.month).or_default();
            *all += 1;
            *moved += usize::from(ledger.moved(credit).from.is_some());
        }
    }
    Ok(unknown)
}

/// The newest month, if it is older than the last closed one: what looks ahead then begins in the past.
pub fn old_newest_month(ledger: &Ledger, filter: &Filter) -> Option<Month> {
    let newest = ledger.months().last().copied();
    newest.filter(|newest| *newest < Month::of(filter.as_of).previous())
}

/// Some credits, and what their rows show as BalanceAmount, by currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Balances {
    pub credits: usize,
    pub amounts: BTreeMap<Currency, Decimal>,
}

impl Balances {
    fn add(&mut self, currency: Currency, amount: Decimal) -> Result<(), Overflow> {
        self.credits += 1;
        let sum = self.amounts.entry(currency).or_default();
        *sum = money::add(*sum, amount)?;
        Ok(())
    }
}

/// What is special about the balances at the end of the last month shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AtTheEnd<'l> {
    /// What credits had left that have vanished.
    pub vanished: Balances,
    /// What the rows of credits show that are over or have not begun.
    pub unusable: Balances,
    /// What they show of credits that have begun since, by the day of reckoning.
    pub begun_since: Balances,
    /// What credits have left whose last day lies between the end of the report and the day of reckoning.
    pub ended_since: Balances,
    /// The partners of whom the input ends earlier, though something is left, and where it does.
    pub earlier: BTreeMap<&'l Id, Month>,
}

/// What is special about the balances at the end of the last month shown.
pub fn at_the_end<'l>(ledger: &'l Ledger, filter: &Filter) -> Result<AtTheEnd<'l>, Overflow> {
    let mut found = AtTheEnd::default();
    let Some(month) = filter.last_month(ledger) else { return Ok(found) };
    for credit in ledger.credits().iter().filter(|credit| filter.shows_credit(ledger, credit)) {
        let row = ledger.rows(credit).rev().find(|row| ledger.month(*row) <= month);
        let row = row.filter(|row| filter.shows_status(ledger.status(*row)));
        let Some(row) = row.filter(|row| !ledger.balance_amount(*row).is_zero()) else { continue };
        let (balance, key) = (ledger.balance_amount(row), ledger.key(row));
        let covered = ledger.last_covered(credit).unwrap_or(month);
        let begins_later = key.effective.is_some_and(|day| Month::of(day) > ledger.month(row));
        let class = ledger.status(row).class();
        let is_ordinary = class == StatusClass::Running && !begins_later;
        // The life of a credit takes a walk along its rows, and most need none.
        let state = match class {
            _ if ledger.month(row) < month.min(covered) => ledger.life(credit)?.state(month),
            StatusClass::Over => State::Over,
            StatusClass::Running if is_ordinary => State::Running,
            _ => ledger.life(credit)?.state(month),
        };
        let currency = key.identity.currency;
        match state {
            State::Vanished if is_ordinary => found.vanished.add(currency, balance)?,
            State::NotYet
                if ledger.life(credit)?.runs_on(filter.as_of, month)
                    && key.expiry.is_none_or(|day| day >= filter.as_of)
                    && ledger.rows(credit).last().is_some_and(|last| ledger.month(last) == ledger.month(row)) =>
            {
                found.begun_since.add(currency, balance)?;
            }
            State::Over | State::NotYet if !is_ordinary => found.unusable.add(currency, balance)?,
            State::Running | State::Carried => {
                if key.expiry.is_some_and(|day| day < filter.as_of) {
                    found.ended_since.add(currency, balance)?;
                }
                if covered < month {
                    found.earlier.insert(&key.identity.partner, covered);
                }
            }
            _ => {}
        }
    }
    Ok(found)
}

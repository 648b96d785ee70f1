//! Tables that several commands show.

use crate::analysis::expiring::Expiring;
use crate::analysis::filter::Filter;
use crate::analysis::summary::GroupSummary;
use crate::ledger::Ledger;
use crate::model::{Month, Names, Period};
use crate::output::table::{Cell, Column, Fields, Keep, Kind};

use super::{Count, Owners, columns};

/// What is left of credits on their last days, at their pace.
pub(super) const UNUSED: Column = Column::new("ProjectedUnused", Kind::Amount, Keep::Key);

/// What is said where an amount is not known, in reports for people: there an empty cell means that there is none.
pub(super) const UNKNOWN: Cell<'static> = Cell::Text("unknown");

/// A month and whether it is open, for its cell.
pub(super) fn dated(month: Month, filter: &Filter) -> (Month, Period) {
    (month, filter.period(month))
}

/// The columns of credits that end soon; `unknown` is the cell of an amount that is not known.
pub(super) fn expiring<'l>(
    fields: Fields<'l, &'l Expiring<'l>>,
    ledger: &'l Ledger,
    names: &'l Names,
    unknown: Cell<'l>,
) -> Fields<'l, &'l Expiring<'l>> {
    fields
        .identity(names, |expiring| ledger.identity(expiring.credit))
        .amount(columns::BALANCE_AMOUNT.adds_up(true), |expiring| expiring.balance.latest.balance_amount)
        .date(columns::EXPIRY.keep(Keep::Key), |expiring| expiring.balance.latest.expiry())
        .count(columns::DAYS_LEFT, |expiring| expiring.balance.days_left)
        .with(Column::new("MonthlyUse", Kind::Amount, Keep::Detail).adds_up(true), move |expiring| {
            expiring.monthly_use.map_or(unknown, Cell::Amount)
        })
        // A month to come is no provisional figure: it is marked neither way.
        .month(Column::new("RunOutMonth", Kind::Month, Keep::Answer), |expiring| {
            expiring.run_out.map(|month| (month, Period::Closed))
        })
        .with(UNUSED.adds_up(true), move |expiring| match expiring.projected_unused {
            Some(unused) => Cell::Amount(unused),
            // Without a last day there is nothing that could be lost.
            None if expiring.balance.days_left.is_none() => Cell::Empty,
            None => unknown,
        })
}

/// What must be known of the totals of credits of some of which nobody knows what will be left; `amount` is its name.
pub(super) fn unknown_unused(credits: &[Expiring<'_>], amount: &str) -> Option<String> {
    let ends = credits.iter().filter(|expiring| expiring.balance.days_left.is_some());
    let unknown = ends.filter(|expiring| expiring.projected_unused.is_none()).count();
    let credits = Count(unknown, "credit");
    (unknown > 0).then(|| format!("totals of {amount} leave out {credits} of which it is unknown"))
}

/// That figures may still change, if the latest month of any of some credits is open.
pub(super) fn provisional(credits: &[Expiring<'_>], filter: &Filter) -> Option<String> {
    let is_open = |expiring: &Expiring<'_>| filter.period(expiring.balance.latest.month) == Period::Open;
    let day = filter.as_of;
    let note = || format!("figures of the month open on {day} may still change until its invoice is out");
    credits.iter().any(is_open).then(note)
}

/// The figures of groups; stocks add up only where each credit is in one of them.
pub(super) fn figures<'l>(
    fields: Fields<'l, &'l GroupSummary<'l>>,
    stocks_add_up: bool,
) -> Fields<'l, &'l GroupSummary<'l>> {
    fields
        .currency(columns::CURRENCY, |summary| summary.group.currency)
        .count(columns::CUSTOMERS, |summary| summary.customers)
        .count(columns::CREDITS, |summary| summary.credits)
        .amount(columns::OPENING, |summary| summary.opening)
        .amount(columns::GIVEN.keep(Keep::Key), |summary| summary.given)
        .amount(columns::CREDIT_AMOUNT.adds_up(stocks_add_up), |summary| summary.credit_amount)
        .amount(columns::BALANCE_AMOUNT.adds_up(stocks_add_up).keep(Keep::Key), |summary| summary.balance_amount)
        .amount(columns::FORFEITED, |summary| summary.forfeited)
}

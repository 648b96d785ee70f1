//! All that a report says of a ledger, worked out by the analyses of the commands.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::ledger::{Ledger, Life, State};
use crate::model::{Currency, Month, Period, Span, money, parallel};

use super::AnalysisError;
use super::check::Finding;
use super::close::{Close, CustomerClose};
use super::expiring::{self, Horizon, Listing};
use super::filter::Filter;
use super::forfeited::{self, Forfeited};
use super::statement::{self, Statement, StatementError};
use super::summary::{self, GroupBy, GroupSummary};

/// Days ahead that a report looks.
pub const WITHIN: u32 = 90;

/// Closed months that make the pace.
pub const OVER: u32 = 3;

pub struct Overview<'l> {
    pub months: Vec<GroupSummary<'l>>,
    pub limits: Vec<Limit>,
    pub totals: Vec<GroupSummary<'l>>,
    /// The month that the report is about: the latest closed one, or else the latest.
    pub month: Option<Month>,
    /// Whose credit given changed most in that month, and by how much.
    pub movements: Vec<(CustomerClose<'l>, Decimal)>,
    /// The figures of the last closed month.
    pub close: Close<'l>,
    pub expiring: Listing<'l>,
    pub forfeited: Vec<Forfeited<'l>>,
    /// How what is left at the end of that month came about, in the month and in its year, by customer and in all.
    pub statements: [[Vec<Statement<'l>>; 2]; 2],
    /// What `aco check` finds, the worst first.
    pub findings: Vec<Finding>,
    /// What it would find, were it not known and accepted.
    pub accepted: Vec<Finding>,
}

/// What credits allow in a month.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    pub month: Month,
    pub currency: Currency,
    /// CreditLimit of all that have a row.
    pub limit: Decimal,
    /// Of those that can be used, be it that they have a row or not.
    pub usable: Decimal,
}

impl<'l> Overview<'l> {
    /// Works everything out but what the checks find, and what of that is accepted.
    pub fn new(
        ledger: &'l Ledger,
        filter: &Filter,
        (findings, accepted): (Vec<Finding>, Vec<Finding>),
        threads: usize,
    ) -> Result<Self, StatementError> {
        let months = summary::summarize(ledger, filter, &[GroupBy::Month], threads)?;
        let shown = || months.iter().filter_map(|summary| summary.group.month());
        let closed = shown().filter(|month| filter.period(*month) == Period::Closed);
        let month = closed.max().or_else(|| shown().max());
        let expiring = expiring::list(ledger, filter, Horizon { within: Some(WITHIN), over: OVER }, threads)?;
        let pairs = months.iter().filter_map(|summary| Some((summary.group.month()?, summary.group.currency)));
        let (close, statements) = parallel::both(
            threads,
            || Close::new(ledger, filter, pairs, &expiring.credits, WITHIN),
            || month.map_or_else(|| Ok(Default::default()), |month| statements(ledger, filter, month)),
        );
        let close = close?;
        Ok(Self {
            month,
            movements: month.map(|month| close.movements(month)).unwrap_or_default(),
            close,
            expiring,
            limits: limits(ledger, filter, threads)?,
            totals: summary::summarize(ledger, filter, &[], threads)?,
            forfeited: forfeited::list(ledger, filter, threads)?,
            statements: statements?,
            findings,
            accepted,
            months,
        })
    }

    /// The months shown, first to last.
    pub fn span(&self) -> Option<(Month, Month)> {
        let months = || self.months.iter().filter_map(|summary| summary.group.month());
        Some((months().min()?, months().max()?))
    }
}

/// Those of a month, and of its year so far, as far back as no month is left out.
fn statements<'l>(
    ledger: &'l Ledger,
    filter: &Filter,
    month: Month,
) -> Result<[[Vec<Statement<'l>>; 2]; 2], StatementError> {
    let mut first = month;
    let year = Span::year_of(month, filter.year_from);
    while first > year.first() && filter.shows_month(first.previous()) {
        first = first.previous();
    }
    let both = |first| {
        let filter = Filter { months: Vec::new(), from: Some(first), to: Some(month), ..filter.clone() };
        let customers = statement::list(ledger, &filter, &[GroupBy::Customer], 1)?;
        let totals = statement::totals(&customers)?;
        Ok::<_, StatementError>([customers, totals])
    };
    Ok([both(month)?, both(first)?])
}

fn limits(ledger: &Ledger, filter: &Filter, threads: usize) -> Result<Vec<Limit>, AnalysisError> {
    let Some(last) = filter.last_month(ledger) else { return Ok(Vec::new()) };
    let parts = parallel::each(ledger.stretches(threads), |stretch| {
        let mut limits = BTreeMap::new();
        for credit in ledger.credits()[stretch].iter().filter(|credit| filter.shows_credit(ledger, credit)) {
            let currency = ledger.identity(credit).currency;
            add_limits(&mut limits, &ledger.life(credit)?, filter, (currency, last))?;
        }
        Ok::<_, AnalysisError>(limits)
    });
    let mut all: BTreeMap<(Month, Currency), Limit> = BTreeMap::new();
    for part in parts {
        for limit in part?.into_values() {
            add_limit(&mut all, (limit.month, limit.currency), limit.limit, limit.usable)?;
        }
    }
    Ok(all.into_values().collect())
}

/// Adds the limits of a credit: of each month with a row, and of those after it in which it can still be used.
fn add_limits(
    limits: &mut BTreeMap<(Month, Currency), Limit>,
    life: &Life<'_>,
    filter: &Filter,
    (currency, last): (Currency, Month),
) -> Result<(), AnalysisError> {
    for (at, entry) in life.entries.iter().enumerate().filter(|(_, entry)| filter.shows_status(entry.status)) {
        let limit = entry.limit()?;
        let is_usable = entry.state == State::Running;
        let usable = if is_usable { limit } else { Decimal::ZERO };
        if filter.shows_month(entry.month) {
            add_limit(limits, (entry.month, currency), limit, usable)?;
        }
        let until = life.entries.get(at + 1).map(|next| next.month);
        let gone = || life.end.vanished.into_iter().chain(life.end.over).min();
        let until = until.or_else(gone).unwrap_or_else(|| last.next());
        let without_row = std::iter::successors(Some(entry.month.next()), |month| Some(month.next()));
        for month in without_row.take_while(|month| is_usable && *month < until && *month <= last) {
            if filter.shows_month(month) {
                add_limit(limits, (month, currency), Decimal::ZERO, usable)?;
            }
        }
    }
    Ok(())
}

fn add_limit(
    limits: &mut BTreeMap<(Month, Currency), Limit>,
    (month, currency): (Month, Currency),
    limit: Decimal,
    usable: Decimal,
) -> Result<(), AnalysisError> {
    let empty = Limit { month, currency, limit: Decimal::ZERO, usable: Decimal::ZERO };
    let sum = limits.entry((month, currency)).or_insert(empty);
    sum.limit = money::add(sum.limit, limit)?;
    sum.usable = money::add(sum.usable, usable)?;
    Ok(())
}

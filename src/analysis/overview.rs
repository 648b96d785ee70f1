//! All that a report says of a ledger, worked out by the analyses of the commands.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashSet};

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use rust_decimal::Decimal;

use crate::ledger::{Credit, Entry, Ledger, Life, State};
use crate::model::{Currency, Id, Month, Overflow, Period, Span, money};

use super::check::{self, Across, Check, Finding, Findings};
use super::close::Close;
use super::expiring::{Expiring, Horizon, Listing, OVER};
use super::filter::Filter;
use super::statement::{self, Statement, StatementError};
use super::summary::{self, GroupBy, GroupSummary};
use super::walk;

/// Days ahead that a report looks.
pub const WITHIN: u32 = 90;

// The checks are handed what the report lists.
const _: () = assert!(check::WITHIN <= WITHIN);

#[derive(Clone, Default)]
pub struct Overview<'l> {
    pub months: Vec<GroupSummary<'l>>,
    pub limits: Limits,
    /// The month that the report is about: the latest closed one that is covered, or else the latest.
    pub month: Option<Month>,
    /// The figures of the last closed month.
    pub close: Close<'l>,
    pub expiring: Listing<'l>,
    /// The newest first, then by currency, the largest loss first, then by identity.
    pub forfeited: Vec<Forfeited<'l>>,
    /// How what is left at the end of that month came about, in the month and in its year, by customer and in all.
    pub statements: [[Vec<Statement<'l>>; 2]; 2],
    /// What `aco check` finds, the worst first.
    pub findings: Vec<Finding>,
    /// What it would find, were it not known and accepted.
    pub accepted: Vec<Finding>,
}

/// A month in which a credit lost something by an end.
#[derive(Clone, Debug)]
pub struct Forfeited<'l> {
    pub credit: &'l Credit,
    pub month: Month,
    /// Its row of the month, or the last one before.
    pub entry: Entry<'l>,
    /// What it lost; negative where that is taken back.
    pub amount: Decimal,
}

/// What credits allow in each month.
pub type Limits = HashMap<(Month, Currency), Limit, RandomState>;

/// What credits allow in a month.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limit {
    /// CreditLimit of all that have a row.
    pub limit: Decimal,
    /// Of those that can be used, be it that they have a row or not.
    pub usable: Decimal,
}

impl<'l> Overview<'l> {
    /// Works everything out, but what is accepted of what the wanted checks find.
    pub fn new(ledger: &'l Ledger, filter: &Filter, wanted: &[Check], threads: usize) -> Result<Self, StatementError> {
        let months = summary::summarize(ledger, filter, &[GroupBy::Month], threads)?;
        let shown = ledger.credits().iter().filter(|credit| filter.shows_credit(ledger, credit));
        let partners: HashSet<&Id> = shown.map(|credit| &*ledger.identity(credit).partner).collect();
        let across = Across::new(ledger);
        let covered = across.covered.months(|partner| partners.contains(partner));
        let months_shown = covered.iter().copied().filter(|month| filter.shows_month(*month));
        let month = months_shown.max_by_key(|month| (filter.period(*month) == Period::Closed, *month));
        let currencies: BTreeSet<Currency> = months.iter().map(|summary| summary.group.currency).collect();
        let close = month.map(|month| Close::new(&covered, filter, month, currencies)).unwrap_or_default();
        let periods = month.map(|month| [(month, month), (first_of_year(filter, month), month)]);
        let checks = Findings::new(ledger, filter, wanted, &across);
        let (mut overview, checks) = walk(
            ledger,
            filter,
            threads,
            (Self { month, close, ..Self::default() }, checks),
            |(overview, checks), credit, (life, last)| {
                overview.add(ledger, filter, credit, (life, last))?;
                checks.add_credit(credit, life, check::WITHIN)?;
                let statements = overview.statements.iter_mut().zip(periods.into_iter().flatten());
                for ([customers, _], period) in statements {
                    statement::add_to_customer(customers, ledger.identity(credit), life, filter, period)?;
                }
                Ok::<_, StatementError>(())
            },
            |(overview, checks), (other, more)| {
                checks.found.extend(more.found);
                Ok(overview.merge(other)?)
            },
        )?;
        overview.close.finish()?;
        overview.expiring.sort(ledger);
        let by = |Forfeited { credit, month, amount, .. }: &Forfeited<'_>| {
            (Reverse(*month), ledger.identity(credit).currency, Reverse(*amount))
        };
        overview.forfeited.sort_by(|a, b| by(a).cmp(&by(b)).then_with(|| ledger.compare(a.credit, b.credit)));
        overview.months = months;
        overview.findings = checks.finish()?;
        for [customers, totals] in &mut overview.statements {
            statement::sort_customers(customers);
            *totals = statement::totals(customers)?;
        }
        Ok(overview)
    }

    /// Adds a credit by its life until the last month shown.
    fn add(
        &mut self,
        ledger: &'l Ledger,
        filter: &Filter,
        credit: &'l Credit,
        (life, last): (&Life<'l>, Month),
    ) -> Result<(), Overflow> {
        let identity = ledger.identity(credit);
        let horizon = Horizon { within: Some(WITHIN), over: OVER };
        let listed = self.expiring.add(ledger, filter, horizon, credit, (life, last))?;
        let ends = |expiring: &&Expiring<'_>| expiring.balance.days_left.is_some_and(|days| days <= WITHIN.into());
        self.close.add(identity, (life, last), filter, listed.filter(ends))?;
        add_limits(&mut self.limits, life, filter, (identity.currency, last))?;
        let lost = life.forfeited()?.into_iter();
        let shown = lost.filter(|(month, _, entry)| filter.shows_row(*month, entry.status));
        let forfeited = shown.map(|(month, amount, entry)| Forfeited { credit, month, entry: entry.clone(), amount });
        self.forfeited.extend(forfeited);
        Ok(())
    }

    fn merge(&mut self, other: Self) -> Result<(), Overflow> {
        self.expiring.merge(other.expiring);
        self.close.customers.extend(other.close.customers);
        self.forfeited.extend(other.forfeited);
        for ([customers, _], [others, _]) in self.statements.iter_mut().zip(other.statements) {
            customers.extend(others);
        }
        let mut limits = other.limits.into_iter();
        limits.try_for_each(|(of, Limit { limit, usable })| add_limit(&mut self.limits, of, limit, usable))
    }

    /// The months shown, first to last.
    pub fn span(&self) -> Option<(Month, Month)> {
        let months = || self.months.iter().filter_map(|summary| summary.group.month());
        Some((months().min()?, months().max()?))
    }
}

/// The first month of a month's year, or as far back as no month is left out.
fn first_of_year(filter: &Filter, month: Month) -> Month {
    let mut first = month;
    let year = Span::year_of(month, filter.year_from);
    while first > year.first() && filter.shows_month(first.previous()) {
        first = first.previous();
    }
    first
}

/// Adds the limits of a credit: of each month with a row, and of those after it in which it can still be used.
fn add_limits(
    limits: &mut Limits,
    life: &Life<'_>,
    filter: &Filter,
    (currency, last): (Currency, Month),
) -> Result<(), Overflow> {
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
        let without_row = entry.month.next().through(last.min(until.previous()));
        for month in without_row.filter(|month| is_usable && filter.shows_month(*month)) {
            add_limit(limits, (month, currency), Decimal::ZERO, usable)?;
        }
    }
    Ok(())
}

fn add_limit(limits: &mut Limits, of: (Month, Currency), limit: Decimal, usable: Decimal) -> Result<(), Overflow> {
    let sum = limits.entry(of).or_default();
    sum.limit = money::add(sum.limit, limit)?;
    sum.usable = money::add(sum.usable, usable)?;
    Ok(())
}

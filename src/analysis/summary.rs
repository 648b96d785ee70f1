//! Summaries: flows and stocks of groups of credits.
//!
//! Flows (given, opening, forfeited) are summed over a group's rows; stocks (credit and balance amounts) are those of
//! each credit's last row in the group. Invariant: no sum crosses currencies.

use std::thread;

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use rust_decimal::Decimal;

use crate::ledger::{Entry, Ledger};
use crate::model::currency::Currency;
use crate::model::id::Id;
use crate::model::money::{Overflow, Sum};
use crate::model::month::Month;
use crate::model::period::Period;
use crate::model::record::Identity;
use crate::model::status::Status;

use super::filter::Filter;
use super::{AnalysisError, given};

/// What rows can be grouped by. Currency always is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupBy {
    /// The invoice month.
    Month,
    /// The customer.
    Customer,
    /// The agreement.
    Agreement,
    /// The partner.
    Partner,
    /// The currency.
    Currency,
    /// The status.
    Status,
}

/// What the rows of a group have in common: the keys that were asked for, and their currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Group<'l> {
    /// The invoice month.
    pub month: Option<Month>,
    /// The customer.
    pub customer: Option<&'l Id>,
    /// The agreement.
    pub agreement: Option<&'l Id>,
    /// The partner.
    pub partner: Option<&'l Id>,
    /// The status.
    pub status: Option<&'l Status>,
    /// The currency.
    pub currency: Currency,
}

/// The figures of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary<'l> {
    /// What its rows have in common.
    pub group: Group<'l>,
    /// Different customers.
    pub customers: i64,
    /// Different credits.
    pub credits: i64,
    /// Credit used before the input begins; empty if the past of every credit is known.
    pub opening: Option<Decimal>,
    /// Credit given; empty if it is unknown for every row.
    pub given: Option<Decimal>,
    /// All credit used.
    pub credit_amount: Decimal,
    /// Credit left.
    pub balance_amount: Decimal,
    /// Credit lost by expiring.
    pub forfeited: Decimal,
    /// Amounts of credit given that cover several months, where a timeline has a hole.
    pub spanning: usize,
}

impl Summary<'_> {
    /// Whether the group's month is open, if it has one.
    #[must_use]
    pub fn period(&self, filter: &Filter) -> Option<Period> {
        self.group.month.map(|month| filter.period(month))
    }
}

/// Sums up a ledger by some keys, sorted by these in the order given, then by currency.
pub fn summarize<'l>(
    ledger: &'l Ledger,
    filter: &Filter,
    by: &[GroupBy],
    threads: usize,
) -> Result<Vec<Summary<'l>>, AnalysisError> {
    let stretches = ledger.stretches(threads);
    let parts: Vec<Result<Groups<'l>, AnalysisError>> = thread::scope(|scope| {
        let work = |stretch| move || Groups::of(ledger, filter, by, stretch);
        let workers: Vec<_> = stretches.iter().skip(1).cloned().map(|stretch| scope.spawn(work(stretch))).collect();
        let first = stretches.first().cloned().map(|stretch| work(stretch)());
        let others =
            workers.into_iter().map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        first.into_iter().chain(others).collect()
    });
    let mut all = Groups::new();
    for part in parts {
        all.merge(part?)?;
    }
    all.into_sorted(by)
}

/// Running figures of a group.
#[derive(Clone, Debug, Default)]
struct Figures {
    customers: i64,
    credits: i64,
    opening: Option<Sum>,
    given: Option<Sum>,
    credit_amount: Sum,
    balance_amount: Sum,
    forfeited: Sum,
    spanning: usize,
    /// The customer counted last: a stretch holds the credits of a customer next to each other.
    last_customer: Option<u32>,
}

struct Groups<'l> {
    places: HashMap<Group<'l>, usize, RandomState>,
    figures: Vec<(Group<'l>, Figures)>,
    /// The place last found for a month and currency: most credits have the same ones.
    recent: [usize; RECENT],
}

/// Places that are remembered.
const RECENT: usize = 1024;

impl<'l> Groups<'l> {
    fn new() -> Self {
        Self { places: HashMap::default(), figures: Vec::new(), recent: [0; RECENT] }
    }

    fn of(
        ledger: &'l Ledger,
        filter: &Filter,
        by: &[GroupBy],
        stretch: std::ops::Range<usize>,
    ) -> Result<Self, AnalysisError> {
        let mut groups = Self::new();
        let keys = Keys::of(by);
        let mut last: Vec<(usize, Entry<'l>)> = Vec::new();
        for credit in &ledger.credits()[stretch] {
            let identity = ledger.identity(credit);
            let customer = ledger.customer(credit);
            last.clear();
            given::months(ledger, filter, credit, |entry| {
                let place = groups.place(keys.group(identity, &entry));
                let figures = &mut groups.figures[place].1;
                figures.add_flows(&entry)?;
                if keys.month {
                    // A credit has one row a month, so every row is the last of its group.
                    figures.add_stocks(&entry, customer)?;
                    return Ok(());
                }
                match last.iter_mut().find(|(known, _)| *known == place) {
                    Some((_, before)) => *before = entry,
                    None => last.push((place, entry)),
                }
                Ok::<_, AnalysisError>(())
            })?;
            for (place, entry) in &last {
                groups.figures[*place].1.add_stocks(entry, customer)?;
            }
        }
        Ok(groups)
    }

    fn place(&mut self, group: Group<'l>) -> usize {
        let currency = group.currency.as_str().bytes().fold(0, |sum, byte| sum * 5 + usize::from(byte));
        let recent = (group.month.map_or(0, Month::ordinal) * 7 + currency) % RECENT;
        let place = self.recent[recent];
        if self.figures.get(place).is_some_and(|(known, _)| *known == group) {
            return place;
        }
        let place = self.place_of(group);
        self.recent[recent] = place;
        place
    }

    fn place_of(&mut self, group: Group<'l>) -> usize {
        let next = self.figures.len();
        let place = *self.places.entry(group).or_insert(next);
        if place == next {
            self.figures.push((group, Figures::default()));
        }
        place
    }

    /// Adds the figures of another stretch, which shares no customer with this one.
    fn merge(&mut self, other: Self) -> Result<(), Overflow> {
        for (group, figures) in other.figures {
            let place = self.place(group);
            self.figures[place].1.merge(&figures)?;
        }
        Ok(())
    }

    fn into_sorted(self, by: &[GroupBy]) -> Result<Vec<Summary<'l>>, AnalysisError> {
        let summaries: Result<Vec<_>, Overflow> =
            self.figures.into_iter().map(|(group, figures)| figures.into_summary(group)).collect();
        let mut summaries = summaries?;
        summaries.sort_unstable_by(|a, b| {
            let by_keys = by.iter().map(|key| a.group.compare(&b.group, *key));
            by_keys
                .fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
                .then(a.group.currency.cmp(&b.group.currency))
        });
        Ok(summaries)
    }
}

/// Which keys are asked for.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of its own")]
struct Keys {
    month: bool,
    customer: bool,
    agreement: bool,
    partner: bool,
    status: bool,
}

impl Keys {
    fn of(by: &[GroupBy]) -> Self {
        let wanted = |key| by.contains(&key);
        Self {
            month: wanted(GroupBy::Month),
            customer: wanted(GroupBy::Customer),
            agreement: wanted(GroupBy::Agreement),
            partner: wanted(GroupBy::Partner),
            status: wanted(GroupBy::Status),
        }
    }

    fn group<'l>(self, identity: &'l Identity, entry: &Entry<'l>) -> Group<'l> {
        Group {
            month: self.month.then_some(entry.month),
            customer: self.customer.then_some(&identity.customer),
            agreement: self.agreement.then_some(&identity.agreement),
            partner: self.partner.then_some(&identity.partner),
            status: self.status.then_some(entry.status),
            currency: identity.currency,
        }
    }
}

impl Group<'_> {
    fn compare(&self, other: &Self, key: GroupBy) -> std::cmp::Ordering {
        match key {
            GroupBy::Month => self.month.cmp(&other.month),
            GroupBy::Customer => self.customer.cmp(&other.customer),
            GroupBy::Agreement => self.agreement.cmp(&other.agreement),
            GroupBy::Partner => self.partner.cmp(&other.partner),
            GroupBy::Currency => self.currency.cmp(&other.currency),
            // By text: `Active`, `Expired`, and other words among them.
            GroupBy::Status => self.status.map(Status::as_str).cmp(&other.status.map(Status::as_str)),
        }
    }
}

impl Figures {
    fn add_flows(&mut self, entry: &Entry<'_>) -> Result<(), Overflow> {
        add_known(&mut self.opening, entry.opening)?;
        add_known(&mut self.given, entry.given)?;
        self.spanning += usize::from(entry.span.is_some_and(|span| span > 1));
        self.forfeited.add(entry.forfeited)
    }

    fn add_stocks(&mut self, last: &Entry<'_>, customer: u32) -> Result<(), Overflow> {
        self.credits += 1;
        self.customers += i64::from(self.last_customer != Some(customer));
        self.last_customer = Some(customer);
        self.credit_amount.add(last.credit_amount)?;
        self.balance_amount.add(last.balance_amount)
    }

    fn merge(&mut self, other: &Self) -> Result<(), Overflow> {
        self.credits += other.credits;
        self.customers += other.customers;
        self.spanning += other.spanning;
        merge_known(&mut self.opening, other.opening)?;
        merge_known(&mut self.given, other.given)?;
        self.credit_amount.merge(other.credit_amount)?;
        self.balance_amount.merge(other.balance_amount)?;
        self.forfeited.merge(other.forfeited)
    }

    fn into_summary(self, group: Group<'_>) -> Result<Summary<'_>, Overflow> {
        Ok(Summary {
            group,
            customers: self.customers,
            credits: self.credits,
            opening: self.opening.map(Sum::value).transpose()?,
            given: self.given.map(Sum::value).transpose()?,
            credit_amount: self.credit_amount.value()?,
            balance_amount: self.balance_amount.value()?,
            forfeited: self.forfeited.value()?,
            spanning: self.spanning,
        })
    }
}

fn add_known(sum: &mut Option<Sum>, amount: Option<Decimal>) -> Result<(), Overflow> {
    amount.map_or(Ok(()), |amount| sum.get_or_insert_default().add(amount))
}

fn merge_known(sum: &mut Option<Sum>, other: Option<Sum>) -> Result<(), Overflow> {
    other.map_or(Ok(()), |other| sum.get_or_insert_default().merge(other))
}

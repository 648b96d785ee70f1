//! Running figures of a group.

use crate::ledger::Entry;
use crate::model::{Overflow, Sum};

use super::{Group, GroupSummary};

/// Running figures of a group.
#[derive(Clone, Debug, Default)]
pub(super) struct Figures {
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

impl Figures {
    #[inline]
    pub(super) fn add_flows(&mut self, entry: &Entry<'_>) -> Result<(), Overflow> {
        merge_known(&mut self.opening, entry.opening.map(Sum::from))?;
        merge_known(&mut self.given, entry.given.map(Sum::from))?;
        self.spanning += usize::from(entry.span.is_some_and(|span| span > 1));
        self.forfeited.add(entry.forfeited)
    }

    #[inline]
    pub(super) fn add_stocks(&mut self, last: &Entry<'_>, customer: u32) -> Result<(), Overflow> {
        self.credits += 1;
        self.customers += i64::from(self.last_customer != Some(customer));
        self.last_customer = Some(customer);
        self.credit_amount.add(last.credit_amount)?;
        self.balance_amount.add(last.balance_amount)
    }

    pub(super) fn merge(&mut self, other: &Self) -> Result<(), Overflow> {
        self.credits += other.credits;
        self.customers += other.customers;
        self.spanning += other.spanning;
        merge_known(&mut self.opening, other.opening)?;
        merge_known(&mut self.given, other.given)?;
        self.credit_amount.merge(other.credit_amount)?;
        self.balance_amount.merge(other.balance_amount)?;
        self.forfeited.merge(other.forfeited)
    }

    pub(super) fn into_summary(self, group: Group<'_>) -> Result<GroupSummary<'_>, Overflow> {
        Ok(GroupSummary {
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

fn merge_known(sum: &mut Option<Sum>, other: Option<Sum>) -> Result<(), Overflow> {
    other.map_or(Ok(()), |other| sum.get_or_insert_default().merge(other))
}

//! The figures of a currency, of a customer in it, and those of what ends soon.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::analysis::expiring::Expiring;
use crate::analysis::filter::Filter;
use crate::model::{Currency, Id, Month, Overflow, Period, money};

use super::partly_known::PartlyKnown;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    pub currency: Currency,
    pub month: Month,
    pub period: Period,
    pub given: PartlyKnown,
    /// Amounts in it that cover months before, too.
    pub spanning: usize,
    /// CreditGiven in the month before.
    pub before: PartlyKnown,
    /// CreditGiven less that of the month before, of the credits of which both are known; empty if the report does not
    /// have the month before.
    pub change: Option<PartlyKnown>,
    /// What is left at the month's end.
    pub balance: PartlyKnown,
    pub ending: Ending,
    /// What was lost by an end from `forfeited_since` to the month.
    pub forfeited: Decimal,
    /// January of the month's year, or the first month of the report.
    pub forfeited_since: Month,
}

/// Active credits that end soon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ending {
    pub credits: usize,
    /// What is left of them in their latest records.
    pub balance: Decimal,
    /// Whether one of these records is of an open month.
    pub is_provisional: bool,
    /// What will be left of them on their last days, at their pace.
    pub unused: PartlyKnown,
}

impl Card {
    pub(super) fn add(&mut self, customer: &CustomerClose<'_>) -> Result<(), Overflow> {
        self.given.add(customer.given)?;
        self.spanning += customer.spanning;
        self.before.add(customer.before)?;
        if let Some(change) = &mut self.change {
            change.add(customer.change)?;
        }
        self.balance.add(customer.balance)?;
        self.forfeited = money::add(self.forfeited, customer.forfeited)?;
        self.ending.merge(customer.ending)
    }
}

impl Ending {
    pub(super) fn add(&mut self, expiring: &Expiring<'_>, filter: &Filter) -> Result<(), Overflow> {
        self.merge(Self {
            credits: 1,
            balance: expiring.balance.left.unwrap_or_default(),
            is_provisional: filter.period(expiring.balance.latest.month) == Period::Open,
            unused: expiring.projected_unused.into(),
        })
    }

    fn merge(&mut self, other: Self) -> Result<(), Overflow> {
        self.credits += other.credits;
        self.balance = money::add(self.balance, other.balance)?;
        self.is_provisional |= other.is_provisional;
        self.unused.add(other.unused)
    }
}

/// The figures of a customer in a currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerClose<'l> {
    pub customer: &'l Id,
    pub currency: Currency,
    /// CreditGiven in the month of the currency's card.
    pub given: PartlyKnown,
    /// Amounts in it that cover months before, too.
    pub spanning: usize,
    /// CreditGiven in the month before.
    pub before: PartlyKnown,
    /// CreditGiven less that of the month before, where each covers one month.
    pub change: PartlyKnown,
    /// What is left at the month's end.
    pub balance: PartlyKnown,
    /// What was lost by an end since the card's `forfeited_since`.
    pub forfeited: Decimal,
    /// The next day on which one of its active credits ends.
    pub ends_on: Option<NaiveDate>,
    pub ending: Ending,
}

impl CustomerClose<'_> {
    /// Whether it is known that nothing was given in either month, nothing is left, and no active credit is.
    pub fn is_idle(&self) -> bool {
        let is_zero = |sum: PartlyKnown| sum.whole().is_some_and(|amount| amount.is_zero());
        is_zero(self.given) && is_zero(self.before) && is_zero(self.balance) && self.ends_on.is_none()
    }
}

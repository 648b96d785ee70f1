//! The figures of a customer in a currency.

use chrono::NaiveDate;

use crate::model::{Currency, Id};

use super::card::Ending;
use super::partly_known::PartlyKnown;

/// The figures of a customer in a currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerClose<'l> {
    pub customer: &'l Id,
    pub currency: Currency,
    /// CreditGiven in the month of the currency's card.
    pub given: PartlyKnown,
    /// CreditGiven in the month before.
    pub before: PartlyKnown,
    /// CreditGiven less that of the month before, where each covers one month.
    pub change: PartlyKnown,
    /// What is left at the month's end.
    pub balance: PartlyKnown,
    /// The next day on which one of its active credits ends.
    pub ends_on: Option<NaiveDate>,
    /// What ends soon.
    pub ending: Ending,
}

impl CustomerClose<'_> {
    /// Whether it is known that nothing was given in either month, nothing is left, and no active credit is.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        let is_zero = |sum: PartlyKnown| sum.whole().is_some_and(|amount| amount.is_zero());
        is_zero(self.given) && is_zero(self.before) && is_zero(self.balance) && self.ends_on.is_none()
    }
}

//! What becomes of a credit after its last row.

use rust_decimal::Decimal;

use crate::model::{Month, Overflow, money};

use super::state::State;
use super::timeline::Entry;

/// What becomes of a credit after its last row, as far as the input covers its partner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct End {
    /// The first month in which it should still have had a row.
    pub vanished: Option<Month>,
    /// The first month after its last day.
    pub over: Option<Month>,
}

impl End {
    /// After its last row, in months that the input covers.
    pub(super) fn new(last: &Entry<'_>, covered: impl Iterator<Item = Month>) -> Self {
        let mut end = Self::default();
        if last.state == State::Over {
            return end;
        }
        let last_month = last.expiry().map(Month::of);
        for month in covered {
            if last_month.is_some_and(|last| last < month) {
                end.over = Some(month);
                break;
            }
            end.vanished.get_or_insert(month);
        }
        end
    }

    /// What the credit is in a month without a row, if it is not what its last row says.
    pub(super) fn state(self, month: Month) -> Option<State> {
        let reached = |since: Option<Month>| since.is_some_and(|since| since <= month);
        if reached(self.over) {
            return Some(State::Over);
        }
        reached(self.vanished).then_some(State::Vanished)
    }

    /// What is left in a month without a row after a credit's last one; empty if nobody knows.
    pub fn left(self, last: &Entry<'_>, month: Month) -> Option<Decimal> {
        match self.state(month) {
            Some(State::Vanished) => None,
            Some(_) => Some(last.nothing()),
            None => Some(last.left()),
        }
    }

    /// What is forfeited in a month without a row.
    pub fn forfeited(self, last: &Entry<'_>, month: Month) -> Result<Option<Decimal>, Overflow> {
        let is_over = self.over == Some(month);
        is_over.then(|| money::subtract(last.limit()?, last.credit_amount)).transpose()
    }

    /// What vanishes in a month without a row; negative where it is taken back, because the credit has ended by then.
    pub fn vanished(self, last: &Entry<'_>, month: Month) -> Result<Decimal, Overflow> {
        if self.vanished == Some(month) {
            return Ok(last.left());
        }
        if self.over == Some(month) && self.vanished.is_some() {
            return money::subtract(Decimal::ZERO, last.left());
        }
        Ok(Decimal::ZERO)
    }
}

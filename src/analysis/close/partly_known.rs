//! A sum some of whose parts may be unknown.

use rust_decimal::Decimal;

use crate::model::{Overflow, money};

/// The sum of what is known, and how much is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PartlyKnown {
    sum: Decimal,
    known: usize,
    /// The parts that are unknown; the sum has nothing of them.
    pub unknown: usize,
}

impl PartlyKnown {
    /// Adds a part; `None` is an unknown one.
    pub(super) fn add(&mut self, part: Option<Decimal>) -> Result<(), Overflow> {
        match part {
            Some(amount) => {
                self.sum = money::add(self.sum, amount)?;
                self.known += 1;
            }
            None => self.unknown += 1,
        }
        Ok(())
    }

    /// The sum of what is known; empty if nothing is, and 0 if there is nothing to know.
    pub fn amount(self) -> Option<Decimal> {
        (self.known > 0 || self.unknown == 0).then_some(self.sum)
    }

    /// The sum if all of it is known.
    pub fn whole(self) -> Option<Decimal> {
        (self.unknown == 0).then_some(self.sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_is_counted_and_never_zero() {
        let mut sum = PartlyKnown::default();
        assert_eq!(sum.amount(), Some(Decimal::ZERO));
        sum.add(None).unwrap();
        assert_eq!((sum.amount(), sum.unknown), (None, 1));
        sum.add(Some(Decimal::TEN)).unwrap();
        assert_eq!((sum.amount(), sum.whole()), (Some(Decimal::TEN), None));
    }
}

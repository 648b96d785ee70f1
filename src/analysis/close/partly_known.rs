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

impl From<Option<Decimal>> for PartlyKnown {
    /// Of one part; `None` is an unknown one.
    fn from(part: Option<Decimal>) -> Self {
        let sum = part.unwrap_or_default();
        Self { sum, known: part.is_some().into(), unknown: part.is_none().into() }
    }
}

impl PartlyKnown {
    /// Adds a part, or another sum.
    pub(super) fn add(&mut self, other: impl Into<Self>) -> Result<(), Overflow> {
        let Self { sum, known, unknown } = other.into();
        self.sum = money::add(self.sum, sum)?;
        self.known += known;
        self.unknown += unknown;
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

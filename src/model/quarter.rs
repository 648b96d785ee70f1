//! Calendar quarters, in which finance desks add up months.

use std::fmt;

use super::month::Month;

/// A calendar quarter; prints as `2022-Q3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Quarter {
    year: i32,
    /// 0 to 3.
    index: u8,
}

impl Quarter {
    /// The quarter that a month lies in.
    #[must_use]
    pub fn of(month: Month) -> Self {
        let index = match month.month() {
            1..=3 => 0,
            4..=6 => 1,
            7..=9 => 2,
            _ => 3,
        };
        Self { year: month.year(), index }
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-Q{}", self.year, self.index + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_months_are_a_quarter() {
        let of = |month| Quarter::of(Month::new(2022, month).unwrap()).to_string();
        assert_eq!(of(1), "2022-Q1");
        assert_eq!(of(3), "2022-Q1");
        assert_eq!(of(4), "2022-Q2");
        assert_eq!(of(9), "2022-Q3");
        assert_eq!(of(12), "2022-Q4");
        assert!(Quarter::of(Month::new(2021, 12).unwrap()) < Quarter::of(Month::new(2022, 1).unwrap()));
    }
}

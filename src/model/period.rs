//! Open and closed billing months.

use chrono::NaiveDate;

use super::month::Month;

/// Whether a month's figures are final.
///
/// Partner Center shows provisional figures for the month that is still being billed: they change until it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Period {
    /// The month has ended.
    Closed,
    /// The month contains the day of reckoning, or lies after it.
    Open,
}

impl Period {
    /// The state of `month` on the day `as_of`.
    #[must_use]
    pub fn of(month: Month, as_of: NaiveDate) -> Self {
        if month >= Month::of(as_of) { Self::Open } else { Self::Closed }
    }

    /// `open` or `closed`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
        }
    }
}

//! Calendar days in the two orders that a slash leaves open.

use std::fmt;

/// Which comes first in a date such as `3/4/2022`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum DateOrder {
    /// `3/4/2022` is 4 March, as Microsoft writes.
    #[default]
    MonthFirst,
    /// `3/4/2022` is 3 April.
    DayFirst,
}

impl fmt::Display for DateOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MonthFirst => "month first",
            Self::DayFirst => "day first",
        })
    }
}

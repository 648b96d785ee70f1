//! Calendar days in the two orders that a slash leaves open.

/// Which comes first in a date such as `3/4/2022`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum DateOrder {
    /// `3/4/2022` is 4 March, as Microsoft writes.
    #[default]
    MonthFirst,
    /// `3/4/2022` is 3 April.
    DayFirst,
}

impl DateOrder {
    /// Its name on the command line.
    pub fn flag(self) -> &'static str {
        match self {
            Self::MonthFirst => "mdy",
            Self::DayFirst => "dmy",
        }
    }
}

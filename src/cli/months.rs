//! Months as people type them: `2022-07`, `Jul-22`, or by what they are to the data.

use std::fmt;
use std::str::FromStr;

use crate::analysis::filter::Filter;
use crate::input::value::date;
use crate::ledger::Ledger;
use crate::model::{DateOrder, Message, Month};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TypedMonth {
    Of(Month),
    /// The last closed month of the calendar, whatever the data have: an older one would be booked twice.
    Last,
    /// The latest month of the data, closed or open.
    Latest,
}

impl FromStr for TypedMonth {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim().to_ascii_lowercase().as_str() {
            "last" => Ok(Self::Last),
            "latest" => Ok(Self::Latest),
            typed => match date::read_month(typed, DateOrder::default()) {
                Some((month, clues)) if !clues.is_about_order() => Ok(Self::Of(month)),
                _ => Err("expected a month such as `2022-07` or `Jul-22`, `last` (the last closed one) or `latest`"),
            },
        }
    }
}

impl TypedMonth {
    /// The month itself, where no data are at hand to find one in.
    pub(super) fn fixed_month(self) -> Result<Month, Message> {
        match self {
            Self::Of(month) => Ok(month),
            Self::Last | Self::Latest => Err(Message::error(format!(
                "a query has no `{self}` month, because it is written before the data are read"
            ))
            .hint("name the month, such as 2022-07")),
        }
    }

    /// The month that is meant, among those of some ledgers.
    pub(super) fn find(self, ledgers: &[&Ledger], as_of: &Filter) -> Result<Month, Message> {
        let months = || ledgers.iter().flat_map(|ledger| ledger.months()).copied();
        match self {
            Self::Of(month) => Ok(month),
            Self::Latest => months().max().ok_or_else(|| Message::error("the files have no month")),
            Self::Last => {
                let closed = Month::of(as_of.as_of).previous();
                if months().any(|month| month == closed) { Ok(closed) } else { Err(no_last(closed, months().max())) }
            }
        }
    }
}

/// That no row is of the last closed month, and where the report ends.
fn no_last(closed: Month, newest: Option<Month>) -> Message {
    let ends = newest.map_or("the report has no rows".to_owned(), |newest| format!("the report ends in {newest}"));
    let message = Message::error(format!("no record is of {closed}, the last closed month: {ends}"));
    message.hint("add a newer report, or name a month that it has; `latest` is the latest one, closed or open")
}

impl fmt::Display for TypedMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Of(month) => month.fmt(f),
            Self::Last => f.write_str("last"),
            Self::Latest => f.write_str("latest"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TypedMonth;

    #[test]
    fn months_by_their_names() {
        for text in ["2026-10", "10/2026", "Oct-26", "oct-2026", "October 2026", "OCT 26", "Okt-26"] {
            assert_eq!(text.parse::<TypedMonth>().unwrap().to_string(), "2026-10", "{text}");
        }
        assert_eq!("sept-26".parse::<TypedMonth>().unwrap().to_string(), "2026-09");
        assert_eq!("LAST".parse::<TypedMonth>().unwrap(), TypedMonth::Last);
        for text in ["", "10", "Oct-6", "10/26", "0/2026", "13/2026", "2026-13", "Oct-0000", "marching-26", "next"] {
            assert!(text.parse::<TypedMonth>().is_err(), "{text}");
        }
    }
}

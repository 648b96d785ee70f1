//! Months as people type them: `2022-07`, `Jul-22`, `2022-Q3`, `2022`, `FY2023-Q1`, `2022-07..2022-09`, or by what they
//! are to the data.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use crate::analysis::Filter;
use crate::input::value::date;
use crate::ledger::Ledger;
use crate::model::{DateOrder, Message, Month, Span};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TypedMonths {
    /// From one month to another, both of them shown.
    Of(Month, Month),
    /// What a fiscal year or quarter has in place of these months of the calendar.
    Fiscal(Month, Month),
    /// The last closed month of the calendar, whatever the data have: an older one would be booked twice.
    Last,
    LastQuarter,
    LastYear,
    /// The latest month of the data, closed or open.
    Latest,
}

const EXPECTED: &str = "expected a month such as `2022-07` or `July 2022`, a quarter such as `2022-Q3`, a year, a \
                        fiscal year such as `FY2023`, months such as `2022-07..2022-09`, `last` (the last closed month), \
                        `last-quarter`, `last-year` or `latest`";

impl FromStr for TypedMonths {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim().to_ascii_lowercase().as_str() {
            "last" | "last-month" => Ok(Self::Last),
            "last-quarter" => Ok(Self::LastQuarter),
            "last-year" => Ok(Self::LastYear),
            "latest" => Ok(Self::Latest),
            typed => {
                let (first, last) = typed.split_once("..").unwrap_or((typed, typed));
                let read = |read: fn(&str) -> _| Option::zip(read(first), read(last));
                let is_fiscal = typed.contains("fy");
                let (first, last): (RangeInclusive<Month>, RangeInclusive<Month>) =
                    read(if is_fiscal { fiscal } else { fixed }).ok_or(EXPECTED)?;
                let (first, last) = (*first.start(), *last.end());
                let months = if is_fiscal { Self::Fiscal(first, last) } else { Self::Of(first, last) };
                (first <= last).then_some(months).ok_or("the first month lies after the last one")
            }
        }
    }
}

/// The months of the calendar that a fiscal year or quarter is named as.
fn fiscal(text: &str) -> Option<RangeInclusive<Month>> {
    let named = fixed(&text.replacen("fy", "", 1)).filter(|months| months.start() < months.end());
    named.filter(|_| text.contains("fy"))
}

/// The months of a year, a quarter or a month that is named.
fn fixed(text: &str) -> Option<RangeInclusive<Month>> {
    let text = text.trim();
    let months = |span: Span| span.first()..=span.last();
    let year = |text: &str| {
        let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_year.then(|| Month::new(text.parse().ok()?, 1)).flatten()
    };
    if let Some(january) = year(text) {
        return Some(months(Span::year_of(january, 1)));
    }
    if let Some((before, after)) = text.split_once('q') {
        // `2022-Q3`, `2022 Q3`, `Q3 2022` and `Q3/2022`.
        let other = |text: &str| text.trim_matches([' ', '-', '/']).to_owned();
        let (quarter, named) = if before.is_empty() { after.split_at_checked(1)? } else { (after, before) };
        let quarter: u32 = quarter.parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
        return Some(months(Span::quarter_of(Month::new(year(&other(named))?.year(), quarter * 3)?, 1)));
    }
    let (month, clues) = date::read_month(text, DateOrder::default())?;
    (!clues.is_about_order()).then_some(month..=month)
}

impl TypedMonths {
    /// The months themselves, where no data are at hand to find them in.
    pub(super) fn fixed_months(self, year_from: u32) -> Result<RangeInclusive<Month>, Message> {
        match self {
            Self::Of(first, last) => Ok(first..=last),
            Self::Fiscal(..) if year_from == 1 => {
                let message = Message::error(format!("nothing says in which month `{self}` begins"));
                Err(message.hint("for years that begin with July, say --fiscal-year-from 7; `2022` is a calendar year"))
            }
            // A year is named by its end, so it begins in the year before.
            Self::Fiscal(first, last) => {
                let earlier = |month: Month| month.later(i64::from(year_from) - 13);
                let months = earlier(first).zip(earlier(last)).map(|(first, last)| first..=last);
                months.ok_or_else(|| Message::error(format!("`{self}` begins before the year 1")))
            }
            _ => Err(Message::error(format!(
                "a query has no `{self}` month, because it is written before the data are read"
            ))
            .hint("name the month, such as 2022-07")),
        }
    }

    /// The months that are meant, among those of some ledgers.
    pub(super) fn find(self, ledgers: &[&Ledger], as_of: &Filter) -> Result<RangeInclusive<Month>, Message> {
        let months = || ledgers.iter().flat_map(|ledger| ledger.months()).copied();
        let this = Month::of(as_of.as_of);
        let before = |span_of: &dyn Fn(Month) -> Span| span_of(span_of(this).first().previous());
        let closed = match self {
            Self::Of(..) | Self::Fiscal(..) => return self.fixed_months(as_of.year_from),
            Self::Latest => {
                let latest = months().max().ok_or_else(|| Message::error("the files have no month"))?;
                return Ok(latest..=latest);
            }
            Self::Last => Span::Month(this.previous()),
            Self::LastQuarter => before(&|month| Span::quarter_of(month, as_of.year_from)),
            Self::LastYear => before(&|month| Span::year_of(month, as_of.year_from)),
        };
        let (first, last) = (closed.first(), closed.last());
        if months().any(|month| month == last) { Ok(first..=last) } else { Err(no_last(closed, months().max())) }
    }
}

/// That no row is of the last closed month, or of that of the last quarter or year, and where the report ends.
fn no_last(closed: Span, newest: Option<Month>) -> Message {
    let ends = newest.map_or("the report has no rows".to_owned(), |newest| format!("the report ends in {newest}"));
    let of = match closed {
        Span::Month(_) => "closed month",
        Span::Quarter(..) => "month of the last quarter",
        Span::Year(_) => "month of the last year",
    };
    let message = Message::error(format!("no record is of {}, the last {of}: {ends}", closed.last()));
    message.hint("add a newer report, or name a month that it has; `latest` is the latest one, closed or open")
}

impl fmt::Display for TypedMonths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Of(first, last) if first == last => first.fmt(f),
            Self::Of(first, last) => write!(f, "{first}..{last}"),
            Self::Fiscal(first, last) if last.months_since(*first) == 2 => {
                write!(f, "FY{}", Span::quarter_of(*first, 1))
            }
            Self::Fiscal(first, last) if last.months_since(*first) == 11 => write!(f, "FY{}", Span::year_of(*first, 1)),
            Self::Fiscal(first, last) => {
                write!(f, "FY{}..FY{}", Span::quarter_of(*first, 1), Span::quarter_of(*last, 1))
            }
            Self::Last => f.write_str("last"),
            Self::LastQuarter => f.write_str("last-quarter"),
            Self::LastYear => f.write_str("last-year"),
            Self::Latest => f.write_str("latest"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TypedMonths;

    fn read(text: &str) -> String {
        text.parse::<TypedMonths>().map_or_else(str::to_owned, |months| months.to_string())
    }

    #[test]
    fn months_by_their_names() {
        for text in ["2026-10", "10/2026", "Oct-26", "oct-2026", "October 2026", "OCT 26", "Okt-26"] {
            assert_eq!(read(text), "2026-10", "{text}");
        }
        assert_eq!(read("sept-26"), "2026-09");
        assert_eq!("LAST".parse::<TypedMonths>().unwrap(), TypedMonths::Last);
        for text in ["", "10", "Oct-6", "10/26", "0/2026", "13/2026", "2026-13", "Oct-0000", "marching-26", "next"] {
            assert!(text.parse::<TypedMonths>().is_err(), "{text}");
        }
    }

    #[test]
    fn fiscal_years_and_quarters_end_in_the_year_that_names_them() {
        for (text, expected) in [
            ("FY2027", "2026-07..2027-06"),
            ("fy2027-q1", "2026-07..2026-09"),
            ("Q4 FY2027", "2027-04..2027-06"),
            ("FY2026..FY2027", "2025-07..2027-06"),
        ] {
            let months = text.parse::<TypedMonths>().unwrap().fixed_months(7).unwrap();
            assert_eq!(format!("{}..{}", months.start(), months.end()), expected, "{text}");
        }
        assert_eq!(
            ["FY2027", "FY2027 Q1", "FY2026..FY2027"].map(read),
            ["FY2027", "FY2027-Q1", "FY2026-Q1..FY2027-Q4"]
        );
        assert!("FY2027".parse::<TypedMonths>().unwrap().fixed_months(1).is_err());
        for text in ["FY2027-01", "FY2026..2027", "2026..FY2027", "FY", "FY27", "July FY2027"] {
            assert!(text.parse::<TypedMonths>().is_err(), "{text}");
        }
    }

    #[test]
    fn quarters_years_and_ranges_are_all_their_months() {
        for text in ["2026-Q3", "2026Q3", "2026 q3", "Q3 2026", "q3/2026", "2026-07..2026-09", "Jul-26 .. 2026-Q3"] {
            assert_eq!(read(text), "2026-07..2026-09", "{text}");
        }
        assert_eq!(read("2026"), "2026-01..2026-12");
        assert_eq!(read("2025..2026-Q1"), "2025-01..2026-03");
        assert_eq!(read("2026-09..2026-07"), "the first month lies after the last one");
        for text in ["Q3", "2026-Q5", "2026-Q0", "Q", "26-Q3", "2026..", "..2026", "0000", "July"] {
            assert!(text.parse::<TypedMonths>().is_err(), "{text}");
        }
    }
}

//! Calendar months, the unit in which the report is billed; what they are added up in, whether they are open, and the two
//! orders of a day's parts that a slash leaves open.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, NaiveDate};

/// A calendar month between the years 1 and 9999; prints as `2022-07`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month(i32);

impl Month {
    /// The month `month` (1 to 12) of `year` (1 to 9999); `None` outside these.
    pub fn new(year: i32, month: u32) -> Option<Self> {
        let index = i32::try_from(month.checked_sub(1)?).ok()?;
        ((1..=9999).contains(&year) && index < 12).then_some(Self(year * 12 + index))
    }

    /// The month that a day lies in.
    pub fn of(date: NaiveDate) -> Self {
        let zero_based = i32::try_from(date.month0()).unwrap_or_default();
        Self(date.year() * 12 + zero_based)
    }

    pub fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// The month of the year, 1 to 12.
    pub fn month(self) -> u32 {
        self.0.rem_euclid(12).unsigned_abs() + 1
    }

    /// The number of months since the year 0.
    pub fn ordinal(self) -> usize {
        usize::try_from(self.0).unwrap_or_default()
    }

    pub fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year(), self.month(), 1).unwrap_or_default()
    }

    pub fn last_day(self) -> NaiveDate {
        self.next().first_day() - Days::new(1)
    }

    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }

    #[must_use]
    pub fn previous(self) -> Self {
        Self(self.0 - 1)
    }

    /// The month so many months after this one; `None` past the year 9999.
    pub fn later(self, months: i64) -> Option<Self> {
        let index = i64::from(self.0).checked_add(months)?;
        i32::try_from(index).ok().map(Self).filter(|month| (1..=9999).contains(&month.year()))
    }

    pub fn days(self) -> i64 {
        (self.next().first_day() - self.first_day()).num_days()
    }

    /// The months from this one to `last`; none if that is earlier.
    pub fn through(self, last: Self) -> impl Iterator<Item = Self> + Clone {
        (self.0..=last.0).map(Self)
    }

    /// How many months lie between `earlier` and this one: 1 for neighbours.
    pub fn months_since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month())
    }
}

impl FromStr for Month {
    type Err = &'static str;

    /// Reads a month of the form `2022-07`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |part: &str, width| {
            let are_digits = part.len() == width && part.bytes().all(|b| b.is_ascii_digit());
            part.parse::<u16>().ok().filter(|_| are_digits)
        };
        let parts = text.split_once('-').and_then(|(year, month)| number(year, 4).zip(number(month, 2)));
        let month = parts.and_then(|(year, month)| Self::new(year.into(), month.into()));
        month.ok_or("expected a month such as `2022-07`")
    }
}

/// A calendar month, quarter or year: what months are added up in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Span {
    Month(Month),
    /// The quarter that begins with a month, of years that begin with a month of theirs (1 to 12); prints as `2022-Q3`,
    /// or as `FY2023-Q1` if that is not January.
    Quarter(Month, u32),
    /// The year that begins with a month; prints as `2022`, or by the year in which it ends as `FY2023`.
    Year(Month),
}

impl Span {
    /// The quarter of a month, where years begin with the month `year_from`.
    pub fn quarter_of(month: Month, year_from: u32) -> Self {
        let into_year = month.months_since(Self::year_of(month, year_from).first());
        Self::Quarter(Month(month.0 - into_year % 3), year_from)
    }

    /// The year of a month, where years begin with the month `year_from`.
    pub fn year_of(month: Month, year_from: u32) -> Self {
        Self::Year(Month(month.0 - (month.month() + 12 - year_from).rem_euclid(12).cast_signed()))
    }

    pub fn first(self) -> Month {
        let (Self::Month(first) | Self::Quarter(first, _) | Self::Year(first)) = self;
        first
    }

    /// The span of the same length so many months before; `None` before the year 1.
    pub fn earlier(self, months: i64) -> Option<Self> {
        let first = self.first().later(-months)?;
        Some(match self {
            Self::Month(_) => Self::Month(first),
            Self::Quarter(_, year_from) => Self::Quarter(first, year_from),
            Self::Year(_) => Self::Year(first),
        })
    }

    /// How many months it has.
    pub fn months(self) -> i64 {
        i64::from(self.last().months_since(self.first())) + 1
    }

    pub fn last(self) -> Month {
        match self {
            Self::Month(month) => month,
            Self::Quarter(first, _) => Month(first.0 + 2),
            Self::Year(first) => Month(first.0 + 11),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Month(month) => month.fmt(f),
            Self::Quarter(first, year_from) => {
                let year = Self::year_of(*first, *year_from);
                write!(f, "{year}-Q{}", first.months_since(year.first()) / 3 + 1)
            }
            Self::Year(first) if first.month() == 1 => write!(f, "{:04}", first.year()),
            Self::Year(_) => write!(f, "FY{:04}", self.last().year()),
        }
    }
}

words! {
    /// Whether a month's figures are final.
    ///
    /// Partner Center shows provisional figures for the month that is still being billed: they change until it ends.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum Period {
        Closed = "closed",
        /// The month contains the day of reckoning, or lies after it.
        Open = "open",
    }
}

impl Period {
    /// The state of `month` on the day `as_of`.
    pub fn of(month: Month, as_of: NaiveDate) -> Self {
        if month >= Month::of(as_of) { Self::Open } else { Self::Closed }
    }
}

words! {
    /// Which comes first in a date such as `3/4/2022`, with its name on the command line.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
    pub enum DateOrder {
        /// `3/4/2022` is 4 March, as Microsoft writes.
        #[default]
        MonthFirst = "mdy",
        /// `3/4/2022` is 3 April.
        DayFirst = "dmy",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_and_parses() {
        assert_eq!("2022-07".parse::<Month>().unwrap().to_string(), "2022-07");
        for text in ["2022-13", "2022-7", "+022-07", "2022"] {
            assert_eq!(text.parse::<Month>(), Err("expected a month such as `2022-07`"), "{text}");
        }
    }

    #[test]
    fn neighbours_cross_the_year_and_each_month_knows_its_days() {
        let december = Month::new(2021, 12).unwrap();
        assert_eq!((december.next().to_string(), december.next().previous()), ("2022-01".to_owned(), december));
        assert_eq!(december.next().months_since(december), 1);
        assert_eq!(december.later(14), Month::new(2023, 2));
        assert_eq!(december.later(i64::MAX).or(Month::new(9999, 12).unwrap().later(1)), None);
        for (year, month, last) in [(2024, 2, 29), (2023, 2, 28), (2023, 12, 31)] {
            let month = Month::new(year, month).unwrap();
            assert_eq!((i64::from(month.last_day().day()), month.days()), (last, last), "{month}");
        }
    }

    #[test]
    fn three_months_are_a_quarter_and_twelve_a_year() {
        let of = |month| Span::quarter_of(Month::new(2022, month).unwrap(), 1);
        let quarters = [1, 3, 4, 9, 12].map(|month| of(month).to_string());
        assert_eq!(quarters, ["2022-Q1", "2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4"]);
        assert_eq!((of(9).first().to_string(), of(9).last().to_string()), ("2022-07".to_owned(), "2022-09".to_owned()));
        assert!(Span::quarter_of(Month::new(2021, 12).unwrap(), 1) < of(1));
        assert_eq!(of(1).earlier(3).unwrap().to_string(), "2021-Q4");
        assert_eq!((of(1).months(), Span::Month(Month::new(1, 1).unwrap()).earlier(1)), (3, None));
        let year = Span::year_of(Month::new(2022, 12).unwrap(), 1);
        assert_eq!((year.to_string(), year.last().to_string()), ("2022".to_owned(), "2022-12".to_owned()));
    }

    #[test]
    fn fiscal_years_are_named_by_the_year_in_which_they_end() {
        let named = |month: &str, year_from| {
            let month = month.parse().unwrap();
            let (quarter, year) = (Span::quarter_of(month, year_from), Span::year_of(month, year_from));
            assert_eq!((quarter.months(), year.months()), (3, 12));
            assert!(year.first() <= quarter.first() && quarter.first() <= month && month <= quarter.last());
            format!("{quarter} from {}, {year} from {}", quarter.first(), year.first())
        };
        assert_eq!(named("2026-07", 7), "FY2027-Q1 from 2026-07, FY2027 from 2026-07");
        assert_eq!(named("2027-06", 7), "FY2027-Q4 from 2027-04, FY2027 from 2026-07");
        assert_eq!(named("2026-06", 7), "FY2026-Q4 from 2026-04, FY2026 from 2025-07");
        assert_eq!(named("2027-01", 2), "FY2027-Q4 from 2026-11, FY2027 from 2026-02");
        assert_eq!(named("2026-12", 12), "FY2027-Q1 from 2026-12, FY2027 from 2026-12");
        assert_eq!(named("0001-01", 2), "FY0001-Q4 from 0000-11, FY0001 from 0000-02");
    }
}

//! One cell to an amount, a date or a month as its file means it, with what it says about the file's spelling.

pub mod amount;
pub(crate) mod currency_mark;
pub(crate) mod date;

use chrono::NaiveDate;
use rust_decimal::Decimal;

pub use self::amount::DecimalMark;
pub(crate) use self::amount::{AmountReading, EXPECTED_AMOUNT};
use crate::model::{Currency, DateOrder, Id};

macro_rules! clues {
    ($($(#[$says:meta])* $clue:ident,)*) => {
        /// Things that one value can say.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Clue { $($(#[$says])* $clue,)* }

        impl Clue {
            const ALL: &[Self] = &[$(Self::$clue),*];
        }
    };
}

clues! {
    /// The decimal mark is a point.
    Point,
    /// The decimal mark is a comma.
    Comma,
    /// A point may be a decimal mark or group thousands.
    AmbiguousPoint,
    /// A comma may be a decimal mark or group thousands.
    AmbiguousComma,
    MonthFirst,
    DayFirst,
    /// Months and days could change places.
    AmbiguousOrder,
    /// A day with points, which stands first, could be a month: a spreadsheet may have taken a month for it.
    Dotted,
    /// The same of a day before the name of its month.
    Named,
    /// The same of a day behind its year and month, as a cell that holds a date is read.
    DateCell,
    /// A day in one of these spellings that is no month: a spreadsheet that turns dates round leaves such ones as they were.
    NotTurned,
    /// Text that is UTF-8 and more than ASCII.
    Utf8,
    NotUtf8,
    /// Bytes that mean nothing in Windows-1252.
    NotWestern,
    /// An invoice month is a day 1 only if months come first.
    FirstDayIfMonthFirst,
    /// An invoice month is a day 1 only if days come first.
    FirstDayIfDayFirst,
    /// An invoice month is a day, but not the first of a month in any order.
    NoFirstDay,
    /// A value is marked as text by an apostrophe.
    Apostrophe,
    /// A comma groups thousands, for the currency has no decimals.
    GroupingComma,
    /// A currency has other decimals than three.
    OtherDecimals,
    /// A day begins at a full or half hour that is no midnight, as midnights of another zone do.
    OtherMidnight,
    /// A day is written without a time, or with one that is no midnight of another zone.
    OwnDay,
}

/// What a value says, or several do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Clues(u32);

impl Clues {
    pub(crate) const NONE: Self = Self(0);

    #[inline]
    pub(crate) const fn only(clue: Clue) -> Self {
        Self(1 << clue as u32)
    }

    pub(crate) const fn without(self, clue: Clue) -> Self {
        Self(self.0 & !Self::only(clue).0)
    }

    #[inline]
    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[inline]
    pub(crate) fn all_in(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    #[inline]
    pub(crate) fn contains(self, clue: Clue) -> bool {
        Self::only(clue).all_in(self)
    }

    /// Whether a value is a date whose days and months may stand in two orders, or tell theirs.
    pub(crate) fn is_about_order(self) -> bool {
        [Clue::MonthFirst, Clue::DayFirst, Clue::AmbiguousOrder].into_iter().any(|clue| self.contains(clue))
    }

    /// What the clues of an amount say besides where its currency has no decimals: `1,000` of yen are a thousand.
    pub(crate) fn of_currency(self, currency: Option<Currency>) -> Self {
        let is_whole = currency.is_some_and(|currency| currency.minor_units() == 0);
        if is_whole && self.contains(Clue::AmbiguousComma) { self.and(Self::only(Clue::GroupingComma)) } else { self }
    }

    /// What a currency says of the amounts in it.
    pub(crate) fn of_decimals(currency: Currency) -> Self {
        if currency.minor_units() == 3 { Self::NONE } else { Self::only(Clue::OtherDecimals) }
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Clue> {
        Clue::ALL.iter().copied().filter(move |clue| self.contains(*clue))
    }
}

/// Why a value cannot be read: what was expected in its place.
pub type Expected = &'static str;

pub(crate) const EXPECTED_DATE: Expected = "expected a date such as `2022-07-31` or `7/31/2022`";

/// An amount of a file whose decimal mark is settled; one that contradicts it is refused.
#[inline]
pub fn settled_amount(text: &[u8], mark: DecimalMark) -> Result<Decimal, Expected> {
    settled_reading(text, mark).map(|reading| reading.value)
}

/// The same with what stands beside the amount.
#[inline]
pub(crate) fn settled_reading(text: &[u8], mark: DecimalMark) -> Result<AmountReading, Expected> {
    let reading = amount::read(text, mark)?;
    match mark {
        DecimalMark::Point if reading.clues.contains(Clue::Comma) => {
            Err("expected a decimal point, as in the file's first lines")
        }
        DecimalMark::Comma if reading.clues.contains(Clue::Point) => {
            Err("expected a decimal comma, as in the file's first lines")
        }
        _ => Ok(reading),
    }
}

/// A day of a file whose order of days and months is settled; none if the cell is blank.
pub fn settled_day(text: &str, order: DateOrder) -> Result<Option<NaiveDate>, Expected> {
    settled_day_read(date::read_date(text, order), order)
}

/// The same of a day as it was read.
pub(crate) fn settled_day_read(
    reading: Option<(Option<NaiveDate>, Clues)>,
    order: DateOrder,
) -> Result<Option<NaiveDate>, Expected> {
    let (day, clues) = reading.ok_or(EXPECTED_DATE)?;
    match order {
        DateOrder::MonthFirst if clues.contains(Clue::DayFirst) => {
            Err("expected the month first, as in the file's first lines")
        }
        DateOrder::DayFirst if clues.contains(Clue::MonthFirst) => {
            Err("expected the day first, as in the file's first lines")
        }
        _ => Ok(day),
    }
}

/// The number, date or id behind the apostrophe with which Excel marks a cell as text; none if there is no such mark, or
/// another that makes quotes of both.
pub(crate) fn without_apostrophe(text: &str) -> Option<&str> {
    let value = text.trim_start().strip_prefix('\'')?;
    (!value.starts_with(|c: char| c.is_whitespace() || c == '\'') && !value.trim_end().ends_with('\'')).then_some(value)
}

/// The id of a cell, without the apostrophe that marks it as text.
pub(crate) fn id(text: &str) -> Option<Id> {
    Id::parse(without_apostrophe(text).unwrap_or(text))
}

/// Whether a text is what databases, scripts, pivot tables and lookups write where there is nothing: `NULL`, `nan`, `#N/A`.
pub(crate) fn says_nothing(text: &str) -> bool {
    #[rustfmt::skip]
    const WORDS: [&str; 15] = [
        "null", "(null)", "<null>", "\\n", "n/a", "#n/a", "<na>", "nan", "nat", "none", "(none)", "(blank)", "-", "–", "—",
    ];
    let text = text.trim();
    text.is_empty() || WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Words that call what stands beside them a sum.
#[rustfmt::skip]
pub(crate) const SUM_WORDS: [&str; 18] = [
    "total", "totals", "sum", "summe", "gesamt", "gesamtsumme", "gesamtergebnis", "somme", "totaux", "totale", "totaal",
    "totalt", "suma", "razem", "celkem", "итого", "合計", "总计",
];

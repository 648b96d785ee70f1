//! What the values of a file say about its decimal mark and its order of days and months.
//!
//! Invariant: what is inferred depends on the set of values only, never on where in the file they stand.

use crate::model::{Currency, DateOrder};

use crate::input::error::Seen;
use crate::input::value::amount::{DecimalMark, MarkClue};
use crate::input::value::date::{DateReading, FirstDay, MonthReading};

/// Things that one value can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Clue {
    /// The decimal mark is a point.
    Point,
    /// The decimal mark is a comma.
    Comma,
    /// A point may be a decimal mark or group thousands.
    AmbiguousPoint,
    /// A comma may be a decimal mark or group thousands.
    AmbiguousComma,
    /// Months come before days.
    MonthFirst,
    /// Days come before months.
    DayFirst,
    /// Months and days could change places.
    AmbiguousOrder,
    /// Text that is UTF-8 and more than ASCII.
    Utf8,
    /// Bytes that are not UTF-8.
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
}

/// A set of clues.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Clues(u16);

impl Clues {
    /// The set of one clue.
    pub(crate) fn only(clue: Clue) -> Self {
        Self(1 << clue as u16)
    }

    #[inline]
    pub(crate) fn and(self, other: Self) -> Self {
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

    /// The clues one by one.
    pub(crate) fn iter(self) -> impl Iterator<Item = Clue> {
        Clue::ALL.into_iter().filter(move |clue| self.contains(*clue))
    }

    /// What an amount says about the decimal mark.
    #[inline]
    pub(crate) fn from_amount(clue: MarkClue) -> Self {
        match clue {
            MarkClue::None => Self::default(),
            MarkClue::Only(DecimalMark::Point) => Self::only(Clue::Point),
            MarkClue::Only(DecimalMark::Comma) => Self::only(Clue::Comma),
            MarkClue::Ambiguous(DecimalMark::Point) => Self::only(Clue::AmbiguousPoint),
            MarkClue::Ambiguous(DecimalMark::Comma) => Self::only(Clue::AmbiguousComma),
        }
    }

    /// What an amount that may have three decimals says where its currency has none: `1,000` of yen are a thousand.
    pub(crate) fn from_whole_amount(clue: MarkClue, currency: Option<Currency>) -> Self {
        let is_whole = currency.is_some_and(|currency| currency.minor_units() == 0);
        if is_whole && clue == MarkClue::Ambiguous(DecimalMark::Comma) {
            Self::only(Clue::GroupingComma)
        } else {
            Self::default()
        }
    }

    /// What a date says about the order of days and months.
    pub(crate) fn from_date<T>(reading: &DateReading<T>) -> Self {
        match reading {
            DateReading::One { fits: None, .. } => Self::default(),
            DateReading::One { fits: Some(DateOrder::MonthFirst), .. } => Self::only(Clue::MonthFirst),
            DateReading::One { fits: Some(DateOrder::DayFirst), .. } => Self::only(Clue::DayFirst),
            DateReading::Either { .. } => Self::only(Clue::AmbiguousOrder),
        }
    }

    /// What an invoice month says about it. A billing period begins on day 1.
    pub(crate) fn from_month(reading: &MonthReading) -> Self {
        Self::from_date(&reading.month).and(match reading.first_day {
            FirstDay::NoDay | FirstDay::InBoth => Self::default(),
            FirstDay::In(DateOrder::MonthFirst) => Self::only(Clue::FirstDayIfMonthFirst),
            FirstDay::In(DateOrder::DayFirst) => Self::only(Clue::FirstDayIfDayFirst),
            FirstDay::InNone => Self::only(Clue::NoFirstDay),
        })
    }

    /// Whether an apostrophe marks a value as text.
    pub(crate) fn from_apostrophe(is_text: bool) -> Self {
        if is_text { Self::only(Clue::Apostrophe) } else { Self::default() }
    }

    /// The decimal mark under which an amount with these clues has three decimals, if under one only.
    #[inline]
    pub(crate) fn ambiguous_mark(self) -> Option<DecimalMark> {
        let (point, comma) = (1 << Clue::AmbiguousPoint as u16, 1 << Clue::AmbiguousComma as u16);
        match self.0 & (point | comma) {
            0 => None,
            mark if mark == point => Some(DecimalMark::Point),
            _ => Some(DecimalMark::Comma),
        }
    }
}

impl Clue {
    const ALL: [Self; 15] = [
        Self::Point,
        Self::Comma,
        Self::AmbiguousPoint,
        Self::AmbiguousComma,
        Self::MonthFirst,
        Self::DayFirst,
        Self::AmbiguousOrder,
        Self::Utf8,
        Self::NotUtf8,
        Self::NotWestern,
        Self::FirstDayIfMonthFirst,
        Self::FirstDayIfDayFirst,
        Self::NoFirstDay,
        Self::Apostrophe,
        Self::GroupingComma,
    ];
}

/// The clues of one file, each with its first example.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evidence {
    seen: Clues,
    examples: Vec<(Clue, Seen)>,
}

impl Evidence {
    /// The clues seen so far.
    #[inline]
    pub(crate) fn seen(&self) -> Clues {
        self.seen
    }

    /// Adds a clue, unless one like it was seen at an earlier place.
    pub(crate) fn add(&mut self, clue: Clue, example: Seen) {
        self.seen = self.seen.and(Clues::only(clue));
        match self.examples.iter_mut().find(|(known, _)| *known == clue) {
            Some((_, first)) if example < *first => *first = example,
            Some(_) => {}
            None => self.examples.push((clue, example)),
        }
    }

    /// Adds what another thread saw of the same file.
    pub(crate) fn merge(&mut self, other: Self) {
        for (clue, example) in other.examples {
            self.add(clue, example);
        }
    }

    /// The first value that gave a clue.
    pub(crate) fn first(&self, clue: Clue) -> Option<Seen> {
        self.examples.iter().find(|(known, _)| *known == clue).map(|(_, example)| example.clone())
    }
}

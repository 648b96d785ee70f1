//! What the values of a file say about its decimal mark and its order of days and months.
//!
//! Invariant: the verdict depends on the set of values only, never on where in the file they stand.

use crate::model::date::DateOrder;

use crate::input::scan::blocks::BlockId;
use crate::input::value::amount::{DecimalMark, Hint};
use crate::input::value::date::{self, Reading};

/// Things that one value can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Clue {
    /// The decimal mark is a point.
    Point,
    /// The decimal mark is a comma.
    Comma,
    /// A point may be a decimal mark or group thousands.
    DoubtfulPoint,
    /// A comma may be a decimal mark or group thousands.
    DoubtfulComma,
    /// Months come before days.
    MonthFirst,
    /// Days come before months.
    DayFirst,
    /// Months and days could change places.
    DoubtfulOrder,
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
}

/// A set of clues.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Clues(u16);

impl Clues {
    pub(crate) fn of(clue: Clue) -> Self {
        Self(1 << clue as u16)
    }

    #[inline]
    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[inline]
    pub(crate) fn of_amount(hint: Hint) -> Self {
        Clue::of_amount(hint).map_or(Self::default(), Self::of)
    }

    #[inline]
    pub(crate) fn all_in(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }
}

impl FromIterator<Clue> for Clues {
    fn from_iter<I: IntoIterator<Item = Clue>>(clues: I) -> Self {
        clues.into_iter().fold(Self::default(), |all, clue| all.and(Self::of(clue)))
    }
}

impl Clue {
    /// What an amount says about the decimal mark.
    #[inline]
    pub(crate) fn of_amount(hint: Hint) -> Option<Self> {
        match hint {
            Hint::None => None,
            Hint::Only(DecimalMark::Point) => Some(Self::Point),
            Hint::Only(DecimalMark::Comma) => Some(Self::Comma),
            Hint::Doubt(DecimalMark::Point) => Some(Self::DoubtfulPoint),
            Hint::Doubt(DecimalMark::Comma) => Some(Self::DoubtfulComma),
        }
    }

    /// What a date says about the order of days and months.
    pub(crate) fn of_date<T>(reading: &Reading<T>) -> Option<Self> {
        match reading {
            Reading::One { fits: None, .. } => None,
            Reading::One { fits: Some(DateOrder::MonthFirst), .. } => Some(Self::MonthFirst),
            Reading::One { fits: Some(DateOrder::DayFirst), .. } => Some(Self::DayFirst),
            Reading::Either { .. } => Some(Self::DoubtfulOrder),
        }
    }

    /// What an invoice month says about it. A billing period begins on day 1.
    pub(crate) fn of_month(text: &str) -> Vec<Self> {
        let order = date::read_month(text).and_then(|reading| Self::of_date(&reading));
        let first_day = date::order_with_first_day(text).map(|order| match order {
            DateOrder::MonthFirst => Self::FirstDayIfMonthFirst,
            DateOrder::DayFirst => Self::FirstDayIfDayFirst,
        });
        order.into_iter().chain(first_day).collect()
    }
}

/// The value that first gave a clue.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Witness {
    pub(crate) block: BlockId,
    pub(crate) line: u32,
    pub(crate) column: String,
    pub(crate) value: String,
}

/// The clues of one file, each with its first witness.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evidence {
    seen: Clues,
    witnesses: Vec<(Clue, Witness)>,
}

impl Evidence {
    /// The clues seen so far.
    #[inline]
    pub(crate) fn seen(&self) -> Clues {
        self.seen
    }

    /// Adds a clue, unless one like it was seen at an earlier place.
    pub(crate) fn add(&mut self, clue: Clue, witness: Witness) {
        self.seen = self.seen.and(Clues::of(clue));
        match self.witnesses.iter_mut().find(|(known, _)| *known == clue) {
            Some((_, first)) if witness < *first => *first = witness,
            Some(_) => {}
            None => self.witnesses.push((clue, witness)),
        }
    }

    /// Adds what another thread saw of the same file.
    pub(crate) fn merge(&mut self, other: Self) {
        for (clue, witness) in other.witnesses {
            self.add(clue, witness);
        }
    }

    /// The first value that gave a clue.
    pub(crate) fn witness(&self, clue: Clue) -> Option<&Witness> {
        self.witnesses.iter().find(|(known, _)| *known == clue).map(|(_, witness)| witness)
    }
}

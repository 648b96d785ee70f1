//! What one value says about the spelling of its file.

use crate::model::{Currency, DateOrder};

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
    /// A day begins at a full or half hour that is no midnight, as midnights of another zone do.
    OtherMidnight,
    /// A day is written without a time, or with one that is no midnight of another zone.
    OwnDay,
}

impl Clue {
    /// Days and months stand in this order.
    pub(crate) fn order(order: DateOrder) -> Self {
        match order {
            DateOrder::MonthFirst => Self::MonthFirst,
            DateOrder::DayFirst => Self::DayFirst,
        }
    }
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

    pub(crate) fn iter(self) -> impl Iterator<Item = Clue> {
        Clue::ALL.iter().copied().filter(move |clue| self.contains(*clue))
    }
}

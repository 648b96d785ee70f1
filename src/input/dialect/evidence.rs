//! How a file is spelled, from what its values say; what they leave open is assumed only where it does no harm.
//!
//! Invariant: what is inferred depends on the set of values only, never on where in the file they stand.

use crate::model::DateOrder;

use super::{DecidedBy, Options};
use crate::input::error::{Fault, Seen};
use crate::input::source::encoding::Encoding;
use crate::input::value::amount::DecimalMark;
use crate::input::value::clue::{Clue, Clues};

/// The clues of one file, each with its first example.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Evidence {
    seen: Clues,
    examples: Vec<(Clue, Seen)>,
}

impl Evidence {
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
    pub(crate) fn merge(&mut self, other: &Self) {
        other.examples.iter().for_each(|(clue, example)| self.add(*clue, example.clone()));
    }

    /// The first value that gave one of some clues, of those that stand together the one that was added first.
    pub(crate) fn first_of(&self, clues: &[Clue]) -> Option<&Seen> {
        let found = self.examples.iter().filter(|(known, _)| clues.contains(known)).map(|(_, example)| example);
        found.min_by_key(|example| example.line)
    }

    /// The first value that gave a clue.
    pub(crate) fn first(&self, clue: Clue) -> Option<Seen> {
        self.first_of(&[clue]).cloned()
    }

    /// How the file is spelled, or what its values contradict. `encoding` is the file's, where its bytes need not tell.
    pub(crate) fn infer(&self, encoding: Option<Encoding>, options: &Options) -> Result<Inferred, Vec<Fault>> {
        let zone = self.zone(options.utc_offset);
        match (self.encoding(encoding), self.mark(options.decimal), self.order(options.date_order), zone) {
            (Ok(encoding), Ok(decimal), Ok(date_order), Ok(())) => Ok((encoding, decimal, date_order)),
            (encoding, mark, order, zone) => {
                Err([encoding.err(), mark.err(), order.err(), zone.err()].into_iter().flatten().collect())
            }
        }
    }

    /// Days that all begin at a full or half hour other than midnight are those of another zone.
    pub(crate) fn zone(&self, wanted: Option<i32>) -> Result<(), Fault> {
        match (self.first(Clue::OtherMidnight), self.seen.contains(Clue::OwnDay)) {
            (Some(seen), false) if wanted.is_none() => Err(Fault::OtherZone { seen }),
            _ => Ok(()),
        }
    }

    fn encoding(&self, known: Option<Encoding>) -> Result<Encoding, Fault> {
        let seen = |clue| self.first(clue);
        let not_in = |encoding, seen: Option<Seen>| match seen {
            Some(seen) => Err(Fault::NotInEncoding { encoding, seen }),
            None => Ok(encoding),
        };
        match (known, seen(Clue::Utf8), seen(Clue::NotUtf8)) {
            (Some(Encoding::Windows1252), _, _) | (None, None, Some(_)) => {
                not_in(Encoding::Windows1252, seen(Clue::NotWestern))
            }
            (Some(encoding), _, other) => not_in(encoding, other),
            (None, Some(utf8), Some(other)) => Err(Fault::BothEncodings { utf8, other }),
            (None, _, None) => Ok(Encoding::Utf8),
        }
    }

    /// The decimal mark. Amounts that could be read with either must be settled by others, for a thousandfold is at
    /// stake.
    fn mark(&self, wanted: Option<DecimalMark>) -> Result<(DecimalMark, DecidedBy), Fault> {
        let (point, comma) = (self.first(Clue::Point), self.first(Clue::Comma));
        let grouped = || self.first(Clue::GroupingComma).filter(|_| wanted.is_none());
        match (wanted, point.or_else(grouped), comma) {
            (None, Some(point), Some(comma)) => Err(Fault::BothMarks { point, comma }),
            (Some(DecimalMark::Point), _, Some(other)) | (Some(DecimalMark::Comma), Some(other), _) => {
                Err(Fault::NotAsAsked { flag: "--decimal", value: wanted.unwrap_or_default().flag(), seen: other })
            }
            (Some(mark), _, _) => Ok((mark, DecidedBy::ByFlag)),
            (None, Some(point), None) => Ok((DecimalMark::Point, DecidedBy::By(point))),
            (None, None, Some(comma)) => Ok((DecimalMark::Comma, DecidedBy::By(comma))),
            (None, None, None) => match self.first(Clue::AmbiguousPoint).or_else(|| self.first(Clue::AmbiguousComma)) {
                Some(seen) => Err(Fault::AmbiguousMark { seen }),
                None => Ok((DecimalMark::Point, DecidedBy::Assumed(None))),
            },
        }
    }

    /// The order of days and months. What nothing settles is read as Microsoft writes dates.
    fn order(&self, wanted: Option<DateOrder>) -> Result<(DateOrder, DecidedBy), Fault> {
        let (month_first, day_first) = (self.first(Clue::MonthFirst), self.first(Clue::DayFirst));
        match (wanted, month_first, day_first) {
            (None, Some(month_first), Some(day_first)) => Err(Fault::BothOrders { month_first, day_first }),
            (Some(DateOrder::MonthFirst), _, Some(other)) | (Some(DateOrder::DayFirst), Some(other), _) => {
                Err(Fault::NotAsAsked { flag: "--date-order", value: wanted.unwrap_or_default().flag(), seen: other })
            }
            (Some(order), _, _) => Ok((order, DecidedBy::ByFlag)),
            (None, Some(seen), None) => Ok((DateOrder::MonthFirst, DecidedBy::By(seen))),
            (None, None, Some(seen)) => Ok((DateOrder::DayFirst, DecidedBy::By(seen))),
            (None, None, None) => {
                // Months tell only if all of them are first days in the one order, and none is in the other.
                let first_days = [Clue::FirstDayIfMonthFirst, Clue::FirstDayIfDayFirst, Clue::NoFirstDay];
                Ok(match first_days.map(|clue| self.first(clue)) {
                    [None, Some(seen), None] => (DateOrder::DayFirst, DecidedBy::By(seen)),
                    [Some(seen), None, None] => (DateOrder::MonthFirst, DecidedBy::By(seen)),
                    _ => (DateOrder::MonthFirst, DecidedBy::Assumed(self.first(Clue::AmbiguousOrder))),
                })
            }
        }
    }
}

/// The encoding, the decimal mark and the order of days and months, with what settled these.
pub(crate) type Inferred = (Encoding, (DecimalMark, DecidedBy), (DateOrder, DecidedBy));

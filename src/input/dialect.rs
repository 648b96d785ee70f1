//! How a file is spelled: what each of its values says, and what all of them settle together; what they leave open is
//! assumed only where it does no harm.
//!
//! Invariant: what is inferred depends on the set of values only, never on where in the file they stand.

use super::error::{Fault, Seen};
use super::source::{Container, Encoding};
use super::value::{Clue, Clues, DecimalMark, date};
use crate::model::{DateOrder, Message, Month, ReportColumn};

/// How to read files whose spelling is known; what is `None` is found out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    pub encoding: Option<Encoding>,
    pub delimiter: Option<u8>,
    /// The decimal mark of their amounts.
    pub decimal: Option<DecimalMark>,
    /// The order of days and months in dates such as `3/4/2022`.
    pub date_order: Option<DateOrder>,
    /// The minutes by which the zone of days that are written as moments of UTC is ahead of it; such days are refused
    /// where there is none.
    pub utc_offset: Option<i32>,
    /// The first and the last month that a report may have rows of; any, if there are none.
    pub months: Option<(Month, Month)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spelling {
    pub container: Container,
    /// What its bytes mean; for UTF-16 and marked files as the mark says.
    pub encoding: Encoding,
    pub delimiter: Option<u8>,
    /// The decimal mark of its amounts, and what settled it.
    pub decimal: (DecimalMark, DecidedBy),
    /// The order of days and months in its dates.
    pub date_order: (DateOrder, DecidedBy),
    pub header_line: u64,
    /// The header that serves each column of the report, in the report's order.
    pub columns: [String; ReportColumn::ALL.len()],
    /// Headers that serve none.
    pub ignored: Vec<String>,
}

/// What settled a question about a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecidedBy {
    /// A flag of the command line.
    ByFlag,
    /// A value that can be read in one way only; the first such.
    By(Seen),
    /// Nothing: it was taken for what Microsoft writes, and mattered for this value, or for none.
    Assumed(Option<Seen>),
}

/// The encoding, the decimal mark and the order of days and months, with what settled these.
pub(crate) type Inferred = (Encoding, (DecimalMark, DecidedBy), (DateOrder, DecidedBy));

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

    pub(crate) fn first(&self, clue: Clue) -> Option<Seen> {
        self.first_of(&[clue]).cloned()
    }

    /// How a file in a container, with this between its fields, is spelled, or what its values contradict. `encoding` is
    /// the file's, where its bytes need not tell.
    pub(crate) fn infer(
        &self,
        encoding: Option<Encoding>,
        (container, delimiter): (Container, Option<u8>),
        options: &Options,
    ) -> Result<Inferred, Vec<Fault>> {
        let zone = self.zone(options.utc_offset);
        let order = self.order(options.date_order, container == Container::Workbook);
        match (self.encoding(encoding), self.mark(options.decimal, delimiter), order, zone) {
            (Ok(encoding), Ok(decimal), Ok(date_order), Ok(())) => Ok((encoding, decimal, date_order)),
            (encoding, mark, order, zone) => {
                Err([encoding.err(), mark.err(), order.err(), zone.err()].into_iter().flatten().collect())
            }
        }
    }

    /// Days that all begin at a full or half hour other than midnight are those of another zone.
    pub(crate) fn zone(&self, wanted: Option<i32>) -> Result<(), Fault> {
        match (self.first(Clue::OtherMidnight), self.seen.contains(Clue::OwnDay)) {
            (Some(seen), false) if wanted.is_none() => {
                let text = format!(
                    "{seen} may be the midnight of another zone, with which the next day begins, as may all days of the file"
                );
                let zone = date::zone_of_midnight(&seen.value).unwrap_or_else(|| "+02:00".to_owned());
                let hint =
                    format!("say which with --utc-offset {zone}, or +00:00 to take the days as they are written");
                Err(Fault::Told(None, Message::error(text).hint(hint)))
            }
            _ => Ok(()),
        }
    }

    fn encoding(&self, known: Option<Encoding>) -> Result<Encoding, Fault> {
        let seen = |clue| self.first(clue);
        let not_in = |encoding: Encoding, seen: Option<Seen>| match seen {
            Some(seen) => {
                let text = format!("{seen} is not valid {}", encoding.as_str());
                Err(Fault::Told(None, Message::error(text)))
            }
            None => Ok(encoding),
        };
        match (known, seen(Clue::Utf8), seen(Clue::NotUtf8)) {
            (Some(Encoding::Windows1252), _, _) | (None, None, Some(_)) => {
                not_in(Encoding::Windows1252, seen(Clue::NotWestern))
            }
            (Some(encoding), _, other) => not_in(encoding, other),
            (None, Some(utf8), Some(other)) => {
                let hint = "say which it is with --encoding utf-8 or --encoding windows-1252";
                Err(Fault::told(None, format!("{utf8} is UTF-8, and {other} is not"), hint))
            }
            (None, _, None) => Ok(Encoding::Utf8),
        }
    }

    /// The decimal mark. Amounts that could be read with either must be settled by others, for a thousandfold is at
    /// stake. Where all currencies have three decimals, what stands between fields is taken to tell, and that is said: nobody
    /// whose decimal mark is a comma parts fields by one.
    fn mark(&self, wanted: Option<DecimalMark>, delimiter: Option<u8>) -> Result<(DecimalMark, DecidedBy), Fault> {
        let (point, comma) = (self.first(Clue::Point), self.first(Clue::Comma));
        let grouped = || self.first(Clue::GroupingComma).filter(|_| wanted.is_none());
        match (wanted, point.or_else(grouped), comma) {
            (None, Some(point), Some(comma)) => {
                let text = format!("the decimal mark is a point in {point} and a comma in {comma}");
                Err(Fault::told(None, text, "one file has one decimal mark; correct the odd value"))
            }
            (Some(DecimalMark::Point), _, Some(other)) | (Some(DecimalMark::Comma), Some(other), _) => {
                Err(not_as_asked("--decimal", wanted.unwrap_or_default().as_str(), &other))
            }
            (Some(mark), _, _) => Ok((mark, DecidedBy::ByFlag)),
            (None, Some(point), None) => Ok((DecimalMark::Point, DecidedBy::By(point))),
            (None, None, Some(comma)) => Ok((DecimalMark::Comma, DecidedBy::By(comma))),
            (None, None, None) => {
                let parted_by = delimiter.filter(|_| !self.seen.contains(Clue::OtherDecimals));
                match (self.first(Clue::AmbiguousPoint), self.first(Clue::AmbiguousComma), parted_by) {
                    (Some(seen), None, Some(b',')) => Ok((DecimalMark::Point, DecidedBy::Assumed(Some(seen)))),
                    (None, Some(seen), Some(b';')) => Ok((DecimalMark::Comma, DecidedBy::Assumed(Some(seen)))),
                    (Some(seen), ..) | (None, Some(seen), _) => Err(ambiguous_mark(&seen)),
                    (None, None, _) => Ok((DecimalMark::Point, DecidedBy::Assumed(None))),
                }
            }
        }
    }

    /// Refuses dates in an order beside others that a spreadsheet may have turned round: one that has the other order takes
    /// the months of some for days, writes these in its own way, and leaves alone those that have but one meaning.
    /// `are_cells` says that it would have written cells that hold a date.
    fn as_written(&self, order: DateOrder, are_cells: bool) -> Result<(), Fault> {
        let (told, first) = match order {
            DateOrder::MonthFirst => (Clue::MonthFirst, "month"),
            DateOrder::DayFirst => (Clue::DayFirst, "day"),
        };
        let dotted = (Clue::Dotted, order == DateOrder::MonthFirst);
        let turned = [dotted, (Clue::Named, true), (Clue::DateCell, are_cells)];
        let turned = turned.into_iter().filter(|(_, counts)| *counts && !self.seen.contains(Clue::NotTurned));
        let turned = turned.into_iter().find_map(|(clue, _)| self.first(clue));
        let Some((told, turned)) = self.first(told).zip(turned) else { return Ok(()) };
        let text =
            format!("the {first} comes first in {told}, and {turned} may have been turned round by a spreadsheet");
        let hint = format!("download the file again; if all is as it was written, say --date-order {}", order.as_str());
        Err(Fault::Told(None, Message::error(text).hint(hint)))
    }

    /// The order of days and months. What nothing settles is read as Microsoft writes dates.
    fn order(&self, wanted: Option<DateOrder>, are_cells: bool) -> Result<(DateOrder, DecidedBy), Fault> {
        let (month_first, day_first) = (self.first(Clue::MonthFirst), self.first(Clue::DayFirst));
        match (wanted, month_first, day_first) {
            (None, Some(month_first), Some(day_first)) => {
                let text = format!("the month comes first in {month_first} and the day in {day_first}");
                Err(Fault::told(None, text, "one file has one order of dates; correct the odd one"))
            }
            (Some(DateOrder::MonthFirst), _, Some(other)) | (Some(DateOrder::DayFirst), Some(other), _) => {
                Err(not_as_asked("--date-order", wanted.unwrap_or_default().as_str(), &other))
            }
            (Some(order), _, _) => Ok((order, DecidedBy::ByFlag)),
            (None, Some(seen), None) => {
                self.as_written(DateOrder::MonthFirst, are_cells)?;
                Ok((DateOrder::MonthFirst, DecidedBy::By(seen)))
            }
            (None, None, Some(seen)) => {
                self.as_written(DateOrder::DayFirst, are_cells)?;
                Ok((DateOrder::DayFirst, DecidedBy::By(seen)))
            }
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

/// The decimal mark by what values say, or else as it was said, or as Microsoft and this program write where commas part
/// fields: points. None if a value has two meanings and nothing tells.
pub(crate) fn settled_mark(seen: Clues, said: Option<DecimalMark>, delimiter: Option<u8>) -> Option<DecimalMark> {
    let seen = |clue| seen.contains(clue);
    // A comma within JSON stands in text, where it is as open as in any cell.
    let is_told = !seen(Clue::AmbiguousComma) && (delimiter.is_none_or(|by| by == b',') || !seen(Clue::AmbiguousPoint));
    match said {
        _ if seen(Clue::Point) => Some(DecimalMark::Point),
        _ if seen(Clue::Comma) => Some(DecimalMark::Comma),
        Some(mark) => Some(mark),
        None => (is_told || seen(Clue::GroupingComma)).then_some(DecimalMark::Point),
    }
}

pub(crate) fn ambiguous_mark(seen: &Seen) -> Fault {
    let text = format!("{seen} may be a whole number or have three decimals, and no other amount settles it");
    Fault::told(None, text, "say which with --decimal point or --decimal comma")
}

fn not_as_asked(flag: &str, value: &str, seen: &Seen) -> Fault {
    Fault::Told(None, Message::error(format!("{seen} cannot be read with {flag} {value}")))
}

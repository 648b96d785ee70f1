//! How a file is spelled, from what all of its values say; what they leave open is assumed only where it does no harm.

use crate::model::date::DateOrder;
use crate::model::record::Column;

use super::examples::{Clue, Evidence, Witness};
use super::spelling::{Settled, Spelling};
use crate::input::dialect::Options;
use crate::input::error::{Fault, Seen};
use crate::input::scan::blocks::FileRead;
use crate::input::scan::header::Layout;
use crate::input::source::encoding::Encoding;
use crate::input::value::amount::DecimalMark;

/// The evidence of one file, and where its witnesses stand.
pub(crate) struct Places<'a> {
    pub(crate) file: &'a FileRead<Layout>,
    pub(crate) evidence: &'a Evidence,
}

impl Places<'_> {
    fn seen(&self, clue: Clue) -> Option<Seen> {
        self.evidence.witness(clue).map(|witness| seen(self.file, witness))
    }

    /// How the file is spelled, or what its values contradict.
    pub(crate) fn spelling(&self, options: &Options) -> Result<Spelling, Vec<Fault>> {
        let layout = &self.file.layout;
        match (self.encoding(layout.encoding), self.mark(options.decimal), self.order(options.date_order)) {
            (Ok(encoding), Ok(decimal), Ok(date_order)) => Ok(Spelling {
                container: layout.container,
                encoding,
                delimiter: layout.delimiter,
                decimal,
                date_order,
                header_line: layout.line,
                columns: Column::ALL.map(|column| layout.headers[layout.position(column)].clone()),
                ignored: layout.ignored(),
            }),
            (encoding, mark, order) => Err([encoding.err(), mark.err(), order.err()].into_iter().flatten().collect()),
        }
    }

    fn encoding(&self, known: Option<Encoding>) -> Result<Encoding, Fault> {
        let seen = |clue| self.seen(clue);
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

    /// The decimal mark.
    fn mark(&self, wanted: Option<DecimalMark>) -> Result<(DecimalMark, Settled), Fault> {
        let (point, comma) = (self.seen(Clue::Point), self.seen(Clue::Comma));
        match (wanted, point, comma) {
            (None, Some(point), Some(comma)) => Err(Fault::BothMarks { point, comma }),
            (Some(DecimalMark::Point), _, Some(other)) | (Some(DecimalMark::Comma), Some(other), _) => {
                Err(Fault::NotThatMark { flag: wanted.unwrap_or_default(), seen: other })
            }
            (Some(mark), _, _) => Ok((mark, Settled::ByFlag)),
            (None, Some(point), None) => Ok((DecimalMark::Point, Settled::By(point))),
            (None, None, Some(comma)) => Ok((DecimalMark::Comma, Settled::By(comma))),
            (None, None, None) => match self.seen(Clue::DoubtfulPoint).or_else(|| self.seen(Clue::DoubtfulComma)) {
                Some(seen) => Err(Fault::DoubtfulMark { seen }),
                None => Ok((DecimalMark::Point, Settled::Assumed(None))),
            },
        }
    }

    /// The order of days and months.
    fn order(&self, wanted: Option<DateOrder>) -> Result<(DateOrder, Settled), Fault> {
        let (month_first, day_first) = (self.seen(Clue::MonthFirst), self.seen(Clue::DayFirst));
        match (wanted, month_first, day_first) {
            (None, Some(month_first), Some(day_first)) => Err(Fault::BothOrders { month_first, day_first }),
            (Some(DateOrder::MonthFirst), _, Some(other)) | (Some(DateOrder::DayFirst), Some(other), _) => {
                Err(Fault::NotThatOrder { flag: wanted.unwrap_or_default(), seen: other })
            }
            (Some(order), _, _) => Ok((order, Settled::ByFlag)),
            (None, Some(seen), None) => Ok((DateOrder::MonthFirst, Settled::By(seen))),
            (None, None, Some(seen)) => Ok((DateOrder::DayFirst, Settled::By(seen))),
            (None, None, None) => {
                let first_day = (self.seen(Clue::FirstDayIfMonthFirst), self.seen(Clue::FirstDayIfDayFirst));
                Ok(match first_day {
                    (None, Some(seen)) => (DateOrder::DayFirst, Settled::By(seen)),
                    (Some(seen), None) => (DateOrder::MonthFirst, Settled::By(seen)),
                    _ => (DateOrder::MonthFirst, Settled::Assumed(self.seen(Clue::DoubtfulOrder))),
                })
            }
        }
    }
}

/// A witness with its line in the file.
pub(crate) fn seen(file: &FileRead<Layout>, witness: &Witness) -> Seen {
    let line = file.first_lines[witness.block.number as usize] + u64::from(witness.line);
    Seen { line, column: witness.column.clone(), value: witness.value.clone() }
}

//! The cells of a row, each to what it means or to what was expected in its place.

use chrono::NaiveDate;

use crate::input::error::Problem;
use crate::input::scan::layout::Line;
use crate::input::scan::memo::Interned;
use crate::input::value::clue::{Clue, Clues};
use crate::input::value::date;
use crate::input::value::settled::EXPECTED_DATE;
use crate::input::value::without_apostrophe;
use crate::model::{Id, Month, ReportColumn, Status};

const EXPECTED_TEXT: &str = "expected text in the file's encoding";

/// What a cell means; if it means nothing, what was expected is among the rejects.
pub(super) fn understood<T>(
    line: Line<'_>,
    column: ReportColumn,
    read: impl FnOnce(&str) -> Option<T>,
    expected: &'static str,
    rejects: &mut Vec<Problem>,
) -> Option<T> {
    let meaning = line.read(column, read);
    let expected = if meaning.is_some() { expected } else { EXPECTED_TEXT };
    let meaning = meaning.flatten();
    if meaning.is_none() {
        rejects.push(line.reject(column, expected));
    }
    meaning
}

/// The month of a row, one that a report may have rows of.
pub(super) fn month(line: Line<'_>) -> Result<(Month, Clues), Box<Problem>> {
    const COLUMN: ReportColumn = ReportColumn::InvoiceMonth;
    let mut rejects = Vec::new();
    let read = |text: &str| line.layout.read_month(text);
    let expected = if line.read(COLUMN, date::is_eve_of_month) == Some(true) {
        "expected a month or a day: this moment may be the next month's first midnight in another zone, which \
            --utc-offset tells"
    } else {
        "expected a month such as `2022-07`"
    };
    let month = understood(line, COLUMN, read, expected, &mut rejects);
    let Some((month, clues)) = month else { return Err(Box::new(rejects.remove(0))) };
    match line.layout.months {
        Some((first, last)) if !(first..=last).contains(&month) => {
            let expected = format!("expected a month of {first} to {last}; --any-year takes it as it is");
            Err(line.reject(COLUMN, expected).into())
        }
        _ => Ok((month, clues)),
    }
}

pub(super) fn status(line: Line<'_>) -> Result<Status, Box<Problem>> {
    let status = line.read(ReportColumn::Status, Status::parse);
    status.ok_or_else(|| line.reject(ReportColumn::Status, EXPECTED_TEXT).into())
}

pub(super) fn id(text: &str) -> Option<Id> {
    Id::parse(without_apostrophe(text).unwrap_or(text))
}

/// The clue of an apostrophe that marks a number, a date or an id as text.
pub(super) fn apostrophe(line: Line<'_>, column: ReportColumn) -> Clues {
    let value = line.value(column);
    let is_free_text = matches!(column, ReportColumn::CreditName | ReportColumn::Status | ReportColumn::CurrencyCode);
    let is_marked = !is_free_text && value.contains(&b'\'');
    let is_text = is_marked && without_apostrophe(&String::from_utf8_lossy(&value)).is_some();
    if is_text { Clues::only(Clue::Apostrophe) } else { Clues::NONE }
}

/// Days by their spelling: credits by the hundred thousand begin and end on a few thousand of them.
#[derive(Debug, Default)]
pub(super) struct Days(Interned<(Option<NaiveDate>, Clues)>);

impl Days {
    /// What a cell means, as [`understood`].
    pub(super) fn read(
        &mut self,
        line: Line<'_>,
        column: ReportColumn,
        rejects: &mut Vec<Problem>,
    ) -> Option<(Option<NaiveDate>, Clues)> {
        let value = line.value(column);
        if let Some(known) = self.0.get(&value) {
            return Some(self.0.meanings[usize::from(known)]);
        }
        let reading = understood(line, column, |text| line.layout.read_day(text), EXPECTED_DATE, rejects)?;
        // Of too many, the rest are read one by one.
        self.0.insert(&value, reading);
        Some(reading)
    }
}

//! The cells of a row, each to what it means or to what was expected in its place.

use chrono::NaiveDate;

use crate::input::error::Problem;
use crate::input::scan::{EXPECTED_TEXT, Interned, Line};
use crate::input::value::{Clue, Clues, date, settled::EXPECTED_DATE, without_apostrophe};
use crate::model::{Id, Month, ReportColumn, Status};

/// What a cell means; if it means nothing, what was expected is among the rejects.
pub(super) fn understood<T>(
    line: Line<'_>,
    column: ReportColumn,
    read: impl FnOnce(&str) -> Option<T>,
    expected: &str,
    rejects: &mut Vec<Problem>,
) -> Option<T> {
    line.understood(column, read, expected).map_err(|reject| rejects.push(reject)).ok()
}

/// The month of a row, one that a report may have rows of.
pub(super) fn month(line: Line<'_>) -> Result<(Month, Clues), Box<Problem>> {
    const COLUMN: ReportColumn = ReportColumn::InvoiceMonth;
    let expected = if line.read(COLUMN, date::is_eve_of_month) == Some(true) {
        "expected a month or a day: this moment may be the next month's first midnight in another zone, which \
            --utc-offset tells"
    } else {
        "expected a month such as `2022-07`"
    };
    let (month, clues) = line.understood(COLUMN, |text| line.layout.read_month(text), expected)?;
    match line.layout.months {
        Some((first, last)) if !(first..=last).contains(&month) => {
            let expected = format!("expected a month of {first} to {last}; --any-year takes it as it is");
            Err(line.reject(COLUMN, expected).into())
        }
        _ => Ok((month, clues)),
    }
}

pub(super) fn status(line: Line<'_>) -> Result<Status, Box<Problem>> {
    Ok(line.understood(ReportColumn::Status, |text| Some(Status::parse(text)), EXPECTED_TEXT)?)
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

/// What spellings of a day mean, if they mean one.
pub(super) type Days = Interned<Option<(Option<NaiveDate>, Clues)>>;

/// The day of a cell, as [`understood`]. Credits by the hundred thousand begin and end on a few thousand days.
pub(super) fn day(
    days: &mut Days,
    line: Line<'_>,
    column: ReportColumn,
    rejects: &mut Vec<Problem>,
) -> Option<(Option<NaiveDate>, Clues)> {
    let read = || line.read(column, |text| line.layout.read_day(text)).flatten();
    days.meaning(&line.value(column), read).or_else(|| understood(line, column, |_| None, EXPECTED_DATE, rejects))
}

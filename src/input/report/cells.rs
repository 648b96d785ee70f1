//! The cells of a row, each to what it means or to what was expected in its place.

use chrono::NaiveDate;

use crate::input::error::Problem;
use crate::input::scan::{EXPECTED_TEXT, Interned, Line};
use crate::input::value::{self, Clue, Clues, EXPECTED_DATE, date, without_apostrophe};
use crate::model::{Currency, Id, Month, ReportColumn, Status};

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

/// The id of a cell, as [`understood`].
pub(super) fn id(line: Line<'_>, column: ReportColumn, rejects: &mut Vec<Problem>) -> Option<Id> {
    const SHORTENED: &str = "expected an id, not the first digits of one that a spreadsheet took for a number";
    let is_id = |text: &str| value::id(text).filter(|id| id.is_guid() || !is_shortened(text));
    let read = understood(line, column, is_id, "expected an id", rejects);
    if read.is_none() && line.read(column, is_shortened) == Some(true) {
        rejects.pop();
        rejects.push(line.reject(column, SHORTENED));
    }
    read
}

/// Whether a text is a number as programs write long ones, without its last digits: `1.23457E+19`.
fn is_shortened(text: &str) -> bool {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '=' | '"' | '\''));
    text.split_once(['E', 'e']).is_some_and(|(digits, exponent)| {
        let power = exponent.strip_prefix('+').unwrap_or(exponent);
        // `12E19` may be an id.
        let is_number = digits.contains(['.', ',']) || power.len() < exponent.len();
        is_number && date::all_digits(&digits.replacen(['.', ','], "", 1)) && power.len() > 1 && date::all_digits(power)
    })
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

/// Whether the last cell of a file without a last line end may have lost its end, as where a download broke off: a row that
/// lacks fields is refused, but one that stops within its last field can still be read, as another value.
pub(super) fn may_be_cut(column: ReportColumn, text: &str, currency: Option<Currency>) -> bool {
    match column {
        ReportColumn::EffectiveDate | ReportColumn::ExpiryDate | ReportColumn::InvoiceMonth => {
            let runs: Vec<usize> =
                text.split(|c: char| !c.is_ascii_digit()).map(str::len).filter(|length| *length > 0).collect();
            match runs[..] {
                // Year first, so that the day is last.
                [4, .., last] => last < 2,
                [_, .., last] => last < 4 && runs.len() <= 3,
                // No date at all, or its first digit not yet.
                _ => text.is_empty(),
            }
        }
        ReportColumn::CreditAmount | ReportColumn::BalanceAmount => {
            let decimals = text.rsplit_once(['.', ',']).map_or(0, |(_, decimals)| decimals.len());
            currency.is_none_or(|currency| decimals < currency.minor_units() as usize)
        }
        _ => true,
    }
}

//! The cells of a row, each to what it means or to what was expected in its place.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::input::scan::memo::Interned;
use crate::input::scan::records::RecordFields;
use crate::input::source::encoding;
use crate::input::value::date::{self, DateReading, MonthReading};
use crate::input::value::settled::EXPECTED_DATE;
use crate::input::value::without_apostrophe;
use crate::model::{DateOrder, Id, Month, ReportColumn, Status};

use super::layout::ReportLayout;

/// A cell that cannot be read, and what was expected in its place.
#[derive(Debug)]
pub(super) struct CellReject {
    pub(super) column: ReportColumn,
    pub(super) expected: Cow<'static, str>,
}

impl CellReject {
    pub(super) fn new(column: ReportColumn, expected: impl Into<Cow<'static, str>>) -> Self {
        Self { column, expected: expected.into() }
    }
}

const EXPECTED_TEXT: &str = "expected text in the file's encoding";

/// What a cell means; if it means nothing, what was expected is among the rejects.
pub(super) fn understood<T>(
    layout: &ReportLayout,
    column: ReportColumn,
    fields: &RecordFields<'_>,
    read: impl FnOnce(&str) -> Option<T>,
    expected: &'static str,
    rejects: &mut Vec<CellReject>,
) -> Option<T> {
    let meaning = cell(layout, column, fields, read);
    let expected = if meaning.is_some() { expected } else { EXPECTED_TEXT };
    let meaning = meaning.flatten();
    if meaning.is_none() {
        rejects.push(CellReject::new(column, expected));
    }
    meaning
}

/// The month of a row, which lies between the `plausible` ones, if there are such.
pub(super) fn month(
    layout: &ReportLayout,
    fields: &RecordFields<'_>,
    plausible: Option<(Month, Month)>,
) -> Result<MonthReading, Box<CellReject>> {
    let reject = |expected: Cow<'static, str>| Box::new(CellReject::new(ReportColumn::InvoiceMonth, expected));
    let text = cell(layout, ReportColumn::InvoiceMonth, fields, date::read_month);
    let reading = text.ok_or_else(|| reject(EXPECTED_TEXT.into()))?;
    let reading = reading.ok_or_else(|| reject("expected a month such as `2022-07`".into()))?;
    if cell(layout, ReportColumn::InvoiceMonth, fields, date::is_eve_of_month) == Some(true) {
        let expected = "expected a month or a day: this moment may be the next month's first midnight in another zone";
        return Err(reject(expected.into()));
    }
    let months = [DateOrder::MonthFirst, DateOrder::DayFirst].map(|order| reading.month.under(order));
    match plausible {
        Some((first, last)) if !months.iter().any(|month| (first..=last).contains(month)) => {
            Err(reject(format!("expected a month of {first} to {last}; --any-year takes it as it is").into()))
        }
        _ => Ok(reading),
    }
}

pub(super) fn status(layout: &ReportLayout, fields: &RecordFields<'_>) -> Result<Status, Box<CellReject>> {
    let status = cell(layout, ReportColumn::Status, fields, Status::parse);
    status.ok_or_else(|| Box::new(CellReject::new(ReportColumn::Status, EXPECTED_TEXT)))
}

/// What the text of a cell is read as, if it is text.
pub(super) fn cell<T>(
    layout: &ReportLayout,
    column: ReportColumn,
    fields: &RecordFields<'_>,
    read: impl FnOnce(&str) -> T,
) -> Option<T> {
    encoding::text(&fields.value(layout.position(column)), layout.encoding).map(|text| read(&text))
}

/// An id; none of a line that somebody has taken out by a `#` before it.
pub(super) fn id(text: &str) -> Option<Id> {
    let is_taken_out = text.trim_start().strip_prefix('#').and_then(Id::parse).is_some_and(|id| id.is_guid());
    Id::parse(without_apostrophe(text).unwrap_or(text)).filter(|_| !is_taken_out)
}

/// Whether an apostrophe marks a number, a date or an id as text.
pub(super) fn is_text(layout: &ReportLayout, column: ReportColumn, fields: &RecordFields<'_>) -> bool {
    let value = fields.value(layout.position(column));
    let is_free_text = matches!(column, ReportColumn::CreditName | ReportColumn::Status | ReportColumn::CurrencyCode);
    !is_free_text && value.contains(&b'\'') && without_apostrophe(&String::from_utf8_lossy(&value)).is_some()
}

/// Days by their spelling: credits by the hundred thousand begin and end on a few thousand of them.
#[derive(Debug, Default)]
pub(super) struct Days(Interned<DateReading<Option<NaiveDate>>>);

impl Days {
    /// What a cell means, as [`understood`].
    pub(super) fn read(
        &mut self,
        layout: &ReportLayout,
        column: ReportColumn,
        fields: &RecordFields<'_>,
        rejects: &mut Vec<CellReject>,
    ) -> Option<DateReading<Option<NaiveDate>>> {
        let value = fields.value(layout.position(column));
        if let Some(known) = self.0.get(&value) {
            return Some(self.0.meanings[usize::from(known)]);
        }
        let reading = understood(layout, column, fields, date::read_date, EXPECTED_DATE, rejects)?;
        // Other bytes mean one thing in one encoding and another in the next. Of too many, the rest are read one by one.
        if value.is_ascii() {
            self.0.insert(&value, reading);
        }
        Some(reading)
    }
}

//! A line of an invoice file.

use crate::model::InvoiceFileKind;

use crate::input::error::Problem;
use crate::input::kinds::invoice::InvoiceColumn;
use crate::input::scan::layout::{Layout, Line};
use crate::input::value::{says_nothing, without_apostrophe};

#[inline]
pub(super) fn kind(layout: &Layout) -> InvoiceFileKind {
    InvoiceFileKind::ALL[layout.kind]
}

/// The text of a cell that holds an id, without the apostrophe that marks it as text; nothing if it says that there is
/// none.
pub(super) fn id(line: Line<'_>, column: InvoiceColumn) -> String {
    let text = line.text(column).filter(|text| !says_nothing(text)).unwrap_or_default();
    without_apostrophe(&text).map(str::to_owned).unwrap_or(text)
}

/// Says what is wrong with a cell, by its text alone.
#[cold]
pub(super) fn reject(line: Line<'_>, column: InvoiceColumn, expected: &str) -> Problem {
    let text = line.text(column).unwrap_or_default();
    Problem::new(line.place(), expected).cell(line.layout.name(column), &text)
}

//! Where the columns of an invoice file stand, how its values are spelled, and a line of it.

use crate::model::{Amount, DateOrder, InvoiceFileKind, Place};

use crate::input::error::{Problem, Seen};
use crate::input::kinds::invoice::InvoiceColumn;
use crate::input::scan::records::RecordFields;
use crate::input::source::encoding::{self, Encoding};
use crate::input::value::amount::DecimalMark;
use crate::input::value::{says_nothing, without_apostrophe};

/// Where the columns stand in every line of a file, and how their values are spelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InvoiceLayout {
    pub(super) kind: InvoiceFileKind,
    pub(super) amount: Amount,
    pub(super) is_json: bool,
    pub(super) delimiter: u8,
    pub(super) width: usize,
    pub(super) encoding: Option<Encoding>,
    pub(super) mark: DecimalMark,
    pub(super) order: DateOrder,
    /// A date that has two meanings, if nothing tells which it is.
    pub(super) assumed: Option<Seen>,
    /// A value that an apostrophe marks as text.
    pub(super) apostrophe: Option<Seen>,
    /// Whether the first lines have a place for the reasons of credits.
    pub(super) has_reasons: bool,
    /// Whether they have one for the percentage of a partner earned credit.
    pub(super) has_earned: bool,
    pub(super) positions: [Option<usize>; InvoiceColumn::ALL.len()],
}

impl InvoiceLayout {
    /// The field that serves a column, if the file has it.
    #[inline]
    pub(super) fn position(&self, column: InvoiceColumn) -> Option<usize> {
        self.positions[column as usize]
    }

    /// A column's name in this kind of file.
    pub(super) fn name(&self, column: InvoiceColumn) -> &'static str {
        column.name(self.kind, self.amount)
    }
}

/// Where a line stands and how its file is laid out.
#[derive(Clone, Copy)]
pub(super) struct InvoiceLine<'a> {
    /// Where its block starts.
    pub(super) block: Place,
    pub(super) layout: &'a InvoiceLayout,
    pub(super) fields: &'a RecordFields<'a>,
}

impl InvoiceLine<'_> {
    pub(super) fn place(&self) -> Place {
        self.block.down(self.fields.line)
    }

    /// The text of a cell; empty if the file has no such column or says that there is nothing, `None` if it is no text.
    pub(super) fn text(&self, column: InvoiceColumn) -> Option<String> {
        let Some(at) = self.layout.position(column) else { return Some(String::new()) };
        let value = self.fields.value(at);
        let text = encoding::text(&value, self.layout.encoding)?;
        let is_blank = !column.is_required(self.layout.kind) && says_nothing(&text);
        Some(if is_blank { String::new() } else { text.trim().to_owned() })
    }

    /// The text of a cell that holds an id, without the apostrophe that marks it as text.
    pub(super) fn id(&self, column: InvoiceColumn) -> String {
        let text = self.text(column).unwrap_or_default();
        without_apostrophe(&text).map(str::to_owned).unwrap_or(text)
    }

    /// Says what is wrong with a cell.
    #[cold]
    pub(super) fn reject(&self, column: InvoiceColumn, expected: &str) -> Problem {
        let text = self.text(column).unwrap_or_default();
        Problem::new(self.place(), expected).cell(self.layout.name(column), &text)
    }
}

//! What is to be said of a file for what it lay in, or for how it ends.

use crate::model::Message;

/// Lines and rows that a worksheet has room for.
pub(crate) const MOST_ROWS: u64 = 1_048_576;

/// Something that a workbook, a page or the end of a file tells of what was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Remark {
    /// Rows are hidden in the workbook.
    HiddenRows(usize),
    /// The whole sheet is.
    HiddenSheet,
    /// An id is a number that may have had more digits.
    LongId {
        /// The first row that has one, from 1.
        row: u32,
    },
    /// A formula has no value, for nothing has computed it.
    NotComputed {
        /// Its row, from 1.
        row: u32,
    },
    /// The file has as many lines as a worksheet has room for.
    FullSheet,
    /// A page of an interface, by what it calls itself and the next one.
    Page { itself: Option<String>, next: Option<String> },
}

impl Remark {
    /// What keeps the file from being read.
    pub(crate) fn refusal(&self) -> Option<Message> {
        let Self::NotComputed { row } = self else { return None };
        let message = Message::error(format!("a formula in row {row} has no value: nothing has computed it yet"));
        Some(message.hint("open the workbook in Excel and save it once"))
    }

    /// The remark for a person, and the line that it is about.
    pub(crate) fn told(&self) -> (Message, Option<u64>) {
        let message = match self {
            Self::HiddenRows(count) => {
                let rows = if *count == 1 { "row is" } else { "rows are" };
                Message::note(format!("{count} {rows} hidden in the workbook, and read like the others"))
            }
            Self::HiddenSheet => Message::note("the sheet is hidden in the workbook, and read like the others"),
            Self::LongId { row } => {
                let text = "an id is a number of more than 15 digits, and a workbook keeps no more than these";
                return (Message::note(text).hint("write ids as text"), Some(u64::from(*row)));
            }
            Self::NotComputed { .. } => Message::note("a formula has no value"),
            Self::FullSheet => {
                let text = "the last that Excel keeps: the rest is probably cut off";
                let message = Message::note(format!("the file ends at line {MOST_ROWS}, {text}"));
                message.hint("download it again, and do not save it with Excel")
            }
            Self::Page { .. } => {
                Message::note("a page names a next one, which no file holds").hint("download all pages, each once")
            }
        };
        (message, None)
    }
}

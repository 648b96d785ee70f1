//! What was taken for granted while reading, and should be said.

use crate::model::{Message, Place};

use super::error::{Problem, Seen, first_names};

/// Something that was taken for granted and should be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// Files of a folder or pattern are none of those that are looked for.
    Skipped {
        files: Vec<String>,
        /// What they are not.
        wanted: &'static str,
        has_invoices: bool,
    },
    /// Files of a folder or pattern that may be downloads gone wrong, each with what it is.
    Unread { files: Vec<String> },
    /// What nothing is decided by.
    Told {
        /// The file that it is about, and the line; none where the message says so itself.
        file: Option<u32>,
        line: Option<u64>,
        message: Message,
        /// Whether it tells that some of the input is missing.
        is_incomplete: bool,
    },
}

/// Lines and rows that a worksheet has room for.
pub(crate) const MOST_ROWS: u64 = 1_048_576;

/// Something that a workbook, a page or the end of a file tells of what was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Remark {
    /// Rows are hidden in the workbook.
    HiddenRows(usize),
    /// The whole sheet is.
    HiddenSheet,
    /// An id is a number that may have had more digits: the first row that has one, from 1.
    LongId(u32),
    /// A formula in this row, from 1, has no value, for nothing has computed it.
    NotComputed(u32),
    /// The file has as many lines as a worksheet has room for.
    FullSheet,
    /// A page of an interface, by what it calls itself and the next one.
    Page { itself: Option<String>, next: Option<String> },
}

impl Remark {
    /// What keeps the file from being read.
    pub(crate) fn refusal(&self) -> Option<Message> {
        let Self::NotComputed(row) = self else { return None };
        let message = Message::error(format!("a formula in row {row} has no value: nothing has computed it yet"));
        Some(message.hint("open the workbook in Excel and save it once"))
    }
}

/// What to do about a file that is no download, though it may have been meant to be one.
pub const AGAIN: &str = "download it again, or take it out of the folder";

impl Note {
    /// Something to be said of a file, or of a line of it.
    pub(crate) fn of_file(file: u32, line: Option<u64>, message: Message) -> Self {
        Self::Told { file: Some(file), line, message, is_incomplete: false }
    }

    /// What is to be said of a file for what it lay in, or for how it ends.
    pub(crate) fn remark(file: u32, remark: &Remark) -> Self {
        let (mut line, mut is_incomplete) = (None, false);
        let message = match remark {
            Remark::HiddenRows(count) => {
                let rows = if *count == 1 { "row is" } else { "rows are" };
                Message::note(format!("{count} {rows} hidden in the workbook, and read like the others"))
            }
            Remark::HiddenSheet => Message::note("the sheet is hidden in the workbook, and read like the others"),
            Remark::LongId(row) => {
                line = Some(u64::from(*row));
                let text = "an id is a number of more than 15 digits, and a workbook keeps no more than these";
                Message::note(text).hint("write ids as text")
            }
            Remark::NotComputed(_) => Message::note("a formula has no value"),
            Remark::FullSheet => {
                let text = "the last that Excel keeps: the rest is probably cut off";
                let message = Message::note(format!("the file ends at line {MOST_ROWS}, {text}"));
                message.hint("download it again, and do not save it with Excel")
            }
            Remark::Page { .. } => {
                is_incomplete = true;
                Message::warning("a page names a next one, which no file holds").hint("download all pages, each once")
            }
        };
        Self::Told { file: Some(file), line, message, is_incomplete }
    }

    /// A manifest in a folder names or counts parts that are not there.
    pub(crate) fn missing_parts(manifest: &str, missing: String) -> Self {
        let message = Message::warning(missing).at(manifest, None).hint("download them too");
        Self::Told { file: None, line: None, message, is_incomplete: true }
    }

    /// Values were marked as text by an apostrophe, which is no part of them; this one first.
    pub(crate) fn apostrophe(file: u32, seen: &Seen) -> Self {
        let text = format!("values such as {seen} were read without their apostrophe, Excel's mark for text");
        Self::of_file(file, None, Message::aside(text))
    }

    /// Dates that could be read in two orders, this one first, were read as Microsoft writes them.
    pub(crate) fn assumed_month_first(file: u32, seen: &Seen) -> Self {
        let message = Message::note(format!("dates such as {seen} were read month first, as Microsoft writes them"));
        Self::of_file(file, None, message.hint("if the day comes first, say so with --date-order dmy"))
    }

    /// Notes the lines that repeat the header, once a file.
    pub(crate) fn headers<'p>(places: impl Iterator<Item = &'p Place>) -> Vec<Self> {
        let mut places: Vec<&Place> = places.collect();
        places.sort_unstable();
        let of_file = |places: &[&Place]| {
            let text = match places.len() {
                1 => "left out a line that repeats the header".to_owned(),
                count => format!("left out {count} lines that repeat the header, this one first"),
            };
            Self::of_file(places[0].file, Some(places[0].line), Message::aside(text))
        };
        places.chunk_by(|one, other| one.file == other.file).map(of_file).collect()
    }

    /// Notes the lines that look like totals and stand behind the last rows of their files; says of the others what was
    /// expected there.
    pub(crate) fn totals<'t>(
        lines: impl Iterator<Item = &'t (Place, String)>,
        last_rows: &[u64],
        expected: &str,
        notes: &mut Vec<Self>,
    ) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (place, text) in lines {
            if place.line > last_rows[place.file as usize] {
                let message = Message::aside(format!("left out a line of totals: '{}'", text.escape_debug()));
                notes.push(Self::of_file(place.file, Some(place.line), message));
            } else {
                problems.push(Problem { value: Some(text.clone()), ..Problem::new(*place, expected) });
            }
        }
        problems
    }

    /// The file's place and the line, 0 for what is about the whole file.
    pub(crate) fn place(&self) -> (u32, u64) {
        match self {
            Self::Told { file, line, .. } => (file.unwrap_or(0), line.unwrap_or(0)),
            Self::Skipped { .. } | Self::Unread { .. } => (0, 0),
        }
    }

    /// Whether it tells that some of the input is missing.
    pub fn is_incomplete(&self) -> bool {
        matches!(self, Self::Told { is_incomplete: true, .. })
    }

    pub fn message(&self, files: &[String]) -> Message {
        match self {
            Self::Skipped { files, wanted, .. } => {
                Message::note(format!("skipped, not {wanted}: {}", first_names(files)))
            }
            Self::Unread { files } => Message::warning(format!("not read: {}", first_names(files))).hint(AGAIN),
            Self::Told { file: Some(file), line, message, .. } => {
                message.clone().at(files[*file as usize].as_str(), *line)
            }
            Self::Told { message, .. } => message.clone(),
        }
    }
}

//! What was taken for granted while reading, and should be said.

use crate::model::{Message, Place};

use super::error::{Problem, Seen, first_names};
use super::source::remark::Remark;

/// Something that was taken for granted and should be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// A line at a file's end was taken for totals and left out.
    TotalsLine {
        file: u32,
        line: u64,
        /// Its cells, with blanks between them.
        text: String,
    },
    /// Lines that repeat the header were left out.
    RepeatedHeader {
        file: u32,
        /// The first of them.
        line: u64,
        count: usize,
    },
    /// The file ends without a line end, in a value that may be longer.
    MayBeCut { file: u32, seen: Seen },
    /// Files of a folder or pattern are none of those that are looked for.
    Skipped {
        files: Vec<String>,
        /// What they are not.
        wanted: &'static str,
        has_invoices: bool,
    },
    /// Files of a folder or pattern that may be downloads gone wrong, each with what it is.
    Unread { files: Vec<String> },
    /// A manifest in a folder names parts that are not there.
    MissingParts { manifest: String, parts: Vec<String> },
    /// What is to be said of a file for what it lay in, or for how it ends.
    Remark { file: u32, remark: Remark },
    /// Values were marked as text by an apostrophe, which is no part of them.
    Apostrophe {
        file: u32,
        /// The first such value.
        seen: Seen,
    },
    /// Dates that could be read in two orders were read month first, as Microsoft writes them.
    AssumedMonthFirst {
        file: u32,
        /// The first such date.
        seen: Seen,
    },
}

/// What to do about a file that is no download, though it may have been meant to be one.
pub const AGAIN: &str = "download it again, or take it out of the folder";

impl Note {
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
            let (Place { file, line }, text) = (*place, text.clone());
            if line > last_rows[file as usize] {
                notes.push(Self::TotalsLine { file, line, text });
            } else {
                problems.push(Problem { value: Some(text), ..Problem::new(*place, expected) });
            }
        }
        problems
    }

    /// The file's place and the line, 0 for what is about the whole file.
    pub(crate) fn place(&self) -> (u32, u64) {
        match self {
            Self::TotalsLine { file, line, .. } | Self::RepeatedHeader { file, line, .. } => (*file, *line),
            Self::MayBeCut { file, seen } => (*file, seen.line),
            Self::Skipped { .. } | Self::Unread { .. } | Self::MissingParts { .. } => (0, 0),
            Self::AssumedMonthFirst { file, .. } | Self::Apostrophe { file, .. } | Self::Remark { file, .. } => {
                (*file, 0)
            }
        }
    }

    /// Whether it tells that some of the input is missing.
    pub fn is_incomplete(&self) -> bool {
        matches!(self, Self::Remark { remark: Remark::Page { .. }, .. } | Self::MissingParts { .. })
    }

    pub fn message(&self, files: &[String]) -> Message {
        let (text, line, hint) = match self {
            Self::Skipped { files, wanted, .. } => {
                return Message::note(format!("skipped, not {wanted}: {}", first_names(files)));
            }
            Self::Unread { files } => {
                return Message::warning(format!("not read: {}", first_names(files))).hint(AGAIN);
            }
            Self::MissingParts { manifest, parts } => {
                let text = format!("it names parts that are not there: {}", first_names(parts));
                return Message::note(text).at(manifest.as_str(), None).hint("download them too");
            }
            Self::TotalsLine { line, text, .. } => {
                (format!("left out a line of totals: '{}'", text.escape_debug()), Some(*line), None)
            }
            Self::RepeatedHeader { line, count: 1, .. } => {
                ("left out a line that repeats the header".to_owned(), Some(*line), None)
            }
            Self::RepeatedHeader { line, count, .. } => {
                (format!("left out {count} lines that repeat the header, this one first"), Some(*line), None)
            }
            Self::MayBeCut { seen, .. } => (
                format!("the file ends without a line end, in {seen}: it may have lost the rest"),
                None,
                Some("compare its last row with Partner Center, or download it again"),
            ),
            Self::Remark { remark, .. } => remark.told(),
            Self::Apostrophe { seen, .. } => {
                (format!("values such as {seen} were read without their apostrophe, Excel's mark for text"), None, None)
            }
            Self::AssumedMonthFirst { seen, .. } => (
                format!("dates such as {seen} were read month first, as Microsoft writes them"),
                None,
                Some("if the day comes first, say so with --date-order dmy"),
            ),
        };
        let is_aside = matches!(self, Self::TotalsLine { .. } | Self::RepeatedHeader { .. } | Self::Apostrophe { .. });
        let message = if is_aside { Message::aside(text) } else { Message::note(text) };
        let message = message.at(files[self.place().0 as usize].as_str(), line);
        Message { hint: hint.map(str::to_owned), ..message }
    }
}

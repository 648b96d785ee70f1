//! What was taken for granted while reading, and should be said.

use crate::model::Message;

use super::error::{Seen, Shortened};
use super::source::remark::Remark;

/// Something that was taken for granted and should be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// A line at a file's end was taken for totals and left out.
    TotalsLine {
        /// The file's place.
        file: u32,
        /// The line, from 1.
        line: u64,
        /// Its cells, with blanks between them.
        text: String,
    },
    /// Lines that repeat the header were left out.
    RepeatedHeader {
        /// The file's place.
        file: u32,
        /// The first of them.
        line: u64,
        /// How many lines.
        count: usize,
    },
    /// The file ends without a line end, in a value that may be longer.
    MayBeCut {
        /// The file's place.
        file: u32,
        /// The value.
        seen: Seen,
    },
    /// Files of a folder or pattern are none of those that are looked for.
    LeftAlone {
        /// The files' names.
        files: Vec<String>,
        /// What they are not.
        wanted: &'static str,
    },
    /// A manifest in a folder names parts that are not there.
    MissingParts {
        /// The manifest's name.
        manifest: String,
        /// The parts' names.
        parts: Vec<String>,
    },
    /// What is to be said of a file for what it lay in, or for how it ends.
    Remark {
        /// The file's place.
        file: u32,
        /// What that is.
        remark: Remark,
    },
    /// Values were marked as text by an apostrophe, which is no part of them.
    Apostrophe {
        /// The file's place.
        file: u32,
        /// The first such value.
        seen: Seen,
    },
    /// Dates that could be read in two orders were read month first, as Microsoft writes them.
    AssumedMonthFirst {
        /// The file's place.
        file: u32,
        /// The first such date.
        seen: Seen,
    },
}

impl Note {
    /// The file's place and the line, 0 for what is about the whole file.
    pub(crate) fn place(&self) -> (u32, u64) {
        match self {
            Self::TotalsLine { file, line, .. } | Self::RepeatedHeader { file, line, .. } => (*file, *line),
            Self::MayBeCut { file, seen } => (*file, seen.line),
            Self::LeftAlone { .. } | Self::MissingParts { .. } => (0, 0),
            Self::AssumedMonthFirst { file, .. } | Self::Apostrophe { file, .. } | Self::Remark { file, .. } => {
                (*file, 0)
            }
        }
    }

    /// Whether it tells that some of the input is missing.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        matches!(self, Self::Remark { remark: Remark::Pages { .. }, .. } | Self::MissingParts { .. })
    }

    /// The note for a person.
    #[must_use]
    pub fn message(&self, files: &[String]) -> Message {
        if let Self::LeftAlone { files, wanted } = self {
            return Message::note(format!("left alone what is not {wanted}: {}", Shortened(files)));
        }
        if let Self::MissingParts { manifest, parts } = self {
            let text = format!("it names parts that are not there: {}", Shortened(parts));
            return Message::note(text).at(manifest.as_str(), None).hint("download them too");
        }
        let (text, line, hint) = match self {
            Self::LeftAlone { .. } | Self::MissingParts { .. } => (String::new(), None, None),
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
        let message = Message::note(text).at(files[self.place().0 as usize].as_str(), line);
        Message { hint: hint.map(str::to_owned), ..message }
    }
}

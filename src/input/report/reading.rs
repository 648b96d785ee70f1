//! What reading balance reports comes to.

use crate::input::dialect::spelling::Spelling;
use crate::input::error::{Problem, Seen};
use crate::model::report::Report;
use crate::model::text::Visible;

/// What reading came to.
#[derive(Debug)]
pub struct Reading {
    /// The rows that could be read.
    pub report: Report,
    /// The ones that could not, by file and line.
    pub problems: Vec<Problem>,
    /// What was taken for granted.
    pub notes: Vec<Note>,
    /// How each file is spelled, in the order of `report.files`.
    pub spellings: Vec<Spelling>,
}

/// Something that was taken for granted and should be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// A line at a file's end was taken for totals and left out.
    TotalsLine {
        /// The file's place.
        file: u32,
        /// The line.
        line: u64,
        /// Its cells.
        text: String,
    },
    /// Lines that repeat the header were left out.
    RepeatedHeader {
        /// The file's place.
        file: u32,
        /// The first of them.
        line: u64,
        /// How many.
        count: usize,
    },
    /// The file ends without a line end, in a value that may be longer.
    MayBeCut {
        /// The file's place.
        file: u32,
        /// The value.
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
    pub(super) fn place(&self) -> (u32, u64) {
        match self {
            Self::TotalsLine { file, line, .. } | Self::RepeatedHeader { file, line, .. } => (*file, *line),
            Self::MayBeCut { file, seen } => (*file, seen.line),
            Self::AssumedMonthFirst { file, .. } => (*file, 0),
        }
    }

    /// The note for a person.
    #[must_use]
    pub fn message(&self, files: &[String]) -> String {
        let name = |file: &u32| Visible(&files[*file as usize]);
        match self {
            Self::TotalsLine { file, line, text } => {
                format!("{}:{line}: left out a line of totals: '{}'", name(file), text.escape_debug())
            }
            Self::RepeatedHeader { file, line, count: 1 } => {
                format!("{}:{line}: left out a line that repeats the header", name(file))
            }
            Self::RepeatedHeader { file, line, count } => {
                format!("{}:{line}: left out {count} lines that repeat the header, this one first", name(file))
            }
            Self::MayBeCut { file, seen } => format!(
                "{}: the file ends without a line end, in {seen}: it may have lost the rest\nhint: compare its last \
                 row with Partner Center, or download it again",
                name(file)
            ),
            Self::AssumedMonthFirst { file, seen } => format!(
                "{}: dates such as {seen} were read month first, as Microsoft writes them\n\
                 hint: if the day comes first, say so with --date-order dmy",
                name(file)
            ),
        }
    }
}

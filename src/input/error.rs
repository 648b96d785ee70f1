//! What can be wrong with an input.

use std::fmt;
use std::io;

use crate::model::date::DateOrder;
use crate::model::record::Column;
use crate::model::report::Place;
use crate::model::text::Visible;

use super::invoice::InvoiceHeaderError;
use crate::input::source::encoding::Encoding;
use crate::input::value::amount::DecimalMark;

/// Why a whole file cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{}{}: {fault}", Visible(.file), Line(.fault.line()))]
pub struct FileError {
    /// The file's name as given.
    pub file: String,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with a whole file.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// It cannot be opened or read.
    #[error("{}", describe(.0))]
    Io(#[from] io::Error),
    /// It has no header: it is empty, or none of its lines names the report's columns.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// A record is too long to be one.
    #[error("a record of more than {limit} bytes: is a quote never closed?")]
    LongRecord {
        /// Where the record starts.
        line: u64,
        /// The longest record that is read.
        limit: usize,
    },
    /// A quote is opened and never closed, so that no row behind it can be told.
    #[error(
        "a quote is opened in this row and never closed\nhint: close it; the rows behind it cannot be read until then"
    )]
    OpenQuote {
        /// Where the row starts.
        line: u64,
    },
    /// The file is neither UTF-8 nor Windows-1252.
    #[error("the file is not text in a known encoding\nhint: say which with --encoding")]
    NotText,
    /// A file of names has no names.
    #[error("no column of customer ids and one of names, such as `CustomerId` and `CustomerName`")]
    NoNames,
    /// Some bytes are no text in the file's encoding.
    #[error("{seen} is not valid {}", .encoding.as_str())]
    NotInEncoding {
        /// The encoding.
        encoding: Encoding,
        /// The first cell that holds such bytes.
        seen: Seen,
    },
    /// Some cells are UTF-8, and others are not.
    #[error(
        "{utf8} is UTF-8, and {other} is not\n\
         hint: say which it is with --encoding utf-8 or --encoding windows-1252"
    )]
    BothEncodings {
        /// The first cell that is UTF-8 and more than ASCII.
        utf8: Seen,
        /// The first cell that is not UTF-8.
        other: Seen,
    },
    /// Some amounts can only be read with a decimal point, others only with a decimal comma.
    #[error(
        "the decimal mark is a point in {point} and a comma in {comma}\n\
         hint: one file has one decimal mark; correct the odd value"
    )]
    BothMarks {
        /// The first that needs a point.
        point: Seen,
        /// The first that needs a comma.
        comma: Seen,
    },
    /// An amount cannot be read with the decimal mark that was asked for.
    #[error("{seen} cannot be read with --decimal {}", .flag.flag())]
    NotThatMark {
        /// What was asked for.
        flag: DecimalMark,
        /// The amount.
        seen: Seen,
    },
    /// No amount tells whether a point or comma is the decimal mark.
    #[error(
        "{seen} may be a whole number or have three decimals, and no other amount settles it\n\
         hint: say which with --decimal point or --decimal comma"
    )]
    DoubtfulMark {
        /// The first such amount.
        seen: Seen,
    },
    /// Some dates can only be read month first, others only day first.
    #[error(
        "the month comes first in {month_first} and the day in {day_first}\n\
         hint: one file has one order of dates; correct the odd one"
    )]
    BothOrders {
        /// The first that needs the month first.
        month_first: Seen,
        /// The first that needs the day first.
        day_first: Seen,
    },
    /// A date cannot be read in the order that was asked for.
    #[error("{seen} cannot be read with --date-order {}", .flag.flag())]
    NotThatOrder {
        /// What was asked for.
        flag: DateOrder,
        /// The date.
        seen: Seen,
    },
    /// It is none of the invoice files.
    #[error(transparent)]
    InvoiceHeader(#[from] InvoiceHeaderError),
    /// The sum of its amounts cannot be held exactly.
    #[error("a sum of amounts needs more than 28 digits, so it cannot be computed exactly")]
    TooManyDigits,
    /// The file has more rows than can be counted.
    #[error("more than {} rows for one thread", u32::MAX)]
    TooManyRows,
}

/// A value that bears witness to how a file is spelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The line, from 1, on which its row starts.
    pub line: u64,
    /// Its column.
    pub column: String,
    /// Its text.
    pub value: String,
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' (line {}, {})", self.value.escape_debug(), self.line, Visible(&self.column))
    }
}

impl Fault {
    /// The line that is at fault.
    fn line(&self) -> Option<u64> {
        match self {
            Self::LongRecord { line, .. }
            | Self::OpenQuote { line }
            | Self::Header(HeaderError::Missing { line, .. } | HeaderError::Doubled { line, .. }) => Some(*line),
            Self::InvoiceHeader(error) => error.line(),
            _ => None,
        }
    }

    /// Counts the lines before the block in which a fault was met.
    pub(crate) fn count_from(&mut self, first_line: u64) {
        if let Self::LongRecord { line, .. } | Self::OpenQuote { line } = self {
            *line += first_line;
        }
    }
}

struct Line(Option<u64>);

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |line| write!(f, ":{line}"))
    }
}

/// An operating system's message without its number, which helps nobody.
fn describe(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "is a directory, not a file".to_owned(),
        _ => error.to_string(),
    }
}

/// What is wrong with a header.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// There is nothing in the file.
    #[error("the file is empty")]
    Empty,
    /// No line looks like the report's header.
    #[error("no header: none of the first lines names the columns of an ACO balance report\nfirst line: {}", Names(.first_line))]
    Absent {
        /// The fields of the first line.
        first_line: Vec<String>,
    },
    /// Columns are missing.
    #[error("{}\ncolumns found: {}", Missing(.missing), Names(.found))]
    Missing {
        /// The header's line.
        line: u64,
        /// The columns that no header matches, each with the header nearest to it.
        missing: Vec<(Column, Option<String>)>,
        /// The headers there are.
        found: Vec<String>,
    },
    /// Two headers name one column.
    #[error("column `{}` stands twice: as `{}` and as `{}`\ncolumns found: {}", .column.name(), Visible(.first), Visible(.second), Names(.found))]
    Doubled {
        /// The header's line.
        line: u64,
        /// The column.
        column: Column,
        /// The first header that names it.
        first: String,
        /// The second.
        second: String,
        /// The headers there are.
        found: Vec<String>,
    },
}

struct Names<'a>(&'a [String]);

impl fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, name) in self.0.iter().enumerate() {
            write!(f, "{}{}", if at == 0 { "" } else { ", " }, name.escape_debug())?;
        }
        Ok(())
    }
}

struct Missing<'a>(&'a [(Column, Option<String>)]);

impl fmt::Display for Missing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (column, nearest)) in self.0.iter().enumerate() {
            write!(f, "{}no column `{}`", if at == 0 { "" } else { ", " }, column.name())?;
            if let Some(nearest) = nearest {
                write!(f, " (is it `{}`?)", nearest.escape_debug())?;
            }
        }
        Ok(())
    }
}

/// A row that cannot be read, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file's place on the command line, from 0.
    pub file: u32,
    /// The line on which the row starts, from 1.
    pub line: u64,
    /// The column, if it is one cell that cannot be read.
    pub column: Option<&'static str>,
    /// The cell's text, shortened if it is long.
    pub value: Option<String>,
    /// What was expected in its place.
    pub expected: String,
}

impl Problem {
    /// Where the row stands.
    #[must_use]
    pub fn place(&self) -> Place {
        Place { file: self.file, line: self.line }
    }

    /// `file:line: column: 'value': what was expected`.
    #[must_use]
    pub fn message(&self, files: &[String]) -> String {
        use fmt::Write as _;
        let mut text = format!("{}:{}: ", Visible(&files[self.file as usize]), self.line);
        if let Some(column) = self.column {
            let _ = write!(text, "{column}: ");
        }
        if let Some(value) = &self.value {
            let _ = write!(text, "'{}': ", value.escape_debug());
        }
        text + &self.expected
    }
}

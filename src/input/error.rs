//! What can be wrong with an input, with its place.

use std::fmt;
use std::io;

use crate::model::{Message, Place, Visible};

use super::source::encoding::Encoding;

/// Why a whole file cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.message())]
pub struct FileError {
    pub file: String,
    pub fault: Fault,
}

impl FileError {
    pub fn message(&self) -> Message {
        let message = Message::error(self.fault.to_string()).at(self.file.as_str(), self.fault.line());
        let hint = match &self.fault {
            // What the room of sources has to say of a file comes as a message in an error of its kind.
            Fault::Io(error) => error.get_ref().and_then(|error| error.downcast_ref::<Message>()?.hint.clone()),
            fault => fault.hint().map(str::to_owned),
        };
        Message { hint, ..message }
    }
}

/// What is wrong with a whole file.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// It cannot be opened or read.
    #[error("{}", describe(.0))]
    Io(#[from] io::Error),
    /// There is nothing in the file.
    #[error("the file is empty")]
    Empty,
    /// No line looks like a header.
    #[error("no header: none of the first lines names {wanted}\nfirst line: {}", listed(.first_line))]
    Absent {
        wanted: &'static str,
        /// The fields of the first line, shortened.
        first_line: Vec<String>,
    },
    /// A line above the header is no title.
    #[error("this line has the cells of a record, and stands above the header (line {header})")]
    RecordAbove { line: u64, header: u64 },
    /// Each line is one cell, in quotes, in which the fields stand together.
    #[error("each line is one cell, in which all of its fields stand together")]
    LinesAreCells,
    #[error("{}\ncolumns found: {}", missing_columns(.missing, .kind), listed(.found))]
    Missing {
        line: u64,
        /// What the file looks like.
        kind: &'static str,
        /// The columns that no header names, each with the header nearest to it.
        missing: Vec<(&'static str, Option<String>)>,
        found: Vec<String>,
    },
    /// Two headers name one column.
    #[error("column `{column}` stands twice: as `{}` and as `{}`\ncolumns found: {}", Visible(.first), Visible(.second), listed(.found))]
    Doubled {
        line: u64,
        /// The name that the column is documented by.
        column: &'static str,
        /// The first header that names it.
        first: String,
        /// The second header that names it.
        second: String,
        found: Vec<String>,
    },
    /// A column holds numbers that are exact in binary only.
    #[error("column `{}` holds floating point numbers, in which amounts are not exact", Visible(.column))]
    FloatingPoint { column: String },
    /// It is an invoice file where a balance report is read.
    #[error("this is an invoice file, not an ACO balance report")]
    InvoiceForReport,
    /// It is a balance report where an invoice file is read.
    #[error("this is an ACO balance report, not an invoice file")]
    ReportForInvoice,
    /// It is what a command has written, and none of the files that commands read.
    #[error("this file was written by aco")]
    ResultOfAco,
    /// A folder or pattern holds nothing that is looked for.
    #[error("nothing here is {wanted}: {}", first_names(.seen))]
    NothingOfKind { wanted: &'static str, seen: Vec<String> },
    /// What lies beside others has rows like those of the one before, and no header.
    #[error("no header, and rows like those of the sheet or file before it")]
    GoesOn,
    #[error("a record of more than {limit} bytes: is a quote never closed?")]
    LongRecord {
        line: u64,
        /// The longest record that is read.
        limit: usize,
    },
    /// A quote is opened and never closed, so that no row behind it can be told.
    #[error("a quote is opened in this row and never closed")]
    OpenQuote { line: u64 },
    /// A quote is opened or closed where none belongs, so that rows stand within a cell, or may.
    #[error("a quote is opened in this row and closed on line {closed}, within a cell or with rows between")]
    StrayQuote { line: u64, closed: u64 },
    /// It is of a format that is not read.
    #[error("{0}")]
    OtherFormat(&'static str),
    /// It is what an interface answered when it had no data.
    #[error("an error that was answered in place of data: {}", Visible(.0))]
    ErrorReply(String),
    /// The file is neither UTF-8 nor Windows-1252.
    #[error("the file is not text in a known encoding")]
    NotText,
    /// Some bytes are no text in the file's encoding.
    #[error("{seen} is not valid {}", .encoding.as_str())]
    NotInEncoding {
        /// What the file was read as.
        encoding: Encoding,
        /// The first cell that holds such bytes.
        seen: Seen,
    },
    /// Some cells are UTF-8, and others are not.
    #[error("{utf8} is UTF-8, and {other} is not")]
    BothEncodings {
        /// The first cell that is UTF-8 and more than ASCII.
        utf8: Seen,
        /// The first cell that is not UTF-8.
        other: Seen,
    },
    /// Some amounts can only be read with a decimal point, others only with a decimal comma.
    #[error("the decimal mark is a point in {point} and a comma in {comma}")]
    BothMarks {
        /// The first that needs a point.
        point: Seen,
        /// The first that needs a comma.
        comma: Seen,
    },
    /// A value cannot be read with the decimal mark, or in the order of dates, that was asked for.
    #[error("{seen} cannot be read with {flag} {value}")]
    NotAsAsked {
        flag: &'static str,
        value: &'static str,
        /// The first that cannot.
        seen: Seen,
    },
    /// No amount tells whether a point or comma is the decimal mark.
    #[error("{seen} may be a whole number or have three decimals, and no other amount settles it")]
    AmbiguousMark {
        /// The first such amount.
        seen: Seen,
    },
    /// All days begin at an hour that is midnight somewhere else.
    #[error("{seen} may be the midnight of another zone, with which the next day begins, as may all days of the file")]
    OtherZone {
        /// The first such day.
        seen: Seen,
    },
    /// Some dates can only be read month first, others only day first.
    #[error("the month comes first in {month_first} and the day in {day_first}")]
    BothOrders {
        /// The first that needs the month first.
        month_first: Seen,
        /// The first that needs the day first.
        day_first: Seen,
    },
    /// The sum of its amounts cannot be held exactly.
    #[error("a sum of amounts needs more than 28 digits, so it cannot be computed exactly")]
    TooManyDigits,
    /// The file has more rows than can be counted.
    #[error("more than {} rows for one thread", u32::MAX)]
    TooManyRows,
}

/// A value that shows how a file is spelled, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    /// The line, from 1, on which its row starts.
    pub line: u64,
    pub column: String,
    /// The cell's text, shortened if it is long.
    pub value: String,
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' (line {}, {})", self.value.escape_debug(), self.line, Visible(&self.column))
    }
}

impl Fault {
    /// The line that is at fault.
    pub(crate) fn line(&self) -> Option<u64> {
        match self {
            Self::LongRecord { line, .. }
            | Self::OpenQuote { line }
            | Self::StrayQuote { line, .. }
            | Self::Missing { line, .. }
            | Self::Doubled { line, .. }
            | Self::RecordAbove { line, .. } => Some(*line),
            _ => None,
        }
    }

    fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::InvoiceForReport => "name it with --invoice, as in `aco reconcile report.csv --invoice invoice.csv`",
            Self::ReportForInvoice => "name it without --invoice",
            Self::ResultOfAco => "give the report that it was made from; what `aco list` writes is a report too",
            Self::GoesOn => "give it the header too, or take it away if its rows do not count",
            Self::OpenQuote { .. } => "close it; the rows behind it cannot be read until then",
            Self::StrayQuote { .. } => {
                "a cell with a quote in it stands in quotes, and that quote is doubled; correct the line that does not"
            }
            Self::RecordAbove { .. } => {
                "put the header above all rows: a file that was sorted, or joined with another, has it elsewhere"
            }
            Self::LinesAreCells => "split the lines into columns, or export the file again",
            Self::ErrorReply(_) => "download the file again",
            Self::NotText => "say which with --encoding",
            Self::BothEncodings { .. } => "say which it is with --encoding utf-8 or --encoding windows-1252",
            Self::BothMarks { .. } => "one file has one decimal mark; correct the odd value",
            Self::FloatingPoint { .. } => {
                "write that column as a decimal or as text, from data that were never read as floating point"
            }
            Self::AmbiguousMark { .. } => "say which with --decimal point or --decimal comma",
            Self::OtherZone { .. } => {
                "say which with --utc-offset +02:00, or +00:00 to take the days as they are written"
            }
            Self::BothOrders { .. } => "one file has one order of dates; correct the odd one",
            _ => return None,
        })
    }

    /// What a file of another format is that is saved in the place of a report.
    pub(crate) const PAGE: &str =
        "an HTML page, such as one that asks to sign in, and no file of data: download the file again";

    /// What a file is that may be a download gone wrong.
    pub(crate) fn spoilt(&self) -> Option<&'static str> {
        match self {
            Self::Empty => Some("empty"),
            Self::OtherFormat(Self::PAGE) => Some("a web page"),
            _ => None,
        }
    }

    /// Whether a file with this fault is none of those that are looked for.
    pub(crate) fn is_wrong_kind(&self) -> bool {
        matches!(
            self,
            Self::Absent { .. }
                | Self::Empty
                | Self::InvoiceForReport
                | Self::ReportForInvoice
                | Self::ResultOfAco
                | Self::OtherFormat(_)
        )
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

fn listed(names: &[String]) -> String {
    names.iter().map(|name| name.escape_debug().to_string()).collect::<Vec<_>>().join(", ")
}

/// Most names of files in a line.
const SHOWN: usize = 8;

/// Names of files for a line: the first, and how many more there are.
pub(crate) fn first_names(files: &[String]) -> String {
    let shown = files.iter().take(SHOWN).map(|name| Visible(name).to_string()).collect::<Vec<_>>().join(", ");
    match files.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn missing_columns(columns: &[(&'static str, Option<String>)], kind: &str) -> String {
    let meant = |header: &String| format!(" (did you mean `{}`?)", header.escape_debug());
    let missing = |(column, nearest): &(&str, Option<String>)| {
        format!("no column `{column}`{}", nearest.as_ref().map(meant).unwrap_or_default())
    };
    format!("{} in what looks like {kind}", columns.iter().map(missing).collect::<Vec<_>>().join(", "))
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
    /// A record that cannot be read.
    pub(crate) fn new(Place { file, line }: Place, expected: impl Into<String>) -> Self {
        Self { file, line, column: None, value: None, expected: expected.into() }
    }

    /// The same of one of its cells.
    pub(crate) fn cell(self, column: &'static str, text: &str) -> Self {
        Self { column: Some(column), value: Some(shortened(text)), ..self }
    }

    pub fn place(&self) -> Place {
        Place { file: self.file, line: self.line }
    }

    /// `file:line: column: 'value': what was expected`.
    pub fn message(&self, files: &[String]) -> Message {
        let column = self.column.map(|column| format!("{column}: ")).unwrap_or_default();
        let value = self.value.as_ref().map(|value| format!("'{}': ", value.escape_debug())).unwrap_or_default();
        let text = format!("{column}{value}{}", self.expected);
        Message::error(text).at(files[self.file as usize].as_str(), Some(self.line))
    }
}

/// Longest value that a message shows, in characters.
const LONGEST_SHOWN: usize = 80;

/// A text for a message.
pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

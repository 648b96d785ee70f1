//! What can be wrong with an input, with its place.

use std::fmt;
use std::io;

use crate::model::{Message, Place, Visible};

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
        Message { hint: self.fault.hint().map(str::to_owned), ..message }
    }
}

/// What is wrong with a whole file.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("{}", describe(.0))]
    Io(#[from] io::Error),
    #[error("the file is empty")]
    Empty,
    #[error("no header: none of the first lines names {wanted}\nfirst line: {}", listed(.first_line))]
    Absent {
        wanted: &'static str,
        /// The fields of the first line, shortened.
        first_line: Vec<String>,
    },
    #[error("{}\ncolumns found: {}", missing_columns(.missing, .kind), listed(.found))]
    Missing {
        line: u64,
        /// What the file looks like.
        kind: &'static str,
        /// The columns that no header names, each with the header nearest to it.
        missing: Vec<(&'static str, Option<String>)>,
        found: Vec<String>,
    },
    #[error("this is an invoice file, not an ACO balance report")]
    InvoiceForReport,
    #[error("this is an ACO balance report, not an invoice file")]
    ReportForInvoice,
    /// It is what a command has written, and none of the files that commands read.
    #[error("this file was written by aco")]
    ResultOfAco,
    /// It is of a format that is not read.
    #[error("{0}")]
    OtherFormat(&'static str),
    /// What nothing is decided by, at the line that is at fault.
    #[error("{1}")]
    Told(Option<u64>, Message),
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
    /// What is the case, and what to do about it.
    pub(crate) fn told(line: Option<u64>, text: impl Into<String>, hint: &'static str) -> Self {
        Self::Told(line, Message::error(text).hint(hint))
    }

    /// A cell that is no text, in a file whose encoding nobody has said.
    pub(crate) fn not_text() -> Self {
        Self::told(None, "the file is not text in a known encoding", "say which with --encoding")
    }

    /// A quote is opened or closed where none belongs, so that rows stand within a cell, or may.
    pub(crate) fn stray_quote(line: u64, closed: u64) -> Self {
        let text =
            format!("a quote is opened in this row and closed on line {closed}, within a cell or with rows between");
        let hint =
            "a cell with a quote in it stands in quotes, and that quote is doubled; correct the line that does not";
        Self::told(Some(line), text, hint)
    }

    /// The line that is at fault.
    pub(crate) fn line(&self) -> Option<u64> {
        match self {
            Self::Missing { line, .. } => Some(*line),
            Self::Told(line, _) => *line,
            _ => None,
        }
    }

    fn hint(&self) -> Option<&str> {
        match self {
            Self::InvoiceForReport => {
                Some("name it with --invoice, as in `aco reconcile report.csv --invoice invoice.csv`")
            }
            Self::ReportForInvoice => Some("name it without --invoice"),
            Self::ResultOfAco => Some("give the report that it was made from; what `aco list` writes is a report too"),
            // What the room of sources has to say of a file comes as a message in an error of its kind.
            Self::Io(error) => error.get_ref().and_then(|error| error.downcast_ref::<Message>()?.hint.as_deref()),
            Self::Told(_, message) => message.hint.as_deref(),
            _ => None,
        }
    }

    /// What a file of another format is that is saved in the place of a report.
    pub(crate) const PAGE: &str =
        "an HTML page, such as one that asks to sign in, and no file of data: download the file again";

    pub(crate) const XML_ERROR: &str = "an error in XML, and no file of data: download the file again";
    pub(crate) const BLANK: &str = "nothing but blanks or zero bytes: download the file again";
    pub(crate) const CUT: &str = "cut off in its header: download the file again";

    /// What a file is that may be a download gone wrong.
    pub(crate) fn spoilt(&self) -> Option<&'static str> {
        match self {
            Self::Empty => Some("empty"),
            Self::OtherFormat(Self::PAGE) => Some("a web page"),
            Self::OtherFormat(Self::XML_ERROR) => Some("an error in XML"),
            Self::OtherFormat(Self::BLANK) => Some("blank"),
            Self::OtherFormat(Self::CUT) => Some("cut off in its header"),
            _ => None,
        }
    }

    /// Whether a file with this fault is none of those that are looked for.
    pub(crate) fn is_wrong_kind(&self) -> bool {
        !matches!(self, Self::Io(_) | Self::Missing { .. } | Self::Told(..))
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

/// Headers as a message lists them.
pub(crate) fn listed(names: &[String]) -> String {
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

//! What can be wrong with an input, and what was taken for granted while reading it, with its place.

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

    pub(crate) fn line(&self) -> Option<u64> {
        match self {
            Self::Missing { line, .. } => Some(*line),
            Self::Told(line, _) => *line,
            _ => None,
        }
    }

    pub(crate) fn hint(&self) -> Option<&str> {
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
            // What it holds may be one.
            Self::OtherFormat(packed) => Some(*packed).filter(|packed| packed.ends_with("unpack it")),
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
    pub place: Place,
    /// The column, if it is one cell that cannot be read.
    pub column: Option<&'static str>,
    /// The cell's text, shortened if it is long.
    pub value: Option<String>,
    pub expected: String,
}

impl Problem {
    pub(crate) fn new(place: Place, expected: impl Into<String>) -> Self {
        Self { place, column: None, value: None, expected: expected.into() }
    }

    /// The same of one of its cells.
    pub(crate) fn cell(self, column: &'static str, text: &str) -> Self {
        Self { column: Some(column), value: Some(shortened(text)), ..self }
    }

    /// What is wrong with each row, where the problems of one stand together.
    pub fn by_row(problems: &[Self]) -> impl Iterator<Item = &[Self]> {
        problems.chunk_by(|one, next| one.place == next.place)
    }

    /// `file:line: column: 'value': what was expected`.
    pub fn message(&self, files: &[String]) -> Message {
        let column = self.column.map(|column| format!("{column}: ")).unwrap_or_default();
        let value = self.value.as_ref().map(|value| format!("'{}': ", value.escape_debug())).unwrap_or_default();
        let text = format!("{column}{value}{}", self.expected);
        Message::error(text).at(files[self.place.file as usize].as_str(), Some(self.place.line))
    }
}

/// Longest value that a message shows, in characters.
const LONGEST_SHOWN: usize = 80;

pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

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

/// What a page calls itself and the next one.
pub(crate) type Page<'p> = (Option<&'p str>, Option<&'p str>);

impl Remark {
    pub(crate) fn page(&self) -> Option<Page<'_>> {
        let Self::Page { itself, next } = self else { return None };
        Some((itself.as_deref(), next.as_deref()))
    }

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

    /// Amounts that could be whole ones, grouped, were read with the decimals of their currency.
    pub(crate) fn assumed_decimals(file: u32, seen: &Seen, other_mark: &str) -> Self {
        let text = format!("amounts such as {seen} were read with three decimals, as their currency has them");
        let hint = format!("if they are thousands, say so with --decimal {other_mark}");
        Self::of_file(file, None, Message::note(text).hint(hint))
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

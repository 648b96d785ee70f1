//! Finding the header and the separator of a file, and which field serves which column.
//!
//! The one search for all kinds of file: what is looked for says which columns it has and how it is recognised. Headers
//! are matched by name in any order, for Microsoft has renamed and added columns over the years and announced others.

use std::borrow::Cow;

use super::cutter::Head;
use super::records::{RecordFields, Splitter, line_ends};
use crate::input::error::{Fault, listed};
use crate::input::source::{Encoding, encoding};
use crate::input::value::{DecimalMark, amount, date};
use crate::model::text::is_hidden;
use crate::model::{DateOrder, Id, Message, Visible};

/// Separators that files use.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A header is shorter than this, its blanks included.
const LONGEST_NAME: usize = 40;

/// Titles and blank lines that may stand before the header.
const MOST_LINES_BEFORE: usize = 50;

/// A column that files of a kind have.
#[derive(Clone, Debug)]
pub(crate) struct ColumnSpec {
    /// Its names, the documented one first.
    pub(crate) names: Vec<&'static str>,
    pub(crate) is_required: bool,
    /// Whether two of its names in one file are a contradiction. Else the first of its names that a file has counts,
    /// for older names may stand beside it with another meaning.
    pub(crate) is_exclusive: bool,
}

/// A kind of file, by its columns.
#[derive(Clone, Debug)]
pub(crate) struct TableKind {
    pub(crate) name: &'static str,
    pub(crate) columns: Vec<ColumnSpec>,
    /// A line that names this many columns is the header, though others may be missing.
    pub(crate) enough: usize,
}

impl TableKind {
    /// Whether a line of folded headers names enough columns.
    pub(crate) fn is_named_by(&self, folded: &[String]) -> bool {
        self.matched(folded) >= self.enough
    }

    /// How many columns a line of folded headers names.
    pub(crate) fn matched(&self, folded: &[String]) -> usize {
        let is_named = |wanted: &&ColumnSpec| folded.iter().any(|header| wanted.is_named(header));
        self.columns.iter().filter(is_named).count()
    }
}

impl ColumnSpec {
    /// Whether a folded header is one of the column's names.
    fn is_named(&self, folded: &str) -> bool {
        self.names.iter().any(|name| folded.eq_ignore_ascii_case(name))
    }

    /// The headers that name the column: the one that serves it, and another that contradicts it.
    fn serving(&self, folded: &[String]) -> (Option<usize>, Option<usize>) {
        if self.is_exclusive {
            let mut places = (0..folded.len()).filter(|at| self.is_named(&folded[*at]));
            return (places.next(), places.next());
        }
        let by_name = self.names.iter().map(|name| {
            let mut places = (0..folded.len()).filter(|at| folded[*at].eq_ignore_ascii_case(name));
            (places.next(), places.next())
        });
        by_name.into_iter().find(|(first, _)| first.is_some()).unwrap_or_default()
    }
}

/// A header and how many bytes and lines it and all before it take up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// The place of its kind among those that were looked for.
    pub(crate) kind: usize,
    pub(crate) delimiter: u8,
    /// The headers as they stand in the file, without blank ones at the end.
    pub(crate) names: Vec<String>,
    /// For each column of the kind the field that serves it.
    pub(crate) positions: Vec<Option<usize>>,
    pub(crate) line: u64,
    pub(crate) bytes: usize,
    pub(crate) lines: u64,
}

/// Finds the header at the start of a file: the first line that names enough columns of a kind.
///
/// `wanted` is what to say was looked for. `recognise` may tell kinds apart by more than the number of columns that a
/// line names.
pub(crate) fn find(
    head: Head<'_>,
    delimiters: &[u8],
    kinds: &[TableKind],
    wanted: &'static str,
    recognise: impl Fn(&[String]) -> Option<usize>,
) -> Result<Header, Fault> {
    match best(head, delimiters, kinds, &recognise) {
        Some(header) => alone(exact(header.placed(kinds)?, head.floats)?, head),
        None if lines_are_cells(head, &recognise) => {
            let text = "each line is one cell, in which all of its fields stand together";
            Err(Fault::told(None, text, "split the lines into columns, or export the file again"))
        }
        None => Err(absent(wanted, &first_line(first_lines(head.bytes), delimiters[0], head.encoding))),
    }
}

/// The header, unless a record stands above it, as where rows were sorted, or one file put behind another.
fn alone(header: Header, head: Head<'_>) -> Result<Header, Fault> {
    let above = &head.bytes[..header.bytes];
    let mut record = None;
    for delimiter in [header.delimiter].into_iter().chain(DELIMITERS) {
        if header.line == 1 {
            break;
        }
        Splitter::new(delimiter).split(above, |fields| {
            let line = u64::from(fields.line) + 1;
            if line < header.line && is_record(&texts(&fields, head.encoding), header.names.len()) {
                record = Some(record.map_or(line, |first: u64| first.min(line)));
            }
        });
    }
    match record {
        Some(line) => {
            let text =
                format!("this line has the cells of a record, and stands above the header (line {})", header.line);
            let hint =
                "put the header above all rows: a file that was sorted, or joined with another, has it elsewhere";
            Err(Fault::told(Some(line), text, hint))
        }
        None => Ok(header),
    }
}

/// Whether a line is none of the titles that stand above a header of so many names: it has as many cells, or nearly, or
/// cells that are ids, months, dates and amounts.
fn is_record(cells: &[String], width: usize) -> bool {
    let is_value = |cell: &&String| {
        let has_digit = cell.bytes().any(|byte| byte.is_ascii_digit());
        has_digit
            && (amount::read(cell.as_bytes(), DecimalMark::Point).is_ok()
                || date::read_month(cell, DateOrder::MonthFirst).is_some()
                || Id::parse(cell).is_some_and(|id| id.is_guid()))
    };
    let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
    let values = cells.iter().filter(is_value).count();
    values >= 4 || values >= 2 && filled * 4 >= width * 3
}

/// Whether the first lines of a file without a header are records of so many cells.
pub(crate) fn holds_records(head: Head<'_>, width: usize) -> bool {
    delimiters(head, None).into_iter().any(|delimiter| {
        let mut records = Splitter::new(delimiter);
        let records = records.records(first_lines(head.bytes));
        records.iter().any(|fields| fields.len() == width && is_record(&texts(&fields, head.encoding), width))
    })
}

/// Whether the lines are cells, in each of which all fields stand together.
fn lines_are_cells(head: Head<'_>, recognise: impl Fn(&[String]) -> Option<usize>) -> bool {
    let mut cells = Vec::new();
    Splitter::new(DELIMITERS[0]).split(first_lines(head.bytes), |fields| {
        let mut filled = texts(&fields, head.encoding).into_iter().filter(|cell| !cell.is_empty());
        if let (Some(cell), None) = (filled.next(), filled.next()) {
            cells.push(cell);
        }
    });
    let is_header = |cell: &String| {
        DELIMITERS.iter().any(|delimiter| {
            let names: Vec<String> = cell.split(char::from(*delimiter)).map(str::to_owned).collect();
            recognise(&folded_names(&names)).is_some()
        })
    };
    cells.iter().take(MOST_LINES_BEFORE).any(is_header)
}

/// The header, unless a column that is needed holds floating point numbers.
fn exact(header: Header, floats: &[usize]) -> Result<Header, Fault> {
    match header.positions.iter().flatten().find(|at| floats.contains(at)) {
        Some(at) => {
            let column = Visible(&header.names[*at]);
            let text = format!("column `{column}` holds floating point numbers, in which amounts are not exact");
            let hint = "write that column as a decimal or as text, from data that were never read as floating point";
            Err(Fault::told(None, text, hint))
        }
        None => Ok(header),
    }
}

/// The line that names the most columns, by the separator that makes it do so.
fn best(
    head: Head<'_>,
    delimiters: &[u8],
    kinds: &[TableKind],
    recognise: impl Fn(&[String]) -> Option<usize>,
) -> Option<Header> {
    let bytes = first_lines(head.bytes);
    let mut best: Option<(usize, Header)> = None;
    for delimiter in delimiters {
        let Some(header) = Header::find(bytes, *delimiter, head.encoding, &recognise) else { continue };
        let kind = &kinds[header.kind];
        let matched = kind.matched(&folded_names(&header.names));
        if best.as_ref().is_none_or(|(most, _)| matched > *most) {
            best = Some((matched, header));
        }
        if matched == kind.columns.len() {
            // Another separator cannot do better.
            break;
        }
    }
    best.map(|(_, header)| header)
}

/// The kind of the header at the start of a file, if it has one.
pub(crate) fn likeliest(
    head: Head<'_>,
    delimiters: &[u8],
    kinds: &[TableKind],
    recognise: impl Fn(&[String]) -> Option<usize>,
) -> Option<usize> {
    best(head, delimiters, kinds, recognise).map(|header| header.kind)
}

/// The separators to try: the one that was asked for, or that Excel's first line `sep=;` declares, or else all.
pub(crate) fn delimiters(head: Head<'_>, asked: Option<u8>) -> Vec<u8> {
    if head.container.is_comma_separated() {
        return vec![DELIMITERS[0]];
    }
    asked.or_else(|| declared(head.bytes)).map_or(DELIMITERS.to_vec(), |delimiter| vec![delimiter])
}

/// The same where what was asked for is meant for other files in the first place: the others are tried behind it.
pub(crate) fn likely_delimiters(head: Head<'_>, asked: Option<u8>) -> Vec<u8> {
    asked.filter(|_| !head.container.is_comma_separated()).into_iter().chain(delimiters(head, None)).collect()
}

fn declared(head: &[u8]) -> Option<u8> {
    match head.strip_prefix(b"sep=").or_else(|| head.strip_prefix(b"\"sep="))? {
        [separator, b'\r' | b'\n' | b'"', ..] => Some(*separator),
        _ => None,
    }
}

/// Which fields serve a kind's columns.
pub(crate) fn positions(names: &[String], kind: &TableKind, line: u64) -> Result<Vec<Option<usize>>, Fault> {
    let folded: Vec<String> = names.iter().map(|name| self::folded(name)).collect();
    let mut missing = Vec::new();
    let mut positions = Vec::new();
    for column in &kind.columns {
        let (first, second) = column.serving(&folded);
        if let (Some(first), Some(second)) = (first, second) {
            let (name, [first, second]) = (column.names[0], [first, second].map(|at| Visible(&names[at])));
            let text = format!("column `{name}` stands twice: as `{first}` and as `{second}`");
            let text = format!("{text}\ncolumns found: {}", listed(names));
            return Err(Fault::Told(Some(line), Message::error(text)));
        }
        if first.is_none() && column.is_required {
            missing.push((column.names[0], nearest(column, kind, names)));
        }
        positions.push(first);
    }
    if missing.is_empty() {
        return Ok(positions);
    }
    Err(Fault::Missing { line, kind: kind.name, missing, found: names.to_vec() })
}

/// A header without what spellings differ in: case, blanks, `_` and `-`, quotes that a byte order mark keeps from being
/// any, and what is not seen.
pub(crate) fn folded(header: &str) -> String {
    let means_nothing = |c: &char| c.is_whitespace() || matches!(c, '_' | '-' | '"') || is_hidden(*c);
    without_marks(header).chars().filter(|c| !means_nothing(c)).flat_map(char::to_lowercase).collect()
}

/// A text without the byte order marks that it begins with, also as they look where UTF-8 was taken for Windows-1252.
fn without_marks(text: &str) -> &str {
    let bare = text.trim_start_matches('\u{feff}').trim_start_matches("ï»¿");
    if bare.len() == text.len() { text } else { without_marks(bare) }
}

/// As many lines as can matter, and some more for line breaks in quotes.
fn first_lines(head: &[u8]) -> &[u8] {
    let mut ends = memchr::memchr2_iter(b'\n', b'\r', head);
    ends.nth(4 * MOST_LINES_BEFORE).map_or(head, |end| &head[..end])
}

impl Header {
    /// The first line that is recognised when it is split by `delimiter`.
    fn find(
        head: &[u8],
        delimiter: u8,
        encoding: Option<Encoding>,
        recognise: impl Fn(&[String]) -> Option<usize>,
    ) -> Option<Self> {
        let mut found = None;
        let mut seen = 0;
        Splitter::new(delimiter).split(head, |fields| {
            seen += 1;
            if found.is_some() || seen > MOST_LINES_BEFORE {
                return;
            }
            let names = texts(&fields, encoding);
            if let Some(kind) = recognise(&folded_names(&names)) {
                let line = u64::from(fields.line) + 1;
                let (positions, bytes) = (Vec::new(), fields.end());
                found = Some(Self { kind, delimiter, names, positions, line, bytes, lines: 0 });
            }
        });
        let mut found = found?;
        found.bytes += match head[found.bytes..] {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => 0,
        };
        found.lines = u64::from(line_ends(&head[..found.bytes]));
        Some(found)
    }

    /// With the fields that serve the columns.
    fn placed(mut self, kinds: &[TableKind]) -> Result<Self, Fault> {
        while self.names.last().is_some_and(String::is_empty) {
            self.names.pop();
        }
        self.positions = positions(&self.names, &kinds[self.kind], self.line)?;
        Ok(self)
    }
}

/// The folded headers of a line. A row has as many cells, but none that is a name: its length tells most of them.
fn folded_names(names: &[String]) -> Vec<String> {
    names.iter().filter(|name| name.len() < LONGEST_NAME).map(|name| folded(name)).collect()
}

/// The cells of a line without blanks about them.
fn texts(fields: &RecordFields<'_>, encoding: Option<Encoding>) -> Vec<String> {
    let text = |value: &[u8]| {
        let text = encoding::text(value, encoding).unwrap_or_else(|| String::from_utf8_lossy(value));
        without_marks(text.trim()).to_owned()
    };
    fields.values().map(|value: Cow<'_, [u8]>| text(&value)).collect()
}

fn first_line(head: &[u8], delimiter: u8, encoding: Option<Encoding>) -> Vec<String> {
    let mut first_line = Vec::new();
    Splitter::new(delimiter).split(head, |fields| {
        if first_line.is_empty() {
            first_line = texts(&fields, encoding);
        }
    });
    first_line
}

/// The header that serves no column and looks most like this one's name, if one does.
fn nearest(column: &ColumnSpec, kind: &TableKind, headers: &[String]) -> Option<String> {
    let distance = |header: &str| {
        let header = folded(header);
        column.names.iter().map(|name| strsim::damerau_levenshtein(&header, &name.to_ascii_lowercase())).min()
    };
    headers
        .iter()
        .filter(|header| !kind.columns.iter().any(|other| other.is_named(&folded(header))))
        .filter_map(|header| Some((distance(header)?, header)))
        .filter(|(distance, header)| *distance <= 1 + header.len() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, header)| header.clone())
}

/// No header: the file is empty, or this is its first line, or its keys.
pub(crate) fn absent(wanted: &'static str, first_line: &[String]) -> Fault {
    if first_line.is_empty() {
        return Fault::Empty;
    }
    // As much of a line as a message shows.
    let first_line = first_line.iter().take(12).map(|field| field.chars().take(60).collect()).collect();
    Fault::Absent { wanted, first_line }
}

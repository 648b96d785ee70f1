//! Finding the header and the separator of a file, and which field serves which column.
//!
//! The one search for all kinds of file: what is looked for says which columns it has and how it is recognised. Headers
//! are matched by name in any order, for Microsoft has renamed and added columns over the years and announced others.

use std::borrow::Cow;

use super::cutter::{Head, Syntax};
use super::layout::{ColumnSpec, Layout, TableKind, folded, without_marks};
use super::records::{RecordFields, Splitter, line_ends};
use super::{elements, objects};
use crate::input::error::{Fault, listed};
use crate::input::source::{Encoding, encoding};
use crate::input::value::{DecimalMark, amount, date};
use crate::model::{Currency, DateOrder, Id, Message, Visible};

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A header is shorter than this, its blanks included.
const LONGEST_NAME: usize = 40;

/// Titles and blank lines that may stand before the header.
const MOST_LINES_BEFORE: usize = 50;

/// Understands the start of a file as a header and the records behind it. `wanted` is what to say was looked for;
/// `recognise` tells which of the kinds a line of folded names heads.
pub(crate) fn find(
    head: Head<'_>,
    delimiters: &[u8],
    kinds: &[TableKind],
    wanted: &'static str,
    recognise: impl Fn(&[String]) -> Option<usize>,
) -> Result<Layout, Fault> {
    let Some(mut layout) = best(head, delimiters, kinds, &recognise) else {
        if lines_are_cells(head, &recognise) {
            let text = "each line is one cell, in which all of its fields stand together";
            return Err(Fault::told(None, text, "split the lines into columns, or export the file again"));
        }
        let mut splitter = Splitter::new(delimiters[0]);
        let first = splitter.records(first_lines(head.bytes)).iter().next();
        return Err(absent(wanted, &first.map(|fields| texts(&fields, head.encoding)).unwrap_or_default()));
    };
    while layout.headers.last().is_some_and(String::is_empty) {
        layout.headers.pop();
    }
    let kind = &kinds[layout.kind];
    layout.positions = positions(&layout.headers, kind, Some(layout.line))?;
    layout.columns.clone_from(&kind.columns);
    let is_unused = |(at, _): &(usize, &String)| !layout.positions.contains(&Some(*at));
    layout.ignored = layout.headers.iter().enumerate().filter(is_unused).map(|(_, name)| name.clone()).collect();
    exact(&layout, head.floats)?;
    alone(&layout, head)?;
    let records = &head.bytes[layout.before.0..];
    layout.begin_with_hash = records.trim_ascii_start().starts_with(b"#")
        && layout.delimiter().is_some_and(|delimiter| {
            Splitter::new(delimiter).records(records).iter().all(|fields| fields.begins_with_hash())
        });
    Ok(layout)
}

/// The same of a file that may hold objects instead, whose reader puts them in the order of the columns.
pub(crate) fn find_any(
    head: Head<'_>,
    delimiters: &[u8],
    kinds: &[TableKind],
    wanted: &'static str,
    recognise: impl Fn(&[String]) -> Option<usize>,
) -> Result<Layout, Fault> {
    let Some((syntax, lines)) = objects::open(head.bytes) else {
        return find(head, delimiters, kinds, wanted, recognise);
    };
    let keys = &objects::keys(&lines);
    // What is cut off at the end has no length. Of lines, each is told by itself.
    let other = std::str::from_utf8(head.bytes).err().filter(|error| error.error_len().is_some());
    if let Some(other) = other.filter(|_| syntax == Syntax::Document || keys.is_empty()) {
        let line = u64::from(line_ends(&head.bytes[..other.valid_up_to()])) + 1;
        return Err(Fault::told(Some(line), "JSON that is not UTF-8, as its standard wants it", "save it as UTF-8"));
    }
    let start =
        || String::from_utf8_lossy(head.bytes.trim_ascii().split(u8::is_ascii_control).next().unwrap_or_default());
    let shown = || if keys.is_empty() { vec![start().into_owned()] } else { keys.clone() };
    // A last page may have no elements, and then it may be of any kind.
    let is_empty = head.is_all && syntax == Syntax::Document && elements::is_empty_page(head.bytes);
    let kind = recognise(&folded_all(keys)).or(is_empty.then_some(0)).ok_or_else(|| absent(wanted, &shown()))?;
    // Objects may leave out what they have no value for, so only what none of them has is missing.
    let blank = || vec![None; kinds[kind].columns.len()];
    let served = if is_empty { blank() } else { positions(keys, &kinds[kind], None)? };
    let headers = served.iter().map(|at| at.map(|at| keys[at].clone()).unwrap_or_default()).collect();
    let positions = (0..served.len()).map(Some).collect();
    // Each object may have another of a column's names.
    let is_known = |key: &str| kinds[kind].columns.iter().any(|column| column.is_named(&folded(key)));
    let ignored = keys.iter().filter(|key| !is_known(key)).cloned().collect();
    let (encoding, columns) = (Some(Encoding::Utf8), kinds[kind].columns.clone());
    Ok(Layout { syntax, kind, columns, positions, headers, ignored, encoding, ..Layout::blank(head) })
}

/// Refuses a file in which a record stands above the header, as where rows were sorted, or one file put behind another; or in
/// quotes that are opened in the header or above it.
fn alone(layout: &Layout, head: Head<'_>) -> Result<(), Fault> {
    let above = &head.bytes[..layout.before.0];
    let (mut records, mut named) = (Vec::new(), Vec::new());
    // A header without lines above it is asked for its quotes only.
    let others = DELIMITERS.into_iter().filter(|other| layout.line > 1 && Some(*other) != layout.delimiter());
    for delimiter in layout.delimiter().into_iter().chain(others) {
        Splitter::new(delimiter).split(above, |fields| {
            let (line, cells) = (u64::from(fields.line) + 1, texts(&fields, head.encoding));
            if line < layout.line {
                records.extend(is_record(&cells, layout.width()).then_some((line, None)));
                let is_named = cells.len() == layout.width() && cells.iter().any(|cell| is_guid(cell));
                named.extend((is_named && !cells.contains(&String::new())).then_some((line, None)));
            }
            if fields.spans_lines && Some(delimiter) == layout.delimiter() {
                let within = fields.run(0, fields.len() - 1);
                for at in memchr::memchr2_iter(b'\n', b'\r', within).map(|at| at + 1) {
                    let end = memchr::memchr2(b'\n', b'\r', &within[at..]).map_or(within.len(), |length| at + length);
                    Splitter::new(delimiter).split(&within[at..end], |fields| {
                        let cells = texts(&fields, head.encoding);
                        let is_row = cells.len().abs_diff(layout.width()) < 2 && is_record(&cells, layout.width());
                        records.extend(is_row.then(|| (line, Some(line + u64::from(line_ends(&within[..at]))))));
                    });
                }
            }
        });
    }
    // A list of ids and names has few values. One such line may say whose list it is.
    named.dedup();
    records.extend(named.into_iter().skip(1));
    let Some((line, within)) = records.into_iter().min() else { return Ok(()) };
    if let Some(within) = within {
        let text = format!("a quote is opened in this line and holds line {within}, which has the cells of a record");
        return Err(Fault::told(Some(line), text, "close it, or take it away: rows in quotes are not read"));
    }
    let text = format!("this line has the cells of a record, and stands above the header (line {})", layout.line);
    let hint = "put the header above all rows: a file that was sorted, or joined with another, has it elsewhere";
    Err(Fault::told(Some(line), text, hint))
}

/// Whether a line is none of the titles that stand above a header of so many names: it has as many cells, or nearly, or
/// cells that are ids, months, dates and amounts.
fn is_record(cells: &[String], width: usize) -> bool {
    let is_value = |cell: &&String| {
        let has_digit = cell.bytes().any(|byte| byte.is_ascii_digit());
        has_digit
            && (amount::read(cell.as_bytes(), DecimalMark::Point).is_ok()
                || date::read_month(cell, DateOrder::MonthFirst).is_some()
                || is_guid(cell))
    };
    let filled: Vec<&String> = cells.iter().filter(|cell| !cell.is_empty()).collect();
    let values = filled.iter().filter(|cell| is_value(cell)).count();
    // Programs that are not told of a header call columns by their numbers.
    let number = |cell: &String| cell.parse::<usize>().ok();
    let counts_up = filled.windows(2).all(|pair| number(pair[0]).is_some_and(|n| number(pair[1]) == Some(n + 1)));
    !counts_up && (values >= 4 || values >= 2 && filled.len() * 4 >= width * 3)
}

pub(crate) fn is_guid(cell: &str) -> bool {
    Id::parse(cell).is_some_and(|id| id.is_guid())
}

/// Whether the first line of about so many cells in a file without a header is a record, with an amount, and not another
/// header. One of not just as many has two ids and a currency.
pub(crate) fn holds_records(head: Head<'_>, width: usize) -> bool {
    delimiters(head, None).into_iter().any(|delimiter| {
        let mut records = Splitter::new(delimiter);
        let records = records.records(first_lines(head.bytes));
        let rows: Vec<_> = records.iter().map(|fields| texts(&fields, head.encoding)).collect();
        let first = |most: usize| {
            let mut rows = rows.iter().filter(|cells| cells.len().abs_diff(width) <= most);
            rows.find(|cells| cells.iter().any(|cell| !cell.is_empty()))
        };
        let is_amount = |cell: &String| amount::read(cell.as_bytes(), DecimalMark::Point).is_ok();
        let is_record = |cells: &&Vec<String>| is_record(cells, width) && cells.iter().any(is_amount);
        let is_of_report = |cells: &&Vec<String>| {
            cells.iter().filter(|cell| is_guid(cell)).count() > 1
                && cells.iter().any(|cell| cell.len() == 3 && Currency::parse(cell).is_some())
        };
        first(0).filter(is_record).or(first(2).filter(is_record).filter(is_of_report)).is_some()
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

/// Refuses a file of which a column that is needed holds floating point numbers.
fn exact(layout: &Layout, floats: &[usize]) -> Result<(), Fault> {
    let Some(at) = layout.positions.iter().flatten().find(|at| floats.contains(at)) else { return Ok(()) };
    let column = Visible(&layout.headers[*at]);
    let text = format!("column `{column}` holds floating point numbers, in which amounts are not exact");
    let hint = "write that column as a decimal or as text, from data that were never read as floating point";
    Err(Fault::told(None, text, hint))
}

/// The line that names the most columns, by the separator that makes it do so.
pub(crate) fn best(
    head: Head<'_>,
    delimiters: &[u8],
    kinds: &[TableKind],
    recognise: impl Fn(&[String]) -> Option<usize>,
) -> Option<Layout> {
    let mut best: Option<(usize, Layout)> = None;
    for delimiter in delimiters {
        let Some(layout) = first(head, *delimiter, &recognise) else { continue };
        let kind = &kinds[layout.kind];
        let matched = kind.matched(&folded_names(&layout.headers));
        if best.as_ref().is_none_or(|(most, _)| matched > *most) {
            best = Some((matched, layout));
        }
        if matched == kind.columns.len() {
            // Another separator cannot do better.
            break;
        }
    }
    best.map(|(_, layout)| layout)
}

/// The first line that is recognised when it is split by `delimiter`.
fn first(head: Head<'_>, delimiter: u8, recognise: impl Fn(&[String]) -> Option<usize>) -> Option<Layout> {
    let bytes = first_lines(head.bytes);
    let mut splitter = Splitter::new(delimiter);
    let records = splitter.records(bytes);
    let (line, end, headers, kind) = records.iter().take(MOST_LINES_BEFORE).find_map(|fields| {
        let names = texts(&fields, head.encoding);
        let kind = recognise(&folded_names(&names))?;
        Some((u64::from(fields.line) + 1, fields.end(), names, kind))
    })?;
    let end = end
        + match bytes[end..] {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => 0,
        };
    let before = (end, u64::from(line_ends(&bytes[..end])));
    Some(Layout { kind, headers, line, before, ..Layout::without_header(head, delimiter) })
}

/// The separators to try: the one that was asked for, or that Excel's first line `sep=;` declares, or else all.
pub(crate) fn delimiters(head: Head<'_>, asked: Option<u8>) -> Vec<u8> {
    if head.container.is_table() {
        return vec![DELIMITERS[0]];
    }
    asked.or_else(|| declared(head.bytes)).map_or(DELIMITERS.to_vec(), |delimiter| vec![delimiter])
}

/// The same where what was asked for is meant for other files in the first place: the others are tried behind it.
pub(crate) fn likely_delimiters(head: Head<'_>, asked: Option<u8>) -> Vec<u8> {
    asked.filter(|_| !head.container.is_table()).into_iter().chain(delimiters(head, None)).collect()
}

fn declared(head: &[u8]) -> Option<u8> {
    match head.strip_prefix(b"sep=").or_else(|| head.strip_prefix(b"\"sep="))? {
        [separator, b'\r' | b'\n' | b'"', ..] => Some(*separator),
        _ => None,
    }
}

/// Which fields serve a kind's columns. Where the names stand in no line but are those of objects, a column may have
/// several: whether one object has them is found out in reading.
fn positions(names: &[String], kind: &TableKind, line: Option<u64>) -> Result<Vec<Option<usize>>, Fault> {
    let folded = folded_all(names);
    let mut missing = Vec::new();
    let mut positions = Vec::new();
    for column in &kind.columns {
        let (first, second) = column.serving(&folded);
        if let (Some(first), Some(second), Some(_)) = (first, second, line) {
            let (name, [first, second]) = (column.names[0], [first, second].map(|at| Visible(&names[at])));
            let text = format!("column `{name}` stands twice: as `{first}` and as `{second}`");
            let text = format!("{text}\ncolumns found: {}", listed(names));
            return Err(Fault::Told(line, Message::error(text)));
        }
        if first.is_none() && column.is_required {
            missing.push((column.names[0], nearest(column, kind, names)));
        }
        positions.push(first);
    }
    if missing.is_empty() {
        return Ok(positions);
    }
    let line = line.unwrap_or(1);
    Err(Fault::Missing { line, kind: kind.name, missing, found: names.to_vec() })
}

/// As many lines as can matter, and some more for line breaks in quotes.
fn first_lines(head: &[u8]) -> &[u8] {
    let mut ends = memchr::memchr2_iter(b'\n', b'\r', head);
    ends.nth(4 * MOST_LINES_BEFORE).map_or(head, |end| &head[..end])
}

/// Headers as they are compared.
pub(crate) fn folded_all(names: &[String]) -> Vec<String> {
    names.iter().map(|name| folded(name)).collect()
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
fn absent(wanted: &'static str, first_line: &[String]) -> Fault {
    if first_line.is_empty() {
        return Fault::Empty;
    }
    // As much of a line as a message shows.
    let first_line = first_line.iter().take(12).map(|field| field.chars().take(60).collect()).collect();
    Fault::Absent { wanted, first_line }
}

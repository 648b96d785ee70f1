//! What the start of an invoice file says: its kind, where its columns stand, how it spells numbers and dates.
//!
//! Only totals are held of an invoice, so a value cannot be read again once more is known. The first lines settle how
//! the file is spelled; a later value that contradicts them is refused with its place, never read otherwise.

use crate::model::date::DateOrder;
use crate::model::invoice::{Amount, FileKind};

use super::columns::Column;
use super::error::InvoiceHeaderError;
use super::json;
use crate::input::dialect::Options;
use crate::input::dialect::examples::{Clue, Clues};
use crate::input::error::{Fault, Seen};
use crate::input::scan::blocks::Head;
use crate::input::scan::blocks::Opening;
use crate::input::scan::header::{DELIMITERS, folded};
use crate::input::scan::records::{Fields, Splitter, line_ends, whole_records};
use crate::input::source::encoding::{self, Encoding};
use crate::input::value::amount::{self, DecimalMark};
use crate::input::value::date;

/// A line that names this many columns of an invoice file is its header, though others may be missing.
const ENOUGH_COLUMNS: usize = 5;

/// Titles and blank lines that may stand before the header.
const MOST_LINES_BEFORE: usize = 50;

/// Where the columns stand in every line of a file, and how their values are spelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(super) kind: FileKind,
    pub(super) amount: Amount,
    pub(super) is_json: bool,
    pub(super) delimiter: u8,
    pub(super) width: usize,
    pub(super) encoding: Option<Encoding>,
    pub(super) mark: DecimalMark,
    pub(super) order: DateOrder,
    /// A date that has two meanings, if nothing tells which it is.
    pub(super) assumed: Option<Seen>,
    /// Whether the first lines have a place for the reasons of credits.
    pub(super) has_reasons: bool,
    positions: [Option<usize>; Column::ALL.len()],
}

impl Layout {
    /// The field that serves a column, if the file has it.
    #[inline]
    pub(super) fn position(&self, column: Column) -> Option<usize> {
        self.positions[column as usize]
    }

    /// A column's name in this kind of file.
    pub(super) fn name(&self, column: Column) -> &'static str {
        column.name(self.kind, self.amount)
    }

    /// The text of a cell; empty if the file has no such column, `None` if it is no text.
    pub(super) fn text(&self, column: Column, fields: &Fields<'_>) -> Option<String> {
        match self.position(column) {
            Some(at) => encoding::text(&fields.value(at), self.encoding).map(|text| text.trim().to_owned()),
            None => Some(String::new()),
        }
    }
}

/// Understands the start of an invoice file.
pub(super) fn open(head: Head<'_>, options: &Options, amount: Amount) -> Result<Opening<Layout>, Fault> {
    let start = head.bytes.trim_ascii_start();
    match start.first() {
        None => Err(InvoiceHeaderError::Empty.into()),
        Some(b'[') => Err(InvoiceHeaderError::JsonArray.into()),
        Some(b'{') => open_json(head, options, amount),
        Some(_) => open_delimited(head, options, amount),
    }
}

fn open_json(head: Head<'_>, options: &Options, amount: Amount) -> Result<Opening<Layout>, Fault> {
    let names = json::keys(head.bytes);
    let kind = kind(&names).ok_or_else(|| absent(&names))?;
    // Objects may leave out what they have no value for, so only what none of them has is missing.
    let positions = Header { delimiter: b',', kind, names, line: 1, end: 0 }.positions(amount)?;
    let mut layout = Layout {
        kind,
        amount,
        is_json: true,
        delimiter: b',',
        width: Column::ALL.len(),
        encoding: Some(Encoding::Utf8),
        mark: DecimalMark::Point,
        order: DateOrder::MonthFirst,
        assumed: None,
        positions: std::array::from_fn(Some),
        has_reasons: positions[Column::Reason as usize].is_some(),
    };
    // A last line that lacks its end is no object.
    let lines = json::as_delimited(head.bytes, &layout).text;
    layout.settle(&lines, 0, options)?;
    Ok(Opening { layout, delimiter: None, bytes: 0, lines: 0 })
}

fn open_delimited(head: Head<'_>, options: &Options, amount: Amount) -> Result<Opening<Layout>, Fault> {
    let header = options
        .delimiter
        .into_iter()
        .chain(DELIMITERS)
        .filter_map(|delimiter| Header::find(head.bytes, delimiter))
        .reduce(|best, next| if next.names.len() > best.names.len() { next } else { best })
        .ok_or_else(|| absent(&first_line(head.bytes)))?;
    let positions = header.positions(amount)?;
    let mut layout = Layout {
        kind: header.kind,
        amount,
        is_json: false,
        delimiter: header.delimiter,
        width: header.names.len(),
        encoding: head.encoding,
        mark: DecimalMark::Point,
        order: DateOrder::MonthFirst,
        assumed: None,
        has_reasons: positions[Column::Reason as usize].is_some(),
        positions,
    };
    let lines = u64::from(line_ends(&head.bytes[..header.end]));
    let records = &head.bytes[header.end..];
    let whole = if head.is_all { Some(records.len()) } else { whole_records(records, layout.delimiter) };
    layout.settle(&records[..whole.unwrap_or(0)], lines, options)?;
    Ok(Opening { delimiter: Some(layout.delimiter), layout, bytes: header.end, lines })
}

/// A line that names columns.
struct Header {
    delimiter: u8,
    kind: FileKind,
    names: Vec<String>,
    line: u64,
    /// Where the line behind it starts.
    end: usize,
}

impl Header {
    fn find(head: &[u8], delimiter: u8) -> Option<Self> {
        let mut found = None;
        let mut seen = 0;
        Splitter::new(delimiter).split(head, |fields| {
            seen += 1;
            if found.is_some() || seen > MOST_LINES_BEFORE {
                return;
            }
            let mut names: Vec<String> =
                fields.values().map(|value| String::from_utf8_lossy(&value).trim().to_owned()).collect();
            if let Some(kind) = kind(&names) {
                while names.last().is_some_and(String::is_empty) {
                    names.pop();
                }
                let line = u64::from(fields.line) + 1;
                found = Some(Self { delimiter, kind, names, line, end: fields.end() });
            }
        });
        let mut found = found?;
        found.end += match &head[found.end..] {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => 0,
        };
        Some(found)
    }

    fn positions(&self, amount: Amount) -> Result<[Option<usize>; Column::ALL.len()], InvoiceHeaderError> {
        let headers: Vec<String> = self.names.iter().map(|name| folded(name)).collect();
        let mut positions = [None; Column::ALL.len()];
        let mut missing = Vec::new();
        for column in Column::ALL {
            // The first of a column's names that the file has: older names may stand beside it with another meaning.
            let names = column.names(self.kind, amount).iter().map(|name| name.to_ascii_lowercase());
            let mut named = names.map(|name| {
                let mut places = headers.iter().enumerate().filter(|(_, header)| **header == name).map(|(at, _)| at);
                (places.next(), places.next())
            });
            match named.find(|(first, _)| first.is_some()) {
                Some((_, Some(_))) => {
                    let column = column.name(self.kind, amount);
                    return Err(InvoiceHeaderError::Doubled { line: self.line, column, found: self.names.clone() });
                }
                Some((first, None)) => positions[column as usize] = first,
                None if column.is_required(self.kind) => missing.push(column.name(self.kind, amount)),
                None => {}
            }
        }
        if missing.is_empty() {
            return Ok(positions);
        }
        Err(InvoiceHeaderError::Missing { line: self.line, kind: self.kind, missing, found: self.names.clone() })
    }
}

/// The kind of file that a line of names heads, if it names enough columns.
///
/// Most columns are in both; what is billed and why it was credited are named differently.
fn kind(names: &[String]) -> Option<FileKind> {
    let headers: Vec<String> = names.iter().map(|name| folded(name)).collect();
    let has = |column: Column, kind| {
        let names = column.names(kind, Amount::Subtotal);
        names.iter().any(|name| headers.iter().any(|header| *header == name.to_ascii_lowercase()))
    };
    let has_own = |kind| [Column::Amount, Column::Reason].into_iter().any(|column| has(column, kind));
    let is_usage = has_own(FileKind::DailyUsage) && !has_own(FileKind::Reconciliation);
    let kind = if is_usage { FileKind::DailyUsage } else { FileKind::Reconciliation };
    (Column::ALL.into_iter().filter(|column| has(*column, kind)).count() >= ENOUGH_COLUMNS).then_some(kind)
}

fn absent(first_line: &[String]) -> InvoiceHeaderError {
    let shortened = first_line.iter().take(12).map(|field| field.chars().take(60).collect::<String>());
    InvoiceHeaderError::Absent { first_line: shortened.map(|field| field.escape_debug().to_string()).collect() }
}

fn first_line(head: &[u8]) -> Vec<String> {
    let mut first = Vec::new();
    Splitter::new(b',').split(head, |fields| {
        if first.is_empty() {
            first = fields.values().map(|value| String::from_utf8_lossy(&value).trim().to_owned()).collect();
        }
    });
    first
}

const AMOUNTS: [Column; 5] = [Column::Amount, Column::PricingAmount, Column::UnitPrice, Column::Quantity, Column::Rate];
const DATES: [Column; 3] = [Column::ChargeStart, Column::ChargeEnd, Column::OrderDate];

impl Layout {
    /// Settles the decimal mark and the order of dates from the first lines, `before` of which are no records.
    ///
    /// What they leave open is as the options say, or as Microsoft writes: points, months first.
    fn settle(&mut self, lines: &[u8], before: u64, options: &Options) -> Result<(), Fault> {
        let mut clues = Clues::default();
        let (mut doubt, mut doubtful_date) = (None, None);
        Splitter::new(self.delimiter).split(lines, |fields| {
            let position = |column: &Column| self.position(*column).filter(|at| *at < fields.len());
            let seen = |column: Column, value: &[u8]| {
                let line = before + u64::from(fields.line) + 1;
                Seen { line, column: self.name(column).to_owned(), value: String::from_utf8_lossy(value).into_owned() }
            };
            for column in DATES {
                let Some(at) = position(&column) else { continue };
                let value = fields.value(at);
                let reading = std::str::from_utf8(&value).ok().and_then(date::read_date);
                let Some(clue) = reading.and_then(|reading| Clue::of_date(&reading)) else { continue };
                if clue == Clue::DoubtfulOrder {
                    doubtful_date.get_or_insert_with(|| seen(column, &value));
                }
                clues = clues.and(Clues::of(clue));
            }
            for column in AMOUNTS {
                let Some(at) = position(&column) else { continue };
                let value = fields.value(at);
                let Ok(reading) = amount::read(&value) else { continue };
                let clue = Clues::of_amount(reading.hint);
                if [Clue::DoubtfulPoint, Clue::DoubtfulComma].map(Clues::of).contains(&clue) {
                    doubt.get_or_insert_with(|| seen(column, &value));
                }
                clues = clues.and(clue);
            }
        });
        let seen = |clue| Clues::of(clue).all_in(clues);
        let by_microsoft = self.is_json || self.delimiter == b',' && !seen(Clue::DoubtfulComma);
        self.mark = match (options.decimal, doubt) {
            _ if seen(Clue::Point) => DecimalMark::Point,
            _ if seen(Clue::Comma) => DecimalMark::Comma,
            (Some(mark), _) => mark,
            (None, Some(seen)) if !by_microsoft => return Err(Fault::DoubtfulMark { seen }),
            (None, _) => DecimalMark::Point,
        };
        self.order = match (seen(Clue::MonthFirst), seen(Clue::DayFirst)) {
            (true, _) => DateOrder::MonthFirst,
            (false, true) => DateOrder::DayFirst,
            (false, false) => {
                self.assumed = doubtful_date.filter(|_| options.date_order.is_none());
                options.date_order.unwrap_or_default()
            }
        };
        Ok(())
    }
}

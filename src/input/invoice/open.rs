//! What the start of an invoice file says: its kind, where its columns stand, how it spells numbers and dates.
//!
//! Only totals are held of an invoice, so a value cannot be read again once more is known. The first lines settle how
//! the file is spelled; a later value that contradicts them is refused with its place, never read otherwise.

use crate::model::{Amount, Currency, DateOrder, InvoiceFileKind};

use super::layout::InvoiceLayout;
use crate::input::dialect::Options;
use crate::input::dialect::examples::{Clue, Clues};
use crate::input::error::{Fault, Seen};
use crate::input::kinds::invoice::{self as columns, InvoiceColumn};
use crate::input::kinds::{self, FileType};
use crate::input::scan::blocks::{FileStart, Form, Head};
use crate::input::scan::header::{self, TableKind};
use crate::input::scan::objects::{self, ObjectReader, ObjectsHead};
use crate::input::scan::records::{RecordFields, Splitter, whole_records};
use crate::input::source::encoding::Encoding;
use crate::input::value::amount::{self, DecimalMark};
use crate::input::value::date;

/// What is said to have been looked for.
const WANTED: &str = "the columns of an invoice reconciliation or daily rated usage file";

/// Understands the start of an invoice file.
pub(super) fn open(head: Head<'_>, options: &Options, amount: Amount) -> Result<FileStart<InvoiceLayout>, Fault> {
    let opened = match objects::open(head.bytes) {
        Some(objects) => open_objects(objects, options, amount),
        None => open_delimited(head, options, amount),
    };
    opened.map_err(|fault| match fault {
        Fault::Header(error) => kinds::explained(error, head, FileType::Invoice),
        fault => fault,
    })
}

fn open_objects(head: ObjectsHead<'_>, options: &Options, amount: Amount) -> Result<FileStart<InvoiceLayout>, Fault> {
    let ObjectsHead { form, lines, keys: names } = head;
    let folded: Vec<String> = names.iter().map(|name| header::folded(name)).collect();
    let kinds = columns::kinds(amount);
    let kind = recognised(&kinds, &folded);
    let kind = kind.ok_or_else(|| header::absent(WANTED, &names))?;
    // Objects may leave out what they have no value for, so only what none of them has is missing.
    let positions = header::positions(&names, &kinds[kind], 1)?;
    let mut layout = InvoiceLayout {
        kind: InvoiceFileKind::ALL[kind],
        amount,
        is_json: true,
        delimiter: b',',
        width: InvoiceColumn::ALL.len(),
        encoding: Some(Encoding::Utf8),
        mark: DecimalMark::Point,
        order: DateOrder::MonthFirst,
        assumed: None,
        apostrophe: None,
        positions: std::array::from_fn(Some),
        has_reasons: positions[InvoiceColumn::Reason as usize].is_some(),
        has_earned: positions[InvoiceColumn::EarnedPercent as usize].is_some(),
    };
    let mut first_lines = FirstLines::default();
    // A last line that lacks its end is no object.
    ObjectReader::new(&kinds[kind].columns).split(&lines, |object| {
        if let Ok(fields) = object {
            first_lines.note(&layout, 0, &fields);
        }
    });
    first_lines.settle(&mut layout, options)?;
    Ok(FileStart { layout, form, bytes: 0, lines: 0 })
}

fn open_delimited(head: Head<'_>, options: &Options, amount: Amount) -> Result<FileStart<InvoiceLayout>, Fault> {
    let kinds = columns::kinds(amount);
    let delimiters = header::likely_delimiters(head, options.delimiter);
    let header = header::find(head, &delimiters, &kinds, WANTED, |names| recognised(&kinds, names))?;
    let mut layout = InvoiceLayout {
        kind: InvoiceFileKind::ALL[header.kind],
        amount,
        is_json: false,
        delimiter: header.delimiter,
        width: header.names.len(),
        encoding: head.encoding,
        mark: DecimalMark::Point,
        order: DateOrder::MonthFirst,
        assumed: None,
        apostrophe: None,
        has_reasons: header.positions[InvoiceColumn::Reason as usize].is_some(),
        has_earned: header.positions[InvoiceColumn::EarnedPercent as usize].is_some(),
        positions: std::array::from_fn(|at| header.positions[at]),
    };
    let records = &head.bytes[header.bytes..];
    let whole = if head.is_all { Some(records.len()) } else { whole_records(records, layout.delimiter) };
    let mut first_lines = FirstLines::default();
    Splitter::new(layout.delimiter)
        .split(&records[..whole.unwrap_or(0)], |fields| first_lines.note(&layout, header.lines, &fields));
    first_lines.settle(&mut layout, options)?;
    Ok(FileStart { form: Form::Delimited(layout.delimiter), layout, bytes: header.bytes, lines: header.lines })
}

/// The kind of file that a line of names heads, if it names enough columns.
///
/// Most columns are in both; what is billed and why it was credited are named differently.
fn recognised(kinds: &[TableKind; 2], folded: &[String]) -> Option<usize> {
    let has_own = |kind: &TableKind| {
        [InvoiceColumn::Amount, InvoiceColumn::Reason].iter().any(|column| {
            let names = &kind.columns[*column as usize].names;
            names.iter().any(|name| folded.iter().any(|header| header.eq_ignore_ascii_case(name)))
        })
    };
    let [reconciliation, usage] = kinds;
    let kind = usize::from(has_own(usage) && !has_own(reconciliation));
    (kinds[kind].matched(folded) >= kinds[kind].enough).then_some(kind)
}

const AMOUNTS: [InvoiceColumn; 5] = [
    InvoiceColumn::Amount,
    InvoiceColumn::PricingAmount,
    InvoiceColumn::UnitPrice,
    InvoiceColumn::Quantity,
    InvoiceColumn::Rate,
];
const DATES: [InvoiceColumn; 3] = [InvoiceColumn::ChargeStart, InvoiceColumn::ChargeEnd, InvoiceColumn::OrderDate];

/// What the first lines of a file say of its spelling.
#[derive(Default)]
struct FirstLines {
    clues: Clues,
    ambiguous_amount: Option<Seen>,
    ambiguous_date: Option<Seen>,
    apostrophe: Option<Seen>,
}

impl FirstLines {
    /// Takes in a line behind so many others that are no records.
    fn note(&mut self, layout: &InvoiceLayout, before: u64, fields: &RecordFields<'_>) {
        let position = |column: &InvoiceColumn| layout.position(*column).filter(|at| *at < fields.len());
        let seen = |column: InvoiceColumn, value: &[u8]| {
            let line = before + u64::from(fields.line) + 1;
            Seen { line, column: layout.name(column).to_owned(), value: String::from_utf8_lossy(value).into_owned() }
        };
        for column in DATES.iter().chain(&AMOUNTS).chain(&[InvoiceColumn::Customer]) {
            let Some(value) = position(column).map(|at| fields.value(at)) else { continue };
            if value.trim_ascii_start().starts_with(b"'") {
                self.apostrophe.get_or_insert_with(|| seen(*column, &value));
            }
        }
        for column in DATES {
            let Some(at) = position(&column) else { continue };
            let value = fields.value(at);
            let reading = std::str::from_utf8(&value).ok().and_then(date::read_date);
            let clues = reading.map(|reading| Clues::from_date(&reading)).unwrap_or_default();
            if clues.contains(Clue::AmbiguousOrder) {
                self.ambiguous_date.get_or_insert_with(|| seen(column, &value));
            }
            self.clues = self.clues.and(clues);
        }
        let currency = position(&InvoiceColumn::Currency).map(|at| fields.value(at));
        let currency = currency.and_then(|value| Currency::parse(&String::from_utf8_lossy(&value)));
        for column in AMOUNTS {
            let Some(at) = position(&column) else { continue };
            let value = fields.value(at);
            let Ok(reading) = amount::read(&value) else { continue };
            let whole = currency.filter(|_| column == InvoiceColumn::Amount);
            let clues = Clues::from_amount(reading.clue).and(Clues::from_whole_amount(reading.clue, whole));
            if clues.contains(Clue::AmbiguousPoint) || clues.contains(Clue::AmbiguousComma) {
                self.ambiguous_amount.get_or_insert_with(|| seen(column, &value));
            }
            self.clues = self.clues.and(clues);
        }
    }

    /// Settles the decimal mark and the order of dates.
    ///
    /// What the lines leave open is as the options say, or as Microsoft writes: points, months first.
    fn settle(self, layout: &mut InvoiceLayout, options: &Options) -> Result<(), Fault> {
        let seen = |clue| self.clues.contains(clue);
        layout.apostrophe = self.apostrophe;
        // A comma within JSON stands in text, where it is as open as in any cell.
        let by_microsoft = layout.delimiter == b',' && !seen(Clue::AmbiguousComma);
        layout.mark = match (options.decimal, self.ambiguous_amount) {
            _ if seen(Clue::Point) => DecimalMark::Point,
            _ if seen(Clue::Comma) => DecimalMark::Comma,
            (Some(mark), _) => mark,
            _ if seen(Clue::GroupingComma) => DecimalMark::Point,
            (None, Some(seen)) if !by_microsoft => return Err(Fault::AmbiguousMark { seen }),
            (None, _) => DecimalMark::Point,
        };
        layout.order = match (seen(Clue::MonthFirst), seen(Clue::DayFirst)) {
            (true, _) => DateOrder::MonthFirst,
            (false, true) => DateOrder::DayFirst,
            (false, false) => {
                layout.assumed = self.ambiguous_date.filter(|_| options.date_order.is_none());
                options.date_order.unwrap_or_default()
            }
        };
        Ok(())
    }
}

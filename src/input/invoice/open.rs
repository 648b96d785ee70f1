//! What the start of an invoice file says: its kind, where its columns stand, how it spells numbers and dates.
//!
//! Only totals are held of an invoice, so a value cannot be read again once more is known. The first lines settle how
//! the file is spelled; a later value that contradicts them is refused with its place, never read otherwise.

use crate::model::{Amount, Currency, DateOrder};

use crate::input::dialect::{Evidence, Options, evidence};
use crate::input::error::{Fault, Seen};
use crate::input::kinds;
use crate::input::kinds::{InvoiceColumn, invoice as columns};
use crate::input::scan::{Head, Layout, Line, TableKind, blocks, header};
use crate::input::value::{Clue, Clues, DecimalMark, amount, date};

/// What is said to have been looked for.
const WANTED: &str = "the columns of an invoice reconciliation or daily rated usage file";

/// Understands the start of an invoice file.
pub(super) fn open(head: Head<'_>, options: &Options, amount: Amount) -> Result<Layout, Fault> {
    let kinds = columns::kinds(amount);
    let delimiters = header::likely_delimiters(head, options.delimiter);
    let found = header::find_any(head, &delimiters, &kinds, WANTED, |names| recognised(&kinds, names));
    let mut layout = found.map_err(|error| kinds::into_fault(error, head, false))?;
    let mut evidence = Evidence::default();
    blocks::read_first(head, &layout, &mut |line: Line<'_>| {
        note(&mut evidence, line);
        Ok(())
    })?;
    layout.evidence = evidence;
    layout.utc_offset = options.utc_offset;
    layout.evidence.zone(options.utc_offset)?;
    settle(&mut layout, options)?;
    Ok(layout)
}

/// Settles the decimal mark and the order of dates by the first lines.
///
/// What they leave open is as the options say, or as Microsoft writes: points, months first.
fn settle(layout: &mut Layout, options: &Options) -> Result<(), Fault> {
    let seen = |clue| layout.evidence.seen().contains(clue);
    // A comma within JSON stands in text, where it is as open as in any cell.
    let by_microsoft = layout.delimiter().is_none_or(|delimiter| delimiter == b',') && !seen(Clue::AmbiguousComma);
    let ambiguous = layout.evidence.first_of(&[Clue::AmbiguousPoint, Clue::AmbiguousComma]);
    layout.mark = match (options.decimal, ambiguous) {
        _ if seen(Clue::Point) => DecimalMark::Point,
        _ if seen(Clue::Comma) => DecimalMark::Comma,
        (Some(mark), _) => mark,
        _ if seen(Clue::GroupingComma) => DecimalMark::Point,
        (None, Some(seen)) if !by_microsoft => return Err(evidence::ambiguous_mark(seen)),
        (None, _) => DecimalMark::Point,
    };
    layout.order = match (seen(Clue::MonthFirst), seen(Clue::DayFirst)) {
        (true, _) => DateOrder::MonthFirst,
        (false, true) => DateOrder::DayFirst,
        (false, false) => options.date_order.unwrap_or_default(),
    };
    Ok(())
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
    kinds[kind].is_named_by(folded).then_some(kind)
}

/// The columns that tell how a file is spelled; of a line that tells the same in several, the first counts.
const TELLING: [InvoiceColumn; 9] = [
    InvoiceColumn::ChargeStart,
    InvoiceColumn::ChargeEnd,
    InvoiceColumn::OrderDate,
    InvoiceColumn::Amount,
    InvoiceColumn::PricingAmount,
    InvoiceColumn::UnitPrice,
    InvoiceColumn::Quantity,
    InvoiceColumn::Rate,
    InvoiceColumn::Customer,
];

/// Notes what a line says of its file's spelling.
fn note(evidence: &mut Evidence, line: Line<'_>) {
    let has = |column| line.layout.position(column).is_some_and(|at| at < line.fields.len());
    let currency = has(InvoiceColumn::Currency).then(|| line.read(InvoiceColumn::Currency, Currency::parse));
    let currency = currency.flatten().flatten();
    for column in TELLING.into_iter().filter(|column| has(*column)) {
        let value = line.value(column);
        let billed = currency.filter(|_| column == InvoiceColumn::Amount);
        let clues = clues_of(column, &value).of_currency(billed);
        // Orders are placed at any time.
        let is_start = column == InvoiceColumn::ChargeStart;
        let clues = if is_start { clues } else { clues.without(Clue::OtherMidnight).without(Clue::OwnDay) };
        for clue in clues.iter().filter(|clue| !evidence.seen().contains(*clue)).collect::<Vec<_>>() {
            let value = String::from_utf8_lossy(&value).into_owned();
            let column = line.layout.name(column).to_owned();
            evidence.add(clue, Seen { line: line.place().line, column, value });
        }
    }
}

/// What a cell says.
fn clues_of(column: InvoiceColumn, value: &[u8]) -> Clues {
    use InvoiceColumn::{ChargeEnd, ChargeStart, Customer, OrderDate};
    let clues = match column {
        Customer => None,
        ChargeStart | ChargeEnd | OrderDate => {
            let text = std::str::from_utf8(value).ok();
            text.and_then(|text| date::read_date(text, DateOrder::default())).map(|(_, clues)| clues)
        }
        _ => amount::read(value, DecimalMark::default()).ok().map(|reading| reading.clues),
    };
    let is_text = value.trim_ascii_start().starts_with(b"'");
    clues.unwrap_or_default().and(if is_text { Clues::only(Clue::Apostrophe) } else { Clues::NONE })
}

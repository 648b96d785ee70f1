//! Invoice files to totals of their credit lines.
//!
//! A file's first lines tell what it is and how it is spelled; its lines are read block by block on several threads
//! (`credits`, `tally`, `amounts`), and what the threads have becomes one (`pairs`, `merge`). Sums that an engine made of
//! lines are read by `applied`. Only totals are held of an invoice, so a value cannot be read again once more is known: one
//! that contradicts the first lines is refused with its place, never read otherwise.
//! Invariant: what the totals are does not depend on the number of threads or on the order of lines.

mod amounts;
mod applied;
mod credits;
mod merge;
mod pairs;
mod tally;

pub use self::applied::read as read_applied;
use self::credits::LineBuilder;
pub use self::merge::InvoiceReading;
pub use self::tally::CreditOptions;
use crate::input::dialect::{DecidedBy, Evidence, Options, Spelling, ambiguous_mark, settled_mark};
use crate::input::error::{Fault, FileError, Problem, Seen};
use crate::input::kinds::{self, InvoiceColumn};
use crate::input::scan::{Head, Layout, Line, ReadPlan, TableKind, blocks, choice, header};
use crate::input::source::{Encoding, Source};
use crate::input::value::{Clue, Clues, DecimalMark, amount, date, says_nothing, without_apostrophe};
use crate::model::{Amount, Currency, DateOrder, InvoiceFileKind};

const WANTED: &str = "an invoice file";

/// Reads invoice reconciliation and daily rated usage files to their ends.
///
/// `options` settle what the files leave open.
///
/// ```
/// use aco::input::{Options, ReadPlan, invoice::{self, CreditOptions}, source::Source};
/// let csv = "CustomerId,InvoiceNumber,ChargeType,Subtotal,Currency,ChargeStartDate,CreditReasonCode\n\
///     c,G1,new,7.00,USD,7/1/2022,\n\
///     c,G1,customerCredit,-5.00,USD,7/1/2022,Azure Credit\n";
/// let source = Source::stream("invoice.csv", csv.as_bytes());
/// let (options, credits) = (Options::default(), CreditOptions::default());
/// let reading = invoice::read(vec![source], &options, &credits, ReadPlan::threads(1)).unwrap();
/// assert_eq!(reading.invoices.totals[0].billed.to_string(), "5.00");
/// ```
pub fn read(
    sources: Vec<Source>,
    options: &Options,
    credits: &CreditOptions,
    pace: ReadPlan,
) -> Result<InvoiceReading, Vec<FileError>> {
    let understood = |head: Head<'_>| open(head, options, credits.amount);
    let fold = |files| LineBuilder { options: credits.clone(), may_repeat: files > 1, ..LineBuilder::default() };
    let (threads, files, notes) = choice::read(sources, WANTED, options.encoding, pace, understood, fold)?;
    let mut reading = merge::merge(threads, &files, credits, options.date_order)?;
    reading.notes.splice(0..0, notes);
    Ok(reading)
}

/// How an invoice file is spelled, by its first lines.
pub fn spelling(source: &Source, options: &Options) -> Option<Spelling> {
    let layout = choice::with_head(source, options.encoding, |head| open(head, options, Amount::default()).ok());
    let layout = layout.flatten()?;
    let (encoding, assumed) = (layout.encoding.unwrap_or(Encoding::Utf8), || DecidedBy::Assumed(None));
    Some(layout.spelling((encoding, (layout.mark, assumed()), (layout.order, assumed()))))
}

/// What is said to have been looked for.
const COLUMNS: &str = "the columns of an invoice reconciliation or daily rated usage file";

pub(super) fn open(head: Head<'_>, options: &Options, amount: Amount) -> Result<Layout, Fault> {
    let kinds = kinds::invoices(amount);
    let delimiters = header::likely_delimiters(head, options.delimiter);
    let found = header::find_any(head, &delimiters, &kinds, COLUMNS, |names| recognised(&kinds, names));
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
    let ambiguous = layout.evidence.first_of(&[Clue::AmbiguousPoint, Clue::AmbiguousComma]);
    layout.mark = match (settled_mark(layout.evidence.seen(), options.decimal, layout.delimiter()), ambiguous) {
        (None, Some(seen)) => return Err(ambiguous_mark(seen)),
        (mark, _) => mark.unwrap_or_default(),
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

#[inline]
fn kind(layout: &Layout) -> InvoiceFileKind {
    InvoiceFileKind::ALL[layout.kind]
}

/// The text of a cell that holds an id, without the apostrophe that marks it as text; nothing if it says that there is
/// none.
fn id(line: Line<'_>, column: InvoiceColumn) -> String {
    let text = line.text(column).filter(|text| !says_nothing(text)).unwrap_or_default();
    without_apostrophe(&text).map(str::to_owned).unwrap_or(text)
}

/// Says what is wrong with a cell, by its text alone.
#[cold]
fn reject(line: Line<'_>, column: InvoiceColumn, expected: &str) -> Problem {
    let text = line.text(column).unwrap_or_default();
    Problem::new(line.place(), expected).cell(line.layout.name(column), &text)
}

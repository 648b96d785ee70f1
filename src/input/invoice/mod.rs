//! Invoice files to totals of their credit lines.
//!
//! A file's first lines tell what it is and how it is spelled (`open`); its lines are read block by block on several
//! threads (`credits`, `tally`, `amounts`), and what the threads have becomes one (`findings`, `merge`). Sums that
//! an engine made of lines are read by `applied`.
//! Invariant: what the totals are does not depend on the number of threads or on the order of lines.

mod amounts;
mod applied;
mod credits;
mod findings;
mod merge;
mod open;
mod pairs;
mod tally;

pub use self::applied::read as read_applied;
use self::credits::LineBuilder;
pub use self::merge::InvoiceReading;
pub use self::tally::CreditOptions;
use super::error::{Fault, FileError, Problem};
use super::source::Source;
use super::source::encoding::Encoding;
use crate::input::dialect::{DecidedBy, Options, Spelling};
use crate::input::kinds::InvoiceColumn;
use crate::input::scan::{Head, Layout, Line, ReadPlan, choice};
use crate::input::value::{says_nothing, without_apostrophe};
use crate::model::{Amount, InvoiceFileKind};

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
    let open = |head: Head<'_>| open::open(head, options, credits.amount);
    let fold = |files| LineBuilder::new(credits, files > 1);
    let (threads, files, notes) = choice::read(sources, WANTED, options.encoding, pace, open, fold)?;
    let mut reading = merge::merge(threads, &files, credits, options.date_order)?;
    reading.notes.splice(0..0, notes);
    Ok(reading)
}

/// How an invoice file is spelled, by its first lines.
pub fn spelling(source: &Source, options: &Options) -> Option<Spelling> {
    let layout = choice::with_head(source, options.encoding, |head| open::open(head, options, Amount::default()).ok());
    let layout = layout.flatten()?;
    let (encoding, assumed) = (layout.encoding.unwrap_or(Encoding::Utf8), || DecidedBy::Assumed(None));
    Some(layout.spelling((encoding, (layout.mark, assumed()), (layout.order, assumed()))))
}

/// What keeps a file that begins so from being read, if anything does.
pub(super) fn fault_of(head: Head<'_>, options: &Options) -> Option<Fault> {
    open::open(head, options, Amount::default()).err()
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

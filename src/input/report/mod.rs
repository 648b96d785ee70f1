//! The balance report: its rows, the records that are none, and putting the threads' rows together.

mod cells;
mod lines;
mod merge;
mod observe;
mod rows;

use crate::input::dialect::Options;
use crate::input::error::{Fault, FileError};
use crate::input::kinds;
use crate::input::scan::{Head, Layout, ReadPlan, blocks, choice, folded, header};
use crate::input::source::Source;
use crate::input::value::Clue;
use crate::model::ReportColumn;

pub use self::merge::ReportReading;
use self::rows::RowBuilder;

const WANTED: &str = "an ACO balance report";

/// What is said to have been looked for.
const COLUMNS: &str = "the columns of an ACO balance report";

/// Reads balance reports to their ends.
///
/// ```
/// use aco::input::{self, Options, ReadPlan, source::Source};
/// let csv = "PartnerID,CustomerID,InvoiceMonth,CreditName,CreditAmount,Status,BalanceAmount,CurrencyCode,\
///     AgreementID,EffectiveDate,ExpiryDate\n\
///     p,c,2022-07,ACO,700.00,Active,300.00,USD,a,6/1/2022,5/31/2023\n";
/// let source = Source::stream("report.csv", csv.as_bytes());
/// let reading = input::read(vec![source], &Options::default(), ReadPlan::threads(1)).unwrap();
/// let records = reading.report.records();
/// let record = records.values().next().unwrap();
/// assert_eq!(record.credit_amount.to_string(), "700.00");
/// assert_eq!(record.month.to_string(), "2022-07");
/// ```
pub fn read(sources: Vec<Source>, options: &Options, pace: ReadPlan<'_>) -> Result<ReportReading, Vec<FileError>> {
    let first = |head: Head<'_>| open(head, options);
    let builder = |files| RowBuilder::new(files, pace.threads);
    let (mut shards, mut files, notes) = choice::read(sources, WANTED, options.encoding, pace, first, builder)?;
    let found = merge::infer(&shards, &files, options)?;
    if merge::are_read_otherwise(&files, &found) {
        // Rare: what the first records of a file left open, others settled, and not as was assumed.
        let settled: Vec<_> = found.iter().map(|(_, (_, (mark, _), (order, _)))| (*mark, *order)).collect();
        let again = |head: Head<'_>| {
            let (mark, order) = settled[head.file as usize];
            Ok(Layout { mark, order, ..find_columns(head, options)? })
        };
        let sources = files.into_iter().map(|file| file.source).collect();
        let pace = ReadPlan { bytes_read: None, ..pace };
        (shards, files) = blocks::read(sources, pace, options.encoding, again, builder)?;
    }
    Ok(merge::merge(shards, &files, found, notes))
}

/// Bytes of a file whose records tell how it is read.
const FIRST: usize = 64 * 1024;

/// Understands the start of a balance report, which is read as its first records are spelled.
fn open(head: Head<'_>, options: &Options) -> Result<Layout, Fault> {
    let mut layout = find_columns(head, options)?;
    let mut first = RowBuilder::new(1, 1);
    let most = head.bytes.len().min(FIRST.max(layout.before.0));
    let first_records = Head { bytes: &head.bytes[..most], is_all: head.is_all && most == head.bytes.len(), ..head };
    blocks::read_first(first_records, &layout, &mut first)?;
    let Some(evidence) = first.evidence.pop() else { return Ok(layout) };
    let tells = |clues: [Clue; 2]| clues.into_iter().any(|clue| evidence.seen().contains(clue));
    layout.is_open = options.decimal.is_none() && !tells([Clue::Point, Clue::Comma])
        || options.date_order.is_none() && !tells([Clue::MonthFirst, Clue::DayFirst]);
    if let Ok((_, decimal, date_order)) = evidence.infer(None, options) {
        (layout.mark, layout.order) = (decimal.0, date_order.0);
    }
    Ok(layout)
}

/// Finds the columns of a balance report.
pub(super) fn find_columns(head: Head<'_>, options: &Options) -> Result<Layout, Fault> {
    let kinds = [kinds::report()];
    let recognise = |names: &[String]| kinds[0].is_named_by(names).then_some(0);
    let delimiters = header::delimiters(head, options.delimiter);
    let found = header::find_any(head, &delimiters, &kinds, COLUMNS, recognise);
    let layout = found.map_err(|error| kinds::into_fault(error, head, true))?;
    let layout = Layout { months: options.months, utc_offset: options.utc_offset, ..layout };
    // Columns that no report has, beside all that one has, make it a result of `aco balance`.
    let has = |wanted| layout.ignored.iter().any(|name| folded(name) == wanted);
    if has("usedpercent") && has("daysleft") { Err(Fault::ResultOfAco) } else { Ok(layout) }
}

/// The field that serves a column: a report has all of them.
#[inline]
pub(super) fn position(layout: &Layout, column: ReportColumn) -> usize {
    layout.position(column).unwrap_or_default()
}

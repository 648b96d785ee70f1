//! The balance report: its rows, the records that are none, and putting the threads' rows together.

mod cells;
mod lines;
mod observe;
mod rows;

use crate::input::dialect::{DecidedBy, Evidence, Inferred, Options, Spelling};
use crate::input::error::{Fault, FileError, Note, Problem, Seen};
use crate::input::kinds;
use crate::input::scan::{FileRead, Head, Layout, ReadPlan, blocks, choice, folded, header};
use crate::input::source::Source;
use crate::input::value::{Clue, DecimalMark};
use crate::model::{Block, Message, Report, ReportColumn};

use self::rows::RowBuilder;

const WANTED: &str = "an ACO balance report";

/// What is said to have been looked for.
const COLUMNS: &str = "the columns of an ACO balance report";

#[derive(Debug)]
pub struct ReportReading {
    /// The rows that could be read.
    pub report: Report,
    /// The ones that could not, by file and line.
    pub problems: Vec<Problem>,
    pub notes: Vec<Note>,
    /// How each file is spelled, in the order of `report.files`.
    pub spellings: Vec<Spelling>,
}

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
    let found = infer(&shards, &files, options)?;
    if are_read_otherwise(&files, &found) {
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
    Ok(merge(shards, &files, found, notes))
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
    if let Ok((_, decimal, date_order)) = evidence.infer(None, (layout.container, layout.delimiter()), options) {
        (layout.mark, layout.order) = (decimal.0, date_order.0);
    }
    Ok(layout)
}

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

/// How each file is spelled, or what their values contradict.
fn infer(
    shards: &[RowBuilder],
    files: &[FileRead],
    options: &Options,
) -> Result<Vec<(Evidence, Inferred)>, Vec<FileError>> {
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    for (number, file) in files.iter().enumerate() {
        let mut evidence = Evidence::default();
        shards.iter().filter_map(|shard| shard.evidence.get(number)).for_each(|seen| evidence.merge(seen));
        let layout = &file.layout;
        match evidence.infer(layout.encoding, (layout.container, layout.delimiter()), options) {
            Ok(inferred) => found.push((evidence, inferred)),
            Err(faults) => {
                let error = |fault| FileError { file: file.source.name().to_owned(), fault };
                errors.extend(faults.into_iter().map(error));
            }
        }
    }
    if errors.is_empty() { Ok(found) } else { Err(errors) }
}

/// Whether a value of a file means something else as the file is spelled than as it was read.
fn are_read_otherwise(files: &[FileRead], found: &[(Evidence, Inferred)]) -> bool {
    files.iter().zip(found).any(|(file, (evidence, (_, (mark, _), (order, _))))| {
        let has = |clue| evidence.seen().contains(clue);
        file.layout.mark != *mark && (has(Clue::AmbiguousPoint) || has(Clue::AmbiguousComma))
            || file.layout.order != *order && has(Clue::AmbiguousOrder)
    })
}

fn merge(
    mut shards: Vec<RowBuilder>,
    files: &[FileRead],
    found: Vec<(Evidence, Inferred)>,
    of_files: Vec<Note>,
) -> ReportReading {
    let mut notes = Vec::new();
    let mut spellings = Vec::new();
    for (number, (file, (evidence, inferred))) in (0..).zip(files.iter().zip(found)) {
        if let Some(seen) = evidence.first(Clue::Apostrophe) {
            notes.push(Note::apostrophe(number, &seen));
        }
        if let (_, _, (_, DecidedBy::Assumed(Some(seen)))) = &inferred {
            notes.push(Note::assumed_month_first(number, seen));
        }
        if let (_, (mark, DecidedBy::Assumed(Some(seen))), _) = &inferred {
            let other = if *mark == DecimalMark::Point { DecimalMark::Comma } else { DecimalMark::Point };
            notes.push(Note::assumed_decimals(number, seen, other.as_str()));
        }
        let layout = &file.layout;
        let columns = ReportColumn::ALL.map(|column| layout.headers[position(layout, column)].clone());
        spellings.push(Spelling { columns, ..layout.spelling(inferred) });
    }
    let mut problems = extra_lines(&shards, files.len(), &mut notes);
    notes.extend(Note::headers(shards.iter().flat_map(|shard| &shard.headers)));
    notes.sort_by_key(Note::place);
    // A file is cut off behind all that is noted of its lines.
    notes.extend(shards.iter().flat_map(|shard| &shard.cut).map(|(file, seen)| cut(*file, seen)));
    notes.sort_by_key(|note| note.place().0);
    for shard in &mut shards {
        problems.append(&mut shard.rejects);
    }
    // Stable, so that the cells of one row stay in the order of the report's columns.
    problems.sort_by_key(|problem| problem.place);
    notes.splice(0..0, of_files);
    let mut has_rows = vec![files.len() == 1; files.len()];
    let places = shards.iter().flat_map(|shard| &shard.shard.blocks).map(|block| block.file);
    places.chain(problems.iter().map(|problem| problem.place.file)).for_each(|file| has_rows[file as usize] = true);
    // A workbook that was named may have a sheet to be filled in, and a page nothing, as the last one behind others.
    let may_be_bare = |file: &FileRead| {
        file.source.is_sheet() && file.source.found_by().is_none()
            || file.remarks.iter().any(|remark| remark.page().is_some())
    };
    let bare = files.iter().zip(has_rows).filter(|(file, has_rows)| !has_rows && !may_be_bare(file));
    let bare: Vec<String> = bare.map(|(file, _)| format!("{} (no rows)", file.source.name())).collect();
    notes.extend((!bare.is_empty()).then_some(Note::Unread { files: bare }));
    let files = files.iter().map(|file| file.source.name().to_owned()).collect();
    let shards = shards.into_iter().map(RowBuilder::into_shard).collect();
    ReportReading { report: Report { files, shards }, problems, notes, spellings }
}

/// A file ends without a line end, in a value that may be longer.
fn cut(file: u32, seen: &Seen) -> Note {
    let text = format!("the file ends without a line end, in {seen}: it may have lost the rest");
    let hint = "compare its last row with Partner Center, or download it again";
    Note::of_file(file, None, Message::note(text).hint(hint))
}

/// Tells totals at the end of a file from lines that only look like them.
fn extra_lines(shards: &[RowBuilder], files: usize, notes: &mut Vec<Note>) -> Vec<Problem> {
    if shards.iter().all(|shard| shard.totals.is_empty()) {
        return Vec::new();
    }
    let mut last_rows = vec![0; files];
    for shard in shards {
        let ends = shard.shard.blocks.iter().skip(1).map(|next| next.first_row).chain([shard.shard.count]);
        for (Block { file, first_row, first_line }, end) in shard.shard.blocks.iter().zip(ends) {
            let last = &mut last_rows[*file as usize];
            *last = (first_line + u64::from(end - first_row) - 1).max(*last);
        }
    }
    let expected = "expected a record: this looks like totals, but records follow it";
    Note::totals(shards.iter().flat_map(|shard| &shard.totals), &last_rows, expected, notes)
}

/// The field that serves a column: a report has all of them.
#[inline]
pub(super) fn position(layout: &Layout, column: ReportColumn) -> usize {
    layout.position(column).unwrap_or_default()
}

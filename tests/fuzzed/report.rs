//! Any bytes are a report or are refused, the same however they are wrapped, cut and shared among threads; the books of
//! a report balance, and its listing is the same report.

use std::collections::BTreeSet;
use std::io::{Cursor, Write};
use std::process::ExitCode;

use aco::input::dialect::Spelling;
use aco::input::error::Problem;
use aco::input::source::{Container, Source};
use aco::input::value::amount::DecimalMark;
use aco::input::{self, Note, Options, ReadPlan};
use aco::ledger::{Entry, Found, Ledger, Rules};
use aco::model::money::Sum;
use aco::model::record::Record;
use aco::model::report::Report;

use super::{Choices, program};

/// Commands that read one report.
const COMMANDS: [&[&str]; 10] = [
    &["summary", "--by", "month"],
    &["summary", "--by", "customer,status,currency"],
    &["summary", "--by", "agreement,partner", "--closed"],
    &["given"],
    &["balance"],
    &["expiring", "--within", "36500"],
    &["check"],
    &["inspect"],
    &["list", "--skip-invalid"],
    &["summary", "--skip-invalid"],
];

const FORMATS: [&str; 7] = ["table", "csv", "tsv", "json", "jsonl", "markdown", "xlsx"];

pub(crate) fn run(data: &[u8]) {
    let mut choices = Choices::of(data);
    let expected = read(data, &Options::default(), ReadPlan::threads(1));
    let pace = choices.pace(data.len());
    let outcome = read(data, &Options::default(), pace);
    assert!(outcome == expected, "{pace:?}: {outcome:#?}\ninstead of\n{expected:#?}");

    if let Some((wrapping, wrapped)) = wrapped(data, &mut choices) {
        let outcome = unwrapped(read(&wrapped, &Options::default(), pace));
        let expected = unwrapped(expected.clone());
        assert!(outcome == expected, "as {wrapping}: {outcome:#?}\ninstead of\n{expected:#?}");
    }
    // Running the whole program takes far longer than reading.
    if let Ok(books) = &expected
        && choices.below(4) == 0
    {
        is_listed(data, books);
    }
    if choices.below(if expected.is_ok() { 8 } else { 32 }) == 0 {
        let command = COMMANDS[choices.below(COMMANDS.len())];
        let format = FORMATS[choices.below(FORMATS.len())];
        let run = program::aco(&[command, &["--as-of", "2022-12-15", "-f", format]].concat(), data);
        if format == "json" && run.code != ExitCode::from(2) {
            let value: Result<serde_json::Value, _> = serde_json::from_slice(&run.stdout);
            assert!(value.is_ok(), "{command:?}: {value:?}");
        }
    }
}

/// What reading came to.
#[derive(Clone, Debug, PartialEq)]
struct Books {
    records: Vec<(u64, Record)>,
    problems: Vec<Problem>,
    notes: Vec<Note>,
    spellings: Vec<Spelling>,
    /// Every month of every credit; none if rows contradict each other.
    months: Option<Vec<String>>,
}

fn read(data: &[u8], options: &Options, pace: ReadPlan<'_>) -> Result<Books, Vec<String>> {
    let source = Source::stream("report", Cursor::new(data.to_vec()));
    let reading = input::read(vec![source], options, pace)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    let records = records(&reading.report);
    let ledger =
        Ledger::build(reading.report, Rules::default(), pace.threads).map_err(|error| vec![error.to_string()])?;
    let months = (!ledger.findings().rows.iter().any(Found::is_conflict)).then(|| months(&ledger));
    let input::ReportReading { problems, notes, spellings, .. } = reading;
    Ok(Books { records, problems, notes, spellings, months })
}

fn records(report: &Report) -> Vec<(u64, Record)> {
    report.records().into_iter().map(|(place, record)| (place.line, record)).collect()
}

/// The months of all credits, whose books must balance.
fn months(ledger: &Ledger) -> Vec<String> {
    let mut months = Vec::new();
    let sorted = ledger.sorted();
    let identity = |place: usize| ledger.identity(&ledger.credits()[place]);
    assert!(sorted.windows(2).all(|pair| identity(pair[0]) <= identity(pair[1])), "credits out of order");
    for place in sorted {
        let credit = &ledger.credits()[place];
        let mut sum = Some(Sum::default());
        let mut last = None;
        for entry in ledger.timeline(credit) {
            let Ok(entry) = entry else {
                months.push("too long".to_owned());
                sum = None;
                continue;
            };
            // Where a row is held differs with the threads; where it stands does not.
            let place = ledger.place(entry.row);
            let days = (entry.effective(), entry.expiry());
            let Entry { month, status, credit_amount, balance_amount, .. } = entry;
            let Entry { previous, given, opening, span, forfeited, .. } = entry;
            let values = (month, status, credit_amount, balance_amount, previous, given, opening, span, forfeited);
            months.push(format!("{:?} {place:?} {values:?} {days:?}", ledger.identity(credit)));
            last = Some(credit_amount);
            let moved = given.or(opening).expect("what is not given was open");
            sum = sum.and_then(|mut sum| sum.add(moved).is_ok().then_some(sum));
        }
        if let (Some(sum), Some(last)) = (sum.map(Sum::value), last) {
            assert_eq!(sum, Ok(last), "the books of {:?}", ledger.identity(credit));
        }
    }
    months
}

/// The same text in another file, and what it was wrapped in; none if that would be another text.
fn wrapped(data: &[u8], choices: &mut Choices) -> Option<(&'static str, Vec<u8>)> {
    let is_wrapped_already = [&b"\x1f\x8b"[..], b"PK\x03\x04", b"PK\x05\x06", b"PAR1", b"\xd0\xcf\x11\xe0"]
        .iter()
        .any(|start| data.starts_with(start));
    if is_wrapped_already {
        return None;
    }
    let utf16 = |mark: [u8; 2], turn: fn(u16) -> [u8; 2]| {
        let text = std::str::from_utf8(data).ok().filter(|text| !text.contains(['\0', '\u{feff}']))?;
        Some(mark.into_iter().chain(text.encode_utf16().flat_map(turn)).collect())
    };
    Some(match choices.below(4) {
        0 => ("gzip", gzip(data)),
        1 => ("zip", zip(data)),
        2 => ("UTF-16, low byte first", utf16([0xff, 0xfe], u16::to_le_bytes)?),
        _ => ("UTF-16, high byte first", utf16([0xfe, 0xff], u16::to_be_bytes)?),
    })
}

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(data).expect("memory takes all");
    gzip.finish().expect("memory takes all")
}

fn zip(data: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("x.csv", zip::write::SimpleFileOptions::default()).expect("memory takes all");
    zip.write_all(data).expect("memory takes all");
    zip.finish().expect("memory takes all").into_inner()
}

/// An outcome without what tells a wrapping from another.
fn unwrapped(outcome: Result<Books, Vec<String>>) -> Result<Books, Vec<String>> {
    match outcome {
        Ok(mut books) => {
            for spelling in &mut books.spellings {
                spelling.container = Container::None;
                spelling.encoding = aco::input::source::encoding::Encoding::Utf8;
            }
            Ok(books)
        }
        Err(errors) => Err(errors.into_iter().map(|error| error.replace("report/x.csv", "report")).collect()),
    }
}

/// A report that can be read can be listed, and the listing holds the same records.
fn is_listed(data: &[u8], books: &Books) {
    let run = program::aco(&["list", "-q", "-f", "csv"], data);
    let can_be_booked = books.problems.is_empty() && books.months.is_some();
    assert_eq!(run.code == ExitCode::SUCCESS, can_be_booked, "{}", run.stderr);
    if can_be_booked {
        // Amounts of three decimals alone would leave the mark open.
        let options = Options { decimal: Some(DecimalMark::Point), ..Options::default() };
        let listed = read(&run.stdout, &options, ReadPlan::threads(1)).expect("a listing is a report");
        assert_eq!(listed.problems, []);
        let told = |books: &Books| books.records.iter().map(|(_, record)| shown(record)).collect::<BTreeSet<_>>();
        assert_eq!(told(&listed), told(books), "{}", String::from_utf8_lossy(&run.stdout));
    }
}

fn shown(record: &Record) -> String {
    format!(
        "{:?} {} {} {} {} {:?} {:?}",
        record.identity,
        record.month,
        record.credit_amount.normalize(),
        record.status,
        record.balance_amount.normalize(),
        record.effective,
        record.expiry
    )
}

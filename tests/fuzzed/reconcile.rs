//! Any bytes are an invoice file or are refused, the same however they are cut and shared among threads.

use std::io::Cursor;
use std::path::Path;
use std::process::ExitCode;

use aco::input::invoice::{self, CreditOptions};
use aco::input::source::Source;
use aco::input::{Options, ReadPlan};

use super::{Choices, program};

const VIEWS: [&[&str]; 5] = [&[], &["--lines"], &["--show-other"], &["--findings"], &["--amount", "total"]];

const FORMATS: [&str; 6] = ["table", "csv", "tsv", "json", "jsonl", "markdown"];

pub(crate) fn run(data: &[u8]) {
    let mut choices = Choices::of(data);
    let pace = choices.pace(data.len());
    let lines = choices.below(2) == 0;
    let expected = read(data, lines, ReadPlan::threads(1));
    let outcome = read(data, lines, pace);
    assert!(outcome == expected, "{pace:?}: {outcome:#?}\ninstead of\n{expected:#?}");

    // Running the whole program takes far longer than reading.
    if choices.below(if expected.is_ok() { 8 } else { 32 }) == 0 {
        is_reconciled(data, &expected, &mut choices);
    }
}

/// The program comes to an end, and does not pass over lines that cannot be read.
fn is_reconciled(data: &[u8], expected: &Result<Told, Vec<String>>, choices: &mut Choices) {
    let balance = balance();
    let view = VIEWS[choices.below(VIEWS.len())];
    let format = FORMATS[choices.below(FORMATS.len())];
    let fixed = ["reconcile", balance.as_str(), "--as-of", "2023-06-01", "-f", format, "--invoice", "-"];
    let run = program::aco(&[&fixed[..1], view, &fixed[1..]].concat(), data);
    let is_readable = expected.as_ref().is_ok_and(|told| told.problems.is_empty());
    let could_not = run.code == ExitCode::from(2);
    assert!(is_readable || could_not || view.contains(&"total"), "unreadable lines are passed over: {}", run.stderr);
    if format == "json" && !could_not {
        let value: Result<serde_json::Value, _> = serde_json::from_slice(&run.stdout);
        assert!(value.is_ok(), "{view:?}: {value:?}");
    }
}

/// The balance report that invoices are compared with.
fn balance() -> String {
    let folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let mut files = folders.map(|folder| folder.join("fixtures/aco-balance.csv"));
    let file = files.find(|file| file.exists()).expect("the project has fixtures");
    file.into_os_string().into_string().expect("the project's path is text")
}

/// What reading came to, written out.
#[derive(Debug, PartialEq)]
struct Told {
    problems: Vec<String>,
    invoices: String,
    names: Vec<Option<String>>,
}

fn read(data: &[u8], lines: bool, pace: ReadPlan<'_>) -> Result<Told, Vec<String>> {
    let source = Source::stream("invoice", Cursor::new(data.to_vec()));
    let lines = lines.then_some(aco::model::invoice::UsedBy::Subscription);
    let credits = CreditOptions { lines, ..CreditOptions::default() };
    let reading = invoice::read(vec![source], &Options::default(), &credits, pace)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    let invoices = &reading.invoices;
    let name = |total: &aco::model::invoice::CreditTotal| invoices.names.get(&total.key.customer).map(str::to_owned);
    Ok(Told {
        problems: reading.problems.iter().map(|problem| format!("{problem:?}")).collect(),
        names: invoices.totals.iter().map(name).collect(),
        invoices: format!(
            "{:?} {:?} {:?} {:?} {:?}",
            invoices.files, invoices.totals, invoices.parts, invoices.findings, invoices.lines
        ),
    })
}

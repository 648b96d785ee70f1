//! `aco inspect`

use std::fmt::Display;
use std::io;

use crate::analysis::survey::{self, Survey};
use crate::input::ReportReading;
use crate::input::dialect::spelling::{Settled, Spelling};
use crate::model::record;
use crate::output::table::{Cell, Column, Keep, Kind, RowSink, Rows, Table};

use super::read::{self, ReadArgs};
use super::words::List;
use super::write::WriteArgs;
use super::{Outcome, Stdio};

/// What a file is and how it was read: its spelling, what settled it, its columns and what they cover
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  aco inspect fixtures/aco-balance.csv
  aco inspect fixtures/header-aliases.csv fixtures/bom-crlf.csv -f csv")]
pub(super) struct Args {
    #[command(flatten)]
    read: ReadArgs,

    #[command(flatten)]
    write: WriteArgs,
}

const COLUMNS: [Column; 3] = [
    Column::new("File", Kind::Text, Keep::Detail),
    Column::new("Property", Kind::Text, Keep::Key),
    Column::new("Value", Kind::Prose, Keep::Key),
];

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<Outcome> {
    let writer = args.write.open(&args.read.inputs(), stdio)?;
    let reading = args.read.reading(stdio)?;
    let rows = Properties::of(&reading);
    let table = Table { columns: COLUMNS.to_vec(), rows: &rows, currency: None, totals: None, footnotes: Vec::new() };
    if !stdio.quiet {
        read::list_problems(&reading.problems, &reading.report.files, stdio);
    }
    writer.write(&table, 1, stdio)?;
    Ok(Outcome::Done)
}

/// Properties of each file.
struct Properties(Vec<(String, Vec<(String, String)>)>);

impl Properties {
    fn of(reading: &ReportReading) -> Self {
        let surveys = survey::survey(&reading.report);
        let files = (0..).zip(&reading.report.files).zip(&reading.spellings).zip(&surveys);
        let properties = files.map(|(((number, file), spelling), survey)| {
            let mut properties = spelled(spelling);
            properties.extend(covered(survey));
            let mut unreadable: Vec<u64> =
                reading.problems.iter().filter(|problem| problem.file == number).map(|problem| problem.line).collect();
            unreadable.dedup();
            properties.push(property("UnreadableRows", unreadable.len()));
            (file.clone(), properties)
        });
        Self(properties.collect())
    }
}

fn property(name: &str, value: impl Display) -> (String, String) {
    (name.to_owned(), value.to_string())
}

fn spelled(spelling: &Spelling) -> Vec<(String, String)> {
    let mut properties = vec![
        property("Container", spelling.container.as_str()),
        property("Encoding", spelling.encoding.as_str()),
        property("Separator", separator(spelling.delimiter)),
        property("HeaderLine", spelling.header_line),
        property("DecimalMark", settled(spelling.decimal.0.flag(), &spelling.decimal.1)),
        property("DateOrder", settled(spelling.date_order.0.flag(), &spelling.date_order.1)),
    ];
    let columns = record::Column::ALL.iter().zip(&spelling.columns);
    properties.extend(columns.map(|(column, header)| property(column.name(), header)));
    properties.push(property("IgnoredColumns", List(&spelling.ignored)));
    properties
}

fn separator(delimiter: u8) -> String {
    match delimiter {
        b',' => "comma".to_owned(),
        b';' => "semicolon".to_owned(),
        b'\t' => "tab".to_owned(),
        b'|' => "pipe".to_owned(),
        other => char::from(other).to_string(),
    }
}

fn settled(value: &str, by: &Settled) -> String {
    match by {
        Settled::ByFlag => format!("{value}, as asked for"),
        Settled::By(seen) => format!("{value}, settled by {seen}"),
        Settled::Assumed(Some(seen)) => format!("{value}, assumed for values such as {seen}"),
        Settled::Assumed(None) => "no value depends on it".to_owned(),
    }
}

fn covered(survey: &Survey<'_>) -> Vec<(String, String)> {
    let months = (survey.months.first(), survey.months.last());
    let (first, last) = match months {
        (Some(first), Some(last)) => (first.to_string(), last.to_string()),
        _ => (String::new(), String::new()),
    };
    vec![
        property("Rows", survey.rows),
        property("FirstMonth", first),
        property("LastMonth", last),
        property("Months", survey.months.len()),
        property("Credits", survey.credits.len()),
        property("Customers", survey.customers.len()),
        property("Currencies", List(&survey.currencies.iter().collect::<Vec<_>>())),
        property("Statuses", List(&survey.statuses.iter().collect::<Vec<_>>())),
    ]
}

impl Rows for Properties {
    fn parts(&self) -> usize {
        self.0.len()
    }

    fn part(&self, part: usize, sink: &mut RowSink<'_>) -> io::Result<()> {
        let (file, properties) = &self.0[part];
        for (name, value) in properties {
            let value = if value.is_empty() { Cell::Empty } else { Cell::Text(value) };
            sink(&[Cell::Text(file), Cell::Text(name), value])?;
        }
        Ok(())
    }
}

//! `aco inspect`

use std::fmt::Display;

use crate::analysis::survey::{self, Survey};
use crate::input::ReportReading;
use crate::input::dialect::spelling::{Settled, Spelling};
use crate::model::record;
use crate::output::table::{Column, Fields, Keep, Kind};

use super::read::{self, ReadArgs};
use super::words::List;
use super::write::WriteArgs;
use super::{Outcome, Stdio, columns};

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

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<Outcome> {
    let writer = args.write.open(&args.read.inputs(), stdio)?;
    let reading = args.read.reading(stdio)?;
    let rows = properties(&reading);
    let fields = Fields::<&Property>::default()
        .text(columns::FILE.keep(Keep::Detail), |property| &*property.file)
        .text(Column::new("Property", Kind::Text, Keep::Key), |property| &*property.name)
        .text(Column::new("Value", Kind::Prose, Keep::Key), |property| {
            Some(&*property.value).filter(|value| !value.is_empty())
        });
    if !stdio.quiet {
        read::list_problems(&reading.problems, &reading.report.files, stdio);
    }
    writer.write(&fields.table(&*rows), 1, stdio)?;
    Ok(Outcome::Done)
}

/// A property of a file.
struct Property {
    file: String,
    name: String,
    value: String,
}

/// Properties of each file.
fn properties(reading: &ReportReading) -> Vec<Property> {
    let surveys = survey::survey(&reading.report);
    let files = (0..).zip(&reading.report.files).zip(&reading.spellings).zip(&surveys);
    let properties = files.flat_map(|(((number, file), spelling), survey)| {
        let mut properties = spelled(spelling);
        properties.extend(covered(survey));
        let mut unreadable: Vec<u64> =
            reading.problems.iter().filter(|problem| problem.file == number).map(|problem| problem.line).collect();
        unreadable.dedup();
        properties.push(property("UnreadableRows", unreadable.len()));
        properties.into_iter().map(|(name, value)| Property { file: file.clone(), name, value })
    });
    properties.collect()
}

fn property(name: &str, value: impl Display) -> (String, String) {
    (name.to_owned(), value.to_string())
}

fn spelled(spelling: &Spelling) -> Vec<(String, String)> {
    let mut properties = vec![
        property("Container", spelling.container.as_str()),
        property("Encoding", spelling.encoding.as_str()),
        property("Separator", spelling.delimiter.map(separator).unwrap_or_default()),
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

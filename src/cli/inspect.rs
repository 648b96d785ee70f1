//! `aco inspect`

use std::fmt::Display;

use crate::analysis::survey::{self, Survey};
use crate::input::ReportReading;
use crate::input::dialect::{DecidedBy, Spelling};
use crate::input::error::Problem;
use crate::ledger::{FileOrder, Ledger, Rules};
use crate::model::{Month, Period, record};
use crate::output::{Column, Fields, Kind, Priority, Table};

use super::{ReadArgs, Stdio, WriteArgs, columns, joined, read};

/// What a file is and how it was read: its spelling, what settled it, its columns and what they cover
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Of one file all properties are shown, and in a table of several a row each; `--detail`, and formats for programs, have \
all properties of each. The newest files are those whose last month is the latest.

Examples:
  aco inspect report.csv
  aco inspect downloads
  aco inspect downloads --detail -f csv")]
pub(super) struct Args {
    #[command(flatten)]
    read: ReadArgs,

    /// All properties of each file, also where there are several
    #[arg(long)]
    detail: bool,

    #[command(flatten)]
    write: WriteArgs,
}

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<()> {
    let writer = args.write.open(&args.read.inputs(), stdio)?;
    let reading = args.read.reading(read::plausible_months(None), stdio)?;
    if !stdio.quiet {
        read::list_problems(&reading.problems, &reading.report.files, stdio);
    }
    let is_overview = reading.report.files.len() > 1 && writer.is_for_people(stdio);
    if args.detail || !is_overview {
        let rows = properties(&reading, args.read.threads_for(reading.report.count()))?;
        return writer.write(&property_fields().table(&*rows), 1, stdio);
    }
    writer.write(&overview(&reading, &survey::survey(&reading.report)), 1, stdio)
}

fn property_fields<'r>() -> Fields<'r, &'r [String; 3]> {
    Fields::default()
        .with(columns::FILE.priority(Priority::Detail), |[file, ..]: &&[String; 3]| &**file)
        .with(Column::new("Property", Kind::Text, Priority::Key), |[_, name, _]| &**name)
        .with(Column::new("Value", Kind::Prose, Priority::Key), |[.., value]| {
            Some(&**value).filter(|text| !text.is_empty())
        })
}

/// What matters of one file among several.
type FolderRow<'r> = (usize, &'r Survey<'r>, &'r Spelling);

fn overview<'r>(reading: &'r ReportReading, surveys: &'r [Survey<'r>]) -> Table<'r> {
    let newest = surveys.iter().filter_map(|survey| survey.months.last()).max();
    let month = |month: Option<&Month>| month.map(|month| (*month, Period::Closed));
    let rows = surveys.iter().zip(&reading.spellings).enumerate();
    Fields::default()
        .with(columns::FILE.priority(Priority::Key), |(file, ..): &FolderRow<'r>| &*reading.report.files[*file])
        .with(Column::new("FirstMonth", Kind::Month, Priority::Key), move |(_, survey, _)| month(survey.months.first()))
        .with(Column::new("LastMonth", Kind::Month, Priority::Key), move |(_, survey, _)| month(survey.months.last()))
        .with(Column::new("Newest", Kind::Text, Priority::Key), move |(_, survey, _)| {
            if newest.is_some() && survey.months.last() == newest { "yes" } else { "no" }
        })
        .with(Column::new("Rows", Kind::Count, Priority::Key), |(_, survey, _)| survey.rows)
        .with(Column::new("UnreadableRows", Kind::Count, Priority::Detail), |(file, ..)| {
            unreadable_rows(reading, *file)
        })
        .with(Column::new("Encoding", Kind::Text, Priority::Detail), |(.., spelling)| encoding(spelling))
        .with(Column::new("Separator", Kind::Text, Priority::Detail), |(.., spelling)| {
            Some(separator(spelling)).filter(|separator| !separator.is_empty())
        })
        .with(Column::new("DecimalMark", Kind::Text, Priority::Detail), |(.., Spelling { decimal: (mark, by), .. })| {
            Some(mark.as_str()).filter(|_| *by != DecidedBy::Assumed(None))
        })
        .with(
            Column::new("DateOrder", Kind::Text, Priority::Detail),
            |(.., Spelling { date_order: (order, by), .. })| {
                Some(order.as_str()).filter(|_| *by != DecidedBy::Assumed(None))
            },
        )
        .table(rows.map(|(file, (survey, spelling))| (file, survey, spelling)))
}

/// Rows of a file that cannot be read, each once.
fn unreadable_rows(reading: &ReportReading, file: usize) -> usize {
    Problem::by_row(&reading.problems).filter(|problems| problems[0].place.file as usize == file).count()
}

/// Each property of a file: the file, what is told of it, and the value.
fn properties(reading: &ReportReading, threads: usize) -> anyhow::Result<Vec<[String; 3]>> {
    let surveys = survey::survey(&reading.report);
    let files = (0..).zip(&reading.report.files).zip(&reading.spellings).zip(&surveys);
    let mut all = Vec::new();
    for (((number, file), spelling), survey) in files {
        // As the file alone tells them apart.
        let rules = Rules { order: FileOrder::ByLastMonth, until: None };
        let credits = Ledger::build(reading.report.of_file(number), rules, threads)?.credits().len();
        let mut properties = spelled(spelling);
        properties.extend(covered(survey, credits));
        properties.push(property("UnreadableRows", unreadable_rows(reading, number as usize)));
        all.extend(properties.into_iter().map(|(name, value)| [file.clone(), name, value]));
    }
    Ok(all)
}

fn property(name: &str, value: impl Display) -> (String, String) {
    (name.to_owned(), value.to_string())
}

fn spelled(spelling: &Spelling) -> Vec<(String, String)> {
    let mut properties = vec![
        property("Container", spelling.container.as_str()),
        property("Encoding", encoding(spelling).unwrap_or_default()),
        property("Separator", separator(spelling)),
        property("HeaderLine", spelling.header_line),
        property("DecimalMark", settled(spelling.decimal.0.as_str(), &spelling.decimal.1)),
        property("DateOrder", settled(spelling.date_order.0.as_str(), &spelling.date_order.1)),
    ];
    let columns = record::ReportColumn::ALL.iter().zip(&spelling.columns);
    properties.extend(columns.map(|(column, header)| property(column.name(), header)));
    properties.push(property("IgnoredColumns", joined(&spelling.ignored)));
    properties
}

/// A workbook and Parquet have none: their text was made here, and so were its separators.
fn encoding(spelling: &Spelling) -> Option<&'static str> {
    (!spelling.container.is_table()).then(|| spelling.encoding.as_str())
}

fn separator(spelling: &Spelling) -> &str {
    match spelling.delimiter.as_slice() {
        _ if spelling.container.is_table() => "",
        b"," => "comma",
        b";" => "semicolon",
        b"\t" => "tab",
        b"|" => "pipe",
        other => std::str::from_utf8(other).unwrap_or_default(),
    }
}

fn settled(value: &str, by: &DecidedBy) -> String {
    match by {
        DecidedBy::ByFlag => format!("{value}, as asked for"),
        DecidedBy::By(seen) => format!("{value}, settled by {seen}"),
        DecidedBy::Assumed(Some(seen)) => format!("{value}, assumed for values such as {seen}"),
        DecidedBy::Assumed(None) => "no value depends on it".to_owned(),
    }
}

fn covered(survey: &Survey<'_>, credits: usize) -> Vec<(String, String)> {
    let [first, last] = [survey.months.first(), survey.months.last()].map(joined);
    vec![
        property("Rows", survey.rows),
        property("FirstMonth", first),
        property("LastMonth", last),
        property("Months", survey.months.len()),
        property("Credits", credits),
        property("Customers", survey.customers.len()),
        property("Currencies", joined(survey.currencies.iter())),
        property("Statuses", joined(survey.statuses.iter())),
    ]
}

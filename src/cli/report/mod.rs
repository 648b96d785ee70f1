//! `aco report`

mod answers;
mod sections;
mod sheet;
mod words;

use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::ledger::Ledger;
use crate::model::names::Names;
use crate::model::text::VisiblePath;
use crate::output::destination::Destination;
use crate::output::format::Written;
use crate::output::html::{self, Page, Section};
use crate::output::table::Table;
use crate::output::xlsx;

use super::filter::FilterArgs;
use super::names::Named;
use super::read::ReadArgs;
use super::{Outcome, Stdio, hints, write};
use answers::Answers;

/// One page, or one workbook, to send round
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A page is one file that needs nothing else: no script, no network. A workbook has a sheet for each section.

Examples:
  aco report fixtures/aco-balance.csv --as-of 2022-12-15 -o report.html
  aco report fixtures/aco-balance.csv --currency EUR --title \"Credits in EUR\" -o report.xlsx")]
pub(super) struct Args {
    /// The file to write, a page (.html) or a workbook (.xlsx)
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,

    /// The title
    #[arg(long, default_value = "Azure credit report")]
    title: String,

    #[command(flatten)]
    read: ReadArgs,

    #[command(flatten)]
    filter: FilterArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Page,
    Workbook,
}

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<Outcome> {
    let kind = kind(&args.output)?;
    let unwritable = || write::unwritable(&args.output);
    let mut destination = write::destination(&args.output, &args.read.inputs())?;
    let ledger = args.read.ledger(stdio)?;
    let names = args.read.names(stdio)?;
    let filter = args.filter.filter(&ledger, &names)?;
    let answers = Answers::of(&ledger, &filter, args.read.threads())?;
    hints::tell(&args.read, &ledger, &filter, &answers.months, stdio)?;
    let as_text = write(args, &ledger, &names, &answers, kind, &mut destination).with_context(unwritable)?;
    destination.finish().with_context(unwritable)?;
    write::tell(Written { amounts_as_text: as_text }, stdio)?;
    Ok(Outcome::Done)
}

fn kind(path: &Path) -> anyhow::Result<Kind> {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "html" | "htm" => Ok(Kind::Page),
        "xlsx" => Ok(Kind::Workbook),
        _ => bail!("{}: a report is a page or a workbook\nhint: end the name in .html or .xlsx", VisiblePath(path)),
    }
}

/// Writes the report; returns how many amounts stand in it as text.
fn write(
    args: &Args,
    ledger: &Ledger,
    names: &Names,
    answers: &Answers<'_>,
    kind: Kind,
    out: &mut Destination,
) -> io::Result<usize> {
    let books = sections::Books::of(ledger, answers)?;
    let sections = books.sections(answers);
    let named: Vec<_> = sections.iter().map(|section| Named::of(&section.table, names)).collect();
    let tables: Vec<Table<'_>> =
        sections.iter().zip(&named).map(|(section, named)| with_names(section, named.as_ref())).collect();
    match kind {
        Kind::Workbook => {
            let sheets: Vec<(&str, &Table<'_>)> =
                sections.iter().zip(&tables).map(|(section, table)| (section.heading, table)).collect();
            xlsx::write(&sheets, out)
        }
        Kind::Page => {
            let files = &ledger.report().files;
            let page = Page {
                title: &args.title,
                sources: words::sources(files, answers, &args.filter.described()),
                notes: words::notes(answers),
                headlines: words::headlines(answers)?,
                sections: sections.iter().zip(tables).map(|(section, table)| section.with(table)).collect(),
            };
            html::write(&page, out).map(|()| 0)
        }
    }
}

/// The table of a section, with the names of customers if any are known.
fn with_names<'t>(section: &'t Section<'_>, named: Option<&'t (Named<'_>, Option<Named<'_>>)>) -> Table<'t> {
    match named {
        Some((rows, totals)) => rows.table(totals.as_ref(), &section.table),
        None => Table {
            footnotes: section.table.footnotes.clone(),
            columns: section.table.columns.clone(),
            ..section.table
        },
    }
}

//! `aco report`

mod agreement;
mod answers;
mod sections;
mod sheet;
mod words;

use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::ledger::Ledger;
use crate::model::message::Message;
use crate::model::names::Names;
use crate::model::text::VisiblePath;
use crate::output::destination::Destination;
use crate::output::format::Written;
use crate::output::html::{self, Page, Section};
use crate::output::table::Table;
use crate::output::xlsx;

use super::filter::FilterArgs;
use super::invoices::InvoiceArgs;
use super::names::Named;
use super::read::ReadArgs;
use super::{Outcome, Stdio, hints, write};
use answers::Answers;
use sections::Books;

/// One page, or one workbook, to send round
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A page is one file that needs nothing else: no script, no network. A workbook has a sheet for each section. With \
--invoice it also says whether the invoices agree, as `aco reconcile` does.

Examples:
  aco report fixtures/aco-balance.csv --as-of 2022-12-15 -o report.html
  aco report fixtures/aco-balance.csv --currency EUR --title \"Credits in EUR\" -o report.xlsx
  aco report fixtures/aco-balance.csv --invoice fixtures/invoice/2022-07.csv -o close.html")]
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
    invoices: InvoiceArgs,

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
    let inputs = [&args.read.inputs(), args.invoices.files()].concat();
    let mut destination = write::destination(&args.output, &inputs)?;
    let (left_out, ledger) = args.read.ledger_and_left_out(stdio)?;
    let mut invoices = args.invoices.read_if_named(&args.read, stdio)?;
    let mut names = invoices.as_mut().map(|invoices| std::mem::take(&mut invoices.names)).unwrap_or_default();
    names.extend(args.read.names(stdio)?);
    let filter = match &invoices {
        Some(invoices) => args.filter.filter_with_invoices(ledger, invoices, &names)?,
        None => args.filter.filter(ledger, &names)?,
    };
    let threads = args.read.threads_for(ledger.report());
    let compare = |invoices| args.invoices.compare(ledger, &filter, invoices, threads, false);
    let compared = invoices.as_ref().map(compare).transpose()?;
    let answers = Answers::of(ledger, &left_out, &filter, compared, threads)?;
    hints::tell(ledger, &filter, &answers.months, stdio)?;
    if let Some(compared) = &answers.compared {
        compared.tell_notes(stdio)?;
    }
    let books = Books::of(ledger, &answers)?;
    let as_text = write(args, ledger, &names, &books, kind, &mut destination).with_context(unwritable)?;
    destination.finish().with_context(unwritable)?;
    write::tell(Written { amounts_as_text: as_text }, stdio);
    Ok(Outcome::Done)
}

fn kind(path: &Path) -> anyhow::Result<Kind> {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "html" | "htm" => Ok(Kind::Page),
        "xlsx" => Ok(Kind::Workbook),
        _ => Err(Message::error(format!("{}: a report is a page or a workbook", VisiblePath(path)))
            .hint("end the name in .html or .xlsx")
            .into()),
    }
}

/// Writes the report; returns how many amounts stand in it as text.
fn write(
    args: &Args,
    ledger: &Ledger,
    names: &Names,
    books: &Books<'_>,
    kind: Kind,
    out: &mut Destination,
) -> io::Result<usize> {
    let (answers, sections) = (books.answers, books.sections());
    let named: Vec<_> = sections.iter().map(|section| Named::of(&section.table, names)).collect();
    let tables: Vec<Table<'_>> =
        sections.iter().zip(&named).map(|(section, named)| with_names(section, named.as_ref())).collect();
    let files = &ledger.report().files;
    match kind {
        Kind::Workbook => {
            let mut lines = [words::sources(files, answers, &args.filter.described()), words::notes(answers)].concat();
            for section in &sections {
                lines.push(format!("{}: {}", section.heading, section.lead));
                lines.extend(section.table.footnotes.iter().map(|note| format!("{}: {note}", section.heading)));
            }
            let about = words::Lines(&lines);
            let about = about.table();
            let mut sheets = vec![("About", &about)];
            sheets.extend(sections.iter().zip(&tables).map(|(section, table)| (section.heading, table)));
            xlsx::write(&sheets, out)
        }
        Kind::Page => {
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

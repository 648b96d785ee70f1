//! `aco report`

mod each;
mod sections;
mod texts;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::analysis::check::{self, Check};
use crate::analysis::overview::Overview;
use crate::model::{Message, VisiblePath};
use crate::output::{Page, html, xlsx};

use super::booked::BookedFile;
use super::check::{Accepted, add_of_others, runnable};
use super::reconcile::{ComparedInvoices, InvoiceArgs};
use super::{FilterArgs, ReadArgs, Session, Stdio, Word, hints, one_of, read, write};

/// One page, or one workbook, to send round
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A page is one file that needs nothing else: no script, no network. A workbook has a sheet for each section. With \
--invoice it also says whether the invoices agree, as `aco reconcile` does.

Examples:
  aco report downloads -o report.html
  aco report report.csv --currency EUR --title \"Credits in EUR\" -o report.xlsx
  aco report downloads --invoice invoices -o close.html
  aco report downloads --each customer --names customers.csv -o statements")]
pub(super) struct Args {
    /// The file to write, a page (.html) or a workbook (.xlsx); `-` writes a page to standard output
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,

    /// Write a statement to each customer, with nothing of others in it, into the folder of --output
    #[arg(long, value_name = "KEY", value_parser = ["customer"])]
    #[arg(conflicts_with_all = ["invoice", "credits", "accept", "booked"])]
    each: Option<String>,

    /// What these are
    #[arg(short, long, value_name = "FORMAT", default_value = "html", requires = "each", value_parser = one_of(FORMATS))]
    format: ReportFormat,

    /// The title
    #[arg(long, default_value = "Azure credit report")]
    title: String,

    /// Findings that are known and accepted: what `aco check -f csv` writes, with a Reason [env: `ACO_ACCEPT`]
    #[arg(long, value_name = "FILE")]
    accept: Option<PathBuf>,

    /// Compare with what was booked, as `aco check` does
    #[arg(long, value_name = "FILE")]
    booked: Option<PathBuf>,

    #[command(flatten)]
    read: ReadArgs,

    #[command(flatten)]
    invoices: InvoiceArgs,

    #[command(flatten)]
    filter: FilterArgs,
}

/// What a report is made of.
struct ReportFigures<'l> {
    session: &'l Session,
    overview: &'l Overview<'l>,
    /// How the credit given compares with the invoices, if there are any.
    compared: Option<&'l ComparedInvoices<'l>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ReportFormat {
    Page,
    Workbook,
}

const FORMATS: [Word<ReportFormat>; 2] = [("html", "", ReportFormat::Page), ("xlsx", "", ReportFormat::Workbook)];

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<()> {
    if args.each.is_some() {
        return each::run(args, stdio);
    }
    let kind = kind(&args.output)?;
    let accept = Accepted::file(args.accept.as_slice());
    let inputs = [&args.read.inputs(), args.invoices.files(), accept.as_slice(), args.booked.as_slice()].concat();
    let destination =
        (args.output.as_os_str() != "-").then(|| write::destination(&args.output, &inputs)).transpose()?;
    let booked = args.booked.as_ref().map(|file| BookedFile::read(file, stdio)).transpose()?;
    let accepted = Accepted::read(args.accept.as_slice(), &args.read, stdio)?;
    let (ledger, unreadable) = args.read.ledger(&args.filter, stdio)?;
    let mut invoices = args.invoices.read_if_named(&args.read, stdio)?;
    let session = Session::new(ledger, &unreadable, (&args.read, &args.filter), invoices.as_mut(), stdio)?;
    let Session { ledger, filter, .. } = &session;
    read::say_findings(ledger, filter, stdio);
    let compare = |invoices| args.invoices.compare(&session, invoices, false);
    let compared = invoices.as_ref().map(compare).transpose()?;
    let wanted: Vec<Check> = runnable(compared.is_some(), booked.is_some()).collect();
    let mut overview = Overview::new(ledger, filter, &wanted, session.threads)?;
    let mut findings = std::mem::take(&mut overview.findings);
    findings.extend(unreadable.iter().map(read::finding));
    let files = add_of_others(&mut findings, (&session, &wanted), booked.as_ref(), compared.as_ref())?;
    (overview.findings, overview.accepted) = accepted.split(findings, &files, filter, (&wanted, true));
    check::sort(&mut overview.findings);
    hints::note(&session, &overview.months, stdio)?;
    if let Some(compared) = &compared {
        compared.say_notes(stdio)?;
    }
    let report = ReportFigures { session: &session, overview: &overview, compared: compared.as_ref() };
    let page = Page {
        title: &args.title,
        scope: texts::scope(&report, &args.filter.described()),
        sources: texts::sources(&report),
        statements: texts::statements(&report)?,
        headlines: texts::headlines(&overview),
        notes: texts::notes(&report)?,
        sections: report.sections(kind == ReportFormat::Page)?,
    };
    let write = |out: &mut dyn Write| write(&page, kind, out);
    let as_text = match destination {
        None => stdio.write(write)?,
        Some(destination) => destination.write(write).with_context(|| write::unwritable(&args.output))?,
    };
    write::warn_of_text(as_text, stdio);
    Ok(())
}

fn kind(path: &Path) -> anyhow::Result<ReportFormat> {
    if path.as_os_str() == "-" {
        return Ok(ReportFormat::Page);
    }
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "html" | "htm" => Ok(ReportFormat::Page),
        "xlsx" => Ok(ReportFormat::Workbook),
        _ => Err(Message::error(format!("{}: a report is a page or a workbook", VisiblePath(path)))
            .hint("end the name in .html or .xlsx")
            .into()),
    }
}

/// Writes the report; returns how many amounts stand in it as text.
fn write(page: &Page<'_>, kind: ReportFormat, out: &mut dyn Write) -> io::Result<usize> {
    match kind {
        ReportFormat::Workbook => xlsx::write_report(page, &texts::about(&texts::lines(page)), out),
        ReportFormat::Page => html::write(page, out).map(|()| 0),
    }
}

//! `aco reconcile`

mod views;

use crate::analysis::reconcile::{Reconciliation, Row, Verdict};
use crate::model::message::Message;

use super::filter::FilterArgs;
use super::invoices::InvoiceArgs;
use super::read::ReadArgs;
use super::write::WriteArgs;
use super::{Outcome, Stdio};

/// Whether the invoice agrees: credit given against the credit lines of invoices
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Credit given (the balance report) is compared with credit applied (minus the sum of the invoice's credit lines) for \
each customer, month and currency. Result is matched, mismatched, balance-only, invoice-only, unknown (the report \
does not reach back far enough), open (the month is not closed yet) or not-comparable (other currencies). \
All lines of an invoice count in its month: the latest in which one of its credit lines starts.

Exit code 1 if anything is mismatched, balance-only or invoice-only.

Examples:
  aco reconcile fixtures/aco-balance.csv --invoice fixtures/invoice/2022-07.csv
  aco reconcile fixtures/aco-balance.csv --invoice fixtures/invoice/2022-07.csv --only mismatched --lines
  aco reconcile fixtures/aco-balance.csv --invoice fixtures/invoice/2022-07.csv --findings")]
#[command(mut_arg("invoice", |arg| arg.required(true)))]
pub(super) struct Args {
    #[command(flatten)]
    read: ReadArgs,

    #[command(flatten)]
    invoices: InvoiceArgs,

    #[command(flatten)]
    compare: CompareArgs,

    #[command(flatten)]
    filter: FilterArgs,

    #[command(flatten)]
    write: WriteArgs,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Comparison")]
struct CompareArgs {
    /// Show rows with a result only; repeatable
    #[arg(long, value_name = "RESULT", value_parser = verdict)]
    only: Vec<Verdict>,

    /// Show the invoice lines behind the rows
    #[arg(long, group = "view")]
    lines: bool,

    /// Show credits for other reasons, which are not counted
    #[arg(long, group = "view")]
    show_other: bool,

    /// Show lines that break the rules of credits
    #[arg(long, group = "view")]
    findings: bool,
}

fn verdict(text: &str) -> Result<Verdict, String> {
    let known = Verdict::ALL.into_iter().find(|verdict| verdict.as_str().eq_ignore_ascii_case(text));
    known.ok_or_else(|| format!("expected one of {}", Verdict::ALL.map(Verdict::as_str).join(", ")))
}

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<Outcome> {
    if args.read.files().is_empty() {
        return Err(Message::error("no balance report given")
            .hint("name it before --invoice, which takes every name behind it; `-` reads standard input")
            .into());
    }
    let writer = args.write.open(&[&args.read.inputs(), args.invoices.files()].concat(), stdio)?;
    let ledger = args.read.ledger(stdio)?;
    let mut invoices = args.invoices.read(&args.read, args.compare.lines, stdio)?;
    let mut names = std::mem::take(&mut invoices.names);
    names.extend(args.read.names(stdio)?);
    let filter = args.filter.filter_with_invoices(ledger, &invoices, &names)?;
    let threads = args.read.threads_for(ledger.report());
    let compared = args.invoices.compare(ledger, &filter, &invoices, threads)?;
    compared.tell_notes(stdio)?;
    if !args.compare.findings {
        compared.tell_findings(stdio);
    }
    let rows = args.shown(&compared.found);
    let view = views::View { invoices: &invoices, filter: &filter, names: &names, threads, writer };
    if args.compare.findings {
        view.findings(&compared.findings, stdio)?;
    } else if args.compare.show_other {
        view.others(&compared.others, stdio)?;
    } else if args.compare.lines {
        view.lines(&rows, args.invoices.amount(), stdio)?;
    } else {
        view.rows(&rows, stdio)?;
    }
    let is_finding = compared.found.rows.iter().any(|row| row.verdict.is_finding());
    Ok(if is_finding { Outcome::Findings } else { Outcome::Done })
}

impl Args {
    /// The rows with a result that is wanted.
    fn shown<'f, 'a>(&self, found: &'f Reconciliation<'a>) -> Vec<&'f Row<'a>> {
        let only = &self.compare.only;
        found.rows.iter().filter(|row| only.is_empty() || only.contains(&row.verdict)).collect()
    }
}

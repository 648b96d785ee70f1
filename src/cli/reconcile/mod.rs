//! `aco reconcile`

mod notes;
mod views;

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::ValueEnum;
use rust_decimal::Decimal;

use crate::analysis::reconcile::{self, Billing, MonthOf, Reconciliation, Row, Verdict};
use crate::input::Pace;
use crate::input::invoice::{self, CreditOptions};
use crate::input::source::Source;
use crate::model::id::Id;
use crate::model::invoice::{Amount, Invoices};
use crate::model::month::Month;
use crate::model::text::Visible;

use super::filter::FilterArgs;
use super::read::{self, ReadArgs};
use super::write::WriteArgs;
use super::{Outcome, Stdio};
use notes::Notes;

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
#[command(next_help_heading = "Invoices")]
struct InvoiceArgs {
    /// Invoice reconciliation or daily rated usage files: CSV or JSON Lines, also as .gz and .zip; `-` reads standard
    /// input
    #[arg(long, value_name = "RECON", required = true, num_args = 1..)]
    invoice: Vec<PathBuf>,

    /// A CreditReasonCode that counts as Azure credit besides Microsoft's own; '' counts credits without one; repeatable
    #[arg(long, value_name = "TEXT")]
    reason: Vec<String>,

    /// The amount of a credit line that counts
    #[arg(long, value_name = "AMOUNT", default_value = "subtotal")]
    amount: AmountArg,

    /// The month of all invoices, as in 2022-07, or of one, as in G002297372=2022-07; repeatable
    #[arg(long, value_name = "[INVOICE=]MONTH", value_parser = month_of)]
    invoice_month: Vec<MonthOf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum AmountArg {
    /// Before tax
    Subtotal,
    /// With tax
    Total,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Comparison")]
struct CompareArgs {
    /// The largest difference that counts as none
    #[arg(long, value_name = "AMOUNT", default_value = "0.01", allow_hyphen_values = true, value_parser = tolerance)]
    tolerance: Decimal,

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

fn month_of(text: &str) -> Result<MonthOf, String> {
    let (invoice, month) = match text.rsplit_once('=') {
        Some((invoice, month)) => (Some(invoice.trim().to_owned()), month),
        None => (None, text),
    };
    let month: Month = month.trim().parse().map_err(|error: crate::model::month::NotAMonth| error.to_string())?;
    Ok(MonthOf { invoice, month })
}

fn tolerance(text: &str) -> Result<Decimal, String> {
    let amount = Decimal::from_str_exact(text).ok().filter(|_| !text.contains('_'));
    amount.filter(|amount| !amount.is_sign_negative()).ok_or_else(|| "expected an amount such as `0.50`".to_owned())
}

fn verdict(text: &str) -> Result<Verdict, String> {
    let known = Verdict::ALL.into_iter().find(|verdict| verdict.as_str().eq_ignore_ascii_case(text));
    known.ok_or_else(|| format!("expected one of {}", Verdict::ALL.map(Verdict::as_str).join(", ")))
}

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<Outcome> {
    let writer = args.write.open(&[args.read.inputs(), args.invoices.invoice.clone()].concat(), stdio)?;
    let ledger = args.read.ledger(stdio)?;
    let mut invoices = args.invoices(stdio)?;
    let mut names = std::mem::take(&mut invoices.names);
    names.extend(args.read.names(stdio)?);
    let customers: BTreeSet<&Id> = invoices.totals.iter().map(|total| &total.key.customer).collect();
    let filter = args.filter.filter_with_invoices(&ledger, &customers, &names)?;
    let billing = Billing::of(&invoices, &args.invoices.invoice_month);
    if let Some(unknown) = billing.unknown.first() {
        bail!("--invoice-month: no line has the InvoiceNumber `{}`", Visible(unknown));
    }
    let threads = args.read.threads();
    let found = reconcile::reconcile(&ledger, &filter, &invoices, &billing, args.compare.tolerance, threads)?;
    let others = reconcile::others(&invoices, &billing, &filter)?;
    let findings = reconcile::findings(&invoices, &filter);
    if !args.read.quiet() {
        let notes = Notes { invoices: &invoices, billing: &billing, found: &found, others: &others };
        notes.tell(stdio)?;
        if !args.compare.findings {
            notes::tell_findings(&findings, &invoices, stdio)?;
        }
    }
    let rows = args.shown(&found);
    let view = views::View { invoices: &invoices, filter: &filter, names: &names, threads, writer };
    if args.compare.findings {
        view.findings(&findings, stdio)?;
    } else if args.compare.show_other {
        view.others(&others, stdio)?;
    } else if args.compare.lines {
        view.lines(&rows, args.invoices.amount.into(), stdio)?;
    } else {
        view.rows(&rows, stdio)?;
    }
    let is_finding = found.rows.iter().any(|row| row.verdict.is_finding());
    Ok(if is_finding { Outcome::Findings } else { Outcome::Done })
}

impl Args {
    /// Reads the invoice files, and says which lines cannot be read.
    fn invoices(&self, stdio: &mut Stdio<'_>) -> anyhow::Result<Invoices> {
        let mut sources = Vec::new();
        for file in &self.invoices.invoice {
            sources.push(if file.as_os_str() == "-" {
                let stdin = stdio.stdin.take().context("standard input can be read only once")?;
                Source::stream("<stdin>", stdin)
            } else {
                Source::file(file.clone())
            });
        }
        let credits = CreditOptions {
            reasons: self.invoices.reason.clone(),
            amount: self.invoices.amount.into(),
            lines: self.compare.lines,
        };
        let pace = Pace::threads(self.read.threads());
        let reading =
            invoice::read(sources, &self.read.options(), &credits, pace).map_err(|errors| read::unreadable(&errors))?;
        let files: Vec<String> = reading.invoices.files.iter().map(|file| file.name.clone()).collect();
        self.read.tell_problems(&reading.problems, &files, stdio)?;
        Ok(reading.invoices)
    }

    /// The rows with a result that is wanted.
    fn shown<'f, 'a>(&self, found: &'f Reconciliation<'a>) -> Vec<&'f Row<'a>> {
        let only = &self.compare.only;
        found.rows.iter().filter(|row| only.is_empty() || only.contains(&row.verdict)).collect()
    }
}

impl From<AmountArg> for Amount {
    fn from(amount: AmountArg) -> Self {
        match amount {
            AmountArg::Subtotal => Self::Subtotal,
            AmountArg::Total => Self::Total,
        }
    }
}

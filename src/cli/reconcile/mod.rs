//! `aco reconcile`, and what other commands compare with invoices: which to read, which of their lines count, and how the
//! two compare.

mod notes;
mod tables;

pub(super) use tables::difference_note;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use rust_decimal::Decimal;

use crate::analysis::reconcile::{self, Billing, MonthOf, OtherCredits, ReconciledRow, Reconciliation, Verdict};
use crate::input::invoice::{self, CreditOptions};
use crate::input::source::Source;
use crate::model::{Amount, InvoiceKey, Invoices, LineFinding, Message, Month, UsedBy, Visible};
use crate::output::Format;

use super::{FilterArgs, RankArgs, ReadArgs, Session, Stdio, Word, WriteArgs, one_of, read};

/// Whether the invoice agrees: credit given against the credit lines of invoices
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Credit given (the balance report) is compared with credit applied (minus the sum of the invoice's credit lines) for \
each partner, customer, month and currency. Result is matched, mismatched, balance-only, invoice-only, unknown (the report or \
invoice of a month is missing), open (the month is not closed yet) or not-comparable (the lines may be of either of \
two credits). \
All lines of an invoice count in its month: the latest in which one of its credit lines starts.

Exit code 1 if anything shown differs, if not all of the newest invoiced month is matched, if the report lacks an invoiced \
month, and if nothing could be compared.

Examples:
  aco reconcile report.csv --invoice invoice.csv
  aco reconcile downloads --invoice invoices --lines
  aco reconcile report.csv --invoice usage.csv --usage-by service")]
#[command(mut_arg("invoice", |arg| arg.required_unless_present("credits")))]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct Args {
    #[command(flatten)]
    read: ReadArgs,

    #[command(flatten)]
    invoices: InvoiceArgs,

    /// Show rows with this result only; the exit code depends on these; repeatable
    #[arg(long, value_name = "RESULT", value_delimiter = ',', value_parser = verdict, help_heading = "Comparison")]
    only: Vec<Verdict>,

    /// Show rows too in which nothing was given and nothing applied
    #[arg(long, help_heading = "Comparison")]
    all: bool,

    /// Let what could not be compared in any month make the exit code 1, too
    #[arg(long, help_heading = "Comparison")]
    strict: bool,

    /// Show the invoice lines behind the rows
    #[arg(long, group = "view", conflicts_with = "credits", help_heading = "Comparison")]
    lines: bool,

    /// Show by subscription, resource-group, service or meter what used the credit
    #[arg(long, value_name = "KEY", group = "view", conflicts_with = "credits", value_parser = one_of(USED_BY))]
    #[arg(hide_possible_values = true, help_heading = "Comparison")]
    usage_by: Option<UsedBy>,

    /// Show credits for other reasons, which are not counted
    #[arg(long, group = "view", conflicts_with = "credits", help_heading = "Comparison")]
    show_other: bool,

    /// Show lines that break the rules of credits
    #[arg(long, group = "view", conflicts_with = "credits", help_heading = "Comparison")]
    findings: bool,

    #[command(flatten)]
    filter: FilterArgs,

    #[command(flatten)]
    write: WriteArgs,

    #[command(flatten)]
    rank: RankArgs,
}

const USED_BY: [Word<UsedBy>; 4] = [
    ("subscription", "", UsedBy::Subscription),
    ("resource-group", "", UsedBy::ResourceGroup),
    ("service", "", UsedBy::Service),
    ("meter", "", UsedBy::Meter),
];

fn verdict(text: &str) -> Result<Verdict, String> {
    let known = Verdict::ALL.into_iter().find(|verdict| verdict.as_str().eq_ignore_ascii_case(text));
    known.ok_or_else(|| format!("expected one of {}", Verdict::ALL.map(Verdict::as_str).join(", ")))
}

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<ExitCode> {
    if args.read.files.is_empty() {
        return Err(Message::error("no balance report given")
            .hint("name it before --invoice or --credits, which take every name behind them; `-` reads standard input")
            .into());
    }
    let writer = args.write.open(&[&args.read.inputs(), args.invoices.files()].concat(), stdio)?;
    let (ledger, unreadable) = args.read.ledger(&args.filter, stdio)?;
    let lines = args.usage_by.or(args.lines.then_some(UsedBy::Subscription));
    let mut invoices = args.invoices.read(&args.read, lines, stdio)?;
    let session = Session::new(ledger, &unreadable, (&args.read, &args.filter), Some(&mut invoices), stdio)?;
    read::say_findings(session.ledger, &session.filter, stdio);
    let compared = args.invoices.compare(&session, &invoices, args.all)?;
    let rows = args.shown(&compared.found);
    compared.say_notes(stdio)?;
    args.say_hidden(&compared.found, stdio);
    if !args.findings {
        compared.say_findings(stdio);
    }
    compared.nothing().iter().for_each(|message| stdio.say(message));
    let lacking = compared.no_invoice().filter(|_| args.strict);
    if let Some(message) = &lacking {
        stdio.say(message);
    }
    let fails = args.fails(&rows, &compared.found) || lacking.is_some() || stdio.lacks_input;
    let table = if args.findings {
        compared.findings_table()
    } else if let Some(used_by) = args.usage_by {
        compared.usage(&rows, used_by)?
    } else if args.show_other {
        compared.others_table()
    } else if args.lines {
        compared.lines(&rows, args.invoices.amount)
    } else {
        compared.rows(&rows, writer.asked == Some(Format::Xlsx))?
    };
    writer.write(&args.rank.apply(table, &["Difference", "CreditApplied", "Amount"])?, session.threads, stdio)?;
    Ok(ExitCode::from(u8::from(fails)))
}

impl Args {
    /// The rows with a result that is wanted.
    fn shown<'f, 'a>(&self, found: &'f Reconciliation<'a>) -> Vec<&'f ReconciledRow<'a>> {
        let only = &self.only;
        found.rows.iter().filter(|row| only.is_empty() || only.contains(&row.verdict)).collect()
    }

    fn say_hidden(&self, found: &Reconciliation<'_>, stdio: &mut Stdio<'_>) {
        let only = &self.only;
        let hidden = found.rows.iter().filter(|row| !only.is_empty() && !only.contains(&row.verdict));
        let hidden = notes::counts(hidden);
        if !hidden.is_empty() {
            stdio.say(&Message::note(format!("hidden by --only, and not in the exit code: {hidden}")));
        }
    }

    /// Whether the rows that are shown, or months that have none, make the exit code 1.
    fn fails(&self, rows: &[&ReconciledRow<'_>], found: &Reconciliation<'_>) -> bool {
        let Self { only, strict, .. } = self;
        let counts = |row: &ReconciledRow<'_>| *strict || found.newest.is_some_and(|newest| row.covers(newest));
        let shows_unknown = only.is_empty() || only.contains(&Verdict::Unknown);
        rows.iter().any(|row| row.verdict.is_finding() || row.is_undecided() && counts(row))
            || found.nothing.is_some()
            || shows_unknown && !found.unreported.is_empty()
            || *strict && !found.amid.is_empty()
    }
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Invoices to compare with")]
pub(super) struct InvoiceArgs {
    /// Invoice reconciliation or daily rated usage files, folders of them, or `-`
    #[arg(long, value_name = "RECON", num_args = 1.., group = "against")]
    invoice: Vec<PathBuf>,

    /// What `aco sql credits` answered where the invoices lie, in place of them
    #[arg(long, value_name = "RESULT", num_args = 1.., group = "against", hide_short_help = true)]
    credits: Vec<PathBuf>,

    /// The largest difference between report and invoice that counts as none
    #[arg(long, value_name = "AMOUNT", default_value = "0.01", allow_hyphen_values = true, value_parser = tolerance)]
    #[arg(requires = "against")]
    tolerance: Decimal,

    /// The month of all invoices, as in 2022-07, or of one, as in G002297372=2022-07
    #[arg(long, value_name = "[INVOICE=]MONTH", value_parser = month_of, value_delimiter = ',', requires = "invoice")]
    #[arg(hide_short_help = true)]
    invoice_month: Vec<MonthOf>,

    /// Files of one invoice are parts of it: all count, though some lines are equal
    #[arg(long, requires = "invoice", hide_short_help = true)]
    parts: bool,

    /// A CreditReasonCode that counts besides Microsoft's own; '' counts credits without one
    #[arg(long, value_name = "TEXT", requires = "invoice", hide_short_help = true)]
    reason: Vec<String>,

    /// What of a credit line counts: `total` has tax in it in older files
    #[arg(long, value_name = "AMOUNT", default_value = "subtotal", requires = "invoice", value_parser = one_of(AMOUNTS))]
    #[arg(hide_short_help = true)]
    pub(super) amount: Amount,
}

pub(super) const AMOUNTS: [Word<Amount>; 2] =
    [("subtotal", "Before tax", Amount::Subtotal), ("total", "With tax", Amount::Total)];

pub(super) fn month_of(text: &str) -> Result<MonthOf, String> {
    let (invoice, month) = match text.rsplit_once('=') {
        Some((invoice, month)) => (Some(invoice.trim().to_uppercase()), month),
        None => (None, text),
    };
    let month: Month = month.trim().parse()?;
    Ok(MonthOf { invoice, month })
}

fn tolerance(text: &str) -> Result<Decimal, String> {
    let amount = Decimal::from_str_exact(text).ok().filter(|_| !text.contains('_'));
    amount.filter(|amount| !amount.is_sign_negative()).ok_or_else(|| "expected an amount such as `0.50`".to_owned())
}

/// What comparing a balance report with its invoices came to.
pub(super) struct ComparedInvoices<'a> {
    session: &'a Session,
    pub(super) invoices: &'a Invoices,
    billing: Billing,
    pub(super) found: Reconciliation<'a>,
    pub(super) others: Vec<OtherCredits<'a>>,
    pub(super) findings: Vec<&'a LineFinding>,
    /// Rows that are left out, because nothing was given and nothing applied.
    idle: usize,
}

impl InvoiceArgs {
    pub(super) fn files(&self) -> &[PathBuf] {
        if self.credits.is_empty() { &self.invoice } else { &self.credits }
    }

    /// Reads the files if any were named.
    pub(super) fn read_if_named(&self, read: &ReadArgs, stdio: &mut Stdio<'_>) -> anyhow::Result<Option<Invoices>> {
        (!self.files().is_empty()).then(|| self.read(read, None, stdio)).transpose()
    }

    /// Reads the files, and says which lines cannot be read. The credit lines themselves are kept if they are wanted.
    pub(super) fn read(
        &self,
        read: &ReadArgs,
        lines: Option<UsedBy>,
        stdio: &mut Stdio<'_>,
    ) -> anyhow::Result<Invoices> {
        let mut seen = BTreeSet::new();
        let is_new =
            |source: &Source| seen.insert(fs::canonicalize(source.name()).unwrap_or_else(|_| source.name().into()));
        let (sources, again): (Vec<_>, Vec<_>) = read::sources(self.files(), stdio)?.into_iter().partition(is_new);
        for source in again {
            stdio.say(&Message::aside(format!("{} is named twice: read once", Visible(source.name()))));
        }
        let credits = CreditOptions { reasons: self.reason.clone(), amount: self.amount, lines };
        let options = read.options();
        let reading = read
            .with_progress(self.files(), stdio, |pace| {
                if self.credits.is_empty() {
                    invoice::read(sources, &options, &credits, pace)
                } else {
                    invoice::read_applied(sources, &options, pace)
                }
            })
            .map_err(|errors| read::unreadable(&errors))?;
        let files: Vec<String> = reading.invoices.files.iter().map(|file| file.name.clone()).collect();
        read.say_problems(&reading.problems, &files, stdio)?;
        read::say_notes(&reading.notes, &files, stdio);
        Ok(reading.invoices)
    }

    /// Compares what a ledger gave with what its invoices applied. Idle rows are left out unless all are wanted.
    pub(super) fn compare<'a>(
        &self,
        session: &'a Session,
        invoices: &'a Invoices,
        wants_all: bool,
    ) -> anyhow::Result<ComparedInvoices<'a>> {
        let mut billing = Billing::new(invoices, &self.invoice_month, self.parts);
        if let Some(day) = session.looked_back_to {
            billing.leave_out_after(Month::of(day), invoices);
        }
        if let Some(unknown) = billing.unknown.first() {
            bail!("--invoice-month: no line has the InvoiceNumber `{}`", Visible(unknown));
        }
        if let Some((one, other)) = billing.downloads.torn.first() {
            let name = |key: &InvoiceKey| Visible(&invoices.files[key.file as usize].name);
            let text = format!(
                "invoice {}: {} and {} share some credit lines, and each has others of its own",
                Visible(&one.number),
                name(one),
                name(other),
            );
            let hint =
                "leave out the one that does not count, or say with --parts that both do, as parts of one invoice";
            return Err(Message::error(text).hint(hint).into());
        }
        let Session { ledger, filter, threads, .. } = session;
        let mut found = reconcile::reconcile(ledger, filter, invoices, &billing, self.tolerance, *threads)?;
        let others = reconcile::others(invoices, &billing, filter)?;
        let findings = reconcile::findings(invoices, &billing, filter);
        let all = found.rows.len();
        found.rows.retain(|row| wants_all || !row.is_idle());
        let idle = all - found.rows.len();
        Ok(ComparedInvoices { session, invoices, billing, found, others, findings, idle })
    }
}

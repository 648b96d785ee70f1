//! `aco reconcile`

mod views;

use crate::analysis::reconcile::{ReconciledRow, Reconciliation, Verdict};
use crate::model::{Message, UsedBy};
use crate::output::Format;

use super::invoices::{InvoiceArgs, notes, tables};
use super::read::{self, rows_of};
use super::{FilterArgs, RankArgs, ReadArgs, Stdio, Word, WriteArgs, one_of};

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
  aco reconcile fixtures/aco-balance.csv --invoice fixtures/invoice/2022-07.csv
  aco reconcile fixtures/aco-balance.csv --invoice fixtures/invoice/2022-07.csv --lines
  aco reconcile fixtures/aco-balance.csv --invoice fixtures/invoice/usage.csv --usage-by service")]
#[command(mut_arg("invoice", |arg| arg.required_unless_present("credits")))]
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

    #[command(flatten)]
    rank: RankArgs,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Comparison")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
struct CompareArgs {
    /// Show rows with this result only; the exit code depends on these; repeatable
    #[arg(long, value_name = "RESULT", value_delimiter = ',', value_parser = verdict)]
    only: Vec<Verdict>,

    /// Show rows too in which nothing was given and nothing applied
    #[arg(long)]
    all: bool,

    /// Let what could not be compared in any month make the exit code 1, too
    #[arg(long)]
    strict: bool,

    /// Show the invoice lines behind the rows
    #[arg(long, group = "view", conflicts_with = "credits")]
    lines: bool,

    /// Show by subscription, resource-group, service or meter what used the credit
    #[arg(long, value_name = "KEY", group = "view", conflicts_with = "credits", value_parser = one_of(USED_BY))]
    #[arg(hide_possible_values = true)]
    usage_by: Option<UsedBy>,

    /// Show credits for other reasons, which are not counted
    #[arg(long, group = "view", conflicts_with = "credits")]
    show_other: bool,

    /// Show lines that break the rules of credits
    #[arg(long, group = "view", conflicts_with = "credits")]
    findings: bool,
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

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<bool> {
    if args.read.files.is_empty() {
        return Err(Message::error("no balance report given")
            .hint("name it before --invoice or --credits, which take every name behind them; `-` reads standard input")
            .into());
    }
    let writer = args.write.open(&[&args.read.inputs(), args.invoices.files()].concat(), stdio)?;
    let (ledger, unreadable) = args.read.ledger(&args.filter, stdio)?;
    let lines = args.compare.usage_by.or(args.compare.lines.then_some(UsedBy::Subscription));
    let mut invoices = args.invoices.read(&args.read, lines, stdio)?;
    let mut names = std::mem::take(&mut invoices.names);
    names.extend(args.read.names(&[ledger], stdio)?);
    let filter = args.filter.filter(&[ledger], Some(&invoices), &names, stdio)?;
    read::say_findings(ledger, &filter, stdio);
    let threads = args.read.threads_for(ledger.rows_read());
    let compared = args.invoices.compare(ledger, &filter, &invoices, threads, args.compare.all)?;
    let rows = args.shown(&compared.found);
    compared.say_notes(stdio)?;
    args.say_hidden(&compared.found, stdio);
    if !args.compare.findings {
        compared.say_findings(stdio);
    }
    compared.nothing().iter().for_each(|message| stdio.say(message));
    let lacking = compared.no_invoice().filter(|_| args.compare.strict);
    if let Some(message) = &lacking {
        stdio.say(message);
    }
    let fails = args.fails(&rows, &compared.found) || lacking.is_some() || stdio.lacks_input;
    let table = if args.compare.findings {
        tables::findings(&invoices, &names).table(compared.findings.iter().copied())
    } else if let Some(used_by) = args.compare.usage_by {
        views::usage(&rows, used_by, &filter, &names, &invoices)?
    } else if args.compare.show_other {
        views::others(&compared.others, &filter, &names)
    } else if args.compare.lines {
        views::lines(&rows, &filter, &names, &invoices, args.invoices.amount)
    } else {
        views::rows(&rows, &filter, &names, rows_of(&unreadable), writer.asked == Some(Format::Xlsx))?
    };
    writer.write(&args.rank.apply(table, &["Difference", "CreditApplied", "Amount"])?, threads, stdio)?;
    Ok(fails)
}

impl Args {
    /// The rows with a result that is wanted.
    fn shown<'f, 'a>(&self, found: &'f Reconciliation<'a>) -> Vec<&'f ReconciledRow<'a>> {
        let only = &self.compare.only;
        found.rows.iter().filter(|row| only.is_empty() || only.contains(&row.verdict)).collect()
    }

    fn say_hidden(&self, found: &Reconciliation<'_>, stdio: &mut Stdio<'_>) {
        let only = &self.compare.only;
        let hidden = found.rows.iter().filter(|row| !only.is_empty() && !only.contains(&row.verdict));
        let hidden = notes::counts(hidden);
        if !hidden.is_empty() {
            stdio.say(&Message::note(format!("hidden by --only, and not in the exit code: {hidden}")));
        }
    }

    /// Whether the rows that are shown, or months that have none, make the exit code 1.
    fn fails(&self, rows: &[&ReconciledRow<'_>], found: &Reconciliation<'_>) -> bool {
        let CompareArgs { only, strict, .. } = &self.compare;
        let counts = |row: &ReconciledRow<'_>| *strict || found.newest.is_some_and(|newest| row.covers(newest));
        let shows_unknown = only.is_empty() || only.contains(&Verdict::Unknown);
        rows.iter().any(|row| row.verdict.is_finding() || row.is_undecided() && counts(row))
            || found.nothing.is_some()
            || shows_unknown && !found.unreported.is_empty()
            || *strict && !found.amid.is_empty()
    }
}

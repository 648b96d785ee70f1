//! `aco check`

mod accepted;

use std::io;
use std::path::PathBuf;

use clap::ValueEnum;
use clap::builder::PossibleValue;

use crate::analysis::check::{self, Check, Finding, Severity};
use crate::input::error::Problem;
use crate::output::table::{Cell, Column, Keep, Kind, RowSink, Rows, Table};

use super::filter::FilterArgs;
use super::read::ReadArgs;
use super::words::Count;
use super::write::WriteArgs;
use super::{Outcome, Stdio, columns};
use accepted::Accepted;

/// The monthly finance checks: what in the report does not add up, and what to do about it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Silent, with exit code 0, when there is nothing to report; exit code 1 when a finding is at --fail-on or above.

Examples:
  aco check fixtures/aco-balance.csv --as-of 2023-01-10
  aco check fixtures/aco-balance.csv --skip unknown-opening --fail-on warning --as-of 2023-01-10
  aco check --list")]
pub(super) struct Args {
    /// List the checks, and what each finds
    #[arg(long)]
    list: bool,

    /// Run this check only; repeatable
    #[arg(long, value_name = "CHECK", conflicts_with = "skip")]
    only: Vec<CheckArg>,

    /// Leave this check out; repeatable
    #[arg(long, value_name = "CHECK")]
    skip: Vec<CheckArg>,

    /// The least severity that makes the exit code 1
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    fail_on: SeverityArg,

    /// Findings that are known and accepted: a CSV of Check, CustomerID, AgreementID, InvoiceMonth and Reason
    #[arg(long, value_name = "FILE")]
    accept: Option<PathBuf>,

    #[command(flatten)]
    read: ReadArgs,

    #[command(flatten)]
    filter: FilterArgs,

    #[command(flatten)]
    write: WriteArgs,
}

/// A check by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct CheckArg(Check);

impl ValueEnum for CheckArg {
    fn value_variants<'a>() -> &'a [Self] {
        static ALL: std::sync::LazyLock<Vec<CheckArg>> =
            std::sync::LazyLock::new(|| Check::ALL.iter().copied().map(CheckArg).collect());
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.0.name()).help(self.0.finds()))
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SeverityArg {
    Error,
    Warning,
    Note,
}

impl SeverityArg {
    fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Note => Severity::Note,
        }
    }
}

const COLUMNS: [Column; 8] = [
    Column::new("Severity", Kind::Text, Keep::Key),
    Column::new("Check", Kind::Text, Keep::Key),
    Column::new("File", Kind::Text, Keep::Context),
    Column::new("Line", Kind::Count, Keep::Detail),
    columns::CUSTOMER,
    Column { keep: Keep::Context, ..columns::AGREEMENT },
    Column { keep: Keep::Answer, ..columns::MONTH },
    Column::new("Message", Kind::Prose, Keep::Key),
];

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<Outcome> {
    let inputs = args.read.inputs().into_iter().chain(args.accept.clone()).collect::<Vec<_>>();
    let writer = args.write.open(&inputs, stdio)?;
    if args.list {
        let columns = vec![
            Column::new("Check", Kind::Text, Keep::Key),
            Column::new("Severity", Kind::Text, Keep::Answer),
            Column::new("Finds", Kind::Prose, Keep::Key),
        ];
        let table = Table { columns, rows: &List, currency: None, totals: None, footnotes: Vec::new() };
        writer.write(&table, 1, stdio)?;
        return Ok(Outcome::Done);
    }
    let accepted = args.accept.as_ref().map(Accepted::read).transpose()?;
    let (problems, ledger) = args.read.ledger_as_it_is(stdio)?;
    let names = args.read.names(stdio)?;
    let filter = args.filter.filter(&ledger, &names)?;
    let wanted = args.wanted();
    let mut findings = check::run(&ledger, &filter, &wanted, args.read.threads_for(ledger.report()))?;
    if wanted.contains(&Check::UnreadableRow) {
        findings.extend(problems.iter().map(unreadable));
    }
    if let Some(mut accepted) = accepted {
        findings.retain(|finding| !accepted.covers(finding));
        // What was not looked for cannot be said to be gone.
        if filter.shows_everything() && wanted.contains(&Check::UnusedAcceptance) {
            findings.extend(accepted.unused(&wanted));
        }
    }
    check::sort(&mut findings);
    tell(&findings, stdio);
    if findings.is_empty() && !writer.is_asked_for() {
        // Cron mails whatever is printed, a header too.
        return Ok(Outcome::Done);
    }
    let rows = View { files: &ledger.report().files, findings: &findings, filter: &filter };
    let table = Table { columns: COLUMNS.to_vec(), rows: &rows, currency: None, totals: None, footnotes: Vec::new() };
    writer.write_named(&table, &names, 1, stdio)?;
    let fails = findings.iter().any(|finding| finding.severity >= args.fail_on.severity());
    Ok(if fails { Outcome::Findings } else { Outcome::Done })
}

impl Args {
    fn wanted(&self) -> Vec<Check> {
        let is_wanted = |check: &Check| {
            let named = |checks: &[CheckArg]| checks.contains(&CheckArg(*check));
            (self.only.is_empty() || named(&self.only)) && !named(&self.skip)
        };
        Check::ALL.iter().copied().filter(is_wanted).collect()
    }
}

/// What is found of a row that cannot be read.
pub(super) fn unreadable(problem: &Problem) -> Finding {
    let value = problem.value.as_ref().map(|value| format!("'{}': ", value.escape_debug())).unwrap_or_default();
    let column = problem.column.map(|column| format!("{column}: ")).unwrap_or_default();
    Finding {
        check: Check::UnreadableRow,
        severity: Check::UnreadableRow.severity(),
        place: Some(problem.place()),
        customer: None,
        agreement: None,
        month: None,
        message: format!("{column}{value}{}; the row is left out of all figures", problem.expected),
    }
}

/// Says how many findings of each severity there are.
fn tell(findings: &[Finding], stdio: &mut Stdio<'_>) {
    if stdio.quiet {
        return;
    }
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let count = findings.iter().filter(|finding| finding.severity == severity).count();
        if count > 0 {
            stdio.say_plainly(Count(count, &severity.to_string()));
        }
    }
}

struct View<'a> {
    files: &'a [String],
    findings: &'a [Finding],
    filter: &'a crate::analysis::filter::Filter,
}

impl Rows for View<'_> {
    fn parts(&self) -> usize {
        1
    }

    fn part(&self, _: usize, sink: &mut RowSink<'_>) -> io::Result<()> {
        for finding in self.findings {
            let line = finding.place.and_then(|place| i64::try_from(place.line).ok());
            sink(&[
                Cell::Text(finding.severity.as_str()),
                Cell::Text(finding.check.name()),
                Cell::or_empty(finding.place, |place| Cell::Text(&self.files[place.file as usize])),
                Cell::or_empty(line, Cell::Count),
                Cell::or_empty(finding.customer.as_ref(), |id| Cell::Text(id.as_str())),
                Cell::or_empty(finding.agreement.as_ref(), |id| Cell::Text(id.as_str())),
                Cell::or_empty(finding.month, |month| Cell::Month(month, self.filter.period(month))),
                Cell::Text(&finding.message),
            ])?;
        }
        Ok(())
    }
}

/// All checks, for `--list`.
struct List;

impl Rows for List {
    fn parts(&self) -> usize {
        1
    }

    fn part(&self, _: usize, sink: &mut RowSink<'_>) -> io::Result<()> {
        Check::ALL.iter().try_for_each(|check| {
            sink(&[Cell::Text(check.name()), Cell::Text(check.severity().as_str()), Cell::Text(check.finds())])
        })
    }
}

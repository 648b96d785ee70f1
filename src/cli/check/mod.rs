//! `aco check`

mod accepted;

use std::path::PathBuf;
use std::process::ExitCode;

use crate::analysis::{Check, Finding, book, check, reconcile};
use crate::model::{Id, Level};
use crate::output::{Column, Fields, Kind, Priority};

use super::booked::BookedFile;
use super::expiring::{Within, within};
use super::reconcile::{ComparedInvoices, InvoiceArgs};
use super::{
    Count, FilterArgs, RankArgs, ReadArgs, Session, Stdio, Word, WriteArgs, columns, dated, hints, one_of, read,
};
pub(super) use accepted::Accepted;

/// The monthly finance checks: what in the report does not add up, and what to do about it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Silent but on a terminal, with exit code 0, when there is nothing to report; exit code 1 when a finding is at --fail-on \
or above. With --invoice the credit given is compared with the invoices too, as `aco reconcile` does: the month's close in \
one command.

Examples:
  aco check downloads
  aco check report.csv --skip unknown-opening --fail-on warning
  aco check downloads --invoice invoices --at-least warning
  aco check --list")]
pub(super) struct Args {
    /// List the checks, and what each finds
    #[arg(long)]
    list: bool,

    /// Run these checks only, named as in --list
    #[arg(hide_possible_values = true)]
    #[arg(long, value_name = "CHECK", conflicts_with = "skip", value_delimiter = ',', value_parser = one_of(checks()))]
    only: Vec<Check>,

    /// Leave these checks out
    #[arg(hide_possible_values = true)]
    #[arg(long, value_name = "CHECK", value_delimiter = ',', value_parser = one_of(checks()))]
    skip: Vec<Check>,

    /// The least severity that makes the exit code 1
    #[arg(long, value_name = "SEVERITY", default_value = "error", value_parser = one_of(SEVERITIES))]
    fail_on: Level,

    /// The least severity that is shown and told; the exit code depends on --fail-on alone
    #[arg(long, value_name = "SEVERITY", default_value = "note", value_parser = one_of(SEVERITIES))]
    at_least: Level,

    /// Findings that are known and accepted: what `aco check -f csv` writes, with a Reason [env: `ACO_ACCEPT`]
    #[arg(long, value_name = "FILE")]
    accept: Option<PathBuf>,

    /// How many days ahead to look for credit that will be lost or used up
    #[arg(long, visible_alias = "until", value_name = "DAYS", default_value = "30", value_parser = within)]
    within: Within,

    /// Compare with what was booked, as `aco book` does
    #[arg(long, value_name = "FILE")]
    booked: Option<PathBuf>,

    #[command(flatten)]
    read: ReadArgs,

    #[command(flatten)]
    invoices: InvoiceArgs,

    #[command(flatten)]
    filter: FilterArgs,

    #[command(flatten)]
    write: WriteArgs,

    #[command(flatten)]
    rank: RankArgs,
}

fn checks() -> Vec<Word<Check>> {
    Check::ALL.iter().map(|check| (check.name(), check.finds(), *check)).collect()
}

const SEVERITIES: [Word<Level>; 3] =
    [("error", "", Level::Error), ("warning", "", Level::Warning), ("note", "", Level::Note)];

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<ExitCode> {
    let accept = Accepted::file(args.accept.as_slice());
    let inputs = [&args.read.inputs(), args.invoices.files(), accept.as_slice(), args.booked.as_slice()].concat();
    let writer = args.write.open(&inputs, stdio)?;
    if args.list {
        let fields = Fields::<Check>::default()
            .with(columns::CHECK, |check| check.name())
            .with(columns::SEVERITY.priority(Priority::Answer), |check| check.severity().as_str())
            .with(Column::new("Finds", Kind::Prose, Priority::Key), |check| check.finds());
        writer.write(&args.rank.apply(fields.table(Check::ALL.iter().copied()), &[])?, 1, stdio)?;
        return Ok(ExitCode::SUCCESS);
    }
    let tells_counts = !stdio.quiet;
    stdio.quiet |= args.at_least > Level::Note;
    let booked = args.booked.as_ref().map(|file| BookedFile::read(file, stdio)).transpose()?;
    let accepted = Accepted::read(args.accept.as_slice(), &args.read, stdio)?;
    let (ledger, unread) = args.read.ledger_as_it_is(&args.filter, !args.invoices.files().is_empty(), stdio)?;
    let mut invoices = args.invoices.read_if_named(&args.read, stdio)?;
    let session = Session::new(ledger, &[], (&args.read, &args.filter), invoices.as_mut(), stdio)?;
    let Session { ledger, filter, threads, .. } = &session;
    read::say_renamed(ledger, filter, stdio);
    if !ledger.months().is_empty() && filter.last_month(ledger).is_none() {
        hints::note_nothing(&session, stdio);
    }
    let wanted = args.wanted();
    let within = args.within.days(filter.as_of)?.unwrap_or(u32::MAX);
    let mut findings = check::run(ledger, filter, &wanted, within, *threads)?;
    let compare = |invoices| args.invoices.compare(&session, invoices, false);
    let compared = invoices.as_ref().map(compare).transpose()?;
    if let Some(compared) = &compared {
        // Warnings are findings.
        compared.notes()?.iter().filter(|note| note.level <= Level::Note).for_each(|note| stdio.say(note));
    }
    let files = add_of_others(&mut findings, (&session, &wanted), booked.as_ref(), compared.as_ref())?;
    findings.extend(unread.into_iter().filter(|finding| wanted.contains(&finding.check)));
    let (mut findings, known) = accepted.split(findings, &files, filter, (&wanted, args.runs_all()));
    check::sort(&mut findings);
    let fails = stdio.lacks_input || findings.iter().any(|finding| finding.severity >= args.fail_on);
    findings.retain(|finding| finding.severity >= args.at_least);
    if tells_counts {
        say_counts(&findings, stdio);
        // Cron and pipes are told nothing; a person could not tell it from a check that did nothing.
        if findings.is_empty() && !fails && stdio.stderr_is_terminal {
            let of = if args.at_least == Level::Note { "" } else { " as grave as --at-least asks for" };
            let known = known.iter().filter(|finding| finding.severity >= args.at_least).count();
            let but = if known == 0 { String::new() } else { format!(" but {}", Count(known, "accepted finding")) };
            stdio.print_line(format_args!("nothing{of}{but} found in {}", Count(files.len(), "file")));
        }
    }
    let table = args.rank.apply(fields(Some(&files), &session).table(&*findings), &[])?;
    // Cron mails whatever is printed, a header too.
    if !findings.is_empty() || writer.asked.is_some() {
        writer.write(&table, 1, stdio)?;
    }
    Ok(ExitCode::from(u8::from(fails)))
}

/// Adds to the findings of a ledger what bookings and invoices tell; returns the files that findings are about.
pub(super) fn add_of_others(
    findings: &mut Vec<Finding>,
    (session, wanted): (&Session, &[Check]),
    booked: Option<&BookedFile>,
    compared: Option<&ComparedInvoices<'_>>,
) -> anyhow::Result<Vec<String>> {
    let Session { ledger, filter, .. } = session;
    let mut files = ledger.files().to_vec();
    if let Some(booked) = booked {
        book::compare(ledger, filter, &booked.bookings)?.amend(ledger, filter, wanted, findings);
    }
    if let Some(compared) = compared {
        findings.extend(compared.checks(wanted));
        files.extend(compared.invoices.files.iter().map(|file| file.name.clone()));
    }
    Ok(files)
}

impl Args {
    fn wanted(&self) -> Vec<Check> {
        let is_wanted =
            |check: &Check| (self.only.is_empty() || self.only.contains(check)) && !self.skip.contains(check);
        runnable(!self.invoices.files().is_empty(), self.booked.is_some()).filter(is_wanted).collect()
    }

    /// Whether all checks are run that can be.
    fn runs_all(&self) -> bool {
        self.only.is_empty() && self.skip.is_empty()
    }
}

/// The checks that can be run, with and without invoices and what was booked.
pub(super) fn runnable(has_invoices: bool, has_booked: bool) -> impl Iterator<Item = Check> {
    let can_run = move |check: &Check| {
        (has_invoices || !reconcile::CHECKS.contains(check)) && (has_booked || !book::CHECKS.contains(check))
    };
    Check::ALL.iter().copied().filter(can_run)
}

/// Says how many findings of each severity there are.
fn say_counts(findings: &[Finding], stdio: &mut Stdio<'_>) {
    for severity in [Level::Error, Level::Warning, Level::Note] {
        let count = findings.iter().filter(|finding| finding.severity == severity).count();
        if count > 0 {
            stdio.print_line(Count(count, severity.as_str()));
        }
    }
}

/// The columns of findings; with the files there are, those of their places.
pub(super) fn fields<'a>(files: Option<&'a [String]>, session: &'a Session) -> Fields<'a, &'a Finding> {
    let Session { filter, names, .. } = session;
    let mut fields = Fields::<&Finding>::default()
        .with(columns::SEVERITY, |finding| finding.severity.as_str())
        .with(columns::CHECK, |finding| finding.check.name());
    let mut currency = columns::CURRENCY;
    if let Some(files) = files {
        fields = fields
            .with(columns::FILE, |finding| finding.place.map(|place| &*files[place.file as usize]))
            .with(columns::LINE, |finding| finding.place.map(|place| place.line));
        currency.priority = Priority::Context;
    }
    fields
        .customer(names, |finding| finding.customer.as_ref())
        .with(columns::AGREEMENT.priority(Priority::Context), |finding| finding.agreement.as_ref().map(Id::as_str))
        .with(columns::MONTH, |finding| finding.month.map(|month| dated(month, filter)))
        .with(currency, |finding| finding.currency)
        .with(columns::AMOUNT, |finding| finding.amount)
        .with(columns::MESSAGE, |finding| &*finding.message)
}

//! Arguments that say what to read, and reading it.

mod notes;

use std::env;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::thread;

use anyhow::Context;
use chrono::{Local, NaiveDate};
use clap::Args;

use crate::analysis::Finding;
use crate::input::error::{FileError, Problem};
use crate::input::lists::{ListColumns, Renamed};
use crate::input::source::Source;
use crate::input::source::encoding::Encoding;
use crate::input::value::amount::DecimalMark;
use crate::input::{self, Note, Options, ReadPlan, ReportReading};
use crate::ledger::{FileOrder, Ledger, Rules};
use crate::model::{DateOrder, Message, Month, Names, Report, Visible, VisiblePath};

use super::{Count, FilterArgs, Stdio, Word, joined, one_of, progress};
pub(super) use notes::{finding, list_problems, say_findings, say_renamed, unreadable};
use notes::{refuse_conflicts, say_left_out};

/// Files of names, where `--names` has none.
pub(super) const NAMES: &str = "ACO_NAMES";

/// A file of accepted findings, where `--accept` has none.
pub(super) const ACCEPT: &str = "ACO_ACCEPT";

/// Rows for which it takes longer to start a second thread than to do without.
const SMALL: usize = 5000;

/// Bytes of files for which it does.
const SMALL_FILES: u64 = 64 * 1024;

/// What to read and how.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "What to read")]
pub(super) struct ReadArgs {
    /// Balance reports, folders of them, or patterns such as `*.csv`; `-` or none reads standard input. Several are one
    /// ledger, in which the newest download wins
    #[arg(value_name = "FILE", help_heading = None::<&str>)]
    pub(super) files: Vec<PathBuf>,

    /// Names of customers: a table of ids and names, or a folder of such [env: `ACO_NAMES`]
    #[arg(long, value_name = "FILE")]
    names: Vec<PathBuf>,

    /// The column of the names, where its header does not say so
    #[arg(long, value_name = "COLUMN", value_parser = kept, hide_short_help = true)]
    name_column: Option<&'static str>,

    /// The column of the customers' ids, where its header does not say so
    #[arg(long, value_name = "COLUMN", value_parser = kept, hide_short_help = true)]
    id_column: Option<&'static str>,

    /// Another column of the list of names that goes along with the name, such as a cost centre
    #[arg(long, value_name = "COLUMN", value_parser = kept, hide_short_help = true)]
    with_column: Vec<&'static str>,

    /// Leave out rows that cannot be read, say how many, and go on
    #[arg(long)]
    skip_invalid: bool,

    /// Take the files, each of them named, for downloads in the order given, the oldest first, whatever their months
    #[arg(long, hide_short_help = true)]
    in_order: bool,

    /// The encoding, where it is not found out
    #[arg(long, value_name = "NAME", value_parser = one_of(encodings()), hide_short_help = true)]
    encoding: Option<Encoding>,

    /// The separator of fields, where it is not found out
    #[arg(long, value_name = "CHAR", value_parser = delimiter, hide_short_help = true)]
    delimiter: Option<u8>,

    /// The decimal mark of amounts, where the files leave it open
    #[arg(long, value_name = "MARK", value_parser = one_of(MARKS), hide_short_help = true)]
    decimal: Option<DecimalMark>,

    /// The order of days and months in dates such as 3/4/2022, where the files leave it open
    #[arg(long, value_name = "ORDER", value_parser = one_of(ORDERS), hide_short_help = true)]
    date_order: Option<DateOrder>,

    /// The zone of days that are written as moments of UTC, such as +02:00
    #[arg(long, value_name = "ZONE", value_parser = utc_offset, allow_hyphen_values = true, hide_short_help = true)]
    utc_offset: Option<i32>,

    /// Take months before 2015, or more than ten years ahead
    #[arg(long, hide_short_help = true)]
    any_year: bool,

    /// Threads to work with [default: as many as the machine has]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256), hide_short_help = true)]
    threads: Option<u16>,
}

fn encodings() -> [Word<Encoding>; 4] {
    Encoding::ALL.map(|encoding| (encoding.as_str(), "", encoding))
}

const MARKS: [Word<DecimalMark>; 2] =
    [("point", "1234.50", DecimalMark::Point), ("comma", "1234,50", DecimalMark::Comma)];

const ORDERS: [Word<DateOrder>; 2] =
    [("mdy", "Month first, as Microsoft writes", DateOrder::MonthFirst), ("dmy", "Day first", DateOrder::DayFirst)];

/// The name of a column, kept as long as the process, as the names of all columns are.
#[expect(clippy::unnecessary_wraps, reason = "clap asks for a result")]
fn kept(name: &str) -> Result<&'static str, String> {
    Ok(String::leak(name.trim().to_owned()))
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text {
        "tab" | "\\t" => Ok(b'\t'),
        "comma" => Ok(b','),
        "semicolon" => Ok(b';'),
        "pipe" => Ok(b'|'),
        _ => match *text.as_bytes() {
            [byte] if !byte.is_ascii_alphanumeric() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(byte),
            _ => Err("expected one character such as `;`, or `comma`, `semicolon`, `tab` or `pipe`".to_owned()),
        },
    }
}

/// Whether a shell may take a character of a name for more than it is.
fn needs_quotes(c: char) -> bool {
    !c.is_alphanumeric() && !"/\\.:_-".contains(c)
}

/// The minutes by which a zone is ahead of UTC; none is by more than 14 hours.
fn utc_offset(text: &str) -> Result<i32, String> {
    let minutes = |text: &str| {
        let (hours, minutes) = text.split_once(':').unwrap_or((text, "00"));
        let number = |digits: &str| digits.parse::<u16>().ok().filter(|_| digits.len() <= 2).map(i32::from);
        let (hours, minutes) = (number(hours)?, number(minutes)?);
        (minutes < 60).then_some(hours * 60 + minutes).filter(|all| *all <= 14 * 60)
    };
    let offset = match text.split_at_checked(1) {
        Some(("+", ahead)) => minutes(ahead),
        Some(("-", behind)) => minutes(behind).map(|minutes| -minutes),
        _ => None,
    };
    offset.ok_or_else(|| "expected how far the zone is ahead of UTC, such as `+02:00`".to_owned())
}

/// The files that were typed, or else those that a variable names.
pub(super) fn files_or(typed: &[PathBuf], variable: &str) -> Vec<PathBuf> {
    if !typed.is_empty() {
        return typed.to_vec();
    }
    let value = env::var_os(variable).unwrap_or_default();
    env::split_paths(&value).filter(|path| !path.as_os_str().is_empty()).collect()
}

/// Says that files come from the environment.
pub(super) fn note_environment(typed: &[PathBuf], files: &[PathBuf], variable: &str, stdio: &mut Stdio<'_>) {
    if typed.is_empty() && !files.is_empty() {
        let files = joined(files.iter().map(|file| VisiblePath(file)));
        stdio.say(&Message::aside(format!("{variable} names {files}")));
    }
}

/// The months that a report may have rows of: Azure credit offers are younger than 2015, and nothing is invoiced ten
/// years ahead, seen from the day that is looked back to, or from today if that is later.
pub(super) fn plausible_months(as_of: Option<NaiveDate>) -> (Month, Month) {
    let today = Local::now().date_naive();
    let now = Month::of(as_of.map_or(today, |day| day.max(today)));
    (Month::of(NaiveDate::from_ymd_opt(2015, 1, 1).unwrap_or_default()), now.later(120).unwrap_or(now))
}

/// The files that a path stands for.
pub(super) fn sources_at(path: &Path) -> anyhow::Result<Vec<Source>> {
    let error = |error: io::Error| FileError { file: path.display().to_string(), fault: error.into() };
    Source::at_path(path.to_owned()).map_err(|failure| unreadable(&[error(failure)]).into())
}

/// The files that several paths stand for, `-` being standard input.
pub(super) fn sources(paths: &[PathBuf], stdio: &mut Stdio<'_>) -> anyhow::Result<Vec<Source>> {
    let mut sources = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            let stdin = stdio.stdin.take().context("standard input can be read only once")?;
            sources.push(Source::stream("<stdin>", stdin));
        } else {
            sources.extend(sources_at(path)?);
        }
    }
    Ok(sources)
}

pub(super) fn rows_of(problems: &[Problem]) -> usize {
    Problem::by_row(problems).count()
}

impl ReadArgs {
    fn threads(&self) -> usize {
        // Asked once: where containers limit a process, the answer takes several files to read.
        static MACHINE: OnceLock<usize> = OnceLock::new();
        let machine = || *MACHINE.get_or_init(|| thread::available_parallelism().map_or(1, usize::from));
        self.threads.map_or_else(machine, usize::from)
    }

    /// Threads to read files with: small ones are read before others have begun.
    fn threads_to_read(&self, files: &[PathBuf]) -> usize {
        let size = |file: &PathBuf| fs::metadata(file).ok().filter(Metadata::is_file).map(|file| file.len());
        let sizes: Option<u64> = files.iter().map(size).sum();
        let are_small = !files.is_empty() && sizes.is_some_and(|size| size < SMALL_FILES);
        if self.threads.is_none() && are_small { 1 } else { self.threads() }
    }

    /// Threads to work on what was read with: a small report is done before others have begun.
    pub(super) fn threads_for(&self, rows: usize) -> usize {
        if self.threads.is_none() && rows < SMALL { 1 } else { self.threads() }
    }

    /// All files that are read.
    pub(super) fn inputs(&self) -> Vec<PathBuf> {
        self.files.iter().cloned().chain(files_or(&self.names, NAMES)).collect()
    }

    /// The same ways to read, of other files.
    pub(super) fn with_files(&self, files: Vec<PathBuf>) -> Self {
        Self { files, ..self.clone() }
    }

    /// Reads the files into a ledger, says what was noticed, and returns what is wrong with the rows that
    /// `--skip-invalid` leaves out.
    pub(super) fn ledger(
        &self,
        shown: &FilterArgs,
        stdio: &mut Stdio<'_>,
    ) -> anyhow::Result<(&'static mut Ledger, Vec<Problem>)> {
        let reading = self.reading(plausible_months(shown.as_of), stdio)?;
        self.say_problems(&reading.problems, &reading.report.files, stdio)?;
        say_notes(&reading.notes, &reading.report.files, stdio);
        let ledger = self.ledger_of(reading.report, shown)?;
        refuse_conflicts(ledger)?;
        say_left_out(ledger, shown.as_of, stdio);
        Ok((ledger, reading.problems))
    }

    /// Reads the files into a ledger, conflicts and all, and returns what is found of what could not be read. Invoices that
    /// lie beside them are told of unless the ledger `is_compared` with some.
    pub(super) fn ledger_as_it_is(
        &self,
        shown: &FilterArgs,
        is_compared: bool,
        stdio: &mut Stdio<'_>,
    ) -> anyhow::Result<(&'static mut Ledger, Vec<Finding>)> {
        let (first, last) = plausible_months(shown.as_of);
        // Months to come are a finding, unless a day to look back to would leave them out.
        let last = shown.as_of.and(Some(last)).or(Month::new(9999, 12)).unwrap_or(last);
        let mut reading = self.reading((first, last), stdio)?;
        let mut found: Vec<Finding> = reading.problems.iter().map(finding).collect();
        reading.notes.retain(|note| match note {
            Note::Unread { files } => {
                found.extend(files.iter().map(|file| notes::unread(file)));
                false
            }
            _ => true,
        });
        say_notes(&reading.notes, &reading.report.files, stdio);
        if !is_compared && reading.notes.iter().any(|note| matches!(note, Note::Skipped { has_invoices: true, .. })) {
            let place = joined(self.files.iter().map(|file| VisiblePath(file)));
            let message = Message::note("invoices lie beside the reports, and nothing is compared with them");
            stdio.say(&message.hint(format!("--invoice {place} compares credit given with what they applied")));
        }
        let ledger = self.ledger_of(reading.report, shown)?;
        say_left_out(ledger, shown.as_of, stdio);
        Ok((ledger, found))
    }

    /// Makes one ledger of the rows of the files. It lives as long as the process, which ends with the command: the
    /// system takes memory back faster than millions of rows are dropped.
    fn ledger_of(&self, report: Report, shown: &FilterArgs) -> anyhow::Result<&'static mut Ledger> {
        let order = if self.in_order { FileOrder::AsGiven } else { FileOrder::ByLastMonth };
        let rules = Rules { order, until: shown.as_of.map(Month::of) };
        let threads = self.threads_for(report.count());
        Ok(Box::leak(Box::new(Ledger::build(report, rules, threads)?)))
    }

    /// Reads the files, whose months are between these, and leaves what cannot be read to the caller.
    pub(super) fn reading(&self, months: (Month, Month), stdio: &mut Stdio<'_>) -> anyhow::Result<ReportReading> {
        if self.files.is_empty() && stdio.stdin_is_terminal {
            let message = Message::error("no file given");
            return Err(message.hint("name a report, as in `aco summary report.csv`, or pipe one in").into());
        }
        if let [file] = &self.files[..]
            && let Some(typed) = file.to_str().filter(|typed| !typed.starts_with('-') && !typed.contains(needs_quotes))
        {
            typed.clone_into(&mut stdio.given);
        }
        let stdin = [PathBuf::from("-")];
        let sources = sources(if self.files.is_empty() { &stdin } else { &self.files }, stdio)?;
        if let Some(found_by) = sources.iter().find_map(Source::found_by).filter(|_| self.in_order) {
            let message = Message::error(format!(
                "{}: a folder or pattern gives no order, and --in-order takes files as they are named",
                Visible(found_by)
            ));
            return Err(message.hint("name the files themselves, the oldest first").into());
        }
        let options = Options { months: Some(months).filter(|_| !self.any_year), ..self.options() };
        let reading = self.with_progress(&self.files, stdio, |pace| input::read(sources, &options, pace));
        reading.map_err(|errors| unreadable(&errors).into())
    }

    /// Reads files on as many threads as are wanted, and shows how far it has come to those who wait at a terminal.
    pub(super) fn with_progress<T>(
        &self,
        files: &[PathBuf],
        stdio: &Stdio<'_>,
        read: impl FnOnce(ReadPlan<'_>) -> T,
    ) -> T {
        let plan = ReadPlan::threads(self.threads_to_read(files));
        progress::with_progress(files, stdio, |bytes_read| read(ReadPlan { bytes_read: Some(bytes_read), ..plan }))
    }

    /// Reads the names of customers, and says who has two, and if they are those of others than the ledgers' customers.
    pub(super) fn names(&self, ledgers: &[&Ledger], stdio: &mut Stdio<'_>) -> anyhow::Result<Names> {
        let mut names = Names::default();
        let files = files_or(&self.names, NAMES);
        note_environment(&self.names, &files, NAMES, stdio);
        if files.is_empty() && (self.name_column.or(self.id_column).is_some() || !self.with_column.is_empty()) {
            let message = Message::error("--name-column, --id-column and --with-column are about a list of names");
            return Err(message.hint("give one with --names FILE").into());
        }
        let columns = ListColumns { id: self.id_column, name: self.name_column, along: self.with_column.clone() };
        for file in &files {
            let (renamed, notes, read) =
                input::lists::read_names(sources_at(file)?, &self.options(), &columns, &mut names)
                    .map_err(|errors| unreadable(&errors))?;
            say_notes(&notes, &read, stdio);
            for Renamed { customer, before, now } in &renamed {
                let (before, now) = (before.escape_debug(), now.escape_debug());
                let message = Message::aside(format!("customer {customer} is `{now}` after `{before}`"));
                stdio.say(&message.at(file.to_string_lossy(), None));
            }
        }
        let customers = || {
            ledgers.iter().flat_map(|ledger| ledger.credits().iter().map(|credit| &ledger.identity(credit).customer))
        };
        if let Some(named) = names.first()
            && !customers().any(|customer| names.get(customer).is_some())
            && let Some(unnamed) = customers().min()
        {
            let count = Count(names.len(), "customer");
            let message = Message::note(format!("the list of names has {count}, but none of those in the reports"));
            let ids = format!("the list has ids such as `{named}`, the reports such as `{unnamed}`");
            stdio.say(&message.hint(format!("give one with the ids of the report's CustomerID: {ids}")));
        }
        Ok(names)
    }

    pub(super) fn options(&self) -> Options {
        Options {
            encoding: self.encoding,
            delimiter: self.delimiter,
            decimal: self.decimal,
            date_order: self.date_order,
            utc_offset: self.utc_offset,
            months: None,
        }
    }

    /// Prints what cannot be read; an error unless it may be left out.
    pub(super) fn say_problems(
        &self,
        problems: &[Problem],
        files: &[String],
        stdio: &mut Stdio<'_>,
    ) -> anyhow::Result<()> {
        if problems.is_empty() {
            return Ok(());
        }
        list_problems(problems, files, stdio);
        let rows = Count(rows_of(problems), "row");
        if !self.skip_invalid {
            let message = Message::error(format!("{rows} cannot be read"));
            return Err(message.hint("correct them, or leave them out with --skip-invalid").into());
        }
        stdio.say(&Message::warning(format!("left out {rows} that cannot be read")));
        Ok(())
    }
}

pub(super) fn say_notes(notes: &[Note], files: &[String], stdio: &mut Stdio<'_>) {
    for note in notes {
        stdio.lacks_input |= note.is_incomplete();
        stdio.say(&note.message(files));
    }
}

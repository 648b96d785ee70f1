//! The command line: the only place that knows clap, the clock and the environment.
//!
//! Invariant: standard output carries data only; everything said to a person goes to standard error.

mod balance;
mod book;
mod booked;
mod check;
mod columns;
mod completions;
mod diff;
mod expiring;
mod filter;
mod given;
mod hints;
mod inspect;
mod list;
mod man;
mod mask;
mod meant;
mod messages;
mod months;
mod progress;
mod read;
mod reconcile;
mod report;
mod sql;
mod statement;
mod stdio;
mod summary;
mod write;

use std::ffi::OsString;
use std::io::{self, Write};
use std::panic::{self, PanicHookInfo};
use std::path::Path;
use std::process::{self, ExitCode, Termination};
use std::sync::Once;

use chrono::NaiveDate;
use clap::error::ErrorKind::InvalidSubcommand;
use clap::{Arg, ArgAction, Args as _, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::analysis::{self, Filter, GroupBy, GroupSummary};
use crate::input::error::Problem;
use crate::input::source;
use crate::ledger::Ledger;
use crate::model::{Invoices, Message, Names, Overflow, Visible, VisiblePath};
use crate::output::destination;

use self::columns::dated;
use self::filter::FilterArgs;
use self::messages::{Count, from_to, joined, joined_or_ends, sentence};
use self::read::ReadArgs;
use self::write::{RankArgs, Word, WriteArgs, Writer, one_of};

pub use self::stdio::{Stdio, Terminal};

const ABOUT: &str = "Answers from the Partner Center Azure credit offer (ACO) balance report";

/// The version, and the commit where it is known.
const VERSION: &str = env!("ACO_VERSION");

const EXAMPLES: &str = "\
Examples:
  aco summary report.csv                 credit given and left, by month and currency
  aco given report.csv --month 2022-07   what each credit was given in July 2022
  aco balance report.csv --status active what is left of each active credit

Run `aco COMMAND --help` for what a command answers and how.

Exit code: 0 done; 1 done, and check, diff or reconcile found something; 2 not done.";

/// Said where standard output fails.
const STDOUT: &str = "cannot write to standard output";

/// `aco`, as typed.
#[derive(Debug, Parser)]
#[command(name = "aco", bin_name = "aco", version = VERSION, about = ABOUT, after_help = EXAMPLES)]
#[command(arg_required_else_help = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,

    #[command(flatten)]
    voice: Voice,
}

/// How much is said. Apart, because it goes with every command.
#[derive(Debug, clap::Args)]
struct Voice {
    /// Say nothing on standard error but errors and warnings
    #[arg(short, long, global = true, help_heading = "How to write", display_order = 99)]
    quiet: bool,

    /// Say all notes, also more than three
    #[arg(short, long, global = true, conflicts_with = "quiet", help_heading = "How to write", display_order = 99)]
    #[arg(hide_short_help = true)]
    verbose: bool,
}

macro_rules! commands {
    ($($variant:ident $name:ident),+) => {
        #[derive(Debug, Subcommand)]
        enum Command {
            $($variant($name::Args)),+
        }

        impl Command {
            /// Does what was asked for; exit code 1 says that there is something to look into.
            fn run(self, stdio: &mut Stdio<'_>) -> anyhow::Result<ExitCode> {
                match self {
                    $(Self::$variant(args) => $name::run(&args, stdio).map(Termination::report)),+
                }
            }
        }

        /// The commands, and what makes the options of each.
        const COMMANDS: &[(&str, fn(clap::Command) -> clap::Command)] =
            &[$((stringify!($name), <$name::Args as clap::Args>::augment_args)),+];
    };
}

commands! {
    Summary summary, Given given, List list, Balance balance, Expiring expiring, Statement statement, Book book,
    Check check, Diff diff, Inspect inspect, Reconcile reconcile, Report report, Mask mask, Sql sql,
    Completions completions, Man man
}

/// Runs `aco` with the arguments of a command line, the program's name first.
///
/// Exit code 0: done; 1: done, and there are findings; 2: the command could not do its work.
pub fn run(args: impl IntoIterator<Item = OsString>, mut stdio: Stdio<'_>) -> ExitCode {
    let args = expand_help(args.into_iter().collect());
    let cli = match parse(&args) {
        Ok(cli) => cli,
        Err(error) => {
            let file = args.get(1).filter(|typed| error.kind() == InvalidSubcommand && Path::new(typed).exists());
            let Some(file) = file.map(|file| VisiblePath(Path::new(file))) else { return usage(&error, &mut stdio) };
            let message = Message::error(format!("unknown command `{file}`"));
            stdio.say(&message.hint(format!("did you mean `aco summary {file}`?")));
            return ExitCode::from(2);
        }
    };
    stdio.quiet |= cli.voice.quiet;
    stdio.verbose |= cli.voice.verbose;
    let outcome = cli.command.run(&mut stdio);
    stdio.say_asides();
    match outcome {
        Ok(code) => code,
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            for message in messages::from_error(&error) {
                stdio.say(&message);
            }
            ExitCode::from(2)
        }
    }
}

/// Parses the arguments. Errors show their control characters escaped.
fn parse(args: &[OsString]) -> Result<Cli, clap::Error> {
    let read = |command: clap::Command, args: &[OsString]| {
        command.try_get_matches_from(args).and_then(|matches| Cli::from_arg_matches(&matches))
    };
    // To make the options of all commands takes longer than to read a small report: they are made where something is said.
    let commands = COMMANDS.iter().map(|(name, options)| clap::Command::new(name).defer(*options));
    let typed = Voice::augment_args(clap::Command::new("aco")).subcommands(commands);
    read(typed, args).or_else(|_| read(Cli::command(), args)).map_err(|error| {
        let visible: Vec<OsString> =
            args.iter().map(|arg| Visible(&arg.to_string_lossy()).to_string().into()).collect();
        // What is said may be about any command.
        let asks_for_all = visible.iter().any(|arg| arg == "--help");
        let command = if asks_for_all { with_all_options(Cli::command()) } else { Cli::command() };
        meant::with_meant(read(command, &visible).err().unwrap_or(error), &Cli::command())
    })
}

/// The arguments, with `aco help COMMAND` as the `aco COMMAND --help` that it stands for.
fn expand_help(mut args: Vec<OsString>) -> Vec<OsString> {
    if args.get(1).is_some_and(|arg| arg == "help") {
        args.remove(1);
        args.push("--help".into());
    }
    args
}

/// What is hidden from `-h` is shown. Clap's own long help would take three lines for each option.
fn with_all_options(command: clap::Command) -> clap::Command {
    let help = Arg::new("help").short('h').long("help").action(ArgAction::HelpShort);
    command
        .disable_help_flag(true)
        .mut_args(|arg| arg.hide_short_help(false))
        .arg(help.help("Print help (-h: the common options only)").help_heading(None::<&str>))
        .mut_subcommands(with_all_options)
}

/// What to read, what of it to show, and how to write that.
#[derive(Debug, clap::Args)]
struct LedgerArgs {
    #[command(flatten)]
    read: ReadArgs,

    #[command(flatten)]
    filter: FilterArgs,

    #[command(flatten)]
    write: WriteArgs,
}

/// A ledger that was read, and all that its answer depends on.
struct Session {
    ledger: &'static mut Ledger,
    /// How many rows `--skip-invalid` leaves out.
    left_out: usize,
    names: Names,
    filter: Filter,
    /// The day of `--as-of`, if it was said: what is of later months is left out.
    looked_back_to: Option<NaiveDate>,
    threads: usize,
    /// What is read, as a command that a hint quotes names it.
    given: String,
}

impl LedgerArgs {
    /// Where the answer goes. It is opened before the work begins, so that a bad path fails at once.
    fn writer(&self, stdio: &Stdio<'_>) -> anyhow::Result<Writer> {
        self.write.open(&self.read.inputs(), stdio)
    }

    /// Reads the ledger, and says what was noticed.
    fn session(&self, stdio: &mut Stdio<'_>) -> anyhow::Result<Session> {
        let (ledger, unreadable) = self.read.ledger(&self.filter, stdio)?;
        let session = Session::new(ledger, &unreadable, (&self.read, &self.filter), None, stdio)?;
        read::say_findings(session.ledger, &session.filter, stdio);
        Ok(session)
    }
}

impl Session {
    /// Of a ledger and the invoices that it is compared with, which tell names too: those of lists go before them.
    fn new(
        ledger: &'static mut Ledger,
        unreadable: &[Problem],
        (read, shown): (&ReadArgs, &FilterArgs),
        mut invoices: Option<&mut Invoices>,
        stdio: &mut Stdio<'_>,
    ) -> anyhow::Result<Self> {
        let mut names = invoices.as_mut().map(|invoices| std::mem::take(&mut invoices.names)).unwrap_or_default();
        names.extend(read.names(&[ledger], stdio)?);
        let filter = shown.filter(&[ledger], invoices.as_deref(), &names, stdio)?;
        let (left_out, threads) = (read::rows_of(unreadable), read.threads_for(ledger.rows_read()));
        let given = stdio.given.clone();
        Ok(Self { ledger, left_out, names, filter, looked_back_to: shown.as_of, threads, given })
    }

    fn summarized(&self, by: &[GroupBy]) -> Result<Vec<GroupSummary<'_>>, Overflow> {
        analysis::summary::summarize(self.ledger, &self.filter, by, self.threads)
    }
}

/// Says what is wrong with the arguments, or shows the help or version that they ask for.
fn usage(error: &clap::Error, stdio: &mut Stdio<'_>) -> ExitCode {
    let is_answer = !error.use_stderr();
    let color = if is_answer { stdio.terminal.is_some_and(|terminal| terminal.color) } else { stdio.stderr_color };
    let out = if is_answer { &mut stdio.stdout } else { &mut stdio.stderr };
    let text = error.render();
    let written = if color { write!(out, "{}", text.ansi()) } else { write!(out, "{text}") };
    match written.and_then(|()| out.flush()) {
        Err(failure) if failure.kind() != io::ErrorKind::BrokenPipe => {
            stdio.say(&Message::error(format!("{STDOUT}: {failure}")));
            ExitCode::from(2)
        }
        _ if is_answer => ExitCode::SUCCESS,
        _ => ExitCode::from(2),
    }
}

/// Whether a command ended because nobody reads its output any more, as in `aco given x.csv | head`.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

/// The exit code of a program that Ctrl-C ended, as shells have it; nothing tells the signals apart here.
const INTERRUPTED: i32 = 130;

/// From now on Ctrl-C, and on Unix SIGTERM and SIGHUP, remove temporary files before they end the program.
fn watch_signals() {
    static WATCH: Once = Once::new();
    WATCH.call_once(|| {
        // Signals that whoever started the program has ignored, as nohup does, stay so: then nothing is watched.
        let _ = ctrlc::try_set_handler(|| end(INTERRUPTED));
    });
}

/// From now on a panic removes temporary files, says what happened, and ends the program with exit code 2. One over a
/// damaged workbook or Parquet file is caught where it is read.
///
/// Meant for the program alone: in a process that does other things too, these would end as well.
pub fn end_on_panic() {
    panic::set_hook(Box::new(|panic| {
        if source::is_reading() {
            return;
        }
        // If nobody can read it, the exit code still tells.
        let _ = say_panic(panic);
        end(2);
    }));
}

fn say_panic(panic: &PanicHookInfo<'_>) -> io::Result<()> {
    let payload = panic.payload();
    let text = payload.downcast_ref::<&str>().copied().or(payload.downcast_ref::<String>().map(String::as_str));
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let message = Message::error(format!("this should not happen: {} ({place})", text.unwrap_or("nothing is known")))
        .hint(
            "if a disk is full, perhaps that of temporary files, make room there; otherwise it is a defect, so report \
             it",
        );
    io::stderr().write_all(messages::rendered(&message, false).as_bytes())
}

#[expect(clippy::exit, reason = "it ends the program wherever that is")]
fn end(code: i32) {
    destination::abandon(|| process::exit(code));
}

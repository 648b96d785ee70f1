//! The help, in two columns: `-h` shows the options of every day, `--help` all of them.

use std::ffi::OsString;

use clap::{Arg, ArgAction, Command};

/// The arguments, with `aco help COMMAND` as the `aco COMMAND --help` that it stands for.
pub(super) fn spelled_out(mut args: Vec<OsString>) -> Vec<OsString> {
    if args.get(1).is_some_and(|arg| arg == "help") {
        args.remove(1);
        args.push("--help".into());
    }
    args
}

/// The command line, with all options in its help where the arguments ask for that.
pub(super) fn as_asked(command: Command, args: &[OsString]) -> Command {
    if args.iter().any(|arg| arg == "--help") { with_all_options(command) } else { command }
}

/// What is hidden from `-h` is shown. Clap's own long help would take three lines for each option.
fn with_all_options(command: Command) -> Command {
    let help = Arg::new("help").short('h').long("help").action(ArgAction::HelpShort);
    command
        .disable_help_flag(true)
        .mut_args(|arg| arg.hide_short_help(false))
        .arg(help.help("Print help (-h: the common options only)").help_heading(None::<&str>))
        .mut_subcommands(with_all_options)
}

//! `aco completions`

use clap::CommandFactory;
use clap_complete::Shell;

use super::{Cli, Stdio};

/// Completions for a shell: commands, options and their values
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  aco completions bash > ~/.local/share/bash-completion/completions/aco
  aco completions zsh > ~/.zfunc/_aco
  aco completions fish > ~/.config/fish/completions/aco.fish
  aco completions powershell >> $PROFILE
  aco completions elvish >> ~/.config/elvish/rc.elv")]
pub(super) struct Args {
    /// The shell
    shell: Shell,
}

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<()> {
    // Into memory, where writing cannot fail: the library panics if it does.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "aco", &mut script);
    stdio.write(|out| out.write_all(&script))
}

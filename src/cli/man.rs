//! `aco man`

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Command, CommandFactory};
use clap_mangen::Man;

use crate::model::VisiblePath;

use super::{Cli, Stdio, write};

/// Man pages: the one of aco, or with --out one for each command too
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  aco man > aco.1
  aco man --out ~/.local/share/man/man1")]
pub(super) struct Args {
    /// Write all pages to a folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<()> {
    let mut command = Cli::command();
    // Gives each command the name of its page.
    command.build();
    let Some(folder) = &args.out else { return stdio.write(|out| Man::new(command).render(out)) };
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", VisiblePath(folder)))?;
    command.get_subcommands().cloned().try_for_each(|command| write_to(folder, command))?;
    write_to(folder, command)
}

fn write_to(folder: &Path, command: Command) -> anyhow::Result<()> {
    let page = Man::new(command);
    let path = folder.join(page.get_filename());
    write::destination(&path, &[])?.write(|out| page.render(out)).with_context(|| write::unwritable(&path))
}

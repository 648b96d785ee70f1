//! `aco mask`

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::input::Mask;
use crate::input::source::Source;
use crate::model::{Visible, VisiblePath};

use super::read::{ReadArgs, plausible_months, sources_at};
use super::write::{destination, unwritable};
use super::{Outcome, Stdio};

/// The same reports with invented ids, names and amounts, to be shown to others
///
/// Ids and names become others of the same look, the same everywhere; all amounts are multiplied by one whole number; months,
/// dates, statuses, currencies and the way in which the file is spelled stay. What was invented is new in each run and cannot
/// be computed back from the ids. Whoever knows one of the amounts knows them all: mask names, do not publish figures.
#[derive(Debug, clap::Args)]
#[command(mut_arg("files", |files| files.required(true)))]
#[command(after_help = "\
One report becomes a file, several a folder of masked-01.csv and so on, in the order in which they are named.

Examples:
  aco mask fixtures/aco-balance.csv -o shared.csv
  aco mask fixtures/desk -o shared")]
pub(super) struct Args {
    #[command(flatten)]
    read: ReadArgs,

    /// Write to a file, or to a folder
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<Outcome> {
    let inputs = args.read.inputs();
    let reading = args.read.reading(plausible_months(None), stdio)?;
    let mut sources = Vec::new();
    for file in args.read.files() {
        for source in sources_at(file)? {
            sources.extend(unpacked(source)?);
        }
    }
    let mut mask = Mask::default();
    let several = reading.report.files.len() > 1;
    if several || args.output.is_dir() {
        fs::create_dir_all(&args.output).with_context(|| unwritable(&args.output))?;
    }
    // Sources come in the order of the files that were read, others among them that were left alone.
    let mut sources = sources.into_iter();
    for (at, (file, spelling)) in reading.report.files.iter().zip(&reading.spellings).enumerate() {
        let Some(source) = sources.by_ref().find(|source| source.name() == file) else {
            bail!("{}: it can be read only once; name a file", Visible(file));
        };
        let masked = mask.report(&source, spelling, args.read.options().encoding);
        let masked = masked.with_context(|| format!("cannot read {}", Visible(file)))?;
        let extension = if spelling.delimiter.is_none() { "json" } else { "csv" };
        let is_folder = several || args.output.is_dir();
        let path =
            if is_folder { args.output.join(format!("masked-{:02}.{extension}", at + 1)) } else { args.output.clone() };
        write(&path, &inputs, &masked)?;
    }
    Ok(Outcome::Done)
}

fn unpacked(source: Source) -> anyhow::Result<Vec<Source>> {
    let name = source.name().to_owned();
    source.unpacked().with_context(|| format!("cannot read {}", VisiblePath(Path::new(&name))))
}

/// Writes a file whole or not at all.
fn write(path: &Path, inputs: &[PathBuf], text: &[u8]) -> anyhow::Result<()> {
    let mut destination = destination(path, inputs)?;
    let written: io::Result<()> = destination.write_all(text).and_then(|()| destination.finish());
    written.with_context(|| unwritable(path))
}

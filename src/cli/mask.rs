//! `aco mask`

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::input::dialect::Spelling;
use crate::input::source::Source;
use crate::input::{Mask, invoice};
use crate::model::{Message, Visible, VisiblePath};

use super::Stdio;
use super::read::{ReadArgs, plausible_months, sources_at};
use super::write::{destination, unwritable};

/// The same files with invented ids, names and amounts, to be shown to others
///
/// Ids and names become others of the same look, the same everywhere; all amounts are multiplied by one whole number; months,
/// dates, statuses, currencies and the way in which the file is spelled stay. What was invented is new in each run and cannot
/// be computed back from the ids. Whoever knows one of the amounts knows them all: mask names, do not publish figures.
#[derive(Debug, clap::Args)]
#[command(mut_arg("files", |files| files.required(true)))]
#[command(after_help = "\
One report becomes a file, several a folder of masked-01.csv and so on, in the order in which they are named; invoices \
become invoice-01.csv and so on beside them, with the same ids. What an invoice prices in another currency is worked out \
from prices and cut off line by line, so such figures may be some cents off.

Examples:
  aco mask report.csv -o shared.csv
  aco mask downloads -o shared")]
pub(super) struct Args {
    #[command(flatten)]
    read: ReadArgs,

    /// Invoice files that go with the reports; the output is a folder then
    #[arg(long, value_name = "RECON", num_args = 1..)]
    invoice: Vec<PathBuf>,

    /// Write to a file, or to a folder
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<()> {
    if args.output.as_os_str() == "-" {
        return Err(Message::error("what is masked is written to a file")
            .hint("name one, as in `-o shared.csv`")
            .into());
    }
    let inputs = [args.read.inputs(), args.invoice.clone()].concat();
    let reading = args.read.reading(plausible_months(None), stdio)?;
    let sources = all_sources(&args.read.files)?;
    let mut mask = Mask::default();
    let is_folder = reading.report.files.len() > 1 || !args.invoice.is_empty() || args.output.is_dir();
    if is_folder {
        fs::create_dir_all(&args.output).with_context(|| unwritable(&args.output))?;
    }
    let encoding = args.read.options().encoding;
    let mut masked = |source: &Source, spelling: &Spelling, path: &Path| {
        let masked = mask.report(source, spelling, encoding);
        let masked = masked.with_context(|| format!("cannot read {}", Visible(source.name())))?;
        destination(path, &inputs)?.write(|out| out.write_all(&masked)).with_context(|| unwritable(path))
    };
    let path = |name: &str, at: usize, spelling: &Spelling| {
        let extension = if spelling.delimiter.is_none() { "json" } else { "csv" };
        if is_folder { args.output.join(format!("{name}-{at:02}.{extension}")) } else { args.output.clone() }
    };
    // Sources come in the order of the files that were read, others among them that were left alone.
    let mut sources = sources.into_iter();
    for (at, (file, spelling)) in (1..).zip(reading.report.files.iter().zip(&reading.spellings)) {
        let Some(source) = sources.by_ref().find(|source| source.name() == file) else {
            bail!("{}: it can be read only once; name a file", Visible(file));
        };
        masked(&source, spelling, &path("masked", at, spelling))?;
    }
    let invoices = all_sources(&args.invoice)?.into_iter();
    let mut at = 1;
    for source in invoices {
        let Some(spelling) = invoice::spelling(&source, &args.read.options()) else {
            // What lies in a folder besides is left alone.
            if source.found_by().is_some() {
                continue;
            }
            bail!("{}: no invoice file that can be masked", Visible(source.name()));
        };
        masked(&source, &spelling, &path("invoice", at, &spelling))?;
        at += 1;
    }
    Ok(())
}

/// The files at some paths, those within archives one by one.
fn all_sources(paths: &[PathBuf]) -> anyhow::Result<Vec<Source>> {
    let mut sources = Vec::new();
    for path in paths {
        for source in sources_at(path)? {
            let name = source.name().to_owned();
            let unpacked = source.unpacked();
            sources.extend(unpacked.with_context(|| format!("cannot read {}", VisiblePath(Path::new(&name))))?);
        }
    }
    Ok(sources)
}

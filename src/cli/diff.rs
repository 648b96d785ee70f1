//! `aco diff`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::analysis::diff::{Change, Diff, DiffError, FieldValue};
use crate::analysis::{Filter, diff, survey};
use crate::input::Note;
use crate::ledger::Ledger;
use crate::model::{Grouped, Message, Month, Names, Visible, VisiblePath};
use crate::output::{Cell, Column, Fields, Kind, Priority};

use super::read::{self, plausible_months, say_notes, sources_at};
use super::{Count, LedgerArgs, RankArgs, Stdio, columns, dated, joined};

/// What changed between two downloads: new months, restated ones, missing ones
#[derive(Debug, clap::Args)]
#[command(mut_arg("files", |files| files
    .help("The old download, then the new one; or a folder: its newest, and the one before")
    .value_names(["OLD", "NEW"])))]
#[command(after_help = "\
What changed in the old download's last month is completed, because the month may have been open then, and no finding; \
months after it are counted. An earlier month that has changed is a finding, be it by other values, a row that is gone, \
or a credit that is new there: the exit code is then 1. GUIDs, names and statuses in other letter case, other spellings of \
dates and numbers, and another order of rows are no difference.

Examples:
  aco diff old.csv new.csv
  aco diff downloads
  aco diff --old july-1.csv july-2.csv --new august.csv -f csv")]
pub(super) struct Args {
    /// A file of the old download, where it has several; repeatable
    #[arg(long, value_name = "FILE", requires = "new")]
    old: Vec<PathBuf>,

    /// A file of the new download, where it has several; repeatable
    #[arg(long, value_name = "FILE", requires = "old", conflicts_with = "files")]
    new: Vec<PathBuf>,

    /// List the rows of months after the old download's last one too
    #[arg(long)]
    all: bool,

    #[command(flatten)]
    ledger: LedgerArgs,

    #[command(flatten)]
    rank: RankArgs,
}

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<ExitCode> {
    let (old, new) = match (&args.old[..], &args.ledger.read.files[..]) {
        ([], [old, new]) => (vec![old.clone()], vec![new.clone()]),
        ([], [several]) if sources_at(several)?.iter().any(|source| source.name() != several.to_string_lossy()) => {
            newest_two(args, stdio)?
        }
        ([], _) => {
            let message = Message::error("`aco diff` needs two files, or a folder of downloads");
            return Err(message.hint("name an old and a new one, or several with --old and --new").into());
        }
        (old, _) => (old.to_vec(), args.new.clone()),
    };
    let inputs = [args.ledger.read.inputs(), args.old.clone(), args.new.clone()].concat();
    let writer = args.ledger.write.open(&inputs, stdio)?;
    let (old, _) = args.ledger.read.with_files(old).ledger(&args.ledger.filter, stdio)?;
    let (new, _) = args.ledger.read.with_files(new).ledger(&args.ledger.filter, stdio)?;
    let names = args.ledger.read.names(&[old, new], stdio)?;
    let filter = args.ledger.filter.filter(&[old, new], None, &names, stdio)?;
    for ledger in [&*old, &*new] {
        read::say_findings(ledger, &filter, stdio);
    }
    let diff = diff::compare(old, new, &filter, args.all).map_err(|error| refusal(error, old, new))?;
    say_changes(&diff, args.all, stdio);
    let table = args.rank.apply(fields(&filter, &names).table(&*diff.changes), &["Difference"])?;
    writer.write(&table, 1, stdio)?;
    Ok(ExitCode::from(u8::from(diff.touches_closed)))
}

/// The newest download of a folder or pattern, after the one before it: the files that end in the last month, and in the
/// latest one before.
fn newest_two(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    let reading = args.ledger.read.reading(plausible_months(args.ledger.filter.as_of), stdio)?;
    let files = &reading.report.files;
    // What else is to be said is said when the two are read.
    let (skipped, _): (Vec<Note>, _) = reading.notes.into_iter().partition(|note| matches!(note, Note::Skipped { .. }));
    say_notes(&skipped, files, stdio);
    // Sheets and entries are read with the file that holds them: together they are one download.
    let mut last_of: BTreeMap<&Path, Month> = BTreeMap::new();
    for (file, survey) in files.iter().zip(survey::survey(&reading.report)) {
        if let Some(last) =
            survey.months.last().filter(|last| args.ledger.filter.as_of.is_none_or(|day| **last <= Month::of(day)))
        {
            let whole = Path::new(file).ancestors().find(|path| path.is_file()).unwrap_or(Path::new(file));
            last_of.entry(whole).and_modify(|known| *known = (*last).max(*known)).or_insert(*last);
        }
    }
    let mut by_last: BTreeMap<Month, Vec<PathBuf>> = BTreeMap::new();
    for (file, last) in last_of {
        by_last.entry(last).or_default().push(file.to_owned());
    }
    let (Some((last, new)), Some((before, old))) = (by_last.pop_last(), by_last.pop_last()) else {
        let message = Message::error("`aco diff` needs two downloads, and no two files here end in different months");
        return Err(message.hint("name an old and a new one, or several with --old and --new").into());
    };
    let named = |files: &[PathBuf]| joined(files.iter().map(|file| VisiblePath(file)));
    let text = format!("compared: {} (to {before}) with {} (to {last})", named(&old), named(&new));
    stdio.say(&Message::note(text));
    Ok((old, new))
}

/// Why two downloads cannot be compared, and what to do.
fn refusal(error: DiffError, old: &Ledger, new: &Ledger) -> anyhow::Error {
    match error {
        DiffError::Overflow(error) => error.into(),
        DiffError::OldIsNewer { old, new } => {
            let end = new.map_or("the new one has no rows".to_owned(), |new| format!("the new one in {new}"));
            let text = format!("the old download is newer than the new one: it ends in {old}, and {end}");
            Message::error(text).hint("name the older one first").into()
        }
        DiffError::Unclear { old: row, new: other } => {
            let place = |ledger: &Ledger, row| {
                let place = ledger.place(row);
                format!("{}:{}", Visible(&ledger.files()[place.file as usize]), place.line)
            };
            let (row, other) = (place(old, row), place(new, other));
            let text = format!(
                "{row} and {other} may be one credit with an amended EffectiveDate, or two of several of one agreement"
            );
            Message::error(text).hint("correct the EffectiveDate in one of the two files").into()
        }
    }
}

/// Says how much credit given moved, by currency and month, and what is not listed.
fn say_changes(diff: &Diff<'_>, all: bool, stdio: &mut Stdio<'_>) {
    if diff.changes.is_empty() && diff.touches_closed {
        let message =
            Message::warning("no row shown has changed, but what was given there has, by rows of earlier months");
        stdio.say(&message.hint("show the earlier months too, to see which"));
    } else if diff.changes.is_empty() && diff.moved.is_empty() && (diff.last.is_some() || diff.later == 0) {
        stdio.say(&Message::note("nothing changed"));
    }
    for ((currency, month), moved) in &diff.moved {
        let amount = moved.amount().map(|amount| format!("{} {currency}", Grouped(amount)));
        let unknown = Count(moved.unknown, "credit");
        let unknown = (moved.unknown > 0).then(|| format!("an unknown amount of {unknown} in {currency}"));
        let amounts = joined(amount.into_iter().chain(unknown));
        let is_new = diff.last.is_none_or(|last| *month > last);
        let message = Message::note(if is_new {
            format!("{month} is new: {amounts} given")
        } else {
            format!("credit given in {month} moved by {amounts}")
        });
        let before = month.previous();
        let hint = (moved.unknown > 0).then(|| format!("add the reports of {before} with --old and --new to know it"));
        stdio.say(&Message { hint, ..message });
    }
    if diff.later > 0 && !all {
        let rows = Count(diff.later, "row");
        let text = match diff.last {
            Some(last) => format!("not listed: {rows} of months after {last}, where the old download ends"),
            None => format!("not listed: {rows} of the new download, because the old one has none"),
        };
        stdio.say(&Message::note(text).hint("--all lists these too"));
    }
    if diff.not_held > 0 {
        let rows = Count(diff.not_held, "row");
        let text = format!("not compared: {rows} of a month that the other download does not hold");
        stdio.say(&Message::note(text));
    }
}

fn cell(value: &FieldValue) -> Cell<'_> {
    match value {
        FieldValue::Amount(amount) => Cell::Amount(*amount),
        FieldValue::Text(text) => Cell::Text(text),
    }
}

fn fields<'a>(filter: &'a Filter, names: &'a Names) -> Fields<'a, &'a Change<'a>> {
    Fields::<&Change<'_>>::default()
        .with(Column::new("Change", Kind::Text, Priority::Key), |change| change.kind.as_str())
        .customer(names, |change| &change.identity.customer)
        .with(columns::AGREEMENT, |change| change.identity.agreement.as_str())
        .with(columns::CURRENCY, |change| change.identity.currency)
        .with(columns::MONTH, |change| dated(change.month, filter))
        .with(Column::new("Field", Kind::Text, Priority::Key), |change| change.name)
        .with(Column::new("Old", Kind::Value, Priority::Answer), |change| change.old.as_ref().map(cell))
        .with(Column::new("New", Kind::Value, Priority::Key), |change| change.new.as_ref().map(cell))
        .with(Column::new("Difference", Kind::Amount, Priority::Key), |change| change.difference)
}

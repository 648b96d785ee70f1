//! `aco diff`

use std::fmt::Display;
use std::path::PathBuf;

use crate::analysis::diff::{self, Change, Diff, Field, Sides};
use crate::analysis::filter::Filter;
use crate::model::message::Message;
use crate::model::money::Grouped;
use crate::model::names::Names;
use crate::model::status::Status;
use crate::output::table::{Column, Fields, Keep, Kind};

use super::columns::{self, Owners};
use super::filter::FilterArgs;
use super::read::ReadArgs;
use super::tables::dated;
use super::write::WriteArgs;
use super::{Outcome, Stdio};

/// What changed between two downloads: new months, restated ones, missing ones
#[derive(Debug, clap::Args)]
#[command(mut_arg("files", |files| files.help("The old download, then the new one").value_names(["OLD", "NEW"])))]
#[command(after_help = "\
Months after the old download are no finding. A closed month that it told of and that has changed is, be it by other \
values, a row that is gone, or a credit that is new there: the exit code is then 1. Ids in other letter case, other \
spellings of dates and numbers, and another order of rows are no difference.

Examples:
  aco diff fixtures/restatement-old.csv fixtures/restatement-new.csv
  aco diff --old fixtures/restatement-old.csv --new fixtures/restatement-new.csv -f csv")]
pub(super) struct Args {
    /// A file of the old download, where it has several; repeatable
    #[arg(long, value_name = "FILE", requires = "new")]
    old: Vec<PathBuf>,

    /// A file of the new download, where it has several; repeatable
    #[arg(long, value_name = "FILE", requires = "old", conflicts_with = "files")]
    new: Vec<PathBuf>,

    #[command(flatten)]
    read: ReadArgs,

    #[command(flatten)]
    filter: FilterArgs,

    #[command(flatten)]
    write: WriteArgs,
}

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<Outcome> {
    let (old, new) = match (&args.old[..], args.read.files()) {
        ([], [old, new]) => (vec![old.clone()], vec![new.clone()]),
        ([], _) => {
            let message = Message::error("two files are compared");
            return Err(message.hint("name an old and a new one, or several with --old and --new").into());
        }
        (old, _) => (old.to_vec(), args.new.clone()),
    };
    let inputs = [args.read.inputs(), args.old.clone(), args.new.clone()].concat();
    let writer = args.write.open(&inputs, stdio)?;
    let old = args.read.of(old).ledger(stdio)?;
    let new = args.read.of(new).ledger(stdio)?;
    let names = args.read.names(stdio)?;
    let filter = args.filter.filter_of_any(&[old, new], &names)?;
    let diff = diff::compare(old, new, &filter)?;
    tell(&diff, stdio);
    let rows: Vec<Row<'_>> = diff.changes.iter().map(Row::new).collect();
    writer.write(&fields(&filter, &names).table(&*rows), 1, stdio)?;
    Ok(if diff.touches_closed { Outcome::Findings } else { Outcome::Done })
}

/// Says how much credit given moved, by currency and month.
fn tell(diff: &Diff<'_>, stdio: &mut Stdio<'_>) {
    if diff.changes.is_empty() {
        stdio.say(&Message::note("nothing changed"));
    }
    for ((currency, month), amount) in &diff.moved {
        stdio.say(&Message::note(format!("credit given in {month} moved by {} {currency}", Grouped(*amount))));
    }
}

/// A change, its values as text.
struct Row<'a> {
    change: &'a Change<'a>,
    field: &'static str,
    old: Option<String>,
    new: Option<String>,
}

impl<'a> Row<'a> {
    fn new(change: &'a Change<'a>) -> Self {
        let (field, (old, new)) = match &change.field {
            Field::CreditAmount(sides) => ("CreditAmount", text(sides)),
            Field::BalanceAmount(sides) => ("BalanceAmount", text(sides)),
            Field::Status(Sides { old, new }) => {
                let word = |status: &Option<Status>| status.as_ref().map(|status| status.as_str().to_owned());
                ("Status", (word(old), word(new)))
            }
            Field::EffectiveDate(sides) => ("EffectiveDate", text(sides)),
            Field::ExpiryDate(sides) => ("ExpiryDate", text(sides)),
        };
        Self { change, field, old, new }
    }
}

fn text<T: Display>(sides: &Sides<T>) -> (Option<String>, Option<String>) {
    (sides.old.as_ref().map(ToString::to_string), sides.new.as_ref().map(ToString::to_string))
}

fn fields<'a>(filter: &'a Filter, names: &'a Names) -> Fields<'a, &'a Row<'a>> {
    Fields::<&Row<'_>>::default()
        .text(Column::new("Change", Kind::Text, Keep::Key), |row| row.change.kind.as_str())
        .customer(names, |row| &row.change.identity.customer)
        .text(columns::AGREEMENT, |row| row.change.identity.agreement.as_str())
        .currency(columns::CURRENCY, |row| row.change.identity.currency)
        .month(columns::MONTH, |row| dated(row.change.month, filter))
        .text(Column::new("Field", Kind::Text, Keep::Key), |row| row.field)
        .text(Column::new("Old", Kind::Text, Keep::Answer), |row| row.old.as_deref())
        .text(Column::new("New", Kind::Text, Keep::Answer), |row| row.new.as_deref())
        .amount(Column::new("Difference", Kind::Amount, Keep::Answer), |row| row.change.difference)
}

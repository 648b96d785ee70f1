//! `aco list`

use std::io;
use std::ops::Range;

use crate::analysis::filter::Filter;
use crate::ledger::Ledger;
use crate::model::names::Names;
use crate::model::period::Period;
use crate::model::report::Shard;
use crate::output::table::{Fields, Keep, RowSource};

use super::columns::{self, Owners};
use super::filter::FilterArgs;
use super::read::ReadArgs;
use super::tables::dated;
use super::write::WriteArgs;
use super::{Outcome, Stdio, hints};

/// The report's records, spelled the same way throughout, in the order of the input
///
/// As CSV or TSV, the output is itself a balance report that every command reads (with --decimal point where all amounts
/// have three decimals): repeated rows stand in it once, and of rows that a later file restated the later ones.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  aco list fixtures/aco-balance.csv --currency JPY
  aco list fixtures/id-spellings.csv
  aco list fixtures/restatement-old.csv fixtures/restatement-new.csv -o ledger.csv")]
pub(super) struct Args {
    #[command(flatten)]
    read: ReadArgs,

    #[command(flatten)]
    filter: FilterArgs,

    #[command(flatten)]
    write: WriteArgs,
}

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<Outcome> {
    let writer = args.write.open(&args.read.inputs(), stdio)?;
    let (ledger, left_out) = args.read.ledger_and_count(&args.filter, stdio)?;
    let names = args.read.names(&[ledger], stdio)?;
    let filter = args.filter.filter(ledger, &names)?;
    let rows = ListedRecords::new(ledger, &filter);
    let (any_shown, any_open) = rows.months_shown();
    if !any_shown {
        hints::tell_nothing(ledger, &filter, stdio);
    }
    let table = fields(&filter, &names).table(rows).with_footnotes(hints::footnotes(any_open, &filter, left_out));
    writer.write(&table, args.read.threads_for(ledger.report()), stdio)?;
    Ok(Outcome::Done)
}

/// A record: a row of a shard.
type ListedRow<'l> = (&'l Shard, usize);

fn fields<'a>(filter: &'a Filter, names: &'a Names) -> Fields<'a, ListedRow<'a>> {
    let identity = |(shard, row): &ListedRow<'a>| &shard.key(*row).identity;
    Fields::<ListedRow<'_>>::default()
        .text(columns::PARTNER, move |row| identity(row).partner.as_str())
        .customer(names, move |row| &identity(row).customer)
        .month(columns::MONTH, |(shard, row)| dated(shard.month(*row), filter))
        .text(columns::CREDIT_NAME, move |row| &*identity(row).credit_name)
        .amount(columns::CREDIT_AMOUNT.keep(Keep::Key), |(shard, row)| shard.credit_amount(*row))
        .text(columns::STATUS, |(shard, row)| shard.status(*row).as_str())
        .amount(columns::BALANCE_AMOUNT.keep(Keep::Key), |(shard, row)| shard.balance_amount(*row))
        .currency(columns::CURRENCY, move |row| identity(row).currency)
        .text(columns::AGREEMENT, move |row| identity(row).agreement.as_str())
        .date(columns::EFFECTIVE, |(shard, row)| shard.key(*row).effective)
        .date(columns::EXPIRY, |(shard, row)| shard.key(*row).expiry)
}

struct ListedRecords<'l> {
    ledger: &'l Ledger,
    filter: &'l Filter,
    /// The blocks of all files in input order: their shard and their rows in it.
    blocks: Vec<(usize, Range<usize>)>,
    /// For each shard, which of its rows count; empty if all do.
    counted: Vec<Vec<bool>>,
    /// For each shard, which of its keys are shown.
    shown: Vec<Vec<bool>>,
}

impl<'l> ListedRecords<'l> {
    fn new(ledger: &'l Ledger, filter: &'l Filter) -> Self {
        let shards = &ledger.report().shards;
        Self {
            ledger,
            filter,
            blocks: ledger.report().blocks(),
            counted: ledger.counted_rows(),
            shown: shards
                .iter()
                .map(|shard| shard.keys.iter().map(|key| filter.shows_identity(&key.identity)).collect())
                .collect(),
        }
    }

    /// The rows of a block that are shown.
    fn rows(&self, block: usize) -> impl Iterator<Item = ListedRow<'l>> {
        let (number, range) = &self.blocks[block];
        let shard = &self.ledger.report().shards[*number];
        let (counted, shown) = (&self.counted[*number], &self.shown[*number]);
        let is_shown = move |row: &usize| {
            counted.get(*row).is_none_or(|counts| *counts)
                && shown[shard.row_keys[*row] as usize]
                && self.filter.shows_row(shard.month(*row), shard.status(*row))
        };
        range.clone().filter(is_shown).map(move |row| (shard, row))
    }

    /// Whether anything is shown, and whether an open month is.
    fn months_shown(&self) -> (bool, bool) {
        let mut shown = (0..self.blocks.len()).flat_map(|block| self.rows(block));
        let is_open = |month| self.filter.period(month) == Period::Open;
        if !self.ledger.report().shards.iter().flat_map(|shard| &shard.months).any(|month| is_open(*month)) {
            return (shown.next().is_some(), false);
        }
        let mut any = false;
        let any_open = shown.any(|(shard, row)| {
            any = true;
            is_open(shard.month(row))
        });
        (any, any_open)
    }
}

impl<'l> RowSource<ListedRow<'l>> for ListedRecords<'l> {
    fn parts(&self) -> usize {
        self.blocks.len()
    }

    fn part(&self, part: usize, each: &mut dyn FnMut(&ListedRow<'l>) -> io::Result<()>) -> io::Result<()> {
        self.rows(part).try_for_each(|row| each(&row))
    }
}

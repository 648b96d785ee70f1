//! `aco list`

use std::io;
use std::ops::Range;

use crate::analysis::filter::Filter;
use crate::ledger::Ledger;
use crate::model::period::Period;
use crate::model::report::Shard;
use crate::output::table::{Cell, Column, RowSink, Rows, Table};

use super::filter::FilterArgs;
use super::read::ReadArgs;
use super::write::WriteArgs;
use super::{Outcome, Stdio, columns, hints};

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

const COLUMNS: [Column; 11] = [
    columns::PARTNER,
    columns::CUSTOMER,
    columns::MONTH,
    columns::CREDIT_NAME,
    columns::CREDIT_AMOUNT,
    columns::STATUS,
    columns::BALANCE_AMOUNT,
    columns::CURRENCY,
    columns::AGREEMENT,
    columns::EFFECTIVE,
    columns::EXPIRY,
];

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<Outcome> {
    let writer = args.write.open(&args.read.inputs(), stdio)?;
    let ledger = args.read.ledger(stdio)?;
    let names = args.read.names(stdio)?;
    let filter = args.filter.filter(ledger, &names)?;
    let rows = View::of(ledger, &filter);
    let (any_shown, any_open) = rows.months_shown();
    if !any_shown {
        hints::tell_nothing(ledger, &filter, stdio);
    }
    let table = Table {
        columns: COLUMNS.to_vec(),
        rows: &rows,
        currency: Some(7),
        totals: None,
        footnotes: hints::footnotes(any_open, &filter),
    };
    writer.write_named(&table, &names, args.read.threads_for(ledger.report()), stdio)?;
    Ok(Outcome::Done)
}

struct View<'l> {
    ledger: &'l Ledger,
    filter: &'l Filter,
    /// The blocks of all files in input order: their shard and their rows in it.
    blocks: Vec<(usize, Range<usize>)>,
    /// For each shard, which of its rows count; empty if all do.
    counted: Vec<Vec<bool>>,
    /// For each shard, which of its keys are shown.
    shown: Vec<Vec<bool>>,
}

impl<'l> View<'l> {
    fn of(ledger: &'l Ledger, filter: &'l Filter) -> Self {
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
    fn rows(&self, block: usize) -> impl Iterator<Item = (&'l Shard, usize)> {
        let (number, range) = &self.blocks[block];
        let shard = &self.ledger.report().shards[*number];
        let (counted, shown) = (&self.counted[*number], &self.shown[*number]);
        let is_shown = move |row: &usize| {
            counted.get(*row).is_none_or(|counts| *counts)
                && shown[shard.row_keys[*row] as usize]
                && self.filter.shows_month(shard.month(*row))
                && self.filter.shows_status(shard.status(*row))
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

impl Rows for View<'_> {
    fn parts(&self) -> usize {
        self.blocks.len()
    }

    fn part(&self, part: usize, sink: &mut RowSink<'_>) -> io::Result<()> {
        for (shard, row) in self.rows(part) {
            let key = shard.key(row);
            let month = shard.month(row);
            sink(&[
                Cell::Text(key.identity.partner.as_str()),
                Cell::Text(key.identity.customer.as_str()),
                Cell::Month(month, self.filter.period(month)),
                Cell::Text(&key.identity.credit_name),
                Cell::Amount(shard.credit_amount(row)),
                Cell::Text(shard.status(row).as_str()),
                Cell::Amount(shard.balance_amount(row)),
                Cell::Currency(key.identity.currency),
                Cell::Text(key.identity.agreement.as_str()),
                Cell::or_empty(key.effective, Cell::Date),
                Cell::or_empty(key.expiry, Cell::Date),
            ])?;
        }
        Ok(())
    }
}

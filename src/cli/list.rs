//! `aco list`

use std::io;

use crate::analysis::filter::Filter;
use crate::ledger::{Ledger, RowRef};
use crate::model::names::Names;
use crate::model::period::Period;
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
    let table =
        fields(ledger, &filter, &names).table(rows).with_footnotes(hints::footnotes(any_open, &filter, left_out));
    writer.write(&table, args.read.threads_for(ledger.rows_read()), stdio)?;
    Ok(Outcome::Done)
}

fn fields<'a>(ledger: &'a Ledger, filter: &'a Filter, names: &'a Names) -> Fields<'a, RowRef> {
    let identity = |row: &RowRef| &ledger.key(*row).identity;
    Fields::<RowRef>::default()
        .text(columns::PARTNER, move |row| identity(row).partner.as_str())
        .customer(names, move |row| &identity(row).customer)
        .month(columns::MONTH, |row| dated(ledger.month(*row), filter))
        .text(columns::CREDIT_NAME, move |row| &*identity(row).credit_name)
        .amount(columns::CREDIT_AMOUNT.keep(Keep::Key), |row| ledger.credit_amount(*row))
        .text(columns::STATUS, |row| ledger.status(*row).as_str())
        .amount(columns::BALANCE_AMOUNT.keep(Keep::Key), |row| ledger.balance_amount(*row))
        .currency(columns::CURRENCY, move |row| identity(row).currency)
        .text(columns::AGREEMENT, move |row| identity(row).agreement.as_str())
        .date(columns::EFFECTIVE, |row| ledger.key(*row).effective)
        .date(columns::EXPIRY, |row| ledger.key(*row).expiry)
}

struct ListedRecords<'l> {
    ledger: &'l Ledger,
    filter: &'l Filter,
    /// The rows of the shown credits, block by block.
    blocks: Vec<Vec<RowRef>>,
}

impl<'l> ListedRecords<'l> {
    fn new(ledger: &'l Ledger, filter: &'l Filter) -> Self {
        Self { ledger, filter, blocks: ledger.in_file_order(|identity| filter.shows_identity(identity)) }
    }

    /// The rows of a block that are shown.
    fn rows(&self, block: usize) -> impl Iterator<Item = &RowRef> {
        let is_shown = |row: &&RowRef| self.filter.shows_row(self.ledger.month(**row), self.ledger.status(**row));
        self.blocks[block].iter().filter(is_shown)
    }

    /// Whether anything is shown, and whether an open month is.
    fn months_shown(&self) -> (bool, bool) {
        let mut shown = (0..self.blocks.len()).flat_map(|block| self.rows(block));
        let is_open = |month| self.filter.period(month) == Period::Open;
        if !self.ledger.months().iter().any(|month| is_open(*month)) {
            return (shown.next().is_some(), false);
        }
        let mut any = false;
        let any_open = shown.any(|row| {
            any = true;
            is_open(self.ledger.month(*row))
        });
        (any, any_open)
    }
}

impl RowSource<RowRef> for ListedRecords<'_> {
    fn parts(&self) -> usize {
        self.blocks.len()
    }

    fn part(&self, part: usize, each: &mut dyn FnMut(&RowRef) -> io::Result<()>) -> io::Result<()> {
        self.rows(part).try_for_each(each)
    }
}

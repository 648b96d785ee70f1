//! `aco given`

use std::io;

use crate::analysis::filter::Filter;
use crate::analysis::summary::{self, GroupBy};
use crate::analysis::{AnalysisError, given};
use crate::ledger::{Credit, Entry, Ledger};
use crate::model::period::Period;
use crate::output::table::{Cell, Column, Keep, Kind, RowSink, Rows, Table};

use super::filter::FilterArgs;
use super::read::ReadArgs;
use super::sorted::Sorted;
use super::write::WriteArgs;
use super::{Outcome, Stdio, columns, hints};

/// What each credit was given in each month
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Credit given is a month's CreditAmount less that of the month before. Where the files do not reach back to a \
credit's beginning, its first month has no CreditGiven and the whole amount stands in OpeningAmount.

Examples:
  aco given fixtures/documented-example.csv
  aco given fixtures/aco-balance.csv --month 2022-07
  aco given fixtures/aco-balance.csv --currency USD --closed -o given.csv")]
pub(super) struct Args {
    #[command(flatten)]
    read: ReadArgs,

    #[command(flatten)]
    filter: FilterArgs,

    #[command(flatten)]
    write: WriteArgs,
}

const COLUMNS: [Column; 14] = [
    columns::PARTNER,
    columns::CUSTOMER,
    columns::AGREEMENT,
    columns::CREDIT_NAME,
    columns::CURRENCY,
    columns::MONTH,
    columns::STATUS,
    Column::new("PreviousCreditAmount", Kind::Amount, Keep::Detail),
    columns::CREDIT_AMOUNT,
    Column { keep: Keep::Key, ..columns::GIVEN },
    columns::OPENING,
    Column::new("SpanMonths", Kind::Count, Keep::Detail),
    columns::BALANCE_AMOUNT,
    columns::PERIOD,
];

/// The currency's place among the columns.
const CURRENCY: usize = 4;

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<Outcome> {
    let writer = args.write.open(&args.read.inputs(), stdio)?;
    let ledger = args.read.ledger(stdio)?;
    let names = args.read.names(stdio)?;
    let filter = args.filter.filter(ledger, &names)?;
    let threads = args.read.threads_for(ledger.report());
    let months = summary::summarize(ledger, &filter, &[GroupBy::Month], threads)?;
    hints::tell(ledger, &filter, &months, stdio)?;
    let any_open = months.iter().any(|month| month.period(&filter) == Some(Period::Open));
    let rows = View { ledger, filter: &filter, sorted: Sorted::of(ledger) };
    let totals = Totals { ledger, filter: &filter, threads };
    let table = Table {
        columns: COLUMNS.to_vec(),
        rows: &rows,
        currency: Some(CURRENCY),
        totals: Some(&totals),
        footnotes: hints::footnotes(any_open, &filter),
    };
    writer.write_named(&table, &names, threads, stdio)?;
    Ok(Outcome::Done)
}

struct View<'l> {
    ledger: &'l Ledger,
    filter: &'l Filter,
    sorted: Sorted,
}

impl View<'_> {
    fn row(&self, credit: &Credit, entry: &Entry<'_>, sink: &mut RowSink<'_>) -> io::Result<()> {
        let identity = self.ledger.identity(credit);
        let period = self.filter.period(entry.month);
        sink(&[
            Cell::Text(identity.partner.as_str()),
            Cell::Text(identity.customer.as_str()),
            Cell::Text(identity.agreement.as_str()),
            Cell::Text(&identity.credit_name),
            Cell::Currency(identity.currency),
            Cell::Month(entry.month, period),
            Cell::Text(entry.status.as_str()),
            Cell::or_empty(entry.previous, Cell::Amount),
            Cell::Amount(entry.credit_amount),
            Cell::or_empty(entry.given, Cell::Amount),
            Cell::or_empty(entry.opening, Cell::Amount),
            Cell::or_empty(entry.span, |span| Cell::Count(span.into())),
            Cell::Amount(entry.balance_amount),
            Cell::Text(period.as_str()),
        ])
    }
}

impl Rows for View<'_> {
    fn parts(&self) -> usize {
        self.sorted.parts()
    }

    fn part(&self, part: usize, sink: &mut RowSink<'_>) -> io::Result<()> {
        for credits in self.sorted.part(self.ledger, part) {
            if let [credit] = credits[..] {
                given::months(self.ledger, self.filter, credit, |entry| self.row(credit, &entry, sink))?;
                continue;
            }
            let mut rows = Vec::new();
            for credit in credits {
                given::months(self.ledger, self.filter, credit, |entry| {
                    rows.push((credit, entry));
                    Ok::<_, AnalysisError>(())
                })?;
            }
            // Stable: credits that share a month stay in the order of their first days.
            rows.sort_by_key(|(_, entry)| entry.month);
            rows.iter().try_for_each(|(credit, entry)| self.row(credit, entry, sink))?;
        }
        Ok(())
    }
}

/// The total of each currency, summed where a format shows it.
struct Totals<'l> {
    ledger: &'l Ledger,
    filter: &'l Filter,
    threads: usize,
}

impl Rows for Totals<'_> {
    fn parts(&self) -> usize {
        1
    }

    fn part(&self, _: usize, sink: &mut RowSink<'_>) -> io::Result<()> {
        for total in summary::summarize(self.ledger, self.filter, &[], self.threads)? {
            let mut cells = [Cell::Empty; COLUMNS.len()];
            cells[CURRENCY] = Cell::Currency(total.group.currency);
            cells[8] = Cell::Amount(total.credit_amount);
            cells[9] = Cell::or_empty(total.given, Cell::Amount);
            cells[10] = Cell::or_empty(total.opening, Cell::Amount);
            cells[12] = Cell::Amount(total.balance_amount);
            sink(&cells)?;
        }
        Ok(())
    }
}

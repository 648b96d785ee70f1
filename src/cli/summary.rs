//! `aco summary`

use std::collections::BTreeMap;
use std::io;

use clap::ValueEnum;
use rust_decimal::Decimal;

use crate::analysis::filter::Filter;
use crate::analysis::summary::{self, GroupBy, Summary};
use crate::model::currency::Currency;
use crate::model::message::Message;
use crate::model::month::Month;
use crate::model::period::Period;
use crate::output::bars::{self, Bar, Bars};
use crate::output::table::{Cell, Column, Keep, Kind, RowSink, Rows, Table};

use super::filter::FilterArgs;
use super::read::ReadArgs;
use super::write::WriteArgs;
use super::{Outcome, Stdio, columns, hints};

/// How much credit was given, and how much is left, by month and currency
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  aco summary fixtures/aco-balance.csv
  aco summary fixtures/aco-balance.csv --by customer --closed
  aco summary fixtures/aco-balance.csv --by month,status -o summary.csv
  aco summary fixtures/aco-balance.csv --chart")]
pub(super) struct Args {
    /// What to group by, one or more, separated by commas; the currency always is part of it
    #[arg(long, value_name = "KEYS", value_delimiter = ',', default_value = "month")]
    by: Vec<Key>,

    /// Draw credit given by month as bars beside the figures, for each currency on a scale of its own
    #[arg(long, conflicts_with_all = ["by", "csv_safe"])]
    chart: bool,

    #[command(flatten)]
    read: ReadArgs,

    #[command(flatten)]
    filter: FilterArgs,

    #[command(flatten)]
    write: WriteArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Key {
    Month,
    Customer,
    Agreement,
    Partner,
    Currency,
    Status,
}

impl Key {
    fn column(self) -> Column {
        match self {
            Self::Month => columns::MONTH,
            Self::Customer => columns::CUSTOMER,
            Self::Agreement => Column { keep: Keep::Key, ..columns::AGREEMENT },
            Self::Partner => Column { keep: Keep::Key, ..columns::PARTNER },
            Self::Currency => columns::CURRENCY,
            Self::Status => Column { keep: Keep::Key, ..columns::STATUS },
        }
    }

    fn group_by(self) -> GroupBy {
        match self {
            Self::Month => GroupBy::Month,
            Self::Customer => GroupBy::Customer,
            Self::Agreement => GroupBy::Agreement,
            Self::Partner => GroupBy::Partner,
            Self::Currency => GroupBy::Currency,
            Self::Status => GroupBy::Status,
        }
    }
}

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<Outcome> {
    let writer = args.write.open(&args.read.inputs(), stdio)?;
    if args.chart && writer.asks_for_data() {
        let message = Message::error("--chart draws text for people");
        return Err(message.hint("leave out --format, or write to a file that ends in .txt").into());
    }
    let ledger = args.read.ledger(stdio)?;
    let names = args.read.names(stdio)?;
    let filter = args.filter.filter(ledger, &names)?;
    let mut keys: Vec<Key> = Vec::new();
    for key in &args.by {
        if !keys.contains(key) {
            keys.push(*key);
        }
    }
    let by: Vec<GroupBy> = keys.iter().map(|key| key.group_by()).collect();
    let threads = args.read.threads_for(ledger.report());
    let groups = summary::summarize(ledger, &filter, &by, threads)?;
    if args.chart {
        hints::tell(ledger, &filter, &groups, stdio)?;
        let charts = given_by_month(&groups, &filter);
        let any_open = groups.iter().any(|group| group.period(&filter) == Some(Period::Open));
        let notes = hints::footnotes(any_open, &filter);
        writer.write_text(stdio, |style, out| bars::write("credit given by month", &charts, &notes, style, out))?;
        return Ok(Outcome::Done);
    }
    let totals = if writer.shows_totals(stdio) && !by.is_empty() {
        summary::summarize(ledger, &filter, &[], threads)?
    } else {
        Vec::new()
    };
    hints::tell(ledger, &filter, &groups, stdio)?;
    let columns = columns(&keys);
    let currency = columns.iter().position(|column| *column == columns::CURRENCY);
    let any_open = groups.iter().any(|group| group.period(&filter) == Some(Period::Open));
    let rows = View { keys: &keys, groups: &groups, filter: &filter };
    let totals = View { keys: &keys, groups: &totals, filter: &filter };
    let footnotes = hints::footnotes(any_open, &filter);
    let table = Table { columns, rows: &rows, currency, totals: Some(&totals), footnotes };
    writer.write_named(&table, &names, threads, stdio)?;
    Ok(Outcome::Done)
}

/// The months from the first to the last of each currency; months without records are empty.
fn given_by_month(groups: &[Summary<'_>], filter: &Filter) -> Vec<Bars> {
    let mut given: BTreeMap<Currency, BTreeMap<Month, Option<Decimal>>> = BTreeMap::new();
    for summary in groups {
        if let Some(month) = summary.group.month {
            given.entry(summary.group.currency).or_default().insert(month, summary.given);
        }
    }
    given
        .into_iter()
        .map(|(currency, amounts)| {
            let months = amounts.keys().next().copied().into_iter().flat_map(|first| {
                let last = amounts.keys().next_back().copied().unwrap_or(first);
                (0..=last.months_since(first)).filter_map(move |later| first.later(later.into()))
            });
            let bar =
                |month| Bar { month, period: filter.period(month), amount: amounts.get(&month).copied().flatten() };
            Bars { currency, months: months.map(bar).collect() }
        })
        .collect()
}

fn columns(keys: &[Key]) -> Vec<Column> {
    let keys_shown = keys.iter().filter(|key| **key != Key::Currency).map(|key| key.column());
    let mut columns: Vec<Column> = keys_shown.collect();
    columns.extend([
        columns::CURRENCY,
        Column::new("Customers", Kind::Count, Keep::Detail),
        Column::new("Credits", Kind::Count, Keep::Detail),
        columns::OPENING,
        columns::GIVEN,
        columns::CREDIT_AMOUNT,
        columns::BALANCE_AMOUNT,
        columns::FORFEITED,
    ]);
    if keys.contains(&Key::Month) {
        columns.push(columns::PERIOD);
    }
    columns
}

/// The groups as rows; a total has no keys but its currency.
struct View<'a> {
    keys: &'a [Key],
    groups: &'a [Summary<'a>],
    filter: &'a Filter,
}

impl Rows for View<'_> {
    fn parts(&self) -> usize {
        1
    }

    fn part(&self, _: usize, sink: &mut RowSink<'_>) -> io::Result<()> {
        let mut cells = Vec::new();
        for summary in self.groups {
            let group = &summary.group;
            let period = summary.period(self.filter);
            cells.clear();
            cells.extend(self.keys.iter().filter(|key| **key != Key::Currency).map(|key| match key {
                Key::Month => Cell::or_empty(group.month, |month| Cell::Month(month, self.filter.period(month))),
                Key::Customer => Cell::or_empty(group.customer, |id| Cell::Text(id.as_str())),
                Key::Agreement => Cell::or_empty(group.agreement, |id| Cell::Text(id.as_str())),
                Key::Partner => Cell::or_empty(group.partner, |id| Cell::Text(id.as_str())),
                Key::Status => Cell::or_empty(group.status, |status| Cell::Text(status.as_str())),
                Key::Currency => Cell::Currency(group.currency),
            }));
            cells.extend([
                Cell::Currency(group.currency),
                Cell::Count(summary.customers),
                Cell::Count(summary.credits),
                Cell::or_empty(summary.opening, Cell::Amount),
                Cell::or_empty(summary.given, Cell::Amount),
                Cell::Amount(summary.credit_amount),
                Cell::Amount(summary.balance_amount),
                Cell::Amount(summary.forfeited),
            ]);
            if self.keys.contains(&Key::Month) {
                cells.push(Cell::or_empty(period, |period| Cell::Text(period.as_str())));
            }
            sink(&cells)?;
        }
        Ok(())
    }
}

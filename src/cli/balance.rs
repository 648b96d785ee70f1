//! `aco balance`

use std::io;

use crate::analysis::balance::{self, Balance};
use crate::ledger::{Credit, Ledger};
use crate::model::money::Sum;
use crate::model::period::Period;
use crate::output::table::{Cell, Column, Keep, Kind, RowSink, Rows, Table};

use super::filter::FilterArgs;
use super::read::ReadArgs;
use super::sorted::Sorted;
use super::write::WriteArgs;
use super::{Outcome, Stdio, columns, hints};

/// What is left of each credit: its latest state
#[derive(Debug, clap::Args)]
#[command(after_help = "\
With --to or --month, the state is that of the latest month shown. --status asks for the status in that month, so \
`--status active` leaves out credits that have expired since.

Examples:
  aco balance fixtures/aco-balance.csv --status active
  aco balance fixtures/aco-balance.csv --to 2022-06 --as-of 2022-06-30
  aco balance fixtures/aco-balance.csv --currency EUR -f json")]
pub(super) struct Args {
    #[command(flatten)]
    read: ReadArgs,

    #[command(flatten)]
    filter: FilterArgs,

    #[command(flatten)]
    write: WriteArgs,
}

const COLUMNS: [Column; 15] = [
    columns::PARTNER,
    columns::CUSTOMER,
    columns::AGREEMENT,
    columns::CREDIT_NAME,
    columns::CURRENCY,
    columns::MONTH,
    columns::STATUS,
    Column::new("CreditLimit", Kind::Amount, Keep::Answer),
    columns::CREDIT_AMOUNT,
    columns::BALANCE_AMOUNT,
    Column::new("UsedPercent", Kind::Percent, Keep::Detail),
    columns::EFFECTIVE,
    columns::EXPIRY,
    Column::new("DaysLeft", Kind::Count, Keep::Answer),
    columns::FORFEITED,
];

/// The currency's place among the columns.
const CURRENCY: usize = 4;

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<Outcome> {
    let writer = args.write.open(&args.read.inputs(), stdio)?;
    let ledger = args.read.ledger(stdio)?;
    let names = args.read.names(stdio)?;
    let filter = args.filter.filter(ledger, &names)?;
    let sorted = Sorted::of(ledger);
    let mut states = Vec::new();
    for credits in (0..sorted.parts()).flat_map(|part| sorted.part(ledger, part)) {
        let first = states.len();
        for credit in credits {
            if let Some(balance) = balance::latest(ledger, &filter, credit)? {
                let period = filter.period(balance.latest.month);
                states.push(State { credit, balance, period });
            }
        }
        // Stable: credits that share a month stay in the order of their first days.
        states[first..].sort_by_key(|state| state.balance.latest.month);
    }
    if states.is_empty() {
        hints::tell_nothing(ledger, &filter, stdio);
    }
    hints::tell_gaps(ledger, &filter, stdio)?;
    let any_open = states.iter().any(|state| state.period == Period::Open);
    let rows = View { ledger, states: &states };
    let totals = Totals::of(ledger, &states)?;
    let table = Table {
        columns: COLUMNS.to_vec(),
        rows: &rows,
        currency: Some(CURRENCY),
        totals: Some(&totals),
        footnotes: hints::footnotes(any_open, &filter),
    };
    writer.write_named(&table, &names, args.read.threads_for(ledger.report()), stdio)?;
    Ok(Outcome::Done)
}

struct State<'l> {
    credit: &'l Credit,
    balance: Balance<'l>,
    period: Period,
}

struct View<'l> {
    ledger: &'l Ledger,
    states: &'l [State<'l>],
}

impl Rows for View<'_> {
    fn parts(&self) -> usize {
        1
    }

    fn part(&self, _: usize, sink: &mut RowSink<'_>) -> io::Result<()> {
        for State { credit, balance, period } in self.states {
            let identity = self.ledger.identity(credit);
            let latest = &balance.latest;
            sink(&[
                Cell::Text(identity.partner.as_str()),
                Cell::Text(identity.customer.as_str()),
                Cell::Text(identity.agreement.as_str()),
                Cell::Text(&identity.credit_name),
                Cell::Currency(identity.currency),
                Cell::Month(latest.month, *period),
                Cell::Text(latest.status.as_str()),
                Cell::Amount(balance.limit),
                Cell::Amount(latest.credit_amount),
                Cell::Amount(latest.balance_amount),
                Cell::or_empty(balance.used_percent, Cell::Amount),
                Cell::or_empty(latest.effective(), Cell::Date),
                Cell::or_empty(latest.expiry(), Cell::Date),
                Cell::or_empty(balance.days_left, Cell::Count),
                Cell::Amount(balance.forfeited),
            ])?;
        }
        Ok(())
    }
}

/// The total of each currency.
struct Totals(Vec<[Cell<'static>; COLUMNS.len()]>);

impl Totals {
    fn of(ledger: &Ledger, states: &[State<'_>]) -> anyhow::Result<Self> {
        let mut sums = std::collections::BTreeMap::<_, [Sum; 4]>::new();
        for State { credit, balance, .. } in states {
            let sums = sums.entry(ledger.identity(credit).currency).or_default();
            let latest = &balance.latest;
            let amounts = [balance.limit, latest.credit_amount, latest.balance_amount, balance.forfeited];
            for (sum, amount) in sums.iter_mut().zip(amounts) {
                sum.add(amount)?;
            }
        }
        let rows: Result<_, crate::model::money::Overflow> = sums
            .into_iter()
            .map(|(currency, [limit, used, left, forfeited])| {
                let mut cells = [Cell::Empty; COLUMNS.len()];
                cells[CURRENCY] = Cell::Currency(currency);
                cells[7] = Cell::Amount(limit.value()?);
                cells[8] = Cell::Amount(used.value()?);
                cells[9] = Cell::Amount(left.value()?);
                cells[14] = Cell::Amount(forfeited.value()?);
                Ok(cells)
            })
            .collect();
        Ok(Self(rows?))
    }
}

impl Rows for Totals {
    fn parts(&self) -> usize {
        1
    }

    fn part(&self, _: usize, sink: &mut RowSink<'_>) -> io::Result<()> {
        self.0.iter().try_for_each(|row| sink(row))
    }
}

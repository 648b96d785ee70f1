//! `aco expiring`

use std::collections::BTreeMap;
use std::io;

use crate::analysis::expiring::{self, Expiring, Horizon};
use crate::analysis::filter::Filter;
use crate::ledger::Ledger;
use crate::model::message::Message;
use crate::model::money::{Overflow, Sum};
use crate::model::period::Period;
use crate::output::table::{Cell, Column, Keep, Kind, RowSink, Rows, Table};

use super::filter::FilterArgs;
use super::read::ReadArgs;
use super::words::Count;
use super::write::WriteArgs;
use super::{Outcome, Stdio, columns, hints};

/// Which active credits end or run out soon, and what will be lost
#[derive(Debug, clap::Args)]
#[command(after_help = "\
MonthlyUse is the mean CreditGiven of the last closed months. At that pace the balance ends in RunOutMonth, or \
ProjectedUnused is left on the ExpiryDate: every month after the credit's last record counts, the last one by its \
share of days. An open month counts at the pace, or with what it already shows where that is more. The use until \
then is rounded once, half away from zero, to the currency's decimals.

A credit that runs out within --within days is listed too, however late it ends.

Examples:
  aco expiring fixtures/aco-balance.csv --as-of 2022-12-15
  aco expiring fixtures/aco-balance.csv --as-of 2022-12-15 --within 30 --over 6
  aco expiring fixtures/aco-balance.csv --as-of 2022-12-15 --within all -o expiring.csv")]
pub(super) struct Args {
    /// How many days ahead to look, or `all`
    #[arg(long, value_name = "DAYS", default_value = "90", allow_hyphen_values = true, value_parser = within)]
    within: Within,

    /// How many closed months make the pace
    #[arg(long, value_name = "N", default_value = "3", value_parser = clap::value_parser!(u32).range(1..=120))]
    over: u32,

    #[command(flatten)]
    read: ReadArgs,

    #[command(flatten)]
    filter: FilterArgs,

    #[command(flatten)]
    write: WriteArgs,
}

/// How far ahead to look.
#[derive(Clone, Copy, Debug)]
enum Within {
    Days(u32),
    All,
}

fn within(text: &str) -> Result<Within, String> {
    match text.parse() {
        _ if text == "all" => Ok(Within::All),
        Ok(days) => Ok(Within::Days(days)),
        Err(_) => Err("expected a number of days such as `90`, or `all`".to_owned()),
    }
}

pub(super) const COLUMNS: [Column; 11] = [
    columns::PARTNER,
    columns::CUSTOMER,
    columns::AGREEMENT,
    columns::CREDIT_NAME,
    columns::CURRENCY,
    columns::BALANCE_AMOUNT,
    Column { keep: Keep::Answer, ..columns::EXPIRY },
    Column::new("DaysLeft", Kind::Count, Keep::Answer),
    Column::new("MonthlyUse", Kind::Amount, Keep::Detail),
    Column::new("RunOutMonth", Kind::Month, Keep::Answer),
    Column::new("ProjectedUnused", Kind::Amount, Keep::Key),
];

/// Tables for people begin with it.
const BAND: Column = Column::new("Within", Kind::Text, Keep::Detail);

/// The currency's place among the columns.
const CURRENCY: usize = 4;

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<Outcome> {
    let writer = args.write.open(&args.read.inputs(), stdio)?;
    let ledger = args.read.ledger(stdio)?;
    let names = args.read.names(stdio)?;
    let filter = args.filter.filter(ledger, &names)?;
    let within = match args.within {
        Within::Days(days) => Some(days),
        Within::All => None,
    };
    let listing = expiring::list(ledger, &filter, Horizon { within, over: args.over })?;
    hints::tell_age(ledger, &filter, stdio);
    tell(ledger, &listing, args, &filter, stdio);
    let bands = writer.is_for_people(stdio);
    let rows = View { ledger, credits: &listing.credits, bands };
    let totals = Totals::of(ledger, &listing.credits, bands)?;
    let any_open = listing.credits.iter().any(|expiring| is_open(expiring, &filter));
    let table = Table {
        columns: bands.then_some(BAND).into_iter().chain(COLUMNS).collect(),
        rows: &rows,
        currency: Some(CURRENCY + usize::from(bands)),
        totals: Some(&totals),
        footnotes: footnotes(any_open, &filter),
    };
    writer.write_named(&table, &names, args.read.threads_for(ledger.report()), stdio)?;
    Ok(Outcome::Done)
}

fn tell(ledger: &Ledger, listing: &expiring::Listing<'_>, args: &Args, filter: &Filter, stdio: &mut Stdio<'_>) {
    if listing.credits.is_empty() {
        match args.within {
            Within::Days(days) => {
                let days = Count(days as usize, "day");
                stdio.say(&Message::note(format!("no active credit shown ends or runs out within {days}")));
            }
            Within::All => hints::tell_nothing(ledger, filter, stdio),
        }
    }
    if listing.ended > 0 {
        let (verb, their) = if listing.ended == 1 { ("was", "its") } else { ("were", "their") };
        let credits = Count(listing.ended, "credit");
        let message = Message::note(format!(
            "{credits} {verb} active in {their} last record, but ended before {}: not listed",
            filter.as_of
        ));
        stdio.say(&message.hint("for the state on an earlier day, give it with --as-of"));
    }
}

fn is_open(expiring: &Expiring<'_>, filter: &Filter) -> bool {
    filter.period(expiring.balance.latest.month) == Period::Open
}

fn footnotes(any_open: bool, filter: &Filter) -> Vec<String> {
    if any_open {
        vec![format!("figures of the month open on {} may still change until its invoice is out", filter.as_of)]
    } else {
        Vec::new()
    }
}

struct View<'l> {
    ledger: &'l Ledger,
    credits: &'l [Expiring<'l>],
    bands: bool,
}

impl Rows for View<'_> {
    fn parts(&self) -> usize {
        1
    }

    fn part(&self, _: usize, sink: &mut RowSink<'_>) -> io::Result<()> {
        for expiring in self.credits {
            let cells = cells(self.ledger, expiring);
            if self.bands {
                let band = std::iter::once(Cell::Text(expiring.band().as_str()));
                sink(&band.chain(cells).collect::<Vec<_>>())?;
            } else {
                sink(&cells)?;
            }
        }
        Ok(())
    }
}

/// A credit's row.
pub(super) fn cells<'l>(ledger: &'l Ledger, expiring: &Expiring<'l>) -> [Cell<'l>; COLUMNS.len()] {
    let identity = ledger.identity(expiring.credit);
    let latest = &expiring.balance.latest;
    [
        Cell::Text(identity.partner.as_str()),
        Cell::Text(identity.customer.as_str()),
        Cell::Text(identity.agreement.as_str()),
        Cell::Text(&identity.credit_name),
        Cell::Currency(identity.currency),
        Cell::Amount(latest.balance_amount),
        Cell::or_empty(latest.expiry(), Cell::Date),
        Cell::or_empty(expiring.balance.days_left, Cell::Count),
        Cell::or_empty(expiring.monthly_use, Cell::Amount),
        // A month to come is no provisional figure: it is marked neither way.
        Cell::or_empty(expiring.run_out, |month| Cell::Month(month, Period::Closed)),
        Cell::or_empty(expiring.projected_unused, Cell::Amount),
    ]
}

/// The total of each currency.
struct Totals {
    rows: Vec<[Cell<'static>; COLUMNS.len() + 1]>,
    bands: bool,
}

impl Totals {
    fn of(ledger: &Ledger, credits: &[Expiring<'_>], bands: bool) -> Result<Self, Overflow> {
        let mut sums = BTreeMap::<_, [Option<Sum>; 3]>::new();
        for expiring in credits {
            let sums = sums.entry(ledger.identity(expiring.credit).currency).or_default();
            let balance = expiring.balance.latest.balance_amount;
            let amounts = [Some(balance), expiring.monthly_use, expiring.projected_unused];
            for (sum, amount) in sums.iter_mut().zip(amounts) {
                if let Some(amount) = amount {
                    sum.get_or_insert_default().add(amount)?;
                }
            }
        }
        let rows: Result<_, Overflow> = sums
            .into_iter()
            .map(|(currency, [balance, monthly_use, unused])| {
                let total = |sum: Option<Sum>| Ok(Cell::or_empty(sum.map(Sum::value).transpose()?, Cell::Amount));
                let mut cells = [Cell::Empty; COLUMNS.len() + 1];
                cells[1 + CURRENCY] = Cell::Currency(currency);
                cells[6] = total(balance)?;
                cells[9] = total(monthly_use)?;
                cells[11] = total(unused)?;
                Ok(cells)
            })
            .collect();
        Ok(Self { rows: rows?, bands })
    }
}

impl Rows for Totals {
    fn parts(&self) -> usize {
        1
    }

    fn part(&self, _: usize, sink: &mut RowSink<'_>) -> io::Result<()> {
        self.rows.iter().try_for_each(|row| sink(if self.bands { row } else { &row[1..] }))
    }
}

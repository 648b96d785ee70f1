//! Small ledgers for unit tests.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::model::{Block, Currency, Id, Identity, Key, Month, Partition, Report, Row, Scales, Shard, Status};

use super::{Entry, Ledger, Rules};

/// A report of files with rows such as `customer 2024-01 100.00 Active 900.00 2024-01-01 2024-12-31`, of one
/// partner and in USD unless a currency follows, then an agreement; `-` for no day.
pub(crate) fn report<R: AsRef<str>>(files: &[&[R]]) -> Report {
    let mut shard = Shard { partitions: vec![Partition::default()], ..Shard::default() };
    for (file, rows) in (0..).zip(files) {
        shard.blocks.push(Block { file, first_row: shard.count, first_line: 2 });
        for row in *rows {
            push(&mut shard, row.as_ref());
        }
    }
    let names = (0..files.len()).map(|file| format!("{file}.csv"));
    Report { files: names.collect(), shards: vec![shard] }
}

fn push(shard: &mut Shard, row: &str) {
    let cells: Vec<&str> = row.split(' ').collect();
    let [customer, month, amount, status, balance, effective, expiry, ref more @ ..] = cells[..] else {
        panic!("seven cells: {row}")
    };
    let id = |text: &str| Id::parse(text).unwrap();
    let partition = &mut shard.partitions[0];
    partition.keys.push(Key {
        identity: Identity {
            partner: Arc::new(id("p")),
            customer: id(customer),
            agreement: id(more.get(1).unwrap_or(&"a")),
            credit_name: "ACO".into(),
            currency: Currency::parse(more.first().unwrap_or(&"USD")).unwrap(),
        },
        effective: effective.parse().ok(),
        expiry: expiry.parse().ok(),
    });
    let at = u16::try_from(shard.months.len()).unwrap();
    shard.months.push(month.parse().unwrap());
    let status = Status::parse(status);
    let known = shard.statuses.iter().position(|known| *known == status);
    let status_at = known.unwrap_or_else(|| {
        shard.statuses.push(status);
        shard.statuses.len() - 1
    });
    let mut place = |text: &str| {
        shard.large_amounts.push(text.parse::<Decimal>().unwrap());
        i32::try_from(shard.large_amounts.len() - 1).unwrap()
    };
    let (credit_amount, balance_amount) = (place(amount), place(balance));
    partition.rows.push(Row {
        credit_amount,
        balance_amount,
        key: at.into(),
        number: shard.count,
        month: at,
        status: u8::try_from(status_at).unwrap(),
        scales: Scales::new(None, None),
    });
    shard.partners.push(Arc::new(id("p")));
    shard.count += 1;
}

pub(crate) fn ledger<R: AsRef<str>>(files: &[&[R]]) -> Ledger {
    Ledger::build(report(files), Rules::default(), 1).unwrap()
}

/// The months of all credits, by identity and first day.
pub(crate) fn entries(ledger: &Ledger) -> Vec<Entry<'_>> {
    let credits = ledger.sorted().into_iter().map(|place| &ledger.credits()[place]);
    credits.flat_map(|credit| ledger.timeline(credit)).map(Result::unwrap).collect()
}

pub(crate) fn month(text: &str) -> Month {
    text.parse().unwrap()
}

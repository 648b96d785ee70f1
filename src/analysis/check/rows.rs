//! Checks of rows against each other: repeated, contradicting and restated ones.

use rust_decimal::Decimal;

use crate::ledger::{Ledger, Pair};
use crate::model::money;
use crate::model::period::Period;

use super::{Check, Findings};

pub(super) fn check(findings: &mut Findings<'_>) {
    let ledger = findings.finder.ledger;
    // Downloads that overlap repeat each other's rows, as they should.
    let in_one_file = |pair: &&Pair| ledger.place(pair.first).file == ledger.place(pair.second).file;
    for pair in ledger.findings().duplicates.iter().filter(in_one_file) {
        findings.add(Check::DuplicateRow, pair.second, || format!("repeats {}; it counts once", other(ledger, *pair)));
    }
    for pair in &ledger.findings().conflicts {
        findings.add(Check::ConflictingRows, pair.second, || {
            format!("contradicts {}: {}; one of the two is wrong", other(ledger, *pair), changes(ledger, *pair))
        });
    }
    for row in &ledger.findings().doubtful_tranches {
        let (shard, at) = ledger.row(*row);
        let effective = shard.key(at).effective.map_or("none".to_owned(), |date| date.to_string());
        findings.add(Check::DatesAmended, *row, || {
            format!(
                "EffectiveDate {effective} tells this credit from another of its agreement, yet no month has both; if \
                 the date was only amended, correct it, or use counts twice"
            )
        });
    }
    for pair in &ledger.findings().restated {
        let (shard, row) = ledger.row(pair.second);
        if findings.finder.filter.period(shard.month(row)) == Period::Closed {
            findings.add(Check::RestatedMonth, pair.second, || {
                format!("restates {}: {}; book the difference", other(ledger, *pair), changes(ledger, *pair))
            });
        }
    }
}

/// Where the first row of a pair stands.
fn other(ledger: &Ledger, pair: Pair) -> String {
    let (first, second) = (ledger.place(pair.first), ledger.place(pair.second));
    if first.file == second.file {
        format!("line {}", first.line)
    } else {
        format!("{}:{}", ledger.report().files[first.file as usize], first.line)
    }
}

/// What differs between the rows of a pair.
fn changes(ledger: &Ledger, pair: Pair) -> String {
    let ((shard, old), (new_shard, new)) = (ledger.row(pair.first), ledger.row(pair.second));
    let (key, new_key) = (shard.key(old), new_shard.key(new));
    let date = |date: Option<chrono::NaiveDate>| date.map_or("none".to_owned(), |date| date.to_string());
    let mut changes = Vec::new();
    changes.extend(amount("CreditAmount", shard.credit_amount(old), new_shard.credit_amount(new)));
    changes.extend(amount("BalanceAmount", shard.balance_amount(old), new_shard.balance_amount(new)));
    for (name, old, new) in [
        ("Status", shard.status(old).to_string(), new_shard.status(new).to_string()),
        ("EffectiveDate", date(key.effective), date(new_key.effective)),
        ("ExpiryDate", date(key.expiry), date(new_key.expiry)),
    ] {
        if old != new {
            changes.push(format!("{name} {old}, now {new}"));
        }
    }
    changes.join("; ")
}

fn amount(name: &str, old: Decimal, new: Decimal) -> Option<String> {
    let difference =
        money::subtract(new, old).map_or("beyond 28 digits".to_owned(), |difference| difference.to_string());
    (old != new).then(|| format!("{name} {old}, now {new} (difference {difference})"))
}

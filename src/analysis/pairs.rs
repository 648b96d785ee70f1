//! Two rows of one credit and month that say different things, in words.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::ledger::{Ledger, RowPair, RowRef};
use crate::model::{Grouped, Visible, money};

/// Where the other row of a pair stands, seen from the second one.
pub fn other(ledger: &Ledger, other: RowRef, row: RowRef) -> String {
    let (other, place) = (ledger.place(other), ledger.place(row));
    if other.file == place.file {
        format!("line {}", other.line)
    } else {
        format!("{}:{}", Visible(&ledger.files()[other.file as usize]), other.line)
    }
}

/// What differs between the rows of a pair.
pub fn changes(ledger: &Ledger, pair: RowPair) -> String {
    let RowPair { replaced: old, kept: new } = pair;
    let (key, new_key) = (ledger.key(old), ledger.key(new));
    let mut changes = Vec::new();
    changes.extend(amount("CreditAmount", ledger.credit_amount(old), ledger.credit_amount(new)));
    changes.extend(amount("BalanceAmount", ledger.balance_amount(old), ledger.balance_amount(new)));
    for (name, old, new) in [
        ("Status", ledger.status(old).to_string(), ledger.status(new).to_string()),
        ("EffectiveDate", day(key.effective), day(new_key.effective)),
        ("ExpiryDate", day(key.expiry), day(new_key.expiry)),
    ] {
        if old != new {
            changes.push(format!("{name} {old}, now {new}"));
        }
    }
    changes.join("; ")
}

/// A day, or that there is none.
pub fn day(date: Option<NaiveDate>) -> String {
    date.map_or("none".to_owned(), |date| date.to_string())
}

fn amount(name: &str, old: Decimal, new: Decimal) -> Option<String> {
    let difference =
        money::subtract(new, old).map_or("beyond 28 digits".to_owned(), |difference| Grouped(difference).to_string());
    (old != new).then(|| format!("{name} {}, now {} (difference {difference})", Grouped(old), Grouped(new)))
}

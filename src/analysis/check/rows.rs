//! Checks of rows against each other: repeated, contradicting and restated ones.

use std::collections::HashSet;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::ledger::{Contradiction, Found, Ledger, RowRef, What};
use crate::model::{Grouped, Identity, Month, Overflow, Visible, money};

use super::{Check, Findings};

/// The command that books what is found, as it is typed.
pub const BOOK: &str = "`aco book FILE... --booked FILE --append`";

pub(super) fn check(findings: &mut Findings<'_>) -> Result<(), Overflow> {
    let ledger = findings.ledger;
    let openings = openings(ledger)?;
    for found in &ledger.findings().rows {
        let Found { what, row, replaced } = *found;
        let used = ledger.credit_amount(row);
        let difference = || money::subtract(used, ledger.credit_amount(replaced)).map(Some);
        let (check, row, amount) = match what {
            What::Completed => continue,
            What::Duplicate => (Check::DuplicateRow, row, None),
            What::Conflict(_) => (Check::ConflictingRows, row, difference()?),
            What::Doubtful => (Check::DatesAmended, row, None),
            What::Restated => (Check::RestatedMonth, row, difference()?),
            What::Added => (Check::RestatedMonth, row, Some(used)),
            What::Gone => (Check::RestatedMonth, row, Some(-used)),
        };
        findings.add(check, row, amount, || message(ledger, found, &openings));
    }
    Ok(())
}

/// The months with use of which nobody knows when it was, looked for where a download changed something.
fn openings(ledger: &Ledger) -> Result<HashSet<(&Identity, Month)>, Overflow> {
    let mut openings = HashSet::new();
    if ledger.findings().rows.iter().any(|found| matches!(found.what, What::Restated | What::Added)) {
        for credit in ledger.credits() {
            let first = ledger.timeline(credit).next().transpose()?.filter(|first| first.opening.is_some());
            openings.extend(first.map(|first| (ledger.identity(credit), first.month)));
        }
    }
    Ok(openings)
}

fn message(ledger: &Ledger, found: &Found, openings: &HashSet<(&Identity, Month)>) -> String {
    let (other, changes) = (other_row(ledger, found.replaced, found.row), || changes(ledger, found));
    let month = ledger.month(found.row);
    // CreditAmount adds up: what one month has more, the next one may have less.
    let to_book = if openings.contains(&(&ledger.key(found.row).identity, month)) {
        format!(
            "{BOOK} books what comes of it after {month}; what was used by then is of unknown months: book it by hand"
        )
    } else {
        format!("{BOOK} books what comes of it")
    };
    match found.what {
        What::Duplicate => format!("repeats {other}; it counts once"),
        What::Conflict(Contradiction::InOneFile) => {
            format!("contradicts {other}: {}; one of the two is wrong", changes())
        }
        What::Conflict(Contradiction::InOneDownload) => format!(
            "contradicts {other}: {}; both files end in the same month: leave one out, or name the older one first and say \
             --in-order",
            changes()
        ),
        What::Conflict(Contradiction::AmongTranches) => format!(
            "may be the credit of {other} with an amended EffectiveDate, or another one of its agreement: {}; leave out the \
             file that is wrong",
            changes()
        ),
        What::Doubtful => format!(
            "EffectiveDate {} tells this credit from another of its agreement, yet no month has both; if the date was only \
             amended, correct it, or use counts twice",
            day(ledger.key(found.row).effective)
        ),
        What::Restated if ledger.credit_amount(found.row) == ledger.credit_amount(found.replaced) => {
            format!("restates {other}: {}; nothing is to be booked", changes())
        }
        What::Restated | What::Completed => format!("restates {other}: {}; {to_book}", changes()),
        What::Added => format!(
            "new with CreditAmount {}, in a month that an older download has without this row; {to_book}",
            ledger.credit_amount(found.row)
        ),
        What::Gone => {
            "gone from a newer download that has this month; it still counts: ask Microsoft whether it was taken \
                       back"
                .to_owned()
        }
    }
}

/// Where the other row of a pair stands, seen from the second one.
pub fn other_row(ledger: &Ledger, other: RowRef, row: RowRef) -> String {
    let (other, place) = (ledger.place(other), ledger.place(row));
    if other.file == place.file {
        format!("line {}", other.line)
    } else {
        format!("{}:{}", Visible(&ledger.files()[other.file as usize]), other.line)
    }
}

/// What differs between the rows of a pair.
pub fn changes(ledger: &Ledger, found: &Found) -> String {
    let Found { replaced: old, row: new, .. } = *found;
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
pub(super) fn day(date: Option<NaiveDate>) -> String {
    date.map_or("none".to_owned(), |date| date.to_string())
}

fn amount(name: &str, old: Decimal, new: Decimal) -> Option<String> {
    let difference =
        money::subtract(new, old).map_or("beyond 28 digits".to_owned(), |difference| Grouped(difference).to_string());
    (old != new).then(|| format!("{name} {}, now {} (difference {difference})", Grouped(old), Grouped(new)))
}

//! Checks of rows against each other: repeated, contradicting and restated ones.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::ledger::{Conflict, Contradiction, Ledger, RowPair, RowRef};
use crate::model::{Grouped, Overflow, Visible, money};

use super::Findings;
use super::catalogue::Check;

/// The command that books what is found, as it is typed.
pub const BOOK: &str = "`aco book FILE... --booked FILE --append`";

pub(super) fn check(findings: &mut Findings<'_>) -> Result<(), Overflow> {
    duplicates(findings);
    conflicts(findings)?;
    doubtful_tranches(findings);
    restated(findings)
}

/// Rows that one file repeats.
fn duplicates(findings: &mut Findings<'_>) {
    let ledger = findings.ledger;
    for pair in &ledger.findings().duplicates {
        let mut rows = [pair.kept, pair.replaced];
        rows.sort_by_key(|row| ledger.place(*row));
        let [first, second] = rows;
        findings.add(Check::DuplicateRow, second, None, || {
            format!("repeats {}; it counts once", other_row(ledger, first, second))
        });
    }
}

fn conflicts(findings: &mut Findings<'_>) -> Result<(), Overflow> {
    let ledger = findings.ledger;
    for Conflict { pair, contradiction } in &ledger.findings().conflicts {
        let RowPair { replaced, kept } = *pair;
        let difference = money::subtract(ledger.credit_amount(kept), ledger.credit_amount(replaced))?;
        findings.add(Check::ConflictingRows, kept, difference, || {
            let (other, changes) = (other_row(ledger, replaced, kept), changes(ledger, *pair));
            match contradiction {
                Contradiction::InOneFile => format!("contradicts {other}: {changes}; one of the two is wrong"),
                Contradiction::InOneDownload => format!(
                    "contradicts {other}: {changes}; both files end in the same month: leave one out, or name the older \
                     one first and say --in-order"
                ),
                Contradiction::AmongTranches => format!(
                    "may be the credit of {other} with an amended EffectiveDate, or another one of its agreement: \
                     {changes}; leave out the file that is wrong"
                ),
            }
        });
    }
    Ok(())
}

fn doubtful_tranches(findings: &mut Findings<'_>) {
    let ledger = findings.ledger;
    for row in &ledger.findings().doubtful_tranches {
        let effective = day(ledger.key(*row).effective);
        findings.add(Check::DatesAmended, *row, None, || {
            format!(
                "EffectiveDate {effective} tells this credit from another of its agreement, yet no month has both; if \
                 the date was only amended, correct it, or use counts twice"
            )
        });
    }
}

/// Months that a newer download changed, though they were not the last of the older one.
fn restated(findings: &mut Findings<'_>) -> Result<(), Overflow> {
    let ledger = findings.ledger;
    for pair in &ledger.findings().restated {
        let difference = money::subtract(ledger.credit_amount(pair.kept), ledger.credit_amount(pair.replaced))?;
        findings.add(Check::RestatedMonth, pair.kept, difference, || {
            let other = other_row(ledger, pair.replaced, pair.kept);
            // CreditAmount adds up: what one month has more, the next one may have less.
            let what = if difference.is_zero() {
                "nothing is to be booked"
            } else {
                &format!("{BOOK} books what comes of it")
            };
            format!("restates {other}: {}; {what}", changes(ledger, *pair))
        });
    }
    for row in &ledger.findings().added {
        findings.add(Check::RestatedMonth, *row, ledger.credit_amount(*row), || {
            format!(
                "new with CreditAmount {}, in a month that an older download has without this row; {BOOK} books what comes \
                 of it",
                ledger.credit_amount(*row)
            )
        });
    }
    for row in &ledger.findings().gone {
        findings.add(Check::RestatedMonth, *row, -ledger.credit_amount(*row), || {
            "gone from a newer download that has this month; it still counts: ask Microsoft whether it was taken back"
                .to_owned()
        });
    }
    Ok(())
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
pub(super) fn day(date: Option<NaiveDate>) -> String {
    date.map_or("none".to_owned(), |date| date.to_string())
}

fn amount(name: &str, old: Decimal, new: Decimal) -> Option<String> {
    let difference =
        money::subtract(new, old).map_or("beyond 28 digits".to_owned(), |difference| Grouped(difference).to_string());
    (old != new).then(|| format!("{name} {}, now {} (difference {difference})", Grouped(old), Grouped(new)))
}

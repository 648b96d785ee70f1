//! Checks of rows against each other: repeated, contradicting and restated ones.

use crate::analysis::pairs;
use crate::ledger::{Conflict, Contradiction, RowPair, RowRef};
use crate::model::{Overflow, money};

use super::Findings;
use super::catalogue::Check;

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
        let place = |row: &RowRef| ledger.place(*row);
        let (first, second) = if place(&pair.kept) < place(&pair.replaced) {
            (pair.kept, pair.replaced)
        } else {
            (pair.replaced, pair.kept)
        };
        findings.add(Check::DuplicateRow, second, || {
            format!("repeats {}; it counts once", pairs::other(ledger, first, second))
        });
    }
}

fn conflicts(findings: &mut Findings<'_>) -> Result<(), Overflow> {
    let ledger = findings.ledger;
    for Conflict { pair, contradiction } in &ledger.findings().conflicts {
        let RowPair { replaced, kept } = *pair;
        let difference = money::subtract(ledger.credit_amount(kept), ledger.credit_amount(replaced))?;
        findings.add_amount(Check::ConflictingRows, kept, difference, || {
            let (other, changes) = (pairs::other(ledger, replaced, kept), pairs::changes(ledger, *pair));
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
        let effective = pairs::day(ledger.key(*row).effective);
        findings.add(Check::DatesAmended, *row, || {
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
        findings.add_amount(Check::RestatedMonth, pair.kept, difference, || {
            let other = pairs::other(ledger, pair.replaced, pair.kept);
            format!("restates {other}: {}; book the difference", pairs::changes(ledger, *pair))
        });
    }
    for row in &ledger.findings().added {
        findings.add_amount(Check::RestatedMonth, *row, ledger.credit_amount(*row), || {
            format!(
                "new with CreditAmount {}, in a month that an older download has without this row; book it",
                ledger.credit_amount(*row)
            )
        });
    }
    for row in &ledger.findings().gone {
        findings.add_amount(Check::RestatedMonth, *row, -ledger.credit_amount(*row), || {
            "gone from a newer download that has this month; it still counts: ask Microsoft whether it was taken back"
                .to_owned()
        });
    }
    Ok(())
}

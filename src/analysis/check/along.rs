//! Checks along a credit's timeline.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::analysis::AnalysisError;
use crate::ledger::{Credit, Entry};
use crate::model::currency::Currency;
use crate::model::money;
use crate::model::month::Month;
use crate::model::record::Identity;
use crate::model::status::Status;

use super::across::Covered;
use super::{Check, Findings, Severity};

/// The name of every credit in the report's documentation.
const CREDIT_NAME: &str = "ACO";

/// Checks a credit; `entries` is memory to reuse.
pub(super) fn check<'l>(
    findings: &mut Findings<'l>,
    credit: &Credit,
    covered: &Covered<'_>,
    entries: &mut Vec<Entry<'l>>,
) -> Result<(), AnalysisError> {
    let ledger = findings.finder.ledger;
    let identity = ledger.identity(credit);
    entries.clear();
    for entry in ledger.timeline(credit) {
        entries.push(entry?);
    }
    for (at, entry) in entries.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| &entries[before]);
        amounts(findings, identity.currency, entry, before)?;
        status(findings, entry, before);
        dates(findings, entry, before);
        gaps(findings, identity, covered, entry, before);
        if before.is_none_or(|before| before.status != entry.status)
            && let Status::Other(word) = entry.status
        {
            findings.add(Check::UnknownStatus, entry.row, || {
                format!("Status is '{}', which is neither Active nor Expired; ask what it means", word.escape_debug())
            });
        }
        if entry.month > Month::of(findings.finder.filter.as_of) {
            let as_of = findings.finder.filter.as_of;
            findings.add(Check::FutureMonth, entry.row, || {
                format!("{} lies after {as_of}; correct the month, or --as-of", entry.month)
            });
        }
    }
    if let Some(first) = entries.first()
        && !identity.credit_name.eq_ignore_ascii_case(CREDIT_NAME)
    {
        findings.add(Check::UnknownCreditName, first.row, || {
            format!(
                "CreditName is '{}', not {CREDIT_NAME}; it may be another kind of credit",
                identity.credit_name.escape_debug()
            )
        });
    }
    if let Some(last) = entries.last() {
        vanished(findings, identity, covered, last);
    }
    Ok(())
}

fn amounts(
    findings: &mut Findings<'_>,
    currency: Currency,
    entry: &Entry<'_>,
    before: Option<&Entry<'_>>,
) -> Result<(), AnalysisError> {
    if let (Some(before), Some(given)) = (before, entry.given)
        && given.is_sign_negative()
        && !given.is_zero()
    {
        findings.add(Check::CreditDecreased, entry.row, || {
            let (old, new) = (before.credit_amount, entry.credit_amount);
            let taken = given.abs();
            format!(
                "CreditAmount fell from {old} in {} to {new}, by {taken}; ask Microsoft what was taken back",
                before.month
            )
        });
    }
    for (name, amount) in [("CreditAmount", entry.credit_amount), ("BalanceAmount", entry.balance_amount)] {
        if amount.is_sign_negative() && !amount.is_zero() {
            findings.add(Check::NegativeAmount, entry.row, || format!("{name} is {amount}, below zero"));
        }
        let decimals = amount.normalize().scale();
        if decimals > currency.minor_units() {
            findings.add(Check::OddPrecision, entry.row, || {
                format!("{name} is {amount}, but {currency} has {} decimals", currency.minor_units())
            });
        }
    }
    if let Some(before) = before.filter(|before| *before.status == Status::Active && *entry.status == Status::Active) {
        let (old, new) = (before.limit()?, entry.limit()?);
        let difference = money::subtract(new, old)?;
        if !difference.is_zero() {
            let (moved, kind) =
                if difference.is_sign_negative() { ("fell", "a clawback") } else { ("rose", "a top-up") };
            findings.add(Check::LimitChanged, entry.row, || {
                format!("the limit {moved} from {old} in {} to {new}, by {}: {kind}", before.month, difference.abs())
            });
        }
    }
    if let Some(opening) = entry.opening {
        findings.add(Check::UnknownOpening, entry.row, || {
            let before = entry.month.previous();
            format!(
                "{opening} was used by the first month given; the report of {before} tells how much of it in {}",
                entry.month
            )
        });
    }
    if entry.forfeited > Decimal::ZERO {
        findings.add(Check::Forfeited, entry.row, || format!("{} expired unused", entry.forfeited));
    }
    Ok(())
}

fn status(findings: &mut Findings<'_>, entry: &Entry<'_>, before: Option<&Entry<'_>>) {
    match (entry.status, entry.expiry) {
        (Status::Active, Some(expiry)) if Month::of(expiry) < entry.month => {
            findings.add(Check::ActivePastExpiry, entry.row, || {
                format!("Active, but the credit expired on {expiry}; ask which of the two is right")
            });
        }
        (Status::Expired, Some(expiry)) if expiry > entry.month.last_day() => {
            findings.add(Check::ExpiredBeforeExpiry, entry.row, || {
                format!(
                    "Expired by {}, but its last day is {expiry}; ask which of the two is right",
                    entry.month.last_day()
                )
            });
        }
        _ => {}
    }
    if let Some(before) = before.filter(|before| *before.status == Status::Expired && *entry.status == Status::Active) {
        findings.add(Check::StatusReverted, entry.row, || {
            format!("Active again after it was Expired in {}; ask whether it can be used", before.month)
        });
    }
}

fn dates(findings: &mut Findings<'_>, entry: &Entry<'_>, before: Option<&Entry<'_>>) {
    let show = |date: Option<NaiveDate>| date.map_or("none".to_owned(), |date| date.to_string());
    let was = |entry: &Entry<'_>| (entry.effective, entry.expiry);
    let changed = before.is_some_and(|before| was(before) != was(entry));
    if let Some(before) = before.filter(|_| changed) {
        let pairs = [("EffectiveDate", before.effective, entry.effective), ("ExpiryDate", before.expiry, entry.expiry)];
        for (name, old, new) in pairs.into_iter().filter(|(_, old, new)| old != new) {
            findings.add(Check::DatesAmended, entry.row, || {
                format!("{name} was {} in {} and is {} now", show(old), before.month, show(new))
            });
        }
    }
    if let (Some(effective), Some(expiry)) = (entry.effective, entry.expiry)
        && effective > expiry
        && (changed || before.is_none())
    {
        findings.add_as(Check::DatesAmended, Severity::Error, entry.row, || {
            format!("EffectiveDate {effective} lies after ExpiryDate {expiry}")
        });
    }
    let Some(given) = entry.given.filter(|given| !given.is_zero()) else { return };
    // After a gap, credit may have been given in any of the months that it spans.
    let from = before.map_or(entry.month, |before| before.month.next());
    if let Some(effective) = entry.effective.filter(|effective| entry.month < Month::of(*effective)) {
        findings.add(Check::UsedOutsideTerm, entry.row, || {
            format!("{given} was given in {}, before the credit began on {effective}", entry.month)
        });
    }
    if let Some(expiry) = entry.expiry.filter(|expiry| from > Month::of(*expiry)) {
        findings.add(Check::UsedOutsideTerm, entry.row, || {
            format!("{given} was given in {}, after the credit expired on {expiry}", entry.month)
        });
    }
}

fn gaps(
    findings: &mut Findings<'_>,
    identity: &Identity,
    covered: &Covered<'_>,
    entry: &Entry<'_>,
    before: Option<&Entry<'_>>,
) {
    let Some(before) = before.filter(|before| entry.month.months_since(before.month) > 1) else { return };
    let missing = covered.between(&identity.partner, before.month, entry.month);
    if let (Some(first), Some(last)) = (missing.first(), missing.last()) {
        let months = if first == last { first.to_string() } else { format!("{first} to {last}") };
        let span = entry.month.months_since(before.month);
        findings.add(Check::MissingMonth, entry.row, || {
            format!(
                "no row for {months}, which other credits have; CreditGiven of {} covers {span} months",
                entry.month
            )
        });
    }
}

fn vanished(findings: &mut Findings<'_>, identity: &Identity, covered: &Covered<'_>, last: &Entry<'_>) {
    let now = Month::of(findings.finder.filter.as_of);
    let report_goes_on = covered.last(&identity.partner, now).filter(|end| *end > last.month);
    if let Some(end) = report_goes_on
        && *last.status == Status::Active
        && last.balance_amount > Decimal::ZERO
    {
        findings.add(Check::CreditVanished, last.row, || {
            format!(
                "the rows stop in {} with {} left, but the report goes on to {end}",
                last.month, last.balance_amount
            )
        });
    }
}

//! Checks along a credit's timeline, and of what lies ahead of it.

use chrono::Days;
use rust_decimal::Decimal;

use crate::analysis::expiring::Expiring;
use crate::analysis::filter::Filter;
use crate::ledger::{Credit, Entry, Life, State};
use crate::model::{Currency, Grouped, Id, Identity, Level, Month, Overflow, Status, money};

use super::rows::day;
use super::{Check, Finding, Findings};

/// The name of every credit in the report's documentation.
const CREDIT_NAME: &str = "ACO";

/// Checks a credit.
pub(super) fn check(findings: &mut Findings<'_>, credit: &Credit, life: &Life<'_>) -> Result<(), Overflow> {
    let identity = findings.ledger.identity(credit);
    for (at, entry) in life.entries.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| &life.entries[before]);
        amounts(findings, identity.currency, entry, before);
        limit(findings, identity.currency, entry, before)?;
        status(findings, entry, before);
        dates(findings, entry, before);
        term(findings, identity.currency, entry);
        gaps(findings, &identity.partner, entry, before);
        if entry.month > Month::of(findings.filter.as_of) {
            let message = || format!("{} has not begun yet; correct the month", entry.month);
            findings.add(Check::FutureMonth, entry.row, None, message);
        }
    }
    if let (Some(first), Some(last)) = (life.entries.first(), life.entries.last()) {
        credit_name(findings, identity, first);
        unknown_past(findings, credit, first);
        beside(findings, credit);
        vanished(findings, credit, life, last);
    }
    forfeited(findings, identity, life)
}

fn amounts(findings: &mut Findings<'_>, currency: Currency, entry: &Entry<'_>, before: Option<&Entry<'_>>) {
    if let (Some(before), Some(given)) = (before, entry.given)
        && given < Decimal::ZERO
    {
        findings.add(Check::CreditDecreased, entry.row, given, || {
            let (old, new) = (Grouped(before.credit_amount), Grouped(entry.credit_amount));
            let taken = Grouped(given.abs());
            format!(
                "CreditAmount fell from {old} in {} to {new}, by {taken} {currency}; ask Microsoft what was taken back",
                before.month
            )
        });
    }
    for (name, amount) in [("CreditAmount", entry.credit_amount), ("BalanceAmount", entry.balance_amount)] {
        if amount < Decimal::ZERO {
            findings.add(Check::NegativeAmount, entry.row, amount, || {
                let amount = Grouped(amount);
                format!("{name} is {amount} {currency}, below zero; ask Microsoft what it stands for")
            });
        }
        if amount.scale() > currency.minor_units() && amount.normalize().scale() > currency.minor_units() {
            findings.add(Check::OddPrecision, entry.row, amount, || {
                format!("{name} is {}, but {currency} has {} decimals", Grouped(amount), currency.minor_units())
            });
        }
    }
}

fn unknown_past(findings: &mut Findings<'_>, credit: &Credit, first: &Entry<'_>) {
    let Some(opening) = first.opening else { return };
    let (currency, month) = (findings.ledger.identity(credit).currency, first.month);
    let amount = Grouped(opening);
    let ledger = findings.ledger;
    match ledger.moved(credit).from {
        Some(row) => findings.add(Check::PartnerChanged, first.row, opening, || {
            let (partner, before) = (&ledger.key(row).identity.partner, ledger.credit_amount(row));
            format!(
                "partner {partner} had this credit before, with {} {currency} used by {}; how much of the {amount} used \
                 now was given in {month} is not known: book it by hand",
                Grouped(before),
                ledger.month(row)
            )
        }),
        None => findings.add(Check::UnknownOpening, first.row, opening, || {
            format!(
                "{amount} {currency} was used by the first month given; the whole report of {} tells how much of it in \
                 {month}",
                month.previous()
            )
        }),
    }
}

/// A credit that two partners have in one month.
fn beside(findings: &mut Findings<'_>, credit: &Credit) {
    let ledger = findings.ledger;
    let Some(other) = ledger.moved(credit).beside else { return };
    let month = ledger.month(other);
    let Some(row) = ledger.rows(credit).find(|row| ledger.month(*row) == month) else { return };
    findings.add(Check::PartnerChanged, row, ledger.credit_amount(row), || {
        let partner = &ledger.key(other).identity.partner;
        format!("partner {partner} has this credit in {month} too; if it is one credit, its use counts twice: keep one")
    });
}

/// What is lost by an end, be it that a row tells it, or that the last day has passed since the last one.
fn forfeited(findings: &mut Findings<'_>, identity: &Identity, life: &Life<'_>) -> Result<(), Overflow> {
    let currency = identity.currency;
    for (month, lost, entry) in life.forfeited()?.into_iter().filter(|(_, lost, _)| *lost > Decimal::ZERO) {
        let has_row = month == entry.month;
        // A row of a month to come is a fault, and covers nothing.
        if !has_row && month > Month::of(findings.filter.as_of) {
            continue;
        }
        let check = Check::Forfeited;
        findings.add_in(month, check, check.severity(), entry.row, lost, || {
            let (lost, ended) = (Grouped(lost), if *entry.status == Status::Expired { "expired" } else { "ended" });
            if has_row {
                return format!("{lost} {currency} {ended} unused; count on it no longer");
            }
            let (expiry, last) = (day(entry.expiry()), entry.month);
            format!("{lost} {currency} expired unused on {expiry}; the rows stop in {last}; count on it no longer")
        });
    }
    Ok(())
}

fn limit(
    findings: &mut Findings<'_>,
    currency: Currency,
    entry: &Entry<'_>,
    before: Option<&Entry<'_>>,
) -> Result<(), Overflow> {
    let runs = |entry: &Entry<'_>| entry.state == State::Running;
    let Some(before) = before.filter(|before| runs(before) && runs(entry)) else {
        return Ok(());
    };
    let (old, new) = (before.limit()?, entry.limit()?);
    if old != new {
        let difference = money::subtract(new, old)?;
        let (moved, kind) = if difference < Decimal::ZERO { ("fell", "a clawback") } else { ("rose", "a top-up") };
        findings.add(Check::LimitChanged, entry.row, difference, || {
            let (old, new, by) = (Grouped(old), Grouped(new), Grouped(difference.abs()));
            format!("the limit {moved} from {old} in {} to {new}, by {by} {currency}: {kind}", before.month)
        });
    }
    Ok(())
}

fn status(findings: &mut Findings<'_>, entry: &Entry<'_>, before: Option<&Entry<'_>>) {
    let is_over = entry.state == State::Over;
    let was_over = before.is_some_and(|before| before.state == State::Over);
    // One that was used up ends as it should.
    let granted = before.is_some_and(|before| before.state == State::NotYet && before.balance_amount > Decimal::ZERO);
    let has_some = granted || entry.forfeited > Decimal::ZERO || entry.balance_amount > Decimal::ZERO;
    match (entry.status, entry.expiry().filter(|_| !entry.contradicts_itself())) {
        (Status::Active, Some(expiry)) if Month::of(expiry) < entry.month => {
            findings.add(Check::ActivePastExpiry, entry.row, None, || {
                format!("Active, but the credit expired on {expiry}; ask which of the two is right")
            });
        }
        (status, Some(expiry)) if is_over && !was_over && has_some && expiry > entry.month.last_day() => {
            findings.add(Check::EndedEarly, entry.row, None, || {
                format!(
                    "{status} by {}, but its last day is {expiry}; ask which of the two is right",
                    entry.month.last_day()
                )
            });
        }
        (status, _) if status.is_unknown() && before.is_none_or(|before| before.status != status) => {
            findings.add(Check::UnknownStatus, entry.row, None, || {
                format!("Status is '{}', which is no known word; ask what it means", status.as_str().escape_debug())
            });
        }
        _ => {}
    }
    if let Some(before) = before.filter(|_| was_over && entry.state == State::Running) {
        findings.add(Check::StatusReverted, entry.row, None, || {
            format!(
                "{} again after it was {} in {}; ask whether it can be used",
                entry.status, before.status, before.month
            )
        });
    }
}

fn dates(findings: &mut Findings<'_>, entry: &Entry<'_>, before: Option<&Entry<'_>>) {
    let was = |entry: &Entry<'_>| (entry.effective(), entry.expiry());
    let changed = before.is_some_and(|before| was(before) != was(entry));
    if let Some(before) = before.filter(|_| changed) {
        let pairs =
            [("EffectiveDate", before.effective(), entry.effective()), ("ExpiryDate", before.expiry(), entry.expiry())];
        for (name, old, new) in pairs.into_iter().filter(|(_, old, new)| old != new) {
            findings.add(Check::DatesAmended, entry.row, None, || {
                format!("{name} was {} in {} and is {} now", day(old), before.month, day(new))
            });
        }
    }
    if entry.contradicts_itself() && (changed || before.is_none()) {
        findings.add_in(entry.month, Check::DatesAmended, Level::Error, entry.row, None, || {
            let (effective, expiry) = (day(entry.effective()), day(entry.expiry()));
            format!("EffectiveDate {effective} lies after ExpiryDate {expiry}; ask which of the two is right")
        });
    }
}

/// Credit given outside the credit's term. What is taken back may come at any time.
fn term(findings: &mut Findings<'_>, currency: Currency, entry: &Entry<'_>) {
    let Some(given) = entry.given.filter(|given| *given > Decimal::ZERO && !entry.contradicts_itself()) else { return };
    // Where it covers several months, credit may have been given in any of them.
    let from = entry.span.map_or(entry.month, |span| entry.month.later(1 - i64::from(span)).unwrap_or(entry.month));
    if let Some(effective) = entry.effective().filter(|effective| entry.month < Month::of(*effective)) {
        findings.add(Check::UsedOutsideTerm, entry.row, given, || {
            format!(
                "{} {currency} was given in {}, before the credit began on {effective}",
                Grouped(given),
                entry.month
            )
        });
    }
    if let Some(expiry) = entry.expiry().filter(|expiry| from > Month::of(*expiry)) {
        // Use is invoiced late: that of the last days comes in the month after.
        let (severity, advice) = if from == Month::of(expiry).next() {
            (Level::Warning, "; use of its last days may have been invoiced late")
        } else {
            (Level::Error, "")
        };
        findings.add_in(entry.month, Check::UsedOutsideTerm, severity, entry.row, Some(given), || {
            format!(
                "{} {currency} was given in {}, after the credit expired on {expiry}{advice}",
                Grouped(given),
                entry.month
            )
        });
    }
}

fn gaps(findings: &mut Findings<'_>, partner: &Id, entry: &Entry<'_>, before: Option<&Entry<'_>>) {
    let Some(before) = before else { return };
    let missing = findings.across.covered.between(partner, before.month, entry.month);
    if let (Some(first), Some(last)) = (missing.first(), missing.last()) {
        let months = if first == last { first.to_string() } else { format!("{first} to {last}") };
        let span = entry.month.months_since(before.month);
        let check = Check::MissingMonth;
        findings.add_in(*first, check, check.severity(), entry.row, entry.given, || {
            format!(
                "no row for {months}, which other credits have; the credit given in {} covers {span} months",
                entry.month
            )
        });
    }
}

fn credit_name(findings: &mut Findings<'_>, identity: &Identity, first: &Entry<'_>) {
    let name = &identity.credit_name;
    if !name.eq_ignore_ascii_case(CREDIT_NAME) {
        findings.add(Check::UnknownCreditName, first.row, None, || {
            format!("CreditName is '{}', not {CREDIT_NAME}; it may be another kind of credit", name.escape_debug())
        });
    }
}

fn vanished(findings: &mut Findings<'_>, credit: &Credit, life: &Life<'_>, last: &Entry<'_>) {
    let ledger = findings.ledger;
    if let (Some(first), Some(end)) = (life.end.vanished, ledger.last_covered(credit))
        && first <= Month::of(findings.filter.as_of)
        && last.left() > Decimal::ZERO
        && !findings.across.mixed.contains(&ledger.identity_number(credit))
    {
        let check = Check::CreditVanished;
        findings.add_in(first, check, check.severity(), last.row, last.left(), || {
            let goes_on = match ledger.moved(credit).to {
                Some(row) => format!("and the credit goes on at partner {}", ledger.key(row).identity.partner),
                None => format!("but the report goes on to {end}"),
            };
            let (left, currency) = (Grouped(last.left()), ledger.identity(credit).currency);
            format!("the rows stop in {} with {left} {currency} left, {goes_on}", last.month)
        });
    }
}

/// A finding stands in the month in which the credit ends, so that it is one and the same until then, and is asked for;
/// where the months shown end does not matter, for it lies ahead of them.
pub(super) fn ending(findings: &mut Findings<'_>, expiring: &Expiring<'_>, within: u32) {
    let (latest, as_of) = (&expiring.balance.latest, findings.filter.as_of);
    let found = will_be_lost(expiring, within).or_else(|| {
        let last = as_of.checked_add_days(Days::new(within.into())).unwrap_or(as_of);
        used_up_soon(expiring, Month::of(as_of), Month::of(last))
    });
    let (month, day) = (latest.expiry().map(Month::of), latest.expiry().map(|day| day.to_string()));
    let is_shown = || {
        let filter = Filter { to: None, closed: false, ..findings.filter.clone() };
        month.is_none_or(|month| filter.shows_month(month))
    };
    if let Some(finding) = found.filter(|finding| findings.wants(finding.check) && is_shown()) {
        findings.found.push(Finding { month, detail: day, ..finding }.of_row(findings.ledger, latest.row));
    }
}

fn will_be_lost(expiring: &Expiring<'_>, within: u32) -> Option<Finding> {
    let expiry = expiring.balance.latest.expiry()?;
    expiring.balance.days_left.filter(|days| *days <= i64::from(within))?;
    let unused = expiring.projected_unused.filter(|unused| *unused > Decimal::ZERO)?;
    let message = format!(
        "{} {} will likely be left unused when the credit ends on {expiry}; see that it is used before",
        Grouped(unused),
        expiring.currency
    );
    Some(Finding { amount: Some(unused), ..Finding::new(Check::WillBeLost, message) })
}

/// What is projected to have run out before now is news of an old report; what does so in the month of the last day is
/// used as it should be.
fn used_up_soon(expiring: &Expiring<'_>, now: Month, last: Month) -> Option<Finding> {
    let latest = &expiring.balance.latest;
    let run_out = expiring.run_out.filter(|month| *month >= now && *month <= last)?;
    let left = Some(latest.left()).filter(|left| *left > Decimal::ZERO)?;
    let ends = match latest.expiry() {
        Some(expiry) if Month::of(expiry) <= run_out => return None,
        Some(expiry) => format!(", though the credit goes on to {expiry}"),
        None => String::new(),
    };
    let message = format!(
        "{} {} will likely be used up in {run_out}{ends}; usage is billed from then on",
        Grouped(left),
        expiring.currency
    );
    Some(Finding { amount: Some(left), ..Finding::new(Check::UsedUpSoon, message) })
}

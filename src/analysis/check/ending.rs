//! Checks of what lies ahead: credit that will be lost, and credit that is used up before its time.

use chrono::Days;
use rust_decimal::Decimal;

use crate::analysis::expiring::Expiring;
use crate::model::{Grouped, Month};

use super::catalogue::Check;
use super::{Finding, Findings};

/// A finding stands in the month in which the credit ends, so that it is one and the same until then.
pub(super) fn check(findings: &mut Findings<'_>, expiring: &Expiring<'_>, within: u32) {
    let (latest, as_of) = (&expiring.balance.latest, findings.filter.as_of);
    let found = will_be_lost(expiring, within).or_else(|| {
        let last = as_of.checked_add_days(Days::new(within.into())).unwrap_or(as_of);
        used_up_soon(expiring, Month::of(as_of), Month::of(last))
    });
    if let Some(finding) = found.filter(|finding| findings.wants(finding.check)) {
        let (month, day) = (latest.expiry().map(Month::of), latest.expiry().map(|day| day.to_string()));
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

//! Balances: the latest state of each credit.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::ledger::{Credit, Entry, Ledger};
use crate::model::{Sum, money};

use super::AnalysisError;
use super::filter::Filter;

/// The state of a credit in its latest month.
#[derive(Clone, Debug)]
pub struct Balance<'l> {
    /// The latest month.
    pub latest: Entry<'l>,
    /// CreditAmount plus BalanceAmount.
    pub limit: Decimal,
    /// CreditAmount in percent of the limit, one decimal; empty for a limit of 0.
    pub used_percent: Option<Decimal>,
    /// Days from the day of reckoning to the last day; negative once past, empty without a last day.
    pub days_left: Option<i64>,
    /// What the credit has lost by expiring until the latest month, be it in a month that is shown or not.
    pub forfeited: Decimal,
}

/// The latest state of a credit among the months shown, if its status then is shown.
///
/// The status of earlier months plays no part: a credit that has expired since is not active.
pub fn latest<'l>(ledger: &'l Ledger, filter: &Filter, credit: &Credit) -> Result<Option<Balance<'l>>, AnalysisError> {
    if !filter.shows_credit(ledger, credit) {
        return Ok(None);
    }
    let mut latest = None;
    let mut forfeited = Sum::default();
    let mut forfeited_by_then = forfeited;
    for entry in ledger.timeline(credit) {
        let entry = entry?;
        forfeited.add(entry.forfeited)?;
        if filter.shows_month(entry.month) {
            forfeited_by_then = forfeited;
            latest = Some(entry);
        }
    }
    let Some(latest) = latest.filter(|latest| filter.shows_status(latest.status)) else {
        return Ok(None);
    };
    let limit = latest.limit()?;
    Ok(Some(Balance {
        limit,
        used_percent: money::percent(latest.credit_amount, limit)?,
        days_left: latest.expiry().map(|expiry| days_between(filter.as_of, expiry)),
        forfeited: forfeited_by_then.value()?,
        latest,
    }))
}

fn days_between(from: NaiveDate, to: NaiveDate) -> i64 {
    (to - from).num_days()
}

//! Balances: the latest state of each credit.

use rust_decimal::Decimal;

use crate::ledger::{Entry, Life, State};
use crate::model::{Month, Overflow, money};

use super::filter::Filter;

/// The state of a credit at the end of a month.
#[derive(Clone, Debug)]
pub struct Balance<'l> {
    /// Its row of the month, or the last one before.
    pub latest: Entry<'l>,
    pub state: State,
    /// What is left of it; empty if nobody knows.
    pub left: Option<Decimal>,
    /// All that it allows, or allowed when it last ran.
    pub limit: Decimal,
    /// CreditAmount in percent of the limit, one decimal; empty for a limit of 0, and if it never ran.
    pub used_percent: Option<Decimal>,
    /// Days from the day of reckoning to the last day; negative once past, empty without a last day.
    pub days_left: Option<i64>,
    /// What the credit has lost by an end until then, be it in a month that is shown or not.
    pub forfeited: Decimal,
}

/// The state of a credit at the end of a month, the last one shown, if its status then is shown, and it has a row in a
/// month shown, or something left.
///
/// The status of earlier months plays no part: a credit that has expired since is not active.
pub fn at<'l>(life: &Life<'l>, filter: &Filter, month: Month) -> Result<Option<Balance<'l>>, Overflow> {
    let Some(latest) = life.latest(month).filter(|latest| filter.shows_status(latest.status)) else {
        return Ok(None);
    };
    let left = life.left(month);
    let has_row = || life.entries.iter().any(|entry| entry.month <= month && filter.shows_month(entry.month));
    if left.is_none_or(|left| left.is_zero()) && !has_row() {
        return Ok(None);
    }
    let limit = latest.limit()?;
    let used_percent = if latest.has_run() { money::percent(latest.credit_amount, limit)? } else { None };
    Ok(Some(Balance {
        state: life.state(month),
        left,
        limit,
        used_percent,
        days_left: latest.expiry().map(|expiry| (expiry - filter.as_of).num_days()),
        forfeited: forfeited_by(life, month)?,
        latest: latest.clone(),
    }))
}

fn forfeited_by(life: &Life<'_>, month: Month) -> Result<Decimal, Overflow> {
    let of_rows = life.entries.iter().filter(|entry| entry.month <= month).map(|entry| entry.forfeited);
    let over = life.entries.last().zip(life.end.over.filter(|over| *over <= month));
    let since = over.map(|(last, over)| life.end.forfeited(last, over)).transpose()?.flatten();
    money::sum(of_rows.chain(since))
}

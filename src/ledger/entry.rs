//! One month of a credit with all that is known of it.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::model::money::{self, Overflow, Sum};
use crate::model::month::Month;
use crate::model::report::Key;
use crate::model::status::Status;

use super::flow::{Flows, MonthFigures};
use super::row::RowRef;

/// One month of a credit. Amounts are in the credit's currency.
#[derive(Clone, Debug)]
pub struct Entry<'l> {
    /// The invoice month.
    pub month: Month,
    /// The credit's state.
    pub status: &'l Status,
    /// All credit used since the start.
    pub credit_amount: Decimal,
    /// Credit left.
    pub balance_amount: Decimal,
    /// CreditAmount of the record before; 0 where the credit is known to have had no use, empty where its past is
    /// unknown.
    pub previous: Option<Decimal>,
    /// CreditAmount minus the previous one; negative after a correction, empty where the past is unknown.
    pub given: Option<Decimal>,
    /// The whole CreditAmount, where the past is unknown.
    pub opening: Option<Decimal>,
    /// How many months `given` covers: more than 1 after a gap, and where the first record comes after the month of
    /// EffectiveDate.
    pub span: Option<i32>,
    /// What the credit lost by expiring in this month: its limit when it was last active, less all use.
    pub forfeited: Decimal,
    pub row: RowRef,
    /// Where its days are; they are fetched only where somebody asks for them.
    key: &'l Key,
}

impl<'l> Entry<'l> {
    fn new(flow: &MonthFigures<'l>, key: &'l Key) -> Result<Self, Overflow> {
        Ok(Self {
            month: flow.month,
            status: flow.status,
            credit_amount: flow.credit_amount.value()?,
            balance_amount: flow.balance_amount.value()?,
            previous: flow.previous.map(Sum::value).transpose()?,
            given: flow.given.map(Sum::value).transpose()?,
            opening: flow.opening().map(Sum::value).transpose()?,
            span: flow.span,
            forfeited: flow.forfeited.value()?,
            row: flow.row,
            key,
        })
    }

    /// First day.
    #[must_use]
    pub fn effective(&self) -> Option<NaiveDate> {
        self.key.effective
    }

    /// Last day.
    #[must_use]
    pub fn expiry(&self) -> Option<NaiveDate> {
        self.key.expiry
    }

    /// Whether the credit would begin after its end.
    #[must_use]
    pub fn contradicts_itself(&self) -> bool {
        matches!((self.effective(), self.expiry()), (Some(effective), Some(expiry)) if effective > expiry)
    }

    /// CreditAmount plus BalanceAmount.
    pub fn limit(&self) -> Result<Decimal, Overflow> {
        money::add(self.credit_amount, self.balance_amount)
    }
}

/// The months of a credit in order, with all that is known of each.
#[derive(Debug)]
pub struct Timeline<'l>(Flows<'l>);

impl<'l> Timeline<'l> {
    pub(super) fn new(flows: Flows<'l>) -> Self {
        Self(flows)
    }
}

impl<'l> Iterator for Timeline<'l> {
    type Item = Result<Entry<'l>, Overflow>;

    fn next(&mut self) -> Option<Self::Item> {
        let flow = self.0.next()?;
        Some(flow.and_then(|flow| Entry::new(&flow, self.0.part().key(&flow.row.row))))
    }
}

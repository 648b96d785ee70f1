//! Credit given: a row for each credit and month.

use rust_decimal::Decimal;

use crate::ledger::{Credit, Ledger, MonthFigures};
use crate::model::money::{Overflow, Sum};
use crate::model::month::Month;
use crate::model::status::Status;

use super::AnalysisError;
use super::filter::Filter;

/// What a credit was given in a month. Amounts are in the credit's currency; see [`Entry`](crate::ledger::Entry).
#[derive(Clone, Copy, Debug)]
pub struct Given<'l> {
    pub month: Month,
    pub status: &'l Status,
    pub previous: Option<Decimal>,
    pub credit_amount: Decimal,
    pub given: Option<Decimal>,
    /// The whole CreditAmount, where the past is unknown.
    pub opening: Option<Decimal>,
    pub span: Option<i32>,
    pub balance_amount: Decimal,
}

impl<'l> Given<'l> {
    fn new(figures: &MonthFigures<'l>) -> Result<Self, Overflow> {
        Ok(Self {
            month: figures.month,
            status: figures.status,
            previous: figures.previous.map(Sum::value).transpose()?,
            credit_amount: figures.credit_amount.value()?,
            given: figures.given.map(Sum::value).transpose()?,
            opening: figures.opening().map(Sum::value).transpose()?,
            span: figures.span,
            balance_amount: figures.balance_amount.value()?,
        })
    }
}

/// Hands over the months of a credit that are shown.
pub fn months<'l, E: From<AnalysisError>>(
    ledger: &'l Ledger,
    filter: &Filter,
    credit: &Credit,
    mut each: impl FnMut(Given<'l>) -> Result<(), E>,
) -> Result<(), E> {
    if !filter.shows_credit(ledger, credit) {
        return Ok(());
    }
    for figures in ledger.flows(credit) {
        let figures = figures.map_err(AnalysisError::from)?;
        if filter.shows_row(figures.month, figures.status) {
            each(Given::new(&figures).map_err(AnalysisError::from)?)?;
        }
    }
    Ok(())
}

//! A credit and its timeline: what was given in each month.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::model::money::{self, Overflow};
use crate::model::month::Month;
use crate::model::report::Row;
use crate::model::status::Status;

use super::{Ledger, RowRef};

/// One grant of credit.
#[derive(Clone, Debug)]
pub struct Credit {
    pub(super) identity: u32,
    pub(super) first: usize,
    pub(super) count: usize,
    /// The first day that tells it from other grants of one identity, where there are several.
    pub(super) tranche: Option<NaiveDate>,
}

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
    /// First day.
    pub effective: Option<NaiveDate>,
    /// Last day.
    pub expiry: Option<NaiveDate>,
    /// CreditAmount of the record before; 0 where the credit is known to have had no use, empty where its past is
    /// unknown.
    pub previous: Option<Decimal>,
    /// CreditAmount minus the previous one; negative after a correction, empty where the past is unknown.
    pub given: Option<Decimal>,
    /// The whole CreditAmount, where the past is unknown.
    pub opening: Option<Decimal>,
    /// How many months `given` covers: more than 1 after a gap.
    pub span: Option<i32>,
    /// What the credit lost by expiring in this month: its limit when it was last active, less all use.
    pub forfeited: Decimal,
    /// The row.
    pub row: RowRef,
}

impl Entry<'_> {
    /// CreditAmount plus BalanceAmount.
    pub fn limit(&self) -> Result<Decimal, Overflow> {
        money::add(self.credit_amount, self.balance_amount)
    }
}

/// The months of a credit in order.
#[derive(Debug)]
pub struct Timeline<'l> {
    ledger: &'l Ledger,
    rows: &'l [RowRef],
    /// The next rows, fetched together: they lie far apart in memory, and this way their ways to it overlap.
    fetched: [Row; FETCHED],
    taken: usize,
    /// The earliest month that the input covers for the partner.
    covered_from: Month,
    before: Option<(Month, Decimal)>,
    /// The limit in the last active month, until the credit expires.
    at_stake: Option<Decimal>,
}

/// Rows fetched at a time.
const FETCHED: usize = 16;

impl<'l> Timeline<'l> {
    pub(super) fn new(ledger: &'l Ledger, credit: &Credit) -> Self {
        let mut timeline = Self {
            ledger,
            rows: &ledger.rows[credit.first..credit.first + credit.count],
            fetched: [Row::default(); FETCHED],
            taken: 0,
            covered_from: ledger.first_month_of_partner(credit),
            before: None,
            at_stake: None,
        };
        timeline.fetch();
        timeline
    }

    fn fetch(&mut self) {
        for (fetched, row) in self.fetched.iter_mut().zip(self.rows) {
            *fetched = *self.ledger.row(*row).1;
        }
        self.taken = 0;
    }

    fn entry(&mut self, row: RowRef, values: &Row) -> Result<Entry<'l>, Overflow> {
        let shard = self.ledger.shard(row);
        let month = shard.month(values);
        let status = shard.status(values);
        let credit_amount = shard.credit_amount(values);
        let balance_amount = shard.balance_amount(values);
        let key = shard.key(values);
        let nothing = Decimal::new(0, credit_amount.scale());
        let (previous, span) = match self.before {
            Some((before, amount)) => (Some(amount), Some(month.months_since(before))),
            None if self.had_no_use_before(month, key.effective, credit_amount) => (Some(nothing), Some(1)),
            None => (None, None),
        };
        let given = previous.map(|previous| money::subtract(credit_amount, previous)).transpose()?;
        let forfeited = self.forfeited(status, credit_amount, balance_amount)?.unwrap_or(nothing);
        self.before = Some((month, credit_amount));
        Ok(Entry {
            month,
            status,
            credit_amount,
            balance_amount,
            effective: key.effective,
            expiry: key.expiry,
            previous,
            given,
            opening: previous.is_none().then_some(credit_amount),
            span,
            forfeited,
            row,
        })
    }

    /// Whether the first record of a credit has no unknown past.
    fn had_no_use_before(&self, month: Month, effective: Option<NaiveDate>, credit_amount: Decimal) -> bool {
        effective.is_some_and(|effective| month <= Month::of(effective))
            || self.covered_from < month
            || credit_amount.is_zero()
    }

    /// What is lost in the first expired month after an active one, whatever balance is then shown.
    fn forfeited(
        &mut self,
        status: &Status,
        credit_amount: Decimal,
        balance_amount: Decimal,
    ) -> Result<Option<Decimal>, Overflow> {
        match status {
            Status::Active => {
                self.at_stake = Some(money::add(credit_amount, balance_amount)?);
                Ok(None)
            }
            Status::Expired => self.at_stake.take().map(|limit| money::subtract(limit, credit_amount)).transpose(),
            Status::Other(_) => Ok(None),
        }
    }
}

impl<'l> Iterator for Timeline<'l> {
    type Item = Result<Entry<'l>, Overflow>;

    fn next(&mut self) -> Option<Self::Item> {
        let (row, rest) = self.rows.split_first()?;
        if self.taken == FETCHED {
            self.fetch();
        }
        let values = self.fetched[self.taken];
        self.taken += 1;
        self.rows = rest;
        Some(self.entry(*row, &values))
    }
}

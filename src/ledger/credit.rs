//! A credit and its timeline: what was given in each month.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::model::money::{self, Overflow, Sum};
use crate::model::month::Month;
use crate::model::report::{Scale, Shard};
use crate::model::status::Status;

use super::{DatedRow, Ledger, RowRef};

/// One grant of credit.
#[derive(Clone, Debug)]
pub struct Credit {
    pub(super) identity: u32,
    /// Its part of the ledger's rows, and where its own start there.
    pub(super) part: usize,
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
    /// Where the row lies. Its days are fetched where somebody asks for them: rows of a credit lie far apart.
    held: (&'l Shard, usize),
}

impl<'l> Entry<'l> {
    fn of(flow: &Flow<'l>, ledger: &'l Ledger) -> Result<Self, Overflow> {
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
            held: ledger.row(flow.row),
        })
    }

    /// First day.
    #[must_use]
    pub fn effective(&self) -> Option<NaiveDate> {
        let (shard, row) = self.held;
        shard.key(row).effective
    }

    /// Last day.
    #[must_use]
    pub fn expiry(&self) -> Option<NaiveDate> {
        let (shard, row) = self.held;
        shard.key(row).expiry
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

/// The figures of one month of a credit, ready to be summed.
#[derive(Clone, Copy, Debug)]
pub struct Flow<'l> {
    /// The invoice month.
    pub month: Month,
    /// The credit's state.
    pub status: &'l Status,
    /// All credit used since the start.
    pub credit_amount: Sum,
    /// Credit left.
    pub balance_amount: Sum,
    /// See [`Entry::previous`].
    pub previous: Option<Sum>,
    /// See [`Entry::given`].
    pub given: Option<Sum>,
    /// See [`Entry::span`].
    pub span: Option<i32>,
    /// See [`Entry::forfeited`].
    pub forfeited: Sum,
    /// The row.
    pub row: RowRef,
}

impl Flow<'_> {
    /// See [`Entry::opening`].
    #[must_use]
    pub fn opening(&self) -> Option<Sum> {
        self.previous.is_none().then_some(self.credit_amount)
    }
}

/// The months of a credit in order.
#[derive(Debug)]
pub struct Flows<'l> {
    ledger: &'l Ledger,
    rows: &'l [DatedRow],
    /// The earliest month that the input covers for the partner.
    covered_from: Month,
    before: Option<(Month, Sum)>,
    /// The limit in the last active month, until the credit expires.
    at_stake: Option<Sum>,
    /// What was forfeited, until the credit is active again.
    lost: Option<Sum>,
}

impl<'l> Flows<'l> {
    pub(super) fn new(ledger: &'l Ledger, credit: &Credit) -> Self {
        Self {
            ledger,
            rows: &ledger.rows[credit.part][credit.first..credit.first + credit.count],
            covered_from: ledger.first_month_of_partner(credit),
            before: None,
            at_stake: None,
            lost: None,
        }
    }

    #[expect(
        clippy::inline_always,
        reason = "summing millions of figures takes half the time where they stay in registers"
    )]
    #[inline(always)]
    fn flow(&mut self, DatedRow { month, row, values }: DatedRow) -> Result<Flow<'l>, Overflow> {
        let (shard, at) = self.ledger.row(row);
        let status = &shard.statuses[usize::from(values.status)];
        let credit_amount = amount(shard, values.credit_amount, values.credit_scale);
        let balance_amount = amount(shard, values.balance_amount, values.balance_scale);
        let (previous, span) = match self.before {
            Some((before, amount)) => (Some(amount), Some(month.months_since(before))),
            None if self.had_no_use_before(month, shard.key(at).effective, credit_amount) => {
                (Some(credit_amount.zero()), Some(1))
            }
            None => (None, None),
        };
        let given = match previous {
            Some(previous) => Some(credit_amount.less(previous)?),
            None => None,
        };
        let forfeited = self.forfeited(status, credit_amount, balance_amount)?.unwrap_or_else(|| credit_amount.zero());
        self.before = Some((month, credit_amount));
        Ok(Flow { month, status, credit_amount, balance_amount, previous, given, span, forfeited, row })
    }

    /// Whether the first record of a credit has no unknown past.
    fn had_no_use_before(&self, month: Month, effective: Option<NaiveDate>, credit_amount: Sum) -> bool {
        effective.is_some_and(|effective| month <= Month::of(effective))
            || self.covered_from < month
            || credit_amount.is_zero()
    }

    /// What is lost in the first expired month after an active one, whatever balance is then shown. A credit that is
    /// active again has not lost it after all.
    #[inline]
    fn forfeited(&mut self, status: &Status, credit_amount: Sum, balance_amount: Sum) -> Result<Option<Sum>, Overflow> {
        match status {
            Status::Active => {
                let mut limit = credit_amount;
                limit.merge(balance_amount)?;
                self.at_stake = Some(limit);
                self.lost.take().map(|lost| credit_amount.zero().less(lost)).transpose()
            }
            Status::Expired => match self.at_stake.take() {
                Some(limit) => {
                    self.lost = Some(limit.less(credit_amount)?);
                    Ok(self.lost)
                }
                None => Ok(None),
            },
            Status::Other(_) => Ok(None),
        }
    }
}

/// An amount as a row holds it.
#[inline]
fn amount(shard: &Shard, units: i32, scale: Scale) -> Sum {
    match scale.count() {
        Some(count) => Sum::of_units(units.into(), count),
        None => Sum::from(shard.amount(units, scale)),
    }
}

impl<'l> Iterator for Flows<'l> {
    type Item = Result<Flow<'l>, Overflow>;

    #[expect(clippy::inline_always, reason = "see `Flows::flow`")]
    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        let (row, rest) = self.rows.split_first()?;
        self.rows = rest;
        Some(self.flow(*row))
    }
}

/// The months of a credit in order, with all that is known of each.
#[derive(Debug)]
pub struct Timeline<'l>(pub(super) Flows<'l>);

impl<'l> Iterator for Timeline<'l> {
    type Item = Result<Entry<'l>, Overflow>;

    fn next(&mut self) -> Option<Self::Item> {
        let flow = self.0.next()?;
        Some(flow.and_then(|flow| Entry::of(&flow, self.0.ledger)))
    }
}

//! The amounts of credit lines, and their totals.

use std::hash::{BuildHasher, Hash, Hasher};

use chrono::NaiveDate;
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use rust_decimal::Decimal;

use crate::model::invoice::{CreditKey, CreditTotal, FileKind};
use crate::model::money::{Overflow, Sum, round_down_product};
use crate::model::month::Month;

use super::columns::Column;
use super::tally::{Context, FileCredits, Line, RawProblem, problem};
use super::value;

/// Numbers of what the lines of a total share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct TotalKey {
    pub(super) party: u32,
    pub(super) context: u32,
    pub(super) charged: Month,
    pub(super) reason: u16,
}

/// The total of credit lines.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Total {
    pub(super) lines: u64,
    pub(super) billed: Sum,
    pub(super) priced: Sum,
    /// Lines whose amount in the pricing currency is not told.
    pub(super) unpriced: u64,
    /// The sum of the lines' digests.
    pub(super) digest: u64,
}

/// What a line shares with the others of its total.
#[derive(Clone, Copy)]
pub(super) struct TotalPlace {
    pub(super) party: u32,
    pub(super) context: u32,
    pub(super) reason: u16,
}

/// The amounts of a credit line.
#[derive(Clone, Copy)]
pub(super) struct Amounts {
    /// As the file has it.
    pub(super) amount: Decimal,
    /// Credit in the currency that is billed.
    pub(super) billed: Decimal,
    /// Credit in the pricing currency.
    pub(super) priced: Option<Decimal>,
    /// The line's total.
    pub(super) total: u32,
    /// ChargeStartDate.
    pub(super) start: NaiveDate,
}

impl FileCredits {
    /// Hands over the totals.
    pub(super) fn take_totals(&mut self) -> Vec<(TotalKey, Total)> {
        self.places = HashMap::default();
        std::mem::take(&mut self.totals)
    }

    /// Adds a credit line to its total.
    pub(super) fn credit_line(&mut self, line: Line<'_>, place: TotalPlace) -> Result<Amounts, RawProblem> {
        let TotalPlace { party, context, reason } = place;
        let amount = Self::required(line, Column::Amount)?;
        let start = self.start(line)?.ok_or_else(|| problem(line, Column::ChargeStart, "expected a date"))?;
        if self.parties[party as usize].customer.is_none() {
            return Err(problem(line, Column::Customer, "expected an id"));
        }
        let Context { currency, pricing, .. } = self.contexts[context as usize];
        if currency.is_none() {
            return Err(problem(line, Column::Currency, "expected a currency code such as `USD`"));
        }
        let sign = |amount: Decimal| if line.layout.kind == FileKind::Reconciliation { -amount } else { amount };
        let priced = if pricing == currency { Some(amount) } else { Self::priced(line)? };
        let (billed, priced) = (sign(amount), priced.map(sign));
        let key = TotalKey { party, context, charged: Month::of(start), reason };
        let next = u32::try_from(self.totals.len()).unwrap_or(u32::MAX);
        let total = *self.places.entry(key).or_insert(next);
        if total == next {
            self.totals.push((key, Total::default()));
        }
        self.totals[total as usize]
            .1
            .add(billed, priced, digest(line, start, amount))
            .map_err(|Overflow| problem(line, Column::Amount, "expected amounts whose sum has at most 28 digits"))?;
        Ok(Amounts { amount, billed, priced, total, start })
    }

    /// The amount in the pricing currency, as the file has it; none if the file does not tell.
    ///
    /// Partner Center rounds each line down: "Subtotal = ROUNDDOWN(ROUNDDOWN(EffectiveUnitPrice * BillableQuantity, 2) *
    /// PCToBCExchangeRate, 2)". The inner amount is exact, and needs no division by the rate.
    fn priced(line: Line<'_>) -> Result<Option<Decimal>, RawProblem> {
        if let Some(amount) = Self::optional(line, Column::PricingAmount)? {
            return Ok(Some(amount));
        }
        let (price, quantity) = (Self::optional(line, Column::UnitPrice)?, Self::optional(line, Column::Quantity)?);
        let (Some(price), Some(quantity)) = (price, quantity) else { return Ok(None) };
        let expected = "expected a price that can be multiplied exactly";
        round_down_product(price, quantity, 2).map(Some).map_err(|Overflow| problem(line, Column::UnitPrice, expected))
    }

    fn required(line: Line<'_>, column: Column) -> Result<Decimal, RawProblem> {
        Self::optional(line, column)?.ok_or_else(|| problem(line, column, "expected an amount such as `1234.50`"))
    }

    /// An amount; none if the cell is blank or the file has no such column.
    fn optional(line: Line<'_>, column: Column) -> Result<Option<Decimal>, RawProblem> {
        let Some(at) = line.layout.position(column) else { return Ok(None) };
        let value = line.fields.value(at);
        if value.trim_ascii().is_empty() {
            return Ok(None);
        }
        value::amount(&value, line.layout.mark).map(Some).map_err(|expected| problem(line, column, expected))
    }
}

impl Total {
    fn add(&mut self, billed: Decimal, priced: Option<Decimal>, digest: u64) -> Result<(), Overflow> {
        self.lines += 1;
        self.digest = self.digest.wrapping_add(digest);
        self.billed.add(billed)?;
        match priced {
            Some(priced) => self.priced.add(priced),
            None => {
                self.unpriced += 1;
                Ok(())
            }
        }
    }

    /// Adds what another thread has.
    pub(super) fn merge(&mut self, other: &Self) -> Result<(), Overflow> {
        self.lines += other.lines;
        self.unpriced += other.unpriced;
        self.digest = self.digest.wrapping_add(other.digest);
        self.billed.merge(other.billed)?;
        self.priced.merge(other.priced)
    }

    pub(super) fn into_credit(self, key: CreditKey) -> Result<CreditTotal, Overflow> {
        let priced = if self.unpriced == 0 { Some(self.priced.value()?) } else { None };
        Ok(CreditTotal { key, lines: self.lines, billed: self.billed.value()?, priced, digest: self.digest })
    }
}

/// What tells a credit line from another of its total, as a number; the same in every thread and spelling.
fn digest(line: Line<'_>, start: NaiveDate, amount: Decimal) -> u64 {
    let mut hasher = FixedState::default().build_hasher();
    start.hash(&mut hasher);
    amount.hash(&mut hasher);
    for column in [Column::Product, Column::Subscription] {
        if let Some(at) = line.layout.position(column) {
            line.fields.value(at).trim_ascii().to_ascii_lowercase().hash(&mut hasher);
        }
    }
    hasher.finish()
}

//! The amounts of a credit line, and their sums.

use std::hash::{BuildHasher, Hash, Hasher};

use chrono::NaiveDate;
use foldhash::fast::FixedState;
use rust_decimal::Decimal;

use crate::model::{CreditKey, CreditTotal, Currency, Id, InvoiceFileKind, Month, Overflow, Sum, round_down_product};

use super::{kind, reject};
use crate::input::error::Problem;
use crate::input::kinds::InvoiceColumn;
use crate::input::scan::Line;
use crate::input::value::{EXPECTED_AMOUNT, settled_day_read, settled_reading};

#[derive(Clone, Copy)]
pub(super) struct Amounts {
    /// As the file has it.
    pub(super) amount: Decimal,
    /// Credit in the currency that is billed.
    pub(super) billed: Decimal,
    /// Credit in the pricing currency; none if the file does not tell.
    pub(super) priced: Option<Decimal>,
}

impl Amounts {
    /// The amounts of a line whose `amount` is in the currency `billed`, and its price in the currency `pricing`.
    pub(super) fn new(
        line: Line<'_>,
        amount: Decimal,
        billed: Option<Currency>,
        pricing: Option<Currency>,
    ) -> Result<Self, Problem> {
        let sign =
            |amount: Decimal| if kind(line.layout) == InvoiceFileKind::Reconciliation { -amount } else { amount };
        let priced = if pricing == billed { Some(amount) } else { priced(line, pricing)? };
        Ok(Self { amount, billed: sign(amount), priced: priced.map(sign) })
    }
}

/// The amount that counts, as the file has it.
pub(super) fn amount(line: Line<'_>, billed: Option<Currency>) -> Result<Decimal, Problem> {
    optional(line, InvoiceColumn::Amount, billed)?.ok_or_else(|| reject(line, InvoiceColumn::Amount, EXPECTED_AMOUNT))
}

/// The amount in the pricing currency, as the file has it; none if the file does not tell.
///
/// Each line is rounded down: "Subtotal = ROUNDDOWN(ROUNDDOWN(EffectiveUnitPrice * BillableQuantity, 2) *
/// PCToBCExchangeRate, 2)" (Partner Center, "Use the reconciliation files", new commerce, 2023). The inner amount is
/// exact, and needs no division by the rate.
fn priced(line: Line<'_>, pricing: Option<Currency>) -> Result<Option<Decimal>, Problem> {
    if let Some(amount) = optional(line, InvoiceColumn::PricingAmount, pricing)? {
        return Ok(Some(amount));
    }
    let price = optional(line, InvoiceColumn::UnitPrice, pricing)?;
    let quantity = optional(line, InvoiceColumn::Quantity, None)?;
    let (Some(price), Some(quantity)) = (price, quantity) else { return Ok(None) };
    let reject = |Overflow| reject(line, InvoiceColumn::UnitPrice, "expected a price that can be multiplied exactly");
    round_down_product(price, quantity, 2).map(Some).map_err(reject)
}

/// An amount in a currency, if that is known; none if the cell is blank or the file has no such column.
fn optional(line: Line<'_>, column: InvoiceColumn, currency: Option<Currency>) -> Result<Option<Decimal>, Problem> {
    let value = line.value(column);
    if value.trim_ascii().is_empty() {
        return Ok(None);
    }
    match settled_reading(&value, line.layout.mark) {
        Err(_) if line.text(column).is_some_and(|text| text.is_empty()) => Ok(None),
        Err(expected) => Err(reject(line, column, expected)),
        Ok(reading) => match reading.contradicts(currency) {
            Some(expected) => Err(reject(line, column, &expected)),
            None => Ok(Some(reading.value)),
        },
    }
}

/// What is wrong with the price of a credit line, if it has another sign than the amount that is billed.
pub(super) fn contradicting_price(line: Line<'_>, amount: Decimal) -> Option<String> {
    let read = |column| optional(line, column, None).ok().flatten();
    let column = match kind(line.layout) {
        InvoiceFileKind::Reconciliation => InvoiceColumn::UnitPrice,
        InvoiceFileKind::DailyUsage => InvoiceColumn::PricingAmount,
    };
    let price = read(column)?;
    let is_taken_back = read(InvoiceColumn::Quantity).is_some_and(|quantity| quantity.is_sign_negative());
    let differs = amount.is_sign_negative() != (price.is_sign_negative() != is_taken_back);
    if amount.is_zero() || price.is_zero() || !differs {
        return None;
    }
    let (name, other) = (line.layout.name(InvoiceColumn::Amount), line.layout.name(column));
    Some(format!("{name} is {amount} and {other} is {price}: expected both with the same sign"))
}

/// What tells a credit line of an invoice from another, as a number; the same in every thread and spelling.
pub(super) fn digest(line: Line<'_>, customer: Option<&Id>, start: NaiveDate, amount: Decimal) -> u64 {
    let mut hasher = FixedState::default().build_hasher();
    (customer, start, amount, optional(line, InvoiceColumn::Quantity, None).ok().flatten()).hash(&mut hasher);
    // A column that a file does not have is as good as blank.
    let text = |column| line.text(column).unwrap_or_default();
    settled_day_read(line.layout.read_day(&text(InvoiceColumn::UsageDate)), line.layout.order)
        .ok()
        .flatten()
        .hash(&mut hasher);
    let price = optional(line, InvoiceColumn::UnitPrice, None).ok().flatten();
    price.map(|price| price.normalize()).hash(&mut hasher);
    for column in [
        InvoiceColumn::Currency,
        InvoiceColumn::ProductName,
        InvoiceColumn::Availability,
        InvoiceColumn::Order,
        InvoiceColumn::Reference,
        InvoiceColumn::Product,
        InvoiceColumn::Sku,
        InvoiceColumn::Subscription,
        InvoiceColumn::Meter,
        InvoiceColumn::Resource,
    ] {
        text(column).to_lowercase().hash(&mut hasher);
    }
    hasher.finish()
}

/// Numbers of what the lines of a sum share, in one file as one thread reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct SumKey {
    pub(super) context: u32,
    pub(super) charged: Month,
    pub(super) reason: u16,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CreditSum {
    lines: u64,
    billed: Sum,
    priced: Sum,
    /// Lines whose amount in the pricing currency is not told.
    unpriced: u64,
}

impl CreditSum {
    pub(super) fn add(&mut self, amounts: &Amounts) -> Result<(), Overflow> {
        self.lines += 1;
        self.billed.add(amounts.billed)?;
        match amounts.priced {
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
        self.billed.add(other.billed)?;
        self.priced.add(other.priced)
    }

    pub(super) fn into_total(self, key: CreditKey) -> Result<CreditTotal, Overflow> {
        let priced: Option<Decimal> = if self.unpriced == 0 { Some(self.priced.value()?) } else { None };
        Ok(CreditTotal { key, lines: self.lines, billed: self.billed.value()?, priced })
    }
}

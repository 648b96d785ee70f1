//! The amounts of a credit line.

use std::hash::{BuildHasher, Hash, Hasher};

use chrono::NaiveDate;
use foldhash::fast::FixedState;
use rust_decimal::Decimal;

use crate::model::currency::Currency;
use crate::model::invoice::FileKind;
use crate::model::money::{Overflow, round_down_product};

use super::columns::InvoiceColumn;
use super::layout::Line;
use crate::input::scan::reject::Reject;
use crate::input::value::settled;

/// The amounts of a credit line.
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
    ) -> Result<Self, Reject> {
        let sign = |amount: Decimal| if line.layout.kind == FileKind::Reconciliation { -amount } else { amount };
        let priced = if pricing == billed { Some(amount) } else { priced(line)? };
        Ok(Self { amount, billed: sign(amount), priced: priced.map(sign) })
    }
}

/// The amount that counts, as the file has it.
pub(super) fn amount(line: Line<'_>) -> Result<Decimal, Reject> {
    let expected = "expected an amount such as `1234.50`";
    optional(line, InvoiceColumn::Amount)?.ok_or_else(|| line.reject(InvoiceColumn::Amount, expected))
}

/// The amount in the pricing currency, as the file has it; none if the file does not tell.
///
/// Each line is rounded down: "Subtotal = ROUNDDOWN(ROUNDDOWN(EffectiveUnitPrice * BillableQuantity, 2) *
/// PCToBCExchangeRate, 2)" (Partner Center, "Use the reconciliation files", new commerce, 2023). The inner amount is
/// exact, and needs no division by the rate.
fn priced(line: Line<'_>) -> Result<Option<Decimal>, Reject> {
    if let Some(amount) = optional(line, InvoiceColumn::PricingAmount)? {
        return Ok(Some(amount));
    }
    let (price, quantity) = (optional(line, InvoiceColumn::UnitPrice)?, optional(line, InvoiceColumn::Quantity)?);
    let (Some(price), Some(quantity)) = (price, quantity) else { return Ok(None) };
    let reject = |Overflow| line.reject(InvoiceColumn::UnitPrice, "expected a price that can be multiplied exactly");
    round_down_product(price, quantity, 2).map(Some).map_err(reject)
}

/// An amount; none if the cell is blank or the file has no such column.
fn optional(line: Line<'_>, column: InvoiceColumn) -> Result<Option<Decimal>, Reject> {
    let Some(at) = line.layout.position(column) else { return Ok(None) };
    let value = line.fields.value(at);
    if value.trim_ascii().is_empty() {
        return Ok(None);
    }
    settled::amount(&value, line.layout.mark).map(Some).map_err(|expected| line.reject(column, expected))
}

/// What tells a credit line from another of its total, as a number; the same in every thread and spelling.
pub(super) fn digest(line: Line<'_>, start: NaiveDate, amount: Decimal) -> u64 {
    let mut hasher = FixedState::default().build_hasher();
    start.hash(&mut hasher);
    amount.hash(&mut hasher);
    for column in [InvoiceColumn::Product, InvoiceColumn::Subscription] {
        if let Some(at) = line.layout.position(column) {
            line.fields.value(at).trim_ascii().to_ascii_lowercase().hash(&mut hasher);
        }
    }
    hasher.finish()
}

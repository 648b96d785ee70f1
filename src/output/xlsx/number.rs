//! The numbers that a spreadsheet holds for amounts and days.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use rust_xlsxwriter::ExcelDateTime;

use crate::model::Currency;
use crate::output::table::Kind;

/// Digits that a spreadsheet keeps of a number.
const DIGITS: usize = 15;

/// The number that a spreadsheet holds for an amount, if it can hold it.
pub(super) fn number(amount: Decimal) -> Option<f64> {
    let digits = amount.normalize().mantissa().unsigned_abs().to_string().len();
    // From its digits to the nearest double, which gives 15 of them back.
    (digits <= DIGITS).then(|| amount.to_string().parse().ok()).flatten()
}

/// The number that a spreadsheet holds for a day; its calendar begins in 1900.
pub(super) fn serial(date: NaiveDate) -> Option<f64> {
    let year = u16::try_from(date.year()).ok().filter(|year| (1900..=9999).contains(year))?;
    let day = ExcelDateTime::from_ymd(year, u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?).ok()?;
    Some(day.to_excel())
}

/// The currency's decimals, or the amount's own where there are more.
pub(super) fn decimals(amount: Decimal, kind: Kind, currency: Option<Currency>) -> u32 {
    let usual = if kind == Kind::Amount { currency.map_or(0, |currency| currency.minor_units()) } else { 0 };
    usual.max(amount.scale())
}

//! Totals of a worksheet.
//!
//! A total is a formula where it is the sum of the rows above. The total of a stock over several months is not (it
//! adds each credit's last row only), so it would puzzle whoever adds up the column: it is left out.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_xlsxwriter::{Formula, RowNum, column_number_to_name};

use crate::model::currency::Currency;
use crate::model::money::Sum;

use crate::output::table::Cell;

/// What stands in a cell of a total.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Total {
    /// A sum that the spreadsheet works out.
    Formula,
    /// The value: the currency's name, or a sum of amounts that stand there as text.
    Value,
    /// Nothing.
    Nothing,
}

/// The sums of a worksheet's columns.
pub(super) struct Sums {
    columns: usize,
    by_currency: BTreeMap<Option<Currency>, Vec<Column>>,
}

/// The sum of a column in a currency.
#[derive(Clone, Copy, Default)]
struct Column {
    /// Empty if it needs more digits than amounts are held in.
    sum: Option<Decimal>,
    /// Whether an amount stands there as text.
    any_text: bool,
}

impl Sums {
    pub(super) fn of(columns: usize) -> Self {
        Self { columns, by_currency: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, currency: Option<Currency>, at: usize, cell: Cell<'_>, is_number: bool) {
        let Cell::Amount(amount) = cell else { return };
        let nothing = || vec![Column { sum: Some(Decimal::ZERO), any_text: false }; self.columns];
        let column = &mut self.by_currency.entry(currency).or_insert_with(nothing)[at];
        column.any_text |= !is_number;
        column.sum = column.sum.and_then(|sum| {
            let mut sum = Sum::from(sum);
            sum.add(amount).ok()?;
            sum.value().ok()
        });
    }

    /// What to write where a total has a cell.
    pub(super) fn total(&self, currency: Option<Currency>, at: usize, cell: Cell<'_>) -> Total {
        let column = self.by_currency.get(&currency).and_then(|columns| columns.get(at)).copied().unwrap_or_default();
        match cell {
            Cell::Currency(_) => Total::Value,
            Cell::Amount(total) if column.sum == Some(total) => {
                if column.any_text || super::number(total).is_none() {
                    Total::Value
                } else {
                    Total::Formula
                }
            }
            _ => Total::Nothing,
        }
    }
}

/// The sum of a column from the second row to the last, in the currency that stands in the total's own row.
pub(super) fn formula(at: usize, currency: Option<usize>, row: RowNum, last: RowNum) -> Formula {
    let letters = |at: usize| column_number_to_name(u16::try_from(at).unwrap_or(u16::MAX));
    let range = |at: usize| format!("{0}$2:{0}${1}", letters(at), last + 1);
    match currency {
        Some(currency) => {
            Formula::new(format!("SUMIFS({},{},{}{})", range(at), range(currency), letters(currency), row + 1))
        }
        None => Formula::new(format!("SUM({})", range(at))),
    }
}

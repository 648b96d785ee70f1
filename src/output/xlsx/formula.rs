//! Totals as formulas, which follow whoever corrects a row.

use rust_xlsxwriter::{Formula, RowNum, column_number_to_name};

/// The sum of a column from the second row to the last, in the currency that stands in the total's own row.
pub(super) fn sum(at: usize, currency: Option<usize>, row: RowNum, last: RowNum) -> Formula {
    let letters = |at: usize| column_number_to_name(u16::try_from(at).unwrap_or(u16::MAX));
    let range = |at: usize| format!("{0}$2:{0}${1}", letters(at), last + 1);
    match currency {
        Some(currency) => {
            Formula::new(format!("SUMIFS({},{},{}{})", range(at), range(currency), letters(currency), row + 1))
        }
        None => Formula::new(format!("SUM({})", range(at))),
    }
}

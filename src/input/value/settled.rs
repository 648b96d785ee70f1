//! Values of a file whose spelling is settled: an amount or a day has one meaning, or contradicts its file.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::model::DateOrder;

use super::Expected;
use super::amount::{self, DecimalMark};
use super::clue::{Clue, Clues};
use super::date;

/// What is said where no date stands.
pub(crate) const EXPECTED_DATE: Expected = "expected a date such as `2022-07-31` or `7/31/2022`";

/// An amount of a file with this decimal mark.
#[inline]
pub fn amount(text: &[u8], mark: DecimalMark) -> Result<Decimal, Expected> {
    let reading = amount::read(text, mark)?;
    match mark {
        DecimalMark::Point if reading.clues.contains(Clue::Comma) => {
            Err("expected a decimal point, as in the file's first lines")
        }
        DecimalMark::Comma if reading.clues.contains(Clue::Point) => {
            Err("expected a decimal comma, as in the file's first lines")
        }
        _ => Ok(reading.value),
    }
}

/// A day of a file with this order of days and months; none if the cell is blank.
pub fn day(text: &str, order: DateOrder) -> Result<Option<NaiveDate>, Expected> {
    day_read(date::read_date(text, order), order)
}

/// The same of a day as it was read.
pub(crate) fn day_read(
    reading: Option<(Option<NaiveDate>, Clues)>,
    order: DateOrder,
) -> Result<Option<NaiveDate>, Expected> {
    let (day, clues) = reading.ok_or(EXPECTED_DATE)?;
    match order {
        DateOrder::MonthFirst if clues.contains(Clue::DayFirst) => {
            Err("expected the month first, as in the file's first lines")
        }
        DateOrder::DayFirst if clues.contains(Clue::MonthFirst) => {
            Err("expected the day first, as in the file's first lines")
        }
        _ => Ok(day),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_contradicts_its_file_is_refused() {
        let read = |text: &str, mark| amount(text.as_bytes(), mark).map(|amount| amount.to_string());
        assert_eq!(read("1,234", DecimalMark::Point).as_deref(), Ok("1234"));
        assert_eq!(read("1,234", DecimalMark::Comma).as_deref(), Ok("1.234"));
        assert!(read("1,23", DecimalMark::Point).is_err());
        assert!(read("1.23", DecimalMark::Comma).is_err());
        assert_eq!(day("3/4/2022", DateOrder::DayFirst), Ok(NaiveDate::from_ymd_opt(2022, 4, 3)));
        assert!(day("30/4/2022", DateOrder::MonthFirst).is_err());
        assert_eq!(day(" ", DateOrder::MonthFirst), Ok(None));
    }
}

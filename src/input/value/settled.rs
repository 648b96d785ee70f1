//! Values of a file whose spelling is settled: an amount or a day has one meaning, or contradicts its file.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::model::DateOrder;

use super::amount::{self, DecimalMark, MarkClue};
use super::date::{self, DateReading};

/// Why a value cannot be read: what was expected in its place.
pub(crate) type Expected = &'static str;

/// What is said where no date stands.
pub(crate) const EXPECTED_DATE: Expected = "expected a date such as `2022-07-31` or `7/31/2022`";

/// An amount of a file with this decimal mark.
#[inline]
pub(crate) fn amount(text: &[u8], mark: DecimalMark) -> Result<Decimal, Expected> {
    let reading = amount::read(text).map_err(amount::NotAnAmount::expected)?;
    let value = reading.value();
    match reading.clue {
        MarkClue::Only(other) if other != mark => Err(match mark {
            DecimalMark::Point => "expected a decimal point, as in the file's first lines",
            DecimalMark::Comma => "expected a decimal comma, as in the file's first lines",
        }),
        // What could be the decimal mark is not this file's, so it groups thousands.
        MarkClue::Ambiguous(other) if other != mark => Decimal::try_from_i128_with_scale(value.mantissa(), 0)
            .map_err(|_| "expected an amount of at most 28 digits"),
        _ => Ok(value),
    }
}

/// A day of a file with this order of days and months; none if the cell is blank.
pub(crate) fn day(text: &str, order: DateOrder) -> Result<Option<NaiveDate>, Expected> {
    let reading = date::read_date(text).ok_or(EXPECTED_DATE)?;
    match reading {
        DateReading::One { fits: Some(other), .. } if other != order => Err(match order {
            DateOrder::MonthFirst => "expected the month first, as in the file's first lines",
            DateOrder::DayFirst => "expected the day first, as in the file's first lines",
        }),
        reading => Ok(reading.under(order)),
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

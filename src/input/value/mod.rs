//! One cell to an amount, a date or a month as its file means it, with what it says about the file's spelling.

pub mod amount;
pub(crate) mod clue;
pub(crate) mod currency_mark;
pub(crate) mod date;

use chrono::NaiveDate;
use rust_decimal::Decimal;

pub use self::amount::DecimalMark;
pub(crate) use self::amount::{AmountReading, EXPECTED_AMOUNT};
pub(crate) use self::clue::{Clue, Clues};
use crate::model::DateOrder;

/// Why a value cannot be read: what was expected in its place.
pub type Expected = &'static str;

/// What is said where no date stands.
pub(crate) const EXPECTED_DATE: Expected = "expected a date such as `2022-07-31` or `7/31/2022`";

/// An amount of a file whose decimal mark is settled; one that contradicts it is refused.
#[inline]
pub fn settled_amount(text: &[u8], mark: DecimalMark) -> Result<Decimal, Expected> {
    settled_reading(text, mark).map(|reading| reading.value)
}

/// The same with what stands beside the amount.
#[inline]
pub(crate) fn settled_reading(text: &[u8], mark: DecimalMark) -> Result<AmountReading, Expected> {
    let reading = amount::read(text, mark)?;
    match mark {
        DecimalMark::Point if reading.clues.contains(Clue::Comma) => {
            Err("expected a decimal point, as in the file's first lines")
        }
        DecimalMark::Comma if reading.clues.contains(Clue::Point) => {
            Err("expected a decimal comma, as in the file's first lines")
        }
        _ => Ok(reading),
    }
}

/// A day of a file whose order of days and months is settled; none if the cell is blank.
pub fn settled_day(text: &str, order: DateOrder) -> Result<Option<NaiveDate>, Expected> {
    settled_day_read(date::read_date(text, order), order)
}

/// The same of a day as it was read.
pub(crate) fn settled_day_read(
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

/// The number, date or id behind the apostrophe with which Excel marks a cell as text; none if there is no such mark, or
/// another that makes quotes of both.
pub(crate) fn without_apostrophe(text: &str) -> Option<&str> {
    let value = text.trim_start().strip_prefix('\'')?;
    (!value.starts_with(|c: char| c.is_whitespace() || c == '\'') && !value.trim_end().ends_with('\'')).then_some(value)
}

/// Whether a text is what databases, scripts, pivot tables and lookups write where there is nothing: `NULL`, `nan`, `#N/A`.
pub(crate) fn says_nothing(text: &str) -> bool {
    const WORDS: [&str; 14] =
        ["null", "(null)", "<null>", "\\n", "n/a", "#n/a", "<na>", "nan", "none", "(none)", "(blank)", "-", "–", "—"];
    let text = text.trim();
    text.is_empty() || WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Words that call what stands beside them a sum.
pub(crate) const SUM_WORDS: [&str; 8] = ["total", "totals", "sum", "summe", "gesamt", "gesamtsumme", "somme", "totaux"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_nothing_is_known_in_any_case() {
        for text in ["", " ", "NULL", "<null>", "\\N", "nan", "NaN", "None", "N/A", "<NA>", " - ", "—", "(blank)"] {
            assert!(says_nothing(text), "{text}");
        }
        assert!(!says_nothing("Azure Credit") && !says_nothing("N") && !says_nothing("--"));
    }

    #[test]
    fn a_value_that_contradicts_its_file_is_refused() {
        let read = |text: &str, mark| settled_amount(text.as_bytes(), mark).map(|amount| amount.to_string());
        assert_eq!(read("1,234", DecimalMark::Point).as_deref(), Ok("1234"));
        assert_eq!(read("1,234", DecimalMark::Comma).as_deref(), Ok("1.234"));
        assert!(read("1,23", DecimalMark::Point).is_err());
        assert!(read("1.23", DecimalMark::Comma).is_err());
        assert_eq!(settled_day("3/4/2022", DateOrder::DayFirst), Ok(NaiveDate::from_ymd_opt(2022, 4, 3)));
        assert!(settled_day("30/4/2022", DateOrder::MonthFirst).is_err());
        assert_eq!(settled_day(" ", DateOrder::MonthFirst), Ok(None));
    }
}

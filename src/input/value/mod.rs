//! One cell to an amount, a date or a month as its file means it, with what it says about the file's spelling.

pub mod amount;
pub(crate) mod clue;
pub(crate) mod currency_mark;
pub(crate) mod date;
pub mod settled;

pub use self::amount::DecimalMark;
pub(crate) use self::amount::{AmountReading, EXPECTED_AMOUNT};
pub(crate) use self::clue::{Clue, Clues};

/// Why a value cannot be read: what was expected in its place.
pub type Expected = &'static str;

/// The number, date or id behind the apostrophe with which Excel marks a cell as text; none if there is no such mark, or
/// another that makes quotes of both.
pub(crate) fn without_apostrophe(text: &str) -> Option<&str> {
    let value = text.trim_start().strip_prefix('\'')?;
    (!value.starts_with(|c: char| c.is_whitespace() || c == '\'') && !value.trim_end().ends_with('\'')).then_some(value)
}

/// Whether a text is what databases, pivot tables and lookups write where there is nothing: `NULL`, `(blank)`, `#N/A`.
pub(crate) fn says_nothing(text: &str) -> bool {
    const WORDS: [&str; 6] = ["null", "(null)", "n/a", "#n/a", "(blank)", "(none)"];
    let text = text.trim();
    text.is_empty() || WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

//! Amounts as files spell them.
//!
//! One value may leave open what its separator means: `1,234` is a thousand or one and a bit. It is read as its file is,
//! and says that it is ambiguous, as every other value says what it tells about the decimal mark. Invariant: the digits
//! are exact.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;
use rust_decimal::Decimal;

use super::currency_mark::CurrencyMark;
use super::{Clue, Clues, Expected, without_apostrophe};
use crate::model::{Currency, words};

const MOST_DIGITS: usize = 28;

words! {
    /// Which character stands before the decimals, with its name on the command line.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
    pub enum DecimalMark {
        /// `1234.50`
        #[default]
        Point = "point",
        /// `1234,50`
        Comma = "comma",
    }
}

impl DecimalMark {
    /// What a value says that can be read with this mark only.
    fn clue(self) -> Clue {
        match self {
            Self::Point => Clue::Point,
            Self::Comma => Clue::Comma,
        }
    }

    fn from_separator(separator: u8) -> Self {
        if separator == b'.' { Self::Point } else { Self::Comma }
    }
}

/// An amount as its file means it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AmountReading {
    pub(crate) value: Decimal,
    /// What it says about the decimal mark, and whether an apostrophe marks it as text.
    pub(crate) clues: Clues,
    pub(crate) currency: Option<CurrencyMark>,
}

impl AmountReading {
    /// Why it is no amount in the currency of its row: a sign or code beside it is another's.
    pub(crate) fn contradicts(&self, currency: Option<Currency>) -> Option<String> {
        let wanted = currency.filter(|wanted| self.currency.is_some_and(|found| !found.fits(*wanted)))?;
        Some(format!("expected an amount in {wanted}, the row's currency"))
    }
}

pub(crate) const EXPECTED_AMOUNT: Expected = "expected an amount such as `1234.50`";
const TOO_LONG: Expected = "expected an amount of at most 28 digits";

/// A decimal mark with a minus right behind it: `5,-` is a price of 5, and to a program -5.
const DASH_FOR_DECIMALS: Expected =
    "expected digits behind the decimal mark, for a minus there may be a sign or stand for none";

/// The point of a currency's short name with digits right behind it: `Rs.500` is 500, and `USD.50` a half.
const POINT_BEHIND_NAME: Expected = "expected a blank behind the point of a currency, which may stand before decimals";

/// Reads an amount of a file with this decimal mark.
#[inline]
pub(crate) fn read(text: &[u8], mark: DecimalMark) -> Result<AmountReading, Expected> {
    match read_plain(text, mark) {
        Some((units, scale, clues)) => {
            Ok(AmountReading { value: Decimal::new(units, scale.into()), clues, currency: None })
        }
        None => read_any(text, mark),
    }
}

/// Reads the ordinary spelling, `-1234.50` of at most 18 digits, or that of numbers from Parquet, `-12345E-1`, to units of
/// `10^-scale`; `None` if it is any other.
#[inline]
pub(crate) fn read_plain(text: &[u8], mark: DecimalMark) -> Option<(i64, u8, Clues)> {
    let (negative, number) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    let (whole, after) = digits(number, 0);
    let (units, decimals, clues) = match after {
        [] => (whole, 0, Clues::NONE),
        [b'E', b'-', decimals @ b'1'..=b'9'] if number.len() > 3 => (whole, usize::from(decimals - b'0'), Clues::NONE),
        [b'.', decimals @ ..] => {
            let (units, rest) = digits(decimals, whole);
            if !rest.is_empty() || number.len() == 1 {
                return None;
            }
            let before_point = &number[..number.len() - after.len()];
            let clues = clues_of(DecimalMark::Point, before_point, decimals.len());
            // The length comes first, for hardly an amount has three decimals.
            let is_grouped = decimals.len() == 3 && groups(clues, mark);
            (units, if is_grouped { 0 } else { decimals.len() }, clues)
        }
        _ => return None,
    };
    // 18 digits, and a point among them, cannot overflow.
    let fits = !number.is_empty() && number.len() <= 18 + usize::from(!after.is_empty());
    fits.then_some((if negative { -units } else { units }, u8::try_from(decimals).ok()?, clues))
}

/// Appends the digits that a text starts with to a number, and returns what follows them.
#[inline]
fn digits(text: &[u8], mut units: i64) -> (i64, &[u8]) {
    let mut rest = text;
    while let [byte, after @ ..] = rest {
        let digit = byte.wrapping_sub(b'0');
        if digit >= 10 {
            break;
        }
        units = units.wrapping_mul(10).wrapping_add(i64::from(digit));
        rest = after;
    }
    (units, rest)
}

/// What a separator says that stands once, between `whole` and so many digits, with no other separator about.
#[inline]
fn clues_of(mark: DecimalMark, whole: &[u8], decimals: usize) -> Clues {
    let could_group = decimals == 3 && (1..=3).contains(&whole.len()) && whole[0] != b'0';
    Clues::only(match (could_group, mark) {
        (true, DecimalMark::Point) => Clue::AmbiguousPoint,
        (true, DecimalMark::Comma) => Clue::AmbiguousComma,
        (false, mark) => mark.clue(),
    })
}

/// Whether a separator that could be a decimal mark groups thousands in a file with this mark.
#[inline]
fn groups(clues: Clues, mark: DecimalMark) -> bool {
    clues.contains(match mark {
        DecimalMark::Point => Clue::AmbiguousComma,
        DecimalMark::Comma => Clue::AmbiguousPoint,
    })
}

/// Reads every other spelling: brackets, signs, currencies, grouped thousands, exponents.
#[cold]
fn read_any(text: &[u8], mark: DecimalMark) -> Result<AmountReading, Expected> {
    let text = as_text(text);
    let bare = without_apostrophe(&text);
    let (is_text, text) = (bare.is_some(), bare.unwrap_or(&text));
    if has_dash_for_decimals(text) {
        return Err(DASH_FOR_DECIMALS);
    }
    if has_point_behind_name(text) {
        return Err(POINT_BEHIND_NAME);
    }
    if let Some(zero) = dash_for_zero(text, is_text) {
        return Ok(zero);
    }
    let (body, negative, currency) = bare_number(text).ok_or(EXPECTED_AMOUNT)?;
    let (number, exponent) = split_exponent(body).ok_or(EXPECTED_AMOUNT)?;
    // `12E2-` may be a misspelled `12E-2`.
    if exponent.is_some() && !text.trim_end().ends_with(|c: char| c.is_ascii_digit()) {
        return Err(EXPECTED_AMOUNT);
    }
    let (digits, decimals, clues) = ungrouped(number).ok_or(EXPECTED_AMOUNT)?;
    let clues = match exponent {
        // Nobody groups thousands before an exponent.
        Some(_) if clues.contains(Clue::AmbiguousPoint) => Clues::only(Clue::Point),
        Some(_) if clues.contains(Clue::AmbiguousComma) => Clues::only(Clue::Comma),
        _ => clues,
    };
    let decimals = if groups(clues, mark) { 0 } else { decimals };
    let value = exact(&digits, decimals, exponent.unwrap_or(0), negative)?;
    let clues = if is_text { clues.and(Clues::only(Clue::Apostrophe)) } else { clues };
    Ok(AmountReading { value, clues, currency })
}

/// The zero for which a dash stands in accounting formats of spreadsheets, with the currency beside it: ` $-   `, `-`.
fn dash_for_zero(text: &str, is_text: bool) -> Option<AmountReading> {
    let is_dash = |text: &str| matches!(text.trim(), "-" | "−" | "–" | "—");
    let marked = without_currency(text.trim()).filter(|(bare, _)| is_dash(bare));
    let currency = marked.map(|(_, mark)| mark);
    let clues = if is_text { Clues::only(Clue::Apostrophe) } else { Clues::NONE };
    let zero = AmountReading { value: Decimal::ZERO, clues, currency };
    (currency.is_some() || is_dash(text)).then_some(zero)
}

/// Whether a minus or dash stands right behind a decimal mark, as in `5,-`.
fn has_dash_for_decimals(text: &str) -> bool {
    let after_marks = text.match_indices(['.', ',']).map(|(at, _)| &text[at + 1..]);
    after_marks.into_iter().any(|after| after.starts_with(['-', '−', '–', '—']))
        && text.contains(|c: char| c.is_ascii_digit())
}

/// Whether the only mark of a number stands between a name and digits, as in `Rs.500`.
fn has_point_behind_name(text: &str) -> bool {
    text.match_indices('.').any(|(at, _)| {
        let number = &text[at + 1..];
        let is_zero = number.bytes().all(|byte| !matches!(byte, b'1'..=b'9'));
        let is_only_mark = number.starts_with(|c: char| c.is_ascii_digit()) && !number.contains(['.', ',']) && !is_zero;
        is_only_mark && text[..at].ends_with(char::is_alphabetic)
    })
}

/// The text of a cell; bytes that are not UTF-8 are taken for Windows-1252, whose signs matter here.
fn as_text(text: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(text) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(text).0,
    }
}

/// Takes sign, brackets and currency off a number.
fn bare_number(text: &str) -> Option<(&str, bool, Option<CurrencyMark>)> {
    let mut rest = text.trim();
    let mut signs = 0;
    let mut negative = false;
    let mut currency = None;
    let mut marks = 0;
    loop {
        let before = rest;
        if let Some(inner) = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            (rest, signs, negative) = (inner, signs + 1, true);
        }
        for minus in ['-', '−'] {
            if let Some(bare) = rest.strip_prefix(minus).or_else(|| rest.strip_suffix(minus)) {
                (rest, signs, negative) = (bare, signs + 1, true);
            }
        }
        if let Some(bare) = rest.strip_prefix('+') {
            (rest, signs) = (bare, signs + 1);
        }
        rest = rest.trim();
        if let Some((bare, mark)) = without_currency(rest) {
            (rest, marks) = (bare.trim(), marks + 1);
            currency = Some(currency.map_or(Some(mark), |known: CurrencyMark| known.and(mark))?);
        }
        if rest == before {
            break;
        }
    }
    (signs <= 1 && marks <= 2 && !rest.is_empty()).then_some((rest, negative, currency))
}

/// Takes a currency sign or code off the front or the back, and the point of a name that is short for another: `Fr. 5`,
/// `Rs.79.21`, `5 kr.`.
fn without_currency(text: &str) -> Option<(&str, CurrencyMark)> {
    let is_mark = |c: char| c.is_alphabetic() || is_currency_sign(c);
    let bare = text.trim_start_matches(is_mark);
    if bare.len() < text.len() {
        let mark = &text[..text.len() - bare.len()];
        // A point that is the only one may stand before decimals.
        let is_of_mark = |rest: &&str| mark.chars().all(char::is_alphabetic) && rest.contains([' ', '.', ',']);
        return Some((bare.strip_prefix('.').filter(is_of_mark).unwrap_or(bare), CurrencyMark::parse(mark)?));
    }
    let named = text.strip_suffix('.').filter(|named| named.ends_with(char::is_alphabetic)).unwrap_or(text);
    let bare = named.trim_end_matches(is_mark);
    let mark = Some(&named[bare.len()..]).filter(|mark| !mark.is_empty())?;
    Some((bare, CurrencyMark::parse(mark)?))
}

fn is_currency_sign(c: char) -> bool {
    matches!(c, '$' | '¢'..='¥' | '฿' | '\u{20a0}'..='\u{20cf}' | '￥')
}

fn split_exponent(text: &str) -> Option<(&str, Option<i32>)> {
    let Some((number, exponent)) = text.split_once(['e', 'E']) else {
        return Some((text, None));
    };
    let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let plausible = (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    plausible.then(|| Some((number, Some(exponent.parse().ok()?))))?
}

/// The digits of a number without its separators, how many of them are decimals, and what the separators say.
fn ungrouped(number: &str) -> Option<(Vec<u8>, usize, Clues)> {
    let is_blank_group = |c: char| matches!(c, '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}');
    let marks: Vec<(usize, u8)> = number.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'.' | b',')).collect();
    let only = |mark: DecimalMark| Clues::only(mark.clue());
    let (decimal_at, clues) = match marks[..] {
        [] => (None, Clues::NONE),
        [(at, mark)] => {
            let (whole, decimals) = (&number[..at], number.len() - at - 1);
            (Some(at), clues_of(DecimalMark::from_separator(mark), whole.as_bytes(), decimals))
        }
        [.., (_, before), (at, last)] if before != last => (Some(at), only(DecimalMark::from_separator(last))),
        [.., (_, last)] => (None, Clues::only(if last == b'.' { Clue::Comma } else { Clue::Point })),
    };
    let (whole, decimals) = match decimal_at {
        Some(at) => (&number[..at], &number[at + 1..]),
        None => (number, ""),
    };
    let groups: Vec<&str> = whole.split(|c| is_blank_group(c) || matches!(c, '.' | ',')).collect();
    let separators: Vec<char> = whole.chars().filter(|c| !c.is_ascii_digit()).collect();
    let well_grouped = match groups[..] {
        [_] => true,
        // Three digits a group; India writes two in all groups but the last.
        [first, ref middle @ .., last] => {
            (1..=3).contains(&first.len())
                && last.len() == 3
                && (middle.iter().all(|group| group.len() == 3) || middle.iter().all(|group| group.len() == 2))
                && separators.iter().all(|separator| *separator == separators[0])
        }
        [] => false,
    };
    let digits: Vec<u8> = groups.concat().bytes().chain(decimals.bytes()).collect();
    let all_digits = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    (well_grouped && all_digits).then_some((digits, decimals.len(), clues))
}

/// `digits` with so many decimals times ten to the `exponent`, if it fits.
fn exact(digits: &[u8], decimals: usize, exponent: i32, negative: bool) -> Result<Decimal, Expected> {
    let leading_zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    let significant = &digits[leading_zeros..];
    if significant.len() > MOST_DIGITS {
        return Err(TOO_LONG);
    }
    let mut units: i128 = significant.iter().fold(0, |units, digit| units * 10 + i128::from(digit - b'0'));
    let decimals = i32::try_from(decimals).map_err(|_| TOO_LONG)?;
    let mut scale = decimals - exponent;
    if units == 0 {
        // `0E-20` is a 0 that a library printed, and no amount to twenty decimals.
        scale = if exponent == 0 { scale.clamp(0, 28) } else { 0 };
    }
    while scale > 28 && units % 10 == 0 {
        units /= 10;
        scale -= 1;
    }
    while scale < 0 {
        units = units.checked_mul(10).filter(|units| *units < 10_i128.pow(28)).ok_or(TOO_LONG)?;
        scale += 1;
    }
    let scale = u32::try_from(scale).map_err(|_| TOO_LONG)?;
    Decimal::try_from_i128_with_scale(if negative { -units } else { units }, scale).map_err(|_| TOO_LONG)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_short_way_equals_the_long_way(text in "-?[0-9]{0,20}(\\.[0-9]{0,6}|E-[0-9])?") {
            for mark in [DecimalMark::Point, DecimalMark::Comma] {
                if let Some((units, scale, clues)) = read_plain(text.as_bytes(), mark) {
                    let long = read_any(text.as_bytes(), mark).unwrap();
                    prop_assert_eq!(long.value, Decimal::new(units, scale.into()));
                    prop_assert_eq!(long.clues, clues);
                }
            }
        }
    }
}

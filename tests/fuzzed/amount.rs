//! An amount is read to the digits that it is written with, or not at all.

use std::io::Cursor;

use rust_decimal::Decimal;

use aco::input::source::Source;
use aco::input::value::amount::DecimalMark;
use aco::input::value::settled_amount;
use aco::input::{self, Options, ReadPlan};
use aco::model::money::write_plain;

use super::Choices;

/// Most digits that an amount may have.
const MOST_DIGITS: usize = 28;

/// Each line is an amount.
pub(crate) fn run(data: &[u8]) {
    let is_in_report = Choices::of(data).below(32) == 0;
    for text in data.split(|byte| *byte == b'\n').take(8) {
        let values = [DecimalMark::Point, DecimalMark::Comma].map(|mark| settled_amount(text, mark).ok());
        for (value, mark) in values.into_iter().zip([b'.', b',']) {
            let Some(value) = value else { continue };
            same_digits(text, value, mark);
            read_again(value);
        }
        as_the_library_reads(text, values[0]);
        if is_in_report {
            in_a_report(text, values);
        }
    }
}

/// In a report, an amount is what it is alone, or refused.
fn in_a_report(text: &[u8], [point, comma]: [Option<Decimal>; 2]) {
    for (value, mark) in [(point, DecimalMark::Point), (comma, DecimalMark::Comma)] {
        let in_report = of_report(text, Some(mark));
        let is_bare = text.iter().all(|byte| byte.is_ascii_digit() || b" .,-+()'".contains(byte));
        assert!(in_report == value || in_report.is_none() && !is_bare, "{}: {in_report:?}", text.escape_ascii());
    }
    // Without being told the mark, it is read as under one of the two.
    if let Some(value) = of_report(text, None) {
        assert!([point, comma].contains(&Some(value)), "{}: {value}", text.escape_ascii());
    }
}

/// An amount as a report of one row holds it; none if it cannot be read so.
fn of_report(text: &[u8], decimal: Option<DecimalMark>) -> Option<Decimal> {
    let mut report = b"PartnerID,CustomerID,InvoiceMonth,CreditName,CreditAmount,Status,BalanceAmount,CurrencyCode,\
        AgreementID,EffectiveDate,ExpiryDate\np,c,2022-07,ACO,\""
        .to_vec();
    for byte in text {
        report.extend_from_slice(if *byte == b'"' { b"\"\"" } else { std::slice::from_ref(byte) });
    }
    report.extend_from_slice(b"\",Active,0,EUR,a,,\n");
    let options = Options { decimal, ..Options::default() };
    let reading =
        input::read(vec![Source::stream("report", Cursor::new(report))], &options, ReadPlan::threads(1)).ok()?;
    let records = reading.report.records();
    assert_eq!(records.len() + reading.problems.len(), 1, "a row is read or a problem");
    records.values().next().map(|record| record.credit_amount)
}

/// The digits, the decimals and the sign are those of the text.
fn same_digits(text: &[u8], value: Decimal, mark: u8) {
    let shown = || format!("{} read as {value}", text.escape_ascii());
    let (number, exponent) = split_exponent(text);
    let written: Vec<u8> = number.iter().copied().filter(u8::is_ascii_digit).collect();
    let units = value.mantissa().unsigned_abs().to_string();
    assert_eq!(significant(&written), significant(units.as_bytes()), "{}", shown());
    assert!(units.len() <= MOST_DIGITS, "{}", shown());

    let marks: Vec<usize> = (0..number.len()).filter(|at| number[*at] == mark).collect();
    let decimals = match marks[..] {
        [at] => number[at..].iter().filter(|byte| byte.is_ascii_digit()).count(),
        // None is no mark, and of several none is.
        _ => 0,
    };
    let expected = i64::try_from(decimals).expect("a short text") - exponent;
    let scale = i64::from(value.scale());
    // Zeros at the end may be given up where there is no room for them, and a scale is never negative.
    let is_same = scale == expected.max(0) || expected > 28 && scale <= 28;
    assert!(is_same, "{}: {expected} decimals expected", shown());
    if expected <= 28 {
        let zeros = |digits: &[u8]| digits.iter().rev().take_while(|digit| **digit == b'0').count();
        let gained = usize::try_from((-expected).max(0)).expect("a short exponent");
        assert!(value.is_zero() || zeros(units.as_bytes()) == zeros(&written) + gained, "{}", shown());
    }

    let text = String::from_utf8_lossy(number);
    let is_negative = text.contains(['-', '−', '(']);
    assert!(value.is_zero() || value.is_sign_negative() == is_negative, "{}", shown());
}

/// The digits without zeros at either end.
fn significant(digits: &[u8]) -> &[u8] {
    let start = digits.iter().position(|digit| *digit != b'0').unwrap_or(digits.len());
    let end = digits.iter().rposition(|digit| *digit != b'0').map_or(start, |last| last + 1);
    &digits[start..end]
}

/// The number before `E` and what stands behind it: an `E` between digits, or before a sign.
fn split_exponent(text: &[u8]) -> (&[u8], i64) {
    for (at, byte) in text.iter().enumerate() {
        let is_behind_number = at > 0 && (text[at - 1].is_ascii_digit() || matches!(text[at - 1], b'.' | b','));
        if !matches!(byte, b'e' | b'E') || !is_behind_number {
            continue;
        }
        let after = &text[at + 1..];
        let signs = usize::from(matches!(after.first(), Some(b'+' | b'-')));
        let digits = after[signs..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits > 0 {
            let exponent = std::str::from_utf8(&after[..signs + digits]).ok().and_then(|text| text.parse().ok());
            return (&text[..at], exponent.unwrap_or(i64::from(u16::MAX)));
        }
    }
    (text, 0)
}

/// What is printed is read as the same amount.
fn read_again(value: Decimal) {
    let mut plain = Vec::new();
    write_plain(&mut plain, value);
    assert_eq!(plain, value.to_string().into_bytes());
    let again = settled_amount(&plain, DecimalMark::Point).expect("a plain amount can be read");
    assert_eq!((again, again.scale()), (value, value.scale()), "{}", plain.escape_ascii());
}

/// What `rust_decimal` reads to the last digit is read as the same.
fn as_the_library_reads(text: &[u8], value: Option<Decimal>) {
    let Ok(text) = std::str::from_utf8(text) else { return };
    let number = text.strip_prefix('-').unwrap_or(text);
    let is_plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && number.bytes().any(|byte| byte.is_ascii_digit())
        && number.bytes().filter(|byte| *byte == b'.').count() <= 1;
    if is_plain
        && let Ok(expected) = Decimal::from_str_exact(text)
        && significant_length(number) <= MOST_DIGITS
    {
        let value = value.unwrap_or_else(|| panic!("{text} is an amount"));
        assert_eq!((value, value.scale()), (expected, expected.scale()), "{text}");
    }
    // Digits beyond the 28th decimal are rounded away there, before the exponent brings them back.
    let is_exact = text.split_once(['e', 'E']).is_some_and(|(number, _)| Decimal::from_str_exact(number).is_ok());
    if let (Ok(expected), Some(value), true) = (Decimal::from_scientific(text), value, is_exact) {
        assert_eq!(value, expected, "{text}");
    }
}

fn significant_length(number: &str) -> usize {
    number.bytes().filter(u8::is_ascii_digit).skip_while(|digit| *digit == b'0').count()
}

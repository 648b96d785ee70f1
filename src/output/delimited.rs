//! CSV and TSV: plain decimals, ISO dates, quotes only where they are needed.

use std::io::Write as _;

use chrono::{Datelike, NaiveDate};

use crate::model::{Month, Span, write_plain};

use super::Style;
use super::parts::Encode;
use super::table::{Cell, Table};

pub(super) struct Delimited {
    delimiter: u8,
    style: Style,
}

impl Delimited {
    pub(super) fn new(delimiter: u8, style: Style) -> Self {
        Self { delimiter, style }
    }

    fn safe_text(&self, text: &str, out: &mut Vec<u8>) {
        if self.style.csv_safe && looks_like_formula(text) {
            self.text(format!("'{text}").as_bytes(), out);
        } else {
            self.text(text.as_bytes(), out);
        }
    }

    fn is_special(&self, byte: u8) -> bool {
        byte == self.delimiter || matches!(byte, b'"' | b'\n' | b'\r')
    }

    fn text(&self, text: &[u8], out: &mut Vec<u8>) {
        // To the end, without a way out on the first: many bytes are compared at a time.
        let needs_quotes = text.iter().fold(false, |any, byte| any | self.is_special(*byte));
        if !needs_quotes {
            out.extend_from_slice(text);
            return;
        }
        out.push(b'"');
        for byte in text {
            if *byte == b'"' {
                out.push(b'"');
            }
            out.push(*byte);
        }
        out.push(b'"');
    }
}

impl Encode for Delimited {
    fn head(&self, table: &Table<'_>, out: &mut Vec<u8>) {
        if self.style.bom {
            out.extend_from_slice("\u{feff}".as_bytes());
        }
        for (at, column) in table.columns.iter().enumerate() {
            if at > 0 {
                out.push(self.delimiter);
            }
            self.text(column.name.as_bytes(), out);
        }
        out.push(b'\n');
    }

    #[inline]
    fn cell(&self, at: usize, cell: &Cell<'_>, out: &mut Vec<u8>) {
        if at > 0 {
            out.push(self.delimiter);
        }
        match cell {
            Cell::Text(text) => self.safe_text(text, out),
            Cell::Amount(_) if self.style.decimal_comma => {
                let start = out.len();
                write_value(cell, out);
                out[start..].iter_mut().filter(|byte| **byte == b'.').for_each(|byte| *byte = b',');
            }
            other => write_value(other, out),
        }
    }

    #[inline]
    fn joints(&self) -> [&'static [u8]; 3] {
        [b"\n", b"", b""]
    }
}

/// Whether a spreadsheet that opens a file of separated values may compute a text, by OWASP's list for CSV injection.
/// A plain negative number, which a text column may hold too, means what it says.
fn looks_like_formula(text: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = |text: &str| text.split_once('.').map_or(is_digits(text), |(a, b)| is_digits(a) && is_digits(b));
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
        && !text.strip_prefix('-').is_some_and(is_number)
}

/// Writes a value other than text as every machine format spells it.
#[inline]
pub(super) fn write_value(cell: &Cell<'_>, out: &mut Vec<u8>) {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => out.extend_from_slice(text.as_bytes()),
        Cell::Currency(currency) => out.extend_from_slice(currency.as_str().as_bytes()),
        Cell::Span(Span::Month(month), _) => write_month(*month, out),
        // Writing to a vector cannot fail.
        Cell::Span(span, _) => drop(write!(out, "{span}")),
        Cell::Date(date) => write_date(*date, out),
        Cell::Amount(amount) => write_plain(out, *amount),
        Cell::Count(count) => out.extend_from_slice(itoa::Buffer::new().format(*count).as_bytes()),
    }
}

/// A value as every machine format spells it.
pub(super) fn plain(cell: &Cell<'_>) -> String {
    let mut plain = Vec::new();
    write_value(cell, &mut plain);
    String::from_utf8_lossy(&plain).into_owned()
}

fn write_month(month: Month, out: &mut Vec<u8>) {
    let mut text = *b"0000-00";
    fill(&mut text[..4], month.year().unsigned_abs());
    fill(&mut text[5..], month.month());
    out.extend_from_slice(&text);
}

fn write_date(date: NaiveDate, out: &mut Vec<u8>) {
    write_month(Month::of(date), out);
    let mut text = *b"-00";
    fill(&mut text[1..], date.day());
    out.extend_from_slice(&text);
}

/// Writes the last digits of a number in the place of what stands there.
fn fill(place: &mut [u8], number: u32) {
    let mut rest = number;
    for digit in place.iter_mut().rev() {
        *digit = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_are_guarded_if_asked_for() {
        let written = |text: &str, is_csv_safe| {
            let format = Delimited::new(b',', Style { csv_safe: is_csv_safe, ..Style::default() });
            let mut out = Vec::new();
            format.cell(0, &Cell::Text(text), &mut out);
            String::from_utf8(out).unwrap()
        };
        for text in ["=1+1", "+1", "-1+1", "-", "-.5", "--1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "-1.2.3"] {
            let quote = if text.contains(['\r', '\n']) { "\"" } else { "" };
            assert_eq!(written(text, true), format!("{quote}'{text}{quote}"));
            assert_eq!(written(text, false), format!("{quote}{text}{quote}"));
        }
        for text in ["", "a=b", "-5.00", "-5", "5", "'x", " x", "2022-07"] {
            assert_eq!(written(text, true), text);
        }
    }

    proptest! {
        #[test]
        fn csv_reads_back_every_text(texts in prop::collection::vec("[a,;\t\"\r\n ]{0,8}", 1..6), tabs in any::<bool>()) {
            let delimiter = if tabs { b'\t' } else { b',' };
            let format = Delimited::new(delimiter, Style::default());
            let mut out = b"x\n".to_vec();
            texts.iter().enumerate().for_each(|(at, text)| format.cell(at, &Cell::Text(text), &mut out));
            let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(&out[..]);
            let read: Vec<String> = match reader.records().next() {
                Some(record) => record.unwrap().iter().map(str::to_owned).collect(),
                // A line without any character is none.
                None => vec![String::new()],
            };
            prop_assert_eq!(read, texts);
        }
    }
}

//! CSV and TSV: plain decimals, ISO dates, quotes only where they are needed.

use std::io::Write as _;

use chrono::{Datelike, NaiveDate};
use memchr::{memchr, memchr3};

use crate::model::money::write_plain;
use crate::model::month::Month;

use super::parts::Encode;
use super::table::{Cell, Table};

/// Values separated by one character.
pub(super) struct Delimited {
    delimiter: u8,
}

impl Delimited {
    pub(super) fn new(delimiter: u8) -> Self {
        Self { delimiter }
    }

    fn text(&self, text: &[u8], out: &mut Vec<u8>) {
        let needs_quotes = memchr3(self.delimiter, b'"', b'\n', text).is_some() || memchr(b'\r', text).is_some();
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
        for (at, column) in table.columns.iter().enumerate() {
            if at > 0 {
                out.push(self.delimiter);
            }
            self.text(column.name.as_bytes(), out);
        }
        out.push(b'\n');
    }

    fn row(&self, cells: &[Cell<'_>], out: &mut Vec<u8>) {
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                out.push(self.delimiter);
            }
            match cell {
                Cell::Text(text) => self.text(text.as_bytes(), out),
                other => write_value(other, out),
            }
        }
        out.push(b'\n');
    }
}

/// Writes a value other than text as every machine format spells it.
pub(super) fn write_value(cell: &Cell<'_>, out: &mut Vec<u8>) {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => out.extend_from_slice(text.as_bytes()),
        Cell::Currency(currency) => out.extend_from_slice(currency.as_str().as_bytes()),
        Cell::Month(month, _) => write_month(*month, out),
        Cell::Date(date) => write_date(*date, out),
        Cell::Amount(amount) => write_plain(out, *amount),
        Cell::Count(count) => write_count(*count, out),
    }
}

fn write_month(month: Month, out: &mut Vec<u8>) {
    write_year_month(month.year(), month.month(), out);
}

fn write_date(date: NaiveDate, out: &mut Vec<u8>) {
    write_year_month(date.year(), date.month(), out);
    out.push(b'-');
    write_two(date.day(), out);
}

fn write_year_month(year: i32, month: u32, out: &mut Vec<u8>) {
    match u32::try_from(year) {
        Ok(year) if year < 10_000 => {
            write_two(year / 100, out);
            write_two(year % 100, out);
        }
        // Writing to a vector cannot fail.
        _ => drop(write!(out, "{year}")),
    }
    out.push(b'-');
    write_two(month, out);
}

/// Two digits of a number below 100.
fn write_two(number: u32, out: &mut Vec<u8>) {
    let digit = |value: u32| b'0' + u8::try_from(value % 10).unwrap_or_default();
    out.extend_from_slice(&[digit(number / 10), digit(number)]);
}

fn write_count(count: i64, out: &mut Vec<u8>) {
    match u8::try_from(count) {
        Ok(small) if small < 10 => out.push(b'0' + small),
        // Writing to a vector cannot fail.
        _ => drop(write!(out, "{count}")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::format::Format;
    use super::super::format::tests::{Fixed, rows, table, written};
    use super::*;

    #[test]
    fn writes_what_machines_read() {
        insta::assert_snapshot!(written(&table(&rows(), None), Format::Csv, None, 1), @r"
        CustomerID,InvoiceMonth,CurrencyCode,CreditAmount,OpeningAmount,Credits,ExpiryDate,Period
        0b61c8d4-3a52-4c8e-9d0f-6e1b7a20c4f9,2022-07,USD,1234567.5,,1200,2023-05-31,open
        0b61c8d4-3a52-4c8e-9d0f-6e1b7a20c4f9,2022-07,JPY,-98765,,1,2023-05-31,open
        41f0a9b7-58c3-4d26-8e15-90b2d6c7f3a8,2022-07,USD,0.25,,3,2023-05-31,open
        ");
    }

    #[test]
    fn an_empty_result_is_a_header() {
        assert_eq!(written(&table(&Fixed(Vec::new()), None), Format::Csv, None, 2).lines().count(), 1);
    }

    proptest! {
        #[test]
        fn csv_reads_back_every_text(texts in prop::collection::vec("[a,;\t\"\r\n ]{0,8}", 1..6), tabs in any::<bool>()) {
            let delimiter = if tabs { b'\t' } else { b',' };
            let cells: Vec<Cell<'_>> = texts.iter().map(|text| Cell::Text(text)).collect();
            let mut out = b"x\n".to_vec();
            Delimited::new(delimiter).row(&cells, &mut out);
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

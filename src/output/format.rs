//! The formats, and writing a table in one of them.

use std::io::{self, Write};
use std::path::Path;

use super::delimited::Delimited;
use super::journal::{self, Journal};
use super::json::Json;
use super::table::Table;
use super::{Style, markdown, parquet, parts, text, xlsx};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Table,
    Csv,
    Tsv,
    Json,
    Jsonl,
    Markdown,
    Xlsx,
    Parquet,
    /// Entries for plain-text accounting.
    Journal(Journal),
}

impl Format {
    /// What it is to a person, to whom it means nothing on a terminal, and its extension; none if it is a text.
    pub fn binary(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Xlsx => Some(("a workbook", "xlsx")),
            Self::Parquet => Some(("a Parquet file", "parquet")),
            _ => None,
        }
    }

    /// The format that a file's extension asks for.
    pub fn from_extension(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "txt" => Some(Self::Table),
            "csv" => Some(Self::Csv),
            "tsv" | "tab" => Some(Self::Tsv),
            "json" => Some(Self::Json),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "md" | "markdown" => Some(Self::Markdown),
            "xlsx" => Some(Self::Xlsx),
            "parquet" => Some(Self::Parquet),
            "journal" | "hledger" => Some(Self::Journal(Journal::Hledger)),
            "beancount" => Some(Self::Journal(Journal::Beancount)),
            _ => None,
        }
    }
}

/// Writes a table, its rows encoded by so many threads; returns how many amounts stand as text, because the format cannot
/// hold them as numbers.
pub fn write(
    table: &Table<'_>,
    format: Format,
    style: Style,
    threads: usize,
    out: &mut dyn Write,
) -> io::Result<usize> {
    let written = match format {
        Format::Table => text::write(table, style, out),
        Format::Markdown => markdown::write(table, out),
        Format::Csv => {
            parts::write(table, &Delimited::new(if style.decimal_comma { b';' } else { b',' }, style), threads, out)
        }
        Format::Tsv => parts::write(table, &Delimited::new(b'\t', style), threads, out),
        Format::Json => parts::write(table, &Json::new(table, true), threads, out),
        Format::Jsonl => parts::write(table, &Json::new(table, false), threads, out),
        Format::Parquet => parquet::write(table, out),
        Format::Journal(journal) => journal::write(table, journal, out),
        Format::Xlsx => return xlsx::write(table, out),
    };
    written.map(|()| 0)
}

#[cfg(test)]
pub(super) mod tests {
    use chrono::NaiveDate;
    use rust_decimal::Decimal;

    use super::*;
    use crate::model::{Currency, Month, Period, Span};
    use crate::output::column::{Column, Kind, Priority};
    use crate::output::table::{Cell, Fields, Totals};

    pub(crate) type Row = Vec<Cell<'static>>;

    pub(crate) const COLUMNS: [Column; 8] = [
        Column::new("CustomerID", Kind::Id, Priority::Key),
        Column::new("InvoiceMonth", Kind::Month, Priority::Key),
        Column::new("CurrencyCode", Kind::Currency, Priority::Key),
        Column::new("CreditAmount", Kind::Amount, Priority::Answer),
        Column::new("OpeningAmount", Kind::Amount, Priority::Answer),
        Column::new("Credits", Kind::Count, Priority::Detail),
        Column::new("ExpiryDate", Kind::Date, Priority::Context),
        Column::new("Period", Kind::Text, Priority::Context).machine_only(),
    ];

    pub(crate) fn row(customer: &str, currency: &'static str, amount: &str, credits: i64) -> Row {
        let customer: &'static str = Box::leak(customer.to_owned().into_boxed_str());
        let month = Month::new(2022, 7).unwrap();
        vec![
            Cell::Text(customer),
            Cell::Span(Span::Month(month), Period::Open),
            Currency::parse(currency).into(),
            Cell::Amount(Decimal::from_str_exact(amount).unwrap()),
            Cell::Empty,
            Cell::Count(credits),
            NaiveDate::from_ymd_opt(2023, 5, 31).into(),
            Cell::Text("open"),
        ]
    }

    pub(crate) fn rows() -> Vec<Vec<Row>> {
        vec![
            vec![
                row("0b61c8d4-3a52-4c8e-9d0f-6e1b7a20c4f9", "USD", "1234567.5", 1200),
                row("0b61c8d4-3a52-4c8e-9d0f-6e1b7a20c4f9", "JPY", "-98765", 1),
            ],
            vec![],
            vec![row("41f0a9b7-58c3-4d26-8e15-90b2d6c7f3a8", "USD", "0.25", 3)],
        ]
    }

    pub(crate) fn table(parts: Vec<Vec<Row>>, totals: Vec<Row>) -> Table<'static> {
        let fields = (0..)
            .zip(COLUMNS)
            .fold(Fields::default(), |fields, (at, column): (usize, _)| fields.with(column, move |row: &Row| row[at]));
        let table = fields.table_in_parts(parts.len(), move |part, each| parts[part].iter().try_for_each(each));
        let mut table = table.with_footnotes(vec!["* open".to_owned()]);
        table.totals = Totals::Known(totals);
        table
    }

    pub(crate) fn written(table: &Table<'_>, format: Format, width: Option<usize>, threads: usize) -> String {
        let mut out = Vec::new();
        write(table, format, Style { width, ..Style::default() }, threads, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn extensions_name_formats() {
        assert_eq!(Format::from_extension(Path::new("a/b.CSV")), Some(Format::Csv));
        assert_eq!(Format::from_extension(Path::new("b.ndjson")), Some(Format::Jsonl));
        assert_eq!(Format::from_extension(Path::new("b.docx")), None);
        assert_eq!(Format::from_extension(Path::new("csv")), None);
    }

    #[test]
    fn threads_change_nothing() {
        let many = (0..50).map(|part| (0..part % 4).map(|at| row("x,y", "EUR", "1.5", at)).collect()).collect();
        let table = table(many, Vec::new());
        for format in [Format::Csv, Format::Tsv, Format::Json, Format::Jsonl] {
            let one = written(&table, format, None, 1);
            assert_eq!(written(&table, format, None, 3), one);
            assert_eq!(one.matches("x,y").count(), 73);
        }
    }
}

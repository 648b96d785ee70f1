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

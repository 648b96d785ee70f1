//! Parquet files as text: each row becomes a record with a comma between its cells, and the first line is the header.
//!
//! A library decodes pages; all that a file says of its sizes is looked at before. Invariant: a row is a line, so that line
//! numbers are row numbers and one for the header; a damaged file is an error, and never asks for more memory than its
//! limits allow. Source: Apache Parquet, "File format".

mod compact;
mod footer;
mod header;
mod pages;
mod place;
mod values;

use std::fmt::Display;
use std::io::{self, Read};
use std::sync::Arc;

use ::parquet::basic::Compression;
use ::parquet::file::metadata::ParquetMetaData;
use ::parquet::schema::types::SchemaDescriptor;

use crate::model::{Message, Visible};

use self::pages::{Budget, Pages};
use self::place::Bytes;
use self::values::{Meaning, Values};
use super::caught::caught;
use super::converted::{Convert, Converted};

pub(crate) use self::footer::MAGIC;
pub(crate) use self::place::ValuePlace;

/// Rows that are decoded at a time.
const ROWS: usize = 1024;

/// Bytes of text that are made at a time.
const TEXT: usize = 256 * 1024;

/// The text of a Parquet file, and which of its columns hold floating point numbers.
pub(super) fn text(place: &ValuePlace) -> io::Result<(Box<dyn Read + Send>, Vec<usize>)> {
    let table = read(|| FileTable::open(place))?;
    let floats = table.columns.iter().map(|column| Meaning::new(&table.schema().column(*column)));
    let floats = floats.enumerate().filter(|(_, meaning)| *meaning == Meaning::Float).map(|(at, _)| at).collect();
    Ok((Box::new(Converted::new(table)), floats))
}

/// What the library makes of a file. It takes some damaged ones for granted and panics.
fn read<T>(read: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    caught(read).unwrap_or_else(|| Err(damaged("its parts contradict each other")))
}

/// A file that is read from its first row to its last.
struct FileTable {
    bytes: Arc<Bytes>,
    metadata: ParquetMetaData,
    /// The columns that hold a value a row, in their order.
    columns: Vec<usize>,
    has_header: bool,
    /// The group of rows that comes next.
    next: usize,
    group: Option<RowGroup>,
}

/// A group of rows that is being read.
struct RowGroup {
    columns: Vec<Values>,
    /// Rows that are not decoded yet, and those that are and were not written.
    left: u64,
    decoded: usize,
}

impl FileTable {
    fn open(place: &ValuePlace) -> io::Result<Self> {
        let bytes = place.open()?;
        let metadata = footer::read(&bytes)?;
        let schema = metadata.file_metadata().schema_descr();
        // What holds a list or a structure is no cell.
        let is_cell =
            |at: &usize| schema.column(*at).max_rep_level() == 0 && schema.column(*at).path().parts().len() == 1;
        let columns: Vec<usize> = (0..schema.num_columns()).filter(is_cell).collect();
        if columns.is_empty() {
            return Err(damaged("it has no columns"));
        }
        Ok(Self { bytes: Arc::new(bytes), metadata, columns, has_header: false, next: 0, group: None })
    }

    fn schema(&self) -> &SchemaDescriptor {
        self.metadata.file_metadata().schema_descr()
    }

    fn header(&self, output: &mut Vec<u8>) {
        for (at, column) in self.columns.iter().enumerate() {
            quote(self.schema().column(*column).name().as_bytes(), at, output);
        }
        output.push(b'\n');
    }

    fn open_group(&mut self) -> io::Result<Option<RowGroup>> {
        let Some(group) = self.metadata.row_groups().get(self.next) else { return Ok(None) };
        self.next += 1;
        let budget = Budget::default();
        let mut columns = Vec::new();
        for at in &self.columns {
            let column = group.columns().get(*at).ok_or_else(|| damaged("a column is missing"))?;
            if column.num_values() != group.num_rows() {
                return Err(damaged("a column has another number of rows than the others"));
            }
            let name = column.column_descr().name();
            match column.compression() {
                Compression::UNCOMPRESSED | Compression::SNAPPY | Compression::GZIP(_) | Compression::ZSTD(_) => {}
                other => return Err(unread(&format!("`{}`, {}", Visible(name), codec(other)))),
            }
            let pages = Pages::new(Arc::clone(&self.bytes), column, budget.clone())?;
            columns.push(Values::new(column.column_descr_ptr(), pages));
        }
        let left = u64::try_from(group.num_rows()).map_err(|_| damaged("it has less rows than none"))?;
        Ok(Some(RowGroup { columns, left, decoded: 0 }))
    }

    /// Writes rows until there is enough text; `false` if none come after them.
    fn rows(&mut self, output: &mut Vec<u8>) -> io::Result<bool> {
        let mut cell = Vec::new();
        while output.len() < TEXT {
            let Some(group) = &mut self.group else {
                self.group = self.open_group()?;
                if self.group.is_none() {
                    return Ok(false);
                }
                continue;
            };
            if group.decoded == 0 && !group.decode()? {
                self.group = None;
                continue;
            }
            for (at, column) in group.columns.iter_mut().enumerate() {
                cell.clear();
                column.next(&mut cell)?;
                quote(&cell, at, output);
            }
            output.push(b'\n');
            group.decoded -= 1;
        }
        Ok(true)
    }
}

impl RowGroup {
    /// Decodes the next rows; `false` if there are none.
    fn decode(&mut self) -> io::Result<bool> {
        let rows = usize::try_from(self.left).unwrap_or(ROWS).min(ROWS);
        if rows == 0 {
            let is_at_end = self.columns.iter_mut().all(Values::is_at_end);
            return if is_at_end { Ok(false) } else { Err(damaged("a column has more rows than the others")) };
        }
        self.columns.iter_mut().try_for_each(|column| column.read(rows))?;
        (self.decoded, self.left) = (rows, self.left - rows as u64);
        Ok(true)
    }
}

impl Convert for FileTable {
    fn convert(&mut self, output: &mut Vec<u8>) -> io::Result<bool> {
        read(|| {
            if !self.has_header {
                self.header(output);
                self.has_header = true;
            }
            self.rows(output)
        })
    }
}

/// Writes a cell behind a comma, if it is not the first.
fn quote(cell: &[u8], at: usize, output: &mut Vec<u8>) {
    if at > 0 {
        output.push(b',');
    }
    if cell.is_empty() {
        return;
    }
    output.push(b'"');
    if memchr::memchr3(b'"', b'\n', b'\r', cell).is_none() {
        output.extend_from_slice(cell);
        output.push(b'"');
        return;
    }
    for byte in cell {
        match byte {
            b'"' => output.extend_from_slice(b"\"\""),
            // A line break within a cell, for a row is a line.
            b'\n' | b'\r' => output.push(b' '),
            byte => output.push(*byte),
        }
    }
    output.push(b'"');
}

/// How a column is compressed, by the name that programs which write it have for that.
fn codec(compression: Compression) -> String {
    let name = compression.to_string();
    format!("compressed with {}", name.split('(').next().unwrap_or(&name))
}

fn damaged(what: impl Display) -> io::Error {
    let text = format!("the Parquet file is damaged or cut off: {}", Visible(&what.to_string()));
    error(Message::error(text).hint("write it again"))
}

fn too_large(what: &str) -> io::Error {
    let text = format!("the Parquet file is damaged or made to do harm: {what} is too large to be read");
    error(Message::error(text).hint("write it again, in smaller groups of rows"))
}

fn unread(what: &str) -> io::Error {
    let text = format!("the Parquet file has what is not read here: {what}");
    error(Message::error(text).hint("write it again with Snappy, gzip or Zstandard, and the usual encodings"))
}

fn error(message: Message) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

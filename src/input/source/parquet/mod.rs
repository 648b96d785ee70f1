//! Parquet files: their rows as cells of text, group by group, on as many threads as want some.
//!
//! A library decodes pages; all that a file says of its sizes is looked at before. Only the columns that are wanted are
//! decoded, and what a dictionary holds is understood once. Invariant: a row has the line number that it would have as a
//! line of text, below a header; a damaged file is an error, and never asks for more memory than its limits allow. Source:
//! Apache Parquet, "File format".

mod column;
mod footer;
mod pages;

use std::fmt::Display;
use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use ::parquet::basic::Compression;
use ::parquet::column::page::PageReader;
use ::parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use ::parquet::file::reader::ChunkReader as _;
use ::parquet::file::serialized_reader::SerializedPageReader;
use ::parquet::schema::types::SchemaDescriptor;
use bytes::Bytes as Held;

use crate::model::{Message, Visible};

use self::column::{Column, Meaning};
use self::pages::{Budget, Pages};
use super::caught;
use super::cells::{Cells, PIECE};

pub(crate) use self::footer::MAGIC;

/// Where the bytes of a file are, which are read piece by piece.
#[derive(Clone)]
pub(crate) enum ValuePlace {
    File(PathBuf),
    Memory(Arc<Held>),
}

impl ValuePlace {
    fn size(&self) -> io::Result<u64> {
        match self {
            Self::File(path) => Ok(fs::metadata(path)?.len()),
            Self::Memory(held) => Ok(held.len() as u64),
        }
    }

    /// So many bytes from a place on, which lie in the file.
    fn read(&self, start: u64, count: usize) -> io::Result<Held> {
        let read = match self {
            Self::File(path) => File::open(path)?.get_bytes(start, count),
            Self::Memory(held) => held.get_bytes(start, count),
        };
        read.map_err(damaged)
    }

    /// The pages of a column as they lie in the file.
    fn pages(&self, column: &ColumnChunkMetaData) -> io::Result<Box<dyn PageReader>> {
        Ok(match self {
            Self::File(path) => {
                let file = Arc::new(File::open(path)?);
                Box::new(SerializedPageReader::new(file, column, 0, None).map_err(damaged)?)
            }
            Self::Memory(held) => {
                Box::new(SerializedPageReader::new(Arc::clone(held), column, 0, None).map_err(damaged)?)
            }
        })
    }
}

const LONGEST_ROW: usize = 16 * 1024 * 1024;

/// A file whose groups of rows are read by whoever is free.
pub(crate) struct ParquetFile {
    place: ValuePlace,
    metadata: ParquetMetaData,
    /// The columns that hold a value a row, in their order.
    columns: Vec<usize>,
    /// How many lines it has, its header included.
    pub(crate) lines: u64,
    groups: Vec<Mutex<RowGroup>>,
}

/// How far a group of rows was read.
#[derive(Default)]
struct RowGroup {
    /// None before it is opened; those that are not wanted are none either.
    columns: Option<Vec<Option<Column>>>,
    /// The lines above its first row, above the next one to be read, and at its end.
    first: u64,
    next: u64,
    end: u64,
}

/// Adds rows of columns that have so many at hand, until there is enough text; returns how many.
fn fill(cells: &mut Cells, columns: &[Option<Column>], ready: usize) -> io::Result<usize> {
    for row in 0..ready {
        if cells.bytes.len() >= PIECE {
            return Ok(row);
        }
        cells.begin_row(u32::try_from(row).unwrap_or(u32::MAX));
        for column in columns {
            cells.push(column.as_ref().map_or(&b""[..], |column| column.cell(row)));
            if cells.bytes.len() > LONGEST_ROW {
                return Err(too_large("a row of it"));
            }
        }
        cells.end_row();
    }
    Ok(ready)
}

impl ParquetFile {
    pub(super) fn open(place: &ValuePlace) -> io::Result<Self> {
        let open = || {
            let metadata = footer::read(place)?;
            let schema = metadata.file_metadata().schema_descr();
            // What holds a list or a structure is no cell.
            let is_cell =
                |at: &usize| schema.column(*at).max_rep_level() == 0 && schema.column(*at).path().parts().len() == 1;
            let columns: Vec<usize> = (0..schema.num_columns()).filter(is_cell).collect();
            if columns.is_empty() {
                return Err(damaged("it has no columns"));
            }
            let (mut groups, mut lines) = (Vec::new(), 1_u64);
            for group in metadata.row_groups() {
                let (first, rows) = (lines, u64::try_from(group.num_rows()).ok());
                let end = rows.and_then(|rows| first.checked_add(rows));
                lines = end.ok_or_else(|| damaged("it has less rows than none"))?;
                groups.push(Mutex::new(RowGroup { columns: None, first, next: first, end: lines }));
            }
            Ok(Self { place: place.clone(), metadata, columns, lines, groups })
        };
        caught(open, damaged)
    }

    fn schema(&self) -> &SchemaDescriptor {
        self.metadata.file_metadata().schema_descr()
    }

    pub(super) fn names(&self) -> Vec<String> {
        let name = |column: &usize| self.schema().column(*column).name().replace(['\n', '\r'], " ");
        self.columns.iter().map(name).collect()
    }

    pub(super) fn floats(&self) -> Vec<usize> {
        let is_float = |at: &usize| Meaning::new(&self.schema().column(self.columns[*at])) == Meaning::Float;
        (0..self.columns.len()).filter(is_float).collect()
    }

    /// Takes the next rows of a group that nobody else is reading, or else of any. `wanted` are the columns whose cells
    /// are read; the others stay blank. Returns how many lines stand above the first; none if none are left. What is wrong
    /// with a group is said with its first row.
    pub(crate) fn take(&self, wanted: &[Option<usize>], cells: &mut Cells) -> Result<Option<u64>, (u64, io::Error)> {
        for waits in [false, true] {
            for (number, group) in self.groups.iter().enumerate() {
                let group = if waits { group.lock().ok() } else { group.try_lock().ok() };
                let Some(mut group) = group else { continue };
                let first = group.next;
                match caught(|| self.rows(number, &mut group, wanted, cells), damaged) {
                    Ok(()) if cells.ends.is_empty() => {}
                    Ok(()) => return Ok(Some(first)),
                    Err(error) => {
                        let first = group.first;
                        *group = RowGroup::default();
                        return Err((first, error));
                    }
                }
            }
        }
        Ok(None)
    }

    /// Puts the cells of the next rows of a group in the place of those that are there.
    fn rows(&self, number: usize, group: &mut RowGroup, wanted: &[Option<usize>], cells: &mut Cells) -> io::Result<()> {
        cells.clear();
        if group.next == group.end {
            return Ok(());
        }
        let columns = match &mut group.columns {
            Some(columns) => columns,
            none => none.insert(self.open_group(number, wanted)?),
        };
        let mut ready = usize::try_from(group.end - group.next).unwrap_or(usize::MAX);
        for column in columns.iter_mut().flatten() {
            ready = ready.min(column.ready()?);
        }
        if ready == 0 {
            return Err(damaged("a column has fewer rows than the others"));
        }
        let rows = fill(cells, columns, ready)?;
        columns.iter_mut().flatten().for_each(|column| column.pass(rows));
        group.next += rows as u64;
        if group.next == group.end {
            for column in columns.iter_mut().flatten() {
                if column.ready()? > 0 {
                    return Err(damaged("a column has more rows than the others"));
                }
            }
            group.columns = None;
        }
        Ok(())
    }

    fn open_group(&self, number: usize, wanted: &[Option<usize>]) -> io::Result<Vec<Option<Column>>> {
        let group = self.metadata.row_group(number);
        let budget = Budget::default();
        let mut columns = Vec::new();
        for (at, place) in self.columns.iter().enumerate() {
            let column = group.columns().get(*place).ok_or_else(|| damaged("a column is missing"))?;
            if column.num_values() != group.num_rows() {
                return Err(damaged("a column has another number of rows than the others"));
            }
            if !wanted.contains(&Some(at)) {
                columns.push(None);
                continue;
            }
            let name = column.column_descr().name();
            match column.compression() {
                Compression::UNCOMPRESSED | Compression::SNAPPY | Compression::GZIP(_) | Compression::ZSTD(_) => {}
                other => {
                    // Its name, as programs have it that write Parquet, stands before a level.
                    let codec = other.to_string();
                    let codec = codec.split('(').next().unwrap_or_default();
                    return Err(unread(&format!("`{}`, compressed with {codec}", Visible(name))));
                }
            }
            let pages = Pages::new(&self.place, column, Arc::clone(&budget))?;
            columns.push(Some(Column::new(column.column_descr_ptr(), pages)));
        }
        Ok(columns)
    }
}

fn damaged(what: impl Display) -> io::Error {
    let text = format!("the Parquet file is damaged or cut off: {}", Visible(&what.to_string()));
    Message::error(text).hint("write it again").into()
}

fn too_large(what: &str) -> io::Error {
    let text = format!("the Parquet file is damaged or made to do harm: {what} is too large to be read");
    Message::error(text).hint("write it again, in smaller groups of rows").into()
}

fn unread(what: &str) -> io::Error {
    let text = format!("the Parquet file has what is not read here: {what}");
    Message::error(text).hint("write it again with Snappy, gzip or Zstandard, and the usual encodings").into()
}

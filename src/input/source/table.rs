//! Tables that hold cells and no text: sheets of workbooks and Parquet files, piece by piece.
//!
//! Invariant: a row is a line, with a comma between its cells where a text is made of it; no cell holds a line end.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use super::cells::{Cells, PIECE};
use super::parquet::{ParquetFile, ValuePlace};
use super::stream::Converted;

/// A table, and how far it was read.
pub(crate) enum Table {
    /// The rows of a sheet that are not blank, the next of them, and the cells of the widest before it: those behind it get as
    /// many, for a sheet does not keep empty cells.
    Sheet(Arc<Cells>, Mutex<(usize, usize)>),
    Parquet(ParquetFile),
}

impl Table {
    pub(super) fn sheet(cells: &Arc<Cells>) -> Self {
        Self::Sheet(Arc::clone(cells), Mutex::default())
    }

    pub(super) fn parquet(place: &ValuePlace) -> io::Result<Self> {
        ParquetFile::open(place).map(Self::Parquet)
    }

    /// How many lines it has, its header included.
    pub(crate) fn lines(&self) -> u64 {
        match self {
            Self::Sheet(cells, _) => cells.starts.last().map_or(0, |row| u64::from(row.line) + 1),
            Self::Parquet(file) => file.lines,
        }
    }

    /// Its columns that hold floating point numbers, which no amount is.
    pub(super) fn floats(&self) -> Vec<usize> {
        if let Self::Parquet(file) = self { file.floats() } else { Vec::new() }
    }

    /// Takes rows that nobody has taken, and returns how many lines stand above them; none if none are left. Only the cells
    /// of the columns that are `wanted` need be read. What is wrong has the place of the rows that it spoils.
    pub(crate) fn take(&self, wanted: &[Option<usize>], cells: &mut Cells) -> Result<Option<u64>, (u64, io::Error)> {
        match self {
            Self::Sheet(sheet, next) => {
                Ok(taken(sheet, &mut next.lock().unwrap_or_else(PoisonError::into_inner), cells))
            }
            Self::Parquet(file) => file.take(wanted, cells),
        }
    }

    pub(super) fn text(self) -> impl Read + Send {
        let names = if let Self::Parquet(file) = &self { file.names() } else { Vec::new() };
        let all: Vec<_> = (0..names.len()).map(Some).collect();
        let mut written = 0;
        Converted::new(move |output: &mut Vec<u8>| {
            if written == 0 && !names.is_empty() {
                written = 1;
                line(names.iter().map(String::as_bytes), output);
                return Ok(true);
            }
            let mut cells = Cells::default();
            let Some(first) = self.take(&all, &mut cells).map_err(|(_, error)| error)? else { return Ok(false) };
            for (number, row) in cells.starts.iter().enumerate() {
                let above = first + u64::from(row.line);
                output.extend((written..above).map(|_| b'\n'));
                line(cells.row(number), output);
                written = above + 1;
            }
            Ok(true)
        })
    }
}

fn taken(sheet: &Cells, (next, width): &mut (usize, usize), cells: &mut Cells) -> Option<u64> {
    cells.clear();
    let first = sheet.starts.get(*next)?.line;
    while let Some(row) = sheet.starts.get(*next).filter(|_| cells.bytes.len() < PIECE) {
        cells.begin_row(row.line - first);
        sheet.row(*next).for_each(|cell| cells.push(cell));
        let found = sheet.row(*next).count();
        *width = found.max(*width);
        (found..*width).for_each(|_| cells.push(b""));
        cells.end_row();
        *next += 1;
    }
    Some(first.into())
}

/// Writes a line of cells. Numbers, dates and ids, which are nearly all of them, need no quotes.
fn line<'c>(cells: impl Iterator<Item = &'c [u8]>, output: &mut Vec<u8>) {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'/' | b':');
    for (at, cell) in cells.enumerate() {
        output.extend((at > 0).then_some(b','));
        if cell.iter().all(is_plain) {
            output.extend_from_slice(cell);
            continue;
        }
        output.push(b'"');
        for byte in cell {
            output.extend((*byte == b'"').then_some(b'"'));
            output.push(*byte);
        }
        output.push(b'"');
    }
    output.push(b'\n');
}

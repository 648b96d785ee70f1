//! The end of a Parquet file, which says what its columns are and where they lie.
//!
//! The library that reads it follows the tree of columns as deep as it says that it is, and asks for as much memory as it
//! says that there are. So that is looked at first.

use ::parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};

use super::compact::{self, Compact};
use super::place::Bytes;
use super::{damaged, too_large};
use std::io;

/// How a file starts and ends.
pub(crate) const MAGIC: [u8; 4] = *b"PAR1";

/// Most bytes of it: those of a thousand groups of a hundred columns are some 16 MiB.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Most columns, those within others included, and how deep they may lie.
const MOST_COLUMNS: usize = 16_384;
const DEEPEST: usize = 32;

/// Reads what a file says of itself.
pub(super) fn read(bytes: &Bytes) -> io::Result<ParquetMetaData> {
    let size = bytes.size();
    let tail = size.checked_sub(8).filter(|start| *start >= 4).ok_or_else(|| damaged("it is too short"))?;
    let last = bytes.read(tail, 8)?;
    let Some((length, magic)) = last.split_first_chunk::<4>() else { return Err(damaged("it is too short")) };
    if magic != MAGIC {
        return Err(damaged("its end is missing"));
    }
    let length = u64::from(u32::from_le_bytes(*length));
    if length > MOST_BYTES {
        return Err(too_large("what it says of its columns"));
    }
    let start = tail.checked_sub(length).filter(|start| *start >= 4);
    let start = start.ok_or_else(|| damaged("its end says that it is longer"))?;
    let footer = bytes.read(start, usize::try_from(length).map_err(io::Error::other)?)?;
    is_bounded(&footer).ok_or_else(|| damaged("what it says of its columns cannot be read"))?;
    ParquetMetaDataReader::decode_metadata(&footer).map_err(damaged)
}

/// Walks through all of it; the columns of the second field make a tree of no more than some size.
fn is_bounded(footer: &[u8]) -> Option<()> {
    Compact(footer).fields(|file, number, kind| match (number, kind) {
        (2, compact::LIST) => columns(file),
        (_, kind) => file.skip(kind),
    })
}

fn columns(file: &mut Compact<'_>) -> Option<()> {
    let (count, kind) = file.list()?;
    let count = usize::try_from(count).ok().filter(|count| *count <= MOST_COLUMNS && kind == compact::STRUCT)?;
    // For each column that holds others how many of these are still to come.
    let mut open: Vec<usize> = Vec::new();
    for column in 0..count {
        let mut children = 0;
        file.fields(|element, number, kind| match (number, kind) {
            (5, compact::I32) => {
                children = usize::try_from(element.signed()?).ok()?;
                Some(())
            }
            (_, kind) => element.skip(kind),
        })?;
        if children >= count - column {
            return None;
        }
        while let Some(0) = open.last() {
            open.pop();
        }
        if let Some(left) = open.last_mut() {
            *left -= 1;
        }
        if children > 0 {
            open.push(children);
        }
        if open.len() > DEEPEST {
            return None;
        }
    }
    Some(())
}

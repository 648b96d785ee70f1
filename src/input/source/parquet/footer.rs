//! The end of a Parquet file, which says what its columns are and where they lie.
//!
//! The library that reads it follows the tree of columns as deep as it says that it is, and asks for as much memory as it
//! says that there are. So that is looked at first. Source: Apache Parquet, `parquet.thrift`, and Apache Thrift, "Compact
//! protocol".

use std::io;

use ::parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};

use super::{ValuePlace, damaged, too_large};

/// How a file starts and ends.
pub(crate) const MAGIC: [u8; 4] = *b"PAR1";

/// Most bytes of it: those of a thousand groups of a hundred columns are some 16 MiB.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Most columns, those within others included, and how deep they may lie.
const MOST_COLUMNS: usize = 16_384;
const DEEPEST: usize = 32;

/// Reads what a file says of itself.
pub(super) fn read(bytes: &ValuePlace) -> io::Result<ParquetMetaData> {
    let tail = bytes.size()?.checked_sub(8).filter(|start| *start >= 4).ok_or_else(|| damaged("it is too short"))?;
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
        (2, LIST) => columns(file),
        (_, kind) => file.skip(kind, DEEPEST),
    })
}

fn columns(file: &mut Compact<'_>) -> Option<()> {
    let (count, kind) = file.list()?;
    let count = usize::try_from(count).ok().filter(|count| *count <= MOST_COLUMNS && kind == STRUCT)?;
    // For each column that holds others how many of these are still to come.
    let mut open: Vec<usize> = Vec::new();
    for column in 0..count {
        let mut children = 0;
        file.fields(|element, number, kind| match (number, kind) {
            (5, I32) => {
                children = usize::try_from(element.signed()?).ok()?;
                Some(())
            }
            (_, kind) => element.skip(kind, DEEPEST),
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

/// Kinds of values.
const I32: u8 = 5;
const LIST: u8 = 9;
const STRUCT: u8 = 12;

/// Bytes that are read from the front, in Thrift's compact protocol. Every step returns nothing where the bytes end or mean
/// nothing; no memory is asked for.
pub(super) struct Compact<'a>(pub(super) &'a [u8]);

impl Compact<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    fn bytes(&mut self, count: u64) -> Option<()> {
        self.0 = self.0.get(usize::try_from(count).ok()?..)?;
        Some(())
    }

    pub(super) fn unsigned(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let number = self.unsigned()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    /// Goes through the fields of a structure: `each` takes a field's number and kind, and reads or skips its value.
    fn fields(&mut self, mut each: impl FnMut(&mut Self, i64, u8) -> Option<()>) -> Option<()> {
        let mut number = 0_i64;
        loop {
            let head = self.byte()?;
            let kind = head & 0x0f;
            if kind == 0 {
                return Some(());
            }
            let step = i64::from(head >> 4);
            number = if step == 0 { self.signed()? } else { number.checked_add(step)? };
            each(self, number, kind)?;
        }
    }

    /// The number of a list's elements and their kind.
    fn list(&mut self) -> Option<(u64, u8)> {
        let head = self.byte()?;
        let count = if head >> 4 == 15 { self.unsigned()? } else { u64::from(head >> 4) };
        // An element takes a byte at least.
        (count <= self.0.len() as u64).then_some((count, head & 0x0f))
    }

    /// Passes over a value that holds others no deeper than this; maps, sets and UUIDs, which no footer has, mean nothing.
    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match kind {
            // A truth stands in the field's head; in a list it is a byte.
            1 | 2 => Some(()),
            3 => self.bytes(1),
            4..=6 => self.unsigned().map(drop),
            7 => self.bytes(8),
            8 => {
                let length = self.unsigned()?;
                self.bytes(length)
            }
            LIST => {
                let (count, kind) = self.list()?;
                (0..count).try_for_each(|_| self.skip(if kind <= 2 { 3 } else { kind }, depth))
            }
            STRUCT => self.fields(|within, _, kind| within.skip(kind, depth)),
            _ => None,
        }
    }
}

//! Writing rows part by part: encoded by several threads, written in order.
//!
//! Invariant: the bytes are the same for any number of threads, and no more than a few parts a thread are held.

use std::io::{self, Write};
use std::ops::Range;
use std::sync::mpsc;
use std::thread;

use super::table::{Cell, Table};

/// Bytes that are gathered before they are written.
const BUFFER: usize = 256 * 1024;

/// Parts that a thread may have ready before they are written.
const AHEAD: usize = 4;

/// A format that is written row by row.
pub(super) trait Encode: Sync {
    /// What stands before the rows.
    fn head(&self, table: &Table<'_>, out: &mut Vec<u8>);

    /// A cell, and what stands before it in a row.
    fn cell(&self, at: usize, cell: &Cell<'_>, out: &mut Vec<u8>);

    /// What ends a row, what stands between two rows, and what after all of them.
    fn joints(&self) -> [&'static [u8]; 3];
}

pub(super) fn write(table: &Table<'_>, encode: &impl Encode, threads: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut head = Vec::new();
    encode.head(table, &mut head);
    out.write_all(&head)?;
    let threads = threads.min(table.parts);
    if threads > 1 {
        write_in_parallel(table, encode, threads, out)?;
    } else {
        write_in_turn(table, encode, out)?;
    }
    let [.., tail] = encode.joints();
    out.write_all(tail)
}

fn write_in_turn(table: &Table<'_>, encode: &impl Encode, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = RowEncoder::new(encode, Vec::with_capacity(BUFFER + BUFFER / 4));
    table.each(&mut |cells| {
        rows.row(cells);
        if rows.out.len() >= BUFFER {
            out.write_all(&rows.out)?;
            rows.clear();
        }
        Ok(())
    })?;
    out.write_all(&rows.out)
}

/// Threads take turns with the parts and encode them; this one writes them in order.
///
/// A thread whose parts wait to be written waits too, and so does none for ever: the part to be written next is that of
/// a thread which has room for it.
fn write_in_parallel(table: &Table<'_>, encode: &impl Encode, threads: usize, out: &mut dyn Write) -> io::Result<()> {
    let parts = table.parts;
    thread::scope(|scope| {
        let start = |first| {
            let (sender, encoded) = mpsc::sync_channel(AHEAD);
            let (written, spare) = mpsc::channel();
            scope.spawn(move || {
                let mut parts = (first..parts).step_by(threads);
                // If nobody wants a part any more, none of the later ones either.
                let mut encode = |part| {
                    let buffer = spare.try_recv().unwrap_or_else(|_| Vec::with_capacity(BUFFER));
                    sender.send(encode_part(table, encode, part, buffer))
                };
                parts.try_for_each(&mut encode).ok()
            });
            // Parts to be written; where buffers go to be filled again, as memory touched before is faster than new one.
            (encoded, written)
        };
        let encoders: Vec<_> = (0..threads).map(start).collect();
        let mut any = false;
        for (encoded, written) in (0..parts).map(|part| &encoders[part % threads]) {
            // No more comes from a thread that panics, and the scope passes that on.
            let Ok(buffer) = encoded.recv() else { break };
            let mut buffer = buffer?;
            if any && !buffer.is_empty() {
                out.write_all(encode.joints()[1])?;
            }
            any |= !buffer.is_empty();
            out.write_all(&buffer)?;
            buffer.clear();
            // A thread that has done its parts needs none.
            let _ = written.send(buffer);
        }
        Ok(())
    })
}

fn encode_part(table: &Table<'_>, encode: &impl Encode, part: usize, buffer: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut rows = RowEncoder::new(encode, buffer);
    (table.walk)(part, &mut |cells| {
        rows.row(cells);
        Ok(())
    })?;
    Ok(rows.out)
}

/// Encodes rows one after the other.
///
/// Consecutive rows often have the same owner, whose cells are encoded once and copied: `given` takes 9 % longer without.
struct RowEncoder<'e, 'a, E> {
    encode: &'e E,
    out: Vec<u8>,
    is_first: bool,
    /// The texts and codes that the last row begins with, and where they stand in `out`.
    owner: (Vec<Cell<'a>>, Range<usize>),
}

impl<'e, 'a, E: Encode> RowEncoder<'e, 'a, E> {
    fn new(encode: &'e E, out: Vec<u8>) -> Self {
        Self { encode, out, is_first: true, owner: (Vec::new(), 0..0) }
    }

    fn row(&mut self, cells: &[Cell<'a>]) {
        let [end, between, _] = self.encode.joints();
        if !std::mem::take(&mut self.is_first) {
            self.out.extend_from_slice(between);
        }
        if self.has_owner(cells) {
            self.out.extend_from_within(self.owner.1.clone());
        } else {
            self.add_owner(cells);
        }
        self.add_cells(cells, self.owner.0.len());
        self.out.extend_from_slice(end);
    }

    fn has_owner(&self, cells: &[Cell<'a>]) -> bool {
        let is_same = |(one, other): (&Cell<'a>, &Cell<'a>)| match (one, other) {
            // The place in memory is enough: texts that are equal elsewhere are encoded again.
            (Cell::Text(one), Cell::Text(other)) => std::ptr::eq(*one, *other),
            (Cell::Currency(one), Cell::Currency(other)) => one == other,
            _ => false,
        };
        let (owner, _) = &self.owner;
        !owner.is_empty() && owner.len() <= cells.len() && owner.iter().zip(cells).all(is_same)
    }

    fn add_owner(&mut self, cells: &[Cell<'a>]) {
        let tells_owner = |cell: &&Cell<'a>| matches!(cell, Cell::Text(_) | Cell::Currency(_));
        let (owner, place) = &mut self.owner;
        owner.clear();
        owner.extend(cells.iter().take_while(tells_owner));
        place.start = self.out.len();
        self.add_cells(&cells[..self.owner.0.len()], 0);
        self.owner.1.end = self.out.len();
    }

    fn add_cells(&mut self, cells: &[Cell<'a>], from: usize) {
        for (at, cell) in cells.iter().enumerate().skip(from) {
            self.encode.cell(at, cell, &mut self.out);
        }
    }

    /// Forgets what was encoded, once it is written.
    fn clear(&mut self) {
        self.out.clear();
        self.owner.0.clear();
    }
}

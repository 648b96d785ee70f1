//! Writing rows part by part: encoded by several threads, written in order.
//!
//! Invariant: the bytes are the same for any number of threads, and no more than a few parts a thread are held.

use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver};
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

    fn row(&self, cells: &[Cell<'_>], out: &mut Vec<u8>);

    /// What stands between two rows.
    fn between(&self) -> &'static [u8] {
        b""
    }

    /// What stands after the rows.
    fn tail(&self) -> &'static [u8] {
        b""
    }
}

/// Writes a table.
pub(super) fn write(table: &Table<'_>, encode: &impl Encode, threads: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut head = Vec::new();
    encode.head(table, &mut head);
    out.write_all(&head)?;
    let threads = threads.min(table.rows.parts());
    if threads > 1 {
        write_in_parallel(table, encode, threads, out)?;
    } else {
        write_in_turn(table, encode, out)?;
    }
    out.write_all(encode.tail())
}

fn write_in_turn(table: &Table<'_>, encode: &impl Encode, out: &mut dyn Write) -> io::Result<()> {
    let mut buffer = Vec::with_capacity(BUFFER + BUFFER / 4);
    let mut any = false;
    table.rows.each(&mut |cells| {
        if any {
            buffer.extend_from_slice(encode.between());
        }
        any = true;
        encode.row(cells, &mut buffer);
        if buffer.len() >= BUFFER {
            out.write_all(&buffer)?;
            buffer.clear();
        }
        Ok(())
    })?;
    out.write_all(&buffer)
}

/// Threads take turns with the parts and encode them; this one writes them in order.
///
/// A thread whose parts wait to be written waits too, and so does none for ever: the part to be written next is that of
/// a thread which has room for it.
fn write_in_parallel(table: &Table<'_>, encode: &impl Encode, threads: usize, out: &mut dyn Write) -> io::Result<()> {
    let parts = table.rows.parts();
    thread::scope(|scope| {
        let start = |first| {
            let (sender, receiver) = mpsc::sync_channel(AHEAD);
            scope.spawn(move || {
                let mut parts = (first..parts).step_by(threads);
                // If nobody wants a part any more, none of the later ones either.
                parts.try_for_each(|part| sender.send(encoded(table, encode, part))).ok()
            });
            receiver
        };
        let encoders: Vec<Receiver<io::Result<Vec<u8>>>> = (0..threads).map(start).collect();
        let mut any = false;
        // No more comes from a thread that panics, and the scope passes that on.
        for buffer in (0..parts).map_while(|part| encoders[part % threads].recv().ok()) {
            let buffer = buffer?;
            if any && !buffer.is_empty() {
                out.write_all(encode.between())?;
            }
            any |= !buffer.is_empty();
            out.write_all(&buffer)?;
        }
        Ok(())
    })
}

fn encoded(table: &Table<'_>, encode: &impl Encode, part: usize) -> io::Result<Vec<u8>> {
    let mut buffer = Vec::with_capacity(BUFFER);
    table.rows.part(part, &mut |cells| {
        if !buffer.is_empty() {
            buffer.extend_from_slice(encode.between());
        }
        encode.row(cells, &mut buffer);
        Ok(())
    })?;
    Ok(buffer)
}

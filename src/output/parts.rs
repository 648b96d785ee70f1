//! Writing rows part by part: encoded by several threads, written in order.
//!
//! Invariant: the bytes are the same for any number of threads, and no more than a few parts a thread are held.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

use super::table::{Cell, Table};

/// Bytes that are gathered before they are written.
const BUFFER: usize = 256 * 1024;

/// Parts that a thread may be ahead of the writer.
const AHEAD: usize = 4;

/// A format that is written row by row.
pub(super) trait Encode: Sync {
    /// What stands before the rows.
    fn head(&self, table: &Table<'_>, out: &mut Vec<u8>);

    /// A row.
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

/// Each thread takes the next part that nobody has and encodes it; this one writes them in order.
fn write_in_parallel(table: &Table<'_>, encode: &impl Encode, threads: usize, out: &mut dyn Write) -> io::Result<()> {
    let parts = table.rows.parts();
    let next = AtomicUsize::new(0);
    let desk = Desk::new(threads * AHEAD);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let part = next.fetch_add(1, Ordering::Relaxed);
                    if part >= parts || desk.hand_in(part, encoded(table, encode, part)).is_none() {
                        return;
                    }
                }
            });
        }
        let result = write_in_order(&desk, parts, encode, out);
        desk.close();
        result
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

fn write_in_order(desk: &Desk, parts: usize, encode: &impl Encode, out: &mut dyn Write) -> io::Result<()> {
    let mut any = false;
    for part in 0..parts {
        let buffer = desk.fetch(part)?;
        if any && !buffer.is_empty() {
            out.write_all(encode.between())?;
        }
        any |= !buffer.is_empty();
        out.write_all(&buffer)?;
    }
    Ok(())
}

/// Where encoded parts wait for their turn.
struct Desk {
    state: Mutex<State>,
    changed: Condvar,
    /// How far ahead of the writer a part may be handed in.
    window: usize,
}

#[derive(Default)]
struct State {
    waiting: BTreeMap<usize, io::Result<Vec<u8>>>,
    fetched: usize,
    closed: bool,
}

impl Desk {
    fn new(window: usize) -> Self {
        Self { state: Mutex::default(), changed: Condvar::new(), window }
    }

    /// Hands in a part, once there is room for it; `None` if nobody wants it any more.
    ///
    /// The part that the writer waits for always has room, so nobody waits for ever.
    fn hand_in(&self, part: usize, encoded: io::Result<Vec<u8>>) -> Option<()> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let has_no_room = |state: &mut State| !state.closed && part >= state.fetched + self.window;
        let mut state = self.changed.wait_while(state, has_no_room).unwrap_or_else(PoisonError::into_inner);
        state.waiting.insert(part, encoded);
        self.changed.notify_all();
        (!state.closed).then_some(())
    }

    /// Waits for a part and takes it. Parts are fetched in order.
    fn fetch(&self, part: usize) -> io::Result<Vec<u8>> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let is_missing = |state: &mut State| !state.waiting.contains_key(&part);
        let mut state = self.changed.wait_while(state, is_missing).unwrap_or_else(PoisonError::into_inner);
        state.fetched = part + 1;
        self.changed.notify_all();
        state.waiting.remove(&part).unwrap_or_else(|| Ok(Vec::new()))
    }

    /// Tells everyone that no more parts are wanted.
    fn close(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
        self.changed.notify_all();
    }
}

//! Streams whose bytes are turned into others, a piece at a time.

use std::io::{self, Read};

/// What becomes of a stream by a function that puts the next bytes into its argument, which is empty; `false` if none
/// come after them.
pub(crate) struct Converted<C> {
    next: C,
    output: Vec<u8>,
    taken: usize,
    ended: bool,
}

impl<C: FnMut(&mut Vec<u8>) -> io::Result<bool>> Converted<C> {
    pub(crate) fn new(next: C) -> Self {
        Self { next, output: Vec::new(), taken: 0, ended: false }
    }
}

impl<C: FnMut(&mut Vec<u8>) -> io::Result<bool>> Read for Converted<C> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.output.len() && !self.ended {
            self.output.clear();
            self.taken = 0;
            self.ended = !(self.next)(&mut self.output)?;
        }
        let count = (&self.output[self.taken..]).read(buffer)?;
        self.taken += count;
        Ok(count)
    }
}

/// Adds a cell to delimited text, in quotes. A row is a line, so a line break within it becomes a blank.
pub(super) fn push_quoted(cell: &[u8], output: &mut Vec<u8>) {
    output.push(b'"');
    for byte in cell {
        match byte {
            b'"' => output.extend_from_slice(b"\"\""),
            b'\n' | b'\r' => output.push(b' '),
            byte => output.push(*byte),
        }
    }
    output.push(b'"');
}

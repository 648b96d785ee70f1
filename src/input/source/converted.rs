//! Streams whose bytes are turned into others, a piece at a time.

use std::io::{self, Read};

/// Turns the bytes of a stream into others.
pub(crate) trait Convert {
    /// Puts the next bytes into `output`, which is empty; `false` if none come after them.
    fn convert(&mut self, output: &mut Vec<u8>) -> io::Result<bool>;
}

/// What a conversion makes of a stream.
pub(crate) struct Converted<C> {
    source: C,
    output: Vec<u8>,
    taken: usize,
    ended: bool,
}

impl<C: Convert> Converted<C> {
    pub(crate) fn new(source: C) -> Self {
        Self { source, output: Vec::new(), taken: 0, ended: false }
    }
}

impl<C: Convert> Read for Converted<C> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.output.len() && !self.ended {
            self.output.clear();
            self.taken = 0;
            self.ended = !self.source.convert(&mut self.output)?;
        }
        let count = (&self.output[self.taken..]).read(buffer)?;
        self.taken += count;
        Ok(count)
    }
}

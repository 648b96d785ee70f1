//! Cutting a stream into blocks of whole records.

use std::io::{self, Read};

use memchr::{memrchr, memrchr2};

use super::elements::RECORD_END;
use super::records::{line_ends, whole_records};
use crate::input::error::Fault;
use crate::input::source::{Container, Encoding};
use crate::model::Message;

/// The start of a file, and what it was found in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head<'a> {
    /// The file's place among the sources.
    pub(crate) file: u32,
    /// At least a whole line, if the file has one. The last may lack its end.
    pub(crate) bytes: &'a [u8],
    /// Whether the file ends here.
    pub(crate) is_all: bool,
    pub(crate) container: Container,
    pub(crate) encoding: Option<Encoding>,
    /// The columns that hold floating point numbers.
    pub(crate) floats: &'a [usize],
}

/// What a file's records are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// Fields with this between them, and perhaps in quotes.
    Delimited(u8),
    /// An object a line.
    #[default]
    Lines,
    /// Elements of a JSON document, which are turned into lines.
    Document,
}

/// Bytes in which a header must start, unless the block is larger.
const HEAD: usize = 64 * 1024;

/// A first line of this many bytes is no header.
const LONGEST_HEAD: usize = 1024 * 1024;

pub(crate) const LONGEST_RECORD: usize = 16 * 1024 * 1024;

/// The start of a file, at least a line of it, and whether that is all.
pub(crate) fn head(reader: &mut dyn Read, block: usize) -> Result<(Vec<u8>, bool), Fault> {
    let mut head = Buffer::default();
    let mut want = block.max(HEAD);
    loop {
        let ended = !head.fill(reader, want)?;
        if ended || memrchr(b'\n', head.filled()).is_some() || head.filled().len() >= LONGEST_HEAD.max(block) {
            return Ok((head.filled().to_vec(), ended));
        }
        want *= 2;
    }
}

/// What is read of a file at first.
const FIRST_READ: usize = 8 * 1024;

/// Bytes that are read again and again into the same memory, which is cleared but once.
#[derive(Default)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    len: usize,
}

impl Buffer {
    pub(crate) fn filled(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    pub(crate) fn clear(&mut self) {
        self.len = 0;
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let end = self.len + bytes.len();
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        self.bytes[self.len..end].copy_from_slice(bytes);
        self.len = end;
    }

    /// Reads until `want` bytes are there; `false` if the reader ended before.
    pub(crate) fn fill(&mut self, reader: &mut dyn Read, want: usize) -> io::Result<bool> {
        while self.len < want {
            if self.len == self.bytes.len() {
                // A small file needs no large buffer.
                self.bytes.resize((self.bytes.len() * 8).clamp(FIRST_READ, want.max(FIRST_READ)), 0);
            }
            let end = self.bytes.len().min(want);
            match reader.read(&mut self.bytes[self.len..end]) {
                Ok(0) => return Ok(false),
                Ok(count) => self.len += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }
}

/// The length of a file's last block without what pads it: Ctrl-Z, by which DOS and CP/M end a text, or NULs.
fn without_padding(block: &[u8]) -> usize {
    let is_padding = |byte: &u8| matches!(*byte, b'\0' | 0x1a);
    let text = block.iter().rposition(|byte| !is_padding(byte) && !byte.is_ascii_whitespace()).map_or(0, |at| at + 1);
    block[text..].iter().position(is_padding).map_or(block.len(), |at| text + at)
}

pub(crate) struct Cutter {
    reader: Box<dyn Read + Send>,
    delimiter: Option<u8>,
    carry: Buffer,
    ended: bool,
    pub(crate) blocks: usize,
    /// The line, from 1, that the next block starts on.
    line: u64,
    /// Whether the next block starts on a line of its own.
    is_at_start: bool,
}

impl Cutter {
    /// Records end where `delimiter` and its quotes say, or, without one, at every line end and [`RECORD_END`]. So many
    /// lines stand before them.
    pub(crate) fn new(reader: Box<dyn Read + Send>, delimiter: Option<u8>, lines: u64) -> Self {
        Self {
            reader,
            delimiter,
            carry: Buffer::default(),
            ended: false,
            blocks: 0,
            line: lines + 1,
            is_at_start: true,
        }
    }

    /// Lines up to here, the last one's end included or not.
    pub(crate) fn lines(&self) -> u64 {
        self.line - u64::from(self.is_at_start)
    }

    /// Counts the lines of a block; returns the one that it starts on.
    fn pass(&mut self, block: &[u8]) -> u64 {
        let first = self.line;
        if let Some(last) = block.last() {
            self.is_at_start = matches!(last, b'\n' | b'\r');
        }
        self.line += u64::from(line_ends(block));
        first
    }

    /// Fills `block` with the next whole records, about `size` bytes of them, and returns the line that they start on;
    /// `None` if none are left.
    pub(crate) fn next(&mut self, size: usize, block: &mut Buffer) -> Result<Option<u64>, Fault> {
        self.blocks += 1;
        block.clear();
        block.push(self.carry.filled());
        self.carry.clear();
        let mut want = size.max(block.len + 1);
        loop {
            if !self.ended {
                self.ended = !block.fill(&mut *self.reader, want)?;
            }
            if self.ended {
                block.len = without_padding(block.filled());
                let first = self.pass(block.filled());
                return Ok((block.len > 0).then_some(first));
            }
            let end = match self.delimiter {
                Some(delimiter) => whole_records(block.filled(), delimiter),
                // A line feed may follow the last byte.
                None => memrchr2(b'\n', RECORD_END, block.filled())
                    .or_else(|| memrchr(b'\r', &block.filled()[..block.len - 1]))
                    .map(|at| at + 1),
            };
            if let Some(end) = end {
                self.carry.push(&block.filled()[end..]);
                block.len = end;
                return Ok(Some(self.pass(block.filled())));
            }
            if block.len >= LONGEST_RECORD {
                let text = format!("a record of more than {LONGEST_RECORD} bytes: is a quote never closed?");
                return Err(Fault::Told(Some(self.line), Message::error(text)));
            }
            want = (block.len * 2).min(LONGEST_RECORD);
        }
    }
}

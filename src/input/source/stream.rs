//! Streams: one that can be read again from its start, as a file can; one whose bytes are turned into others, a piece at a
//! time; and what gzip packs.

use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::read::MultiGzDecoder;
use tempfile::SpooledTempFile;

use super::{ByteStream, Container};
use crate::model::Message;

/// ByteStream of a stream that are kept in memory; those of a longer one are kept in a temporary file.
const MOST_IN_MEMORY: usize = 64 * 1024 * 1024;

/// A stream, what was kept of it, and whether more is to be kept.
type Kept = (Box<dyn Read + Send>, SpooledTempFile, bool);

/// Reads a stream, and keeps what was read of it until it [need not](Self::forget).
pub(super) struct KeptStream {
    shared: Arc<Mutex<Kept>>,
    /// How far this reader is.
    at: u64,
}

impl KeptStream {
    pub(super) fn new(stream: impl Read + Send + 'static) -> Self {
        Self { shared: Arc::new(Mutex::new((Box::new(stream), SpooledTempFile::new(MOST_IN_MEMORY), true))), at: 0 }
    }

    /// A reader of the stream from its start.
    pub(super) fn again(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), at: 0 }
    }

    /// Keeps no more than it has, for nobody will read the stream again.
    pub(super) fn forget(&self) {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).2 = false;
    }
}

impl Read for KeptStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (stream, kept, keeps) = &mut *self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        kept.seek(SeekFrom::Start(self.at))?;
        let mut count = kept.read(buffer)?;
        if count == 0 {
            count = stream.read(buffer)?;
            if *keeps {
                kept.write_all(&buffer[..count])?;
            }
        }
        self.at += count as u64;
        Ok(count)
    }
}

/// What becomes of a stream by a function that puts the next bytes into its argument, which is empty; `false` if none
/// come after them.
pub(super) struct Converted<C> {
    next: C,
    output: Vec<u8>,
    taken: usize,
    ended: bool,
}

impl<C: FnMut(&mut Vec<u8>) -> io::Result<bool>> Converted<C> {
    pub(super) fn new(next: C) -> Self {
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

pub(super) const GZIP: [u8; 2] = [0x1f, 0x8b];

/// So many first bytes of what gzip has packed, and how far it can be read.
pub(super) fn gunzipped(packed: &[u8], most: u64) -> (Vec<u8>, io::Result<usize>) {
    let mut unpacked = Vec::new();
    let result = Gzip(MultiGzDecoder::new(packed)).take(most).read_to_end(&mut unpacked);
    (unpacked, result)
}

/// Decompresses a stream that starts as gzip does.
pub(super) fn ungzipped(mut reader: ByteStream, container: Container) -> io::Result<(ByteStream, Container)> {
    let mut start = Vec::new();
    reader.by_ref().take(2).read_to_end(&mut start)?;
    let is_gzip = start == GZIP;
    let whole = Cursor::new(start).chain(reader);
    if is_gzip {
        Ok((Box::new(Gzip(MultiGzDecoder::new(whole))), Container::Gzip))
    } else {
        Ok((Box::new(whole), container))
    }
}

/// Says that it is the gzip data that cannot be read.
struct Gzip<R>(R);

impl<R: Read> Read for Gzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => io::Error::new(error.kind(), "the gzip data is cut off"),
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
                Message::error(format!("the gzip data is damaged: {error}")).into()
            }
            _ => error,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_read_again_and_then_the_rest() {
        let mut first = KeptStream::new(&b"abcdef"[..]);
        let mut buffer = [0; 4];
        assert_eq!(first.read(&mut buffer).unwrap(), 4);
        first.forget();
        let mut text = String::new();
        first.again().read_to_string(&mut text).unwrap();
        assert_eq!(text, "abcdef");
        assert_eq!(first.read(&mut buffer).unwrap(), 0);
    }
}

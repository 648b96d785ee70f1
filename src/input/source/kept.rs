//! A stream that can be read again from its start, as a file can.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, PoisonError};

use tempfile::SpooledTempFile;

/// Bytes of a stream that are kept in memory; those of a longer one are kept in a temporary file.
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

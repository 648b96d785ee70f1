//! Where the bytes of a Parquet file are: in a file, or in memory if they came from a stream.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes as Held;

use super::damaged;

/// Where a file can be opened, again and again.
#[derive(Clone)]
pub(crate) enum ValuePlace {
    File(PathBuf),
    Memory(Held),
}

/// Bytes that are read piece by piece.
pub(super) struct Bytes {
    size: u64,
    store: Store,
}

enum Store {
    File(Mutex<File>),
    Memory(Held),
}

impl ValuePlace {
    pub(super) fn open(&self) -> io::Result<Bytes> {
        match self {
            Self::File(path) => {
                let file = File::open(path)?;
                Ok(Bytes { size: file.metadata()?.len(), store: Store::File(Mutex::new(file)) })
            }
            Self::Memory(held) => Ok(Bytes { size: held.len() as u64, store: Store::Memory(held.clone()) }),
        }
    }
}

impl Bytes {
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// So many bytes from a place on. No memory is asked for that the file does not fill.
    pub(super) fn read(&self, start: u64, count: usize) -> io::Result<Held> {
        let end = start.checked_add(count as u64).filter(|end| *end <= self.size);
        let end = end.ok_or_else(|| damaged("a part of it lies behind its end"))?;
        match &self.store {
            Store::Memory(held) => {
                let place = |at: u64| usize::try_from(at).map_err(io::Error::other);
                Ok(held.slice(place(start)?..place(end)?))
            }
            Store::File(file) => {
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                file.seek(SeekFrom::Start(start))?;
                let mut bytes = vec![0; count];
                file.read_exact(&mut bytes)?;
                Ok(bytes.into())
            }
        }
    }
}

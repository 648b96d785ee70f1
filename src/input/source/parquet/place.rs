//! Where the bytes of a Parquet file are: in a file, or in memory if they came from a stream.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use ::parquet::column::page::PageReader;
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::ColumnChunkMetaData;
use ::parquet::file::reader::{ChunkReader as _, Length as _};
use ::parquet::file::serialized_reader::SerializedPageReader;
use bytes::Bytes as Held;

use super::damaged;

/// Where a file can be opened, again and again.
#[derive(Clone)]
pub(crate) enum ValuePlace {
    File(PathBuf),
    Memory(Held),
}

/// Bytes that are read piece by piece, by one thread at a time.
pub(super) enum Bytes {
    File(Arc<File>),
    Memory(Arc<Held>),
}

impl ValuePlace {
    pub(super) fn open(&self) -> io::Result<Bytes> {
        Ok(match self {
            Self::File(path) => Bytes::File(Arc::new(File::open(path)?)),
            Self::Memory(held) => Bytes::Memory(Arc::new(held.clone())),
        })
    }
}

impl Bytes {
    pub(super) fn size(&self) -> u64 {
        match self {
            Self::File(file) => file.len(),
            Self::Memory(held) => held.len() as u64,
        }
    }

    /// So many bytes from a place on, which lie in the file.
    pub(super) fn read(&self, start: u64, count: usize) -> io::Result<Held> {
        let read = match self {
            Self::File(file) => file.get_bytes(start, count),
            Self::Memory(held) => held.get_bytes(start, count),
        };
        read.map_err(damaged)
    }

    /// The pages of a column as they lie in the file.
    pub(super) fn pages(&self, column: &ColumnChunkMetaData) -> Result<Box<dyn PageReader>, ParquetError> {
        Ok(match self {
            Self::File(file) => Box::new(SerializedPageReader::new(Arc::clone(file), column, 0, None)?),
            Self::Memory(held) => Box::new(SerializedPageReader::new(Arc::clone(held), column, 0, None)?),
        })
    }
}

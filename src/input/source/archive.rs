//! Zip archives: which entries hold tables, and reading one of them.
//!
//! Invariant: an entry whose bytes are not those that were packed is an error, never a shorter text.

use std::io::{self, Read, Seek};

use flate2::Crc;
use flate2::read::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive};

use crate::model::Visible;

use super::workbook;

/// How a zip archive starts, and how one does that is empty.
pub(crate) const MAGIC: [[u8; 4]; 2] = [*b"PK\x03\x04", *b"PK\x05\x06"];

/// An entry of an archive, and where its bytes are.
#[derive(Clone, Debug)]
pub(crate) struct ArchiveEntry {
    pub(crate) name: String,
    pub(crate) start: u64,
    packed: u64,
    size: u64,
    crc: u32,
    is_deflated: bool,
}

/// The tables of an archive in the order of their names: its `.csv` entries, or all of them if there are none.
pub(crate) fn entries(archive: impl Read + Seek) -> io::Result<Vec<ArchiveEntry>> {
    let mut archive = ZipArchive::new(archive).map_err(damaged)?;
    let mut entries = Vec::new();
    for index in 0..archive.len() {
        let file = archive.by_index_raw(index).map_err(damaged)?;
        let name = file.name().map_err(damaged)?.into_owned();
        if file.is_dir() || name.starts_with("__MACOSX/") {
            continue;
        }
        let is_deflated = file.compression() == CompressionMethod::Deflated;
        if file.encrypted() {
            return Err(unusable(format!("the archive's entry `{}` is encrypted", Visible(&name))));
        }
        if !is_deflated && file.compression() != CompressionMethod::Stored {
            return Err(unusable(format!(
                "the archive's entry `{}` is compressed in a way that is not read",
                Visible(&name)
            )));
        }
        let start = file.data_start().ok_or_else(|| unusable("the zip data is damaged".to_owned()))?;
        let (packed, size, crc) = (file.compressed_size(), file.size(), file.crc32());
        entries.push(ArchiveEntry { name, start, packed, size, crc, is_deflated });
    }
    let is_csv = |entry: &ArchiveEntry| {
        let name = entry.name.to_ascii_lowercase();
        [".csv", ".csv.gz", ".tsv"].iter().any(|ending| name.ends_with(ending))
    };
    if entries.iter().any(is_csv) {
        entries.retain(is_csv);
    }
    if entries.is_empty() {
        return Err(unusable("the archive is empty".to_owned()));
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

/// Whether an archive is a workbook.
pub(crate) fn is_workbook(archive: impl Read + Seek) -> io::Result<bool> {
    let archive = ZipArchive::new(archive).map_err(damaged)?;
    let names: Vec<String> = archive.file_names().filter_map(|name| Some(name.ok()?.into_owned())).collect();
    Ok(workbook::is_workbook(names.iter().map(String::as_str)))
}

fn damaged(error: impl std::fmt::Display) -> io::Error {
    unusable(format!("the zip data is damaged: {error}"))
}

fn unusable(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

impl ArchiveEntry {
    /// The entry's text, from an archive that stands at its start.
    pub(crate) fn reader(self, archive: impl Read + Send + 'static) -> Box<dyn Read + Send> {
        let packed = archive.take(self.packed);
        if self.is_deflated {
            Box::new(Checked { reader: DeflateDecoder::new(packed), crc: Crc::new(), entry: self })
        } else {
            Box::new(Checked { reader: packed, crc: Crc::new(), entry: self })
        }
    }
}

/// Compares what was read with what the archive says was packed.
struct Checked<R> {
    reader: R,
    crc: Crc,
    entry: ArchiveEntry,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer).map_err(damaged)?;
        self.crc.update(&buffer[..count]);
        let is_end = count == 0 && !buffer.is_empty();
        let is_whole = u64::from(self.crc.amount()) == self.entry.size % (1 << 32) && self.crc.sum() == self.entry.crc;
        if is_end && !is_whole {
            return Err(unusable(format!("the zip data of `{}` is damaged or cut off", Visible(&self.entry.name))));
        }
        Ok(count)
    }
}

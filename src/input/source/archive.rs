//! Zip archives: which entries hold tables, and reading one of them.
//!
//! Invariant: an entry whose bytes are not those that were packed is an error, never a shorter text.

use std::io::{self, Read, Seek, SeekFrom};

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
    pub(crate) size: u64,
    crc: u32,
    is_deflated: bool,
}

/// The files of an archive in the order of their names; as in folders, those whose names start with a point are none.
pub(crate) fn entries(mut archive: impl Read + Seek) -> io::Result<Vec<ArchiveEntry>> {
    refuse_twins(&mut archive)?;
    let mut archive = ZipArchive::new(archive).map_err(damaged)?;
    let mut entries = Vec::new();
    for index in 0..archive.len() {
        let file = archive.by_index_raw(index).map_err(damaged)?;
        let name = file.name().map_err(damaged)?.into_owned();
        let is_hidden = name.rsplit('/').next().is_some_and(|name| name.starts_with('.'));
        if file.is_dir() || is_hidden || name.starts_with("__MACOSX/") {
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
    if entries.is_empty() {
        return Err(unusable("the archive is empty".to_owned()));
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

/// Of two entries of one name the library knows the last alone.
fn refuse_twins(bytes: &mut (impl Read + Seek)) -> io::Result<()> {
    let archive = ZipArchive::new(&mut *bytes).map_err(damaged)?;
    let behind = END_OF_DIRECTORY - COUNT + i64::try_from(archive.comment().len()).unwrap_or_default();
    let known = archive.len();
    let mut counted = [0; 2];
    bytes.seek(SeekFrom::End(-behind))?;
    bytes.read_exact(&mut counted)?;
    let counted = usize::from(u16::from_le_bytes(counted));
    // More than can be counted there are counted elsewhere.
    if counted != usize::from(u16::MAX) && counted != known {
        return Err(unusable(
            "two entries of the archive have one name: unpack them under names of their own".to_owned(),
        ));
    }
    Ok(())
}

/// Bytes of what ends the list of entries, and where their number stands in it.
const END_OF_DIRECTORY: i64 = 22;
const COUNT: i64 = 10;

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

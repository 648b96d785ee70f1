//! Zip archives: which entries hold tables, and reading one of them.
//!
//! Invariant: an entry whose bytes are not those that were packed is an error, never a shorter text.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom};

use flate2::CrcReader;
use flate2::read::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive};

use crate::model::{Message, Visible};

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
/// Of several of one name the second is told from the first by a ` (2)`, and so on.
pub(crate) fn entries(mut bytes: impl Read + Seek) -> io::Result<Vec<ArchiveEntry>> {
    let mut archive = ZipArchive::new(&mut bytes).map_err(damaged)?;
    let mut entries = Vec::new();
    let mut records = BTreeMap::new();
    let first = archive.central_directory_start();
    for index in 0..archive.len() {
        let file = archive.by_index_raw(index).map_err(damaged)?;
        let name = file.name().map_err(damaged)?.into_owned();
        records.insert(file.central_header_start(), (file.name_raw().to_vec(), name.clone()));
        if file.is_dir() || is_no_file(&name) {
            continue;
        }
        let is_deflated = file.compression() == CompressionMethod::Deflated;
        let fault = match file.compression() {
            _ if file.encrypted() => Some("encrypted"),
            CompressionMethod::Deflated | CompressionMethod::Stored => None,
            _ => Some("compressed in a way that is not read"),
        };
        if let Some(fault) = fault {
            return Err(unusable(format!("the archive's entry `{}` is {fault}", Visible(&name))));
        }
        let start = file.data_start().ok_or_else(|| unusable("the zip data is damaged"))?;
        let (packed, size, crc) = (file.compressed_size(), file.size(), file.crc32());
        let entry = ArchiveEntry { name, start, packed, size, crc, is_deflated };
        entries.push((file.central_header_start(), entry));
    }
    let ahead = archive.offset();
    entries.extend(twins(&mut bytes, first, ahead, &records)?);
    if entries.is_empty() {
        return Err(unusable("the archive is empty"));
    }
    entries.sort_by(|(at, entry), (other_at, other)| (&entry.name, at).cmp(&(&other.name, other_at)));
    for twins in entries.chunk_by_mut(|(_, entry), (_, next)| entry.name == next.name) {
        for (number, (_, entry)) in (1..).zip(twins).skip(1) {
            entry.name = format!("{} ({number})", entry.name);
        }
    }
    Ok(entries.into_iter().map(|(_, entry)| entry).collect())
}

/// Whether a name is that of a folder, or of a file that systems keep for themselves.
fn is_no_file(name: &str) -> bool {
    name.rsplit('/').next().is_some_and(|last| last.is_empty() || last.starts_with('.'))
        || name.starts_with("__MACOSX/")
}

/// Bytes of an entry's record in the directory, and of the header before its data, without names.
const RECORD: usize = 46;
const HEADER: usize = 30;

/// Of entries of one name the library knows the last alone: the others, each with the place of its record. `known` has
/// the places of the records that the library knows, with their names as bytes and as text.
fn twins(
    bytes: &mut (impl Read + Seek),
    first: u64,
    ahead: u64,
    known: &BTreeMap<u64, (Vec<u8>, String)>,
) -> io::Result<Vec<(u64, ArchiveEntry)>> {
    let mut twins = Vec::new();
    let mut at = first;
    loop {
        let mut record = [0; RECORD];
        bytes.seek(SeekFrom::Start(at))?;
        // What ends the directory is shorter.
        if bytes.read_exact(&mut record).is_err() || !record.starts_with(b"PK\x01\x02") {
            return Ok(twins);
        }
        let short = |at: usize| u16::from_le_bytes([record[at], record[at + 1]]);
        let long = |at: usize| u32::from_le_bytes([record[at], record[at + 1], record[at + 2], record[at + 3]]);
        let mut name = vec![0; short(28).into()];
        bytes.read_exact(&mut name)?;
        let twin = known.values().find(|(raw, _)| *raw == name).filter(|_| !known.contains_key(&at));
        if twin.is_none_or(|(_, name)| !is_no_file(name)) && !known.contains_key(&at) {
            let (packed, size, offset) = (long(20), long(24), long(42));
            let is_plain =
                short(8) & 1 == 0 && matches!(short(10), 0 | 8) && ![packed, size, offset].contains(&u32::MAX);
            let (Some((_, name)), true) = (twin, is_plain) else {
                return Err(unusable("two entries of the archive have one name, and one of them cannot be read"));
            };
            let header = ahead + u64::from(offset);
            let mut lengths = [0; HEADER];
            bytes.seek(SeekFrom::Start(header))?;
            bytes.read_exact(&mut lengths)?;
            let names = [26, 28].map(|at| u64::from(u16::from_le_bytes([lengths[at], lengths[at + 1]])));
            let start = header + HEADER as u64 + names[0] + names[1];
            let (name, is_deflated) = (name.clone(), short(10) == 8);
            let (packed, size, crc) = (packed.into(), size.into(), long(16));
            twins.push((at, ArchiveEntry { name, start, packed, size, crc, is_deflated }));
        }
        at += RECORD as u64 + [28, 30, 32].map(|at| u64::from(short(at))).iter().sum::<u64>();
    }
}

pub(crate) fn is_workbook(archive: impl Read + Seek) -> io::Result<bool> {
    let archive = ZipArchive::new(archive).map_err(damaged)?;
    Ok(archive.file_names().any(|name| name.is_ok_and(|name| workbook::PARTS.contains(&&*name))))
}

fn damaged(error: impl std::fmt::Display) -> io::Error {
    unusable(format!("the zip data is damaged: {error}"))
}

fn unusable(message: impl Into<String>) -> io::Error {
    Message::error(message).into()
}

/// What is wrong with an entry that is a workbook or an archive itself.
pub(crate) fn of_entry(name: &str, error: &io::Error) -> io::Error {
    let hint = error.get_ref().and_then(|error| error.downcast_ref::<Message>()?.hint.clone());
    Message { hint, ..Message::error(error.to_string()).at(name, None) }.into()
}

impl ArchiveEntry {
    /// The entry's text, from an archive that stands at its start.
    pub(crate) fn reader(self, archive: impl Read + Send + 'static) -> Box<dyn Read + Send> {
        let packed = archive.take(self.packed);
        if self.is_deflated {
            Box::new(Checked { reader: CrcReader::new(DeflateDecoder::new(packed)), entry: self })
        } else {
            Box::new(Checked { reader: CrcReader::new(packed), entry: self })
        }
    }
}

/// Compares what was read with what the archive says was packed.
struct Checked<R> {
    reader: CrcReader<R>,
    entry: ArchiveEntry,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer).map_err(damaged)?;
        let (read, is_end) = (self.reader.crc(), count == 0 && !buffer.is_empty());
        let is_whole = u64::from(read.amount()) == self.entry.size % (1 << 32) && read.sum() == self.entry.crc;
        if is_end && !is_whole {
            return Err(unusable(format!("the zip data of `{}` is damaged or cut off", Visible(&self.entry.name))));
        }
        Ok(count)
    }
}

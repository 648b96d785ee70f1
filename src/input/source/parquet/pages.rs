//! The pages of a column, unpacked one by one and looked at before a library decodes them.
//!
//! Invariant: no page is unpacked that is larger than `MOST_BYTES`, or than what it says; no page of values says that it
//! has more than it can hold; and all that is held of a file's pages at a time is no more than `MOST_HELD`.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ::parquet::basic::{Compression, Encoding, Type as Physical};
use ::parquet::column::page::{Page, PageMetadata, PageReader};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::ColumnChunkMetaData;
use flate2::Crc;
use flate2::read::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;

use super::compact::Compact;
use super::header::{self, ColumnType, FileHeader};
use super::place::Bytes;
use super::{damaged, too_large, unread};

/// Most bytes of a page, unpacked: ten times what any engine writes.
const MOST_BYTES: u32 = 256 * 1024 * 1024;

/// Most values of a page.
const MOST_VALUES: u32 = 64 * 1024 * 1024;

/// Most bytes of all the pages that are held at a time.
const MOST_HELD: u64 = 1024 * 1024 * 1024;

/// Bytes in which a page's header ends, unless it holds long texts.
const HEADER: u64 = 4 * 1024;
const LONGEST_HEADER: u64 = 16 * 1024 * 1024;

/// The bytes of all pages that are held.
#[derive(Clone, Default)]
pub(super) struct Budget(Arc<AtomicU64>);

/// The pages of one column in one group of rows.
pub(super) struct Pages {
    bytes: Arc<Bytes>,
    compression: Compression,
    /// The least bytes that a value takes, and whether cells may be empty.
    width: usize,
    is_optional: bool,
    at: u64,
    end: u64,
    budget: Budget,
    /// What of the budget is taken: by the dictionary for good, by a page until the next one.
    dictionary: u64,
    page: u64,
}

impl Pages {
    pub(super) fn new(bytes: Arc<Bytes>, column: &ColumnChunkMetaData, budget: Budget) -> io::Result<Self> {
        let (first, length) = (column.data_page_offset(), column.compressed_size());
        let first = column.dictionary_page_offset().filter(|at| (1..first).contains(at)).unwrap_or(first);
        let place = |number: i64| u64::try_from(number).map_err(|_| damaged("a column lies before its start"));
        let (at, length) = (place(first)?, place(length)?);
        let end = at.checked_add(length).filter(|end| *end <= bytes.size());
        let end = end.ok_or_else(|| damaged("a column lies behind its end"))?;
        let descr = column.column_descr_ptr();
        let width = match descr.physical_type() {
            Physical::BOOLEAN => 0,
            Physical::INT64 | Physical::DOUBLE => 8,
            Physical::INT96 => 12,
            Physical::FIXED_LEN_BYTE_ARRAY => usize::try_from(descr.type_length()).unwrap_or_default().max(1),
            _ => 4,
        };
        let (compression, is_optional) = (column.compression(), descr.max_def_level() > 0);
        Ok(Self { bytes, compression, width, is_optional, at, end, budget, dictionary: 0, page: 0 })
    }

    fn next_page(&mut self) -> io::Result<Option<Page>> {
        self.refund(self.page);
        self.page = 0;
        while self.at < self.end {
            let header = self.header()?;
            let packed = u64::from(header.packed);
            if packed > self.end - self.at {
                return Err(damaged("a page lies behind the end of its column"));
            }
            let body = self.bytes.read(self.at, usize::try_from(packed).map_err(io::Error::other)?)?;
            self.at += packed;
            if header.crc.is_some_and(|crc| crc != crc_of(&body)) {
                return Err(damaged("the bytes of a page are not those that were written"));
            }
            if header.unpacked > MOST_BYTES || header.kind.values() > MOST_VALUES {
                return Err(too_large("a page of it"));
            }
            if let Some(page) = self.page(&header, body)? {
                return Ok(Some(page));
            }
        }
        Ok(None)
    }

    fn header(&mut self) -> io::Result<FileHeader> {
        let mut length = HEADER;
        loop {
            let count = length.min(self.end - self.at);
            let start = self.bytes.read(self.at, usize::try_from(count).map_err(io::Error::other)?)?;
            let mut compact = Compact(&start);
            if let Some(header) = header::read(&mut compact) {
                self.at += (start.len() - compact.0.len()) as u64;
                return Ok(header);
            }
            if count < length || length >= LONGEST_HEADER {
                return Err(damaged("a page of it does not say what it is"));
            }
            length *= 16;
        }
    }

    /// The page, unpacked; none if it is of a kind that holds no values.
    fn page(&mut self, header: &FileHeader, body: bytes::Bytes) -> io::Result<Option<Page>> {
        Ok(Some(match header.kind {
            ColumnType::Other => return Ok(None),
            ColumnType::Dictionary { values, encoding } => {
                let buf = self.unpacked(header.unpacked, &body, 0)?;
                if values as usize > buf.len() / self.width.max(1) {
                    return Err(damaged("a dictionary says that it is longer than it is"));
                }
                // In memory a text takes a place besides its bytes.
                self.dictionary += self.charge(u64::from(header.unpacked) + 32 * u64::from(values))?;
                Page::DictionaryPage { buf, num_values: values, encoding, is_sorted: false }
            }
            ColumnType::Data { values, encoding, def_levels, rep_levels } => {
                self.page = self.charge(u64::from(header.unpacked) + 4 * u64::from(values))?;
                let buf = self.unpacked(header.unpacked, &body, 0)?;
                let levels = if self.is_optional && def_levels == Encoding::RLE { 4 + level_bytes(&buf) } else { 0 };
                is_readable(encoding, values, buf.get(levels..))?;
                Page::DataPage {
                    buf,
                    num_values: values,
                    encoding,
                    def_level_encoding: def_levels,
                    rep_level_encoding: rep_levels,
                    statistics: None,
                }
            }
            ColumnType::DataV2 { values, nulls, rows, encoding, def_bytes, rep_bytes, is_packed } => {
                self.page = self.charge(u64::from(header.unpacked) + 4 * u64::from(values))?;
                let levels = def_bytes.checked_add(rep_bytes).filter(|levels| *levels <= header.unpacked);
                let levels = levels.ok_or_else(|| damaged("the levels of a page are longer than it is"))? as usize;
                let buf = if is_packed { self.unpacked(header.unpacked, &body, levels)? } else { body };
                is_readable(encoding, values, buf.get(levels..))?;
                Page::DataPageV2 {
                    buf,
                    num_values: values,
                    encoding,
                    num_nulls: nulls,
                    num_rows: rows,
                    def_levels_byte_len: def_bytes,
                    rep_levels_byte_len: rep_bytes,
                    is_compressed: is_packed,
                    statistics: None,
                }
            }
        }))
    }

    /// Unpacks a page behind so many bytes of levels, which are not packed.
    fn unpacked(&self, size: u32, body: &bytes::Bytes, levels: usize) -> io::Result<bytes::Bytes> {
        let size = size as usize;
        let Some(packed) = body.get(levels..) else { return Err(damaged("a page ends within its levels")) };
        if self.compression == Compression::UNCOMPRESSED {
            return if body.len() == size { Ok(body.clone()) } else { Err(wrong_size()) };
        }
        let mut out = body[..levels].to_vec();
        let rest = size - levels;
        let limit = rest as u64 + 1;
        match self.compression {
            _ if rest == 0 => {}
            Compression::SNAPPY => {
                // It says how long it is, and that must be so.
                if snap::raw::decompress_len(packed).ok() != Some(rest) {
                    return Err(wrong_size());
                }
                out.extend(snap::raw::Decoder::new().decompress_vec(packed).map_err(damaged)?);
            }
            Compression::GZIP(_) => {
                MultiGzDecoder::new(packed).take(limit).read_to_end(&mut out).map_err(damaged)?;
            }
            Compression::ZSTD(_) => {
                let decoder = StreamingDecoder::new(packed).map_err(damaged)?;
                decoder.take(limit).read_to_end(&mut out).map_err(damaged)?;
            }
            _ => return Err(damaged("a column is compressed in a way that is not read")),
        }
        if out.len() == size { Ok(out.into()) } else { Err(wrong_size()) }
    }

    fn charge(&self, count: u64) -> io::Result<u64> {
        let held = self.budget.0.fetch_add(count, Ordering::Relaxed);
        if held + count > MOST_HELD {
            return Err(too_large("what has to be held of it at a time"));
        }
        Ok(count)
    }

    fn refund(&self, count: u64) {
        self.budget.0.fetch_sub(count, Ordering::Relaxed);
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.refund(self.dictionary + self.page);
    }
}

impl Iterator for Pages {
    type Item = Result<Page, ParquetError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>, ParquetError> {
        self.next_page().map_err(|error| ParquetError::External(Box::new(error)))
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>, ParquetError> {
        Err(ParquetError::General("pages are read in turn".to_owned()))
    }

    fn skip_next_page(&mut self) -> Result<(), ParquetError> {
        self.get_next_page().map(drop)
    }
}

/// Whether the values of a page are encoded in a way that asks for no more memory than the page says.
fn is_readable(encoding: Encoding, values: u32, encoded: Option<&[u8]>) -> io::Result<()> {
    let encoded = encoded.ok_or_else(|| damaged("a page ends within its levels"))?;
    match encoding {
        Encoding::DELTA_BYTE_ARRAY => Err(unread("texts encoded by what they share with the one before")),
        Encoding::DELTA_LENGTH_BYTE_ARRAY => {
            let mut compact = Compact(encoded);
            let count = compact.unsigned().and_then(|_| compact.unsigned()).and_then(|_| compact.unsigned());
            let fits = count.is_some_and(|count| count <= u64::from(values));
            if fits { Ok(()) } else { Err(damaged("a page says that it has more values than there are")) }
        }
        _ => Ok(()),
    }
}

/// The bytes of the levels that stand before a page's values, which say so.
fn level_bytes(page: &[u8]) -> usize {
    page.first_chunk().map_or(0, |length| u32::from_le_bytes(*length) as usize)
}

fn crc_of(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

fn wrong_size() -> io::Error {
    damaged("a page is not as large as it says")
}

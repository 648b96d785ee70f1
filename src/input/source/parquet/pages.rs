//! The pages of a column, unpacked one by one and looked at before their values are decoded.
//!
//! Invariant: no page is unpacked that is larger than `MOST_BYTES`; no page of values says that it has more than it can
//! hold; and all that is held of a file's pages at a time is no more than `MOST_HELD`.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ::parquet::basic::{Compression, Encoding};
use ::parquet::column::page::{Page, PageReader};
use ::parquet::file::metadata::ColumnChunkMetaData;
use bytes::Bytes as Held;
use flate2::read::MultiGzDecoder;
use zrip::{DecompressContext, DecompressError};

use super::footer::Compact;
use super::{ValuePlace, damaged, too_large, unread};

/// Most bytes of a page, unpacked: ten times what any engine writes.
const MOST_BYTES: u32 = 256 * 1024 * 1024;

const MOST_VALUES: u32 = 64 * 1024 * 1024;

/// Most bytes of all the pages that are held at a time.
const MOST_HELD: u64 = 1024 * 1024 * 1024;

/// The bytes of all pages that are held.
pub(super) type Budget = Arc<AtomicU64>;

/// The pages of one column in one group of rows.
pub(super) struct Pages {
    packed: Box<dyn PageReader>,
    compression: Compression,
    is_optional: bool,
    budget: Budget,
    /// What of the budget is taken: by the dictionary for good, by a page until the next one.
    dictionary: u64,
    page: u64,
}

impl Pages {
    pub(super) fn new(bytes: &ValuePlace, column: &ColumnChunkMetaData, budget: Budget) -> io::Result<Self> {
        let (first, length) = (column.data_page_offset(), column.compressed_size());
        let first = column.dictionary_page_offset().filter(|at| (1..first).contains(at)).unwrap_or(first);
        let place = |number: i64| u64::try_from(number).map_err(|_| damaged("a column lies before its start"));
        let (end, size) = (place(first)?.checked_add(place(length)?), bytes.size()?);
        end.filter(|end| *end <= size).ok_or_else(|| damaged("a column lies behind its end"))?;
        // Pages that are said not to be packed are handed over as they are.
        let as_they_are = column.clone().into_builder().set_compression(Compression::UNCOMPRESSED);
        let as_they_are = as_they_are.set_dictionary_page_offset(None).set_data_page_offset(first).build();
        let packed = bytes.pages(&as_they_are.map_err(damaged)?)?;
        let (compression, is_optional) = (column.compression(), column.column_descr().max_def_level() > 0);
        Ok(Self { packed, compression, is_optional, budget, dictionary: 0, page: 0 })
    }

    /// The next page, unpacked.
    pub(super) fn next(&mut self) -> io::Result<Option<Page>> {
        self.refund(self.page);
        self.page = 0;
        let Some(mut page) = self.packed.get_next_page().map_err(damaged)? else { return Ok(None) };
        let (values, encoding) = (page.num_values(), page.encoding());
        if values > MOST_VALUES {
            return Err(too_large("a page of it"));
        }
        match &mut page {
            Page::DictionaryPage { buf, .. } => {
                *buf = self.unpacked(buf, 0)?;
                // In memory a text takes a place besides its bytes.
                self.dictionary += self.charge(buf.len() as u64 + 32 * u64::from(values))?;
            }
            Page::DataPage { buf, .. } => *buf = self.unpacked(buf, 0)?,
            Page::DataPageV2 { buf, def_levels_byte_len, rep_levels_byte_len, is_compressed, .. } => {
                let levels = u64::from(*def_levels_byte_len) + u64::from(*rep_levels_byte_len);
                if *is_compressed {
                    *buf = self.unpacked(buf, usize::try_from(levels).map_err(io::Error::other)?)?;
                }
            }
        }
        if page.is_data_page() {
            // Values that are no places in a dictionary become texts.
            let each = if encoding == Encoding::PLAIN { 16 } else { 4 };
            self.page = self.charge(page.buffer().len() as u64 + each * u64::from(values))?;
            let start = values_start(&page, self.is_optional).unwrap_or_default();
            is_readable(encoding, values, page.buffer().get(start..))?;
        }
        Ok(Some(page))
    }

    /// Unpacks a page behind so many bytes of levels, which are not packed.
    fn unpacked(&self, page: &Held, levels: usize) -> io::Result<Held> {
        let Some(packed) = page.get(levels..) else { return Err(damaged("a page ends within its levels")) };
        let mut out = page[..levels].to_vec();
        let limit = u64::from(MOST_BYTES) + 1;
        match self.compression {
            _ if packed.is_empty() => {}
            Compression::UNCOMPRESSED => return Ok(page.clone()),
            Compression::SNAPPY => {
                // It says how long it is, and that must be so.
                let length = snap::raw::decompress_len(packed).map_err(damaged)?;
                if length as u64 >= limit {
                    return Err(too_large("a page of it"));
                }
                out.resize(levels + length, 0);
                snap::raw::Decoder::new().decompress(packed, &mut out[levels..]).map_err(damaged)?;
            }
            Compression::GZIP(_) => {
                MultiGzDecoder::new(packed).take(limit).read_to_end(&mut out).map_err(damaged)?;
            }
            Compression::ZSTD(_) => {
                let unpacked =
                    DecompressContext::new().decompress_into_with_limit(packed, &mut out, MOST_BYTES as usize);
                unpacked.map_err(|error| match error {
                    DecompressError::OutputTooSmall => too_large("a page of it"),
                    error => damaged(error),
                })?;
            }
            _ => return Err(damaged("a column is compressed in a way that is not read")),
        }
        if out.len() as u64 >= limit { Err(too_large("a page of it")) } else { Ok(out.into()) }
    }

    fn charge(&self, count: u64) -> io::Result<u64> {
        let held = self.budget.fetch_add(count, Ordering::Relaxed);
        if held + count > MOST_HELD {
            return Err(too_large("what has to be held of it at a time"));
        }
        Ok(count)
    }

    fn refund(&self, count: u64) {
        self.budget.fetch_sub(count, Ordering::Relaxed);
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.refund(self.dictionary + self.page);
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

/// Where the values of an unpacked page start, behind the levels that say which rows have one; none if these are written as
/// they were long ago.
pub(super) fn values_start(page: &Page, is_optional: bool) -> Option<usize> {
    match page {
        Page::DataPage { buf, def_level_encoding, .. } if is_optional => {
            let length = buf.first_chunk().filter(|_| *def_level_encoding == Encoding::RLE)?;
            Some(4 + u32::from_le_bytes(*length) as usize)
        }
        Page::DataPageV2 { def_levels_byte_len, rep_levels_byte_len, .. } => {
            (*def_levels_byte_len as usize).checked_add(*rep_levels_byte_len as usize)
        }
        _ => Some(0),
    }
}

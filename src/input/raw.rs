//! The fields of any delimited files, as they stand.
//!
//! No command reads so. It is where tests lay the way in which files are read beside another reader of CSV.

use std::borrow::Cow;

use super::blocks::{self, BlockId, Fold, Opening};
use super::encoding::Encoding;
use super::error::{Fault, FileError};
use super::header::Head;
use super::records::Splitter;
use super::source::Source;
use super::{Options, Pace};

/// A record of any width.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RawRecord {
    /// The file's place among the sources.
    pub file: u32,
    /// The line, from 1, on which the record starts.
    pub line: u64,
    /// The values of its fields, quotes removed.
    pub fields: Vec<Vec<u8>>,
}

/// Reads all records of files that have no header, in their order; fields are separated by commas if `options` say
/// nothing else.
///
/// ```
/// use aco::input::{Options, Pace, raw, source::Source};
/// let source = Source::stream("two.csv", &b"a,\"b\nc\"\nd\n"[..]);
/// let records = raw::read(vec![source], &Options::default(), Pace::threads(1)).unwrap();
/// assert_eq!(records[0].fields, [&b"a"[..], b"b\nc"]);
/// assert_eq!(records[1].line, 3);
/// ```
pub fn read(sources: Vec<Source>, options: &Options, pace: Pace<'_>) -> Result<Vec<RawRecord>, Vec<FileError>> {
    let delimiter = options.delimiter.unwrap_or(b',');
    let open = |_: Head<'_>| Ok(Opening { layout: delimiter, delimiter, bytes: 0, lines: 0 });
    let encoding = options.encoding.or(Some(Encoding::Utf8));
    let (threads, files) = blocks::read(sources, pace, encoding, open, Collect::default)?;
    let mut records: Vec<RawRecord> = threads
        .into_iter()
        .flat_map(|thread| thread.0)
        .map(|(at, line, fields)| {
            let first = files[at.file as usize].first_lines[at.number as usize];
            RawRecord { file: at.file, line: first + u64::from(line), fields }
        })
        .collect();
    records.sort();
    Ok(records)
}

/// Every record with its block and its line in it.
#[derive(Default)]
struct Collect(Vec<(BlockId, u32, Vec<Vec<u8>>)>);

impl Fold for Collect {
    /// The separator.
    type Layout = u8;

    fn block(&mut self, at: BlockId, delimiter: &u8, bytes: &[u8]) -> Result<u32, Fault> {
        Ok(Splitter::new(*delimiter).split(bytes, |fields| {
            self.0.push((at, fields.line, fields.values().map(Cow::into_owned).collect()));
        }))
    }
}

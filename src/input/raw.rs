//! The fields of any delimited files as they stand, and single amounts, dates and months.
//!
//! No command reads so. It is where tests lay the ways in which files are read beside other readers.

use std::borrow::Cow;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::model::{DateOrder, Month, Place};

use crate::input::value::amount::DecimalMark;

use super::dialect::Options;
use super::error::{Fault, FileError};
use super::scan::blocks::ReadPlan;
use super::source::Source;
use crate::input::scan::blocks::Head;
use crate::input::scan::blocks::{self, FileStart, Fold, Form};
use crate::input::scan::choice::{self, Chosen};
use crate::input::scan::records::Splitter;
use crate::input::source::encoding::Encoding;
use crate::input::value::date::{self, DateReading};
use crate::input::value::settled;

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
/// use aco::input::{Options, ReadPlan, raw, source::Source};
/// let source = Source::stream("two.csv", &b"a,\"b\nc\"\nd\n"[..]);
/// let records = raw::read(vec![source], &Options::default(), ReadPlan::threads(1)).unwrap();
/// assert_eq!(records[0].fields, [&b"a"[..], b"b\nc"]);
/// assert_eq!(records[1].line, 3);
/// ```
pub fn read(sources: Vec<Source>, options: &Options, pace: ReadPlan<'_>) -> Result<Vec<RawRecord>, Vec<FileError>> {
    let delimiter = options.delimiter.unwrap_or(b',');
    let open = |_: Head<'_>| Ok(FileStart { layout: delimiter, form: Form::Delimited(delimiter), bytes: 0, lines: 0 });
    let encoding = options.encoding.or(Some(Encoding::Utf8));
    let Chosen { sources, .. } = choice::choose(sources, encoding, "a file", open)?;
    let (threads, _) = blocks::read(sources, pace, encoding, open, Collect::default)?;
    let mut records: Vec<RawRecord> = threads
        .into_iter()
        .flat_map(|thread| thread.0)
        .map(|(Place { file, line }, fields)| RawRecord { file, line, fields })
        .collect();
    records.sort();
    Ok(records)
}

/// Every record with its place.
#[derive(Default)]
struct Collect(Vec<(Place, Vec<Vec<u8>>)>);

impl Fold for Collect {
    /// What stands between two fields.
    type Layout = u8;

    fn block(&mut self, at: Place, delimiter: &u8, bytes: &[u8]) -> Result<(), Fault> {
        Splitter::new(*delimiter).split(bytes, |fields| {
            self.0.push((at.down(fields.line), fields.values().map(Cow::into_owned).collect()));
        });
        Ok(())
    }
}

/// A value that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

/// An amount of a file with this decimal mark.
pub fn amount(text: &[u8], mark: DecimalMark) -> Result<Decimal, Unreadable> {
    settled::amount(text, mark).map_err(|_| Unreadable)
}

/// A day of a file with this order of days and months; a blank text is none.
pub fn day(text: &str, order: DateOrder) -> Result<Option<NaiveDate>, Unreadable> {
    settled::day(text, order).map_err(|_| Unreadable)
}

/// A month of a file with this order of days and months.
pub fn month(text: &str, order: DateOrder) -> Result<Month, Unreadable> {
    match date::read_month(text).ok_or(Unreadable)?.month {
        DateReading::One { fits: Some(other), .. } if other != order => Err(Unreadable),
        reading => Ok(reading.under(order)),
    }
}

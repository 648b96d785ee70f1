//! Bytes to records.
//!
//! A file is cut into blocks (`blocks`), a block into records (`records`), a record into a typed row (`rows`); what a
//! file spells ambiguously is settled by all of its values (`evidence`, `settle`). Invariant: a value is read as the
//! file means it, or refused with its place; none is guessed.

pub mod amount;
mod archive;
mod blocks;
mod cut;
mod cutter;
mod date;
pub mod encoding;
pub mod error;
mod evidence;
mod header;
pub mod invoice;
mod memo;
pub mod names;
#[doc(hidden)]
pub mod raw;
mod records;
mod rows;
mod settle;
pub mod source;
pub mod spelling;
mod verdict;

use crate::model::date::DateOrder;
use crate::model::report::Report;
use crate::model::text::Visible;

use self::amount::DecimalMark;
use self::blocks::Opening;
pub use self::blocks::Pace;
use self::encoding::Encoding;
use self::error::{FileError, Problem, Seen};
use self::header::Head;
use self::rows::Rows;
use self::source::Source;
use self::spelling::Spelling;

/// How to read files whose spelling is known; what is `None` is found out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// The encoding.
    pub encoding: Option<Encoding>,
    /// The separator of fields.
    pub delimiter: Option<u8>,
    /// The decimal mark.
    pub decimal: Option<DecimalMark>,
    /// The order of days and months in dates such as `3/4/2022`.
    pub date_order: Option<DateOrder>,
}

/// What reading came to.
#[derive(Debug)]
pub struct Reading {
    /// The rows that could be read.
    pub report: Report,
    /// The ones that could not, by file and line.
    pub problems: Vec<Problem>,
    /// What was taken for granted.
    pub notes: Vec<Note>,
    /// How each file is spelled, in the order of `report.files`.
    pub spellings: Vec<Spelling>,
}

/// Something that was taken for granted and should be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// A line at a file's end was taken for totals and left out.
    TotalsLine {
        /// The file's place.
        file: u32,
        /// The line.
        line: u64,
        /// Its cells.
        text: String,
    },
    /// Lines that repeat the header were left out.
    RepeatedHeader {
        /// The file's place.
        file: u32,
        /// The first of them.
        line: u64,
        /// How many.
        count: usize,
    },
    /// The file ends without a line end, in a value that may be longer.
    MayBeCut {
        /// The file's place.
        file: u32,
        /// The value.
        seen: Seen,
    },
    /// Dates that could be read in two orders were read month first, as Microsoft writes them.
    AssumedMonthFirst {
        /// The file's place.
        file: u32,
        /// The first such date.
        seen: Seen,
    },
}

impl Note {
    /// The file's place and the line, 0 for what is about the whole file.
    fn place(&self) -> (u32, u64) {
        match self {
            Self::TotalsLine { file, line, .. } | Self::RepeatedHeader { file, line, .. } => (*file, *line),
            Self::MayBeCut { file, seen } => (*file, seen.line),
            Self::AssumedMonthFirst { file, .. } => (*file, 0),
        }
    }

    /// The note for a person.
    #[must_use]
    pub fn message(&self, files: &[String]) -> String {
        let name = |file: &u32| Visible(&files[*file as usize]);
        match self {
            Self::TotalsLine { file, line, text } => {
                format!("{}:{line}: left out a line of totals: '{}'", name(file), text.escape_debug())
            }
            Self::RepeatedHeader { file, line, count: 1 } => {
                format!("{}:{line}: left out a line that repeats the header", name(file))
            }
            Self::RepeatedHeader { file, line, count } => {
                format!("{}:{line}: left out {count} lines that repeat the header, this one first", name(file))
            }
            Self::MayBeCut { file, seen } => format!(
                "{}: the file ends without a line end, in {seen}: it may have lost the rest\nhint: compare its last \
                 row with Partner Center, or download it again",
                name(file)
            ),
            Self::AssumedMonthFirst { file, seen } => format!(
                "{}: dates such as {seen} were read month first, as Microsoft writes them\n\
                 hint: if the day comes first, say so with --date-order dmy",
                name(file)
            ),
        }
    }
}

/// Reads balance reports to their ends.
///
/// ```
/// use aco::input::{self, Options, Pace, source::Source};
/// let csv = "PartnerID,CustomerID,InvoiceMonth,CreditName,CreditAmount,Status,BalanceAmount,CurrencyCode,\
///     AgreementID,EffectiveDate,ExpiryDate\n\
///     p,c,2022-07,ACO,700.00,Active,300.00,USD,a,6/1/2022,5/31/2023\n";
/// let source = Source::stream("report.csv", csv.as_bytes());
/// let reading = input::read(vec![source], &Options::default(), Pace::threads(1)).unwrap();
/// let shard = &reading.report.shards[0];
/// let record = shard.record(0);
/// assert_eq!(record.credit_amount.to_string(), "700.00");
/// assert_eq!(record.month.to_string(), "2022-07");
/// ```
pub fn read(sources: Vec<Source>, options: &Options, pace: Pace<'_>) -> Result<Reading, Vec<FileError>> {
    let open = |head: Head<'_>| {
        let header::Found { layout, bytes, lines } = header::find(head, options.delimiter)?;
        Ok(Opening { delimiter: Some(layout.delimiter), layout, bytes, lines })
    };
    let (shards, files) = blocks::read(sources, pace, options.encoding, open, Rows::default)?;
    settle::settle(shards, &files, options)
}

//! How a file is spelled: what each of its values says, and what all of them settle together.

use crate::input::error::Seen;
use crate::input::source::{Container, Encoding};
use crate::input::value::DecimalMark;
use crate::model::{DateOrder, Month, ReportColumn};

pub(crate) mod evidence;

pub(crate) use self::evidence::{Evidence, Inferred};

/// How to read files whose spelling is known; what is `None` is found out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    pub encoding: Option<Encoding>,
    pub delimiter: Option<u8>,
    /// The decimal mark of their amounts.
    pub decimal: Option<DecimalMark>,
    /// The order of days and months in dates such as `3/4/2022`.
    pub date_order: Option<DateOrder>,
    /// The minutes by which the zone of days that are written as moments of UTC is ahead of it; such days are refused
    /// where there is none.
    pub utc_offset: Option<i32>,
    /// The first and the last month that a report may have rows of; any, if there are none.
    pub months: Option<(Month, Month)>,
}

/// How a file was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spelling {
    pub container: Container,
    /// What its bytes mean; for UTF-16 and marked files as the mark says.
    pub encoding: Encoding,
    pub delimiter: Option<u8>,
    /// The decimal mark of its amounts, and what settled it.
    pub decimal: (DecimalMark, DecidedBy),
    /// The order of days and months in its dates.
    pub date_order: (DateOrder, DecidedBy),
    pub header_line: u64,
    /// The header that serves each column of the report, in the report's order.
    pub columns: [String; ReportColumn::ALL.len()],
    /// Headers that serve none.
    pub ignored: Vec<String>,
}

/// What settled a question about a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecidedBy {
    /// A flag of the command line.
    ByFlag,
    /// A value that can be read in one way only; the first such.
    By(Seen),
    /// Nothing: it was taken for what Microsoft writes, and mattered for this value, or for none.
    Assumed(Option<Seen>),
}

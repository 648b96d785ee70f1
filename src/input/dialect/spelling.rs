//! How a file is spelled, and what settled it.

use crate::model::{DateOrder, ReportColumn};

use crate::input::error::Seen;
use crate::input::source::Container;
use crate::input::source::encoding::Encoding;
use crate::input::value::amount::DecimalMark;

/// How a file is spelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spelling {
    /// What it is wrapped in.
    pub container: Container,
    /// What its bytes mean; for UTF-16 and marked files as the mark says.
    pub encoding: Encoding,
    /// What separates its fields.
    pub delimiter: Option<u8>,
    /// The decimal mark of its amounts, and what settled it.
    pub decimal: (DecimalMark, DecidedBy),
    /// The order of days and months in its dates.
    pub date_order: (DateOrder, DecidedBy),
    /// The header's line, from 1.
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

//! Results as bytes: one neutral view of a table, and a file for each family of formats that it can be written in.

pub mod bars;
pub mod chart;
mod column;
mod delimited;
pub mod destination;
pub mod format;
pub mod html;
pub mod journal;
mod json;
mod layout;
mod markdown;
pub mod page;
mod parquet;
mod parts;
pub mod rank;
mod sheet;
pub mod table;
mod text;
pub mod xlsx;

pub use self::chart::{Chart, Mark, Series};
pub use self::column::{Column, Kind, Priority};
pub use self::destination::Destination;
pub use self::format::Format;
pub use self::journal::Journal;
pub use self::page::{Page, Section};
pub use self::rank::Ranking;
pub use self::table::{Cell, Fields, Table};

/// How a result looks to those who will read it.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a wish of its own")]
pub struct Style {
    /// Columns of text there is room for; `None` for as many as it takes.
    pub width: Option<usize>,
    /// How many rows of a table for people are shown; `None` for all.
    pub rows: Option<usize>,
    pub color: bool,
    /// Whether an apostrophe stands before text in CSV and TSV that a spreadsheet would take for a formula.
    pub csv_safe: bool,
    /// Whether CSV and TSV begin with a byte order mark.
    pub bom: bool,
    /// Whether amounts in CSV and TSV have a decimal comma, and CSV semicolons.
    pub decimal_comma: bool,
}

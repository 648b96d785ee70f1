//! Bytes to records and fields: blocks of whole records, read on several threads, and the header before them.

pub(crate) mod blocks;
pub(crate) mod choice;
mod chunks;
pub(crate) mod cutter;
pub(crate) mod elements;
pub(crate) mod header;
pub(crate) mod layout;
pub(crate) mod memo;
pub(crate) mod objects;
pub(crate) mod records;

pub(crate) use self::blocks::{FileRead, Fold};
pub use self::blocks::{ReadPlan, fields};
pub(crate) use self::cutter::Head;
pub(crate) use self::layout::{ColumnSpec, EXPECTED_TEXT, Layout, Line, TableKind, folded};
pub(crate) use self::memo::{AHEAD, Interned, Memo, runs};
pub(crate) use self::records::{BlockRecords, RecordFields, Splitter};

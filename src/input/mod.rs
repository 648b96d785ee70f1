//! Bytes to records.
//!
//! `source` says where bytes come from, `scan` cuts them into records and fields, `value` understands a cell, `dialect`
//! settles what a file's values say together; `report` and `invoice` are the two kinds of file read so, `names` a third
//! and small one. Invariant: a value is read as the file means it, or refused with its place; none is guessed.

pub mod acceptances;
pub mod dialect;
pub mod error;
pub mod invoice;
mod kinds;
mod mask;
pub mod names;
pub mod note;
mod reads;
pub mod report;
mod scan;
pub mod source;
pub mod value;

pub use self::dialect::Options;
pub use self::mask::Mask;
pub use self::note::Note;
pub use self::reads::reads;
pub use self::report::{ReportReading, read};
pub use self::scan::blocks::{ReadPlan, fields};

//! Bytes to records.
//!
//! `source` says where bytes come from, `scan` cuts them into records and fields, `value` understands a cell, `dialect`
//! settles what a file's values say together; `report` and `invoice` are the two kinds of file read so, `lists` are
//! small others. Invariant: a value is read as the file means it, or refused with its place; none is guessed.

pub mod dialect;
pub mod error;
pub mod invoice;
mod kinds;
pub mod lists;
mod mask;
pub mod report;
mod scan;
pub mod source;
pub mod value;

pub use self::dialect::Options;
pub use self::error::Note;
pub use self::mask::Mask;
pub use self::report::{ReportReading, read};
pub use self::scan::{ReadPlan, fields};

use std::path::Path;

use self::error::Fault;
use self::lists::ListColumns;
use self::scan::choice;
use self::scan::cutter::Head;
use self::source::Source;
use crate::model::Amount;

/// Whether `file` is read where a command line names `path`: it is the file, or the file is a report, an invoice or a
/// list of names among those of the folder or pattern. What lies there besides is left alone, results among it.
pub fn reads(path: &Path, file: &Path) -> bool {
    let is_file = |path: &Path| path.canonicalize().is_ok_and(|path| path == file && path.is_file());
    if is_file(path) {
        return true;
    }
    let found = Source::at_path(path.to_owned()).unwrap_or_default();
    let mut same = found.into_iter().filter(|source| source.found_by().is_some() && is_file(Path::new(source.name())));
    same.any(|source| match source.unpacked() {
        Ok(entries) => entries.iter().any(|entry| choice::with_head(entry, None, is_read).unwrap_or(true)),
        Err(_) => true,
    })
}

pub fn is_list_of_names(file: &str) -> bool {
    let open = |head: Head<'_>| lists::open_names(head, &Options::default(), &ListColumns::default()).is_ok();
    // What is a pipe has been read, and has nothing more to tell.
    let found = Source::at_path(file.into()).unwrap_or_default();
    Path::new(file).is_file() && found.iter().any(|source| choice::with_head(source, None, open) == Some(true))
}

/// Whether a file that begins so is a report, an invoice or a list of names.
fn is_read(head: Head<'_>) -> bool {
    let options = Options::default();
    let report = report::find_columns(head, &options).err();
    if matches!(report, Some(Fault::ResultOfAco)) {
        return false;
    }
    let invoice = invoice::open(head, &options, Amount::default()).err();
    let names = lists::open_names(head, &options, &ListColumns::default()).err();
    [report, invoice, names].into_iter().any(|fault| !fault.is_some_and(|fault| fault.is_wrong_kind()))
}

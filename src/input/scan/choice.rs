//! Which of the sources are read: the entries of archives, the sheets of workbooks that have the header, and of folders
//! and patterns the files of the kind that is looked for.
//!
//! Invariant: a file that was named is read or an error; one that lay beside others is read, an error, or told as left
//! alone.

use std::collections::BTreeMap;

use super::blocks::{FileStart, Head};
use super::cutter;
use crate::input::error::{Fault, FileError};
use crate::input::source::encoding::Encoding;
use crate::input::source::{Container, Source, SourceText};

/// Bytes of a file in which its header is looked for before it is read.
const PEEK: usize = 64 * 1024;

/// The sources to read, and the files that are none of those that are looked for.
pub(crate) struct Chosen {
    pub(crate) sources: Vec<Source>,
    pub(crate) left_alone: Vec<String>,
}

/// Chooses the sources that `open` understands. `wanted` is what they are.
pub(crate) fn choose<L>(
    sources: Vec<Source>,
    encoding: Option<Encoding>,
    wanted: &'static str,
    open: impl Fn(Head<'_>) -> Result<FileStart<L>, Fault>,
) -> Result<Chosen, Vec<FileError>> {
    let mut chosen = Chosen { sources: Vec::new(), left_alone: Vec::new() };
    let mut errors = Vec::new();
    // By folder or pattern: whether anything of it is read, and what is left alone.
    let mut found: BTreeMap<String, (bool, Vec<String>)> = BTreeMap::new();
    for source in sources {
        let (file, found_by) = (source.name().to_owned(), source.found_by().map(str::to_owned));
        if let Some(found_by) = found_by.as_ref().filter(|_| is_unfinished(&file)) {
            found.entry(found_by.clone()).or_default().1.push(format!("{file} (an unfinished download)"));
            continue;
        }
        let entries = match source.unpacked() {
            Ok(entries) => entries,
            Err(error) => {
                errors.push(FileError { file, fault: error.into() });
                continue;
            }
        };
        let first = chosen.sources.len();
        let mut other = None;
        for entry in entries {
            match fault_of(&entry, encoding, &open) {
                Some(fault) if fault.is_other_file() => other = other.or(Some(fault)),
                _ => chosen.sources.push(entry),
            }
        }
        chosen.sources.iter_mut().skip(first + 1).for_each(Source::forget_hidden_rows);
        let is_read = chosen.sources.len() > first;
        match (found_by, other) {
            (Some(found_by), _) => {
                let (any, left_alone) = found.entry(found_by).or_default();
                *any |= is_read;
                left_alone.extend((!is_read).then_some(file));
            }
            (None, Some(fault)) if !is_read => errors.push(FileError { file, fault }),
            _ => {}
        }
    }
    for (file, (any, seen)) in found {
        if any {
            chosen.left_alone.extend(seen);
        } else {
            errors.push(FileError { file, fault: Fault::NothingOfKind { wanted, seen } });
        }
    }
    if errors.is_empty() { Ok(chosen) } else { Err(errors) }
}

/// Whether a browser has not finished the download of a file, which may hold a part of a report.
fn is_unfinished(file: &str) -> bool {
    const ENDINGS: [&str; 5] = [".crdownload", ".part", ".partial", ".download", ".opdownload"];
    let file = file.to_lowercase();
    ENDINGS.iter().any(|ending| file.ends_with(ending))
}

/// What keeps a sheet, or a file that lies beside others, from being read; of other files that is found out in reading.
fn fault_of<L>(
    source: &Source,
    encoding: Option<Encoding>,
    open: impl Fn(Head<'_>) -> Result<FileStart<L>, Fault>,
) -> Option<Fault> {
    if source.sheet().is_none() {
        source.found_by()?;
    }
    with_head(source, encoding, |head| open(head).err())?
}

/// Shows the start of a source that can be opened again; `None` if it cannot.
pub(crate) fn with_head<T>(source: &Source, encoding: Option<Encoding>, see: impl FnOnce(Head<'_>) -> T) -> Option<T> {
    if let Some(bytes) = source.sheet() {
        let (container, encoding) = (Container::Workbook, Some(Encoding::Utf8));
        return Some(see(Head { bytes, is_all: true, container, encoding, floats: &[] }));
    }
    let SourceText { mut reader, container, encoding, floats, .. } = source.peek(encoding).ok()??;
    let (bytes, is_all) = cutter::head(&mut *reader, PEEK).ok()?;
    Some(see(Head { bytes: &bytes, is_all, container, encoding, floats: &floats }))
}

//! Which of the sources are read: the entries of archives, the sheets of workbooks that have the header, and of folders
//! and patterns the files of the kind that is looked for.
//!
//! Invariant: a file that was named is read or an error; one that lay beside others is read, an error, or told as
//! skipped.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, PoisonError};

use super::blocks::{self, FileRead, Fold, ReadPlan};
use super::cutter::{self, Head};
use super::header;
use super::layout::{Layout, Line};
use crate::input::error::{Fault, FileError, Note, Page, Remark, first_names};
use crate::input::source::{Encoding, Source, SourceText, folder::missing_parts};
use crate::model::Message;

/// Bytes of a file in which its header is looked for before it is read.
const PEEK: usize = 64 * 1024;

/// What each thread folded, the files, and what is to be said of those that lie beside them.
pub(crate) type Reading<F> = (Vec<F>, Vec<FileRead>, Vec<Note>);

/// Reads to their ends the sources that `open` understands. `wanted` is what they are.
pub(crate) fn read<F: Fold>(
    sources: Vec<Source>,
    wanted: &'static str,
    encoding: Option<Encoding>,
    pace: ReadPlan<'_>,
    open: impl Fn(Head<'_>) -> Result<Layout, Fault> + Sync,
    fold: impl Fn(usize) -> F + Sync,
) -> Result<Reading<F>, Vec<FileError>> {
    let mut choice = Choice::default();
    for source in sources {
        let looked = choice.look(source, encoding, &open);
        choice.errors.extend(looked.err());
    }
    choice.missed(encoding, wanted);
    let Choice { chosen, skipped, spoilt, mut notes, has_invoices, errors, .. } = choice;
    if !errors.is_empty() {
        return Err(errors);
    }
    let (unread, files): (Vec<String>, Vec<String>) = skipped.into_iter().partition(|file| spoilt.contains(file));
    let skipped = (!files.is_empty()).then_some(Note::Skipped { files, wanted, has_invoices });
    let (threads, files) = blocks::read(chosen, pace, encoding, open, fold)?;
    notes.extend(skipped);
    notes.extend((!unread.is_empty()).then_some(Note::Unread { files: unread }));
    notes.extend(of_files(&threads, &files));
    Ok((threads, files, notes))
}

/// The same of small files, in one thread: `each` is shown line after line.
pub(crate) fn read_lines(
    sources: Vec<Source>,
    wanted: &'static str,
    encoding: Option<Encoding>,
    bytes_read: Option<&AtomicU64>,
    open: impl Fn(Head<'_>) -> Result<Layout, Fault> + Sync,
    each: impl FnMut(Line<'_>) -> Result<(), Fault> + Send,
) -> Result<(Vec<FileRead>, Vec<Note>), Vec<FileError>> {
    let each = &Mutex::new(each);
    let plan = ReadPlan { bytes_read, ..ReadPlan::threads(1) };
    let fold = |_| move |line: Line<'_>| each.lock().unwrap_or_else(PoisonError::into_inner)(line);
    let (_, files, notes) = read(sources, wanted, encoding, plan, open, fold)?;
    Ok((files, notes))
}

/// What is to be said of files for what they lay in; of pages only that the next one is missing, once a file.
fn of_files<F: Fold>(threads: &[F], files: &[FileRead]) -> Vec<Note> {
    let missed = without_next(threads, files);
    let of_file = |(file, read): (u32, &FileRead)| {
        let is_page = |remark: &&Remark| remark.page().is_some();
        let others = read.remarks.iter().filter(|remark| !is_page(remark));
        let told = others.chain(read.remarks.iter().find(is_page).filter(|_| missed.contains(&(file as usize))));
        told.map(|remark| Note::remark(file, remark)).collect::<Vec<_>>()
    };
    (0..).zip(files).flat_map(of_file).collect()
}

/// The files with a page whose next one no file holds. Pages of one invoice tell nothing of those of another; such as
/// have no lines may be of any.
fn without_next<'p, F: Fold>(threads: &[F], files: &'p [FileRead]) -> BTreeSet<usize> {
    let pages_of = |(file, read): (usize, &'p FileRead)| {
        read.remarks.iter().filter_map(Remark::page).map(move |page| (file, page))
    };
    let pages: Vec<_> = files.iter().enumerate().flat_map(pages_of).collect();
    if pages.is_empty() {
        return BTreeSet::new();
    }
    let of_file = |(file, read): (u32, &FileRead)| {
        let numbers = threads.iter().flat_map(|thread| thread.invoices(file));
        numbers.map(|number| (read.layout.kind, number)).collect::<BTreeSet<_>>()
    };
    let invoices: Vec<_> = (0..).zip(files).map(of_file).collect();
    let is_empty_end = |(file, (_, next)): &(usize, Page<'p>)| invoices[*file].is_empty() && next.is_none();
    let missed = |with_empty: bool| {
        let mut complete: BTreeSet<&(usize, Page<'p>)> = BTreeSet::new();
        for invoice in invoices.iter().flatten().map(Some).collect::<BTreeSet<_>>().into_iter().chain([None]) {
            let may_be =
                |file: usize| invoices[file].is_empty() || invoice.is_none_or(|it| invoices[file].contains(it));
            let here = pages.iter().filter(|page| may_be(page.0) && (with_empty || !is_empty_end(page)));
            let here: Vec<_> = here.map(|(_, page)| *page).collect();
            let has_next = has_next(&here);
            let is_whole = |(file, page): &&(usize, Page<'p>)| {
                may_be(*file) && invoices[*file].is_empty() == invoice.is_none() && has_next(*page)
            };
            complete.extend(pages.iter().filter(is_whole));
        }
        pages.iter().filter(|page| !complete.contains(page)).map(|(file, _)| *file).collect::<BTreeSet<_>>()
    };
    let (missed_with, missed_without) = (missed(true), missed(false));
    // An empty last page is that of one invoice.
    let empty = pages.iter().filter(|page| is_empty_end(page)).count();
    let ended: BTreeSet<_> = missed_without.difference(&missed_with).map(|file| &invoices[*file]).collect();
    let are_too_few = ended.len() > empty;
    if are_too_few && invoices.iter().any(|invoices| !invoices.is_empty()) { missed_without } else { missed_with }
}

/// Whether the next one of a page is among some, or it names none.
///
/// Partner Center's pages have the address of the first one. So one of them names no next page; where each has a name of
/// its own, the next one's is among these. No two name the same one.
fn has_next<'p>(pages: &[Page<'p>]) -> impl Fn(Page<'p>) -> bool {
    let address = |page: Option<&'p str>| page.and_then(|page| page.split('?').next());
    let lasts: BTreeSet<_> =
        pages.iter().filter(|(_, next)| next.is_none()).map(|(itself, _)| address(*itself)).collect();
    let names: BTreeSet<&str> = pages.iter().filter_map(|(itself, _)| *itself).collect();
    let have_names = names.len() == pages.len();
    let mut named: BTreeMap<&str, usize> = BTreeMap::new();
    pages.iter().filter_map(|(_, next)| *next).for_each(|next| *named.entry(next).or_default() += 1);
    move |(itself, next)| {
        let is_last = |page: Option<&str>| lasts.contains(&page);
        next.is_none_or(|next| {
            let may_be_there = || !have_names && (is_last(address(itself)) || is_last(None));
            named.get(next) == Some(&1) && (names.contains(next) || may_be_there())
        })
    }
}

/// Of a folder or pattern: whether anything of it is read, what is skipped, and what is to be done about that.
type Found = (bool, Vec<String>, BTreeSet<Option<String>>);

/// What is chosen to be read, and what there is besides.
#[derive(Default)]
struct Choice {
    chosen: Vec<Source>,
    /// The files that are none of those that are looked for, and which of them may have been meant to be.
    skipped: Vec<String>,
    spoilt: BTreeSet<String>,
    /// What manifests among them tell.
    notes: Vec<Note>,
    has_invoices: bool,
    /// The folders and patterns by which files were found.
    found: BTreeMap<String, Found>,
    /// The widths of what has a header, and what has none.
    widths: BTreeSet<usize>,
    headless: Vec<Source>,
    errors: Vec<FileError>,
}

impl Choice {
    /// Looks at a source, and chooses it, or what of it has the header.
    fn look(
        &mut self,
        source: Source,
        encoding: Option<Encoding>,
        open: impl Fn(Head<'_>) -> Result<Layout, Fault>,
    ) -> Result<(), FileError> {
        let (file, found_by) = (source.name().to_owned(), source.found_by().map(str::to_owned));
        if let Some(found_by) = found_by.as_ref().filter(|_| is_unfinished(&file)) {
            self.found.entry(found_by.clone()).or_default().1.push(format!("{file} (an unfinished download)"));
            return Ok(());
        }
        let entries = source.unpacked().map_err(|error| FileError { file: file.clone(), fault: error.into() })?;
        let first = self.chosen.len();
        let (mut other, mut others) = (None, Vec::new());
        let names: Vec<String> = entries.iter().map(|entry| entry.name().to_owned()).collect();
        for entry in entries {
            // A sheet or entry, or a file that lies beside others; how other files are laid out is found out in reading.
            let is_among_others = entry.is_sheet() || entry.is_entry() || entry.found_by().is_some();
            match is_among_others.then(|| with_head(&entry, encoding, &open)).flatten() {
                Some(Err(fault)) if fault.is_wrong_kind() => {
                    self.has_invoices |= matches!(fault, Fault::InvoiceForReport);
                    let what = fault.spoilt().filter(|_| !entry.is_sheet());
                    others.push(self.described(entry.name(), what));
                    let missing = missing_parts(&entry, &names);
                    self.notes.extend(missing.map(|missing| Note::missing_parts(entry.name(), missing)));
                    let named = if entry.is_sheet() { &file } else { entry.name() };
                    let has_header = !matches!(fault, Fault::Absent { .. });
                    other = other.or(Some(FileError { file: named.to_owned(), fault }));
                    self.headless.extend((!has_header).then_some(entry));
                }
                opened => {
                    self.widths.extend(opened.and_then(Result::ok).map(|layout| layout.width()));
                    self.chosen.push(entry);
                }
            }
        }
        self.chosen.iter_mut().skip(first + 1).for_each(Source::forget_hidden_rows);
        let is_read = self.chosen.len() > first;
        if is_read {
            self.skipped.append(&mut others);
        }
        let Some(found_by) = found_by else { return other.filter(|_| !is_read).map_or(Ok(()), Err) };
        let hint = other.as_ref().and_then(|other| other.fault.hint().map(str::to_owned));
        let what = other.and_then(|other| other.fault.spoilt()).filter(|_| !is_read);
        let described = (!is_read).then(|| self.described(&file, what));
        let (any, skipped, hints) = self.found.entry(found_by).or_default();
        *any |= is_read;
        hints.insert(hint);
        skipped.extend(described);
        Ok(())
    }

    /// A file's name, with what it is if it may be a download gone wrong.
    fn described(&mut self, file: &str, what: Option<&str>) -> String {
        let named = what.map_or(file.to_owned(), |what| format!("{file} ({what})"));
        self.spoilt.extend(what.map(|_| named.clone()));
        named
    }

    /// Says what has to be read and cannot be: rows without a header, and of folders and patterns those with nothing in them
    /// that is `wanted`.
    fn missed(&mut self, encoding: Option<Encoding>, wanted: &str) {
        for entry in self.headless.iter().filter(|entry| go_on(entry, encoding, &self.widths)) {
            let text = "no header, and rows like those of another sheet or file";
            let fault = Fault::told(None, text, "give it the header too, or take it away if its rows do not count");
            self.errors.push(FileError { file: entry.name().to_owned(), fault });
        }
        for (file, (any, seen, mut hints)) in std::mem::take(&mut self.found) {
            if any {
                self.skipped.extend(seen);
            } else {
                let text = format!("nothing here is {wanted}: {}", first_names(&seen));
                // What is to be done about all files is so about their folder.
                let hint = hints.pop_first().flatten().filter(|_| hints.is_empty());
                self.errors
                    .push(FileError { file, fault: Fault::Told(None, Message { hint, ..Message::error(text) }) });
            }
        }
    }
}

/// Whether a browser has not finished the download of a file, which may hold a part of a report.
fn is_unfinished(file: &str) -> bool {
    const ENDINGS: [&str; 5] = [".crdownload", ".part", ".partial", ".download", ".opdownload"];
    let file = file.to_lowercase();
    ENDINGS.iter().any(|ending| file.ends_with(ending))
}

/// Whether what has no header has rows of one of these widths, as where a report was cut into several.
fn go_on(source: &Source, encoding: Option<Encoding>, widths: &BTreeSet<usize>) -> bool {
    let is_one = |head: Head<'_>| widths.iter().any(|width| header::holds_records(head, *width));
    !widths.is_empty() && with_head(source, encoding, is_one).unwrap_or(false)
}

/// Shows the start of a source; `None` if it cannot be read, or is a stream.
pub(crate) fn with_head<T>(source: &Source, encoding: Option<Encoding>, see: impl FnOnce(Head<'_>) -> T) -> Option<T> {
    let SourceText { mut reader, container, encoding, floats, .. } =
        source.is_file().then(|| source.open(encoding).ok())??;
    let (bytes, is_all) = cutter::head(&mut *reader, PEEK).ok()?;
    Some(see(Head { file: 0, bytes: &bytes, is_all, container, encoding, floats: &floats }))
}

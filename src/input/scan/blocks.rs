//! Reading files block by block on several threads.
//!
//! Whoever is free takes the next block of a file: reading it and finding its last record end happen under the file's
//! lock, splitting it into records does not. Invariant: every block starts at the start of a record, and no result
//! depends on which thread read what.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;

use super::cutter::{Buffer, Cutter, Head, Syntax, head};
use super::elements;
use super::layout::{Layout, Line};
use super::objects::{self, ObjectReader};
use super::records::{BlockRecords, Splitter, first_records, line_ends, whole_records};
use crate::input::error::{Fault, FileError, MOST_ROWS, Problem, Remark};
use crate::input::source::cells::Cells;
use crate::input::source::table::Table;
use crate::input::source::{Encoding, Source, SourceText};
use crate::model::Place;

/// Bytes that a thread reads in one go: small enough to stay in a core's cache, large enough to keep locks rare.
const BLOCK_BYTES: usize = 256 * 1024;

/// Files that are read at once before blocks are taken that are another thread's share.
const MOST_OPEN: usize = 16;

/// How many threads read, how much each takes at a time, and who counts what they took.
#[derive(Clone, Copy, Debug)]
pub struct ReadPlan<'p> {
    pub threads: usize,
    /// Bytes in a block, at least 1.
    pub block: usize,
    /// Counts the bytes of text that were read, if somebody wants to know.
    pub bytes_read: Option<&'p AtomicU64>,
}

impl ReadPlan<'_> {
    /// The machine's pace with so many threads.
    pub fn threads(threads: usize) -> Self {
        Self { threads: threads.max(1), block: BLOCK_BYTES, bytes_read: None }
    }
}

/// How the records of one kind of file are understood, and where they go.
pub(crate) trait Fold: Send {
    /// Whether records are taken in however their quotes stand.
    const READS_OPEN_QUOTES: bool = false;

    /// Takes in the records at the start of a block that are lines known by their bytes, which need not be split; returns
    /// how many bytes and lines they are. `None` if it is better to have all of the block split.
    fn known(&mut self, _at: Place, _layout: &Layout, _block: &[u8]) -> Result<Option<(usize, u32)>, Fault> {
        Ok(None)
    }

    fn records(&mut self, at: Place, layout: &Layout, records: &BlockRecords<'_>) -> Result<(), Fault>;

    /// Takes in what is wrong with an object that is no record, if the kind may be written so.
    fn reject(&mut self, _problem: Problem) {}

    /// The invoices that a file has lines of, as far as they were taken in here.
    fn invoices(&self, _file: u32) -> Vec<&str> {
        Vec::new()
    }
}

/// What is shown each line of a table.
impl<F: FnMut(Line<'_>) -> Result<(), Fault> + Send> Fold for F {
    fn records(&mut self, block: Place, layout: &Layout, records: &BlockRecords<'_>) -> Result<(), Fault> {
        records.iter().try_for_each(|fields| self(Line { block, layout, fields: &fields }))
    }
}

/// Has the records taken in that a file's start holds whole.
pub(crate) fn read_first(head: Head<'_>, layout: &Layout, fold: &mut impl Fold) -> Result<(), Fault> {
    let (start, lines) = layout.before;
    let at = Place { file: 0, line: lines + 1 };
    match layout.delimiter() {
        Some(delimiter) => {
            let records = &head.bytes[start..];
            let whole = if head.is_all { Some(records.len()) } else { whole_records(records, delimiter) };
            let mut splitter = Splitter::new(delimiter);
            let records = splitter.records(&records[..whole.unwrap_or(0)]);
            quote_fault(at, &records).map_or_else(|| fold.records(at, layout, &records), Err)
        }
        // A last line that lacks its end is no object.
        None => objects::open(head.bytes).map_or(Ok(()), |(_, lines)| fold_objects(fold, (at, &lines), layout)),
    }
}

pub(crate) struct FileRead {
    pub(crate) source: Source,
    pub(crate) layout: Arc<Layout>,
    /// What is to be said of it for what it lay in, and for how it ends.
    pub(crate) remarks: Vec<Remark>,
}

/// Reads all sources to their ends.
///
/// `open` understands the start of a file; `fold` makes what takes in the blocks of so many files, one for each thread. If a file
/// cannot be read the others are still tried, and the errors are those of all files, in their order.
pub(crate) fn read<F: Fold>(
    sources: Vec<Source>,
    pace: ReadPlan<'_>,
    encoding: Option<Encoding>,
    open: impl Fn(Head<'_>) -> Result<Layout, Fault> + Sync,
    fold: impl Fn(usize) -> F + Sync,
) -> Result<(Vec<F>, Vec<FileRead>), Vec<FileError>> {
    let uncounted = AtomicU64::new(0);
    let count = sources.len();
    let names = sources.iter().map(|source| source.name().to_owned()).collect();
    let mut streams: Vec<_> = (0..).zip(sources.into_iter().map(|source| Mutex::new(Stream::Closed(source)))).collect();
    streams.reverse();
    let pool = Pool {
        names,
        streams,
        faults: Mutex::default(),
        opened: Mutex::default(),
        bytes_read: pace.bytes_read.unwrap_or(&uncounted),
        threads: pace.threads.max(1),
        block: pace.block.max(1),
        encoding,
        open,
    };
    let work = |number| {
        let mut fold = fold(count);
        pool.work(&mut fold, number, || false);
        fold
    };
    let work = &work;
    let finished = thread::scope(|scope| {
        let mut helpers = Vec::new();
        let mut first = fold(count);
        // A small input is done before another thread could start.
        pool.work(&mut first, 0, || {
            if helpers.is_empty() {
                helpers.extend((1..pace.threads).map(|number| scope.spawn(move || work(number))));
            }
            !helpers.is_empty()
        });
        let mut finished = vec![first];
        for helper in helpers {
            match helper.join() {
                Ok(done) => finished.push(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        finished
    });
    pool.outcome(finished)
}

struct Pool<'p, O> {
    names: Vec<String>,
    /// The last first: mostly the newest download, whose rows the others hold in long stretches.
    streams: Vec<(u32, Mutex<Stream>)>,
    /// The files that could be opened, by their places.
    opened: Mutex<BTreeMap<u32, FileRead>>,
    /// What files are refused for, with the place of the block.
    faults: Mutex<Vec<(Place, Fault)>>,
    bytes_read: &'p AtomicU64,
    threads: usize,
    block: usize,
    encoding: Option<Encoding>,
    open: O,
}

/// How far a file has been read.
enum Stream {
    Closed(Source),
    Open(Cutter, Arc<Layout>),
    /// Its rows are read without holding it.
    Table(Arc<Table>, Arc<Layout>),
    Done,
}

impl<O: Fn(Head<'_>) -> Result<Layout, Fault> + Sync> Pool<'_, O> {
    /// Folds blocks until none is left. `call_help` is asked for more threads when there is work for them.
    fn work<F: Fold>(&self, fold: &mut F, number: usize, mut call_help: impl FnMut() -> bool) {
        let mut block = Buffer::default();
        let (mut cells, mut splitter) = (Cells::default(), Splitter::default());
        let mut helped = false;
        while let Some((at, layout)) = self.take(number, &mut block, &mut cells) {
            let is_table = !cells.ends.is_empty();
            let bytes = if is_table { cells.bytes.as_slice() } else { block.filled() };
            let bytes_read = self.bytes_read.fetch_add(bytes.len() as u64, Ordering::Relaxed) + bytes.len() as u64;
            if !helped && bytes_read >= self.block as u64 {
                helped = call_help();
            }
            let done = match layout.delimiter() {
                Some(_) if is_table => fold.records(at, &layout, &BlockRecords::of_cells(&cells)),
                Some(delimiter) => {
                    splitter = splitter.separated_by(delimiter);
                    fold_text(fold, &mut splitter, (at, bytes), &layout, delimiter)
                }
                None => fold_objects(fold, (at, bytes), &layout),
            };
            if let Err(fault) = done {
                self.fail(at, fault);
            }
        }
    }

    /// The next block of some file: one that is this thread's share, or else the first of a file, or else the next of the
    /// last file that nobody else is reading from, or that has one.
    ///
    /// Downloads mostly begin alike, so that a thread finds most of what it takes among what it took of others if it
    /// takes the blocks at the same places.
    fn take(&self, number: usize, block: &mut Buffer, cells: &mut Cells) -> Option<(Place, Arc<Layout>)> {
        cells.ends.clear();
        for is_share in [true, false] {
            let mut open = 0;
            for (file, stream) in &self.streams {
                let Ok(stream) = stream.try_lock() else { continue };
                let is_wanted = match &*stream {
                    Stream::Open(cutter, _) => {
                        open += 1;
                        is_share && cutter.blocks % self.threads == number
                    }
                    Stream::Closed(_) => !is_share && open < MOST_OPEN,
                    _ => false,
                };
                if is_wanted && let Some(taken) = self.take_from(*file, stream, block, cells) {
                    return Some(taken);
                }
            }
        }
        loop {
            let mut busy = None;
            for (file, stream) in &self.streams {
                match stream.try_lock() {
                    Ok(stream) => {
                        if let Some(taken) = self.take_from(*file, stream, block, cells) {
                            return Some(taken);
                        }
                    }
                    Err(TryLockError::WouldBlock) => busy = busy.or(Some((*file, stream))),
                    Err(TryLockError::Poisoned(poisoned)) => drop(poisoned.into_inner()),
                }
            }
            let (file, stream) = busy?;
            if let Some(taken) = self.take_from(file, locked(stream), block, cells) {
                return Some(taken);
            }
        }
    }

    fn take_from(
        &self,
        file: u32,
        mut stream: MutexGuard<'_, Stream>,
        block: &mut Buffer,
        cells: &mut Cells,
    ) -> Option<(Place, Arc<Layout>)> {
        let opened = self.open(file, &mut stream);
        if let (Ok(()), Stream::Table(table, layout)) = (&opened, &*stream) {
            let (table, layout) = (Arc::clone(table), Arc::clone(layout));
            drop(stream);
            return self.take_rows(file, &table, &layout, cells);
        }
        match opened.and_then(|()| self.next(file, &mut stream, block)) {
            Ok(Some(taken)) => Some(taken),
            Ok(None) => {
                *stream = Stream::Done;
                None
            }
            Err(fault) => {
                *stream = Stream::Done;
                drop(stream);
                self.fail(Place { file, line: 0 }, fault);
                None
            }
        }
    }

    /// The next rows of a table that can be read; none of them stands above its header.
    fn take_rows(
        &self,
        file: u32,
        table: &Table,
        layout: &Arc<Layout>,
        cells: &mut Cells,
    ) -> Option<(Place, Arc<Layout>)> {
        let place = |above: u64| Place { file, line: above + 1 };
        loop {
            match table.take(&layout.positions, cells) {
                Ok(above) => {
                    let above = above?;
                    cells.starts.retain(|row| above + u64::from(row.line) >= layout.before.1);
                    return Some((place(above), Arc::clone(layout)));
                }
                Err((above, error)) => self.fail(place(above), error.into()),
            }
        }
    }

    fn open(&self, file: u32, stream: &mut Stream) -> Result<(), Fault> {
        if let Stream::Closed(_) = stream
            && let Stream::Closed(source) = std::mem::replace(stream, Stream::Done)
        {
            let SourceText { mut reader, container, encoding, mut remarks, floats } = source.open(self.encoding)?;
            let (head, is_all) = head(&mut *reader, self.block)?;
            let floats = &floats;
            let layout = (self.open)(Head { file, bytes: &head, is_all, container, encoding, floats })?;
            if let Some(refusal) = remarks.iter().find_map(Remark::refusal) {
                return Err(Fault::Told(None, refusal));
            }
            if !layout.is_open {
                source.forget();
            }
            let layout = Arc::new(layout);
            let (start, lines) = layout.before;
            if let Some(table) = source.as_table() {
                let table = table?;
                remarks.extend((table.lines() == MOST_ROWS).then_some(Remark::FullSheet));
                *stream = Stream::Table(Arc::new(table), Arc::clone(&layout));
                locked(&self.opened).insert(file, FileRead { source, layout, remarks });
                return Ok(());
            }
            let mut rest = Cursor::new(head);
            rest.set_position(start as u64);
            let mut rest = rest.chain(reader);
            let rest: Box<dyn Read + Send> = match layout.syntax {
                Syntax::Document => {
                    let mut document = Vec::new();
                    rest.read_to_end(&mut document)?;
                    let (lines, pages) = elements::of_document(&document)?;
                    remarks.extend(pages);
                    Box::new(Cursor::new(lines))
                }
                Syntax::Delimited(_) | Syntax::Lines => Box::new(rest),
            };
            locked(&self.opened).insert(file, FileRead { source, layout: Arc::clone(&layout), remarks });
            *stream = Stream::Open(Cutter::new(rest, layout.delimiter(), lines), layout);
        }
        Ok(())
    }

    fn next(&self, file: u32, stream: &mut Stream, block: &mut Buffer) -> Result<Option<(Place, Arc<Layout>)>, Fault> {
        let Stream::Open(cutter, layout) = stream else {
            return Ok(None);
        };
        let line = cutter.next(self.block, block)?;
        if line.is_none()
            && cutter.lines() == MOST_ROWS
            && let Some(file) = locked(&self.opened).get_mut(&file)
        {
            file.remarks.push(Remark::FullSheet);
        }
        Ok(line.map(|line| (Place { file, line }, Arc::clone(layout))))
    }

    fn fail(&self, at: Place, fault: Fault) {
        locked(&self.faults).push((at, fault));
    }

    fn outcome<F>(self, folds: Vec<F>) -> Result<(Vec<F>, Vec<FileRead>), Vec<FileError>> {
        let mut faults = self.faults.into_inner().unwrap_or_else(PoisonError::into_inner);
        if faults.is_empty() {
            let files = self.opened.into_inner().unwrap_or_else(PoisonError::into_inner);
            return Ok((folds, files.into_values().collect()));
        }
        // Of what several blocks of a file are refused for, the first, however the file was cut.
        faults.sort_by_key(|(at, fault)| (at.file, fault.line(), at.line));
        faults.dedup_by_key(|(at, _)| at.file);
        let error = |(at, fault): (Place, _)| FileError { file: self.names[at.file as usize].clone(), fault };
        Err(faults.into_iter().map(error).collect())
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Folds a block of text. Behind a record that is not known by its bytes there may be more of them, so that it is asked
/// again behind one, two, four and so on.
fn fold_text<F: Fold>(
    fold: &mut F,
    splitter: &mut Splitter,
    (mut at, mut block): (Place, &[u8]),
    layout: &Layout,
    delimiter: u8,
) -> Result<(), Fault> {
    let mut lines = 1;
    loop {
        let mut end = block.len();
        if let Some((known, count)) = fold.known(at, layout, block)? {
            (at, block) = (at.down(count), &block[known..]);
            lines = if known > 0 { 1 } else { lines * 2 };
            end = first_records(block, lines, delimiter);
        }
        if block.is_empty() {
            return Ok(());
        }
        let (split, rest) = block.split_at(end);
        let records = splitter.records(split);
        match quote_fault(at, &records).filter(|_| !F::READS_OPEN_QUOTES) {
            Some(fault) => return Err(fault),
            None => fold.records(at, layout, &records)?,
        }
        if !rest.is_empty() {
            at = at.down(line_ends(split));
        }
        block = rest;
    }
}

/// Folds a block of lines, each an object. What is wrong with one is told behind the records before it.
fn fold_objects<F: Fold>(fold: &mut F, (at, lines): (Place, &[u8]), layout: &Layout) -> Result<(), Fault> {
    let mut objects = ObjectReader::new(&layout.columns);
    for (line, object) in elements::records_of(lines) {
        if let Err(expected) = objects.read(line, object) {
            fold.records(at, layout, &BlockRecords::of_cells(&objects.cells))?;
            objects.cells.clear();
            fold.reject(Problem::new(at.down(line), expected));
        }
    }
    fold.records(at, layout, &BlockRecords::of_cells(&objects.cells))
}

fn quote_fault(at: Place, records: &BlockRecords<'_>) -> Option<Fault> {
    let line = |line| at.down(line).line;
    let stray = records.stray_quote();
    let stray = stray.map(|(opened, closed)| Fault::stray_quote(line(opened), line(closed)));
    let open = |opened| {
        let hint = "close it; the rows behind it cannot be read until then";
        Fault::told(Some(line(opened)), "a quote is opened in this row and never closed", hint)
    };
    stray.or_else(|| records.unclosed().map(open))
}

/// The fields of all records of files without a header, with the places that they stand at, in their order: for tests
/// that lay them beside those of another reader.
#[doc(hidden)]
pub fn fields(sources: Vec<Source>, delimiter: u8, pace: ReadPlan<'_>) -> Result<Vec<Fields>, Vec<FileError>> {
    let open = |head: Head<'_>| Ok(Layout::without_header(head, delimiter));
    let (threads, _) = read(sources, pace, Some(Encoding::Utf8), open, |_| Vec::new())?;
    let mut records: Vec<Fields> = threads.into_iter().flatten().collect();
    records.sort();
    Ok(records)
}

/// The place of a record, and the values of its fields.
type Fields = (Place, Vec<Vec<u8>>);

impl Fold for Vec<Fields> {
    const READS_OPEN_QUOTES: bool = true;

    fn records(&mut self, at: Place, _: &Layout, records: &BlockRecords<'_>) -> Result<(), Fault> {
        self.extend(
            records.iter().map(|fields| (at.down(fields.line), fields.values().map(Cow::into_owned).collect())),
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::input::scan::cutter::LONGEST_RECORD;

    fn records(files: &[Vec<u8>], pace: ReadPlan<'_>) -> Vec<Fields> {
        let sources = files.iter().map(|text| Source::stream("test", Cursor::new(text.clone()))).collect();
        fields(sources, b',', pace).unwrap()
    }

    proptest! {
        #[test]
        fn threads_and_block_size_change_nothing(
            lines in prop::collection::vec("[a\",\r\n]{0,12}", 0..40),
            threads in 1_usize..4,
            block in 1_usize..60,
        ) {
            let half = lines.len() / 2;
            let files = [lines[..half].join("\n").into_bytes(), lines[half..].join("\n").into_bytes()];
            prop_assert_eq!(records(&files, ReadPlan { threads, block, bytes_read: None }), records(&files, ReadPlan::threads(1)));
        }
    }

    #[test]
    fn a_record_too_long_is_refused_with_its_line() {
        let mut text = b"a,b\n\"".to_vec();
        text.resize(LONGEST_RECORD + 100, b'x');
        let sources = vec![Source::stream("long.csv", Cursor::new(text))];
        let pace = ReadPlan { threads: 1, block: 100, bytes_read: None };
        let errors = fields(sources, b',', pace).unwrap_err();
        assert!(errors[0].to_string().starts_with("long.csv:2: a record of more than 16777216 bytes"));
    }
}

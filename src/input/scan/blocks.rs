//! Reading files block by block on several threads.
//!
//! Whoever is free takes the next block of a file: reading it and finding its last record end happen under the file's
//! lock, splitting it into records does not. Invariant: every block starts at the start of a record, and no result
//! depends on which thread read what.

use std::io::{Cursor, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;

use super::cutter::{Buffer, Cutter, head};
use super::elements::ElementReader;
use crate::input::error::{Fault, FileError};
use crate::input::source::encoding::Encoding;
use crate::input::source::{Container, Source, SourceText};

/// Bytes that a thread reads in one go: small enough to stay in a core's cache, large enough to keep locks rare.
const BLOCK: usize = 256 * 1024;

/// How many threads read, how much each takes at a time, and who counts what they took.
#[derive(Clone, Copy, Debug)]
pub struct ReadPlan<'p> {
    /// Threads, at least 1.
    pub threads: usize,
    /// Bytes in a block, at least 1.
    pub block: usize,
    /// Counts the bytes of text that were taken, if somebody wants to know.
    pub taken: Option<&'p AtomicU64>,
}

impl ReadPlan<'_> {
    /// The machine's pace with so many threads.
    #[must_use]
    pub fn threads(threads: usize) -> Self {
        Self { threads: threads.max(1), block: BLOCK, taken: None }
    }
}

/// How the records of one kind of file are understood, and where they go.
pub(crate) trait Fold: Send {
    /// What the start of a file says about its records.
    type Layout: Send + Sync;

    /// Takes in a block of whole records and returns the number of its lines.
    fn block(&mut self, at: BlockId, layout: &Self::Layout, bytes: &[u8]) -> Result<u32, Fault>;
}

/// What the start of a file says: how its records are laid out, and what comes before the first of them.
#[derive(Debug)]
pub(crate) struct FileStart<L> {
    pub(crate) layout: L,
    pub(crate) form: Form,
    /// Bytes before the first record.
    pub(crate) bytes: usize,
    /// Lines before the first record.
    pub(crate) lines: u64,
}

/// What a file's records are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Fields with this between them, and perhaps in quotes.
    Delimited(u8),
    /// A line each, whatever is in it.
    Lines,
    /// Elements of a JSON document, which are turned into lines.
    Document,
}

/// The start of a file, and what it was found in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head<'a> {
    /// At least a whole line, if the file has one. The last may lack its end.
    pub(crate) bytes: &'a [u8],
    /// Whether the file ends here.
    pub(crate) is_all: bool,
    pub(crate) container: Container,
    pub(crate) encoding: Option<Encoding>,
    /// The columns that hold floating point numbers.
    pub(crate) floats: &'a [usize],
}

/// One block of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct BlockId {
    /// The file's place among the sources.
    pub(crate) file: u32,
    /// The block's place in the file.
    pub(crate) number: u32,
}

/// A file that was read to its end.
#[derive(Debug)]
pub(crate) struct FileRead<L> {
    pub(crate) name: String,
    pub(crate) layout: Arc<L>,
    /// The line, from 1, that each block starts on.
    pub(crate) first_lines: Vec<u64>,
    /// Rows that are hidden in the workbook that this is the first sheet of.
    pub(crate) hidden_rows: usize,
}

impl<L> FileRead<L> {
    /// The line of the file, from 1, that is a line of one of its blocks.
    pub(crate) fn line(&self, block: BlockId, line: u32) -> u64 {
        self.first_lines[block.number as usize] + u64::from(line)
    }
}

/// Reads all sources to their ends.
///
/// `open` understands the start of a file; `fold` makes what takes in the blocks, one for each thread. If a file
/// cannot be read the others are still tried, and the errors are those of all files, in their order.
pub(crate) fn read<F: Fold>(
    sources: Vec<Source>,
    pace: ReadPlan<'_>,
    encoding: Option<Encoding>,
    open: impl Fn(Head<'_>) -> Result<FileStart<F::Layout>, Fault> + Sync,
    fold: impl Fn() -> F + Sync,
) -> ReadAll<F> {
    let uncounted = AtomicU64::new(0);
    let names: Vec<String> = sources.iter().map(|source| source.name().to_owned()).collect();
    let pool = Pool {
        streams: sources.into_iter().map(|source| Mutex::new(Stream::Closed(source))).collect(),
        faults: Mutex::default(),
        openings: names.iter().map(|_| Mutex::default()).collect(),
        taken: pace.taken.unwrap_or(&uncounted),
        block: pace.block.max(1),
        encoding,
        open,
    };
    let work = || {
        let mut fold = fold();
        let lines = pool.work(&mut fold, || false);
        (fold, lines)
    };
    let finished = thread::scope(|scope| {
        let mut helpers = Vec::new();
        let mut first = fold();
        // A small input is done before another thread could start.
        let lines = pool.work(&mut first, || {
            if helpers.is_empty() {
                helpers.extend((1..pace.threads).map(|_| scope.spawn(work)));
            }
            !helpers.is_empty()
        });
        let mut finished = vec![(first, lines)];
        for helper in helpers {
            match helper.join() {
                Ok(done) => finished.push(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        finished
    });
    pool.outcome(&names, finished)
}

/// What the threads folded and each file's lines, or what is wrong with files.
type ReadAll<F> = Result<(Vec<F>, Vec<FileRead<<F as Fold>::Layout>>), Vec<FileError>>;

/// A file's layout and the lines before its first record.
struct Begun<L> {
    layout: Arc<L>,
    lines: u64,
    hidden_rows: usize,
}

/// The number of lines in a block.
type Lines = (BlockId, u32);

struct Pool<'p, L, O> {
    streams: Vec<Mutex<Stream<L>>>,
    /// What each file that could be opened begins with.
    openings: Vec<Mutex<Option<Begun<L>>>>,
    faults: Mutex<Vec<(u32, Fault)>>,
    taken: &'p AtomicU64,
    block: usize,
    encoding: Option<Encoding>,
    open: O,
}

/// How far a file has been read.
enum Stream<L> {
    Closed(Source),
    Open { cutter: Cutter, layout: Arc<L>, next: u32 },
    Done,
}

/// A block to fold.
struct Taken<L> {
    id: BlockId,
    layout: Arc<L>,
}

impl<L: Send + Sync, O: Fn(Head<'_>) -> Result<FileStart<L>, Fault> + Sync> Pool<'_, L, O> {
    /// Folds blocks until none is left. `call_help` is asked for more threads when there is work for them.
    fn work<F: Fold<Layout = L>>(&self, fold: &mut F, mut call_help: impl FnMut() -> bool) -> Vec<Lines> {
        let mut lines = Vec::new();
        let mut block = Buffer::default();
        let mut helped = false;
        while let Some(Taken { id, layout }) = self.take(&mut block) {
            let taken =
                self.taken.fetch_add(block.filled().len() as u64, Ordering::Relaxed) + block.filled().len() as u64;
            if !helped && taken >= self.block as u64 {
                helped = call_help();
            }
            match fold.block(id, &layout, block.filled()) {
                Ok(count) => lines.push((id, count)),
                Err(fault) => self.fail(id.file, fault),
            }
        }
        lines
    }

    /// The next block of the first file that nobody else is reading from, or else of the first that has one.
    fn take(&self, block: &mut Buffer) -> Option<Taken<L>> {
        loop {
            let mut busy = None;
            for (file, stream) in (0..).zip(&self.streams) {
                match stream.try_lock() {
                    Ok(stream) => {
                        if let Some(taken) = self.take_from(file, stream, block) {
                            return Some(taken);
                        }
                    }
                    Err(TryLockError::WouldBlock) => busy = busy.or(Some((file, stream))),
                    Err(TryLockError::Poisoned(poisoned)) => drop(poisoned.into_inner()),
                }
            }
            let (file, stream) = busy?;
            if let Some(taken) = self.take_from(file, locked(stream), block) {
                return Some(taken);
            }
        }
    }

    fn take_from(&self, file: u32, mut stream: MutexGuard<'_, Stream<L>>, block: &mut Buffer) -> Option<Taken<L>> {
        match self.next(file, &mut stream, block) {
            Ok(Some(taken)) => Some(taken),
            Ok(None) => {
                *stream = Stream::Done;
                None
            }
            Err(fault) => {
                *stream = Stream::Done;
                drop(stream);
                self.fail(file, fault);
                None
            }
        }
    }

    fn next(&self, file: u32, stream: &mut Stream<L>, block: &mut Buffer) -> Result<Option<Taken<L>>, Fault> {
        if let Stream::Closed(_) = stream
            && let Stream::Closed(source) = std::mem::replace(stream, Stream::Done)
        {
            let SourceText { mut reader, container, encoding, hidden_rows, floats } =
                source.into_text(self.encoding)?;
            let (head, is_all) = head(&mut *reader, self.block)?;
            let FileStart { layout, form, bytes, lines } =
                (self.open)(Head { bytes: &head, is_all, container, encoding, floats: &floats })?;
            let layout = Arc::new(layout);
            *locked(&self.openings[file as usize]) = Some(Begun { layout: Arc::clone(&layout), lines, hidden_rows });
            let mut rest = Cursor::new(head);
            rest.set_position(bytes as u64);
            let rest = rest.chain(reader);
            let cutter = match form {
                Form::Delimited(delimiter) => Cutter::new(Box::new(rest), Some(delimiter)),
                Form::Lines => Cutter::new(Box::new(rest), None),
                Form::Document => Cutter::new(Box::new(ElementReader::new(rest)), None),
            };
            *stream = Stream::Open { cutter, layout, next: 0 };
        }
        let Stream::Open { cutter, layout, next } = stream else {
            return Ok(None);
        };
        if !cutter.next(self.block, block)? {
            return Ok(None);
        }
        let id = BlockId { file, number: *next };
        *next = next.checked_add(1).ok_or(Fault::TooManyRows)?;
        Ok(Some(Taken { id, layout: Arc::clone(layout) }))
    }

    fn fail(&self, file: u32, fault: Fault) {
        locked(&self.faults).push((file, fault));
    }

    fn outcome<F: Fold<Layout = L>>(self, names: &[String], finished: Vec<(F, Vec<Lines>)>) -> ReadAll<F> {
        let mut lines = Vec::new();
        let mut folds = Vec::new();
        for (fold, counted) in finished {
            folds.push(fold);
            lines.extend(counted);
        }
        lines.sort_unstable();
        let mut faults = self.faults.into_inner().unwrap_or_else(PoisonError::into_inner);
        faults.sort_by_key(|(file, _)| *file);
        let mut files = Vec::new();
        let mut counts = lines.into_iter().peekable();
        for ((file, name), begun) in (0..).zip(names).zip(self.openings) {
            let begun = begun.into_inner().unwrap_or_else(PoisonError::into_inner);
            let Some(Begun { layout, lines, hidden_rows }) = begun else { continue };
            let mut line = lines + 1;
            let mut first_lines = Vec::new();
            while let Some((_, count)) = counts.next_if(|(id, _)| id.file == file) {
                first_lines.push(line);
                line += u64::from(count);
            }
            faults.iter_mut().filter(|(at, _)| *at == file).for_each(|(_, fault)| fault.count_from(line));
            files.push(FileRead { name: name.clone(), layout, first_lines, hidden_rows });
        }
        if faults.is_empty() {
            return Ok((folds, files));
        }
        let name_of = |file: u32| names[file as usize].clone();
        Err(faults.into_iter().map(|(file, fault)| FileError { file: name_of(file), fault }).collect())
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::input::dialect::Options;
    use crate::input::raw::{self, RawRecord};
    use crate::input::scan::cutter::LONGEST_RECORD;

    fn records(files: &[Vec<u8>], pace: ReadPlan<'_>) -> Vec<RawRecord> {
        let sources = files.iter().map(|text| Source::stream("test", Cursor::new(text.clone()))).collect();
        raw::read(sources, &Options::default(), pace).unwrap()
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
            prop_assert_eq!(records(&files, ReadPlan { threads, block, taken: None }), records(&files, ReadPlan::threads(1)));
        }
    }

    #[test]
    fn a_record_too_long_is_refused_with_its_line() {
        let mut text = b"a,b\n\"".to_vec();
        text.resize(LONGEST_RECORD + 100, b'x');
        let sources = vec![Source::stream("long.csv", Cursor::new(text))];
        let pace = ReadPlan { threads: 1, block: 100, taken: None };
        let errors = raw::read(sources, &Options::default(), pace).unwrap_err();
        assert!(errors[0].to_string().starts_with("long.csv:2: a record of more than 16777216 bytes"));
    }
}

//! Reading files block by block on several threads.
//!
//! Whoever is free takes the next block of a file: reading it and finding its last record end happen under the file's
//! lock, splitting it into records does not. Invariant: every block starts at the start of a record, and no result
//! depends on which thread read what.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;

use super::cutter::{Buffer, Cutter, head};
use super::elements::ElementReader;
use crate::input::error::{Fault, FileError};
use crate::input::source::encoding::Encoding;
use crate::input::source::{Container, Source, SourceText};
use crate::model::Place;

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

    /// Takes in a block of whole records, which starts at a place.
    fn block(&mut self, at: Place, layout: &Self::Layout, bytes: &[u8]) -> Result<(), Fault>;
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

/// A file that was read to its end.
#[derive(Debug)]
pub(crate) struct FileRead<L> {
    pub(crate) name: String,
    pub(crate) layout: Arc<L>,
    /// Rows that are hidden in the workbook that this is the first sheet of.
    pub(crate) hidden_rows: usize,
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
    let pool = Pool {
        names: sources.iter().map(|source| source.name().to_owned()).collect(),
        streams: sources.into_iter().map(|source| Mutex::new(Stream::Closed(source))).collect(),
        faults: Mutex::default(),
        opened: Mutex::default(),
        taken: pace.taken.unwrap_or(&uncounted),
        block: pace.block.max(1),
        encoding,
        open,
    };
    let work = || {
        let mut fold = fold();
        pool.work(&mut fold, || false);
        fold
    };
    let finished = thread::scope(|scope| {
        let mut helpers = Vec::new();
        let mut first = fold();
        // A small input is done before another thread could start.
        pool.work(&mut first, || {
            if helpers.is_empty() {
                helpers.extend((1..pace.threads).map(|_| scope.spawn(work)));
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

/// What the threads folded and the files, or what is wrong with files.
type ReadAll<F> = Result<(Vec<F>, Vec<FileRead<<F as Fold>::Layout>>), Vec<FileError>>;

struct Pool<'p, L, O> {
    names: Vec<String>,
    streams: Vec<Mutex<Stream<L>>>,
    /// The files that could be opened, by their places.
    opened: Mutex<BTreeMap<u32, FileRead<L>>>,
    faults: Mutex<Vec<(u32, Fault)>>,
    taken: &'p AtomicU64,
    block: usize,
    encoding: Option<Encoding>,
    open: O,
}

/// How far a file has been read.
enum Stream<L> {
    Closed(Source),
    Open { cutter: Cutter, layout: Arc<L> },
    Done,
}

/// A block to fold.
struct Taken<L> {
    at: Place,
    layout: Arc<L>,
}

impl<L: Send + Sync, O: Fn(Head<'_>) -> Result<FileStart<L>, Fault> + Sync> Pool<'_, L, O> {
    /// Folds blocks until none is left. `call_help` is asked for more threads when there is work for them.
    fn work<F: Fold<Layout = L>>(&self, fold: &mut F, mut call_help: impl FnMut() -> bool) {
        let mut block = Buffer::default();
        let mut helped = false;
        while let Some(Taken { at, layout }) = self.take(&mut block) {
            let taken =
                self.taken.fetch_add(block.filled().len() as u64, Ordering::Relaxed) + block.filled().len() as u64;
            if !helped && taken >= self.block as u64 {
                helped = call_help();
            }
            if let Err(fault) = fold.block(at, &layout, block.filled()) {
                self.fail(at.file, fault);
            }
        }
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
            let name = self.names[file as usize].clone();
            locked(&self.opened).insert(file, FileRead { name, layout: Arc::clone(&layout), hidden_rows });
            let mut rest = Cursor::new(head);
            rest.set_position(bytes as u64);
            let rest = rest.chain(reader);
            let cutter = match form {
                Form::Delimited(delimiter) => Cutter::new(Box::new(rest), Some(delimiter), lines),
                Form::Lines => Cutter::new(Box::new(rest), None, lines),
                Form::Document => Cutter::new(Box::new(ElementReader::new(rest)), None, lines),
            };
            *stream = Stream::Open { cutter, layout };
        }
        let Stream::Open { cutter, layout } = stream else {
            return Ok(None);
        };
        let line = cutter.next(self.block, block)?;
        Ok(line.map(|line| Taken { at: Place { file, line }, layout: Arc::clone(layout) }))
    }

    fn fail(&self, file: u32, fault: Fault) {
        locked(&self.faults).push((file, fault));
    }

    fn outcome<F: Fold<Layout = L>>(self, folds: Vec<F>) -> ReadAll<F> {
        let mut faults = self.faults.into_inner().unwrap_or_else(PoisonError::into_inner);
        if faults.is_empty() {
            let files = self.opened.into_inner().unwrap_or_else(PoisonError::into_inner);
            return Ok((folds, files.into_values().collect()));
        }
        // Of what several blocks of a file are refused for, the first, however the file was cut.
        faults.sort_by_key(|(file, fault)| (*file, fault.line()));
        faults.dedup_by_key(|(file, _)| *file);
        let error = |(file, fault)| FileError { file: self.names[file as usize].clone(), fault };
        Err(faults.into_iter().map(error).collect())
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

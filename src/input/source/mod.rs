//! Where bytes come from: a file, an entry of an archive, or a stream such as standard input.

mod archive;
mod biff;
pub(crate) mod cells;
pub mod encoding;
pub(crate) mod folder;
pub(crate) mod parquet;
mod stream;
pub(crate) mod table;
mod workbook;

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

use self::cells::Cells;
pub use self::encoding::Encoding;
use self::stream::{KeptStream, ungzipped};
use self::table::Table;
use crate::input::error::Remark;
use crate::model::{Message, words};

type ByteStream = Box<dyn Read + Send>;
type Open = Box<dyn Fn() -> io::Result<ByteStream> + Send>;

/// An input and its name. It is opened when its first byte is wanted, so that many files need few open at once, and can
/// be opened again.
pub struct Source {
    name: String,
    origin: Origin,
    /// The folder or pattern that it was found by, and in which other kinds of files may lie.
    found_by: Option<Arc<str>>,
}

enum Origin {
    File(PathBuf),
    Stream(KeptStream),
    /// An entry of an archive.
    Entry(Open),
    /// A sheet of a workbook, and what is to be said of it.
    Sheet(Arc<Cells>, Vec<Remark>),
    Parquet(parquet::ValuePlace),
}

words! {
    /// What a file is wrapped in, with its name as `inspect` shows it.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub enum Container {
        /// Nothing: its bytes are the text.
        #[default]
        None = "none",
        Gzip = "gzip",
        /// An entry of a zip archive.
        Zip = "zip",
        /// A sheet of a workbook.
        Workbook = "workbook",
        Parquet = "Parquet",
    }
}

impl Container {
    /// Whether it holds cells, of which a text was made here with commas between them.
    pub fn is_table(self) -> bool {
        matches!(self, Self::Workbook | Self::Parquet)
    }
}

/// A source's text in UTF-8, or in bytes that may be UTF-8.
pub(crate) struct SourceText {
    pub(crate) reader: ByteStream,
    pub(crate) container: Container,
    /// `None` if only the bytes themselves can tell.
    pub(crate) encoding: Option<Encoding>,
    /// What is to be said of it for what it lay in.
    pub(crate) remarks: Vec<Remark>,
    /// The columns, from 0, that hold floating point numbers where they come from, which no amount is.
    pub(crate) floats: Vec<usize>,
}

impl Source {
    /// A file, opened when it is read.
    pub fn file(path: PathBuf) -> Self {
        Self { name: path.display().to_string(), origin: Origin::File(path), found_by: None }
    }

    /// The files that a path of the command line stands for: itself, or those of a folder or a pattern.
    pub fn at_path(path: PathBuf) -> io::Result<Vec<Self>> {
        let Some(files) = folder::expanded(&path)? else { return Ok(vec![Self::file(path)]) };
        let found_by: Arc<str> = path.display().to_string().into();
        let found = |file| Self { found_by: Some(Arc::clone(&found_by)), ..Self::file(file) };
        Ok(files.into_iter().map(found).collect())
    }

    /// A stream that is open already.
    pub fn stream(name: &str, stream: impl Read + Send + 'static) -> Self {
        Self { name: name.to_owned(), origin: Origin::Stream(KeptStream::new(stream)), found_by: None }
    }

    /// The name as given; an entry's stands behind its archive's.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn found_by(&self) -> Option<&str> {
        self.found_by.as_deref()
    }

    /// The source itself, or the entries of the archive or the sheets of the workbook that it is.
    pub(crate) fn unpacked(self) -> io::Result<Vec<Self>> {
        let source = |(name, origin)| Self { name, origin, found_by: self.found_by.clone() };
        Ok(unpacked(self.name, self.origin)?.into_iter().map(source).collect())
    }

    /// Whether it lies in a file, as an entry or sheet of it or as a whole, and is no stream.
    pub(crate) fn is_file(&self) -> bool {
        !matches!(self.origin, Origin::Stream(_))
    }

    pub(crate) fn is_entry(&self) -> bool {
        matches!(self.origin, Origin::Entry(_))
    }

    pub(crate) fn is_sheet(&self) -> bool {
        matches!(self.origin, Origin::Sheet(..))
    }

    /// Leaves it to another sheet of the workbook to tell of its hidden rows.
    pub(crate) fn forget_hidden_rows(&mut self) {
        if let Origin::Sheet(_, remarks) = &mut self.origin {
            remarks.retain(|remark| !matches!(remark, Remark::HiddenRows(_)));
        }
    }

    /// Says that it will not be opened again, so that nothing need be kept of a stream.
    pub(crate) fn forget(&self) {
        if let Origin::Stream(stream) = &self.origin {
            stream.forget();
        }
    }

    /// What holds cells, to be read as they are and not as text.
    pub(crate) fn as_table(&self) -> Option<io::Result<Table>> {
        match &self.origin {
            Origin::Sheet(cells, _) => Some(Ok(Table::sheet(cells))),
            Origin::Parquet(place) => Some(Table::parquet(place)),
            _ => None,
        }
    }

    /// Opens the source, and takes off what its text is wrapped in.
    pub(crate) fn open(&self, encoding: Option<Encoding>) -> io::Result<SourceText> {
        let of_table = |table: Table, container, remarks| {
            let (encoding, floats) = (Some(Encoding::Utf8), table.floats());
            Ok(SourceText { reader: Box::new(table.text()), container, encoding, remarks, floats })
        };
        let (reader, container): (ByteStream, _) = match &self.origin {
            Origin::Sheet(cells, remarks) => {
                return of_table(Table::sheet(cells), Container::Workbook, remarks.clone());
            }
            Origin::Parquet(place) => return of_table(Table::parquet(place)?, Container::Parquet, Vec::new()),
            Origin::File(path) => (Box::new(open(path)?), Container::None),
            Origin::Stream(stream) => (Box::new(stream.again()), Container::None),
            Origin::Entry(open) => (open()?, Container::Zip),
        };
        let (reader, container) = ungzipped(reader, container)?;
        let (reader, encoding) = encoding::decoded(reader, encoding)?;
        Ok(SourceText { reader, container, encoding, remarks: Vec::new(), floats: Vec::new() })
    }
}

/// What a source holds, with its names: that of an archive stands before those of what lies in it.
type Unpacked = Vec<(String, Origin)>;

fn unpacked(name: String, origin: Origin) -> io::Result<Unpacked> {
    let (mut stream, path) = match origin {
        Origin::File(path) => {
            let file = open(&path)?;
            let is_regular = file.metadata()?.is_file();
            // A pipe under a file's name can be opened only once.
            (Box::new(file) as ByteStream, is_regular.then_some(path))
        }
        Origin::Stream(stream) => {
            // What it holds is kept where it is read from now on.
            stream.forget();
            (Box::new(stream) as ByteStream, None)
        }
        origin => return Ok(vec![(name, origin)]),
    };
    let mut start = Vec::new();
    stream.by_ref().take(MAGIC as u64).read_to_end(&mut start)?;
    match path {
        Some(path) if start.starts_with(&parquet::MAGIC) => {
            Ok(vec![(name, Origin::Parquet(parquet::ValuePlace::File(path)))])
        }
        Some(path) if is_archive(&start) && !archive::is_workbook(File::open(&path)?)? => {
            entries(&name, File::open(&path)?, move || File::open(&path), 1)
        }
        Some(path) if !is_packed(&start) => Ok(vec![(name, Origin::File(path))]),
        None if !is_packed(&start) => {
            Ok(vec![(name, Origin::Stream(KeptStream::new(Cursor::new(start).chain(stream))))])
        }
        _ => {
            // A workbook is read at once, and a stream only once.
            stream.read_to_end(&mut start)?;
            Ok(packed(&name, start, 2)?.unwrap_or_default())
        }
    }
}

/// The bytes that tell an archive, a workbook or Parquet, or that one of these is packed by gzip.
const MAGIC: usize = 4096;

fn is_archive(start: &[u8]) -> bool {
    archive::MAGIC.iter().any(|magic| start.starts_with(magic))
}

fn is_packed(start: &[u8]) -> bool {
    let has_magic =
        |start: &[u8]| start.starts_with(&parquet::MAGIC) || start.starts_with(&workbook::MAGIC) || is_archive(start);
    has_magic(start) || start.starts_with(&stream::GZIP) && has_magic(&stream::gunzipped(start, 4).0)
}

/// What Parquet, a workbook or an archive holds that is in memory; none of an archive within more of them than these.
fn packed(name: &str, bytes: Vec<u8>, archives: usize) -> io::Result<Option<Unpacked>> {
    if bytes.starts_with(&stream::GZIP) {
        let (unpacked, result) = stream::gunzipped(&bytes, workbook::MOST_BYTES);
        if result? as u64 == workbook::MOST_BYTES {
            let text = format!("what gzip packs here is larger than {} MiB", workbook::MOST_BYTES >> 20);
            return Err(Message::error(text).hint("unpack it").into());
        }
        return packed(name, unpacked, archives);
    }
    if bytes.starts_with(&parquet::MAGIC) {
        return Ok(Some(vec![(name.to_owned(), Origin::Parquet(parquet::ValuePlace::Memory(Arc::new(bytes.into()))))]));
    }
    if bytes.starts_with(&workbook::MAGIC) || archive::is_workbook(Cursor::new(&bytes))? {
        return sheets(name, &bytes).map(Some);
    }
    let Some(archives) = archives.checked_sub(1) else { return Ok(None) };
    let bytes: Arc<[u8]> = bytes.into();
    entries(name, Cursor::new(Arc::clone(&bytes)), move || Ok(Cursor::new(Arc::clone(&bytes))), archives).map(Some)
}

/// The entries of an archive, which `open` opens anew for each, and those of so many archives within one another.
fn entries<A: Read + Seek + Send + 'static>(
    name: &str,
    archive: impl Read + Seek,
    open: impl Fn() -> io::Result<A> + Send + Sync + 'static,
    archives: usize,
) -> io::Result<Unpacked> {
    let open = Arc::new(open);
    let mut origins = Vec::new();
    for entry in archive::entries(archive)? {
        let (name, size, open) = (format!("{name}/{}", entry.name), entry.size, Arc::clone(&open));
        let within = entry.name.clone();
        let open = move || -> io::Result<ByteStream> {
            let mut archive = open()?;
            archive.seek(SeekFrom::Start(entry.start))?;
            Ok(entry.clone().reader(archive))
        };
        match tables(&name, &open, size, archives).map_err(|error| archive::of_entry(&within, &error))? {
            None => origins.push((name, Origin::Entry(Box::new(open)))),
            Some(tables) => origins.extend(tables),
        }
    }
    Ok(origins)
}

/// What an entry of an archive holds that is a workbook, Parquet or an archive. What cannot be read is found out in
/// reading.
fn tables(
    name: &str,
    open: &dyn Fn() -> io::Result<ByteStream>,
    size: u64,
    archives: usize,
) -> io::Result<Option<Unpacked>> {
    let mut bytes = Vec::new();
    let is_read = open()?.take(MAGIC as u64).read_to_end(&mut bytes).is_ok();
    if !is_read || !is_packed(&bytes) || size > workbook::MOST_BYTES {
        return Ok(None);
    }
    bytes.clear();
    open()?.take(workbook::MOST_BYTES).read_to_end(&mut bytes)?;
    packed(name, bytes, archives)
}

/// The sheets of a workbook that hold anything.
fn sheets(name: &str, bytes: &[u8]) -> io::Result<Unpacked> {
    let mut sheets = workbook::read(bytes)?;
    let bare = sheets.iter().filter(|sheet| sheet.cells.starts.is_empty());
    if let Some(refusal) = bare.flat_map(|sheet| &sheet.remarks).find_map(Remark::refusal) {
        return Err(refusal.into());
    }
    sheets.retain(|sheet| !sheet.cells.starts.is_empty());
    if sheets.is_empty() {
        return Err(Message::error("the workbook is empty").into());
    }
    let named = |within: String| format!("{name}/{within}");
    Ok(sheets.into_iter().map(|it| (named(it.name), Origin::Sheet(it.cells.into(), it.remarks))).collect())
}

fn open(path: &PathBuf) -> io::Result<File> {
    // Opening a directory succeeds on some systems, and reading it then fails with a message that few understand; on
    // Windows it fails as if a right were missing.
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    File::open(path)
}

thread_local! {
    static IS_READING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is reading with a library that takes damaged files for granted: a panic is then caught, and means
/// that the file is damaged.
pub fn is_reading() -> bool {
    IS_READING.get()
}

/// What a library makes of a file. It takes some damaged ones for granted and panics: the program unwinds.
fn caught<T>(read: impl FnOnce() -> io::Result<T>, damaged: impl FnOnce(&'static str) -> io::Error) -> io::Result<T> {
    IS_READING.set(true);
    let result = catch_unwind(AssertUnwindSafe(read));
    IS_READING.set(false);
    result.unwrap_or_else(|_| Err(damaged("its parts contradict each other")))
}

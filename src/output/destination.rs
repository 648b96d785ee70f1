//! A file that appears under its name only when it is complete.
//!
//! Invariant: until [`Destination::write`] succeeds, whatever stood at the path stands there unchanged; and no
//! temporary file outlives its [`Destination`], or the program if that ends by way of [`abandon`].

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::TempPath;

use crate::model::{Message, VisiblePath};

const BUFFER: usize = 256 * 1024;

/// The temporary files that there are. Held while one is made or put in its place, so that a list always tells all.
static TEMPORARIES: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

#[derive(Debug)]
pub struct Destination {
    file: BufWriter<File>,
    /// The temporary file beside a path, to be renamed to it; none for a device or pipe.
    renamed: Option<(TempPath, PathBuf)>,
}

impl Destination {
    /// Prepares to write to a path; fails at once if that cannot work.
    pub fn file(path: &Path) -> io::Result<Self> {
        if is_null_device(path) {
            return Self::straight(path);
        }
        // What a link points at is replaced, not the link.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let existing = fs::metadata(&path).ok();
        match &existing {
            Some(existing) if existing.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Some(existing) if !existing.is_file() => return Self::straight(&path),
            Some(existing) if existing.permissions().readonly() => return Err(io::ErrorKind::PermissionDenied.into()),
            _ => {}
        }
        let parent = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        if !parent.is_dir() {
            let missing = format!("there is no folder {}", VisiblePath(parent));
            return Err(io::Error::new(io::ErrorKind::NotFound, missing));
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(".aco-").suffix(".tmp");
        let permissions = existing.map(|existing| existing.permissions()).or_else(new_file_permissions);
        if let Some(permissions) = permissions {
            builder.permissions(permissions);
        }
        let mut temporaries = temporaries();
        // The name of the temporary file would tell nothing.
        let file = builder.tempfile_in(parent).map_err(|error| io::Error::from(error.kind()))?;
        temporaries.push(file.path().to_owned());
        let (file, temporary) = file.into_parts();
        Ok(Self { file: BufWriter::with_capacity(BUFFER, file), renamed: Some((temporary, path)) })
    }

    /// Prepares to write to what cannot be replaced.
    fn straight(path: &Path) -> io::Result<Self> {
        let file = File::options().write(true).open(path)?;
        Ok(Self { file: BufWriter::with_capacity(BUFFER, file), renamed: None })
    }

    /// Writes the file whole and puts it in its place, or leaves what stands there; returns what writing it told.
    pub fn write<T>(mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<T>) -> io::Result<T> {
        let told = write(&mut self.file)?;
        self.file.flush()?;
        let Some((temporary, path)) = self.renamed.take() else { return Ok(told) };
        let mut temporaries = temporaries();
        let name = temporary.to_path_buf();
        let persisted = temporary.persist(path);
        temporaries.retain(|temporary| *temporary != name);
        persisted.map(|()| told).map_err(|error| with_hint(error.error))
    }
}

impl Drop for Destination {
    /// A temporary file that is not put in its place goes, and then leaves the list.
    fn drop(&mut self) {
        if let Some((temporary, _)) = self.renamed.take() {
            let name = temporary.to_path_buf();
            drop(temporary);
            temporaries().retain(|temporary| *temporary != name);
        }
    }
}

/// Whether a path leads to the device that takes everything. On Windows it is known by its name only.
fn is_null_device(path: &Path) -> bool {
    cfg!(windows) && path.to_str().is_some_and(|name| name.trim_start_matches(r"\\.\").eq_ignore_ascii_case("NUL"))
}

/// Says what keeps a file from being replaced on Windows and nowhere else: that a program has it open.
fn with_hint(error: io::Error) -> io::Error {
    // "Access is denied", "the process cannot access the file because it is being used by another process".
    if cfg!(windows) && matches!(error.raw_os_error(), Some(5 | 32)) {
        let hint = "close it where it is open, perhaps in Excel, or write to another file";
        return io::Error::new(error.kind(), Message::error(error.to_string()).hint(hint));
    }
    error
}

/// Removes all temporary files, for a program that is about to end, and then does what ends it.
///
/// Meanwhile no [`Destination`] is made or written: a file stands in its place complete, or not at all.
pub fn abandon(then: impl FnOnce()) {
    let mut temporaries = temporaries();
    for temporary in temporaries.drain(..) {
        // It may be gone already; if it cannot be removed, there is nobody left to tell.
        let _ = fs::remove_file(temporary);
    }
    then();
}

fn temporaries() -> MutexGuard<'static, Vec<PathBuf>> {
    TEMPORARIES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The permissions of an ordinary new file; the process's mask is taken off when it is made.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have none to give")]
fn new_file_permissions() -> Option<fs::Permissions> {
    use std::os::unix::fs::PermissionsExt;
    Some(fs::Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn new_file_permissions() -> Option<fs::Permissions> {
    None
}

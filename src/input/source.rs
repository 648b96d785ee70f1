//! Where bytes come from: a file, or a stream such as standard input.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

type Open = Box<dyn FnOnce() -> io::Result<Box<dyn Read + Send>> + Send>;

/// An input and its name. It is opened when its first byte is wanted, so that many files need few open at once.
pub struct Source {
    name: String,
    open: Open,
}

impl Source {
    /// A file.
    #[must_use]
    pub fn file(path: PathBuf) -> Self {
        let name = path.display().to_string();
        Self { name, open: Box::new(move || open(path)) }
    }

    /// A stream that is open already.
    #[must_use]
    pub fn stream(name: &str, stream: impl Read + Send + 'static) -> Self {
        Self { name: name.to_owned(), open: Box::new(|| Ok(Box::new(stream))) }
    }

    /// The name as given.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn into_reader(self) -> io::Result<Box<dyn Read + Send>> {
        (self.open)()
    }
}

fn open(path: PathBuf) -> io::Result<Box<dyn Read + Send>> {
    let file = File::open(path)?;
    // Opening a directory succeeds on some systems, and reading it then fails with a message that few understand.
    if file.metadata()?.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    Ok(Box::new(file))
}

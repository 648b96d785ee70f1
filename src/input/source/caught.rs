//! Libraries that take damaged files for granted and panic: the program unwinds, and that is caught here.

use std::cell::Cell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static IS_READING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is reading with such a library: a panic is then caught, and means that the file is damaged.
pub fn is_reading() -> bool {
    IS_READING.get()
}

/// What a library makes of a file. It takes some damaged ones for granted and panics.
pub(super) fn caught<T>(
    read: impl FnOnce() -> io::Result<T>,
    damaged: impl FnOnce(&'static str) -> io::Error,
) -> io::Result<T> {
    IS_READING.set(true);
    let result = catch_unwind(AssertUnwindSafe(read));
    IS_READING.set(false);
    result.unwrap_or_else(|_| Err(damaged("its parts contradict each other")))
}

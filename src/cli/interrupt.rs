//! Ending early, by Ctrl-C or a signal, without leaving anything behind.

use std::process;
use std::sync::Once;

use crate::output::destination;

/// The exit code of a program that Ctrl-C ended, as shells have it; nothing tells the signals apart here.
const INTERRUPTED: i32 = 130;

/// From now on Ctrl-C, and on Unix SIGTERM and SIGHUP, remove temporary files before they end the program.
pub(super) fn watch() {
    static WATCH: Once = Once::new();
    WATCH.call_once(|| {
        // Signals that whoever started the program has ignored, as nohup does, stay so: then nothing is watched.
        let _ = ctrlc::try_set_handler(end);
    });
}

#[expect(clippy::exit, reason = "a signal ends the program wherever it is")]
fn end() {
    destination::abandon(|| process::exit(INTERRUPTED));
}

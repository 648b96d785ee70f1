//! Ending early, by Ctrl-C, a signal or a panic, without leaving anything behind.

use std::io::{self, Write};
use std::panic::{self, PanicHookInfo};
use std::process;
use std::sync::Once;

use crate::input::source::caught;
use crate::model::Message;
use crate::output::destination;

use super::messages::rendered;

/// The exit code of a program that Ctrl-C ended, as shells have it; nothing tells the signals apart here.
const INTERRUPTED: i32 = 130;

/// From now on Ctrl-C, and on Unix SIGTERM and SIGHUP, remove temporary files before they end the program.
pub(super) fn watch() {
    static WATCH: Once = Once::new();
    WATCH.call_once(|| {
        // Signals that whoever started the program has ignored, as nohup does, stay so: then nothing is watched.
        let _ = ctrlc::try_set_handler(|| end(INTERRUPTED));
    });
}

/// From now on a panic removes temporary files, says what happened, and ends the program with exit code 2. One over a
/// damaged workbook or Parquet file is caught where it is read.
///
/// Meant for the program alone: in a process that does other things too, these would end as well.
pub fn end_on_panic() {
    panic::set_hook(Box::new(|panic| {
        if caught::is_reading() {
            return;
        }
        // If nobody can read it, the exit code still tells.
        let _ = say(panic);
        end(2);
    }));
}

fn say(panic: &PanicHookInfo<'_>) -> io::Result<()> {
    let payload = panic.payload();
    let text = payload.downcast_ref::<&str>().copied().or(payload.downcast_ref::<String>().map(String::as_str));
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let message = Message::error(format!("this should not happen: {} ({place})", text.unwrap_or("nothing is known")))
        .hint(
            "if a disk is full, perhaps that of temporary files, make room there; otherwise it is a defect, so report \
             it",
        );
    io::stderr().write_all(rendered(&message, false).as_bytes())
}

#[expect(clippy::exit, reason = "it ends the program wherever that is")]
fn end(code: i32) {
    destination::abandon(|| process::exit(code));
}

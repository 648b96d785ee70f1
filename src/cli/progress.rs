//! A bar that shows how far reading has come, for those who wait at a terminal longer than a moment.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Stdio;

/// Who waits less than this sees no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often the bar is looked after.
const TICK: Duration = Duration::from_millis(100);

/// How the names of files end whose text is longer than they are.
const PACKED: [&str; 7] = ["gz", "zip", "xlsx", "xlsm", "xls", "ods", "parquet"];

/// Does some work that counts the bytes of files that it took in.
pub(super) fn with_progress<T>(files: &[PathBuf], stdio: &Stdio<'_>, work: impl FnOnce(&AtomicU64) -> T) -> T {
    let length = plain_size(files);
    let template = match length {
        Some(_) => "{bytes} of {total_bytes} read, {bytes_per_sec}, {eta} left  {wide_bar}",
        // A workbook is unpacked as a whole before a byte of its text is read: the time moves meanwhile.
        None => "{spinner} {elapsed}, {bytes} read",
    };
    counted(length, template, stdio, work)
}

/// Does some work that counts how far it has come, and shows a bar meanwhile to those who wait at a terminal.
pub(super) fn counted<T>(
    length: Option<u64>,
    template: &str,
    stdio: &Stdio<'_>,
    work: impl FnOnce(&AtomicU64) -> T,
) -> T {
    let taken = AtomicU64::new(0);
    if !stdio.stderr_is_terminal || stdio.quiet {
        return work(&taken);
    }
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let watch = scope.spawn(|| watch((length, template), &taken, &done));
        let result = work(&taken);
        done.store(true, Ordering::Relaxed);
        watch.thread().unpark();
        result
    })
}

fn watch((length, template): (Option<u64>, &str), taken: &AtomicU64, done: &AtomicBool) {
    thread::park_timeout(PATIENCE);
    if done.load(Ordering::Relaxed) {
        return;
    }
    let bar = ProgressBar::with_draw_target(length, ProgressDrawTarget::stderr()).with_elapsed(PATIENCE);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    while !done.load(Ordering::Relaxed) {
        bar.set_position(taken.load(Ordering::Relaxed));
        bar.tick();
        thread::park_timeout(TICK);
    }
    bar.finish_and_clear();
}

/// The bytes of all files, if they are known and none is packed: only then do they tell how much is left.
fn plain_size(files: &[PathBuf]) -> Option<u64> {
    let size = |file: &PathBuf| {
        let metadata = std::fs::metadata(file).ok().filter(std::fs::Metadata::is_file)?;
        let is_packed =
            file.extension().is_some_and(|ending| PACKED.iter().any(|packed| ending.eq_ignore_ascii_case(packed)));
        (!is_packed).then_some(metadata.len())
    };
    (!files.is_empty()).then(|| files.iter().map(size).sum())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_size_of_plain_files_only() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, "12345").unwrap();
            path
        };
        assert_eq!(plain_size(&[file("a.csv"), file("a.jsonl")]), Some(10));
        for packed in ["a.csv.gz", "a.zip", "a.XLSX", "a.xls", "a.ods", "a.parquet"] {
            assert_eq!(plain_size(&[file("a.csv"), file(packed)]), None, "{packed}");
        }
        assert_eq!(plain_size(&[]), None);
        assert_eq!(plain_size(&[PathBuf::from("-")]), None);
    }
}

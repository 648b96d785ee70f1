//! What the fuzz targets check, on the inputs that are kept.

use std::fs;
use std::path::{Path, PathBuf};

#[path = "../fuzzed/mod.rs"]
mod bodies;

/// All files of a folder and those below it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files = Vec::new();
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() { files.extend(self::files(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

/// Runs a body on the inputs that are kept for it, and on other files that start the search.
fn replay(target: &str, seeds: &str, body: fn(&[u8])) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let kept = files(&root.join("fixtures/fuzz").join(target));
    let seeds = files(&root.join(seeds)).into_iter().filter(|file| !kept.contains(file));
    let mut count = 0;
    for file in kept.iter().cloned().chain(seeds) {
        let data = fs::read(&file).unwrap();
        let outcome = std::panic::catch_unwind(|| body(&data));
        assert!(outcome.is_ok(), "{} fails", file.display());
        count += 1;
    }
    assert!(count > 0, "there is nothing to run");
}

#[test]
fn any_bytes_are_a_report_or_are_refused() {
    replay("report", "fixtures", bodies::report::run);
}

#[test]
fn an_amount_is_read_to_its_digits_or_not_at_all() {
    replay("amount", "fixtures/fuzz/amount", bodies::amount::run);
}

#[test]
fn a_date_is_read_as_it_is_written_or_not_at_all() {
    replay("date", "fixtures/fuzz/date", bodies::date::run);
}

#[test]
fn blocks_hold_the_fields_and_lines_of_the_file() {
    replay("blocks", "fixtures", bodies::blocks::run);
}

#[test]
fn any_bytes_are_a_workbook_or_parquet_or_are_refused() {
    replay("container", "fixtures/parquet", bodies::container::run);
}

#[test]
fn any_bytes_are_an_invoice_file_or_are_refused() {
    replay("reconcile", "fixtures/invoice", bodies::reconcile::run);
}

//! Formats that are not read, by the bytes that their files begin with, so that a message can name them.

use crate::input::error::Fault;

/// Where the mark of a tar archive stands.
const TAR: usize = 257;

/// What a file of another format is, and what to do about it.
pub(super) fn other(head: &[u8]) -> Option<&'static str> {
    const MARKS: [(&[u8], &str); 9] = [
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive, which is not read: unpack it"),
        (b"Rar!\x1a\x07", "a rar archive, which is not read: unpack it"),
        (b"\xfd7zXZ\0", "compressed with xz, which is not read: unpack it"),
        (b"\x28\xb5\x2f\xfd", "compressed with zstd, which is not read: unpack it"),
        (b"BZh", "compressed with bzip2, which is not read: unpack it"),
        (b"MSCF", "a cabinet archive, which is not read: unpack it"),
        (b"%PDF-", "a PDF, which is not read: download the report as CSV"),
        (b"{\\rtf", "a text document, which is not read: download the report as CSV"),
        (b"\x89PNG", "a picture, which is not read: download the report as CSV"),
    ];
    let by_mark = MARKS.iter().find(|(mark, _)| head.starts_with(mark)).map(|(_, what)| *what);
    let tar = || {
        let is_tar = head.get(TAR..).is_some_and(|rest| rest.starts_with(b"ustar"));
        is_tar.then_some("a tar archive, which is not read: unpack it")
    };
    by_mark.or_else(tar).or_else(|| markup(head))
}

/// A page or document of markup: the page that asks to sign in is saved in a report's place.
fn markup(head: &[u8]) -> Option<&'static str> {
    let start = head.trim_ascii_start();
    let start = String::from_utf8_lossy(&start[..start.len().min(1024)]).to_lowercase();
    let start = start.trim_start_matches('\u{feff}').trim_start();
    // A page may begin as XML does, and then with a comment.
    if start.starts_with("<!doctype html") || start.starts_with('<') && start.contains("<html") {
        return Some(Fault::PAGE);
    }
    start.starts_with("<?xml").then_some("an XML document, which is not read: download the report as CSV")
}

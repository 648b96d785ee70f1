//! Archives that are cut off, damaged or made to do harm.

use std::io::Cursor;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::super::context::{gzip, zip};
use super::Expect::{Either, File, Fine, Said};
use super::{Case, fixture, run};

const FIXTURE: &str = "documented-example.csv";

/// Text of so many megabytes that packs to almost nothing.
#[cfg(target_os = "linux")]
pub(super) fn bomb(start: &[u8], filling: &[u8], megabytes: usize) -> Vec<u8> {
    // A gzip may be several, one behind the other, so that the filling is packed but once.
    let block = gzip(&filling.repeat((1 << 20) / filling.len()));
    [gzip(start), block.repeat(megabytes)].concat()
}

fn cut_off_and_damaged() -> Vec<Case> {
    let text = fixture(FIXTURE);
    let packed = [
        ("gzip", gzip(&text)),
        ("zip", zip(&[("report.csv", &text)], CompressionMethod::Deflated)),
        ("unpacked zip", zip(&[("report.csv", &text)], CompressionMethod::Stored)),
    ];
    let mut cases = Vec::new();
    for (kind, bytes) in packed {
        for part in 1..16 {
            let end = bytes.len() * part / 16;
            cases.push(Case::report(format!("{kind} cut off at byte {end}"), &bytes[..end], File));
            let mut flipped = bytes.clone();
            flipped[end] ^= 0x11;
            // Names, times and comments are not the text.
            cases.push(Case::report(format!("{kind} with byte {end} changed"), flipped, Either));
        }
        let end = bytes.len() - 1;
        cases.push(Case::report(format!("{kind} without its last byte"), &bytes[..end], File));
    }
    cases
}

fn odd_archives() -> Vec<Case> {
    let text = fixture(FIXTURE);
    let stored = |entries: &[(&str, &[u8])]| zip(entries, CompressionMethod::Stored);
    let one = stored(&[("report.csv", &text)]);
    let mut encrypted = one.clone();
    let directory = encrypted.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    (encrypted[6], encrypted[directory + 8]) = (1, 1);
    let mut other_method = one.clone();
    (other_method[8], other_method[directory + 10]) = (12, 12);
    let mut folders = ZipWriter::new(Cursor::new(Vec::new()));
    folders.add_directory("reports", SimpleFileOptions::default()).unwrap();
    let folders = folders.finish().unwrap().into_inner();
    let gzipped = gzip(&text);
    vec![
        Case::report("an empty zip", stored(&[]), File),
        Case::report("a workbook", stored(&[("[Content_Types].xml", b"<Types/>")]), File),
        Case::report("a zip of folders", folders, File),
        Case::report("an encrypted zip", encrypted, File),
        Case::report("a zip packed in another way", other_method, File),
        Case::report("a zip of a picture", stored(&[("logo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")]), File),
        Case::report("a zip of an empty report", stored(&[("report.csv", b"")]), File),
        Case::report(
            "a zip of a report and another table",
            stored(&[("a.csv", &text), ("b.csv", b"x,y\n1,2\n")]),
            Fine,
        ),
        Case::report("a zip in a zip", stored(&[("inner.zip", &one)]), Fine),
        Case::report("a zip in a zip in a zip", stored(&[("outer.zip", &stored(&[("inner.zip", &one)]))]), File),
        Case::report("a gzip in a zip", stored(&[("report.csv.gz", &gzipped)]), Fine),
        Case::report("a gzip in a gzip", gzip(&gzipped), File),
        Case::report("a zip in a gzip", gzip(&one), Fine),
        Case::report("an entry above its folder", stored(&[("../../../report.csv", &text)]), Fine),
        Case::report("an entry at the root", stored(&[("/etc/report.csv", &text)]), Fine),
        Case::report("an entry with a drive", stored(&[("C:\\report.csv", &text)]), Fine),
        Case::report("an entry with a control character", stored(&[("\u{1b}[2Jreport.csv", b"x")]), File),
        Case::report("a gzip with something behind it", [&gzipped[..], b"rest"].concat(), File),
        Case::report("two gzips", [&gzipped[..], &gzipped].concat(), Said("left out a line that repeats the header")),
        Case::report("the start of a gzip", &b"\x1f\x8b"[..], File),
        Case::report("the start of a zip", &b"PK\x03\x04"[..], File),
    ]
}

/// Small files whose text fills gigabytes, if one lets it.
#[cfg(target_os = "linux")]
pub(super) fn bombs() -> Vec<Case> {
    use super::Expect::Line;
    use super::Role;

    let header = fixture(FIXTURE).split_inclusive(|byte| *byte == b'\n').next().unwrap().to_vec();
    let names = b"CustomerId,CustomerName\n";
    let zeros = bomb(b"", b"\0", 512);
    vec![
        Case::report("a bomb of NULs", zeros.clone(), File),
        Case::report("a bomb of one row", bomb(&header, b"x", 256), Line(2)),
        Case::report("a bomb in quotes", bomb(&[&header[..], b"\""].concat(), b"\n", 256), Line(2)),
        Case::report("a bomb in a zip", zip(&[("report.csv", &zeros)], CompressionMethod::Stored), File),
        Case::report("a bomb of a header", bomb(b"PartnerID,", b"x,", 256), File),
        Case::new(Role::Names, "a bomb of NULs for names", zeros.clone(), File),
        Case::new(Role::Names, "a bomb of one name", bomb(names, b"x", 256), Line(2)),
        Case::new(Role::Invoice, "a bomb of NULs for an invoice", zeros, File),
        Case::new(Role::Invoice, "a bomb of an object", bomb(b"{\"a\":\"", b"x", 256), File),
    ]
}

pub(super) fn cases() -> Vec<Case> {
    [cut_off_and_damaged(), odd_archives()].into_iter().flatten().collect()
}

#[test]
fn a_damaged_archive_is_refused() {
    run(&cases());
}

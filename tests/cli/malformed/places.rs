//! Reports that are broken at a place: cut off, a byte flipped, a quote opened, a column shifted.

use super::Expect::{Either, File, Fine, Line, Said};
use super::{Case, fixture, joined, run, table};

/// A header and two rows of eleven cells.
const FIXTURE: &str = "documented-example.csv";

const CUT: &str = "it may have lost the rest";

/// The line and the place of the cell that a byte belongs to.
fn place(text: &[u8], at: usize) -> (u64, usize) {
    let lines: Vec<&[u8]> = text[..at].split(|byte| *byte == b'\n').collect();
    (lines.len() as u64, lines[lines.len() - 1].split(|byte| *byte == b',').count() - 1)
}

/// The fixture cut off before and behind every separator and line end.
fn cut_off() -> Vec<Case> {
    let text = fixture(FIXTURE);
    let ends = (0..text.len()).filter(|at| matches!(text[*at], b',' | b'\n')).flat_map(|at| [at, at + 1]);
    let cases = std::iter::once(0).chain(ends).map(|end| {
        let (line, cell) = place(&text, end);
        let is_at_start = end == 0 || text[end - 1] == b'\n';
        let expect = match (line, cell) {
            _ if end == 0 => File,
            _ if is_at_start => Fine,
            // Of fewer than three names nobody can say that they are a header.
            (1, 0..2) => File,
            (1, 2) if text[end - 1] == b',' => File,
            (1, 10) if text[end - 1] != b',' => Fine,
            (1, _) => Line(1),
            (_, 10) if text[end - 1] == b',' => Said(CUT),
            (_, 10) => Fine,
            (line, _) => Line(line),
        };
        Case::report(format!("cut off before byte {end}"), &text[..end], expect)
    });
    let within = [(4, Line(3)), (3, Line(3)), (2, Said(CUT)), (1, Line(3))];
    let within = within.map(|(short, expect)| {
        let end = text.len() - 1 - short;
        Case::report(format!("cut off {short} bytes before the end of the last date"), &text[..end], expect)
    });
    cases.chain(within).collect()
}

/// Rows whose bytes of one cell in each have their highest bit flipped, and separators and line ends.
fn flipped() -> Vec<Case> {
    let text = fixture(FIXTURE);
    let header = text.iter().position(|byte| *byte == b'\n').unwrap();
    let starts = (header + 1..text.len()).filter(|at| *at == header + 1 || matches!(text[at - 1], b',' | b'\n'));
    let flips = starts.clone().chain((header..text.len() - 1).filter(|at| matches!(text[*at], b',' | b'\n')));
    let cases = flips.map(|at| {
        let mut flipped = text.clone();
        flipped[at] ^= 0x80;
        let (line, cell) = place(&text, at);
        let expect = match (text[at], cell) {
            (b',' | b'\n', _) => Line(line),
            // Any text is an id, a name or a status, but not in two encodings.
            (_, 0 | 1 | 3 | 5 | 8) => Either,
            _ => Line(line),
        };
        Case::report(format!("bit of byte {at} flipped"), flipped, expect)
    });
    cases.collect()
}

/// Rows with a NUL, a quote or a line end in each cell.
fn intruders() -> Vec<Case> {
    let rows = table(FIXTURE);
    let mut cases = Vec::new();
    for at in 0..rows[0].len() {
        let mut with = |name: &str, cell: String, expect| {
            let mut rows = rows.clone();
            rows[1][at] = cell;
            cases.push(Case::report(format!("{name} in cell {at}"), joined(&rows), expect));
        };
        let cell = &rows[1][at];
        with("a NUL", format!("{}\0{}", &cell[..1], &cell[1..]), Line(2));
        with("an open quote", format!("\"{cell}"), Line(2));
        with("a carriage return", format!("{}\r{}", &cell[..1], &cell[1..]), Line(2));
        let is_text = matches!(at, 0 | 1 | 3 | 5 | 8);
        with("a stray quote", format!("{}\"{}", &cell[..1], &cell[1..]), if is_text { Either } else { Line(2) });
        let may_be_empty = matches!(at, 3 | 5 | 9 | 10);
        with("nothing", String::new(), if may_be_empty { Either } else { Line(2) });
    }
    cases
}

/// Cells inserted and removed, in rows and in the header; names missing and doubled.
fn shifted() -> Vec<Case> {
    let rows = table(FIXTURE);
    let mut cases = Vec::new();
    for at in 0..rows[0].len() {
        let mut with = |name: &str, change: &dyn Fn(&mut Vec<Vec<String>>), expect| {
            let mut rows = rows.clone();
            change(&mut rows);
            cases.push(Case::report(format!("{name} at {at}"), joined(&rows), expect));
        };
        with("a cell inserted", &|rows| rows[2].insert(at, "x".to_owned()), Line(3));
        with("a cell removed", &|rows| drop(rows[2].remove(at)), Line(3));
        with("a name inserted", &|rows| rows[0].insert(at, "x".to_owned()), Line(2));
        with("a name removed", &|rows| drop(rows[0].remove(at)), Line(1));
        let name = &rows[0][at];
        with("a name doubled", &|rows| rows[0].push(name.clone()), Line(1));
        with("a name misspelt", &|rows| rows[0][at] = rows[0][at].replace('n', "m").replace('t', "r") + "e", Line(1));
    }
    cases
}

pub(super) fn cases() -> Vec<Case> {
    [cut_off(), flipped(), intruders(), shifted()].into_iter().flatten().collect()
}

#[test]
fn what_breaks_off_or_shifts_is_found_at_its_line() {
    run(&cases());
}

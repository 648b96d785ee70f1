//! Reports that are broken as a whole, or larger than anything that is one.

use super::Expect::{Either, File, Fine, Line, Refused, Said};
use super::{Case, fixture, joined, run, table, with_cell};

const FIXTURE: &str = "documented-example.csv";

const MEGABYTE: usize = 1 << 20;

/// The fixture with bytes in front of it, behind it, or instead of its line ends.
fn wholes() -> Vec<Case> {
    let text = String::from_utf8(fixture(FIXTURE)).unwrap();
    let (header, rows) = text.split_once('\n').unwrap();
    let case = |name: &str, text: String, expect| Case::report(name, text, expect);
    vec![
        case("nothing but line ends", "\n\r\n\r".into(), File),
        case("nothing but blanks", " \n\t\n  ".into(), File),
        case("nothing but separators", ",,,\n,,,\n".into(), File),
        case("nothing but a byte order mark", "\u{feff}".into(), File),
        case("nothing but NULs", "\0".repeat(4096), File),
        case("a page of a login", "<!DOCTYPE html>\n<html><body>Sign in</body></html>\n".into(), File),
        case("an answer in JSON", "{\"error\":{\"code\":401,\"message\":\"Unauthorized\"}}".into(), File),
        case("a workbook that was renamed", "PK\u{3}\u{4}\u{14}\0\u{6}\0".into(), File),
        case("rows without a header", rows.into(), File),
        case("a column under two of its names", text.replacen("ExpiryDate", "ExpiryDate,EndDate", 1), Line(1)),
        case("the header behind the rows", format!("{rows}{header}\n"), Either),
        case(
            "the header twice",
            format!("{header}\n{header}\n{rows}"),
            Said("left out a line that repeats the header"),
        ),
        case(
            "two reports in one",
            format!("{text}{text}").replace("\n\n", "\n"),
            Said("left out a line that repeats the header"),
        ),
        case("NULs behind the rows", format!("{text}{}", "\0".repeat(512)), Fine),
        case("NULs among the rows", text.replacen('\n', &format!("\n{}\n", "\0".repeat(512)), 1), Line(2)),
        case("text behind the rows", format!("{text}end of report\n"), Line(4)),
        case("two byte order marks", format!("\u{feff}\u{feff}{text}"), Either),
        case("carriage returns only", text.replace('\n', "\r"), Fine),
        case("line ends of three kinds", format!("{header}\r{}", rows.replacen('\n', "\r\n", 1)), Fine),
        case("blank lines between", text.replace('\n', "\n\n\n"), Fine),
        case("a form feed as line end", text.replace('\n', "\u{c}"), Line(1)),
        case("a line separator of Unicode as line end", text.replace('\n', "\u{2028}"), Line(1)),
        case("rows with another separator", format!("{header}\n{}", rows.replace(',', ";")), Line(2)),
        case("all cells in one quote each line", quoted_lines(&text), File),
        case("a quote before the header", format!("\"{text}"), File),
    ]
}

fn quoted_lines(text: &str) -> String {
    text.lines().fold(String::new(), |quoted, line| quoted + "\"" + line + "\"\n")
}

/// Values that contradict each other.
fn contradictions() -> Vec<Case> {
    let rows = table(FIXTURE);
    let with = |name: &str, change: &dyn Fn(&mut Vec<Vec<String>>), expect| {
        let mut rows = rows.clone();
        change(&mut rows);
        Case::report(name, joined(&rows), expect)
    };
    let month_and_day_first = |rows: &mut Vec<Vec<String>>| rows[2][9] = "30/7/2022".into();
    let mut cases = vec![
        with("a point and a comma", &|rows| (rows[1][4], rows[2][4]) = ("500.5".into(), "\"700,5\"".into()), Line(3)),
        with("a doubtful amount", &|rows| rows[1][4] = "\"1,234\"".into(), Line(2)),
        with("two orders of dates", &month_and_day_first, Line(3)),
        with("one month twice", &|rows| rows[2][2] = "2022-07".into(), Line(3)),
        with("an amount in another currency", &|rows| rows[2][4] = "700 EUR".into(), Line(3)),
        with(
            "amounts whose difference is too long",
            &|rows| (rows[1][4], rows[2][4]) = ("0.0000000000000000000000000001".into(), "9".repeat(28)),
            Refused,
        ),
        with(
            "amounts whose limit is too long",
            &|rows| (rows[2][4], rows[2][6]) = ("9".repeat(28), "0.0000001".into()),
            Either,
        ),
    ];
    let mut both = fixture(FIXTURE);
    let names: Vec<usize> = (0..both.len()).filter(|at| both[*at..].starts_with(b"ACO")).collect();
    both.splice(names[1]..names[1] + 3, *b"\xfc");
    both.splice(names[0]..names[0] + 3, *b"\xc3\xbc");
    cases.push(Case::report("two encodings", both, Line(3)));
    cases
}

/// Files with more of something than any report has.
pub(super) fn large() -> Vec<Case> {
    let header = table(FIXTURE)[0].join(",");
    let rows = table(FIXTURE);
    let columns = |count: usize, cell: &str| format!(",{cell}").repeat(count);
    let wide_rows = |cells: &str| rows[1..].iter().map(|row| row.join(",") + cells + "\n").collect::<String>();
    let wide = columns(9989, "x");
    vec![
        Case::report("10,000 columns", format!("{header}{wide}\n{}", wide_rows(&wide)), Fine),
        Case::report("10,000 names and eleven cells", format!("{header}{wide}\n{}", wide_rows("")), Line(2)),
        Case::report("eleven names and 10,000 cells", format!("{header}\n{}", wide_rows(&wide)), Line(2)),
        Case::report("a million empty names", format!("{header}{}\n", ",".repeat(MEGABYTE)), Either),
        Case::report("a million separators", format!("{header}\n{}\n", ",".repeat(MEGABYTE)), Either),
        Case::report("an amount of a million digits", with_cell(FIXTURE, 2, 4, &"9".repeat(MEGABYTE)), Line(2)),
        Case::report(
            "decimals of a million digits",
            with_cell(FIXTURE, 2, 4, &format!("0.{}1", "0".repeat(MEGABYTE))),
            Line(2),
        ),
        Case::report("a million signs", with_cell(FIXTURE, 2, 4, &"-".repeat(MEGABYTE)), Line(2)),
        Case::report("a million brackets", with_cell(FIXTURE, 2, 4, &"(".repeat(MEGABYTE)), Line(2)),
        Case::report(
            "a million groups",
            with_cell(FIXTURE, 2, 4, &format!("1{}", "'000".repeat(MEGABYTE / 4))),
            Line(2),
        ),
        Case::report(
            "a million currency signs",
            with_cell(FIXTURE, 2, 4, &format!("{}5", "$".repeat(MEGABYTE))),
            Line(2),
        ),
        Case::report("a date of a million digits", with_cell(FIXTURE, 2, 9, &"1".repeat(MEGABYTE)), Line(2)),
        Case::report(
            "a date of a million times",
            with_cell(FIXTURE, 2, 9, &"7/1/2022 T".repeat(MEGABYTE / 10)),
            Line(2),
        ),
        Case::report("a month of a million dashes", with_cell(FIXTURE, 2, 2, &"-".repeat(MEGABYTE)), Line(2)),
        Case::report("a status of a million letters", with_cell(FIXTURE, 2, 5, &"x".repeat(MEGABYTE)), Fine),
        Case::report("a million quotes", with_cell(FIXTURE, 2, 5, &"\"".repeat(MEGABYTE + 1)), Line(2)),
        Case::report("a name of a million letters in the header", format!("{}{header}\n", "x".repeat(MEGABYTE)), File),
        Case::report("a million lines without a header", "x,y\n".repeat(MEGABYTE / 4), File),
        Case::report(
            "a field of 20 MB in quotes",
            with_cell(FIXTURE, 2, 5, &format!("\"{}\"", "x".repeat(20 * MEGABYTE))),
            Line(2),
        ),
        Case::report("a field of 20 MB", with_cell(FIXTURE, 2, 5, &"x".repeat(20 * MEGABYTE)), Line(2)),
    ]
}

pub(super) fn cases() -> Vec<Case> {
    [wholes(), contradictions(), large()].into_iter().flatten().collect()
}

#[test]
fn what_is_no_report_is_refused_and_what_is_too_large_is_too() {
    run(&cases());
}

//! Invoice files that are broken.

use super::Expect::{Either, File, Fine, Line};
use super::{Case, Role, fixture, joined, run, table, with_cell};

/// A charge in line 2 and its credit in line 3.
const FIXTURE: &str = "invoice/2020-09-40-columns.csv";

const JSON: &str = "invoice/2020-09.jsonl";

fn case(name: impl Into<String>, bytes: impl Into<Vec<u8>>, expect: super::Expect) -> Case {
    Case::new(Role::Invoice, name, bytes, expect)
}

fn at(column: &str) -> usize {
    table(FIXTURE)[0].iter().position(|name| name == column).unwrap()
}

fn cut_off_and_shifted() -> Vec<Case> {
    let rows = table(FIXTURE);
    let text = joined(&rows);
    let (third, fourth) = (text.match_indices('\n').nth(1).unwrap().0 + 1, text.match_indices('\n').nth(2).unwrap().0);
    let ends = text[third..fourth].match_indices(',').map(|(at, _)| third + at);
    let mut cases: Vec<Case> = ends.map(|end| case(format!("cut off at byte {end}"), &text[..end], Line(3))).collect();
    for column in ["CustomerId", "InvoiceNumber", "ChargeType", "Subtotal", "Currency", "ChargeStartDate"] {
        let place = at(column);
        let with = |change: &dyn Fn(&mut Vec<Vec<String>>)| {
            let mut rows = rows.clone();
            change(&mut rows);
            joined(&rows)
        };
        cases.push(case(format!("no {column}"), with(&|rows| rows[0][place] = "x".into()), Line(1)));
        cases.push(case(format!("{column} twice"), with(&|rows| rows[0][39] = column.into()), Line(1)));
        cases.push(case(
            format!("a cell inserted at {column}"),
            with(&|rows| rows[2].insert(place, "x".into())),
            Line(3),
        ));
        cases.push(case(format!("a cell removed at {column}"), with(&|rows| drop(rows[2].remove(place))), Line(3)));
        cases.push(case(format!("a quote before {column}"), with(&|rows| rows[2][place].insert(0, '"')), Line(3)));
    }
    cases
}

fn values() -> Vec<Case> {
    let wrong: [(&str, &[&str]); 5] = [
        ("Subtotal", &["", "five", "1.2.3", "1e999", "NaN", "19,59,1", "(1", "\0", "99999999999999999999999999999"]),
        ("ChargeStartDate", &["", "2020-02-30", "31/9/2020", "13/13/2020", "99999-01-01", "yesterday", "0", "#REF!"]),
        ("Currency", &["", "EURO", "€", "978"]),
        ("CustomerId", &["", " "]),
        ("EffectiveUnitPrice", &["x", "1e999", "--1"]),
    ];
    let cell = |column: &str, value: &str| {
        case(format!("{column} `{value}`"), with_cell(FIXTURE, 3, at(column), value), Line(3))
    };
    let cells = wrong.iter().flat_map(|(column, values)| values.iter().map(|value| cell(column, value)));
    let mut odd_reason = fixture("invoice/2022-07.csv");
    let reason = odd_reason.windows(12).position(|bytes| bytes == b"Azure Credit").unwrap();
    let line = odd_reason[..reason].split(|byte| *byte == b'\n').count() as u64;
    odd_reason[reason + 5] = 0x81;
    cells.chain([case("a reason that is no text", odd_reason, Line(line))]).collect()
}

fn objects() -> Vec<Case> {
    let text = String::from_utf8(fixture(JSON)).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let with_second = |line: &str| format!("{}\n{line}\n", lines[0]);
    let second = |find: &str, replace: &str| with_second(&lines[1].replacen(find, replace, 1));
    let ends = lines[1].match_indices(',').map(|(at, _)| at).step_by(6);
    let cut = ends.map(|end| case(format!("an object cut off at byte {end}"), with_second(&lines[1][..end]), Line(2)));
    let more = [
        case("an array", format!("[{}]", lines.join(",")), Fine),
        case("an array that is cut off", format!("[{}", lines.join(",")), File),
        case("an array in the second line", with_second("[]"), Line(2)),
        case("a string in the second line", with_second("\"x\""), Line(2)),
        case("two objects in a line", with_second(&format!("{}{}", lines[1], lines[1])), Line(2)),
        case("single quotes", second("\"", "'"), Line(2)),
        case("a comment", with_second("// x"), Line(2)),
        case("a comma at the end", with_second(&format!("{},}}", lines[1].strip_suffix('}').unwrap())), Line(2)),
        case("an escape that is none", second("Fabrikam", "\\x"), Line(2)),
        case("half a surrogate", second("Fabrikam", "\\ud800"), Either),
        case("10,000 brackets", second("{", &format!("{{\"x\":{},", "[".repeat(10_000))), Line(2)),
        case("a number of a million digits", second("-19.59", &"9".repeat(1 << 20)), Line(2)),
        case("an object in an amount", second("-19.59", "{}"), Line(2)),
        case("a truth in an amount", second("-19.59", "true"), Line(2)),
        case("a line that is blank", format!("{}\n \n{}\n", lines[0], lines[1]), Fine),
        case("an empty object", format!("{}\n{{}}\n{}\n", lines[0], lines[1]), Fine),
        case("bytes that are no UTF-8", [lines[0].as_bytes(), b"\n{\"a\":\"\xff\"}\n"].concat(), Line(2)),
    ];
    cut.chain(more).collect()
}

fn wholes() -> Vec<Case> {
    let balance = fixture("documented-example.csv");
    vec![
        case("nothing", "", File),
        case("blanks", " \n\n", File),
        case("a balance report for an invoice", balance, File),
        case("a page for an invoice", "<html></html>\n", File),
        case("one brace", "{", File),
        case("one bracket", "[", File),
        case("NULs for an invoice", vec![0; 4096], File),
    ]
}

pub(super) fn cases() -> Vec<Case> {
    [cut_off_and_shifted(), values(), objects(), wholes()].into_iter().flatten().collect()
}

#[test]
fn a_broken_invoice_is_refused_at_its_line() {
    run(&cases());
}

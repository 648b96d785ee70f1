//! `aco report --each customer`: a statement to each customer, with nothing of any other in it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use calamine::{Reader, Xlsx, open_workbook};

use super::context::{Run, program, report, snapshot};

fn run(folder: &Path, arguments: &[&str]) -> Run {
    let fixed = ["report", "--each", "customer", "--as-of", "2022-12-15"];
    Run::of(program().current_dir(folder).args(fixed).args(arguments).output().unwrap())
}

fn id(customer: usize) -> String {
    format!("{customer:08x}-93c4-4d58-8a17-{:012x}", 0xabc0_0000 + customer * 7)
}

/// A report of customers, a list of their names, and how many there are of both.
fn written(folder: &Path, customers: usize) {
    let (mut rows, mut names) = (Vec::new(), "CustomerId,CustomerName\n".to_owned());
    for customer in 0..customers {
        writeln!(names, "{},Kunde Nr{customer:05} GmbH", id(customer)).unwrap();
        for month in 9..=12 {
            let (used, left) = (month * 10 + customer, 5000 - month * 10 - customer);
            rows.push(format!("{} 2022-{month:02} {used} Active {left} EUR 9/1/2022 1/31/2023", id(customer)));
        }
    }
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    fs::write(folder.join("Kunde Nr00001 GmbH.csv"), report(&rows)).unwrap();
    fs::write(folder.join("names.csv"), names).unwrap();
}

fn files(folder: &Path) -> Vec<String> {
    let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut names: Vec<String> = fs::read_dir(folder).unwrap().map(name).collect();
    names.sort();
    names
}

/// All text of a workbook.
fn text(path: &Path) -> String {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let sheets = book.worksheets();
    let cells = sheets.iter().flat_map(|(_, sheet)| sheet.rows().flatten());
    cells.map(|cell| cell.to_string() + "\n").collect()
}

#[test]
fn nothing_of_another_customer_is_in_a_statement() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path(), 40);
    for format in ["html", "xlsx"] {
        let report = "Kunde Nr00001 GmbH.csv";
        let run = run(folder.path(), &[report, "--names", "names.csv", "-f", format, "-o", format]);
        assert_eq!((run.code, &*run.stdout), (Some(0), ""), "{}", run.stderr);
        assert!(run.stderr.ends_with(&format!("note: 40 statements written to {format}\n")), "{}", run.stderr);
        let made = folder.path().join(format);
        assert_eq!(files(&made).len(), 40);
        for own in 0..40 {
            let path = made.join(format!("Kunde Nr{own:05} GmbH {}.{format}", id(own)));
            let text = if format == "html" { fs::read_to_string(&path).unwrap() } else { text(&path) };
            assert!(text.contains(&id(own)) && text.contains(&format!("Nr{own:05}")), "{own}");
            for other in (0..40).filter(|other| *other != own) {
                let (id, name) = (id(other), format!("Nr{other:05}"));
                assert!(![&*id, &id[..8], &id[24..], &*name].iter().any(|word| text.contains(word)), "{own}: {other}");
            }
        }
    }
}

#[test]
fn a_statement_says_what_is_given_and_left_and_when_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path(), 2);
    let run =
        run(folder.path(), &["Kunde Nr00001 GmbH.csv", "-q", "-f", "xlsx", "-o", "made", "--customer", "00000001"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(files(&folder.path().join("made")), [format!("{}.xlsx", id(1))]);
    let mut book: Xlsx<_> = open_workbook(folder.path().join(format!("made/{}.xlsx", id(1)))).unwrap();
    assert_eq!(book.sheet_names(), ["Summary", "Credits", "By month", "About"]);
    let rows = |sheet: &str, book: &mut Xlsx<_>| {
        let range = book.worksheet_range(sheet).unwrap();
        let row = |row: &[calamine::Data]| row.iter().map(ToString::to_string).collect::<Vec<_>>().join("|");
        range.rows().map(row).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(rows("By month", &mut book), @"
    InvoiceMonth|CurrencyCode|BalanceBefore|Granted|BroughtIn|LimitChanged|CreditGiven|Forfeited|Vanished|BalanceAmount
    44805|EUR|0|5000|0|0|91|0|0|4909
    44835|EUR|4909|0|0|0|10|0|0|4899
    44866|EUR|4899|0|0|0|10|0|0|4889
    44896|EUR|4889|0|0|0|10|0|0|4879
    |||||||||
    total|EUR||5000|0|0|121|0|0|
    ");
    let summary = rows("Summary", &mut book);
    assert!(summary.contains("Credit given in 2022-11|10|") && summary.contains("Will likely be lost|"), "{summary}");
}

#[test]
fn files_are_named_for_every_system() {
    let folder = tempfile::tempdir().unwrap();
    let rows = ["NUL", "com1", "a/b", "a:b", "A-B", "..", "<x>.", "Größe"];
    let names: String = ["com1,\"CON: a?b\\c\u{202e}\"", "Größe,Größe & Söhne (Köln)"].join("\n");
    let rows: Vec<String> =
        rows.iter().map(|id| format!("{id} 2022-11 10 Active 90 EUR 11/1/2022 12/31/2022")).collect();
    fs::write(folder.path().join("report.csv"), report(&rows.iter().map(String::as_str).collect::<Vec<_>>())).unwrap();
    fs::write(folder.path().join("names.csv"), format!("CustomerId,CustomerName\n{names}\n")).unwrap();
    let run = run(folder.path(), &["report.csv", "--names", "names.csv", "-q", "-o", "a/folder"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    insta::assert_snapshot!(files(&folder.path().join("a/folder")).join("\n"), @"
    A-B.html
    CON- a-b-c com1.html
    Größe & Söhne (Köln) Größe.html
    a-b (2).html
    a-b (3).html
    customer NUL.html
    customer.html
    x.html
    ");
}

#[test]
fn what_cannot_be_a_statement_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path(), 2);
    let report = "Kunde Nr00001 GmbH.csv";
    fs::write(folder.path().join("damaged.csv"), super::context::report(&["a 2022-11 x Active 9 EUR 1/1/2022 -"]))
        .unwrap();
    snapshot!(run(folder.path(), &["damaged.csv", report, "--skip-invalid", "-q", "-o", "made"]), @"
    exit code: 2
    --- stderr
    damaged.csv:2: CreditAmount: 'x': expected an amount such as `1234.50`
    warning: left out 1 row that cannot be read
    error: a statement to a customer cannot leave out rows: --skip-invalid cannot be used here
    ");
    let over_a_file = run(folder.path(), &[report, "-q", "-o", "names.csv"]);
    assert!(over_a_file.stderr.starts_with("error: cannot write names.csv: ") && over_a_file.code == Some(2));
    snapshot!(run(folder.path(), &[report, "-q", "-o", "-"]), @"
    exit code: 2
    --- stderr
    error: --each writes several files: name a folder with -o
    ");
    snapshot!(run(folder.path(), &[report, "--month", "2022-08", "-o", "made"]), @"
    exit code: 2
    --- stderr
    error: no record is of `2022-08`
    hint: the files have 2022-09, 2022-10, 2022-11 and 2022-12
    ");
    assert!(!folder.path().join("made").exists());
}

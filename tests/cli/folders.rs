//! A folder of downloads is the ledger: each command takes its kind of file, and tells what it leaves alone.

use std::fs;
use std::path::Path;

use super::context::{aco, gzip, program, snapshot};

const MONTHS: usize = 12;

/// The fixture in a file a month, some spelled and wrapped by others, beside an invoice, a list and a text.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string("fixtures/aco-balance.csv").unwrap();
    let (header, rows) = text.split_once('\n').unwrap();
    for month in 1..=MONTHS {
        let of_month = |row: &&str| row.split(',').nth(2) == Some(&format!("2022-{month:02}"));
        let mut rows = rows.lines().filter(of_month).peekable();
        if rows.peek().is_some() {
            write(folder.path(), month, header, &rows.collect::<Vec<_>>());
        }
    }
    fs::copy("fixtures/invoice/2022-07.csv", folder.path().join("invoice.csv")).unwrap();
    fs::copy("fixtures/customers.csv", folder.path().join("names.csv")).unwrap();
    fs::write(folder.path().join("readme.txt"), "kept by finance\n").unwrap();
    folder
}

fn write(folder: &Path, month: usize, header: &str, rows: &[&str]) {
    let path = |ending: &str| folder.join(format!("2022-{month:02}.{ending}"));
    let cells = |turn: &dyn Fn(usize, &str) -> String| -> String {
        let row =
            |row: &&str| row.split(',').enumerate().map(|(at, cell)| turn(at, cell)).collect::<Vec<_>>().join(";");
        format!("{}\n{}\n", header.replace(',', ";"), rows.iter().map(row).collect::<Vec<_>>().join("\n"))
    };
    let is_amount = |at| at == 4 || at == 6;
    let plain = format!("{header}\n{}\n", rows.join("\n"));
    match month {
        // German.
        2 => fs::write(
            path("csv"),
            cells(&|at, cell| if is_amount(at) { cell.replace('.', ",") } else { cell.to_owned() }),
        )
        .unwrap(),
        3 => fs::write(path("csv.gz"), gzip(plain.as_bytes())).unwrap(),
        // Marked as text.
        4 => {
            fs::write(path("csv"), cells(&|at, cell| if is_amount(at) { format!("'{cell}") } else { cell.to_owned() }))
                .unwrap();
        }
        5 => {
            let mut book = rust_xlsxwriter::Workbook::new();
            let sheet = book.add_worksheet();
            for (row, line) in (0..).zip(plain.lines()) {
                for (column, cell) in (0..).zip(line.split(',')) {
                    sheet.write_string(row, column, cell).unwrap();
                }
            }
            book.save(path("xlsx")).unwrap();
        }
        _ => fs::write(path("csv"), plain).unwrap(),
    }
}

fn run(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let output = program().args(args).current_dir(folder).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_folder_is_the_ledger_of_its_reports() {
    let folder = folder();
    // What systems and Excel keep for themselves is none of its files, and nor are folders within.
    for name in [".2022-01.csv", "~$2022-05.xlsx"] {
        fs::write(folder.path().join(name), "x\n").unwrap();
    }
    fs::create_dir(folder.path().join("2021.csv")).unwrap();
    for command in ["given", "summary", "balance", "expiring"] {
        let expected = aco(&format!("{command} -q --as-of 2022-12-15 fixtures/aco-balance.csv")).stdout;
        for given in [".", "2022-*", "*"] {
            let (code, stdout, stderr) = run(folder.path(), &[command, "-q", "--as-of", "2022-12-15", given]);
            assert_eq!((code, stdout.as_str(), stderr.as_str()), (Some(0), expected.as_str(), ""), "{command} {given}");
        }
    }
    let (_, _, stderr) = run(folder.path(), &["summary", "*", "--as-of", "2022-12-15"]);
    assert!(
        stderr.starts_with("note: skipped, not an ACO balance report: invoice.csv, names.csv, readme.txt\n"),
        "{stderr}"
    );
    assert_eq!(stderr.matches("skipped").count(), 1, "{stderr}");
}

#[test]
fn invoices_and_names_are_found_in_the_same_folder() {
    let folder = folder();
    let flags = ["--as-of", "2022-12-15", "-q"];
    let one = run(
        folder.path(),
        &[&["reconcile", ".", "--invoice", "invoice.csv", "--names", "names.csv"], &flags[..]].concat(),
    );
    let all = run(folder.path(), &[&["reconcile", ".", "--invoice", ".", "--names", "n*.csv"], &flags[..]].concat());
    assert!(all.1.contains("Contoso"), "{}", all.1);
    assert_eq!(one, all);
}

#[test]
fn a_place_without_the_kind_says_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    let told = |args: &[&str]| {
        let (code, stdout, stderr) = run(folder.path(), args);
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{stderr}");
        stderr
    };
    assert_eq!(told(&["list", "empty"]), "error: empty: no file is there\nhint: folders within are not looked into\n");
    fs::write(folder.path().join("a.txt"), "x\n").unwrap();
    fs::copy("fixtures/invoice/2022-07.csv", folder.path().join("b.csv")).unwrap();
    assert_eq!(told(&["list", "*"]), "error: *: nothing here is an ACO balance report: a.txt, b.csv\n");
    assert_eq!(told(&["list", "?.txt"]), "error: ?.txt: nothing here is an ACO balance report: a.txt\n");
    for pattern in ["a?.txt", "*.cs", "a*x*b"] {
        assert!(told(&["list", pattern]).contains("no file is there"), "{pattern}");
    }
    // Windows has no such names: a file of that very name is meant.
    if cfg!(unix) {
        fs::write(folder.path().join("a*.txt"), "x\n").unwrap();
        assert!(told(&["list", "a*.txt"]).starts_with("error: a*.txt: no header"));
        fs::remove_file(folder.path().join("a*.txt")).unwrap();
    }
    // What all of its files are, a folder is.
    let hint = "hint: name it with --invoice, as in `aco reconcile report.csv --invoice invoice.csv`\n";
    assert_eq!(told(&["list", "b*"]), format!("error: b*: nothing here is an ACO balance report: b.csv\n{hint}"));
    fs::copy("fixtures/customers.csv", folder.path().join("names.csv")).unwrap();
    let names = told(&["inspect", "names.csv"]);
    assert!(names.ends_with("hint: this is a list of names: name it with --names, beside a report\n"), "{names}");
    fs::remove_file(folder.path().join("names.csv")).unwrap();
    assert_eq!(
        told(&["list", "*.xlsx"]),
        "error: *.xlsx: no file is there\nhint: folders within are not looked into\n"
    );
    assert_eq!(
        told(&["list", "b.csv"]),
        "error: b.csv: this is an invoice file, not an ACO balance report\nhint: name it with --invoice, as in `aco reconcile \
         report.csv --invoice invoice.csv`\n"
    );
    let report = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/aco-balance.csv");
    let stderr = told(&["reconcile", report, "--invoice", report]);
    assert!(
        stderr.contains("this is an ACO balance report, not an invoice file\nhint: name it without --invoice\n"),
        "{stderr}"
    );
}

#[test]
fn a_folder_is_inspected_file_by_file() {
    snapshot!(aco("inspect fixtures/desk -f table"), @"
    First month: 2022-01; Encoding: utf-8; Separator: comma; Decimal mark: point; Date order: mdy
                                  Last                   Unreadable
    File                          month    Newest  Rows        rows
    ────────────────────────────  ───────  ──────  ────  ──────────
    fixtures/desk/report (1).csv  2022-11  no        77           0
    fixtures/desk/report (2).csv  2022-12  yes       84           0
    fixtures/desk/report.csv      2022-10  no        70           0
    ");
    // Dates that are read in one way only tell nothing of an order, and a workbook has no separator.
    snapshot!(aco("inspect fixtures/parquet/polars.parquet fixtures/tranches.csv -f table"), @"
    Last month: 2022-08; Newest: yes
                                     First          Unreadable                       Decimal  Date
    File                             month    Rows        rows  Encoding  Separator  mark     order
    ───────────────────────────────  ───────  ────  ──────────  ────────  ─────────  ───────  ─────
    fixtures/parquet/polars.parquet  2022-07     2           0
    fixtures/tranches.csv            2022-06     5           0  utf-8     comma      point    mdy
    ");
    let detail = aco("inspect fixtures/desk --detail -f csv").stdout;
    assert_eq!(detail.lines().filter(|line| line.contains(",LastMonth,")).count(), 3);
}

/// A folder is read and written to by one job: no input is lost, and no result is read.
#[test]
fn results_in_the_folder_are_told_from_what_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for (name, fixture) in
        [("may.csv", "aco-balance.csv"), ("july.csv", "invoice/2022-07.csv"), ("who.csv", "customers.csv")]
    {
        fs::copy(format!("fixtures/{fixture}"), at(name)).unwrap();
    }
    let run = |args: &[&str]| program().args(args).current_dir(folder.path()).output().unwrap();
    // What is read is never written over, however it was named.
    let before = fs::read(at("may.csv")).unwrap();
    for args in [
        &["summary", ".", "-o", "may.csv"][..],
        &["summary", "*.csv", "-o", "may.csv"],
        &["diff", "may.csv", ".", "-o", "may.csv"],
        &["reconcile", "may.csv", "-o", "july.csv", "--invoice", "."],
        &["given", "may.csv", "--names", ".", "-o", "who.csv"],
    ] {
        let run = run(args);
        let said = String::from_utf8(run.stderr).unwrap();
        assert!(run.status.code() == Some(2) && said.contains(" is an input\n"), "{args:?}: {said}");
    }
    assert_eq!(fs::read(at("may.csv")).unwrap(), before);
    // What was written is left alone, and may be written again.
    let answer = run(&["summary", "may.csv"]).stdout;
    for _ in 0..2 {
        for command in ["summary", "given", "balance", "expiring", "check", "inspect"] {
            for format in ["csv", "jsonl", "xlsx"] {
                let result = format!("{command}.{format}");
                let run = run(&[command, ".", "-o", &result]);
                assert_ne!(run.status.code(), Some(2), "{result}: {}", String::from_utf8_lossy(&run.stderr));
            }
        }
        assert_eq!(run(&["reconcile", ".", "-o", "reconcile.csv", "--invoice", "."]).status.code(), Some(1));
        assert_eq!(run(&["report", ".", "-o", "report.xlsx"]).status.code(), Some(0));
        assert_eq!(run(&["summary", "."]).stdout, answer);
    }
    let named = run(&["summary", "given.csv"]);
    insta::assert_snapshot!(String::from_utf8(named.stderr).unwrap(), @"
    error: given.csv: this file was written by aco
    hint: give the report that it was made from; what `aco list` writes is a report too
    ");
}

#[test]
fn formats_for_programs_have_one_shape_whatever_the_number_of_files() {
    let header = |line: &str| aco(&format!("{line} -f csv")).stdout.lines().next().unwrap().to_owned();
    assert_eq!(header("inspect fixtures/desk"), "File,Property,Value");
    assert_eq!(header("inspect fixtures/aco-balance.csv"), "File,Property,Value");
    let keys = |line: &str| aco(&format!("{line} -f json")).stdout.matches("\"Property\":\"Rows\"").count();
    assert_eq!(
        [keys("inspect fixtures/aco-balance.csv"), keys("inspect fixtures/aco-balance.csv fixtures/tranches.csv")],
        [1, 2]
    );
}

#[test]
fn credits_are_counted_as_the_commands_count_them() {
    for file in ["fixtures/tranches.csv", "fixtures/tranches-in-turn.csv", "fixtures/aco-balance.csv"] {
        let counted = aco(&format!("inspect {file} -f csv")).stdout;
        let counted = counted.lines().find_map(|line| line.strip_prefix(&format!("{file},Credits,"))).unwrap();
        let balances = aco(&format!("balance {file} -f csv")).stdout.lines().count() - 1;
        assert_eq!(counted, balances.to_string(), "{file}");
    }
}

#[test]
fn a_check_of_a_folder_with_invoices_says_how_to_compare_with_them() {
    let folder = tempfile::tempdir().unwrap();
    for file in ["fixtures/documented-example.csv", "fixtures/invoice/2020-09-40-columns.csv"] {
        std::fs::copy(file, folder.path().join(file.rsplit('/').next().unwrap())).unwrap();
    }
    let place = folder.path().display();
    let said = aco(&format!("check {place} --as-of 2022-08-20")).stderr;
    let hint = format!(
        "note: invoices lie beside the reports, and nothing is compared with them\n\
         hint: --invoice {place} compares credit given with what they applied\n"
    );
    assert!(said.contains(&hint), "{said}");
    let said = aco(&format!("check {place} --invoice {place} --as-of 2022-08-20")).stderr;
    assert!(!said.contains("invoices lie beside"), "{said}");
}

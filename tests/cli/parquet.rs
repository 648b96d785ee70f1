//! Parquet is read like text: what this program writes, and what others write with the same columns.

use std::fs;
use std::path::Path;

use super::context::{aco, aco_on, program, snapshot};

fn run(args: &[&str], file: &Path) -> (Option<i32>, String, String) {
    let output = program().args(args).arg(file).output().unwrap();
    let text = |bytes: &[u8]| {
        let folder = file.parent().unwrap().join("").display().to_string();
        String::from_utf8_lossy(bytes).replace(&folder, "")
    };
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// A line whose amounts do not show the zeros that they were written with.
fn plain(text: &str) -> Vec<String> {
    let cell = |cell: &str| match cell.split_once('.') {
        Some((whole, decimals)) if decimals.bytes().all(|byte| byte == b'0') => whole.to_owned(),
        Some((whole, decimals)) => format!("{whole}.{}", decimals.trim_end_matches('0')),
        None => cell.to_owned(),
    };
    text.lines().map(|line| line.split(',').map(cell).collect::<Vec<_>>().join(",")).collect()
}

#[test]
fn what_is_written_is_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.parquet");
    let output = program().args(["list", "-q", "fixtures/aco-balance.csv", "-o"]).arg(&path).output().unwrap();
    assert!(output.status.success());
    for command in ["given", "summary", "list", "balance"] {
        let (code, stdout, stderr) = run(&[command, "-q", "--as-of", "2022-12-15"], &path);
        let expected = aco(&format!("{command} -q --as-of 2022-12-15 fixtures/aco-balance.csv")).stdout;
        assert_eq!((code, plain(&stdout), stderr), (Some(0), plain(&expected), String::new()));
    }
    let streamed = aco_on("summary -q --as-of 2022-12-15", &fs::read(&path).unwrap());
    let expected = aco("summary -q --as-of 2022-12-15 fixtures/aco-balance.csv").stdout;
    assert_eq!((streamed.code, plain(&streamed.stdout)), (Some(0), plain(&expected)), "{}", streamed.stderr);
}

#[test]
fn what_others_write_is_a_report() {
    for writer in ["duckdb", "polars", "arrow"] {
        let found = aco(&format!("given -q fixtures/parquet/{writer}.parquet"));
        assert_eq!(found.stdout, aco("given -q fixtures/documented-example.csv").stdout, "{writer}: {}", found.stderr);
    }
}

#[test]
fn folders_and_patterns_take_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::copy("fixtures/parquet/duckdb.parquet", path("a.parquet")).unwrap();
    fs::copy("fixtures/customers.csv", path("names.csv")).unwrap();
    fs::copy("fixtures/invoice/2022-07.csv", path("invoice.csv")).unwrap();
    let expected = aco("summary -q fixtures/documented-example.csv").stdout;
    for place in [folder.path().to_path_buf(), path("*.parquet")] {
        let (code, stdout, stderr) = run(&["summary", "-q"], &place);
        assert_eq!((code, stdout.as_str()), (Some(0), expected.as_str()), "{stderr}");
    }
    let names = ["given", "-q", "fixtures/documented-example.csv", "--names"];
    let mut list = program();
    list.args(["list", "-q", "--names", "fixtures/customers.csv", "fixtures/aco-balance.csv", "-o"]);
    assert!(list.arg(path("named.parquet")).status().unwrap().success());
    assert!(run(&names, &path("named.parquet")).1.contains("Contoso"));
}

#[test]
fn doubles_are_refused() {
    snapshot!(aco("summary fixtures/parquet/doubles.parquet"), @"
    exit code: 2
    --- stdout
    --- stderr
    error: fixtures/parquet/doubles.parquet: column `CreditAmount` holds floating point numbers, in which amounts are not exact
    hint: write that column as a decimal or as text, from data that were never read as floating point
    ");
}

#[test]
fn what_it_was_read_from_is_told() {
    snapshot!(aco("inspect fixtures/parquet/polars.parquet -f csv"), @"
    exit code: 0
    --- stdout
    File,Property,Value
    fixtures/parquet/polars.parquet,Container,Parquet
    fixtures/parquet/polars.parquet,Encoding,utf-8
    fixtures/parquet/polars.parquet,Separator,comma
    fixtures/parquet/polars.parquet,HeaderLine,1
    fixtures/parquet/polars.parquet,DecimalMark,no value depends on it
    fixtures/parquet/polars.parquet,DateOrder,no value depends on it
    fixtures/parquet/polars.parquet,PartnerID,PartnerID
    fixtures/parquet/polars.parquet,CustomerID,CustomerID
    fixtures/parquet/polars.parquet,InvoiceMonth,InvoiceMonth
    fixtures/parquet/polars.parquet,CreditName,CreditName
    fixtures/parquet/polars.parquet,CreditAmount,CreditAmount
    fixtures/parquet/polars.parquet,Status,Status
    fixtures/parquet/polars.parquet,BalanceAmount,BalanceAmount
    fixtures/parquet/polars.parquet,CurrencyCode,CurrencyCode
    fixtures/parquet/polars.parquet,AgreementID,AgreementID
    fixtures/parquet/polars.parquet,EffectiveDate,EffectiveDate
    fixtures/parquet/polars.parquet,ExpiryDate,ExpiryDate
    fixtures/parquet/polars.parquet,IgnoredColumns,
    fixtures/parquet/polars.parquet,Rows,2
    fixtures/parquet/polars.parquet,FirstMonth,2022-07
    fixtures/parquet/polars.parquet,LastMonth,2022-08
    fixtures/parquet/polars.parquet,Months,2
    fixtures/parquet/polars.parquet,Credits,1
    fixtures/parquet/polars.parquet,Customers,1
    fixtures/parquet/polars.parquet,Currencies,USD
    fixtures/parquet/polars.parquet,Statuses,Active
    fixtures/parquet/polars.parquet,UnreadableRows,0
    --- stderr
    ");
}

#[test]
fn a_file_that_is_cut_off_is_refused() {
    let whole = fs::read("fixtures/parquet/duckdb.parquet").unwrap();
    for length in (4..whole.len()).step_by(97) {
        let run = aco_on("summary", &whole[..length]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{length}");
        assert!(run.stderr.starts_with("error: <stdin>: the Parquet file is damaged or cut off: "), "{}", run.stderr);
    }
}

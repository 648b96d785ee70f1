//! Parquet is read like text: what this program writes, and what others write with the same columns.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::context::{Run, aco, aco_on, plain, program, report, run_on, snapshot};

#[test]
fn what_is_written_is_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.parquet");
    let output = program().args(["list", "-q", "fixtures/aco-balance.csv", "-o"]).arg(&path).output().unwrap();
    assert!(output.status.success());
    for command in ["given", "summary", "list", "balance"] {
        let (code, stdout, stderr) = run_on(&[command, "-q", "--as-of", "2022-12-15"], &path);
        let expected = aco(&format!("{command} -q --as-of 2022-12-15 fixtures/aco-balance.csv")).stdout;
        assert_eq!((code, plain(&stdout), stderr), (Some(0), plain(&expected), String::new()));
    }
    let streamed = aco_on("summary -q --as-of 2022-12-15", &fs::read(&path).unwrap());
    let expected = aco("summary -q --as-of 2022-12-15 fixtures/aco-balance.csv").stdout;
    assert_eq!((streamed.code, plain(&streamed.stdout)), (Some(0), plain(&expected)), "{}", streamed.stderr);
}

/// The CreditAmounts of the file that is written of a report with these, or what is said where there is none.
fn written(amounts: &[&str]) -> Result<Vec<String>, String> {
    let folder = tempfile::tempdir().unwrap();
    let [csv, path] = ["report.csv", "out.parquet"].map(|name| folder.path().join(name));
    let row = |(at, amount): (usize, &&str)| format!("c-{at} 2022-01 {amount} Active 1 USD 1/1/2022 12/31/2022");
    let rows: Vec<String> = amounts.iter().enumerate().map(row).collect();
    fs::write(&csv, report(&rows.iter().map(String::as_str).collect::<Vec<_>>())).unwrap();
    let run = Run::of(program().args(["list", "-q"]).arg(&csv).arg("-o").arg(&path).output().unwrap());
    let Ok(file) = File::open(path) else { return Err(run.stderr) };
    let amount = |row: String| row.split_once("CreditAmount: ").unwrap().1.split(',').next().unwrap().to_owned();
    let rows = SerializedFileReader::new(file).unwrap();
    Ok(rows.get_row_iter(None).unwrap().map(|row| amount(row.unwrap().to_string())).collect())
}

#[test]
fn amounts_share_the_scale_of_their_column_and_take_sixteen_bytes_at_the_most() {
    assert_eq!(written(&["1234567.5", "-98765", "0.25"]).unwrap(), ["1234567.50", "-98765.00", "0.25"]);
    let wide = written(&["-12345678901234567890.5", "0.0000000000001", "-0.50000000000000"]).unwrap();
    assert_eq!(wide, ["-12345678901234567890.5000000000000", "0.0000000000001", "-0.5000000000000"]);
    let said = written(&["12345678901234567890", "0.0000000000000000001"]).unwrap_err();
    assert!(said.contains("20 digits before the decimal point and 19 behind it"), "{said}");
    assert!(said.ends_with("\nhint: use -f csv, or choose the rows that have fewer with a filter\n"), "{said}");
}

#[test]
fn groups_hold_all_rows_in_their_order() {
    let amounts: Vec<String> = (0..65_536 + 3).map(|at| format!("{at}.00")).collect();
    let amounts: Vec<&str> = amounts.iter().map(String::as_str).collect();
    assert_eq!(written(&amounts).unwrap(), amounts);
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
        let (code, stdout, stderr) = run_on(&["summary", "-q"], &place);
        assert_eq!((code, stdout.as_str()), (Some(0), expected.as_str()), "{stderr}");
    }
    let names = ["given", "-q", "fixtures/documented-example.csv", "--names"];
    let mut list = program();
    list.args(["list", "-q", "--names", "fixtures/customers.csv", "fixtures/aco-balance.csv", "-o"]);
    assert!(list.arg(path("named.parquet")).status().unwrap().success());
    assert!(run_on(&names, &path("named.parquet")).1.contains("Contoso"));
}

const COLUMNS: [&str; 11] = [
    "PartnerID",
    "CustomerID",
    "InvoiceMonth",
    "CreditName",
    "CreditAmount",
    "Status",
    "BalanceAmount",
    "CurrencyCode",
    "AgreementID",
    "EffectiveDate",
    "ExpiryDate",
];

/// Writes groups of rows; an empty cell has no value, and an agreement is a decimal of one place if they are to be numbers.
fn write(path: &Path, groups: &[Vec<[String; 11]>], numbers: bool, properties: WriterProperties) {
    write_named(path, &COLUMNS, groups, numbers, properties);
}

/// The same with other names of columns.
fn write_named(
    path: &Path,
    names: &[&str; 11],
    groups: &[Vec<[String; 11]>],
    numbers: bool,
    properties: WriterProperties,
) {
    let column = |name: &&str| match *name {
        "AgreementID" if numbers => "optional int32 AgreementID (DECIMAL(9,1));".to_owned(),
        name => format!("optional binary {name} (STRING);"),
    };
    let schema = format!("message report {{ {} }}", names.iter().map(column).collect::<String>());
    let schema = Arc::new(parse_message_type(&schema).unwrap());
    let mut writer = SerializedFileWriter::new(File::create(path).unwrap(), schema, Arc::new(properties)).unwrap();
    for rows in groups {
        let mut group = writer.next_row_group().unwrap();
        for at in 0..names.len() {
            let mut column = group.next_column().unwrap().unwrap();
            let levels: Vec<i16> = rows.iter().map(|row| i16::from(!row[at].is_empty())).collect();
            let cells = rows.iter().map(|row| row[at].as_str()).filter(|cell| !cell.is_empty());
            match column.untyped() {
                ColumnWriter::Int32ColumnWriter(column) => {
                    let cells: Vec<i32> = cells.map(|cell| cell.parse().unwrap()).collect();
                    column.write_batch(&cells, Some(&levels), None).unwrap()
                }
                ColumnWriter::ByteArrayColumnWriter(column) => {
                    let cells: Vec<ByteArray> = cells.map(ByteArray::from).collect();
                    column.write_batch(&cells, Some(&levels), None).unwrap()
                }
                _ => unreachable!("the schema has texts and whole numbers"),
            };
            column.close().unwrap();
        }
        group.close().unwrap();
    }
    writer.close().unwrap();
}

fn row(customer: &str, name: &str, agreement: &str, expiry: &str) -> [String; 11] {
    ["p", customer, "2022-07", name, "1.50", "Active", "2", "USD", agreement, "2022-07-01", expiry].map(str::to_owned)
}

#[test]
fn rows_are_the_same_whatever_dictionaries_and_threads_read_them() {
    let folder = tempfile::tempdir().unwrap();
    let rows: Vec<_> = (0..9000)
        .map(|number| {
            let name = ["A \"quoted\", name", "two\nlines", "a\u{1f}b", "Größe"][number % 4];
            row(
                &format!("c{number}"),
                name,
                &format!("a{}", number % 7),
                if number % 3 == 0 { "" } else { "2023-06-30" },
            )
        })
        .collect();
    let mut expected = format!("{}\n", COLUMNS.join(","));
    for cells in &rows {
        let cells = cells.clone().map(|cell| cell.replace(['\n', '\u{1f}'], " "));
        let quoted =
            cells.map(|cell| if cell.contains(',') { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell });
        expected += &quoted.join(",");
        expected.push('\n');
    }
    let groups: Vec<_> = rows.chunks(4000).map(<[_]>::to_vec).collect();
    let plain = WriterProperties::builder().set_dictionary_enabled(false);
    let short = WriterProperties::builder().set_dictionary_page_size_limit(3000).set_data_page_row_count_limit(500);
    for properties in [plain.build(), short.set_write_batch_size(500).build(), WriterProperties::default()] {
        let path = folder.path().join("report.parquet");
        write(&path, &groups, false, properties);
        for threads in ["1", "3"] {
            let (code, stdout, stderr) = run_on(&["list", "-q", "--threads", threads], &path);
            assert_eq!((code, stderr.as_str()), (Some(0), ""));
            assert!(
                stdout == expected,
                "{threads}: {}",
                stdout.lines().zip(expected.lines()).find(|(a, b)| a != b).unwrap().0
            );
        }
    }
}

#[test]
fn a_row_that_is_none_is_told_with_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.parquet");
    let groups = [vec![row("c", "ACO", "a", ""); 3], vec![row("c", "ACO", "", "soon")]];
    write(&path, &groups, false, WriterProperties::default());
    snapshot!(run_on(&["list"], &path).2, @"
    report.parquet:5: AgreementID: '': expected an id
    report.parquet:5: ExpiryDate: 'soon': expected a date such as `2022-07-31` or `7/31/2022`
    error: 1 row cannot be read
    hint: correct them, or leave them out with --skip-invalid
    ");
}

#[test]
fn a_header_may_be_one_of_its_rows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.parquet");
    let names = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"];
    let title = std::array::from_fn(|at| if at == 0 { "Balances of July".to_owned() } else { String::new() });
    let rows = vec![title, COLUMNS.map(str::to_owned), row("c", "ACO", "a", ""), row("c", "ACO", "b", "soon")];
    for groups in [vec![rows.clone()], rows.chunks(1).map(<[_]>::to_vec).collect()] {
        write_named(&path, &names, &groups, false, WriterProperties::default());
        let (code, stdout, stderr) = run_on(&["list", "--skip-invalid"], &path);
        assert!(stderr.contains("report.parquet:5: ExpiryDate: 'soon'"), "{stderr}");
        assert_eq!(code, Some(0), "{stderr}");
        assert_eq!(stdout.lines().nth(1), Some("p,c,2022-07,ACO,1.50,Active,2,USD,a,2022-07-01,"), "{stderr}");
        assert_eq!(stdout.lines().count(), 2, "{stdout}");
    }
}

#[test]
fn ids_that_are_numbers_are_read_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.parquet");
    let groups = [vec![row("c", "ACO", "425", ""), row("c", "ACO", "420", "")]];
    write(&path, &groups, true, WriterProperties::default());
    let (code, stdout, stderr) = run_on(&["list", "-q"], &path);
    let agreements: Vec<_> = stdout.lines().skip(1).map(|line| line.split(',').nth(8).unwrap()).collect();
    assert_eq!((code, agreements, stderr.as_str()), (Some(0), vec!["42.5", "42"], ""));
}

#[test]
fn doubles_are_refused() {
    snapshot!(aco("summary fixtures/parquet/doubles.parquet"), @"
    exit code: 2
    --- stderr
    error: fixtures/parquet/doubles.parquet: column `CreditAmount` holds floating point numbers, in which amounts are not exact
    hint: write that column as a decimal or as text, from data that were never read as floating point
    ");
}

#[test]
fn what_it_was_read_from_is_told() {
    snapshot!(aco("inspect fixtures/parquet/polars.parquet -f csv"), @"
    File,Property,Value
    fixtures/parquet/polars.parquet,Container,Parquet
    fixtures/parquet/polars.parquet,Encoding,
    fixtures/parquet/polars.parquet,Separator,
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

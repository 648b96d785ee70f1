//! Workbooks hold what CSV holds: every cell is read back.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use calamine::{Data, Range, Reader, Xlsx, open_workbook};
use rust_decimal::Decimal;

use super::context::{HEADER, Run, aco, on_terminal, program, report};

/// Columns of text that look like numbers or dates to a spreadsheet must not become any.
const TEXTS: [&str; 13] = [
    "PartnerID",
    "CustomerID",
    "CustomerName",
    "AgreementID",
    "CreditName",
    "CurrencyCode",
    "Status",
    "State",
    "Period",
    "File",
    "Property",
    "Value",
    "Message",
];

#[test]
fn every_cell_of_every_command_is_the_csv_s() {
    for command in
        ["summary", "summary --by customer,status", "given", "balance", "list", "expiring --within all", "inspect"]
    {
        let as_of = if command == "inspect" { "" } else { "--as-of 2022-12-15" };
        let line = format!("{command} fixtures/aco-balance.csv {as_of}");
        let (sheet, run) = workbook(&line);
        assert_eq!(run.code, Some(0), "{run}");
        assert_same(&sheet, &aco(&line).stdout);
    }
    let (sheet, _) = workbook("expiring fixtures/expiring.csv --as-of 2024-01-15");
    assert_same(&sheet, &aco("expiring fixtures/expiring.csv --as-of 2024-01-15").stdout);
}

#[test]
fn flows_have_totals_as_formulas_and_stocks_of_many_months_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), "summary fixtures/aco-balance.csv --as-of 2023-01-15", &[]);
    let mut book: Xlsx<_> = open_workbook(&path).unwrap();
    let (values, formulas) = (book.worksheet_range("aco").unwrap(), book.worksheet_formula("aco").unwrap());
    let totals: Vec<String> = (38..41)
        .flat_map(|row| (0..10).map(move |at| (row, at)))
        .filter_map(|at| {
            let value = values.get_value(at).filter(|value| **value != Data::Empty)?;
            let formula = formulas.get_value(at).cloned().unwrap_or_default();
            Some(format!("{at:?} {value} {formula}"))
        })
        .collect();
    insta::assert_snapshot!(totals.join("\n"), @"
    (38, 0) total 
    (38, 1) EUR 
    (38, 5) 6525.2 SUMIFS(F$2:F$37,B$2:B$37,B39)
    (38, 8) 1564.8 SUMIFS(I$2:I$37,B$2:B$37,B39)
    (39, 0) total 
    (39, 1) JPY 
    (39, 5) 1628710 SUMIFS(F$2:F$37,B$2:B$37,B40)
    (39, 8) 0 SUMIFS(I$2:I$37,B$2:B$37,B40)
    (40, 0) total 
    (40, 1) USD 
    (40, 4) 4210.35 SUMIFS(E$2:E$37,B$2:B$37,B41)
    (40, 5) 14664.15 SUMIFS(F$2:F$37,B$2:B$37,B41)
    (40, 8) 0 SUMIFS(I$2:I$37,B$2:B$37,B41)
    ");
    assert_eq!(
        values.get_value((37, 0)).cloned().unwrap_or_default(),
        Data::Empty,
        "a blank row parts them from the rows"
    );
}

#[test]
fn a_reconciliation_of_many_months_has_one_total_a_currency() {
    let folder = tempfile::tempdir().unwrap();
    let line = "reconcile fixtures/aco-balance.csv --as-of 2022-12-15 --invoice fixtures/invoice/2022-07.csv \
                fixtures/invoice/2022-06-jpy.csv fixtures/invoice/2025-01.csv";
    let path = folder.path().join("out.xlsx");
    assert_eq!(aco(&format!("{line} -o {}", path.display())).code, Some(1));
    let mut book: Xlsx<_> = open_workbook(&path).unwrap();
    let values = book.worksheet_range("aco").unwrap();
    let rows: Vec<Vec<String>> = values
        .rows()
        .filter(|row| row[0] == Data::String("total".to_owned()))
        .map(|row| row.iter().map(ToString::to_string).collect())
        .collect();
    let currencies: Vec<&str> = rows.iter().map(|row| row[1].as_str()).collect();
    assert_eq!(currencies, ["EUR", "JPY", "USD"]);
    let csv = aco(line).stdout;
    for row in &rows {
        let given: f64 = csv
            .lines()
            .skip(1)
            .map(|line| line.split(',').collect::<Vec<_>>())
            .filter(|cells| cells[3] == row[1])
            .filter_map(|cells| cells[5].parse::<f64>().ok())
            .sum();
        assert!((row[3].parse::<f64>().unwrap() - given).abs() < 0.005, "{row:?} {given}");
    }
}

#[test]
fn a_total_of_one_month_is_a_formula_for_stocks_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), "balance fixtures/aco-balance.csv --as-of 2023-01-15 --currency EUR", &[]);
    let mut book: Xlsx<_> = open_workbook(&path).unwrap();
    let formulas = book.worksheet_formula("aco").unwrap();
    assert_eq!(formulas.get_value((4, 7)).unwrap(), "SUMIFS(H$2:H$3,C$2:C$3,C5)");
}

#[test]
fn no_text_becomes_a_formula_a_number_or_a_link() {
    let nasty =
        ["=1+1", "+1", "-1", "@SUM(1)", "007", "1e5", "http://example.com", "mailto:a@b", "_x0041_", " a ", "TRUE"];
    let mut report = HEADER.to_owned();
    for (at, text) in nasty.iter().enumerate() {
        writeln!(report, "p,{text},2022-07,{text},{at},Active,1,USD,a{at},,").unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("nasty.csv");
    fs::write(&input, report).unwrap();
    let path = written(folder.path(), "list", &[&input]);
    let mut book: Xlsx<_> = open_workbook(&path).unwrap();
    assert!(book.worksheet_formula("aco").unwrap().used_cells().next().is_none());
    let sheet = book.worksheet_range("aco").unwrap();
    let names: Vec<&Data> = sheet.rows().skip(1).map(|row| &row[2]).collect();
    assert_eq!(names, nasty.map(|text| Data::String(text.trim().to_owned())).iter().collect::<Vec<_>>());
    let zip = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
    assert!(!zip.contains("sheet1.xml.rels"), "no links");
}

#[test]
fn an_amount_that_15_digits_cannot_hold_is_text_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("long.csv");
    let rows = ["c 2022-07 1234567890123.45 Active 12345678901234.56 USD - -", "d 2022-07 0.100000 Active 1 USD - -"];
    fs::write(&input, report(&rows)).unwrap();
    let output = folder.path().join("long.xlsx");
    let run = program().arg("balance").arg(&input).arg("-qo").arg(&output).output().unwrap();
    insta::assert_snapshot!(String::from_utf8(run.stderr).unwrap(), @"warning: 2 amounts of more than the 15 digits that a spreadsheet holds written as text");
    let mut book: Xlsx<_> = open_workbook(&output).unwrap();
    let sheet = book.worksheet_range("aco").unwrap();
    let limit = |row| sheet.get_value((row, 8)).unwrap().clone();
    assert_eq!(limit(1), Data::String("12345678901234.56".to_owned()));
    assert_eq!(limit(2), Data::Float(1.0));
    assert_eq!(sheet.get_value((1, 7)).unwrap(), &Data::Float(1_234_567_890_123.45));
    assert_eq!(limit(4), Data::String("12345678901235.56".to_owned()), "the total of a text is no formula");
}

#[test]
fn what_no_figure_has_and_what_months_a_list_is_about_stand_below_the_totals() {
    let last = |line: &str| {
        let (sheet, run) = workbook(line);
        assert_eq!(run.code, Some(0), "{run}");
        let notes: Vec<String> = sheet
            .rows()
            .skip_while(|row| row[0] != Data::String("total".to_owned()))
            .filter_map(|row| {
                let text = row[0].to_string();
                (!text.is_empty() && text != "total").then_some(text)
            })
            .collect();
        notes.join("; ")
    };
    let file = "fixtures/bad-amount.csv --skip-invalid --as-of 2022-12-15";
    for command in ["summary", "given", "balance"] {
        assert_eq!(last(&format!("{command} {file}")), "1 row left out as unreadable");
    }
    let list = "summary fixtures/aco-balance.csv --by customer --as-of 2023-01-15";
    assert_eq!(last(&format!("{list} --month last")), "month 2022-12");
    assert_eq!(last(list), "months 2022-01 to 2022-12");
}

#[test]
fn the_same_input_makes_the_same_file() {
    let folder = tempfile::tempdir().unwrap();
    let line = "given fixtures/aco-balance.csv --as-of 2022-12-15";
    let first = fs::read(written(folder.path(), line, &[])).unwrap();
    assert_eq!(fs::read(written(folder.path(), line, &[])).unwrap(), first);
}

#[test]
fn a_terminal_is_no_place_for_a_workbook() {
    insta::assert_snapshot!(on_terminal("summary fixtures/aco-balance.csv -f xlsx", 80), @"
    note: 1 credit in use before the first row in the files (2022-01): the first amount is in OpeningAmount, not in CreditGiven
    hint: add the whole report of 2021-12 to know what was given in 2022-01
    note: the report ends in 2022-12: figures of that month are final only if it was downloaded after the month's invoice was out
    note: CreditGiven of 2022-06 and 2022-07 has 2 amounts over more than one month, because no rows lie between
    hint: SpanMonths of `aco given fixtures/aco-balance.csv` says how many
    error: a workbook cannot be shown on a terminal
    hint: name a file, as in `-o out.xlsx`
    ");
}

#[test]
fn a_terminal_is_no_place_for_a_parquet_file() {
    insta::assert_snapshot!(on_terminal("summary fixtures/aco-balance.csv -f parquet -q", 80), @"
    error: a Parquet file cannot be shown on a terminal
    hint: name a file, as in `-o out.parquet`
    ");
}

#[test]
fn an_empty_result_is_a_header() {
    let (sheet, _) = workbook("summary fixtures/header-only.csv");
    assert_same(&sheet, &aco("summary fixtures/header-only.csv").stdout);
    assert_eq!(sheet.height(), 1);
}

/// The first worksheet of a command's result.
fn workbook(line: &str) -> (Range<Data>, Run) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.xlsx");
    let run = aco(&format!("{line} -o {}", path.display()));
    let mut book: Xlsx<_> = open_workbook(&path).unwrap();
    (book.worksheet_range_at(0).unwrap().unwrap(), run)
}

/// A command's result in a file.
fn written(folder: &Path, line: &str, files: &[&Path]) -> std::path::PathBuf {
    let path = folder.join("out.xlsx");
    let output = program().args(line.split_whitespace()).args(files).arg("-o").arg(&path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    path
}

fn assert_same(sheet: &Range<Data>, csv: &str) {
    assert_eq!(sheet.width(), csv.lines().next().unwrap().split(',').count());
    assert_rows(sheet, csv);
}

/// The rows of a worksheet are those of CSV; totals may follow.
pub(crate) fn assert_rows(sheet: &Range<Data>, csv: &str) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    // Names stand first, and ids last.
    let place = |name: &str| (0..sheet.width()).find(|at| sheet[(0, *at)] == Data::String(name.to_owned())).unwrap();
    for (row, expected) in rows.iter().enumerate() {
        for (at, text) in expected.iter().enumerate() {
            let name = &rows[0][at];
            let cell = sheet.get((row, place(name))).unwrap();
            assert_eq!(as_csv(cell, text), text, "{name} in row {row}: {cell:?}");
            let is_text = matches!(cell, Data::String(_) | Data::Empty);
            assert_eq!(is_text, row == 0 || text.is_empty() || TEXTS.contains(&name), "{name} in row {row}: {cell:?}");
        }
    }
}

/// A cell as CSV writes it; a number at the scale of the expected one, if they are equal.
fn as_csv(cell: &Data, expected: &str) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) => text.clone(),
        Data::Float(number) => {
            let read = number.to_string();
            match (Decimal::from_str_exact(&read), Decimal::from_str_exact(expected)) {
                (Ok(a), Ok(b)) if a == b => expected.to_owned(),
                _ => read,
            }
        }
        Data::DateTime(moment) => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            let text = format!("{year:04}-{month:02}-{day:02}");
            if expected.len() == 7 { text.strip_suffix("-01").unwrap().to_owned() } else { text }
        }
        other => format!("{other:?}"),
    }
}

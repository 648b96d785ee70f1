//! Workbooks are read like text: the sheet with the header, its numbers, dates and texts as it shows them.

use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::Path;

use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};

use super::context::{HEADER, aco, plain, program, report, run_on};

/// Fills a sheet with a header, from a row and column on, and a row of text for each line.
fn fill(sheet: &mut Worksheet, row: u32, column: u16, lines: &str) {
    for (row, line) in (row..).zip(lines.lines()) {
        for (column, cell) in (column..).zip(line.split(',')) {
            if !cell.is_empty() {
                sheet.write_string(row, column, cell).unwrap();
            }
        }
    }
}

fn saved(book: &mut Workbook, folder: &Path, name: &str) -> std::path::PathBuf {
    let path = folder.join(name);
    book.save(&path).unwrap();
    path
}

#[test]
fn a_workbook_of_list_is_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.xlsx");
    let output = program().args(["list", "-q", "fixtures/aco-balance.csv", "-o"]).arg(&path).output().unwrap();
    assert!(output.status.success());
    for command in ["given", "summary", "list"] {
        let (code, stdout, stderr) = run_on(&[command, "-q", "--as-of", "2022-12-15"], &path);
        let expected = aco(&format!("{command} -q --as-of 2022-12-15 fixtures/aco-balance.csv")).stdout;
        assert_eq!((code, plain(&stdout), stderr), (Some(0), plain(&expected), String::new()));
    }
}

#[test]
fn cells_are_read_as_the_sheet_shows_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Notes").unwrap().write_string(0, 0, "Kept by Finance").unwrap();
    let sheet = book.add_worksheet().set_name("Balance").unwrap();
    sheet.write_string(0, 1, "Azure credit").unwrap();
    fill(sheet, 2, 1, &HEADER.replace("ExpiryDate", "ExpiryDate,Comment"));
    let date = Format::new().set_num_format("dd.mm.yyyy");
    fill(sheet, 3, 1, "p,c,,ACO,,Active,,USD,a");
    sheet.write_number(3, 3, 202_207).unwrap();
    sheet.write_number(3, 5, 0.1 + 0.2).unwrap();
    sheet.write_formula(3, 7, Formula::new("=1234.567*1").set_result("1234.567")).unwrap();
    sheet.write_number_with_format(3, 10, 44713, &date).unwrap();
    // A row that ends before its last columns, hidden, with text amounts.
    fill(sheet, 5, 1, "p,d,2022-07,ACO");
    sheet.write_string(5, 5, "1,234.50").unwrap();
    fill(sheet, 5, 6, "Active,1,USD,b");
    sheet.set_row_hidden(5).unwrap();
    let path = saved(&mut book, folder.path(), "book.xlsx");
    let (code, stdout, stderr) = run_on(&["list"], &path);
    assert_eq!(code, Some(0), "{stderr}");
    insta::assert_snapshot!(stdout, @"
    PartnerID,CustomerID,InvoiceMonth,CreditName,CreditAmount,Status,BalanceAmount,CurrencyCode,AgreementID,EffectiveDate,ExpiryDate
    p,c,2022-07,ACO,0.3,Active,1234.567,USD,a,2022-06-01,
    p,d,2022-07,ACO,1234.50,Active,1,USD,b,,
    ");
    insta::assert_snapshot!(stderr, @r#"
    note: skipped, not an ACO balance report: book.xlsx/Notes
    note: book.xlsx/Balance: 1 row is hidden in the workbook, and read like the others
    "#);
}

#[test]
fn dates_that_a_spreadsheet_turned_round_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let date = Format::new().set_num_format("dd.mm.yyyy");
    for (expiry, code) in [("6/30/2023", 2), ("30/06/2023", 2), ("2023-06-30", 0), ("30.06.2023", 0), ("", 0)] {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        fill(sheet, 0, 0, HEADER);
        fill(sheet, 1, 0, &format!("p,c,2022-07,ACO,1,Active,1,USD,a,,{expiry}"));
        // 7/1/2022 as a spreadsheet takes it that writes days first.
        sheet.write_number_with_format(1, 9, 44568, &date).unwrap();
        let path = saved(&mut book, folder.path(), "book.xlsx");
        let (found, _, stderr) = run_on(&["list"], &path);
        assert_eq!(found, Some(code), "{expiry}: {stderr}");
        let refused = "'2022-01-07' (line 2, EffectiveDate) may have been turned round by a spreadsheet";
        assert_eq!(stderr.contains(refused), code == 2, "{expiry}: {stderr}");
        let order = if expiry.starts_with("30/") { "dmy" } else { "mdy" };
        assert_eq!(run_on(&["list", "--date-order", order], &path).0, Some(0));
    }
    // Text with a zone was never a date cell.
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    fill(sheet, 0, 0, HEADER);
    fill(sheet, 1, 0, "p,c,2022-07,ACO,1,Active,1,USD,a,2022-07-01T00:00:00Z,6/30/2023");
    assert_eq!(run_on(&["list"], &saved(&mut book, folder.path(), "book.xlsx")).0, Some(0));
}

#[test]
fn tags_mean_the_same_whatever_their_prefix_and_quotes() {
    let folder = tempfile::tempdir().unwrap();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    fill(sheet, 0, 0, HEADER);
    fill(sheet, 1, 0, "p,c,2022-07,ACO,,Active,1,USD,a,,");
    sheet.write_formula(1, 4, Formula::new("=5+6")).unwrap();
    sheet.set_row_hidden(1).unwrap();
    let bytes = saved_bytes(&mut book);
    for (calculates, is_read) in [
        (" fullCalcOnLoad=\"1\"", false),
        (" fullCalcOnLoad='true'", false),
        ("\n x:fullCalcOnLoad = '1'", false),
        (" fullCalcOnLoad=\"0\"", true),
        (" notfullCalcOnLoad=\"1\"", true),
    ] {
        let book = with_entry(&bytes, "xl/workbook.xml", |xml| {
            let xml = String::from_utf8(xml.to_vec()).unwrap();
            assert!(xml.contains(" fullCalcOnLoad=\"1\""), "{xml}");
            xml.replace(" fullCalcOnLoad=\"1\"", calculates).into_bytes()
        });
        let (code, _, stderr) = aco_on_file(folder.path(), &book);
        assert_eq!(code == Some(0), is_read, "{calculates}: {stderr}");
    }
    let book = with_entry(&bytes, "xl/worksheets/sheet1.xml", |xml| {
        let xml = String::from_utf8(xml.to_vec()).unwrap().replace(" hidden=\"1\"", " hidden='1'");
        xml.replace("<f>5+6</f><v>0</v>", "<v>5</v>").into_bytes()
    });
    fs::write(folder.path().join("hidden.xlsx"), book).unwrap();
    let (code, _, stderr) = run_on(&["list"], &folder.path().join("hidden.xlsx"));
    assert!(code == Some(0) && stderr.contains("1 row is hidden in the workbook"), "{stderr}");
}

#[test]
fn the_last_moment_of_a_day_is_of_that_day() {
    let folder = tempfile::tempdir().unwrap();
    let date = Format::new().set_num_format("dd.mm.yyyy");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    fill(sheet, 0, 0, HEADER);
    let serials = [45_107.999_999_999_99, 45_107.999_988, 45_108.0, 0.0];
    for (row, serial) in (1..).zip(serials) {
        fill(sheet, row, 0, &format!("p,c,2023-06,ACO,1,Active,1,USD,a{row},2023-06-01,"));
        sheet.write_number_with_format(row, 10, serial, &date).unwrap();
    }
    let (_, stdout, stderr) = run_on(&["list"], &saved(&mut book, folder.path(), "book.xlsx"));
    let days: Vec<&str> = stdout.lines().skip(1).map(|line| line.rsplit(',').next().unwrap()).collect();
    assert_eq!(days, ["2023-06-30", "2023-06-30", "2023-07-01", ""], "{stderr}");
}

#[test]
fn several_sheets_are_several_files_and_rows_are_lines() {
    let folder = tempfile::tempdir().unwrap();
    let mut book = Workbook::new();
    for (name, amount) in [("Jan", "x"), ("Feb", "y")] {
        let text = String::from_utf8(report(&[&format!("c 2022-01 {amount} Active 1 USD - -")])).unwrap();
        fill(book.add_worksheet().set_name(name).unwrap(), 1, 0, &text);
    }
    let (code, _, stderr) = run_on(&["list"], &saved(&mut book, folder.path(), "book.xlsx"));
    assert_eq!(code, Some(2));
    let expected = "expected an amount such as `1234.50`";
    for place in ["book.xlsx/Jan:3: CreditAmount: 'x'", "book.xlsx/Feb:3: CreditAmount: 'y'"] {
        assert!(stderr.contains(&format!("{place}: {expected}")), "{stderr}");
    }
}

#[test]
fn a_workbook_that_cannot_be_read_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let mut book = Workbook::new();
    fill(book.add_worksheet(), 0, 0, &HEADER.replace(",Status", ",State"));
    let path = saved(&mut book, folder.path(), "book.xlsx");
    let refused = |bytes: &[u8]| {
        let path = folder.path().join("bad.xlsx");
        fs::write(&path, bytes).unwrap();
        let (code, stdout, stderr) = run_on(&["list"], &path);
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{stderr}");
        stderr
    };
    let bytes = fs::read(&path).unwrap();
    assert!(refused(&bytes).starts_with("error: bad.xlsx/Sheet1:1: no column `Status` (did you mean `State`?)"));
    assert!(refused(&with_entry(&bytes, "xl/worksheets/sheet1.xml", |_| b"<worksheet>".to_vec())).contains("error: "));
    let formula = b"<worksheet><sheetData><row r=\"3\"><c r=\"A3\"><f>B3</f></c></row></sheetData></worksheet>";
    let bare = refused(&with_entry(&bytes, "xl/worksheets/sheet1.xml", |_| formula.to_vec()));
    assert!(bare.contains("error: bad.xlsx: a formula in row 3 has no value"), "{bare}");
    assert!(refused(&bytes[..bytes.len() - 30]).contains("error: bad.xlsx: the zip data is damaged"));
    assert!(refused(&saved_bytes(&mut Workbook::new())).contains("error: bad.xlsx: the workbook is empty"));
    // The size of an entry once it is unpacked, in the archive's list of them.
    let mut large = bytes.clone();
    let entry = large.windows(4).position(|start| start == b"PK\x01\x02").unwrap();
    large[entry + 24..entry + 28].copy_from_slice(&(513_u32 << 20).to_le_bytes());
    assert!(refused(&large).contains("the workbook is larger than 512 MiB when it is unpacked"));
    let mut cfb = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    cfb.resize(2048, 0);
    assert!(refused(&cfb).contains("the workbook is damaged or cut off"));
    cfb.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert!(refused(&cfb).contains("the workbook is protected by a password"));
}

/// Wherever a workbook is damaged, the answer is right or an error, and never a panic.
#[test]
fn damage_anywhere_is_an_error_or_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut book = Workbook::new();
    fill(book.add_worksheet(), 0, 0, &String::from_utf8(report(&["c 2022-01 5 Active 1 USD - -"])).unwrap());
    let bytes = saved_bytes(&mut book);
    let whole = aco_on_file(folder.path(), &bytes);
    assert_eq!(whole.0, Some(0));
    for part in ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"] {
        for cut in [0_usize, 1, 60, 200, 400, 700] {
            let damaged = with_entry(&bytes, part, |xml| xml[..cut.min(xml.len())].to_vec());
            let (code, stdout, stderr) = aco_on_file(folder.path(), &damaged);
            let is_right = code == Some(2) && stdout.is_empty() || (code, &stdout) == (whole.0, &whole.1);
            assert!(
                is_right && !stderr.contains("panicked") && !stderr.contains("should not happen"),
                "{part}: {stderr}"
            );
        }
    }
}

fn aco_on_file(folder: &Path, bytes: &[u8]) -> (Option<i32>, String, String) {
    let path = folder.join("book.xlsx");
    fs::write(&path, bytes).unwrap();
    run_on(&["list"], &path)
}

fn saved_bytes(book: &mut Workbook) -> Vec<u8> {
    book.save_to_buffer().unwrap()
}

/// The archive with one entry made into another.
fn with_entry(archive: &[u8], name: &str, turn: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut entry = from.by_index(index).unwrap();
        let entry_name = entry.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        to.start_file(entry_name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        to.write_all(&if entry_name == name { turn(&bytes) } else { bytes }).unwrap();
    }
    to.finish().unwrap().into_inner()
}

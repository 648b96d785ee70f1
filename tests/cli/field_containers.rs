//! What a container holds is read or said: sheets, entries of archives and pages, and values that are none.

use std::fs;
use std::path::Path;

use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};
use zip::CompressionMethod;

use super::context::{HEADER, Run, gzip, program, report, zip};

/// Runs the program with the arguments of a line in a folder.
fn run(folder: &Path, line: &str) -> Run {
    Run::of(program().current_dir(folder).args(line.split_whitespace()).output().unwrap())
}

fn fill(sheet: &mut Worksheet, first_row: u32, text: &str) {
    for (row, line) in (first_row..).zip(text.lines()) {
        for (column, cell) in (0..).zip(line.split(',')).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string(row, column, cell).unwrap();
        }
    }
}

fn text(rows: &[&str]) -> String {
    String::from_utf8(report(rows)).unwrap()
}

const ROWS: [&str; 2] =
    ["c 2022-06 100.50 Active 1 USD 2022-06-01 2023-05-31", "c 2022-07 350.75 Active 1 USD 2022-06-01 2023-05-31"];

/// A report whose CreditAmount is a formula with a stored result, or none.
fn with_formula(folder: &Path, result: Option<&str>) -> Run {
    let mut book = Workbook::new();
    fill(book.add_worksheet(), 0, &text(&ROWS));
    let formula = Formula::new("=VALUE(\"100.5\")");
    let formula = result.map_or(formula.clone(), |result| formula.set_result(result));
    book.worksheet_from_index(0).unwrap().write_formula(1, 4, formula).unwrap();
    book.save(folder.join("book.xlsx")).unwrap();
    run(folder, "list book.xlsx -q")
}

#[test]
fn a_formula_that_nobody_computed_is_no_value() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(with_formula(folder.path(), Some("100.5")).code, Some(0));
    for result in [None, Some("")] {
        let refused = with_formula(folder.path(), result);
        assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""), "{refused}");
        let expected = "error: book.xlsx/Sheet1: a formula in row 2 has no value: nothing has computed it yet\n\
            hint: open the workbook in Excel and save it once\n";
        assert_eq!(refused.stderr, expected, "{result:?}");
    }
}

#[test]
fn ids_that_are_numbers_are_read_as_the_sheet_shows_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    fill(sheet, 0, &text(&ROWS));
    for (row, id) in [(1, 42.5), (2, 1_234_567_890_123_456.0)] {
        sheet.write_number(row, 8, id).unwrap();
    }
    sheet.write_number_with_format(1, 10, 0, &Format::new().set_num_format("yyyy-mm-dd")).unwrap();
    book.save(folder.path().join("book.xlsx")).unwrap();
    let read = run(folder.path(), "list book.xlsx");
    let rows = "p,c,2022-06,ACO,100.50,Active,1,USD,42.5,2022-06-01,\n\
        p,c,2022-07,ACO,350.75,Active,1,USD,1234567890123460,2022-06-01,2023-05-31\n";
    assert_eq!((read.code, read.stdout), (Some(0), format!("{HEADER}{rows}")));
    let said = "note: book.xlsx/Sheet1:3: an id is a number of more than 15 digits, and a workbook keeps no more than \
        these\nhint: write ids as text\n";
    assert_eq!(read.stderr, said);
}

#[test]
fn a_cell_that_begins_with_a_hash_takes_no_row_out() {
    let folder = tempfile::tempdir().unwrap();
    let taken_out = text(&ROWS).replacen("\np,", "\n#p,", 1);
    let mut book = Workbook::new();
    fill(book.add_worksheet(), 0, &taken_out);
    book.save(folder.path().join("book.xlsx")).unwrap();
    let refused = run(folder.path(), "list book.xlsx -q");
    assert!(refused.code == Some(2) && refused.stderr.contains("this line begins with `#`"), "{refused}");
    for first in ["#N/A", "#1"] {
        let mut book = Workbook::new();
        let with_first =
            text(&ROWS).replace("\np,", &format!("\n{first},p,")).replacen("PartnerID", "Name,PartnerID", 1);
        fill(book.add_worksheet(), 0, &with_first);
        book.save(folder.path().join("book.xlsx")).unwrap();
        let read = run(folder.path(), "list book.xlsx -q");
        assert_eq!((read.code, read.stdout), (Some(0), text(&ROWS)), "{}", read.stderr);
    }
}

#[test]
fn a_hidden_sheet_is_read_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let mut book = Workbook::new();
    for (at, row) in ROWS.iter().enumerate() {
        let sheet = book.add_worksheet();
        fill(sheet, 0, &text(&[row]));
        if at == 1 {
            sheet.set_hidden(true);
        }
    }
    book.save(folder.path().join("book.xlsx")).unwrap();
    let read = run(folder.path(), "list book.xlsx");
    assert_eq!((read.code, read.stdout.as_bytes()), (Some(0), report(&ROWS).as_slice()), "{}", read.stderr);
    let said = "note: book.xlsx/Sheet2: the sheet is hidden in the workbook, and read like the others\n";
    assert_eq!(read.stderr, said);
}

#[test]
fn a_page_whose_next_one_is_missing_makes_the_input_incomplete() {
    let folder = tempfile::tempdir().unwrap();
    let page = |row: &str, next: &str| {
        let cells = format!("p,{row}");
        let members = HEADER.trim().split(',').zip(cells.split(','));
        let object: Vec<String> = members.map(|(name, cell)| format!("\"{name}\":\"{cell}\"")).collect();
        format!("{{\"items\":[{{{}}}]{next}}}", object.join(","))
    };
    let first = "c,2022-06,ACO,100.50,Active,1,USD,a,2022-06-01,2023-05-31";
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
    write("last.json", page(&first.replace("2022-06,", "2022-07,"), ",\"links\":{\"next\":null,\"self\":{}}"));
    let missing = "warning: first.json: a page names a next one, which no file holds\n";
    for next in [
        ",\"links\":{\"next\":{\"uri\":\"/p/2\"}}",
        ",\"links\":[{\"rel\":\"self\",\"href\":\"/1\"},{\"rel\":\"next\",\"href\":\"/2\"}]",
        ",\"_links\":{\"next\":{\"href\":\"/p/2\"}}",
        ",\"@odata.nextLink\":\"https://x/2\"",
        ",\"odata.nextLink\":\"https://x/2\"",
        ",\"nextLink\":\"/2\"",
        ",\"__next\":\"/2\"",
        ",\"continuationToken\":\"t\"",
    ] {
        write("first.json", page(first, next));
        let alone = run(folder.path(), "list first.json");
        assert!(alone.code == Some(0) && alone.stderr.starts_with(missing), "{alone}");
        let check = run(folder.path(), "check --at-least warning --only future-month --as-of 2022-08-20 first.json");
        assert!(check.code == Some(1) && check.stderr.starts_with(missing), "{check}");
        let whole = run(folder.path(), "check --only future-month --as-of 2022-08-20 first.json last.json");
        assert!(whole.code == Some(0) && !whole.stderr.contains("next"), "{whole}");
    }
}

#[test]
fn a_page_between_others_is_missed() {
    let folder = tempfile::tempdir().unwrap();
    // Each page by what it calls itself and the next one.
    let check = |pages: &[(&str, &str)]| {
        let of_page = |(at, (itself, next)): (usize, &(&str, &str))| {
            let cells = format!("p,c,2022-0{},ACO,1.00,Active,1,USD,a,2022-01-01,2023-05-31", at + 1);
            let members = HEADER.trim().split(',').zip(cells.split(','));
            let object: Vec<String> = members.map(|(name, cell)| format!("\"{name}\":\"{cell}\"")).collect();
            let link =
                |name: &str, text: &str| if text.is_empty() { String::new() } else { format!("\"{name}\":{text}") };
            let links = [link("self", itself), link("next", next)].join(",");
            format!("{{\"items\":[{{{}}}],\"links\":{{{}}}}}", object.join(","), links.trim_matches(','))
        };
        let texts: Vec<String> = pages.iter().enumerate().map(of_page).collect();
        // In files of their own, and all in one.
        let names: Vec<String> = (0..texts.len()).map(|at| format!("{at}.json")).collect();
        names.iter().zip(&texts).for_each(|(name, text)| fs::write(folder.path().join(name), text).unwrap());
        fs::write(folder.path().join("all.json"), texts.join("\n")).unwrap();
        let line = "check --only future-month --as-of 2022-08-20";
        let apart = run(folder.path(), &format!("{line} {}", names.join(" ")));
        let joined = run(folder.path(), &format!("{line} all.json"));
        assert_eq!(apart.code, joined.code, "{apart}\n{joined}");
        assert_eq!(
            apart.code == Some(1),
            apart.stderr.contains("a page names a next one, which no file holds"),
            "{apart}"
        );
        apart.code
    };
    let own = |page: usize| format!("{{\"uri\":\"/lines?page={page}\"}}");
    let [one, two, three, four] = [1, 2, 3, 4].map(own);
    assert_eq!(check(&[(&one, &two), (&two, &three), (&three, "")]), Some(0));
    assert_eq!(check(&[(&three, ""), (&one, &two), (&two, &three)]), Some(0), "in any order");
    assert_eq!(check(&[(&one, &two), (&three, "")]), Some(1), "the second is missing");
    assert_eq!(check(&[(&one, &two), (&two, &three), (&four, "")]), Some(1), "the third is missing");
    assert_eq!(check(&[(&one, &two), (&two, &three)]), Some(1), "the last is missing");
    // As Partner Center names them: the address of the first, and a token.
    let first = |invoice: &str| format!("{{\"uri\":\"/invoices/{invoice}/lines?size=2\",\"headers\":[]}}");
    let token = |invoice: &str, token: &str| {
        format!(
            "{{\"uri\":\"/invoices/{invoice}/lines?size=2&seekOperation=Next\",\"headers\":[{{\"key\":\"MS-ContinuationToken\",\
             \"value\":\"{token}\"}}]}}"
        )
    };
    let (g1, g2) = (first("G1"), first("G2"));
    let [a, b, c] = ["a", "b", "c"].map(|text| token("G1", text));
    assert_eq!(check(&[(&g1, &a), (&g1, &b), (&g1, "")]), Some(0));
    assert_eq!(check(&[(&g1, &a), (&g1, &b), (&g1, &c)]), Some(1), "the last is missing");
    assert_eq!(check(&[(&g1, &a), (&g1, &a), (&g1, "")]), Some(1), "one page twice");
    assert_eq!(check(&[(&g1, &a), (&g2, "")]), Some(1), "the last of the first invoice is missing");
    assert_eq!(check(&[(&g1, &a), (&g2, &token("G2", "d")), (&g1, ""), (&g2, "")]), Some(0));
    assert_eq!(check(&[("", &a), ("", &b), ("", "")]), Some(0), "none has a name");
}

/// Lines of an invoice, or of usage, as a page of the interface has them: customer, day and amount of each.
fn invoice_page(number: &str, lines: &[(&str, &str, &str)], links: &str) -> String {
    let is_usage = number.is_empty();
    let line = |(customer, day, amount): &(&str, &str, &str)| {
        let (kind, sign) = if is_usage { ("new", "") } else { ("customerCredit", "-") };
        let [billed, reason, text] = if is_usage {
            ["billingPreTaxTotal", "creditType", "Azure Credit Applied"]
        } else {
            ["subtotal", "creditReasonCode", "Azure Credit"]
        };
        let currency = if is_usage { "billingCurrency" } else { "currency" };
        format!(
            "{{\"partnerId\":\"p\",\"customerId\":\"{customer}\",\"invoiceNumber\":\"{number}\",\
             \"chargeType\":\"{kind}\",\"chargeStartDate\":\"{day}\",\"usageDate\":\"{day}\",\
             \"{currency}\":\"USD\",\"{billed}\":\"{sign}{amount}\",\"{reason}\":\"{text}\"}}"
        )
    };
    let lines: Vec<String> = lines.iter().map(line).collect();
    format!("{{\"items\":[{}]{links}}}", lines.join(","))
}

#[test]
fn a_page_is_missed_beside_other_invoices() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
    let rows = ["c 2022-06 5 Active 95 USD 2022-06-01 2023-05-31", "c 2022-07 15 Active 85 USD 2022-06-01 2023-05-31"];
    fs::write(folder.path().join("report.csv"), report(&rows)).unwrap();
    let next = |address: &str| format!(",\"links\":{{\"next\":{{\"uri\":\"{address}\"}}}}");
    write("june.json", invoice_page("G1", &[("c", "2022-06-01", "5.00")], ""));
    write("july-1.json", invoice_page("G2", &[("c", "2022-07-01", "7.00")], &next("/lines?page=2")));
    write("july-2.json", invoice_page("G2", &[("c", "2022-07-02", "3.00")], ""));
    write("usage.json", invoice_page("", &[("c", "2022-07-02", "3.00")], ""));
    let missing = "july-1.json: a page names a next one, which no file holds";
    for (files, is_whole) in [
        ("june.json july-1.json july-2.json", true),
        ("july-2.json june.json july-1.json", true),
        ("june.json july-1.json", false),
        ("june.json july-1.json usage.json", false),
    ] {
        let compared = run(folder.path(), &format!("reconcile report.csv --as-of 2022-08-20 --invoice {files}"));
        assert_eq!(compared.stderr.contains(missing), !is_whole, "{files}: {compared}");
        let check = format!("check report.csv --only future-month --as-of 2022-08-20 --invoice {files}");
        let check = run(folder.path(), &check);
        assert_eq!((check.code, check.stderr.contains(missing)), (Some(i32::from(!is_whole)), !is_whole), "{check}");
    }
    // Pages of several invoices in one file, whose last ones lie in files of their own.
    let firsts = ["G1", "G2"].map(|number| invoice_page(number, &[("c", "2022-06-01", "1.00")], &next(number)));
    write("firsts.json", firsts.join("\n"));
    for (files, is_whole) in [("june.json july-2.json", true), ("usage.json", false)] {
        let compared = run(folder.path(), &format!("reconcile report.csv --invoice firsts.json {files}"));
        assert_eq!(compared.stderr.contains("a page names a next one"), !is_whole, "{files}: {compared}");
    }
}

#[test]
fn pages_of_usage_are_one_snapshot() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
    fs::write(folder.path().join("report.csv"), report(&["c 2022-07 15 Active 85 USD 2022-07-01 2023-05-31"])).unwrap();
    let next = |page: usize| format!(",\"links\":{{\"next\":{{\"uri\":\"/usage?page={page}\"}}}}");
    let days = [("c", "2022-07-05", "5.00"), ("c", "2022-07-12", "7.00"), ("c", "2022-07-19", "3.00")];
    write("1.json", invoice_page("", &days[..1], &next(2)));
    write("2.json", invoice_page("", &days[1..2], &next(3)));
    write("3.json", invoice_page("", &days[2..], ""));
    // Downloaded before, in pages and in one.
    write("before-1.json", invoice_page("", &days[..1], &next(2)));
    write("before-2.json", invoice_page("", &days[1..2], ""));
    write("before.json", invoice_page("", &days[..2], ""));
    // Restated since, line by line: a page that names the next one as another does, and one beside a file that is whole.
    let restated = [("c", "2022-07-04", "4.00")];
    write("restated-1.json", invoice_page("", &restated, &next(2)));
    let lines: Vec<String> = days
        .iter()
        .map(|(c, day, amount)| format!("p,{c},,new,{day},{day},{amount},USD,Azure Credit Applied\n"))
        .collect();
    let header = "PartnerId,CustomerId,InvoiceNumber,ChargeType,ChargeStartDate,UsageDate,BillingPreTaxTotal,BillingCurrency,CreditType\n";
    write("whole.csv", header.to_owned() + &lines.concat());
    for files in [
        "1.json 2.json 3.json",
        "3.json before.json 2.json 1.json",
        "before-?.json ?.json",
        "1.json 2.json 3.json restated-1.json",
        "restated-1.json whole.csv",
    ] {
        let line = format!("reconcile report.csv --as-of 2022-08-20 -f csv --invoice {files}");
        let compared = run(folder.path(), &line);
        assert!(compared.stdout.contains(",USD,2022-07,15,15.00,0.00,matched,3"), "{files}: {compared}");
    }
}

#[test]
fn an_empty_page_is_the_last_one() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["pages", "balances"] {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
    fs::write(folder.path().join("report.csv"), report(&["c 2022-07 7 Active 93 USD 2022-07-01 2023-05-31"])).unwrap();
    let links = |name: &str| format!(",\"links\":{{\"{name}\":{{\"uri\":\"/2\"}}}}");
    write("pages/1.json", invoice_page("G1", &[("c", "2022-07-01", "7.00")], &links("next")));
    write("balances/1.json", {
        let lines = run(folder.path(), "list -q report.csv -f json").stdout;
        format!("{{\"items\":{}{}}}", lines.trim_end(), links("next"))
    });
    for (empty, is_whole) in [
        ("{\"items\":[]}", true),
        (&format!("{{\"items\":[]{}}}", links("self")), true),
        ("{\"items\":[],\"nextLink\":\"/3\"}", false),
    ] {
        write("pages/2.json", empty.to_owned());
        write("balances/2.json", empty.to_owned());
        for line in ["reconcile report.csv --invoice pages", "reconcile report.csv --invoice pages/2.json pages/1.json"]
        {
            let compared = run(folder.path(), &format!("{line} --as-of 2022-08-20"));
            assert_eq!(compared.code, Some(i32::from(!is_whole)), "{empty}: {compared}");
            assert_eq!(compared.stderr.contains("a page names a next one"), !is_whole, "{empty}: {compared}");
            assert!(!compared.stderr.contains("skipped") && !compared.stderr.contains("no column"), "{compared}");
        }
        let check = run(folder.path(), "check balances --as-of 2022-08-20 --only unread-file");
        assert_eq!((check.code, check.stderr.is_empty()), (Some(i32::from(!is_whole)), is_whole), "{empty}: {check}");
    }
    write("pages/1.json", "{\"items\":[".to_owned());
    let cut = run(folder.path(), "reconcile report.csv --invoice pages/1.json");
    assert!(cut.code == Some(2) && cut.stderr.contains("no header"), "{cut}");
    let alone = run(folder.path(), "reconcile report.csv --as-of 2022-08-20 --invoice pages/2.json");
    assert!(alone.code == Some(1) && alone.stderr.contains("nothing was compared"), "{alone}");
}

#[test]
fn an_error_in_place_of_data_is_called_so() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("good.csv"), report(&ROWS)).unwrap();
    for (reply, told) in [
        (r#"{"error": {"code": "TooManyRequests", "message": "slow down"}}"#, "TooManyRequests: slow down"),
        (r#"{"error":{"code":429}}"#, "429"),
        ("{\r\n  \"Error\": {\r\n    \"message\": \"expired\"\r\n  }\r\n}\r\n", "expired"),
        (r#"{"error":"invalid_client","error_description":"AADSTS7000215"}"#, "invalid_client"),
        (r#"{"odata.error":{"code":"Forbidden","message":{"lang":"en","value":"no"}}}"#, "Forbidden: {"),
    ] {
        fs::write(folder.path().join("report.json"), reply).unwrap();
        for line in ["summary report.json", "reconcile good.csv --invoice report.json", "summary *.*"] {
            let refused = run(folder.path(), line);
            let said = format!("error: report.json: an error that was answered in place of data: {told}");
            assert!(refused.code == Some(2) && refused.stderr.starts_with(&said), "{line}: {refused}");
        }
    }
    fs::write(folder.path().join("report.json"), r#"{"error": null}"#).unwrap();
    let other = run(folder.path(), "summary report.json");
    assert!(other.code == Some(2) && other.stderr.contains("no header"), "{other}");
}

#[test]
fn lines_of_json_end_as_those_of_text_do() {
    let folder = tempfile::tempdir().unwrap();
    let month = |month: usize| format!("c 2022-{month:02} {month} Active 1 USD 2022-01-01 2030-05-31");
    let rows: Vec<String> = (1..=12).map(month).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    fs::write(folder.path().join("report.csv"), report(&rows)).unwrap();
    for format in ["jsonl", "json"] {
        assert_eq!(run(folder.path(), &format!("list -q report.csv -o plain.{format}")).code, Some(0));
        let text = fs::read_to_string(folder.path().join(format!("plain.{format}"))).unwrap();
        let spread = text.replace(",\"", ",\n\"");
        let texts = if format == "json" { vec![text, spread] } else { vec![text] };
        for (text, end) in texts.iter().flat_map(|text| ["\r", "\r\n", "\n\r", "\r\r"].map(|end| (text, end))) {
            fs::write(folder.path().join("other.json"), text.replace('\n', end)).unwrap();
            let read = run(folder.path(), "list -q other.json");
            assert_eq!((read.code, read.stdout.as_bytes()), (Some(0), report(&rows).as_slice()), "{end:?}: {read}");
            let broken = text.replacen("2022-06", "2022-66", 1).replace('\n', end);
            fs::write(folder.path().join("other.json"), &broken).unwrap();
            // An object stands on the line on which it starts.
            let start = broken[..broken.find("2022-66").unwrap()].rfind('{').unwrap();
            let line = broken[..start].replace("\r\n", "\n").matches(['\r', '\n']).count() + 1;
            let refused = run(folder.path(), "list other.json");
            let line = if format == "json" && !text.contains("},\n{") { None } else { Some(line) };
            let place = line.map_or("other.json:".to_owned(), |line| format!("other.json:{line}: InvoiceMonth"));
            assert!(refused.code == Some(2) && refused.stderr.starts_with(&place), "{end:?} {place}: {refused}");
        }
    }
}

#[test]
fn a_file_that_is_as_long_as_a_worksheet_is_probably_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    // Blank lines are none of the rows, and lines all the same.
    let rows = text(&ROWS) + &"\n".repeat(1_048_576 - 4) + "p,d,2022-07,ACO,1,Active,1,USD,b,,\n";
    let said = |text: &str| {
        fs::write(folder.path().join("report.csv"), text).unwrap();
        run(folder.path(), "summary report.csv").stderr.contains("ends at line 1048576, the last that Excel keeps")
    };
    assert!(said(&rows));
    assert!(said(rows.trim_end()));
    assert!(!said(&rows.replacen("\n\n", "\n", 1)));
    assert!(!said(&format!("{rows}p,e,2022-07,ACO,1,Active,1,USD,c,,\n")));
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    fill(sheet, 0, &text(&ROWS));
    fill(sheet, 1_048_575, "p,d,2022-07,ACO,1,Active,1,USD,b");
    book.save(folder.path().join("book.xlsx")).unwrap();
    assert!(run(folder.path(), "summary book.xlsx").stderr.contains("ends at line 1048576"));
}

fn sheet_bytes(text: &str) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(book.add_worksheet(), 0, text);
    book.save_to_buffer().unwrap()
}

#[test]
fn every_kind_of_entry_of_an_archive_is_read_or_named() {
    let folder = tempfile::tempdir().unwrap();
    let month = |month: usize| format!("c 2022-{month:02} {month} Active 1 USD 2022-01-01 2023-05-31");
    let rows: Vec<String> = (1..=8).map(month).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    write("march.csv", &report(&rows[2..3]));
    write("april.csv", &report(&rows[3..4]));
    assert_eq!(run(folder.path(), "list -q march.csv -o march.parquet").code, Some(0));
    assert_eq!(run(folder.path(), "list -q april.csv -o april.jsonl").code, Some(0));
    let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
    let within = zip(&[("a.csv", &report(&rows[5..6])), ("b.csv", &report(&rows[6..7]))], CompressionMethod::Deflated);
    let deep = zip(&[("deep.zip", &within)], CompressionMethod::Stored);
    let entries: [(&str, &[u8]); 10] = [
        (".DS_Store", b"x"),
        ("1.csv", &report(&rows[..1])),
        ("2.xlsx", &sheet_bytes(&text(&rows[1..2]))),
        ("3.parquet", &read("march.parquet")),
        ("4.jsonl", &read("april.jsonl")),
        ("5.csv.gz", &gzip(&report(&rows[4..5]))),
        ("6.zip", &within),
        ("7.xlsx.gz", &gzip(&sheet_bytes(&text(&rows[7..])))),
        ("8.zip", &deep),
        ("readme.txt", b"kept by finance\n"),
    ];
    write("all.zip", &zip(&entries, CompressionMethod::Deflated));
    let all = run(folder.path(), "list all.zip");
    assert_eq!((all.code, all.stdout.as_bytes()), (Some(0), report(&rows).as_slice()), "{}", all.stderr);
    assert_eq!(
        all.stderr,
        "note: skipped, not an ACO balance report: all.zip/readme.txt\n\
        warning: not read: all.zip/8.zip/deep.zip (an archive that is too large or lies in two others, which is not read: unpack it)\n\
        hint: download it again, or take it out of the folder\n"
    );
    // What is damaged is named as an entry, within whichever archive it lies.
    let damaged: [(&str, &[u8]); 2] = [("1.csv", &report(&rows[..1])), ("bad.xlsx", b"PK\x03\x04 and no more")];
    let damaged = zip(&damaged, CompressionMethod::Stored);
    write("damaged.zip", &damaged);
    write("outer.zip", &zip(&[("damaged.zip", &damaged)], CompressionMethod::Stored));
    for (file, said) in [("damaged.zip", "damaged.zip: bad.xlsx:"), ("outer.zip", "outer.zip: damaged.zip: bad.xlsx:")]
    {
        let refused = run(folder.path(), &format!("list {file}"));
        let said = format!("error: {said} the zip data is damaged");
        assert!(refused.code == Some(2) && refused.stderr.starts_with(&said), "{refused}");
    }
    write("book.zip", &zip(&entries[2..3], CompressionMethod::Stored));
    let book = run(folder.path(), "list book.zip");
    assert_eq!((book.code, book.stdout.as_bytes()), (Some(0), report(&rows[1..2]).as_slice()), "{}", book.stderr);
}

#[test]
fn two_entries_of_one_name_are_two_files() {
    let folder = tempfile::tempdir().unwrap();
    let month = |month: usize| format!("c 2022-0{month} {month} Active 1 USD 2022-01-01 2023-05-31");
    let rows: Vec<String> = (1..=4).map(month).collect();
    let report_of = |month: usize| report(&[&rows[month - 1]]);
    let twins = |entries: &[(&str, &[u8])], method, told: &str| {
        let mut archive = zip(entries, method);
        // The library writes no two of one name.
        while let Some(at) = archive.windows(5).position(|name| matches!(name, b"b.csv" | b"c.csv")) {
            archive[at] = b'a';
        }
        fs::write(folder.path().join("twins.zip"), archive).unwrap();
        let read = run(folder.path(), "list twins.zip");
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let all = String::from_utf8(report(&rows[..entries.len()])).unwrap();
        assert_eq!((read.code, read.stdout), (Some(0), all), "{}", read.stderr);
        let inspected = run(folder.path(), "inspect twins.zip -f csv");
        assert!(inspected.stdout.contains(told), "{inspected}");
    };
    let [one, two, three, four] = [1, 2, 3, 4].map(report_of);
    let book = sheet_bytes(&String::from_utf8(two.clone()).unwrap());
    let (stored, deflated) = (CompressionMethod::Stored, CompressionMethod::Deflated);
    twins(&[("a.csv", &one), ("b.csv", &two)], stored, "twins.zip/a.csv (2),");
    twins(&[("a.csv", &one), ("b.csv", &two)], deflated, "twins.zip/a.csv (2),");
    twins(&[("a.csv", &one), ("b.csv", &two), ("c.csv", &three)], deflated, "twins.zip/a.csv (3),");
    twins(&[("x/a.csv", &one), ("x/b.csv", &two), ("z.csv", &three)], deflated, "twins.zip/x/a.csv (2),");
    twins(&[("a.csv", &one), ("b.csv", &book)], deflated, "twins.zip/a.csv (2)/Sheet1,");
    twins(&[("a.csv", &one), ("b.csv", &gzip(&two)), ("c.csv", &three), ("d.csv", &four)], stored, "a.csv (2),");
    let mut archive = zip(&[("a.csv", &one), ("b.csv", &two)], stored);
    let text = archive.windows(7).position(|bytes| bytes == b"2022-01").unwrap();
    archive[text + 6] = b'3';
    while let Some(at) = archive.windows(5).position(|name| name == b"b.csv") {
        archive[at] = b'a';
    }
    fs::write(folder.path().join("twins.zip"), archive).unwrap();
    let refused = run(folder.path(), "list twins.zip");
    assert!(refused.code == Some(2) && refused.stderr.contains("a.csv` is damaged or cut off"), "{refused}");
}

#[test]
fn a_sheet_that_goes_on_without_a_header_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut book = Workbook::new();
    fill(book.add_worksheet(), 0, &text(&ROWS[..1]));
    fill(book.add_worksheet().set_name("Notes").unwrap(), 0, "kept by,finance");
    book.save(folder.path().join("book.xlsx")).unwrap();
    let read = run(folder.path(), "list book.xlsx");
    let named = "note: skipped, not an ACO balance report: book.xlsx/Notes\n";
    assert_eq!((read.code, read.stderr.as_str()), (Some(0), named));
    fill(book.worksheet_from_index(1).unwrap(), 0, text(&ROWS[1..]).split_once('\n').unwrap().1);
    book.save(folder.path().join("book.xlsx")).unwrap();
    let refused = run(folder.path(), "list book.xlsx");
    let said = "error: book.xlsx/Notes: no header, and rows like those of another sheet or file\n\
        hint: give it the header too, or take it away if its rows do not count\n";
    assert_eq!((refused.code, refused.stderr.as_str()), (Some(2), said));
    let mut first = Workbook::new();
    fill(first.add_worksheet().set_name("Notes").unwrap(), 0, text(&ROWS[1..]).split_once('\n').unwrap().1);
    fill(first.add_worksheet(), 0, &text(&ROWS[..1]));
    first.save(folder.path().join("book.xlsx")).unwrap();
    assert_eq!(run(folder.path(), "list book.xlsx").stderr, said, "the sheet without a header comes first");
}

#[test]
fn a_part_without_a_header_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let parts = folder.path().join("parts");
    fs::create_dir(&parts).unwrap();
    let (first, second) = (text(&ROWS[..1]), text(&ROWS[1..]));
    let second = second.split_once('\n').unwrap().1;
    let other = "kept,by,finance,since,2021,and,no,report,of,any,kind\n";
    let id = "7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07";
    for (what, text, is_part) in [
        ("rows", second.to_owned(), true),
        ("rows of tabs", second.replace(',', "\t"), true),
        ("rows in quotes", format!("\"{}\"\n", second.trim_end().replace(',', "\",\"")), true),
        ("another table", other.to_owned(), false),
        ("another width", second.replacen("p,", "", 1), false),
        ("another width, and two ids", second.replacen("p,c,", &format!("{id},{id},7,"), 1), true),
        ("a table of ids and amounts", format!("{id},{id},12.50,13.00\n"), false),
    ] {
        let files: [(&str, &[u8]); 2] = [("part-0.csv", first.as_bytes()), ("part-1.csv", text.as_bytes())];
        fs::write(folder.path().join("parts.zip"), zip(&files, CompressionMethod::Deflated)).unwrap();
        for (name, bytes) in files {
            fs::write(parts.join(name), bytes).unwrap();
        }
        let turned = folder.path().join("turned");
        fs::create_dir_all(&turned).unwrap();
        fs::write(turned.join("part-2.csv"), first.as_bytes()).unwrap();
        fs::write(turned.join("part-1.csv"), text.as_bytes()).unwrap();
        let in_turned = Path::new("turned").join("part-1.csv").display().to_string();
        let in_folder = Path::new("parts").join("part-1.csv").display().to_string();
        for (line, name) in
            [("list parts.zip", "parts.zip/part-1.csv"), ("list parts", &*in_folder), ("list turned", &*in_turned)]
        {
            let read = run(folder.path(), line);
            let said = if is_part {
                "error: {}: no header, and rows like"
            } else {
                "note: skipped, not an ACO balance report: {}"
            };
            let said = said.replace("{}", name);
            assert!(read.code == Some(if is_part { 2 } else { 0 }) && read.stderr.starts_with(&said), "{what}: {read}");
        }
    }
}

#[test]
fn an_object_of_other_members_is_no_blank_line() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("report.csv"), report(&ROWS)).unwrap();
    assert_eq!(run(folder.path(), "list -q report.csv -o report.jsonl").code, Some(0));
    let lines = fs::read_to_string(folder.path().join("report.jsonl")).unwrap();
    for (line, place) in [("{\"error\":{\"code\":429}}", 3), ("{\"a\":1}", 3)] {
        fs::write(folder.path().join("more.jsonl"), format!("{lines}{line}\n{{}}\n")).unwrap();
        let refused = run(folder.path(), "list more.jsonl");
        assert_eq!(refused.code, Some(2));
        let said = format!("more.jsonl:{place}: expected a record: none of its members is a column\n");
        assert!(refused.stderr.starts_with(&said), "{}", refused.stderr);
    }
    let first = lines.lines().next().unwrap();
    fs::write(folder.path().join("pages.json"), format!("{{\"items\":[{first}]}}\n{{\"error\":{{\"code\":429}}}}"))
        .unwrap();
    let refused = run(folder.path(), "list pages.json");
    assert!(refused.code == Some(2) && refused.stderr.contains("an error in place of a page: 429"), "{refused}");
}

#[test]
fn each_object_may_name_a_column_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("report.csv"), report(&ROWS)).unwrap();
    let lines = run(folder.path(), "list -q report.csv -f jsonl").stdout;
    let (first, rest) = lines.split_once('\n').unwrap();
    let renamed = rest.replace("PartnerID", "PartnerTenantId").replace("CreditAmount", "CreditUsed");
    fs::write(folder.path().join("two.jsonl"), format!("{first}\n{renamed}")).unwrap();
    assert_eq!(run(folder.path(), "list -q two.jsonl").stdout.as_bytes(), report(&ROWS));
    assert!(run(folder.path(), "inspect -f csv two.jsonl").stdout.contains(",IgnoredColumns,\n"));
    let both = first.replacen('{', "{\"PartnerTenantId\":\"q\",", 1);
    fs::write(folder.path().join("two.jsonl"), format!("{both}\n{rest}")).unwrap();
    let refused = run(folder.path(), "list two.jsonl");
    let said = "two.jsonl:1: expected one member of a column: `PartnerID` names one again";
    assert!(refused.code == Some(2) && refused.stderr.starts_with(said), "{refused}");
}

#[test]
fn json_of_another_encoding_is_called_so() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("report.csv"), report(&ROWS)).unwrap();
    let lines = run(folder.path(), "list -q report.csv -f json").stdout;
    let (start, end) = lines.split_once("Active").unwrap();
    for text in [[start.as_bytes(), b"M\xfcller", end.as_bytes()].concat(), format!("{lines}\n").into_bytes()] {
        fs::write(folder.path().join("other.json"), &text).unwrap();
        let is_text = std::str::from_utf8(&text).is_ok();
        for line in ["list other.json --encoding windows-1252", "list other.json"] {
            let read = run(folder.path(), line);
            assert_eq!(read.code == Some(0), is_text, "{line}: {read}");
            let said =
                "error: other.json:2: JSON that is not UTF-8, as its standard wants it\nhint: save it as UTF-8\n";
            assert_eq!(read.stderr == said, !is_text, "{line}: {read}");
        }
    }
}

#[test]
fn no_part_of_json_is_left_out_silently() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    fs::write(folder.path().join("report.csv"), report(&ROWS)).unwrap();
    let lines = run(folder.path(), "list -q report.csv -f jsonl").stdout;
    let (first, rest) = lines.trim_end().split_once('\n').unwrap();
    let meta = "\"meta\":[{\"name\":\"x\",\"Status\":\"y\"}],\"items\":null";
    write("meta.json", &format!("{{{meta},\"value\":[{first}],\"rows\":1}}"));
    assert_eq!(run(folder.path(), "list -q meta.json -f jsonl").stdout.trim_end(), first);
    for (text, place) in [
        (format!("{{\"items\":[{first}]}}\n{rest}\n"), "line 2: an object that is no page"),
        (format!("[{first}]\n{rest}\n"), "line 2: an object that is no page"),
        (
            format!("{{\"value\":[{first}],\"other\":[{rest}]}}"),
            "line 1: a page with a second array of objects, `other`",
        ),
        (
            format!("{{\"other\":[{rest}],\"value\":[{first}],{meta}}}"),
            "line 1: a page with a second array of objects, `other`",
        ),
        // It is no page without elements, which would be the last one.
        (format!("{{\"other\":[{rest}],\"value\":[]}}"), "no header: none of the first lines"),
    ] {
        write("mix.jsonl", &text);
        for line in ["summary mix.jsonl", "inspect mix.jsonl", "check mix.jsonl"] {
            let refused = run(folder.path(), line);
            assert!(refused.code == Some(2) && refused.stdout.is_empty(), "{line}: {refused}");
            assert!(refused.stderr.contains(&format!("mix.jsonl: {place}")), "{line}: {refused}");
        }
    }
    let line = "{\"CustomerId\":\"c\",\"InvoiceNumber\":\"G\",\"ChargeType\":\"customerCredit\",\"Subtotal\":-1,\
        \"Currency\":\"USD\",\"ChargeStartDate\":\"2022-06-01\",\"CreditReasonCode\":\"Azure Credit\"}";
    write("invoice.jsonl", &format!("{{\"items\":[{line}]}}\n{line}\n"));
    let refused = run(folder.path(), "reconcile report.csv --invoice invoice.jsonl");
    assert!(refused.code == Some(2) && refused.stderr.contains("invoice.jsonl: line 2: an object"), "{refused}");
}

#[test]
fn a_manifest_whose_parts_are_not_there_makes_the_input_incomplete() {
    let folder = tempfile::tempdir().unwrap();
    let parts = folder.path().join("parts");
    fs::create_dir(&parts).unwrap();
    fs::write(parts.join("part-0.csv"), report(&ROWS)).unwrap();
    let manifest =
        |member: &str| format!("{{\"blobs\":[{{\"{member}\":\"a/part-0.csv\"}},{{\"{member}\":\"a/part-1.csv\"}}]}}");
    for member in ["name", "blobName"] {
        fs::write(parts.join("manifest.json"), manifest(member)).unwrap();
        let said = "it names parts that are not there: part-1.csv\nhint: download them too\n";
        let check = run(folder.path(), "check --at-least warning --only future-month --as-of 2022-08-20 parts");
        assert!(check.code == Some(1) && check.stderr.contains(said), "{check}");
        let list = run(folder.path(), "list parts");
        assert!(list.code == Some(0) && list.stderr.contains(said), "{list}");
        // The same in an archive, of which an entry may be an archive.
        let (manifest, part) = (manifest(member), report(&ROWS));
        let inner = zip(&[("b.csv", &part)], CompressionMethod::Stored);
        let entries = [("a/manifest.json", manifest.as_bytes()), ("a/part-0.csv", &part), ("a/part-1.csv", &inner)];
        for (count, is_missing) in [(2, true), (3, false)] {
            fs::write(folder.path().join("parts.zip"), zip(&entries[..count], CompressionMethod::Stored)).unwrap();
            let check = run(folder.path(), "check --at-least warning --only future-month --as-of 2022-08-20 parts.zip");
            assert_eq!((check.code, check.stderr.contains(said)), (Some(i32::from(is_missing)), is_missing), "{check}");
        }
    }
    fs::write(parts.join("part-1.csv"), report(&ROWS)).unwrap();
    let check = run(folder.path(), "check --only future-month --as-of 2022-08-20 parts");
    assert!(check.code == Some(0) && !check.stderr.contains("not there"), "{check}");
    fs::write(parts.join("manifest.json"), "{\"blobCount\":3,\"blobs\":[{\"name\":\"part-0.csv\"}]}").unwrap();
    let check = run(folder.path(), "check --at-least warning --only future-month --as-of 2022-08-20 parts");
    let said = "warning: parts/manifest.json: its blobCount is 3, and it names 1\nhint: download them too\n";
    assert!(check.code == Some(1) && check.stderr.replace('\\', "/").contains(said), "{check}");
}

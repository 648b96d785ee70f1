//! The report: its figures are the commands', and nothing on the page can act.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use calamine::{Data, Reader, Xlsx, open_workbook};

use super::context::{HEADER, aco, program, report, snapshot};

const LINE: &str = "report fixtures/aco-balance.csv --as-of 2022-12-15 -q";

#[test]
fn every_figure_of_the_page_is_the_commands() {
    let page = page(LINE, &[]);
    let csv = aco("summary fixtures/aco-balance.csv --as-of 2022-12-15 -q").stdout;
    let mut months = table(&page, "By month");
    months.sort();
    let flows: Vec<String> = months.iter().map(|row| cells_of(row, &[0, 1, 2, 3, 5, 4])).collect();
    assert_eq!(flows, picked(&csv, &[0, 1, 2, 3, 4, 5]));
    // One name, one figure.
    let stocks: Vec<String> = months.iter().map(|row| cells_of(row, &[0, 1, 7, 8])).collect();
    assert_eq!(stocks, picked(&csv, &[0, 1, 6, 7]));
    let csv = aco("expiring fixtures/aco-balance.csv --as-of 2022-12-15 -q").stdout;
    let expected = picked(&csv, &[1, 4, 5, 6, 7, 8, 9, 10]);
    let shortened: Vec<String> = expected.iter().map(|row| short_ids(row, 1)).collect();
    assert_eq!(table(&page, "Expires soon"), shortened);
    insta::assert_snapshot!(table(&page, "Lost").join("\n"), @"58a1e3b0|EUR|2022-10|2022-09-30|1564.80");
    // All customers stand above with both months.
    assert!(!page.contains("Largest movements"));
    insta::assert_snapshot!(sheet(LINE, "Largest movements", 1).join("\n"), @"
    0b6e2f1a|EUR|515.05|530.2|15.15
    58a1e3b0|EUR|12.6|0|-12.6
    91d04c6f|JPY|112020|105330|-6690
    c3b75e92|JPY|66240|59890|-6350
    e8f2a406|USD|388|113.6|-274.4
    2f94c7d8|USD|720.6|761.3|40.7
    0b6e2f1a|USD|395.8|409.15|13.35
    ");
}

#[test]
fn movements_look_back_past_the_first_month_shown() {
    let movements = |filter: &str| sheet(&format!("{LINE} {filter}"), "Largest movements", 1);
    assert_eq!(movements("--from 2022-11"), movements(""));
    assert_eq!(movements("--month 2022-11"), movements(""));
}

#[test]
fn what_is_unknown_does_not_move() {
    let movements = |rows: &[&str], filter: &str| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("report.csv");
        std::fs::write(&file, report(rows)).unwrap();
        let line = format!("report {} --as-of 2022-12-15 -q {filter}", file.display());
        sheet(&line, "Largest movements", 0).join("\n")
    };
    // In June nobody knows how much of the first credit was used.
    let mut rows = vec![
        "a 2022-06 5000.00 Active 5000.00 USD 1/1/2022 12/31/2022",
        "a 2022-07 5500.00 Active 4500.00 USD 1/1/2022 12/31/2022",
        "a 2022-06 100.00 Active 900.00 USD 6/1/2022 12/31/2022",
        "a 2022-07 200.00 Active 800.00 USD 6/1/2022 12/31/2022",
        "b 2022-06 1.00 Active 9.00 USD 6/1/2022 12/31/2022",
        "b 2022-07 3.00 Active 7.00 USD 6/1/2022 12/31/2022",
    ];
    assert_eq!(movements(&rows, ""), "b|USD|1|2|1");
    // A row is missing in July: what was given then stands in August.
    rows = vec![
        "a 2022-06 1.00 Active 9.00 USD 6/1/2022 12/31/2022",
        "a 2022-08 7.00 Active 3.00 USD 6/1/2022 12/31/2022",
        "b 2022-06 1.00 Active 9.00 USD 6/1/2022 12/31/2022",
        "b 2022-07 3.00 Active 7.00 USD 6/1/2022 12/31/2022",
        "b 2022-08 9.00 Active 1.00 USD 6/1/2022 12/31/2022",
    ];
    assert_eq!(movements(&rows, ""), "b|USD|2|6|4");
    assert_eq!(movements(&rows, "--to 2022-07"), "b|USD|1|2|1");
    // Rows that stop before the last day do not tell what was given since.
    rows = vec![
        "a 2022-06 1.00 Active 9.00 USD 6/1/2022 12/31/2022",
        "b 2022-06 1.00 Active 9.00 USD 6/1/2022 12/31/2022",
        "b 2022-07 3.00 Active 7.00 USD 6/1/2022 12/31/2022",
    ];
    assert_eq!(movements(&rows, ""), "b|USD|1|2|1");
    // There is no report of June.
    rows = vec!["a 2022-07 1.00 Active 9.00 USD 7/1/2022 12/31/2022"];
    assert_eq!(movements(&rows, ""), "");
}

/// The rows of a report's sheet, cells parted by `|`, with so many ids cut to what a page shows.
fn sheet(line: &str, name: &str, ids: usize) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.xlsx");
    let written = program().args(line.split_whitespace()).arg("-o").arg(&path).output().unwrap();
    assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
    let mut book: Xlsx<_> = open_workbook(&path).unwrap();
    let range = book.worksheet_range(name).unwrap();
    let rows = range.rows().skip(1).map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>().join("|"));
    rows.map(|row| short_ids(&row, ids)).collect()
}

#[test]
fn rows_left_out_are_said_and_found() {
    let line = "report fixtures/bad-amount.csv --skip-invalid --as-of 2022-12-15";
    let page = page(line, &[]);
    let said = "1 row left out as unreadable. Not part of any figure here.";
    assert_eq!(statements(&page)[0], ("bad".to_owned(), said.to_owned()));
    let findings = table(&page, "Findings");
    assert!(findings[1].starts_with("error|unreadable-row|"), "{findings:?}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.xlsx");
    assert_eq!(aco(&format!("{line} -o {}", path.display())).code, Some(0));
    let mut book: Xlsx<_> = open_workbook(&path).unwrap();
    let about = book.worksheet_range("About").unwrap();
    assert!(about.rows().any(|row| row[1] == Data::String(said.to_owned())), "{about:?}");
    let summary = book.worksheet_range("Summary").unwrap();
    let first = "✗ 1 row left out as unreadable";
    assert!(summary.rows().any(|row| row[0] == Data::String(first.to_owned())), "{summary:?}");
}

/// What a page says before any figure: how each statement is meant, and its words.
fn statements(page: &str) -> Vec<(String, String)> {
    let Some((_, rest)) = page.split_once("class=\"statements\"") else { return Vec::new() };
    let statement = |line: &str| {
        let (class, words) = line.strip_prefix("<p class=\"")?.split_once("\">")?;
        let (_, words) = words.split_once("</span>")?;
        Some((class.to_owned(), text(&words.replace("</strong> ", ". ")).trim().to_owned()))
    };
    rest.split_once("</section>").unwrap().0.lines().filter_map(statement).collect()
}

#[test]
fn the_verdict_stands_first() {
    let first = |report: &str, invoice: &str| {
        statements(&page(&format!("report {report} --invoice fixtures/invoice/{invoice}"), &[])).swap_remove(0)
    };
    let editions = "fixtures/invoice/balance-editions.csv --as-of 2025-03-01";
    let agrees = "1 customer agrees. The balance report and the invoices of 2025-01 have the same credit.";
    assert_eq!(first(editions, "2025-01.csv"), ("good".to_owned(), agrees.to_owned()));
    let (tone, words) = first("fixtures/aco-balance.csv --as-of 2022-12-15", "2025-01.csv");
    insta::assert_snapshot!(format!("{tone}: {words}"), @"bad: Nothing was compared because no invoice of 2022-12 or before was given. Name it with --invoice; if an invoice bills another month, say which with --invoice-month.");
    // Without invoices the checks have the first word.
    insta::assert_snapshot!(format!("{:?}", statements(&page(LINE, &[]))), @r#"[("bad", "The monthly checks found 1 error and 6 warnings. None of them is of 2022-11; see Lost, Findings and Expires soon.")]"#);
}

/// The figures at the top, a line each.
pub(crate) fn headlines(page: &str) -> String {
    let headlines = page.split_once("class=\"headlines\"").unwrap().1.split_once("</section>").unwrap().0;
    let lines = headlines.lines().map(|line| {
        let remark = line.replace("<dd class=\"remark\">", " - ");
        text(&remark.replace("</dt>", ": "))
    });
    lines.skip(1).filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join("\n")
}

#[test]
fn unknown_figures_are_counted_and_never_zero() {
    let rows = [
        "a 2022-06 5.00 Active 5.00 USD 1/1/2022 8/31/2022",
        "b 2022-06 7.00 Active 3.00 USD 6/1/2022 8/31/2022",
        "c 2022-06 9.00 Active 1.00 EUR 1/1/2022 8/31/2022",
    ];
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.csv");
    std::fs::write(&file, report(&rows)).unwrap();
    let page = page("report --as-of 2022-07-15", &[&file]);
    insta::assert_snapshot!(headlines(&page), @"
    EUR
    Credit given in 2022-06: unknown - for 1 credit
    Change against 2022-05: unknown - no report of 2022-05
    Left at the end of 2022-06: 1.00
    Ends within 90 days: 1.00
    Will likely be lost: unknown - for 1 credit
    Lost in 2022-06: 0.00
    USD
    Credit given in 2022-06: 7.00 - and 1 credit unknown
    Change against 2022-05: unknown - no report of 2022-05
    Left at the end of 2022-06: 8.00
    Ends within 90 days: 8.00
    Will likely be lost: 0.00 - and 1 credit unknown
    Lost in 2022-06: 0.00
    ");
}

#[test]
fn balances_that_are_not_left_are_said() {
    let rows = [
        "a 2022-05 5.00 Active 5.00 USD 5/1/2022 8/31/2022",
        "b 2022-05 7.00 Active 3.00 USD 5/1/2022 8/31/2022",
        "b 2022-06 7.00 Active 3.00 USD 5/1/2022 8/31/2022",
        "c 2022-06 9.00 Canceled 1000.00 EUR 6/1/2022 8/31/2022",
    ];
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.csv");
    std::fs::write(&file, report(&rows)).unwrap();
    let page = page("report --as-of 2022-07-15", &[&file]);
    let known = text(&page.split_once("What to know").unwrap().1.replace('\n', " "));
    for said in [
        "The balance has nothing of 1 credit, which had 5.00 USD left when the rows stopped, before the last day: what \
         was given since is unknown.",
        "The balance has nothing of the 1,000.00 EUR that the report still shows for 1 credit over or not begun: it \
         cannot be used.",
    ] {
        assert!(known.contains(said), "{known}");
    }
}

#[test]
fn headlines_are_those_of_the_month() {
    let page = page(LINE, &[]);
    insta::assert_snapshot!(headlines(&page), @"
    EUR
    Credit given in 2022-11: 530.20
    Change against 2022-10: +2.55
    Left at the end of 2022-11: 1,358.55
    Ends within 90 days: 910.00*
    Will likely be lost: 846.93*
    Lost 2022-01 to 2022-11: 1,564.80
    JPY
    Credit given in 2022-11: 165,220
    Change against 2022-10: -13,040
    Left at the end of 2022-11: 836,430
    Ends within 90 days: 305,365*
    Will likely be lost: 271,389*
    Lost 2022-01 to 2022-11: 0
    USD
    Credit given in 2022-11: 1,284.05
    Change against 2022-10: -220.35
    Left at the end of 2022-11: 3,901.05
    Ends within 90 days: 1,494.35*
    Will likely be lost: 0.00*
    Lost 2022-01 to 2022-11: 0.00
    ");
}

#[test]
fn charts_say_their_values() {
    let page = page(LINE, &[]);
    assert_eq!(page.matches("<svg ").count(), 6);
    assert!(page.contains("<title>2022-07: given 273,855 JPY</title>"));
    assert!(page.contains("<title>2022-12 (open): given 1,075.55 USD</title>"));
    assert!(page.contains("<title>2022-12 (open): balance 910.00 EUR</title>"));
}

#[test]
fn nothing_on_the_page_can_act() {
    let folder = tempfile::tempdir().unwrap();
    // Windows has no names with angle brackets.
    let input = folder.path().join(if cfg!(windows) { "&lt;img src=x&gt;.csv" } else { "<img src=x>.csv" });
    let attack = "<script>alert(1)</script>";
    fs::write(
        &input,
        format!("{HEADER}p,\"\"\"{attack}\",2022-07,{attack},5,Active,5,USD,'{attack},7/1/2022,8/1/2022\n"),
    )
    .unwrap();
    let names = folder.path().join("names.csv");
    fs::write(&names, format!("CustomerId,CustomerName\n\"\"\"{attack}\",<b>&\"\"\n")).unwrap();
    let page = page(
        "report --as-of 2022-08-01 -q",
        &[Path::new("--title"), Path::new("</title><b>"), Path::new("--names"), &names, &input],
    );
    for forbidden in
        ["<script", "<img", "<b>", "onload", "javascript:", "http://", "https://", "src=\"", "@import", "url("]
    {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    assert!(page.contains("&#60;script&#62;alert(1)"), "the id is shown as text");
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn the_page_says_what_it_was_made_from() {
    let page =
        page("report fixtures/aco-balance.csv --as-of 2022-12-15 -q --currency EUR --from 2022-11 --title Q4", &[]);
    assert!(page.contains("<h1>Q4</h1>"));
    let place = |sentence: &str| page.find(sentence).unwrap_or_else(|| panic!("{sentence}"));
    let [scope, figures] = ["Months 2022-11 to 2022-12, as of 2022-12-15.<", "<h2>EUR</h2>"].map(place);
    assert!(scope < figures && figures < place("Made from fixtures/aco-balance.csv."), "files stand last");
    assert!(page.contains("Shows only what matches currency EUR and 2022-11 and later."));
    assert!(page.contains("2022-12 is still open"));
    assert!(!page.contains("USD") && !page.contains("in use before the files begin"));
}

#[test]
fn a_page_of_many_customers_stays_small() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("many.csv");
    let mut report = HEADER.to_owned();
    for customer in 0..5000 {
        for month in 1..=3 {
            let used = month * month * (customer % 97 + 1);
            writeln!(
                report,
                "7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-{customer:012},2023-0{month},ACO,{used}.00,\
                 Active,{}.00,USD,1e5d80c3-7a42-4f96-b08c-{customer:012},1/1/2023,5/31/2023",
                1000 - used
            )
            .unwrap();
        }
    }
    fs::write(&input, report).unwrap();
    let page = page("report --as-of 2023-04-15 -q", &[&input]);
    assert!(page.len() < 2_000_000, "{} bytes", page.len());
    assert!(page.contains("4,900 more customers, who were given less, not listed; the totals have them."));
    // Given in February three times as much as in January, in March five times; 51 customers share the largest change.
    let movements = table(&page, "Largest movements");
    assert_eq!(movements.len(), 10);
    assert!(movements.iter().all(|row| row.ends_with("|USD|291.00|485.00|194.00")), "{movements:?}");
}

#[test]
fn a_workbook_has_a_sheet_for_each_section() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.xlsx");
    assert_eq!(aco(&format!("{LINE} -o {}", path.display())).code, Some(0));
    let mut book: Xlsx<_> = open_workbook(&path).unwrap();
    assert_eq!(
        book.sheet_names(),
        [
            "Summary",
            "Customers",
            "Expires soon",
            "By month",
            "Statement of the month",
            "Statement of the year",
            "Largest movements",
            "Lost",
            "Findings",
            "About"
        ]
    );
    for (name, months) in [("month", "--month 2022-11"), ("year", "--from 2022-01 --to 2022-11")] {
        let sheet = book.worksheet_range(&format!("Statement of the {name}")).unwrap();
        let line = format!("statement fixtures/aco-balance.csv --as-of 2022-12-15 --by customer {months} -q");
        super::xlsx::assert_rows(&sheet, &aco(&line).stdout);
    }
    let sheet = book.worksheet_range("Expires soon").unwrap();
    super::xlsx::assert_rows(&sheet, &aco("expiring fixtures/aco-balance.csv --as-of 2022-12-15 -q").stdout);
    let formulas = book.worksheet_formula("Expires soon").unwrap();
    assert_eq!(formulas.get_value((6, 8)).unwrap(), "SUMIFS(I$2:I$5,C$2:C$5,C7)");
    let forfeited = book.worksheet_range("Lost").unwrap();
    assert_eq!(forfeited.get_value((1, 5)), Some(&Data::Float(1564.8)));
}

#[test]
fn the_reconciliation_is_that_of_reconcile() {
    let invoices = "--invoice fixtures/invoice/2022-07.csv fixtures/invoice/rules.csv";
    let page = page(&format!("{LINE} {invoices}"), &[]);
    let csv = aco(&format!("reconcile fixtures/aco-balance.csv --as-of 2022-12-15 -q {invoices}")).stdout;
    // Names instead of ids; what agrees needs no look.
    let mut expected = picked(&csv, &[2, 3, 4, 5, 6, 7, 8, 9]);
    expected.retain(|row| !row.contains("|matched|"));
    expected.sort();
    let rows = table(&page, "Reconciliation");
    let mut sorted: Vec<String> = rows.clone();
    sorted.sort();
    assert_eq!(sorted, expected);
    let results: Vec<&str> = rows.iter().map(|row| row.split('|').nth(6).unwrap()).collect();
    insta::assert_snapshot!(results.join(" "), @"mismatched mismatched mismatched invoice-only balance-only not-comparable unknown");
    for said in [
        "Compared with the invoices in fixtures/invoice/2022-07.csv and fixtures/invoice/rules.csv.",
        "2 matched, 3 mismatched, 1 balance-only, 1 invoice-only, 1 unknown and 1 not-comparable.",
        "<li>Left out, because no invoice covers it: 2022-01 to 2022-06 and 2022-08 to 2022-12.</li>",
        "<li>2 rows not listed, because they agree.</li>",
    ] {
        assert!(page.contains(said), "{said}");
    }
    let (tone, words) = statements(&page).swap_remove(0);
    insta::assert_snapshot!(format!("{tone}: {words}"), @"bad: 1 customer agrees, 1 cannot be compared, 5 off by -25.00 EUR, -58,972 JPY and +305.63 USD. Credit given less the credit on the invoices of 2022-07; see Reconciliation.");
    let csv = aco(&format!("reconcile fixtures/aco-balance.csv --findings -q {invoices}")).stdout;
    assert_eq!(table(&page, "Invoice lines").len(), csv.lines().count() - 1);
    assert!(page.contains(">USD to JPY at 135.5, but at 135.4 in fixtures/invoice/rules.csv:2<"));

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.xlsx");
    let written = aco(&format!("{LINE} {invoices} -o {}", path.display()));
    assert_eq!(written.code, Some(0), "{written}");
    let mut book: Xlsx<_> = open_workbook(&path).unwrap();
    assert_eq!(book.sheet_names()[2..5], ["Expires soon", "Reconciliation", "Invoice lines"]);
    // What the page says stands in the workbook, too.
    let about = book.worksheet_range("About").unwrap();
    let said: Vec<String> = about.rows().map(|row| format!("{}: {}", row[0], row[1])).collect();
    for sentence in [
        "Made from: Compared with the invoices in fixtures/invoice/2022-07.csv and fixtures/invoice/rules.csv.",
        "Reconciliation: Left out, because no invoice covers it: 2022-01 to 2022-06 and 2022-08 to 2022-12.",
        "Note: 2022-12 is still open (marked *): its figures may change until the month's invoice is out.",
    ] {
        assert!(said.iter().any(|line| line == sentence), "{sentence}: {said:#?}");
    }
    let sheet = book.worksheet_range("Reconciliation").unwrap();
    assert_eq!(sheet.get_value((1, 3)), Some(&Data::Float(430.0)));
    let is_filled = |row: &&[Data]| row.iter().any(|cell| *cell != Data::Empty);
    assert_eq!(sheet.rows().take_while(is_filled).count(), 1 + 9, "all rows");
    let totals = sheet.rows().filter(|row| row[0] == Data::String("total".to_owned()));
    assert_eq!(totals.count(), 3, "one of each currency");
}

#[test]
fn what_concerns_invoices_needs_invoices() {
    snapshot!(aco("report fixtures/aco-balance.csv --tolerance 1 -o report.html"), @"
    exit code: 2
    --- stderr
    error: the following required arguments were not provided:
      <--invoice <RECON>...|--credits <RESULT>...>

    Usage: aco report --output <FILE> --tolerance <AMOUNT> <--invoice <RECON>...|--credits <RESULT>...> <FILE>...

    For more information, try '--help'.
    ");
    let line = "report fixtures/aco-balance.csv --invoice fixtures/invoice/2022-07.csv --status active -o report.html";
    snapshot!(aco(line), @"
    exit code: 2
    --- stderr
    error: invoice lines name no agreement and no status: --agreement and --status cannot be used here
    ");
}

#[test]
fn a_report_is_a_page_or_a_workbook() {
    snapshot!(aco("report fixtures/aco-balance.csv -o report.pdf"), @"
    exit code: 2
    --- stderr
    error: report.pdf: a report is a page or a workbook
    hint: end the name in .html or .xlsx
    ");
}

/// The page that a command writes.
pub(crate) fn page(line: &str, more: &[&Path]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.html");
    let output = program().args(line.split_whitespace()).args(more).arg("-o").arg(&path).output().unwrap();
    assert!(output.status.success() && output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::read_to_string(path).unwrap()
}

/// The rows of a section's table, cells parted by `|`, amounts without separators, months without stars.
fn table(page: &str, heading: &str) -> Vec<String> {
    let section = page.split_once(&format!("<h2>{heading}</h2>")).unwrap().1.split_once("</section>").unwrap().0;
    let body = section.split_once("<tbody>").unwrap().1.split_once("</tbody>").unwrap().0;
    body.lines()
        .filter(|line| line.starts_with("<tr>"))
        .map(|line| {
            let cells: Vec<String> = line.split("</td>").map(|cell| text(cell).replace([',', '*'], "")).collect();
            cells[..cells.len() - 1].join("|")
        })
        .collect()
}

/// What is left of HTML without its tags.
pub(crate) fn text(html: &str) -> String {
    html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect()
}

/// Some columns of CSV without its header, in the form of [`table`].
fn picked(csv: &str, columns: &[usize]) -> Vec<String> {
    csv.lines().skip(1).map(|line| cells_of(&line.replace(',', "|"), columns)).collect()
}

fn cells_of(row: &str, columns: &[usize]) -> String {
    let cells: Vec<&str> = row.split('|').collect();
    columns.iter().map(|at| cells[*at]).collect::<Vec<_>>().join("|")
}

fn short_ids(row: &str, ids: usize) -> String {
    let cells = row.split('|').enumerate().map(|(at, cell)| if at < ids { &cell[..8] } else { cell });
    cells.collect::<Vec<_>>().join("|")
}

#[test]
fn a_currency_whose_credits_are_over_has_the_figures_of_the_last_closed_month() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.csv");
    let row = |month: u32| format!("runs 2024-0{month} {month}0 Active {}0 USD 1/1/2024 12/31/2024", 9 - month);
    let mut rows: Vec<String> = (1..=5).map(row).collect();
    rows.push("done 2024-01 6 Active 94 EUR 1/1/2024 2/29/2024".to_owned());
    rows.push("done 2024-02 100 Expired 0 EUR 1/1/2024 2/29/2024".to_owned());
    fs::write(&file, report(&rows.iter().map(String::as_str).collect::<Vec<_>>())).unwrap();
    let line = format!("report {} --as-of 2024-06-10", file.display());
    let all = page(&line, &[] as &[&Path]);
    let of_one = page(&format!("{line} --customer done"), &[] as &[&Path]);
    let card = |page: &str| headlines(page).lines().take(4).collect::<Vec<_>>().join("\n");
    assert_eq!(card(&all), card(&of_one));
    insta::assert_snapshot!(card(&all), @"
    EUR
    Credit given in 2024-05: 0.00
    Change against 2024-04: 0.00
    Left at the end of 2024-05: 0.00
    ");
    assert!(!of_one.contains("What happened since then"));
}

//! What people type, and what they may have meant.

use super::context::{aco, program, snapshot};

#[test]
fn a_file_is_no_command() {
    snapshot!(aco("fixtures/aco-balance.csv"), @"
    exit code: 2
    --- stderr
    error: unknown command `fixtures/aco-balance.csv`
    hint: did you mean `aco summary fixtures/aco-balance.csv`?
    ");
    assert!(aco("sumary x.csv").stderr.contains("unrecognized subcommand"));
}

#[test]
fn a_name_needs_names() {
    snapshot!(aco("given fixtures/aco-balance.csv --customer Contoso"), @"
    exit code: 2
    --- stderr
    error: no customer id is or begins with `Contoso`
    hint: to find a customer by name, give --names FILE
    ");
}

#[test]
fn months_by_what_they_are_to_the_data() {
    let given =
        |month: &str| aco(&format!("given fixtures/aco-balance.csv --as-of 2022-12-15 -q --month {month}")).stdout;
    assert_eq!(given("last"), given("2022-11"));
    assert_eq!(given("latest"), given("2022-12"));
    assert_eq!(given("Nov-22,dec-2022"), given("2022-11,2022-12"));
    let from =
        |from: &str| aco(&format!("summary fixtures/aco-balance.csv --as-of 2022-12-15 -q --from {from}")).stdout;
    assert_eq!(from("last"), from("2022-11"));
    assert_eq!(given("2022-Q3"), given("2022-07,2022-08,2022-09"));
    assert_eq!(given("2022-07..2022-09"), given("last-quarter"));
    assert_eq!(given("2022,2022-08"), given("2022-01..2022-12"), "a month that is named twice is shown once");
    assert_eq!(from("2022-Q4"), from("2022-10"));
    let summary = |line: &str| aco(&format!("summary fixtures/aco-balance.csv -q --as-of {line}")).stdout;
    assert_eq!(summary("15.12.2022 --to 2022-Q3"), summary("2022-12-15 --to 2022-09"));
    let none = aco("summary fixtures/aco-balance.csv --as-of 2022-12-15 --month last-year");
    assert!(none.code == Some(2) && none.stderr.contains("no record is of 2021-12"), "{none}");
    let none = aco("summary fixtures/aco-balance.csv --month 2031-Q1");
    assert!(none.code == Some(2) && none.stderr.contains("no record is of `2031-01..2031-03`"), "{none}");
    let ending =
        |within: &str| aco(&format!("expiring fixtures/aco-balance.csv --as-of 2022-12-15 -q {within}")).stdout;
    assert_eq!(ending("--until 31.01.2023"), ending("--within 47"));
    let query = aco("sql summary --path r.csv --dialect duckdb --month 2022-Q3").stdout;
    assert!(query.contains("InvoiceMonth BETWEEN DATE '2022-07-01' AND DATE '2022-09-01'"), "{query}");
    snapshot!(aco("given fixtures/aco-balance.csv --month next"), @"
    exit code: 2
    --- stderr
    error: invalid value 'next' for '--month <MONTH>': expected a month such as `2022-07` or `July 2022`, a quarter such as `2022-Q3`, a year, a fiscal year such as `FY2023`, months such as `2022-07..2022-09`, `last` (the last closed month), `last-quarter`, `last-year` or `latest`

    For more information, try '--help'.
    ");
}

#[test]
fn lists_have_commas_in_every_flag_that_repeats() {
    let shown = |line: &str| aco(&format!("given fixtures/aco-balance.csv -q {line}")).stdout;
    assert_eq!(shown("--customer 0b6e2f1a,2f94c7d8"), shown("--customer 0b6e2f1a --customer 2f94c7d8"));
    let checks = |line: &str| aco(&format!("check fixtures/aco-balance.csv -q --as-of 2023-01-10 {line}")).stdout;
    assert_eq!(checks("--only forfeited,missing-month"), checks("--only forfeited --only missing-month"));
}

#[test]
fn files_that_the_environment_names() {
    let run = |args: &[&str]| {
        let mut program = program();
        program.args(args).env("ACO_NAMES", "fixtures/customers.csv").env("ACO_ACCEPT", "fixtures/none.csv");
        super::context::Run::of(program.output().unwrap())
    };
    let line =
        ["given", "fixtures/aco-balance.csv", "--customer", "Contoso", "--month", "2022-07", "--currency", "EUR"];
    snapshot!(run(&line), @"
    PartnerID,CustomerID,CustomerName,AgreementID,CreditName,CurrencyCode,EffectiveDate,InvoiceMonth,Status,PreviousCreditAmount,CreditAmount,CreditGiven,OpeningAmount,SpanMonths,BalanceAmount,Period
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,Contoso Ltd,34c9f7a1-0e6b-4d25-9c83-b1f5720de849,ACO,EUR,2022-01-01,2022-07,Active,2136.35,2604.25,467.90,,1,3395.75,closed
    --- stderr
    note: ACO_NAMES names fixtures/customers.csv
    ");
    let typed = run(&["given", "fixtures/aco-balance.csv", "--names", "fixtures/customers.csv"]);
    assert!(!typed.stderr.contains("ACO_NAMES"), "{typed}");
    let checked = run(&["check", "fixtures/aco-balance.csv"]);
    assert!(checked.code == Some(2) && checked.stderr.contains("fixtures/none.csv: no such file"), "{checked}");
}

#[test]
fn spreadsheets_of_other_desks() {
    let line = "given fixtures/aco-balance.csv --month 2022-07 --currency EUR -q --names fixtures/customers.csv";
    let plain = aco(line).stdout;
    assert_eq!(aco(&format!("{line} --bom")).stdout, format!("\u{feff}{plain}"));
    assert_eq!(aco(&format!("{line} --csv-safe")).stdout, format!("\u{feff}{plain}"));
    let comma = aco(&format!("{line} --decimal-comma")).stdout;
    assert_eq!(comma, plain.replace(',', ";").replace('.', ","));
    // What is written so is read as the same.
    let list = aco("list fixtures/aco-balance.csv -q --decimal-comma --bom").stdout;
    assert_eq!(
        super::context::aco_on("list -q -", list.as_bytes()).stdout,
        aco("list fixtures/aco-balance.csv -q").stdout
    );
    snapshot!(aco(&format!("{line} -f json --bom")), @"
    exit code: 2
    --- stderr
    error: --bom is for CSV and TSV
    hint: write one of these with --format, or leave it out
    ");
}

#[test]
fn a_page_for_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.html");
    let line = "report fixtures/aco-balance.csv --as-of 2022-12-15 -q -o";
    assert_eq!(aco(&format!("{line} {}", path.display())).code, Some(0));
    assert_eq!(aco(&format!("{line} -")).stdout, std::fs::read_to_string(path).unwrap());
}

#[test]
fn an_option_that_there_is_not_names_those_of_the_same_meaning() {
    let tips = |line: &str| {
        let run = aco(line);
        assert_eq!(run.code, Some(2), "{run}");
        let tips = run.stderr.lines().filter_map(|line| line.trim().strip_prefix("tip: "));
        tips.map(str::to_owned).collect::<Vec<_>>().join("\n")
    };
    for (line, tip) in [
        ("summary x.csv --pivot", "`aco summary FILE --by customer --across month` puts months into columns"),
        ("summary x.csv --average", "`aco expiring FILE` says how long"),
        ("summary x.csv --year=2026", "`aco summary FILE --by year`"),
        ("given x.csv --Limit 5", "`--top N` shows the largest"),
        ("balance x.csv --by customer", "--by is an option of `aco summary`"),
        ("summary x.csv --until 2026-01-31", "--until is an option of `aco expiring` and `aco check`"),
        ("summary x.csv --monht 2026", "--month"),
    ] {
        assert!(tips(line).contains(tip), "{line}: {}", tips(line));
    }
    // What shares little with what was typed is not guessed, and no usage repeats it.
    snapshot!(aco("summary x.csv --today"), @"
    exit code: 2
    --- stderr
    error: unexpected argument '--today' found

      tip: `--as-of DATE` looks back to a day

    For more information, try '--help'.
    ");
    for line in ["given x.csv --fields x", "sql -o x", "summary x.csv --sepp"] {
        assert_eq!(tips(line), "", "{line}");
    }
    assert!(aco("summary x.csv -o x.html").stderr.contains("hint: `aco report FILE -o report.html` makes a page"));
}

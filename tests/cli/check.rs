//! Each check finds its fault, and nothing else; clean books have no findings.

use std::fmt::Write as _;
use std::fs;

use super::context::{HEADER, Run, aco, aco_on, on_terminal, program, report, snapshot};

/// The day that the fixtures are checked on.
const AS_OF: &str = "--as-of 2022-10-10";

/// The same, without a word on how old the report is.
const AGED: &str = "--as-of 2022-10-10 --skip provisional-month";

/// The names of all checks that need nothing but reports.
fn checks() -> Vec<String> {
    let list = aco("check --list -f csv").stdout;
    let names = list.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned());
    names
        .filter(|name| {
            name != "unused-acceptance"
                && name != "unread-file"
                && !OF_INVOICES.contains(&name.as_str())
                && !OF_BOOKINGS.contains(&name.as_str())
        })
        .collect()
}

/// The checks that need bookings.
const OF_BOOKINGS: [&str; 2] = ["not-booked", "booked-otherwise"];

/// The checks that need invoices.
const OF_INVOICES: [&str; 8] = [
    "invoice-mismatch",
    "credit-not-invoiced",
    "invoice-without-credit",
    "not-comparable",
    "credit-and-pec",
    "credit-without-charge",
    "several-rates",
    "wrong-sign",
];

fn fixture(name: &str) -> String {
    let before = if name.starts_with("restated-month") { "fixtures/check/restated-month-old.csv " } else { "" };
    format!("{before}fixtures/check/{name}.csv")
}

/// How the fixtures of a check are checked: most end in the last closed month, which is a note of its own.
fn flags(check: &str) -> &'static str {
    match check {
        "provisional-month" => AS_OF,
        // The day that is looked back to leaves out what lies after it.
        "future-month" => "--skip provisional-month,missing-report",
        _ => AGED,
    }
}

#[test]
fn each_check_finds_its_fault_alone() {
    let mut messages = String::new();
    for check in checks() {
        let run = aco(&format!("check {} {} -q --fail-on note -f tsv", fixture(&check), flags(&check)));
        assert_eq!(run.code, Some(1), "{check}: {run}");
        for line in run.stdout.lines().skip(1) {
            let cells: Vec<&str> = line.split('\t').collect();
            assert_eq!(cells[1], check, "{run}");
            writeln!(messages, "{}: {check}: line {}: {}", cells[0], cells[3], cells[9]).unwrap();
        }
    }
    insta::assert_snapshot!(messages, @"
    error: unreadable-row: line 10: CreditAmount: 'two hundred': expected an amount such as `1234.50`; the row is left out of all figures
    error: conflicting-rows: line 10: contradicts line 8: CreditAmount 400.00, now 410.00 (difference 10.00); BalanceAmount 600.00, now 590.00 (difference -10.00); one of the two is wrong
    note: duplicate-row: line 10: repeats line 8; it counts once
    error: restated-month: line 6: restates fixtures/check/restated-month-old.csv:2: CreditAmount 300.00, now 310.00 (difference 10.00); BalanceAmount 700.00, now 690.00 (difference -10.00); `aco book FILE... --booked FILE --append` books what comes of it
    error: credit-decreased: line 8: CreditAmount fell from 300.00 in 2022-08 to 280.00, by 20.00 USD; ask Microsoft what was taken back
    error: negative-amount: line 2: CreditAmount is -5.00 USD, below zero; ask Microsoft what it stands for
    warning: limit-changed: line 8: the limit rose from 1,000.00 in 2022-08 to 1,250.00, by 250.00 USD: a top-up
    warning: missing-month: line 7: no row for 2022-08, which other credits have; the credit given in 2022-09 covers 2 months
    error: month-without-rows: line : no credit has a row of 2022-08, though the report goes on to 2022-09; a download, or a part of one, is missing: add the report of 2022-08
    warning: credit-vanished: line 6: the rows stop in 2022-08 with 700.00 USD left, but the report goes on to 2022-09
    note: unknown-opening: line 2: 100.00 USD was used by the first month given; the whole report of 2022-05 tells how much of it in 2022-06
    error: active-past-expiry: line 4: Active, but the credit expired on 2022-07-31; ask which of the two is right
    warning: ended-early: line 2: Expired by 2022-06-30, but its last day is 2023-05-31; ask which of the two is right
    warning: used-outside-term: line 4: 10.00 USD was given in 2022-08, after the credit expired on 2022-07-31; use of its last days may have been invoiced late
    error: status-reverted: line 3: Active again after it was Expired in 2022-06; ask whether it can be used
    warning: dates-amended: line 8: ExpiryDate was 2023-05-31 in 2022-08 and is 2023-06-30 now
    warning: partner-changed: line 8: partner 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07 had this credit before, with 200.00 USD used by 2022-07; how much of the 200.00 used now was given in 2022-08 is not known: book it by hand
    error: currency-changed: line 10: this agreement is in EUR here and in USD elsewhere; amounts of the two cannot be added
    warning: forfeited: line 4: 100.00 USD expired unused; count on it no longer
    warning: unknown-status: line 8: Status is 'Suspended', which is no known word; ask what it means
    warning: unknown-credit-name: line 2: CreditName is 'Promo', not ACO; it may be another kind of credit
    note: odd-precision: line 8: BalanceAmount is 599.995, but USD has 2 decimals
    note: odd-precision: line 8: CreditAmount is 400.005, but USD has 2 decimals
    error: future-month: line 12: 2999-11 has not begun yet; correct the month
    error: future-month: line 13: 2999-11 has not begun yet; correct the month
    error: empty-report: line : the report has no rows; download it again, or a newer one
    error: missing-report: line : no credit has a row of 2022-09, the last closed month: the report ends in 2022-08; download a newer one
    error: truncated-report: line : 3 of the 4 credits that ran in 2022-08 have no row of 2022-09; the download is not whole: download it again
    note: provisional-month: line : 2022-09 is the last month of the newest download; its figures are final only if that was downloaded after the month's invoice was out
    warning: will-be-lost: line 8: 500.00 USD will likely be left unused when the credit ends on 2022-10-31; see that it is used before
    warning: used-up-soon: line 8: 50.00 USD will likely be used up in 2022-10, though the credit goes on to 2023-05-31; usage is billed from then on
    ");
}

#[test]
fn clean_books_have_no_findings() {
    for check in checks() {
        let run = aco(&format!("check {} {} --fail-on note", fixture(&format!("{check}-clean")), flags(&check)));
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(0), "", ""), "{check}");
    }
}

#[test]
fn findings_have_a_place_and_a_count() {
    snapshot!(aco("check fixtures/aco-balance.csv --as-of 2023-01-10"), @r#"
    exit code: 1
    Severity,Check,File,Line,CustomerID,AgreementID,InvoiceMonth,CurrencyCode,Amount,Message
    error,credit-decreased,fixtures/aco-balance.csv,28,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,34c9f7a1-0e6b-4d25-9c83-b1f5720de849,2022-05,EUR,-120.25,"CreditAmount fell from 1,776.60 in 2022-04 to 1,656.35, by 120.25 EUR; ask Microsoft what was taken back"
    warning,missing-month,fixtures/aco-balance.csv,45,91d04c6f-2e85-4b7a-a3f1-c8e57b190d24,7d94e1b6-25c8-4f3a-90e7-a8c3b6f01d52,2022-06,JPY,214930,"no row for 2022-06, which other credits have; the credit given in 2022-07 covers 2 months"
    warning,limit-changed,fixtures/aco-balance.csv,51,2f94c7d8-1b3e-4a60-b5c9-7d08e6a3f512,47b2d6e9-8f13-4a5c-a7d0-6c94e3b81f20,2022-08,USD,3000.00,"the limit rose from 5,000.00 in 2022-07 to 8,000.00, by 3,000.00 USD: a top-up"
    warning,used-outside-term,fixtures/aco-balance.csv,68,58a1e3b0-c7f2-4e19-96d4-0f3b7a82c6e5,6a0f3c85-b9d7-4e12-8b46-f2e17d95c03a,2022-10,EUR,12.60,"12.60 EUR was given in 2022-10, after the credit expired on 2022-09-30; use of its last days may have been invoiced late"
    warning,forfeited,fixtures/aco-balance.csv,68,58a1e3b0-c7f2-4e19-96d4-0f3b7a82c6e5,6a0f3c85-b9d7-4e12-8b46-f2e17d95c03a,2022-10,EUR,1564.80,"1,564.80 EUR expired unused; count on it no longer"
    note,provisional-month,,,,,2022-12,,,2022-12 is the last month of the newest download; its figures are final only if that was downloaded after the month's invoice was out
    note,unknown-opening,fixtures/aco-balance.csv,2,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,2022-01,USD,4210.35,"4,210.35 USD was used by the first month given; the whole report of 2021-12 tells how much of it in 2022-01"
    --- stderr
    1 error
    4 warnings
    2 notes
    "#);
    insta::assert_snapshot!(on_terminal("check fixtures/aco-balance.csv --as-of 2023-01-10", 100), @"
    1 error
    4 warnings
    2 notes
                                       Customer
    Severity  Check              Line  ID        Month    What was found
    ────────  ─────────────────  ────  ────────  ───────  ─────────────────────────────────────────────
    error     credit-decreased     28  0b6e2f1a  2022-05  CreditAmount fell from 1,776.60 in 2022-04 to
                                                          1,656.35, by 120.25 EUR; ask Microsoft what
                                                          was taken back
    warning   missing-month        45  91d04c6f  2022-06  no row for 2022-06, which other credits have;
                                                          the credit given in 2022-07 covers 2 months
    warning   limit-changed        51  2f94c7d8  2022-08  the limit rose from 5,000.00 in 2022-07 to
                                                          8,000.00, by 3,000.00 USD: a top-up
    warning   used-outside-term    68  58a1e3b0  2022-10  12.60 EUR was given in 2022-10, after the
                                                          credit expired on 2022-09-30; use of its last
                                                          days may have been invoiced late
    warning   forfeited            68  58a1e3b0  2022-10  1,564.80 EUR expired unused; count on it no
                                                          longer
    note      provisional-month                  2022-12  2022-12 is the last month of the newest
                                                          download; its figures are final only if that
                                                          was downloaded after the month's invoice was
                                                          out
    note      unknown-opening       2  0b6e2f1a  2022-01  4,210.35 USD was used by the first month
                                                          given; the whole report of 2021-12 tells how
                                                          much of it in 2022-01
    not shown for width: File, Agreement, Currency, Amount (widen the terminal, or use -f csv)
    ");
    assert_eq!(on_terminal(&format!("check fixtures/check/forfeited-clean.csv {AGED}"), 80), "");
    let json = aco(&format!("check fixtures/check/forfeited-clean.csv {AGED} -f json"));
    assert_eq!(json.stdout, "[\n]\n");
}

#[test]
fn what_to_do_stays_on_the_narrowest_terminal() {
    for width in [60, 50, 40, 30] {
        let shown = on_terminal("check fixtures/aco-balance.csv --as-of 2023-01-10 -q", width);
        let words = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("Severity") && words.contains("What was"), "{shown}");
        assert!(words.contains("Microsoft"), "{shown}");
        assert!(shown.lines().all(|line| line.chars().count() <= width), "{shown}");
    }
}

#[test]
fn the_exit_code_follows_the_severity_asked_for() {
    let code = |check: &str, fail_on: &str| aco(&format!("check {} {AGED} {fail_on}", fixture(check))).code;
    assert_eq!(code("credit-decreased", ""), Some(1));
    assert_eq!(code("forfeited", ""), Some(0));
    assert_eq!(code("forfeited", "--fail-on warning"), Some(1));
    assert_eq!(code("duplicate-row", "--fail-on warning"), Some(0));
    assert_eq!(code("duplicate-row", "--fail-on note"), Some(1));
}

#[test]
fn an_open_month_has_notes_at_most() {
    let severity = |as_of: &str| {
        let run = aco(&format!(
            "check fixtures/check/credit-decreased.csv --as-of {as_of} -q -f tsv --skip provisional-month"
        ));
        (run.code, run.stdout.lines().nth(1).unwrap().split('\t').next().unwrap().to_owned())
    };
    assert_eq!(severity("2022-10-01"), (Some(1), "error".to_owned()));
    assert_eq!(severity("2022-09-30"), (Some(0), "note".to_owned()));
}

#[test]
fn checks_are_chosen_and_filtered() {
    let names = |flags: &str| {
        let run = aco(&format!("check fixtures/aco-balance.csv --as-of 2023-01-10 -q -f tsv {flags}"));
        let names = run.stdout.lines().skip(1).map(|line| line.split('\t').nth(1).unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    assert_eq!(names("--only forfeited --only limit-changed"), ["limit-changed", "forfeited"]);
    assert!(!names("--skip forfeited").contains(&"forfeited".to_owned()));
    assert_eq!(names("--month 2022-08"), ["limit-changed"]);
    assert_eq!(names("--currency JPY --skip provisional-month"), ["missing-month"]);
    assert_eq!(aco("check --only nonsense x.csv").code, Some(2));
}

#[test]
fn an_accepted_finding_is_none_until_something_new_happens() {
    let folder = tempfile::tempdir().unwrap();
    let accept = folder.path().join("accept.csv");
    let run = |file: &str| {
        let output = program()
            .args(["check", file, "--skip", "provisional-month", "--as-of", "2022-10-10", "--accept"])
            .arg(&accept)
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    };
    // The findings themselves are what can be pasted.
    let found = aco(&format!("check fixtures/check/credit-decreased.csv {AGED} -q -f csv"));
    assert_eq!(found.code, Some(1));
    fs::write(&accept, &found.stdout).unwrap();
    let clean = run("fixtures/check/credit-decreased.csv");
    assert_eq!((clean.code, clean.stdout.as_str(), clean.stderr.as_str()), (Some(0), "", ""));
    // A line that nothing matches is a note.
    fs::write(&accept, "Check,CustomerID,AgreementID,InvoiceMonth,Reason\ncredit-decreased,*,*,2022-08,known\n")
        .unwrap();
    let other = run("fixtures/check/credit-decreased.csv");
    assert_eq!(other.code, Some(1));
    assert!(other.stdout.contains("note,unused-acceptance,,,,,,"), "{other}");
    assert!(other.stdout.contains("one of that check has another InvoiceMonth (`*` stands for any)"), "{other}");
    // An amount ties a line to it; without one it may be any.
    fs::write(&accept, found.stdout.replace(",-20.00,", ",-19.00,")).unwrap();
    let grown = run("fixtures/check/credit-decreased.csv");
    assert!(grown.code == Some(1) && grown.stdout.contains("one of that check has another Amount"), "{grown}");
    fs::write(&accept, "Check;CustomerID;AgreementID;InvoiceMonth;Reason\ncredit-decreased;*;*;*;gepr\u{fc}ft\n")
        .unwrap();
    assert_eq!(run("fixtures/check/credit-decreased.csv").code, Some(0));
    // What was not looked for is not said to be gone.
    let unasked = aco(&format!(
        "check fixtures/check/credit-decreased.csv {AGED} --accept {} --skip credit-decreased --fail-on note",
        accept.display()
    ));
    assert_eq!((unasked.code, unasked.stdout.as_str()), (Some(0), ""), "{unasked}");
    fs::write(&accept, "Check,CustomerID,AgreementID,InvoiceMonth,Reason\nnonsense,*,*,*,x\n").unwrap();
    let wrong = run("fixtures/check/credit-decreased.csv");
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("accept.csv:2: Check: 'nonsense': expected the name of a check, or *"), "{wrong}");
}

#[test]
fn what_lies_ahead_is_one_forecast_whatever_months_are_shown() {
    let found = |flags: &str| -> Vec<String> {
        let line = format!("check fixtures/aco-balance.csv --as-of 2022-12-15 -q -f csv {flags}");
        let run = aco(&format!("{line} --only will-be-lost,used-up-soon"));
        run.stdout.lines().skip(1).map(str::to_owned).collect()
    };
    let all = found("--within 90");
    assert_eq!(all.len(), 3, "{all:?}");
    let in_months = |first: &str, last: &str| -> Vec<String> {
        let month = |line: &String| line.split(',').nth(6).unwrap().to_owned();
        all.iter().filter(|line| (first..=last).contains(&&*month(line))).cloned().collect()
    };
    for (flags, first, last) in [
        ("--month 2022-06", "2022-06", "2022-06"),
        ("--month 2022-06,2022-12", "2022-12", "2022-12"),
        // They lie ahead of whatever month is the last one shown.
        ("--to 2022-08", "", "9"),
        ("--from 2022-12", "2022-12", "9"),
        ("--closed", "", "9"),
        ("--status active", "", "9"),
    ] {
        assert_eq!(found(&format!("{flags} --within 90")), in_months(first, last), "{flags}");
        // The page, which looks 30 days ahead, counts the same of them.
        let page = aco(&format!("report fixtures/aco-balance.csv --as-of 2022-12-15 -q -o - {flags}")).stdout;
        match found(&format!("{flags} --within 30")).len() {
            0 => assert!(!page.contains("of credit that will be lost not listed"), "{flags}"),
            1 => assert!(page.contains("1 warning of credit that will be lost not listed"), "{flags}"),
            count => assert!(page.contains(&format!("{count} warnings of credit that will be lost")), "{flags}"),
        }
    }
}

#[test]
fn what_a_filter_hides_is_not_said_to_be_gone() {
    let folder = tempfile::tempdir().unwrap();
    let accept = folder.path().join("accept.csv");
    fs::write(&accept, "Check,CustomerID,AgreementID,InvoiceMonth,Reason\ncredit-decreased,*,*,2022-01,known\n")
        .unwrap();
    let says_gone = |filter: &str| {
        let line = format!("check fixtures/check/credit-decreased.csv {AS_OF} -q -f csv {filter} --accept");
        let output = program().args(line.split_whitespace()).arg(&accept).output().unwrap();
        String::from_utf8(output.stdout).unwrap().contains("unused-acceptance")
    };
    assert!(says_gone(""));
    let filters = ["--status active", "--customer 0b6e", "--agreement 1e5d", "--partner 7c1d", "--currency USD"];
    for filter in filters.into_iter().chain(["--month 2022-08", "--from 2022-07", "--to 2022-09", "--closed"]) {
        assert!(!says_gone(filter), "{filter}");
    }
}

/// The checks that find something in rows of one partner, with their months.
fn found(rows: &str) -> Vec<String> {
    let run = aco_on(&format!("check {AGED} -q -f tsv"), format!("{HEADER}{rows}").as_bytes());
    let pick = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        format!("{} {}", cells[1], cells[6])
    };
    run.stdout.lines().skip(1).map(pick).collect()
}

#[test]
fn a_credit_that_goes_on_in_another_currency_did_not_vanish() {
    let rows = "\
p,c,2022-07,ACO,1.00,Active,9.00,USD,a,2022-07-01,2023-06-30
p,c,2022-08,ACO,2.00,Active,8.00,EUR,a,2022-07-01,2023-06-30
p,c,2022-09,ACO,3.00,Active,7.00,EUR,a,2022-07-01,2023-06-30
";
    assert!(found(&rows.replace("EUR", "USD")).is_empty());
    assert_eq!(found(rows), ["currency-changed 2022-08"]);
    assert_eq!(found(&rows.replace("EUR,a", "EUR,b")), ["credit-vanished 2022-08"]);
}

#[test]
fn a_status_that_stays_unknown_is_told_once() {
    let rows = "\
p,c,2022-07,ACO,1.00,Held,9.00,USD,a,2022-07-01,2023-06-30
p,c,2022-08,ACO,2.00,Held,8.00,USD,a,2022-07-01,2023-06-30
p,c,2022-09,ACO,3.00,Frozen,7.00,USD,a,2022-07-01,2023-06-30
";
    assert_eq!(found(rows), ["unknown-status 2022-07", "unknown-status 2022-09"]);
}

#[test]
fn a_report_without_rows_is_an_error() {
    snapshot!(aco_on(&format!("check {AS_OF}"), HEADER.as_bytes()), @r#"
    exit code: 1
    Severity,Check,File,Line,CustomerID,AgreementID,InvoiceMonth,CurrencyCode,Amount,Message
    error,empty-report,,,,,,,,"the report has no rows; download it again, or a newer one"
    --- stderr
    1 error
    "#);
}

#[test]
fn a_report_that_begins_later_than_the_day_looked_back_to_is_not_called_empty() {
    let row = "p,c,2022-07,ACO,1.00,Active,9.00,USD,a,6/1/2022,5/31/2023\n";
    let run = aco_on("check -q --as-of 2022-03-01", format!("{HEADER}{row}").as_bytes());
    let expected =
        "error,empty-report,,,,,,,,the report has no rows up to the day of --as-of: its first ones are of 2022-07\n";
    assert!(run.stdout.ends_with(expected), "{run}");
}

#[test]
fn a_report_whose_rows_cannot_be_read_has_none() {
    for row in ["p,c,2022-07,ACO,1x,Active,9.00,USD,a,6/1/2022,5/31/2023", "p,c,2022-07,ACO,1.00,Active,9.00,USD,a,x,y"]
    {
        let run = aco_on(&format!("check {AS_OF}"), format!("{HEADER}{row}\n").as_bytes());
        assert!(run.stdout.contains("\nerror,empty-report,,,,,,,,\"the report has no rows;"), "{run}");
    }
}

#[test]
fn each_partner_has_a_newest_month() {
    let text = "PartnerID,CustomerID,InvoiceMonth,CreditName,CreditAmount,Status,BalanceAmount,CurrencyCode,AgreementID,EffectiveDate,ExpiryDate
p1,c,2022-09,ACO,1.00,Active,9.00,USD,a,2022-09-01,2023-08-31
p2,c,2022-08,ACO,1.00,Active,9.00,USD,a,2022-08-01,2023-07-31
";
    snapshot!(aco_on(&format!("check {AS_OF} -f csv"), text.as_bytes()), @r#"
    exit code: 1
    Severity,Check,File,Line,CustomerID,AgreementID,InvoiceMonth,CurrencyCode,Amount,Message
    error,missing-report,,,,,2022-09,,,"no credit of partner p2 has a row of 2022-09, the last closed month: the report ends in 2022-08; download a newer one"
    note,provisional-month,,,,,2022-09,,,2022-09 is the last month of the newest download; its figures are final only if that was downloaded after the month's invoice was out
    --- stderr
    1 error
    1 note
    "#);
    let of_one = aco_on(&format!("check {AS_OF} -f csv --partner p1"), text.as_bytes());
    assert_eq!((of_one.code, of_one.stderr.as_str()), (Some(0), "1 note\n"));
}

#[test]
fn a_row_that_only_the_open_month_lacks_is_a_note() {
    let rows = [
        "c1 2022-09 1.00 Active 9.00 USD 9/1/2022 8/31/2023",
        "c2 2022-09 1.00 Active 9.00 USD 9/1/2022 8/31/2023",
        "c2 2022-10 2.00 Active 8.00 USD 9/1/2022 8/31/2023",
    ];
    snapshot!(aco_on(&format!("check {AS_OF} -f csv"), &report(&rows)), @r#"
    Severity,Check,File,Line,CustomerID,AgreementID,InvoiceMonth,CurrencyCode,Amount,Message
    note,credit-vanished,<stdin>,2,c1,a-c1,2022-10,USD,9.00,"the rows stop in 2022-09 with 9.00 USD left, but the report goes on to 2022-10"
    --- stderr
    1 note
    "#);
}

#[test]
fn a_missing_month_is_found_when_that_month_is_asked_for() {
    let run = aco(&format!("check {} {AGED} -q -f tsv --month 2022-08", fixture("missing-month")));
    assert_eq!(run.stdout.lines().count(), 2, "{run}");
}

#[test]
fn dates_that_contradict_each_other_are_one_finding() {
    let rows =
        ["c1 2022-08 1.00 Active 9.00 USD 8/1/2022 7/31/2022", "c1 2022-09 2.00 Active 8.00 USD 8/1/2022 7/31/2022"];
    snapshot!(aco_on(&format!("check {AS_OF} -f csv"), &report(&rows)), @"
    exit code: 1
    Severity,Check,File,Line,CustomerID,AgreementID,InvoiceMonth,CurrencyCode,Amount,Message
    error,dates-amended,<stdin>,2,c1,a-c1,2022-08,USD,,EffectiveDate 2022-08-01 lies after ExpiryDate 2022-07-31; ask which of the two is right
    note,provisional-month,,,,,2022-09,,,2022-09 is the last month of the newest download; its figures are final only if that was downloaded after the month's invoice was out
    --- stderr
    1 error
    1 note
    ");
}

#[test]
fn a_credit_that_was_used_up_ends_as_it_should() {
    let found = |status: &str, used: u32, left: u32| {
        let ended = format!("c 2022-09 {used} {status} {left} USD 8/1/2022 5/31/2023");
        let rows = ["c 2022-08 600 Active 400 USD 8/1/2022 5/31/2023", &ended];
        let run = aco_on(&format!("check {AGED} -q -f csv"), &report(&rows));
        run.stdout.lines().skip(1).map(|line| line.split(',').nth(1).unwrap().to_owned()).collect::<Vec<_>>()
    };
    for status in ["Used", "Completed", "Expired"] {
        assert!(found(status, 1000, 0).is_empty(), "{status}");
        assert_eq!(found(status, 990, 0), ["ended-early", "forfeited"], "{status}");
    }
}

#[test]
fn downloads_that_overlap_are_no_finding() {
    let run = aco(&format!(
        "check fixtures/check/forfeited-clean.csv fixtures/check/forfeited-clean.csv {AGED} -q --fail-on note"
    ));
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""));
}

/// The month's close in one command.
#[test]
fn the_reconciliation_is_checks() {
    let close = "check fixtures/aco-balance.csv --as-of 2022-12-15 --invoice fixtures/invoice/2022-07.csv fixtures/invoice/rules.csv";
    let only: Vec<String> = OF_INVOICES.iter().map(|check| format!("--only {check}")).collect();
    snapshot!(aco(&format!("{close} {}", only.join(" "))), @r#"
    exit code: 1
    Severity,Check,File,Line,CustomerID,CustomerName,AgreementID,InvoiceMonth,CurrencyCode,Amount,Message
    error,credit-not-invoiced,,,,,,2022-11,,,"no invoice of 2022-11, the last closed month, was given; name it with --invoice, or leave the month out with --to 2022-10"
    error,invoice-mismatch,,,58a1e3b0-c7f2-4e19-96d4-0f3b7a82c6e5,Adventure Works,,2022-07,USD,6.28,"168.30 USD given, but the invoice applied 0 USD: a difference of at least 6.28; see its lines with `aco reconcile FILE... --invoice INVOICE... --lines`"
    error,invoice-mismatch,,,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,Contoso Ltd,,2022-07,USD,1.00,"430.00 USD given, but the invoice applied 429.00 USD: a difference of 1.00; see its lines with `aco reconcile FILE... --invoice INVOICE... --lines`"
    error,invoice-mismatch,,,c3b75e92-60fd-4178-8e2b-94a1d6f03c58,Northwind Traders KK,,2022-07,JPY,-58972,"58,925 JPY given, but the invoice applied 117,897 JPY: a difference of -58,972; see its lines with `aco reconcile FILE... --invoice INVOICE... --lines`"
    error,credit-not-invoiced,,,e8f2a406-d51b-4c93-b7e0-1a6c4f39d870,Woodgrove Bank,,2022-07,USD,298.35,"298.35 USD given, but no invoice line applied it; look for a missing invoice or part of one"
    error,invoice-without-credit,,,d4a90b67-3c15-4f82-a6e8-51b7c2093e4d,Tailspin Toys,,2022-07,EUR,-25.00,"the invoice applied 25.00 EUR, but the report gave none; ask Microsoft which credit it was"
    warning,credit-without-charge,fixtures/invoice/rules.csv,4,c3b75e92-60fd-4178-8e2b-94a1d6f03c58,Northwind Traders KK,,2022-07,JPY,-100,"no charge stands beside this credit line: none has its customer, product, dates and BillableQuantity, at the opposite EffectiveUnitPrice"
    warning,wrong-sign,fixtures/invoice/rules.csv,5,c3b75e92-60fd-4178-8e2b-94a1d6f03c58,Northwind Traders KK,,2022-07,JPY,100,Subtotal is 100: expected a negative amount on a credit line
    warning,credit-and-pec,fixtures/invoice/rules.csv,8,c3b75e92-60fd-4178-8e2b-94a1d6f03c58,Northwind Traders KK,,2022-07,JPY,-40,"PriceAdjustmentDescription is `[""15.0% Partner earned credit for services managed""]` where Azure credit was applied"
    warning,credit-and-pec,fixtures/invoice/rules.csv,10,c3b75e92-60fd-4178-8e2b-94a1d6f03c58,Northwind Traders KK,,2022-07,JPY,-7,the charge that this credit line offsets has a partner earned credit
    warning,several-rates,fixtures/invoice/rules.csv,11,,,,2022-07,,,"USD to JPY at 135.5, but at 135.4 in fixtures/invoice/rules.csv:2"
    warning,not-comparable,,,58a1e3b0-c7f2-4e19-96d4-0f3b7a82c6e5,Adventure Works,,2022-07,EUR,155.05,155.05 EUR given and an unknown amount of EUR applied cannot be compared: lines may be of another credit too; see `aco reconcile`
    warning,not-comparable,,,91d04c6f-2e85-4b7a-a3f1-c8e57b190d24,Wingtip Toys KK,,2022-07,JPY,214930,"214,930 JPY given and 110,000 JPY applied cannot be compared: a report or an invoice is missing; see `aco reconcile`"
    --- stderr
    note: not counted: 12.00 EUR of credit for `Service Level Agreement` (1 line)
    note: left out, because no invoice covers it: 2022-01 to 2022-06 and 2022-08 to 2022-12
    6 errors
    7 warnings
    "#);
    let run = aco(&format!("{close} --only invoice-mismatch --at-least warning --tolerance 1"));
    snapshot!(run, @r#"
    exit code: 1
    Severity,Check,File,Line,CustomerID,CustomerName,AgreementID,InvoiceMonth,CurrencyCode,Amount,Message
    error,invoice-mismatch,,,58a1e3b0-c7f2-4e19-96d4-0f3b7a82c6e5,Adventure Works,,2022-07,USD,6.28,"168.30 USD given, but the invoice applied 0 USD: a difference of at least 6.28; see its lines with `aco reconcile FILE... --invoice INVOICE... --lines`"
    error,invoice-mismatch,,,c3b75e92-60fd-4178-8e2b-94a1d6f03c58,Northwind Traders KK,,2022-07,JPY,-58972,"58,925 JPY given, but the invoice applied 117,897 JPY: a difference of -58,972; see its lines with `aco reconcile FILE... --invoice INVOICE... --lines`"
    --- stderr
    2 errors
    "#);
    // Where all agrees nothing is printed.
    let clean =
        "fixtures/invoice/balance-editions.csv --as-of 2025-03-01 --invoice fixtures/invoice/2020-09-41-columns.csv";
    let run = aco(&format!("check {clean} --to 2020-09 --at-least warning {}", only.join(" ")));
    assert_eq!(run.to_string(), "");
    for check in OF_INVOICES {
        let run = aco(&format!("check fixtures/aco-balance.csv --only {check} --fail-on note"));
        assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{check} needs invoices: {run}");
    }
}

#[test]
fn findings_of_invoices_can_be_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let accepted = folder.path().join("accepted.csv");
    let contoso = "0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341";
    std::fs::write(
        &accepted,
        format!(
            "Check,CustomerID,AgreementID,InvoiceMonth,Reason\ninvoice-mismatch,{contoso},,2022-07,asked\n*,,*,*,old\n"
        ),
    )
    .unwrap();
    let line = format!("check fixtures/aco-balance.csv --as-of 2022-12-15 --accept {}", accepted.display());
    let only = "--only invoice-mismatch --only unused-acceptance";
    let run = aco(&format!("{line} --invoice fixtures/invoice/2022-07.csv {only} -q"));
    assert!(run.code == Some(1) && !run.stdout.contains(contoso), "{run}");
    // Without invoices nobody can say that the line accepts nothing.
    let run = aco(&format!("{line} --only unused-acceptance -q"));
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{run}");
}

#[test]
fn a_close_that_compares_nothing_fails() {
    let july = "fixtures/aco-balance.csv --as-of 2022-12-15 --invoice fixtures/invoice/2025-01.csv";
    snapshot!(aco(&format!("check {july} --only invoice-mismatch --at-least warning")), @r#"
    exit code: 1
    Severity,Check,File,Line,CustomerID,CustomerName,AgreementID,InvoiceMonth,CurrencyCode,Amount,Message
    error,invoice-mismatch,,,,,,2022-11,,,"nothing was compared because no invoice of 2022-12 or before was given; name it with --invoice; if an invoice bills another month, say which with --invoice-month"
    --- stderr
    1 error
    "#);
}

#[test]
fn at_least_leaves_notes_out_of_what_is_printed() {
    let run = aco("check fixtures/aco-balance.csv --as-of 2023-01-10 --at-least warning");
    assert!(!run.stdout.contains("\nnote,") && run.stdout.contains("\nwarning,") && run.code == Some(1), "{run}");
    assert!(!run.stderr.contains("note"), "{run}");
    let notes = "check fixtures/check/duplicate-row.csv --as-of 2022-10-10 --at-least warning";
    assert_eq!(aco(notes).to_string(), "");
    assert_eq!(aco(&format!("{notes} --fail-on note")).code, Some(1));
}

#[test]
fn use_right_after_the_term_is_a_warning_and_later_use_an_error() {
    let rows = [
        "c 2022-06 1.00 Active 9.00 USD 6/1/2022 6/30/2022",
        "c 2022-07 2.00 Expired 0.00 USD 6/1/2022 6/30/2022",
        "c 2022-08 3.00 Expired 0.00 USD 6/1/2022 6/30/2022",
    ];
    let run = aco_on(&format!("check {AS_OF} -q -f tsv --only used-outside-term"), &report(&rows));
    let cells = |line: &str| line.split('\t').map(str::to_owned).collect::<Vec<_>>();
    let found: Vec<String> =
        run.stdout.lines().skip(1).map(cells).map(|cells| format!("{} {}", cells[0], cells[6])).collect();
    assert_eq!(found, ["error 2022-08", "warning 2022-07"]);
}

#[test]
fn a_renewal_on_the_day_on_which_the_old_credit_ends_is_no_finding() {
    let rows = "\
p,c,2022-07,ACO,1.00,Active,0.00,USD,a,2022-07-01,2022-08-01
p,c,2022-08,ACO,2.00,Active,8.00,USD,a,2022-08-01,2023-06-30
p,c,2022-09,ACO,3.00,Active,7.00,USD,a,2022-08-01,2023-06-30
";
    assert!(found(rows).is_empty(), "{:?}", found(rows));
    let given = aco_on("given -q -f csv --as-of 2022-10-10", format!("{HEADER}{rows}").as_bytes()).stdout;
    let given: Vec<&str> = given.lines().skip(1).map(|line| line.split(',').nth(10).unwrap()).collect();
    assert_eq!(given, ["1.00", "2.00", "1.00"]);
}

#[test]
fn what_two_partners_have_of_a_credit_is_lost_at_neither_and_told_once() {
    let row = |partner: &str, customer: &str, month: &str, used: i32, effective: &str| {
        let left = 1000 - used;
        format!("{partner},{customer},2022-{month},ACO,{used},Active,{left},USD,a-{customer},{effective},2022-08-31\n")
    };
    let others: String = ["p", "q"]
        .iter()
        .flat_map(|partner| {
            ["06", "07", "08", "09"].map(|month| row(partner, &format!("z{partner}"), month, 0, "2022-06-01"))
        })
        .collect();
    let told = |rows: &[String]| {
        let report = format!("{HEADER}{}{others}", rows.concat());
        let only = "--only partner-changed,credit-vanished,unknown-opening --as-of 2022-10-10 -q -f csv";
        let found = aco_on(&format!("check {only}"), report.as_bytes()).stdout;
        let cells = found.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
        let found: Vec<String> = cells.map(|cells| [cells[1], cells[3], cells[6], cells[8]].join(" ")).collect();
        let of =
            |command: &str| aco_on(&format!("{command} --customer c --as-of 2022-10-10 -q"), report.as_bytes()).stdout;
        let lost = of("summary --by customer -f csv").lines().nth(1).unwrap().rsplit(',').next().unwrap().to_owned();
        (found, lost)
    };
    let at = |partner, month, used| row(partner, "c", month, used, "2022-06-01");
    // It goes on at q, and ends there.
    let (found, lost) = told(&[at("p", "06", 100), at("p", "07", 200), at("q", "08", 250)]);
    assert_eq!(found, ["credit-vanished 3 2022-08 800", "partner-changed 4 2022-08 250"]);
    assert_eq!(lost, "750");
    // Of what is unknown there, what p had is booked at p.
    let rows = [at("p", "06", 100), at("p", "07", 200), at("q", "08", 250)].concat();
    let report = format!("{HEADER}{rows}{others}");
    let books = aco_on("book --booked none.csv --customer c --as-of 2022-10-10 -q", report.as_bytes());
    assert!(books.stderr.contains("50 USD of 2022-08, customer c"), "{books}");
    // Two have it at once.
    let both = ["06", "07", "08"].map(|month| [at("p", month, 100), at("q", month, 100)].concat());
    assert_eq!(told(&both).0, ["partner-changed 3 2022-06 100"]);
    // Without a first day, or with another one, it is a credit of its own.
    let undated = |partner, month, used| row(partner, "c", month, used, "");
    let (found, _) = told(&[undated("p", "06", 100), undated("p", "07", 200), undated("q", "08", 250)]);
    assert_eq!(
        found,
        ["credit-vanished 3 2022-08 800", "unknown-opening 2 2022-06 100", "unknown-opening 4 2022-08 250"]
    );
    let (found, lost) = told(&[at("p", "06", 100), row("q", "c", "08", 250, "2022-08-01")]);
    assert_eq!(found, ["credit-vanished 2 2022-07 900"]);
    assert_eq!(lost, "1650");
}

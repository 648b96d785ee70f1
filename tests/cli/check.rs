//! Each check finds its fault, and nothing else; clean books have no findings.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use super::context::{HEADER, Run, aco, aco_on, on_terminal, program, report, snapshot};

/// The day that the fixtures are checked on.
const AS_OF: &str = "--as-of 2022-10-10";

/// The names of all checks that need nothing but reports.
fn checks() -> Vec<String> {
    let list = aco("check --list -f csv").stdout;
    let names = list.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned());
    names.filter(|name| name != "unused-acceptance").collect()
}

fn fixture(name: &str) -> String {
    let before = if name.starts_with("restated-month") { "fixtures/check/restated-month-old.csv " } else { "" };
    format!("{before}fixtures/check/{name}.csv")
}

#[test]
fn each_check_finds_its_fault_alone() {
    let mut messages = String::new();
    for check in checks() {
        let run = aco(&format!("check {} {AS_OF} -q --fail-on note -f tsv", fixture(&check)));
        assert_eq!(run.code, Some(1), "{check}: {run}");
        for line in run.stdout.lines().skip(1) {
            let cells: Vec<&str> = line.split('\t').collect();
            assert_eq!(cells[1], check, "{run}");
            writeln!(messages, "{}: {check}: line {}: {}", cells[0], cells[3], cells[7]).unwrap();
        }
    }
    insta::assert_snapshot!(messages, @"
    error: unreadable-row: line 10: CreditAmount: 'two hundred': expected an amount such as `1234.50`; the row is left out of all figures
    error: conflicting-rows: line 10: contradicts line 8: CreditAmount 400.00, now 410.00 (difference 10.00); BalanceAmount 600.00, now 590.00 (difference -10.00); one of the two is wrong
    note: duplicate-row: line 10: repeats line 8; it counts once
    warning: restated-month: line 6: restates fixtures/check/restated-month-old.csv:2: CreditAmount 300.00, now 310.00 (difference 10.00); BalanceAmount 700.00, now 690.00 (difference -10.00); book the difference
    error: credit-decreased: line 8: CreditAmount fell from 300.00 in 2022-08 to 280.00, by 20.00; ask Microsoft what was taken back
    error: negative-amount: line 2: CreditAmount is -5.00, below zero
    warning: limit-changed: line 8: the limit rose from 1000.00 in 2022-08 to 1250.00, by 250.00: a top-up
    warning: missing-month: line 7: no row for 2022-08, which other credits have; CreditGiven of 2022-09 covers 2 months
    warning: credit-vanished: line 6: the rows stop in 2022-08 with 700.00 left, but the report goes on to 2022-09
    note: unknown-opening: line 2: 100.00 was used by the first month given; the report of 2022-05 tells how much of it in 2022-06
    error: active-past-expiry: line 4: Active, but the credit expired on 2022-07-31; ask which of the two is right
    warning: expired-before-expiry: line 4: Expired by 2022-08-31, but its last day is 2023-05-31; ask which of the two is right
    warning: expired-before-expiry: line 5: Expired by 2022-09-30, but its last day is 2023-05-31; ask which of the two is right
    error: used-outside-term: line 4: 10.00 was given in 2022-08, after the credit expired on 2022-07-31
    error: status-reverted: line 3: Active again after it was Expired in 2022-06; ask whether it can be used
    warning: dates-amended: line 8: ExpiryDate was 2023-05-31 in 2022-08 and is 2023-06-30 now
    error: currency-changed: line 10: this agreement is in EUR here and in USD elsewhere; amounts of the two cannot be added
    warning: forfeited: line 4: 100.00 expired unused
    warning: unknown-status: line 8: Status is 'Suspended', which is neither Active nor Expired; ask what it means
    warning: unknown-credit-name: line 2: CreditName is 'Promo', not ACO; it may be another kind of credit
    note: odd-precision: line 8: BalanceAmount is 599.995, but USD has 2 decimals
    note: odd-precision: line 8: CreditAmount is 400.005, but USD has 2 decimals
    error: future-month: line 12: 2022-11 lies after 2022-10-10; correct the month, or --as-of
    error: future-month: line 13: 2022-11 lies after 2022-10-10; correct the month, or --as-of
    warning: stale-report: line : the newest month is 2022-08, but 2022-09 is closed; download a newer report
    ");
}

#[test]
fn clean_books_have_no_findings() {
    for check in checks() {
        let run = aco(&format!("check {} {AS_OF} --fail-on note", fixture(&format!("{check}-clean"))));
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(0), "", ""), "{check}");
    }
}

#[test]
fn findings_have_a_place_and_a_count() {
    snapshot!(aco("check fixtures/aco-balance.csv --as-of 2023-01-10"), @r#"
    exit code: 1
    --- stdout
    Severity,Check,File,Line,CustomerID,AgreementID,InvoiceMonth,Message
    note,unknown-opening,fixtures/aco-balance.csv,2,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,2022-01,4210.35 was used by the first month given; the report of 2021-12 tells how much of it in 2022-01
    error,credit-decreased,fixtures/aco-balance.csv,28,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,34c9f7a1-0e6b-4d25-9c83-b1f5720de849,2022-05,"CreditAmount fell from 1776.60 in 2022-04 to 1656.35, by 120.25; ask Microsoft what was taken back"
    warning,missing-month,fixtures/aco-balance.csv,45,91d04c6f-2e85-4b7a-a3f1-c8e57b190d24,7d94e1b6-25c8-4f3a-90e7-a8c3b6f01d52,2022-07,"no row for 2022-06, which other credits have; CreditGiven of 2022-07 covers 2 months"
    warning,limit-changed,fixtures/aco-balance.csv,51,2f94c7d8-1b3e-4a60-b5c9-7d08e6a3f512,47b2d6e9-8f13-4a5c-a7d0-6c94e3b81f20,2022-08,"the limit rose from 5000.00 in 2022-07 to 8000.00, by 3000.00: a top-up"
    error,used-outside-term,fixtures/aco-balance.csv,68,58a1e3b0-c7f2-4e19-96d4-0f3b7a82c6e5,6a0f3c85-b9d7-4e12-8b46-f2e17d95c03a,2022-10,"12.60 was given in 2022-10, after the credit expired on 2022-09-30"
    warning,forfeited,fixtures/aco-balance.csv,68,58a1e3b0-c7f2-4e19-96d4-0f3b7a82c6e5,6a0f3c85-b9d7-4e12-8b46-f2e17d95c03a,2022-10,1564.80 expired unused
    --- stderr
    2 errors
    3 warnings
    1 note
    "#);
    insta::assert_snapshot!(on_terminal("check fixtures/aco-balance.csv --as-of 2023-01-10", 100), @"
    2 errors
    3 warnings
    1 note
    File: fixtures/aco-balance.csv
                                       Customer  Agreement  Invoice
    Severity  Check              Line  ID        ID         Month    Message
    ────────  ─────────────────  ────  ────────  ─────────  ───────  ───────────────────────────────────
    note      unknown-opening       2  0b6e2f1a  1e5d80c3   2022-01  4210.35 was used by the first month
                                                                     given; the report of 2021-12 tells
                                                                     how much of it in 2022-01
    error     credit-decreased     28  0b6e2f1a  34c9f7a1   2022-05  CreditAmount fell from 1776.60 in
                                                                     2022-04 to 1656.35, by 120.25; ask
                                                                     Microsoft what was taken back
    warning   missing-month        45  91d04c6f  7d94e1b6   2022-07  no row for 2022-06, which other
                                                                     credits have; CreditGiven of
                                                                     2022-07 covers 2 months
    warning   limit-changed        51  2f94c7d8  47b2d6e9   2022-08  the limit rose from 5000.00 in
                                                                     2022-07 to 8000.00, by 3000.00: a
                                                                     top-up
    error     used-outside-term    68  58a1e3b0  6a0f3c85   2022-10  12.60 was given in 2022-10, after
                                                                     the credit expired on 2022-09-30
    warning   forfeited            68  58a1e3b0  6a0f3c85   2022-10  1564.80 expired unused
    ");
    assert_eq!(on_terminal(&format!("check fixtures/check/forfeited-clean.csv {AS_OF}"), 80), "");
    let json = aco(&format!("check fixtures/check/forfeited-clean.csv {AS_OF} -f json"));
    assert_eq!(json.stdout, "[\n]\n");
}

#[test]
fn the_exit_code_follows_the_severity_asked_for() {
    let code = |check: &str, fail_on: &str| aco(&format!("check {} {AS_OF} {fail_on}", fixture(check))).code;
    assert_eq!(code("credit-decreased", ""), Some(1));
    assert_eq!(code("forfeited", ""), Some(0));
    assert_eq!(code("forfeited", "--fail-on warning"), Some(1));
    assert_eq!(code("duplicate-row", "--fail-on warning"), Some(0));
    assert_eq!(code("duplicate-row", "--fail-on note"), Some(1));
}

#[test]
fn an_open_month_has_notes_at_most() {
    let severity = |as_of: &str| {
        let run =
            aco(&format!("check fixtures/check/credit-decreased.csv --as-of {as_of} -q -f tsv --skip stale-report"));
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
    assert_eq!(names("--currency JPY"), ["missing-month"]);
    assert_eq!(aco("check --only nonsense x.csv").code, Some(2));
}

#[test]
fn an_accepted_finding_is_none_until_something_new_happens() {
    let folder = tempfile::tempdir().unwrap();
    let accept = folder.path().join("accept.csv");
    let run = |file: &str| {
        let output =
            program().args(["check", file, "--as-of", "2022-10-10", "--accept"]).arg(&accept).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    };
    // The findings themselves are what can be pasted.
    let found = aco(&format!("check fixtures/check/credit-decreased.csv {AS_OF} -q -f csv"));
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
    fs::write(&accept, "Check,CustomerID,AgreementID,InvoiceMonth,Reason\nnonsense,*,*,*,x\n").unwrap();
    let wrong = run("fixtures/check/credit-decreased.csv");
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("accept.csv:2: Check: 'nonsense': expected the name of a check, or *"), "{wrong}");
}

/// A small generator of pseudo-random numbers.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// Clean books: rows by credit, each `month amount status balance currency effective expiry` of one customer.
fn clean_books(chance: &mut Chance) -> Vec<Vec<[String; 8]>> {
    let credit = |number: usize| {
        let (currency, unit) = [("USD", "00"), ("EUR", "00"), ("JPY", "")][number % 3];
        let amount = |whole: usize| if unit.is_empty() { whole.to_string() } else { format!("{whole}.{unit}") };
        let limit = 1000 + chance.below(9) * 100;
        let step = limit / 20;
        let row = |month: usize| {
            let used = step * (month + 1);
            [
                format!("c{number}"),
                format!("2022-{:02}", month + 1),
                amount(used),
                "Active".to_owned(),
                amount(limit - used),
                currency.to_owned(),
                "1/1/2022".to_owned(),
                "12/31/2023".to_owned(),
            ]
        };
        (0..9).map(row).collect()
    };
    (0..6).map(credit).collect()
}

/// Plants a fault in the middle of a credit and returns the checks that must find it there.
#[expect(clippy::too_many_lines, reason = "a case for each kind of fault")]
fn plant(kind: usize, rows: &mut Vec<[String; 8]>, month: usize) -> &'static [&'static str] {
    let whole = |text: &str| text.split('.').next().unwrap().parse::<i64>().unwrap();
    let decimals = if rows[0][2].contains('.') { ".00" } else { "" };
    let move_by = |row: &mut [String; 8], used: i64, left: i64| {
        row[2] = format!("{}{decimals}", whole(&row[2]) + used);
        row[4] = format!("{}{decimals}", whole(&row[4]) + left);
    };
    match kind {
        0 => {
            // Credit taken back: this month and all later ones are lower, the limit stays.
            let taken = whole(&rows[1][2]) - whole(&rows[0][2]) + 10;
            rows[month..].iter_mut().for_each(|row| move_by(row, -taken, taken));
            &["credit-decreased"]
        }
        1 => {
            rows[month..].iter_mut().for_each(|row| move_by(row, 0, 77));
            &["limit-changed"]
        }
        2 => {
            rows.remove(month);
            &["missing-month"]
        }
        3 => {
            rows.truncate(month);
            &["credit-vanished"]
        }
        4 => {
            let copy = rows[month].clone();
            rows.insert(month + 1, copy);
            &["duplicate-row"]
        }
        5 => {
            let mut other = rows[month].clone();
            "Expired".clone_into(&mut other[3]);
            rows.insert(month, other);
            &["conflicting-rows"]
        }
        6 => {
            "Paused".clone_into(&mut rows[month][3]);
            &["unknown-status"]
        }
        7 => {
            rows[month..].iter_mut().for_each(|row| "11/30/2023".clone_into(&mut row[7]));
            &["dates-amended"]
        }
        8 => {
            "five".clone_into(&mut rows[month][2]);
            &["unreadable-row", "missing-month"]
        }
        9 => {
            for row in &mut rows[month..] {
                "Expired".clone_into(&mut row[3]);
            }
            // Its use goes on within the term, so only the status is odd, and the balance is lost.
            &["expired-before-expiry", "forfeited"]
        }
        10 => {
            rows[month][2] += if decimals.is_empty() { ".5" } else { "5" };
            rows[month][4] += if decimals.is_empty() { ".5" } else { "5" };
            &["odd-precision", "limit-changed"]
        }
        11 => {
            "2022-12".clone_into(&mut rows.last_mut().unwrap()[1]);
            &["future-month", "missing-month"]
        }
        12 => {
            // The credit began long before the files do.
            for row in rows.iter_mut() {
                "1/1/2021".clone_into(&mut row[6]);
            }
            &["unknown-opening"]
        }
        13 => {
            // It ended in the month before, yet is active and used.
            for row in rows.iter_mut() {
                row[7] = format!("{month}/28/2022");
            }
            &["active-past-expiry", "used-outside-term"]
        }
        14 => {
            // It begins only in the next month.
            for row in rows.iter_mut() {
                row[6] = format!("{}/15/2022", month + 2);
            }
            &["used-outside-term"]
        }
        15 => {
            "Expired".clone_into(&mut rows[month][3]);
            &["expired-before-expiry", "forfeited", "status-reverted"]
        }
        16 => {
            // More left than the limit allows, so that use is below zero throughout the first month.
            let used = whole(&rows[0][2]);
            move_by(&mut rows[0], -2 * used, 2 * used);
            &["negative-amount"]
        }
        17 => {
            let other = if rows[0][5] == "EUR" { "GBP" } else { "EUR" };
            let mut row = rows[month].clone();
            other.clone_into(&mut row[5]);
            row[1].clone_from(&rows.last().unwrap()[1]);
            row[2] = "0".to_owned() + decimals;
            row[4] = "9".to_owned() + if decimals.is_empty() { ".00" } else { decimals };
            rows.push(row);
            &["currency-changed"]
        }
        // Planted in the files.
        _ => &[],
    }
}
/// Kinds of faults that lie in the files, not in rows alone.
const UNKNOWN_NAME: usize = 18;
const RESTATED: usize = 19;
const STALE: usize = 20;

/// Plants what takes more than rows: an older file, its text, and the checks that must find it.
fn plant_in_files(
    kind: usize,
    text: Vec<u8>,
    credit: &[[String; 8]],
    month: usize,
    expected: &'static [&'static str],
) -> (Option<Vec<u8>>, Vec<u8>, &'static [&'static str]) {
    let customer = &credit[0][0];
    match kind {
        UNKNOWN_NAME => {
            let lines = String::from_utf8(text).unwrap();
            let renamed = lines.lines().map(|line| {
                let is_its = line.starts_with(&format!("p,{customer},"));
                if is_its { line.replace(",ACO,", ",Bonus,") } else { line.to_owned() }
            });
            (None, renamed.collect::<Vec<_>>().join("\n").into_bytes(), &["unknown-credit-name"])
        }
        RESTATED => {
            let mut old = credit[month].clone();
            "Expired".clone_into(&mut old[3]);
            (Some(report(&[&old.join(" ")])), text, &["restated-month"])
        }
        STALE => (None, text, &["stale-report"]),
        _ => (None, text, expected),
    }
}

#[test]
fn planted_faults_are_found_and_nothing_else_is() {
    let mut chance = Chance(7);
    let mut counts: BTreeMap<usize, [usize; 3]> = BTreeMap::new();
    for round in 0..1050 {
        let kind = round % 21;
        let mut books = clean_books(&mut chance);
        let (credit, month) = (chance.below(books.len()), 3 + chance.below(4));
        let expected = plant(kind, &mut books[credit], month);
        let rows: Vec<String> = books.iter().flatten().map(|row| row.join(" ")).collect();
        let text = report(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        let (before, text, expected) = plant_in_files(kind, text, &books[credit], month, expected);
        let found = findings(before.as_deref(), &text, kind);
        let [found_count, missed, false_alarms] = counts.entry(kind).or_default();
        for check in expected {
            let is_found = found
                .iter()
                .any(|(name, customer)| name == check && (customer.is_empty() || *customer == format!("c{credit}")));
            *(if is_found { &mut *found_count } else { &mut *missed }) += 1;
        }
        let alarms = found.iter().filter(|(name, customer)| {
            !expected.contains(&name.as_str()) || !(customer.is_empty() || *customer == format!("c{credit}"))
        });
        let alarms: Vec<_> = alarms.collect();
        assert!(alarms.is_empty(), "kind {kind}, month {month}: {alarms:?}\n{}", String::from_utf8_lossy(&text));
        *false_alarms += alarms.len();
    }
    assert!(
        counts.values().all(|[found, missed, false_alarms]| *found > 0 && *missed == 0 && *false_alarms == 0),
        "{counts:?}"
    );
}

/// Check and customer of each finding, read through the library so that a thousand runs take little time.
fn findings(before: Option<&[u8]>, text: &[u8], kind: usize) -> Vec<(String, String)> {
    let folder = tempfile::tempdir().unwrap();
    let (old, path) = (folder.path().join("old.csv"), folder.path().join("books.csv"));
    fs::write(&path, text).unwrap();
    let old = before.map_or(String::new(), |before| {
        fs::write(&old, before).unwrap();
        old.display().to_string()
    });
    let as_of = if kind == STALE { "2022-11-10" } else { "2022-10-10" };
    let line = format!("check {old} {} -q -f tsv --as-of {as_of}", path.display());
    let shown = on_terminal(&line, 80);
    let rows = shown.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    rows.map(|cells| (cells[1].to_owned(), cells[4].to_owned())).collect()
}

#[test]
fn a_report_without_rows_is_stale_at_most() {
    let run = aco_on(&format!("check {AS_OF}"), HEADER.as_bytes());
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""));
}

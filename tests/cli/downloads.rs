//! Several downloads are one ledger, in which the newest wins, wherever it stands on the command line.

use super::context::{Run, program, snapshot};

/// Runs the program with arguments that may have blanks in them.
fn aco(args: &[&str]) -> Run {
    Run::of(program().args(args).output().unwrap())
}

const OLDER: &str = "fixtures/downloads/twice/report.csv";
/// What a browser names the second download, which sorts before the first.
const NEWER: &str = "fixtures/downloads/twice/report (1).csv";

#[test]
fn the_newest_download_wins_whatever_the_order() {
    let run = aco(&["summary", NEWER, OLDER, "--as-of", "2024-11-20"]);
    snapshot!(run, @"
    exit code: 0
    --- stdout
    InvoiceMonth,CurrencyCode,Customers,Credits,OpeningAmount,CreditGiven,CreditAmount,BalanceAmount,Forfeited,Period
    2024-08,USD,1,1,,100.00,100.00,900.00,0.00,closed
    2024-09,USD,1,1,,150.00,250.00,750.00,0.00,closed
    2024-10,USD,1,1,,200.00,450.00,550.00,0.00,closed
    2024-11,USD,1,1,,5.00,455.00,545.00,0.00,open
    --- stderr
    note: 2 identical rows counted once
    ");
    assert_eq!(aco(&["summary", OLDER, NEWER, "--as-of", "2024-11-20"]).to_string(), run.to_string());
}

/// Six downloads, each taken within its last month.
fn monthly(command: &str, flags: &[&str]) -> Run {
    let files: Vec<String> = (1..=6).map(|month| format!("fixtures/downloads/monthly/balance-{month}.csv")).collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    aco(&[&[command], &files[..], flags].concat())
}

#[test]
fn what_was_provisional_is_completed_and_no_finding() {
    let run = monthly("check", &["--as-of", "2024-06-20", "--fail-on", "note"]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(0), "", ""));
    snapshot!(monthly("summary", &["--as-of", "2024-06-20"]), @"
    exit code: 0
    --- stdout
    InvoiceMonth,CurrencyCode,Customers,Credits,OpeningAmount,CreditGiven,CreditAmount,BalanceAmount,Forfeited,Period
    2024-01,EUR,1,1,,310.10,310.10,5689.90,0.00,closed
    2024-01,USD,1,1,,120.00,120.00,4880.00,0.00,closed
    2024-02,EUR,1,1,,389.90,700.00,5300.00,0.00,closed
    2024-02,USD,1,1,,135.50,255.50,4744.50,0.00,closed
    2024-03,EUR,1,1,,310.25,1010.25,4989.75,0.00,closed
    2024-03,USD,1,1,,144.50,400.00,4600.00,0.00,closed
    2024-04,EUR,1,1,,322.75,1333.00,4667.00,0.00,closed
    2024-04,USD,1,1,,210.75,610.75,4389.25,0.00,closed
    2024-05,EUR,1,1,,467.80,1800.80,4199.20,0.00,closed
    2024-05,USD,1,1,,91.25,702.00,4298.00,0.00,closed
    2024-06,EUR,1,1,,99.20,1900.00,4100.00,0.00,open
    2024-06,USD,1,1,,8.00,710.00,4290.00,0.00,open
    --- stderr
    note: 20 identical rows counted once
    ");
}

#[test]
fn a_past_that_lies_outside_the_files_is_not_booked_into_one_month() {
    let files = ["fixtures/downloads/parts/2025-09.csv", "fixtures/downloads/parts/2025-10.csv"];
    snapshot!(aco(&["summary", files[0], files[1], "--as-of", "2025-11-20"]), @"
    exit code: 0
    --- stdout
    InvoiceMonth,CurrencyCode,Customers,Credits,OpeningAmount,CreditGiven,CreditAmount,BalanceAmount,Forfeited,Period
    2025-09,USD,1,1,,500.00,500.00,8500.00,0.00,closed
    2025-10,USD,2,2,36047.15,863.67,37410.82,21589.18,0.00,closed
    --- stderr
    note: 1 credit was in use before its first month in the files, 2025-10: the first amount is in OpeningAmount, not in CreditGiven
    hint: add the whole report of 2025-09 to know what was given in 2025-10
    note: the newest download ends in 2025-10: figures of that month are final only if it was downloaded after the month's invoice was out
    ");
}

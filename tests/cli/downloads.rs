//! Several downloads are one ledger, in which the newest wins, wherever it stands on the command line.

use std::fs;
use std::path::Path;

use super::context::{Run, program, report, snapshot};

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
    InvoiceMonth,CurrencyCode,Customers,Credits,OpeningAmount,CreditGiven,CreditAmount,BalanceAmount,Forfeited,Period
    2024-08,USD,1,1,,100.00,100.00,900.00,0.00,closed
    2024-09,USD,1,1,,150.00,250.00,750.00,0.00,closed
    2024-10,USD,1,1,,200.00,450.00,550.00,0.00,closed
    2024-11,USD,1,1,,5.00,455.00,545.00,0.00,open
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
    ");
}

#[test]
fn a_past_that_lies_outside_the_files_is_not_booked_into_one_month() {
    let files = ["fixtures/downloads/parts/2025-09.csv", "fixtures/downloads/parts/2025-10.csv"];
    snapshot!(aco(&["summary", files[0], files[1], "--as-of", "2025-11-20"]), @"
    InvoiceMonth,CurrencyCode,Customers,Credits,OpeningAmount,CreditGiven,CreditAmount,BalanceAmount,Forfeited,Period
    2025-09,USD,1,1,,500.00,500.00,8500.00,0.00,closed
    2025-10,USD,2,2,36047.15,863.67,37410.82,21589.18,0.00,closed
    --- stderr
    note: 1 credit in use before the first row in the files (2025-10): the first amount is in OpeningAmount, not in CreditGiven
    hint: add the whole report of 2025-09 to know what was given in 2025-10
    note: the newest download ends in 2025-10: figures of that month are final only if it was downloaded after the month's invoice was out
    ");
}

/// Writes reports of rows into a folder, each named by its place, and returns their names.
fn files(folder: &Path, reports: &[&[&str]]) -> Vec<String> {
    let write = |(number, rows): (usize, &&[&str])| {
        let path = folder.join(format!("{number}.csv"));
        fs::write(&path, report(rows)).unwrap();
        path.display().to_string()
    };
    reports.iter().enumerate().map(write).collect()
}

/// Runs a command on files, with flags; the folder's name is left out of what it says.
fn run(folder: &Path, command: &str, files: &[String], flags: &str) -> String {
    let args: Vec<&str> =
        std::iter::once(command).chain(files.iter().map(String::as_str)).chain(flags.split_whitespace()).collect();
    aco(&args).to_string().replace(&format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR), "")
}

#[test]
fn files_that_end_in_one_month_and_contradict_each_other_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(
        folder.path(),
        &[
            &["c 2024-01 10.00 Active 90.00 USD 1/1/2024 12/31/2024"],
            &["c 2024-01 20.00 Active 80.00 USD 1/1/2024 12/31/2024"],
        ],
    );
    snapshot!(run(folder.path(), "given", &files, ""), @"
    exit code: 2
    --- stderr
    error: 1.csv:2: contradicts 0.csv:2: customer c, agreement a-c, 2024-01: CreditAmount 10.00, now 20.00 (difference 10.00); BalanceAmount 90.00, now 80.00 (difference -10.00)
    hint: the files end in the same month, so that neither is the newer one; leave one out, or name all files, the older one of the two before the other, and say --in-order; `aco diff OLD NEW`, of the two, shows what changed
    ");
    // A folder says nothing of the order of its files.
    let refused = aco(&["given", folder.path().to_str().unwrap(), "--in-order"]);
    assert!(refused.code == Some(2) && refused.stderr.contains("a folder or pattern gives no order"), "{refused}");
    // Said to be in order, the second one is the newer.
    snapshot!(run(folder.path(), "given", &files, "--in-order --as-of 2024-01-31"), @"
    PartnerID,CustomerID,AgreementID,CreditName,CurrencyCode,EffectiveDate,InvoiceMonth,Status,PreviousCreditAmount,CreditAmount,CreditGiven,OpeningAmount,SpanMonths,BalanceAmount,Period
    p,c,a-c,ACO,USD,2024-01-01,2024-01,Active,0.00,20.00,20.00,,1,80.00,open
    ");
    snapshot!(run(folder.path(), "check", &files, "--as-of 2024-02-10 --skip provisional-month"), @r#"
    exit code: 1
    Severity,Check,File,Line,CustomerID,AgreementID,InvoiceMonth,CurrencyCode,Amount,Message
    error,conflicting-rows,1.csv,2,c,a-c,2024-01,USD,10.00,"contradicts 0.csv:2: CreditAmount 10.00, now 20.00 (difference 10.00); BalanceAmount 90.00, now 80.00 (difference -10.00); both files end in the same month: leave one out, or name the older one first and say --in-order"
    --- stderr
    1 error
    "#);
}

/// Two downloads: the second changes, adds and lacks rows of January, which was not the last month of the first.
const CHANGED: [&[&str]; 2] = [
    &[
        "same 2024-01 10.00 Active 90.00 USD 1/1/2024 12/31/2024",
        "other 2024-01 10.00 Active 90.00 USD 1/1/2024 12/31/2024",
        "gone 2024-01 10.00 Active 90.00 USD 1/1/2024 12/31/2024",
        "same 2024-02 15.00 Active 85.00 USD 1/1/2024 12/31/2024",
        "early 2024-02 1.00 Active 9.00 USD 2/1/2024 12/31/2024",
    ],
    &[
        "same 2024-01 10.00 Active 90.00 USD 1/1/2024 12/31/2024",
        "other 2024-01 12.00 Active 88.00 USD 1/1/2024 12/31/2024",
        "added 2024-01 7.00 Active 93.00 USD 1/1/2024 12/31/2024",
        "same 2024-02 20.00 Active 80.00 USD 1/1/2024 12/31/2024",
        "early 2024-02 1.00 Active 9.00 USD 2/1/2024 12/31/2024",
        "same 2024-03 25.00 Active 75.00 USD 1/1/2024 12/31/2024",
    ],
];

#[test]
fn rows_that_a_newer_download_changes_adds_and_lacks_are_restated() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(folder.path(), &CHANGED);
    let flags = "--only restated-month --as-of 2024-03-20 -f csv";
    snapshot!(run(folder.path(), "check", &files, flags), @r#"
    exit code: 1
    Severity,Check,File,Line,CustomerID,AgreementID,InvoiceMonth,CurrencyCode,Amount,Message
    error,restated-month,0.csv,4,gone,a-gone,2024-01,USD,-10.00,gone from a newer download that has this month; it still counts: ask Microsoft whether it was taken back
    error,restated-month,1.csv,3,other,a-other,2024-01,USD,2.00,"restates 0.csv:3: CreditAmount 10.00, now 12.00 (difference 2.00); BalanceAmount 90.00, now 88.00 (difference -2.00); `aco book FILE... --booked FILE --append` books what comes of it"
    error,restated-month,1.csv,4,added,a-added,2024-01,USD,7.00,"new with CreditAmount 7.00, in a month that an older download has without this row; `aco book FILE... --booked FILE --append` books what comes of it"
    --- stderr
    3 errors
    "#);
    // The row that is gone still counts.
    snapshot!(run(folder.path(), "summary", &files, "--as-of 2024-03-20"), @"
    InvoiceMonth,CurrencyCode,Customers,Credits,OpeningAmount,CreditGiven,CreditAmount,BalanceAmount,Forfeited,Period
    2024-01,USD,4,4,,39.00,39.00,361.00,0.00,closed
    2024-02,USD,2,2,,11.00,21.00,89.00,0.00,closed
    2024-03,USD,1,1,,5.00,25.00,75.00,0.00,open
    --- stderr
    note: newer downloads restate 1 row, add 1 row to months that older ones have and lack 1 row, still counted
    hint: `aco check FILE... --only restated-month` names them
    note: BalanceAmount has nothing of 4 credits, which had 280.00 USD left when the rows stopped, before the last day: what was given since is unknown
    ");
}

#[test]
fn diff_tells_what_is_completed_from_what_is_restated() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(folder.path(), &CHANGED);
    snapshot!(run(folder.path(), "diff", &files, "--all --as-of 2024-03-20"), @"
    exit code: 1
    Change,CustomerID,AgreementID,CurrencyCode,InvoiceMonth,Field,Old,New,Difference
    added,added,a-added,USD,2024-01,CreditAmount,,7.00,7.00
    removed,gone,a-gone,USD,2024-01,CreditAmount,10.00,,-10.00
    restated,other,a-other,USD,2024-01,CreditAmount,10.00,12.00,2.00
    restated,other,a-other,USD,2024-01,BalanceAmount,90.00,88.00,-2.00
    completed,same,a-same,USD,2024-02,CreditAmount,15.00,20.00,5.00
    completed,same,a-same,USD,2024-02,BalanceAmount,85.00,80.00,-5.00
    added,same,a-same,USD,2024-03,CreditAmount,,25.00,25.00
    --- stderr
    note: credit given in 2024-01 moved by -1.00 USD
    note: credit given in 2024-02 moved by 5.00 USD
    note: 2024-03 is new: 5.00 USD given
    ");
    let reversed: Vec<String> = files.iter().rev().cloned().collect();
    snapshot!(run(folder.path(), "diff", &reversed, "--as-of 2024-03-20"), @"
    exit code: 2
    --- stderr
    error: the old download is newer than the new one: it ends in 2024-03, and the new one in 2024-02
    hint: name the older one first
    ");
}

#[test]
fn a_day_that_is_looked_back_to_leaves_out_what_lies_after_it() {
    for command in ["summary", "given", "balance", "expiring", "list", "check", "reconcile"] {
        let invoice = if command == "reconcile" { "--invoice fixtures/invoice/2022-07.csv" } else { "" };
        let line = format!("{command} fixtures/aco-balance.csv --as-of 2022-09-10 {invoice}");
        let run = aco(&line.split_whitespace().collect::<Vec<_>>());
        let told = "note: --as-of 2022-09-10 leaves out 21 rows of 2022-10 to 2022-12\n";
        assert!(run.stderr.starts_with(told), "{command}: {}", run.stderr);
        assert!(!run.stdout.contains("2022-10,") && !run.stdout.contains("2022-12,"), "{command}: {}", run.stdout);
    }
    // A report of that day is the same.
    let folder = tempfile::tempdir().unwrap();
    let all = fs::read_to_string("fixtures/aco-balance.csv").unwrap();
    let until =
        |line: &&str| !["2022-10", "2022-11", "2022-12"].iter().any(|month| line.contains(&format!(",{month},")));
    let then = folder.path().join("then.csv");
    fs::write(&then, all.lines().filter(until).collect::<Vec<_>>().join("\n")).unwrap();
    for command in ["given", "balance", "expiring", "check"] {
        let answer = |file: &str| aco(&[command, file, "--as-of", "2022-09-10", "-q"]).stdout.replace(file, "");
        assert_eq!(answer("fixtures/aco-balance.csv"), answer(then.to_str().unwrap()), "{command}");
    }
}

#[test]
fn an_amended_day_in_a_renewed_agreement_counts_once() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(
        folder.path(),
        &[
            &[
                "c 2024-01 100.00 Active 900.00 USD 1/1/2024 3/31/2024",
                "c 2024-02 200.00 Active 800.00 USD 1/1/2024 3/31/2024",
                "c 2024-04 50.00 Active 950.00 USD 4/1/2024 12/31/2024",
            ],
            &[
                "c 2024-02 200.00 Active 800.00 USD 1/15/2024 3/31/2024",
                "c 2024-05 50.00 Active 950.00 USD 4/1/2024 12/31/2024",
            ],
        ],
    );
    snapshot!(run(folder.path(), "summary", &files, "--as-of 2024-05-20"), @"
    InvoiceMonth,CurrencyCode,Customers,Credits,OpeningAmount,CreditGiven,CreditAmount,BalanceAmount,Forfeited,Period
    2024-01,USD,1,1,,100.00,100.00,900.00,0.00,closed
    2024-02,USD,1,1,,100.00,200.00,800.00,0.00,closed
    2024-03,USD,0,0,,,,800.00,0,closed
    2024-04,USD,1,1,,50.00,50.00,950.00,800.00,closed
    2024-05,USD,1,1,,0.00,50.00,950.00,0.00,open
    --- stderr
    note: newer downloads restate 1 row
    hint: `aco check FILE... --only restated-month` names them
    ");
}

#[test]
fn an_amended_day_that_may_be_that_of_two_credits_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(
        folder.path(),
        &[
            &[
                "c 2024-01 100.00 Active 900.00 USD 1/1/2024 12/31/2024",
                "c 2024-01 10.00 Active 90.00 USD 1/15/2024 12/31/2024",
            ],
            &[
                "c 2024-01 100.00 Active 900.00 USD 1/2/2024 12/31/2024",
                "c 2024-02 110.00 Active 890.00 USD 1/2/2024 12/31/2024",
            ],
        ],
    );
    snapshot!(run(folder.path(), "summary", &files, "--as-of 2024-02-20"), @"
    exit code: 2
    --- stderr
    error: 1.csv:2: contradicts 0.csv:2: customer c, agreement a-c, 2024-01: EffectiveDate 2024-01-01, now 2024-01-02
    1.csv:2: contradicts 0.csv:3: customer c, agreement a-c, 2024-01: CreditAmount 10.00, now 100.00 (difference 90.00); BalanceAmount 90.00, now 900.00 (difference 810.00); EffectiveDate 2024-01-15, now 2024-01-02
    hint: it may be one credit with an amended EffectiveDate, or another of its agreement; leave out the file that is wrong, or correct the date
    ");
    snapshot!(run(folder.path(), "diff", &files, "--as-of 2024-02-20"), @"
    exit code: 2
    --- stderr
    error: 0.csv:2 and 1.csv:2 may be one credit with an amended EffectiveDate, or two of several of one agreement
    hint: correct the EffectiveDate in one of the two files
    ");
}

#[test]
fn names_and_statuses_are_one_word_in_any_case() {
    let folder = tempfile::tempdir().unwrap();
    let first = "c 2024-01 100.00 suspended 900.00 USD 1/1/2024 12/31/2024";
    let files = files(folder.path(), &[&[first], &["c 2024-02 300.00 Suspended 700.00 USD 1/1/2024 12/31/2024"]]);
    let renamed = fs::read_to_string(&files[0]).unwrap().replace(",ACO,", ",aco,");
    fs::write(&files[0], renamed).unwrap();
    snapshot!(run(folder.path(), "given", &files, "--as-of 2024-02-20"), @"
    PartnerID,CustomerID,AgreementID,CreditName,CurrencyCode,EffectiveDate,InvoiceMonth,Status,PreviousCreditAmount,CreditAmount,CreditGiven,OpeningAmount,SpanMonths,BalanceAmount,Period
    p,c,a-c,ACO,USD,2024-01-01,2024-01,Suspended,0.00,100.00,100.00,,1,900.00,closed
    p,c,a-c,ACO,USD,2024-01-01,2024-02,Suspended,100.00,300.00,200.00,,1,700.00,open
    ");
    snapshot!(run(folder.path(), "summary", &files, "--by status --as-of 2024-02-20"), @"
    Status,CurrencyCode,Customers,Credits,OpeningAmount,CreditGiven,CreditAmount,BalanceAmount,Forfeited
    Suspended,USD,1,1,,300.00,300.00,700.00,0.00
    ");
}

/// A download a month over two years, each a snapshot with a provisional last month, as a desk takes them.
fn clean_downloads(folder: &Path) -> Vec<String> {
    let month = |number: usize| format!("{}-{:02}", 2023 + number / 12, number % 12 + 1);
    // Credits of 24, 12 and 6 months, each used up step by step.
    let credits = [("one", 0, 24, 2400), ("two", 3, 12, 1200), ("three", 9, 6, 600)];
    let download = |last: usize| {
        let mut rows = Vec::new();
        for (name, first, months, limit) in credits {
            for number in first..=last {
                let age = (number - first + 1).min(months);
                let is_open = number == last && number - first < months;
                let used = limit / months * age - if is_open { 37 } else { 0 };
                let status = if number - first < months { "Active" } else { "Expired" };
                let (start, end) = (first, first + months - 1);
                let days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
                let day = |number: usize, day: usize| format!("{}/{day}/{}", number % 12 + 1, 2023 + number / 12);
                let leap = usize::from(end == 13);
                rows.push(format!(
                    "{name} {} {used}.00 {status} {}.00 USD {} {}",
                    month(number),
                    limit - used,
                    day(start, 1),
                    day(end, days[end % 12] + leap)
                ));
            }
        }
        rows
    };
    let write = |last: usize| {
        let path = folder.join(format!("download {}.csv", 24 - last));
        let rows = download(last);
        fs::write(&path, report(&rows.iter().map(String::as_str).collect::<Vec<_>>())).unwrap();
        path.display().to_string()
    };
    (0..24).map(write).collect()
}

#[test]
fn clean_downloads_have_no_findings() {
    let folder = tempfile::tempdir().unwrap();
    let files = clean_downloads(folder.path());
    let mut shuffled = files.clone();
    shuffled.sort();
    let names: Vec<&str> = shuffled.iter().map(String::as_str).collect();
    let checked = aco(&[&["check"], &names[..], &["--as-of", "2024-12-20", "--fail-on", "note"]].concat());
    assert_eq!((checked.code, checked.stdout.as_str(), checked.stderr.as_str()), (Some(0), "", ""));
    for pair in files.windows(2) {
        let diff = aco(&["diff", &pair[0], &pair[1], "--as-of", "2024-12-20", "-f", "csv"]);
        assert_eq!(diff.code, Some(0), "{diff}");
        let kinds: Vec<&str> = diff.stdout.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
        assert!(kinds.iter().all(|kind| *kind == "completed") && !kinds.is_empty(), "{diff}");
    }
}

#[test]
fn two_credits_of_which_nothing_was_used_stay_two() {
    let folder = tempfile::tempdir().unwrap();
    let write = |file: &str, months: [u32; 2], left: u32, name: &str| {
        let row = |month| format!("c 2024-0{month} 0.00 Active {left}.00 USD 1/1/2024 12/31/2024");
        let rows: Vec<String> = (months[0]..=months[1]).map(row).collect();
        let text = report(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        fs::write(folder.path().join(file), String::from_utf8(text).unwrap().replace(",ACO,", name)).unwrap();
    };
    write("aco.csv", [1, 4], 1000, ",ACO,");
    write("bonus.csv", [2, 5], 500, ",Bonus,");
    let run = program()
        .args(["summary", "aco.csv", "bonus.csv", "-f", "csv", "--as-of", "2024-06-10", "--month", "2024-03"])
        .current_dir(&folder)
        .output()
        .unwrap();
    let shown = String::from_utf8(run.stdout).unwrap();
    assert!(shown.contains("2024-03,USD,1,2,,0.00,0.00,1500.00,"), "{shown}");
}

#[test]
fn a_newer_download_that_renames_a_credit_in_all_months_counts_it_once() {
    let folder = tempfile::tempdir().unwrap();
    let rows = |to: u32| {
        let row = |month| format!("c 2024-0{month} {month}00 Active {}00 USD 1/1/2024 12/31/2024", 9 - month);
        let rows: Vec<String> = (1..=to).map(row).collect();
        String::from_utf8(report(&rows.iter().map(String::as_str).collect::<Vec<_>>())).unwrap()
    };
    fs::write(folder.path().join("old.csv"), rows(2)).unwrap();
    fs::write(folder.path().join("new.csv"), rows(4).replace(",ACO,", ",Azure Credit,")).unwrap();
    let run = |line: &str| {
        let mut program = program();
        let output = program.args(line.split(' ')).args(["-f", "csv", "--as-of", "2024-05-10"]).current_dir(&folder);
        let output = output.output().unwrap();
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (both, said) = run("summary old.csv new.csv");
    assert_eq!(both, run("summary new.csv").0);
    assert!(said.contains("one credit, for all else agrees"), "{said}");
    // Renamed in the old one's last month only.
    let new = rows(4);
    let third = new.match_indices("2024-02").next().unwrap().0 - 4;
    fs::write(
        folder.path().join("new.csv"),
        format!("{}{}", &new[..third], new[third..].replace(",ACO,", ",Azure Credit,")),
    )
    .unwrap();
    let (both, said) = run("summary old.csv new.csv");
    assert_eq!(both, run("summary new.csv").0);
    assert!(said.contains("one credit, for all else agrees"), "{said}");
}

//! Tables as wide as terminals are: what a command is about stays, whatever goes.

use std::fmt::Write as _;
use std::fs;

use unicode_width::UnicodeWidthStr as _;

use super::context::{on_terminal, program, report};

/// A command's table in a narrow window, an ordinary one and half a screen, in a pipe; it is never wider than it may be.
fn tables(line: &str) -> String {
    let (mut all, mut narrower) = (String::new(), String::new());
    for width in ["60", "80", "120", "200"] {
        let output =
            program().args(line.split(' ')).args(["-q", "-f", "table"]).env("COLUMNS", width).output().unwrap();
        let table = String::from_utf8(output.stdout).unwrap();
        let widest = table.lines().map(|line| line.chars().count()).max().unwrap_or(0);
        assert!(widest <= width.parse().unwrap(), "{widest} columns of {width}:\n{table}");
        if width != "200" {
            writeln!(all, "{width}:\n{}", if table == narrower { "the same\n" } else { &table }).unwrap();
            narrower = table;
        }
    }
    all
}

#[test]
fn no_line_is_wider_than_the_terminal_whatever_its_letters() {
    let folder = tempfile::tempdir().unwrap();
    let names = folder.path().join("names.csv");
    let name = "株式会社 コントソ ".repeat(6);
    fs::write(&names, format!("CustomerID,CustomerName\n0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,{name}\n")).unwrap();
    for command in ["summary --by customer", "balance", "check", "list"] {
        for width in (1..40).chain((40..120).step_by(7)) {
            let line = format!("{command} fixtures/aco-balance.csv --as-of 2022-12-15 -q --names {}", names.display());
            let table = on_terminal(&line, width);
            assert!(table.lines().all(|line| line.width() <= width), "{command} at {width}:\n{table}");
        }
    }
}

/// Whatever goes, nobody reads an amount and does not know of what.
#[test]
fn no_amount_is_shown_without_its_currency() {
    let report = "fixtures/aco-balance.csv --as-of 2022-12-15 --names fixtures/customers.csv";
    let reconciled = format!("reconcile {report} --invoice fixtures/invoice/2022-07.csv");
    let mut lines: Vec<String> = ["summary", "given", "list", "balance", "expiring", "statement"]
        .map(|command| format!("{command} {report}"))
        .to_vec();
    lines.push(format!("summary {report} --across month"));
    lines.push("book fixtures/desk --booked fixtures/booked.csv --as-of 2023-01-10".to_owned());
    lines.push("diff fixtures/desk --all --names fixtures/customers.csv".to_owned());
    lines.extend(["", " --lines", " --other-credits"].map(|more| format!("{reconciled}{more}")));
    for line in lines {
        for width in (30..140).step_by(10) {
            let mut command = program();
            command.args(line.split(' ')).args(["-q", "-f", "table"]).env("COLUMNS", width.to_string());
            let table = String::from_utf8(command.output().unwrap().stdout).unwrap();
            let shown = table.split("not shown for width").next().unwrap();
            let is_amount = |word: &str| word.split_once('.').is_some_and(|(_, cents)| cents.len() == 2);
            let has_amount = shown.split_whitespace().any(is_amount);
            assert!(shown.contains("Currency") || !has_amount, "{line} at {width}:\n{table}");
        }
    }
}

/// Large amounts leave no room for all that tells the same.
#[test]
fn what_was_asked_for_stays_beside_large_amounts() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let rows = [
        "c 2022-08 4284109554 Active 79181788851 JPY 8/1/2022 10/31/2022",
        "c 2022-09 8568219108 Active 74897679297 JPY 8/1/2022 10/31/2022",
        "d 2022-08 284109554.00 Active 9181788851.00 USD 8/1/2022 10/31/2022",
        "d 2022-09 568219108.00 Active 8897679297.00 USD 8/1/2022 10/31/2022",
    ];
    std::fs::write(path("r.csv"), report(&rows)).unwrap();
    let header = "CustomerId,CustomerName,InvoiceNumber,ChargeType,ChargeStartDate,Subtotal,Currency,CreditReasonCode";
    let line = "c,International Bank of Very Long Names,G9,customerCredit,9/1/2022,-4284109554,JPY,Azure Credit";
    std::fs::write(path("i.csv"), format!("{header}\n{line}\n")).unwrap();
    let head = |line: &str, width: &str| {
        let line = line.replace("r.csv", &path("r.csv")).replace("i.csv", &path("i.csv"));
        let mut command = program();
        command.args(line.split(' ')).args(["--as-of", "2022-10-10", "-q", "-f", "table"]).env("COLUMNS", width);
        let table = String::from_utf8(command.output().unwrap().stdout).unwrap();
        table.split("\n──").next().unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let has = |line: &str, width: &str, wanted: &[&str]| {
        let head = head(line, width);
        assert!(wanted.iter().all(|column| head.contains(column)), "{line} at {width}: {head}");
    };
    has("reconcile r.csv --invoice i.csv", "60", &["Difference", "Result"]);
    has("statement r.csv", "60", &["Given Left"]);
    has("summary r.csv --against previous", "60", &["Given", "change"]);
    has("summary r.csv --against previous", "80", &["before", "change"]);
    has("expiring r.csv", "40", &["Will be lost"]);
    // Half of a narrow window: nothing else stands for what is asked for.
    let fixtures = "--month 2022-07,2022-06 --names fixtures/customers.csv";
    let lacks = |line: &str, width: &str, other: &str| {
        let head = head(&format!("{line} {fixtures}"), width);
        assert!(!head.contains(other), "{line} at {width}: {head}");
    };
    for width in ["40", "48"] {
        let reconcile =
            "reconcile fixtures/aco-balance.csv --invoice fixtures/invoice --all --names fixtures/customers.csv";
        has(reconcile, width, &["Customer", "Result"]);
        let against = "summary fixtures/aco-balance.csv --by customer,month --against previous";
        has(&format!("{against} {fixtures}"), width, &["Customer Month", "change"]);
        lacks(against, width, "Lost");
        has(&format!("{against} {fixtures} --figure BalanceAmount"), width, &["Customer Month", "change"]);
        lacks(&format!("{against} --figure BalanceAmount"), width, "Given");
        has(&format!("statement fixtures/aco-balance.csv --by customer {fixtures}"), width, &["Given Left"]);
    }
    has("summary r.csv --by customer,month --figure CreditAmount --against previous", "48", &["Used", "change"]);
}

/// What has to be typed for `--only` stands in one line.
#[test]
fn names_of_checks_are_not_broken_in_an_ordinary_window() {
    let line = "check fixtures/aco-balance.csv --names fixtures/customers.csv --as-of 2023-01-10 -q -f table \
                --invoice fixtures/invoice/2022-07.csv";
    let run = program().args(line.split_whitespace()).env("COLUMNS", "80").output().unwrap();
    let table = String::from_utf8(run.stdout).unwrap();
    for name in ["credit-not-invoiced", "invoice-without-credit", "used-outside-term"] {
        assert!(table.contains(&format!("  {name} ")), "{table}");
    }
}

#[test]
fn balance() {
    insta::assert_snapshot!(tables("balance fixtures/aco-balance.csv --as-of 2022-12-15 --currency EUR,USD"), @"
    60:
    Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07; Credit: ACO
    Customer                                            Days
    ID        Currency  Month         Left  Ends        left
    ────────  ────────  ────────  ────────  ──────────  ────
    0b6e2f1a  USD       2022-12*  1,331.15  2023-06-30   197
    0b6e2f1a  EUR       2022-12*    910.00  2022-12-31    16
    2f94c7d8  USD       2022-12*  1,494.35  2023-03-14    89
    58a1e3b0  EUR       2022-12*      0.00  2022-09-30   -76
    58a1e3b0  USD       2022-09       0.00  2022-08-31  -106
    e8f2a406  USD       2022-12*      0.00  2022-12-31    16
    ────────  ────────  ────────  ────────  ──────────  ────
    total     EUR                   910.00
    total     USD                 2,825.50
    * open on 2022-12-15: figures may still change until the
    month's invoice is out
    not shown for width: Used so far, Agreement, Status, State,
    Limit, Used %, Begins, Lost (widen the terminal, or use -f
    csv)

    80:
    Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07; Credit: ACO
    Customer                                   Used so                        Days
    ID        Agreement  Currency  Month           far      Left  Ends        left
    ────────  ─────────  ────────  ────────  ─────────  ────────  ──────────  ────
    0b6e2f1a  1e5d80c3   USD       2022-12*   8,668.85  1,331.15  2023-06-30   197
    0b6e2f1a  34c9f7a1   EUR       2022-12*   5,090.00    910.00  2022-12-31    16
    2f94c7d8  47b2d6e9   USD       2022-12*   6,505.65  1,494.35  2023-03-14    89
    58a1e3b0  6a0f3c85   EUR       2022-12*   1,435.20      0.00  2022-09-30   -76
    58a1e3b0  d27f95ab   USD       2022-09    1,200.00      0.00  2022-08-31  -106
    e8f2a406  b8e6420f   USD       2022-12*   2,500.00      0.00  2022-12-31    16
    ────────  ─────────  ────────  ────────  ─────────  ────────  ──────────  ────
    total                EUR                  6,525.20    910.00
    total                USD                 18,874.50  2,825.50
    * open on 2022-12-15: figures may still change until the month's invoice is out
    not shown for width: Status, State, Limit, Used %, Begins, Lost (widen the
    terminal, or use -f csv)

    120:
    Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07; Credit: ACO
    Customer                                                                Used so             Used              Days
    ID        Agreement  Currency  Month     Status   State        Limit        far      Left      %  Ends        left
    ────────  ─────────  ────────  ────────  ───────  ───────  ─────────  ─────────  ────────  ─────  ──────────  ────
    0b6e2f1a  1e5d80c3   USD       2022-12*  Active   running  10,000.00   8,668.85  1,331.15   86.7  2023-06-30   197
    0b6e2f1a  34c9f7a1   EUR       2022-12*  Active   running   6,000.00   5,090.00    910.00   84.8  2022-12-31    16
    2f94c7d8  47b2d6e9   USD       2022-12*  Active   running   8,000.00   6,505.65  1,494.35   81.3  2023-03-14    89
    58a1e3b0  6a0f3c85   EUR       2022-12*  Expired  over      3,000.00   1,435.20      0.00   47.8  2022-09-30   -76
    58a1e3b0  d27f95ab   USD       2022-09   Expired  over      1,200.00   1,200.00      0.00  100.0  2022-08-31  -106
    e8f2a406  b8e6420f   USD       2022-12*  Active   running   2,500.00   2,500.00      0.00  100.0  2022-12-31    16
    ────────  ─────────  ────────  ────────  ───────  ───────  ─────────  ─────────  ────────  ─────  ──────────  ────
    total                EUR                                    9,000.00   6,525.20    910.00
    total                USD                                   21,700.00  18,874.50  2,825.50
    * open on 2022-12-15: figures may still change until the month's invoice is out
    not shown for width: Begins, Lost (widen the terminal, or use -f csv)
    ");
}

#[test]
fn given() {
    insta::assert_snapshot!(tables("given fixtures/aco-balance.csv --month 2022-07 --names fixtures/customers.csv"), @"
    60:
    Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07; Credit: ACO
    Month: 2022-07; Status: Active
                                      Used so             Months
    Customer              Currency        far     Given  covered
    ────────────────────  ────────  ─────────  ────────  ───────
    Contoso Ltd           USD        6,665.05    430.00        1
    Contoso Ltd           EUR        2,604.25    467.90        1
    Fabrikam GmbH         USD        2,842.65    715.25        1
    Adventure Works       EUR        1,113.75    155.05        1
    Adventure Works       USD        1,035.60    168.30        1
    Wingtip Toys KK       JPY         666,135   214,930        2
    Northwind Traders KK  JPY         120,405    58,925        1
    Woodgrove Bank        USD        1,290.45    298.35        1
    ────────────────────  ────────  ─────────  ────────  ───────
    total                 EUR        3,718.00    622.95
    total                 JPY         786,540   273,855
    total                 USD       11,833.75  1,611.90
    not shown for width: Left, Agreement, Used until then,
    Customer ID, Begins (widen the terminal, or use -f csv)

    80:
    Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07; Credit: ACO; Month: 2022-07
    Status: Active
                                                 Used so
    Customer              Agreement  Currency        far     Given       Left
    ────────────────────  ─────────  ────────  ─────────  ────────  ─────────
    Contoso Ltd           1e5d80c3   USD        6,665.05    430.00   3,334.95
    Contoso Ltd           34c9f7a1   EUR        2,604.25    467.90   3,395.75
    Fabrikam GmbH         47b2d6e9   USD        2,842.65    715.25   2,157.35
    Adventure Works       6a0f3c85   EUR        1,113.75    155.05   1,886.25
    Adventure Works       d27f95ab   USD        1,035.60    168.30     164.40
    Wingtip Toys KK       7d94e1b6   JPY         666,135   214,930    833,865
    Northwind Traders KK  a51c8e7d   JPY         120,405    58,925    679,595
    Woodgrove Bank        b8e6420f   USD        1,290.45    298.35   1,209.55
    ────────────────────  ─────────  ────────  ─────────  ────────  ─────────
    total                            EUR        3,718.00    622.95   5,282.00
    total                            JPY         786,540   273,855  1,513,460
    total                            USD       11,833.75  1,611.90   6,866.25
    not shown for width: Used until then, Months covered, Customer ID, Begins (widen
    the terminal, or use -f csv)

    120:
    Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07; Credit: ACO; Month: 2022-07; Status: Active
                                                                         Used
    Customer                                                            until    Used so             Months
    ID        Customer              Agreement  Currency  Begins          then        far     Given  covered       Left
    ────────  ────────────────────  ─────────  ────────  ──────────  ────────  ─────────  ────────  ───────  ─────────
    0b6e2f1a  Contoso Ltd           1e5d80c3   USD       2021-07-01  6,235.05   6,665.05    430.00        1   3,334.95
    0b6e2f1a  Contoso Ltd           34c9f7a1   EUR       2022-01-01  2,136.35   2,604.25    467.90        1   3,395.75
    2f94c7d8  Fabrikam GmbH         47b2d6e9   USD       2022-03-15  2,127.40   2,842.65    715.25        1   2,157.35
    58a1e3b0  Adventure Works       6a0f3c85   EUR       2022-01-01    958.70   1,113.75    155.05        1   1,886.25
    58a1e3b0  Adventure Works       d27f95ab   USD       2022-02-01    867.30   1,035.60    168.30        1     164.40
    91d04c6f  Wingtip Toys KK       7d94e1b6   JPY       2022-01-10   451,205    666,135   214,930        2    833,865
    c3b75e92  Northwind Traders KK  a51c8e7d   JPY       2022-05-20    61,480    120,405    58,925        1    679,595
    e8f2a406  Woodgrove Bank        b8e6420f   USD       2021-10-01    992.10   1,290.45    298.35        1   1,209.55
    ────────  ────────────────────  ─────────  ────────  ──────────  ────────  ─────────  ────────  ───────  ─────────
    total                                      EUR                              3,718.00    622.95            5,282.00
    total                                      JPY                               786,540   273,855           1,513,460
    total                                      USD                             11,833.75  1,611.90            6,866.25
    ");
}

#[test]
fn summary() {
    insta::assert_snapshot!(tables("summary fixtures/aco-balance.csv --as-of 2023-01-15 --from 2022-11"), @"
    60:
                                   Used so
    Month    Currency     Given        far      Left  Lost
    ───────  ────────  ────────  ─────────  ────────  ────
    2022-11  EUR         530.20   6,076.65  1,358.55  0.00
    2022-11  JPY        165,220  1,463,570   836,430     0
    2022-11  USD       1,284.05  16,598.95  3,901.05  0.00
    2022-12  EUR         448.55   6,525.20    910.00  0.00
    2022-12  JPY        165,140  1,628,710   671,290     0
    2022-12  USD       1,075.55  17,674.50  2,825.50  0.00
    ───────  ────────  ────────  ─────────  ────────  ────
    total    EUR         978.75   6,525.20    910.00  0.00
    total    JPY        330,360  1,628,710   671,290     0
    total    USD       2,359.60  17,674.50  2,825.50  0.00
    not shown for width: Customers, Credits (widen the terminal,
    or use -f csv)

    80:
    Month    Currency  Customers  Credits     Given  Used so far      Left  Lost
    ───────  ────────  ─────────  ───────  ────────  ───────────  ────────  ────
    2022-11  EUR               2        2    530.20     6,076.65  1,358.55  0.00
    2022-11  JPY               2        2   165,220    1,463,570   836,430     0
    2022-11  USD               3        3  1,284.05    16,598.95  3,901.05  0.00
    2022-12  EUR               2        2    448.55     6,525.20    910.00  0.00
    2022-12  JPY               2        2   165,140    1,628,710   671,290     0
    2022-12  USD               3        3  1,075.55    17,674.50  2,825.50  0.00
    ───────  ────────  ─────────  ───────  ────────  ───────────  ────────  ────
    total    EUR               2        2    978.75     6,525.20    910.00  0.00
    total    JPY               2        2   330,360    1,628,710   671,290     0
    total    USD               3        3  2,359.60    17,674.50  2,825.50  0.00

    120:
    the same
    ");
}

#[test]
fn list() {
    insta::assert_snapshot!(tables("list fixtures/aco-balance.csv --month 2022-07 --currency EUR"), @"
    60:
    Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07
    Month: 2022-07; Credit: ACO; Status: Active; Currency: EUR
    Begins: 2022-01-01
    Customer   Used so   Balance
    ID             far  reported  Agreement  Ends
    ────────  ────────  ────────  ─────────  ──────────
    0b6e2f1a  2,604.25  3,395.75  34c9f7a1   2022-12-31
    58a1e3b0  1,113.75  1,886.25  6a0f3c85   2022-09-30

    80:
    Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07; Month: 2022-07; Credit: ACO
    Status: Active; Currency: EUR; Begins: 2022-01-01
    Customer   Used so   Balance
    ID             far  reported  Agreement  Ends
    ────────  ────────  ────────  ─────────  ──────────
    0b6e2f1a  2,604.25  3,395.75  34c9f7a1   2022-12-31
    58a1e3b0  1,113.75  1,886.25  6a0f3c85   2022-09-30

    120:
              Customer                    Used so           Balance
    Partner   ID        Month    Credit       far  Status  reported  Currency  Agreement  Begins      Ends
    ────────  ────────  ───────  ──────  ────────  ──────  ────────  ────────  ─────────  ──────────  ──────────
    7c1d9b52  0b6e2f1a  2022-07  ACO     2,604.25  Active  3,395.75  EUR       34c9f7a1   2022-01-01  2022-12-31
    7c1d9b52  58a1e3b0  2022-07  ACO     1,113.75  Active  1,886.25  EUR       6a0f3c85   2022-01-01  2022-09-30
    ");
}

#[test]
fn expiring() {
    insta::assert_snapshot!(tables("expiring fixtures/aco-balance.csv --as-of 2022-12-15"), @"
    60:
    Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07; Credit: ACO
    Customer                                  Used up  Will be
    ID        Currency      Left  Ends        in          lost
    ────────  ────────  ────────  ──────────  ───────  ───────
    0b6e2f1a  EUR         910.00  2022-12-31            846.93
    e8f2a406  USD           0.00  2022-12-31  2022-11     0.00
    91d04c6f  JPY        305,365  2023-01-09           271,389
    2f94c7d8  USD       1,494.35  2023-03-14  2023-02     0.00
    ────────  ────────  ────────  ──────────  ───────  ───────
    total     EUR         910.00                        846.93
    total     JPY        305,365                       271,389
    total     USD       1,494.35                          0.00
    figures of the month open on 2022-12-15 may still change
    until its invoice is out
    not shown for width: Agreement, Days left, Use a month, Ends
    in (widen the terminal, or use -f csv)

    80:
    Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07; Credit: ACO
    Customer                                             Days  Used up  Will be
    ID        Agreement  Currency      Left  Ends        left  in          lost
    ────────  ─────────  ────────  ────────  ──────────  ────  ───────  ───────
    0b6e2f1a  34c9f7a1   EUR         910.00  2022-12-31    16            846.93
    e8f2a406  b8e6420f   USD           0.00  2022-12-31    16  2022-11     0.00
    91d04c6f  7d94e1b6   JPY        305,365  2023-01-09    25           271,389
    2f94c7d8  47b2d6e9   USD       1,494.35  2023-03-14    89  2023-02     0.00
    ────────  ─────────  ────────  ────────  ──────────  ────  ───────  ───────
    total                EUR         910.00                              846.93
    total                JPY        305,365                             271,389
    total                USD       1,494.35                                0.00
    figures of the month open on 2022-12-15 may still change until its invoice is
    out
    not shown for width: Use a month, Ends in (widen the terminal, or use -f csv)

    120:
                          Customer                                                     Days     Use a  Used up  Will be
    Ends in     Partner   ID        Agreement  Credit  Currency      Left  Ends        left     month  in          lost
    ──────────  ────────  ────────  ─────────  ──────  ────────  ────────  ──────────  ────  ────────  ───────  ───────
    0-30 days   7c1d9b52  0b6e2f1a  34c9f7a1   ACO     EUR         910.00  2022-12-31    16    511.62            846.93
    0-30 days   7c1d9b52  e8f2a406  b8e6420f   ACO     USD           0.00  2022-12-31    16    289.12  2022-11     0.00
    0-30 days   7c1d9b52  91d04c6f  7d94e1b6   ACO     JPY        305,365  2023-01-09    25   105,370           271,389
    61-90 days  7c1d9b52  2f94c7d8  47b2d6e9   ACO     USD       1,494.35  2023-03-14    89    743.95  2023-02     0.00
    ──────────  ────────  ────────  ─────────  ──────  ────────  ────────  ──────────  ────  ────────  ───────  ───────
    total                                              EUR         910.00                      511.62            846.93
    total                                              JPY        305,365                     105,370           271,389
    total                                              USD       1,494.35                    1,033.07              0.00
    figures of the month open on 2022-12-15 may still change until its invoice is out
    ");
}

#[test]
fn statement() {
    insta::assert_snapshot!(tables("statement fixtures/aco-balance.csv --as-of 2023-01-15 --from 2022-11"), @"
    60:
    Month    Currency  Left before     Given      Left
    ───────  ────────  ───────────  ────────  ────────
    2022-11  EUR          1,888.75    530.20  1,358.55
    2022-11  JPY         1,001,650   165,220   836,430
    2022-11  USD          5,185.10  1,284.05  3,901.05
    2022-12  EUR          1,358.55    448.55    910.00
    2022-12  JPY           836,430   165,140   671,290
    2022-12  USD          3,901.05  1,075.55  2,825.50
    ───────  ────────  ───────────  ────────  ────────
    total    EUR          1,888.75    978.75    910.00
    total    JPY         1,001,650   330,360   671,290
    total    USD          5,185.10  2,359.60  2,825.50

    80:
    the same

    120:
    the same
    ");
}

#[test]
fn book() {
    insta::assert_snapshot!(tables("book fixtures/desk --booked fixtures/booked.csv --from 2022-10 --as-of 2023-01-10"), @"
    60:
    Booked on: 2023-01-10
    Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07; Credit: ACO
             Customer
    Month    ID        Agreement  Currency  Kind          Amount
    ───────  ────────  ─────────  ────────  ──────────  ────────
    2022-11  0b6e2f1a  34c9f7a1   EUR       correction     30.20
    2022-12  0b6e2f1a  1e5d80c3   USD       given         377.50
    2022-12  0b6e2f1a  34c9f7a1   EUR       given         448.55
    2022-12  2f94c7d8  47b2d6e9   USD       given         698.05
    2022-12  91d04c6f  7d94e1b6   JPY       given        101,985
    2022-12  c3b75e92  a51c8e7d   JPY       given         63,155
    ───────  ────────  ─────────  ────────  ──────────  ────────
    total                         EUR                     478.75
    total                         JPY                    165,140
    total                         USD                   1,075.55

    80:
    Booked on: 2023-01-10; Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07
    Credit: ACO
             Customer
    Month    ID        Agreement  Currency  Kind          Amount
    ───────  ────────  ─────────  ────────  ──────────  ────────
    2022-11  0b6e2f1a  34c9f7a1   EUR       correction     30.20
    2022-12  0b6e2f1a  1e5d80c3   USD       given         377.50
    2022-12  0b6e2f1a  34c9f7a1   EUR       given         448.55
    2022-12  2f94c7d8  47b2d6e9   USD       given         698.05
    2022-12  91d04c6f  7d94e1b6   JPY       given        101,985
    2022-12  c3b75e92  a51c8e7d   JPY       given         63,155
    ───────  ────────  ─────────  ────────  ──────────  ────────
    total                         EUR                     478.75
    total                         JPY                    165,140
    total                         USD                   1,075.55

    120:
                                   Customer
    Booked on   Month    Partner   ID        Agreement  Credit  Currency  Kind          Amount
    ──────────  ───────  ────────  ────────  ─────────  ──────  ────────  ──────────  ────────
    2023-01-10  2022-11  7c1d9b52  0b6e2f1a  34c9f7a1   ACO     EUR       correction     30.20
    2023-01-10  2022-12  7c1d9b52  0b6e2f1a  1e5d80c3   ACO     USD       given         377.50
    2023-01-10  2022-12  7c1d9b52  0b6e2f1a  34c9f7a1   ACO     EUR       given         448.55
    2023-01-10  2022-12  7c1d9b52  2f94c7d8  47b2d6e9   ACO     USD       given         698.05
    2023-01-10  2022-12  7c1d9b52  91d04c6f  7d94e1b6   ACO     JPY       given        101,985
    2023-01-10  2022-12  7c1d9b52  c3b75e92  a51c8e7d   ACO     JPY       given         63,155
    ──────────  ───────  ────────  ────────  ─────────  ──────  ────────  ──────────  ────────
                total                                           EUR                     478.75
                total                                           JPY                    165,140
                total                                           USD                   1,075.55
    ");
}

#[test]
fn check() {
    insta::assert_snapshot!(tables("check fixtures/aco-balance.csv --as-of 2023-01-10 --at-least warning"), @"
    60:
    File: fixtures/aco-balance.csv
                         Customer
    Severity  Check      ID        Month    What was found
    ────────  ─────────  ────────  ───────  ────────────────────
    error     credit-    0b6e2f1a  2022-05  CreditAmount fell
              decreased                     from 1,776.60 in
                                            2022-04 to 1,656.35,
                                            by 120.25 EUR; ask
                                            Microsoft what was
                                            taken back
    warning   missing-   91d04c6f  2022-06  no row for 2022-06,
              month                         which other credits
                                            have; the credit
                                            given in 2022-07
                                            covers 2 months
    warning   limit-     2f94c7d8  2022-08  the limit rose from
              changed                       5,000.00 in 2022-07
                                            to 8,000.00, by
                                            3,000.00 USD: a
                                            top-up
    warning   used-      58a1e3b0  2022-10  12.60 EUR was given
              outside-                      in 2022-10, after
              term                          the credit expired
                                            on 2022-09-30; use
                                            of its last days may
                                            have been invoiced
                                            late
    warning   forfeited  58a1e3b0  2022-10  1,564.80 EUR expired
                                            unused; count on it
                                            no longer
    not shown for width: Line, Agreement, Currency, Amount
    (widen the terminal, or use -f csv)

    80:
    File: fixtures/aco-balance.csv
                                       Customer
    Severity  Check              Line  ID        Month    What was found
    ────────  ─────────────────  ────  ────────  ───────  ──────────────────────────
    error     credit-decreased     28  0b6e2f1a  2022-05  CreditAmount fell from
                                                          1,776.60 in 2022-04 to
                                                          1,656.35, by 120.25 EUR;
                                                          ask Microsoft what was
                                                          taken back
    warning   missing-month        45  91d04c6f  2022-06  no row for 2022-06, which
                                                          other credits have; the
                                                          credit given in 2022-07
                                                          covers 2 months
    warning   limit-changed        51  2f94c7d8  2022-08  the limit rose from
                                                          5,000.00 in 2022-07 to
                                                          8,000.00, by 3,000.00 USD:
                                                          a top-up
    warning   used-outside-term    68  58a1e3b0  2022-10  12.60 EUR was given in
                                                          2022-10, after the credit
                                                          expired on 2022-09-30; use
                                                          of its last days may have
                                                          been invoiced late
    warning   forfeited            68  58a1e3b0  2022-10  1,564.80 EUR expired
                                                          unused; count on it no
                                                          longer
    not shown for width: Agreement, Currency, Amount (widen the terminal, or use -f
    csv)

    120:
    File: fixtures/aco-balance.csv
                                       Customer
    Severity  Check              Line  ID        Agreement  Month    Currency    Amount  What was found
    ────────  ─────────────────  ────  ────────  ─────────  ───────  ────────  ────────  ───────────────────────────────────
    error     credit-decreased     28  0b6e2f1a  34c9f7a1   2022-05  EUR        -120.25  CreditAmount fell from 1,776.60 in
                                                                                         2022-04 to 1,656.35, by 120.25 EUR;
                                                                                         ask Microsoft what was taken back
    warning   missing-month        45  91d04c6f  7d94e1b6   2022-06  JPY        214,930  no row for 2022-06, which other
                                                                                         credits have; the credit given in
                                                                                         2022-07 covers 2 months
    warning   limit-changed        51  2f94c7d8  47b2d6e9   2022-08  USD       3,000.00  the limit rose from 5,000.00 in
                                                                                         2022-07 to 8,000.00, by 3,000.00
                                                                                         USD: a top-up
    warning   used-outside-term    68  58a1e3b0  6a0f3c85   2022-10  EUR          12.60  12.60 EUR was given in 2022-10,
                                                                                         after the credit expired on
                                                                                         2022-09-30; use of its last days
                                                                                         may have been invoiced late
    warning   forfeited            68  58a1e3b0  6a0f3c85   2022-10  EUR       1,564.80  1,564.80 EUR expired unused; count
                                                                                         on it no longer
    ");
}

#[test]
fn diff() {
    insta::assert_snapshot!(tables("diff fixtures/restatement-old.csv fixtures/restatement-new.csv"), @"
    60:
    Change: restated
    Customer ID: 0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341
    Agreement: 1e5d80c3-7a42-4f96-b08c-d3a9e4172b65
    Currency: USD; Month: 2022-07
    Field          Old     New     Difference
    ─────────────  ──────  ──────  ──────────
    CreditAmount   500.00  450.00      -50.00
    BalanceAmount  500.00  550.00       50.00

    80:
    Change: restated; Customer ID: 0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341
    Agreement: 1e5d80c3-7a42-4f96-b08c-d3a9e4172b65; Currency: USD; Month: 2022-07
    Field          Old     New     Difference
    ─────────────  ──────  ──────  ──────────
    CreditAmount   500.00  450.00      -50.00
    BalanceAmount  500.00  550.00       50.00

    120:
              Customer
    Change    ID        Agreement  Currency  Month    Field          Old     New     Difference
    ────────  ────────  ─────────  ────────  ───────  ─────────────  ──────  ──────  ──────────
    restated  0b6e2f1a  1e5d80c3   USD       2022-07  CreditAmount   500.00  450.00      -50.00
    restated  0b6e2f1a  1e5d80c3   USD       2022-07  BalanceAmount  500.00  550.00       50.00
    ");
}

#[test]
fn reconcile() {
    insta::assert_snapshot!(tables("reconcile fixtures/aco-balance.csv --invoice fixtures/invoice/2022-07.csv --as-of 2022-12-15"), @"
    60:
    Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07
    Month: 2022-07
    Customer      Currency     Given  Difference  Result
    ────────────  ────────  ────────  ──────────  ──────────────
    Contoso Ltd   EUR         467.90        0.00  matched
    Contoso Ltd   USD         430.00        1.00  mismatched
    Fabrikam Gm…  USD         715.25        0.00  matched
    Adventure W…  EUR         155.05              not-comparable
    Adventure W…  USD         168.30        6.28  mismatched
    Wingtip Toy…  JPY        214,930              unknown
    Northwind T…  JPY         58,925           0  matched
    Tailspin To…  EUR                     -25.00  invoice-only
    Woodgrove B…  USD         298.35      298.35  balance-only
    ────────────  ────────  ────────  ──────────  ──────────────
    total         EUR         622.95      -25.00
    total         JPY        273,855           0
    total         USD       1,611.90      305.63
    totals of Difference leave out rows that have none
    not shown for width: Invoiced, Invoice lines, Customer ID
    (widen the terminal, or use -f csv)

    80:
    Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07; Month: 2022-07
    Customer              Currency     Given  Invoiced  Difference  Result
    ────────────────────  ────────  ────────  ────────  ──────────  ──────────────
    Contoso Ltd           EUR         467.90    467.90        0.00  matched
    Contoso Ltd           USD         430.00    429.00        1.00  mismatched
    Fabrikam GmbH         USD         715.25    715.25        0.00  matched
    Adventure Works       EUR         155.05                        not-comparable
    Adventure Works       USD         168.30                  6.28  mismatched
    Wingtip Toys KK       JPY        214,930   110,000              unknown
    Northwind Traders KK  JPY         58,925    58,925           0  matched
    Tailspin Toys         EUR                    25.00      -25.00  invoice-only
    Woodgrove Bank        USD         298.35                298.35  balance-only
    ────────────────────  ────────  ────────  ────────  ──────────  ──────────────
    total                 EUR         622.95    492.90      -25.00
    total                 JPY        273,855   168,925           0
    total                 USD       1,611.90  1,144.25      305.63
    totals of Difference leave out rows that have none
    not shown for width: Invoice lines, Customer ID (widen the terminal, or use -f
    csv)

    120:
              Customer                                                                                           Invoice
    Partner   ID        Customer              Currency  Month       Given  Invoiced  Difference  Result            lines
    ────────  ────────  ────────────────────  ────────  ───────  ────────  ────────  ──────────  ──────────────  ───────
    7c1d9b52  0b6e2f1a  Contoso Ltd           EUR       2022-07    467.90    467.90        0.00  matched               3
    7c1d9b52  0b6e2f1a  Contoso Ltd           USD       2022-07    430.00    429.00        1.00  mismatched            1
    7c1d9b52  2f94c7d8  Fabrikam GmbH         USD       2022-07    715.25    715.25        0.00  matched               2
    7c1d9b52  58a1e3b0  Adventure Works       EUR       2022-07    155.05                        not-comparable        1
    7c1d9b52  58a1e3b0  Adventure Works       USD       2022-07    168.30                  6.28  mismatched            0
    7c1d9b52  91d04c6f  Wingtip Toys KK       JPY       2022-07   214,930   110,000              unknown               1
    7c1d9b52  c3b75e92  Northwind Traders KK  JPY       2022-07    58,925    58,925           0  matched               1
    7c1d9b52  d4a90b67  Tailspin Toys         EUR       2022-07               25.00      -25.00  invoice-only          1
    7c1d9b52  e8f2a406  Woodgrove Bank        USD       2022-07    298.35                298.35  balance-only          0
    ────────  ────────  ────────────────────  ────────  ───────  ────────  ────────  ──────────  ──────────────  ───────
    total                                     EUR       2022-07    622.95    492.90      -25.00                        5
    total                                     JPY       2022-07   273,855   168,925           0                        2
    total                                     USD       2022-07  1,611.90  1,144.25      305.63                        3
    totals of Difference leave out rows that have none
    ");
}

#[test]
fn inspect() {
    insta::assert_snapshot!(tables("inspect fixtures/documented-example.csv"), @"
    60:
    File: fixtures/documented-example.csv
    Property        Value
    ──────────────  ────────────────────────────────────
    Container       none
    Encoding        utf-8
    Separator       comma
    HeaderLine      1
    DecimalMark     no value depends on it
    DateOrder       mdy, settled by '6/30/2023' (line 2,
                    ExpiryDate)
    PartnerID       PartnerID
    CustomerID      CustomerID
    InvoiceMonth    InvoiceMonth
    CreditName      CreditName
    CreditAmount    CreditAmount
    Status          Status
    BalanceAmount   BalanceAmount
    CurrencyCode    CurrencyCode
    AgreementID     AgreementID
    EffectiveDate   EffectiveDate
    ExpiryDate      ExpiryDate
    IgnoredColumns
    Rows            2
    FirstMonth      2022-07
    LastMonth       2022-08
    Months          2
    Credits         1
    Customers       1
    Currencies      USD
    Statuses        Active
    UnreadableRows  0

    80:
    File: fixtures/documented-example.csv
    Property        Value
    ──────────────  ────────────────────────────────────────────────
    Container       none
    Encoding        utf-8
    Separator       comma
    HeaderLine      1
    DecimalMark     no value depends on it
    DateOrder       mdy, settled by '6/30/2023' (line 2, ExpiryDate)
    PartnerID       PartnerID
    CustomerID      CustomerID
    InvoiceMonth    InvoiceMonth
    CreditName      CreditName
    CreditAmount    CreditAmount
    Status          Status
    BalanceAmount   BalanceAmount
    CurrencyCode    CurrencyCode
    AgreementID     AgreementID
    EffectiveDate   EffectiveDate
    ExpiryDate      ExpiryDate
    IgnoredColumns
    Rows            2
    FirstMonth      2022-07
    LastMonth       2022-08
    Months          2
    Credits         1
    Customers       1
    Currencies      USD
    Statuses        Active
    UnreadableRows  0

    120:
    File                             Property        Value
    ───────────────────────────────  ──────────────  ────────────────────────────────────────────────
    fixtures/documented-example.csv  Container       none
    fixtures/documented-example.csv  Encoding        utf-8
    fixtures/documented-example.csv  Separator       comma
    fixtures/documented-example.csv  HeaderLine      1
    fixtures/documented-example.csv  DecimalMark     no value depends on it
    fixtures/documented-example.csv  DateOrder       mdy, settled by '6/30/2023' (line 2, ExpiryDate)
    fixtures/documented-example.csv  PartnerID       PartnerID
    fixtures/documented-example.csv  CustomerID      CustomerID
    fixtures/documented-example.csv  InvoiceMonth    InvoiceMonth
    fixtures/documented-example.csv  CreditName      CreditName
    fixtures/documented-example.csv  CreditAmount    CreditAmount
    fixtures/documented-example.csv  Status          Status
    fixtures/documented-example.csv  BalanceAmount   BalanceAmount
    fixtures/documented-example.csv  CurrencyCode    CurrencyCode
    fixtures/documented-example.csv  AgreementID     AgreementID
    fixtures/documented-example.csv  EffectiveDate   EffectiveDate
    fixtures/documented-example.csv  ExpiryDate      ExpiryDate
    fixtures/documented-example.csv  IgnoredColumns
    fixtures/documented-example.csv  Rows            2
    fixtures/documented-example.csv  FirstMonth      2022-07
    fixtures/documented-example.csv  LastMonth       2022-08
    fixtures/documented-example.csv  Months          2
    fixtures/documented-example.csv  Credits         1
    fixtures/documented-example.csv  Customers       1
    fixtures/documented-example.csv  Currencies      USD
    fixtures/documented-example.csv  Statuses        Active
    fixtures/documented-example.csv  UnreadableRows  0
    ");
}

#[test]
fn a_pipe_without_columns_is_a_hundred_wide() {
    let output = program().args(["given", "fixtures/aco-balance.csv", "-qf", "table"]).output().unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    let widest = table.lines().map(|line| line.chars().count()).max().unwrap();
    assert!((80..=100).contains(&widest), "{table}");
}

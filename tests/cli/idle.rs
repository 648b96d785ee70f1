//! `--nonzero` and `--idle`: what was given credit in the months shown, and what was not.

use super::context::{aco, aco_on, report, snapshot};

/// Of the customers, one uses credit, one uses none, one takes back what it used, and of one the past is unknown.
const ROWS: [&str; 8] = [
    "used 2022-01 10 Active 90 USD 1/1/2022 12/31/2022",
    "used 2022-02 30 Active 70 USD 1/1/2022 12/31/2022",
    "still 2022-01 0 Active 100 USD 1/1/2022 12/31/2022",
    "still 2022-02 0 Active 100 USD 1/1/2022 12/31/2022",
    "back 2022-01 5 Active 95 USD 1/1/2022 12/31/2022",
    "back 2022-02 0 Active 100 USD 1/1/2022 12/31/2022",
    "unknown 2022-01 40 Active 60 USD 1/1/2021 12/31/2022",
    "unknown 2022-02 40 Active 60 USD 1/1/2021 12/31/2022",
];

fn shown(flags: &str) -> Vec<String> {
    let run = aco_on(&format!("summary --as-of 2022-03-15 -q {flags}"), &report(&ROWS));
    run.stdout.lines().skip(1).map(|line| line.split(",USD").next().unwrap_or(line).to_owned()).collect()
}

#[test]
fn what_is_idle_and_what_is_not_are_all_groups() {
    assert_eq!(shown("--by customer --idle"), ["back", "still"]);
    // Of whom it is not known that nothing was given is not left out.
    assert_eq!(shown("--by customer --nonzero"), ["unknown", "used"]);
    assert_eq!(shown("--by customer --idle --month 2022-02"), ["still", "unknown"]);
    assert_eq!(shown("--by customer,month --idle"), ["still,2022-01", "still,2022-02", "unknown,2022-02"]);
    assert_eq!(shown("--by customer --across month --idle"), ["still"]);
    assert_eq!(shown("--by customer --across month --nonzero"), ["back", "unknown", "used"]);
}

/// Of rows that stop before the last day, nobody knows what was given since.
#[test]
fn who_has_vanished_is_not_idle() {
    let rows = [&ROWS[..], &["gone 2022-01 7 Active 93 USD 1/1/2022 12/31/2022"]].concat();
    let run = aco_on("summary --by customer --month 2022-02 --as-of 2022-03-15 -q --idle", &report(&rows));
    let customers: Vec<&str> = run.stdout.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(customers, ["still", "unknown"]);
}

/// What is known of a group depends neither on the order of rows nor on the threads that sum them up.
#[test]
fn who_has_vanished_is_told_in_any_order() {
    let mut rows: Vec<String> =
        (1..=4).map(|month| format!("c0 2023-0{month} 10 Active 90 USD 1/1/2023 12/31/2026")).collect();
    rows.push("c1 2023-01 60 Active 40 USD 1/1/2023 12/31/2026".to_owned());
    let answer = |rows: &[String], flags: &str| {
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        aco_on(&format!("summary --as-of 2023-05-10 -q {flags}"), &report(&rows)).stdout
    };
    for flags in ["--by month --nonzero", "--by month --idle", "--by quarter --against previous"] {
        let first = answer(&rows, &format!("{flags} --threads 1"));
        let reversed: Vec<String> = rows.iter().rev().cloned().collect();
        for rows in [&rows, &reversed] {
            for threads in [1, 2, 8] {
                assert_eq!(answer(rows, &format!("{flags} --threads {threads}")), first, "{flags}");
            }
        }
    }
    assert_eq!(
        answer(&rows, "--by month --nonzero").lines().count(),
        5,
        "of no month is it known that nothing was given"
    );
}

#[test]
fn totals_are_those_of_the_rows_shown() {
    snapshot!(aco("summary fixtures/aco-balance.csv --by customer --month 2022-11,2022-12 --idle -f table -q"), @"
    Customer ID                           Currency  Given  Used so far  Left  Lost
    ────────────────────────────────────  ────────  ─────  ───────────  ────  ────
    58a1e3b0-c7f2-4e19-96d4-0f3b7a82c6e5  EUR        0.00     1,435.20  0.00  0.00
    ────────────────────────────────────  ────────  ─────  ───────────  ────  ────
    total                                 EUR        0.00     1,435.20  0.00  0.00
    of 2022-11 and 2022-12
    ");
    snapshot!(aco("summary fixtures/aco-balance.csv --by customer --across month --month 2022-11,2022-12 --nonzero -f table -q"), @"
    Customer ID                           Currency   2022-11   2022-12     Total
    ────────────────────────────────────  ────────  ────────  ────────  ────────
    0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341  EUR         530.20    448.55    978.75
    0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341  USD         409.15    377.50    786.65
    2f94c7d8-1b3e-4a60-b5c9-7d08e6a3f512  USD         761.30    698.05  1,459.35
    91d04c6f-2e85-4b7a-a3f1-c8e57b190d24  JPY        105,330   101,985   207,315
    c3b75e92-60fd-4178-8e2b-94a1d6f03c58  JPY         59,890    63,155   123,045
    e8f2a406-d51b-4c93-b7e0-1a6c4f39d870  USD         113.60      0.00    113.60
    ────────────────────────────────────  ────────  ────────  ────────  ────────
    total                                 EUR         530.20    448.55    978.75
    total                                 JPY        165,220   165,140   330,360
    total                                 USD       1,284.05  1,075.55  2,359.60
    ");
    snapshot!(aco("summary fixtures/aco-balance.csv --by customer --currency EUR --month 2022-03 --idle --as-of 2023-01-10"), @"
    CustomerID,CurrencyCode,Customers,Credits,OpeningAmount,CreditGiven,CreditAmount,BalanceAmount,Forfeited
    --- stderr
    note: of nothing that matches is it known that nothing was given
    ");
}

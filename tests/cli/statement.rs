//! `aco statement`: how what is left came about.

use super::context::{aco, aco_on, report, snapshot};

/// Granted when it runs, raised, and canceled; and a credit of which nobody knows the past, whose rows stop.
const ROWS: [&str; 9] = [
    "a 2022-01 0.00 Pending 1000.00 USD 1/1/2022 12/31/2022",
    "a 2022-02 10.00 Active 990.00 USD 1/1/2022 12/31/2022",
    "a 2022-03 20.00 Active 1080.00 USD 1/1/2022 12/31/2022",
    "a 2022-04 30.00 Canceled 1070.00 USD 1/1/2022 12/31/2022",
    "b 2022-01 200.00 Active 800.00 USD 1/1/2021 3/10/2022",
    "c 2022-01 1 Active 9 JPY 1/1/2022 12/31/2022",
    "c 2022-02 1 Active 9 JPY 1/1/2022 12/31/2022",
    "c 2022-03 1 Active 9 JPY 1/1/2022 12/31/2022",
    "c 2022-04 2 Active 8 JPY 1/1/2022 12/31/2022",
];

#[test]
fn every_movement_has_its_column() {
    snapshot!(aco_on("statement --as-of 2022-04-15 --currency USD --by customer,month", &report(&ROWS)), @"
    CustomerID,InvoiceMonth,CurrencyCode,BalanceBefore,Granted,BroughtIn,LimitChanged,CreditGiven,Forfeited,Vanished,BalanceAmount,Period
    a,2022-01,USD,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,closed
    a,2022-02,USD,0.00,1000.00,0.00,0.00,10.00,0.00,0.00,990.00,closed
    a,2022-03,USD,990.00,0.00,0.00,100.00,10.00,0.00,0.00,1080.00,closed
    a,2022-04,USD,1080.00,0.00,0.00,0.00,10.00,1070.00,0.00,0.00,open
    b,2022-01,USD,0.00,0.00,800.00,0.00,,0.00,0.00,800.00,closed
    b,2022-02,USD,800.00,0.00,0.00,0.00,,0.00,800.00,,closed
    b,2022-04,USD,,0.00,0.00,0.00,,800.00,-800.00,0.00,open
    --- stderr
    note: 1 credit in use before the first row in the files (2022-01): the first amount is in OpeningAmount, not in CreditGiven
    hint: add the whole report of 2021-12 to know what was given in 2022-01
    note: BalanceAmount has nothing of the 1,070.00 USD that the report still shows for 1 credit over or not begun: it cannot be used
    note: the books balance: in 7 lines, and in each credit behind them, what was left before and what moved since is what is left
    ");
}

#[test]
fn it_is_told_by_any_key_with_totals_of_each_currency() {
    snapshot!(aco_on("statement --as-of 2022-04-15 --by quarter -q -f table", &report(&ROWS)), @"
                            Left            Brought    Limit
    Quarter   Currency    before   Granted       in  changed  Given      Lost  Vanished      Left
    ────────  ────────  ────────  ────────  ───────  ───────  ─────  ────────  ────────  ────────
    2022-Q1   JPY              0        10                        1                             9
    2022-Q1   USD           0.00  1,000.00   800.00   100.00  20.00              800.00  1,080.00
    2022-Q2*  JPY              9                                  1                             8
    2022-Q2*  USD       1,080.00                              10.00  1,870.00   -800.00      0.00
    ────────  ────────  ────────  ────────  ───────  ───────  ─────  ────────  ────────  ────────
    total     JPY              0        10                        2                             8
    total     USD           0.00  1,000.00   800.00   100.00  30.00  1,870.00                0.00
    * open on 2022-04-15: figures may still change until the month's invoice is out
    ");
    snapshot!(aco_on("statement --as-of 2022-04-15 --by status,month --status active --month 2022-03 -q", &report(&ROWS)), @"
    Status,InvoiceMonth,CurrencyCode,BalanceBefore,Granted,BroughtIn,LimitChanged,CreditGiven,Forfeited,Vanished,BalanceAmount,Period
    Active,2022-03,JPY,9,0,0,0,0,0,0,9,closed
    Active,2022-03,USD,990.00,0.00,0.00,100.00,10.00,0.00,0.00,1080.00,closed
    ");
}

#[test]
fn months_of_a_period_are_not_left_out() {
    snapshot!(aco_on("statement --as-of 2022-05-15 --by year --month 2022-01 --month 2022-03", &report(&ROWS)), @"
    exit code: 2
    --- stderr
    error: a statement of several months cannot leave out 2022-02, which lies between them: show it too, or group by month
    ");
    snapshot!(aco_on("statement --as-of 2022-05-15 -q -f table --currency JPY --month 2022-01 --month 2022-03", &report(&ROWS)), @"
    Month    Currency  Left before  Granted  Given  Left
    ───────  ────────  ───────────  ───────  ─────  ────
    2022-01  JPY                 0       10      1     9
    2022-03  JPY                 9               0     9
    ");
}

#[test]
fn its_credit_given_and_balance_are_those_of_the_summary() {
    for by in ["month", "year,customer", "agreement", "quarter,partner"] {
        let cells = |command: &str, names: [&str; 2]| -> Vec<String> {
            let csv = aco(&format!("{command} fixtures/desk --by {by} -q --as-of 2022-12-15")).stdout;
            let header: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
            let places = names.map(|name| header.iter().position(|known| *known == name).unwrap());
            csv.lines().map(|line| places.map(|at| line.split(',').nth(at).unwrap()).join(",")).collect()
        };
        let names = ["CreditGiven", "BalanceAmount"];
        assert_eq!(cells("statement", names), cells("summary", names), "{by}");
    }
}

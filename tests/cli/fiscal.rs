//! `--fiscal-year-from`: years and quarters that begin with another month than January.

use super::context::{Run, aco, program, snapshot};

const FILE: &str = "fixtures/aco-balance.csv --currency EUR --as-of 2022-12-15 -q --fiscal-year-from 7";

#[test]
fn fiscal_years_and_quarters_are_labelled_by_the_year_in_which_they_end() {
    snapshot!(aco(&format!("summary {FILE} --by quarter,year -f table")), @"
    Quarter     Year     Currency  Customers  Credits     Given  Used so far      Left      Lost
    ──────────  ───────  ────────  ─────────  ───────  ────────  ───────────  ────────  ────────
    FY2022-Q3   FY2022   EUR               2        2  1,737.00     1,737.00  7,263.00      0.00
    FY2022-Q4   FY2022   EUR               2        2  1,358.05     3,095.05  5,904.95      0.00
    FY2023-Q1   FY2023   EUR               2        2  1,923.75     5,018.80  3,981.20      0.00
    FY2023-Q2*  FY2023*  EUR               2        2  1,506.40     6,525.20    910.00  1,564.80
    ──────────  ───────  ────────  ─────────  ───────  ────────  ───────────  ────────  ────────
    total                EUR               2        2  6,525.20     6,525.20    910.00  1,564.80
    * open on 2022-12-15: figures may still change until the month's invoice is out
    ");
    snapshot!(aco(&format!("statement {FILE} --by year")), @"
    Year,CurrencyCode,BalanceBefore,Granted,BroughtIn,LimitChanged,CreditGiven,Forfeited,Vanished,BalanceAmount,Period
    FY2022,EUR,0.00,9000.00,0.00,0.00,3095.05,0.00,0.00,5904.95,closed
    FY2023,EUR,5904.95,0.00,0.00,0.00,3430.15,1564.80,0.00,910.00,open
    ");
    snapshot!(aco(&format!("summary {FILE} --by customer --across year")), @"
    CustomerID,CurrencyCode,FY2022,FY2023,Total
    0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,EUR,2136.35,2953.65,5090.00
    58a1e3b0-c7f2-4e19-96d4-0f3b7a82c6e5,EUR,958.70,476.50,1435.20
    ");
    snapshot!(aco(&format!("summary {FILE} --by year --against previous -f tsv")), @"
    Year	CurrencyCode	Customers	Credits	OpeningAmount	CreditGiven	CreditAmount	BalanceAmount	Forfeited	CreditGivenBefore	CreditGivenChange	Period
    FY2022	EUR	2	2		3095.05	3095.05	5904.95	0.00			closed
    FY2023	EUR	2	2		3430.15	6525.20	910.00	1564.80	3095.05	335.10	open
    ");
    // Text in JSON too, where a calendar year is a number.
    let json = aco(&format!("summary {FILE} --by year -f jsonl")).stdout;
    assert!(json.starts_with(r#"{"Year":"FY2022","CurrencyCode""#), "{json}");
}

#[test]
fn periods_of_a_fiscal_year_are_their_months() {
    let months = |typed: &str| {
        let run = aco(&format!("summary {FILE} --month {typed}"));
        let months: Vec<&str> = run.stdout.lines().skip(1).map(|line| &line[..7]).collect();
        format!("{} to {}", months.first().unwrap(), months.last().unwrap())
    };
    assert_eq!(months("FY2022"), "2022-01 to 2022-06");
    assert_eq!(months("FY2023-Q1"), "2022-07 to 2022-09");
    assert_eq!(months("FY2022-Q4..FY2023-Q1"), "2022-04 to 2022-09");
    assert_eq!(months("last-year"), "2022-01 to 2022-06");
    assert_eq!(months("last-quarter"), "2022-07 to 2022-09");
    // What is not named as fiscal is of the calendar.
    assert_eq!(months("2022-Q1"), "2022-01 to 2022-03");
    snapshot!(aco("summary fixtures/aco-balance.csv --month FY2023"), @"
    exit code: 2
    --- stderr
    error: nothing says in which month `FY2023` begins
    hint: for years that begin with July, say --fiscal-year-from 7; `2022` is a calendar year
    ");
}

#[test]
fn the_month_may_stand_in_the_environment_and_what_is_typed_goes_first() {
    let run = |set: &str, flags: &[&str]| {
        let args =
            [&["summary", "fixtures/aco-balance.csv", "--by", "year", "--currency", "EUR", "-q"], flags].concat();
        Run::of(program().args(args).env("ACO_FISCAL_YEAR", set).output().unwrap())
    };
    let years = |run: Run| run.stdout.lines().skip(1).map(|line| line[..6].to_owned()).collect::<Vec<_>>();
    assert_eq!(years(run("7", &[])), ["FY2022", "FY2023"]);
    assert_eq!(years(run("7", &["--fiscal-year-from", "1"])), ["2022,E"]);
    assert_eq!(years(run("", &[])), ["2022,E"]);
    snapshot!(run("July", &[]), @"
    exit code: 2
    --- stderr
    error: ACO_FISCAL_YEAR: expected the number of a month, 1 to 12, such as `7` for July
    ");
}

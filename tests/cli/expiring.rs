//! What ends or runs out soon: the hand-computed cases of fixtures/README.md.

use super::context::{aco, aco_on, on_terminal, report, snapshot};

/// The case (an agreement id) and what follows the currency.
fn cases(line: &str) -> String {
    let csv = aco(line).stdout;
    csv.lines().map(|line| line.split(',').skip(2).collect::<Vec<_>>().join(",") + "\n").collect()
}

#[test]
fn projections_are_those_computed_by_hand() {
    insta::assert_snapshot!(cases("expiring fixtures/expiring.csv --as-of 2024-01-15"), @"
    AgreementID,CreditName,CurrencyCode,BalanceAmount,ExpiryDate,DaysLeft,MonthlyUse,RunOutMonth,ProjectedUnused
    last-today,ACO,JPY,10000,2024-01-15,0,1000,,9516
    open-slow,ACO,USD,290.00,2024-01-20,5,60.00,,261.29
    young,ACO,USD,100.00,2024-01-31,16,31.00,,69.00
    open-fast,ACO,USD,300.00,2024-02-10,26,50.00,,282.76
    gap,ACO,USD,200.00,2024-02-14,30,50.00,,125.86
    before-leap-day,ACO,USD,700.00,2024-02-28,44,100.00,,503.45
    corrected,ACO,USD,505.00,2024-02-29,45,-1.67,,505.00
    just-used-up,ACO,USD,200.00,2024-02-29,45,100.00,2024-02,0.00
    leap-day,ACO,USD,700.00,2024-02-29,45,100.00,,500.00
    used-up,ACO,USD,0.00,2024-02-29,45,66.67,2023-11,0.00
    open-only,ACO,USD,460.00,2024-03-01,46,,,
    rounded-once,ACO,USD,1000.00,2024-03-31,76,100.00,,699.99
    runs-out,ACO,USD,500.00,2024-04-30,106,200.00,2024-03,0.00
    no-last-day,ACO,USD,250.00,,,100.00,2024-03,
    ");
}

#[test]
fn all_lists_what_ends_at_any_time_and_what_ever_runs_out() {
    let near = cases("expiring fixtures/expiring.csv --as-of 2024-01-15");
    let all = cases("expiring fixtures/expiring.csv --as-of 2024-01-15 --within all");
    let added: Vec<&str> = all.lines().filter(|line| !near.contains(line)).collect();
    insta::assert_snapshot!(added.join("\n"), @"next-february,ACO,USD,1000.00,2025-02-28,410,10.00,,860.00");
    assert_eq!(all.lines().count(), near.lines().count() + 1);
}

#[test]
fn within_counts_the_last_day() {
    let listed = |within: &str, case: &str| {
        cases(&format!("expiring fixtures/expiring.csv --as-of 2024-01-15 --within {within}")).contains(case)
    };
    assert!(listed("0", "last-today"));
    assert!(!listed("0", "open-slow"));
    assert!(listed("45", "\nleap-day,"));
    assert!(!listed("44", "\nleap-day,"));
    assert!(!listed("44", "\nused-up,"), "it has nothing left to lose");
    assert!(listed("46", "runs-out"), "it runs out in March, which begins in 46 days");
    assert!(!listed("45", "runs-out"));
}

#[test]
fn over_chooses_the_closed_months_of_the_pace() {
    let pace = |over| {
        let line =
            format!("expiring fixtures/expiring.csv --as-of 2024-01-15 --agreement before-leap-day --over {over}");
        cases(&line)
    };
    insta::assert_snapshot!([pace(1), pace(2), pace(9)].concat(), @"
    AgreementID,CreditName,CurrencyCode,BalanceAmount,ExpiryDate,DaysLeft,MonthlyUse,RunOutMonth,ProjectedUnused
    before-leap-day,ACO,USD,700.00,2024-02-28,44,110.00,,483.79
    AgreementID,CreditName,CurrencyCode,BalanceAmount,ExpiryDate,DaysLeft,MonthlyUse,RunOutMonth,ProjectedUnused
    before-leap-day,ACO,USD,700.00,2024-02-28,44,105.00,,493.62
    AgreementID,CreditName,CurrencyCode,BalanceAmount,ExpiryDate,DaysLeft,MonthlyUse,RunOutMonth,ProjectedUnused
    before-leap-day,ACO,USD,700.00,2024-02-28,44,100.00,,503.45
    ");
    assert_eq!(aco("expiring fixtures/expiring.csv --over 0").code, Some(2));
}

#[test]
fn a_table_has_bands_and_totals() {
    let line = "expiring fixtures/expiring.csv --as-of 2024-01-15 --customer last --customer young --customer gap \
                --customer leap --customer rounded --customer runs";
    insta::assert_snapshot!(on_terminal(line, 100), @"
    Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07; Credit: ACO
                Customer                                             Days   Use a  Used up   Will be
    Ends in     ID        Agreement  Currency      Left  Ends        left   month  in           lost
    ──────────  ────────  ─────────  ────────  ────────  ──────────  ────  ──────  ───────  ────────
    0-30 days   last-tod  last-tod   JPY         10,000  2024-01-15     0   1,000              9,516
    0-30 days   young-cu  young      USD         100.00  2024-01-31    16   31.00              69.00
    0-30 days   gap-cust  gap        USD         200.00  2024-02-14    30   50.00             125.86
    31-60 days  leap-day  leap-day   USD         700.00  2024-02-29    45  100.00             500.00
    61-90 days  rounded-  rounded-   USD       1,000.00  2024-03-31    76  100.00             699.99
    later       runs-out  runs-out   USD         500.00  2024-04-30   106  200.00  2024-03      0.00
    ──────────  ────────  ─────────  ────────  ────────  ──────────  ────  ──────  ───────  ────────
    total                            JPY         10,000                     1,000              9,516
    total                            USD       2,500.00                    481.00           1,394.85
    ");
}

#[test]
fn filters_choose_what_is_shown_and_not_the_pace() {
    let line = "expiring fixtures/expiring.csv --as-of 2024-01-15 --customer open-fast";
    assert_eq!(cases(&format!("{line} --from 2024-01")), cases(line));
    insta::assert_snapshot!(cases(&format!("{line} --closed")), @"
    AgreementID,CreditName,CurrencyCode,BalanceAmount,ExpiryDate,DaysLeft,MonthlyUse,RunOutMonth,ProjectedUnused
    open-fast,ACO,USD,380.00,2024-02-10,26,50.00,,312.76
    ");
}

#[test]
fn an_ended_credit_is_told_of_and_not_listed() {
    snapshot!(aco("expiring fixtures/expiring.csv --as-of 2024-01-15 --customer ended"), @"
    PartnerID,CustomerID,AgreementID,CreditName,CurrencyCode,BalanceAmount,ExpiryDate,DaysLeft,MonthlyUse,RunOutMonth,ProjectedUnused
    --- stderr
    note: no active credit shown ends or runs out within 90 days
    note: not listed: 1 credit active in the last record, but ended before 2024-01-15
    hint: for the state on an earlier day, give it with --as-of
    ");
}

#[test]
fn a_projection_beyond_28_digits_is_empty_and_said() {
    let amount = "9999999999999999999999999999";
    let row = format!("c 2023-12 {amount} Active {amount} USD 12/1/2023 2/1/2024");
    let run = aco_on("expiring --as-of 2024-01-15", &report(&[&row]));
    snapshot!(run, @"
    PartnerID,CustomerID,AgreementID,CreditName,CurrencyCode,BalanceAmount,ExpiryDate,DaysLeft,MonthlyUse,RunOutMonth,ProjectedUnused
    p,c,a-c,ACO,USD,9999999999999999999999999999,2024-02-01,17,,,
    --- stderr
    note: <stdin>: dates such as '12/1/2023' (line 2, EffectiveDate) were read month first, as Microsoft writes them
    hint: if the day comes first, say so with --date-order dmy
    note: the report ends in 2023-12: figures of that month are final only if it was downloaded after the month's invoice was out
    note: more than 28 digits in the projection of 1 credit: RunOutMonth and ProjectedUnused are empty there
    ");
}

#[test]
fn the_horizon_is_a_number_of_days_or_all() {
    snapshot!(aco("expiring fixtures/expiring.csv --within soon"), @"
    exit code: 2
    --- stderr
    error: invalid value 'soon' for '--within <DAYS>': expected a number of days such as `90`, a day such as `2022-12-31`, or `all`

    For more information, try '--help'.
    ");
}

#[test]
fn old_data_are_said_to_be_old() {
    let late = aco("expiring fixtures/aco-balance.csv --as-of 2023-03-01");
    assert!(late.stderr.starts_with("note: the newest month is 2022-12, and it is 2023-03-01 now"), "{late}");
    let in_time = aco("expiring fixtures/aco-balance.csv --as-of 2023-01-31");
    assert!(!in_time.stderr.contains("newest month"), "{in_time}");
}

#[test]
fn a_credit_may_be_used_up_in_its_first_month() {
    let run_out = |rows: &[&str]| {
        let run = aco_on("expiring -q --as-of 2023-12-15 --within all", &report(rows));
        run.stdout.lines().nth(1).unwrap().split(',').nth(9).unwrap().to_owned()
    };
    let november = "c 2023-11 100.00 Active 0.00 USD 10/1/2023 12/31/2024";
    assert_eq!(run_out(&["c 2023-10 100.00 Active 0.00 USD 10/1/2023 12/31/2024", november]), "2023-10");
    // It was used in a month before the report, or nothing was ever there.
    assert_eq!(run_out(&[november]), "");
    assert_eq!(run_out(&["c 2023-10 0.00 Active 0.00 USD 10/1/2023 12/31/2024"]), "");
}

#[test]
fn what_is_unknown_is_no_part_of_a_total_and_is_counted() {
    let rows = [
        "a 2022-12 5.00 Active 95.00 USD 1/1/2020 1/31/2023",
        "b 2022-11 0.00 Active 40.00 USD 11/1/2022 1/31/2023",
        "b 2022-12 10.00 Active 30.00 USD 11/1/2022 1/31/2023",
    ];
    let run = aco_on("expiring --as-of 2022-12-15 -q -f table -", &report(&rows));
    insta::assert_snapshot!(run.stdout, @"
                                                                                                  Will
                         Customer                                                   Days  Use a     be
    Ends in     Partner  ID        Agreement  Credit  Currency    Left  Ends        left  month   lost
    ──────────  ───────  ────────  ─────────  ──────  ────────  ──────  ──────────  ────  ─────  ─────
    31-60 days  p        a         a-a        ACO     USD        95.00  2023-01-31    47
    31-60 days  p        b         a-b        ACO     USD        30.00  2023-01-31    47   0.00  30.00
    ──────────  ───────  ────────  ─────────  ──────  ────────  ──────  ──────────  ────  ─────  ─────
    total                                             USD       125.00                     0.00  30.00
    figures of the month open on 2022-12-15 may still change until its invoice is out
    totals of ProjectedUnused leave out 1 credit of which it is unknown
    ");
}

#[test]
fn a_credit_that_has_begun_since_the_last_month_is_listed() {
    let rows = ["new 2024-03 0 Active 500 USD 4/1/2024 5/10/2024", "old 2024-03 10 Active 90 USD 3/1/2024 12/31/2024"];
    let run = |line: &str| aco_on(line, &report(&rows));
    assert_eq!(
        run("expiring --as-of 2024-04-10").stdout.lines().nth(1),
        // What it was not used before it began says nothing of its pace.
        Some("p,new,a-new,ACO,USD,500,2024-05-10,30,,,")
    );
    assert_eq!(run("check --as-of 2024-04-10 --only will-be-lost").stdout, "");
    let note = |day: &str| run(&format!("balance --as-of {day}")).stderr.lines().next().map(str::to_owned).unwrap();
    insta::assert_snapshot!(note("2024-04-10"), @"note: BalanceAmount has nothing of the 500 USD of 1 credit begun after the last month shown: it can be used by now");
    insta::assert_snapshot!(note("2024-03-31"), @"note: BalanceAmount has nothing of the 500 USD that the report still shows for 1 credit over or not begun: it cannot be used");
    assert_eq!(run("expiring --as-of 2024-03-31 --within all").stdout.lines().count(), 2, "`old` alone");
    // Its balance counts in the next month.
    assert_eq!(run("summary --as-of 2024-04-10").stdout.lines().nth(1), Some("2024-03,USD,2,2,,10,10,90,0,closed"));
}

#[test]
fn what_a_correction_gave_back_in_an_open_month_is_there_to_be_used() {
    let rows = [
        "c 2024-01 10 Active 90 USD 1/1/2024 4/30/2024",
        "c 2024-02 20 Active 80 USD 1/1/2024 4/30/2024",
        "c 2024-03 30 Active 70 USD 1/1/2024 4/30/2024",
        "c 2024-04 20 Active 80 USD 1/1/2024 4/30/2024",
    ];
    let run = aco_on("expiring --as-of 2024-04-15", &report(&rows));
    assert_eq!(run.stdout.lines().nth(1), Some("p,c,a-c,ACO,USD,80,2024-04-30,15,10.00,,70.00"));
}

#[test]
fn a_projection_from_an_earlier_month_says_so() {
    let told = |flags: &str| aco(&format!("expiring fixtures/aco-balance.csv --as-of 2022-12-15 {flags}")).stderr;
    let earlier = told("--month 2022-06");
    let expected = "note: what is left is that of 2022-06, the last month shown, and goes on from there, not from \
        2022-11\nhint: leave out the months, and what was used since counts\n";
    assert!(earlier.contains(expected), "{earlier}");
    assert!(told("--to 2022-10").contains("that of 2022-10, the last month shown"));
    for flags in ["", "--closed", "--to 2022-11", "--month last", "--from 2022-06"] {
        assert!(!told(flags).contains("the last month shown"), "{flags}");
    }
}

#[test]
fn months_after_the_report_are_no_last_day() {
    let told = |flags: &str| aco(&format!("expiring fixtures/aco-balance.csv --as-of 2022-12-15 {flags}")).stderr;
    let to = told("--to 2023-06");
    assert!(to.contains("which ends in 2022-12") && to.contains("hint: --within 2023-06-30 lists"), "{to}");
    let from = told("--from 2023-01 --to 2023-06");
    assert!(from.contains("no records match") && !from.contains("no active credit"), "{from}");
    // Where they begin after it, nothing is shown, whatever the last day.
    assert!(!told("--from 2023-03").contains("--within"));
    for flags in ["--to 2022-11", "--month 2022-12", "--to 2023-06 --within all", "--to 2023-06 --within 2023-06-30"] {
        assert!(!told(flags).contains("months chosen"), "{flags}");
    }
}

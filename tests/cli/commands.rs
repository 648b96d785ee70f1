//! What the commands answer.

use super::context::{HEADER, aco, aco_on, on_terminal, report, snapshot};

#[test]
fn the_documented_example_gives_500_then_200() {
    snapshot!(aco("given fixtures/documented-example.csv"), @"
    PartnerID,CustomerID,AgreementID,CreditName,CurrencyCode,EffectiveDate,InvoiceMonth,Status,PreviousCreditAmount,CreditAmount,CreditGiven,OpeningAmount,SpanMonths,BalanceAmount,Period
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,ACO,USD,2022-07-01,2022-07,Active,0,500,500,,1,500,closed
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,ACO,USD,2022-07-01,2022-08,Active,500,700,200,,1,300,closed
    --- stderr
    note: the report ends in 2022-08: figures of that month are final only if it was downloaded after the month's invoice was out
    ");
}

#[test]
fn summary_by_month_and_currency() {
    snapshot!(aco("summary fixtures/aco-balance.csv --as-of 2022-12-15 --from 2022-09"), @"
    InvoiceMonth,CurrencyCode,Customers,Credits,OpeningAmount,CreditGiven,CreditAmount,BalanceAmount,Forfeited,Period
    2022-09,EUR,2,2,,637.75,5018.80,3981.20,0.00,closed
    2022-09,JPY,2,2,,158835,1120090,1179910,0,closed
    2022-09,USD,4,4,,1518.15,15010.50,6689.50,0.00,closed
    2022-10,EUR,2,2,,527.65,5546.45,1888.75,1564.80,closed
    2022-10,JPY,2,2,,178260,1298350,1001650,0,closed
    2022-10,USD,3,3,,1504.40,15314.90,5185.10,0.00,closed
    2022-11,EUR,2,2,,530.20,6076.65,1358.55,0.00,closed
    2022-11,JPY,2,2,,165220,1463570,836430,0,closed
    2022-11,USD,3,3,,1284.05,16598.95,3901.05,0.00,closed
    2022-12,EUR,2,2,,448.55,6525.20,910.00,0.00,open
    2022-12,JPY,2,2,,165140,1628710,671290,0,open
    2022-12,USD,3,3,,1075.55,17674.50,2825.50,0.00,open
    ");
}

#[test]
fn quarters_and_years_are_open_while_a_month_of_them_is() {
    snapshot!(aco("summary fixtures/aco-balance.csv --as-of 2022-09-15 --currency EUR --by quarter -q"), @"
    Quarter,CurrencyCode,Customers,Credits,OpeningAmount,CreditGiven,CreditAmount,BalanceAmount,Forfeited,Period
    2022-Q1,EUR,2,2,,1737.00,1737.00,7263.00,0.00,closed
    2022-Q2,EUR,2,2,,1358.05,3095.05,5904.95,0.00,closed
    2022-Q3,EUR,2,2,,1923.75,5018.80,3981.20,0.00,open
    ");
    snapshot!(aco("summary fixtures/aco-balance.csv --as-of 2023-01-01 --currency EUR --by year,status -q -f json"), @r#"
    [
    {"Year":2022,"Status":"Active","CurrencyCode":"EUR","Customers":2,"Credits":2,"OpeningAmount":null,"CreditGiven":6512.60,"CreditAmount":6512.60,"BalanceAmount":910.00,"Forfeited":0.00,"Period":"closed"},
    {"Year":2022,"Status":"Expired","CurrencyCode":"EUR","Customers":1,"Credits":1,"OpeningAmount":null,"CreditGiven":12.60,"CreditAmount":1435.20,"BalanceAmount":0.00,"Forfeited":1564.80,"Period":"closed"}
    ]
    "#);
    // Only the months that are shown count.
    for by in ["quarter", "year"] {
        for months in ["--closed", "--to 2022-08"] {
            let csv = aco(&format!("summary fixtures/aco-balance.csv --as-of 2022-09-15 --by {by} {months} -q")).stdout;
            assert!(csv.lines().count() > 3 && csv.lines().skip(1).all(|line| line.ends_with(",closed")), "{csv}");
        }
    }
    // A closed month of an open quarter and year is closed.
    snapshot!(aco("summary fixtures/aco-balance.csv --as-of 2022-09-15 --currency EUR --by year,month --from 2022-08 -q -f markdown"), @r"
    | Year | InvoiceMonth | CurrencyCode | Customers | Credits | CreditGiven | CreditAmount | BalanceAmount | Forfeited |
    | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
    | 2022 | 2022-08 | EUR | 2 | 2 | 663.05 | 4381.05 | 4618.95 | 0.00 |
    | 2022\* | 2022-09\* | EUR | 2 | 2 | 637.75 | 5018.80 | 3981.20 | 0.00 |
    | **total** |  | **EUR** | **2** | **2** | **1300.80** | **5018.80** | **3981.20** | **0.00** |

    \* open on 2022-09-15: figures may still change until the month's invoice is out
    ");
}

#[test]
fn summary_takes_stocks_from_each_credit_s_last_record() {
    snapshot!(aco("summary fixtures/aco-balance.csv --by currency"), @"
    CurrencyCode,Customers,Credits,OpeningAmount,CreditGiven,CreditAmount,BalanceAmount,Forfeited
    EUR,2,2,,6525.20,6525.20,910.00,1564.80
    JPY,2,2,,1628710,1628710,671290,0
    USD,4,4,4210.35,14664.15,18874.50,2825.50,0.00
    --- stderr
    note: 1 credit in use before the first row in the files (2022-01): the first amount is in OpeningAmount, not in CreditGiven
    hint: add the whole report of 2021-12 to know what was given in 2022-01
    note: the report ends in 2022-12: figures of that month are final only if it was downloaded after the month's invoice was out
    note: CreditGiven has 2 amounts over more than one month, because no rows lie between
    hint: SpanMonths of `aco given fixtures/aco-balance.csv` says how many
    ");
    snapshot!(aco("summary fixtures/aco-balance.csv --by status,currency,status -q"), @"
    Status,CurrencyCode,Customers,Credits,OpeningAmount,CreditGiven,CreditAmount,BalanceAmount,Forfeited
    Active,EUR,2,2,,6512.60,6512.60,910.00,0.00
    Active,JPY,2,2,,1628710,1628710,671290,0
    Active,USD,4,4,4210.35,14664.15,18874.50,2825.50,0.00
    Expired,EUR,1,1,,12.60,1435.20,0.00,1564.80
    Expired,USD,1,1,,0.00,1200.00,0.00,0.00
    ");
    snapshot!(aco("summary fixtures/aco-balance.csv --by partner,customer --currency EUR -q"), @"
    PartnerID,CustomerID,CurrencyCode,Customers,Credits,OpeningAmount,CreditGiven,CreditAmount,BalanceAmount,Forfeited
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,EUR,1,1,,5090.00,5090.00,910.00,0.00
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,58a1e3b0-c7f2-4e19-96d4-0f3b7a82c6e5,EUR,1,1,,1435.20,1435.20,0.00,1564.80
    ");
}

#[test]
fn a_first_month_within_its_term_is_known_and_an_earlier_past_is_not() {
    let books = report(&[
        "late 2022-03 5.00 Active 5.00 USD 1/15/2022 12/31/2022",
        "old 2022-02 7.00 Active 3.00 USD 1/1/2021 12/31/2022",
        "old 2022-04 9.00 Active 1.00 USD 1/1/2021 12/31/2022",
        "fresh 2022-02 1.00 Active 9.00 USD 2/15/2022 12/31/2022",
        "unused 2022-02 0.00 Active 9.00 USD 1/1/2021 12/31/2022",
        "dateless 2022-02 2.00 Active 9.00 USD - 0001-01-01T00:00:00",
    ]);
    snapshot!(aco_on("given", &books), @"
    PartnerID,CustomerID,AgreementID,CreditName,CurrencyCode,EffectiveDate,InvoiceMonth,Status,PreviousCreditAmount,CreditAmount,CreditGiven,OpeningAmount,SpanMonths,BalanceAmount,Period
    p,dateless,a-dateless,ACO,USD,,2022-02,Active,,2.00,,2.00,,9.00,closed
    p,fresh,a-fresh,ACO,USD,2022-02-15,2022-02,Active,0.00,1.00,1.00,,1,9.00,closed
    p,late,a-late,ACO,USD,2022-01-15,2022-03,Active,,5.00,,5.00,,5.00,closed
    p,old,a-old,ACO,USD,2021-01-01,2022-02,Active,,7.00,,7.00,,3.00,closed
    p,old,a-old,ACO,USD,2021-01-01,2022-04,Active,7.00,9.00,2.00,,2,1.00,closed
    p,unused,a-unused,ACO,USD,2021-01-01,2022-02,Active,0.00,0.00,0.00,,1,9.00,closed
    --- stderr
    note: 3 credits in use before the first row in the files (2022-02 and 2022-03): the first amount is in OpeningAmount, not in CreditGiven
    hint: add the whole report of 2022-01 and 2022-02 to know what was given in 2022-02 and 2022-03
    note: BalanceAmount has nothing of 4 credits, which had 32.00 USD left when the rows stopped, before the last day: what was given since is unknown
    note: the report ends in 2022-04: figures of that month are final only if it was downloaded after the month's invoice was out
    and 1 more note: -v shows all
    ");
}

#[test]
fn what_expires_unused_is_forfeited_whatever_balance_is_shown() {
    let books = report(&[
        "zeroed 2022-01 40.00 Active 60.00 USD 1/1/2022 1/31/2022",
        "zeroed 2022-02 45.00 Expired 0.00 USD 1/1/2022 1/31/2022",
        "zeroed 2022-03 45.00 Expired 0.00 USD 1/1/2022 1/31/2022",
        "kept 2022-01 40.00 Active 60.00 USD 1/1/2022 1/31/2022",
        "kept 2022-02 40.00 Expired 60.00 USD 1/1/2022 1/31/2022",
    ]);
    snapshot!(aco_on("summary --by customer -q", &books), @"
    CustomerID,CurrencyCode,Customers,Credits,OpeningAmount,CreditGiven,CreditAmount,BalanceAmount,Forfeited
    kept,USD,1,1,,40.00,40.00,0.00,60.00
    zeroed,USD,1,1,,45.00,45.00,0.00,55.00
    ");
}

#[test]
fn a_credit_that_is_active_again_has_forfeited_nothing() {
    let text = report(&[
        "c 2022-06 100.00 Active 900.00 USD 6/1/2022 12/31/2022",
        "c 2022-07 100.00 Expired 0.00 USD 6/1/2022 12/31/2022",
        "c 2022-08 150.00 Active 850.00 USD 6/1/2022 12/31/2022",
        "c 2022-09 160.00 Expired 0.00 USD 6/1/2022 12/31/2022",
    ]);
    let column = |line: &str, name: &str| {
        let stdout = aco_on(&format!("{line} -q --as-of 2022-12-15"), &text).stdout;
        let mut lines = stdout.lines().map(|line| line.split(','));
        let at = lines.next().unwrap().position(|header| header == name).unwrap();
        lines.map(|mut cells| cells.nth(at).unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(column("summary", "Forfeited"), "0.00 900.00 -900.00 840.00");
    // Whatever months are shown, the state is that of the latest of them.
    for (months, forfeited) in [
        ("", "840.00"),
        ("--to 2022-08", "0.00"),
        ("--month 2022-08", "0.00"),
        ("--to 2022-07", "900.00"),
        ("--month 2022-09", "840.00"),
        ("--from 2022-09", "840.00"),
    ] {
        assert_eq!(column(&format!("balance {months}"), "Forfeited"), forfeited, "{months}");
    }
}

#[test]
fn tranches_are_credits_of_their_own() {
    snapshot!(aco("given fixtures/tranches.csv -q"), @"
    PartnerID,CustomerID,AgreementID,CreditName,CurrencyCode,EffectiveDate,InvoiceMonth,Status,PreviousCreditAmount,CreditAmount,CreditGiven,OpeningAmount,SpanMonths,BalanceAmount,Period
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,ACO,USD,2022-06-01,2022-06,Active,0.00,400.00,400.00,,1,600.00,closed
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,ACO,USD,2022-06-01,2022-07,Active,400.00,550.00,150.00,,1,450.00,closed
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,ACO,USD,2022-07-01,2022-07,Active,0.00,80.00,80.00,,1,1920.00,closed
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,ACO,USD,2022-06-01,2022-08,Active,550.00,610.25,60.25,,1,389.75,closed
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,ACO,USD,2022-07-01,2022-08,Active,80.00,230.50,150.50,,1,1769.50,closed
    ");
    snapshot!(aco("given fixtures/tranches-in-turn.csv -q"), @"
    PartnerID,CustomerID,AgreementID,CreditName,CurrencyCode,EffectiveDate,InvoiceMonth,Status,PreviousCreditAmount,CreditAmount,CreditGiven,OpeningAmount,SpanMonths,BalanceAmount,Period
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,ACO,USD,2022-06-01,2022-06,Active,0.00,400.00,400.00,,1,600.00,closed
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,ACO,USD,2022-06-01,2022-07,Active,400.00,900.00,500.00,,1,100.00,closed
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,ACO,USD,2022-08-01,2022-08,Active,0.00,150.00,150.00,,1,1850.00,closed
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,ACO,USD,2022-08-01,2022-09,Active,150.00,275.40,125.40,,1,1724.60,closed
    ");
    snapshot!(aco("given fixtures/amended-dates.csv -q"), @"
    PartnerID,CustomerID,AgreementID,CreditName,CurrencyCode,EffectiveDate,InvoiceMonth,Status,PreviousCreditAmount,CreditAmount,CreditGiven,OpeningAmount,SpanMonths,BalanceAmount,Period
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,ACO,USD,2022-07-01,2022-07,Active,0.00,120.50,120.50,,1,879.50,closed
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,ACO,USD,2022-06-15,2022-08,Active,120.50,310.75,190.25,,1,689.25,closed
    ");
}

#[test]
fn a_tranche_that_may_only_be_amended_is_said() {
    let rows = [
        "c 2022-06 400.00 Active 600.00 USD 6/1/2022 5/31/2023",
        "c 2022-07 550.00 Active 450.00 USD 6/15/2022 5/31/2023",
        "c 2022-07 80.00 Active 920.00 USD 6/20/2022 6/30/2023",
    ];
    snapshot!(aco_on("summary --as-of 2022-12-15", &report(&rows)), @"
    InvoiceMonth,CurrencyCode,Customers,Credits,OpeningAmount,CreditGiven,CreditAmount,BalanceAmount,Forfeited,Period
    2022-06,USD,1,1,,400.00,400.00,600.00,0.00,closed
    2022-07,USD,1,2,,630.00,630.00,1370.00,0.00,closed
    --- stderr
    note: 1 credit told from another of the same agreement by EffectiveDate alone: if that date was only amended, CreditGiven counts use twice
    hint: `aco check FILE... --only dates-amended` names them
    note: BalanceAmount has nothing of 1 credit, which had 600.00 USD left when the rows stopped, before the last day: what was given since is unknown
    note: the report ends in 2022-07: figures of that month are final only if it was downloaded after the month's invoice was out
    and 1 more note: -v shows all
    ");
    snapshot!(aco_on("check --only dates-amended --as-of 2022-12-15", &report(&rows)), @r#"
    Severity,Check,File,Line,CustomerID,AgreementID,InvoiceMonth,CurrencyCode,Amount,Message
    warning,dates-amended,<stdin>,2,c,a-c,2022-06,USD,,"EffectiveDate 2022-06-01 tells this credit from another of its agreement, yet no month has both; if the date was only amended, correct it, or use counts twice"
    --- stderr
    1 warning
    "#);
    // Side by side from the start: two credits.
    let rows = [
        "c 2022-06 400.00 Active 600.00 USD 6/1/2022 5/31/2023",
        "c 2022-06 10.00 Active 90.00 USD 6/15/2022 5/31/2023",
        "c 2022-07 550.00 Active 450.00 USD 6/1/2022 5/31/2023",
        "c 2022-07 10.00 Active 90.00 USD 6/15/2022 5/31/2023",
    ];
    assert_eq!(aco_on("summary --as-of 2022-07-15", &report(&rows)).stderr, "");
}

#[test]
fn later_files_restate_earlier_ones() {
    let run = aco("given fixtures/restatement-old.csv fixtures/restatement-new.csv");
    snapshot!(run, @"
    PartnerID,CustomerID,AgreementID,CreditName,CurrencyCode,EffectiveDate,InvoiceMonth,Status,PreviousCreditAmount,CreditAmount,CreditGiven,OpeningAmount,SpanMonths,BalanceAmount,Period
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,ACO,USD,2022-07-01,2022-07,Active,0.00,450.00,450.00,,1,550.00,closed
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,ACO,USD,2022-07-01,2022-08,Active,450.00,700.00,250.00,,1,300.00,closed
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,ACO,USD,2022-07-01,2022-09,Active,700.00,820.00,120.00,,1,180.00,closed
    --- stderr
    note: newer downloads restate 1 row
    hint: `aco check FILE... --only restated-month` names them
    note: the newest download ends in 2022-09: figures of that month are final only if it was downloaded after the month's invoice was out
    ");
    let turned = aco("given fixtures/restatement-new.csv fixtures/restatement-old.csv");
    assert_eq!((turned.code, turned.stdout, turned.stderr), (run.code, run.stdout, run.stderr));
}

#[test]
fn identical_rows_count_once() {
    snapshot!(aco("given fixtures/duplicate-rows.csv"), @"
    PartnerID,CustomerID,AgreementID,CreditName,CurrencyCode,EffectiveDate,InvoiceMonth,Status,PreviousCreditAmount,CreditAmount,CreditGiven,OpeningAmount,SpanMonths,BalanceAmount,Period
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,ACO,USD,2022-07-01,2022-07,Active,0.00,120.50,120.50,,1,879.50,closed
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,ACO,USD,2022-07-01,2022-08,Active,120.50,310.75,190.25,,1,689.25,closed
    --- stderr
    note: the report ends in 2022-08: figures of that month are final only if it was downloaded after the month's invoice was out
    note: 2 identical rows counted once
    ");
}

#[test]
fn balance_is_the_latest_state() {
    snapshot!(aco("balance fixtures/aco-balance.csv --as-of 2022-12-15"), @"
PartnerID,CustomerID,AgreementID,CreditName,CurrencyCode,InvoiceMonth,Status,State,CreditLimit,CreditAmount,BalanceAmount,UsedPercent,EffectiveDate,ExpiryDate,DaysLeft,Forfeited
7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,ACO,USD,2022-12,Active,running,10000.00,8668.85,1331.15,86.7,2021-07-01,2023-06-30,197,0.00
7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,34c9f7a1-0e6b-4d25-9c83-b1f5720de849,ACO,EUR,2022-12,Active,running,6000.00,5090.00,910.00,84.8,2022-01-01,2022-12-31,16,0.00
7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,2f94c7d8-1b3e-4a60-b5c9-7d08e6a3f512,47b2d6e9-8f13-4a5c-a7d0-6c94e3b81f20,ACO,USD,2022-12,Active,running,8000.00,6505.65,1494.35,81.3,2022-03-15,2023-03-14,89,0.00
7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,58a1e3b0-c7f2-4e19-96d4-0f3b7a82c6e5,6a0f3c85-b9d7-4e12-8b46-f2e17d95c03a,ACO,EUR,2022-12,Expired,over,3000.00,1435.20,0.00,47.8,2022-01-01,2022-09-30,-76,1564.80
7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,58a1e3b0-c7f2-4e19-96d4-0f3b7a82c6e5,d27f95ab-6c1e-4830-a4b9-73f8e05d1c6e,ACO,USD,2022-09,Expired,over,1200.00,1200.00,0.00,100.0,2022-02-01,2022-08-31,-106,0.00
7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,91d04c6f-2e85-4b7a-a3f1-c8e57b190d24,7d94e1b6-25c8-4f3a-90e7-a8c3b6f01d52,ACO,JPY,2022-12,Active,running,1500000,1194635,305365,79.6,2022-01-10,2023-01-09,25,0
7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,c3b75e92-60fd-4178-8e2b-94a1d6f03c58,a51c8e7d-f340-4b69-82da-05e7c9b4613f,ACO,JPY,2022-12,Active,running,800000,434075,365925,54.3,2022-05-20,2023-05-19,155,0
7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,e8f2a406-d51b-4c93-b7e0-1a6c4f39d870,b8e6420f-3d9a-4c71-95f8-e1d07a2c5b94,ACO,USD,2022-12,Active,running,2500.00,2500.00,0.00,100.0,2021-10-01,2022-12-31,16,0.00
");
}

#[test]
fn balance_asks_for_the_status_of_the_latest_month() {
    let active = aco("balance fixtures/aco-balance.csv --status active --as-of 2022-12-15").stdout;
    let expired = aco("balance fixtures/aco-balance.csv --status EXPIRED --as-of 2022-12-15").stdout;
    assert_eq!(active.lines().count() + expired.lines().count(), 8 + 2);
    assert!(expired.lines().skip(1).all(|line| line.contains(",Expired,")), "{expired}");
    snapshot!(aco("balance fixtures/aco-balance.csv --to 2022-02 --currency EUR --as-of 2022-02-28"), @"
    PartnerID,CustomerID,AgreementID,CreditName,CurrencyCode,InvoiceMonth,Status,State,CreditLimit,CreditAmount,BalanceAmount,UsedPercent,EffectiveDate,ExpiryDate,DaysLeft,Forfeited
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,34c9f7a1-0e6b-4d25-9c83-b1f5720de849,ACO,EUR,2022-02,Active,running,6000.00,767.55,5232.45,12.8,2022-01-01,2022-12-31,306,0.00
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,58a1e3b0-c7f2-4e19-96d4-0f3b7a82c6e5,6a0f3c85-b9d7-4e12-8b46-f2e17d95c03a,ACO,EUR,2022-02,Active,running,3000.00,312.35,2687.65,10.4,2022-01-01,2022-09-30,214,0.00
    --- stderr
    note: --as-of 2022-02-28 leaves out 73 rows of 2022-03 to 2022-12
    ");
}

#[test]
fn list_writes_a_report_in_one_spelling() {
    snapshot!(aco("list fixtures/id-spellings.csv"), @"
    PartnerID,CustomerID,InvoiceMonth,CreditName,CreditAmount,Status,BalanceAmount,CurrencyCode,AgreementID,EffectiveDate,ExpiryDate
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-07,ACO,100.00,Active,900.00,USD,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,2022-07-01,2023-06-30
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-08,ACO,250.00,Active,750.00,USD,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,2022-07-01,2023-06-30
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-09,ACO,330.00,Active,670.00,USD,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,2022-07-01,2023-06-30
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-10,ACO,410.00,Active,590.00,USD,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,2022-07-01,2023-06-30
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,Contoso-01,2022-07,ACO,10.00,Active,90.00,USD,34c9f7a1-0e6b-4d25-9c83-b1f5720de849,2022-07-01,2023-06-30
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,contoso-01,2022-07,ACO,20.00,Active,80.00,USD,34c9f7a1-0e6b-4d25-9c83-b1f5720de849,2022-07-01,2023-06-30
    ");
    snapshot!(aco("list fixtures/quoted-fields.csv"), @r#"
    PartnerID,CustomerID,InvoiceMonth,CreditName,CreditAmount,Status,BalanceAmount,CurrencyCode,AgreementID,EffectiveDate,ExpiryDate
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-07,ACO first grant,120.50,Active,879.50,USD,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,2022-07-01,2023-06-30
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-08,ACO first grant,310.75,Active,689.25,USD,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,2022-07-01,2023-06-30
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-07,"ACO, ""pilot""",15.00,Active,85.00,USD,34c9f7a1-0e6b-4d25-9c83-b1f5720de849,2022-07-01,2023-06-30
    "#);
    snapshot!(aco("list fixtures/amount-spellings.csv"), @"
    PartnerID,CustomerID,InvoiceMonth,CreditName,CreditAmount,Status,BalanceAmount,CurrencyCode,AgreementID,EffectiveDate,ExpiryDate
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-07,ACO,-12.34,Active,100.00,USD,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,2022-07-01,2023-06-30
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-07,ACO,1234.56,Active,100.00,USD,34c9f7a1-0e6b-4d25-9c83-b1f5720de849,2022-07-01,2023-06-30
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-07,ACO,1200,Active,100.00,USD,47b2d6e9-8f13-4a5c-a7d0-6c94e3b81f20,2022-07-01,2023-06-30
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-07,ACO,-5.00,Active,100.00,USD,6a0f3c85-b9d7-4e12-8b46-f2e17d95c03a,2022-07-01,2023-06-30
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-07,ACO,7.50,Active,100.00,USD,7d94e1b6-25c8-4f3a-90e7-a8c3b6f01d52,2022-07-01,2023-06-30
    ");
    snapshot!(aco("list fixtures/month-spellings.csv"), @"
    PartnerID,CustomerID,InvoiceMonth,CreditName,CreditAmount,Status,BalanceAmount,CurrencyCode,AgreementID,EffectiveDate,ExpiryDate
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-07,ACO,1.10,Active,50.00,USD,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,2022-07-01,2023-06-30
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-07,ACO,2.10,Active,50.00,USD,34c9f7a1-0e6b-4d25-9c83-b1f5720de849,2022-07-01,2023-06-30
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-07,ACO,3.10,Active,50.00,USD,47b2d6e9-8f13-4a5c-a7d0-6c94e3b81f20,2022-07-01,2023-06-30
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-07,ACO,4.10,Active,50.00,USD,6a0f3c85-b9d7-4e12-8b46-f2e17d95c03a,2022-07-01,2023-06-30
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-07,ACO,5.10,Active,50.00,USD,7d94e1b6-25c8-4f3a-90e7-a8c3b6f01d52,2022-07-01,2023-06-30
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-07,ACO,6.10,Active,50.00,USD,a51c8e7d-f340-4b69-82da-05e7c9b4613f,2022-07-01,2023-06-30
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-07,ACO,7.10,Active,50.00,USD,b8e6420f-3d9a-4c71-95f8-e1d07a2c5b94,2022-07-01,2023-06-30
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-07,ACO,8.10,Active,50.00,USD,d27f95ab-6c1e-4830-a4b9-73f8e05d1c6e,2022-07-01,2023-06-30
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-07,ACO,9.10,Active,50.00,USD,e93b6c14-a807-4d5f-b261-90c8f4e7352a,2022-07-01,2023-06-30
    ");
    snapshot!(aco("list fixtures/date-spellings.csv"), @"
    PartnerID,CustomerID,InvoiceMonth,CreditName,CreditAmount,Status,BalanceAmount,CurrencyCode,AgreementID,EffectiveDate,ExpiryDate
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-07,ACO,1.10,Active,50.00,USD,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,2022-07-01,2023-06-30
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-07,ACO,2.10,Active,50.00,USD,34c9f7a1-0e6b-4d25-9c83-b1f5720de849,2022-07-01,2023-06-30
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-07,ACO,3.10,Active,50.00,USD,47b2d6e9-8f13-4a5c-a7d0-6c94e3b81f20,2022-07-01,2023-06-30
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-07,ACO,4.10,Active,50.00,USD,6a0f3c85-b9d7-4e12-8b46-f2e17d95c03a,2022-07-01,2023-06-30
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-07,ACO,5.10,Active,50.00,USD,7d94e1b6-25c8-4f3a-90e7-a8c3b6f01d52,2022-07-01,2023-06-30
    ");
    snapshot!(aco("list fixtures/header-aliases.csv"), @"
    PartnerID,CustomerID,InvoiceMonth,CreditName,CreditAmount,Status,BalanceAmount,CurrencyCode,AgreementID,EffectiveDate,ExpiryDate
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-07,ACO,120.50,Active,879.50,USD,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,2022-07-01,2023-06-30
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-08,ACO,310.75,Active,689.25,USD,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,2022-07-01,2023-06-30
    ");
    snapshot!(aco("list fixtures/bom-crlf.csv"), @"
    PartnerID,CustomerID,InvoiceMonth,CreditName,CreditAmount,Status,BalanceAmount,CurrencyCode,AgreementID,EffectiveDate,ExpiryDate
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-07,ACO,120.50,Active,879.50,USD,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,2022-07-01,2023-06-30
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-08,ACO,310.75,Active,689.25,USD,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,2022-07-01,2023-06-30
    ");
    snapshot!(aco("list fixtures/no-dates.csv"), @"
    PartnerID,CustomerID,InvoiceMonth,CreditName,CreditAmount,Status,BalanceAmount,CurrencyCode,AgreementID,EffectiveDate,ExpiryDate
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-07,ACO,100.00,Active,900.00,USD,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,,
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-08,ACO,160.00,Active,840.00,USD,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,,
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-07,ACO,0.00,Active,500.00,USD,34c9f7a1-0e6b-4d25-9c83-b1f5720de849,,
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-08,ACO,45.00,Active,455.00,USD,34c9f7a1-0e6b-4d25-9c83-b1f5720de849,,
    ");
    snapshot!(aco("list fixtures/other-status.csv"), @"
    PartnerID,CustomerID,InvoiceMonth,CreditName,CreditAmount,Status,BalanceAmount,CurrencyCode,AgreementID,EffectiveDate,ExpiryDate
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-07,ACO,300.00,Active,700.00,USD,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,2022-07-01,2023-06-30
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-08,ACO,320.00,Suspended,500.00,USD,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,2022-07-01,2023-06-30
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,2022-09,ACO,350.00,Expired,0.00,USD,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,2022-07-01,2023-06-30
    ");
}

#[test]
fn a_list_is_a_report_that_gives_the_same_answers() {
    for file in ["aco-balance", "tranches", "duplicate-rows", "id-spellings", "amount-spellings", "unknown-opening"] {
        let direct = aco(&format!("summary fixtures/{file}.csv")).stdout;
        let listed = aco(&format!("list fixtures/{file}.csv")).stdout;
        assert_eq!(aco_on("summary", listed.as_bytes()).stdout, direct, "{file}");
    }
    let direct = aco("given fixtures/restatement-old.csv fixtures/restatement-new.csv").stdout;
    let listed = aco("list fixtures/restatement-old.csv fixtures/restatement-new.csv").stdout;
    assert_eq!(aco_on("given", listed.as_bytes()).stdout, direct);
}

#[test]
fn a_report_without_rows_has_an_empty_answer() {
    snapshot!(aco("summary fixtures/header-only.csv"), @"
    InvoiceMonth,CurrencyCode,Customers,Credits,OpeningAmount,CreditGiven,CreditAmount,BalanceAmount,Forfeited,Period
    --- stderr
    note: no records match
    hint: the files have no records
    ");
    snapshot!(aco_on("list -f json -", HEADER.as_bytes()), @"
    [
    ]
    --- stderr
    note: no records match
    hint: the files have no records
    ");
    assert_eq!(aco("list fixtures/header-only.csv -f jsonl").stdout, "");
    assert_eq!(aco("summary fixtures/header-only.csv -f markdown").stdout.lines().count(), 2);
    assert_eq!(
        on_terminal("balance fixtures/header-only.csv", 80),
        "note: no records match\nhint: the files have no records\n"
    );
}

#[test]
fn tables_on_a_terminal() {
    insta::assert_snapshot!(on_terminal("given fixtures/aco-balance.csv --month 2022-07", 80), @"
    note: CreditGiven of 2022-07 has 1 amount over more than one month, because no rows lie between
    hint: SpanMonths of `aco given fixtures/aco-balance.csv` says how many
    Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07; Credit: ACO; Month: 2022-07
    Status: Active
                                       Used
    Customer                          until    Used so             Months
    ID        Agreement  Currency      then        far     Given  covered       Left
    ────────  ─────────  ────────  ────────  ─────────  ────────  ───────  ─────────
    0b6e2f1a  1e5d80c3   USD       6,235.05   6,665.05    430.00        1   3,334.95
    0b6e2f1a  34c9f7a1   EUR       2,136.35   2,604.25    467.90        1   3,395.75
    2f94c7d8  47b2d6e9   USD       2,127.40   2,842.65    715.25        1   2,157.35
    58a1e3b0  6a0f3c85   EUR         958.70   1,113.75    155.05        1   1,886.25
    58a1e3b0  d27f95ab   USD         867.30   1,035.60    168.30        1     164.40
    91d04c6f  7d94e1b6   JPY        451,205    666,135   214,930        2    833,865
    c3b75e92  a51c8e7d   JPY         61,480    120,405    58,925        1    679,595
    e8f2a406  b8e6420f   USD         992.10   1,290.45    298.35        1   1,209.55
    ────────  ─────────  ────────  ────────  ─────────  ────────  ───────  ─────────
    total                EUR                  3,718.00    622.95            5,282.00
    total                JPY                   786,540   273,855           1,513,460
    total                USD                 11,833.75  1,611.90            6,866.25
    not shown for width: Begins (widen the terminal, or use -f csv)
    ");
    insta::assert_snapshot!(on_terminal("given fixtures/aco-balance.csv --month 2022-07", 200), @"
    note: CreditGiven of 2022-07 has 1 amount over more than one month, because no rows lie between
    hint: SpanMonths of `aco given fixtures/aco-balance.csv` says how many
                                                                                      Used
              Customer                                                               until    Used so             Months
    Partner   ID        Agreement  Credit  Currency  Begins      Month    Status      then        far     Given  covered       Left
    ────────  ────────  ─────────  ──────  ────────  ──────────  ───────  ──────  ────────  ─────────  ────────  ───────  ─────────
    7c1d9b52  0b6e2f1a  1e5d80c3   ACO     USD       2021-07-01  2022-07  Active  6,235.05   6,665.05    430.00        1   3,334.95
    7c1d9b52  0b6e2f1a  34c9f7a1   ACO     EUR       2022-01-01  2022-07  Active  2,136.35   2,604.25    467.90        1   3,395.75
    7c1d9b52  2f94c7d8  47b2d6e9   ACO     USD       2022-03-15  2022-07  Active  2,127.40   2,842.65    715.25        1   2,157.35
    7c1d9b52  58a1e3b0  6a0f3c85   ACO     EUR       2022-01-01  2022-07  Active    958.70   1,113.75    155.05        1   1,886.25
    7c1d9b52  58a1e3b0  d27f95ab   ACO     USD       2022-02-01  2022-07  Active    867.30   1,035.60    168.30        1     164.40
    7c1d9b52  91d04c6f  7d94e1b6   ACO     JPY       2022-01-10  2022-07  Active   451,205    666,135   214,930        2    833,865
    7c1d9b52  c3b75e92  a51c8e7d   ACO     JPY       2022-05-20  2022-07  Active    61,480    120,405    58,925        1    679,595
    7c1d9b52  e8f2a406  b8e6420f   ACO     USD       2021-10-01  2022-07  Active    992.10   1,290.45    298.35        1   1,209.55
    ────────  ────────  ─────────  ──────  ────────  ──────────  ───────  ──────  ────────  ─────────  ────────  ───────  ─────────
    total                                  EUR                                               3,718.00    622.95            5,282.00
    total                                  JPY                                                786,540   273,855           1,513,460
    total                                  USD                                              11,833.75  1,611.90            6,866.25
    ");
    insta::assert_snapshot!(on_terminal("balance fixtures/aco-balance.csv --as-of 2022-12-15", 80), @"
    Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07; Credit: ACO
    Customer                                   Used so                        Days
    ID        Agreement  Currency  Month           far      Left  Ends        left
    ────────  ─────────  ────────  ────────  ─────────  ────────  ──────────  ────
    0b6e2f1a  1e5d80c3   USD       2022-12*   8,668.85  1,331.15  2023-06-30   197
    0b6e2f1a  34c9f7a1   EUR       2022-12*   5,090.00    910.00  2022-12-31    16
    2f94c7d8  47b2d6e9   USD       2022-12*   6,505.65  1,494.35  2023-03-14    89
    58a1e3b0  6a0f3c85   EUR       2022-12*   1,435.20      0.00  2022-09-30   -76
    58a1e3b0  d27f95ab   USD       2022-09    1,200.00      0.00  2022-08-31  -106
    91d04c6f  7d94e1b6   JPY       2022-12*  1,194,635   305,365  2023-01-09    25
    c3b75e92  a51c8e7d   JPY       2022-12*    434,075   365,925  2023-05-19   155
    e8f2a406  b8e6420f   USD       2022-12*   2,500.00      0.00  2022-12-31    16
    ────────  ─────────  ────────  ────────  ─────────  ────────  ──────────  ────
    total                EUR                  6,525.20    910.00
    total                JPY                 1,628,710   671,290
    total                USD                 18,874.50  2,825.50
    * open on 2022-12-15: figures may still change until the month's invoice is out
    not shown for width: Status, State, Limit, Used %, Begins, Lost (widen the
    terminal, or use -f csv)
    ");
    insta::assert_snapshot!(on_terminal("summary fixtures/aco-balance.csv --as-of 2022-12-15 --from 2022-10", 80), @"
                                                        Used so
    Month     Currency  Customers  Credits     Given        far       Left      Lost
    ────────  ────────  ─────────  ───────  ────────  ─────────  ─────────  ────────
    2022-10   EUR               2        2    527.65   5,546.45   1,888.75  1,564.80
    2022-10   JPY               2        2   178,260  1,298,350  1,001,650         0
    2022-10   USD               3        3  1,504.40  15,314.90   5,185.10      0.00
    2022-11   EUR               2        2    530.20   6,076.65   1,358.55      0.00
    2022-11   JPY               2        2   165,220  1,463,570    836,430         0
    2022-11   USD               3        3  1,284.05  16,598.95   3,901.05      0.00
    2022-12*  EUR               2        2    448.55   6,525.20     910.00      0.00
    2022-12*  JPY               2        2   165,140  1,628,710    671,290         0
    2022-12*  USD               3        3  1,075.55  17,674.50   2,825.50      0.00
    ────────  ────────  ─────────  ───────  ────────  ─────────  ─────────  ────────
    total     EUR               2        2  1,506.40   6,525.20     910.00  1,564.80
    total     JPY               2        2   508,620  1,628,710    671,290         0
    total     USD               3        3  3,864.00  17,674.50   2,825.50      0.00
    * open on 2022-12-15: figures may still change until the month's invoice is out
    ");
    insta::assert_snapshot!(on_terminal("list fixtures/documented-example.csv", 80), @"
    Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07
    Customer ID: 0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341; Credit: ACO; Status: Active
    Currency: USD; Agreement: 1e5d80c3-7a42-4f96-b08c-d3a9e4172b65
    Begins: 2022-07-01; Ends: 2023-06-30
               Used   Balance
    Month    so far  reported
    ───────  ──────  ────────
    2022-07  500.00    500.00
    2022-08  700.00    300.00
    ");
}

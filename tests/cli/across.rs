//! Time in columns, and one period beside another.

use std::collections::BTreeMap;

use super::context::{aco, aco_on, on_terminal, report, snapshot};

const LINE: &str = "summary fixtures/aco-balance.csv --as-of 2022-12-15 -q -f csv";

/// The rows of an answer, each with its cells by their columns.
fn rows(line: &str) -> Vec<BTreeMap<String, String>> {
    let answer = aco(line).stdout;
    let mut lines = answer.lines().map(|line| line.split(',').map(str::to_owned));
    let header: Vec<String> = lines.next().unwrap().collect();
    lines.map(|cells| header.iter().cloned().zip(cells).collect()).collect()
}

#[test]
fn columns_of_months_have_the_figures_of_their_rows() {
    for span in ["month", "quarter", "year"] {
        for figure in ["CreditGiven", "BalanceAmount", "Forfeited"] {
            let column = match span {
                "month" => "InvoiceMonth",
                "quarter" => "Quarter",
                _ => "Year",
            };
            let mut cells = 0;
            let across = rows(&format!("{LINE} --by customer --across {span} --figure {figure}"));
            let along = rows(&format!("{LINE} --by customer,{span}"));
            for row in &along {
                let is_same = |other: &&BTreeMap<String, String>| {
                    ["CustomerID", "CurrencyCode"].iter().all(|key| other[*key] == row[*key])
                };
                assert_eq!(across.iter().find(is_same).unwrap()[&row[column]], row[figure]);
                cells += 1;
            }
            let filled = across
                .iter()
                .flat_map(|row| row.iter())
                .filter(|(name, cell)| name.starts_with("20") && !cell.is_empty());
            let without = along.iter().filter(|row| row[figure].is_empty()).count();
            assert_eq!(filled.count() + without, cells, "{span} {figure}");
        }
    }
    let totals = rows(&format!("{LINE} --by currency"));
    for row in rows(&format!("{LINE} --across month")) {
        let of_currency = totals.iter().find(|total| total["CurrencyCode"] == row["CurrencyCode"]).unwrap();
        assert_eq!(row["Total"], of_currency["CreditGiven"]);
    }
    assert!(!rows(&format!("{LINE} --across month --figure BalanceAmount"))[0].contains_key("Total"));
}

#[test]
fn the_newest_months_stay_in_a_narrow_terminal() {
    insta::assert_snapshot!(
        on_terminal("summary fixtures/aco-balance.csv --as-of 2022-12-15 -q --by partner --across month", 60),
        @r#"
    Partner   Currency   2022-10   2022-11  2022-12*      Total
    ────────  ────────  ────────  ────────  ────────  ─────────
    7c1d9b52  EUR         527.65    530.20    448.55   6,525.20
    7c1d9b52  JPY        178,260   165,220   165,140  1,628,710
    7c1d9b52  USD       1,504.40  1,284.05  1,075.55  14,664.15
    ────────  ────────  ────────  ────────  ────────  ─────────
    total     EUR         527.65    530.20    448.55   6,525.20
    total     JPY        178,260   165,220   165,140  1,628,710
    total     USD       1,504.40  1,284.05  1,075.55  14,664.15
    * open on 2022-12-15: figures may still change until the
    month's invoice is out
    not shown for width: 2022-01, 2022-02, 2022-03, 2022-04,
    2022-05, 2022-06, 2022-07, 2022-08, 2022-09 (widen the
    terminal, or use -f csv)
    "#
    );
}

#[test]
fn a_figure_stands_beside_that_of_an_earlier_period() {
    let all = rows(&format!("{LINE} --by currency,month"));
    let given = |currency: &str, month: &str| {
        all.iter()
            .find(|row| row["CurrencyCode"] == currency && row["InvoiceMonth"] == month)
            .map(|row| row["CreditGiven"].clone())
    };
    let compared = rows(&format!("{LINE} --by currency,month --month 2022-05..2022-06 --against previous"));
    assert_eq!(compared.len(), 6);
    for row in &compared {
        let before = if row["InvoiceMonth"] == "2022-05" { "2022-04" } else { "2022-05" };
        assert_eq!(Some(&row["CreditGivenBefore"]), given(&row["CurrencyCode"], before).as_ref());
    }
    snapshot!(aco(&format!("{LINE} --by quarter --to 2022-Q2 --against previous --figure BalanceAmount")), @r#"
    Quarter,CurrencyCode,Customers,Credits,OpeningAmount,CreditGiven,CreditAmount,BalanceAmount,Forfeited,BalanceAmountBefore,BalanceAmountChange,Period
    2022-Q1,EUR,2,2,,1737.00,1737.00,7263.00,0.00,,,closed
    2022-Q1,JPY,1,1,,244350,244350,1255650,0,,,closed
    2022-Q1,USD,4,4,4210.35,1402.30,5612.65,13087.35,0.00,,,closed
    2022-Q2,EUR,2,2,,1358.05,3095.05,5904.95,0.00,7263.00,-1358.05,closed
    2022-Q2,JPY,2,2,,268335,512685,1787315,0,1255650,531665,closed
    2022-Q2,USD,4,4,,4609.20,10221.85,8478.15,0.00,13087.35,-4609.20,closed
    "#);
    let year = rows(&format!("{LINE} --by year --against year"));
    assert!(year.iter().all(|row| row["CreditGivenBefore"].is_empty() && row["CreditGivenChange"].is_empty()));
}

/// A group that only the earlier period has is a row, too, and periods that are not whole are named.
#[test]
fn what_is_gone_is_compared_and_parts_are_named() {
    let rows = [
        "a 2021-10 1 Active 99 USD 10/1/2021 9/30/2022",
        "a 2021-11 3 Active 97 USD 10/1/2021 9/30/2022",
        "a 2021-12 6 Active 94 USD 10/1/2021 9/30/2022",
        "b 2021-10 5 Active 95 USD 10/1/2021 12/31/2022",
        "b 2022-01 6 Active 94 USD 10/1/2021 12/31/2022",
        "b 2022-10 9 Active 91 USD 10/1/2021 12/31/2022",
        "c 2021-10 2 Active 8 USD 10/1/2021 12/31/2021",
    ];
    snapshot!(aco_on("summary --by customer,quarter --against year --month 2022-Q4 --as-of 2022-11-15", &report(&rows)), @"
    CustomerID,Quarter,CurrencyCode,Customers,Credits,OpeningAmount,CreditGiven,CreditAmount,BalanceAmount,Forfeited,CreditGivenBefore,CreditGivenChange,Period
    a,2022-Q4,USD,0,0,,0.00,,0,94,6,-6.00,closed
    b,2022-Q4,USD,1,1,,3,9,91,0,5,-2,closed
    c,2022-Q4,USD,0,0,,0.00,,,0,2,,closed
    --- stderr
    note: compared, but not of the same months: 2022-Q4 is of 2022-10 and 2021-Q4 is of 2021-10 to 2021-12
    hint: --by month with --against year compares month by month
    note: the report ends in 2022-10: figures of that month are final only if it was downloaded after the month's invoice was out
    note: CreditGiven has 1 amount over more than one month, because no rows lie between
    hint: SpanMonths of `aco given FILE...` says how many
    ");
    snapshot!(aco_on("summary --by customer,month --against year --month 2022-10 --as-of 2022-11-15 -f table", &report(&rows)), @"
                                                            Used
    Customer                                                  so                 Given   Given
    ID        Month    Currency  Customers  Credits  Given   far   Left   Lost  before  change
    ────────  ───────  ────────  ─────────  ───────  ─────  ────  ─────  ─────  ──────  ──────
    a         2022-10  USD               0        0   0.00         0.00  94.00    1.00   -1.00
    b         2022-10  USD               1        1   3.00  9.00  91.00   0.00    5.00   -2.00
    c         2022-10  USD               0        0   0.00                0.00    2.00   -2.00
    ────────  ───────  ────────  ─────────  ───────  ─────  ────  ─────  ─────  ──────  ──────
    total              USD               1        1   3.00  9.00  91.00  94.00
    --- stderr
    note: the report ends in 2022-10: figures of that month are final only if it was downloaded after the month's invoice was out
    note: CreditGiven of 2022-10 has 1 amount over more than one month, because no rows lie between
    hint: SpanMonths of `aco given FILE...` says how many
    ");
}

#[test]
fn changes_add_up_where_a_credit_is_used_up() {
    let rows = [
        "x 2026-09 500.00 Active 500.00 EUR 9/1/2026 10/31/2026",
        "x 2026-10 1000.00 Active 0.00 EUR 9/1/2026 10/31/2026",
        "y 2026-10 20.00 Active 980.00 EUR 10/1/2026 9/30/2027",
        "y 2026-11 50.00 Active 950.00 EUR 10/1/2026 9/30/2027",
    ];
    let changes = |by: &str| {
        let line = format!("summary --by {by}month --month 2026-11 --against previous --as-of 2026-12-10 -q -f csv");
        let csv = aco_on(&line, &report(&rows)).stdout;
        csv.lines().skip(1).map(|line| line.split(',').rev().nth(1).unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(changes("customer,"), ["-500.00", "10.00"]);
    assert_eq!(changes(""), ["-490.00"]);
}

#[test]
fn what_cannot_be_crossed_is_refused() {
    for (line, why) in [
        ("--by month --across quarter", "error: --across puts time into columns: it cannot be a key of --by as well\n"),
        ("--by customer --against previous", "error: --against compares periods: none is a key of --by\n"),
    ] {
        let run = aco(&format!("{LINE} {line}"));
        assert!(run.code == Some(2) && run.stderr.starts_with(why) && run.stdout.is_empty(), "{run}");
    }
}

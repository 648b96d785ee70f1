//! Credit given as bars.

use super::context::{aco, aco_on, on_terminal, report, snapshot};

#[test]
fn a_chart_fits_the_terminal_and_shows_the_table_s_figures() {
    let line = "summary fixtures/aco-balance.csv --as-of 2022-12-15 --currency USD --from 2022-08 --chart";
    insta::assert_snapshot!(on_terminal(line, 40), @"
    USD credit given by month
    2022-08  1,658.60 ██████████████████████
    2022-09  1,518.15 ████████████████████▎
    2022-10  1,504.40 ████████████████████
    2022-11  1,284.05 █████████████████▏
    2022-12* 1,075.55 ██████████████▍
    * open on 2022-12-15: figures may still
    change until the month's invoice is out
    ");
}

#[test]
fn colour_repeats_what_signs_and_stars_say() {
    let rows = report(&[
        "c 2022-11 1000 Active 9 USD 11/1/2022 12/31/2023",
        "c 2022-12 750 Active 9 USD 11/1/2022 12/31/2023",
        "c 2023-01 750 Active 9 USD 11/1/2022 12/31/2023",
        "c 2023-02 1250.50 Active 9 USD 11/1/2022 12/31/2023",
    ]);
    let run = aco_on("summary - --as-of 2023-02-15 --chart --color always -q", &rows);
    insta::assert_snapshot!(run.stdout.replace('\u{1b}', "^"), @"
    ^[1mUSD credit given by month^[0m
    2022-11  1,000.00 ████████████████████████████████████████████████████████████
    ^[31m2022-12   -250.00 ░░░░░░░░░░░░░░░^[0m
    2023-01      0.00
    ^[33m2023-02*   500.50 ██████████████████████████████▏^[0m
    * open on 2023-02-15: figures may still change until the month's invoice is out
    ");
}

#[test]
fn months_without_records_keep_their_place() {
    let line = "summary fixtures/expiring.csv --as-of 2024-02-15 --agreement gap --chart";
    snapshot!(aco(line), @"
    USD credit given by month
    2023-10   30.00 ███████████████
    2023-11
    2023-12  120.00 ████████████████████████████████████████████████████████████
    2024-01
    --- stderr
    note: BalanceAmount is what was left where the report ends: of partner 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07 in 2023-12
    note: the report ends in 2024-01: figures of that month are final only if it was downloaded after the month's invoice was out
    note: CreditGiven of 2023-12 has 1 amount over more than one month, because no rows lie between
    hint: SpanMonths of `aco given fixtures/expiring.csv` says how many
    ");
}

#[test]
fn a_chart_is_text() {
    snapshot!(aco("summary fixtures/aco-balance.csv --chart -f json"), @"
    exit code: 2
    --- stderr
    error: --chart draws text for people
    hint: leave out --format, or write to a file that ends in .txt
    ");
    assert_eq!(aco("summary fixtures/aco-balance.csv --chart --by customer").code, Some(2));
}

/// The first chart of a page about one credit, whose CreditAmount was these in the months of 2022.
fn svg(amounts: &[&str]) -> String {
    let row = |(month, amount): (usize, &&str)| format!("c 2022-{month:02} {amount} Active 9 USD 1/1/2022 12/31/2023");
    let rows: Vec<String> = (1..).zip(amounts).map(row).collect();
    let rows = report(&rows.iter().map(String::as_str).collect::<Vec<_>>());
    let page = aco_on("report - --as-of 2022-12-15 -q -o -", &rows).stdout;
    page.split_once("<svg").unwrap().1.split_once("</svg>").unwrap().0.to_owned()
}

#[test]
fn heights_are_shares_of_a_scale_of_round_steps() {
    let two = svg(&["400", "300"]);
    assert!(two.contains("y=\"12.0\" width=\"48.0\" height=\"139.2\"><title>2022-01: given 400 USD</title>"), "{two}");
    assert!(two.contains("y=\"151.2\" width=\"48.0\" height=\"34.8\"><title>2022-02: given -100 USD</title>"), "{two}");
    let labels = |amount| -> Vec<String> {
        let svg = svg(&[amount]);
        let labels = svg.split("class=\"amount\"").skip(1);
        labels.map(|label| label.split(['<', '>']).nth(1).unwrap().to_owned()).collect()
    };
    let expected = [("0", "0.01", 1), ("0.03", "0.01", 3), ("4", "1", 4), ("4.01", "2", 3), ("1658.60", "500", 4)];
    for (amount, step, above) in expected {
        assert_eq!((labels(amount)[1].as_str(), labels(amount).len()), (step, above + 1), "{amount}");
    }
    assert_eq!(labels("6922816251426433759354395033")[1], "2,000,000,000,000,000,000,000,000,000");
}

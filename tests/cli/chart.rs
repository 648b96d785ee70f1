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

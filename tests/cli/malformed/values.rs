//! Values that are nearly right.

use super::Expect::Line;
use super::{Case, run, with_cell};

const FIXTURE: &str = "documented-example.csv";

const MONTHS: [&str; 24] = [
    "2022-00",
    "2022-13",
    "0000-01",
    "99999-01",
    "-2022-01",
    "2022-1-",
    "202213",
    "2022013",
    "22-07",
    "7",
    "2022",
    "-",
    "Smarch 2022",
    "July",
    "2022-02-30",
    "2022-W05",
    "2022-07 to",
    "13/2022",
    "00/2022",
    "2022-07-00",
    "Q1 2022",
    "7/1/2022 - 8/31/2022",
    "2022-07-31T25:00",
    "#REF!",
];

const DATES: [&str; 28] = [
    "2022-02-30",
    "2023-02-29",
    "1900-02-29",
    "2/30/2022",
    "31/4/2022",
    "0/0/0000",
    "13/13/2022",
    "99999-01-01",
    "2022-13-01",
    "2022-00-10",
    "2022-01-00",
    "yesterday",
    "1",
    "44927",
    "2022-06-01T25:00",
    "2022-06-01T12:60",
    "June 31 2022",
    "########",
    "#REF!",
    "2022-06",
    "1/1/22222",
    "1/1/1",
    "-1/1/2022",
    "1//2022",
    "2022-06-01Z12:00",
    "1.1",
    "２０２２-06-01",
    "0099-01-01",
];

const AMOUNTS: [&str; 34] = [
    "1.2.3",
    "--5",
    "5-5",
    "0x10",
    "1e999",
    "1e-999",
    "NaN",
    "inf",
    "#VALUE!",
    "########",
    "١٢٣",
    "１２",
    "12 34",
    "1..2",
    "$",
    "- -",
    "USD",
    "1/2",
    "50%",
    "1e",
    "()",
    "(1",
    "1)",
    "-(1)",
    "(-1)",
    "+-1",
    "1 000 00",
    "1'00",
    "12a",
    "$1$ $",
    "=1+1",
    "five",
    "99999999999999999999999999999",
    "0.00000000000000000000000000001",
];

const CURRENCIES: [&str; 6] = ["US", "USDX", "U5D", "€", "840", "#N/A"];

pub(super) fn cases() -> Vec<Case> {
    let columns: [(&str, usize, &[&str]); 6] = [
        ("InvoiceMonth", 2, &MONTHS),
        ("EffectiveDate", 9, &DATES),
        ("ExpiryDate", 10, &DATES),
        ("CreditAmount", 4, &AMOUNTS),
        ("BalanceAmount", 6, &AMOUNTS),
        ("CurrencyCode", 7, &CURRENCIES),
    ];
    let case = |column: &str, at: usize, value: &str| {
        Case::report(format!("{column} `{value}`"), with_cell(FIXTURE, 3, at, value), Line(3))
    };
    columns.iter().flat_map(|(column, at, values)| values.iter().map(|value| case(column, *at, value))).collect()
}

#[test]
fn a_value_that_is_nearly_right_is_refused_at_its_line() {
    run(&cases());
}

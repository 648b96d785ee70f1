//! What is wrong with an input, and where.

use super::context::{HEADER, aco, aco_on, report, snapshot};

#[test]
fn a_header_that_lacks_or_doubles_a_column() {
    snapshot!(aco("summary fixtures/missing-column.csv"), @"
    exit code: 2
    --- stderr
    error: fixtures/missing-column.csv:1: no column `BalanceAmount` in what looks like an ACO balance report
    columns found: PartnerID, CustomerID, InvoiceMonth, CreditName, CreditAmount, Status, CurrencyCode, AgreementID, EffectiveDate, ExpiryDate
    ");
    snapshot!(aco("summary fixtures/doubled-column.csv"), @"
    exit code: 2
    --- stderr
    error: fixtures/doubled-column.csv:1: column `CreditAmount` stands twice: as `CreditAmount` and as `CreditAmount`
    columns found: PartnerID, CustomerID, InvoiceMonth, CreditName, CreditAmount, Status, BalanceAmount, CurrencyCode, AgreementID, EffectiveDate, ExpiryDate, CreditAmount
    ");
    snapshot!(aco("summary fixtures/misspelt-column.csv"), @"
    exit code: 2
    --- stderr
    error: fixtures/misspelt-column.csv:1: no column `CreditAmount` (did you mean `CreditAmuont`?) in what looks like an ACO balance report
    columns found: PartnerID, CustomerID, InvoiceMonth, CreditName, CreditAmuont, Status, BalanceAmount, CurrencyCode, AgreementID, EffectiveDate, ExpiryDate
    ");
}

#[test]
fn a_file_that_is_no_report() {
    snapshot!(aco("summary fixtures/empty.csv"), @"
    exit code: 2
    --- stderr
    error: fixtures/empty.csv: the file is empty
    ");
    snapshot!(aco("summary fixtures/README.md"), @"
    exit code: 2
    --- stderr
    error: fixtures/README.md: no header: none of the first lines names the columns of an ACO balance report
    first line: # Fixtures
    ");
    snapshot!(aco("summary fixtures/nowhere.csv fixtures/nor-here.csv"), @"
    exit code: 2
    --- stderr
    error: fixtures/nowhere.csv: no such file
    error: fixtures/nor-here.csv: no such file
    ");
}

#[test]
fn rows_that_cannot_be_read() {
    for (file, problem) in [
        ("bad-amount.csv", "3: CreditAmount: '310.75.0': expected an amount such as `1234.50`"),
        (
            "too-many-digits.csv",
            "3: CreditAmount: '1234567890123456789012345678.901': expected an amount of at most 28 digits",
        ),
        ("bad-month.csv", "3: InvoiceMonth: '2022-13': expected a month such as `2022-07`"),
        ("bad-date.csv", "3: EffectiveDate: '2/30/2022': expected a date such as `2022-07-31` or `7/31/2022`"),
        ("empty-customer.csv", "3: CustomerID: '': expected an id"),
        ("bad-currency.csv", "3: CurrencyCode: 'DOLLARS': expected a currency code such as `USD`"),
        ("bad-amount-after-line-break.csv", "6: CreditAmount: '310x75': expected an amount such as `1234.50`"),
        ("short-row.csv", "3: expected 11 fields, found 10"),
        ("long-row.csv", "3: expected 11 fields, found 12"),
    ] {
        let refusal = "error: 1 row cannot be read\nhint: correct them, or leave them out with --skip-invalid\n";
        let expected = format!("exit code: 2\n--- stderr\nfixtures/{file}:{problem}\n{refusal}");
        assert_eq!(aco(&format!("summary fixtures/{file}")).to_string(), expected);
    }
}

#[test]
fn a_quote_that_is_never_closed() {
    let unclosed =
        format!("{HEADER}p,c,2022-01,ACO,1,Active,2,USD,\"a,1/1/2022,1/1/2023\np,c,2022-02,ACO,1,Active,2,USD,a,,\n");
    snapshot!(aco_on("summary", unclosed.as_bytes()), @"
    exit code: 2
    --- stderr
    error: <stdin>:2: a quote is opened in this row and never closed
    hint: close it; the rows behind it cannot be read until then
    ");
}

#[test]
fn every_cell_is_found_and_the_first_twenty_are_shown() {
    let bad: Vec<String> = (0..15).map(|at| format!("c{at} 2022-13 x Active 1 USD - -")).collect();
    let books = report(&bad.iter().map(String::as_str).collect::<Vec<_>>());
    let run = aco_on("summary", &books);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert_eq!(run.stderr.lines().filter(|line| line.starts_with("<stdin>:")).count(), 20);
    assert!(run.stderr.contains("... and 10 more\nerror: 15 rows cannot be read\n"), "{}", run.stderr);
}

#[test]
fn skip_invalid_goes_on_without_them_and_says_so() {
    let books = report(&[
        "good 2022-01 5.00 Active 5.00 USD 1/1/2022 1/1/2023",
        "bad 2022-01 five Active 5.00 USD 1/1/2022 1/1/2023",
    ]);
    snapshot!(aco_on("summary --skip-invalid", &books), @"
    InvoiceMonth,CurrencyCode,Customers,Credits,OpeningAmount,CreditGiven,CreditAmount,BalanceAmount,Forfeited,Period
    2022-01,USD,1,1,,5.00,5.00,5.00,0.00,closed
    --- stderr
    <stdin>:3: CreditAmount: 'five': expected an amount such as `1234.50`
    warning: left out 1 row that cannot be read
    note: the report ends in 2022-01: figures of that month are final only if it was downloaded after the month's invoice was out
    ");
}

#[test]
fn two_states_of_one_month_in_one_file() {
    snapshot!(aco("summary fixtures/conflicting-rows.csv"), @"
    exit code: 2
    --- stderr
    error: fixtures/conflicting-rows.csv:4: contradicts line 3: customer 0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341, agreement 1e5d80c3-7a42-4f96-b08c-d3a9e4172b65, 2022-08: CreditAmount 310.75, now 320.75 (difference 10.00); BalanceAmount 689.25, now 679.25 (difference -10.00)
    hint: one of the two is wrong; remove it from the file
    ");
}

#[test]
fn sums_that_would_not_be_exact() {
    let books = report(&[
        "a 2022-01 9999999999999999999999999999 Active 0 USD 1/1/2022 -",
        "b 2022-01 0.0001 Active 0 USD 1/1/2022 -",
    ]);
    snapshot!(aco_on("summary", &books), @"
    exit code: 2
    --- stderr
    error: a sum or difference of amounts needs more than 28 digits, so it cannot be computed exactly
    ");
}

#[test]
fn arguments_that_make_no_sense() {
    snapshot!(aco("summary fixtures/aco-balance.csv --by week"), @"
    exit code: 2
    --- stderr
    error: invalid value 'week' for '--by <KEYS>'
      [possible values: month, quarter, year, customer, agreement, partner, currency, status]

    For more information, try '--help'.
    ");
    snapshot!(aco("summary fixtures/aco-balance.csv --from 2022-05 --to 2022-04"), @"
    exit code: 2
    --- stderr
    error: --from 2022-05 lies after --to 2022-04
    ");
    snapshot!(aco("summary fixtures/aco-balance.csv --month July"), @"
    exit code: 2
    --- stderr
    error: invalid value 'July' for '--month <MONTH>': expected a month such as `2022-07` or `July 2022`, a quarter such as `2022-Q3`, a year, a fiscal year such as `FY2023`, months such as `2022-07..2022-09`, `last` (the last closed month), `last-quarter`, `last-year` or `latest`

    For more information, try '--help'.
    ");
    snapshot!(aco("summary - -"), @"
    exit code: 2
    --- stderr
    error: standard input can be read only once
    ");
}

#[test]
fn a_download_that_broke_off_is_noticed() {
    let text = String::from_utf8(report(&["c 2022-07 1.00 Active 9.00 USD 7/1/2022 6/30/2023"])).unwrap();
    let whole = text.trim_end();
    let run = |text: &str| aco_on("summary -f csv --as-of 2022-07-20", text.as_bytes());
    assert_eq!(run(whole).stderr, "");
    let cut = run(whole.strip_suffix("23").unwrap());
    assert_eq!(cut.code, Some(0));
    assert_eq!(
        cut.stderr,
        "note: <stdin>: the file ends without a line end, in '6/30/20' (line 2, ExpiryDate): it may have lost the rest\n\
         hint: compare its last row with Partner Center, or download it again\n"
    );
    // The value that is last, in its column, and whether it has all its digits.
    let last = |at: usize, value: &str| {
        let lines = whole.lines().zip([None, Some(value)]).map(|(line, value)| {
            let mut cells: Vec<&str> = line.split(',').collect();
            let cell = cells.remove(at);
            cells.push(value.unwrap_or(cell));
            cells.join(",")
        });
        run(&lines.collect::<Vec<_>>().join("\n")).stderr.contains("it may have lost the rest")
    };
    let whole_days =
        ["4/14/2026", "2026-04-14", "14.04.2026", "2026-04-14T00:00:00", "4/14/2026 12:00:00 AM", "14-Apr-2026"];
    let parts_of_days = ["", "4/14/20", "2026-04-1", "14.04.20", "14-Apr-20", "14 Apr 20"];
    for (at, values, is_cut) in [
        (10, &whole_days[..], false),
        (10, &parts_of_days, true),
        (6, &["12.50"], false),
        (6, &["12.5", "12"], true),
        (8, &["1e5d80c3"], true),
    ] {
        for value in values {
            assert_eq!(last(at, value), is_cut, "{value}");
        }
    }
}

//! Tables as wide as terminals are: what a command is about stays, whatever goes.

use std::fmt::Write as _;

use super::context::program;

/// A narrow window, an ordinary one, half a screen, and a whole one.
const ALL: [&str; 4] = ["60", "80", "120", "200"];

/// Where columns have to go.
const ORDINARY: [&str; 1] = ["80"];

/// A command's table at some widths, in a pipe; it is never wider than it may be at any.
fn tables(shown: &[&str], line: &str) -> String {
    let (mut all, mut narrower) = (String::new(), String::new());
    for width in ALL {
        let output =
            program().args(line.split(' ')).args(["-q", "-f", "table"]).env("COLUMNS", width).output().unwrap();
        let table = String::from_utf8(output.stdout).unwrap();
        let widest = table.lines().map(|line| line.chars().count()).max().unwrap_or(0);
        assert!(widest <= width.parse().unwrap(), "{widest} columns of {width}:\n{table}");
        if shown.contains(&width) {
            writeln!(all, "{width}:\n{}", if table == narrower { "the same\n" } else { &table }).unwrap();
            narrower = table;
        }
    }
    all
}

#[test]
fn balance() {
    insta::assert_snapshot!(tables(&ALL, "balance fixtures/aco-balance.csv --as-of 2022-12-15 --currency EUR,USD"), @"
    60:
    Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07; Credit: ACO
    Customer
    ID        Currency  Month         Left  Ends
    ────────  ────────  ────────  ────────  ──────────
    0b6e2f1a  USD       2022-12*  1,331.15  2023-06-30
    0b6e2f1a  EUR       2022-12*    910.00  2022-12-31
    2f94c7d8  USD       2022-12*  1,494.35  2023-03-14
    58a1e3b0  EUR       2022-12*      0.00  2022-09-30
    58a1e3b0  USD       2022-09       0.00  2022-08-31
    e8f2a406  USD       2022-12*      0.00  2022-12-31
    ────────  ────────  ────────  ────────  ──────────
    total     EUR                   910.00
    total     USD                 2,825.50
    * open on 2022-12-15: figures may still change until the
    month's invoice is out
    not shown for width: Used so far, Days left, Agreement,
    Status, State, Limit, Used %, Begins, Lost (widen the
    terminal, or use -f csv)

    80:
    Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07; Credit: ACO
    Customer                                   Used so                        Days
    ID        Agreement  Currency  Month           far      Left  Ends        left
    ────────  ─────────  ────────  ────────  ─────────  ────────  ──────────  ────
    0b6e2f1a  1e5d80c3   USD       2022-12*   8,668.85  1,331.15  2023-06-30   197
    0b6e2f1a  34c9f7a1   EUR       2022-12*   5,090.00    910.00  2022-12-31    16
    2f94c7d8  47b2d6e9   USD       2022-12*   6,505.65  1,494.35  2023-03-14    89
    58a1e3b0  6a0f3c85   EUR       2022-12*   1,435.20      0.00  2022-09-30   -76
    58a1e3b0  d27f95ab   USD       2022-09    1,200.00      0.00  2022-08-31  -106
    e8f2a406  b8e6420f   USD       2022-12*   2,500.00      0.00  2022-12-31    16
    ────────  ─────────  ────────  ────────  ─────────  ────────  ──────────  ────
    total                EUR                  6,525.20    910.00
    total                USD                 18,874.50  2,825.50
    * open on 2022-12-15: figures may still change until the month's invoice is out
    not shown for width: Status, State, Limit, Used %, Begins, Lost (widen the
    terminal, or use -f csv)

    120:
    Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07; Credit: ACO
    Customer                                                                Used so             Used              Days
    ID        Agreement  Currency  Month     Status   State        Limit        far      Left      %  Ends        left
    ────────  ─────────  ────────  ────────  ───────  ───────  ─────────  ─────────  ────────  ─────  ──────────  ────
    0b6e2f1a  1e5d80c3   USD       2022-12*  Active   running  10,000.00   8,668.85  1,331.15   86.7  2023-06-30   197
    0b6e2f1a  34c9f7a1   EUR       2022-12*  Active   running   6,000.00   5,090.00    910.00   84.8  2022-12-31    16
    2f94c7d8  47b2d6e9   USD       2022-12*  Active   running   8,000.00   6,505.65  1,494.35   81.3  2023-03-14    89
    58a1e3b0  6a0f3c85   EUR       2022-12*  Expired  over      3,000.00   1,435.20      0.00   47.8  2022-09-30   -76
    58a1e3b0  d27f95ab   USD       2022-09   Expired  over      1,200.00   1,200.00      0.00  100.0  2022-08-31  -106
    e8f2a406  b8e6420f   USD       2022-12*  Active   running   2,500.00   2,500.00      0.00  100.0  2022-12-31    16
    ────────  ─────────  ────────  ────────  ───────  ───────  ─────────  ─────────  ────────  ─────  ──────────  ────
    total                EUR                                    9,000.00   6,525.20    910.00
    total                USD                                   21,700.00  18,874.50  2,825.50
    * open on 2022-12-15: figures may still change until the month's invoice is out
    not shown for width: Begins, Lost (widen the terminal, or use -f csv)

    200:
              Customer                                                                        Used so             Used                          Days
    Partner   ID        Agreement  Credit  Currency  Month     Status   State        Limit        far      Left      %  Begins      Ends        left      Lost
    ────────  ────────  ─────────  ──────  ────────  ────────  ───────  ───────  ─────────  ─────────  ────────  ─────  ──────────  ──────────  ────  ────────
    7c1d9b52  0b6e2f1a  1e5d80c3   ACO     USD       2022-12*  Active   running  10,000.00   8,668.85  1,331.15   86.7  2021-07-01  2023-06-30   197      0.00
    7c1d9b52  0b6e2f1a  34c9f7a1   ACO     EUR       2022-12*  Active   running   6,000.00   5,090.00    910.00   84.8  2022-01-01  2022-12-31    16      0.00
    7c1d9b52  2f94c7d8  47b2d6e9   ACO     USD       2022-12*  Active   running   8,000.00   6,505.65  1,494.35   81.3  2022-03-15  2023-03-14    89      0.00
    7c1d9b52  58a1e3b0  6a0f3c85   ACO     EUR       2022-12*  Expired  over      3,000.00   1,435.20      0.00   47.8  2022-01-01  2022-09-30   -76  1,564.80
    7c1d9b52  58a1e3b0  d27f95ab   ACO     USD       2022-09   Expired  over      1,200.00   1,200.00      0.00  100.0  2022-02-01  2022-08-31  -106      0.00
    7c1d9b52  e8f2a406  b8e6420f   ACO     USD       2022-12*  Active   running   2,500.00   2,500.00      0.00  100.0  2021-10-01  2022-12-31    16      0.00
    ────────  ────────  ─────────  ──────  ────────  ────────  ───────  ───────  ─────────  ─────────  ────────  ─────  ──────────  ──────────  ────  ────────
    total                                  EUR                                    9,000.00   6,525.20    910.00                                       1,564.80
    total                                  USD                                   21,700.00  18,874.50  2,825.50                                           0.00
    * open on 2022-12-15: figures may still change until the month's invoice is out
    ");
}

#[test]
fn given() {
    insta::assert_snapshot!(tables(&ORDINARY, "given fixtures/aco-balance.csv --month 2022-07 --names fixtures/customers.csv"), @"
    80:
    Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07; Credit: ACO; Month: 2022-07
    Status: Active
                                                 Used so
    Customer              Agreement  Currency        far     Given       Left
    ────────────────────  ─────────  ────────  ─────────  ────────  ─────────
    Contoso Ltd           1e5d80c3   USD        6,665.05    430.00   3,334.95
    Contoso Ltd           34c9f7a1   EUR        2,604.25    467.90   3,395.75
    Fabrikam GmbH         47b2d6e9   USD        2,842.65    715.25   2,157.35
    Adventure Works       6a0f3c85   EUR        1,113.75    155.05   1,886.25
    Adventure Works       d27f95ab   USD        1,035.60    168.30     164.40
    Wingtip Toys KK       7d94e1b6   JPY         666,135   214,930    833,865
    Northwind Traders KK  a51c8e7d   JPY         120,405    58,925    679,595
    Woodgrove Bank        b8e6420f   USD        1,290.45    298.35   1,209.55
    ────────────────────  ─────────  ────────  ─────────  ────────  ─────────
    total                            EUR        3,718.00    622.95   5,282.00
    total                            JPY         786,540   273,855  1,513,460
    total                            USD       11,833.75  1,611.90   6,866.25
    not shown for width: Used until then, Months covered, Customer ID, Begins (widen
    the terminal, or use -f csv)
    ");
}

#[test]
fn summary() {
    insta::assert_snapshot!(tables(&ORDINARY, "summary fixtures/aco-balance.csv --as-of 2023-01-15 --from 2022-11"), @"
    80:
    Month    Currency  Customers  Credits     Given  Used so far      Left  Lost
    ───────  ────────  ─────────  ───────  ────────  ───────────  ────────  ────
    2022-11  EUR               2        2    530.20     6,076.65  1,358.55  0.00
    2022-11  JPY               2        2   165,220    1,463,570   836,430     0
    2022-11  USD               3        3  1,284.05    16,598.95  3,901.05  0.00
    2022-12  EUR               2        2    448.55     6,525.20    910.00  0.00
    2022-12  JPY               2        2   165,140    1,628,710   671,290     0
    2022-12  USD               3        3  1,075.55    17,674.50  2,825.50  0.00
    ───────  ────────  ─────────  ───────  ────────  ───────────  ────────  ────
    total    EUR               2        2    978.75     6,525.20    910.00  0.00
    total    JPY               2        2   330,360    1,628,710   671,290     0
    total    USD               3        3  2,359.60    17,674.50  2,825.50  0.00
    ");
}

#[test]
fn list() {
    insta::assert_snapshot!(tables(&ORDINARY, "list fixtures/aco-balance.csv --month 2022-07 --currency EUR"), @"
    80:
    Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07; Month: 2022-07; Credit: ACO
    Status: Active; Currency: EUR; Begins: 2022-01-01
    Customer   Used so   Balance
    ID             far  reported  Agreement  Ends
    ────────  ────────  ────────  ─────────  ──────────
    0b6e2f1a  2,604.25  3,395.75  34c9f7a1   2022-12-31
    58a1e3b0  1,113.75  1,886.25  6a0f3c85   2022-09-30
    ");
}

#[test]
fn expiring() {
    insta::assert_snapshot!(tables(&ORDINARY, "expiring fixtures/aco-balance.csv --as-of 2022-12-15"), @"
    80:
    Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07; Credit: ACO
                Customer                                  Days  Used up  Will be
    Ends in     ID        Currency      Left  Ends        left  in          lost
    ──────────  ────────  ────────  ────────  ──────────  ────  ───────  ───────
    0-30 days   0b6e2f1a  EUR         910.00  2022-12-31    16            846.93
    0-30 days   e8f2a406  USD           0.00  2022-12-31    16  2022-11     0.00
    0-30 days   91d04c6f  JPY        305,365  2023-01-09    25           271,389
    61-90 days  2f94c7d8  USD       1,494.35  2023-03-14    89  2023-02     0.00
    ──────────  ────────  ────────  ────────  ──────────  ────  ───────  ───────
    total                 EUR         910.00                              846.93
    total                 JPY        305,365                             271,389
    total                 USD       1,494.35                                0.00
    figures of the month open on 2022-12-15 may still change until its invoice is
    out
    not shown for width: Agreement, Use a month (widen the terminal, or use -f csv)
    ");
}

#[test]
fn check() {
    insta::assert_snapshot!(tables(&ORDINARY, "check fixtures/aco-balance.csv --as-of 2023-01-10"), @"
    80:
                                       Customer
    Severity  Check              Line  ID        Month    What was found
    ────────  ─────────────────  ────  ────────  ───────  ──────────────────────────
    error     credit-decreased     28  0b6e2f1a  2022-05  CreditAmount fell from
                                                          1,776.60 in 2022-04 to
                                                          1,656.35, by 120.25 EUR;
                                                          ask Microsoft what was
                                                          taken back
    warning   missing-month        45  91d04c6f  2022-06  no row for 2022-06, which
                                                          other credits have; the
                                                          credit given in 2022-07
                                                          covers 2 months
    warning   limit-changed        51  2f94c7d8  2022-08  the limit rose from
                                                          5,000.00 in 2022-07 to
                                                          8,000.00, by 3,000.00 USD:
                                                          a top-up
    warning   used-outside-term    68  58a1e3b0  2022-10  12.60 EUR was given in
                                                          2022-10, after the credit
                                                          expired on 2022-09-30; use
                                                          of its last days may have
                                                          been invoiced late
    warning   forfeited            68  58a1e3b0  2022-10  1,564.80 EUR expired
                                                          unused; count on it no
                                                          longer
    note      provisional-month                  2022-12  2022-12 is the last month
                                                          of the newest download;
                                                          its figures are final only
                                                          if that was downloaded
                                                          after the month's invoice
                                                          was out
    note      unknown-opening       2  0b6e2f1a  2022-01  4,210.35 USD was used by
                                                          the first month given; the
                                                          whole report of 2021-12
                                                          tells how much of it in
                                                          2022-01
    not shown for width: File, Agreement, Currency, Amount (widen the terminal, or
    use -f csv)
    ");
}

#[test]
fn diff() {
    insta::assert_snapshot!(tables(&ORDINARY, "diff fixtures/restatement-old.csv fixtures/restatement-new.csv"), @"
    80:
    Change: restated; Customer ID: 0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341
    Agreement: 1e5d80c3-7a42-4f96-b08c-d3a9e4172b65; Currency: USD; Month: 2022-07
    Field          Old     New     Difference
    ─────────────  ──────  ──────  ──────────
    CreditAmount   500.00  450.00      -50.00
    BalanceAmount  500.00  550.00       50.00
    ");
}

#[test]
fn reconcile() {
    insta::assert_snapshot!(tables(&ALL[..3], "reconcile fixtures/aco-balance.csv --invoice fixtures/invoice/2022-07.csv --as-of 2022-12-15"), @"
    60:
    Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07
    Month: 2022-07
    Customer          Currency     Given  Invoiced  Result
    ────────────────  ────────  ────────  ────────  ──────────
    Contoso Ltd       EUR         467.90    467.90  matched
    Contoso Ltd       USD         430.00    429.00  mismatched
    Fabrikam GmbH     USD         715.25    715.25  matched
    Adventure Works   EUR         155.05            not-
                                                    comparable
    Adventure Works   USD         168.30            mismatched
    Wingtip Toys KK   JPY        214,930   110,000  unknown
    Northwind Trade…  JPY         58,925    58,925  matched
    Tailspin Toys     EUR                    25.00  invoice-
                                                    only
    Woodgrove Bank    USD         298.35            balance-
                                                    only
    ────────────────  ────────  ────────  ────────  ──────────
    total             EUR         622.95    492.90
    total             JPY        273,855   168,925
    total             USD       1,611.90  1,144.25
    totals of Difference leave out rows that have none
    not shown for width: Difference, Invoice lines, Customer ID
    (widen the terminal, or use -f csv)

    80:
    Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07; Month: 2022-07
    Customer              Currency     Given  Invoiced  Difference  Result
    ────────────────────  ────────  ────────  ────────  ──────────  ──────────────
    Contoso Ltd           EUR         467.90    467.90        0.00  matched
    Contoso Ltd           USD         430.00    429.00        1.00  mismatched
    Fabrikam GmbH         USD         715.25    715.25        0.00  matched
    Adventure Works       EUR         155.05                        not-comparable
    Adventure Works       USD         168.30                  6.28  mismatched
    Wingtip Toys KK       JPY        214,930   110,000              unknown
    Northwind Traders KK  JPY         58,925    58,925           0  matched
    Tailspin Toys         EUR                    25.00      -25.00  invoice-only
    Woodgrove Bank        USD         298.35                298.35  balance-only
    ────────────────────  ────────  ────────  ────────  ──────────  ──────────────
    total                 EUR         622.95    492.90      -25.00
    total                 JPY        273,855   168,925           0
    total                 USD       1,611.90  1,144.25      305.63
    totals of Difference leave out rows that have none
    not shown for width: Invoice lines, Customer ID (widen the terminal, or use -f
    csv)

    120:
              Customer                                                                                           Invoice
    Partner   ID        Customer              Currency  Month       Given  Invoiced  Difference  Result            lines
    ────────  ────────  ────────────────────  ────────  ───────  ────────  ────────  ──────────  ──────────────  ───────
    7c1d9b52  0b6e2f1a  Contoso Ltd           EUR       2022-07    467.90    467.90        0.00  matched               3
    7c1d9b52  0b6e2f1a  Contoso Ltd           USD       2022-07    430.00    429.00        1.00  mismatched            1
    7c1d9b52  2f94c7d8  Fabrikam GmbH         USD       2022-07    715.25    715.25        0.00  matched               2
    7c1d9b52  58a1e3b0  Adventure Works       EUR       2022-07    155.05                        not-comparable        1
    7c1d9b52  58a1e3b0  Adventure Works       USD       2022-07    168.30                  6.28  mismatched            0
    7c1d9b52  91d04c6f  Wingtip Toys KK       JPY       2022-07   214,930   110,000              unknown               1
    7c1d9b52  c3b75e92  Northwind Traders KK  JPY       2022-07    58,925    58,925           0  matched               1
    7c1d9b52  d4a90b67  Tailspin Toys         EUR       2022-07               25.00      -25.00  invoice-only          1
    7c1d9b52  e8f2a406  Woodgrove Bank        USD       2022-07    298.35                298.35  balance-only          0
    ────────  ────────  ────────────────────  ────────  ───────  ────────  ────────  ──────────  ──────────────  ───────
    total                                     EUR       2022-07    622.95    492.90      -25.00                        5
    total                                     JPY       2022-07   273,855   168,925           0                        2
    total                                     USD       2022-07  1,611.90  1,144.25      305.63                        3
    totals of Difference leave out rows that have none
    ");
}

#[test]
fn inspect() {
    insta::assert_snapshot!(tables(&ORDINARY, "inspect fixtures/documented-example.csv"), @"
    80:
    File: fixtures/documented-example.csv
    Property        Value
    ──────────────  ────────────────────────────────────────────────
    Container       none
    Encoding        utf-8
    Separator       comma
    HeaderLine      1
    DecimalMark     no value depends on it
    DateOrder       mdy, settled by '6/30/2023' (line 2, ExpiryDate)
    PartnerID       PartnerID
    CustomerID      CustomerID
    InvoiceMonth    InvoiceMonth
    CreditName      CreditName
    CreditAmount    CreditAmount
    Status          Status
    BalanceAmount   BalanceAmount
    CurrencyCode    CurrencyCode
    AgreementID     AgreementID
    EffectiveDate   EffectiveDate
    ExpiryDate      ExpiryDate
    IgnoredColumns
    Rows            2
    FirstMonth      2022-07
    LastMonth       2022-08
    Months          2
    Credits         1
    Customers       1
    Currencies      USD
    Statuses        Active
    UnreadableRows  0
    ");
}

#[test]
fn a_pipe_without_columns_is_a_hundred_wide() {
    let output = program().args(["given", "fixtures/aco-balance.csv", "-qf", "table"]).output().unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    let widest = table.lines().map(|line| line.chars().count()).max().unwrap();
    assert!((80..=100).contains(&widest), "{table}");
}

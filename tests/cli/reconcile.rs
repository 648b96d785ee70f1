//! Credit given against the credit lines of invoices.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;

use super::context::{HEADER, aco, aco_on, on_terminal, program, reconciled_by_python, snapshot};
use super::{generated_invoice, generated_report};

const JULY: &str = "reconcile fixtures/aco-balance.csv --as-of 2022-12-15 --invoice fixtures/invoice/2022-07.csv";
const LINES: &str = "CustomerId,InvoiceNumber,ProductId,ChargeType,ChargeStartDate,Subtotal,Currency,PricingCurrency,EffectiveUnitPrice,BillableQuantity,CreditReasonCode\n";
const EDITIONS: &str = "reconcile fixtures/invoice/balance-editions.csv --as-of 2025-03-01 --invoice fixtures/invoice";

#[test]
fn a_month_with_every_result() {
    snapshot!(aco(JULY), @"
    exit code: 1
    PartnerID,CustomerID,CustomerName,CurrencyCode,InvoiceMonth,CreditGiven,CreditApplied,Difference,Result,Lines
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,Contoso Ltd,EUR,2022-07,467.90,467.90,0.00,matched,3
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,Contoso Ltd,USD,2022-07,430.00,429.00,1.00,mismatched,1
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,2f94c7d8-1b3e-4a60-b5c9-7d08e6a3f512,Fabrikam GmbH,USD,2022-07,715.25,715.25,0.00,matched,2
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,58a1e3b0-c7f2-4e19-96d4-0f3b7a82c6e5,Adventure Works,EUR,2022-07,155.05,,,not-comparable,1
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,58a1e3b0-c7f2-4e19-96d4-0f3b7a82c6e5,Adventure Works,USD,2022-07,168.30,,6.28,mismatched,0
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,91d04c6f-2e85-4b7a-a3f1-c8e57b190d24,Wingtip Toys KK,JPY,2022-07,214930,110000,,unknown,1
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,c3b75e92-60fd-4178-8e2b-94a1d6f03c58,Northwind Traders KK,JPY,2022-07,58925,58925,0,matched,1
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,d4a90b67-3c15-4f82-a6e8-51b7c2093e4d,Tailspin Toys,EUR,2022-07,,25.00,-25.00,invoice-only,1
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,e8f2a406-d51b-4c93-b7e0-1a6c4f39d870,Woodgrove Bank,USD,2022-07,298.35,,298.35,balance-only,0
    --- stderr
    note: not counted: 12.00 EUR of credit for `Service Level Agreement` (1 line)
    note: left out, because no invoice covers it: 2022-01 to 2022-06 and 2022-08 to 2022-12
    warning: not comparable: customer Adventure Works in 2022-07: lines apply 155.05 EUR, priced in USD; credit in EUR and USD
    warning: 1 row unknown (214,930 JPY given and 110,000 JPY applied): the invoice of 2022-06 is missing, and one amount of the report covers it and later months
    hint: add the invoice of 2022-06
    note: 3 matched, 2 mismatched, 1 balance-only, 1 invoice-only, 1 unknown and 1 not-comparable
    ");
}

#[test]
fn a_european_spelling_says_the_same() {
    let european = aco(&JULY.replace("2022-07.csv", "2022-07-european.csv"));
    let plain = aco(JULY);
    assert_eq!((european.code, european.stdout, european.stderr), (plain.code, plain.stdout, plain.stderr));
}

#[test]
fn a_gap_is_compared_with_all_its_months() {
    let run = aco(&format!("{JULY} fixtures/invoice/2022-06-jpy.csv --customer 91d04c6f"));
    snapshot!(run, @"
    PartnerID,CustomerID,CustomerName,CurrencyCode,InvoiceMonth,CreditGiven,CreditApplied,Difference,Result,Lines
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,91d04c6f-2e85-4b7a-a3f1-c8e57b190d24,Wingtip Toys KK,JPY,2022-07,214930,214930,0,matched,2
    --- stderr
    note: left out, because no invoice covers it: 2022-01 to 2022-05 and 2022-08 to 2022-12
    note: 1 row over several months, because no rows lie between
    note: 1 matched
    ");
}

#[test]
fn a_month_that_is_all_open_is_not_compared() {
    let july = JULY.replace("2022-12-15", "2022-07-20");
    snapshot!(aco(&format!("{july} --only mismatched --only open --customer 0b6e2f1a")), @"
    exit code: 1
    PartnerID,CustomerID,CustomerName,CurrencyCode,InvoiceMonth,CreditGiven,CreditApplied,Difference,Result,Lines
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,Contoso Ltd,EUR,2022-07,467.90,467.90,0.00,open,3
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,Contoso Ltd,USD,2022-07,430.00,429.00,1.00,open,1
    --- stderr
    note: --as-of 2022-07-20 leaves out 37 rows of 2022-08 to 2022-12
    note: left out, because no invoice covers it: 2022-01 to 2022-06
    note: 2 open
    warning: nothing was compared: 2 open
    hint: compare open months once their invoices are out
    ");
}

#[test]
fn the_lines_behind_a_row() {
    snapshot!(aco(&format!("{JULY} --only mismatched --only invoice-only --lines -q")), @"
    exit code: 1
    CustomerID,CustomerName,CurrencyCode,InvoiceMonth,Result,InvoiceNumber,ProductName,SubscriptionId,ChargeStartDate,Subtotal,Currency,CreditReasonCode,CreditApplied,File,Line
    0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,Contoso Ltd,USD,2022-07,mismatched,G009912346,Virtual Machines Dv3 Series,5b1f2a90-7d3c-4e68-8f14-5e2c90d7b341,2022-07-01,-429.00,USD,Azure Credit Offer,429.00,fixtures/invoice/2022-07.csv,9
    d4a90b67-3c15-4f82-a6e8-51b7c2093e4d,Tailspin Toys,EUR,2022-07,invoice-only,G009912345,Virtual Machines Dv3 Series,5b1f2a90-7d3c-4e68-8f14-51b7c2093e4d,2022-07-01,-25.00,EUR,Azure Credit,25.00,fixtures/invoice/2022-07.csv,21
    --- stderr
    warning: not comparable: customer Adventure Works in 2022-07: lines apply 155.05 EUR, priced in USD; credit in EUR and USD
    warning: 1 row unknown (214,930 JPY given and 110,000 JPY applied): the invoice of 2022-06 is missing, and one amount of the report covers it and later months
    hint: add the invoice of 2022-06
    ");
}

/// Amounts have the decimals of their currency, which is told once unless a line is billed in another.
#[test]
fn lines_are_of_one_currency_or_of_two() {
    let lines = format!("{JULY} --customer 91d04c6f,0b6e2f1a --lines -q -f table");
    let table = program().args(lines.split(' ')).env("COLUMNS", "100").output().unwrap();
    let table = String::from_utf8(table.stdout).unwrap();
    assert!(table.contains("  110,000\n") && table.contains("429.00") && !table.contains(", Currency"), "{table}");
    let lines = format!("{JULY} --customer 2f94c7d8 --lines -q -f table");
    let table = program().args(lines.split(' ')).env("COLUMNS", "100").output().unwrap();
    assert!(String::from_utf8(table.stdout).unwrap().contains("Billed in"));
}

#[test]
fn other_credits_are_never_dropped_silently() {
    snapshot!(aco(&format!("{JULY} --show-other -q")), @"
    exit code: 1
    CustomerID,CustomerName,CurrencyCode,InvoiceMonth,InvoiceNumber,CreditReasonCode,Amount,Lines
    2f94c7d8-1b3e-4a60-b5c9-7d08e6a3f512,Fabrikam GmbH,EUR,2022-07,G009912345,Service Level Agreement,12.00,1
    --- stderr
    warning: not comparable: customer Adventure Works in 2022-07: lines apply 155.05 EUR, priced in USD; credit in EUR and USD
    warning: 1 row unknown (214,930 JPY given and 110,000 JPY applied): the invoice of 2022-06 is missing, and one amount of the report covers it and later months
    hint: add the invoice of 2022-06
    ");
    for filter in ["--month 2022-06", "--currency USD", "--customer 0b6e2f1a"] {
        let hidden = aco(&format!("{JULY} --show-other -q {filter}"));
        assert_eq!(hidden.stdout.lines().count(), 1, "{hidden}");
    }
    let counted = july(&["--reason", "service level agreement", "--customer", "2f94c7d8", "-q"]);
    let counted = String::from_utf8(counted.stdout).unwrap();
    // Priced: 715.25 and ROUNDDOWN(12.5392 x 1, 2).
    assert!(counted.contains(",715.25,727.78,-12.53,mismatched,3"), "{counted}");
}

#[test]
fn lines_in_two_currencies_belong_to_the_credit_that_gave() {
    let rows = |euros: &str, filter: &str| {
        let customer = "7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,2f94c7d8-1b3e-4a60-b5c9-7d08e6a3f512";
        let text = format!(
            "{HEADER}{customer},2022-06,ACO,0.00,Active,1000.00,USD,a,6/1/2022,5/31/2023\n\
             {customer},2022-07,ACO,715.25,Active,284.75,USD,a,6/1/2022,5/31/2023\n\
             {customer},2022-06,ACO,100.00,Active,900.00,EUR,b,6/1/2022,5/31/2023\n\
             {customer},2022-07,ACO,{euros},Active,800.00,EUR,b,6/1/2022,5/31/2023\n"
        );
        let line = "reconcile - --invoice fixtures/invoice/2022-07.csv --as-of 2022-12-15 --customer 2f94c7d8 -q";
        let run = aco_on(&format!("{line} {filter}"), text.as_bytes());
        let rows: Vec<String> =
            run.stdout.lines().skip(1).map(|row| row.splitn(4, ',').nth(3).unwrap().into()).collect();
        rows
    };
    assert_eq!(rows("100.00", ""), ["USD,2022-07,715.25,715.25,0.00,matched,2"]);
    let all = rows("100.00", "--all");
    assert_eq!(all, ["EUR,2022-07,0.00,,0.00,matched,0", "USD,2022-07,715.25,715.25,0.00,matched,2"]);
    // Both gave: nobody can tell which of the two the lines belong to.
    assert_eq!(rows("110.00", ""), ["EUR,2022-07,10.00,,,not-comparable,2", "USD,2022-07,715.25,,,not-comparable,0"]);
    assert_eq!(rows("110.00", "--currency USD"), ["USD,2022-07,715.25,,,not-comparable,0"]);
}

#[test]
fn tolerance_and_amount() {
    let row = |flags: &str| {
        let run = aco(&format!("{JULY} -q --customer 0b6e2f1a --currency USD {flags}"));
        (run.code, run.stdout.lines().nth(1).unwrap().split(',').nth(8).unwrap().to_owned())
    };
    assert_eq!(row(""), (Some(1), "mismatched".to_owned()));
    assert_eq!(row("--tolerance 0.99"), (Some(1), "mismatched".to_owned()));
    assert_eq!(row("--tolerance 1"), (Some(0), "matched".to_owned()));
    let total = aco(&format!("{EDITIONS}/2025-01.csv -q --amount total"));
    assert!(total.stdout.contains(",12.34,14.68,-2.34,mismatched,1"), "{total}");
}

#[test]
fn the_month_of_an_invoice_can_be_said() {
    let said = aco(&format!("{EDITIONS}/2020-09-41-columns.csv --invoice-month g002297372=2020-08"));
    snapshot!(said, @"
    exit code: 1
    PartnerID,CustomerID,CustomerName,CurrencyCode,InvoiceMonth,CreditGiven,CreditApplied,Difference,Result,Lines
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,2f94c7d8-1b3e-4a60-b5c9-7d08e6a3f512,Fabrikam GmbH,EUR,2020-08,50.00,19.59,30.41,mismatched,1
    --- stderr
    note: left out, because no invoice covers it: 2020-09 and 2025-01
    note: 1 mismatched
    ");
    snapshot!(aco(&format!("{EDITIONS}/2020-09-41-columns.csv --invoice-month G1=2020-08")), @"
    exit code: 2
    --- stderr
    error: --invoice-month: no line has the InvoiceNumber `G1`
    ");
}

#[test]
fn every_edition_is_read_alike() {
    let rows = |file: &str| aco(&format!("{EDITIONS}/{file} -q"));
    let september = rows("2020-09-41-columns.csv");
    assert!(september.stdout.contains(",2020-09,19.59,19.59,0.00,matched,1"), "{september}");
    for file in ["2020-09.jsonl", "2020-09-pascal.jsonl"] {
        let run = rows(file);
        assert_eq!((run.code, run.stdout), (Some(0), september.stdout.clone()), "{file}");
    }
    let oldest =
        program().args(format!("{EDITIONS}/2020-09-40-columns.csv -q --reason").split(' ')).arg("").output().unwrap();
    assert_eq!(String::from_utf8(oldest.stdout).unwrap(), september.stdout);
    assert!(rows("2025-01.csv").stdout.contains(",2025-01,12.34,12.34,0.00,matched,1"));
    snapshot!(aco(&format!("{EDITIONS}/2020-09-40-columns.csv")), @"
    exit code: 1
    PartnerID,CustomerID,CustomerName,CurrencyCode,InvoiceMonth,CreditGiven,CreditApplied,Difference,Result,Lines
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,2f94c7d8-1b3e-4a60-b5c9-7d08e6a3f512,Fabrikam GmbH,EUR,2020-09,19.59,,19.59,balance-only,0
    --- stderr
    warning: no column CreditReasonCode, so Azure credit cannot be told from other credits: fixtures/invoice/2020-09-40-columns.csv
    hint: --reason '' counts all of its credits
    note: not counted: 19.59 EUR of credit without a reason (1 line)
    note: left out, because no invoice covers it: 2020-08 and 2025-01
    note: 1 balance-only
    ");
    snapshot!(aco(&format!("{EDITIONS}/2020-09-usage.csv")), @"
    PartnerID,CustomerID,CustomerName,CurrencyCode,InvoiceMonth,CreditGiven,CreditApplied,Difference,Result,Lines
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,2f94c7d8-1b3e-4a60-b5c9-7d08e6a3f512,Fabrikam GmbH,EUR,2020-09,19.59,19.590,0.000,matched,2
    --- stderr
    note: daily rated usage is a breakdown that lacks credits calculated at the period's end: fixtures/invoice/2020-09-usage.csv
    hint: the invoice reconciliation file is what counts
    note: left out, because no invoice covers it: 2020-08 and 2025-01
    note: 1 matched
    ");
}

#[test]
fn one_invoice_told_twice_counts_once() {
    let files =
        ["41-columns.csv", "41-columns.csv", "usage.csv"].map(|file| format!("fixtures/invoice/2020-09-{file}"));
    let run = aco(&format!(
        "reconcile fixtures/invoice/balance-editions.csv --as-of 2025-03-01 --invoice {}",
        files.join(" ")
    ));
    snapshot!(run, @"
    PartnerID,CustomerID,CustomerName,CurrencyCode,InvoiceMonth,CreditGiven,CreditApplied,Difference,Result,Lines
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,2f94c7d8-1b3e-4a60-b5c9-7d08e6a3f512,Fabrikam GmbH,EUR,2020-09,19.59,19.59,0.00,matched,1
    --- stderr
    note: daily rated usage is a breakdown that lacks credits calculated at the period's end: fixtures/invoice/2020-09-usage.csv
    hint: the invoice reconciliation file is what counts
    note: left out, because no invoice covers it: 2020-08 and 2025-01
    note: fixtures/invoice/2020-09-41-columns.csv is named twice: read once
    and 1 more note: -v shows all
    note: 1 matched
    ");
}

#[test]
fn parts_of_one_invoice_all_count() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, lines: &[&str]| {
        let path = folder.path().join(name);
        fs::write(&path, format!("{LINES}{}\n", lines.join("\n"))).unwrap();
        path
    };
    let first = file("first.csv", &["c,G1,P,customerCredit,7/31/2022,-60.00,USD,USD,,,Azure Credit"]);
    let other_product = file("product.csv", &["c,G1,Q,customerCredit,7/31/2022,-60.00,USD,USD,,,Azure Credit"]);
    let other_day = file("day.csv", &["c,G1,P,customerCredit,7/30/2022,-60.00,USD,USD,,,Azure Credit"]);
    let other_spelling = file("again.csv", &["c,G1,p ,customerCredit,2022-07-31,\"-60,00\",usd,USD,,,Azure Credit"]);
    let run = |files: &[&OsStr]| {
        let balance = folder.path().join("balance.csv");
        fs::write(&balance, format!("{HEADER}p,c,2022-07,ACO,120.00,Active,880.00,USD,a,7/1/2022,6/30/2023\n"))
            .unwrap();
        let mut run = program();
        run.args(["reconcile", "-f", "csv", "--as-of", "2022-12-15"]).arg(balance).arg("--invoice").args(files);
        let run = run.output().unwrap();
        let told = String::from_utf8(run.stderr).unwrap().replace(&folder.path().join("").display().to_string(), "");
        (run.status.code(), String::from_utf8(run.stdout).unwrap(), told)
    };
    let applied = |files: &[&PathBuf]| {
        let (_, rows, told) = run(&files.iter().map(|file| file.as_os_str()).collect::<Vec<_>>());
        (rows.lines().nth(1).unwrap_or_else(|| panic!("{told}")).to_owned(), told)
    };
    let (row, told) = applied(&[&first, &other_product]);
    assert_eq!(row, "p,c,USD,2022-07,120.00,120.00,0.00,matched,2");
    insta::assert_snapshot!(told, @"
    note: invoice G1 has other credit lines in first.csv and product.csv: all count
    hint: right for the parts of one invoice; if one is a newer download, name only that
    note: 1 matched
    ");
    assert_eq!(applied(&[&first, &other_day]).0, "p,c,USD,2022-07,120.00,120.00,0.00,matched,2");
    let both = file(
        "both.csv",
        &[
            "c,G1,Q,customerCredit,7/31/2022,-60.00,USD,USD,,,Azure Credit",
            "c,G1,P,customerCredit,7/31/2022,-60.00,USD,USD,,,Azure Credit",
        ],
    );
    let (row, told) = applied(&[&first, &both, &other_product]);
    assert_eq!(row, "p,c,USD,2022-07,120.00,120.00,0.00,matched,2");
    insta::assert_snapshot!(told, @"
    note: invoice G1: both.csv has all credit lines of first.csv and more, so it counts alone
    note: invoice G1: both.csv has all credit lines of product.csv and more, so it counts alone
    note: 1 matched
    ");
    assert_eq!(applied(&[&both, &other_product, &first]).0, row);
    let (row, told) = applied(&[&first, &other_spelling]);
    assert_eq!(row, "p,c,USD,2022-07,120.00,60.00,60.00,mismatched,1");
    assert!(told.starts_with("note: invoice G1 is the same in first.csv and again.csv: counted once\n"), "{told}");
    let other_case = file("case.csv", &["c, g1,P,customerCredit,7/31/2022,-60.00,USD,USD,,,Azure Credit"]);
    assert_eq!(applied(&[&first, &other_case]).0, row);
    let torn = file(
        "torn.csv",
        &[
            "c,G1,P,customerCredit,7/30/2022,-60.00,USD,USD,,,Azure Credit",
            "c,G1,P,customerCredit,7/31/2022,-60.00,USD,USD,,,Azure Credit",
        ],
    );
    let (code, rows, told) = run(&[both.as_os_str(), torn.as_os_str()]);
    assert_eq!((code, rows.as_str()), (Some(2), ""));
    insta::assert_snapshot!(told, @"
    error: invoice G1: both.csv and torn.csv share some credit lines, and each has others of its own
    hint: leave out the one that does not count, or say with --parts that both do, as parts of one invoice
    ");
    // That they are parts has to be said. What is the same in all lines is no part.
    let parts = |files: &[&PathBuf]| {
        let mut files: Vec<&OsStr> = files.iter().map(|file| file.as_os_str()).collect();
        files.push(OsStr::new("--parts"));
        run(&files).1.lines().nth(1).unwrap().to_owned()
    };
    assert_eq!(parts(&[&both, &torn]), "p,c,USD,2022-07,120.00,240.00,-120.00,mismatched,4");
    assert_eq!(parts(&[&first, &torn]), "p,c,USD,2022-07,120.00,180.00,-60.00,mismatched,3");
    assert_eq!(parts(&[&first, &other_product]), "p,c,USD,2022-07,120.00,120.00,0.00,matched,2");
    assert_eq!(parts(&[&first, &other_spelling]), "p,c,USD,2022-07,120.00,60.00,60.00,mismatched,1");
    assert_eq!(parts(&[&first, &both, &torn]), "p,c,USD,2022-07,120.00,300.00,-180.00,mismatched,5");
    // A line that stands twice in one file is two lines.
    let twice = file("twice.csv", &["c,G1,P,customerCredit,7/31/2022,-60.00,USD,USD,,,Azure Credit"; 2]);
    assert_eq!(applied(&[&first, &twice]).0, "p,c,USD,2022-07,120.00,120.00,0.00,matched,2");
}

/// A balance report of customer `c`: rows of month, CreditAmount and currency, of a credit since 2022-01 for each.
fn report(rows: &[(&str, &str, &str)]) -> String {
    let row = |(month, amount, currency): &(&str, &str, &str)| {
        format!("p,c,{month},ACO,{amount},Active,1000.00,{currency},agreement-{currency},1/1/2022,12/31/2022\n")
    };
    HEADER.to_owned() + &rows.iter().map(row).collect::<String>()
}

/// Reconciles a balance report with the lines of one invoice a month: month, ProductId, Subtotal and currency.
fn reconciled(report: &str, lines: &[(u8, &str, &str, &str)], flags: &str) -> super::context::Run {
    let line = |(month, product, subtotal, currency): &(u8, &str, &str, &str)| {
        format!("c,G{month},{product},customerCredit,{month}/1/2022,{subtotal},{currency},{currency},,,Azure Credit\n")
    };
    let folder = tempfile::tempdir().unwrap();
    let invoice = folder.path().join("invoice.csv");
    fs::write(&invoice, LINES.to_owned() + &lines.iter().map(line).collect::<String>()).unwrap();
    let mut run = aco_on(&format!("reconcile - {flags} --invoice {}", invoice.display()), report.as_bytes());
    run.stderr = run.stderr.replace(&folder.path().join("").display().to_string(), "");
    run
}

fn rows(run: &super::context::Run) -> Vec<&str> {
    run.stdout.lines().skip(1).collect()
}

#[test]
fn a_row_after_a_gap_is_compared_over_all_its_months_whether_it_matches_or_not() {
    let report = report(&[("2022-01", "100.00", "USD"), ("2022-03", "600.00", "USD")]);
    let january = (1, "P", "-100.00", "USD");
    let run = reconciled(&report, &[january, (2, "P", "-200.00", "USD"), (3, "P", "-299.00", "USD")], "");
    let january_row = "p,c,USD,2022-01,100.00,100.00,0.00,matched,1";
    assert_eq!(rows(&run), [january_row, "p,c,USD,2022-03,500.00,499.00,1.00,mismatched,2"], "{run}");
    let lines = [january, (2, "P", "-60.00", "USD"), (3, "P", "-440.00", "USD")];
    let run = reconciled(&report, &lines, "--tolerance 100");
    assert_eq!(rows(&run), [january_row, "p,c,USD,2022-03,500.00,500.00,0.00,matched,2"], "{run}");
    // The months in between are not all invoiced: nobody can tell, even if what there is agrees.
    let run = reconciled(&report, &[january, (3, "P", "-500.00", "USD")], "");
    assert_eq!(rows(&run), [january_row, "p,c,USD,2022-03,500.00,500.00,,unknown,1"], "{run}");
    insta::assert_snapshot!(run.stderr, @"
    note: invoice.csv: dates such as '3/1/2022' (line 3, ChargeStartDate) were read month first, as Microsoft writes them
    hint: if the day comes first, say so with --date-order dmy
    warning: 1 row unknown (500.00 USD given and 500.00 USD applied): the invoice of 2022-02 is missing, and one amount of the report covers it and later months
    hint: add the invoice of 2022-02
    note: 1 matched and 1 unknown
    ");
    let run = reconciled(&report, &[january, (2, "P", "-500.00", "USD")], "");
    assert_eq!(rows(&run), [january_row, "p,c,USD,2022-03,500.00,500.00,,unknown,1"], "{run}");
}

/// A row of an open month, or of one that is not shown, hides nothing that the lines of a month before it differ by whatever
/// it says; and what it may explain it explains.
#[test]
fn a_row_that_is_not_judged_hides_no_difference_of_a_month_that_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (balance, invoice) = (path("balance.csv"), path("invoice.csv"));
    let others = "p,z,2022-01,ACO,0.00,Active,9.00,USD,z,1/1/2022,12/31/2022\n\
        p,z,2022-02,ACO,7.00,Active,2.00,USD,z,1/1/2022,12/31/2022\n";
    let gap = report(&[("2022-01", "100.00", "USD"), ("2022-03", "250.00", "USD")]) + others;
    let late = "p,c,2022-03,ACO,250.00,Active,9.00,USD,b,2/1/2022,12/31/2022\n";
    let of_another = format!("{}{others}{late}", report(&[("2022-01", "100.00", "USD"), ("2022-02", "130.00", "USD")]));
    let with_march = |text: &str, february: &str, march: &str, flags: &str| {
        let line = |customer: &str, month: u8, amount: &str| {
            format!("{customer},G{month},{month},customerCredit,{month}/1/2022,-{amount},USD,USD,,,Azure Credit\n")
        };
        let lines = line("c", 1, "100.00") + &line("c", 2, february) + &line("z", 2, "7.00");
        let lines = if march.is_empty() { lines } else { lines + &line("c", 3, march).replace("--", "") };
        fs::write(&balance, text).unwrap();
        fs::write(&invoice, LINES.to_owned() + &lines).unwrap();
        let run = aco(&format!("reconcile {balance} --invoice {invoice} --customer c -q {flags}"));
        let code = aco(&format!("check {balance} --invoice {invoice} -q {flags}")).code;
        let of_c = |row: &&str| row.strip_prefix("p,c,USD,2022-").map(str::to_owned);
        (rows(&run).iter().filter_map(of_c).collect::<Vec<_>>(), run.code.unwrap(), code.unwrap())
    };
    let run = |text: &str, february: &str, flags: &str| with_march(text, february, "", flags);
    let january = "01,100.00,100.00,0.00,matched,1";
    let (open, closed, month) = ("--as-of 2022-03-10", "--as-of 2022-03-10 --closed", "--month 2022-02");
    // More than was given by March, too.
    let beyond = "02,,400.00,-250.00,mismatched,1";
    let rest = "03,150.00,,,open,0";
    assert_eq!(run(&gap, "400.00", open), (vec![january.into(), beyond.into(), rest.into()], 1, 1));
    assert_eq!(run(&gap, "400.00", closed), (vec![january.into(), beyond.into()], 1, 1));
    assert_eq!(run(&gap, "400.00", month), (vec![beyond.into()], 1, 1));
    // What February used up is not there for March; and what March takes back leaves nothing.
    let rest = "03,150.00,100.00,-100.00,open,1";
    let found = vec![january.into(), beyond.into(), rest.into()];
    assert_eq!(with_march(&gap, "400.00", "100.00", open), (found, 1, 1));
    // What a credit of March alone was given explains nothing of February, though the sum agrees by chance.
    let of_march = gap.clone() + "p,c,2022-03,ACO,250.00,Active,9.00,USD,n,3/1/2022,12/31/2022\n";
    assert_eq!(run(&of_march, "400.00", closed), (vec![january.into(), beyond.into()], 1, 1));
    let found = vec![january.into(), "03,150.00,150.00,0.00,open,2".into()];
    assert_eq!(with_march(&gap, "190.00", "-40.00", open), (found, 1, 0));
    // What the later row may explain; its own lines are still to come.
    assert_eq!(run(&gap, "49.00", open), (vec![january.into(), "03,150.00,49.00,,open,1".into()], 1, 0));
    assert_eq!(run(&gap, "150.00", closed), (vec![january.into()], 0, 0));
    assert_eq!(run(&gap, "150.00", month), (vec![], 1, 0));
    // Another credit, whose first row is of March, does not explain what was given in February and not applied.
    let known = "02,30.00,0.00,30.00,mismatched,1";
    let rest = "03,250.00,,,open,0";
    assert_eq!(run(&of_another, "0.00", open), (vec![january.into(), known.into(), rest.into()], 1, 1));
    assert_eq!(run(&of_another, "280.00", closed), (vec![january.into()], 0, 0));
    assert_eq!(run(&of_another, "281.00", closed).1, 1);
    for (rows, february) in [(&gap, "400.00"), (&gap, "150.00"), (&of_another, "0.00"), (&of_another, "281.00")] {
        let _ = run(rows, february, open);
        let Some(python) = reconciled_by_python(&[&balance, &invoice, "--as-of", "2022-03"]) else { return };
        let ours = aco(&format!("reconcile {balance} --invoice {invoice} -q {open}")).stdout;
        let results = |text: &str, at: usize| -> Vec<String> {
            let cells = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
            let rows = cells.filter(|cells| cells[0] == "p");
            let mut rows: Vec<String> = rows.map(|cells| [cells[1], cells[2], cells[3], cells[at]].join(",")).collect();
            rows.sort();
            rows
        };
        assert_eq!(results(&ours, 7), results(&python, 6), "{february}");
    }
}

#[test]
fn amounts_that_share_a_month_are_compared_as_one() {
    let of_march = report(&[("2022-01", "100.00", "USD"), ("2022-03", "600.00", "USD")]);
    let other = "p,c,2022-01,ACO,0.00,Active,9.00,USD,b,1/1/2022,12/31/2022\n\
        p,c,2022-02,ACO,50.00,Active,9.00,USD,b,1/1/2022,12/31/2022\n\
        p,c,2022-03,ACO,80.00,Active,9.00,USD,b,1/1/2022,12/31/2022\n";
    let lines = [(1, "P", "-100.00", "USD"), (2, "P", "-300.00", "USD"), (3, "P", "-279.00", "USD")];
    let run = reconciled(&(of_march + other), &lines, "");
    let expected = ["p,c,USD,2022-01,100.00,100.00,0.00,matched,1", "p,c,USD,2022-03,580.00,579.00,1.00,mismatched,2"];
    assert_eq!(rows(&run), expected, "{run}");
}

#[test]
fn a_stray_line_in_another_currency_is_a_row_of_its_own() {
    let euros = report(&[("2022-01", "200.00", "EUR")]);
    let run = reconciled(&euros, &[(1, "P", "-150.00", "EUR"), (1, "P", "-7.00", "USD")], "");
    let expected = ["p,c,EUR,2022-01,200.00,150.00,50.00,mismatched,1", "p,c,USD,2022-01,,7.00,-7.00,invoice-only,1"];
    assert_eq!((run.code, rows(&run)), (Some(1), expected.to_vec()), "{run}");
    // Nor does it hide that nothing applied what was given.
    let run = reconciled(&euros, &[(1, "P", "-0.01", "USD")], "");
    let expected = ["p,c,EUR,2022-01,200.00,,200.00,balance-only,0", "p,c,USD,2022-01,,0.01,-0.01,matched,1"];
    assert_eq!((run.code, rows(&run)), (Some(1), expected.to_vec()), "{run}");
}

#[test]
fn a_row_of_totals_is_never_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let invoice = folder.path().join("invoice.csv");
    let credit = "c,G1,P,customerCredit,1/1/2022,-5.00,USD,USD,,,Azure Credit\n";
    let totals = ",,,,,-5.00,,,,,\n";
    let run = |text: String| {
        fs::write(&invoice, LINES.to_owned() + &text).unwrap();
        let line = format!("reconcile - --as-of 2022-12-15 --invoice {}", invoice.display());
        let run = aco_on(&line, report(&[("2022-01", "5.00", "USD")]).as_bytes());
        (run.code, run.stderr.replace(&folder.path().join("").display().to_string(), ""))
    };
    let (code, told) = run(format!("{credit}{totals}"));
    assert_eq!(code, Some(0));
    insta::assert_snapshot!(told, @"
    note: invoice.csv:3: left out a line of totals: '-5.00'
    note: 1 matched
    ");
    let (code, told) = run(format!("{totals}{credit},,,,,,,,,,\n"));
    assert_eq!(code, Some(2));
    insta::assert_snapshot!(told, @"
    invoice.csv:2: '-5.00': expected a line of the invoice: this looks like totals, but lines follow it
    error: 1 row cannot be read
    hint: correct them, or leave them out with --skip-invalid
    ");
}

#[test]
fn amounts_of_opposite_signs_break_a_rule() {
    let folder = tempfile::tempdir().unwrap();
    let invoice = folder.path().join("invoice.csv");
    let line = |subtotal, price, quantity| {
        format!("c,G1,P,customerCredit,1/1/2022,{subtotal},EUR,USD,{price},{quantity},Azure Credit\n")
    };
    let lines = [
        line("-5.00", "-6.00", "1"),
        line("-5.00", "6.00", "1"),
        line("-5.00", "6.00", "-1"),
        line("0.00", "6.00", "1"),
    ];
    fs::write(&invoice, LINES.to_owned() + &lines.concat()).unwrap();
    let line = format!("reconcile - -q --findings --as-of 2022-12-15 --invoice {}", invoice.display());
    let run = aco_on(&line, report(&[("2022-01", "5.00", "EUR")]).as_bytes());
    let found: Vec<_> = run.stdout.lines().filter(|line| line.contains("wrong-sign")).collect();
    assert_eq!(found.len(), 1, "{run}");
    let said = "wrong-sign,c,G1,Subtotal is -5.00 and EffectiveUnitPrice is 6.00: expected both with the same sign";
    assert!(found[0].contains(",3,") && found[0].ends_with(said), "{run}");
}

#[test]
fn only_decides_the_exit_code_and_says_what_it_hides() {
    let report = report(&[("2022-01", "5.00", "USD"), ("2022-02", "9.00", "USD")]);
    let lines = [(1, "P", "-5.00", "USD"), (2, "P", "-3.00", "USD")];
    assert_eq!(reconciled(&report, &lines, "").code, Some(1));
    let run = reconciled(&report, &lines, "--only matched");
    assert_eq!((run.code, rows(&run).len()), (Some(0), 1), "{run}");
    insta::assert_snapshot!(run.stderr, @"
    note: invoice.csv: dates such as '2/1/2022' (line 3, ChargeStartDate) were read month first, as Microsoft writes them
    hint: if the day comes first, say so with --date-order dmy
    note: 1 matched and 1 mismatched
    note: hidden by --only, and not in the exit code: 1 mismatched
    ");
}

#[test]
fn daily_usage_has_one_type_of_credit() {
    let folder = tempfile::tempdir().unwrap();
    let usage = folder.path().join("usage.csv");
    let lines = "CustomerId,InvoiceNumber,ChargeStartDate,UsageDate,BillingPreTaxTotal,BillingCurrency,PricingPreTaxTotal,PricingCurrency,PartnerEarnedCreditPercentage,CreditPercentage,CreditType\n\
        c,G1,01/01/2022,01/02/2022,5.00,USD,5.00,USD,0,100,Azure Credit Applied\n\
        ,G1,01/01/2022,01/02/2022,43461.46,USD,43461.46,USD,15,15,Partner Earned Credit Applied\n\
        c,G1,01/01/2022,01/02/2022,7.10833E-05,USD,7.10833E-05,USD,,,Credit Not Applied\n\
        c,G1,01/01/2022,01/03/2022,2.00,USD,2.00,USD,,,Loyalty Credit Applied\n\
        c,G1,01/01/2022,01/03/2022,1.00,USD,1.00,USD,15.00,100,Azure Credit Applied\n";
    let run = |text: &str| {
        fs::write(&usage, text).unwrap();
        let line = format!("reconcile - --as-of 2022-12-15 --invoice {}", usage.display());
        let run = aco_on(&line, report(&[("2022-01", "6.00", "USD")]).as_bytes());
        format!("{run}").replace(&folder.path().join("").display().to_string(), "")
    };
    insta::assert_snapshot!(run(lines), @"
    PartnerID,CustomerID,CurrencyCode,InvoiceMonth,CreditGiven,CreditApplied,Difference,Result,Lines
    p,c,USD,2022-01,6.00,6.00,0.00,matched,2
    --- stderr
    note: daily rated usage is a breakdown that lacks credits calculated at the period's end: usage.csv
    hint: the invoice reconciliation file is what counts
    note: not counted: 2.00 USD of credit for `Loyalty Credit Applied` (1 line)
    note: 1 matched
    warning: usage.csv:6: both-credits: PartnerEarnedCreditPercentage is 15.00 where Azure credit was applied
    ");
    let without = lines.replace("PartnerEarnedCreditPercentage", "Unused");
    insta::assert_snapshot!(run(&without), @"
    PartnerID,CustomerID,CurrencyCode,InvoiceMonth,CreditGiven,CreditApplied,Difference,Result,Lines
    p,c,USD,2022-01,6.00,6.00,0.00,matched,2
    --- stderr
    note: daily rated usage is a breakdown that lacks credits calculated at the period's end: usage.csv
    hint: the invoice reconciliation file is what counts
    note: not counted: 2.00 USD of credit for `Loyalty Credit Applied` (1 line)
    note: no PartnerEarnedCreditPercentage, so it was not checked that no usage has both credits: usage.csv
    note: 1 matched
    ");
}

#[test]
fn no_false_green() {
    let january = report(&[("2022-01", "5.00", "USD")]);
    let run = reconciled(&january, &[(3, "P", "-5.00", "USD")], "");
    assert_eq!((run.code, rows(&run)), (Some(1), vec!["p,c,USD,2022-03,,5.00,,unknown,1"]), "{run}");
    insta::assert_snapshot!(run.stderr, @"
    note: invoice.csv: dates such as '3/1/2022' (line 2, ChargeStartDate) were read month first, as Microsoft writes them
    hint: if the day comes first, say so with --date-order dmy
    note: left out, because no invoice covers it: 2022-01
    warning: 1 row unknown (5.00 USD applied): the balance report of 2022-03 is missing
    hint: add the balance report of 2022-03
    note: 1 unknown
    warning: nothing was compared because the invoices are of 2022-03 and the balance report has 2022-01
    hint: give the balance report that has 2022-03; if an invoice bills another month, say which with --invoice-month
    ");
    let later = january.replace("2022-01,", "2022-02,");
    let run = reconciled(&later, &[(2, "P", "-5.00", "USD")], "");
    assert_eq!((run.code, rows(&run)), (Some(1), vec!["p,c,USD,2022-02,,5.00,,unknown,1"]), "{run}");
    insta::assert_snapshot!(run.stderr, @"
    note: invoice.csv: dates such as '2/1/2022' (line 2, ChargeStartDate) were read month first, as Microsoft writes them
    hint: if the day comes first, say so with --date-order dmy
    warning: 1 row unknown (5.00 USD applied): the balance report of 2022-01 is missing
    hint: add the balance report of 2022-01
    note: 1 unknown
    warning: nothing was compared: 1 unknown
    hint: add the balance report of 2022-01
    ");
    let run = reconciled(&january, &[(1, "P", "-5.00", "USD")], "--as-of 2022-01-20");
    assert_eq!((run.code, rows(&run)), (Some(1), vec!["p,c,USD,2022-01,5.00,5.00,0.00,open,1"]), "{run}");
    insta::assert_snapshot!(run.stderr, @"
    note: 1 open
    warning: nothing was compared: 1 open
    hint: compare open months once their invoices are out
    ");
}

#[test]
fn strict_counts_what_was_not_compared() {
    let report = report(&[("2022-01", "5.00", "USD"), ("2022-03", "7.00", "USD"), ("2022-04", "8.00", "USD")]);
    let lines = [(1, "P", "-5.00", "USD"), (3, "P", "-2.00", "USD"), (4, "P", "-1.00", "USD")];
    let run = reconciled(&report, &lines, "--as-of 2022-05-09");
    let found = "warning: 1 row unknown (2.00 USD given and 2.00 USD applied): the invoice of 2022-02 is missing";
    assert!(run.code == Some(0) && run.stderr.contains(found), "{run}");
    assert_eq!(reconciled(&report, &lines, "--as-of 2022-05-09 --strict").code, Some(1));
    assert_eq!(reconciled(&report, &lines, "--as-of 2022-05-09 --strict --only matched").code, Some(0));
    // The newest month has to agree.
    assert_eq!(reconciled(&report, &lines[..2], "--as-of 2022-05-09").code, Some(1));
    // What has an invoice before and after it, and none itself.
    let report = report_of_three();
    let run = reconciled(&report, &[lines[0], (3, "P", "-2.00", "USD")], "--as-of 2022-04-09");
    let found = "warning: no invoice of 2022-02 was given: 30.00 USD given then were not compared";
    assert!(run.code == Some(0) && run.stderr.contains(found), "{run}");
    assert_eq!(reconciled(&report, &[lines[0], (3, "P", "-2.00", "USD")], "--as-of 2022-04-09 --strict").code, Some(1));
    assert_eq!(reconciled(&report, &[(4, "P", "-0.00", "USD"), (3, "P", "-2.00", "USD")], "").code, Some(1));
}

fn report_of_three() -> String {
    report(&[("2022-01", "5.00", "USD"), ("2022-02", "35.00", "USD"), ("2022-03", "37.00", "USD")])
}

#[test]
fn a_reason_that_may_be_meant_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let invoice = folder.path().join("invoice.csv");
    let line = |reason| format!("c,G1,P,customerCredit,1/1/2022,-5.00,USD,USD,,,{reason}\n");
    fs::write(&invoice, LINES.to_owned() + &line("Azure-Guthaben") + &line("Azure-Guthaben") + &line("SLA")).unwrap();
    let line = format!("reconcile - --as-of 2022-12-15 --invoice {} --invoice-month 2022-01", invoice.display());
    let run = aco_on(&line, report(&[("2022-01", "10.00", "USD")]).as_bytes());
    assert_eq!(run.code, Some(1), "{run}");
    insta::assert_snapshot!(run.stderr, @"
    note: not counted: 10.00 USD of credit for `Azure-Guthaben` (2 lines)
    hint: --reason 'Azure-Guthaben' counts it as Azure credit
    note: not counted: 5.00 USD of credit for `SLA` (1 line)
    hint: --reason 'SLA' counts it as Azure credit
    note: 1 balance-only
    ");
}

#[test]
fn lines_billed_and_lines_priced_in_a_credits_currency_add_up() {
    let folder = tempfile::tempdir().unwrap();
    let invoice = folder.path().join("invoice.csv");
    let lines = "c,G1,P,customerCredit,7/1/2022,-60.00,USD,USD,,,Azure Credit\nc,G2,P,customerCredit,7/1/2022,-36.00,EUR,USD,-40.00,1,Azure Credit\n";
    fs::write(&invoice, format!("{LINES}{lines}")).unwrap();
    let balance = format!("{HEADER}p,c,2022-07,ACO,100.00,Active,900.00,USD,a,7/1/2022,6/30/2023\n");
    let run = |flags: &str| {
        let line = format!("reconcile - -q --as-of 2022-12-15 {flags} --invoice {}", invoice.display());
        aco_on(&line, balance.as_bytes()).stdout
    };
    assert!(run("").ends_with("\np,c,USD,2022-07,100.00,100.00,0.00,matched,2\n"), "{}", run(""));
    // These lines name no partner, so they are any partner's.
    assert_eq!(run("--partner p"), run(""));
    let applied: Vec<String> =
        run("--lines").lines().skip(1).map(|line| line.split(',').nth(11).unwrap().to_owned()).collect();
    assert_eq!(applied, ["60.00", "40.00"]);
}

#[test]
fn filters_choose_rows_and_change_none() {
    let files = "fixtures/invoice/2022-07.csv fixtures/invoice/2022-06-jpy.csv";
    let rows = |flags: &str| {
        let line = format!("reconcile fixtures/aco-balance.csv --as-of 2022-12-15 -q {flags} --invoice {files}");
        aco(&line).stdout.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    let all = rows("");
    assert!(all.iter().any(|row| row.contains(",JPY,2022-07,214930,214930,0,matched,2")), "{all:?}");
    let of_july: Vec<String> = all.iter().filter(|row| row.contains(",2022-07,")).cloned().collect();
    for flags in ["--month 2022-07", "--from 2022-07", "--to 2022-07 --from 2022-07 --closed"] {
        assert_eq!(rows(flags), of_july, "{flags}");
    }
    let of_june: Vec<String> = all.iter().filter(|row| row.contains(",2022-06,")).cloned().collect();
    assert_eq!(rows("--to 2022-06"), of_june);
}

#[test]
fn a_spelling_is_settled_by_whole_lines_only() {
    let folder = tempfile::tempdir().unwrap();
    let invoice = folder.path().join("invoice.csv");
    let header = LINES.replace(',', ";");
    let padding = 4096;
    let line = format!("c;G1;{};customerCredit;31.07.2022;-1.234,56;EUR;EUR;;;Azure Credit\n", "P".repeat(padding));
    // Only the first 256 KiB are looked at: their end falls on every byte of a line in turn, one of its padding among them.
    let looked_at = 256 * 1024;
    let lines = looked_at / line.len() + 2;
    let balance = format!("{HEADER}p,c,2022-07,ACO,1.00,Active,9.00,EUR,a,7/1/2022,6/30/2023\n");
    let expected = format!("p,c,EUR,2022-07,1.00,{}.{:02}", lines * 123_456 / 100, lines * 123_456 % 100);
    for end in (0..6).chain(5 + padding..line.len()) {
        let shift = (looked_at - header.len() - end) % line.len();
        let text = [header.clone(), line.replacen('P', &"P".repeat(1 + shift), 1), line.repeat(lines - 1)].concat();
        assert_eq!(text.as_bytes()[looked_at], line.as_bytes()[end]);
        fs::write(&invoice, text).unwrap();
        let run =
            aco_on(&format!("reconcile - -q --as-of 2022-12-15 --invoice {}", invoice.display()), balance.as_bytes());
        assert!(run.stdout.contains(&expected), "{end}: {run}");
    }
}

#[test]
fn objects_are_held_to_the_same_columns() {
    let folder = tempfile::tempdir().unwrap();
    let invoice = folder.path().join("invoice.jsonl");
    let balance = format!("{HEADER}p,c,2022-07,ACO,5.00,Active,5.00,USD,a,7/1/2022,6/30/2023\n");
    let run = |object: &str| {
        fs::write(&invoice, format!("{object}\n")).unwrap();
        let line = format!("reconcile - --as-of 2022-12-15 --invoice {}", invoice.display());
        let run = aco_on(&line, balance.as_bytes());
        let told = run.stderr.replace(&format!("{}", folder.path().join("").display()), "");
        run.stdout.split_once('\n').map_or(String::new(), |(_, rows)| rows.to_owned()) + &told
    };
    let ids = r#""customerId":"c","invoiceNumber":"G1","chargeStartDate":"2022-07-01","subtotal":-5.00"#;
    insta::assert_snapshot!(run(&format!("{{{ids},\"currency\":\"USD\"}}")), @"
    error: invoice.jsonl:1: no column `ChargeType` in what looks like an invoice reconciliation file
    columns found: chargeStartDate, currency, customerId, invoiceNumber, subtotal
    ");
    // No reasons, so none of the credits can be told for Azure's.
    insta::assert_snapshot!(run(&format!("{{{ids},\"currency\":\"USD\",\"chargeType\":\"customerCredit\"}}")), @"
    warning: no column CreditReasonCode, so Azure credit cannot be told from other credits: invoice.jsonl
    hint: --reason '' counts all of its credits
    note: invoice G1 has no Azure credit and no usage, so it covers no month
    hint: say which with --invoice-month G1=YYYY-MM
    note: not counted: 5.00 USD of credit without a reason (1 line)
    note: left out, because no invoice covers it: 2022-07
    warning: nothing was compared because no line of the invoices is recognised as Azure credit
    hint: name the reason that stands for it with --reason, or give the right invoices
    ");
    // Of two names for one column the documented one counts, wherever it stands.
    let credit = r#""chargeType":"customerCredit","creditReasonCode":"Azure Credit""#;
    let matched = "p,c,USD,2022-07,5.00,5.00,0.00,matched,1\nnote: 1 matched\n";
    for currencies in [
        r#""currency":"USD","billingCurrency":"EUR""#,
        r#""billingCurrency":"EUR","currency":"USD""#,
        r#""currency":"USD","billingCurrency":null"#,
    ] {
        assert_eq!(run(&format!("{{{ids},{credit},{currencies}}}")), matched, "{currencies}");
    }
}

#[test]
fn dates_of_two_meanings_are_read_month_first_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let invoice = folder.path().join("invoice.csv");
    fs::write(&invoice, format!("{LINES}c,G1,P,customerCredit,7/1/2022,-5.00,USD,USD,,,Azure Credit\n")).unwrap();
    let balance = format!("{HEADER}p,c,2022-07,ACO,5.00,Active,5.00,USD,a,2022-07-01,2023-06-30\n");
    let run = |flags: &str| {
        let line = format!("reconcile - --as-of 2022-12-15 {flags} --invoice {}", invoice.display());
        let run = aco_on(&line, balance.as_bytes());
        (
            run.stdout.lines().nth(1).unwrap().to_owned(),
            run.stderr.replace(&format!("{}", folder.path().join("").display()), ""),
        )
    };
    let (row, told) = run("");
    assert_eq!(row, "p,c,USD,2022-07,5.00,5.00,0.00,matched,1");
    insta::assert_snapshot!(told, @"
    note: invoice.csv: dates such as '7/1/2022' (line 2, ChargeStartDate) were read month first, as Microsoft writes them
    hint: if the day comes first, say so with --date-order dmy
    note: 1 matched
    ");
    assert_eq!(run("--date-order mdy"), (row, "note: 1 matched\n".to_owned()));
    assert!(run("--date-order dmy").0.contains(",2022-01,"));
}

#[test]
fn a_separator_that_is_told_is_tried_for_every_file() {
    let folder = tempfile::tempdir().unwrap();
    let (invoice, names) = (folder.path().join("invoice.csv"), folder.path().join("names.csv"));
    let lines = format!("{LINES}c,G1,P,customerCredit,7/31/2022,-5.00,USD,USD,,,Azure Credit\n");
    let balance = format!("{HEADER}p,c,2022-07,ACO,5.00,Active,5.00,USD,a,2022-07-01,2023-06-30\n");
    fs::write(&names, "CustomerID,Name\nc,Contoso\n").unwrap();
    for invoice_text in [lines.clone(), lines.replace(',', "^")] {
        fs::write(&invoice, invoice_text).unwrap();
        let files = format!("--invoice {} --names {}", invoice.display(), names.display());
        let line = format!("reconcile - --delimiter ^ --as-of 2022-12-15 {files}");
        let run = aco_on(&line, balance.replace(',', "^").as_bytes());
        assert!(run.stdout.ends_with("\np,c,Contoso,USD,2022-07,5.00,5.00,0.00,matched,1\n"), "{run}");
    }
}

#[test]
fn usage_that_is_not_invoiced_yet_may_have_a_rate_a_month() {
    let folder = tempfile::tempdir().unwrap();
    let usage = folder.path().join("usage.csv");
    let header = "CustomerId,InvoiceNumber,ChargeStartDate,BillingPreTaxTotal,BillingCurrency,PricingPreTaxTotal,PricingCurrency,PCToBCExchangeRate,CreditType\n";
    let lines = |number: &str| {
        format!(
            "{header}c,{number},6/30/2022,9.00,EUR,10.00,USD,0.9,Azure Credit Applied\n\
             c,{number},7/31/2022,8.00,EUR,10.00,USD,0.8,Azure Credit Applied\n"
        )
    };
    let balance = format!("{HEADER}p,c,2022-06,ACO,10.00,Active,90.00,USD,a,6/1/2022,5/31/2023\n");
    let findings = |number: &str| {
        fs::write(&usage, lines(number)).unwrap();
        let line = format!("reconcile - -q --findings --as-of 2022-12-15 --invoice {}", usage.display());
        aco_on(&line, balance.as_bytes()).stdout.lines().skip(1).filter(|line| line.contains("several-rates")).count()
    };
    assert_eq!((findings(""), findings("G1")), (0, 1));
}

#[test]
fn a_report_behind_the_invoices_is_missed() {
    snapshot!(aco("reconcile --invoice fixtures/invoice/2022-07.csv fixtures/aco-balance.csv"), @"
    exit code: 2
    --- stderr
    error: no balance report given
    hint: name it before --invoice or --credits, which take every name behind them; `-` reads standard input
    ");
}

#[test]
fn lines_that_break_rules() {
    let run = aco(&JULY.replace("2022-07.csv", "rules.csv --customer c3b75e92"));
    snapshot!(run, @r#"
    exit code: 1
    PartnerID,CustomerID,CustomerName,CurrencyCode,InvoiceMonth,CreditGiven,CreditApplied,Difference,Result,Lines
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,c3b75e92-60fd-4178-8e2b-94a1d6f03c58,Northwind Traders KK,JPY,2022-07,58925,58972,-47,mismatched,5
    --- stderr
    note: left out, because no invoice covers it: 2022-06 and 2022-08 to 2022-12
    note: 1 mismatched
    warning: fixtures/invoice/rules.csv:8: both-credits (the first of 2 lines): PriceAdjustmentDescription is `[\"15.0% Partner earned credit for services managed\"]` where Azure credit was applied
    hint: `aco reconcile fixtures/aco-balance.csv --invoice INVOICE... --findings` lists them
    warning: fixtures/invoice/rules.csv:4: credit-without-charge: no charge stands beside this credit line: none has its customer, product, dates and BillableQuantity, at the opposite EffectiveUnitPrice
    warning: fixtures/invoice/rules.csv:11: several-rates: USD to JPY at 135.5, but at 135.4 in fixtures/invoice/rules.csv:2
    warning: fixtures/invoice/rules.csv:5: wrong-sign: Subtotal is 100: expected a negative amount on a credit line
    "#);
    snapshot!(aco(&JULY.replace("2022-07.csv", "rules.csv --customer c3b75e92 --findings -q")), @r#"
    exit code: 1
    File,Line,Rule,CustomerID,CustomerName,InvoiceNumber,Message
    fixtures/invoice/rules.csv,4,credit-without-charge,c3b75e92-60fd-4178-8e2b-94a1d6f03c58,Northwind Traders KK,G009912348,"no charge stands beside this credit line: none has its customer, product, dates and BillableQuantity, at the opposite EffectiveUnitPrice"
    fixtures/invoice/rules.csv,5,wrong-sign,c3b75e92-60fd-4178-8e2b-94a1d6f03c58,Northwind Traders KK,G009912348,Subtotal is 100: expected a negative amount on a credit line
    fixtures/invoice/rules.csv,8,both-credits,c3b75e92-60fd-4178-8e2b-94a1d6f03c58,Northwind Traders KK,G009912348,"PriceAdjustmentDescription is `[""15.0% Partner earned credit for services managed""]` where Azure credit was applied"
    fixtures/invoice/rules.csv,10,both-credits,c3b75e92-60fd-4178-8e2b-94a1d6f03c58,Northwind Traders KK,G009912348,the charge that this credit line offsets has a partner earned credit
    fixtures/invoice/rules.csv,11,several-rates,,,G009912348,"USD to JPY at 135.5, but at 135.4 in fixtures/invoice/rules.csv:2"
    "#);
    assert!(aco(&format!("{JULY} --findings -q")).stdout.lines().count() == 1, "the clean invoice has findings");
}

#[test]
fn unreadable_lines_are_all_named() {
    let text = fs::read_to_string(fixture("2022-07.csv")).unwrap();
    let text = text.replacen("-300.00", "-3x0.00", 1).replacen("-150.00", "-150,50", 1);
    let args = "reconcile fixtures/aco-balance.csv --as-of 2022-12-15 -q --customer 0b6e2f1a --invoice -";
    snapshot!(aco_on(args, text.as_bytes()), @"
    exit code: 2
    --- stderr
    <stdin>:3: Subtotal: '-3x0.00': expected an amount such as `1234.50`
    <stdin>:5: ChargeStartDate: '5b1f2a90-7d3c-4e68-8f14-5e2c90d7b341': expected a date such as `2022-07-31` or `7/31/2022`
    error: 2 rows cannot be read
    hint: correct them, or leave them out with --skip-invalid
    ");
    snapshot!(aco_on(&format!("{args} --skip-invalid"), text.as_bytes()), @"
    exit code: 1
    PartnerID,CustomerID,CustomerName,CurrencyCode,InvoiceMonth,CreditGiven,CreditApplied,Difference,Result,Lines
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,Contoso Ltd,EUR,2022-07,467.90,17.90,450.00,mismatched,1
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,Contoso Ltd,USD,2022-07,430.00,429.00,1.00,mismatched,1
    --- stderr
    <stdin>:3: Subtotal: '-3x0.00': expected an amount such as `1234.50`
    <stdin>:5: ChargeStartDate: '5b1f2a90-7d3c-4e68-8f14-5e2c90d7b341': expected a date such as `2022-07-31` or `7/31/2022`
    warning: left out 2 rows that cannot be read
    ");
}

#[test]
fn a_reason_that_says_nothing_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let invoice = folder.path().join("invoice.csv");
    for nothing in ["", "nan", "None", "\\N", "<null>", "-"] {
        let lines = format!(
            "c,G1,P,customerCredit,1/1/2022,-5.00,USD,USD,,,Azure Credit\nc,G1,P,new,1/1/2022,9.00,USD,USD,,,{nothing}\n\
             c,G1,P,customerCredit,1/1/2022,-1.00,USD,USD,,,{nothing}\n"
        );
        fs::write(&invoice, LINES.to_owned() + &lines).unwrap();
        let line = format!("reconcile - --as-of 2022-12-15 --invoice {}", invoice.display());
        let run = |flags| aco_on(&(line.clone() + flags), report(&[("2022-01", "5.00", "USD")]).as_bytes());
        let told = run("").stderr;
        assert!(
            told.starts_with("note: not counted: 1.00 USD of credit without a reason (1 line)\n"),
            "{nothing}: {told}"
        );
    }
}

#[test]
fn an_amount_is_in_the_currency_of_its_line() {
    let report = report(&[("2022-01", "0.00", "USD"), ("2022-02", "250.25", "USD")]);
    let run = |amount| reconciled(&report, &[(2, "P", amount, "USD")], "--as-of 2022-12-15 -q");
    for amount in ["-€250.25", "-250.25 EUR", "£-250.25"] {
        let told = format!("invoice.csv:2: Subtotal: '{amount}': expected an amount in USD, the row's currency\n");
        let run = run(amount);
        assert!(run.code == Some(2) && run.stderr.starts_with(&told), "{run}");
    }
    for amount in ["-$250.25", "USD -250.25", "($250.25)"] {
        assert_eq!(rows(&run(amount)), ["p,c,USD,2022-02,250.25,250.25,0.00,matched,1"], "{amount}");
    }
    let sums = "CustomerID,CurrencyCode,InvoiceMonth,CreditApplied,PricingCurrency,PricedCredit,Lines\n";
    for sum in ["c,USD,2022-02,€250.25,,,1", "c,USD,2022-02,250.25,EUR,$250.25,1"] {
        let run = aco_on("reconcile fixtures/aco-balance.csv -q --credits -", format!("{sums}{sum}\n").as_bytes());
        assert!(run.code == Some(2) && run.stderr.contains(", the row's currency\n"), "{run}");
    }
}

#[test]
fn what_is_no_invoice_is_refused() {
    for (text, expected) in [
        (&b""[..], "the file is empty"),
        (b"[{\"customerId\":1}]", "none of the first lines names the columns"),
        (b"a,b\n1,2\n", "none of the first lines names the columns"),
        (
            b"CustomerId,InvoiceNumber,ChargeType,Currency,ChargeStartDate,CreditReasonCode\n",
            "<stdin>:1: no column `Subtotal`",
        ),
    ] {
        let run = aco_on("reconcile fixtures/aco-balance.csv --invoice -", text);
        assert_eq!(run.code, Some(2), "{run}");
        assert!(run.stderr.contains(expected) && run.stdout.is_empty(), "{run}");
    }
    snapshot!(aco(&format!("{JULY} --agreement x")), @"
    exit code: 2
    --- stderr
    error: invoice lines name no agreement and no status: --agreement and --status cannot be used here
    ");
}

#[test]
fn a_later_invoice_counts_a_correction_in_its_own_month() {
    let lines = aco(&format!("{JULY} --customer 0b6e2f1a --currency EUR --lines -q")).stdout;
    assert!(lines.lines().any(|line| line.contains(",2022-07,matched,") && line.contains(",2022-06-01,")), "{lines}");
}

#[test]
fn sums_of_an_engine_stand_in_for_the_lines() {
    let sums = "CustomerID,CurrencyCode,InvoiceMonth,CreditApplied,PricingCurrency,PricedCredit,Lines\n\
        0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,EUR,2022-07,467.900000000000000000,EUR,467.900000000000000000,3\n\
        0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,USD,2022-07,4.29E2,USD,429,1\n\
        2f94c7d8-1b3e-4a60-b5c9-7d08e6a3f512,EUR,2022-07,688.43,USD,715.25,2\n";
    let fixed = "reconcile fixtures/aco-balance.csv --as-of 2022-12-15 -q --customer 0b6e2f1a,2f94c7d8";
    let lines = aco(&format!("{fixed} --invoice fixtures/invoice/2022-07.csv"));
    let rows = lines.stdout.replace("CustomerName,", "").replace("Contoso Ltd,", "").replace("Fabrikam GmbH,", "");
    let run = aco_on(&format!("{fixed} --credits -"), sums.as_bytes());
    assert_eq!((run.code, run.stdout), (lines.code, rows), "{}", run.stderr);
}

#[test]
fn sums_that_stand_twice_or_cannot_be_read_are_refused() {
    let sums = "CustomerID,CurrencyCode,InvoiceMonth,CreditApplied,Lines\n\
        c,EUR,2022-07,1,1\nC,EUR,2022-07,2,1\nc,EUR,2022-07,1,1\nc,EU,2022-08,1,1\nc,EUR,,1,1\nc,EUR,2022-09,1.2.0,1\n\
        c,EUR,2022-10,,1\nc,EUR,2022-11,1,-1\nc,EUR,2022-12,1\n";
    snapshot!(aco_on("reconcile fixtures/aco-balance.csv -q --credits -", sums.as_bytes()), @"
    exit code: 2
    --- stderr
    <stdin>:4: expected each customer, currency and month once: <stdin>:2 is of the same
    <stdin>:5: CurrencyCode: 'EU': expected a currency such as `EUR`
    <stdin>:6: InvoiceMonth: '': expected a month such as `2022-07`
    <stdin>:7: CreditApplied: '1.2.0': expected an amount such as `1234.50`
    <stdin>:8: CreditApplied: '': expected an amount such as `1234.50`
    <stdin>:9: Lines: '-1': expected a number of lines
    <stdin>:10: expected 5 fields, found 4
    error: 7 rows cannot be read
    hint: correct them, or leave them out with --skip-invalid
    ");
    snapshot!(aco_on("reconcile fixtures/aco-balance.csv -q --credits - --invoice x.csv", b""), @"
    exit code: 2
    --- stderr
    error: the argument '--credits <RESULT>...' cannot be used with '--invoice <RECON>...'

    Usage: aco reconcile --quiet --credits <RESULT>... <FILE>...

    For more information, try '--help'.
    ");
    snapshot!(aco_on("reconcile fixtures/aco-balance.csv -q --credits - --lines", b""), @"
    exit code: 2
    --- stderr
    error: the argument '--credits <RESULT>...' cannot be used with '--lines'

    Usage: aco reconcile --quiet --credits <RESULT>... <FILE>...

    For more information, try '--help'.
    ");
}

#[test]
fn on_a_terminal() {
    insta::assert_snapshot!(on_terminal(JULY, 100), @"
    note: not counted: 12.00 EUR of credit for `Service Level Agreement` (1 line)
    note: left out, because no invoice covers it: 2022-01 to 2022-06 and 2022-08 to 2022-12
    warning: not comparable: customer Adventure Works in 2022-07: lines apply 155.05 EUR, priced in USD; credit in EUR and USD
    warning: 1 row unknown (214,930 JPY given and 110,000 JPY applied): the invoice of 2022-06 is missing, and one amount of the report covers it and later months
    hint: add the invoice of 2022-06
    note: 3 matched, 2 mismatched, 1 balance-only, 1 invoice-only, 1 unknown and 1 not-comparable
    Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07; Month: 2022-07
    Customer                                                                                  Invoice
    ID        Customer              Currency     Given  Invoiced  Difference  Result            lines
    ────────  ────────────────────  ────────  ────────  ────────  ──────────  ──────────────  ───────
    0b6e2f1a  Contoso Ltd           EUR         467.90    467.90        0.00  matched               3
    0b6e2f1a  Contoso Ltd           USD         430.00    429.00        1.00  mismatched            1
    2f94c7d8  Fabrikam GmbH         USD         715.25    715.25        0.00  matched               2
    58a1e3b0  Adventure Works       EUR         155.05                        not-comparable        1
    58a1e3b0  Adventure Works       USD         168.30                  6.28  mismatched            0
    91d04c6f  Wingtip Toys KK       JPY        214,930   110,000              unknown               1
    c3b75e92  Northwind Traders KK  JPY         58,925    58,925           0  matched               1
    d4a90b67  Tailspin Toys         EUR                    25.00      -25.00  invoice-only          1
    e8f2a406  Woodgrove Bank        USD         298.35                298.35  balance-only          0
    ────────  ────────────────────  ────────  ────────  ────────  ──────────  ──────────────  ───────
    total                           EUR         622.95    492.90      -25.00                        5
    total                           JPY        273,855   168,925           0                        2
    total                           USD       1,611.90  1,144.25      305.63                        3
    totals of Difference leave out rows that have none
    ");
}

/// The generator's invoice against plain Python, and against what was planted.
#[test]
fn generated_invoices_hold_exactly_what_was_planted() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    for (seed, format) in [("1", "csv"), ("2", "jsonl"), ("3", "csv")] {
        let (balance, invoice, planted) =
            (path("balance.csv"), path(&format!("invoice.{format}")), path("planted.csv"));
        let report = ["report", "--credits", "250", "--months", "14", "--seed", seed, "-o", &balance];
        generated_report::generate(&Parser::parse_from(report)).unwrap();
        let months = ["--from", "2018-09", "--to", "2018-12", "--faults", "3", "--seed", seed, "--format", format];
        let to = ["-o", &invoice, "--planted", &planted];
        let lines = [&["invoice", balance.as_str()], &months[..], &to[..]].concat();
        generated_invoice::generate(&Parser::parse_from(lines)).unwrap();
        let run = program().args(["reconcile", "-q", &balance, "--invoice", &invoice]).output().unwrap();
        assert_eq!(run.status.code(), Some(1));
        let found = String::from_utf8(run.stdout).unwrap();
        assert!(found.lines().count() > 300, "nothing was compared");
        let cells = |line: &str| -> Vec<String> { line.split(',').map(str::to_owned).collect() };
        let mut odd: Vec<String> = found
            .lines()
            .skip(1)
            .map(cells)
            .filter(|row| row[8] != "matched")
            .map(|row| [&row[1], &row[3], &row[4], &row[8]].map(String::as_str).join(","))
            .collect();
        let planted = fs::read_to_string(planted).unwrap();
        let mut expected: Vec<&str> = planted.lines().skip(1).filter(|line| !line.ends_with(",matched")).collect();
        odd.sort();
        expected.sort_unstable();
        assert!(expected.len() >= 12, "little was planted: {expected:?}");
        assert_eq!(odd, expected, "seed {seed}");
        let findings =
            program().args(["reconcile", "-q", "--findings", &balance, "--invoice", &invoice]).output().unwrap();
        assert_eq!(String::from_utf8(findings.stdout).unwrap().lines().count(), 1, "the lines keep all rules");
        python_agrees(&balance, &invoice, &found);
    }
}

/// Compares the rows with those that Python computes, where there is a Python.
fn python_agrees(balance: &str, invoice: &str, found: &str) {
    let Some(expected) = reconciled_by_python(&[balance, invoice]) else { return };
    let plain = |amount: &str| {
        if amount.contains('.') {
            return amount.trim_end_matches('0').trim_end_matches('.').to_owned();
        }
        amount.to_owned()
    };
    let mut rows: Vec<String> = found
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect::<Vec<_>>())
        .map(|row| [row[0], row[1], row[3], row[4], &plain(row[5]), &plain(row[6]), row[8]].join(","))
        .collect();
    let mut expected: Vec<&str> = expected.lines().collect();
    rows.sort();
    expected.sort_unstable();
    assert_eq!(rows, expected);
}

/// The month's comparison with arguments that may hold blanks.
fn july(args: &[&str]) -> std::process::Output {
    program().args(JULY.split(' ')).args(args).output().unwrap()
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/invoice").join(name)
}

#[test]
fn what_used_the_credit_adds_up_to_what_was_applied() {
    let line = "reconcile fixtures/aco-balance.csv --invoice fixtures/invoice/usage.csv --as-of 2022-12-15 -q";
    let sums = |more: &str, amount: usize| {
        let mut sums = std::collections::BTreeMap::new();
        for row in aco(&format!("{line} {more}")).stdout.lines().skip(1) {
            let cells: Vec<&str> = row.split(',').collect();
            let applied: rust_decimal::Decimal = cells[amount].parse().unwrap_or_default();
            *sums.entry(cells[..5].join(",")).or_default() += applied;
        }
        sums.retain(|_, sum: &mut rust_decimal::Decimal| !sum.is_zero());
        sums
    };
    let applied = sums("", 6);
    assert_eq!(applied.len(), 2);
    for key in ["subscription", "resource-group", "service", "meter"] {
        assert_eq!(sums(&format!("--usage-by {key}"), 6), applied, "{key}");
    }
    // A resource group is one in any case.
    snapshot!(aco(&format!("{line} --usage-by resource-group")), @"
    exit code: 1
    PartnerID,CustomerID,CustomerName,CurrencyCode,InvoiceMonth,ResourceGroup,CreditApplied,Lines
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,Contoso Ltd,EUR,2022-07,aks,467.90,2
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,2f94c7d8-1b3e-4a60-b5c9-7d08e6a3f512,Fabrikam GmbH,USD,2022-07,rg-data,309.75,2
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,2f94c7d8-1b3e-4a60-b5c9-7d08e6a3f512,Fabrikam GmbH,USD,2022-07,RG-WEB,405.50,2
    --- stderr
    warning: 1 row unknown (214,930 JPY given): the invoice of 2022-06 is missing, and one amount of the report covers it and later months
    hint: add the invoice of 2022-06
    ");
    snapshot!(aco(&line.replace("usage.csv", "2022-07.csv").replace(" -q", " -q --customer 0b6e2f1a --usage-by meter")), @"
    exit code: 2
    --- stderr
    error: no line of credit tells its MeterName
    hint: name daily rated usage files with --invoice, and these alone
    ");
}

#[test]
fn lines_that_differ_in_their_order_alone_are_not_one() {
    let folder = tempfile::tempdir().unwrap();
    let invoice = |order: &str| {
        format!(
            "CustomerId,InvoiceNumber,OrderId,ProductId,ChargeType,ChargeStartDate,Subtotal,Currency,CreditReasonCode\n\
             c,G1,{order},P,customerCredit,7/31/2022,-60.00,USD,Azure Credit\n"
        )
    };
    fs::write(folder.path().join("a.csv"), invoice("O1")).unwrap();
    fs::write(folder.path().join("b.csv"), invoice("O2")).unwrap();
    fs::write(folder.path().join("again.csv"), invoice("O1")).unwrap();
    fs::write(folder.path().join("report.csv"), report(&[("2022-07", "120.00", "USD")])).unwrap();
    let applied = |files: &[&str]| {
        let mut program = super::context::program();
        program.args(["reconcile", "report.csv", "--as-of", "2022-09-01", "-q", "-f", "csv", "--invoice"]).args(files);
        let output = program.current_dir(&folder).output().unwrap();
        String::from_utf8(output.stdout).unwrap().lines().nth(1).unwrap().split(',').nth(5).unwrap().to_owned()
    };
    assert_eq!(applied(&["a.csv", "b.csv"]), "120.00");
    assert_eq!(applied(&["a.csv", "again.csv"]), "60.00");
}

#[test]
fn an_invoice_all_of_whose_credit_corrects_an_earlier_month_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (balance, invoice) = (folder.path().join("balance.csv"), folder.path().join("invoice.csv"));
    fs::write(
        &balance,
        super::context::report(&[
            "c 2024-01 10 Active 90 USD 1/1/2024 12/31/2024",
            "c 2024-02 15 Active 85 USD 1/1/2024 12/31/2024",
        ]),
    )
    .unwrap();
    let line = |number: &str, start: &str, amount: i32, reason: &str| {
        format!("c,{number},x,new,{start},{amount},USD,USD,{amount},1,{reason}\n")
    };
    let first = line("G1", "2024-01-01", -10, "Azure Credit") + &line("G1", "2024-01-01", 10, "");
    let correction = line("G2", "2024-01-01", -5, "Azure Credit") + &line("G2", "2024-01-01", 5, "");
    let run = |charge: &str, command: &str| {
        fs::write(&invoice, format!("{LINES}{first}{correction}{charge}")).unwrap();
        aco(&format!("{command} {} --invoice {} --as-of 2024-03-10", balance.display(), invoice.display()))
    };
    let charge = line("G2", "2024-02-01", 7, "");
    snapshot!(run(&charge, "reconcile --strict"), @"
    exit code: 1
    PartnerID,CustomerID,CurrencyCode,InvoiceMonth,CreditGiven,CreditApplied,Difference,Result,Lines
    p,c,USD,2024-01,10,15,-5,mismatched,2
    --- stderr
    note: left out, because no invoice covers it: 2024-02
    hint: if G2, which has charges of 2024-02 or later and counts in an earlier month, is the invoice of 2024-02, say so with --invoice-month G2=2024-02
    note: 1 mismatched
    warning: no invoice counts in 2024-02, the last closed month
    hint: if G2, which has charges of 2024-02 or later and counts in an earlier month, is the invoice of 2024-02, say so with --invoice-month G2=2024-02; if not, name it with --invoice, or leave the month out with --to 2024-01
    ");
    snapshot!(run(&charge, "reconcile --invoice-month G2=2024-02"), @"
    PartnerID,CustomerID,CurrencyCode,InvoiceMonth,CreditGiven,CreditApplied,Difference,Result,Lines
    p,c,USD,2024-01,10,10,0,matched,1
    p,c,USD,2024-02,5,5,0,matched,1
    --- stderr
    note: 2 matched
    ");
    let of_two = run("", "reconcile --strict").stderr;
    assert!(of_two.contains("no invoice of 2024-02, the last closed month, was given"), "{of_two}");
    assert!(run(&charge, "check").stdout.contains("say so with --invoice-month G2=2024-02; if not, name it with"));
}

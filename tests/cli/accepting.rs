//! Findings that are accepted stay accepted, by `check` and by `report`, whoever saved the file.

use std::fs;
use std::path::Path;

use rust_xlsxwriter::Workbook;

use super::context::{HEADER, Run, program, report};

/// A credit that lost 100 dollars in August, of which the amount is written in some way.
fn lost(amount: &str, balance: &str) -> Vec<u8> {
    report(&[
        &format!("c 2022-07 {amount} Active {balance} USD 6/1/2022 7/31/2022"),
        &format!("c 2022-08 {amount} Expired 0.00 USD 6/1/2022 7/31/2022"),
        &format!("c 2022-09 {amount} Expired 0.00 USD 6/1/2022 7/31/2022"),
    ])
}

fn run(folder: &Path, command: &str, files: &[&str], flags: &str) -> Run {
    let mut aco = program();
    aco.current_dir(folder).arg(command).args(files).args(flags.split_whitespace());
    Run::of(aco.output().unwrap())
}

/// What `check` finds, after all is accepted that it found at first.
fn after_accepting(folder: &Path, first: &[&str], then: &[&str], flags: &str) -> Run {
    let found = run(folder, "check", first, &format!("{flags} -f csv -q"));
    assert!(found.stdout.lines().count() > 1, "{found}");
    fs::write(folder.join("accepted.csv"), found.stdout).unwrap();
    run(folder, "check", then, &format!("{flags} --accept accepted.csv --fail-on note"))
}

const QUIET: &str = "";

#[test]
fn decimals_folders_and_the_report_s_end_do_not_bring_a_finding_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir(path.join("there")).unwrap();
    fs::write(path.join("a.csv"), lost("600.00", "100.00")).unwrap();
    fs::write(path.join("there/b.csv"), lost("600", "100")).unwrap();
    let lost = "--only forfeited,unused-acceptance --as-of 2022-10-10";
    assert_eq!(after_accepting(path, &["a.csv"], &["there/b.csv"], lost).to_string(), QUIET);
    fs::write(path.join("c.csv"), self::lost("600.00", "101.00")).unwrap();
    let grown = after_accepting(path, &["a.csv"], &["c.csv"], lost);
    assert!(grown.code == Some(1) && grown.stdout.contains("another Amount"), "{grown}");
    // A credit that vanished is one finding, however far the report goes on.
    let other =
        ["d 2022-07 1.00 Active 9.00 USD 7/1/2022 6/30/2023", "d 2022-08 2.00 Active 8.00 USD 7/1/2022 6/30/2023"];
    let gone = "c 2022-07 1.00 Active 9.00 USD 7/1/2022 6/30/2023";
    let later = "d 2022-09 3.00 Active 7.00 USD 7/1/2022 6/30/2023";
    fs::write(path.join("d.csv"), report(&[gone, other[0], other[1]])).unwrap();
    fs::write(path.join("e.csv"), report(&[gone, other[0], other[1], later])).unwrap();
    let vanished = "--only credit-vanished,unused-acceptance --as-of 2022-10-10";
    assert_eq!(after_accepting(path, &["d.csv"], &["e.csv"], vanished).to_string(), QUIET);
}

#[test]
fn a_restated_month_is_accepted_whatever_path_names_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir(path.join("rest")).unwrap();
    let rows = |used: &str| format!("{HEADER}p,c,2022-07,ACO,{used},Active,9.00,USD,a,7/1/2022,6/30/2023\n");
    let later = "p,c,2022-08,ACO,3.00,Active,7.00,USD,a,7/1/2022,6/30/2023\n";
    let last = "p,c,2022-09,ACO,4.00,Active,6.00,USD,a,7/1/2022,6/30/2023\n";
    fs::write(path.join("rest/old.csv"), rows("1.00") + later).unwrap();
    fs::write(path.join("rest/new.csv"), rows("2.00") + later + last).unwrap();
    let flags = "--only restated-month,unused-acceptance --as-of 2022-10-10";
    let inside = path.join("rest");
    let found = run(&inside, "check", &["."], &format!("{flags} -f csv -q"));
    assert!(found.code == Some(1) && found.stdout.contains(",USD,1.00,"), "{found}");
    fs::write(path.join("accepted.csv"), found.stdout).unwrap();
    let again = run(path, "check", &["rest"], &format!("{flags} -q --accept accepted.csv --fail-on note"));
    assert_eq!(again.to_string(), QUIET);
}

#[test]
fn what_lies_ahead_is_accepted_until_the_day_moves() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let rows = |used: &str, left: &str, expiry: &str| {
        report(&[
            &format!("c 2022-08 100.00 Active 900.00 USD 8/1/2022 {expiry}"),
            &format!("c 2022-09 {used} Active {left} USD 8/1/2022 {expiry}"),
        ])
    };
    fs::write(path.join("a.csv"), rows("200.00", "800.00", "10/31/2022")).unwrap();
    fs::write(path.join("b.csv"), rows("210.00", "790.00", "10/31/2022")).unwrap();
    fs::write(path.join("c.csv"), rows("200.00", "800.00", "10/30/2022")).unwrap();
    let flags = "--only will-be-lost --as-of 2022-10-10";
    assert_eq!(after_accepting(path, &["a.csv"], &["b.csv"], flags).to_string(), QUIET);
    assert_eq!(after_accepting(path, &["a.csv"], &["c.csv"], flags).code, Some(1));
    let far = run(path, "check", &["a.csv"], "--only will-be-lost --as-of 2022-10-10 --within 20");
    assert_eq!(far.to_string(), QUIET);
}

#[test]
fn a_spreadsheet_may_have_saved_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let customer = "0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341";
    let text = String::from_utf8(lost("600.00", "100.00")).unwrap().replace(",c,", &format!(",{customer},"));
    fs::write(path.join("a.csv"), text).unwrap();
    let flags = "a.csv --only forfeited,unused-acceptance --as-of 2022-10-10 --fail-on note --accept";
    let with = |file: &str| run(path, "check", &[], &format!("{flags} {file}"));
    // Its months, its decimal mark, and an id as tables show it.
    for line in ["forfeited;0b6e2f1a;*;Aug 22;USD;100,00", "forfeited;0B6E2F1A;*;01.08.2022;usd;100"] {
        let text = format!("Check;CustomerID;AgreementID;InvoiceMonth;CurrencyCode;Amount\r\n{line}\r\n");
        fs::write(path.join("excel.csv"), text).unwrap();
        assert_eq!(with("excel.csv").to_string(), QUIET, "{line}");
    }
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, cell) in (0..).zip(["Check", "CustomerID", "InvoiceMonth"]) {
        sheet.write(0, column, cell).unwrap();
    }
    for (column, cell) in (0..).zip(["forfeited", customer, "2022-08"]) {
        sheet.write(1, column, cell).unwrap();
    }
    sheet.write(0, 3, "Amount").unwrap();
    sheet.write(1, 3, 100).unwrap();
    book.save(path.join("accepted.xlsx")).unwrap();
    assert_eq!(with("accepted.xlsx").to_string(), QUIET);
    // Checks may have the names of earlier versions.
    fs::write(path.join("former.csv"), "Check\nstale-report\nexpired-before-expiry\n").unwrap();
    let wanted = "a.csv --only ended-early,provisional-month,unused-acceptance --as-of 2022-10-10 --accept former.csv";
    let former = run(path, "check", &[], wanted);
    assert!(former.stdout.contains("no finding of `ended-early` is what this line accepts"), "{former}");
    // Lines end in CR and LF there.
    fs::write(path.join("crlf.csv"), "Check,InvoiceMonth\r\n*,2022-08\r\n\r\nforfeited,Mai-Tai\r\n").unwrap();
    let wrong = with("crlf.csv");
    assert!(wrong.code == Some(2) && wrong.stderr.contains("crlf.csv:4: InvoiceMonth: 'Mai-Tai'"), "{wrong}");
}

#[test]
fn the_report_s_verdict_is_that_of_check() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::write(path.join("a.csv"), lost("600.00", "100.00")).unwrap();
    fs::write(path.join("accepted.csv"), "Check\nforfeited\n").unwrap();
    let page = |flags: &str| {
        let run = run(path, "report", &["a.csv"], &format!("--as-of 2022-10-10 -o - {flags}"));
        assert_eq!(run.code, Some(0), "{run}");
        run.stdout
    };
    let (bare, accepted) = (page(""), page("--accept accepted.csv"));
    assert!(bare.contains("1 warning") && bare.contains("under Lost") && !bare.contains("Accepted"), "{bare}");
    assert!(accepted.contains("found nothing to look into") && accepted.contains("Accepted"), "{accepted}");
}

#[test]
fn a_line_that_raises_the_invoice_is_a_finding_like_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let row = |month: &str, used: &str, left: &str| format!("c {month} {used} Active {left} USD 7/1/2022 6/30/2024");
    let rows =
        [row("2022-07", "50.00", "950.00"), row("2022-08", "30.00", "970.00"), row("2022-09", "30.00", "970.00")];
    fs::write(path.join("a.csv"), report(&rows.each_ref().map(String::as_str))).unwrap();
    let header = "CustomerId,InvoiceNumber,ChargeType,ChargeStartDate,Subtotal,Currency,CreditReasonCode\n";
    let lines = "c,G7,customerCredit,7/1/2022,-50.00,USD,Azure Credit\n\
                 c,G8,customerCredit,8/1/2022,20.00,USD,Azure Credit\n\
                 d,G9,customerCredit,9/1/2022,0.00,USD,Azure Credit\n";
    fs::write(path.join("invoice.csv"), header.to_owned() + lines).unwrap();
    let check = |flags: &str| {
        run(
            path,
            "check",
            &["a.csv", "--invoice", "invoice.csv"],
            &format!("--as-of 2022-10-10 -q --fail-on warning {flags}"),
        )
    };
    let all = check("");
    let found: Vec<&str> = all.stdout.lines().skip(1).filter_map(|line| line.split(',').nth(1)).collect();
    assert!(found.contains(&"credit-decreased") && found.contains(&"wrong-sign"), "{all}");
    assert_eq!(all.stderr, "");
    for narrower in ["--at-least error", "--only credit-decreased", "--month 2022-07"] {
        let shown = check(narrower);
        assert!(!shown.to_string().contains("wrong-sign"), "{narrower}: {shown}");
    }
    let told = run(path, "check", &["a.csv", "--invoice", "invoice.csv"], "--as-of 2022-10-10 -v");
    assert!(told.stderr.contains("hint: `aco reconcile a.csv --invoice INVOICE... --all` shows them"), "{told}");
    fs::write(path.join("accepted.csv"), all.stdout).unwrap();
    assert_eq!(check("--accept accepted.csv --at-least warning").to_string(), QUIET);
}

/// A line of an invoice is known by its amount, in whatever file it is, and rates are by what they are.
#[test]
fn what_is_accepted_of_one_invoice_line_is_not_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::write(path.join("a.csv"), report(&["c 2022-07 100.00 Active 900.00 USD 7/1/2022 6/30/2024"])).unwrap();
    let header = "CustomerId,InvoiceNumber,ProductId,SkuId,AvailabilityId,ChargeType,ChargeStartDate,UnitPrice,\
        EffectiveUnitPrice,BillableQuantity,Subtotal,Currency,PricingCurrency,PCToBCExchangeRate,PriceAdjustmentDescription,\
        CreditReasonCode\n";
    let line = |product: &str, credit: &str, rest: &str| {
        format!("c,G7,{product},S,V,customerCredit,7/1/2022,{credit},{credit},1,{credit},USD,{rest},Azure Credit\n")
    };
    let check = |name: &str, lines: &[String], flags: &str| {
        fs::write(path.join(name), header.to_owned() + &lines.concat()).unwrap();
        let only = "--only wrong-sign,credit-without-charge,credit-and-pec,several-rates --as-of 2022-08-10 -q -f csv";
        run(path, "check", &["a.csv", "--invoice", name], &format!("{only} --fail-on warning {flags}"))
    };
    let found = |run: &Run| -> Vec<String> {
        let cells = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
        run.stdout.lines().skip(1).map(cells).map(|cells| [&cells[1][..], &cells[7], &cells[8]].join(" ")).collect()
    };
    let cases = [
        ("wrong-sign USD", line("P", "20.00", "USD,1,"), line("Q", "40.00", "USD,1,")),
        ("credit-without-charge USD", line("P", "-20.00", "USD,1,"), line("Q", "-40.00", "USD,1,")),
        (
            "credit-and-pec USD",
            line("P", "-20.00", "USD,1,15% partner earned credit"),
            line("Q", "-40.00", "USD,1,15% partner earned credit"),
        ),
    ];
    for (check_name, one, another) in cases {
        let first = check("one.csv", std::slice::from_ref(&one), "");
        assert!(found(&first).iter().any(|found| found.starts_with(check_name)), "{first}");
        fs::write(path.join("accepted.csv"), &first.stdout).unwrap();
        let again = check("renamed.csv", std::slice::from_ref(&one), "--accept accepted.csv");
        assert_eq!((again.code, found(&again).len()), (Some(0), 0), "{again}");
        let both = check("one.csv", &[one.clone(), another], "--accept accepted.csv");
        let left = found(&both);
        assert!(both.code == Some(1) && left.iter().any(|left| left.starts_with(check_name) && left.contains("40.00")));
        assert!(left.iter().all(|left| left.contains("40.00")), "{both}");
        // The same line once more is another one.
        let twice = check("one.csv", &[one.clone(), one], "--accept accepted.csv");
        assert_eq!((twice.code, found(&twice).len()), (Some(1), found(&first).len()), "{twice}");
    }
    let rates = |rates: &[&str]| -> Vec<String> {
        rates.iter().map(|rate| line("P", "-20.00", &format!("EUR,{rate},"))).collect()
    };
    let rates_only = |run: &Run| found(run).into_iter().filter(|found| found.starts_with("several-rates")).count();
    let first = check("one.csv", &rates(&["1.1", "1.2"]), "");
    fs::write(path.join("accepted.csv"), &first.stdout).unwrap();
    assert_eq!(rates_only(&first), 1, "{first}");
    assert_eq!(rates_only(&check("renamed.csv", &rates(&["1.1", "1.2"]), "--accept accepted.csv")), 0);
    assert_eq!(rates_only(&check("turned.csv", &rates(&["1.2", "1.1"]), "--accept accepted.csv")), 0);
    assert_eq!(rates_only(&check("one.csv", &rates(&["1.1", "1.25"]), "--accept accepted.csv")), 1);
    assert_eq!(rates_only(&check("one.csv", &rates(&["1.1", "1.2", "1.3"]), "--accept accepted.csv")), 1);
}

#[test]
fn months_amounts_and_ids_are_taken_as_people_write_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let text = String::from_utf8(lost("6000.00", "1234.50")).unwrap().replace(",c,", ",0b6e2f1a-93c4,");
    fs::write(path.join("a.csv"), text).unwrap();
    let flags = "a.csv --only forfeited,unused-acceptance --as-of 2022-10-10 -q --fail-on note --accept line.csv";
    let code = |column: &str, value: &str| {
        fs::write(path.join("line.csv"), format!("Check;{column}\nforfeited;{value}\n")).unwrap();
        run(path, "check", &[], flags).code
    };
    for month in ["2022-08", "Aug 22", "Aug-22", "8/1/2022", "01.08.2022", "01/08/2022", "2022-08-01"] {
        assert_eq!(code("InvoiceMonth", month), Some(0), "{month}");
    }
    for amount in ["1234.50", "1234,50", "1.234,50", "1,234.50", "$1234.50", "1234.5"] {
        assert_eq!(code("Amount", amount), Some(0), "{amount}");
    }
    for id in ["0B6E2F1A", "0b6e2f1a-93C4", "*"] {
        assert_eq!(code("CustomerID", id), Some(0), "{id}");
    }
    for (column, value) in [("CustomerID", "0b6e"), ("CustomerID", ""), ("InvoiceMonth", ""), ("Amount", "1234.51")] {
        assert_eq!(code(column, value), Some(1), "{column} {value}");
    }
    for (column, value) in [("InvoiceMonth", "2022-13"), ("InvoiceMonth", "6/7/2022"), ("Amount", "x")] {
        assert_eq!(code(column, value), Some(2), "{column} {value}");
    }
}

#[test]
fn an_accepted_amount_has_one_meaning_and_the_currency_of_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let gone = |amount: &str| {
        report(&[
            &format!("c 2022-07 1.00 Active {amount} USD 6/1/2022 7/31/2022"),
            "c 2022-08 1.00 Expired 0.00 USD 6/1/2022 7/31/2022",
        ])
    };
    fs::write(path.join("small.csv"), gone("20.25")).unwrap();
    fs::write(path.join("large.csv"), gone("20250.00")).unwrap();
    let check = |report: &str, lines: &str| {
        fs::write(path.join("accepted.csv"), lines).unwrap();
        let flags = "--only forfeited,unused-acceptance --as-of 2022-09-10 -q --accept accepted.csv --fail-on note";
        let run = run(path, "check", &[report], flags);
        (run.code, run.to_string())
    };
    let refused = |lines: &str, expected: &str| {
        let (code, told) = check("small.csv", lines);
        assert!(code == Some(2) && told.contains(&format!("accepted.csv:2: Amount: {expected}, or *\n")), "{told}");
    };
    refused("Check,Amount\nforfeited,\"20,250\"\n", "'20,250': expected an amount of one meaning, such as `1234.50`");
    refused("Check;Amount\nforfeited;20.250\n", "'20.250': expected an amount of one meaning, such as `1234.50`");
    let euros = "'20.25 €': expected an amount in USD, the row's currency";
    refused("Check,CurrencyCode,Amount\nforfeited,USD,20.25 €\n", euros);
    assert_eq!(check("small.csv", "Check,Amount\nforfeited,20.25 €\n").0, Some(1));
    // Where commas part fields, as `check` writes, or other amounts tell, there is one meaning.
    for (lines, fits, other) in [
        ("Check,Amount\nforfeited,20.250\n", "small.csv", "large.csv"),
        ("Check;Amount\nforfeited;20.250\nwrong-sign;1,5\n", "large.csv", "small.csv"),
        ("Check,Amount\nforfeited,\"20,250\"\nwrong-sign,1.50\n", "large.csv", "small.csv"),
    ] {
        assert_eq!(check(fits, lines).0, Some(0), "{lines}");
        assert_eq!(check(other, lines).0, Some(1), "{lines}");
    }
    // Amounts in dinars have three decimals.
    let dinars = String::from_utf8(gone("548.504")).unwrap().replace(",USD,", ",KWD,");
    fs::write(path.join("dinars.csv"), dinars).unwrap();
    for amount in ["548,504", "548.504"] {
        let line = format!("Check;CurrencyCode;Amount\nforfeited;KWD;{amount}\n");
        assert_eq!(check("dinars.csv", &line).0, Some(0), "{amount}");
    }
}

#[test]
fn that_nothing_was_compared_is_accepted_of_one_month_and_by_the_report_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let rows =
        ["c 2022-08 70.00 Active 30.00 USD 1/1/2022 6/30/2024", "c 2022-09 90.00 Active 10.00 USD 1/1/2022 6/30/2024"];
    fs::write(path.join("august.csv"), report(&rows[..1])).unwrap();
    fs::write(path.join("september.csv"), report(&rows)).unwrap();
    let header = "CustomerId,InvoiceNumber,ChargeType,ChargeStartDate,Subtotal,Currency,CreditReasonCode\n";
    let line = "c,G8,customerCredit,8/1/2022,-5.00,USD,Azure Credit\n";
    fs::write(path.join("invoice.csv"), format!("{header}{line}")).unwrap();
    let flags = "--invoice invoice.csv --at-least warning --skip used-up-soon --as-of";
    let found = run(path, "check", &["august.csv"], &format!("{flags} 2022-09-10 -f csv"));
    assert!(found.code == Some(1) && found.stdout.contains("error,invoice-mismatch,,,,,2022-08,,,nothing"), "{found}");
    fs::write(path.join("accepted.csv"), found.stdout).unwrap();
    let check = |file: &str, flags: &str| run(path, "check", &[file], &format!("{flags} --accept accepted.csv"));
    assert_eq!(check("august.csv", &format!("{flags} 2022-09-10")).to_string(), QUIET);
    let page = "--invoice invoice.csv --accept accepted.csv --as-of 2022-09-10 -o -";
    let page = run(path, "report", &["august.csv"], page).stdout;
    assert!(page.contains("This is known and accepted."), "{page}");
    let next = check("september.csv", &format!("{flags} 2022-10-10"));
    let missing = "credit-not-invoiced,,,,,2022-09,,,\"no invoice of 2022-09, the last closed month, was given";
    assert!(next.code == Some(1) && next.stdout.contains(missing), "{next}");
    fs::write(path.join("accepted.csv"), "Check,CustomerID,InvoiceMonth\ninvoice-mismatch,,\n").unwrap();
    assert_eq!(check("august.csv", &format!("{flags} 2022-09-10")).code, Some(1), "a blank month fits none");
}

#[test]
fn what_is_accepted_of_one_partner_is_not_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let row = |partner: &str, month: &str| {
        format!("{partner},c,{month},ACO,1.00,Active,9.00,USD,{partner},7/1/2022,6/30/2023\n")
    };
    let rows = [row("pa", "2022-07"), row("pb", "2022-08"), row("pc", "2022-09")].concat();
    fs::write(path.join("a.csv"), format!("{HEADER}{rows}")).unwrap();
    let check = |lines: &str| {
        fs::write(path.join("accepted.csv"), lines).unwrap();
        run(
            path,
            "check",
            &["a.csv"],
            "--only missing-report,unused-acceptance --as-of 2022-10-10 --accept accepted.csv",
        )
    };
    let bare = check("Check,InvoiceMonth\nmissing-report,*\n");
    assert!(bare.code == Some(1) && bare.stdout.contains("another Message (`*` stands for any)"), "{bare}");
    let one = check("Check,Message\nmissing-report,no credit of partner pa has a row\n");
    assert!(one.code == Some(1) && one.stdout.contains("partner pb") && !one.stdout.contains("partner pa"), "{one}");
    assert_eq!(check("Check,Message\nmissing-report,*\n").code, Some(0));
}

#[test]
fn a_second_difference_of_the_same_amount_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    for (file, august) in [(8, "3.00"), (9, "4.00"), (10, "5.00")] {
        let row = |month: u32| {
            let used = if month == 8 { august } else { "6.00" };
            format!("c 2022-{month:02} {used} Active 9.00 USD 8/1/2022 6/30/2023")
        };
        let rows: Vec<String> = (8..=file + 1).map(row).collect();
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        fs::write(path.join(format!("{file}.csv")), report(&rows)).unwrap();
    }
    let flags = "--only restated-month,unused-acceptance --as-of 2022-12-10";
    assert_eq!(after_accepting(path, &["8.csv", "9.csv"], &["8.csv", "9.csv"], flags).to_string(), QUIET);
    let again = after_accepting(path, &["8.csv", "9.csv"], &["8.csv", "9.csv", "10.csv"], flags);
    assert!(again.code == Some(1) && again.stdout.contains("now 5.00"), "{again}");
    let both = ["8.csv", "9.csv", "10.csv"];
    assert_eq!(after_accepting(path, &both, &both, flags).to_string(), QUIET);
    assert_eq!(after_accepting(path, &both, &both[..2], flags).to_string(), QUIET, "its line still fits one");
}

#[test]
fn what_is_accepted_of_one_file_is_not_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let row = "c 2022-07 10.00 Active 90.00 USD 7/1/2022 6/30/2023";
    fs::create_dir(path.join("rest")).unwrap();
    fs::write(path.join("rest/a.csv"), report(&[row])).unwrap();
    fs::write(path.join("rest/report.csv"), "").unwrap();
    let header = "CustomerId,InvoiceNumber,ChargeType,ChargeStartDate,Subtotal,Currency\n";
    for month in [7, 8] {
        let line = format!("c,G{month},customerCredit,{month}/1/2022,-10.00,USD\n");
        fs::write(path.join(format!("i{month}.csv")), format!("{header}{line}")).unwrap();
    }
    let check = |files: &[&str], message: &str| {
        fs::write(path.join("accepted.csv"), format!("Check{message}\n")).unwrap();
        let flags = "--only unread-file --as-of 2022-08-10 -q --accept accepted.csv --fail-on note";
        run(path, "check", files, flags).code
    };
    let july = ",Message\nunread-file,\"no column CreditReasonCode, so nothing can be told: there/i7.csv; do nothing\"";
    assert_eq!(check(&["rest/a.csv", "--invoice", "i7.csv"], july), Some(0));
    for message in [july, "\nunread-file"] {
        assert_eq!(check(&["rest/a.csv", "--invoice", "i8.csv"], message), Some(1), "{message}");
    }
    for (message, code) in [("report.csv (empty)", 0), ("there/report.csv (empty)", 0), ("old report.csv (empty)", 1)] {
        assert_eq!(check(&["rest"], &format!(",Message\nunread-file,not read: {message}")), Some(code), "{message}");
    }
}

#[test]
fn the_order_of_the_lines_does_not_matter() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let customer = |id: &str| {
        let row = |month: &str, used: u32, left: u32| {
            format!("{id} 2022-{month} {used}.00 Active {left}.00 USD 7/1/2022 6/30/2023")
        };
        [row("07", 50, 950), row("08", 40, 950), row("09", 41, 949)]
    };
    let check = |rows: &[String], lines: [&str; 2]| {
        fs::write(path.join("a.csv"), report(&rows.iter().map(String::as_str).collect::<Vec<_>>())).unwrap();
        let header = "Check,CustomerID,AgreementID,InvoiceMonth,Amount";
        let both = [lines, [lines[1], lines[0]]].map(|lines| {
            fs::write(path.join("accepted.csv"), format!("{header}\n{}\n", lines.join("\n"))).unwrap();
            let flags = "--only credit-decreased,limit-changed,unused-acceptance --as-of 2022-10-10 --fail-on note";
            run(path, "check", &["a.csv"], &format!("{flags} --accept accepted.csv")).to_string()
        });
        assert_eq!(both[0], both[1]);
        both[0].clone()
    };
    let one = customer("c");
    assert_eq!(check(&one, ["*,c,a-c,2022-08,-10", "credit-decreased,c,a-c,2022-08,-10"]), QUIET);
    let two = [customer("0b6e2f1a-1"), customer("0b6e2f1a-2")].concat();
    let line = |id: &str| format!("credit-decreased,{id},a-0b6e2f1a,2022-08,-10");
    let found = check(&two, [&line("0b6e2f1a"), &line("0b6e2f1a-1")]);
    assert_eq!(found.matches("\nwarning,limit-changed").count(), 2, "{found}");
    assert!(!found.contains("error,"), "{found}");
}

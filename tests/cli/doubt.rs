//! What is in doubt where invoices are compared hides no difference beyond it, and nothing is green that was not compared.

use std::fs;

use zip::CompressionMethod;

use super::context::{HEADER, Run, aco, zip};

/// A report, invoices and what commands say of them, in a folder of its own.
struct Desk(tempfile::TempDir);

impl Desk {
    /// Writes a report of rows such as `p,c,2024-03,EUR,50.00,2024-01-01,agreement`.
    fn new(rows: &[&str]) -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        let row = |row: &&str| {
            let cells: Vec<&str> = row.split(',').collect();
            let [partner, customer, month, currency, amount, since, agreement] = cells[..] else { panic!("{row}") };
            format!("{partner},{customer},{month},ACO,{amount},Active,9.00,{currency},{agreement},{since},2025-12-31\n")
        };
        desk.write("report.csv", &(HEADER.to_owned() + &rows.iter().map(row).collect::<String>()));
        desk
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.path().join(name), text).unwrap();
    }

    /// Writes an invoice a month of lines such as `p,c,2024-03,EUR,50.00,EUR,50.00`: applied as billed and as priced.
    fn invoice(&self, name: &str, lines: &[&str]) {
        let line = |line: &&str| {
            let cells: Vec<&str> = line.split(',').collect();
            let [partner, customer, month, billed, amount, pricing, priced] = cells[..] else { panic!("{line}") };
            format!(
                "{partner},{customer},G{month},customerCredit,{month}-01,-{amount},{billed},{pricing},-{priced},1,Azure Credit\n"
            )
            .replace("--", "")
        };
        let header = "PartnerId,CustomerId,InvoiceNumber,ChargeType,ChargeStartDate,Subtotal,Currency,PricingCurrency,EffectiveUnitPrice,BillableQuantity,CreditReasonCode\n";
        self.write(name, &(header.to_owned() + &lines.iter().map(line).collect::<String>()));
    }

    /// Writes daily usage of lines such as `c,2024-03-09,50.00,G1`, in EUR.
    fn usage(&self, name: &str, lines: &[&str]) {
        let line = |line: &&str| {
            let cells: Vec<&str> = line.split(',').collect();
            let [customer, day, amount, invoice] = cells[..] else { panic!("{line}") };
            format!(
                "p,{customer},{invoice},{},{day},{amount},EUR,{amount},EUR,Azure Credit Applied\n",
                day[..8].to_owned() + "01"
            )
        };
        let header = "PartnerId,CustomerId,InvoiceNumber,ChargeStartDate,UsageDate,BillingPreTaxTotal,BillingCurrency,PricingPreTaxTotal,PricingCurrency,CreditType\n";
        self.write(name, &(header.to_owned() + &lines.iter().map(line).collect::<String>()));
    }

    /// Runs a command as of a day, with the invoices of these names.
    fn run(&self, command: &str, as_of: &str, invoices: &str) -> Run {
        let path = |name: &str| self.0.path().join(name).display().to_string();
        let invoices: Vec<String> = invoices.split(' ').map(path).collect();
        let line = format!("{command} {} --as-of {as_of} --invoice {}", path("report.csv"), invoices.join(" "));
        let mut run = aco(&line);
        run.stderr = run.stderr.replace(&path(""), "");
        run
    }

    /// The exit codes of `reconcile`, `reconcile --strict` and `check`.
    fn codes(&self, as_of: &str) -> [i32; 3] {
        ["reconcile", "reconcile --strict", "check --at-least warning"]
            .map(|command| self.run(command, as_of, "invoice.csv").code.unwrap())
    }
}

fn rows(run: &Run) -> Vec<&str> {
    run.stdout.lines().skip(1).collect()
}

#[test]
fn a_stray_cent_in_another_currency_hides_nothing() {
    let desk = Desk::new(&["p,c,2024-03,EUR,0,2024-01-01,a", "p,c,2024-04,EUR,900.00,2024-01-01,a"]);
    for stray in ["0.01", "0.00"] {
        desk.invoice("invoice.csv", &[&format!("p,c,2024-04,CHF,{stray},CHF,{stray}")]);
        assert_eq!(desk.codes("2024-05-09"), [1, 1, 1]);
        let run = desk.run("reconcile", "2024-05-09", "invoice.csv");
        assert_eq!(rows(&run)[1], "p,c,EUR,2024-04,900.00,,900.00,balance-only,0", "{run}");
    }
}

#[test]
fn a_download_that_is_none_and_an_invoice_that_tells_no_reasons_are_warnings() {
    let desk = Desk::new(&["p,c,2024-03,EUR,50.00,2024-03-01,a"]);
    let folder = desk.0.path().join("downloads");
    fs::create_dir(&folder).unwrap();
    fs::rename(desk.0.path().join("report.csv"), folder.join("1.csv")).unwrap();
    fs::write(folder.join("2.csv"), "").unwrap();
    fs::write(folder.join("3.csv"), "<!DOCTYPE html><html><body>Sign in</body></html>\n").unwrap();
    let line = |command: &str| aco(&format!("{command} {} --as-of 2024-04-09 -q", folder.display()));
    let found = line("check --at-least warning --fail-on warning");
    assert!(found.code == Some(1) && found.stdout.matches("warning,unread-file,").count() == 2, "{found}");
    assert!(found.stdout.contains("2.csv (empty); download it again") && found.stderr.is_empty(), "{found}");
    let told = line("summary");
    assert!(told.code == Some(0) && told.stderr.contains("warning: not read: "), "{told}");
    assert!(told.stderr.contains("2.csv (empty)") && told.stderr.contains("3.csv (a web page)"), "{told}");
    fs::remove_file(folder.join("2.csv")).unwrap();
    let header = fs::read_to_string(folder.join("1.csv")).unwrap().lines().next().unwrap().to_owned();
    for (text, what) in [
        (header.clone() + "\n", "no rows"),
        (header[..header.find(',').unwrap() + 4].to_owned(), "cut off in its header"),
        ("\0".repeat(5000), "blank"),
        (" \n\t\r\n".to_owned(), "blank"),
        ("<?xml version=\"1.0\"?><Error><Code>AuthenticationFailed</Code></Error>".to_owned(), "an error in XML"),
    ] {
        fs::write(folder.join("3.csv"), &text).unwrap();
        let found = line("check --at-least warning --only unread-file");
        assert!(found.stdout.contains(&format!("3.csv ({what}); download it again")), "{text:?}: {found}");
    }
    fs::write(folder.join("3.csv"), "{\"code\":\"401\",\"description\":\"x\",\"data\":[]}").unwrap();
    let told = line("check");
    let said = "3.csv: an error that was answered in place of data: 401";
    assert!(told.code == Some(2) && told.stderr.contains(said), "{told}");
    let read = fs::read(folder.join("1.csv")).unwrap();
    for (text, what) in [("", "empty"), ("<html></html>", "a web page"), (&header, "no rows")] {
        let entries = zip(&[("a.csv", &read), ("b.csv", text.as_bytes())], CompressionMethod::Deflated);
        let path = desk.0.path().join("a.zip");
        fs::write(&path, entries).unwrap();
        let found = aco(&format!("check --only unread-file --as-of 2024-04-09 {}", path.display()));
        assert!(found.stdout.contains(&format!("a.zip/b.csv ({what}); download it again")), "{text}: {found}");
    }
    // What is no download stays none, however wide it is.
    let (months, sku) = ("C,D,2024-01,2024-02,2024-03,2024-04,5,6,7,8,9\nx,y,1,2,3,4,5,6,7,8,9\n", "{\"code\":\"DE\"}");
    for (name, text) in [("0.csv", months.replace(",5,6,7,8,9\nx", ",e,f,g,h,i\nx")), ("x.json", sku.to_owned())] {
        fs::write(folder.join("3.csv"), "").unwrap();
        fs::write(folder.join(name), text).unwrap();
        let told = line("summary");
        assert!(told.code == Some(0) && !told.stderr.contains("no header"), "{name}: {told}");
        fs::remove_file(folder.join(name)).unwrap();
    }
    // The oldest editions of invoices have no reasons.
    fs::rename(folder.join("1.csv"), desk.0.path().join("report.csv")).unwrap();
    let lines = "CustomerId,InvoiceNumber,ChargeType,ChargeStartDate,Subtotal,Currency\n\
                 c,G1,customerCredit,2024-03-01,-50.00,EUR\n";
    desk.write("invoice.csv", lines);
    let found = desk.run("check --at-least warning --only unread-file", "2024-04-09", "invoice.csv");
    assert!(
        found.stdout.contains("warning,unread-file,") && found.stdout.contains("no column CreditReasonCode"),
        "{found}"
    );
}

#[test]
fn an_opening_hides_no_more_than_itself() {
    let opening = "p,c,2024-04,EUR,2.00,2023-01-01,z";
    let desk = Desk::new(&["p,c,2024-03,EUR,0,2024-01-01,a", "p,c,2024-04,EUR,900.00,2024-01-01,a", opening]);
    let found = |applied: &str| {
        desk.invoice("invoice.csv", &[&format!("p,c,2024-04,EUR,{applied},EUR,{applied}"), "p,d,2024-04,EUR,0,EUR,0"]);
        let run = desk.run("reconcile --only mismatched,unknown,matched", "2024-05-09", "invoice.csv");
        rows(&run)[0].to_owned()
    };
    assert_eq!(found("890.00"), "p,c,EUR,2024-04,900.00,890.00,10.00,mismatched,1");
    assert_eq!(found("901.50"), "p,c,EUR,2024-04,900.00,901.50,,unknown,1");
    assert_eq!(found("905.00"), "p,c,EUR,2024-04,900.00,905.00,-3.00,mismatched,1");
    desk.invoice("invoice.csv", &["p,d,2024-04,EUR,1.00,EUR,1.00"]);
    assert_eq!(desk.codes("2024-05-09"), [1, 1, 1]);
}

#[test]
fn agreement_in_earlier_months_says_nothing_of_the_last() {
    let desk = Desk::new(&["p,c,2024-03,EUR,80.00,2024-03-01,a", "p,c,2024-04,EUR,80.00,2024-03-01,a"]);
    // Nothing of April is known but an opening.
    let opening = "p,e,2024-04,EUR,7.00,2023-01-01,z";
    let desk_with = Desk::new(&["p,c,2024-03,EUR,80.00,2024-03-01,a", "p,c,2024-04,EUR,80.00,2024-03-01,a", opening]);
    for desk in [&desk, &desk_with] {
        desk.invoice("invoice.csv", &["p,c,2024-03,EUR,80.00,EUR,80.00", "p,e,2024-04,EUR,0,EUR,0"]);
    }
    assert_eq!(desk.codes("2024-05-09"), [0, 0, 0]);
    assert_eq!(desk_with.codes("2024-05-09"), [1, 1, 1]);
}

#[test]
fn a_month_amid_others_without_invoice_is_told_with_its_amount() {
    let month = |month: &str, amount: &str| format!("p,c,{month},EUR,{amount},2024-02-01,a");
    let months = [month("2024-02", "0"), month("2024-03", "700.00"), month("2024-04", "720.00")];
    let desk = Desk::new(&months.each_ref().map(String::as_str));
    desk.invoice("invoice.csv", &["p,c,2024-02,EUR,0,EUR,0", "p,c,2024-04,EUR,20.00,EUR,20.00"]);
    assert_eq!(desk.codes("2024-05-09"), [0, 1, 0]);
    let run = desk.run("reconcile -q", "2024-05-09", "invoice.csv");
    assert!(run.stderr.contains("no invoice of 2024-03 was given: 700.00 EUR given then were not compared"), "{run}");
    let run = desk.run("check --at-least warning --only credit-not-invoiced", "2024-05-09", "invoice.csv");
    assert!(rows(&run)[0].starts_with("warning,credit-not-invoiced,,,,,2024-03,"), "{run}");
}

#[test]
fn the_last_closed_month_is_that_of_the_calendar() {
    let desk = Desk::new(&["p,c,2024-02,EUR,0,2024-02-01,a", "p,c,2024-03,EUR,40.00,2024-02-01,a"]);
    desk.invoice("invoice.csv", &["p,c,2024-03,EUR,40.00,EUR,40.00"]);
    assert_eq!(desk.codes("2024-04-09"), [0, 0, 0]);
    assert_eq!(desk.codes("2026-05-09"), [0, 1, 1]);
}

#[test]
fn what_one_partner_gave_is_not_what_another_applied() {
    let rows_of = |partner: &str, amount: &str| {
        ["0", amount].map(|amount| {
            let month = if amount == "0" { "2024-03" } else { "2024-04" };
            format!("{partner},c,{month},EUR,{amount},2024-01-01,{partner}")
        })
    };
    let all = [rows_of("p", "60.00"), rows_of("q", "0.00")].concat();
    let desk = Desk::new(&all.iter().map(String::as_str).collect::<Vec<_>>());
    desk.invoice("invoice.csv", &["q,c,2024-04,EUR,60.00,EUR,60.00"]);
    let run = desk.run("reconcile", "2024-05-09", "invoice.csv");
    let expected = ["p,c,EUR,2024-04,60.00,,60.00,balance-only,0", "q,c,EUR,2024-04,0.00,60.00,-60.00,mismatched,1"];
    assert_eq!((run.code, rows(&run)), (Some(1), expected.to_vec()), "{run}");
    let one = desk.run("reconcile --partner q", "2024-05-09", "invoice.csv");
    assert_eq!(rows(&one), expected[1..], "{one}");
    // Where no line names a partner, both are compared together.
    desk.invoice("invoice.csv", &[",c,2024-04,EUR,60.00,EUR,60.00"]);
    let run = desk.run("reconcile", "2024-05-09", "invoice.csv");
    assert_eq!(rows(&run), [",c,EUR,2024-04,60.00,60.00,0.00,matched,1"], "{run}");
}

#[test]
fn a_partner_that_the_report_lacks_is_named() {
    let desk = Desk::new(&["p,c,2024-03,EUR,5.00,2024-03-01,a", "p,c,2024-04,EUR,7.00,2024-03-01,a"]);
    let told = |lines: &[&str]| {
        desk.invoice("invoice.csv", lines);
        desk.run("reconcile -q", "2024-05-09", "invoice.csv").stderr
    };
    let (own, other) = ("p,c,2024-04,EUR,2.00,EUR,2.00", "q,c,2024-04,EUR,7.00,EUR,7.00");
    insta::assert_snapshot!(told(&[own, other]), @"
    warning: 1 row unknown (7.00 EUR applied): the balance report of 2024-04 of partner q is missing
    hint: add the balance report of 2024-04 of partner q
    ");
    // Where nothing is compared, neither is it a hint to add what is there.
    let desk = Desk::new(&["p,c,2024-04,EUR,5.00,2023-03-01,a"]);
    desk.invoice("invoice.csv", &[other]);
    let told = desk.run("reconcile -q", "2024-05-09", "invoice.csv").stderr;
    let hint = "hint: add the balance report of 2024-03 to 2024-04, also of partner q\n";
    assert!(told.ends_with(&format!("warning: nothing was compared: 2 unknown\n{hint}")), "{told}");
}

#[test]
fn a_line_without_a_partner_hides_no_more_than_its_amount() {
    let desk = Desk::new(&["p,c,2024-04,EUR,5.00,2024-04-01,a", "q,c,2024-04,EUR,7.00,2024-04-01,b"]);
    let found = |lines: &[&str], others: &[&str]| {
        desk.invoice("invoice.csv", lines);
        desk.invoice("others.csv", others);
        let run = desk.run("reconcile", "2024-05-09", "invoice.csv others.csv");
        let checked = desk.run("check --at-least warning", "2024-05-09", "invoice.csv others.csv");
        assert_eq!((run.code, checked.code), (Some(1), Some(1)), "{run}{checked}");
        (rows(&run).join("\n"), run.stderr)
    };
    let swapped = ["p,c,2024-04,EUR,7.00,EUR,7.00", "q,c,2024-04,EUR,5.00,EUR,5.00"];
    let nothing = ",c,2024-04,EUR,0.00,EUR,0.00";
    let both = "p,c,EUR,2024-04,5.00,7.00,-2.00,mismatched,1\nq,c,EUR,2024-04,7.00,5.00,2.00,mismatched,1";
    assert_eq!(found(&swapped, &[]).0, both);
    for (lines, others) in [(&[swapped[0], swapped[1], nothing][..], &[][..]), (&swapped, &[nothing])] {
        assert_eq!(found(lines, others).0, format!(",c,EUR,2024-04,,0.00,0.00,matched,1\n{both}"));
    }
    let taken_back = ["p,c,2024-04,EUR,50.00,EUR,50.00", "q,c,2024-04,EUR,-38.00,EUR,-38.00", nothing];
    assert_eq!(found(&taken_back, &[]).0.matches("mismatched").count(), 2);
    // It may be either's, and what differs beyond it is told.
    let (rows, told) = found(&[swapped[0]], &[",c,2024-04,EUR,1.00,EUR,1.00"]);
    let doubtful = ",c,EUR,2024-04,,,,not-comparable,1\np,c,EUR,2024-04,5.00,7.00,-2.00,mismatched,1\nq,c,EUR,2024-04,7.00,,6.00,mismatched,0";
    assert_eq!(rows, doubtful);
    assert!(told.contains("in 2024-04: lines apply 1.00 EUR and name no partner; several gave credit\n"), "{told}");
    // Where one partner gave, it is that one's.
    let desk = Desk::new(&["p,c,2024-04,EUR,5.00,2024-04-01,a", "q,d,2024-04,EUR,7.00,2024-04-01,b"]);
    desk.invoice(
        "invoice.csv",
        &[",c,2024-04,EUR,2.00,EUR,2.00", "p,c,2024-04,EUR,3.00,EUR,3.00", "q,d,2024-04,EUR,7.00,EUR,7.00"],
    );
    assert_eq!(desk.codes("2024-05-09"), [0, 0, 0]);
    // So it is where nobody gave, of a customer of one partner.
    let desk = Desk::new(&["p,c,2024-03,EUR,5.00,2024-03-01,a", "p,c,2024-04,EUR,5.00,2024-03-01,a"]);
    desk.invoice("invoice.csv", &[",c,2024-04,EUR,-5.00,EUR,-5.00", "p,c,2024-04,EUR,5.00,EUR,5.00"]);
    let run = desk.run("reconcile", "2024-05-09", "invoice.csv");
    assert!(run.stdout.contains("p,c,EUR,2024-04,0.00,0.00,0.00,matched,2"), "{run}");
}

#[test]
fn a_row_after_a_gap_has_what_other_credits_gave_in_its_months() {
    let desk = Desk::new(&[
        "p,c,2024-02,EUR,0,2024-02-01,a",
        "p,c,2024-03,EUR,12.00,2024-02-01,a",
        "p,c,2024-04,EUR,15.00,2024-02-01,a",
        "p,c,2024-02,EUR,0,2024-02-01,b",
        "p,c,2024-04,EUR,30.00,2024-02-01,b",
    ]);
    desk.invoice("march.csv", &["p,c,2024-03,EUR,25.00,EUR,25.00"]);
    desk.invoice("april.csv", &["p,c,2024-04,EUR,20.00,EUR,20.00"]);
    let run = desk.run("reconcile", "2024-05-09", "march.csv");
    assert_eq!((run.code, rows(&run)), (Some(1), vec!["p,c,EUR,2024-04,45.00,25.00,,unknown,1"]), "{run}");
    let run = desk.run("reconcile", "2024-05-09", "march.csv april.csv");
    assert_eq!((run.code, rows(&run)), (Some(0), vec!["p,c,EUR,2024-04,45.00,45.00,0.00,matched,2"]), "{run}");
}

#[test]
fn an_invoiced_month_that_the_report_lacks_is_never_green() {
    let desk = Desk::new(&["p,c,2024-03,EUR,40.00,2024-03-01,a"]);
    desk.invoice("invoice.csv", &["p,c,2024-03,EUR,40.00,EUR,40.00", "p,c,2024-04,EUR,90.00,EUR,90.00"]);
    assert_eq!(desk.codes("2024-05-09"), [1, 1, 1]);
    // Totals have nothing of what is unknown.
    let totals = desk.run("reconcile -f table", "2024-05-09", "invoice.csv").stdout;
    let april = totals.lines().rfind(|line| line.starts_with("total ")).unwrap();
    assert_eq!(april.split_whitespace().collect::<Vec<_>>(), ["total", "EUR", "2024-04", "90.00", "1"], "{totals}");
}

#[test]
fn credit_that_is_applied_a_month_late_is_one_finding() {
    let desk = Desk::new(&["p,c,2024-03,EUR,71.06,2024-03-01,a", "p,c,2024-04,EUR,81.06,2024-03-01,a"]);
    desk.invoice("invoice.csv", &["p,d,2024-03,EUR,0,EUR,0", "p,c,2024-04,EUR,81.06,EUR,81.06"]);
    let run = desk.run("check --only invoice-mismatch,credit-not-invoiced", "2024-05-09", "invoice.csv");
    let found = "error,invoice-mismatch,,,c,,2024-03,EUR,71.06,\"71.06 EUR given in 2024-03 were applied late, by the invoice of 2024-04\"";
    assert_eq!((run.code, rows(&run)), (Some(1), vec![found]), "{run}");
    let run = desk.run("reconcile -q", "2024-05-09", "invoice.csv");
    assert!(
        run.code == Some(1) && run.stderr.contains("given in 2024-03 were applied late, by the invoice of 2024-04"),
        "{run}"
    );
}

#[test]
fn lines_priced_in_two_currencies_are_compared_in_each() {
    let desk = Desk::new(&[
        "p,c,2024-03,USD,50.00,2024-03-01,a",
        "p,c,2024-04,USD,70.00,2024-03-01,a",
        "p,c,2024-03,EUR,60.00,2024-03-01,b",
        "p,c,2024-04,EUR,90.00,2024-03-01,b",
    ]);
    desk.invoice("invoice.csv", &["p,c,2024-04,EUR,18.40,USD,20.00", "p,c,2024-04,EUR,30.00,EUR,30.00"]);
    let run = desk.run("reconcile", "2024-05-09", "invoice.csv");
    let expected = ["p,c,EUR,2024-04,30.00,30.00,0.00,matched,1", "p,c,USD,2024-04,20.00,20.00,0.00,matched,1"];
    assert_eq!((run.code, rows(&run)), (Some(0), expected.to_vec()), "{run}");
}

#[test]
fn usage_that_is_not_billed_counts_only_where_nothing_newer_does() {
    let desk = Desk::new(&["p,c,2024-03,EUR,50.00,2024-03-01,a"]);
    desk.invoice("invoice.csv", &["p,c,2024-03,EUR,50.00,EUR,50.00"]);
    desk.usage("early.csv", &["c,2024-03-05,30.00,"]);
    desk.usage("late.csv", &["c,2024-03-05,30.00,", "c,2024-03-28,20.00,"]);
    desk.usage("other.csv", &["d,2024-03-28,0,"]);
    // Restated since.
    desk.usage("restated.csv", &["c,2024-03-05,29.00,NULL", "c,2024-03-20,1.00,NULL"]);
    let compared = |files: &str| {
        let run = desk.run("reconcile", "2024-04-09", files);
        (rows(&run)[0].to_owned(), run.stderr)
    };
    let unnumbered = compared("restated.csv invoice.csv");
    assert!(unnumbered.1.contains("left out for the invoice of the month: restated.csv"), "{}", unnumbered.1);
    let billed = compared("early.csv invoice.csv late.csv");
    assert_eq!(billed.0, "p,c,EUR,2024-03,50.00,50.00,0.00,matched,1");
    assert!(billed.1.contains("left out for the invoice of the month: early.csv and late.csv"), "{}", billed.1);
    for files in [
        "early.csv late.csv",
        "late.csv early.csv",
        "late.csv late.csv early.csv",
        "late.csv other.csv",
        "restated.csv late.csv",
        "early.csv late.csv restated.csv",
    ] {
        let (row, told) = compared(files);
        assert_eq!(row, "p,c,EUR,2024-03,50.00,50.00,0.00,matched,2", "{files}: {told}");
        assert!(told.contains("not final: usage of 2024-03"), "{files}: {told}");
    }
    assert!(compared("early.csv").0.ends_with("50.00,30.00,20.00,mismatched,1"));
}

#[test]
fn usage_of_an_open_month_is_no_invoice() {
    let desk = Desk::new(&["p,c,2024-03,EUR,50.00,2024-03-01,a"]);
    desk.invoice("invoice.csv", &["p,c,2024-03,EUR,50.00,EUR,50.00"]);
    desk.usage("april.csv", &["c,2024-04-03,5.00,"]);
    for command in ["reconcile", "check --at-least error"] {
        let run = desk.run(command, "2024-04-09", "invoice.csv april.csv");
        assert!(run.code == Some(0) && !run.stderr.contains("2024-04 was given"), "{run}");
    }
    assert_eq!(desk.run("reconcile", "2024-05-09", "invoice.csv april.csv").code, Some(1), "April is closed");
    let alone = desk.run("check -f csv --only credit-not-invoiced", "2024-04-09", "april.csv");
    assert!(alone.stdout.contains("no invoice of 2024-03, the last closed month, was given; name it"), "{alone}");
    // What was used before is unknown: nothing can be compared, which is told of the month to close.
    let unknown = Desk::new(&["p,c,2024-03,EUR,50.00,2024-01-01,a"]);
    unknown.invoice("invoice.csv", &["p,c,2024-03,EUR,50.00,EUR,50.00"]);
    unknown.usage("april.csv", &["c,2024-04-03,5.00,"]);
    let run = unknown.run("check -f csv --only invoice-mismatch", "2024-04-09", "invoice.csv april.csv");
    assert!(run.code == Some(1) && run.stdout.contains(",2024-03,,,\"nothing was compared"), "{run}");
}

#[test]
fn usage_is_not_billed_in_the_month_that_was_said() {
    let desk = Desk::new(&["p,c,2024-03,EUR,50.00,2024-03-01,a"]);
    for (day, month, is_unbilled) in [("2024-02-28", "2024-03", true), ("2024-03-28", "2024-02", false)] {
        desk.usage("usage.csv", &[&format!("c,{day},50.00,")]);
        let check = format!("check -f csv --only credit-not-invoiced --invoice-month {month}");
        let run = desk.run(&check, "2024-04-09", "usage.csv");
        let (missed, only) =
            ("no invoice of 2024-03, the last closed month", "given, only usage that is not billed yet");
        assert!(run.code == Some(1) && run.stdout.contains(missed), "{day}: {run}");
        assert_eq!(run.stdout.contains(only), is_unbilled, "{day}: {run}");
    }
}

#[test]
fn a_page_says_what_was_compared_and_what_was_not() {
    let desk = Desk::new(&["p,c,2024-02,EUR,10.00,2024-01-01,a", "p,c,2024-03,EUR,50.00,2024-01-01,a"]);
    let path = desk.0.path().join("page.html").display().to_string();
    let page = |invoices: &str| {
        let run = desk.run(&format!("report -q -o {path}"), "2024-04-09", invoices);
        assert_eq!(run.code, Some(0), "{run}");
        fs::read_to_string(&path).unwrap()
    };
    desk.usage("march.csv", &["c,2024-03-28,40.00,"]);
    let agrees = page("march.csv");
    assert!(
        agrees.contains("The balance report and the usage that is not billed yet of 2024-03 have the same credit.")
    );
    desk.invoice("february.csv", &["p,c,2024-02,EUR,10.00,EUR,10.00"]);
    let unknown = page("february.csv");
    assert!(unknown.contains("Nothing was compared") && unknown.contains("No invoice of 2024-03"), "{unknown}");
    assert!(!unknown.contains("The comparison covers"), "{unknown}");
}

#[test]
fn an_invoice_that_is_named_twice_is_read_once() {
    let desk = Desk::new(&["p,c,2024-03,EUR,50.00,2024-03-01,a"]);
    desk.invoice("invoice.csv", &["p,c,2024-03,EUR,50.00,EUR,50.00", "p,e,2024-03,EUR,0,EUR,0"]);
    let path = desk.0.path().join("invoice.csv");
    let wrong = fs::read_to_string(&path).unwrap().replace("-50.00,EUR,EUR,-50.00", "50.00,EUR,EUR,50.00");
    fs::write(&path, wrong).unwrap();
    fs::copy(path, desk.0.path().join("copy.csv")).unwrap();
    let once = desk.run("reconcile", "2024-04-09", "invoice.csv");
    assert!(once.stderr.contains("wrong-sign:"), "{once}");
    let twice = desk.run("reconcile", "2024-04-09", "invoice.csv invoice.csv");
    assert!(twice.stderr.contains("note: invoice.csv is named twice: read once"), "{twice}");
    let copied = desk.run("reconcile", "2024-04-09", "invoice.csv copy.csv");
    for run in [&twice, &copied] {
        assert_eq!(run.stdout, once.stdout);
        assert!(run.stderr.contains("wrong-sign:") && !run.stderr.contains("the first of"), "{run}");
    }
}

#[test]
fn a_name_with_a_comma_is_meant_whole() {
    let desk = Desk::new(&["p,c1,2024-03,EUR,50.00,2024-03-01,a", "p,d2,2024-03,EUR,7.00,2024-03-01,b"]);
    desk.write("names.csv", "CustomerId,CustomerName\nc1,\"Alpha, Ltd.\"\nd2,\"Beta, Ltd.\"\n");
    let path = |name: &str| desk.0.path().join(name).display().to_string();
    let customers = |wanted: &str| {
        let args =
            ["summary", &path("report.csv"), "--names", &path("names.csv"), "--by", "customer", "--customer", wanted];
        let run = super::context::program().args(args).output().unwrap();
        String::from_utf8(run.stdout).unwrap().lines().count() - 1
    };
    assert_eq!([customers("Alpha, Ltd."), customers("c1,d2"), customers("Alpha,d2"), customers(" Ltd.")], [1, 2, 2, 2]);
}

//! Whether the last closed month can be closed at all: which reports are missing, empty or not whole.

use std::fs;

use super::context::{HEADER, Run, aco, aco_on, program, report};

const ROW: &str = "c 2022-08 1.00 Active 9.00 USD 8/1/2022 7/31/2023";

#[test]
fn last_is_the_last_closed_month_of_the_calendar_or_an_error() {
    let summary = |as_of: &str| aco_on(&format!("summary --month last --as-of {as_of} -f csv"), &report(&[ROW]));
    assert_eq!(summary("2022-09-10").code, Some(0));
    let late = summary("2022-10-10");
    assert_eq!((late.code, late.stdout.as_str()), (Some(2), ""));
    let said = "no record is of 2022-09, the last closed month: the report ends in 2022-08";
    assert!(late.stderr.contains(said), "{late}");
}

#[test]
fn partners_that_lack_the_last_closed_month_are_named() {
    let rows = "p1,c,2022-09,ACO,1.00,Active,9.00,USD,a,2022-09-01,2023-08-31\n\
                p2,c,2022-08,ACO,1.00,Active,9.00,USD,a,2022-08-01,2023-07-31\n";
    let run = |flags: &str| {
        aco_on(&format!("summary --month last --as-of 2022-10-10 -f csv {flags}"), format!("{HEADER}{rows}").as_bytes())
    };
    let both = run("");
    let said = "partner p2 has no row of 2022-09, the last closed month: its report ends in 2022-08";
    assert!(both.code == Some(0) && both.stderr.contains(said), "{both}");
    assert!(!run("--partner p1").stderr.contains("p2"));
}

#[test]
fn a_report_that_cannot_close_the_month_fails() {
    let code = |rows: &[&str], as_of: &str| aco_on(&format!("check --as-of {as_of}"), &report(rows)).code;
    assert_eq!(code(&[ROW], "2022-09-10"), Some(0));
    assert_eq!(code(&[ROW], "2022-10-10"), Some(1));
    assert_eq!(code(&[], "2022-09-10"), Some(1));
    assert_eq!(code(&[ROW, "c 2022-10 2.00 Active 8.00 USD 8/1/2022 7/31/2023"], "2022-11-10"), Some(1));
}

/// A report of one customer in August, and invoices of some months.
fn with_invoices(command: &str, months: &[u32], as_of: &str) -> Run {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("report.csv"), report(&[ROW])).unwrap();
    let header = "CustomerId,InvoiceNumber,ProductId,ChargeType,ChargeStartDate,Subtotal,Currency,CreditReasonCode";
    let line = |month: &u32| format!("c,G{month},P,customerCredit,{month}/1/2022,-1.00,USD,Azure Credit");
    let lines: Vec<String> = [header.to_owned()].into_iter().chain(months.iter().map(line)).collect();
    fs::write(folder.path().join("invoice.csv"), lines.join("\n") + "\n").unwrap();
    let line = format!("{command} report.csv --invoice invoice.csv --as-of {as_of} -f csv");
    Run::of(program().current_dir(folder.path()).args(line.split_whitespace()).output().unwrap())
}

#[test]
fn an_invoiced_month_after_the_report_ends_is_missed() {
    let missing = with_invoices("check", &[8, 9], "2022-10-10");
    assert!(missing.code == Some(1) && missing.stdout.contains("error,missing-report,,,,,2022-09,"), "{missing}");
    // Of an open month, whose invoice is out already, nothing else tells.
    let early = with_invoices("check", &[8, 9], "2022-09-20");
    assert!(
        early.code == Some(1) && early.stdout.contains("2022-09 is invoiced, but the report ends in 2022-08"),
        "{early}"
    );
}

/// A day that is looked back to leaves out later invoices as it leaves out later rows.
#[test]
fn later_invoices_are_left_out_when_looking_back() {
    let rows =
        ["c 2022-07 1.00 Active 9.00 USD 7/1/2022 7/31/2023", "c 2022-08 2.00 Active 8.00 USD 7/1/2022 7/31/2023"];
    let rows = report(&[rows[0], rows[1], "c 2022-09 3.00 Active 7.00 USD 7/1/2022 7/31/2023"]);
    let run = |command: &str, months: &[u32], as_of: &str| {
        let folder = tempfile::tempdir().unwrap();
        let header =
            "CustomerId,InvoiceNumber,ProductId,ChargeType,ChargeStartDate,Subtotal,Currency,CreditReasonCode\n";
        // That of the last month raises the invoice, which is no matter of the months before.
        let line = |month: &u32| {
            let amount = if *month == 9 { "1.00" } else { "-1.00" };
            format!("c,G{month},P,customerCredit,{month}/1/2022,{amount},USD,Azure Credit\n")
        };
        let invoice = folder.path().join("invoice.csv");
        fs::write(&invoice, header.to_owned() + &months.iter().map(line).collect::<String>()).unwrap();
        aco_on(&format!("{command} - --invoice {} --as-of {as_of} -f csv", invoice.display()), &rows)
    };
    let back = run("check --fail-on warning", &[7, 8, 9], "2022-08-10");
    assert!(back.code == Some(0) && !back.stdout.contains("error") && !back.stdout.contains("warning"), "{back}");
    assert!(back.stderr.contains("--as-of 2022-08-10 leaves out what is invoiced of 2022-09"), "{back}");
    let back = run("reconcile", &[7, 8, 9], "2022-08-10");
    assert!(!back.to_string().contains("add the balance report") && !back.stdout.contains("2022-09"), "{back}");
    assert_eq!(run("reconcile --closed", &[7, 8, 9], "2022-08-10").code, Some(0));
    // What differs in the months that count is found, and where none is left it is said.
    assert_eq!(run("check", &[8, 9], "2022-08-10").code, Some(1));
    let none = run("reconcile", &[9], "2022-08-10");
    let said = "nothing was compared because no invoice of 2022-08 or before was given";
    assert!(none.code == Some(1) && none.stderr.contains(said), "{none}");
}

#[test]
fn a_month_that_cannot_be_compared_does_not_hide_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let lines = "CustomerId,InvoiceNumber,ProductId,ChargeType,ChargeStartDate,Subtotal,Currency,CreditReasonCode\n\
                 c,G8,P,customerCredit,8/1/2022,-1.00,USD,Azure Credit\n\
                 c,G9,P,customerCredit,9/1/2022,-1.00,USD,Azure Credit\n";
    let (report_file, invoice) = (folder.path().join("report.csv"), folder.path().join("invoice.csv"));
    fs::write(&report_file, report(&[ROW])).unwrap();
    fs::write(&invoice, lines).unwrap();
    let output = program()
        .args(["report", "--as-of", "2022-10-10", "-o", "-", "--invoice"])
        .arg(&invoice)
        .arg("--")
        .arg(&report_file)
        .output()
        .unwrap();
    let shown = Run::of(output);
    let said = "1 customer agrees in 2022-08; 2022-09 cannot be compared: the report of it is missing";
    assert!(shown.stdout.contains(said), "{shown}");
}

#[test]
fn findings_have_money_in_every_format_and_the_worst_comes_first() {
    let line = "check fixtures/aco-balance.csv --as-of 2023-01-10 -q";
    let json = aco(&format!("{line} -f json")).stdout;
    let first = json.lines().nth(1).unwrap();
    assert!(first.contains("\"Severity\":\"error\"") && first.contains("\"Amount\":-120.25"), "{first}");
    assert!(first.contains("\"CurrencyCode\":\"EUR\""), "{first}");
    let table = aco(&format!("{line} -f tsv")).stdout;
    let rank = |row: &str| ["error", "warning", "note"].iter().position(|word| row.starts_with(word)).unwrap();
    assert!(table.lines().skip(1).map(rank).is_sorted(), "{table}");
}

#[test]
fn on_a_terminal_a_clean_check_says_so() {
    let said = |flags: &str, stderr_is_terminal| {
        let mut said = Vec::new();
        let stdio = aco::Stdio { stderr_is_terminal, ..aco::Stdio::new(std::io::empty(), std::io::sink(), &mut said) };
        let line = format!("aco check fixtures/desk --as-of 2023-01-10 --only negative-amount{flags}");
        let _ = aco::run(line.split(' ').map(Into::into), stdio);
        String::from_utf8(said).unwrap()
    };
    assert_eq!(said("", true), "nothing found in 3 files\n");
    assert_eq!(said(" --at-least error", true), "nothing as grave as --at-least asks for found in 3 files\n");
    assert_eq!(said(" -q", true) + &said("", false), "");
    let folder = tempfile::tempdir().unwrap();
    let accepted = folder.path().join("accepted.csv");
    std::fs::write(&accepted, "Check,Reason\nprovisional-month,fine\n").unwrap();
    let accept = format!(",provisional-month --accept {}", accepted.display());
    assert_eq!(said(&accept, true), "nothing but 1 accepted finding found in 3 files\n");
    let graver = said(&format!("{accept} --at-least error"), true);
    assert_eq!(graver, "nothing as grave as --at-least asks for found in 3 files\n");
}

#[test]
fn severities_are_coloured_in_a_terminal() {
    let mut shown = Vec::new();
    let stdio = aco::Stdio {
        terminal: Some(aco::Terminal { width: 120, color: true }),
        ..aco::Stdio::new(std::io::empty(), &mut shown, std::io::sink())
    };
    let line = "aco check fixtures/aco-balance.csv --as-of 2023-01-10";
    let _ = aco::run(line.split(' ').map(Into::into), stdio);
    let shown = String::from_utf8(shown).unwrap().replace('\u{1b}', "^");
    assert!(shown.contains("31merror^[0m") && shown.contains("^[33mwarning^[0m"), "{shown}");
}

#[test]
fn usage_that_is_not_billed_yet_is_no_invoice() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("report.csv"), report(&[ROW])).unwrap();
    let check = |number: &str| {
        let header = "CustomerId,InvoiceNumber,ChargeType,ChargeStartDate,UsageDate,BillingPreTaxTotal,BillingCurrency,CreditPercentage";
        let line = format!("c,{number},new,8/1/2022,8/3/2022,1.00,USD,100,Azure Credit Applied");
        fs::write(folder.path().join("usage.csv"), format!("{header},CreditType\n{line}\n")).unwrap();
        let line = "check report.csv --invoice usage.csv --as-of 2022-09-10 -f csv -q";
        Run::of(program().current_dir(folder.path()).args(line.split_whitespace()).output().unwrap())
    };
    let (billed, unbilled) = (check("G1"), check(""));
    assert_eq!(billed.code, Some(0), "{billed}");
    let said = "no invoice of 2022-08, the last closed month, was given, only usage that is not billed yet";
    assert!(unbilled.code == Some(1) && unbilled.stdout.contains(said), "{unbilled}");
}

#[test]
fn a_partner_whose_credits_are_over_needs_no_newer_report() {
    let other = "q,d,2022-09,ACO,1.00,Active,9.00,USD,b,2022-09-01,2023-08-31\n";
    let code = |rows: &[&str], other: &str| {
        let rows: Vec<String> = rows.iter().map(|row| format!("p,c,{row},2022-07-01,2022-07-31\n")).collect();
        let rows = rows.concat();
        aco_on("check --as-of 2022-10-10 --only missing-report", format!("{HEADER}{rows}{other}").as_bytes()).code
    };
    let used_up = "2022-07,ACO,9.00,Active,0.00,USD,a";
    assert_eq!(code(&[used_up], other), Some(0));
    assert_eq!(code(&[used_up], ""), Some(1), "the file may be an old one");
    let used_and_over = "2022-08,ACO,9.00,Expired,0.00,USD,a";
    assert_eq!(code(&[used_up, used_and_over], other), Some(0), "it still is used up");
    let (some_left, over) = ("2022-06,ACO,8.00,Active,1.00,USD,a", "2022-07,ACO,8.00,Expired,0.00,USD,a");
    assert_eq!(code(&[some_left], other), Some(1));
    assert_eq!(code(&[some_left, over], other), Some(1), "late use may come");
    assert_eq!(code(&[some_left, over, "2022-08,ACO,8.00,Expired,0.00,USD,a"], other), Some(0));
    let goes_on = "q,c,2022-09,ACO,9.00,Active,1.00,USD,a,2022-07-01,2022-07-31\n";
    assert_eq!(code(&[some_left], goes_on), Some(0), "its credit is at another partner");
    let beside: Vec<String> = ["05", "06", "09"]
        .map(|month| format!("q,c,2022-{month},ACO,9.00,Active,1.00,USD,a,2022-07-01,2022-07-31\n"))
        .into();
    let both = ["2022-05,ACO,8.00,Active,1.00,USD,a", some_left];
    assert_eq!(code(&both, &beside.concat()), Some(1), "both have it");
}

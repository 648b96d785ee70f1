//! The month's close: of a whole partner, with differences planted in it, and the exit code of each situation.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::context::{HEADER, Run, aco, reconciled_by_python};

/// The customers of the close.
const CUSTOMERS: usize = 40;

/// The months that are invoiced; the report has April 2025 too.
const MONTHS: [usize; 2] = [5, 6];

/// The customer whose June invoice is wrong, and by how much, in hundredths.
const WRONG: (usize, i64) = (7, 321);

/// Customers in the part of June's yen invoice that is missing.
const MISSING: [usize; 2] = [35, 38];

/// A customer without credit, whose invoice applies some.
const STRANGER: usize = 40;

/// The customer that has no row in May.
const GAP: usize = 10;

/// The customer with a partner earned credit on the usage that its credit covers.
const BOTH: usize = 13;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Invoice,
    DailyUsage,
}

fn currency(customer: usize) -> &'static str {
    ["EUR", "USD", "JPY"][customer % 3]
}

/// Credit given in a month, in hundredths; yen have none.
fn given(customer: usize, month: usize) -> i64 {
    let amount = i64::try_from((customer * 7_919 + month * 104_729) % 90_000 + 10_001).unwrap();
    if currency(customer) == "JPY" { amount * 100 } else { amount }
}

fn text(hundredths: i64, currency: &str) -> String {
    if currency == "JPY" {
        return (hundredths / 100).to_string();
    }
    let sign = if hundredths < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", hundredths.abs() / 100, hundredths.abs() % 100)
}

fn balance() -> String {
    let mut report = HEADER.to_owned();
    for customer in 0..CUSTOMERS {
        let mut used = 0;
        for month in 4..=6 {
            used += given(customer, month);
            if (customer, month) != (GAP, 5) {
                let (currency, left) = (currency(customer), 900_000_000 - used);
                let (used, left) = (text(used, currency), text(left, currency));
                writeln!(
                    report,
                    "p,c{customer:02},2025-{month:02},ACO,{used},Active,{left},{currency},a{customer},4/1/2025,3/31/2027"
                )
                .unwrap();
            }
        }
    }
    report
}

/// A line of an invoice or of daily usage.
struct Line {
    customer: usize,
    month: usize,
    charged: usize,
    product: String,
    kind: Kind,
    amount: i64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Charge,
    Earned,
    Credit,
    CreditAndEarned,
    ServiceLevel,
}

/// All lines of a month: each credit in three parts, one of them a correction of the month before for some customers.
fn lines(month: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for customer in (0..CUSTOMERS).chain([STRANGER]) {
        let mut line = |product: &str, charged, kind, amount| {
            lines.push(Line { customer, month, charged, product: format!("{product}{customer}"), kind, amount });
        };
        if customer == STRANGER {
            if month == 6 {
                line("V", 6, Kind::Charge, 2_500);
                line("V", 6, Kind::Credit, 2_500);
            }
            continue;
        }
        let wrong = if (customer, month) == (WRONG.0, 6) { WRONG.1 } else { 0 };
        let whole = given(customer, month) - wrong;
        let third = whole / 300 * 100;
        let corrected = if customer % 5 == 0 { month - 1 } else { month };
        let both = if (customer, month) == (BOTH, 6) { Kind::CreditAndEarned } else { Kind::Credit };
        for (product, charged, kind, amount) in [
            ("P", month, Kind::Credit, third),
            ("Q", corrected, Kind::Credit, third),
            ("R", month, both, whole - 2 * third),
        ] {
            line(product, charged, Kind::Charge, amount);
            line(product, charged, kind, amount);
        }
        line("E", month, Kind::Earned, 4_346_100);
        if customer % 7 == 0 {
            line("S", month, Kind::ServiceLevel, 1_200);
        }
    }
    lines
}

/// An invoice of each month and currency; the second part of June's in yen is missing.
fn write(lines: &[Line], form: Form) -> String {
    let mut out = match form {
        Form::Invoice => {
            "CustomerId,CustomerName,InvoiceNumber,ProductId,ChargeType,ChargeStartDate,Subtotal,Currency,PricingCurrency,\
             EffectiveUnitPrice,BillableQuantity,MeterDescription,PriceAdjustmentDescription,CreditReasonCode\n"
        }
        Form::DailyUsage => {
            "CustomerId,CustomerName,InvoiceNumber,ProductId,ChargeStartDate,UsageDate,BillingPreTaxTotal,\
             BillingCurrency,PricingPreTaxTotal,PricingCurrency,PartnerEarnedCreditPercentage,CreditPercentage,CreditType\n"
        }
    }
    .to_owned();
    for line in lines {
        let Line { customer, month, charged, product, kind, amount } = line;
        let currency = currency(*customer);
        let number = format!("G{month}{currency}");
        let is_credit = matches!(kind, Kind::Credit | Kind::CreditAndEarned);
        let has_earned = matches!(kind, Kind::Earned | Kind::CreditAndEarned);
        if form == Form::Invoice {
            let is_charge = matches!(kind, Kind::Charge | Kind::Earned);
            let amount = text(if is_charge { *amount } else { -amount }, currency);
            let charge_type = if is_charge { "new" } else { "customerCredit" };
            let reason = match kind {
                Kind::ServiceLevel => "Service Level Agreement",
                _ if is_credit => "Azure Credit Offer",
                _ => "",
            };
            let earned = if has_earned { "\"[\"\"15.0% Partner earned credit for services managed\"\"]\"" } else { "" };
            writeln!(
                out,
                "c{customer:02},Customer {customer},{number},{product},{charge_type},{charged}/1/2025,{amount},{currency},\
                 {currency},{amount},1,meter,{earned},{reason}"
            )
            .unwrap();
        } else if *kind != Kind::ServiceLevel {
            let amount = text(*amount, currency);
            let (credit, percent) =
                if is_credit { ("Azure Credit Applied", "100") } else { ("Credit Not Applied", "") };
            let credit = if *kind == Kind::Earned { "Partner Earned Credit Applied" } else { credit };
            let earned = if has_earned { "15" } else { "" };
            let id = if *kind == Kind::Earned { String::new() } else { format!("c{customer:02}") };
            writeln!(
                out,
                "{id},Customer {customer},{number},{product},{charged}/1/2025,{charged}/3/2025,{amount},{currency},\
                 {amount},{currency},{earned},{percent},{credit}"
            )
            .unwrap();
        }
    }
    out
}

/// What must come out, from what was planted alone: customer, month, given, applied, difference and result.
fn expected() -> BTreeSet<String> {
    let mut rows = BTreeSet::new();
    for customer in 0..CUSTOMERS {
        for month in MONTHS {
            let currency = currency(customer);
            let mut amount = given(customer, month);
            if customer == GAP && month == 5 {
                continue;
            }
            if customer == GAP {
                amount += given(customer, 5);
            }
            let (applied, difference, result) = match (customer, month) {
                (customer, 6) if customer == WRONG.0 => (Some(amount - WRONG.1), WRONG.1, "mismatched"),
                (customer, 6) if MISSING.contains(&customer) => (None, amount, "balance-only"),
                _ => (Some(amount), 0, "matched"),
            };
            let applied = applied.map_or(String::new(), |applied| text(applied, currency));
            let (amount, difference) = (text(amount, currency), text(difference, currency));
            rows.insert(format!("c{customer:02},{currency},2025-{month:02},{amount},{applied},{difference},{result}"));
        }
    }
    rows.insert("c40,USD,2025-06,,25.00,-25.00,invoice-only".to_owned());
    rows
}

/// The rows that a reconciliation shows, without names and numbers of lines.
fn shown(run: &Run) -> BTreeSet<String> {
    let rows = run.stdout.lines().skip(1).map(|line| {
        let mut cells: Vec<&str> = line.split(',').collect();
        // The partner and the name.
        cells.drain(..1);
        cells.remove(1);
        cells.truncate(7);
        cells.join(",")
    });
    rows.collect()
}

#[test]
fn every_planted_difference_is_found_and_none_invented() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("balance.csv"), balance()).unwrap();
    for form in [Form::Invoice, Form::DailyUsage] {
        let june: Vec<Line> = lines(6)
            .into_iter()
            .filter(|line| currency(line.customer) != "JPY" || !MISSING.contains(&line.customer))
            .collect();
        fs::write(path("may.csv"), write(&lines(5), form)).unwrap();
        fs::write(path("june.csv"), write(&june, form)).unwrap();
        let files =
            format!("{} --as-of 2025-07-09 --invoice {} {}", path("balance.csv"), path("may.csv"), path("june.csv"));
        let run = aco(&format!("reconcile -f csv -q {files}"));
        assert_eq!(shown(&run), expected());
        assert_eq!(run.code, Some(1));
        let findings = aco(&format!("reconcile -f csv -q --findings {files}")).stdout;
        let findings: Vec<&str> = findings.lines().skip(1).collect();
        assert!(findings.len() == 1 && findings[0].contains("both-credits,c13,"), "{findings:?}");
        let others = aco(&format!("reconcile -f csv -q --show-other {files}")).stdout;
        let written = lines(5).iter().chain(&june).filter(|line| line.kind == Kind::ServiceLevel).count();
        let of_service_levels = if form == Form::Invoice { written } else { 0 };
        assert_eq!(others.lines().count() - 1, of_service_levels);
        let checks = aco(&format!("check -f csv -q {files} --at-least warning"));
        let mut checks: Vec<String> = checks
            .stdout
            .lines()
            .skip(1)
            .map(|line| line.split(',').collect::<Vec<_>>())
            .map(|cells| format!("{} {}", cells[1], cells[4]))
            .collect();
        checks.sort();
        assert_eq!(
            checks,
            [
                "credit-and-pec c13",
                "credit-not-invoiced c35",
                "credit-not-invoiced c38",
                "invoice-mismatch c07",
                "invoice-without-credit c40",
                "missing-month c10"
            ]
        );
        python_agrees(&[path("balance.csv"), path("may.csv"), path("june.csv")]);
        // An older download of May, when its last lines were not there yet, changes nothing.
        let older: Vec<Line> = lines(5).into_iter().take(100).collect();
        fs::write(path("may-old.csv"), write(&older, form)).unwrap();
        assert_eq!(shown(&aco(&format!("reconcile -f csv -q {files} {}", path("may-old.csv")))), expected());
    }
}

/// Plain Python comes to the same.
fn python_agrees(files: &[String]) {
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let Some(told) = reconciled_by_python(&files) else { return };
    let told: BTreeSet<String> =
        told.lines().map(|line| line.split_once(',').unwrap().1.rsplit_once(',').unwrap()).map(key).collect();
    let expected: BTreeSet<String> = expected().iter().map(|line| line.rsplit_once(',').unwrap()).map(key).collect();
    assert_eq!(told, expected);
}

/// Customer, currency, month and result.
fn key((row, result): (&str, &str)) -> String {
    row.split(',').take(3).chain([result]).collect::<Vec<_>>().join(",")
}

/// A situation of the close: its name, the report's rows after April's, and the lines of the invoices.
struct Situation {
    name: &'static str,
    /// Customer, month, CreditAmount, currency and EffectiveDate.
    rows: &'static [[&'static str; 5]],
    /// File, customer, InvoiceNumber, product, ChargeStartDate, Subtotal, currency and reason.
    lines: &'static [[&'static str; 8]],
    as_of: &'static str,
}

const ACO: &str = "Azure Credit";

/// A customer that agrees in June 2025.
const AGREES: [&str; 5] = ["a", "2025-06", "50.00", "USD", "6/1/2025"];
const AGREED: [&str; 8] = ["1", "a", "G1", "P", "6/1/2025", "-50.00", "USD", ACO];

const SITUATIONS: [Situation; 18] = [
    Situation {
        name: "Every customer agrees, within `--tolerance`",
        rows: &[AGREES],
        lines: &[["1", "a", "G1", "P", "6/1/2025", "-49.99", "USD", ACO]],
        as_of: "2025-07-09",
    },
    Situation {
        name: "A customer's invoice differs (`mismatched`)",
        rows: &[AGREES, ["b", "2025-06", "20.00", "USD", "6/1/2025"]],
        lines: &[AGREED, ["1", "b", "G1", "P", "6/1/2025", "-19.00", "USD", ACO]],
        as_of: "2025-07-09",
    },
    Situation {
        name: "Credit was given that no line applied, as when a part is missing (`balance-only`)",
        rows: &[AGREES, ["b", "2025-06", "20.00", "USD", "6/1/2025"]],
        lines: &[AGREED],
        as_of: "2025-07-09",
    },
    Situation {
        name: "A line applied credit that the report did not give (`invoice-only`)",
        rows: &[AGREES],
        lines: &[AGREED, ["1", "b", "G1", "P", "6/1/2025", "-20.00", "USD", ACO]],
        as_of: "2025-07-09",
    },
    Situation {
        name: "The credit of a customer and its lines are in other currencies (`balance-only` and `invoice-only`)",
        rows: &[AGREES, ["b", "2025-06", "20.00", "EUR", "6/1/2025"]],
        lines: &[AGREED, ["1", "b", "G1", "P", "6/1/2025", "-20.00", "CHF", ACO]],
        as_of: "2025-07-09",
    },
    Situation {
        name: "A customer cannot be told in the newest month (`unknown`, `not-comparable`); the others agree",
        rows: &[AGREES, ["b", "2025-06", "20.00", "USD", "1/1/2025"]],
        lines: &[AGREED, ["1", "b", "G1", "P", "6/1/2025", "-20.00", "USD", ACO]],
        as_of: "2025-07-09",
    },
    Situation {
        name: "The same in an earlier month: a warning with the amount",
        rows: &[AGREES, ["b", "2025-05", "20.00", "USD", "1/1/2025"], ["b", "2025-06", "20.00", "USD", "1/1/2025"]],
        lines: &[AGREED, ["1", "b", "G0", "P", "5/1/2025", "-20.00", "USD", ACO]],
        as_of: "2025-07-09",
    },
    Situation {
        name: "A month amid others has credit and no invoice: a warning with the amount",
        rows: &[
            ["a", "2025-04", "10.00", "USD", "4/1/2025"],
            ["a", "2025-05", "30.00", "USD", "4/1/2025"],
            ["a", "2025-06", "80.00", "USD", "4/1/2025"],
        ],
        lines: &[AGREED, ["1", "a", "G0", "P", "4/1/2025", "-10.00", "USD", ACO]],
        as_of: "2025-07-09",
    },
    Situation {
        name: "The last closed month has no invoice; the newest month that has one agrees",
        rows: &[AGREES],
        lines: &[AGREED],
        as_of: "2025-08-09",
    },
    Situation { name: "The month is still open (`open`)", rows: &[AGREES], lines: &[AGREED], as_of: "2025-06-20" },
    Situation {
        name: "The newest month is still open, and the one before agrees",
        rows: &[AGREES, ["a", "2025-07", "60.00", "USD", "6/1/2025"]],
        lines: &[AGREED, ["1", "a", "G2", "P", "7/1/2025", "-10.00", "USD", ACO]],
        as_of: "2025-07-20",
    },
    Situation {
        name: "A closed month's lines exceed all that a row over it and an open month was given",
        rows: &[AGREES, ["b", "2025-07", "20.00", "USD", "6/1/2025"]],
        lines: &[AGREED, ["1", "b", "G1", "P", "6/1/2025", "-30.00", "USD", ACO]],
        as_of: "2025-07-09",
    },
    Situation {
        name: "They do not: that row may explain them once its month is closed",
        rows: &[AGREES, ["b", "2025-07", "20.00", "USD", "6/1/2025"]],
        lines: &[AGREED, ["1", "b", "G1", "P", "6/1/2025", "-15.00", "USD", ACO]],
        as_of: "2025-07-09",
    },
    Situation {
        name: "An invoice is of a month after the report's last",
        rows: &[AGREES],
        lines: &[AGREED, ["1", "a", "G2", "P", "7/1/2025", "-10.00", "USD", ACO]],
        as_of: "2025-07-20",
    },
    Situation {
        name: "An invoice is of a month before that, of which the report has no row",
        rows: &[AGREES],
        lines: &[AGREED, ["1", "a", "G0", "P", "5/1/2025", "-0.00", "USD", ACO]],
        as_of: "2025-07-09",
    },
    Situation {
        name: "The invoices are of other months than the report",
        rows: &[AGREES],
        lines: &[["1", "a", "G1", "P", "7/1/2025", "-50.00", "USD", ACO]],
        as_of: "2025-08-09",
    },
    Situation {
        name: "No line of the invoices is recognised as Azure credit",
        rows: &[AGREES],
        lines: &[["1", "a", "G1", "P", "6/1/2025", "-50.00", "USD", "Something new"]],
        as_of: "2025-07-09",
    },
    Situation {
        name: "Two files of one invoice share some lines, and each has others of its own",
        rows: &[AGREES],
        lines: &[
            AGREED,
            ["1", "a", "G1", "Q", "6/1/2025", "-1.00", "USD", ACO],
            ["2", "a", "G1", "P", "6/1/2025", "-50.00", "USD", ACO],
            ["2", "a", "G1", "R", "6/1/2025", "-2.00", "USD", ACO],
        ],
        as_of: "2025-07-09",
    },
];

impl Situation {
    /// The exit code of a command.
    fn code(&self, command: &str) -> i32 {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let mut report = HEADER.to_owned();
        for [customer, month, amount, currency, effective] in self.rows {
            writeln!(report, "p,{customer},{month},ACO,{amount},Active,900.00,{currency},a,{effective},5/31/2027")
                .unwrap();
        }
        fs::write(path("balance.csv"), report).unwrap();
        let mut invoices = String::new();
        for number in ["1", "2"] {
            let mut text =
                "CustomerId,InvoiceNumber,ProductId,ChargeType,ChargeStartDate,Subtotal,Currency,CreditReasonCode\n"
                    .to_owned();
            for [_, customer, invoice, product, start, subtotal, currency, reason] in
                self.lines.iter().filter(|line| line[0] == number)
            {
                writeln!(text, "{customer},{invoice},{product},customerCredit,{start},{subtotal},{currency},{reason}")
                    .unwrap();
            }
            if self.lines.iter().any(|line| line[0] == number) {
                fs::write(path(number), text).unwrap();
                write!(invoices, " {}", path(number)).unwrap();
            }
        }
        let line = format!("{command} {} --as-of {} --invoice{invoices}", path("balance.csv"), self.as_of);
        aco(&line).code.unwrap()
    }
}

/// The table of exit codes in the manual of the reconciliation is what the program does.
#[test]
fn the_exit_code_of_each_situation_is_as_documented() {
    let commands = ["reconcile", "reconcile --strict", "check"];
    let mut table =
        "| situation | `reconcile` | `reconcile --strict` | `check --invoice` |\n|---|---:|---:|---:|\n".to_owned();
    for situation in &SITUATIONS {
        let codes = commands.map(|command| situation.code(command).to_string());
        writeln!(table, "| {} | {} |", situation.name, codes.join(" | ")).unwrap();
    }
    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reconcile.md");
    let manual = fs::read_to_string(manual).unwrap().replace("\r\n", "\n");
    assert!(manual.contains(&table), "docs/reconcile.md must show:\n{table}");
}

//! A desk closes twelve months, with downloads, invoices and a file of accepted findings that grow: each month is green
//! when nothing is wrong, red when a fault was planted in it, and what was accepted never returns.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::Path;

use super::context::{HEADER, in_process};

const MONTHS: usize = 12;
const CUSTOMERS: usize = 5;

/// The month in which faults are planted.
const AT: usize = 5;

const INVOICE: &str =
    "PartnerId,CustomerId,InvoiceNumber,ChargeType,ChargeStartDate,Subtotal,Currency,CreditReasonCode\n";

fn month(number: usize) -> String {
    format!("{}-{:02}", 2024 + number / 12, number % 12 + 1)
}

/// A row of a report: customer and month, credit used and left, status, currency, and the last day.
#[derive(Clone)]
struct Row {
    customer: usize,
    month: usize,
    used: String,
    left: i64,
    status: &'static str,
    currency: &'static str,
    ends: &'static str,
}

impl Row {
    fn text(&self) -> String {
        let Self { customer, month: number, used, left, status, currency, ends } = self;
        let month = month(*number);
        format!("p,c{customer},{month},ACO,{used},{status},{left}.00,{currency},a{customer},2024-01-01,{ends}\n")
    }
}

fn currency(customer: usize) -> &'static str {
    ["EUR", "USD", "GBP"][customer % 3]
}

/// What a customer is given each month.
fn step(customer: usize) -> i64 {
    10 * (i64::try_from(customer).unwrap() + 1)
}

/// The files of a year: a download and an invoice a month. What is none is not there.
struct Desk {
    downloads: Vec<Option<Vec<Row>>>,
    /// What stands in a download's place.
    instead: Option<&'static str>,
    invoices: Vec<Option<Vec<String>>>,
}

impl Desk {
    fn new() -> Self {
        let rows = |last: usize| {
            let of_month = |month: usize| {
                (0..CUSTOMERS).map(move |customer| {
                    let used = step(customer) * i64::try_from(month + 1).unwrap();
                    let (currency, status, ends) = (currency(customer), "Active", "2026-12-31");
                    Row { customer, month, used: format!("{used}.00"), left: 2000 - used, status, currency, ends }
                })
            };
            Some((0..=last).flat_map(of_month).collect())
        };
        let lines = |month: usize| Some((0..CUSTOMERS).map(|customer| line(customer, month, step(customer))).collect());
        let (downloads, invoices) = ((0..MONTHS).map(rows).collect(), (0..MONTHS).map(lines).collect());
        Self { downloads, instead: None, invoices }
    }

    /// The rows of a customer in months of the downloads since that of the fault.
    fn rows(&mut self, customer: usize, is_meant: impl Fn(usize) -> bool) -> impl Iterator<Item = &mut Row> {
        let rows = self.downloads[AT..].iter_mut().flatten().flatten();
        rows.filter(move |row| row.customer == customer && is_meant(row.month))
    }

    fn leave_out(&mut self, is_meant: impl Fn(&Row) -> bool) {
        self.downloads[AT..].iter_mut().flatten().for_each(|rows| rows.retain(|row| !is_meant(row)));
    }

    fn invoice(&mut self) -> &mut Vec<String> {
        self.invoices[AT].as_mut().unwrap()
    }

    /// Writes what a desk has when it closes a month.
    fn write(&self, folder: &Path, closed: usize) {
        for (number, rows) in self.downloads.iter().enumerate().take(closed + 1) {
            let rows = rows.as_ref().map(|rows| HEADER.to_owned() + &rows.iter().map(Row::text).collect::<String>());
            let text = if number == AT { self.instead.map(str::to_owned).or(rows) } else { rows };
            if let Some(text) = text {
                fs::write(folder.join(format!("downloads/{number:02}.csv")), text).unwrap();
            }
        }
        for (number, lines) in self.invoices.iter().enumerate().take(closed + 1) {
            if let Some(lines) = lines {
                fs::write(folder.join(format!("invoices/{number:02}.csv")), INVOICE.to_owned() + &lines.concat())
                    .unwrap();
            }
        }
    }
}

/// A credit line of an invoice.
fn line(customer: usize, number: usize, applied: i64) -> String {
    let (month, currency) = (month(number), currency(customer));
    format!("p,c{customer},G{number},customerCredit,{month}-01,{}.00,{currency},Azure Credit\n", -applied)
}

/// Plants a fault of some kind; `false` where there are no more.
fn plant(desk: &mut Desk, kind: usize) -> bool {
    let since = |month: usize| month >= AT;
    let then = |month: usize| month == AT;
    let next = |row: &mut Row, used: i64, left: i64| {
        let before: i64 = row.used.trim_end_matches(".00").parse().unwrap();
        (row.used, row.left) = (format!("{}.00", before + used), row.left + left);
    };
    match kind {
        0 => desk.rows(1, since).for_each(|row| next(row, -50, 50)),
        1 => desk.rows(1, since).for_each(|row| next(row, 0, 77)),
        2 => desk.rows(1, since).for_each(|row| next(row, 5, -5)),
        3 => desk.rows(1, |month| month == AT - 2).for_each(|row| next(row, 3, -3)),
        4 => desk.rows(1, then).for_each(|row| row.status = "Paused"),
        5 => desk.rows(1, since).for_each(|row| row.status = "Expired"),
        6 => desk.rows(1, then).for_each(|row| row.status = "Canceled"),
        7 => desk.rows(1, since).for_each(|row| row.ends = "2026-11-30"),
        8 => desk.rows(1, then).for_each(|row| row.ends = "2024-05-05"),
        9 => desk.rows(1, then).for_each(|row| row.left = -1),
        10 => {
            // Of this download alone: each further one would have a cell of its own.
            let rows = desk.downloads[AT].iter_mut().flatten();
            rows.filter(|row| row.customer == 1 && row.month == AT).for_each(|row| "five".clone_into(&mut row.used));
        }
        11 => desk.rows(1, then).for_each(|row| row.currency = "CHF"),
        12 => desk.leave_out(|row| row.customer == 1 && row.month == AT),
        13 => {
            desk.leave_out(|row| row.customer == 1 && row.month >= AT);
            desk.invoices[AT..].iter_mut().flatten().for_each(|lines| lines.retain(|line| !line.contains(",c1,")));
        }
        14 => desk.leave_out(|row| row.customer > 0 && row.month == AT),
        15 => desk.downloads[AT] = None,
        16 => desk.instead = Some(""),
        17 => desk.instead = Some("<!DOCTYPE html><html><body>Sign in</body></html>"),
        18 => desk.instead = Some(HEADER),
        19 => desk.invoices[AT] = None,
        20 => desk.invoice()[1] = line(1, AT, step(1) + 1),
        21 => desk.invoice()[1] = line(1, AT, -step(1)),
        22 => desk.invoice().push(line(9, AT, 40)),
        23 => desk.invoice()[1] = line(1, AT, 0).replace("USD", "CHF"),
        24 => desk.invoice().iter_mut().for_each(|line| *line = line.replace("Azure Credit", "Promotion")),
        _ => return false,
    }
    true
}

/// What `check` finds when a month is closed, at or above warnings.
fn findings(folder: &Path, closed: usize) -> Vec<String> {
    let path = |name: &str| folder.join(name).display().to_string();
    let as_of = month(closed + 1) + "-10";
    let (downloads, invoices, accepted) = (path("downloads"), path("invoices"), path("accepted.csv"));
    let line =
        ["check", &downloads, "--as-of", &as_of, "--accept", &accepted, "--at-least", "warning", "-q", "--invoice"];
    let (found, said) = in_process(line.into_iter().chain([&*invoices]).map(Into::into));
    assert_eq!(said, "", "{found}");
    found.lines().skip(1).map(str::to_owned).collect()
}

/// Closes some months, accepting what is found; returns what was found in each.
fn close(desk: &Desk, months: Range<usize>) -> Vec<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir(path.join("downloads")).unwrap();
    fs::create_dir(path.join("invoices")).unwrap();
    let header = "Severity,Check,File,Line,CustomerID,AgreementID,InvoiceMonth,CurrencyCode,Amount,Message\n";
    let mut accepted = header.to_owned();
    let mut close = |closed: usize| {
        fs::write(path.join("accepted.csv"), &accepted).unwrap();
        desk.write(path, closed);
        let found = findings(path, closed);
        accepted.extend(found.iter().map(|line| format!("{line}\n")));
        found
    };
    months.map(&mut close).collect()
}

#[test]
fn a_year_is_green_but_for_what_is_wrong_and_that_is_told_once() {
    assert!(close(&Desk::new(), 0..MONTHS).iter().all(Vec::is_empty));
    let planted = |kind: usize| {
        let mut desk = Desk::new();
        plant(&mut desk, kind).then(|| (kind, close(&desk, AT..AT + 4)))
    };
    let all: Vec<_> = (0..).map_while(planted).collect();
    assert!(all.len() >= 20, "{} kinds", all.len());
    let is_wrong = |(_, found): &&(usize, Vec<Vec<String>>)| {
        let told: Vec<&String> = found.iter().flatten().collect();
        let is_told_twice = told.iter().collect::<BTreeSet<_>>().len() < told.len();
        // What is open when a month is closed shows in the next one or two; nothing goes on for ever.
        found[0].is_empty() || is_told_twice || !found[3].is_empty()
    };
    let wrong: Vec<_> = all.iter().filter(is_wrong).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

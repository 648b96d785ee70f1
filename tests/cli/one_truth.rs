//! One name, one figure: what every command, sheet, card and page says of one ugly ledger is the same.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use calamine::{Data, Reader, Xlsx, open_workbook};
use rust_decimal::{Decimal, RoundingStrategy};

use super::context::{HEADER, aco, aco_on, report};
use super::report::{headlines, page, text};

/// Credits that are canceled, have not begun, vanish, whose rows stop at their end, that run again, have a gap and an
/// unknown past, end in time with a balance, are alone in their currency, and of a partner whose report ends earlier.
const LEDGER: &[&str] = &[
    "p all 2024-01 10.00 Active 990.00 USD 1/1/2024 12/31/2025",
    "p all 2024-02 20.00 Active 980.00 USD 1/1/2024 12/31/2025",
    "p all 2024-03 30.00 Active 970.00 USD 1/1/2024 12/31/2025",
    "p all 2024-04 40.00 Active 960.00 USD 1/1/2024 12/31/2025",
    "p all 2024-05 55.00 Active 945.00 USD 1/1/2024 12/31/2025",
    "p all 2024-02 3.00 Active 70.00 USD 2/1/2024 12/31/2024",
    "p canceled 2024-02 200.00 Active 800.00 USD 2/1/2024 12/31/2024",
    "p canceled 2024-03 300.00 Canceled 700.00 USD 2/1/2024 12/31/2024",
    "p canceled 2024-04 310.00 Canceled 700.00 USD 2/1/2024 12/31/2024",
    "p canceled 2024-05 310.00 Canceled 700.00 USD 2/1/2024 12/31/2024",
    "p pending 2024-05 0.00 Pending 5000.00 USD 6/1/2024 12/31/2024",
    "p vanished 2024-01 3.00 Active 70.00 USD 1/1/2024 12/31/2024",
    "p vanished 2024-02 5.00 Active 68.00 USD 1/1/2024 12/31/2024",
    "p stops 2024-01 100.00 Active 900.00 USD 1/1/2024 3/31/2024",
    "p stops 2024-03 150.00 Active 850.00 USD 1/1/2024 3/31/2024",
    "p revives 2024-01 10.00 Active 90.00 USD 1/1/2024 7/31/2024",
    "p revives 2024-02 20.00 Expired 80.00 USD 1/1/2024 7/31/2024",
    "p revives 2024-04 30.00 Active 70.00 USD 1/1/2024 7/31/2024",
    "p revives 2024-05 40.00 Active 60.00 USD 1/1/2024 7/31/2024",
    "p past 2024-03 500.00 Active 1500.00 USD 1/1/2023 7/31/2024",
    "p past 2024-05 600.00 Active 1400.00 USD 1/1/2023 7/31/2024",
    "p ends 2024-04 5.00 Active 7.00 EUR 1/1/2023 5/31/2024",
    "p ends 2024-05 6.00 Expired 7.00 EUR 1/1/2023 5/31/2024",
    "p yen 2024-02 7000 Active 1000 JPY 1/1/2023 7/31/2024",
    "q late 2024-03 1.00 Active 99.00 USD 3/1/2024 12/31/2024",
    "q late 2024-04 2.00 Active 98.00 USD 3/1/2024 12/31/2024",
];

/// Filters under which what is shown begins with the report.
const WHOLE: [&str; 7] =
    ["", "--to 2024-04", "--to 2024-03", "--closed", "--currency USD", "--customer canceled", "--partner q"];

/// Filters that leave out earlier months, or rows within the life of a credit.
const PARTS: [&str; 5] =
    ["--month 2024-03", "--from 2024-04", "--status active", "--status expired", "--month 2024-04"];

/// The rows of a table by the names of their columns; what is unknown or absent is an empty cell.
type Rows = Vec<BTreeMap<String, String>>;

struct Ledger {
    folder: tempfile::TempDir,
    filter: &'static str,
}

impl Ledger {
    fn new(filter: &'static str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let row = |row: &&str| {
            let [partner, customer, month, amount, status, balance, currency, effective, expiry] =
                row.split(' ').collect::<Vec<_>>()[..]
            else {
                panic!("nine cells, not {row}")
            };
            format!("{partner},{customer},{month},ACO,{amount},{status},{balance},{currency},a,{effective},{expiry}\n")
        };
        fs::write(folder.path().join("report.csv"), HEADER.to_owned() + &LEDGER.iter().map(row).collect::<String>())
            .unwrap();
        Self { folder, filter }
    }

    fn line(&self, command: &str) -> String {
        let file = self.folder.path().join("report.csv");
        format!("{command} {} --as-of 2024-06-10 -q {}", file.display(), self.filter)
    }

    /// What a command answers.
    fn rows(&self, command: &str) -> Rows {
        let csv = aco(&self.line(&format!("{command} -f csv"))).stdout;
        let mut lines = csv.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
        let header = lines.next().unwrap();
        lines.map(|cells| header.iter().cloned().zip(cells).collect()).collect()
    }

    /// The totals of a command's table, by currency.
    fn totals(&self, command: &str, name: &str) -> BTreeMap<String, String> {
        let table = aco(&self.line(&format!("{command} -f markdown"))).stdout.replace('*', "");
        let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
        let lines: Vec<Vec<String>> = table.lines().filter(|line| line.starts_with('|')).map(cells).collect();
        // A column that is empty throughout is not shown.
        let cell = |line: &[String], name: &str| {
            let place = lines[0].iter().position(|cell| cell == name);
            place.map_or_else(String::new, |place| normal(&line[place]))
        };
        let totals = lines.iter().filter(|line| line[0] == "total");
        totals.map(|line| (cell(line, "CurrencyCode"), cell(line, name))).collect()
    }

    /// A sheet of the workbook.
    fn sheet(&self, name: &str) -> Rows {
        let path = self.folder.path().join("report.xlsx");
        if !path.exists() {
            let run = aco(&format!("{} -o {}", self.line("report"), path.display()));
            assert_eq!(run.code, Some(0), "{run}");
        }
        let mut book: Xlsx<_> = open_workbook(&path).unwrap();
        let range = book.worksheet_range(name).unwrap();
        let mut rows = range.rows().map(|row| row.iter().map(cell).collect::<Vec<_>>());
        let header = rows.next().unwrap();
        // Blank rows part the totals and notes from the rows.
        let rows = rows.take_while(|row| row.iter().any(|cell| !cell.is_empty()) && row[0] != "total");
        rows.map(|row| header.iter().cloned().zip(row).collect()).collect()
    }

    fn page(&self) -> String {
        page(&self.line("report"), &[] as &[&Path])
    }
}

fn cell(cell: &Data) -> String {
    match cell {
        Data::DateTime(moment) => {
            let (year, month, ..) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}")
        }
        Data::String(text) if text == "unknown" => String::new(),
        other => other.to_string(),
    }
}

/// An amount without zeros at its end.
fn normal(text: &str) -> String {
    text.parse::<Decimal>().map_or_else(|_| text.to_owned(), |amount| amount.normalize().to_string())
}

/// The sums of a column by other columns, of what is known; empty if nothing of it is.
fn sums(rows: &Rows, by: &[&str], name: &str) -> BTreeMap<String, String> {
    let mut sums: BTreeMap<String, Option<Decimal>> = BTreeMap::new();
    for row in rows {
        let key = by.iter().map(|name| row[*name].as_str()).collect::<Vec<_>>().join(" ");
        let sum = sums.entry(key).or_default();
        if let Ok(amount) = row[name].parse::<Decimal>() {
            *sum = Some(sum.unwrap_or_default() + amount);
        }
    }
    let text = |sum: Option<Decimal>| sum.map_or_else(String::new, |sum| sum.normalize().to_string());
    sums.into_iter().map(|(key, sum)| (key, text(sum))).collect()
}

/// The same without what is empty: a table that has no row says as much as an empty cell.
fn known(mut sums: BTreeMap<String, String>) -> BTreeMap<String, String> {
    sums.retain(|_, sum| !sum.is_empty());
    sums
}

const CURRENCY: &[&str] = &["CurrencyCode"];
const MONTH: &[&str] = &["InvoiceMonth", "CurrencyCode"];

#[test]
fn the_figures_are_those_computed_by_hand() {
    let ledger = Ledger::new("");
    let totals = |command: &str, name: &str| {
        let totals = ledger.totals(command, name).into_iter();
        totals.map(|(currency, sum)| format!("{currency} {sum}")).collect::<Vec<_>>().join(", ")
    };
    // Of USD, 945 of `all`, 60 of `revives`, 1400 of `past` and 98 of `late`; of JPY nobody knows.
    for command in ["summary", "summary --by customer", "balance", "balance --status active --currency USD", "given"] {
        let expected = if command.contains("USD") { "USD 2503" } else { "EUR 0, JPY , USD 2503" };
        assert_eq!(totals(command, "BalanceAmount"), expected, "{command}");
    }
    // 690 of `canceled` and 850 of `stops`.
    assert_eq!(totals("summary", "Forfeited"), "EUR 6, JPY 0, USD 1540");
    // Of JPY only the amount before the report is known.
    assert_eq!(totals("given", "CreditGiven"), "EUR 1, JPY , USD 665");
    let used = ledger.rows("balance").into_iter().map(|row| format!("{} {}", row["CustomerID"], row["UsedPercent"]));
    let expected = "all 4.1, all 5.5, canceled 31.0, ends 50.0, past 30.0, pending , revives 40.0, stops 15.0, \
                    vanished 6.8, yen 87.5, late 2.0";
    assert_eq!(used.collect::<Vec<_>>().join(", "), expected);
}

#[test]
fn flows_are_the_same_everywhere() {
    for filter in WHOLE.into_iter().chain(PARTS) {
        let ledger = Ledger::new(filter);
        let months = ledger.rows("summary");
        for name in ["CreditGiven", "OpeningAmount"] {
            let of_months = known(sums(&months, MONTH, name));
            for (what, rows) in [
                ("given", ledger.rows("given")),
                ("summary by customer", ledger.rows("summary --by month,customer")),
                ("summary by status", ledger.rows("summary --by month,status")),
                ("sheet", ledger.sheet("By month")),
            ] {
                assert_eq!(known(sums(&rows, MONTH, name)), of_months, "{name} of {what} with {filter:?}");
            }
        }
        let lost = sums(&months, MONTH, "Forfeited");
        let lost: BTreeMap<_, _> = lost.into_iter().filter(|(_, sum)| sum != "0").collect();
        assert_eq!(sums(&ledger.sheet("Lost"), MONTH, "Forfeited"), lost, "with {filter:?}");
        for name in ["CreditGiven", "OpeningAmount", "Forfeited"] {
            let all = sums(&months, CURRENCY, name);
            assert_eq!(sums(&ledger.rows("summary --by currency"), CURRENCY, name), all, "{name} with {filter:?}");
            assert_eq!(ledger.totals("summary", name), all, "{name} with {filter:?}");
        }
        let all = sums(&months, CURRENCY, "CreditGiven");
        assert_eq!(ledger.totals("given", "CreditGiven"), all, "with {filter:?}");
    }
}

#[test]
fn what_is_left_is_the_same_everywhere() {
    for filter in WHOLE.into_iter().chain(PARTS) {
        let ledger = Ledger::new(filter);
        let months = ledger.rows("summary");
        // Where rows of a credit are left out, nothing may be left of those that are shown.
        let known = |sums| {
            let mut known = known(sums);
            known.retain(|_, sum| sum != "0" || WHOLE.contains(&filter));
            known
        };
        let name = "BalanceAmount";
        let of_months = known(sums(&months, MONTH, name));
        let by_customer = ledger.rows("summary --by month,customer");
        assert_eq!(known(sums(&by_customer, MONTH, name)), of_months, "with {filter:?}");
        assert_eq!(known(sums(&ledger.sheet("By month"), MONTH, name)), of_months, "with {filter:?}");
        // The stock of a total is that of the last month.
        let last = months.iter().map(|row| &row["InvoiceMonth"]).max().unwrap();
        let of_last: Rows = months.iter().filter(|row| row["InvoiceMonth"] == *last).cloned().collect();
        let left = known(sums(&of_last, CURRENCY, name));
        let balance = ledger.rows("balance");
        for (what, found) in [
            ("summary by currency", sums(&ledger.rows("summary --by currency"), CURRENCY, name)),
            ("summary by customer", sums(&ledger.rows("summary --by customer"), CURRENCY, name)),
            ("balance", sums(&balance, CURRENCY, name)),
            ("the total of summary", ledger.totals("summary", name)),
            ("the total of summary by customer", ledger.totals("summary --by customer", name)),
            ("the total of given", ledger.totals("given", name)),
            ("the total of balance", ledger.totals("balance", name)),
        ] {
            assert_eq!(known(found), left, "{what} with {filter:?}");
        }
        let expiring = ledger.rows("expiring --within all");
        assert!(expiring.iter().all(|row| {
            balance.iter().any(|other| ["CustomerID", "ExpiryDate", name].iter().all(|name| row[*name] == other[*name]))
        }));
        let ending = |rows: &Rows| sums(rows, &["CustomerID", "CurrencyCode"], name);
        assert_eq!(ending(&ledger.sheet("Expires soon")), ending(&ledger.rows("expiring")), "with {filter:?}");
    }
}

#[test]
fn what_was_used_lost_and_allowed_is_the_same_everywhere() {
    for filter in WHOLE {
        let ledger = Ledger::new(filter);
        let (months, balance) = (ledger.rows("summary"), ledger.rows("balance"));
        for (name, by_currency) in [("CreditAmount", "summary --by currency"), ("Forfeited", "summary --by customer")] {
            let expected = sums(&balance, CURRENCY, name);
            assert_eq!(sums(&ledger.rows(by_currency), CURRENCY, name), expected, "{name} with {filter:?}");
            assert_eq!(ledger.totals("summary", name), expected, "{name} with {filter:?}");
        }
        let sheet = ledger.sheet("By month");
        assert_eq!(known(sums(&sheet, MONTH, "CreditAmount")), known(sums(&months, MONTH, "CreditAmount")));
        // What credits allow that have a row in a month.
        for month in sheet.iter().map(|row| &row["InvoiceMonth"]) {
            let mut then = ledger.rows(&format!("balance --month {month}"));
            then.retain(|row| row["InvoiceMonth"] == *month);
            let of_month: Rows = sheet.iter().filter(|row| row["InvoiceMonth"] == *month).cloned().collect();
            let limits = known(sums(&of_month, CURRENCY, "CreditLimit"));
            assert_eq!(limits, sums(&then, CURRENCY, "CreditLimit"), "{month} with {filter:?}");
        }
        for row in &balance {
            let amount = |name: &str| row[name].parse::<Decimal>();
            let Ok(percent) = amount("UsedPercent") else { continue };
            let used = amount("CreditAmount").unwrap() * Decimal::ONE_HUNDRED / amount("CreditLimit").unwrap();
            assert_eq!(percent, used.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero), "{row:?}");
        }
    }
}

#[test]
fn a_page_and_its_cards_say_what_the_commands_say() {
    for filter in WHOLE {
        let ledger = Ledger::new(filter);
        let (months, page) = (ledger.rows("summary"), ledger.page());
        let mut currency = String::new();
        for line in headlines(&page).lines() {
            let Some((label, figure)) = line.split_once(": ") else {
                currency = line.trim().to_owned();
                continue;
            };
            let last = label.rsplit(' ').next().unwrap();
            let name = match label.split([' ', ',']).next().unwrap() {
                "Credit" => "CreditGiven",
                "Left" => "BalanceAmount",
                "Lost" => "Forfeited",
                _ => continue,
            };
            let mut shown = months.clone();
            shown.retain(|row| row["CurrencyCode"] == currency && row["InvoiceMonth"].as_str() <= last);
            // A card says that nothing was given where no credit has a row, if the partner's report goes on till then and
            // tells what is left.
            let newest = shown.last().unwrap();
            let has_none = newest["Credits"] == "0" || newest["InvoiceMonth"] != last;
            let is_over = filter != "--partner q" && has_none && !newest["BalanceAmount"].is_empty();
            // The report begins in the year of its last month.
            shown.retain(|row| name == "Forfeited" || row["InvoiceMonth"] == last);
            let expected = match sums(&shown, CURRENCY, name).remove(&currency).unwrap_or_default() {
                none if none.is_empty() && is_over => "0".to_owned(),
                sum => sum,
            };
            let figure = figure.split(" - ").next().unwrap().replace([',', '*'], "");
            let figure = if figure == "unknown" { String::new() } else { normal(&figure) };
            assert_eq!(figure, expected, "{currency} {label} with {filter:?}");
        }
        let headings = page.split_once("<h2>By month</h2>").unwrap().1;
        let (header, rest) = headings.split_once("<thead>").unwrap().1.split_once("</thead>").unwrap();
        let names: Vec<String> = header.split("</th>").map(text).collect();
        let body = rest.split_once("<tbody>").unwrap().1.split_once("</tbody>").unwrap().0;
        let cells = |line: &str| line.split("</td>").map(|cell| text(cell).replace([',', '*'], "")).collect::<Vec<_>>();
        let rows = body.lines().filter(|line| line.starts_with("<tr>"));
        let rows: Rows = rows.map(|line| names.iter().cloned().zip(cells(line)).collect()).collect();
        for (heading, name) in [("Given", "CreditGiven"), ("Used so far", "CreditAmount"), ("Left", "BalanceAmount")] {
            let shown = known(sums(&rows, &["Month", "Currency"], heading));
            assert_eq!(shown, known(sums(&months, MONTH, name)), "{name} with {filter:?}");
        }
    }
}

#[test]
fn a_customer_s_figures_are_those_of_the_summary() {
    for filter in ["--currency USD", "--to 2024-03 --currency USD", "--customer all --currency USD"] {
        let ledger = Ledger::new(filter);
        let months = ledger.rows("summary --by month,customer");
        let last = months.iter().map(|row| &row["InvoiceMonth"]).max().unwrap();
        let customers = ledger.sheet("Customers");
        for row in months.iter().filter(|row| row["InvoiceMonth"] == *last && row["Credits"] != "0") {
            let customer = customers.iter().find(|other| other["CustomerID"] == row["CustomerID"]).unwrap();
            for name in ["CreditGiven", "BalanceAmount"] {
                assert_eq!(normal(&customer[name]), normal(&row[name]), "{name} of {row:?} with {filter:?}");
            }
        }
    }
}

#[test]
fn what_a_credit_has_lost_does_not_depend_on_where_the_months_shown_begin() {
    let rows = [
        "c 2022-07 600.00 Active 400.00 USD 6/1/2022 7/31/2022",
        "c 2022-08 600.00 Expired 0.00 USD 6/1/2022 7/31/2022",
    ];
    let later = ["c 2022-09 600.00 Expired 0.00 USD 6/1/2022 7/31/2022"];
    let books = report(&[&rows[..], &later].concat());
    let forfeited = |command: &str, filter: &str| {
        let run = aco_on(&format!("{command} --as-of 2022-10-10 -f csv -q {filter}"), &books);
        let mut lines = run.stdout.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
        let at = lines.next().unwrap().iter().position(|name| name == "Forfeited").unwrap();
        lines.map(|cells| cells[at].parse::<Decimal>().unwrap()).sum::<Decimal>()
    };
    for (filter, until) in [("--to 2022-07", "2022-07"), ("--from 2022-09", "2022-09"), ("--month 2022-08", "2022-08")]
    {
        let all = forfeited("summary --by agreement", &format!("--to {until}"));
        assert_eq!(forfeited("balance", filter), all, "{filter}");
    }
    assert_eq!(forfeited("balance", "--from 2022-09"), Decimal::new(40000, 2));
    assert_eq!(forfeited("summary", "--from 2022-09"), Decimal::ZERO);
}

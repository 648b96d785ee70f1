//! What holds for every invoice: its totals are the sums of its lines, however it is spelled, cut, ordered and read.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use proptest::prelude::*;
use rust_decimal::Decimal;

use aco::input::invoice::{self, CreditOptions};
use aco::input::source::Source;
use aco::input::value::amount::DecimalMark;
use aco::input::{Options, ReadPlan};
use aco::model::invoice::Invoices;

const COLUMNS: [&str; 9] = [
    "CustomerId",
    "InvoiceNumber",
    "ProductName",
    "ChargeType",
    "Subtotal",
    "Currency",
    "PricingCurrency",
    "ChargeStartDate",
    "CreditReasonCode",
];

/// Some of them mean the same, and none are an Azure credit.
const REASONS: [&str; 5] = ["", "Azure Credit", "azure  credit offer", "Service Level Agreement", "Promotion; 5 %"];

#[derive(Clone, Debug)]
struct Line {
    customer: u8,
    invoice: u8,
    cents: i64,
    month: u32,
    reason: usize,
    is_credit: bool,
    product: &'static str,
}

#[derive(Clone, Copy, Debug)]
enum Spelling {
    Plain,
    European,
    Camel,
    Pascal,
}

fn line() -> impl Strategy<Value = Line> {
    let product =
        prop::sample::select(vec!["VM", "a \"big\" one", "two, of a kind", "Größe; 5,00", "{\"a\": [1, \"}\"]}"]);
    (0_u8..4, 0_u8..3, -9_999_999_i64..9_999_999, 0_u32..4, 0_usize..5, any::<bool>(), product).prop_map(
        |(customer, invoice, cents, month, reason, is_credit, product)| Line {
            customer,
            invoice,
            cents,
            month,
            reason: if is_credit { reason } else { 0 },
            is_credit,
            product,
        },
    )
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    prop::collection::vec(line(), 1..60)
}

fn spelling() -> impl Strategy<Value = Spelling> {
    prop::sample::select(vec![Spelling::Plain, Spelling::European, Spelling::Camel, Spelling::Pascal])
}

impl Line {
    fn cells(&self, spelling: Spelling) -> [String; 9] {
        let amount = Decimal::new(self.cents, 2).to_string();
        let month = self.month + 5;
        let (amount, start) = match spelling {
            Spelling::European => (amount.replace('.', ","), format!("17.{month:02}.2022")),
            Spelling::Plain => (amount, format!("{month}/17/2022")),
            Spelling::Camel | Spelling::Pascal => (amount, format!("2022-{month:02}-17T00:00:00Z")),
        };
        [
            format!("c{}", self.customer),
            format!("G{}", self.invoice),
            self.product.to_owned(),
            if self.is_credit { "customerCredit" } else { "new" }.to_owned(),
            amount,
            "EUR".to_owned(),
            "USD".to_owned(),
            start,
            REASONS[self.reason].to_owned(),
        ]
    }
}

/// The lines as a file, its columns turned round by some places.
fn file(lines: &[Line], spelling: Spelling, turn: usize) -> String {
    let turned = |mut cells: [String; 9]| {
        cells.rotate_left(turn % 9);
        cells
    };
    let columns = turned(COLUMNS.map(str::to_owned));
    let mut text = String::new();
    let separated = |cells: &[String; 9], separator: &str| {
        cells.each_ref().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).join(separator)
    };
    match spelling {
        Spelling::Plain | Spelling::European => {
            let separator = if matches!(spelling, Spelling::Plain) { "," } else { ";" };
            let _ = write!(text, "{}\r\n", columns.join(separator));
            for line in lines {
                let _ = write!(text, "{}\r\n", separated(&turned(line.cells(spelling)), separator));
            }
        }
        Spelling::Camel | Spelling::Pascal => {
            for line in lines {
                let members: Vec<String> =
                    columns.iter().zip(turned(line.cells(spelling))).map(member(spelling)).collect();
                let _ = writeln!(text, "{{{}}}", members.join(","));
            }
        }
    }
    text
}

/// A member of an object: amounts are numbers, empty cells null.
fn member(spelling: Spelling) -> impl Fn((&String, String)) -> String {
    move |(name, value)| {
        let (first, rest) = name.split_at(1);
        let first = if matches!(spelling, Spelling::Camel) { first.to_lowercase() } else { first.to_owned() };
        let value = match &**name {
            "Subtotal" => value,
            _ if value.is_empty() => "null".to_owned(),
            _ => format!("{value:?}"),
        };
        format!("\"{first}{rest}\":{value}")
    }
}

fn read(files: Vec<String>, spelling: Spelling, pace: ReadPlan<'_>) -> Invoices {
    let sources = files.into_iter().map(|text| Source::stream("invoice", std::io::Cursor::new(text.into_bytes())));
    // Cents alone leave the decimal mark open, as dates of one month do their order.
    let mark = if matches!(spelling, Spelling::European) { DecimalMark::Comma } else { DecimalMark::Point };
    let options = Options { decimal: Some(mark), ..Options::default() };
    let reading = invoice::read(sources.collect(), &options, &CreditOptions::default(), pace).unwrap();
    assert_eq!(reading.problems, []);
    reading.invoices
}

/// Totals by customer, invoice, month and reason, with the number of lines and whether they are an Azure credit.
type Totals = BTreeMap<(String, String, String, String), (Decimal, u64, bool)>;

fn totals(invoices: &Invoices) -> Totals {
    let totals = invoices.totals.iter().map(|total| {
        let key = &total.key;
        let place =
            (key.customer.to_string(), key.invoice.number.to_string(), key.charged.to_string(), key.reason.to_string());
        (place, (total.billed, total.lines, key.is_aco))
    });
    let count = invoices.totals.len();
    let totals: Totals = totals.collect();
    assert_eq!(totals.len(), count, "no total is told twice");
    totals
}

/// The same by adding up cents.
fn added(lines: &[Line]) -> Totals {
    let mut totals = Totals::new();
    for line in lines.iter().filter(|line| line.is_credit) {
        let place = (
            format!("c{}", line.customer),
            format!("G{}", line.invoice),
            format!("2022-{:02}", line.month + 5),
            REASONS[line.reason].to_owned(),
        );
        let total = totals.entry(place).or_insert((Decimal::new(0, 2), 0, [1, 2].contains(&line.reason)));
        total.0 -= Decimal::new(line.cents, 2);
        total.1 += 1;
    }
    totals
}

proptest! {
    #[test]
    fn totals_are_sums(lines in lines(), spelling in spelling(), turn in 0_usize..9, threads in 1_usize..4, block in 1_usize..600) {
        let invoices = read(vec![file(&lines, spelling, turn)], spelling, ReadPlan { threads, block, bytes_read: None });
        prop_assert_eq!(totals(&invoices), added(&lines));
    }

    #[test]
    fn neither_pace_nor_spelling_changes_what_is_odd(lines in lines(), spelling in spelling(), block in 1_usize..600) {
        let found = |spelling, pace| {
            let invoices = read(vec![file(&lines, spelling, 0)], spelling, pace);
            let findings: Vec<_> = invoices.findings.iter().map(|finding| (finding.rule, finding.customer.clone())).collect();
            (findings, invoices.parts)
        };
        let expected = found(Spelling::Plain, ReadPlan::threads(1));
        prop_assert_eq!(expected.0.len(), lines.iter().filter(|line| [1, 2].contains(&line.reason) && line.cents > 0).count());
        prop_assert_eq!(found(spelling, ReadPlan { threads: 3, block, bytes_read: None }), expected);
    }

    #[test]
    fn invoices_may_come_in_files_of_their_own(lines in lines(), spelling in spelling()) {
        let mut files: BTreeMap<u8, Vec<Line>> = BTreeMap::new();
        for line in &lines {
            files.entry(line.invoice).or_default().push(line.clone());
        }
        let files = files.values().map(|lines| file(lines, spelling, 4)).collect();
        let invoices = read(files, spelling, ReadPlan { threads: 2, block: 100, bytes_read: None });
        prop_assert_eq!(totals(&invoices), added(&lines));
    }
}

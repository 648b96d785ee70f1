//! What holds for every ledger: the books balance, and neither order nor files change an answer.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use proptest::prelude::*;

use aco::input::source::Source;
use aco::input::value::amount::DecimalMark;
use aco::input::{self, Options, ReadPlan, ReportReading};
use aco::ledger::{Found, Ledger, Rules, What};
use aco::model::Place;
use aco::model::money::Sum;
use aco::model::record::Record;
use aco::model::report::Report;

use super::context::HEADER;

/// A row, in the order of the report's columns.
#[derive(Clone, Debug)]
struct Row {
    customer: u8,
    agreement: u8,
    month: u32,
    amount: i64,
    status: bool,
    balance: i64,
    currency: usize,
    effective: Option<u32>,
}

impl Row {
    /// Rows of one credit and month, which one file must not contradict, and which stay in one file.
    fn slot(&self) -> (u8, u8, usize, u32) {
        (self.customer, self.agreement, self.currency, self.month)
    }

    /// CreditAmount and BalanceAmount.
    fn amounts(&self) -> (String, String) {
        let scale = [2, 0, 3][self.currency];
        let text = |units| rust_decimal::Decimal::new(units, scale).to_string();
        (text(self.amount), text(self.balance))
    }

    fn text(&self) -> String {
        let currency = ["USD", "JPY", "KWD"][self.currency];
        let (amount, balance) = self.amounts();
        let effective = self.effective.map(|month| format!("{}/15/2022", month % 12 + 1)).unwrap_or_default();
        format!(
            "p,c{},2022-{:02},ACO,{},{},{},{currency},a{},{effective},12/31/2023",
            self.customer,
            self.month % 12 + 1,
            amount,
            if self.status { "Active" } else { "Expired" },
            balance,
            self.agreement,
        )
    }
}

/// Amounts of every size, among them those at the edges of what 32 bits hold.
fn units() -> impl Strategy<Value = i64> {
    let edge = i64::from(i32::MAX);
    prop_oneof![6 => -50_000_i64..900_000, 1 => edge - 3..edge + 4, 1 => -edge - 4..-edge + 3, 1 => -(1_i64 << 55)..1 << 55]
}

fn row() -> impl Strategy<Value = Row> {
    let identity = (0_u8..4, 0_u8..2, 0_usize..3);
    let amounts = (units(), units());
    (identity, 0_u32..12, amounts, any::<bool>(), prop::option::of(0_u32..3)).prop_map(
        |((customer, agreement, currency), month, (amount, balance), status, effective)| Row {
            customer,
            agreement,
            month,
            amount,
            status,
            balance,
            currency,
            effective,
        },
    )
}

/// Rows without contradictions: one for each credit and month, some of them twice.
fn rows() -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec(row(), 0..60).prop_map(|rows| {
        let mut slots: BTreeMap<_, Row> = BTreeMap::new();
        for row in rows {
            slots.insert(row.slot(), row);
        }
        slots.into_values().collect()
    })
}

/// Downloads of one ledger, oldest first, each ending in a later month than the one before, in which anything but the
/// first days may have changed, rows may be gone, and others new.
fn downloads() -> impl Strategy<Value = Vec<Vec<Row>>> {
    let changes = prop::collection::vec((0_u8..6, units()), 60);
    (rows(), prop::collection::vec(changes, 3), 2_u32..5).prop_map(|(rows, changes, step)| {
        let download = |(number, changes): (u32, Vec<(u8, i64)>)| {
            let last = (number + 1) * step.min(4);
            let has = |row: &&Row| row.month < last;
            let mut seen: Vec<Row> = Vec::new();
            for (row, (kind, amount)) in rows.iter().filter(has).zip(changes) {
                match kind {
                    0 => {}
                    1 => seen.push(Row { amount, ..row.clone() }),
                    2 => seen.push(Row { status: !row.status, ..row.clone() }),
                    _ => seen.push(row.clone()),
                }
            }
            // What ends it, so that its age is known.
            let month = last - 1;
            seen.retain(|row| row.slot() != (9, 9, 0, month));
            seen.push(Row {
                customer: 9,
                agreement: 9,
                month,
                amount: 1,
                status: true,
                balance: 1,
                currency: 0,
                effective: None,
            });
            seen
        };
        (0..).zip(changes).map(download).collect()
    })
}

fn csv(rows: &[Row]) -> String {
    rows.iter().fold(HEADER.to_owned(), |mut text, row| {
        let _ = writeln!(text, "{}", row.text());
        text
    })
}

/// A file of some of these lines, most of them in their order.
fn stretches() -> impl Strategy<Value = String> {
    let lines: Vec<String> = (10..22)
        .flat_map(|month| {
            [
                format!("p,c,2022-{:02},ACO,{month}.00,Active,5.00,USD,a,6/1/2022,5/31/2023\n", month - 9),
                format!("p,c,2022-{:02},\"A,\"\"O\",{month},Active,5.00,USD,a,6/1/2022,5/31/2023\r\n", month - 9),
                format!("p,d,2022-{:02},Größe,{month}.5,Active,5.00,USD,b,6/13/2022,\n", month - 9),
            ]
        })
        .chain(["\n".to_owned(), "x,y\n".to_owned(), "p,c,2022-01,ACO,1.00,Active,5.00,USD,a,,".to_owned()])
        .collect();
    let count = lines.len();
    prop::collection::vec((0..count, 0..count), 0..6).prop_map(move |stretches| {
        let stretches = stretches.into_iter().flat_map(|(start, end)| &lines[start.min(end)..start.max(end)]);
        HEADER.to_owned() + &stretches.map(String::as_str).collect::<String>()
    })
}

fn reading(files: &[String], block: usize) -> ReportReading {
    let source = |text: &String| Source::stream("rows.csv", std::io::Cursor::new(text.clone().into_bytes()));
    let pace = ReadPlan { block, ..ReadPlan::threads(1) };
    input::read(files.iter().map(source).collect(), &Options::default(), pace).unwrap()
}

fn report(files: &[String], pace: ReadPlan<'_>) -> Report {
    let source = |text: &String| Source::stream("rows.csv", std::io::Cursor::new(text.clone().into_bytes()));
    // Three decimals alone leave the decimal mark open.
    let options = Options { decimal: Some(DecimalMark::Point), ..Options::default() };
    let reading = input::read(files.iter().map(source).collect(), &options, pace).unwrap();
    assert_eq!(reading.problems, []);
    reading.report
}

fn ledger(files: &[String], pace: ReadPlan<'_>) -> Ledger {
    Ledger::build(report(files, pace), Rules::default(), pace.threads).unwrap()
}

/// Every month of every credit, written out in the order of the credits' identities.
fn given(ledger: &Ledger) -> String {
    let mut text = String::new();
    for place in ledger.sorted() {
        let credit = &ledger.credits()[place];
        let identity = ledger.identity(credit);
        for entry in ledger.timeline(credit) {
            let entry = entry.unwrap();
            let _ = writeln!(
                text,
                "{identity:?} {} {} {} {} {:?} {:?} {:?} {}",
                entry.month,
                entry.status,
                entry.credit_amount,
                entry.balance_amount,
                entry.given,
                entry.opening,
                entry.span,
                entry.forfeited
            );
        }
    }
    text
}

proptest! {
    #[test]
    fn stretches_hold_all_credits_and_part_no_customer(rows in rows(), count in 1_usize..6) {
        let ledger = ledger(&[csv(&rows)], ReadPlan::threads(1));
        let customer = |place: usize| &ledger.identity(&ledger.credits()[place]).customer;
        let mut next = 0;
        for stretch in ledger.stretches(count) {
            prop_assert_eq!(stretch.start, next);
            prop_assert!(stretch.start < stretch.end);
            prop_assert!(next == 0 || customer(next - 1) != customer(next));
            next = stretch.end;
        }
        prop_assert_eq!(next, ledger.credits().len());
    }

    #[test]
    fn amounts_of_every_size_are_kept(rows in rows()) {
        let records = report(&[csv(&rows)], ReadPlan::threads(1)).records();
        let amounts = |record: &Record| (record.credit_amount.to_string(), record.balance_amount.to_string());
        let read: Vec<(String, String)> = records.values().map(amounts).collect();
        let written: Vec<(String, String)> = rows.iter().map(Row::amounts).collect();
        prop_assert_eq!(read, written);
    }

    #[test]
    fn the_books_balance(rows in rows()) {
        let ledger = ledger(&[csv(&rows)], ReadPlan::threads(1));
        let mut months = 0;
        for credit in ledger.credits() {
            let mut sum = Sum::default();
            let mut last = None;
            for entry in ledger.timeline(credit) {
                let entry = entry.unwrap();
                prop_assert_eq!(entry.given.is_some(), entry.opening.is_none());
                sum.add(entry.given.or(entry.opening).unwrap()).unwrap();
                last = Some(entry.credit_amount);
                months += 1;
            }
            prop_assert_eq!(Some(sum.value().unwrap()), last);
        }
        prop_assert_eq!(months, rows.len());
    }

    #[test]
    fn order_changes_nothing((rows, shuffled) in rows().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))) {
        let expected = given(&ledger(&[csv(&rows)], ReadPlan::threads(1)));
        prop_assert_eq!(given(&ledger(&[csv(&shuffled)], ReadPlan { threads: 3, block: 50, bytes_read: None })), expected);
    }

    #[test]
    fn files_change_nothing(rows in rows(), marks in prop::collection::vec(0_usize..3, 60)) {
        let expected = given(&ledger(&[csv(&rows)], ReadPlan::threads(1)));
        let mut parts = vec![Vec::new(); 3];
        for (row, mark) in rows.into_iter().zip(marks) {
            parts[mark].push(row);
        }
        let files: Vec<String> = parts.iter().map(|rows| csv(rows)).collect();
        prop_assert_eq!(given(&ledger(&files, ReadPlan::threads(2))), expected);
    }

    #[test]
    fn repeating_rows_changes_nothing(rows in rows()) {
        let expected = given(&ledger(&[csv(&rows)], ReadPlan::threads(1)));
        let twice: Vec<Row> = rows.iter().chain(rows.iter().rev()).cloned().collect();
        let ledger = ledger(&[csv(&twice)], ReadPlan::threads(1));
        let is_duplicate = |found: &&Found| found.what == What::Duplicate;
        prop_assert_eq!(ledger.findings().rows.iter().filter(is_duplicate).count(), rows.len());
        prop_assert_eq!(given(&ledger), expected);
    }

    /// What a file repeats of another is not read again, and is the same.
    #[test]
    fn rows_of_downloads_are_those_of_each_read_alone(
        files in prop::collection::vec(stretches(), 2..5),
        block in prop::sample::select(vec![1, 200, 3000]),
    ) {
        let (mut records, mut problems) = (Vec::new(), Vec::new());
        for (number, file) in (0..).zip(&files) {
            let ReportReading { report, problems: of_file, .. } = reading(std::slice::from_ref(file), block);
            records.extend(report.records().into_iter().map(|(place, record)| (Place { file: number, ..place }, record)));
            problems.extend(of_file.into_iter().map(|problem| (number, problem.place.line, problem.expected)));
        }
        let together = reading(&files, block);
        prop_assert_eq!(together.report.records().into_iter().collect::<Vec<_>>(), records);
        let told = together.problems.into_iter().map(|problem| (problem.place.file, problem.place.line, problem.expected));
        prop_assert_eq!(told.collect::<Vec<_>>(), problems);
    }

    #[test]
    fn the_order_of_downloads_changes_nothing(downloads in downloads(), threads in 1_usize..4) {
        let forwards: Vec<String> = downloads.iter().map(|rows| csv(rows)).collect();
        let backwards: Vec<String> = downloads.iter().rev().map(|rows| csv(&rows.iter().rev().cloned().collect::<Vec<_>>())).collect();
        let (one, other) = (ledger(&forwards, ReadPlan::threads(1)), ledger(&backwards, ReadPlan { threads, block: 50, bytes_read: None }));
        prop_assert_eq!(given(&one), given(&other));
        let found = |ledger: &Ledger| {
            let mut found: Vec<What> = ledger.findings().rows.iter().map(|found| found.what).collect();
            found.retain(|what| !matches!(what, What::Duplicate | What::Doubtful));
            found.sort_unstable();
            found
        };
        prop_assert_eq!(found(&one), found(&other));
    }

    #[test]
    fn the_books_of_downloads_balance_and_no_row_is_lost(downloads in downloads()) {
        let files: Vec<String> = downloads.iter().map(|rows| csv(rows)).collect();
        let ledger = ledger(&files, ReadPlan::threads(2));
        let mut months = BTreeSet::new();
        for credit in ledger.credits() {
            let identity = ledger.identity(credit);
            let mut sum = Sum::default();
            let mut last = None;
            for entry in ledger.timeline(credit) {
                let entry = entry.unwrap();
                sum.add(entry.given.or(entry.opening).unwrap()).unwrap();
                last = Some(entry.credit_amount);
                months.insert((identity.customer.as_str().to_owned(), identity.agreement.as_str().to_owned(), identity.currency, entry.month));
            }
            prop_assert_eq!(Some(sum.value().unwrap()), last);
        }
        // Whatever was replaced, each month that any download has of a credit is there.
        let slots: BTreeSet<_> = downloads.iter().flatten().map(Row::slot).collect();
        prop_assert_eq!(months.len(), slots.len());
    }

    #[test]
    fn a_month_says_what_its_newest_download_says(downloads in downloads()) {
        let files: Vec<String> = downloads.iter().map(|rows| csv(rows)).collect();
        let ledger = ledger(&files, ReadPlan::threads(1));
        let mut newest: BTreeMap<_, (String, String)> = BTreeMap::new();
        for row in downloads.iter().flatten() {
            newest.insert(row.slot(), row.amounts());
        }
        let expected: BTreeSet<_> = newest
            .into_iter()
            .map(|((customer, agreement, currency, month), (amount, _))| {
                (format!("c{customer}"), format!("a{agreement}"), ["USD", "JPY", "KWD"][currency].to_owned(), month % 12 + 1, amount)
            })
            .collect();
        let mut found = BTreeSet::new();
        for credit in ledger.credits() {
            let identity = ledger.identity(credit);
            for entry in ledger.timeline(credit) {
                let entry = entry.unwrap();
                found.insert((
                    identity.customer.as_str().to_owned(),
                    identity.agreement.as_str().to_owned(),
                    identity.currency.to_string(),
                    entry.month.month(),
                    entry.credit_amount.to_string(),
                ));
            }
        }
        prop_assert_eq!(found, expected);
    }
}

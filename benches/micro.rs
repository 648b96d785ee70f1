//! Micro-benchmarks of the ways a row takes: reading by spelling, the ledger, the sums, the output.
//!
//! `cargo bench --bench micro`; throughput is in bytes of the report.

#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use std::fmt::Write as _;
use std::io::Cursor;

use chrono::NaiveDate;
use divan::counter::BytesCount;
use divan::{Bencher, black_box};

use aco::analysis::filter::Filter;
use aco::analysis::summary::{GroupBy, summarize};
use aco::input::source::Source;
use aco::input::{self, Options, ReadPlan};
use aco::ledger::{Ledger, Rules};
use aco::model::report::Report;
use aco::output::Style;
use aco::output::format::Format;
use aco::output::{Column, Fields, Kind, Priority};

fn main() {
    divan::main();
}

/// A report of 2,000 credits over 24 months.
fn report(quoted: bool, amount: fn(u32) -> String, date: &str) -> Vec<u8> {
    let mut text =
        "PartnerID;CustomerID;InvoiceMonth;CreditName;CreditAmount;Status;BalanceAmount;CurrencyCode;AgreementID;\
        EffectiveDate;ExpiryDate\n"
            .to_owned();
    for month in 0..24_u32 {
        for credit in 0..2_000_u32 {
            let row = format!(
                "910a2dec-8902-5cc1-beeb-8da1658eec67;{credit:08x}-9015-0280-e099-ec6cd7363ca5;{}-{:02};ACO;{};Active;{};\
                 EUR;ACO-{credit:08};{date};12/31/2023",
                2020 + month / 12,
                month % 12 + 1,
                amount(credit + month * 1_000),
                amount(90_000_000 - credit),
            );
            let row = if quoted { format!("\"{}\"", row.replace(';', "\";\"")) } else { row };
            writeln!(text, "{row}").unwrap();
        }
    }
    text.into_bytes()
}

fn plain() -> Vec<u8> {
    report(false, |units| format!("{}.{:02}", units / 100, units % 100), "1/15/2020")
}

fn read(text: &[u8]) -> Report {
    let source = Source::stream("report", Cursor::new(text.to_vec()));
    input::read(vec![source], &Options::default(), ReadPlan::threads(1)).unwrap().report
}

fn bench_reading(bencher: Bencher, text: &[u8]) {
    bencher.counter(BytesCount::new(text.len())).bench_local(|| read(black_box(text)));
}

#[divan::bench]
fn read_plain(bencher: Bencher) {
    bench_reading(bencher, &plain());
}

#[divan::bench]
fn read_quoted(bencher: Bencher) {
    bench_reading(bencher, &report(true, |units| format!("{}.{:02}", units / 100, units % 100), "1/15/2020"));
}

#[divan::bench]
fn read_odd_amounts(bencher: Bencher) {
    bench_reading(bencher, &report(false, |units| format!("{},{:02} €", units / 100, units % 100), "1/15/2020"));
}

#[divan::bench]
fn read_dates_with_times(bencher: Bencher) {
    bench_reading(bencher, &report(false, |units| units.to_string(), "1/15/2020 12:00:00 AM"));
}

#[divan::bench]
fn build_ledger(bencher: Bencher) {
    let text = plain();
    bencher
        .counter(BytesCount::new(text.len()))
        .with_inputs(|| read(&text))
        .bench_local_values(|report| Ledger::build(report, Rules::default(), 1));
}

#[divan::bench]
fn sum_up_by_month(bencher: Bencher) {
    let text = plain();
    let ledger = Ledger::build(read(&text), Rules::default(), 1).unwrap();
    let filter = Filter::everything(NaiveDate::from_ymd_opt(2022, 1, 1).unwrap());
    bencher
        .counter(BytesCount::new(text.len()))
        .bench_local(|| summarize(black_box(&ledger), &filter, &[GroupBy::Month], 1).unwrap().len());
}

#[divan::bench(args = ["csv", "jsonl", "markdown"])]
fn write_rows(bencher: Bencher, name: &str) {
    let format =
        Format::from_extension(std::path::Path::new(&format!("x.{}", name.replace("markdown", "md")))).unwrap();
    let rows: Vec<i64> = (0..50_000).collect();
    let amount = |row: &i64| rust_decimal::Decimal::new(row * 7_919, 2);
    let table = Fields::<i64>::default()
        .with(Column::new("CustomerID", Kind::Id, Priority::Key), |_| "0b61c8d4-3a52-4c8e-9d0f-6e1b7a20c4f9")
        .with(Column::new("Credits", Kind::Count, Priority::Detail), |row| *row)
        .with(Column::new("CreditAmount", Kind::Amount, Priority::Answer), amount)
        .with(Column::new("BalanceAmount", Kind::Amount, Priority::Answer), amount)
        .table(rows.iter().copied());
    bencher.bench_local(|| {
        let mut out = Vec::with_capacity(8 << 20);
        aco::output::format::write(&table, format, Style::default(), 1, &mut out).unwrap();
        out.len()
    });
}

//! A date or month is read as `chrono` reads it, and as the numbers that it is written with.

use std::io::Cursor;

use chrono::{Datelike, NaiveDate};

use aco::input::source::Source;
use aco::input::value::settled_day;
use aco::input::{self, Options, ReadPlan};
use aco::model::DateOrder;
use aco::model::month::Month;

use super::Choices;

const ORDERS: [DateOrder; 2] = [DateOrder::MonthFirst, DateOrder::DayFirst];

/// Ways to write a date that have one meaning, and for each order one that has two.
const SPELLINGS: [&str; 9] = [
    "%Y-%m-%d",
    "%Y/%-m/%-d",
    "%Y%m%d",
    "%d.%m.%Y",
    "%-d %B %Y",
    "%b %-d, %Y",
    "%d-%b-%Y",
    "%Y-%m-%dT23:59:59.123Z",
    "%Y-%m-%d 12:00:00 AM",
];

/// Each line is a date and a month.
pub(crate) fn run(data: &[u8]) {
    let is_in_report = Choices::of(data).below(32) == 0;
    for text in data.split(|byte| *byte == b'\n').take(8) {
        let text = String::from_utf8_lossy(text);
        let days = ORDERS.map(|order| settled_day(&text, order).ok());
        let months = ORDERS.map(|order| month(&text, Some(order)));
        for ((order, date), month) in ORDERS.into_iter().zip(days).zip(months) {
            as_chrono_reads(&text, order, date);
            if let Some(Some(date)) = date {
                is_written(&text, date);
                day_again(date, order);
                // The last hours of a month may be the next one's first day elsewhere.
                let may_be_refused = date.succ_opt().is_some_and(|next| next.day() == 1) && text.contains(':');
                let is_none = month.is_none() && may_be_refused;
                assert!(is_none || month == Some(Month::of(date)), "{text:?} under {order:?}: {month:?}");
            }
            if let Some(month) = month {
                month_again(month, order);
            }
        }
        if is_in_report {
            in_a_report(&text, days, months);
        }
    }
}

type Day = Option<Option<NaiveDate>>;

/// In a report, a date is what it is alone.
fn in_a_report(text: &str, days: [Day; 2], months: [Option<Month>; 2]) {
    let day = |order| row("2022-07", text, order).map(|(_, date)| date);
    for (order, expected) in ORDERS.into_iter().zip(days) {
        assert_eq!(day(Some(order)), expected, "{text:?} under {order:?}");
    }
    // Without being told the order, it is read as under one of the two.
    assert!(day(None).is_none() || days.contains(&day(None)), "{text:?}: {:?}", day(None));
    assert!(month(text, None).is_none() || months.contains(&month(text, None)), "{text:?}");
}

/// A month, as a report has it.
fn month(text: &str, order: Option<DateOrder>) -> Option<Month> {
    row(text, "", order).map(|(month, _)| month)
}

/// The month and the last day of a report of one row.
fn row(month: &str, expiry: &str, date_order: Option<DateOrder>) -> Option<(Month, Option<NaiveDate>)> {
    let quoted = |text: &str| text.replace('"', "\"\"");
    let report = format!(
        "PartnerID,CustomerID,InvoiceMonth,CreditName,CreditAmount,Status,BalanceAmount,CurrencyCode,AgreementID,\
         EffectiveDate,ExpiryDate\np,c,\"{}\",ACO,1,Active,0,EUR,a,,\"{}\"\n",
        quoted(month),
        quoted(expiry)
    );
    let options = Options { date_order, ..Options::default() };
    let source = Source::stream("report", Cursor::new(report.into_bytes()));
    let reading = input::read(vec![source], &options, ReadPlan::threads(1)).ok()?;
    let records = reading.report.records();
    assert_eq!(records.len() + reading.problems.len(), 1, "a row is read or a problem");
    records.values().next().map(|record| (record.month, record.expiry))
}

/// The widths of the numbers in a text, and what stands between them.
fn shape(text: &str) -> (Vec<usize>, Vec<char>) {
    let widths = text.split(|c: char| !c.is_ascii_digit()).map(str::len).collect();
    (widths, text.chars().filter(|c| !c.is_ascii_digit()).collect())
}

fn as_chrono_reads(text: &str, order: DateOrder, date: Day) {
    let (widths, between) = shape(text);
    let format = match (&widths[..], &between[..]) {
        ([4, 1..=2, 1..=2], ['-', '-']) => "%Y-%m-%d",
        ([4, 1..=2, 1..=2], ['/', '/']) => "%Y/%m/%d",
        ([8], []) => "%Y%m%d",
        ([1..=2, 1..=2, 4], ['.', '.']) => "%d.%m.%Y",
        ([1..=2, 1..=2, 4], ['/', '/']) if order == DateOrder::MonthFirst => "%m/%d/%Y",
        ([1..=2, 1..=2, 4], ['/', '/']) => "%d/%m/%Y",
        _ => return,
    };
    let null = NaiveDate::from_ymd_opt(1, 1, 1);
    let expected = match NaiveDate::parse_from_str(text, format).ok() {
        Some(date) if Some(date) == null => Some(None),
        Some(date) if date.year() >= 1000 => Some(Some(date)),
        _ => None,
    };
    assert_eq!(date, expected, "{text} under {order:?}");
}

/// The year and the day stand in the text.
fn is_written(text: &str, date: NaiveDate) {
    let numbers: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty()).collect();
    let is_among = |wanted: u32| numbers.iter().any(|digits| digits.parse() == Ok(wanted));
    let year = date.year().unsigned_abs();
    let compact = date.format("%Y%m%d").to_string();
    let is_written = numbers.contains(&compact.as_str())
        || is_among(date.day()) && (is_among(year) || year / 100 == 20 && is_among(year % 100));
    assert!(is_written, "{text:?} read as {date}");
}

/// However a date is printed, it is read as the same.
fn day_again(date: NaiveDate, order: DateOrder) {
    let doubtful = match order {
        DateOrder::MonthFirst => "%-m/%-d/%Y",
        DateOrder::DayFirst => "%-d/%-m/%Y",
    };
    for spelling in SPELLINGS.iter().chain([&doubtful]) {
        let text = date.format(spelling).to_string();
        assert_eq!(settled_day(&text, order), Ok(Some(date)), "{text}");
    }
}

fn month_again(month: Month, order: DateOrder) {
    let text = month.to_string();
    assert_eq!(text.parse(), Ok(month));
    let (first, last) = (month.first_day(), month.last_day());
    let days = (last - first).num_days() + 1;
    assert_eq!(days, month.days(), "{text}");
    let others = ["%Y%m", "%m/%Y", "%B %Y", "%Y/%-m", "%Y-%m-%d - %Y-%m-%d"].map(|form| first.format(form).to_string());
    let period = format!("{} - {}", first.format("%d.%m.%Y"), last.format("%d.%m.%Y"));
    for text in others.iter().chain([&text, &period]) {
        assert_eq!(self::month(text, Some(order)), Some(month), "{text}");
    }
}

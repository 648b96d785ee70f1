//! A date or month is read as `chrono` reads it, and as the numbers that it is written with.

use std::io::Cursor;

use chrono::{Datelike, NaiveDate};

use aco::input::source::Source;
use aco::input::{self, Options, Pace};
use aco::model::date::DateOrder;
use aco::model::month::Month;

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

/// What is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Unreadable;

/// Each line is a date and a month.
pub(crate) fn run(data: &[u8]) {
    for text in data.split(|byte| *byte == b'\n').take(8) {
        let text = String::from_utf8_lossy(text);
        let days = ORDERS.map(|order| read_day(&text, Some(order)));
        let months = ORDERS.map(|order| read_month(&text, Some(order)));
        for (order, date) in ORDERS.into_iter().zip(days) {
            as_chrono_reads(&text, order, date);
            if let Ok(Some(date)) = date {
                is_written(&text, date);
                day_again(date, order);
            }
        }
        for (order, month) in ORDERS.into_iter().zip(months).filter_map(|(order, month)| Some((order, month?))) {
            month_again(month, order);
        }
        for ((date, month), order) in days.into_iter().zip(months).zip(ORDERS) {
            // A day is a month too, unless it is none.
            if let Ok(Some(date)) = date {
                assert_eq!(month, Some(Month::of(date)), "{text:?} under {order:?}");
            }
        }
        // Without being told the order, it is read as under one of the two.
        if let Ok(date) = read_day(&text, None) {
            assert!(days.contains(&Ok(date)), "{text:?}: {date:?}");
        }
        if let Some(month) = read_month(&text, None) {
            assert!(months.contains(&Some(month)), "{text:?}: {month}");
        }
    }
}

/// A date in a report of one row; a blank one is none.
fn read_day(text: &str, order: Option<DateOrder>) -> Result<Option<NaiveDate>, Unreadable> {
    row("2022-07", text, order).map(|(_, date)| date).ok_or(Unreadable)
}

fn read_month(text: &str, order: Option<DateOrder>) -> Option<Month> {
    let (month, _) = row(text, "", order)?;
    Some(month)
}

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
    let reading = input::read(vec![source], &options, Pace::threads(1)).ok()?;
    let shard = reading.report.shards.first()?;
    assert_eq!(shard.rows.len() + reading.problems.len(), 1, "a row is read or a problem");
    (!shard.rows.is_empty()).then(|| (shard.month(0), shard.key(0).expiry))
}

/// The widths of the numbers in a text, and what stands between them.
fn shape(text: &str) -> (Vec<usize>, Vec<char>) {
    let widths = text.split(|c: char| !c.is_ascii_digit()).map(str::len).collect();
    (widths, text.chars().filter(|c| !c.is_ascii_digit()).collect())
}

fn as_chrono_reads(text: &str, order: DateOrder, date: Result<Option<NaiveDate>, Unreadable>) {
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
        Some(date) if Some(date) == null => Ok(None),
        Some(date) if date.year() >= 1000 => Ok(Some(date)),
        _ => Err(Unreadable),
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
        assert_eq!(read_day(&text, Some(order)), Ok(Some(date)), "{text}");
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
        assert_eq!(read_month(text, Some(order)), Some(month), "{text}");
    }
}

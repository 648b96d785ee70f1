//! Dates and months as files spell them.
//!
//! `3/4/2022` leaves its order open; like an ambiguous amount it is read with both meanings, for the file to settle.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};

use crate::model::{DateOrder, Month};

use super::without_apostrophe;

/// What a text may mean until the order of days and months is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateReading<T> {
    /// One thing only. `fits` is the order that it was written in, if it could have been read in either.
    One { value: T, fits: Option<DateOrder> },
    /// Two things.
    Either { month_first: T, day_first: T },
}

impl<T: Copy> DateReading<T> {
    fn one(value: T) -> Self {
        Self::One { value, fits: None }
    }

    /// The meaning under an order.
    pub(crate) fn under(self, order: DateOrder) -> T {
        match (self, order) {
            (Self::One { value, .. }, _) => value,
            (Self::Either { month_first, .. }, DateOrder::MonthFirst) => month_first,
            (Self::Either { day_first, .. }, DateOrder::DayFirst) => day_first,
        }
    }

    fn map<U>(self, turn: impl Fn(T) -> U) -> DateReading<U> {
        match self {
            Self::One { value, fits } => DateReading::One { value: turn(value), fits },
            Self::Either { month_first, day_first } => {
                DateReading::Either { month_first: turn(month_first), day_first: turn(day_first) }
            }
        }
    }
}

/// A month as a cell spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MonthReading {
    pub(crate) month: DateReading<Month>,
    pub(crate) first_day: FirstDay,
}

/// In which order a cell is the first day of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FirstDay {
    /// It is no day but a month or a period.
    NoDay,
    InNone,
    In(DateOrder),
    InBoth,
}

impl MonthReading {
    fn new(month: DateReading<Month>) -> Self {
        Self { month, first_day: FirstDay::NoDay }
    }

    fn from_day(day: DateReading<NaiveDate>) -> Self {
        let is_first = |order| day.under(order).day() == 1;
        let first_day = match (is_first(DateOrder::MonthFirst), is_first(DateOrder::DayFirst)) {
            (true, true) => FirstDay::InBoth,
            (true, false) => FirstDay::In(DateOrder::MonthFirst),
            (false, true) => FirstDay::In(DateOrder::DayFirst),
            (false, false) => FirstDay::InNone,
        };
        Self { month: day.map(Month::of), first_day }
    }
}

/// Bytes of the longest text that is a date, a month or a period: looking for a time in more takes ever longer.
const LONGEST: usize = 128;

/// Reads a date; blank text and the null date `0001-01-01` are none. `None` if the text is no date.
pub(crate) fn read_date(text: &str) -> Option<DateReading<Option<NaiveDate>>> {
    let text = without_apostrophe(text).unwrap_or(text).trim();
    if text.is_empty() {
        return Some(DateReading::one(None));
    }
    if text.len() > LONGEST {
        return None;
    }
    let text = &*if has_words(text) { without_words(text) } else { Cow::Borrowed(text) };
    let null = NaiveDate::from_ymd_opt(1, 1, 1);
    Some(read_day(text)?.map(|date| Some(date).filter(|date| Some(*date) != null)))
}

/// Reads a month: `2022-07`, `202207`, `07/2022`, `Jul 2022`, any day of it, or a period within it.
pub(crate) fn read_month(text: &str) -> Option<MonthReading> {
    let text = without_apostrophe(text).unwrap_or(text).trim();
    if text.len() > LONGEST {
        return None;
    }
    let text = &*if has_words(text) { without_words(text) } else { Cow::Borrowed(text) };
    month_alone(text)
        .map(|month| MonthReading::new(DateReading::one(month)))
        .or_else(|| read_day(text).map(MonthReading::from_day))
        .or_else(|| read_period(text).map(MonthReading::new))
        .filter(|reading| reading.month.under(DateOrder::MonthFirst).year() >= 1000)
}

/// Whether more than digits and separators stand in a text.
fn has_words(text: &str) -> bool {
    !text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'/' | b'.' | b':' | b' '))
}

/// A text without what languages put between the parts of a date: `julio de 2022`, `2022年7月31日`, `2022M07`.
fn without_words(text: &str) -> Cow<'_, str> {
    if let [a, b, c, d, b'M' | b'm', month @ ..] = text.as_bytes()
        && [a, b, c, d].into_iter().chain(month).all(u8::is_ascii_digit)
    {
        return format!("{}-{}", &text[..4], &text[5..]).into();
    }
    let mut plain = text.replace(" de ", " ").replace(" del ", " ");
    for (year, month, day) in [('年', '月', '日'), ('년', '월', '일')] {
        if plain.contains(year) {
            let parts: Vec<&str> =
                plain.split([year, month, day]).map(str::trim).filter(|part| !part.is_empty()).collect();
            plain = parts.join("-");
        }
    }
    plain.into()
}

/// A month without a day.
fn month_alone(text: &str) -> Option<Month> {
    if text.len() == 6 && all_digits(text) {
        return Month::new(number(&text[..4])?, unsigned(&text[4..])?);
    }
    let (first, last) = split_two(text)?;
    match (all_digits(first), all_digits(last)) {
        (true, true) if first.len() == 4 && last.len() <= 2 => Month::new(number(first)?, unsigned(last)?),
        (true, true) if last.len() == 4 && first.len() <= 2 => Month::new(number(last)?, unsigned(first)?),
        (false, true) => Month::new(year(last)?, named_month(first)?),
        (true, false) if first.len() == 4 => Month::new(number(first)?, named_month(last)?),
        _ => None,
    }
}

/// The numbers and names of a text, between its separators; `None` if a dash or slash does not stand between two.
fn parts(text: &str) -> Option<impl Iterator<Item = &str>> {
    let mut may_divide = false;
    for c in text.chars().filter(|c| !matches!(c, '.' | ' ' | ',')) {
        let divides = matches!(c, '-' | '/');
        if divides && !may_divide {
            return None;
        }
        may_divide = !divides;
    }
    may_divide.then(|| text.split(['-', '/', '.', ' ', ',']).filter(|part| !part.is_empty()))
}

/// Splits at the one separator of a text, which may have blanks about it.
fn split_two(text: &str) -> Option<(&str, &str)> {
    let mut parts = parts(text)?;
    let pair = (parts.next()?, parts.next()?);
    parts.next().is_none().then_some(pair)
}

/// `7/1/2022 - 7/31/2022`: both days must lie in one month.
fn read_period(text: &str) -> Option<DateReading<Month>> {
    let (first, last) = [" - ", " – ", " to ", "–", "-"].iter().find_map(|between| {
        let (first, last) = text.split_once(between)?;
        Some((read_day(first.trim())?, read_day(last.trim())?))
    })?;
    let same = |order| {
        let month = Month::of(first.under(order));
        (month == Month::of(last.under(order))).then_some(month)
    };
    let either = |reading: &DateReading<NaiveDate>| matches!(reading, DateReading::Either { .. });
    let fits = [first, last].into_iter().find_map(|reading| match reading {
        DateReading::One { fits, .. } => fits,
        DateReading::Either { .. } => None,
    });
    match (fits, same(DateOrder::MonthFirst), same(DateOrder::DayFirst)) {
        (Some(order), _, _) => same(order).map(|value| DateReading::One { value, fits }),
        (None, Some(month_first), Some(day_first)) if either(&first) || either(&last) => {
            Some(DateReading::Either { month_first, day_first })
        }
        (None, Some(value), Some(_)) => Some(DateReading::one(value)),
        (None, Some(value), None) => Some(DateReading::One { value, fits: Some(DateOrder::MonthFirst) }),
        (None, None, Some(value)) => Some(DateReading::One { value, fits: Some(DateOrder::DayFirst) }),
        (None, None, None) => None,
    }
}

/// Whether a moment lies in the last hours of a month, though not in its last minute: then it may be the midnight with
/// which the next month begins in another zone, such as `2022-06-30T22:00:00Z` in Berlin.
pub(crate) fn is_eve_of_month(text: &str) -> bool {
    let text = without_apostrophe(text).unwrap_or(text).trim();
    let Some((day, time)) = day_and_time(text).filter(|_| text.len() <= LONGEST) else { return false };
    let Some(day) = day_alone(day) else { return false };
    let ends_month = |order| day.under(order).succ_opt().is_some_and(|next| next.day() == 1);
    let hours = time.split(':').next().and_then(unsigned).unwrap_or_default();
    let upper = time.to_ascii_uppercase();
    let hour = if upper.contains("PM") {
        hours % 12 + 12
    } else if upper.contains("AM") {
        hours % 12
    } else {
        hours
    };
    let minute = time.split(':').nth(1).and_then(|minute| unsigned(minute.get(..2)?)).unwrap_or_default();
    // No zone is further from UTC than 14 hours.
    (10..24).contains(&hour)
        && (hour, minute) != (23, 59)
        && [DateOrder::MonthFirst, DateOrder::DayFirst].into_iter().all(ends_month)
}

/// A day with or without a time of day. A zone is not applied: the day is the one that is written.
fn read_day(text: &str) -> Option<DateReading<NaiveDate>> {
    day_alone(text).or_else(|| day_alone(day_and_time(text)?.0))
}

/// The text of a day, and that of the time behind it.
fn day_and_time(text: &str) -> Option<(&str, &str)> {
    let at = text.match_indices([' ', 'T', 't']).map(|(at, _)| at).find(|at| is_time(text[at + 1..].trim()))?;
    Some((text[..at].trim_end_matches([',', ' ']), text[at + 1..].trim()))
}

fn day_alone(text: &str) -> Option<DateReading<NaiveDate>> {
    if text.len() == 8 && all_digits(text) {
        let date = NaiveDate::from_ymd_opt(number(&text[..4])?, unsigned(&text[4..6])?, unsigned(&text[6..])?)?;
        return plausible(date).map(DateReading::one);
    }
    let mut parts = parts(text)?;
    let (a, b, c) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let day = |year: i32, month: &str, day: &str| {
        if !all_digits(day) || day.len() > 2 {
            return None;
        }
        let month = if all_digits(month) && month.len() <= 2 { unsigned(month)? } else { named_month(month)? };
        NaiveDate::from_ymd_opt(year, month, unsigned(day)?).and_then(plausible)
    };
    if a.len() == 4 && all_digits(a) {
        return day(number(a)?, b, c).map(DateReading::one);
    }
    let year = year(c)?;
    if !all_digits(a) {
        return day(year, a, b).map(DateReading::one);
    }
    if !all_digits(b) || text.contains('.') {
        // `1 July 2022`, and `1.7.2022`, which nobody writes month first.
        return day(year, b, a).map(DateReading::one);
    }
    let is_year = a.len() == 2 && c.len() == 2 && number(a)? > 12;
    let year_first = if is_year { day(2000 + number(a)?, b, c) } else { None };
    match (day(year, a, b), day(year, b, a)) {
        (Some(month_first), Some(day_first)) if month_first == day_first => Some(DateReading::one(month_first)),
        (Some(month_first), Some(day_first)) => Some(DateReading::Either { month_first, day_first }),
        (Some(value), None) => Some(DateReading::One { value, fits: Some(DateOrder::MonthFirst) }),
        (None, Some(day_first)) => Some(match year_first {
            // `22/07/31`: the last number is the year if days come first, and the first if months come before days.
            Some(month_first) => DateReading::Either { month_first, day_first },
            None => DateReading::One { value: day_first, fits: Some(DateOrder::DayFirst) },
        }),
        (None, None) => None,
    }
}

/// A year of four digits, or of two in this century.
fn year(text: &str) -> Option<i32> {
    match text.len() {
        4 if all_digits(text) => number(text),
        2 if all_digits(text) => Some(2000 + number(text)?),
        _ => None,
    }
}

/// The null date, or a day that a report can mean.
fn plausible(date: NaiveDate) -> Option<NaiveDate> {
    (date.year() >= 1000 || Some(date) == NaiveDate::from_ymd_opt(1, 1, 1)).then_some(date)
}

/// `23:59`, `12:00:00 AM`, `23:59:59.123Z`, `00:00:00+02:00`.
fn is_time(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    let bare = upper.trim_end_matches('Z').trim_end();
    let bare = bare.strip_suffix("UTC").map_or(bare, str::trim_end);
    let halved = bare.strip_suffix("AM").or_else(|| bare.strip_suffix("PM"));
    let clock = halved.unwrap_or(bare).trim_end();
    let (clock, zone) = match clock.find(['+', '-']) {
        Some(at) => (&clock[..at], &clock[at + 1..]),
        None => (clock, "00:00"),
    };
    let zone_fits = matches!(zone.len(), 2 | 4 | 5) && zone.bytes().all(|b| b.is_ascii_digit() || b == b':');
    let mut parts = clock.trim_end().split(':');
    let part = |text: Option<&str>, most: u32| {
        text.is_some_and(|text| {
            (1..=2).contains(&text.len()) && all_digits(text) && unsigned(text).is_some_and(|value| value <= most)
        })
    };
    let hour = part(parts.next(), if halved.is_some() { 12 } else { 24 });
    let minute = part(parts.next(), 59);
    let second = parts.next().is_none_or(|text| {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        part(Some(whole), 60) && all_digits(fraction)
    });
    zone_fits && hour && minute && second && parts.next().is_none()
}

/// The number of a month's name, in full or shortened to three letters or more: English, German, French, Spanish,
/// Italian, Portuguese, Dutch or Polish.
fn named_month(text: &str) -> Option<u32> {
    #[rustfmt::skip]
    const NAMES: [&[&str]; 12] = [
        &["january", "januar", "janvier", "jänner", "enero", "gennaio", "janeiro", "januari", "styczeń", "stycznia"],
        &["february", "februar", "février", "fevrier", "febrero", "febbraio", "fevereiro", "februari", "luty", "lutego"],
        &["march", "märz", "maerz", "mrz", "mars", "marzo", "março", "marco", "maart", "mrt", "marzec", "marca"],
        &["april", "avril", "abril", "aprile", "kwiecień", "kwietnia"],
        &["may", "mai", "mayo", "maggio", "maio", "mei", "maj", "maja"],
        &["june", "juni", "juin", "junio", "giugno", "junho", "czerwiec", "czerwca"],
        &["july", "juli", "juillet", "julio", "luglio", "julho", "lipiec", "lipca"],
        &["august", "août", "aout", "agosto", "augustus", "sierpień", "sierpnia"],
        &["september", "septembre", "septiembre", "setiembre", "settembre", "setembro", "wrzesień", "września"],
        &["october", "oktober", "octobre", "octubre", "ottobre", "outubro", "październik", "października"],
        &["november", "novembre", "noviembre", "novembro", "listopad", "listopada"],
        &["december", "dezember", "décembre", "decembre", "diciembre", "dicembre", "dezembro", "grudzień", "grudnia"],
    ];
    let name = text.to_lowercase();
    if name.chars().count() < 3 || !name.chars().all(char::is_alphabetic) {
        return None;
    }
    let mut months = (1..).zip(NAMES).filter(|(_, names)| names.iter().any(|full| full.starts_with(&name)));
    let (month, _) = months.next()?;
    months.next().is_none().then_some(month)
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn number(text: &str) -> Option<i32> {
    text.parse().ok()
}

fn unsigned(text: &str) -> Option<u32> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> String {
        let show = |date: Option<NaiveDate>| date.map_or("none".to_owned(), |date| date.to_string());
        match read_date(text) {
            None => "unreadable".to_owned(),
            Some(DateReading::One { value, .. }) => show(value),
            Some(DateReading::Either { month_first, day_first }) => {
                format!("{} or {}", show(month_first), show(day_first))
            }
        }
    }

    fn month(text: &str) -> String {
        match read_month(text).map(|reading| reading.month) {
            None => "unreadable".to_owned(),
            Some(DateReading::One { value, .. }) => value.to_string(),
            Some(DateReading::Either { month_first, day_first }) => format!("{month_first} or {day_first}"),
        }
    }

    #[test]
    fn dates_with_one_reading() {
        for text in [
            "2022-09-30",
            "2022/9/30",
            "20220930",
            "9/30/2022",
            "30/9/2022",
            "30.9.2022",
            "30-9-2022",
            "30.09.22",
            "9/30/2022 12:00:00 AM",
            "2022-09-30T23:59:59Z",
            "2022-09-30T23:59:59.123+02:00",
            "2022-09-30 00:00:00",
            "30 Sep 2022",
            "Sep 30, 2022",
            "30-Sept-22",
            "30. September 2022",
            "9/30/2022 0:00",
            "2022-09-30 10:00 PM UTC",
        ] {
            assert_eq!(date(text), "2022-09-30", "{text}");
        }
        assert_eq!(date("5/5/2022"), "2022-05-05");
        assert_eq!(date("'5/5/2022"), "2022-05-05");
        // No day is the 45th, so that the year stands last.
        assert_eq!(date("31/07/45"), "2045-07-31");
        assert_eq!(date("1. März 2024"), "2024-03-01");
        assert_eq!(date("15 août 2024"), "2024-08-15");
    }

    #[test]
    fn dates_with_two() {
        assert_eq!(date("3/4/2022"), "2022-03-04 or 2022-04-03");
        assert_eq!(date("03-04-2022"), "2022-03-04 or 2022-04-03");
        assert_eq!(date("22/07/31"), "2022-07-31 or 2031-07-22");
        assert_eq!(date("25-12-22"), "2025-12-22 or 2022-12-25");
        assert_eq!(month("22/07/31"), "2022-07 or 2031-07");
    }

    #[test]
    fn the_last_hours_of_a_month_may_be_the_next_one_elsewhere() {
        for eve in [
            "2022-06-30T22:00:00Z",
            "2022-06-30T23:00+00",
            "6/30/2022 6:30 PM",
            "30.06.2022 17:00",
            "2022-12-31 10:00:00",
        ] {
            assert!(is_eve_of_month(eve), "{eve}");
        }
        for day in [
            "2022-06-30T23:59:59Z",
            "2022-06-30",
            "6/30/2022 12:00:00 AM",
            "2022-06-30T00:00:00Z",
            "2022-07-01T05:00:00Z",
            "2022-06-29T22:00:00Z",
            "2022-06-30T09:12:00",
            "2022-06",
        ] {
            assert!(!is_eve_of_month(day), "{day}");
        }
    }

    #[test]
    fn no_dates_and_not_dates() {
        assert_eq!(date(""), "none");
        assert_eq!(date("0001-01-01T00:00:00"), "none");
        assert_eq!(date("1/1/0001 12:00:00 AM"), "none");
        for text in [
            "2022-02-30",
            "2/30/2022",
            "13/13/2022",
            "tomorrow",
            "2022",
            "2022-07",
            "99999-01-01",
            "1/2/3/2022",
            "2022-09-30T25:00",
            "9/30/2022 noon",
            "0022-01-01",
            "jul 2022",
            "-1/1/2022",
            "1/1//2022",
            "2022-01-01-",
            &"7/1/2022 T".repeat(100_000),
        ] {
            assert_eq!(date(text), "unreadable", "{text}");
        }
    }

    #[test]
    fn months() {
        for text in [
            "2022-07",
            "202207",
            "2022/07",
            "2022-7",
            "07/2022",
            "7/2022",
            "Jul 2022",
            "July 2022",
            "jul-22",
            "Juli 2022",
            "juil. 2022",
            "2022 July",
            "2022-07-15",
            "7/31/2022",
            "2022-07-01T00:00:00",
            "7/1/2022 - 7/31/2022",
            "2022-07-01 - 2022-07-31",
            "01.07.2022-31.07.2022",
        ] {
            assert_eq!(month(text), "2022-07", "{text}");
        }
        for text in [
            "julio 2022",
            "julio de 2022",
            "15 de julio de 2022",
            "luglio 2022",
            "lug-22",
            "julho de 2022",
            "JULI 2022",
            "lipiec 2022",
            "1 lipca 2022",
            "2022年7月",
            "2022年07月15日",
            "2022년 7월",
            "2022M07",
            "2022m7",
        ] {
            assert_eq!(month(text), "2022-07", "{text}");
        }
        for (text, number) in
            ["ene", "lut", "mrt", "abr", "mag", "giu", "lip", "sie", "set", "paź", "lis", "dic"].into_iter().zip(1..)
        {
            assert_eq!(named_month(text), Some(number), "{text}");
        }
        assert_eq!(month("7/1/2022"), "2022-07 or 2022-01");
        for text in [
            "",
            "2022",
            "2022-13",
            "2022-00",
            "202213",
            "13/2022",
            "7/1/2022 - 8/31/2022",
            "Ju 2022",
            "juillo 2022",
            "2022M",
            "2022M13",
            "2022年13月",
            "99999-01",
            "0001-01",
            "-2022-01",
            "2022-1-",
            "1//2022",
        ] {
            assert_eq!(month(text), "unreadable", "{text}");
        }
    }
}

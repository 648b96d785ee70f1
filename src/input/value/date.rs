//! Dates and months as files spell them.
//!
//! `3/4/2022` leaves its order open; like an ambiguous amount it is read as its file is, and says so.

use std::borrow::Cow;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate, TimeDelta};

use crate::model::{DateOrder, Month};

use super::{Clue, Clues, without_apostrophe};

/// Bytes of the longest text that is a date, a month or a period: looking for a time in more takes ever longer.
const LONGEST: usize = 128;

/// Days that stand where there is none: that of .NET, and the day 0 of spreadsheets as they count it.
const NULL_DATES: [(i32, u32, u32); 2] = [(1, 1, 1), (1899, 12, 30)];

/// Whether a text is the day 0 as Excel writes it: `1/0/1900`.
fn is_day_zero(text: &str) -> bool {
    let day = day_and_time(text).map_or(text, |(day, _)| day);
    parts(day).is_some_and(|parts| {
        let mut numbers: Vec<Option<u32>> = parts.map(number).collect();
        numbers.sort_unstable();
        numbers == [Some(0), Some(1), Some(1900)]
    })
}

/// Reads a date of a file with this order, and what it says about the order; blank text and the dates that stand for none
/// are none. `None` if the text is no date.
pub(crate) fn read_date(text: &str, order: DateOrder) -> Option<(Option<NaiveDate>, Clues)> {
    let text = &*plain(text)?;
    if text.is_empty() {
        return Some((None, Clues::NONE));
    }
    if is_day_zero(text) {
        return Some((None, Clues::NONE));
    }
    let (date, clues) = read_day(text, order)?;
    let date = Some(date).filter(|date| !NULL_DATES.contains(&(date.year(), date.month(), date.day())));
    Some((date, if date.is_some() { clues.and(clues_of_time(text)) } else { clues }))
}

/// Reads a moment of UTC as the day that it lies in where clocks are so many minutes ahead, if that is known; any other
/// date as it is. What is read so says nothing of its zone.
pub(crate) fn read_local_date(text: &str, order: DateOrder, ahead: Option<i32>) -> Option<(Option<NaiveDate>, Clues)> {
    let (date, clues) = read_date(text, order)?;
    let Some(ahead) = ahead else { return Some((date, clues)) };
    let minutes = clock(text).filter(|_| !has_zone(text)).map_or(0, |(hour, minute, _)| hour * 60 + minute + ahead);
    let moved = |date: NaiveDate| date.checked_add_signed(TimeDelta::days(minutes.div_euclid(24 * 60).into()));
    // A day past the year 9999 stays the last one.
    let date = date.map(|date| moved(date).filter(|moved| moved.year() <= 9999).unwrap_or(date));
    Some((date, clues.without(Clue::OtherMidnight)))
}

/// Reads a month as [`read_month`] does, but a moment of UTC as [`read_local_date`].
pub(crate) fn read_local_month(text: &str, order: DateOrder, ahead: Option<i32>) -> Option<(Month, Clues)> {
    if ahead.is_none() || clock(text).is_none() {
        return read_month(text, order);
    }
    let (date, clues) = read_local_date(text, order, ahead)?;
    date.map(|date| (Month::of(date), clues))
}

/// Reads a month: `2022-07`, `202207`, `07/2022`, `Jul 2022`, any day of it, or a period within it; but no moment of
/// which [`is_eve_of_month`] is true.
pub(crate) fn read_month(text: &str, order: DateOrder) -> Option<(Month, Clues)> {
    let text = &*plain(text)?;
    month_alone(text)
        .map(|month| (month, Clues::NONE))
        .or_else(|| month_of_day(text, order))
        .or_else(|| read_period(text, order))
        .filter(|(month, _)| month.year() >= 1000 && !is_eve_of_month(text))
}

/// The month of a day. A billing period begins on day 1, so that the day may tell the order.
fn month_of_day(text: &str, order: DateOrder) -> Option<(Month, Clues)> {
    let (day, clues) = read_day(text, order)?;
    let is_first = |order| read_day(text, order).is_some_and(|(day, _)| day.day() == 1);
    let first_day = match (is_first(DateOrder::MonthFirst), is_first(DateOrder::DayFirst)) {
        (true, true) => Clues::NONE,
        (true, false) => Clues::only(Clue::FirstDayIfMonthFirst),
        (false, true) => Clues::only(Clue::FirstDayIfDayFirst),
        (false, false) => Clues::only(Clue::NoFirstDay),
    };
    // A spreadsheet that takes `2022-07` for a day takes the first.
    let turned = [Clue::Dotted, Clue::Named, Clue::DateCell].into_iter().filter(|_| day.day() == 1);
    let clues = turned.fold(clues, Clues::without);
    Some((Month::of(day), clues.and(first_day)))
}

/// A text without its mark as one, blanks about it and words; `None` if it is too long.
fn plain(text: &str) -> Option<Cow<'_, str>> {
    let text = without_apostrophe(text).unwrap_or(text).trim();
    (text.len() <= LONGEST).then(|| if has_words(text) { without_words(text) } else { Cow::Borrowed(text) })
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
    let is_word = |word: &&str| !["de", "del"].iter().any(|between| word.eq_ignore_ascii_case(between));
    let mut plain = text.split(' ').filter(is_word).collect::<Vec<_>>().join(" ");
    for (year, month, day) in [('年', '月', '日'), ('년', '월', '일')] {
        if plain.contains(year) {
            let parts: Vec<&str> =
                plain.split([year, month, day]).map(str::trim).filter(|part| !part.is_empty()).collect();
            plain = parts.join("-");
        }
    }
    plain.into()
}

fn month_alone(text: &str) -> Option<Month> {
    if text.len() == 6 && all_digits(text) {
        return Month::new(number(&text[..4])?, number(&text[4..])?);
    }
    let (first, last) = split_two(text)?;
    match (all_digits(first), all_digits(last)) {
        (true, true) if first.len() == 4 && last.len() <= 2 => Month::new(number(first)?, number(last)?),
        (true, true) if last.len() == 4 && first.len() <= 2 => Month::new(number(last)?, number(first)?),
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
fn read_period(text: &str, order: DateOrder) -> Option<(Month, Clues)> {
    let days =
        |(first, last): (&str, &str), order| Some([read_day(first.trim(), order)?, read_day(last.trim(), order)?]);
    let betweens = [" - ", " – ", " to ", "–", "-"];
    let parts =
        betweens.iter().filter_map(|between| text.split_once(between)).find(|parts| days(*parts, order).is_some())?;
    let month = |order| {
        let [first, last] = days(parts, order)?.map(|(day, _)| Month::of(day));
        (first == last).then_some(first)
    };
    let clues = days(parts, order)?.map(|(_, clues)| clues);
    let orders = [(DateOrder::MonthFirst, Clue::MonthFirst), (DateOrder::DayFirst, Clue::DayFirst)];
    let told = clues.into_iter().find_map(|clues| orders.into_iter().find(|(_, clue)| clues.contains(*clue)));
    match (told, orders.map(|(order, _)| month(order))) {
        (Some((order, clue)), _) => Some((month(order)?, Clues::only(clue))),
        (None, [Some(_), Some(_)]) => Some((month(order)?, clues[0].and(clues[1]))),
        (None, [Some(month), None]) => Some((month, Clues::only(Clue::MonthFirst))),
        (None, [None, Some(month)]) => Some((month, Clues::only(Clue::DayFirst))),
        (None, [None, None]) => None,
    }
}

/// Whether a moment lies in the last hours of a month, though not in its last minute: then it may be the midnight with
/// which the next month begins in another zone, such as `2022-06-30T22:00:00Z` in Berlin.
pub(crate) fn is_eve_of_month(text: &str) -> bool {
    let Some((day, _)) = day_and_time(text) else { return false };
    let next = |order| day_alone(day, order).and_then(|(day, _)| day.succ_opt());
    let ends_month = |order| next(order).is_some_and(|next| next.day() == 1);
    let Some((hour, minute, _)) = clock(text) else { return false };
    // No zone is further from UTC than 14 hours.
    (10..24).contains(&hour)
        && (hour, minute) != (23, 59)
        && [DateOrder::MonthFirst, DateOrder::DayFirst].into_iter().all(ends_month)
}

/// What the time of day behind a day says: whether all days of a file may be midnights of another zone. Its last second
/// says nothing, in whatever zone.
fn clues_of_time(text: &str) -> Clues {
    match clock(text) {
        Some((0, 0, 0)) | None => Clues::only(Clue::OwnDay),
        Some((_, 0 | 30, 0)) => Clues::only(Clue::OtherMidnight),
        Some((_, 29 | 59, _)) => Clues::NONE,
        Some(_) => Clues::only(Clue::OwnDay),
    }
}

/// The hour, minute and second of a moment; none of a day without a time.
fn clock(text: &str) -> Option<(i32, i32, i32)> {
    let (_, time) = day_and_time(text)?;
    let mut parts = time.split(|c: char| !c.is_ascii_digit()).map(|part| number(part).unwrap_or_default());
    let mut next = || parts.next().unwrap_or_default();
    let (hour, minute) = (next(), next());
    let second = if time.matches(':').count() > 1 { next() } else { 0 };
    let upper = halves(time);
    let hour = if upper.contains("PM") {
        hour % 12 + 12
    } else if upper.contains("AM") {
        hour % 12
    } else {
        hour
    };
    Some((hour, minute, second))
}

/// The zone, such as `+02:00`, in which a moment of UTC is midnight.
pub(crate) fn zone_of_midnight(moment: &str) -> Option<String> {
    let (hour, minute, _) = clock(moment)?;
    let until = 24 * 60 - (hour * 60 + minute);
    let (sign, minutes) = if until <= 14 * 60 { ('+', until) } else { ('-', 24 * 60 - until) };
    Some(format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60))
}

/// Whether a moment names a zone of its own besides UTC.
fn has_zone(text: &str) -> bool {
    day_and_time(text).is_some_and(|(_, time)| time.contains(['+', '-']) && !time.contains("+00"))
}

/// A day with or without a time of day. A zone is not applied: the day is the one that is written.
fn read_day(text: &str, order: DateOrder) -> Option<(NaiveDate, Clues)> {
    day_alone(text, order).or_else(|| {
        let (day, time) = day_and_time(text)?;
        let (day, clues) = day_alone(day, order)?;
        // No cell that holds a date has a zone.
        let is_text = time.ends_with(['Z', 'z']) || time.contains(['+', '-']);
        Some((day, if is_text { clues.without(Clue::DateCell) } else { clues }))
    })
}

/// The text of a day, and that of the time behind it.
fn day_and_time(text: &str) -> Option<(&str, &str)> {
    let text = Some(without_apostrophe(text).unwrap_or(text).trim()).filter(|text| text.len() <= LONGEST)?;
    let at = text.match_indices([' ', 'T', 't']).map(|(at, _)| at).find(|at| is_time(text[at + 1..].trim()))?;
    Some((text[..at].trim_end_matches([',', ' ']), text[at + 1..].trim()))
}

fn day_alone(text: &str, order: DateOrder) -> Option<(NaiveDate, Clues)> {
    let one = |date| (date, Clues::NONE);
    let or_turned = |date: NaiveDate, clue| {
        let clues = match date.day() {
            13.. => Clues::only(Clue::NotTurned),
            day if day != date.month() => Clues::only(clue),
            _ => Clues::NONE,
        };
        (date, clues)
    };
    let either = |month_first, day_first| {
        let date = if order == DateOrder::MonthFirst { month_first } else { day_first };
        (date, Clues::only(Clue::AmbiguousOrder))
    };
    if text.len() == 8 && all_digits(text) {
        let date = NaiveDate::from_ymd_opt(number(&text[..4])?, number(&text[4..6])?, number(&text[6..])?)?;
        return plausible(date).map(one);
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
        let month = if all_digits(month) && month.len() <= 2 { number(month)? } else { named_month(month)? };
        NaiveDate::from_ymd_opt(year, month, number(day)?).and_then(plausible)
    };
    if a.len() == 4 && all_digits(a) {
        return day(number(a)?, b, c).map(|date| or_turned(date, Clue::DateCell));
    }
    let year = year(c)?;
    if !all_digits(a) {
        return day(year, a, b).map(one);
    }
    if !all_digits(b) {
        // `1 July 2022`
        return day(year, b, a).map(|date| or_turned(date, Clue::Named));
    }
    if text.contains('.') {
        // `1.7.2022`, which nobody writes month first.
        return day(year, b, a).map(|date| or_turned(date, Clue::Dotted));
    }
    let is_year = a.len() == 2 && c.len() == 2 && number::<i32>(a)? > 12;
    let year_first = if is_year { day(2000 + number::<i32>(a)?, b, c) } else { None };
    match (day(year, a, b), day(year, b, a)) {
        (Some(month_first), Some(day_first)) if month_first == day_first => Some(one(month_first)),
        (Some(month_first), Some(day_first)) => Some(either(month_first, day_first)),
        (Some(month_first), None) => Some((month_first, Clues::only(Clue::MonthFirst))),
        (None, Some(day_first)) => Some(match year_first {
            // `22/07/31`: the last number is the year if days come first, and the first if months come before days.
            Some(month_first) => either(month_first, day_first),
            None => (day_first, Clues::only(Clue::DayFirst)),
        }),
        (None, None) => None,
    }
}

/// A year of four digits, or of two in this century.
fn year(text: &str) -> Option<i32> {
    match text.len() {
        4 if all_digits(text) => number(text),
        2 if all_digits(text) => Some(2000 + number::<i32>(text)?),
        _ => None,
    }
}

/// The null date, or a day that a report can mean.
fn plausible(date: NaiveDate) -> Option<NaiveDate> {
    (date.year() >= 1000 || Some(date) == NaiveDate::from_ymd_opt(1, 1, 1)).then_some(date)
}

/// A time in capitals, the halves of its day as `AM` and `PM`: Spanish writes `a. m.`.
fn halves(time: &str) -> String {
    let upper = time.to_uppercase().replace('\u{a0}', " ");
    upper.replace("A. M.", "AM").replace("P. M.", "PM").replace("A.M.", "AM").replace("P.M.", "PM")
}

/// `23:59`, `12:00:00 AM`, `23:59:59.123Z`, `00:00:00+02:00`.
fn is_time(text: &str) -> bool {
    let upper = halves(text);
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
            (1..=2).contains(&text.len()) && all_digits(text) && number::<u32>(text).is_some_and(|value| value <= most)
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

pub(crate) fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn number<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

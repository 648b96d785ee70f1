//! Faults planted in clean books: each is found where it was planted, and nothing else is.

use std::collections::BTreeMap;
use std::fs;

use super::chance::Chance;
use super::context::{on_terminal, report};

/// Clean books: rows by credit, each `month amount status balance currency effective expiry` of one customer.
fn clean_books(chance: &mut Chance) -> Vec<Vec<[String; 8]>> {
    let credit = |number: usize| {
        let (currency, unit) = [("USD", "00"), ("EUR", "00"), ("JPY", "")][number % 3];
        let amount = |whole: usize| if unit.is_empty() { whole.to_string() } else { format!("{whole}.{unit}") };
        let limit = 1000 + chance.below(9) * 100;
        let step = limit / 20;
        let row = |month: usize| {
            let used = step * (month + 1);
            [
                format!("c{number}"),
                format!("2022-{:02}", month + 1),
                amount(used),
                "Active".to_owned(),
                amount(limit - used),
                currency.to_owned(),
                "1/1/2022".to_owned(),
                "12/31/2023".to_owned(),
            ]
        };
        (0..9).map(row).collect()
    };
    (0..6).map(credit).collect()
}

/// Plants a fault in the middle of a credit and returns the checks that must find it, each with how many months after
/// the fault's it does so first.
#[expect(clippy::too_many_lines, reason = "a case for each kind of fault")]
fn plant(kind: usize, rows: &mut Vec<[String; 8]>, month: usize) -> &'static [Expected] {
    let whole = |text: &str| text.split('.').next().unwrap().parse::<i64>().unwrap();
    let decimals = if rows[0][2].contains('.') { ".00" } else { "" };
    let move_by = |row: &mut [String; 8], used: i64, left: i64| {
        row[2] = format!("{}{decimals}", whole(&row[2]) + used);
        row[4] = format!("{}{decimals}", whole(&row[4]) + left);
    };
    match kind {
        0 => {
            // Credit taken back: this month and all later ones are lower, the limit stays.
            let taken = whole(&rows[1][2]) - whole(&rows[0][2]) + 10;
            rows[month..].iter_mut().for_each(|row| move_by(row, -taken, taken));
            &[("credit-decreased", Some(0))]
        }
        1 => {
            rows[month..].iter_mut().for_each(|row| move_by(row, 0, 77));
            &[("limit-changed", Some(0))]
        }
        2 => {
            rows.remove(month);
            &[("missing-month", Some(0))]
        }
        3 => {
            rows.truncate(month);
            &[("credit-vanished", Some(0))]
        }
        4 => {
            let copy = rows[month].clone();
            rows.insert(month + 1, copy);
            &[("duplicate-row", Some(0))]
        }
        5 => {
            let mut other = rows[month].clone();
            "Expired".clone_into(&mut other[3]);
            rows.insert(month, other);
            &[("conflicting-rows", Some(0))]
        }
        6 => {
            "Paused".clone_into(&mut rows[month][3]);
            &[("unknown-status", Some(0))]
        }
        7 => {
            rows[month..].iter_mut().for_each(|row| "11/30/2023".clone_into(&mut row[7]));
            &[("dates-amended", Some(0))]
        }
        8 => {
            "five".clone_into(&mut rows[month][2]);
            &[("unreadable-row", None), ("missing-month", Some(0))]
        }
        9 => {
            for row in &mut rows[month..] {
                "Expired".clone_into(&mut row[3]);
            }
            // Its use goes on within the term, so only the status is odd, and the balance is lost.
            &[("ended-early", Some(0)), ("forfeited", Some(0))]
        }
        10 => {
            rows[month][2] += if decimals.is_empty() { ".5" } else { "5" };
            rows[month][4] += if decimals.is_empty() { ".5" } else { "5" };
            &[("odd-precision", Some(0)), ("limit-changed", Some(0))]
        }
        FUTURE => {
            let last = rows.len() - 1;
            rows.drain(month..last);
            "2999-12".clone_into(&mut rows[month][1]);
            for row in rows.iter_mut() {
                "12/31/2999".clone_into(&mut row[7]);
            }
            &[("future-month", None), ("missing-month", Some(0))]
        }
        12 => {
            // The credit began long before the files do.
            for row in rows.iter_mut() {
                "1/1/2021".clone_into(&mut row[6]);
            }
            &[("unknown-opening", None)]
        }
        13 => {
            // It ended in the month before, yet is active and used.
            for row in rows.iter_mut() {
                row[7] = format!("{month}/28/2022");
            }
            &[("active-past-expiry", Some(0)), ("used-outside-term", Some(0))]
        }
        14 => {
            // It begins only in the next month.
            for row in rows.iter_mut() {
                row[6] = format!("{}/15/2022", month + 2);
            }
            &[("used-outside-term", None)]
        }
        15 => {
            "Expired".clone_into(&mut rows[month][3]);
            &[("ended-early", Some(0)), ("forfeited", Some(0)), ("status-reverted", Some(1))]
        }
        16 => {
            // More left than the limit allows, so that use is below zero throughout the first month.
            let used = whole(&rows[0][2]);
            move_by(&mut rows[0], -2 * used, 2 * used);
            &[("negative-amount", None)]
        }
        17 => {
            let other = if rows[0][5] == "EUR" { "GBP" } else { "EUR" };
            let mut row = rows[month].clone();
            other.clone_into(&mut row[5]);
            row[1].clone_from(&rows.last().unwrap()[1]);
            row[2] = "0".to_owned() + decimals;
            row[4] = "9".to_owned() + if decimals.is_empty() { ".00" } else { decimals };
            rows.push(row);
            &[("currency-changed", None)]
        }
        18 => {
            // A word that nobody knows runs: with it the credit came back.
            "Expired".clone_into(&mut rows[month][3]);
            "Paused".clone_into(&mut rows[month + 1][3]);
            let found: &[Expected] = &[
                ("ended-early", Some(0)),
                ("forfeited", Some(0)),
                ("unknown-status", Some(1)),
                ("status-reverted", Some(1)),
            ];
            found
        }
        19 => {
            // And its limit counts.
            "Paused".clone_into(&mut rows[month][3]);
            rows[month..].iter_mut().for_each(|row| move_by(row, 0, 77));
            &[("unknown-status", Some(0)), ("limit-changed", Some(0))]
        }
        UNKNOWN_NAME => &[("unknown-credit-name", None)],
        RESTATED => &[("restated-month", Some(0))],
        STALE => &[("missing-report", None)],
        WITHOUT_ROWS => &[("month-without-rows", None)],
        _ => unreachable!("no such kind"),
    }
}

/// A check, and how many months after the planted one its first finding lies, where that can be told.
type Expected = (&'static str, Option<usize>);

/// Kinds of faults that lie in the files, not in rows alone.
const UNKNOWN_NAME: usize = 20;
const RESTATED: usize = 21;
const STALE: usize = 22;
const WITHOUT_ROWS: usize = 23;
const KINDS: usize = 24;

/// A row of a month to come, which only the clock tells.
const FUTURE: usize = 11;

/// Plants what takes more than rows: gives an older file and the text.
fn plant_in_files(kind: usize, text: Vec<u8>, credit: &[[String; 8]], month: usize) -> (Option<Vec<u8>>, Vec<u8>) {
    let customer = &credit[0][0];
    match kind {
        UNKNOWN_NAME => {
            let lines = String::from_utf8(text).unwrap();
            let renamed = lines.lines().map(|line| {
                let is_its = line.starts_with(&format!("p,{customer},"));
                if is_its { line.replace(",ACO,", ",Bonus,") } else { line.to_owned() }
            });
            (None, renamed.collect::<Vec<_>>().join("\n").into_bytes())
        }
        RESTATED => {
            // The older download ends a month before, and says otherwise of one row.
            let lines = String::from_utf8(text).unwrap();
            let is_older = |line: &&str| !line.contains(",2022-09,") && !line.contains(",2999-");
            let start = format!("p,{customer},{},", credit[month][1]);
            let older = lines.lines().filter(is_older).map(|line| {
                if line.starts_with(&start) { line.replace(",Active,", ",Expired,") } else { line.to_owned() }
            });
            (Some(older.collect::<Vec<_>>().join("\n").into_bytes()), lines.into_bytes())
        }
        WITHOUT_ROWS => {
            // Before all months in which rows are at fault.
            let lines = String::from_utf8(text).unwrap();
            let left = lines.lines().filter(|line| !line.contains(",2022-02,"));
            (None, left.collect::<Vec<_>>().join("\n").into_bytes())
        }
        _ => (None, text),
    }
}

/// A finding: its check, customer and month, as far as it has them.
type Found = (String, String, String);

/// Whether a finding is one that a fault was planted for: in its place, or in a later month of the same credit.
fn was_planted((check, customer, month): &Found, credit: usize, planted: usize, expected: &[Expected]) -> bool {
    let month_number = |month: &str| month.strip_prefix("2022-").and_then(|month| month.parse::<usize>().ok());
    expected.iter().any(|(name, offset)| {
        let since = offset.map_or(0, |offset| (planted + 1 + offset).min(12));
        name == check
            && (customer.is_empty() || *customer == format!("c{credit}"))
            && month_number(month).is_none_or(|month| month >= since)
    })
}

#[test]
fn planted_faults_are_found_and_nothing_else_is() {
    let mut chance = Chance(7);
    let mut counts: BTreeMap<usize, [usize; 3]> = BTreeMap::new();
    for round in 0..600 {
        let kind = round % KINDS;
        let mut books = clean_books(&mut chance);
        // Two faults, in different credits: the second one in its rows alone.
        let credit = chance.below(books.len());
        let other = (credit + 1 + chance.below(books.len() - 1)) % books.len();
        let faults = [(kind, credit, 3 + chance.below(4)), (chance.below(UNKNOWN_NAME), other, 3 + chance.below(4))];
        let expected = faults.map(|(kind, credit, month)| plant(kind, &mut books[credit], month));
        let rows: Vec<String> = books.iter().flatten().map(|row| row.join(" ")).collect();
        let text = report(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        let (before, text) = plant_in_files(kind, text, &books[credit], faults[0].2);
        let found = findings(before.as_deref(), &text, &[faults[0].0, faults[1].0]);
        for ((kind, credit, month), expected) in faults.into_iter().zip(expected) {
            let [found_count, missed, _] = counts.entry(kind).or_default();
            for (check, offset) in expected {
                let its = |found: &&Found| was_planted(found, credit, month, &[(check, *offset)]);
                let first = found.iter().filter(its).map(|(_, _, month)| month.clone()).min();
                let wanted = offset.map(|offset| format!("2022-{:02}", (month + 1 + offset).min(12)));
                let is_found = first.is_some_and(|first| wanted.is_none_or(|wanted| first == wanted));
                *(if is_found { &mut *found_count } else { &mut *missed }) += 1;
                assert!(
                    is_found,
                    "kind {kind}, month {month}: no {check} in {found:?}\n{}",
                    String::from_utf8_lossy(&text)
                );
            }
        }
        let is_alarm = |found: &&Found| {
            let mut planted = faults.iter().zip(expected);
            !planted.any(|((_, credit, month), expected)| was_planted(found, *credit, *month, expected))
        };
        let alarms: Vec<_> = found.iter().filter(is_alarm).collect();
        assert!(alarms.is_empty(), "{faults:?}: {alarms:?}\n{}", String::from_utf8_lossy(&text));
        counts.entry(kind).or_default()[2] += alarms.len();
    }
    assert_eq!(counts.len(), KINDS);
    assert!(
        counts.values().all(|[found, missed, false_alarms]| *found > 0 && *missed == 0 && *false_alarms == 0),
        "{counts:?}"
    );
}

/// What is found, through the library so that hundreds of runs take little time.
fn findings(before: Option<&[u8]>, text: &[u8], kinds: &[usize]) -> Vec<Found> {
    let folder = tempfile::tempdir().unwrap();
    let (old, path) = (folder.path().join("old.csv"), folder.path().join("books.csv"));
    fs::write(&path, text).unwrap();
    let old = before.map_or(String::new(), |before| {
        fs::write(&old, before).unwrap();
        old.display().to_string()
    });
    let as_of = match (kinds.contains(&FUTURE), kinds.contains(&STALE)) {
        (true, _) => "",
        (false, true) => "--as-of 2022-11-10",
        (false, false) => "--as-of 2022-10-10",
    };
    let skip =
        if kinds.contains(&FUTURE) { "--skip provisional-month,missing-report" } else { "--skip provisional-month" };
    let line = format!("check {old} {} -q -f tsv {as_of} {skip}", path.display());
    let shown = on_terminal(&line, 80);
    let rows = shown.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    rows.map(|cells| (cells[1].to_owned(), cells[4].to_owned(), cells[6].to_owned())).collect()
}

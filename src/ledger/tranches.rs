//! Telling the grants of one identity apart by their first days, and amended days from other grants.
//!
//! An identity is several credits, one for each EffectiveDate, if one month of one file holds rows with different
//! EffectiveDates, or if a row's EffectiveDate lies on or after the ExpiryDate of the row before it. Rows of several
//! downloads belong together by EffectiveDate first; of what is left in a month, one row on each side is the same
//! credit with an amended date. So it is with the newest rows of a month and those before them, if these go on until the
//! month in which the new date lies, of which there are rows: a new credit would have had one then. Invariant: rows that may belong to
//! several credits are told, never counted twice in silence.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::model::Month;

/// What tells of a row which grant it is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrancheRow {
    pub month: Month,
    /// The age of its download; a newer one has a higher number.
    pub age: u32,
    pub file: u32,
    pub effective: Option<NaiveDate>,
    pub expiry: Option<NaiveDate>,
}

/// The rows of an identity, each in its tranche.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tranches {
    pub of_rows: Vec<usize>,
    /// The earliest first day of each tranche, in this order; one without a day where all rows are of one credit.
    pub first_days: Vec<Option<NaiveDate>>,
    /// Pairs of rows, the older one first, that cannot both be right.
    pub conflicts: Vec<Contradicting>,
}

impl Tranches {
    /// Sorts the rows of one identity, which come by month, then age, into tranches.
    pub fn new(rows: &[TrancheRow]) -> Self {
        let at_once = days_at_once(rows);
        let (amended, mut conflicts) = amended_days(rows, &at_once);
        if at_once.is_empty() && !begin_in_turn(rows) {
            return Self { of_rows: vec![0; rows.len()], first_days: vec![None], conflicts };
        }
        // The number of the credit that each day belongs to.
        let days: BTreeSet<Day> = rows.iter().map(|row| row.effective).collect();
        let mut groups: BTreeMap<Day, usize> = days.into_iter().zip(0..).collect();
        for (older, newer) in amended {
            if !join(&mut groups, [rows[older].effective, rows[newer].effective], &at_once) {
                conflicts.push((older, newer, Contradiction::AmongTranches));
            }
        }
        for days in amended_in_turn(rows, &at_once) {
            // Days that are known to be apart stay so.
            join(&mut groups, days, &at_once);
        }
        conflicts.sort_unstable();
        let (mut places, mut first_days) = (BTreeMap::new(), Vec::new());
        for (day, group) in &groups {
            places.entry(*group).or_insert_with(|| {
                first_days.push(*day);
                first_days.len() - 1
            });
        }
        let of_rows = rows.iter().map(|row| places[&groups[&row.effective]]).collect();
        Self { of_rows, first_days, conflicts }
    }
}

type Day = Option<NaiveDate>;

/// Why two rows cannot both be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Contradiction {
    /// One file gives a credit's month two values.
    InOneFile,
    /// Two files that end in the same month do, so that neither is the newer one.
    InOneDownload,
    /// The EffectiveDate differs between two downloads, and may be that of several credits with an amended date.
    AmongTranches,
}

/// Two rows, the older one first, and why they cannot both be right.
pub(super) type Contradicting = (usize, usize, Contradiction);

/// Whether one row's credit begins on or after the last day of another's: a new credit, not an amended one.
pub(super) fn begins_after_end(expiry: Day, effective: Day) -> bool {
    matches!((expiry, effective), (Some(expiry), Some(effective)) if effective >= expiry)
}

/// The pairs of different first days that stand in one month of one file, the earlier one first.
fn days_at_once(rows: &[TrancheRow]) -> BTreeSet<(Day, Day)> {
    let mut pairs = BTreeSet::new();
    for month in rows.chunk_by(|a, b| a.month == b.month) {
        let mut of_files: BTreeMap<u32, BTreeSet<Day>> = BTreeMap::new();
        for row in month {
            of_files.entry(row.file).or_default().insert(row.effective);
        }
        for days in of_files.values().filter(|days| days.len() > 1) {
            pairs.extend(days.iter().flat_map(|one| days.range(..one).map(move |other| (*other, *one))));
        }
    }
    pairs
}

/// Whether a row's credit begins after the end of the row before it, where the newest row of each month counts.
fn begin_in_turn(rows: &[TrancheRow]) -> bool {
    let newest: Vec<&TrancheRow> = rows
        .chunk_by(|a, b| a.month == b.month)
        .filter_map(|month| month.iter().max_by_key(|row| (row.age, row.effective)))
        .collect();
    newest.windows(2).any(|pair| begins_after_end(pair[0].expiry, pair[1].effective))
}

/// Pairs of rows of one month in neighbouring downloads that are one credit with an amended first day, and rows that
/// contradict each other.
fn amended_days(rows: &[TrancheRow], at_once: &BTreeSet<(Day, Day)>) -> (Vec<(usize, usize)>, Vec<Contradicting>) {
    let (mut amended, mut conflicts) = (Vec::new(), Vec::new());
    let mut start = 0;
    for month in rows.chunk_by(|a, b| a.month == b.month) {
        let mut older: Option<Vec<usize>> = None;
        let mut first = start;
        for download in month.chunk_by(|a, b| a.age == b.age) {
            let these: Vec<usize> = (first..first + download.len()).collect();
            first += download.len();
            let mut parts: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
            for row in &these {
                parts.entry(rows[*row].file).or_default().push(*row);
            }
            let parts: Vec<&Vec<usize>> = parts.values().collect();
            for (at, part) in parts.iter().enumerate() {
                let others = parts[..at].iter().flat_map(|other| left_over(rows, other, part, at_once));
                conflicts.extend(others.map(|(one, other)| (one, other, Contradiction::InOneDownload)));
            }
            if let Some(older) = &older {
                let found = left_over(rows, older, &these, at_once);
                for &(one, other) in &found {
                    let days = |at: &(usize, usize)| (rows[at.0].effective, rows[at.1].effective);
                    let (before, after) = (rows[one].effective, rows[other].effective);
                    let is_other = |pair: &(usize, usize)| {
                        let (its, theirs) = days(pair);
                        (its == before || theirs == after) && (its, theirs) != (before, after)
                    };
                    if found.iter().any(is_other) {
                        conflicts.push((one, other, Contradiction::AmongTranches));
                    } else {
                        amended.push((one, other));
                    }
                }
            }
            older = Some(these);
        }
        start += month.len();
    }
    (amended, conflicts)
}

/// The days, before and after, with which one credit goes on in a later month, as the newest download of each month has it:
/// instead of a day of the month before, or else of one that has no row there.
fn amended_in_turn(rows: &[TrancheRow], at_once: &BTreeSet<(Day, Day)>) -> BTreeSet<[Day; 2]> {
    let (mut amended, mut months) = (BTreeSet::new(), BTreeSet::new());
    let (mut before, mut last): (Vec<usize>, BTreeMap<Day, usize>) = Default::default();
    let mut start = 0;
    for rows_of_month in rows.chunk_by(|a, b| a.month == b.month) {
        let (month, newest) = (rows[start].month, rows[start + rows_of_month.len() - 1].age);
        let after: Vec<usize> = (start..start + rows_of_month.len()).filter(|row| rows[*row].age == newest).collect();
        let earlier: Vec<usize> = last.values().copied().collect();
        let days = |before: &[usize]| {
            let found = left_over(rows, before, &after, at_once).into_iter();
            let days = found.map(|(one, other)| (rows[one].month, [rows[one].effective, rows[other].effective]));
            let had_begun = |last: Month, began: Month| began <= last && months.contains(&began);
            days.filter(|(last, [_, new])| new.is_some_and(|day| had_begun(*last, Month::of(day))))
                .map(|(_, days)| days)
                .collect::<BTreeSet<[Day; 2]>>()
        };
        let found = Some(days(&before)).filter(|found| !found.is_empty()).unwrap_or_else(|| days(&earlier));
        amended.extend(found.iter().filter(|_| found.len() == 1));
        months.insert(month);
        last.extend(after.iter().map(|row| (rows[*row].effective, *row)));
        (before, start) = (after, start + rows_of_month.len());
    }
    amended
}

/// The pairs of rows that may be one credit with an amended first day: those whose days the other side
/// lacks, unless both are known to be grants of their own.
fn left_over(
    rows: &[TrancheRow],
    before: &[usize],
    after: &[usize],
    at_once: &BTreeSet<(Day, Day)>,
) -> Vec<(usize, usize)> {
    let lacks = |side: &[usize], row: usize| side.iter().all(|other| rows[*other].effective != rows[row].effective);
    let mut found = Vec::new();
    for &one in before.iter().filter(|one| lacks(after, **one)) {
        for &other in after.iter().filter(|other| lacks(before, **other)) {
            let (old, new) = (&rows[one], &rows[other]);
            let days = (old.effective.min(new.effective), old.effective.max(new.effective));
            let in_turn = begins_after_end(old.expiry, new.effective) || begins_after_end(new.expiry, old.effective);
            if !at_once.contains(&days) && !in_turn {
                found.push((one, other));
            }
        }
    }
    found
}

/// Makes two days one credit's; `false` if that would join days which are known to be apart.
fn join(groups: &mut BTreeMap<Day, usize>, days: [Day; 2], at_once: &BTreeSet<(Day, Day)>) -> bool {
    let [keep, give] = days.map(|day| groups[&day]);
    let is_joined = |day: &Day| [keep, give].contains(&groups[day]);
    if keep != give && at_once.iter().any(|(one, other)| is_joined(one) && is_joined(other)) {
        return false;
    }
    groups.values_mut().filter(|group| **group == give).for_each(|group| *group = keep);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row such as `2 0 2024-01-01 2024-12-31`: month, file and age in one, first and last day.
    fn rows(texts: &[&str]) -> Vec<TrancheRow> {
        let row = |text: &&str| {
            let cells: Vec<&str> = text.split(' ').collect();
            let file = cells[1].parse().unwrap();
            let day = |at: usize| cells[at].parse().ok();
            let month = Month::new(2024, cells[0].parse().unwrap()).unwrap();
            TrancheRow { month, age: file, file, effective: day(2), expiry: day(3) }
        };
        texts.iter().map(row).collect()
    }

    #[test]
    fn rows_are_of_one_credit_or_of_several() {
        for (texts, expected, why) in [
            (&["1 0 2024-01-01 2024-12-31", "2 0 2024-01-15 2024-12-31"][..], &[0, 0][..], "a day was amended"),
            (&["1 0 2024-01-01 -", "1 0 2024-01-15 -", "2 0 2024-01-15 -"], &[0, 1, 1], "two in a month of one file"),
            (&["1 0 2024-01-01 2024-02-01", "2 0 2024-02-01 2024-12-31"], &[0, 1], "renewed on the last day"),
            (
                &[
                    "1 0 2024-01-01 2024-03-31",
                    "2 0 2024-01-01 2024-03-31",
                    "2 1 2024-01-15 2024-03-31",
                    "4 0 2024-04-01 2024-12-31",
                ],
                &[0, 0, 0, 1],
                "a day was amended in a renewed agreement",
            ),
            (
                &["1 0 2024-01-01 -", "1 0 2024-01-15 -", "2 0 2024-01-01 -", "2 1 2024-01-15 -"],
                &[0, 1, 0, 1],
                "what stands together anywhere is never one",
            ),
        ] {
            let Tranches { of_rows, first_days, conflicts } = Tranches::new(&rows(texts));
            assert_eq!((&*of_rows, conflicts), (expected, Vec::new()), "{why}");
            assert_eq!(first_days.len(), expected.iter().max().unwrap() + 1, "{why}");
        }
    }

    #[test]
    fn a_day_that_is_amended_among_several_credits_goes_on_with_its_own() {
        let of_rows = |third: &str| {
            let before = ["1 0 2024-01-01 -", "2 0 2024-01-01 -", "2 0 2024-02-01 -"];
            Tranches::new(&rows(&[&before[..], &["3 0 2024-01-01 -", third]].concat())).of_rows
        };
        assert_eq!(of_rows("3 0 2024-02-02 -"), [0, 0, 1, 0, 1]);
        assert_eq!(of_rows("3 0 2024-03-02 -"), [0, 0, 1, 0, 2], "a credit that begins then is another one");
        assert_eq!(of_rows("3 0 2023-12-31 -"), [1, 1, 2, 1, 0], "there are no rows of that month to tell by");
        for (texts, expected, why) in [
            (
                ["1 0 2024-01-01 -", "2 1 2024-01-01 -", "2 1 2024-02-01 -", "3 2 2024-01-01 -", "3 2 2024-02-02 -"],
                [0, 0, 1, 0, 1],
                "a file a month",
            ),
            (
                ["2 0 2024-01-01 -", "2 0 2024-02-01 -", "3 0 2024-01-01 -", "4 0 2024-01-01 -", "4 0 2024-02-02 -"],
                [0, 1, 0, 0, 1],
                "behind a month without a row of it",
            ),
            (
                ["1 0 2023-01-01 -", "1 0 2023-02-01 -", "2 0 2023-02-01 -", "3 0 2023-02-01 -", "3 0 2024-02-10 -"],
                [0, 1, 1, 1, 2],
                "a credit that begins behind the last row of another one",
            ),
        ] {
            assert_eq!(Tranches::new(&rows(&texts)).of_rows, expected, "{why}");
        }
    }

    #[test]
    fn a_day_that_may_be_that_of_several_is_told() {
        let tranches = Tranches::new(&rows(&["1 0 2024-01-01 -", "1 0 2024-01-02 -", "1 1 2024-01-15 -"]));
        let ambiguous = Contradiction::AmongTranches;
        assert_eq!(tranches.conflicts, [(0, 2, ambiguous), (1, 2, ambiguous)]);
        assert_eq!(tranches.of_rows, [0, 1, 2]);
    }
}

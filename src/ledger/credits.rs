//! From the rows of an identity to its credits: tranches apart, and one row of each for each month.
//!
//! Of several downloads the newest row of a month counts. What it replaces was provisional if it stood in the last month
//! of its own file, and restated if not. Invariant: a row that an older download has and a newer one lacks stays.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::model::{Month, Row};

use super::part::{Found, Part, What};
use super::sort::Sorter;
use super::tranches::{Contradiction, TrancheRow, Tranches, begins_after_end};

/// A tranche's earliest first day, if there are several, and its rows.
type Tranche = (Option<NaiveDate>, Vec<Row>);

impl Sorter<'_> {
    /// Hands over the rows of each credit of an identity, whose rows come by month and age.
    pub(super) fn split(
        self,
        part: &Part,
        identity: u32,
        rows: &[Row],
        found: &mut Vec<Found>,
        mut credit: impl FnMut(&[Row], Option<NaiveDate>),
    ) {
        let is_one = part.has_one_term(identity) || !begin_in_turn(part, rows);
        let is_monthly = rows.is_sorted_by(|one, next| one.month < next.month);
        if is_one && is_monthly {
            if !self.downloads.is_one() {
                for row in rows {
                    self.across_downloads(part, [row, row], identity, found);
                }
            }
            return credit(rows, None);
        }
        let tranches = self.tranches(part, identity, rows, found);
        found.extend(self.doubtful(part, &tranches));
        for (tranche, rows) in tranches {
            credit(&self.one_a_month(part, identity, &rows, found), tranche);
        }
    }

    /// The rows of an identity, which come by month and age, by tranche.
    fn tranches(self, part: &Part, identity: u32, rows: &[Row], found: &mut Vec<Found>) -> Vec<Tranche> {
        if part.has_one_term(identity) {
            return vec![(None, rows.to_vec())];
        }
        let dated = |row| {
            let (key, file) = (part.key(row), self.file(row));
            let (month, age) = (self.tables.month(row), self.downloads.age(file));
            TrancheRow { month, age, file, effective: key.effective, expiry: key.expiry }
        };
        let dated: Vec<TrancheRow> = rows.iter().map(dated).collect();
        let Tranches { of_rows, first_days, conflicts } = Tranches::new(&dated);
        found.extend(
            conflicts
                .into_iter()
                .map(|(one, other, contradiction)| part.found(What::Conflict(contradiction), rows[one], rows[other])),
        );
        let mut tranches: Vec<Tranche> = first_days.into_iter().map(|day| (day, Vec::new())).collect();
        for (row, tranche) in rows.iter().zip(of_rows) {
            tranches[tranche].1.push(*row);
        }
        tranches
    }

    /// The first rows of tranches that neither share a month of one file with another nor come in turn.
    fn doubtful(self, part: &Part, tranches: &[Tranche]) -> Vec<Found> {
        if tranches.len() < 2 {
            return Vec::new();
        }
        let place = |row: &Row| (self.file(row), self.tables.month(row));
        let mut beside: BTreeMap<(u32, Month), BTreeSet<Option<NaiveDate>>> = BTreeMap::new();
        for (tranche, rows) in tranches {
            for row in rows {
                beside.entry(place(row)).or_default().insert(*tranche);
            }
        }
        let is_alone = |rows: &[Row]| rows.iter().all(|row| beside[&place(row)].len() == 1);
        let expiry = |rows: &[Row]| rows.last().and_then(|row| part.key(row).expiry);
        let first_end = tranches.iter().filter_map(|(_, rows)| expiry(rows)).min();
        let last_start = tranches.iter().filter_map(|(tranche, _)| *tranche).max();
        let in_turn = |tranche: Option<NaiveDate>, rows: &[Row]| {
            begins_after_end(first_end, tranche) || begins_after_end(expiry(rows), last_start)
        };
        let doubtful = tranches.iter().filter(|(tranche, rows)| is_alone(rows) && !in_turn(*tranche, rows));
        doubtful.filter_map(|(_, rows)| Some(part.found(What::Doubtful, *rows.first()?, rows[0]))).collect()
    }

    /// One of the rows of each month; these come by month, age and place.
    fn one_a_month(self, part: &Part, identity: u32, rows: &[Row], found: &mut Vec<Found>) -> Vec<Row> {
        let mut kept = Vec::with_capacity(rows.len());
        for month in rows.chunk_by(|a, b| a.month == b.month) {
            let mut newest = month[0];
            for row in &month[1..] {
                newest = self.newer(part, newest, *row, found);
            }
            self.across_downloads(part, [&month[0], &newest], identity, found);
            kept.push(newest);
        }
        kept
    }

    /// Which of two rows of a month counts; the second one is not of an older download.
    fn newer(self, part: &Part, first: Row, second: Row, found: &mut Vec<Found>) -> Row {
        let (file, other) = (self.file(&first), self.file(&second));
        let is_one_download = self.downloads.age(file) == self.downloads.age(other);
        let what = if self.have_same_values(part, &first, &second) {
            found.extend((file == other).then(|| part.found(What::Duplicate, first, second)));
            // What is shown does not depend on the order of rows: the longer spelling of the amounts stands.
            let is_longer = is_one_download && self.decimals(&first) > self.decimals(&second);
            return if is_longer { first } else { second };
        } else if is_one_download {
            What::Conflict(if file == other { Contradiction::InOneFile } else { Contradiction::InOneDownload })
        } else if self.downloads.last_month(file) == Some(self.tables.month(&first)) {
            What::Completed
        } else {
            What::Restated
        };
        found.push(part.found(what, first, second));
        second
    }

    /// Notes that a download lacks a credit's month that it should have; `oldest` and `newest` are the rows that have it.
    #[inline]
    fn across_downloads(self, part: &Part, [oldest, newest]: [&Row; 2], identity: u32, found: &mut Vec<Found>) {
        let month = self.tables.month(newest);
        let holders = self.downloads.holders(part.partner(identity), newest.month);
        if holders.len() < 2 {
            return;
        }
        let oldest_age = self.downloads.age(self.file(oldest));
        let before = holders.iter().rev().find(|age| **age < oldest_age);
        if before.is_some_and(|age| self.downloads.last_month_of_age(*age) > Some(month)) {
            found.push(part.found(What::Added, *oldest, *oldest));
        }
        // Also where it was provisional: that nothing came of it is no value that completes it.
        if holders.last() > Some(&self.downloads.age(self.file(newest))) {
            found.push(part.found(What::Gone, *newest, *newest));
        }
    }

    fn file(self, row: &Row) -> u32 {
        self.tables.file(row)
    }

    /// How many decimals the amounts are written with.
    fn decimals(self, row: &Row) -> (u32, u32) {
        (self.tables.credit_amount(row).scale(), self.tables.balance_amount(row).scale())
    }

    /// Whether two rows of one identity and month say the same.
    fn have_same_values(self, part: &Part, first: &Row, second: &Row) -> bool {
        if first.says_what(second) {
            return true;
        }
        let (key, other_key) = (part.key(first), part.key(second));
        self.tables.credit_amount(first) == self.tables.credit_amount(second)
            && self.tables.balance_amount(first) == self.tables.balance_amount(second)
            && self.tables.status(first) == self.tables.status(second)
            && key.effective == other_key.effective
            && key.expiry == other_key.expiry
    }
}

/// Whether a row begins after the row before it ended: a new credit, not an amended one.
fn begin_in_turn(part: &Part, rows: &[Row]) -> bool {
    rows.windows(2).any(|pair| begins_after_end(part.key(&pair[0]).expiry, part.key(&pair[1]).effective))
}

#[cfg(test)]
mod tests {
    use crate::ledger::sample::{entries, ledger};
    use crate::ledger::{Contradiction, Ledger, What};

    /// The file and line of each row that gives way, or of which something else came to light, and of the one that counts.
    fn found(ledger: &Ledger, what: What) -> Vec<[(u32, u64); 2]> {
        let rows = ledger.findings().rows.iter().filter(|found| found.what == what);
        let place = |row| (ledger.place(row).file, ledger.place(row).line);
        rows.map(|found| [found.replaced, found.row].map(place)).collect()
    }

    #[test]
    fn the_last_month_of_a_download_is_completed_and_an_earlier_one_restated() {
        let older = ["c 2024-01 10 Active 90 2024-01-01 -", "c 2024-02 20 Active 80 2024-01-01 -"];
        let newer = ["c 2024-01 11 Active 89 2024-01-01 -", "c 2024-02 25 Active 75 2024-01-01 -"];
        let newer = [newer[0], newer[1], "c 2024-03 30 Active 70 2024-01-01 -"];
        // The newer one stands first.
        let ledger = ledger(&[&newer, &older]);
        assert_eq!(found(&ledger, What::Restated), [[(1, 2), (0, 2)]]);
        assert_eq!(found(&ledger, What::Completed), [[(1, 3), (0, 3)]]);
        let amounts: Vec<String> = entries(&ledger).iter().map(|entry| entry.credit_amount.to_string()).collect();
        assert_eq!(amounts, ["11", "25", "30"]);
    }

    #[test]
    fn rows_that_are_gone_stay_and_are_told_like_those_that_are_new() {
        let ledger = ledger(&[
            &[
                "gone 2024-01 1 Active 9 2024-01-01 -",
                "c 2024-01 1 Active 9 2024-01-01 -",
                "c 2024-02 2 Active 8 2024-01-01 -",
                "c 2024-03 3 Active 7 2024-01-01 -",
                "last 2024-03 1 Active 9 2024-03-01 -",
            ],
            &[
                "c 2024-01 1 Active 9 2024-01-01 -",
                "new 2024-01 1 Active 9 2024-01-01 -",
                "c 2024-03 3 Active 7 2024-01-01 -",
                "c 2024-04 4 Active 6 2024-01-01 -",
            ],
        ]);
        assert_eq!(found(&ledger, What::Gone), [[(0, 2); 2], [(0, 6); 2]]);
        assert_eq!(found(&ledger, What::Added), [[(1, 3); 2]]);
        // Nothing is known of February: the newer download does not hold it.
        assert_eq!(entries(&ledger).len(), 7);
    }

    #[test]
    fn of_equal_rows_the_longer_spelling_stands_whatever_the_order() {
        for rows in [
            ["c 2024-01 1.5 Active 9 - -", "c 2024-01 1.50 Active 9 - -"],
            ["c 2024-01 1.50 Active 9 - -", "c 2024-01 1.5 Active 9 - -"],
        ] {
            let ledger = ledger(&[&rows]);
            assert_eq!(entries(&ledger)[0].credit_amount.to_string(), "1.50");
            assert_eq!(found(&ledger, What::Duplicate).len(), 1);
        }
    }

    #[test]
    fn files_that_end_in_one_month_contradict_each_other() {
        let ledger = ledger(&[&["c 2024-01 1 Active 9 - -"], &["c 2024-01 2 Active 9 - -"]]);
        let found = ledger.findings().rows.iter().map(|found| found.what);
        assert_eq!(found.collect::<Vec<_>>(), [What::Conflict(Contradiction::InOneDownload)]);
    }
}

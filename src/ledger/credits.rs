//! From the rows of an identity to its credits: tranches apart, and one row of each for each month.
//!
//! Of several downloads the newest row of a month counts. What it replaces was provisional if it stood in the last month
//! of its own file, and restated if not. Invariant: a row that an older download has and a newer one lacks stays.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::model::{Month, Row};

use super::part::{Part, RowRef};
use super::sort::{Conflict, Findings, RowPair, Sorter};
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
        findings: &mut Findings,
        mut credit: impl FnMut(&[Row], Option<NaiveDate>),
    ) {
        let is_one = part.has_one_term(identity) || !begin_in_turn(part, rows);
        let is_monthly = rows.is_sorted_by(|one, next| one.month < next.month);
        if is_one && is_monthly {
            if !self.downloads.is_one() {
                for row in rows {
                    self.across_downloads(part, [row, row], identity, findings);
                }
            }
            return credit(rows, None);
        }
        let tranches = self.tranches(part, identity, rows, findings);
        findings.doubtful_tranches.extend(self.doubtful(part, &tranches));
        for (tranche, rows) in tranches {
            credit(&self.one_a_month(part, identity, &rows, findings), tranche);
        }
    }

    /// The rows of an identity, which come by month and age, by tranche.
    fn tranches(self, part: &Part, identity: u32, rows: &[Row], findings: &mut Findings) -> Vec<Tranche> {
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
        findings.conflicts.extend(conflicts.into_iter().map(|(one, other, contradiction)| Conflict {
            pair: RowPair { replaced: part.reference(rows[one]), kept: part.reference(rows[other]) },
            contradiction,
        }));
        let mut tranches: Vec<Tranche> = first_days.into_iter().map(|day| (day, Vec::new())).collect();
        for (row, tranche) in rows.iter().zip(of_rows) {
            tranches[tranche].1.push(*row);
        }
        tranches
    }

    /// The first rows of tranches that neither share a month of one file with another nor come in turn.
    fn doubtful(self, part: &Part, tranches: &[Tranche]) -> Vec<RowRef> {
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
        doubtful.filter_map(|(_, rows)| Some(part.reference(*rows.first()?))).collect()
    }

    /// One of the rows of each month; these come by month, age and place.
    fn one_a_month(self, part: &Part, identity: u32, rows: &[Row], findings: &mut Findings) -> Vec<Row> {
        let mut kept = Vec::with_capacity(rows.len());
        for month in rows.chunk_by(|a, b| a.month == b.month) {
            let mut newest = month[0];
            for row in &month[1..] {
                newest = self.newer(part, newest, *row, findings);
            }
            self.across_downloads(part, [&month[0], &newest], identity, findings);
            kept.push(newest);
        }
        kept
    }

    /// Which of two rows of a month counts; the second one is not of an older download.
    fn newer(self, part: &Part, first: Row, second: Row, findings: &mut Findings) -> Row {
        let (file, other) = (self.file(&first), self.file(&second));
        let is_one_download = self.downloads.age(file) == self.downloads.age(other);
        let pair = RowPair { replaced: part.reference(first), kept: part.reference(second) };
        if self.have_same_values(part, &first, &second) {
            // What is shown does not depend on the order of rows: the longer spelling of the amounts stands.
            let (pair, kept) = if is_one_download && self.decimals(&first) > self.decimals(&second) {
                (RowPair { replaced: pair.kept, kept: pair.replaced }, first)
            } else {
                (pair, second)
            };
            findings.duplicates.extend((file == other).then_some(pair));
            return kept;
        } else if is_one_download {
            let contradiction = if file == other { Contradiction::InOneFile } else { Contradiction::InOneDownload };
            findings.conflicts.push(Conflict { pair, contradiction });
        } else if self.downloads.last_month(file) == Some(self.tables.month(&first)) {
            findings.completed.push(pair);
        } else {
            findings.restated.push(pair);
        }
        second
    }

    /// Notes that a download lacks a credit's month that it should have; `oldest` and `newest` are the rows that have it.
    #[inline]
    fn across_downloads(self, part: &Part, [oldest, newest]: [&Row; 2], identity: u32, findings: &mut Findings) {
        let month = self.tables.month(newest);
        let holders = self.downloads.holders(part.partner(identity), newest.month);
        if holders.len() < 2 {
            return;
        }
        let oldest_age = self.downloads.age(self.file(oldest));
        let before = holders.iter().rev().find(|age| **age < oldest_age);
        if before.is_some_and(|age| self.downloads.last_month_of_age(*age) > Some(month)) {
            findings.added.push(part.reference(*oldest));
        }
        // Also where it was provisional: that nothing came of it is no value that completes it.
        if holders.last() > Some(&self.downloads.age(self.file(newest))) {
            findings.gone.push(part.reference(*newest));
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
    use crate::ledger::{Contradiction, Ledger, RowRef};

    /// The lines of the files on which rows stand.
    fn lines(ledger: &Ledger, rows: &[RowRef]) -> Vec<(u32, u64)> {
        rows.iter().map(|row| ledger.place(*row)).map(|place| (place.file, place.line)).collect()
    }

    #[test]
    fn the_last_month_of_a_download_is_completed_and_an_earlier_one_restated() {
        let older = ["c 2024-01 10 Active 90 2024-01-01 -", "c 2024-02 20 Active 80 2024-01-01 -"];
        let newer = ["c 2024-01 11 Active 89 2024-01-01 -", "c 2024-02 25 Active 75 2024-01-01 -"];
        let newer = [newer[0], newer[1], "c 2024-03 30 Active 70 2024-01-01 -"];
        // The newer one stands first.
        let ledger = ledger(&[&newer, &older]);
        let findings = ledger.findings();
        let pairs = |pairs: &[crate::ledger::RowPair]| {
            pairs.iter().flat_map(|pair| lines(&ledger, &[pair.replaced, pair.kept])).collect::<Vec<_>>()
        };
        assert_eq!(pairs(&findings.restated), [(1, 2), (0, 2)]);
        assert_eq!(pairs(&findings.completed), [(1, 3), (0, 3)]);
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
        assert_eq!(lines(&ledger, &ledger.findings().gone), [(0, 2), (0, 6)]);
        assert_eq!(lines(&ledger, &ledger.findings().added), [(1, 3)]);
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
            assert_eq!(ledger.findings().duplicates.len(), 1);
        }
    }

    #[test]
    fn files_that_end_in_one_month_contradict_each_other() {
        let ledger = ledger(&[&["c 2024-01 1 Active 9 - -"], &["c 2024-01 2 Active 9 - -"]]);
        let contradictions: Vec<Contradiction> =
            ledger.findings().conflicts.iter().map(|one| one.contradiction).collect();
        assert_eq!(contradictions, [Contradiction::InOneDownload]);
    }
}

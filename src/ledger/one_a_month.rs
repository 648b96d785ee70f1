//! Leaving one row of a credit for each month, and saying what became of the others.
//!
//! Of several downloads the newest row counts. What it replaces was provisional if it stood in the last month of its own
//! file, and restated if not. Invariant: a row that an older download has and a newer one lacks stays.

use crate::model::Row;

use super::downloads::{Downloads, Holdings};
use super::findings::{Conflict, Contradiction, Findings, RowPair};
use super::row::PartRows;

/// Compares the rows of a credit month by month.
#[derive(Clone, Copy)]
pub(super) struct Versions<'r> {
    pub(super) rows: PartRows<'r>,
    pub(super) downloads: &'r Downloads,
    /// Which downloads hold what, if there are several.
    pub(super) holdings: Option<&'r Holdings>,
}

impl Versions<'_> {
    /// One of the rows of each month; these come by month, age and place.
    pub(super) fn one_a_month(self, partner: u32, rows: &[Row], findings: &mut Findings) -> Vec<Row> {
        let mut kept = Vec::with_capacity(rows.len());
        for month in rows.chunk_by(|a, b| a.month == b.month) {
            let mut newest = month[0];
            for row in &month[1..] {
                newest = self.newer(newest, *row, findings);
            }
            self.across_downloads(partner, month[0], newest, findings);
            kept.push(newest);
        }
        kept
    }

    /// Which of two rows of a month counts; the second one is not of an older download.
    fn newer(self, first: Row, second: Row, findings: &mut Findings) -> Row {
        let (file, other) = (self.file(&first), self.file(&second));
        let is_one_download = self.downloads.age(file) == self.downloads.age(other);
        let pair = RowPair { replaced: self.rows.reference(first), kept: self.rows.reference(second) };
        if self.have_same_values(&first, &second) {
            // What is shown does not depend on the order of rows: the longer spelling of the amounts stands.
            if is_one_download && self.decimals(&first) > self.decimals(&second) {
                findings.duplicates.push(RowPair { replaced: pair.kept, kept: pair.replaced });
                return first;
            }
            findings.duplicates.push(pair);
        } else if is_one_download {
            let contradiction = if file == other { Contradiction::InOneFile } else { Contradiction::InOneDownload };
            findings.conflicts.push(Conflict { pair, contradiction });
        } else if self.downloads.last_month(file) == Some(self.rows.month(&first)) {
            findings.completed.push(pair);
        } else {
            findings.restated.push(pair);
        }
        second
    }

    /// Notes that a download lacks a credit's month that it should have; `oldest` and `newest` are the rows that have it.
    #[inline]
    pub(super) fn across_downloads(self, partner: u32, oldest: Row, newest: Row, findings: &mut Findings) {
        let Some(holdings) = self.holdings else { return };
        let month = self.rows.month(&newest);
        let holders = holdings.ages(partner, month);
        if holders.len() < 2 {
            return;
        }
        let oldest_age = self.downloads.age(self.file(&oldest));
        let before = holders.iter().rev().find(|age| **age < oldest_age);
        if before.is_some_and(|age| self.downloads.last_month_of_age(*age) > Some(month)) {
            findings.added.push(self.rows.reference(oldest));
        }
        let file = self.file(&newest);
        let is_held_since = holders.last() > Some(&self.downloads.age(file));
        if is_held_since && self.downloads.last_month(file) > Some(month) {
            findings.gone.push(self.rows.reference(newest));
        }
    }

    fn file(self, row: &Row) -> u32 {
        self.rows.place(row).file
    }

    /// How many decimals the amounts are written with.
    fn decimals(self, row: &Row) -> (u32, u32) {
        (self.rows.credit_amount(row).scale(), self.rows.balance_amount(row).scale())
    }

    /// Whether two rows of one identity and month say the same.
    fn have_same_values(self, first: &Row, second: &Row) -> bool {
        let (key, other_key) = (self.rows.key(first), self.rows.key(second));
        self.rows.credit_amount(first) == self.rows.credit_amount(second)
            && self.rows.balance_amount(first) == self.rows.balance_amount(second)
            && self.rows.status(first) == self.rows.status(second)
            && key.effective == other_key.effective
            && key.expiry == other_key.expiry
    }
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
            ],
            &[
                "c 2024-01 1 Active 9 2024-01-01 -",
                "new 2024-01 1 Active 9 2024-01-01 -",
                "c 2024-03 3 Active 7 2024-01-01 -",
            ],
        ]);
        assert_eq!(lines(&ledger, &ledger.findings().gone), [(0, 2)]);
        assert_eq!(lines(&ledger, &ledger.findings().added), [(1, 3)]);
        // Nothing is known of February: the newer download does not hold it.
        assert_eq!(entries(&ledger).len(), 5);
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

//! Leaving one row of a credit for each month, and saying what became of the others.
//!
//! Of several downloads the newest row counts. What it replaces was provisional if it stood in the last month of its own
//! file, and restated if not. Invariant: a row that an older download has and a newer one lacks stays.

use super::downloads::{Downloads, Holdings};
use super::findings::{Conflict, Contradiction, Findings, Pair};
use super::row::{DatedRow, ReportRows, RowRef};

/// Compares the rows of a credit month by month.
#[derive(Clone, Copy)]
pub(super) struct Versions<'r> {
    pub(super) rows: ReportRows<'r>,
    pub(super) downloads: &'r Downloads,
    /// Which downloads hold what, if there are several.
    pub(super) holdings: Option<&'r Holdings>,
}

impl Versions<'_> {
    /// Leaves one of the rows of a month, which come by month, age and place.
    pub(super) fn one_a_month(self, partner: u32, rows: &mut Vec<DatedRow>, findings: &mut Findings) {
        let mut kept: Vec<DatedRow> = Vec::with_capacity(rows.len());
        for month in rows.chunk_by(|a, b| a.month == b.month) {
            let mut newest = month[0];
            for row in &month[1..] {
                newest = self.newer(newest, *row, findings);
            }
            self.across_downloads(partner, month[0].row, newest, findings);
            kept.push(newest);
        }
        *rows = kept;
    }

    /// Which of two rows of a month counts; the second one is not of an older download.
    fn newer(self, first: DatedRow, second: DatedRow, findings: &mut Findings) -> DatedRow {
        let (file, other) = (self.file(first.row), self.file(second.row));
        let is_one_download = self.downloads.age(file) == self.downloads.age(other);
        let pair = Pair { replaced: first.row, kept: second.row };
        if self.have_same_values(first.row, second.row) {
            // What is shown does not depend on the order of rows: the longer spelling of the amounts stands.
            if is_one_download && self.decimals(first.row) > self.decimals(second.row) {
                findings.duplicates.push(Pair { replaced: second.row, kept: first.row });
                return first;
            }
            findings.duplicates.push(pair);
        } else if is_one_download {
            let contradiction = if file == other { Contradiction::InOneFile } else { Contradiction::InOneDownload };
            findings.conflicts.push(Conflict { pair, contradiction });
        } else if self.downloads.last_month(file) == Some(first.month) {
            findings.completed.push(pair);
        } else {
            findings.restated.push(pair);
        }
        second
    }

    /// Notes that a download lacks a credit's month that it should have; `oldest` and `newest` are the rows that have it.
    pub(super) fn across_downloads(self, partner: u32, oldest: RowRef, newest: DatedRow, findings: &mut Findings) {
        let Some(holdings) = self.holdings else { return };
        let month = newest.month;
        let holders = holdings.ages(partner, month);
        if holders.len() < 2 {
            return;
        }
        let oldest_age = self.downloads.age(self.file(oldest));
        let before = holders.iter().rev().find(|age| **age < oldest_age);
        if before.is_some_and(|age| self.downloads.last_month_of_age(*age) > Some(month)) {
            findings.added.push(oldest);
        }
        let file = self.file(newest.row);
        let is_held_since = holders.last() > Some(&self.downloads.age(file));
        if is_held_since && self.downloads.last_month(file) > Some(month) {
            findings.gone.push(newest.row);
        }
    }

    fn file(self, row: RowRef) -> u32 {
        self.rows.place(row).file
    }

    /// How many decimals the amounts are written with.
    fn decimals(self, row: RowRef) -> (u32, u32) {
        let (shard, row) = self.rows.get(row);
        (shard.credit_amount(row).scale(), shard.balance_amount(row).scale())
    }

    /// Whether two rows of one identity and month say the same.
    fn have_same_values(self, first: RowRef, second: RowRef) -> bool {
        let (key, other_key) = (self.rows.key(first), self.rows.key(second));
        let ((shard, first), (other_shard, second)) = (self.rows.get(first), self.rows.get(second));
        shard.credit_amount(first) == other_shard.credit_amount(second)
            && shard.balance_amount(first) == other_shard.balance_amount(second)
            && shard.status(first) == other_shard.status(second)
            && key.effective == other_key.effective
            && key.expiry == other_key.expiry
    }
}

/// Whether rows have a month each, in order.
pub(super) fn is_monthly(rows: &[DatedRow]) -> bool {
    rows.windows(2).all(|pair| pair[0].month < pair[1].month)
}

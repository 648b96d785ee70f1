//! From rows to credits: those of each identity put in order, its tranches apart, and one row of each for each month.
//!
//! Each part of the ledger is sorted for itself: what that needs fits into the memory next to a processor, and the rows go
//! back into the memory they came in. Of several downloads the newest row of a month counts. What it replaces was
//! provisional if it stood in the last month of its own file, and restated if not. Invariant: a row that an older download
//! has and a newer one lacks stays.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::model::{Block, Key, Month, Partition, Row, Rows, Shard, parallel};

use super::downloads::Downloads;
use super::part::{self, Credit, Found, Part, What};
use super::tables::{Partners, Renumbering, Tables, number_of};
use super::tranches::{Contradiction, TrancheRow, Tranches, begins_after_end};

/// A tranche's earliest first day, if there are several, and its rows.
type Tranche = (Option<NaiveDate>, Vec<Row>);

/// Sorts the rows of all shards, whose partitions were taken out.
#[derive(Clone, Copy)]
pub(super) struct Sorter<'r> {
    pub(super) shards: &'r [Shard],
    pub(super) tables: &'r Tables,
    pub(super) renumberings: &'r [Renumbering],
    pub(super) downloads: &'r Downloads,
    pub(super) partners: &'r Partners,
}

impl Sorter<'_> {
    /// Sorts partitions, each given as what every shard has of it, on so many threads: their credits by customer, and
    /// what came to light.
    pub(super) fn sort(self, partitions: Vec<Vec<Partition>>, threads: usize) -> Vec<(Part, Vec<Credit>, Vec<Found>)> {
        let share = partitions.len().div_ceil(threads);
        let mut numbered = (0..).zip(partitions);
        let shares: Vec<Vec<_>> = (0..threads).map(|_| numbered.by_ref().take(share).collect()).collect();
        let done = parallel::each(shares, |share| {
            let mut gathered = Vec::new();
            let sort = |(number, of_shards)| self.part(number, of_shards, &mut gathered);
            share.into_iter().map(sort).collect::<Vec<_>>()
        });
        done.into_iter().flatten().collect()
    }

    fn part(self, number: u32, of_shards: Vec<Partition>, gathered: &mut Vec<Row>) -> (Part, Vec<Credit>, Vec<Found>) {
        let (mut keys, mut rows): (Vec<Key>, Vec<(u32, Rows)>) = Default::default();
        for partition in of_shards {
            rows.push((number_of(keys.len()), partition.rows));
            keys.extend(partition.keys);
        }
        let (mut part, of_keys) = Part::new(number, keys, self.partners);
        let order = part.by_customer();
        let counts = self.gather(&rows, &of_keys, &order, gathered);
        let mut empty: Vec<Vec<Row>> = rows.into_iter().flat_map(|(_, rows)| rows.into_chunks()).collect();
        empty.iter_mut().for_each(Vec::clear);
        let (mut chunks, mut credits, mut found) = (Vec::new(), Vec::with_capacity(order.len()), Vec::new());
        let mut rest = gathered.as_mut_slice();
        for identity in order {
            let these;
            (these, rest) = rest.split_at_mut(counts[identity as usize]);
            if these.is_empty() {
                continue;
            }
            self.in_order(these);
            self.split(&part, identity, these, &mut found, |rows, tranche| {
                let (chunk, first) = part::put(rows, &mut chunks, &mut empty);
                credits.push(Credit { part: number, identity, chunk, first, count: number_of(rows.len()), tranche });
            });
        }
        part.chunks = chunks;
        (part, credits, found)
    }

    /// Puts the rows of a partition, which come with how many keys stand before those of their shard, into `gathered`:
    /// those of each identity next to each other. Returns how many each has.
    fn gather(
        self,
        rows: &[(u32, Rows)],
        of_keys: &[(u32, u32)],
        order: &[u32],
        gathered: &mut Vec<Row>,
    ) -> Vec<usize> {
        let mut counts = vec![0; order.len()];
        for (first_key, rows) in rows {
            let of_keys = &of_keys[*first_key as usize..];
            let stretches = rows.stretches().flat_map(|(_, rows, _)| rows);
            stretches.for_each(|row| counts[of_keys[row.key as usize].0 as usize] += 1);
        }
        let mut next = vec![0; counts.len()];
        let mut total = 0;
        for identity in order {
            next[*identity as usize] = total;
            total += counts[*identity as usize];
        }
        gathered.clear();
        gathered.resize(total, Row::default());
        for (shard, block, run, shift) in self.runs(rows) {
            let (renumbering, of_keys) = (&self.renumberings[shard], &of_keys[rows[shard].0 as usize..]);
            for row in run {
                let (identity, key) = of_keys[row.key as usize];
                let slot = &mut next[identity as usize];
                gathered[*slot] = Row { key, ..renumbering.apply(row.again(shift), block) };
                *slot += 1;
            }
        }
        counts
    }

    /// The rows of a partition in runs of one shard and block each, with what their numbers grow by: mostly in the order
    /// in which they are wanted, those of older downloads first.
    fn runs(self, rows: &[(u32, Rows)]) -> Vec<(usize, usize, &[Row], u32)> {
        let mut runs = Vec::new();
        for (number, ((_, rows), shard)) in rows.iter().zip(self.shards).enumerate() {
            let mut at = 0;
            for (_, mut rows, shift) in rows.stretches() {
                while let Some(row) = rows.first() {
                    at = shard.block_of(row.again(shift).number, at);
                    let end = shard.blocks.get(at + 1).map_or(u32::MAX, |next| next.first_row);
                    let (run, rest) = rows.split_at(rows.partition_point(|row| row.again(shift).number < end));
                    runs.push((number, at, run, shift));
                    rows = rest;
                }
            }
        }
        runs.sort_by_key(|(shard, block, ..)| {
            let Block { file, first_line, .. } = self.shards[*shard].blocks[*block];
            (self.downloads.age(file), file, first_line)
        });
        runs
    }

    /// Puts the rows of an identity into the order of their months, those of one month by age, then in input order.
    fn in_order(self, rows: &mut [Row]) {
        rows.sort_by_key(|row| row.month);
        for month in rows.chunk_by_mut(|one, next| one.month == next.month) {
            if !month.is_sorted_by_key(|row| row.number) {
                month.sort_by_key(|row| (self.downloads.age(self.tables.file(row)), row.number));
            }
        }
    }

    /// Hands over the rows of each credit of an identity, whose rows come by month and age.
    fn split(
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
    use crate::ledger::What;
    use crate::ledger::sample::{entries, ledger};

    #[test]
    fn of_equal_rows_the_longer_spelling_stands_whatever_the_order() {
        for rows in [
            ["c 2024-01 1.5 Active 9 - -", "c 2024-01 1.50 Active 9 - -"],
            ["c 2024-01 1.50 Active 9 - -", "c 2024-01 1.5 Active 9 - -"],
        ] {
            let ledger = ledger(&[&rows]);
            assert_eq!(entries(&ledger)[0].credit_amount.to_string(), "1.50");
            assert_eq!(ledger.findings().rows.iter().map(|found| found.what).collect::<Vec<_>>(), [What::Duplicate]);
        }
    }
}

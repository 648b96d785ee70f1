//! Sorting rows into credits: months in order, repeated rows once, restated ones replaced, tranches apart.

use std::collections::BTreeMap;
use std::thread;

use chrono::NaiveDate;

use crate::model::month::Month;
use crate::model::report::{Key, Place, Report, Shard};

use super::identities::Identities;
use super::{Credit, Findings, Pair, RowRef, RowRefs};

/// Rows sorted into credits.
pub(super) struct Settled {
    pub(super) credits: Vec<Credit>,
    pub(super) rows: Vec<RowRef>,
    pub(super) findings: Findings,
}

/// Sorts the rows of a report into credits.
pub(super) fn settle(report: &Report, refs: RowRefs, identities: &mut Identities, threads: usize) -> Settled {
    let order = identities.by_customer();
    let (mut rows, starts) = by_identity(report, refs, identities, &order);
    let books = Books { report, refs, identities };
    let share = order.len().div_ceil(threads).max(1);
    let done: Vec<Part> = thread::scope(|scope| {
        let mut rest = rows.as_mut_slice();
        let mut workers = Vec::new();
        for (share_number, numbers) in order.chunks(share).enumerate() {
            let first = share_number * share;
            let starts = &starts[first..=first + numbers.len()];
            let (these, others) = std::mem::take(&mut rest).split_at_mut(starts[numbers.len()] - starts[0]);
            rest = others;
            let mut work = move || books.part(numbers, starts, these);
            if first + numbers.len() == order.len() {
                return join(workers, work());
            }
            workers.push(scope.spawn(work));
        }
        Vec::new()
    });
    let mut credits = Vec::with_capacity(done.iter().map(|part| part.credits.len()).sum());
    let mut findings = Findings::default();
    for part in done {
        credits.extend(part.credits);
        findings.duplicates.extend(part.findings.duplicates);
        findings.restated.extend(part.findings.restated);
        findings.conflicts.extend(part.findings.conflicts);
    }
    for pairs in [&mut findings.duplicates, &mut findings.restated, &mut findings.conflicts] {
        pairs.sort_by_cached_key(|pair| (books.place(pair.second), books.place(pair.first)));
    }
    for (credit, first_month) in &credits {
        identities.covers(credit.identity, *first_month);
    }
    let credits = credits.into_iter().map(|(credit, _)| credit).collect();
    Settled { credits, rows, findings }
}

fn join<T>(workers: Vec<thread::ScopedJoinHandle<'_, T>>, last: T) -> Vec<T> {
    let mut done: Vec<T> = workers
        .into_iter()
        .map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        .collect();
    done.push(last);
    done
}

/// All rows, grouped by identity in the given order and within one in input order, and where each group starts (and the
/// last one ends).
fn by_identity(report: &Report, refs: RowRefs, identities: &Identities, order: &[u32]) -> (Vec<RowRef>, Vec<usize>) {
    let mut counts = vec![0_usize; identities.count()];
    for (shard_number, shard) in report.shards.iter().enumerate() {
        let of_keys = identities.of_keys(shard_number);
        shard.row_keys.iter().for_each(|key| counts[of_keys[*key as usize] as usize] += 1);
    }
    let mut starts = Vec::with_capacity(order.len() + 1);
    let mut next = vec![0_usize; identities.count()];
    let mut total = 0;
    for number in order {
        starts.push(total);
        next[*number as usize] = total;
        total += counts[*number as usize];
    }
    starts.push(total);
    let mut rows = vec![RowRef::default(); total];
    for (shard_number, block) in report.blocks() {
        let of_keys = identities.of_keys(shard_number);
        let keys = &report.shards[shard_number].row_keys[block.clone()];
        for (row_number, key) in block.zip(keys) {
            let slot = &mut next[of_keys[*key as usize] as usize];
            rows[*slot] = refs.pack(shard_number, row_number);
            *slot += 1;
        }
    }
    (rows, starts)
}

/// The credits of some identities, each with its first month.
struct Part {
    credits: Vec<(Credit, Month)>,
    findings: Findings,
}

#[derive(Clone, Copy)]
struct Books<'r> {
    report: &'r Report,
    refs: RowRefs,
    identities: &'r Identities,
}

impl<'r> Books<'r> {
    /// Settles identities one by one; `starts` tells where the rows of each begin, `rows` is theirs alone.
    fn part(self, numbers: &[u32], starts: &[usize], rows: &mut [RowRef]) -> Part {
        let mut part = Part { credits: Vec::with_capacity(numbers.len()), findings: Findings::default() };
        let base = starts[0];
        let mut months = Vec::new();
        for (number, bounds) in numbers.iter().zip(starts.windows(2)) {
            let these = &mut rows[bounds[0] - base..bounds[1] - base];
            self.sort(these, &mut months);
            let mut first = bounds[0];
            let mut add = |count: usize, first_month: Option<Month>, tranche| {
                if let Some(month) = first_month {
                    part.credits.push((Credit { identity: *number, first, count, tranche }, month));
                    first += count;
                }
            };
            let is_one = self.identities.has_one_term(*number) || !self.outlives(these);
            if is_one && months.windows(2).all(|pair| pair[0].0 < pair[1].0) {
                add(these.len(), months.first().map(|(month, _)| *month), None);
                continue;
            }
            let split = self.shares_a_month(these) || {
                let mut alone = these.to_vec();
                self.one_a_month(&mut alone, &mut Findings::default());
                self.outlives(&alone)
            };
            let mut at = 0;
            for (tranche, mut rows) in self.tranches(these, split) {
                self.one_a_month(&mut rows, &mut part.findings);
                these[at..at + rows.len()].copy_from_slice(&rows);
                at += rows.len();
                add(rows.len(), rows.first().map(|row| self.month(*row)), tranche);
            }
        }
        part
    }

    /// Sorts the rows of an identity by month, those of one month in input order, and notes the months.
    fn sort(self, rows: &mut [RowRef], months: &mut Vec<(Month, RowRef)>) {
        months.clear();
        months.extend(rows.iter().map(|row| (self.month(*row), *row)));
        if months.windows(2).all(|pair| pair[0].0 < pair[1].0) {
            return;
        }
        // Stable: the rows came in input order.
        months.sort_by_key(|(month, _)| *month);
        for (row, (_, sorted)) in rows.iter_mut().zip(months) {
            *row = *sorted;
        }
    }

    /// Whether a row begins after the row before it ended: a new credit, not an amended one.
    fn outlives(self, rows: &[RowRef]) -> bool {
        rows.windows(2).any(|pair| {
            let (expiry, effective) = (self.key(pair[0]).expiry, self.key(pair[1]).effective);
            matches!((expiry, effective), (Some(expiry), Some(effective)) if effective > expiry)
        })
    }

    /// Whether one file gives one month rows with different first days.
    fn shares_a_month(self, rows: &[RowRef]) -> bool {
        rows.windows(2).any(|pair| {
            let same_month = self.month(pair[0]) == self.month(pair[1]);
            same_month
                && self.place(pair[0]).file == self.place(pair[1]).file
                && self.effective(pair[0]) != self.effective(pair[1])
        })
    }

    /// The rows apart by first day, if they are to be split.
    fn tranches(self, rows: &[RowRef], split: bool) -> BTreeMap<Option<NaiveDate>, Vec<RowRef>> {
        let mut tranches: BTreeMap<_, Vec<RowRef>> = BTreeMap::new();
        for row in rows {
            let tranche = if split { self.effective(*row) } else { None };
            tranches.entry(tranche).or_default().push(*row);
        }
        tranches
    }

    /// Leaves one row a month: of several files the last one's.
    fn one_a_month(self, rows: &mut Vec<RowRef>, findings: &mut Findings) {
        let mut kept: Vec<RowRef> = Vec::with_capacity(rows.len());
        for &second in rows.iter() {
            let Some(&first) = kept.last().filter(|first| self.month(**first) == self.month(second)) else {
                kept.push(second);
                continue;
            };
            let pair = Pair { first, second };
            if self.same_values(first, second) {
                findings.duplicates.push(pair);
            } else if self.place(first).file == self.place(second).file {
                findings.conflicts.push(pair);
            } else {
                findings.restated.push(pair);
            }
            kept.pop();
            kept.push(second);
        }
        *rows = kept;
    }

    /// Whether two rows of one identity and month say the same.
    fn same_values(self, first: RowRef, second: RowRef) -> bool {
        let (key, other_key) = (self.key(first), self.key(second));
        let ((shard, first), (other_shard, second)) = (self.row(first), self.row(second));
        shard.credit_amount(first) == other_shard.credit_amount(second)
            && shard.balance_amount(first) == other_shard.balance_amount(second)
            && shard.status(first) == other_shard.status(second)
            && key.effective == other_key.effective
            && key.expiry == other_key.expiry
    }

    #[inline]
    fn row(self, row: RowRef) -> (&'r Shard, usize) {
        let (shard, row) = self.refs.unpack(row);
        (&self.report.shards[shard], row)
    }

    #[inline]
    fn month(self, row: RowRef) -> Month {
        let (shard, row) = self.row(row);
        shard.month(row)
    }

    fn key(self, row: RowRef) -> &'r Key {
        let (shard, row) = self.row(row);
        shard.key(row)
    }

    fn effective(self, row: RowRef) -> Option<NaiveDate> {
        self.key(row).effective
    }

    fn place(self, row: RowRef) -> Place {
        let (shard, row) = self.row(row);
        shard.place(row)
    }
}

//! Sorting rows into credits: months in order, repeated rows once, restated ones replaced, tranches apart.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use chrono::NaiveDate;

use crate::model::month::Month;
use crate::model::report::{Key, Place, Report, Row, Shard};

use super::identities::Identities;
use super::{Credit, DatedRow, Findings, Pair, RowRef, RowRefs};

/// Rows sorted into credits.
pub(super) struct Settled {
    pub(super) credits: Vec<Credit>,
    pub(super) rows: Vec<Vec<DatedRow>>,
    pub(super) findings: Findings,
}

/// Sorts the rows of a report into credits.
pub(super) fn settle(report: &Report, refs: RowRefs, identities: &mut Identities, threads: usize) -> Settled {
    let order = identities.by_customer();
    let starts = starts(&count_rows(report, identities), &order);
    let books = Books { report, refs, identities };
    let share = order.len().div_ceil(threads).max(1);
    let done: Vec<Part> = thread::scope(|scope| {
        let part = |(number, numbers): (usize, &'_ [u32])| {
            let first = number * share;
            books.part(number, numbers, &starts[first..=first + numbers.len()])
        };
        let mut shares = order.chunks(share).enumerate();
        let last = shares.next_back();
        let workers: Vec<_> = shares.map(|share| scope.spawn(move || part(share))).collect();
        last.map(|last| join(workers, part(last))).unwrap_or_default()
    });
    let mut credits = Vec::with_capacity(done.iter().map(|part| part.credits.len()).sum());
    let mut findings = Findings::default();
    let mut rows = Vec::with_capacity(done.len());
    for part in done {
        credits.extend(part.credits);
        rows.push(part.rows);
        findings.duplicates.extend(part.findings.duplicates);
        findings.restated.extend(part.findings.restated);
        findings.conflicts.extend(part.findings.conflicts);
        findings.doubtful_tranches.extend(part.findings.doubtful_tranches);
    }
    findings.doubtful_tranches.sort_by_cached_key(|row| books.place(*row));
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

/// How many rows each identity has.
fn count_rows(report: &Report, identities: &Identities) -> Vec<usize> {
    let count = |(shard_number, shard): (usize, &Shard)| {
        let of_keys = identities.of_keys(shard_number);
        let mut counts = vec![0_usize; identities.count()];
        shard.row_keys.iter().for_each(|key| counts[of_keys[*key as usize] as usize] += 1);
        counts
    };
    let counts = thread::scope(|scope| {
        let mut shards = report.shards.iter().enumerate();
        let last = shards.next_back();
        let workers: Vec<_> = shards.map(|shard| scope.spawn(move || count(shard))).collect();
        last.map(|last| join(workers, count(last))).unwrap_or_default()
    });
    let mut counts = counts.into_iter();
    let mut all = counts.next().unwrap_or_default();
    for more in counts {
        all.iter_mut().zip(more).for_each(|(all, more)| *all += more);
    }
    all
}

/// Where the rows of each identity start in the given order, and where the last ones end.
fn starts(counts: &[usize], order: &[u32]) -> Vec<usize> {
    let mut total = 0;
    let mut starts = Vec::with_capacity(order.len() + 1);
    starts.push(0);
    starts.extend(order.iter().map(|number| {
        total += counts[*number as usize];
        total
    }));
    starts
}

/// The credits of some identities, each with its first month.
struct Part {
    rows: Vec<DatedRow>,
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
    /// The rows of some identities, those of each in input order; `starts` tells where each begin, and the last end.
    fn gather(self, numbers: &[u32], starts: &[usize]) -> Vec<DatedRow> {
        let Some(month) = self.report.shards.iter().find_map(|shard| shard.months.first()) else { return Vec::new() };
        let any = DatedRow { month: *month, row: RowRef::default(), values: Row::default() };
        let mut rows = vec![any; starts[numbers.len()] - starts[0]];
        // Identities that are another thread's have no place here.
        let mut next = vec![usize::MAX; self.identities.count()];
        for (number, start) in numbers.iter().zip(starts) {
            next[*number as usize] = start - starts[0];
        }
        for (shard_number, block) in self.report.blocks() {
            let of_keys = self.identities.of_keys(shard_number);
            let shard = &self.report.shards[shard_number];
            let keys = shard.row_keys[block.clone()].iter().zip(&shard.row_months[block.clone()]);
            let rows_read = keys.zip(&shard.rows[block.clone()]);
            for (row_number, ((key, month), values)) in block.zip(rows_read) {
                let slot = &mut next[of_keys[*key as usize] as usize];
                if let Some(row) = rows.get_mut(*slot) {
                    let month = shard.months[usize::from(*month)];
                    *row = DatedRow { month, row: self.refs.pack(shard_number, row_number), values: *values };
                    *slot += 1;
                }
            }
        }
        rows
    }

    /// Settles the identities of a part one by one; `starts` tells where the rows of each begin, and the last end.
    fn part(self, part: usize, numbers: &[u32], starts: &[usize]) -> Part {
        let mut rows = self.gather(numbers, starts);
        let mut credits = Vec::with_capacity(numbers.len());
        let mut findings = Findings::default();
        for (number, bounds) in numbers.iter().zip(starts.windows(2)) {
            let mut first = bounds[0] - starts[0];
            let these = &mut rows[first..bounds[1] - starts[0]];
            if !is_monthly(these) {
                // Stable: the rows came in input order.
                these.sort_by_key(|row| row.month);
            }
            let mut add = |rows: &[DatedRow], tranche| {
                if let Some(row) = rows.first() {
                    let count = rows.len();
                    credits.push((Credit { identity: *number, part, first, count, tranche }, row.month));
                    first += rows.len();
                }
            };
            let is_one = self.identities.has_one_term(*number) || !self.outlives(these);
            if is_one && is_monthly(these) {
                add(these, None);
                continue;
            }
            let split = self.shares_a_month(these) || {
                let mut alone = these.to_vec();
                self.one_a_month(&mut alone, &mut Findings::default());
                self.outlives(&alone)
            };
            let mut at = 0;
            let tranches = self.tranches(these, split);
            findings.doubtful_tranches.extend(self.doubtful(&tranches));
            for (tranche, mut rows) in tranches {
                self.one_a_month(&mut rows, &mut findings);
                these[at..at + rows.len()].copy_from_slice(&rows);
                at += rows.len();
                add(&rows, tranche);
            }
        }
        Part { rows, credits, findings }
    }

    /// Whether a row begins after the row before it ended: a new credit, not an amended one.
    fn outlives(self, rows: &[DatedRow]) -> bool {
        rows.windows(2).any(|pair| {
            let (expiry, effective) = (self.key(pair[0].row).expiry, self.key(pair[1].row).effective);
            matches!((expiry, effective), (Some(expiry), Some(effective)) if effective > expiry)
        })
    }

    /// Whether one file gives one month rows with different first days.
    fn shares_a_month(self, rows: &[DatedRow]) -> bool {
        rows.windows(2).any(|pair| {
            pair[0].month == pair[1].month
                && self.place(pair[0].row).file == self.place(pair[1].row).file
                && self.effective(pair[0].row) != self.effective(pair[1].row)
        })
    }

    /// The rows apart by first day, if they are to be split.
    fn tranches(self, rows: &[DatedRow], split: bool) -> BTreeMap<Option<NaiveDate>, Vec<DatedRow>> {
        let mut tranches: BTreeMap<_, Vec<DatedRow>> = BTreeMap::new();
        for row in rows {
            let tranche = if split { self.effective(row.row) } else { None };
            tranches.entry(tranche).or_default().push(*row);
        }
        tranches
    }

    /// The first rows of tranches that neither share a month of one file with another nor come in turn.
    fn doubtful(self, tranches: &BTreeMap<Option<NaiveDate>, Vec<DatedRow>>) -> Vec<RowRef> {
        let place = |row: &DatedRow| (self.place(row.row).file, row.month);
        let mut beside: BTreeMap<(u32, Month), BTreeSet<Option<NaiveDate>>> = BTreeMap::new();
        for (tranche, rows) in tranches {
            for row in rows {
                beside.entry(place(row)).or_default().insert(*tranche);
            }
        }
        let is_alone = |rows: &[DatedRow]| rows.iter().all(|row| beside[&place(row)].len() == 1);
        let expiry = |rows: &[DatedRow]| rows.last().and_then(|row| self.key(row.row).expiry);
        let first_end = tranches.values().filter_map(|rows| expiry(rows)).min();
        let last_start = tranches.keys().copied().flatten().max();
        let in_turn = |tranche: Option<NaiveDate>, rows: &[DatedRow]| {
            let comes_after = first_end.zip(tranche).is_some_and(|(end, start)| end < start);
            let comes_before = expiry(rows).zip(last_start).is_some_and(|(end, start)| end < start);
            comes_after || comes_before
        };
        let doubtful =
            tranches.iter().filter(|(tranche, rows)| tranches.len() > 1 && is_alone(rows) && !in_turn(**tranche, rows));
        doubtful.filter_map(|(_, rows)| Some(rows.first()?.row)).collect()
    }

    /// Leaves one row a month: of several files the last one's.
    fn one_a_month(self, rows: &mut Vec<DatedRow>, findings: &mut Findings) {
        let mut kept: Vec<DatedRow> = Vec::with_capacity(rows.len());
        for &second in rows.iter() {
            let Some(&first) = kept.last().filter(|first| first.month == second.month) else {
                kept.push(second);
                continue;
            };
            let (first, last) = (first.row, second.row);
            let pair = Pair { first, second: last };
            if self.same_values(first, last) {
                findings.duplicates.push(pair);
            } else if self.place(first).file == self.place(last).file {
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

/// Whether rows have a month each, in order.
fn is_monthly(rows: &[DatedRow]) -> bool {
    rows.windows(2).all(|pair| pair[0].month < pair[1].month)
}

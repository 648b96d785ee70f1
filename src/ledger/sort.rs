//! Sorting rows into credits, and what that brings to light: each part of the ledger for itself: what it needs fits into the memory next to a
//! processor, and the rows go back into the memory they came in.

use crate::model::{Block, Key, Partition, Row, Rows, Shard, parallel};

use super::downloads::Downloads;
use super::part::{self, Credit, Found, Part};
use super::tables::{Partners, Renumbering, Tables, number_of};

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
}

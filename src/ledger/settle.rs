//! Sorting rows into credits: months in order, repeated rows once, replaced ones left out, tranches apart.
//!
//! Each partition is sorted for itself, in memory that a processor has next to it, and back into the memory it came in.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::model::{Block, Key, Month, Partition, Report, Row, Rows, Shard, parallel};

use super::chunks::Chunks;
use super::credit::Credit;
use super::downloads::{Downloads, Holdings};
use super::findings::{Conflict, Findings, RowPair};
use super::identities::{Identities, Partners};
use super::one_a_month::Versions;
use super::row::{PartRows, RowRef};
use super::tables::{Renumbering, Tables};
use super::tranches::{Dated, Tranches, begins_after_end};

/// Rows sorted into credits.
pub(super) struct SortedRows {
    pub(super) parts: Vec<Part>,
    /// Credits by customer, each with its first month.
    pub(super) credits: Vec<(Credit, u16)>,
    pub(super) last_month: Option<u16>,
    pub(super) findings: Findings,
}

/// The credits of some customers: what their rows refer to, and the rows that count.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) keys: Vec<Key>,
    pub(super) identities: Identities,
    pub(super) chunks: Vec<Vec<Row>>,
}

/// Sorts the rows of a report into credits; the report keeps all but keys and rows.
pub(super) fn sort_into_credits(
    report: &mut Report,
    (tables, renumberings): (&Tables, &[Renumbering]),
    (downloads, partners): (&Downloads, &Partners),
    threads: usize,
) -> SortedRows {
    let holdings = if downloads.is_one() { None } else { Holdings::new(report, downloads, partners) };
    let mut partitions: Vec<Vec<Partition>> = Vec::new();
    for shard in &mut report.shards {
        let taken = std::mem::take(&mut shard.partitions);
        partitions.resize_with(taken.len().max(partitions.len()), Vec::new);
        partitions.iter_mut().zip(taken).for_each(|(all, one)| all.push(one));
    }
    let share = partitions.len().div_ceil(threads).max(1);
    let mut shares = Vec::new();
    let mut numbered = (0..).zip(partitions).peekable();
    while numbered.peek().is_some() {
        shares.push(numbered.by_ref().take(share).collect::<Vec<_>>());
    }
    let sorter =
        Sorter { shards: &report.shards, tables, renumberings, downloads, partners, holdings: holdings.as_ref() };
    let done = parallel::each(shares, |share| {
        let mut gathered = Vec::new();
        let sort = |(number, of_shards)| sorter.part(number, Pieces::new(of_shards), &mut gathered);
        share.into_iter().map(sort).collect::<Vec<_>>()
    });
    let done: Vec<SortedPart> = done.into_iter().flatten().collect();
    let mut all = SortedRows {
        parts: Vec::with_capacity(done.len()),
        credits: Vec::with_capacity(done.iter().map(|part| part.credits.len()).sum()),
        last_month: None,
        findings: Findings::default(),
    };
    for SortedPart { part, credits, last_month, findings } in done {
        all.parts.push(part);
        all.credits.extend(credits);
        all.last_month = last_month.max(all.last_month);
        all.findings.append(findings);
    }
    sort_by_place(&mut all.findings, tables);
    all
}

/// What is found comes in the order of the files, whoever found it.
fn sort_by_place(findings: &mut Findings, tables: &Tables) {
    let place = |row: &RowRef| tables.place(&row.row);
    for found in [&mut findings.doubtful_tranches, &mut findings.added, &mut findings.gone] {
        found.sort_by_cached_key(place);
    }
    let places = |pair: &RowPair| (place(&pair.kept), place(&pair.replaced));
    for pairs in [&mut findings.duplicates, &mut findings.completed, &mut findings.restated] {
        pairs.sort_by_cached_key(places);
    }
    findings.conflicts.sort_by_cached_key(|conflict| (places(&conflict.pair), conflict.contradiction));
    findings.conflicts.dedup();
}

/// Where the rows of each identity start in the given order.
fn starts(counts: &[usize], order: &[u32]) -> Vec<usize> {
    let mut starts = vec![0; counts.len()];
    let mut total = 0;
    for number in order {
        starts[*number as usize] = total;
        total += counts[*number as usize];
    }
    starts
}

/// What all shards have of one partition.
struct Pieces {
    keys: Vec<Key>,
    /// How many keys stand before those of each shard.
    first_keys: Vec<u32>,
    /// By shard.
    rows: Vec<Rows>,
}

impl Pieces {
    fn new(of_shards: Vec<Partition>) -> Self {
        let mut all = Self { keys: Vec::new(), first_keys: Vec::new(), rows: Vec::new() };
        for Partition { keys, rows } in of_shards {
            all.first_keys.push(u32::try_from(all.keys.len()).unwrap_or(u32::MAX));
            all.keys.extend(keys);
            all.rows.push(rows);
        }
        all
    }
}

/// A part, its credits with the first month of each, and what came to light.
struct SortedPart {
    part: Part,
    credits: Vec<(Credit, u16)>,
    last_month: Option<u16>,
    findings: Findings,
}

#[derive(Clone, Copy)]
struct Sorter<'r> {
    shards: &'r [Shard],
    tables: &'r Tables,
    renumberings: &'r [Renumbering],
    downloads: &'r Downloads,
    partners: &'r Partners,
    holdings: Option<&'r Holdings>,
}

impl Sorter<'_> {
    /// The rows of a partition in runs of one shard and block each, those of older downloads first, then in input order.
    fn runs(self, pieces: &Pieces) -> Vec<(usize, usize, &[Row])> {
        let mut runs = Vec::new();
        for (number, (rows, shard)) in pieces.rows.iter().zip(self.shards).enumerate() {
            let mut at = 0;
            for mut chunk in rows.chunks() {
                while let Some(row) = chunk.first() {
                    let end = |at: usize| shard.blocks.get(at + 1).map_or(u32::MAX, |next| next.first_row);
                    while end(at) <= row.number {
                        at += 1;
                    }
                    let (run, rest) = chunk.split_at(chunk.partition_point(|row| row.number < end(at)));
                    runs.push((number, at, run));
                    chunk = rest;
                }
            }
        }
        runs.sort_by_key(|(shard, block, _)| {
            let Block { file, first_line, .. } = self.shards[*shard].blocks[*block];
            (self.downloads.age(file), file, first_line)
        });
        runs
    }

    /// Puts the rows of a partition into `gathered`: those of each identity by age, then in input order. Returns how
    /// many each has.
    fn gather(self, pieces: &Pieces, identities: &Identities, order: &[u32], gathered: &mut Vec<Row>) -> Vec<usize> {
        let of_keys = |shard: usize| &identities.of_keys[pieces.first_keys[shard] as usize..];
        let mut counts = vec![0; identities.count()];
        for (shard, rows) in pieces.rows.iter().enumerate() {
            let of_keys = of_keys(shard);
            rows.chunks().flatten().for_each(|row| counts[of_keys[row.key as usize] as usize] += 1);
        }
        gathered.clear();
        gathered.resize(counts.iter().sum(), Row::default());
        let mut next = starts(&counts, order);
        for (shard, block, run) in self.runs(pieces) {
            let (renumbering, of_keys) = (&self.renumberings[shard], of_keys(shard));
            let first_key = pieces.first_keys[shard];
            for row in run {
                let slot = &mut next[of_keys[row.key as usize] as usize];
                gathered[*slot] = renumbering.apply(*row, block, first_key);
                *slot += 1;
            }
        }
        counts
    }

    /// Sorts a partition.
    fn part(self, number: u32, mut pieces: Pieces, gathered: &mut Vec<Row>) -> SortedPart {
        let keys = std::mem::take(&mut pieces.keys);
        let mut identities = Identities::new(&keys, self.partners);
        let order = identities.by_customer();
        let counts = self.gather(&pieces, &identities, &order, gathered);
        let rows = PartRows { tables: self.tables, part: number, keys: &keys };
        let versions = Versions { rows, downloads: self.downloads, holdings: self.holdings };
        let settler = Settler { rows, versions, identities: &identities };
        let mut chunks = Chunks::in_memory_of(pieces.rows);
        let mut credits = Vec::with_capacity(order.len());
        let mut findings = Findings::default();
        let mut last_month = None;
        let mut rest = gathered.as_mut_slice();
        for identity in order {
            let these;
            (these, rest) = rest.split_at_mut(counts[identity as usize]);
            // Those of one month stay as they came: by age.
            these.sort_by_key(|row| row.month);
            settler.settle(identity, these, &mut findings, |rows, tranche| {
                if let (Some(first), Some(last)) = (rows.first(), rows.last()) {
                    credits.push((Credit { part: number, identity, rows: chunks.put(rows), tranche }, first.month));
                    last_month = Some(last.month).max(last_month);
                }
            });
        }
        identities.of_keys = Vec::new();
        let chunks = chunks.finish();
        SortedPart { part: Part { keys, identities, chunks }, credits, last_month, findings }
    }
}

#[derive(Clone, Copy)]
struct Settler<'r> {
    rows: PartRows<'r>,
    versions: Versions<'r>,
    identities: &'r Identities,
}

impl Settler<'_> {
    /// Hands over the rows of each credit of an identity, whose rows come by month and age.
    fn settle(
        self,
        identity: u32,
        rows: &[Row],
        findings: &mut Findings,
        mut credit: impl FnMut(&[Row], Option<NaiveDate>),
    ) {
        let partner = self.identities.partner(identity);
        let is_one = self.identities.has_one_term(identity) || !self.begin_in_turn(rows);
        if is_one && is_monthly(rows) {
            if self.versions.holdings.is_some() {
                for row in rows {
                    self.versions.across_downloads(partner, *row, *row, findings);
                }
            }
            return credit(rows, None);
        }
        let tranches = self.tranches(identity, rows, findings);
        findings.doubtful_tranches.extend(self.doubtful(&tranches));
        for (tranche, rows) in tranches {
            credit(&self.versions.one_a_month(partner, &rows, findings), tranche);
        }
    }

    /// Whether a row begins after the row before it ended: a new credit, not an amended one.
    fn begin_in_turn(self, rows: &[Row]) -> bool {
        let key = |row: &Row| self.rows.key(row);
        rows.windows(2).any(|pair| begins_after_end(key(&pair[0]).expiry, key(&pair[1]).effective))
    }

    /// The rows of an identity, which come by month and age, by tranche.
    fn tranches(self, identity: u32, rows: &[Row], findings: &mut Findings) -> Vec<Tranche> {
        if self.identities.has_one_term(identity) {
            return vec![(None, rows.to_vec())];
        }
        let dated: Vec<Dated> = rows.iter().map(|row| self.dated(row)).collect();
        let Tranches { of_rows, first_days, conflicts } = Tranches::new(&dated);
        findings.conflicts.extend(conflicts.into_iter().map(|(one, other, contradiction)| Conflict {
            pair: RowPair { replaced: self.rows.reference(rows[one]), kept: self.rows.reference(rows[other]) },
            contradiction,
        }));
        let mut tranches: Vec<Tranche> = first_days.into_iter().map(|day| (day, Vec::new())).collect();
        for (row, tranche) in rows.iter().zip(of_rows) {
            tranches[tranche].1.push(*row);
        }
        tranches
    }

    fn dated(self, row: &Row) -> Dated {
        let (key, file) = (self.rows.key(row), self.rows.place(row).file);
        let age = self.versions.downloads.age(file);
        Dated { month: self.rows.month(row), age, file, effective: key.effective, expiry: key.expiry }
    }

    /// The first rows of tranches that neither share a month of one file with another nor come in turn.
    fn doubtful(self, tranches: &[Tranche]) -> Vec<RowRef> {
        if tranches.len() < 2 {
            return Vec::new();
        }
        let place = |row: &Row| (self.rows.place(row).file, self.rows.month(row));
        let mut beside: BTreeMap<(u32, Month), BTreeSet<Option<NaiveDate>>> = BTreeMap::new();
        for (tranche, rows) in tranches {
            for row in rows {
                beside.entry(place(row)).or_default().insert(*tranche);
            }
        }
        let is_alone = |rows: &[Row]| rows.iter().all(|row| beside[&place(row)].len() == 1);
        let expiry = |rows: &[Row]| rows.last().and_then(|row| self.rows.key(row).expiry);
        let first_end = tranches.iter().filter_map(|(_, rows)| expiry(rows)).min();
        let last_start = tranches.iter().filter_map(|(tranche, _)| *tranche).max();
        let in_turn = |tranche: Option<NaiveDate>, rows: &[Row]| {
            begins_after_end(first_end, tranche) || begins_after_end(expiry(rows), last_start)
        };
        let doubtful = tranches.iter().filter(|(tranche, rows)| is_alone(rows) && !in_turn(*tranche, rows));
        doubtful.filter_map(|(_, rows)| Some(self.rows.reference(*rows.first()?))).collect()
    }
}

/// Whether rows have a month each, in order.
fn is_monthly(rows: &[Row]) -> bool {
    rows.is_sorted_by(|one, next| one.month < next.month)
}

/// A tranche's earliest first day, if there are several, and its rows.
type Tranche = (Option<NaiveDate>, Vec<Row>);

//! Sorting rows into credits: months in order, repeated rows once, replaced ones left out, tranches apart.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use chrono::NaiveDate;

use crate::model::month::Month;
use crate::model::parallel;
use crate::model::report::{Report, Row, Shard};

use super::by_month::{ByMonth, is_monthly};
use super::credit::Credit;
use super::downloads::{Downloads, Holdings};
use super::findings::{Conflict, Findings, RowPair};
use super::identities::Identities;
use super::one_a_month::Versions;
use super::row::{DatedRow, ReportRows, RowRef};
use super::tranches::{Dated, Tranches, begins_after_end};

/// Rows sorted into credits.
pub(super) struct SortedRows {
    pub(super) credits: Vec<Credit>,
    pub(super) rows: Vec<Vec<DatedRow>>,
    pub(super) last_month: Option<Month>,
    pub(super) findings: Findings,
}

/// Sorts the rows of a report into credits.
pub(super) fn sort_into_credits(
    rows: ReportRows<'_>,
    downloads: &Downloads,
    identities: &mut Identities,
    threads: usize,
) -> SortedRows {
    let report = rows.report;
    let order = identities.by_customer();
    let starts = starts(&count_rows(report, identities), &order);
    let partner_of = |shard: usize, key: u32| identities.partner(identities.of_keys(shard)[key as usize]);
    let holdings = if downloads.is_one() { None } else { Holdings::new(report, downloads, partner_of) };
    let versions = Versions { rows, downloads, holdings: holdings.as_ref() };
    let blocks = report.blocks_by(|file| downloads.age(file));
    let sorter = Sorter { rows, versions, identities, blocks: &blocks };
    let share = order.len().div_ceil(threads).max(1);
    let done = parallel::each(order.chunks(share).enumerate(), |(number, numbers)| {
        let first = number * share;
        sorter.part(number, numbers, &starts[first..=first + numbers.len()])
    });
    let mut credits = Vec::with_capacity(done.iter().map(|part| part.credits.len()).sum());
    let mut findings = Findings::default();
    let mut last_month = None;
    let mut settled = Vec::with_capacity(done.len());
    for part in done {
        credits.extend(part.credits);
        settled.push(part.rows);
        last_month = part.last_month.max(last_month);
        findings.append(part.findings);
    }
    sort_by_place(&mut findings, rows);
    for (credit, first_month) in &credits {
        identities.covers(credit.identity, *first_month);
    }
    let credits = credits.into_iter().map(|(credit, _)| credit).collect();
    SortedRows { credits, rows: settled, last_month, findings }
}

/// What is found comes in the order of the files, whoever found it.
fn sort_by_place(findings: &mut Findings, rows: ReportRows<'_>) {
    for found in [&mut findings.doubtful_tranches, &mut findings.added, &mut findings.gone] {
        found.sort_by_cached_key(|row| rows.place(*row));
    }
    let places = |pair: &RowPair| (rows.place(pair.kept), rows.place(pair.replaced));
    for pairs in [&mut findings.duplicates, &mut findings.completed, &mut findings.restated] {
        pairs.sort_by_cached_key(places);
    }
    findings.conflicts.sort_by_cached_key(|conflict| (places(&conflict.pair), conflict.contradiction));
    findings.conflicts.dedup();
}

/// How many rows each identity has.
fn count_rows(report: &Report, identities: &Identities) -> Vec<usize> {
    let count = |(shard_number, shard): (usize, &Shard)| {
        let of_keys = identities.of_keys(shard_number);
        let mut counts = vec![0_usize; identities.count()];
        shard.row_keys.iter().for_each(|key| counts[of_keys[*key as usize] as usize] += 1);
        counts
    };
    let mut counts = parallel::each(report.shards.iter().enumerate(), count).into_iter();
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
    last_month: Option<Month>,
    findings: Findings,
}

#[derive(Clone, Copy)]
struct Sorter<'r> {
    rows: ReportRows<'r>,
    versions: Versions<'r>,
    identities: &'r Identities,
    /// The blocks of all files, those of older downloads first.
    blocks: &'r [(usize, Range<usize>)],
}

impl Sorter<'_> {
    /// The rows of some identities, those of each by age, then in input order; `starts` tells where each begin, and the
    /// last end.
    fn gather(self, numbers: &[u32], starts: &[usize]) -> Vec<DatedRow> {
        let shards = &self.rows.report.shards;
        let Some(month) = shards.iter().find_map(|shard| shard.months.first()) else { return Vec::new() };
        let any = DatedRow { month: *month, row: RowRef::default(), values: Row::default() };
        let mut rows = vec![any; starts[numbers.len()] - starts[0]];
        // Identities that are another thread's have no place here.
        let mut next = vec![u32::MAX; self.identities.count()];
        for (number, start) in numbers.iter().zip(starts) {
            next[*number as usize] = u32::try_from(start - starts[0]).unwrap_or(u32::MAX);
        }
        for (shard_number, block) in self.blocks {
            let of_keys = self.identities.of_keys(*shard_number);
            let shard = &shards[*shard_number];
            let keys = shard.row_keys[block.clone()].iter().zip(&shard.row_months[block.clone()]);
            let rows_read = keys.zip(&shard.rows[block.clone()]);
            for (row_number, ((key, month), values)) in block.clone().zip(rows_read) {
                let slot = &mut next[of_keys[*key as usize] as usize];
                if let Some(row) = rows.get_mut(*slot as usize) {
                    let month = shard.months[usize::from(*month)];
                    *row = DatedRow { month, row: self.rows.refs.pack(*shard_number, row_number), values: *values };
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
        let mut last_month = None;
        let mut by_month = ByMonth::default();
        for (number, bounds) in numbers.iter().zip(starts.windows(2)) {
            let mut first = bounds[0] - starts[0];
            let these = &mut rows[first..bounds[1] - starts[0]];
            // Those of one month stay as they came: by age.
            by_month.sort(these);
            let mut add = |rows: &[DatedRow], tranche| {
                if let (Some(row), Some(last)) = (rows.first(), rows.last()) {
                    let count = rows.len();
                    credits.push((Credit { identity: *number, part, first, count, tranche }, row.month));
                    last_month = Some(last.month).max(last_month);
                    first += rows.len();
                }
            };
            let partner = self.identities.partner(*number);
            let is_one = self.identities.has_one_term(*number) || !self.begin_in_turn(these);
            if is_one && is_monthly(these) {
                for row in these.iter() {
                    self.versions.across_downloads(partner, row.row, *row, &mut findings);
                }
                add(these, None);
                continue;
            }
            let tranches = self.tranches(*number, these, &mut findings);
            findings.doubtful_tranches.extend(self.doubtful(&tranches));
            let mut at = 0;
            for (tranche, mut rows) in tranches {
                self.versions.one_a_month(partner, &mut rows, &mut findings);
                these[at..at + rows.len()].copy_from_slice(&rows);
                at += rows.len();
                add(&rows, tranche);
            }
        }
        Part { rows, credits, last_month, findings }
    }

    /// Whether a row begins after the row before it ended: a new credit, not an amended one.
    fn begin_in_turn(self, rows: &[DatedRow]) -> bool {
        let key = |row: &DatedRow| self.rows.key(row.row);
        rows.windows(2).any(|pair| begins_after_end(key(&pair[0]).expiry, key(&pair[1]).effective))
    }

    /// The rows of an identity, which come by month and age, by tranche.
    fn tranches(self, identity: u32, rows: &[DatedRow], findings: &mut Findings) -> Vec<Tranche> {
        if self.identities.has_one_term(identity) {
            return vec![(None, rows.to_vec())];
        }
        let dated: Vec<Dated> = rows.iter().map(|row| self.dated(row)).collect();
        let Tranches { of_rows, first_days, conflicts } = Tranches::new(&dated);
        findings.conflicts.extend(conflicts.into_iter().map(|(one, other, contradiction)| Conflict {
            pair: RowPair { replaced: rows[one].row, kept: rows[other].row },
            contradiction,
        }));
        let mut tranches: Vec<Tranche> = first_days.into_iter().map(|day| (day, Vec::new())).collect();
        for (row, tranche) in rows.iter().zip(of_rows) {
            tranches[tranche].1.push(*row);
        }
        tranches
    }

    fn dated(self, row: &DatedRow) -> Dated {
        let (key, file) = (self.rows.key(row.row), self.rows.place(row.row).file);
        let age = self.versions.downloads.age(file);
        Dated { month: row.month, age, file, effective: key.effective, expiry: key.expiry }
    }

    /// The first rows of tranches that neither share a month of one file with another nor come in turn.
    fn doubtful(self, tranches: &[Tranche]) -> Vec<RowRef> {
        if tranches.len() < 2 {
            return Vec::new();
        }
        let place = |row: &DatedRow| (self.rows.place(row.row).file, row.month);
        let mut beside: BTreeMap<(u32, Month), BTreeSet<Option<NaiveDate>>> = BTreeMap::new();
        for (tranche, rows) in tranches {
            for row in rows {
                beside.entry(place(row)).or_default().insert(*tranche);
            }
        }
        let is_alone = |rows: &[DatedRow]| rows.iter().all(|row| beside[&place(row)].len() == 1);
        let expiry = |rows: &[DatedRow]| rows.last().and_then(|row| self.rows.key(row.row).expiry);
        let first_end = tranches.iter().filter_map(|(_, rows)| expiry(rows)).min();
        let last_start = tranches.iter().filter_map(|(tranche, _)| *tranche).max();
        let in_turn = |tranche: Option<NaiveDate>, rows: &[DatedRow]| {
            begins_after_end(first_end, tranche) || begins_after_end(expiry(rows), last_start)
        };
        let doubtful = tranches.iter().filter(|(tranche, rows)| is_alone(rows) && !in_turn(*tranche, rows));
        doubtful.filter_map(|(_, rows)| Some(rows.first()?.row)).collect()
    }
}

/// A tranche's earliest first day, if there are several, and its rows.
type Tranche = (Option<NaiveDate>, Vec<DatedRow>);

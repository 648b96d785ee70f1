//! Which of several files is the newer download, and which months the input covers of each partner.

use std::collections::BTreeSet;

use crate::model::{Month, Report, parallel};

use super::tables::{Partners, number_of};

/// What tells which of two files is the newer one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FileOrder {
    /// The one whose last month is later. Files with the same last month are parts of one download.
    #[default]
    ByLastMonth,
    /// The one that is given later.
    AsGiven,
}

/// The age of each file, its last month, and which downloads hold what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Downloads {
    /// By file; a newer one has a higher number.
    ages: Vec<u32>,
    /// By file; empty where it has no rows.
    lasts: Vec<Option<Month>>,
    /// The ages of the downloads that hold rows of a partner and month, oldest first: by partner, then by place of the
    /// month among all. Empty where all files are parts of one download.
    holders: Vec<Vec<Vec<u32>>>,
}

impl Downloads {
    /// Those of files, by what each covers of all months.
    pub(super) fn new(files: &[Coverage], months: &[Month], order: FileOrder) -> Self {
        let partners = files.first().map_or(0, Coverage::partners);
        let last = |file: &Coverage| (0..partners).filter_map(|partner| file.last(partner)).max();
        let lasts: Vec<Option<Month>> = files.iter().map(|file| last(file).map(|last| months[last])).collect();
        let ages: Vec<u32> = match order {
            FileOrder::AsGiven => (0..).take(lasts.len()).collect(),
            FileOrder::ByLastMonth => {
                let different: BTreeSet<Option<Month>> = lasts.iter().copied().collect();
                lasts.iter().map(|last| number_of(different.range(..last).count())).collect()
            }
        };
        let mut holders = Vec::new();
        if ages.iter().any(|age| Some(age) != ages.first()) {
            holders = vec![vec![Vec::new(); months.len()]; partners as usize];
            let mut by_age: Vec<(&u32, &Coverage)> = ages.iter().zip(files).collect();
            by_age.sort_by_key(|(age, _)| *age);
            for (partner, of_partner) in (0..).zip(&mut holders) {
                for (age, file) in &by_age {
                    file.months(partner, 0).for_each(|month| of_partner[month].push(**age));
                }
                of_partner.iter_mut().for_each(Vec::dedup);
            }
        }
        Self { ages, lasts, holders }
    }

    /// The ages of the downloads that hold rows of a partner and of the month at a place among all, oldest first.
    pub(super) fn holders(&self, partner: u32, month: u16) -> &[u32] {
        let of_partner = self.holders.get(partner as usize);
        of_partner.and_then(|months| months.get(usize::from(month))).map_or(&[], Vec::as_slice)
    }

    /// Whether all files are parts of one download.
    pub(super) fn is_one(&self) -> bool {
        self.holders.is_empty()
    }

    /// A newer download has a higher number.
    pub fn age(&self, file: u32) -> u32 {
        self.ages.get(file as usize).copied().unwrap_or_default()
    }

    /// The last month of a file; empty where it has no rows.
    pub(super) fn last_month(&self, file: u32) -> Option<Month> {
        self.lasts.get(file as usize).copied().flatten()
    }

    /// The last month of a download.
    pub(super) fn last_month_of_age(&self, age: u32) -> Option<Month> {
        self.lasts.iter().zip(&self.ages).filter(|(_, its)| **its == age).filter_map(|(last, _)| *last).max()
    }

    /// The last month of the newest download, be it one that is left out. It may have been open when it was downloaded.
    pub fn last_month_of_newest(&self) -> Option<Month> {
        self.ages.iter().max().and_then(|age| self.last_month_of_age(*age))
    }
}

/// The months that each partner has rows of: a bit for each, by place among all months.
#[derive(Clone, Debug, Default)]
pub(super) struct Coverage {
    /// How many words of bits each partner has.
    words: usize,
    bits: Vec<u64>,
}

impl Coverage {
    /// That of each file of a report whose rows are of these months, on so many threads.
    pub(super) fn of_files(report: &Report, partners: &Partners, months: &[Month], threads: usize) -> Vec<Self> {
        let words = months.len().div_ceil(64);
        let none = vec![Self { words, bits: vec![0; partners.known.len() * words] }; report.files.len()];
        let partitions = report.shards.iter().map(|shard| shard.partitions.len()).max().unwrap_or_default();
        let marked = parallel::each(0..threads, |thread| {
            let mut files = none.clone();
            for shard in &report.shards {
                let place = |month: &Month| months.binary_search(month).unwrap_or_default();
                let places: Vec<usize> = shard.months.iter().map(place).collect();
                for partition in (thread..partitions).step_by(threads).filter_map(|at| shard.partitions.get(at)) {
                    let of_keys = partners.of_keys(&partition.keys);
                    for (block, row) in shard.rows_of(partition) {
                        let month = places[usize::from(row.month)];
                        let first = of_keys[row.key as usize] as usize * words;
                        files[block.file as usize].bits[first + month / 64] |= 1 << (month % 64);
                    }
                }
            }
            files
        });
        let mut all = none;
        for files in &marked {
            all.iter_mut().zip(files).for_each(|(all, file)| all.add(file));
        }
        all
    }

    /// That of some files together, as far as some of the first months go.
    pub(super) fn together(files: &[Self], months: usize) -> Self {
        let mut all = files.first().cloned().unwrap_or_default();
        for file in files {
            all.add(file);
        }
        for (word, bits) in all.bits.iter_mut().enumerate() {
            let before = word % all.words * 64;
            *bits &=
                (before..before + 64).filter(|month| *month < months).fold(0, |kept, month| kept | 1 << (month % 64));
        }
        all
    }

    fn add(&mut self, other: &Self) {
        self.bits.iter_mut().zip(&other.bits).for_each(|(all, one)| *all |= one);
    }

    /// How many partners there are.
    pub(super) fn partners(&self) -> u32 {
        number_of(self.bits.len() / self.words.max(1))
    }

    /// The places of the months of a partner among all months, those from `first` on, in order.
    pub(super) fn months(&self, partner: u32, first: usize) -> impl Iterator<Item = usize> + use<'_> {
        let bits = &self.bits[partner as usize * self.words..][..self.words];
        let is_covered = |month: &usize| bits[month / 64] & (1 << (month % 64)) != 0;
        (first..self.words * 64).filter(is_covered)
    }

    /// The place of the last month of a partner.
    #[inline]
    pub(super) fn last(&self, partner: u32) -> Option<usize> {
        let bits = &self.bits[partner as usize * self.words..][..self.words];
        let word = bits.iter().rposition(|word| *word != 0)?;
        Some(word * 64 + bits[word].ilog2() as usize)
    }
}

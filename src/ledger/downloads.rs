//! Which of several files is the newer download.

use std::collections::BTreeSet;

use crate::model::{Month, Report};

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
    /// By file; empty where it has no rows. Not looked up where there is but one file.
    lasts: Vec<Option<Month>>,
    /// The ages of the downloads that hold rows of a partner and month, oldest first: by partner, then by month from
    /// `first` on. Empty where all files are parts of one download.
    holders: Vec<Vec<Vec<u32>>>,
    first: Option<Month>,
}

impl Downloads {
    pub(super) fn new(report: &Report, order: FileOrder, partners: &Partners) -> Self {
        if report.files.len() < 2 {
            return Self {
                ages: vec![0; report.files.len()],
                lasts: vec![None; report.files.len()],
                ..Self::default()
            };
        }
        let lasts = last_months(report);
        let ages = match order {
            FileOrder::AsGiven => (0..).take(lasts.len()).collect(),
            FileOrder::ByLastMonth => {
                let different: BTreeSet<Option<Month>> = lasts.iter().copied().collect();
                lasts.iter().map(|last| number_of(different.range(..last).count())).collect()
            }
        };
        let mut downloads = Self { ages, lasts, ..Self::default() };
        if downloads.ages.iter().any(|age| Some(age) != downloads.ages.first()) {
            downloads.note_holders(report, partners);
        }
        downloads
    }

    fn note_holders(&mut self, report: &Report, partners: &Partners) {
        self.first = report.shards.iter().flat_map(|shard| &shard.months).min().copied();
        self.holders = vec![Vec::new(); partners.known.len()];
        for shard in &report.shards {
            for partition in &shard.partitions {
                let of_keys = partners.of_keys(&partition.keys);
                for (block, row) in shard.rows_of(partition) {
                    let (age, at) = (self.age(block.file), self.index(shard.month(row)));
                    let of_partner = &mut self.holders[of_keys[row.key as usize] as usize];
                    if of_partner.len() <= at {
                        of_partner.resize(at + 1, Vec::new());
                    }
                    if let Err(place) = of_partner[at].binary_search(&age) {
                        of_partner[at].insert(place, age);
                    }
                }
            }
        }
    }

    fn index(&self, month: Month) -> usize {
        self.first.and_then(|first| usize::try_from(month.months_since(first)).ok()).unwrap_or_default()
    }

    /// The ages of the downloads that hold rows of a partner and month, oldest first.
    pub(super) fn holders(&self, partner: u32, month: Month) -> &[u32] {
        let of_partner = self.holders.get(partner as usize);
        of_partner.and_then(|months| months.get(self.index(month))).map_or(&[], Vec::as_slice)
    }

    /// Whether all files are parts of one download.
    pub(super) fn is_one(&self) -> bool {
        self.holders.is_empty()
    }

    /// A newer download has a higher number.
    #[must_use]
    pub fn age(&self, file: u32) -> u32 {
        self.ages.get(file as usize).copied().unwrap_or_default()
    }

    #[must_use]
    pub fn is_newest(&self, file: u32) -> bool {
        self.ages.iter().all(|age| *age <= self.age(file))
    }

    /// The last month of a file, of several; empty where it has no rows.
    pub(super) fn last_month(&self, file: u32) -> Option<Month> {
        self.lasts.get(file as usize).copied().flatten()
    }

    /// The last month of a download of several.
    pub(super) fn last_month_of_age(&self, age: u32) -> Option<Month> {
        self.lasts.iter().zip(&self.ages).filter(|(_, its)| **its == age).filter_map(|(last, _)| *last).max()
    }

    /// The last month of the newest of several downloads.
    pub(super) fn last_month_of_newest(&self) -> Option<Month> {
        self.ages.iter().max().and_then(|age| self.last_month_of_age(*age))
    }
}

/// The last month that each file has a row of.
fn last_months(report: &Report) -> Vec<Option<Month>> {
    let mut lasts = vec![None; report.files.len()];
    for shard in &report.shards {
        for (block, _, row) in shard.rows() {
            let last = &mut lasts[block.file as usize];
            *last = Some(shard.month(row)).max(*last);
        }
    }
    lasts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::sample;

    /// Files with rows of these months each, all read by one thread.
    fn report(files: &[&[u32]]) -> Report {
        let row = |month: &u32| format!("c 2024-0{month} 1 Active 9 - -");
        let files: Vec<Vec<String>> = files.iter().map(|months| months.iter().map(row).collect()).collect();
        let files: Vec<Vec<&str>> = files.iter().map(|rows| rows.iter().map(String::as_str).collect()).collect();
        sample::report(&files.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    #[test]
    fn a_file_is_newer_if_its_last_month_is_later() {
        let report = report(&[&[1, 3], &[2], &[], &[3]]);
        let downloads = Downloads::new(&report, FileOrder::ByLastMonth, &Partners::new(&report));
        assert_eq!(downloads.ages, [2, 1, 0, 2]);
        assert!(downloads.is_newest(0) && downloads.is_newest(3) && !downloads.is_newest(1));
        assert_eq!(downloads.last_month_of_newest(), Month::new(2024, 3));
    }

    #[test]
    fn in_order_the_place_alone_tells() {
        let report = report(&[&[3], &[1]]);
        let downloads = Downloads::new(&report, FileOrder::AsGiven, &Partners::new(&report));
        assert_eq!(downloads.ages, [0, 1]);
        assert_eq!(downloads.last_month_of_newest(), Month::new(2024, 1));
    }

    #[test]
    fn holders_are_those_that_have_rows_of_a_month() {
        let report = report(&[&[1, 2], &[2, 3]]);
        let downloads = Downloads::new(&report, FileOrder::ByLastMonth, &Partners::new(&report));
        let ages = |month| downloads.holders(0, Month::new(2024, month).unwrap()).to_vec();
        assert_eq!([ages(1), ages(2), ages(3)], [vec![0], vec![0, 1], vec![1]]);
    }
}

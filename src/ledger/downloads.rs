//! Which of several files is the newer download.

use std::collections::BTreeSet;

use crate::model::Month;

use super::coverage::Coverage;
use super::tables::number_of;

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

    pub fn is_newest(&self, file: u32) -> bool {
        self.ages.iter().all(|age| *age <= self.age(file))
    }

    /// The last month of a file; empty where it has no rows.
    pub(super) fn last_month(&self, file: u32) -> Option<Month> {
        self.lasts.get(file as usize).copied().flatten()
    }

    /// The last month of a download.
    pub(super) fn last_month_of_age(&self, age: u32) -> Option<Month> {
        self.lasts.iter().zip(&self.ages).filter(|(_, its)| **its == age).filter_map(|(last, _)| *last).max()
    }

    /// The last month of the newest download.
    pub(super) fn last_month_of_newest(&self) -> Option<Month> {
        self.ages.iter().max().and_then(|age| self.last_month_of_age(*age))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::sample;
    use crate::ledger::tables::{self, Partners};

    /// Files with rows of these months each, all read by one thread.
    fn downloads(files: &[&[u32]], order: FileOrder) -> Downloads {
        let row = |month: &u32| format!("c 2024-0{month} 1 Active 9 - -");
        let files: Vec<Vec<String>> = files.iter().map(|months| months.iter().map(row).collect()).collect();
        let files: Vec<Vec<&str>> = files.iter().map(|rows| rows.iter().map(String::as_str).collect()).collect();
        let report = sample::report(&files.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let months = tables::months(&report);
        Downloads::new(&Coverage::of_files(&report, &Partners::new(&report), &months, 2), &months, order)
    }

    #[test]
    fn a_file_is_newer_if_its_last_month_is_later() {
        let downloads = downloads(&[&[1, 3], &[2], &[], &[3]], FileOrder::ByLastMonth);
        assert_eq!(downloads.ages, [2, 1, 0, 2]);
        assert!(downloads.is_newest(0) && downloads.is_newest(3) && !downloads.is_newest(1));
        assert_eq!(downloads.last_month_of_newest(), Month::new(2024, 3));
    }

    #[test]
    fn in_order_the_place_alone_tells() {
        let downloads = downloads(&[&[3], &[1]], FileOrder::AsGiven);
        assert_eq!(downloads.ages, [0, 1]);
        assert_eq!(downloads.last_month_of_newest(), Month::new(2024, 1));
    }

    #[test]
    fn holders_are_those_that_have_rows_of_a_month() {
        let downloads = downloads(&[&[1, 2], &[2, 3]], FileOrder::ByLastMonth);
        let ages = |month| downloads.holders(0, month).to_vec();
        assert_eq!([ages(0), ages(1), ages(2)], [vec![0], vec![0, 1], vec![1]]);
    }
}

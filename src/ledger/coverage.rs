//! Which months the input covers of each partner.

use crate::model::{Month, Report, parallel};

use super::tables::{Partners, number_of};

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

//! Which months the input covers of each partner.

use crate::model::{Row, parallel};

use super::part::Credit;
use super::part::Part;

/// The months that each partner has rows of: a bit for each.
#[derive(Debug, Default)]
pub(super) struct Coverage {
    /// How many words of bits each partner has.
    words: usize,
    bits: Vec<u64>,
}

impl Coverage {
    /// Of so many partners and months, by the rows of all credits; on so many threads.
    pub(super) fn new(parts: &[Part], credits: &[Credit], size: (usize, usize), threads: usize) -> Self {
        let (partners, months) = size;
        let words = months.div_ceil(64);
        let share = credits.len().div_ceil(threads).max(1);
        let marked = parallel::each(credits.chunks(share), |credits| {
            let mut bits = vec![0_u64; partners * words];
            for credit in credits {
                let part = &parts[credit.part as usize];
                let first = part.partner(credit.identity) as usize * words;
                mark(&mut bits[first..first + words], part.rows(credit));
            }
            bits
        });
        let mut all = Self { words, bits: vec![0; partners * words] };
        for bits in marked {
            all.bits.iter_mut().zip(bits).for_each(|(all, one)| *all |= one);
        }
        all
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

fn mark(bits: &mut [u64], rows: &[Row]) {
    for row in rows {
        let month = usize::from(row.month);
        bits[month / 64] |= 1 << (month % 64);
    }
}

//! Rows of the report, and how the ledger refers to them.

use crate::model::month::Month;
use crate::model::report::{Key, Place, Report, Row, Shard};

/// A row of the report, wherever it is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowRef(u32);

/// A row with its month, which is what rows are sorted by, and its values: rows of one credit lie far apart in the
/// input, so they are fetched but once.
#[derive(Clone, Copy, Debug)]
pub(super) struct DatedRow {
    pub(super) month: Month,
    pub(super) row: RowRef,
    pub(super) values: Row,
}

/// How a [`RowRef`] holds the number of a shard and of a row in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct RowRefs {
    shard_bits: u32,
}

impl RowRefs {
    /// `None` if the shards have more rows than can be told apart.
    pub(super) fn new(shards: &[Shard]) -> Option<Self> {
        let shard_bits = shards.len().next_power_of_two().trailing_zeros();
        let most = shards.iter().map(|shard| shard.rows.len()).max().unwrap_or(0);
        u32::try_from((most as u64) << shard_bits).ok().map(|_| Self { shard_bits })
    }

    #[inline]
    pub(super) fn pack(self, shard: usize, row: usize) -> RowRef {
        // `new` made sure that both fit.
        RowRef(u32::try_from((row << self.shard_bits) | shard).unwrap_or(u32::MAX))
    }

    #[inline]
    pub(super) fn unpack(self, row: RowRef) -> (usize, usize) {
        ((row.0 & ((1 << self.shard_bits) - 1)) as usize, (row.0 >> self.shard_bits) as usize)
    }
}

/// The rows of a report by their references.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReportRows<'r> {
    pub(super) report: &'r Report,
    pub(super) refs: RowRefs,
}

impl<'r> ReportRows<'r> {
    /// The shard that holds a row, and the row's index in it.
    #[inline]
    pub(super) fn get(self, row: RowRef) -> (&'r Shard, usize) {
        let (shard, row) = self.refs.unpack(row);
        (&self.report.shards[shard], row)
    }

    pub(super) fn key(self, row: RowRef) -> &'r Key {
        let (shard, row) = self.get(row);
        shard.key(row)
    }

    pub(super) fn place(self, row: RowRef) -> Place {
        let (shard, row) = self.get(row);
        shard.place(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_gives_back_shard_and_row() {
        let shards: Vec<Shard> = (0..3).map(|_| Shard::default()).collect();
        let refs = RowRefs::new(&shards).unwrap();
        for (shard, row) in [(0, 0), (2, 0), (1, 7), (2, 1_000_000)] {
            assert_eq!(refs.unpack(refs.pack(shard, row)), (shard, row));
        }
    }
}

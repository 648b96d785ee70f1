//! What the rows of a ledger refer to: one table of each kind instead of one a reader thread.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::model::{Block, Month, Place, Report, Row, Scale, Shard, Status};

/// The input has more rows than a ledger can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the files have more rows than one ledger can hold")]
pub struct TooManyRows;

/// The tables of all shards as one.
#[derive(Debug, Default)]
pub(super) struct Tables {
    /// In order, so that rows compare by month as their indexes do.
    pub(super) months: Vec<Month>,
    pub(super) statuses: Vec<Status>,
    pub(super) large_amounts: Vec<Decimal>,
    /// In the order of the files, by which their rows are numbered.
    blocks: Vec<Block>,
}

/// How what a row of a shard refers to is found in [`Tables`].
#[derive(Debug)]
pub(super) struct Renumbering {
    /// By block, what a row's number grows by, with overflow.
    number_offsets: Vec<u32>,
    first_large: i32,
    months: Vec<u16>,
    statuses: Vec<u8>,
}

impl Renumbering {
    /// The row of a block as the ledger holds it: numbered in the order of the files, `first_key` keys before its
    /// shard's, with indexes into the tables.
    #[inline]
    pub(super) fn apply(&self, row: Row, block: usize, first_key: u32) -> Row {
        let first = |scale: Scale| if scale == Scale::LARGE { self.first_large } else { 0 };
        Row {
            credit_amount: row.credit_amount + first(row.scales.credit()),
            balance_amount: row.balance_amount + first(row.scales.balance()),
            key: row.key + first_key,
            number: row.number.wrapping_add(self.number_offsets[block]),
            month: self.months[usize::from(row.month)],
            status: self.statuses[usize::from(row.status)],
            scales: row.scales,
        }
    }
}

impl Tables {
    /// Puts the tables of all shards together, and tells of each shard where its entries are now.
    pub(super) fn new(report: &Report) -> Result<(Self, Vec<Renumbering>), TooManyRows> {
        let mut all = Self::default();
        let months: BTreeSet<Month> = report.shards.iter().flat_map(|shard| &shard.months).copied().collect();
        all.months = months.into_iter().collect();
        let mut statuses = Vec::new();
        let offsets = all.add_blocks(&report.shards).ok_or(TooManyRows)?;
        let mut renumberings = Vec::with_capacity(report.shards.len());
        for (shard, number_offsets) in report.shards.iter().zip(offsets) {
            renumberings.push(all.add(shard, number_offsets, &mut statuses).ok_or(TooManyRows)?);
        }
        all.statuses = statuses;
        Ok((all, renumberings))
    }

    /// Numbers the rows of all shards in the order of the files; returns, by shard and block, what their numbers there
    /// grow by.
    fn add_blocks(&mut self, shards: &[Shard]) -> Option<Vec<Vec<u32>>> {
        let mut blocks = Vec::new();
        for (number, shard) in shards.iter().enumerate() {
            let ends = shard.blocks.iter().skip(1).map(|next| next.first_row).chain([shard.count]);
            blocks.extend(shard.blocks.iter().zip(ends).enumerate().map(|(at, block)| (block, number, at)));
        }
        blocks.sort_unstable_by_key(|((block, _), ..)| (block.file, block.first_line));
        let mut offsets: Vec<Vec<u32>> = shards.iter().map(|shard| vec![0; shard.blocks.len()]).collect();
        let mut next_row = 0_u32;
        for ((block, end), shard, at) in blocks {
            offsets[shard][at] = next_row.wrapping_sub(block.first_row);
            self.blocks.push(Block { first_row: next_row, ..*block });
            next_row = next_row.checked_add(end - block.first_row)?;
        }
        Some(offsets)
    }

    fn add(&mut self, shard: &Shard, number_offsets: Vec<u32>, statuses: &mut Vec<Status>) -> Option<Renumbering> {
        let month = |month: &Month| u16::try_from(self.months.binary_search(month).ok()?).ok();
        let months: Option<Vec<u16>> = shard.months.iter().map(month).collect();
        let of_statuses: Option<Vec<u8>> = shard.statuses.iter().map(|status| number(statuses, status)).collect();
        let first_large = i32::try_from(self.large_amounts.len()).ok()?;
        self.large_amounts.extend(&shard.large_amounts);
        i32::try_from(self.large_amounts.len()).ok()?;
        Some(Renumbering { number_offsets, first_large, months: months?, statuses: of_statuses? })
    }

    /// Where a row stands in the input.
    pub(super) fn place(&self, row: &Row) -> Place {
        let after = self.blocks.partition_point(|block| block.first_row <= row.number);
        self.blocks[after - 1].place(row.number)
    }

    #[inline]
    pub(super) fn month(&self, row: &Row) -> Month {
        self.months[usize::from(row.month)]
    }

    #[inline]
    pub(super) fn status(&self, row: &Row) -> &Status {
        &self.statuses[usize::from(row.status)]
    }
}

/// The number of a status, which is added if it is new.
fn number(statuses: &mut Vec<Status>, status: &Status) -> Option<u8> {
    let at = statuses.iter().position(|known| known == status).unwrap_or_else(|| {
        statuses.push(status.clone());
        statuses.len() - 1
    });
    u8::try_from(at).ok()
}

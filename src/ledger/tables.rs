//! What the rows of a ledger refer to: one table of each kind instead of one a reader thread.

use std::collections::BTreeSet;
use std::sync::Arc;

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use rust_decimal::Decimal;

use crate::model::{Block, Id, Key, Month, Place, Report, Row, Shard, Status, Sum, report};

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
    /// The number of each file's first row, as far as files have rows.
    first_rows: Vec<u32>,
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
    /// The row of a block as the ledger holds it, but for its key: numbered in the order of the files, with indexes into
    /// the tables.
    #[inline]
    pub(super) fn apply(&self, row: Row, block: usize) -> Row {
        let first = |decimals: Option<u8>| if decimals.is_none() { self.first_large } else { 0 };
        Row {
            credit_amount: row.credit_amount + first(row.scales.credit()),
            balance_amount: row.balance_amount + first(row.scales.balance()),
            number: row.number.wrapping_add(self.number_offsets[block]),
            month: self.months[usize::from(row.month)],
            status: self.statuses[usize::from(row.status)],
            ..row
        }
    }
}

impl Tables {
    /// Puts the tables of all shards together, and tells of each shard where its entries are now.
    pub(super) fn new(report: &Report) -> Result<(Self, Vec<Renumbering>), TooManyRows> {
        let mut all = Self { months: months(report), ..Self::default() };
        let offsets = all.add_blocks(&report.shards).ok_or(TooManyRows)?;
        let mut renumberings = Vec::with_capacity(report.shards.len());
        for (shard, number_offsets) in report.shards.iter().zip(offsets) {
            renumberings.push(all.add(shard, number_offsets).ok_or(TooManyRows)?);
        }
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
            self.first_rows.resize(self.first_rows.len().max(block.file as usize + 1), next_row);
            self.blocks.push(Block { first_row: next_row, ..*block });
            next_row = next_row.checked_add(end - block.first_row)?;
        }
        Some(offsets)
    }

    fn add(&mut self, shard: &Shard, number_offsets: Vec<u32>) -> Option<Renumbering> {
        let month = |month: &Month| u16::try_from(self.months.binary_search(month).ok()?).ok();
        let months: Option<Vec<u16>> = shard.months.iter().map(month).collect();
        let status = |status| number(&mut self.statuses, status);
        let of_statuses: Option<Vec<u8>> = shard.statuses.iter().map(status).collect();
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

    /// The file that a row stands in.
    #[inline]
    pub(super) fn file(&self, row: &Row) -> u32 {
        number_of(self.first_rows.partition_point(|first| *first <= row.number) - 1)
    }

    /// CreditAmount and BalanceAmount of a row, to be reckoned with.
    #[inline]
    pub(super) fn amounts(&self, row: &Row) -> [Sum; 2] {
        let amount = |units: i32, decimals: Option<u8>| match decimals {
            Some(count) => Sum::of_units(units.into(), count),
            None => Sum::from(report::amount(units, decimals, &self.large_amounts)),
        };
        [amount(row.credit_amount, row.scales.credit()), amount(row.balance_amount, row.scales.balance())]
    }

    #[inline]
    pub(super) fn month(&self, row: &Row) -> Month {
        self.months[usize::from(row.month)]
    }

    #[inline]
    pub(super) fn status(&self, row: &Row) -> &Status {
        &self.statuses[usize::from(row.status)]
    }

    pub(super) fn credit_amount(&self, row: &Row) -> Decimal {
        report::amount(row.credit_amount, row.scales.credit(), &self.large_amounts)
    }

    pub(super) fn balance_amount(&self, row: &Row) -> Decimal {
        report::amount(row.balance_amount, row.scales.balance(), &self.large_amounts)
    }
}

/// All months that the rows of a report refer to, in order.
pub(super) fn months(report: &Report) -> Vec<Month> {
    let months: BTreeSet<Month> = report.shards.iter().flat_map(|shard| &shard.months).copied().collect();
    months.into_iter().collect()
}

/// The number of a status, which is added if it is new.
fn number(statuses: &mut Vec<Status>, status: &Status) -> Option<u8> {
    let at = statuses.iter().position(|known| known == status).unwrap_or_else(|| {
        statuses.push(status.clone());
        statuses.len() - 1
    });
    u8::try_from(at).ok()
}

/// The partners of a report, numbered in the order of their first appearance.
#[derive(Debug, Default)]
pub(super) struct Partners {
    numbers: HashMap<Arc<Id>, u32, RandomState>,
    pub(super) known: Vec<Arc<Id>>,
}

impl Partners {
    pub(super) fn new(report: &Report) -> Self {
        let mut all = Self::default();
        for partner in report.shards.iter().flat_map(|shard| &shard.partners) {
            let next = number_of(all.known.len());
            if *all.numbers.entry(Arc::clone(partner)).or_insert(next) == next {
                all.known.push(Arc::clone(partner));
            }
        }
        all
    }

    /// The partner of each of some keys: neighbours mostly have the same.
    pub(super) fn of_keys(&self, keys: &[Key]) -> Vec<u32> {
        let mut last: Option<(&Arc<Id>, u32)> = None;
        let number = |key: &'_ Key| self.numbers[&key.identity.partner];
        let mut of_keys = Vec::with_capacity(keys.len());
        for key in keys {
            let known = last.filter(|(partner, _)| Arc::ptr_eq(partner, &key.identity.partner));
            let number = known.map_or_else(|| number(key), |(_, number)| number);
            last = Some((&key.identity.partner, number));
            of_keys.push(number);
        }
        of_keys
    }

    /// The place of each partner among all of them in the order of their ids.
    pub(super) fn ranks(&self) -> Vec<u32> {
        let mut in_order: Vec<(&Id, u32)> = self.known.iter().map(|partner| &**partner).zip(0..).collect();
        in_order.sort_unstable();
        let mut ranks = vec![0; in_order.len()];
        for (rank, (_, partner)) in (0..).zip(&in_order) {
            ranks[*partner as usize] = rank;
        }
        ranks
    }
}

/// A count as a number to refer by; the number of rows bounds them all, and that fits.
pub(super) fn number_of(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

//! The records of all files read, held compactly.
//!
//! A report of millions of rows names few credits, months and words, so a row holds indexes into tables of them.
//! Each reader thread fills a [`Shard`] of its own. Invariant: within a shard, the rows of one file stand in file
//! order, and every row belongs to the last block that starts at or before it.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::month::Month;
use super::record::{Identity, Record};
use super::status::Status;

/// All that was read, in as many shards as there were threads.
#[derive(Debug, Default)]
pub struct Report {
    /// The files' names as given, in the order of the command line.
    pub files: Vec<String>,
    /// The rows.
    pub shards: Vec<Shard>,
}

impl Report {
    /// The blocks of all files in input order: their shard and their rows in it.
    #[must_use]
    pub fn blocks(&self) -> Vec<(usize, Range<usize>)> {
        self.blocks_by(|_| 0)
    }

    /// The blocks of all files by the rank of their files, then in input order: their shard and their rows in it.
    pub fn blocks_by(&self, rank: impl Fn(u32) -> u32) -> Vec<(usize, Range<usize>)> {
        let mut blocks = Vec::new();
        for (number, shard) in self.shards.iter().enumerate() {
            for (block, rows) in shard.blocks() {
                blocks.push(((rank(block.file), block.file, block.first_line), (number, rows)));
            }
        }
        blocks.sort_by_key(|(place, _)| *place);
        blocks.into_iter().map(|(_, rows)| rows).collect()
    }

    /// The blocks of all files, in no order: their file, their shard and their rows in it.
    pub fn file_blocks(&self) -> impl Iterator<Item = (u32, usize, Range<usize>)> {
        let shards = self.shards.iter().enumerate();
        shards.flat_map(|(number, shard)| shard.blocks().map(move |(block, rows)| (block.file, number, rows)))
    }

    /// Leaves out the rows of months after `until`; returns how many of which month there were.
    pub fn leave_out_after(&mut self, until: Month) -> Vec<(Month, usize)> {
        let mut left_out = BTreeMap::new();
        self.shards.iter_mut().for_each(|shard| shard.leave_out_after(until, &mut left_out));
        left_out.into_iter().collect()
    }
}

/// What one thread read.
#[derive(Debug, Default)]
pub struct Shard {
    /// Credits as the rows spell them; several keys may name one credit.
    pub keys: Vec<Key>,
    /// The invoice months that rows refer to.
    pub months: Vec<Month>,
    /// The statuses that rows refer to.
    pub statuses: Vec<Status>,
    /// Amounts too large for a row.
    pub large_amounts: Vec<Decimal>,
    pub rows: Vec<Row>,
    /// For each row a place in `keys`. Keys and months stand apart, for they are what rows are sorted by.
    pub row_keys: Vec<u32>,
    /// For each row a place in `months`.
    pub row_months: Vec<u16>,
    /// Which rows stand where.
    pub blocks: Vec<Block>,
}

/// The columns of a row that rarely change from month to month.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Whose credit it is.
    pub identity: Identity,
    /// First day.
    pub effective: Option<NaiveDate>,
    /// Last day.
    pub expiry: Option<NaiveDate>,
}

/// What a row holds besides its key and month, in 12 bytes: the less, the faster millions of them are fetched.
#[derive(Clone, Copy, Debug, Default)]
pub struct Row {
    /// CreditAmount: units of `10^-scale`, or an index into [`Shard::large_amounts`].
    pub credit_amount: i32,
    /// BalanceAmount, in the same way.
    pub balance_amount: i32,
    /// An index into [`Shard::statuses`].
    pub status: u16,
    /// How to read `credit_amount`.
    pub credit_scale: Scale,
    /// How to read `balance_amount`.
    pub balance_scale: Scale,
}

/// How an amount of a [`Row`] is held: the number of decimals, or that it stands elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scale(u8);

impl Scale {
    /// The amount is an index into [`Shard::large_amounts`].
    pub const WIDE: Self = Self(u8::MAX);

    /// So many decimals, 28 at most.
    #[must_use]
    pub fn decimals(count: u8) -> Self {
        Self(count.min(28))
    }

    /// The number of decimals; `None` if the amount stands elsewhere.
    #[must_use]
    #[inline]
    pub fn count(self) -> Option<u8> {
        (self != Self::WIDE).then_some(self.0)
    }
}

/// Rows that one thread read from lines of a file that follow each other, so that no row needs to hold its line.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    /// An index into [`Report::files`].
    pub file: u32,
    /// The first of its rows in [`Shard::rows`].
    pub first_row: usize,
    /// The line of its first row, from 1; each further row stands on the next line.
    pub first_line: u64,
}

/// Where a row stands in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// An index into [`Report::files`].
    pub file: u32,
    /// The line on which the row starts, from 1.
    pub line: u64,
}

impl Shard {
    /// The blocks, each with its rows.
    fn blocks(&self) -> impl Iterator<Item = (Block, Range<usize>)> {
        let ends = self.blocks.iter().skip(1).map(|next| next.first_row).chain([self.rows.len()]);
        self.blocks.iter().zip(ends).map(|(block, end)| (*block, block.first_row..end))
    }

    fn leave_out_after(&mut self, until: Month, left_out: &mut BTreeMap<Month, usize>) {
        if self.months.iter().all(|month| *month <= until) {
            return;
        }
        let mut kept = 0;
        let mut blocks = Vec::new();
        for (block, rows) in self.blocks().collect::<Vec<_>>() {
            let mut follows = false;
            for (row, line) in rows.zip(block.first_line..) {
                let month = self.month(row);
                if month > until {
                    *left_out.entry(month).or_default() += 1;
                    follows = false;
                    continue;
                }
                if !follows {
                    blocks.push(Block { first_row: kept, first_line: line, ..block });
                    follows = true;
                }
                self.rows[kept] = self.rows[row];
                self.row_keys[kept] = self.row_keys[row];
                self.row_months[kept] = self.row_months[row];
                kept += 1;
            }
        }
        self.blocks = blocks;
        self.rows.truncate(kept);
        self.row_keys.truncate(kept);
        self.row_months.truncate(kept);
        self.forget_months_after(until);
    }

    /// Takes months that no row refers to any more out of the table.
    fn forget_months_after(&mut self, until: Month) {
        let mut next = 0;
        let mut moved = Vec::with_capacity(self.months.len());
        for month in &self.months {
            moved.push(next);
            next += u16::from(*month <= until);
        }
        self.row_months.iter_mut().for_each(|month| *month = moved[usize::from(*month)]);
        self.months.retain(|month| *month <= until);
    }

    /// Where the row at `index` stands.
    #[must_use]
    pub fn place(&self, index: usize) -> Place {
        let after = self.blocks.partition_point(|block| block.first_row <= index);
        let block = self.blocks[after - 1];
        Place { file: block.file, line: block.first_line + (index - block.first_row) as u64 }
    }

    /// CreditAmount of the row at `index`.
    #[must_use]
    pub fn credit_amount(&self, index: usize) -> Decimal {
        let row = &self.rows[index];
        self.amount(row.credit_amount, row.credit_scale)
    }

    /// BalanceAmount of the row at `index`.
    #[must_use]
    pub fn balance_amount(&self, index: usize) -> Decimal {
        let row = &self.rows[index];
        self.amount(row.balance_amount, row.balance_scale)
    }

    /// An amount as a row holds it.
    #[must_use]
    #[inline]
    pub fn amount(&self, units: i32, scale: Scale) -> Decimal {
        match (scale.count(), usize::try_from(units)) {
            (Some(count), _) => Decimal::new(units.into(), count.into()),
            (None, Ok(index)) => self.large_amounts[index],
            (None, Err(_)) => unreachable!("an index is never negative"),
        }
    }

    /// The month of the row at `index`.
    #[must_use]
    #[inline]
    pub fn month(&self, index: usize) -> Month {
        self.months[usize::from(self.row_months[index])]
    }

    /// The status of the row at `index`.
    #[must_use]
    #[inline]
    pub fn status(&self, index: usize) -> &Status {
        &self.statuses[usize::from(self.rows[index].status)]
    }

    /// The key of the row at `index`.
    #[must_use]
    #[inline]
    pub fn key(&self, index: usize) -> &Key {
        &self.keys[self.row_keys[index] as usize]
    }

    /// The row at `index` written out in full.
    #[must_use]
    pub fn record(&self, index: usize) -> Record {
        let key = self.key(index);
        Record {
            identity: key.identity.clone(),
            month: self.month(index),
            credit_amount: self.credit_amount(index),
            status: self.status(index).clone(),
            balance_amount: self.balance_amount(index),
            effective: key.effective,
            expiry: key.expiry,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_after_a_month_are_left_out_and_the_others_stay_in_their_places() {
        let month = |number| Month::new(2022, number).unwrap();
        let block = |file, first_row, first_line| Block { file, first_row, first_line };
        let mut report = Report {
            files: vec!["a.csv".to_owned(), "b.csv".to_owned()],
            shards: vec![Shard {
                months: vec![month(9), month(7), month(8)],
                rows: vec![Row::default(); 5],
                row_keys: vec![0; 5],
                row_months: vec![1, 0, 0, 2, 0],
                blocks: vec![block(0, 0, 2), block(0, 2, 10), block(1, 3, 2)],
                ..Shard::default()
            }],
        };
        assert_eq!(report.leave_out_after(month(8)), [(month(9), 3)]);
        let shard = &report.shards[0];
        let left: Vec<_> = (0..shard.rows.len()).map(|row| (shard.month(row), shard.place(row))).collect();
        assert_eq!(left, [(month(7), Place { file: 0, line: 2 }), (month(8), Place { file: 1, line: 2 })]);
        assert_eq!(shard.months, [month(7), month(8)]);
        assert_eq!(report.leave_out_after(month(8)), []);
    }
}

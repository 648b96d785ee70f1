//! The records of all files read, held compactly.
//!
//! A report of millions of rows names few credits, months and words, so a row holds indexes into tables of them.
//! Each reader thread fills a [`Shard`] of its own, in which the rows of a customer share a [`Partition`]: what belongs
//! together later stands close together from the start. Invariant: within a partition, rows have the order in which
//! the thread read them.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::id::Id;
use super::month::Month;
use super::record::{Identity, Record, Status};

/// All that was read, in as many shards as there were threads.
#[derive(Debug, Default)]
pub struct Report {
    /// The files' names as given, in the order of the command line.
    pub files: Vec<String>,
    pub shards: Vec<Shard>,
}

impl Report {
    pub fn count(&self) -> usize {
        self.shards.iter().map(|shard| shard.count as usize).sum()
    }

    /// The rows of one file alone.
    #[must_use]
    pub fn of_file(&self, file: u32) -> Self {
        let shard = |shard: &Shard| {
            let partition = |partition: &Partition| {
                let rows = shard.rows_of(partition).filter(|(block, _)| block.file == file);
                let mut rows: Vec<Row> = rows.map(|(_, row)| row).collect();
                rows.sort_unstable_by_key(|row| row.number);
                Partition { keys: partition.keys.clone(), rows: rows.into_iter().collect() }
            };
            // Rows keep their numbers, and so the blocks that they are in.
            Shard {
                partitions: shard.partitions.iter().map(partition).collect(),
                count: shard.count,
                partners: shard.partners.clone(),
                names: shard.names.clone(),
                months: shard.months.clone(),
                statuses: shard.statuses.clone(),
                large_amounts: shard.large_amounts.clone(),
                blocks: shard.blocks.clone(),
            }
        };
        Self { files: self.files.clone(), shards: self.shards.iter().map(shard).collect() }
    }

    /// All rows written out in full, by the places where they stand.
    pub fn records(&self) -> BTreeMap<Place, Record> {
        let rows = self.shards.iter().flat_map(|shard| shard.rows().map(move |row| (shard, row)));
        rows.map(|(shard, (block, key, row))| (block.place(row.number), shard.record(key, &row))).collect()
    }

    /// Leaves out the rows of months after `until`; returns how many of which month there were.
    pub fn leave_out_after(&mut self, until: Month) -> Vec<(Month, usize)> {
        let mut left_out = BTreeMap::new();
        self.shards.iter_mut().for_each(|shard| shard.leave_out_after(until, &mut left_out));
        left_out.into_iter().collect()
    }
}

#[derive(Debug, Default)]
pub struct Shard {
    /// The rows, [`PARTITIONS`] times those of some customers; in all shards, a customer's are in the same partition.
    pub partitions: Vec<Partition>,
    pub count: u32,
    /// The partners that keys name; one may be there several times.
    pub partners: Vec<Arc<Id>>,
    /// The names that keys give credits, in the same way.
    pub names: Vec<Arc<str>>,
    /// The invoice months that rows refer to.
    pub months: Vec<Month>,
    /// The statuses that rows refer to.
    pub statuses: Vec<Status>,
    /// Amounts too large for a row.
    pub large_amounts: Vec<Decimal>,
    pub blocks: Vec<Block>,
}

/// Into how many partitions rows are sorted by their customer: so many that a partition of millions of rows fits into
/// the memory next to a processor, and so few that the partitions of each thread begin no more than 64 chunks.
///
/// A hash of the customer chooses, not a number in the order of appearance: threads that know nothing of each other must
/// choose alike, for only so can partitions be put together one by one.
pub const PARTITIONS: usize = 64;

/// Rows of some customers.
#[derive(Debug, Default)]
pub struct Partition {
    /// Credits as the rows spell them; several keys may name one credit.
    pub keys: Vec<Key>,
    pub rows: Rows,
}

/// The columns of a row that rarely change from month to month.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub identity: Identity,
    pub effective: Option<NaiveDate>,
    pub expiry: Option<NaiveDate>,
}

/// A row in 20 bytes: the less, the faster millions of them are fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// CreditAmount: units of `10^-scale`, or an index into the large amounts.
    pub credit_amount: i32,
    /// BalanceAmount, in the same way.
    pub balance_amount: i32,
    /// An index into [`Partition::keys`].
    pub key: u32,
    /// How many rows were read before it, which tells where it stands.
    pub number: u32,
    /// An index into the months.
    pub month: u16,
    /// An index into the statuses.
    pub status: u8,
    pub scales: Scales,
}

impl Row {
    /// The row that says the same so many rows later.
    #[inline]
    #[must_use]
    pub fn again(self, later: u32) -> Self {
        Self { number: self.number.wrapping_add(later), ..self }
    }

    /// Whether all but their numbers are the same.
    #[inline]
    pub fn says_what(&self, other: &Self) -> bool {
        *self == Self { number: self.number, ..*other }
    }
}

/// How the two amounts of a [`Row`] are held, in one byte: the number of decimals of each, or that it stands elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scales(u8);

impl Scales {
    /// Half a byte of an amount that is an index into the large amounts; one with as many decimals or more is large.
    pub const LARGE: u8 = 15;

    /// The decimals of the amounts, less than [`Self::LARGE`]; `None` of one that is large.
    #[inline]
    pub fn new(credit: Option<u8>, balance: Option<u8>) -> Self {
        Self(credit.unwrap_or(Self::LARGE) | balance.unwrap_or(Self::LARGE) << 4)
    }

    #[inline]
    pub fn credit(self) -> Option<u8> {
        Some(self.0 & 15).filter(|decimals| *decimals != Self::LARGE)
    }

    #[inline]
    pub fn balance(self) -> Option<u8> {
        Some(self.0 >> 4).filter(|decimals| *decimals != Self::LARGE)
    }
}

/// Rows in chunks that are never moved: what grows otherwise is copied again and again, and leaves holes. Downloads repeat
/// each other's rows, mostly in the same order: what is repeated costs a few numbers for each stretch.
#[derive(Debug, Default)]
pub struct Rows {
    full: Vec<Vec<Row>>,
    /// The chunk that is being filled.
    open: Vec<Row>,
    repeats: Vec<Repeat>,
}

/// Rows that say again what those from `first` on say, in the same order.
#[derive(Clone, Copy, Debug)]
struct Repeat {
    first: u32,
    count: u32,
    /// What their numbers grow by.
    shift: u32,
}

const CHUNK: u32 = 1024;

impl Rows {
    #[inline]
    pub fn push(&mut self, row: Row) {
        if self.open.len() == CHUNK as usize {
            let full = std::mem::replace(&mut self.open, Vec::with_capacity(CHUNK as usize));
            self.full.push(full);
        }
        self.open.push(row);
    }

    /// Adds a row that says what the one at `index` says, which has another number.
    #[inline]
    pub fn repeat(&mut self, index: u32, number: u32) {
        let Some(row) = self.get(index) else { return };
        let shift = number.wrapping_sub(row.number);
        match self.repeats.last_mut() {
            Some(last) if last.shift == shift && last.first + last.count == index => last.count += 1,
            _ => self.repeats.push(Repeat { first: index, count: 1, shift }),
        }
    }

    /// How many there are, without those that repeat others.
    pub fn different(&self) -> u32 {
        u32::try_from(self.full.len() * CHUNK as usize + self.open.len()).unwrap_or(u32::MAX)
    }

    #[inline]
    pub fn get(&self, index: u32) -> Option<&Row> {
        self.chunk(index / CHUNK).get((index % CHUNK) as usize)
    }

    #[inline]
    fn chunk(&self, number: u32) -> &[Row] {
        match number as usize {
            number if number == self.full.len() => &self.open,
            number => self.full.get(number).map_or(&[], Vec::as_slice),
        }
    }

    /// The rows in order, then those that repeat them: each stretch with the place of its first one, and with what its
    /// numbers grow by.
    pub fn stretches(&self) -> impl Iterator<Item = (u32, &[Row], u32)> {
        let whole = (0..).step_by(CHUNK as usize).zip(self.full.iter().chain([&self.open]));
        let repeated = self.repeats.iter().flat_map(move |Repeat { first, count, shift }| {
            let (first, end) = (*first, first + count);
            (first / CHUNK..end.div_ceil(CHUNK)).map(move |number| {
                let before = number * CHUNK;
                let (from, until) = (first.max(before), end.min(before + CHUNK));
                (from, &self.chunk(number)[(from - before) as usize..(until - before) as usize], *shift)
            })
        });
        whole.map(|(first, chunk)| (first, chunk.as_slice(), 0)).chain(repeated)
    }

    /// The rows in order, then those that repeat them, each with its own number.
    pub fn all(&self) -> impl Iterator<Item = Row> {
        self.stretches().flat_map(|(_, rows, shift)| rows.iter().map(move |row| row.again(shift)))
    }

    /// The memory of all chunks, to be filled with other rows.
    pub fn into_chunks(self) -> Vec<Vec<Row>> {
        let mut chunks = self.full;
        chunks.push(self.open);
        chunks
    }
}

impl FromIterator<Row> for Rows {
    fn from_iter<I: IntoIterator<Item = Row>>(rows: I) -> Self {
        let mut all = Self::default();
        rows.into_iter().for_each(|row| all.push(row));
        all
    }
}

/// Rows that one thread read from lines of a file that follow each other, so that no row needs to hold its line.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    /// An index into [`Report::files`].
    pub file: u32,
    pub first_row: u32,
    /// The line of its first row, from 1; each further row stands on the next line.
    pub first_line: u64,
}

impl Block {
    /// Where the row of a number stands that is one of this block's.
    pub fn place(&self, number: u32) -> Place {
        Place { file: self.file, line: self.first_line + u64::from(number - self.first_row) }
    }
}

/// Where a row stands in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// An index into [`Report::files`].
    pub file: u32,
    /// The line on which the row starts, from 1.
    pub line: u64,
}

impl Place {
    /// The place so many lines further down.
    #[must_use]
    pub fn down(self, lines: u32) -> Self {
        Self { line: self.line + u64::from(lines), ..self }
    }
}

impl Shard {
    /// All rows, each with its block and its key, partition by partition.
    pub fn rows(&self) -> impl Iterator<Item = (&Block, &Key, Row)> {
        let rows_of = |partition| self.rows_of(partition).map(move |(block, row)| (block, partition, row));
        let rows = self.partitions.iter().flat_map(rows_of);
        rows.map(|(block, partition, row)| (block, &partition.keys[row.key as usize], row))
    }

    /// The rows of one of the partitions, each with its block.
    pub fn rows_of<'s>(&'s self, partition: &'s Partition) -> impl Iterator<Item = (&'s Block, Row)> {
        let mut at = 0;
        partition.rows.all().map(move |row| {
            at = self.block_of(row.number, at);
            (&self.blocks[at], row)
        })
    }

    /// The place of the block that a row is in, by that of another one: mostly the same or the next.
    #[inline]
    pub fn block_of(&self, number: u32, mut near: usize) -> usize {
        if self.blocks[near].first_row > number {
            near = 0;
        }
        near + self.blocks[near + 1..].iter().take_while(|next| next.first_row <= number).count()
    }

    pub fn month(&self, row: &Row) -> Month {
        self.months[usize::from(row.month)]
    }

    fn leave_out_after(&mut self, until: Month, left_out: &mut BTreeMap<Month, usize>) {
        if self.months.iter().all(|month| *month <= until) {
            return;
        }
        // Months that no row refers to any more leave the table.
        let mut kept = Vec::new();
        let moved: Vec<Option<u16>> = self
            .months
            .iter()
            .map(|month| {
                let place = u16::try_from(kept.len()).ok().filter(|_| *month <= until);
                kept.extend(place.map(|_| *month));
                place
            })
            .collect();
        for partition in &mut self.partitions {
            let rows = std::mem::take(&mut partition.rows);
            let mut places = Vec::with_capacity(rows.different() as usize);
            for (first, rows, shift) in rows.stretches() {
                for (place, row) in (first..).zip(rows) {
                    let month = moved[usize::from(row.month)];
                    if place as usize == places.len() {
                        places.push(partition.rows.different());
                    }
                    match month {
                        Some(month) if shift == 0 => partition.rows.push(Row { month, ..*row }),
                        Some(_) => partition.rows.repeat(places[place as usize], row.again(shift).number),
                        None => *left_out.entry(self.months[usize::from(row.month)]).or_default() += 1,
                    }
                }
            }
        }
        self.months = kept;
    }

    fn record(&self, key: &Key, row: &Row) -> Record {
        Record {
            identity: key.identity.clone(),
            month: self.month(row),
            credit_amount: amount(row.credit_amount, row.scales.credit(), &self.large_amounts),
            status: self.statuses[usize::from(row.status)].clone(),
            balance_amount: amount(row.balance_amount, row.scales.balance(), &self.large_amounts),
            effective: key.effective,
            expiry: key.expiry,
        }
    }
}

/// An amount as a row holds it.
#[inline]
pub fn amount(units: i32, decimals: Option<u8>, large_amounts: &[Decimal]) -> Decimal {
    match (decimals, usize::try_from(units)) {
        (Some(count), _) => Decimal::new(units.into(), count.into()),
        (None, Ok(index)) => large_amounts[index],
        (None, Err(_)) => unreachable!("an index is never negative"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::sample;

    #[test]
    fn rows_after_a_month_are_left_out_and_the_others_stay_in_their_places() {
        let row = |month| format!("c 2022-{month:02} 1 Active 9 - -");
        let files = [[9, 7, 8].map(row), [7, 9, 8].map(row)];
        let mut report = sample::report(&[&files[0], &files[1]]);
        // Two more rows of the second file repeat those of September and August.
        report.shards[0].partitions[0].rows.repeat(0, 6);
        report.shards[0].partitions[0].rows.repeat(2, 7);
        let august = sample::month("2022-08");
        assert_eq!(report.leave_out_after(august), [(august.next(), 3)]);
        let left: Vec<_> =
            report.records().into_iter().map(|(place, row)| (place.file, place.line, row.month)).collect();
        let july = august.previous();
        assert_eq!(left, [(0, 3, july), (0, 4, august), (1, 2, july), (1, 4, august), (1, 6, august)]);
        assert!(report.shards[0].months.iter().all(|month| *month <= august));
        assert_eq!(report.leave_out_after(august), []);
    }

    #[test]
    fn rows_are_kept_in_order_through_all_chunks_and_repeated_with_their_own_numbers() {
        let row = |number| Row { number, month: u16::from(number % 2 == 0), ..Row::default() };
        let mut rows: Rows = (0..3000).map(row).collect();
        for (index, number) in (1000..2100).zip(3000..).chain([(2099, 4100), (7, 4101)]) {
            rows.repeat(index, number);
        }
        assert_eq!((rows.different(), rows.repeats.len()), (3000, 3));
        assert_eq!((rows.get(2999), rows.get(3000), rows.get(3072)), (Some(&row(2999)), None, None));
        let months: Vec<u16> = (0..3000).chain(1000..2100).chain([2099, 7]).map(|index| row(index).month).collect();
        assert!(rows.all().map(|row| row.number).eq(0..4102));
        assert!(rows.all().map(|row| row.month).eq(months));
    }
}

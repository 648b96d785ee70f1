//! Remembering what a spelling means, so that millions of rows cost a comparison where a few cost understanding.
//!
//! Invariant: a spelling is found only if it is equal byte for byte; hashes only say where to look.

use std::hash::{BuildHasher, Hasher};
use std::hint::black_box;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::records::{BlockRecords, RecordFields};

/// Stretches of adjacent fields, as first and last field.
pub(crate) type Runs = Box<[(usize, usize)]>;

pub(crate) fn runs(mut fields: Vec<usize>) -> Runs {
    fields.sort_unstable();
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for field in fields {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == field => *last = field,
            _ => runs.push((field, field)),
        }
    }
    runs.into()
}

/// What spellings of several fields of a record stand for, by the raw bytes of their runs.
#[derive(Debug, Default)]
pub(crate) struct Memo<M> {
    runs: Runs,
    hasher: RandomState,
    table: HashTable<Slot<M>>,
    /// Every spelling once, in the order of first appearance: its group, then its runs, each with a line end behind it. A
    /// line end outside quotes cannot be part of a run, so the whole can be taken apart in one way only.
    spellings: Vec<u8>,
    /// The group that the next spelling belongs to.
    group: [u8; GROUP],
    /// The spelling that last came after each, by its index.
    followers: Vec<Slot<M>>,
    /// The spelling of the record before.
    last: Slot<M>,
    /// Whether the record before repeated the one before it.
    repeats: bool,
    /// How well guesses do; below 0 they cost more than they save.
    prediction_score: i8,
    /// Where the table says that the spellings of the next records are, if guesses do badly.
    prefetched: [Option<Slot<M>>; AHEAD],
}

/// Records whose spellings are looked up together.
pub(crate) const AHEAD: usize = 16;

#[derive(Clone, Copy, Debug, Default)]
struct Slot<M> {
    start: u32,
    index: u32,
    hash: u32,
    meaning: M,
}

/// A hash, spread so that a table finds both its bits of choice and its bits of place in it.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The bytes of a group's number.
const GROUP: usize = 2;

/// Bytes that memory hands over together.
const LINE: usize = 64;

/// Such stretches that an ordinary spelling takes up: two ids and a few short fields.
const LINES: usize = 2;

/// What a right guess adds to the prediction score, and what a wrong one takes: a few wrong ones end the guessing.
const RIGHT: i8 = 1;
const WRONG: i8 = 3;

impl<M: Copy + Default> Memo<M> {
    pub(crate) fn new(runs: Runs) -> Self {
        Self { runs, ..Self::default() }
    }

    /// Says which group the next spelling belongs to: spellings of two groups differ, even if they are equal.
    #[inline]
    pub(crate) fn enter(&mut self, group: u16) {
        self.group = group.to_le_bytes();
    }

    /// Prepares for the records from `first` on, [`AHEAD`] of them at most.
    ///
    /// The spellings of millions of rows are more than a core's cache holds. Asked for together, their ways from memory
    /// overlap: in a sorted report those that are guessed, in one without order those that the table names.
    pub(crate) fn look_ahead(&mut self, records: &BlockRecords<'_>, first: usize, width: usize) {
        self.prefetched = [None; AHEAD];
        if self.repeats {
            return;
        }
        if self.prediction_score >= 0 {
            let mut slot = self.last;
            for _ in 0..AHEAD {
                let Some(follower) = self.followers.get(slot.index as usize) else { return };
                slot = *follower;
                self.fetch(slot);
            }
            return;
        }
        let mut hashes = [0; AHEAD];
        let count = AHEAD.min(records.len() - first);
        for (at, hash) in hashes[..count].iter_mut().enumerate() {
            let fields = records.get(first + at);
            if fields.len() >= width {
                *hash = self.hash(&fields);
            }
        }
        for (slot, hash) in self.prefetched.iter_mut().zip(&hashes[..count]) {
            *slot = self.table.find(spread(*hash), |slot| slot.hash == *hash).copied();
        }
        for slot in self.prefetched.iter().flatten() {
            self.fetch(*slot);
        }
    }

    /// Has memory hand over a spelling, without waiting for it.
    #[inline]
    fn fetch(&self, slot: Slot<M>) {
        for line in 0..LINES {
            black_box(self.spellings.get(slot.start as usize + line * LINE).copied());
        }
    }

    /// What a record's spelling stands for.
    ///
    /// Reports are sorted by month or by customer, so the spelling that came next the last time and the same one again
    /// are tried before the table.
    #[inline]
    pub(crate) fn get(&mut self, fields: &RecordFields<'_>, ahead: usize) -> Option<M> {
        let slot = match self.guessed(fields) {
            Some(slot) => slot,
            None => match self.prefetched[ahead].filter(|slot| self.matches(*slot, fields)) {
                Some(slot) => slot,
                None => self.find(fields)?,
            },
        };
        self.repeats = slot.index == self.last.index;
        self.last = slot;
        Some(slot.meaning)
    }

    /// The record's spelling, if it is the same again or the one that came next the last time.
    #[inline]
    fn guessed(&mut self, fields: &RecordFields<'_>) -> Option<Slot<M>> {
        if self.repeats && self.matches(self.last, fields) {
            return Some(self.last);
        }
        if self.prediction_score < 0 {
            // Rows in no order: the table is asked, and now and then a guess is tried again.
            self.prediction_score += RIGHT;
            return None;
        }
        let follower = *self.followers.get(self.last.index as usize)?;
        if self.matches(follower, fields) {
            self.prediction_score = self.prediction_score.saturating_add(RIGHT);
            return Some(follower);
        }
        let found = if self.matches(self.last, fields) { self.last } else { self.find(fields)? };
        self.prediction_score = if self.prediction_score < WRONG { -100 } else { self.prediction_score - WRONG };
        self.followers[self.last.index as usize] = found;
        Some(found)
    }
    #[inline]
    fn matches(&self, slot: Slot<M>, fields: &RecordFields<'_>) -> bool {
        let Some((group, mut rest)) =
            self.spellings.get(slot.start as usize..).and_then(|spelling| spelling.split_first_chunk())
        else {
            return false;
        };
        *group == self.group
            && self.runs.iter().all(|&(first, last)| {
                let run = fields.run(first, last);
                match rest.split_at_checked(run.len()) {
                    Some((stored, [b'\n', after @ ..])) if stored == run => {
                        rest = after;
                        true
                    }
                    _ => false,
                }
            })
    }

    fn find(&self, fields: &RecordFields<'_>) -> Option<Slot<M>> {
        let hash = self.hash(fields);
        let equal = |slot: &Slot<M>| slot.hash == hash && self.matches(*slot, fields);
        self.table.find(spread(hash), equal).copied()
    }

    fn hash(&self, fields: &RecordFields<'_>) -> u32 {
        let mut hasher = self.hasher.build_hasher();
        hasher.write(&self.group);
        for &(first, last) in &self.runs {
            hasher.write(fields.run(first, last));
        }
        let hash = hasher.finish();
        u32::try_from(hash >> 32).unwrap_or_default()
    }

    /// Remembers what a spelling that `get` did not find stands for; those beyond 4 GiB are not remembered.
    pub(crate) fn insert(&mut self, fields: &RecordFields<'_>, meaning: M) {
        let (Ok(start), Ok(index)) = (u32::try_from(self.spellings.len()), u32::try_from(self.followers.len())) else {
            return;
        };
        self.spellings.extend_from_slice(&self.group);
        for &(first, last) in &self.runs {
            self.spellings.extend_from_slice(fields.run(first, last));
            self.spellings.push(b'\n');
        }
        let slot = Slot { start, index, hash: self.hash(fields), meaning };
        // A new spelling most likely came between two that are known.
        let before = self.followers.get_mut(self.last.index as usize);
        let after = before.map_or(slot, |follower| std::mem::replace(follower, slot));
        self.followers.push(after);
        self.last = slot;
        self.table.insert_unique(spread(slot.hash), slot, |slot| spread(slot.hash));
    }
}

/// Numbers for the words of one column, each with what it means.
#[derive(Debug)]
pub(crate) struct Interned<T> {
    hasher: RandomState,
    table: HashTable<u16>,
    words: Vec<Box<[u8]>>,
    pub(crate) meanings: Vec<T>,
    /// Words that were asked for before, by their first and last letters; several may share a place.
    recent: [u16; RECENT],
}

const RECENT: usize = 256;

/// The place of a word among the recent ones: months of a year and words of a column mostly have different ones.
#[inline]
fn recent_place(word: &[u8]) -> usize {
    let (Some(first), Some(last)) = (word.first_chunk(), word.last_chunk()) else { return word.len() };
    let mixed =
        u32::from_le_bytes(*first).wrapping_mul(0x9e37_79b1) ^ u32::from_le_bytes(*last).wrapping_mul(0x85eb_ca77);
    (mixed >> 24) as usize % RECENT
}

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Self {
            hasher: RandomState::default(),
            table: HashTable::new(),
            words: Vec::new(),
            meanings: Vec::new(),
            recent: [0; RECENT],
        }
    }
}

impl<T> Interned<T> {
    #[inline]
    pub(crate) fn get(&mut self, word: &[u8]) -> Option<u16> {
        let place = recent_place(word);
        let recent = self.recent[place];
        if self.words.get(usize::from(recent)).is_some_and(|recent| **recent == *word) {
            return Some(recent);
        }
        let hash = self.hasher.hash_one(word);
        let number = *self.table.find(hash, |number| *self.words[usize::from(*number)] == *word)?;
        self.recent[place] = number;
        Some(number)
    }

    /// What a word means, which is understood once; words beyond those that have numbers, again and again.
    #[inline]
    pub(crate) fn meaning(&mut self, word: &[u8], understand: impl FnOnce() -> T) -> T
    where
        T: Copy,
    {
        if let Some(number) = self.get(word) {
            return self.meanings[usize::from(number)];
        }
        let meaning = understand();
        self.insert(word, meaning);
        meaning
    }

    /// Gives a number to a word that `get` did not find; `None` if there are none left.
    pub(crate) fn insert(&mut self, word: &[u8], meaning: T) -> Option<u16> {
        let number = u16::try_from(self.words.len()).ok()?;
        self.words.push(word.into());
        self.meanings.push(meaning);
        let rehash = |number: &u16| self.hasher.hash_one(&*self.words[usize::from(*number)]);
        self.table.insert_unique(self.hasher.hash_one(word), number, rehash);
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;
    use crate::input::scan::records::Splitter;

    #[test]
    fn adjacent_fields_form_runs() {
        assert_eq!(*runs(vec![7, 0, 1, 3, 8, 9]), [(0, 1), (3, 3), (7, 9)]);
    }

    #[test]
    fn equal_spellings_of_two_groups_are_told_apart() {
        let mut memo = Memo::new(runs(vec![0]));
        Splitter::new(b',').split(b"a,1\n", |fields| {
            for group in [3, 700] {
                memo.enter(group);
                assert_eq!(memo.get(&fields, 0), None);
                memo.insert(&fields, u32::from(group));
            }
            for group in [700, 3, 3] {
                memo.enter(group);
                assert_eq!(memo.get(&fields, 0), Some(u32::from(group)));
            }
        });
    }

    proptest! {
        #[test]
        fn finds_exactly_what_was_seen(rows in prop::collection::vec(prop::array::uniform4("(\"?[ab]{0,2}\"?)"), 0..60)) {
            let mut memo = Memo::new(runs(vec![0, 2, 3]));
            let mut expected: HashMap<[String; 3], u32> = HashMap::new();
            for row in rows {
                let line = row.join(",");
                let mut result = Ok(());
                Splitter::new(b',').split(line.as_bytes(), |fields| {
                    if fields.len() != 4 {
                        return;
                    }
                    let text = |at| String::from_utf8(fields.raw(at).to_vec()).unwrap();
                    let key = [text(0), text(2), text(3)];
                    let got = memo.get(&fields, 0);
                    result = (got == expected.get(&key).copied()).then_some(()).ok_or(key.clone());
                    if got.is_none() {
                        let number = u32::try_from(expected.len()).unwrap();
                        memo.insert(&fields, number);
                        expected.insert(key, number);
                    }
                });
                prop_assert_eq!(result, Ok(()));
            }
        }
    }
}

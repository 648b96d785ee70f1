//! The credits of some customers: what their rows refer to, and the rows that count, also in the order of the files.

use chrono::NaiveDate;
use foldhash::fast::RandomState;
use hashbrown::HashMap;

use crate::model::{Identity, Key, Row};

use super::tables::{Partners, number_of};
use super::tranches::Contradiction;

/// One grant of credit.
#[derive(Clone, Debug)]
pub struct Credit {
    pub(super) part: u32,
    /// The number of its identity in that part.
    pub(super) identity: u32,
    /// The chunk of the part that its rows are in, their place there, and how many they are.
    pub(super) chunk: u32,
    pub(super) first: u32,
    pub(super) count: u32,
    /// The first day that tells it from other grants of one identity, where there are several.
    pub(super) tranche: Option<NaiveDate>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowRef {
    /// The part of the ledger that its key is in.
    pub(super) part: u32,
    pub(super) row: Row,
}

/// A row of which something came to light, beside another of its credit and month or alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub what: What,
    /// The row that counts; the later one of two that say the same.
    pub row: RowRef,
    /// The other row; the same one where there is none.
    pub replaced: RowRef,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// It repeats another of its file to the last value; each counts once. That downloads repeat each other's is how
    /// downloads are.
    Duplicate,
    /// The other was in the last month of its file, provisional then, and a newer download gives it other values.
    Completed,
    /// So it is with a row of an earlier month.
    Restated,
    /// An older download should have had it: it holds rows of its partner and month, and later months.
    Added,
    /// A newer download should still have it: it holds rows of its partner and month. It counts.
    Gone,
    /// The two cannot both be right.
    Conflict(Contradiction),
    /// The first row of a tranche that may be none: no other tranche stands beside it in a month of one file, or ended
    /// before it. Its EffectiveDate may only have been amended, and then its use counts twice.
    Doubtful,
}

impl Found {
    /// Whether it cannot be right together with the other.
    pub fn is_conflict(&self) -> bool {
        matches!(self.what, What::Conflict(_))
    }
}

/// The same partition of all shards as one. Identities and customers are numbered in the order in which keys name them.
#[derive(Debug)]
pub(super) struct Part {
    /// Its place among the parts of the ledger.
    pub(super) number: u32,
    keys: Vec<Key>,
    /// The first key of each identity.
    spelled: Vec<u32>,
    /// The partner and the customer of each identity.
    owners: Vec<(u32, u32)>,
    /// Whether all keys of each identity have the same dates.
    one_term: Vec<bool>,
    pub(super) customer_count: u32,
    /// The rows of one credit after the other, none of which are in two chunks.
    pub(super) chunks: Vec<Vec<Row>>,
}

impl Part {
    /// A part without rows, and of each of its keys the identity, and a key that says the same: mostly the first one of
    /// the identity, so that rows that say the same are equal.
    pub(super) fn new(number: u32, keys: Vec<Key>, partners: &Partners) -> (Self, Vec<(u32, u32)>) {
        let hasher = RandomState::default();
        let mut identities: HashMap<&Identity, u32, _> = HashMap::with_capacity_and_hasher(keys.len(), hasher.clone());
        let mut customers = HashMap::with_capacity_and_hasher(keys.len(), hasher);
        let mut of_keys = Vec::with_capacity(keys.len());
        let (mut spelled, mut owners, mut one_term) = (Vec::new(), Vec::new(), Vec::new());
        for ((number_of_key, key), partner) in (0..).zip(&keys).zip(partners.of_keys(&keys)) {
            let next = number_of(identities.len());
            let identity = *identities.entry(&key.identity).or_insert(next);
            let mut same = number_of_key;
            if identity == next {
                let next = number_of(customers.len());
                spelled.push(number_of_key);
                owners.push((partner, *customers.entry(&key.identity.customer).or_insert(next)));
                one_term.push(true);
            } else {
                let first = &keys[spelled[identity as usize] as usize];
                if (first.effective, first.expiry) == (key.effective, key.expiry) {
                    same = spelled[identity as usize];
                } else {
                    one_term[identity as usize] = false;
                }
            }
            of_keys.push((identity, same));
        }
        let customer_count = number_of(customers.len());
        drop((identities, customers));
        (Self { number, keys, spelled, owners, one_term, customer_count, chunks: Vec::new() }, of_keys)
    }

    pub(super) fn identity_count(&self) -> u32 {
        number_of(self.spelled.len())
    }

    pub(super) fn identity(&self, number: u32) -> &Identity {
        &self.keys[self.spelled[number as usize] as usize].identity
    }

    pub(super) fn partner(&self, identity: u32) -> u32 {
        self.owners[identity as usize].0
    }

    pub(super) fn customer(&self, identity: u32) -> u32 {
        self.owners[identity as usize].1
    }

    /// Whether all rows of an identity have the same first and last day, in this order.
    pub(super) fn has_one_term(&self, identity: u32) -> bool {
        self.one_term[identity as usize]
    }

    /// All identities, those of a customer next to each other.
    pub(super) fn by_customer(&self) -> Vec<u32> {
        let mut identities: Vec<u32> = (0..self.identity_count()).collect();
        identities.sort_by_key(|identity| self.customer(*identity));
        identities
    }

    #[inline]
    pub(super) fn key(&self, row: &Row) -> &Key {
        &self.keys[row.key as usize]
    }

    #[inline]
    pub(super) fn reference(&self, row: Row) -> RowRef {
        RowRef { part: self.number, row }
    }

    /// What came to light of two rows, the first of which gives way, or of one alone.
    pub(super) fn found(&self, what: What, replaced: Row, kept: Row) -> Found {
        Found { what, row: self.reference(kept), replaced: self.reference(replaced) }
    }

    #[inline]
    pub(super) fn rows(&self, credit: &Credit) -> &[Row] {
        &self.chunks[credit.chunk as usize][credit.first as usize..][..credit.count as usize]
    }
}

/// Puts the rows of a credit behind those of the one before, in memory of rows that were copied as long as there is any;
/// returns the chunk they are in, and their place there.
///
/// So the rows of a file are held once: sorting needs the memory of one part besides.
pub(super) fn put(rows: &[Row], chunks: &mut Vec<Vec<Row>>, empty: &mut Vec<Vec<Row>>) -> (u32, u32) {
    let room = chunks.last().map_or(0, |chunk| chunk.capacity() - chunk.len());
    if room < rows.len() {
        let next = empty.pop().filter(|chunk| chunk.capacity() >= rows.len());
        chunks.push(next.unwrap_or_else(|| Vec::with_capacity(rows.len())));
    }
    let at = chunks.len() - 1;
    let first = chunks[at].len();
    chunks[at].extend_from_slice(rows);
    (number_of(at), number_of(first))
}

/// The rows of a page: so few that they stay in the memory next to a processor.
const PAGE: usize = 4096;

/// Rows that count, in the order of the files, page by page.
///
/// In memory, rows that follow each other in a file are far apart. So a page only notes where its rows are, in the order
/// of memory, and they are fetched and put in their places when the page is turned to.
pub struct Listing<'l> {
    count: usize,
    /// Rows next to each other in memory, each with its part and how many rows are before it.
    chunks: Vec<(u32, u32, &'l [Row])>,
    /// Of each page, which of the rows of all chunks are on it, in rising order.
    pages: Vec<Vec<u32>>,
}

impl<'l> Listing<'l> {
    /// The rows of some credits, which come in the order of the parts that they are in; `count` rows were read.
    pub(super) fn new(parts: &'l [Part], credits: impl Iterator<Item = &'l Credit>, count: usize) -> Self {
        let mut chunks = Vec::new();
        let mut first_chunks = Vec::new();
        let mut next = 0;
        for part in parts {
            first_chunks.push(chunks.len());
            for rows in &part.chunks {
                chunks.push((part.number, next, rows.as_slice()));
                next += number_of(rows.len());
            }
        }
        let mut pages = vec![Vec::new(); count.div_ceil(PAGE)];
        for credit in credits {
            let part = credit.part as usize;
            let (_, first, _) = chunks[first_chunks[part] + credit.chunk as usize];
            for (at, row) in (first + credit.first..).zip(parts[part].rows(credit)) {
                pages[row.number as usize / PAGE].push(at);
            }
        }
        Self { count, chunks, pages }
    }

    pub fn pages(&self) -> usize {
        self.pages.len()
    }

    /// What `read` makes of each row of a page, in the order of the files; it is given the rows in the order of memory.
    pub fn page<T>(&self, page: usize, read: impl Fn(RowRef) -> Option<T>) -> impl Iterator<Item = T> {
        let mut chunks = self.chunks.iter();
        let mut chunk = chunks.next();
        let mut in_place: Vec<Option<T>> =
            std::iter::repeat_with(|| None).take(PAGE.min(self.count - page * PAGE)).collect();
        for at in &self.pages[page] {
            while let Some((part, first, rows)) = chunk {
                if let Some(row) = rows.get((at - first) as usize) {
                    in_place[row.number as usize % PAGE] = read(RowRef { part: *part, row: *row });
                    break;
                }
                chunk = chunks.next();
            }
        }
        in_place.into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::sample::ledger;

    #[test]
    fn credits_are_found_where_they_were_put() {
        let rows = |count: u32| (0..count).map(|number| Row { number, ..Row::default() }).collect::<Vec<_>>();
        let (mut chunks, mut empty) = (Vec::new(), vec![Vec::with_capacity(1024), Vec::with_capacity(1024)]);
        let credits: Vec<Vec<Row>> = (1..60).map(rows).chain([rows(5000)]).collect();
        let places: Vec<_> = credits.iter().map(|rows| put(rows, &mut chunks, &mut empty)).collect();
        for ((chunk, first), rows) in places.into_iter().zip(credits) {
            assert_eq!(chunks[chunk as usize][first as usize..][..rows.len()], rows);
        }
    }

    #[test]
    fn rows_come_as_the_files_have_them_page_by_page() {
        let row = |month, customer| format!("c{customer} 2024-{month:02} 10 Active 90 2024-01-01 -");
        // In another order each month, so that pages and credits share no more than a few rows.
        let months = (1..=12).flat_map(|month| (0..500).map(move |at| row(month, at * (month * 2 + 1) % 499)));
        let rows: Vec<String> = months.collect();
        let files = rows.split_at(2500);
        let ledger = ledger(&[files.0, files.1]);
        let listing = ledger.listing(ledger.credits().iter());
        assert_eq!(listing.pages(), 2);
        let read = |row| Some((ledger.place(row), ledger.key(row).identity.customer.clone(), ledger.month(row)));
        let listed: Vec<_> = (0..listing.pages()).flat_map(|page| listing.page(page, read)).collect();
        // Customer 0 stands in each month twice; one of its equal rows counts.
        assert_eq!(listed.len(), 499 * 12);
        assert!(listed.is_sorted_by_key(|(place, ..)| *place));
        for (place, customer, month) in listed {
            let line = usize::try_from(place.line).unwrap() - 2;
            let row = if place.file == 0 { &files.0[line] } else { &files.1[line] };
            assert!(row.starts_with(&format!("{} {month} ", customer.as_str())), "{row}");
        }
    }
}

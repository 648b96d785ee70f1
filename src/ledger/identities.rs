//! Telling credits, customers and partners apart by number.

use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::RandomState;
use hashbrown::hash_table::Entry;
use hashbrown::{HashMap, HashTable};

use crate::model::{Id, Identity, Key, Report};

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
            let next = u32::try_from(all.known.len()).unwrap_or(u32::MAX);
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

/// The identities of one partition, numbered in the order of their first appearance.
#[derive(Debug)]
pub(super) struct Identities {
    /// The first key of each identity.
    spelled: Vec<u32>,
    /// The identity of each key.
    pub(super) of_keys: Vec<u32>,
    customers: Vec<u32>,
    /// How many customers there are.
    pub(super) customer_count: u32,
    partners: Vec<u32>,
    /// Whether all keys of each identity have the same dates.
    one_term: Vec<bool>,
}

impl Identities {
    /// The identities that the keys of a partition name.
    pub(super) fn new(keys: &[Key], partners: &Partners) -> Self {
        let hasher = RandomState::default();
        let mut identities = Numbers::with_capacity(keys.len());
        let mut customers = Numbers::with_capacity(keys.len());
        let mut all = Self {
            spelled: Vec::with_capacity(keys.len()),
            of_keys: Vec::with_capacity(keys.len()),
            customers: Vec::with_capacity(keys.len()),
            customer_count: 0,
            partners: Vec::with_capacity(keys.len()),
            one_term: Vec::with_capacity(keys.len()),
        };
        for ((number_of_key, key), partner) in (0..).zip(keys).zip(partners.of_keys(keys)) {
            let Identity { customer, agreement, credit_name, currency, .. } = &key.identity;
            let hash = || hasher.hash_one((partner, customer, agreement, credit_name, currency));
            let number = identities.number(&key.identity, hash);
            if number as usize == all.spelled.len() {
                all.spelled.push(number_of_key);
                all.customers.push(customers.number(customer, || hasher.hash_one(customer)));
                all.partners.push(partner);
                all.one_term.push(true);
            } else {
                let first = &keys[all.spelled[number as usize] as usize];
                all.one_term[number as usize] &= (first.effective, first.expiry) == (key.effective, key.expiry);
            }
            all.of_keys.push(number);
        }
        all.customer_count = u32::try_from(customers.known.len()).unwrap_or(u32::MAX);
        all
    }

    pub(super) fn count(&self) -> usize {
        self.spelled.len()
    }

    /// Whether all rows of an identity have the same first and last day, in this order.
    pub(super) fn has_one_term(&self, number: u32) -> bool {
        self.one_term[number as usize]
    }

    /// An identity, found among the keys that it was numbered with.
    pub(super) fn identity<'k>(&self, keys: &'k [Key], number: u32) -> &'k Identity {
        &keys[self.spelled[number as usize] as usize].identity
    }

    pub(super) fn partner(&self, number: u32) -> u32 {
        self.partners[number as usize]
    }

    pub(super) fn customer(&self, number: u32) -> u32 {
        self.customers[number as usize]
    }

    /// All identities, those of a customer next to each other.
    pub(super) fn by_customer(&self) -> Vec<u32> {
        let mut places = vec![0; self.customer_count as usize + 1];
        self.customers.iter().for_each(|customer| places[*customer as usize + 1] += 1);
        (1..places.len()).for_each(|customer| places[customer] += places[customer - 1]);
        let mut numbers = vec![0; self.count()];
        for (number, customer) in (0..).zip(&self.customers) {
            let place: &mut usize = &mut places[*customer as usize];
            numbers[*place] = number;
            *place += 1;
        }
        numbers
    }
}

/// Numbers for things, in the order of their first appearance.
struct Numbers<'r, T> {
    /// What was numbered, by number.
    known: Vec<&'r T>,
    /// Hashes and numbers.
    table: HashTable<(u64, u32)>,
    last: u32,
}

impl<'r, T: PartialEq> Numbers<'r, T> {
    fn with_capacity(count: usize) -> Self {
        Self { known: Vec::with_capacity(count), table: HashTable::with_capacity(count), last: 0 }
    }

    /// The number of a thing. Threads take turns with the blocks of a file, so they meet credits in much the same order,
    /// those of a customer together: the last number and the one after it are tried before the table.
    fn number(&mut self, thing: &'r T, hash: impl FnOnce() -> u64) -> u32 {
        let known = &mut self.known;
        let mut guesses = [self.last, self.last.saturating_add(1)].into_iter();
        if let Some(guessed) = guesses.find(|number| known.get(*number as usize).is_some_and(|known| *known == thing)) {
            self.last = guessed;
            return guessed;
        }
        let hash = hash();
        let is_it = |(_, number): &(u64, u32)| known[*number as usize] == thing;
        self.last = match self.table.entry(hash, is_it, |(hash, _)| *hash) {
            Entry::Occupied(found) => found.get().1,
            Entry::Vacant(free) => {
                let number = u32::try_from(known.len()).unwrap_or(u32::MAX);
                free.insert((hash, number));
                known.push(thing);
                number
            }
        };
        self.last
    }
}

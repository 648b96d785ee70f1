//! Telling credits, customers and partners apart by number.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use crate::model::id::Id;
use crate::model::month::Month;
use crate::model::parallel;
use crate::model::record::Identity;
use crate::model::report::{Key, Report};

/// The identities of a report, numbered in the order of their first appearance.
#[derive(Debug)]
pub(super) struct Identities {
    /// Where each identity is spelled out: shard and key.
    spelled: Vec<(usize, u32)>,
    /// The identity of each key, by shard.
    of_keys: Vec<Vec<u32>>,
    customers: Vec<u32>,
    partners: Vec<u32>,
    /// Whether all keys of each identity have the same dates.
    one_term: Vec<bool>,
    first_months: Vec<Option<Month>>,
}

impl Identities {
    pub(super) fn new(report: &Report) -> Self {
        let most_keys = report.shards.iter().map(|shard| shard.keys.len()).max().unwrap_or(0);
        let hasher = RandomState::default();
        let hashes = parallel::each(&report.shards, |shard| {
            let hash = |key: &Key| (hasher.hash_one(&key.identity), hasher.hash_one(&key.identity.customer));
            shard.keys.iter().map(hash).collect::<Vec<_>>()
        });
        let mut identities = Numbers::with_capacity(most_keys);
        let mut customers = Numbers::with_capacity(most_keys);
        let mut partners = Numbers::with_capacity(1);
        let mut all = Self {
            spelled: Vec::with_capacity(most_keys),
            of_keys: Vec::new(),
            customers: Vec::with_capacity(most_keys),
            partners: Vec::with_capacity(most_keys),
            one_term: Vec::with_capacity(most_keys),
            first_months: Vec::new(),
        };
        for (shard_number, (shard, hashes)) in report.shards.iter().zip(&hashes).enumerate() {
            let mut of_keys = Vec::with_capacity(shard.keys.len());
            for ((key_number, key), (hash, customer_hash)) in (0..).zip(&shard.keys).zip(hashes) {
                let Identity { partner, customer, .. } = &key.identity;
                let number = identities.number(&key.identity, || *hash);
                if number as usize == all.spelled.len() {
                    all.spelled.push((shard_number, key_number));
                    all.customers.push(customers.number(customer, || *customer_hash));
                    all.partners.push(partners.number(partner, || hasher.hash_one(partner)));
                    all.one_term.push(true);
                } else {
                    let (shard, first) = all.spelled[number as usize];
                    let first = &report.shards[shard].keys[first as usize];
                    all.one_term[number as usize] &= (first.effective, first.expiry) == (key.effective, key.expiry);
                }
                of_keys.push(number);
            }
            all.of_keys.push(of_keys);
        }
        all.first_months = vec![None; partners.known.len()];
        all
    }

    pub(super) fn count(&self) -> usize {
        self.spelled.len()
    }

    /// The identity of each key of a shard.
    pub(super) fn of_keys(&self, shard: usize) -> &[u32] {
        &self.of_keys[shard]
    }

    /// Whether all rows of an identity have the same first and last day, in this order.
    pub(super) fn has_one_term(&self, number: u32) -> bool {
        self.one_term[number as usize]
    }

    pub(super) fn identity<'r>(&self, report: &'r Report, number: u32) -> &'r Identity {
        let (shard, key) = self.spelled[number as usize];
        &report.shards[shard].keys[key as usize].identity
    }

    pub(super) fn partner(&self, number: u32) -> u32 {
        self.partners[number as usize]
    }

    pub(super) fn customer(&self, number: u32) -> u32 {
        self.customers[number as usize]
    }

    /// All identities, those of a customer next to each other.
    pub(super) fn by_customer(&self) -> Vec<u32> {
        let mut numbers: Vec<u32> = (0..).take(self.count()).collect();
        numbers.sort_by_key(|number| self.customer(*number));
        numbers
    }

    /// What most identities can be sorted by without a look at them: the place of the partner among all partners, and
    /// the first letters of the customer.
    pub(super) fn sort_keys(&self, report: &Report) -> Vec<(u32, u64)> {
        let mut partners: Vec<(&Id, u32)> = Vec::with_capacity(self.first_months.len());
        for (number, partner) in (0..).zip(&self.partners) {
            // Partners are numbered in the order of their first identity.
            if *partner as usize == partners.len() {
                partners.push((&self.identity(report, number).partner, *partner));
            }
        }
        partners.sort_unstable();
        let mut ranks = vec![0; partners.len()];
        for (rank, (_, partner)) in (0..).zip(&partners) {
            ranks[*partner as usize] = rank;
        }
        let numbers = (0..).zip(&self.partners);
        numbers
            .map(|(number, partner)| (ranks[*partner as usize], self.identity(report, number).customer.sort_prefix()))
            .collect()
    }

    pub(super) fn covers(&mut self, number: u32, month: Month) {
        let first = &mut self.first_months[self.partners[number as usize] as usize];
        *first = Some(first.map_or(month, |first| first.min(month)));
    }

    /// Every identity has a row, so its partner has a first month.
    pub(super) fn first_month_of_partner(&self, number: u32) -> Month {
        let first = self.first_months[self.partners[number as usize] as usize];
        first.unwrap_or_else(|| unreachable!("a credit without rows"))
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
    fn number(&mut self, thing: &'r T, hash: impl Fn() -> u64) -> u32 {
        let is_it = |number: &u32| self.known.get(*number as usize).is_some_and(|known| *known == thing);
        let guessed = [self.last, self.last.saturating_add(1)].into_iter().find(is_it);
        let found = |hash| self.table.find(hash, |(_, number)| is_it(number)).map(|(_, number)| *number);
        let number = guessed.or_else(|| found(hash()));
        self.last = match number {
            Some(number) => number,
            None => self.add(thing, hash()),
        };
        self.last
    }

    fn add(&mut self, thing: &'r T, hash: u64) -> u32 {
        let number = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
        self.known.push(thing);
        self.table.insert_unique(hash, (hash, number), |(hash, _)| *hash);
        number
    }
}

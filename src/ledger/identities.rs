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
        let hasher = RandomState::default();
        let hashes = parallel::each(&report.shards, |shard| {
            let hash = |key: &Key| (hasher.hash_one(&key.identity), hasher.hash_one(&key.identity.customer));
            shard.keys.iter().map(hash).collect::<Vec<_>>()
        });
        let most_keys = report.shards.iter().map(|shard| shard.keys.len()).max().unwrap_or(0);
        let identities = || Self::without_customers(report, &hashes, &hasher, most_keys);
        let customers = || customers(report, &hashes, most_keys);
        // One thread that read is one that works here.
        let (mut all, customers) = parallel::both(report.shards.len(), identities, customers);
        all.customers = all.spelled.iter().map(|(shard, key)| customers[*shard][*key as usize]).collect();
        all
    }

    fn without_customers(report: &Report, hashes: &[Vec<(u64, u64)>], hasher: &RandomState, most_keys: usize) -> Self {
        let mut identities = Numbers::with_capacity(most_keys);
        let mut partners = Numbers::with_capacity(1);
        let mut all = Self {
            spelled: Vec::with_capacity(most_keys),
            of_keys: Vec::new(),
            customers: Vec::new(),
            partners: Vec::with_capacity(most_keys),
            one_term: Vec::with_capacity(most_keys),
            first_months: Vec::new(),
        };
        for (shard_number, (shard, hashes)) in report.shards.iter().zip(hashes).enumerate() {
            let mut of_keys = Vec::with_capacity(shard.keys.len());
            for ((key_number, key), (hash, _)) in (0..).zip(&shard.keys).zip(hashes) {
                let partner = &key.identity.partner;
                let number = identities.number(&key.identity, || *hash);
                if number as usize == all.spelled.len() {
                    all.spelled.push((shard_number, key_number));
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
        let last = self.customers.iter().max().map_or(0, |last| *last as usize);
        let mut places = vec![0; last + 2];
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

/// The number of the customer of each key, by shard.
fn customers(report: &Report, hashes: &[Vec<(u64, u64)>], most_keys: usize) -> Vec<Vec<u32>> {
    let mut customers = Numbers::with_capacity(most_keys);
    let shards = report.shards.iter().zip(hashes);
    shards
        .map(|(shard, hashes)| {
            let keys = shard.keys.iter().zip(hashes);
            keys.map(|(key, (_, hash))| customers.number(&key.identity.customer, || *hash)).collect()
        })
        .collect()
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

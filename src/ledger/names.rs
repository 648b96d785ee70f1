//! One spelling for each CreditName and each status, and one name for each credit, whatever the files write.
//!
//! Names and statuses compare without regard to case. What is shown is the spelling of the newest download, there that of
//! the latest month, and there the first in byte order.
//!
//! A CreditName may change from one month to the next: that is one credit, and no new one begins. A credit that follows
//! another has other dates. Where partner, customer, agreement, currency and dates agree, the rows of one name end before
//! those of the next begin, and CreditAmount goes on from there, only the name has changed. So it is where newer
//! downloads have rows of the old name under the new one, and no file has both of one month.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::model::report::amount;
use crate::model::{Currency, Id, Identity, Key, Month, Report, Row, Shard, Status};

use super::downloads::Downloads;

/// How new a row is: its download's age, and its month.
type Newness = (u32, Month);

/// Gives every name and status of a report its newest spelling.
pub(super) fn unify_spellings(report: &mut Report, downloads: &Downloads) {
    if differ_in_case(report.shards.iter().flat_map(|shard| &shard.names).map(|name| &**name)) {
        let names = spellings(report, downloads, |_, key, _| Some(&key.identity.credit_name));
        let partitions = report.shards.iter_mut().flat_map(|shard| &mut shard.partitions);
        for key in partitions.flat_map(|partition| &mut partition.keys) {
            if let Some(name) = names.get(&folded(&key.identity.credit_name)) {
                key.identity.credit_name = (**name).into();
            }
        }
    }
    let other = |status: &'_ Status| matches!(status, Status::Other(_));
    let statuses = report.shards.iter().flat_map(|shard| &shard.statuses).filter(|status| other(status));
    if differ_in_case(statuses.map(Status::as_str)) {
        let words = spellings(report, downloads, |shard, _, row| {
            let status = &shard.statuses[usize::from(row.status)];
            other(status).then(|| status.as_str())
        });
        for status in report.shards.iter_mut().flat_map(|shard| &mut shard.statuses).filter(|status| other(status)) {
            if let Some(word) = words.get(&folded(status.as_str())) {
                *status = Status::Other((**word).into());
            }
        }
    }
}

/// What words are compared by.
pub fn folded(word: &str) -> String {
    word.trim().to_lowercase()
}

/// Whether some words are the same but for their case.
fn differ_in_case<'a>(words: impl Iterator<Item = &'a str>) -> bool {
    let mut spellings: HashSet<&str> = HashSet::new();
    let mut last = None;
    for word in words {
        if last != Some(word) {
            spellings.insert(word);
            last = Some(word);
        }
    }
    let words: BTreeSet<String> = spellings.iter().map(|word| folded(word)).collect();
    words.len() < spellings.len()
}

/// The newest spelling of each word that `word` finds in rows.
fn spellings<'r>(
    report: &'r Report,
    downloads: &Downloads,
    word: impl Fn(&'r Shard, &'r Key, &Row) -> Option<&'r str>,
) -> BTreeMap<String, Box<str>> {
    // Few different words stand in many rows: how new each is comes first.
    let mut newest: HashMap<&str, Newness> = HashMap::new();
    for shard in &report.shards {
        for (block, key, row) in shard.rows() {
            if let Some(word) = word(shard, key, &row) {
                let newness = (downloads.age(block.file), shard.month(&row));
                newest.entry(word).and_modify(|known| *known = newness.max(*known)).or_insert(newness);
            }
        }
    }
    let mut best: BTreeMap<String, (Newness, Reverse<&str>)> = BTreeMap::new();
    for (word, newness) in newest {
        let candidate = (newness, Reverse(word));
        let known = best.entry(folded(word)).or_insert(candidate);
        *known = candidate.max(*known);
    }
    best.into_iter().map(|(folded, (_, Reverse(word)))| (folded, word.into())).collect()
}

/// A credit that has another name from a month on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// Whose it is, with its newest name.
    pub identity: Identity,
    pub before: Arc<str>,
    pub after: Arc<str>,
    /// The first month of its next name.
    pub from: Month,
}

/// What two names of one credit agree in: partner, customer, agreement, currency, first and last day.
type Term<'k> = (&'k Id, &'k Id, &'k Id, Currency, NaiveDate, Option<NaiveDate>);

fn term(key: &Key) -> Option<Term<'_>> {
    let Identity { partner, customer, agreement, currency, .. } = &key.identity;
    Some((partner, customer, agreement, *currency, key.effective?, key.expiry))
}

/// The first and the last month in which a name has rows, each with its CreditAmount. Where downloads differ, that
/// counts by which the amount is the likelier to go on.
struct Span {
    first: (Month, Decimal),
    last: (Month, Decimal),
    /// All of them.
    amounts: BTreeSet<(Month, Decimal)>,
    /// The files in which the name stands, each with the months.
    at: BTreeSet<(u32, Month)>,
}

/// Gives credits that were renamed their newest names in all months.
pub(super) fn unify_names(report: &mut Report) -> Vec<Renamed> {
    let names: BTreeSet<&str> = report.shards.iter().flat_map(|shard| &shard.names).map(|name| &**name).collect();
    if names.len() < 2 {
        return Vec::new();
    }
    let mut renamed = Vec::new();
    let partitions = report.shards.iter().map(|shard| shard.partitions.len()).max().unwrap_or_default();
    for partition in 0..partitions {
        let (found, names) = in_partition(report, partition);
        for (shard, key, name) in names {
            report.shards[shard].partitions[partition].keys[key].identity.credit_name = name;
        }
        renamed.extend(found);
    }
    renamed.sort_by(|one, other| (&one.identity, one.from).cmp(&(&other.identity, other.from)));
    renamed
}

/// A shard, the place of a key in it, and the key's name.
type KeyName = (usize, usize, Arc<str>);

/// The credits of a partition that were renamed, and the newest name of each of their keys, by shard and place.
fn in_partition(report: &Report, partition: usize) -> (Vec<Renamed>, Vec<KeyName>) {
    let parts = || report.shards.iter().filter_map(|shard| Some((shard, shard.partitions.get(partition)?)));
    let several = of_several_names(parts().flat_map(|(_, part)| &part.keys));
    let mut spans: BTreeMap<Term<'_>, BTreeMap<&Arc<str>, Span>> = BTreeMap::new();
    if !several.is_empty() {
        for (shard, part) in parts() {
            for (block, row) in shard.rows_of(part) {
                let key = &part.keys[row.key as usize];
                let Some(term) = term(key).filter(|term| several.contains(term)) else { continue };
                let seen = (shard.month(&row), amount(row.credit_amount, row.scales.credit(), &shard.large_amounts));
                let names = spans.entry(term).or_default();
                let span = names.entry(&key.identity.credit_name).or_insert_with(|| Span::new(seen));
                span.add(seen, block.file);
            }
        }
    }
    let chains: BTreeMap<_, _> = spans.into_iter().filter_map(|(term, names)| Some((term, in_turn(names)?))).collect();
    let (mut renamed, mut names) = (Vec::new(), Vec::new());
    let mut told = BTreeSet::new();
    for (at, (_, part)) in parts().enumerate() {
        for (number, key) in part.keys.iter().enumerate() {
            let Some((term, chain)) = term(key).and_then(|term| chains.get_key_value(&term)) else { continue };
            let Some((name, _)) = chain.last() else { continue };
            names.push((at, number, Arc::clone(name)));
            if told.insert(term) {
                let identity = Identity { credit_name: Arc::clone(name), ..key.identity.clone() };
                renamed.extend(chain.windows(2).map(|pair| Renamed {
                    identity: identity.clone(),
                    before: Arc::clone(pair[0].0),
                    after: Arc::clone(pair[1].0),
                    from: pair[1].1,
                }));
            }
        }
    }
    (renamed, names)
}

/// What several names agree in.
fn of_several_names<'k>(keys: impl Iterator<Item = &'k Key>) -> BTreeSet<Term<'k>> {
    let mut known: HashMap<Term<'k>, &str> = HashMap::new();
    let mut several = BTreeSet::new();
    for key in keys {
        let name = &*key.identity.credit_name;
        if let Some(term) = term(key)
            && *known.entry(term).or_insert(name) != name
        {
            several.insert(term);
        }
    }
    several
}

impl Span {
    fn new(seen: (Month, Decimal)) -> Self {
        Self { first: seen, last: seen, amounts: BTreeSet::new(), at: BTreeSet::new() }
    }

    /// Whether a newer name goes on where this one ends, or tells the same from its first month on, but for the last month
    /// of this one, which may have been open.
    fn goes_on_as(&self, newer: &Self) -> bool {
        let (from, next) = newer.first;
        let before = self.amounts.iter().filter(|(month, _)| *month < from);
        let before = before.max_by_key(|(month, amount)| (*month, Reverse(*amount)));
        let is_told = |seen: &(Month, Decimal)| match seen.0 {
            last if last == self.last.0 => newer.amounts.iter().any(|(month, _)| *month == last),
            _ => newer.amounts.contains(seen),
        };
        // Two credits of which nothing was used tell the same, too.
        let is_telling = |seen: &(Month, Decimal)| (from..=self.last.0).contains(&seen.0) && !seen.1.is_zero();
        self.last.0 < newer.last.0
            && self.at.is_disjoint(&newer.at)
            && (from <= self.first.0 || self.last.0 < from || newer.amounts.iter().any(is_telling))
            && before.is_none_or(|(_, amount)| *amount <= next)
            && self.amounts.iter().filter(|(month, _)| *month >= from).all(is_told)
    }

    fn add(&mut self, (month, amount): (Month, Decimal), file: u32) {
        self.amounts.insert((month, amount));
        self.at.insert((file, month));
        if month < self.first.0 || month == self.first.0 && amount > self.first.1 {
            self.first = (month, amount);
        }
        if month > self.last.0 || month == self.last.0 && amount < self.last.1 {
            self.last = (month, amount);
        }
    }
}

/// The names of one term in the order of their months, each with its first; none if two have rows at one time, or the amount
/// begins anew.
fn in_turn(names: BTreeMap<&Arc<str>, Span>) -> Option<Vec<(&Arc<str>, Month)>> {
    let mut chain: Vec<(&Arc<str>, Span)> = names.into_iter().collect();
    chain.sort_by_key(|(_, span)| (span.first, span.last.0));
    if chain.windows(2).all(|pair| pair[0].1.goes_on_as(&pair[1].1)) {
        return Some(chain.into_iter().map(|(name, span)| (name, span.first.0)).collect());
    }
    // A name may come back.
    let mut months: BTreeMap<Month, (&Arc<str>, Decimal)> = BTreeMap::new();
    for (name, span) in chain {
        for (month, amount) in span.amounts {
            let (known, most) = months.entry(month).or_insert((name, amount));
            if *known != name {
                return None;
            }
            *most = amount.max(*most);
        }
    }
    let mut turns: Vec<_> = months.iter().map(|(month, (name, _))| (*name, *month)).collect();
    turns.dedup_by_key(|(name, _)| *name);
    months.values().is_sorted_by_key(|(_, amount)| amount).then_some(turns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::sample;

    /// The names of a credit, with these days, after those of its rows, such as `ACO 2024-01 10`, were looked at.
    fn names(rows: &[&str], days: &str) -> Vec<String> {
        let rows: Vec<(&str, &str)> = rows.iter().filter_map(|row| row.split_once(' ')).collect();
        let lines: Vec<String> = rows.iter().map(|(_, rest)| format!("c {rest} Active 9 {days}")).collect();
        let mut report = sample::report(&[&lines]);
        let shard = &mut report.shards[0];
        for (key, (name, _)) in shard.partitions[0].keys.iter_mut().zip(rows) {
            key.identity.credit_name = name.into();
            shard.names.push(name.into());
        }
        let renamed = unify_names(&mut report);
        let names = report.shards[0].partitions[0].keys.iter().map(|key| key.identity.credit_name.to_string());
        let changes =
            renamed.iter().map(|Renamed { before, after, from, .. }| format!("{before}, {after} from {from}"));
        names.chain(changes).collect()
    }

    #[test]
    fn what_newer_downloads_tell_under_another_name_is_one_credit() {
        let renamed = |new: &[(&str, u32)]| {
            let seen = |month: &str, amount: u32| (month.parse::<Month>().unwrap(), Decimal::from(amount));
            let [old, new] = [&[("2024-01", 5), ("2024-02", 7)], new].map(|rows: &[(&str, u32)]| {
                let mut span = Span::new(seen(rows[0].0, rows[0].1));
                let file = u32::from(rows.len() > 2);
                for (month, amount) in rows {
                    span.add(seen(month, *amount), file);
                }
                span
            });
            old.goes_on_as(&new)
        };
        assert!(renamed(&[("2024-01", 5), ("2024-02", 7), ("2024-03", 9)]));
        assert!(renamed(&[("2024-01", 5), ("2024-02", 8), ("2024-03", 9)]), "the last month may have been open");
        assert!(renamed(&[("2024-02", 7), ("2024-03", 9), ("2024-04", 9)]), "renamed in the last month");
        assert!(!renamed(&[("2024-02", 4), ("2024-03", 9), ("2024-04", 9)]), "an amount that begins anew");
        assert!(!renamed(&[("2024-01", 6), ("2024-02", 7), ("2024-03", 9)]));
        assert!(!renamed(&[("2024-01", 5), ("2024-03", 7), ("2024-04", 9)]));
    }

    #[test]
    fn one_term_is_one_credit_whatever_its_name_becomes() {
        const DAYS: &str = "2024-01-01 2024-12-31";
        assert_eq!(names(&["A 2024-01 5", "A 2024-02 7", "B 2024-03 7"], DAYS), ["B", "B", "B", "A, B from 2024-03"]);
        assert_eq!(
            names(&["B 2024-01 5", "A 2024-03 7", "C 2024-04 9"], DAYS),
            ["C", "C", "C", "B, A from 2024-03", "A, C from 2024-04"]
        );
        assert_eq!(
            names(&["A 2024-01 5", "B 2024-02 6", "A 2024-03 7"], DAYS),
            ["A", "A", "A", "A, B from 2024-02", "B, A from 2024-03"]
        );
        for (rows, days) in [
            // Both at one time, an amount that begins anew, and no dates to agree in.
            (["A 2024-01 5", "B 2024-01 6", "B 2024-02 7"], DAYS),
            (["A 2024-01 5", "A 2024-03 6", "B 2024-02 7"], DAYS),
            (["A 2024-01 5", "A 2024-02 6", "B 2024-03 1"], DAYS),
            (["A 2024-01 5", "A 2024-02 6", "B 2024-03 7"], "- -"),
        ] {
            let before: Vec<&str> = rows.iter().filter_map(|row| row.split(' ').next()).collect();
            assert_eq!(names(&rows, days), before);
        }
    }
}

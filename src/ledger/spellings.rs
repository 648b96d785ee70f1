//! One spelling for each CreditName and each status, whatever the files write.
//!
//! Both compare without regard to case. What is shown is the spelling of the newest download, there that of the latest
//! month, and there the first in byte order.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::model::month::Month;
use crate::model::report::Report;
use crate::model::status::Status;

use super::downloads::Downloads;

/// How new a row is: its download's age, and its month.
type Newness = (u32, Month);

/// Gives every name and status of a report its newest spelling.
pub(super) fn unify(report: &mut Report, downloads: &Downloads) {
    let names = report.shards.iter().flat_map(|shard| &shard.keys).map(|key| &*key.identity.credit_name);
    if differ_in_case(names) {
        let newest = Newest::new(report, downloads);
        let names = spellings(|shard, at| Some(&*report.shards[shard].keys[at].identity.credit_name), &newest.keys);
        for key in report.shards.iter_mut().flat_map(|shard| &mut shard.keys) {
            if let Some(name) = names.get(&folded(&key.identity.credit_name)) {
                key.identity.credit_name = (**name).into();
            }
        }
    }
    let other = |status: &'_ Status| matches!(status, Status::Other(_));
    let statuses = report.shards.iter().flat_map(|shard| &shard.statuses).filter(|status| other(status));
    if differ_in_case(statuses.map(Status::as_str)) {
        let newest = Newest::new(report, downloads);
        let word = |shard: usize, at: usize| Some(&report.shards[shard].statuses[at]).filter(|status| other(status));
        let words = spellings(|shard, at| word(shard, at).map(Status::as_str), &newest.statuses);
        for status in report.shards.iter_mut().flat_map(|shard| &mut shard.statuses).filter(|status| other(status)) {
            if let Some(word) = words.get(&folded(status.as_str())) {
                *status = Status::Other((**word).into());
            }
        }
    }
}

/// What words are compared by.
pub(super) fn folded(word: &str) -> String {
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

/// How new the newest row with each key and with each status is, by shard; empty without a row.
struct Newest {
    keys: Vec<Vec<Option<Newness>>>,
    statuses: Vec<Vec<Option<Newness>>>,
}

impl Newest {
    fn new(report: &Report, downloads: &Downloads) -> Self {
        let mut newest = Self {
            keys: report.shards.iter().map(|shard| vec![None; shard.keys.len()]).collect(),
            statuses: report.shards.iter().map(|shard| vec![None; shard.statuses.len()]).collect(),
        };
        for (file, number, rows) in report.file_blocks() {
            let shard = &report.shards[number];
            for row in rows {
                let newness = Some((downloads.age(file), shard.month(row)));
                let key = &mut newest.keys[number][shard.row_keys[row] as usize];
                *key = newness.max(*key);
                let status = &mut newest.statuses[number][usize::from(shard.rows[row].status)];
                *status = newness.max(*status);
            }
        }
        newest
    }
}

/// The newest spelling of each word; `word` tells the one at an index of a shard's table.
fn spellings<'r>(
    word: impl Fn(usize, usize) -> Option<&'r str>,
    newness: &[Vec<Option<Newness>>],
) -> BTreeMap<String, Box<str>> {
    let mut best: BTreeMap<String, (Option<Newness>, Reverse<&'r str>)> = BTreeMap::new();
    for (shard, table) in newness.iter().enumerate() {
        for (at, newness) in table.iter().enumerate() {
            let Some(word) = word(shard, at) else { continue };
            let candidate = (*newness, Reverse(word));
            let known = best.entry(folded(word)).or_insert(candidate);
            *known = candidate.max(*known);
        }
    }
    best.into_iter().map(|(folded, (_, Reverse(word)))| (folded, word.into())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::downloads::FileOrder;
    use crate::model::report::{Block, Row, Shard};

    /// A report of one file that has these words as statuses, one in each month from January on.
    fn report(words: &[&str]) -> Report {
        let status = |at| Row { status: at, ..Row::default() };
        let months = (1..).take(words.len()).filter_map(|month| Month::new(2024, month));
        let count = u16::try_from(words.len()).unwrap();
        let key = |name: &&str| crate::model::report::Key {
            identity: crate::model::record::Identity {
                partner: crate::model::id::Id::parse("p").unwrap(),
                customer: crate::model::id::Id::parse("c").unwrap(),
                agreement: crate::model::id::Id::parse("a").unwrap(),
                credit_name: (**name).into(),
                currency: crate::model::currency::Currency::parse("USD").unwrap(),
            },
            effective: None,
            expiry: None,
        };
        let shard = Shard {
            months: months.collect(),
            keys: words.iter().map(key).collect(),
            statuses: words.iter().map(|word| Status::parse(word)).collect(),
            rows: (0..count).map(status).collect(),
            row_keys: (0..count.into()).collect(),
            row_months: (0..count).collect(),
            blocks: vec![Block { file: 0, first_row: 0, first_line: 2 }],
            ..Shard::default()
        };
        Report { files: vec!["a.csv".to_owned()], shards: vec![shard] }
    }

    #[test]
    fn names_and_statuses_take_the_spelling_of_the_latest_month() {
        let mut report = report(&["suspended", "Paused", "SUSPENDED", "Suspended", "active"]);
        let downloads = Downloads::new(&report, FileOrder::ByLastMonth);
        unify(&mut report, &downloads);
        let shard = &report.shards[0];
        let statuses: Vec<&str> = shard.statuses.iter().map(Status::as_str).collect();
        assert_eq!(statuses, ["Suspended", "Paused", "Suspended", "Suspended", "Active"]);
        let names: Vec<&str> = shard.keys.iter().map(|key| &*key.identity.credit_name).collect();
        assert_eq!(names, ["Suspended", "Paused", "Suspended", "Suspended", "active"]);
    }
}

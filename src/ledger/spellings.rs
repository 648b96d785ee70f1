//! One spelling for each CreditName and each status, whatever the files write.
//!
//! Both compare without regard to case. What is shown is the spelling of the newest download, there that of the latest
//! month, and there the first in byte order.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::model::{Key, Month, Report, Row, Shard, Status};

use super::downloads::Downloads;

/// How new a row is: its download's age, and its month.
type Newness = (u32, Month);

/// Gives every name and status of a report its newest spelling.
pub(super) fn unify(report: &mut Report, downloads: &Downloads) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::coverage::Coverage;
    use crate::ledger::downloads::FileOrder;
    use crate::ledger::sample;
    use crate::ledger::tables::{self, Partners};

    /// A report of one file that has these words as names and statuses, one in each month from January on.
    fn report(words: &[&str]) -> Report {
        let row = |(month, word)| format!("c 2024-0{month} 1 {word} 9 - -");
        let rows: Vec<String> = (1..).zip(words).map(row).collect();
        let mut report = sample::report(&[&rows.iter().map(String::as_str).collect::<Vec<_>>()]);
        let shard = &mut report.shards[0];
        for (key, word) in shard.partitions[0].keys.iter_mut().zip(words) {
            key.identity.credit_name = (*word).into();
            shard.names.push((*word).into());
        }
        report
    }

    #[test]
    fn names_and_statuses_take_the_spelling_of_the_latest_month() {
        let mut report = report(&["suspended", "Paused", "SUSPENDED", "Suspended", "active"]);
        let months = tables::months(&report);
        let files = Coverage::of_files(&report, &Partners::new(&report), &months, 1);
        let downloads = Downloads::new(&files, &months, FileOrder::ByLastMonth);
        unify(&mut report, &downloads);
        let shard = &report.shards[0];
        let statuses: Vec<&str> = shard.statuses.iter().map(Status::as_str).collect();
        assert_eq!(statuses, ["Suspended", "Paused", "Suspended", "Suspended", "Active"]);
        let names: Vec<&str> = shard.partitions[0].keys.iter().map(|key| &*key.identity.credit_name).collect();
        assert_eq!(names, ["Suspended", "Paused", "Suspended", "Suspended", "active"]);
    }
}

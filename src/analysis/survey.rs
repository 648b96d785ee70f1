//! What the records of each file cover.

use std::collections::BTreeSet;

use crate::model::{Currency, Id, Month, Report, Status};

/// What the rows of one file cover.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey<'r> {
    pub rows: usize,
    pub months: BTreeSet<Month>,
    pub customers: BTreeSet<&'r Id>,
    pub currencies: BTreeSet<Currency>,
    pub statuses: BTreeSet<&'r Status>,
}

/// Surveys each file of a report, in order.
pub fn survey(report: &Report) -> Vec<Survey<'_>> {
    let mut surveys = vec![Survey::default(); report.files.len()];
    // Rows of one file share few keys, months and statuses: mark these first, then spell them out once.
    for shard in &report.shards {
        let mut months = vec![vec![false; shard.months.len()]; surveys.len()];
        let mut statuses = vec![vec![false; shard.statuses.len()]; surveys.len()];
        for partition in &shard.partitions {
            let mut keys = vec![vec![false; partition.keys.len()]; surveys.len()];
            for (block, row) in shard.rows_of(partition) {
                let file = block.file as usize;
                surveys[file].rows += 1;
                keys[file][row.key as usize] = true;
                months[file][usize::from(row.month)] = true;
                statuses[file][usize::from(row.status)] = true;
            }
            for (survey, keys) in surveys.iter_mut().zip(&keys) {
                for identity in marked(&partition.keys, keys).map(|key| &key.identity) {
                    survey.customers.insert(&identity.customer);
                    survey.currencies.insert(identity.currency);
                }
            }
        }
        for ((survey, months), statuses) in surveys.iter_mut().zip(&months).zip(&statuses) {
            survey.months.extend(marked(&shard.months, months));
            survey.statuses.extend(marked(&shard.statuses, statuses));
        }
    }
    surveys
}

fn marked<'a, 'm, T>(items: &'a [T], marks: &'m [bool]) -> impl Iterator<Item = &'a T> + use<'a, 'm, T> {
    items.iter().zip(marks).filter(|(_, is_marked)| **is_marked).map(|(item, _)| item)
}

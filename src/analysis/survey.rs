//! What the records of each file cover.

use std::collections::BTreeSet;

use crate::model::currency::Currency;
use crate::model::id::Id;
use crate::model::month::Month;
use crate::model::record::Identity;
use crate::model::report::Report;
use crate::model::status::Status;

/// What the rows of one file cover.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey<'r> {
    /// Rows that could be read.
    pub rows: usize,
    /// Months that have rows.
    pub months: BTreeSet<Month>,
    /// Credits, tranches not told apart.
    pub credits: BTreeSet<&'r Identity>,
    pub customers: BTreeSet<&'r Id>,
    pub currencies: BTreeSet<Currency>,
    pub statuses: BTreeSet<&'r Status>,
}

/// Surveys each file of a report, in order.
#[must_use]
pub fn survey(report: &Report) -> Vec<Survey<'_>> {
    let mut surveys = vec![Survey::default(); report.files.len()];
    for shard in &report.shards {
        // Rows of one file share few keys, months and statuses: mark these first, then spell them out once.
        for (file, survey) in (0..).zip(&mut surveys) {
            let mut keys = vec![false; shard.keys.len()];
            let mut months = vec![false; shard.months.len()];
            let mut statuses = vec![false; shard.statuses.len()];
            for (at, block) in shard.blocks.iter().enumerate().filter(|(_, block)| block.file == file) {
                let end = shard.blocks.get(at + 1).map_or(shard.rows.len(), |next| next.first_row);
                let rows = block.first_row..end;
                shard.row_keys[rows.clone()].iter().for_each(|key| keys[*key as usize] = true);
                shard.row_months[rows.clone()].iter().for_each(|month| months[usize::from(*month)] = true);
                shard.rows[rows].iter().for_each(|row| statuses[usize::from(row.status)] = true);
                survey.rows += end - block.first_row;
            }
            survey.months.extend(marked(&shard.months, &months));
            survey.statuses.extend(marked(&shard.statuses, &statuses));
            let identities = marked(&shard.keys, &keys).map(|key| &key.identity);
            for identity in identities {
                survey.credits.insert(identity);
                survey.customers.insert(&identity.customer);
                survey.currencies.insert(identity.currency);
            }
        }
    }
    surveys
}

fn marked<'a, 'm, T>(items: &'a [T], marks: &'m [bool]) -> impl Iterator<Item = &'a T> + use<'a, 'm, T> {
    items.iter().zip(marks).filter(|(_, is_marked)| **is_marked).map(|(item, _)| item)
}

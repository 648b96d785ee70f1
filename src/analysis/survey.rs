//! How far the reports reach: what the rows of each file cover, and the months that each partner's rows do.

use std::collections::{BTreeSet, HashMap};

use crate::ledger::{Credit, Ledger};
use crate::model::{Currency, Id, Month, Report, Status, StatusClass};

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

/// The months that each partner's rows cover.
pub(crate) struct Covered<'l>(HashMap<&'l Id, BTreeSet<Month>>);

impl<'l> Covered<'l> {
    pub(crate) fn new(ledger: &'l Ledger) -> Self {
        Self(ledger.covered().map(|(partner, months)| (partner, months.into_iter().collect())).collect())
    }

    /// The months of all partners that are wanted.
    pub(crate) fn months(&self, is_wanted: impl Fn(&Id) -> bool) -> BTreeSet<Month> {
        let wanted = self.0.iter().filter(|(partner, _)| is_wanted(partner));
        wanted.flat_map(|(_, months)| months).copied().collect()
    }

    /// Whether a partner's rows lack a closed month that should have some. Where others have it, none can come any more if
    /// each credit is used up and ended before, was over for two rows (use of the last days may be invoiced a month late), or
    /// goes on at another partner.
    pub(crate) fn lacks(&self, ledger: &Ledger, partner: &Id, closed: Month) -> bool {
        let is_done = |credit: &Credit| {
            let (mut over, mut is_used_up) = (0, false);
            for row in ledger.rows(credit) {
                if ledger.status(row).class() == StatusClass::Over {
                    over += 1;
                } else {
                    over = 0;
                    let has_ended = ledger.key(row).expiry.is_some_and(|expiry| expiry < closed.first_day());
                    is_used_up = has_ended && ledger.balance_amount(row).is_zero();
                }
            }
            let moved = ledger.moved(credit);
            over > 1 || is_used_up || moved.to.is_some() && !moved.is_shared
        };
        let mut credits = ledger.credits().iter().filter(|credit| *ledger.identity(credit).partner == *partner);
        let is_current = self.0.values().any(|months| months.contains(&closed));
        !(self.has(partner, closed) || is_current && credits.all(is_done))
    }

    /// Whether there are no rows at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.values().all(BTreeSet::is_empty)
    }

    /// Each partner and its newest month, by partner; months after `now` aside: these are faults of their own.
    pub(crate) fn newest(&self, now: Month) -> Vec<(&'l Id, Month)> {
        let newest = self.0.iter().filter_map(|(partner, months)| Some((*partner, *months.range(..=now).next_back()?)));
        let mut newest: Vec<_> = newest.collect();
        newest.sort_unstable();
        newest
    }

    /// The months of a partner between its first and `last` that have no row.
    pub(crate) fn missing(&self, partner: &Id, last: Month) -> impl Iterator<Item = Month> {
        let months = self.0.get(partner);
        let all = months.and_then(|months| Some(months.first()?.through(last.previous())));
        all.into_iter().flatten().filter(move |month| !months.is_some_and(|months| months.contains(month)))
    }

    /// Whether any row is of a partner and month.
    pub(crate) fn has(&self, partner: &Id, month: Month) -> bool {
        self.0.get(partner).is_some_and(|months| months.contains(&month))
    }

    /// The first month of a partner after another.
    pub(crate) fn after(&self, partner: &Id, month: Month) -> Option<Month> {
        self.0.get(partner)?.range(month.next()..).next().copied()
    }

    /// The months of a partner that lie between two others.
    pub(crate) fn between(&self, partner: &Id, after: Month, before: Month) -> Vec<Month> {
        let months = (after.next() < before).then(|| self.0.get(partner)).flatten();
        months.into_iter().flat_map(|months| months.range(after.next()..before)).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::sample::{ledger, month};

    #[test]
    fn months_to_come_make_no_partner_s_report_newer() {
        let ledger = ledger(&[&["b 2024-01 1 Active 9 - -", "c 2024-02 1 Active 9 - -", "b 2024-05 1 Active 9 - -"]]);
        let newest = Covered::new(&ledger).newest(month("2024-04"));
        assert_eq!(newest.iter().map(|(_, month)| *month).collect::<Vec<_>>(), [month("2024-02")]);
    }
}

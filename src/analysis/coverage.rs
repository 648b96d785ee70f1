//! How far the reports reach: the months that each partner's rows cover.

use std::collections::{BTreeSet, HashMap};

use crate::ledger::Ledger;
use crate::model::{Id, Month};

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
    fn months_are_those_of_any_credit_of_the_partner() {
        let ledger = ledger(&[&["b 2024-01 1 Active 9 - -", "c 2024-02 1 Active 9 - -", "b 2024-05 1 Active 9 - -"]]);
        let covered = Covered::new(&ledger);
        let partner = &*ledger.identity(&ledger.credits()[0]).partner;
        assert!(covered.has(partner, month("2024-02")) && !covered.has(partner, month("2024-03")));
        assert_eq!(covered.after(partner, month("2024-02")), Some(month("2024-05")));
        assert_eq!(covered.between(partner, month("2024-01"), month("2024-05")), [month("2024-02")]);
        assert_eq!(covered.newest(month("2024-04")), [(partner, month("2024-02"))]);
        let missing: Vec<Month> = covered.missing(partner, month("2024-05")).collect();
        assert_eq!(missing, [month("2024-03"), month("2024-04")]);
    }
}

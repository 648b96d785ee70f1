//! Summaries of so many groups that they are never all held.

use std::cmp::Ordering;
use std::ops::Range;

use crate::analysis::filter::Filter;
use crate::ledger::Ledger;
use crate::model::Overflow;

use super::group::{Group, GroupBy, Keys, Months};
use super::{GroupSummary, Groups};

/// Credits that are summed up together: enough that handing them to a thread pays.
const PART: usize = 32;

/// The groups of a summary whose first keys are ids, in parts: the groups of those ids are complete when their credits
/// are, and follow each other as the ids do.
pub struct Units<'l, 'a> {
    ledger: &'l Ledger,
    filter: &'a Filter,
    months: Months,
    /// The first keys, and those that tell the groups of some ids apart.
    ids: Keys,
    by: Vec<GroupBy>,
    /// The places of all credits, by ids.
    places: Vec<usize>,
    parts: Vec<Range<usize>>,
}

impl<'l, 'a> Units<'l, 'a> {
    /// `None` where a summary by these keys has no more groups than there are credits, or its groups do not follow the
    /// ids of customers or agreements.
    pub fn new(ledger: &'l Ledger, filter: &'a Filter, by: &[GroupBy]) -> Option<Self> {
        let is_fine = |key: &GroupBy| matches!(key, GroupBy::Customer | GroupBy::Agreement);
        let (ids, by) = by.split_at(by.iter().take_while(|key| is_fine(key) || **key == GroupBy::Partner).count());
        if !ids.iter().any(is_fine) || by.is_empty() {
            return None;
        }
        let months = Months::new(ledger, filter, Keys::new(by))?;
        let keys = Keys::new(ids);
        let group = |place: usize| keys.ids(ledger.identity(&ledger.credits()[place]));
        let compare = |one: usize, other: usize| {
            let by_keys = ids.iter().map(|key| group(one).compare(&group(other), *key));
            by_keys.fold(Ordering::Equal, Ordering::then)
        };
        let mut places: Vec<usize> = (0..ledger.credits().len()).collect();
        places.sort_by(|one, other| compare(*one, *other));
        let mut parts = Vec::new();
        let mut start = 0;
        for end in 1..=places.len() {
            let is_whole = places.get(end).is_none_or(|next| compare(places[end - 1], *next).is_ne());
            if is_whole && (end - start >= PART || end == places.len()) {
                parts.push(start..end);
                start = end;
            }
        }
        Some(Self { ledger, filter, months, ids: keys, by: by.to_vec(), places, parts })
    }

    pub fn parts(&self) -> usize {
        self.parts.len()
    }

    /// The groups of a part, in order.
    pub fn part(&self, part: usize) -> Result<Vec<GroupSummary<'l>>, Overflow> {
        let credits = self.places[self.parts[part].clone()].iter().map(|place| &self.ledger.credits()[*place]);
        let credits: Vec<_> = credits.map(|credit| (self.ids.ids(self.ledger.identity(credit)), credit)).collect();
        let mut summaries = Vec::new();
        for unit in credits.chunk_by(|(one, _), (next, _)| Group { currency: next.currency, ..*one } == *next) {
            let ids = unit[0].0;
            let mut groups = Groups::new(self.ledger, self.filter, Keys::new(&self.by), &self.months);
            unit.iter().try_for_each(|(_, credit)| groups.add(credit))?;
            summaries.extend(groups.into_sorted(&self.by)?.into_iter().map(|summary| {
                let Group { span, customer, agreement, partner, status, currency } = summary.group;
                let (customer, agreement) = (customer.or(ids.customer), agreement.or(ids.agreement));
                let partner = partner.or(ids.partner);
                GroupSummary { group: Group { span, customer, agreement, partner, status, currency }, ..summary }
            }));
        }
        Ok(summaries)
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::analysis::summary::summarize;
    use crate::ledger::sample::ledger;

    #[test]
    fn parts_are_the_groups_of_all_credits_in_turn() {
        let row = |at: u32, month: u32| {
            let (currency, expired) = (["USD", "EUR"][at as usize % 2], ["Active", "Expired"][month as usize % 2]);
            // Customers share agreements, and some rows are missing.
            format!("c{} 2024-0{month} {month}{at} {expired} 9 2024-01-01 - {currency} a{}", at % 70, at * 7 % 90)
        };
        let rows =
            (0..300).flat_map(|at| (1..=4).filter(move |month| at % 5 != *month).map(move |month| row(at, month)));
        let rows: Vec<String> = rows.collect();
        let ledger = ledger(&[&rows]);
        let filter = Filter::everything(NaiveDate::from_ymd_opt(2024, 3, 1).unwrap());
        let (month, status, customer, agreement) =
            (GroupBy::Month, GroupBy::Status, GroupBy::Customer, GroupBy::Agreement);
        for by in [
            vec![customer, month],
            vec![agreement, status],
            vec![GroupBy::Partner, agreement, GroupBy::Currency],
            vec![customer, GroupBy::Year(1), agreement, status],
        ] {
            let units = Units::new(&ledger, &filter, &by).unwrap();
            assert!(units.parts() > 1);
            let parts: Result<Vec<_>, _> = (0..units.parts()).map(|part| units.part(part)).collect();
            assert_eq!(parts.unwrap().concat(), summarize(&ledger, &filter, &by, 2).unwrap());
        }
        for by in [vec![customer], vec![month, customer], vec![GroupBy::Partner, month]] {
            assert!(Units::new(&ledger, &filter, &by).is_none());
        }
    }
}

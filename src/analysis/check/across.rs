//! Checks across credits: currencies of an agreement, and how far the report reaches.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::ledger::Ledger;
use crate::model::currency::Currency;
use crate::model::id::Id;
use crate::model::month::Month;

use super::{Check, Finding, Findings};

/// The months that each partner's rows cover.
pub(super) struct Covered<'l>(HashMap<&'l Id, BTreeSet<Month>>);

impl<'l> Covered<'l> {
    pub(super) fn of(ledger: &'l Ledger) -> Self {
        let mut covered: HashMap<&Id, BTreeSet<Month>> = HashMap::new();
        for shard in &ledger.report().shards {
            // Few different partners and months stand in many rows: mark the pairs, then spell them out.
            let mut partners: Vec<&Id> = Vec::new();
            let mut numbers: HashMap<&Id, usize> = HashMap::new();
            let of_keys: Vec<usize> = shard
                .keys
                .iter()
                .map(|key| {
                    let partner = &key.identity.partner;
                    *numbers.entry(partner).or_insert_with(|| {
                        partners.push(partner);
                        partners.len() - 1
                    })
                })
                .collect();
            let mut seen = vec![false; partners.len() * shard.months.len()];
            for row in &shard.rows {
                seen[of_keys[row.key as usize] * shard.months.len() + usize::from(row.month)] = true;
            }
            for (partner, months) in partners.iter().zip(seen.chunks(shard.months.len().max(1))) {
                let months = shard.months.iter().zip(months).filter(|(_, seen)| **seen).map(|(month, _)| *month);
                covered.entry(partner).or_default().extend(months);
            }
        }
        Self(covered)
    }

    /// The last month of a partner, months after `now` aside: these are faults of their own.
    pub(super) fn last(&self, partner: &Id, now: Month) -> Option<Month> {
        self.0.get(partner).and_then(|months| months.range(..=now).next_back().copied())
    }

    /// The months of a partner that lie between two others.
    pub(super) fn between(&self, partner: &Id, after: Month, before: Month) -> Vec<Month> {
        let months = self.0.get(partner).into_iter().flat_map(|months| months.range(after.next()..before));
        months.copied().collect()
    }
}

pub(super) fn check(findings: &mut Findings<'_>) {
    if findings.wants(Check::CurrencyChanged) {
        currency_changed(findings);
    }
    if findings.wants(Check::StaleReport) {
        stale_report(findings);
    }
}

fn currency_changed(findings: &mut Findings<'_>) {
    let ledger = findings.finder.ledger;
    let mut currencies: BTreeMap<_, BTreeMap<Currency, usize>> = BTreeMap::new();
    for (place, credit) in ledger.credits().iter().enumerate() {
        let identity = ledger.identity(credit);
        let agreement = (&identity.partner, &identity.customer, &identity.agreement, &identity.credit_name);
        currencies.entry(agreement).or_default().entry(identity.currency).or_insert(place);
    }
    for credits in currencies.values().filter(|credits| credits.len() > 1) {
        let mut first_rows: Vec<_> = credits
            .iter()
            .filter_map(|(currency, place)| {
                let row = ledger.timeline(&ledger.credits()[*place]).next()?.ok()?.row;
                Some((ledger.place(row), row, *currency))
            })
            .collect();
        first_rows.sort_unstable_by_key(|(place, _, _)| *place);
        let Some(((_, _, usual), others)) = first_rows.split_first() else { continue };
        for (_, row, currency) in others {
            findings.add(Check::CurrencyChanged, *row, || {
                format!(
                    "this agreement is in {currency} here and in {usual} elsewhere; amounts of the two cannot be added"
                )
            });
        }
    }
}

fn stale_report(findings: &mut Findings<'_>) {
    let filter = findings.finder.filter;
    let months = findings.finder.ledger.report().shards.iter().flat_map(|shard| {
        shard
            .rows
            .iter()
            .map(|row| row.month)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .map(|month| shard.months[usize::from(month)])
    });
    let last_closed = Month::of(filter.as_of).previous();
    let Some(newest) = months.max().filter(|newest| *newest < last_closed) else { return };
    findings.found.push(Finding {
        check: Check::StaleReport,
        severity: Check::StaleReport.severity(),
        place: None,
        customer: None,
        agreement: None,
        month: Some(newest),
        message: format!("the newest month is {newest}, but {last_closed} is closed; download a newer report"),
    });
}

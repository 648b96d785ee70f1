//! Checks across credits: currencies of an agreement, and how far the report reaches.

use std::collections::{BTreeMap, HashSet};

use crate::analysis::survey::Covered;
use crate::ledger::{Credit, Ledger, RowRef};
use crate::model::{Currency, Id, Identity, Month, StatusClass};

use super::{Check, Finding, Findings};

/// What one credit alone does not tell.
pub(crate) struct Across<'l> {
    pub(crate) covered: Covered<'l>,
    /// Agreements in more than one currency, each with the first credit in each of them.
    currencies: Vec<Vec<(Currency, &'l Credit)>>,
    /// The numbers of their identities: credits whose own rows may end where the currency changed.
    pub(super) mixed: HashSet<u32>,
}

impl<'l> Across<'l> {
    pub(crate) fn new(ledger: &'l Ledger) -> Self {
        let mut currencies: Vec<Vec<_>> = Vec::new();
        for credits in ledger.credits().chunk_by(|one, next| ledger.customer(one) == ledger.customer(next)) {
            let mut agreements: BTreeMap<_, BTreeMap<Currency, &Credit>> = BTreeMap::new();
            for credit in credits {
                let Identity { partner, agreement, credit_name, currency, .. } = ledger.identity(credit);
                agreements.entry((partner, agreement, credit_name)).or_default().entry(*currency).or_insert(credit);
            }
            let mixed = agreements.into_values().filter(|currencies| currencies.len() > 1);
            currencies.extend(mixed.map(|currencies| currencies.into_iter().collect()));
        }
        let mixed = currencies.iter().flatten().map(|(_, credit)| ledger.identity_number(credit));
        Self { covered: Covered::new(ledger), mixed: mixed.collect(), currencies }
    }
}

pub(super) fn check(findings: &mut Findings<'_>) {
    currency_changed(findings);
    if findings.across.covered.is_empty() {
        let message = match findings.ledger.findings().later.first() {
            Some((first, _)) => {
                format!("the report has no rows up to the day of --as-of: its first ones are of {first}")
            }
            None => "the report has no rows; download it again, or a newer one".to_owned(),
        };
        findings.add_to_report(Finding::new(Check::EmptyReport, message));
    }
    months_missing(findings);
    truncated_reports(findings);
    provisional_month(findings);
}

fn currency_changed(findings: &mut Findings<'_>) {
    let ledger = findings.ledger;
    for credits in &findings.across.currencies {
        let mut firsts: Vec<_> = credits
            .iter()
            .filter_map(|(currency, credit)| {
                let row = ledger.rows(credit).next()?;
                Some(((ledger.month(row), ledger.place(row)), row, *currency))
            })
            .collect();
        firsts.sort_unstable_by_key(|(since, _, _)| *since);
        let Some(((_, _, usual), others)) = firsts.split_first() else { continue };
        for (_, row, currency) in others {
            findings.add(Check::CurrencyChanged, *row, None, || {
                format!(
                    "this agreement is in {currency} here and in {usual} elsewhere; amounts of the two cannot be added"
                )
            });
        }
    }
}

/// The finding about a partner's month; `said` is given what names the partner, if there are several.
fn of_partner(check: Check, partner: Option<&Id>, month: Month, said: impl FnOnce(&str) -> String) -> Finding {
    let whose = partner.map(|partner| format!(" of partner {partner}")).unwrap_or_default();
    let detail = partner.map(|partner| format!("partner {partner} "));
    Finding { month: Some(month), detail, ..Finding::new(check, said(&whose)) }
}

/// The months that none of a partner's credits has: those between its first and last, of which a download, or a part of
/// one, is missing, and the last closed one, which its report cannot close. Each partner is a report of its own.
fn months_missing(findings: &mut Findings<'_>) {
    let (filter, across) = (findings.filter, findings.across);
    let now = Month::of(filter.as_of);
    let closed = now.previous();
    let partners = across.covered.newest(now);
    let are_several = partners.len() > 1;
    for (partner, newest) in partners.into_iter().filter(|(partner, _)| filter.shows_partner(partner)) {
        let named = Some(partner).filter(|_| are_several);
        for month in across.covered.missing(partner, newest) {
            findings.add_to_report(of_partner(Check::MonthWithoutRows, named, month, |whose| {
                format!(
                    "no credit{whose} has a row of {month}, though the report goes on to {newest}; a download, or a \
                     part of one, is missing: add the report of {month}"
                )
            }));
        }
        if newest < closed && across.covered.lacks(findings.ledger, partner, closed) {
            findings.add_to_report(of_partner(Check::MissingReport, named, closed, |whose| {
                format!(
                    "no credit{whose} has a row of {closed}, the last closed month: the report ends in {newest}; \
                     download a newer one"
                )
            }));
        }
    }
}

/// Credits that have to vanish together before the report itself is in doubt.
const LEAST_VANISHED: usize = 3;

/// A month that most credits running in the month before have no row of, nor of any later month, though they have not
/// ended: the download stops in the middle.
fn truncated_reports(findings: &mut Findings<'_>) {
    let (ledger, filter, across) = (findings.ledger, findings.filter, findings.across);
    if !findings.wants(Check::TruncatedReport) {
        return;
    }
    let is_running = |row: RowRef| ledger.status(row).class() == StatusClass::Running;
    let now = Month::of(filter.as_of);
    let mut vanished: BTreeMap<(&Id, Month, Month), usize> = BTreeMap::new();
    for credit in ledger.credits().iter().filter(|credit| ledger.moved(credit).to.is_none()) {
        let partner = &*ledger.identity(credit).partner;
        let Some(last) = ledger.rows(credit).last().filter(|last| is_running(*last)) else { continue };
        let before = ledger.month(last);
        let next = across.covered.after(partner, before).filter(|month| *month <= now);
        let has_not_ended = |month: &Month| ledger.key(last).expiry.is_none_or(|expiry| expiry >= month.first_day());
        if let Some(month) = next.filter(has_not_ended) {
            *vanished.entry((partner, before, month)).or_default() += 1;
        }
    }
    vanished.retain(|(partner, ..), count| *count >= LEAST_VANISHED && filter.shows_partner(partner));
    let are_several = across.covered.newest(now).len() > 1;
    for ((partner, before, month), count) in vanished {
        let ran_before = |row: RowRef| ledger.month(row) == before && is_running(row);
        let of_partner_ran =
            |credit: &&Credit| *ledger.identity(credit).partner == *partner && ledger.rows(credit).any(ran_before);
        let ran = ledger.credits().iter().filter(of_partner_ran).count();
        if count * 2 > ran {
            let named = Some(partner).filter(|_| are_several);
            findings.add_to_report(of_partner(Check::TruncatedReport, named, month, |whose| {
                format!(
                    "{count} of the {ran} credits{whose} that ran in {before} have no row of {month}; the \
                     download is not whole: download it again"
                )
            }));
        }
    }
}

/// The last month of the newest download may have been open when it was downloaded, and nothing in it tells.
fn provisional_month(findings: &mut Findings<'_>) {
    let last_closed = Month::of(findings.filter.as_of).previous();
    if findings.ledger.downloads().last_month_of_newest() == Some(last_closed) {
        let message = format!(
            "{last_closed} is the last month of the newest download; its figures are final only if that was downloaded \
             after the month's invoice was out"
        );
        findings.add_to_report(Finding { month: Some(last_closed), ..Finding::new(Check::ProvisionalMonth, message) });
    }
}

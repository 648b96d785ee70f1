//! Checks across credits: currencies of an agreement, and how far the report reaches.

use std::collections::{BTreeMap, HashSet};

use crate::analysis::coverage::Covered;
use crate::ledger::{Credit, Ledger, RowRef};
use crate::model::{Currency, Id, Level, Month, Period, StatusClass};

use super::catalogue::Check;
use super::{Finding, Findings};

/// What one credit alone does not tell.
pub(super) struct Across<'l> {
    pub(super) covered: Covered<'l>,
    /// Agreements in more than one currency, each with its currencies by first month and place.
    currencies: Vec<Vec<(Currency, usize)>>,
    /// The numbers of their identities.
    mixed: HashSet<u32>,
}

impl<'l> Across<'l> {
    pub(super) fn new(ledger: &'l Ledger) -> Self {
        let mut agreements: BTreeMap<_, BTreeMap<Currency, usize>> = BTreeMap::new();
        for (place, credit) in ledger.credits().iter().enumerate() {
            let identity = ledger.identity(credit);
            let agreement = (&identity.partner, &identity.customer, &identity.agreement, &identity.credit_name);
            agreements.entry(agreement).or_default().entry(identity.currency).or_insert(place);
        }
        let currencies: Vec<Vec<_>> = agreements
            .into_values()
            .filter(|currencies| currencies.len() > 1)
            .map(|currencies| currencies.into_iter().collect())
            .collect();
        let mixed = currencies.iter().flatten().map(|(_, place)| ledger.identity_number(&ledger.credits()[*place]));
        Self { covered: Covered::new(ledger), mixed: mixed.collect(), currencies }
    }

    /// Whether a credit's agreement has rows in another currency too, so that its own may end there.
    pub(super) fn changed_currency(&self, identity_number: u32) -> bool {
        self.mixed.contains(&identity_number)
    }
}

pub(super) fn check(findings: &mut Findings<'_>, across: &Across<'_>) {
    currency_changed(findings, across);
    empty_report(findings, across);
    months_without_rows(findings, across);
    missing_reports(findings, across);
    truncated_reports(findings, across);
    provisional_month(findings);
}

fn currency_changed(findings: &mut Findings<'_>, across: &Across<'_>) {
    let ledger = findings.ledger;
    for credits in &across.currencies {
        let mut firsts: Vec<_> = credits
            .iter()
            .filter_map(|(currency, place)| {
                let entry = ledger.timeline(&ledger.credits()[*place]).next()?.ok()?;
                Some(((entry.month, ledger.place(entry.row)), entry.row, *currency))
            })
            .collect();
        firsts.sort_unstable_by_key(|(since, _, _)| *since);
        let Some(((_, _, usual), others)) = firsts.split_first() else { continue };
        for (_, row, currency) in others {
            findings.add(Check::CurrencyChanged, *row, || {
                format!(
                    "this agreement is in {currency} here and in {usual} elsewhere; amounts of the two cannot be added"
                )
            });
        }
    }
}

fn empty_report(findings: &mut Findings<'_>, across: &Across<'_>) {
    if across.covered.is_empty() {
        let message = "the report has no rows; download it again, or a newer one".to_owned();
        findings.add_to_report(Finding::new(Check::EmptyReport, message));
    }
}

/// The finding about a partner's month; `said` is given what names the partner, if there are several.
fn of_partner(check: Check, partner: Option<&Id>, month: Month, said: impl FnOnce(&str) -> String) -> Finding {
    let whose = partner.map(|partner| format!(" of partner {partner}")).unwrap_or_default();
    let detail = partner.map(ToString::to_string);
    Finding { month: Some(month), detail, ..Finding::new(check, said(&whose)) }
}

/// A month between a partner's first and last that none of its credits has: a download, or a part of one, is missing.
fn months_without_rows(findings: &mut Findings<'_>, across: &Across<'_>) {
    let filter = findings.filter;
    let partners = across.covered.newest(Month::of(filter.as_of));
    let are_several = partners.len() > 1;
    for (partner, newest) in partners.into_iter().filter(|(partner, _)| filter.shows_partner(partner)) {
        for month in across.covered.missing(partner, newest) {
            let named = Some(partner).filter(|_| are_several);
            findings.add_to_report(of_partner(Check::MonthWithoutRows, named, month, |whose| {
                format!(
                    "no credit{whose} has a row of {month}, though the report goes on to {newest}; a download, or a \
                     part of one, is missing: add the report of {month}"
                )
            }));
        }
    }
}

/// A report that ends before the last closed month cannot close it; each partner is a report of its own.
fn missing_reports(findings: &mut Findings<'_>, across: &Across<'_>) {
    let filter = findings.filter;
    let now = Month::of(filter.as_of);
    let closed = now.previous();
    let partners = across.covered.newest(now);
    let are_several = partners.len() > 1;
    for (partner, newest) in partners {
        if newest < closed && filter.shows_partner(partner) {
            let named = Some(partner).filter(|_| are_several);
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
fn truncated_reports(findings: &mut Findings<'_>, across: &Across<'_>) {
    let (ledger, filter) = (findings.ledger, findings.filter);
    if !findings.wants(Check::TruncatedReport) {
        return;
    }
    let is_running = |row: RowRef| ledger.status(row).class() == StatusClass::Running;
    let now = Month::of(filter.as_of);
    let mut vanished: BTreeMap<(&Id, Month, Month), usize> = BTreeMap::new();
    for credit in ledger.credits() {
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
            let finding = of_partner(Check::TruncatedReport, named, month, |whose| {
                format!(
                    "{count} of the {ran} credits{whose} that ran in {before} have no row of {month}; the \
                     download is not whole: download it again"
                )
            });
            let is_provisional = filter.period(month) == Period::Open;
            let severity = if is_provisional { Level::Note } else { finding.severity };
            findings.add_to_report(Finding { severity, ..finding });
        }
    }
}

/// The last month of the newest download may have been open when it was downloaded, and nothing in it tells.
fn provisional_month(findings: &mut Findings<'_>) {
    let last_closed = Month::of(findings.filter.as_of).previous();
    if findings.ledger.last_month_of_newest() == Some(last_closed) {
        let message = format!(
            "{last_closed} is the last month of the newest download; its figures are final only if that was downloaded \
             after the month's invoice was out"
        );
        findings.add_to_report(Finding { month: Some(last_closed), ..Finding::new(Check::ProvisionalMonth, message) });
    }
}

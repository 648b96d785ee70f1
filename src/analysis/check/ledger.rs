//! Checks across credits: currencies of an agreement, and how far the report reaches.

use std::collections::{BTreeMap, HashSet};

use crate::analysis::coverage::Covered;
use crate::ledger::Ledger;
use crate::model::{Currency, Level, Month};

use super::Findings;
use super::catalogue::Check;

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
    months_without_rows(findings, across);
    stale_report(findings, across);
    provisional_end(findings);
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

/// A month between a partner's first and last that none of its credits has: a download, or a part of one, is missing.
fn months_without_rows(findings: &mut Findings<'_>, across: &Across<'_>) {
    let filter = findings.filter;
    let partners = across.covered.newest(Month::of(filter.as_of));
    let of_one = partners.len() == 1;
    for (partner, newest) in partners.into_iter().filter(|(partner, _)| filter.shows_partner(partner)) {
        let whose = if of_one { String::new() } else { format!(" of partner {partner}") };
        for month in across.covered.missing(partner, newest).filter(|month| filter.shows_month(*month)) {
            let message = format!(
                "no credit{whose} has a row of {month}, though the report goes on to {newest}; a download, or a part of \
                 one, is missing: add the report of {month}"
            );
            findings.add_to_report(Check::MonthWithoutRows, Check::MonthWithoutRows.severity(), Some(month), message);
        }
    }
}

/// A report is as new as its newest month; each partner is a report of its own.
fn stale_report(findings: &mut Findings<'_>, across: &Across<'_>) {
    let filter = findings.filter;
    let severity = Check::StaleReport.severity();
    let now = Month::of(filter.as_of);
    let last_closed = now.previous();
    let partners = across.covered.newest(now);
    if across.covered.is_empty() {
        let message = "the report has no rows; download it again, or a newer one".to_owned();
        findings.add_to_report(Check::StaleReport, severity, None, message);
    }
    let of_one = partners.len() == 1;
    for (partner, newest) in partners {
        if newest < last_closed && filter.shows_partner(partner) {
            let whose = if of_one { String::new() } else { format!(" of partner {partner}") };
            let message =
                format!("the newest month{whose} is {newest}, but {last_closed} is closed; download a newer report");
            findings.add_to_report(Check::StaleReport, severity, Some(newest), message);
        }
    }
}

/// The last month of the newest download may have been open when it was downloaded, and nothing in it tells.
fn provisional_end(findings: &mut Findings<'_>) {
    let filter = findings.filter;
    let last_closed = Month::of(filter.as_of).previous();
    if findings.ledger.last_month_of_newest() == Some(last_closed) && filter.shows_month(last_closed) {
        let message = format!(
            "{last_closed} is the last month of the newest download; its figures are final only if that was downloaded \
             after the month's invoice was out"
        );
        findings.add_to_report(Check::StaleReport, Level::Note, Some(last_closed), message);
    }
}

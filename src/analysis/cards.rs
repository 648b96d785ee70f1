//! The figures of each currency that matter most, for a reader of one screen.
//!
//! Invariant: what is unknown is counted, and never part of an amount as if it were 0.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::ledger::Ledger;
use crate::model::currency::Currency;
use crate::model::money;
use crate::model::month::Month;

use super::AnalysisError;
use super::expiring::Expiring;
use super::filter::Filter;
use super::summary::Summary;

/// An amount, and how many credits are not in it because theirs is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figure {
    /// What is known; empty if nothing is.
    pub amount: Option<Decimal>,
    /// Credits whose amount is unknown.
    pub unknown: usize,
}

/// The figures of a currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// The currency.
    pub currency: Currency,
    /// Credit given in the month that the report is about; empty where no credit has a row then.
    pub given: Option<Figure>,
    /// The same less that of the month before; empty if either is not wholly known.
    pub change: Option<Decimal>,
    /// What is left at the end of that month; empty where no credit has a row then.
    pub balance: Option<Decimal>,
    /// What credits that end soon will leave unused.
    pub unused: Figure,
    /// What was lost in the year of that month, until its end.
    pub forfeited: Decimal,
}

/// The cards of all currencies shown, in order; `month` is the one that the report is about.
pub fn cards(
    ledger: &Ledger,
    filter: &Filter,
    months: &[Summary<'_>],
    ending: &[&Expiring<'_>],
    month: Month,
) -> Result<Vec<Card>, AnalysisError> {
    let openings = openings(ledger, filter)?;
    let currencies: BTreeSet<Currency> = months.iter().map(|summary| summary.group.currency).collect();
    let card = |currency: Currency| -> Result<Card, AnalysisError> {
        let of = |month| {
            let is_of =
                |summary: &&Summary<'_>| summary.group.month == Some(month) && summary.group.currency == currency;
            months.iter().find(is_of)
        };
        let given = |month| {
            let unknown = openings.get(&(currency, month)).copied().unwrap_or_default();
            of(month).map(|summary| Figure { amount: summary.given, unknown })
        };
        // An amount of several months tells no month's own.
        let is_of_one_month = |month| of(month).is_some_and(|summary| summary.spanning == 0);
        let whole = |month| given(month).filter(|figure| figure.unknown == 0 && is_of_one_month(month))?.amount;
        let change = match (whole(month), whole(month.previous())) {
            (Some(now), Some(before)) => Some(money::subtract(now, before)?),
            _ => None,
        };
        let mut forfeited = Decimal::ZERO;
        for summary in months.iter().filter(|summary| summary.group.currency == currency) {
            if summary.group.month.is_some_and(|other| other.year() == month.year() && other <= month) {
                forfeited = money::add(forfeited, summary.forfeited)?;
            }
        }
        Ok(Card {
            currency,
            given: given(month),
            change,
            balance: of(month).map(|summary| summary.balance_amount),
            unused: unused(ending.iter().copied().filter(|ending| ending.currency == currency))?,
            forfeited,
        })
    };
    currencies.into_iter().map(card).collect()
}

fn unused<'e>(ending: impl Iterator<Item = &'e Expiring<'e>>) -> Result<Figure, AnalysisError> {
    let mut figure = Figure { amount: Some(Decimal::ZERO), unknown: 0 };
    let mut known = 0;
    for credit in ending {
        match (credit.projected_unused, figure.amount) {
            (Some(unused), Some(sum)) => {
                figure.amount = Some(money::add(sum, unused)?);
                known += 1;
            }
            // A credit that runs out first leaves nothing, and one without a last day never ends.
            _ if credit.run_out.is_some() || credit.balance.days_left.is_none() => known += 1,
            _ => figure.unknown += 1,
        }
    }
    Ok(if known == 0 && figure.unknown > 0 { Figure { amount: None, ..figure } } else { figure })
}

/// How many credits have an unknown past, by currency and first month.
fn openings(ledger: &Ledger, filter: &Filter) -> Result<BTreeMap<(Currency, Month), usize>, AnalysisError> {
    let mut openings = BTreeMap::new();
    for credit in ledger.credits().iter().filter(|credit| filter.shows_credit(ledger, credit)) {
        let Some(first) = ledger.timeline(credit).next().transpose()? else { continue };
        if first.opening.is_some() && filter.shows_entry(&first) {
            *openings.entry((ledger.identity(credit).currency, first.month)).or_default() += 1;
        }
    }
    Ok(openings)
}

//! Which credit of a customer the invoice lines of a month belong to, by currency.
//!
//! Azure is priced in one currency and billed in another. Lines billed in the credit's currency count as billed; lines
//! priced in it count as priced; others cannot be compared. Where a customer was given credit in both currencies of
//! its lines, nothing on the lines tells one credit's from the other's, so neither can be compared.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::model::currency::Currency;
use crate::model::invoice::CreditTotal;

use super::Given;

/// What a row's applied credit is summed from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Basis {
    /// There are no lines, or none that can be compared.
    #[default]
    None,
    /// What was billed.
    Billed,
    /// Prices times quantities, rounded down line by line.
    Priced,
}

/// What the report gives in a currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Share {
    /// It has no row.
    #[default]
    NoRow,
    /// The past of a credit is unknown.
    Unknown,
    Known(Decimal),
}

impl Share {
    pub(super) fn known(self) -> Option<Decimal> {
        if let Self::Known(amount) = self { Some(amount) } else { None }
    }
}

/// A currency's share of a customer's month.
#[derive(Debug, Default)]
pub(super) struct Claim {
    pub(super) given: Share,
    pub(super) totals: Vec<usize>,
    pub(super) basis: Basis,
    pub(super) is_clash: bool,
}

/// The credits and the lines of a customer's month.
#[derive(Debug)]
pub(super) struct Claims<'i> {
    pub(super) given: Given,
    held: BTreeSet<Currency>,
    lines: Vec<(usize, &'i CreditTotal)>,
}

/// Where lines belong.
enum Home {
    Billed(Currency),
    Priced(Currency),
    /// To no credit that they could be compared with; they stand in these rows.
    Clash(Vec<Currency>),
}

impl<'i> Claims<'i> {
    pub(super) fn new(given: Given, held: &BTreeSet<Currency>, lines: Vec<(usize, &'i CreditTotal)>) -> Self {
        Self { given, held: held.clone(), lines }
    }

    /// The currencies, billed and of prices, of lines that cannot be compared.
    pub(super) fn clashes(&self) -> BTreeSet<(Currency, Option<Currency>)> {
        let clashing = self.lines.iter().filter(|(_, total)| matches!(self.home(total), Home::Clash(_)));
        clashing.map(|(_, total)| (total.key.currency, total.key.pricing)).collect()
    }

    /// Each currency's share.
    pub(super) fn into_claims(self) -> BTreeMap<Currency, Claim> {
        let mut claims: BTreeMap<Currency, Claim> = BTreeMap::new();
        for (place, total) in &self.lines {
            match self.home(total) {
                Home::Billed(currency) => claims.entry(currency).or_default().take(*place, Basis::Billed),
                Home::Priced(currency) => claims.entry(currency).or_default().take(*place, Basis::Priced),
                Home::Clash(currencies) => {
                    for (at, currency) in currencies.into_iter().enumerate() {
                        let claim = claims.entry(currency).or_default();
                        claim.is_clash = true;
                        // The lines stand behind one row only.
                        claim.totals.extend((at == 0).then_some(*place));
                    }
                }
            }
        }
        for (currency, given) in self.given {
            claims.entry(currency).or_default().given = given.map_or(Share::Unknown, Share::Known);
        }
        for claim in claims.values_mut().filter(|claim| claim.is_clash) {
            claim.basis = Basis::None;
        }
        claims
    }

    fn home(&self, total: &CreditTotal) -> Home {
        let (billed, pricing) = (total.key.currency, total.key.pricing.filter(|_| total.priced.is_some()));
        // Credits that gave something this month, or else all of this month, or else all there ever were.
        let giving = self.given.iter().filter(|(_, given)| given.is_none_or(|given| !given.is_zero()));
        let candidates = [giving.map(|(currency, _)| *currency).collect(), self.given.keys().copied().collect()];
        for candidates in candidates.iter().chain([&self.held]) {
            let candidates: &BTreeSet<Currency> = candidates;
            let other = pricing.filter(|pricing| *pricing != billed && candidates.contains(pricing));
            match (candidates.contains(&billed), other) {
                (true, Some(other)) => return Home::Clash(vec![billed, other]),
                (true, None) => return Home::Billed(billed),
                (false, Some(other)) => return Home::Priced(other),
                (false, None) => {}
            }
        }
        if self.given.is_empty() { Home::Billed(billed) } else { Home::Clash(self.given.keys().copied().collect()) }
    }
}

impl Claim {
    fn take(&mut self, place: usize, basis: Basis) {
        // Lines billed in the credit's currency and lines only priced in it cannot be told apart in one sum of one
        // basis; an invoice has one currency, so the two do not meet in a month.
        self.is_clash |= self.basis != Basis::None && self.basis != basis;
        self.basis = basis;
        self.totals.push(place);
    }
}

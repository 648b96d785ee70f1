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
    /// Whether some of its lines may be another credit's.
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
    Credit(Currency),
    /// To no credit that they could be compared with; they stand in these rows.
    Clash(Vec<Currency>),
}

impl<'i> Claims<'i> {
    pub(super) fn new(given: Given, held: &BTreeSet<Currency>, lines: Vec<(usize, &'i CreditTotal)>) -> Self {
        Self { given, held: held.clone(), lines }
    }

    /// The lines that cannot be compared, by the currencies that are billed and that prices are in.
    pub(super) fn clashes(&self) -> BTreeMap<(Currency, Option<Currency>), Vec<&'i CreditTotal>> {
        let mut clashes: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (_, total) in self.lines.iter().filter(|(_, total)| matches!(self.home(total), Home::Clash(_))) {
            clashes.entry((total.key.currency, total.key.pricing)).or_default().push(*total);
        }
        clashes
    }

    /// Each currency's share.
    pub(super) fn into_claims(self) -> BTreeMap<Currency, Claim> {
        let mut claims: BTreeMap<Currency, Claim> = BTreeMap::new();
        for (place, total) in &self.lines {
            match self.home(total) {
                Home::Credit(currency) => claims.entry(currency).or_default().totals.push(*place),
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
                (true, None) => return Home::Credit(billed),
                (false, Some(other)) => return Home::Credit(other),
                (false, None) => {}
            }
        }
        if self.given.is_empty() { Home::Credit(billed) } else { Home::Clash(self.given.keys().copied().collect()) }
    }
}

//! Which credit of a customer the invoice lines of a month belong to, by currency.
//!
//! Azure is priced in one currency and billed in another. Lines billed in the credit's currency count as billed; lines
//! priced in it count as priced. Where a customer was given credit in both currencies of its lines, nothing on the
//! lines tells one credit's from the other's, so neither can be compared. Lines in none of the credits' currencies are
//! a row of their own.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{CreditTotal, Currency, Month};

use super::stretch::{CustomerCredit, Stretch};

/// Where lines belong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Home {
    /// To the credit in a currency.
    Credit(Currency),
    /// To one of two credits, and nothing tells which.
    Either([Currency; 2]),
    /// To no credit, or to one in a currency that they do not tell.
    Stray,
}

/// Tells where lines of a month belong.
pub(super) struct Homes<'h> {
    /// Credits that gave something in the month, or else all of the month, or else all there ever were.
    candidates: [BTreeSet<Currency>; 3],
    pub(super) in_month: BTreeMap<Currency, &'h Stretch>,
}

impl<'h> Homes<'h> {
    pub(super) fn new(holding: &'h CustomerCredit, month: Month) -> Self {
        let in_month = holding.in_month(month);
        let giving = in_month.iter().filter(|(_, stretch)| stretch.gives()).map(|(currency, _)| *currency).collect();
        Self { candidates: [giving, in_month.keys().copied().collect(), holding.currencies.clone()], in_month }
    }

    pub(super) fn home(&self, total: &CreditTotal) -> Home {
        let (billed, pricing) = (total.key.currency, total.key.pricing.filter(|_| total.priced.is_some()));
        for candidates in &self.candidates {
            let other = pricing.filter(|pricing| *pricing != billed && candidates.contains(pricing));
            match (candidates.contains(&billed), other) {
                (true, Some(other)) => return Home::Either([billed, other]),
                (true, None) => return Home::Credit(billed),
                (false, Some(other)) => return Home::Credit(other),
                (false, None) => {}
            }
        }
        Home::Stray
    }
}

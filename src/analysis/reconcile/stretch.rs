//! What each customer was given in a currency, over the months that one amount covers.
//!
//! After a gap the difference of CreditAmount belongs to the later month, while the invoices apply it month by month;
//! and nothing on an invoice line tells one credit of a customer from another in the same currency. So amounts whose
//! months overlap are one. Invariant: the stretches of a customer and currency share no month.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::AnalysisError;
use crate::analysis::filter::Filter;
use crate::ledger::{Credit, Ledger};
use crate::model::{Currency, Id, Month, Overflow, Sum, parallel};

/// Credit given over some months.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) from: Month,
    /// The month of the report's row.
    pub(super) to: Month,
    /// Empty if the past of a credit is unknown.
    pub(super) given: Option<Sum>,
    /// The months whose reports would tell what is unknown.
    pub(super) missing_reports: BTreeSet<Month>,
}

impl Stretch {
    pub(super) fn contains(&self, month: Month) -> bool {
        (self.from..=self.to).contains(&month)
    }

    /// Whether lines of an invoice may be its: something was given, or nobody knows.
    pub(super) fn gives(&self) -> bool {
        self.given.is_none_or(|given| !given.is_zero())
    }

    /// Takes in another one, the months of which it shares or goes on from.
    fn join(&mut self, other: &Self) -> Result<(), Overflow> {
        self.from = other.from.min(self.from);
        self.given = match (self.given, other.given) {
            (Some(mut given), Some(other)) => given.merge(other).map(|()| Some(given))?,
            _ => None,
        };
        self.missing_reports.extend(&other.missing_reports);
        Ok(())
    }

    /// All its months.
    pub(super) fn months(&self) -> impl Iterator<Item = Month> {
        self.from.through(self.to)
    }
}

/// What the report says of a customer.
#[derive(Clone, Debug, Default)]
pub(super) struct CustomerCredit {
    /// The currencies of all its credits, whatever the month.
    pub(super) currencies: BTreeSet<Currency>,
    /// By currency, those that reach into an invoiced month, in order.
    pub(super) stretches: BTreeMap<Currency, Vec<Stretch>>,
}

impl CustomerCredit {
    /// The stretches that contain a month, by currency.
    pub(super) fn in_month(&self, month: Month) -> BTreeMap<Currency, &Stretch> {
        let all = self.stretches.iter().flat_map(|(currency, own)| own.iter().map(move |stretch| (*currency, stretch)));
        all.filter(|(_, stretch)| stretch.contains(month)).collect()
    }
}

/// What each customer that a filter shows was given, as far as it touches the months that are invoiced.
pub(super) fn holdings<'l>(
    ledger: &'l Ledger,
    filter: &Filter,
    invoiced: &BTreeSet<Month>,
    threads: usize,
) -> Result<BTreeMap<&'l Id, CustomerCredit>, AnalysisError> {
    let parts = parallel::each(ledger.stretches(threads), |places| {
        of_credits(ledger, filter, invoiced, &ledger.credits()[places])
    });
    let mut holdings = BTreeMap::new();
    for part in parts {
        holdings.extend(part?);
    }
    Ok(holdings)
}

fn of_credits<'l>(
    ledger: &'l Ledger,
    filter: &Filter,
    invoiced: &BTreeSet<Month>,
    credits: &[Credit],
) -> Result<Vec<(&'l Id, CustomerCredit)>, AnalysisError> {
    let mut holdings = Vec::new();
    for credits in credits.chunk_by(|a, b| ledger.customer(a) == ledger.customer(b)) {
        let mut amounts: BTreeMap<(Currency, Month), Stretch> = BTreeMap::new();
        let mut holding = CustomerCredit::default();
        for credit in credits {
            let identity = ledger.identity(credit);
            holding.currencies.insert(identity.currency);
            if filter.shows_identity(identity) {
                add_months(ledger, credit, identity.currency, invoiced, &mut amounts)?;
            }
        }
        // The latest first: what an amount covers lies before its month.
        for ((currency, month), stretch) in amounts.into_iter().rev() {
            let stretches = holding.stretches.entry(currency).or_default();
            match stretches.last_mut() {
                Some(later) if later.from <= month => later.join(&stretch)?,
                _ => stretches.push(stretch),
            }
        }
        holding.stretches.values_mut().for_each(|stretches| stretches.reverse());
        let customer = credits.first().map(|credit| &ledger.identity(credit).customer);
        holdings.extend(customer.map(|customer| (customer, holding)));
    }
    Ok(holdings)
}

/// Adds what a credit gave.
fn add_months(
    ledger: &Ledger,
    credit: &Credit,
    currency: Currency,
    invoiced: &BTreeSet<Month>,
    amounts: &mut BTreeMap<(Currency, Month), Stretch>,
) -> Result<(), Overflow> {
    for flow in ledger.timeline(credit) {
        let flow = flow?;
        let before = flow.span.map_or(0, |span| i64::from(span) - 1);
        let from = flow.month.later(-before).unwrap_or(flow.month);
        if invoiced.range(from..=flow.month).next().is_none() {
            continue;
        }
        // Where the past is unknown, the report of the month before the row tells how much of its amount is older.
        let missing_reports = flow.given.is_none().then(|| flow.month.previous()).into_iter().collect();
        let stretch = Stretch { from, to: flow.month, given: flow.given.map(Sum::from), missing_reports };
        match amounts.entry((currency, flow.month)) {
            Entry::Occupied(known) => known.into_mut().join(&stretch)?,
            Entry::Vacant(free) => {
                free.insert(stretch);
            }
        }
    }
    Ok(())
}

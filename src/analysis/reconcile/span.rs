//! What each customer was given in a currency, over the months that one amount covers.
//!
//! After a gap the difference of CreditAmount belongs to the later month, while the invoices apply it month by month;
//! and nothing on an invoice line tells one credit of a customer from another in the same currency. So amounts whose
//! months overlap are one. Invariant: the spans of a customer and currency share no month.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use rust_decimal::Decimal;

use crate::analysis::filter::Filter;
use crate::ledger::{Credit, Ledger};
use crate::model::{Currency, Id, Month, Overflow, Period, Sum, parallel};

/// A customer and its partner; no partner where the credits and lines of several are compared together.
pub(super) type Owner<'a> = (&'a Id, Option<&'a Id>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MonthSpan {
    pub(super) from: Month,
    /// The month of the report's row.
    pub(super) to: Month,
    /// What is known to be given; empty if nothing is.
    pub(super) given: Option<Sum>,
    /// The least and the most that credits of unknown past gave besides: of an opening, nothing up to all.
    pub(super) unknown: (Sum, Sum),
    /// The months whose reports would tell what is unknown.
    pub(super) missing_reports: BTreeSet<Month>,
    /// Where its own month is open or not shown: what was given by the last that is neither.
    pub(super) early: Option<Box<Self>>,
}

impl MonthSpan {
    /// Whether lines of an invoice may be its: something was given, or nobody knows.
    pub(super) fn gives(&self) -> bool {
        !self.missing_reports.is_empty() || self.given.is_none_or(|given| !given.is_zero())
    }

    /// Takes in another one, the months of which it shares or goes on from.
    fn join(&mut self, other: Self) -> Result<(), Overflow> {
        self.from = other.from.min(self.from);
        if let Some(given) = other.given {
            self.given.get_or_insert(given.zero()).add(given)?;
        }
        self.unknown.0.add(other.unknown.0)?;
        self.unknown.1.add(other.unknown.1)?;
        self.missing_reports.extend(other.missing_reports);
        Ok(())
    }

    pub(super) fn months(&self) -> impl Iterator<Item = Month> {
        self.from.through(self.to)
    }

    /// What the parts that it is joined of gave by a month amid it. Of one that goes on later that is nothing up to all.
    fn by(&self, month: Month, parts: &[Self]) -> Result<Self, Overflow> {
        let (zero, missing_reports) = (Sum::default(), self.missing_reports.clone());
        let mut early =
            Self { from: self.from, to: month, given: None, unknown: (zero, zero), missing_reports, early: None };
        let is_own = |part: &&Self| self.from <= part.from && part.from <= month && part.to <= self.to;
        for part in parts.iter().filter(is_own) {
            let mut part = part.clone();
            if let Some(given) = part.given.filter(|_| part.to > month) {
                part.given = None;
                part.unknown.0.add(given)?;
                part.unknown.1.add(given)?;
            }
            let (least, most) = (part.unknown.0.value()?, part.unknown.1.value()?);
            part.unknown = (least.min(Decimal::ZERO).into(), most.max(Decimal::ZERO).into());
            early.join(part)?;
        }
        Ok(early)
    }
}

/// What the report says of a customer and partner.
#[derive(Clone, Debug, Default)]
pub(super) struct CustomerCredit {
    /// The currencies of all its credits, whatever the month.
    pub(super) currencies: BTreeSet<Currency>,
    /// By currency, those that reach into an invoiced month, in order.
    pub(super) spans: BTreeMap<Currency, Vec<MonthSpan>>,
}

impl CustomerCredit {
    /// The spans that contain a month, by currency.
    pub(super) fn in_month(&self, month: Month) -> BTreeMap<Currency, &MonthSpan> {
        let all = self.spans.iter().flat_map(|(currency, own)| own.iter().map(move |span| (*currency, span)));
        all.filter(|(_, span)| (span.from..=span.to).contains(&month)).collect()
    }

    /// Joins the amounts of a currency that share months, and keeps those that reach into an invoiced month.
    fn join(&mut self, invoiced: &BTreeSet<Month>, filter: &Filter) -> Result<(), Overflow> {
        let counts = |month: &Month| filter.shows_month(*month) && filter.period(*month) == Period::Closed;
        for spans in self.spans.values_mut() {
            // The latest first: what an amount covers lies before its month.
            spans.sort_unstable_by_key(|span| std::cmp::Reverse(span.to));
            let mut joined: Vec<MonthSpan> = Vec::new();
            for span in &*spans {
                match joined.last_mut() {
                    Some(later) if later.from <= span.to => later.join(span.clone())?,
                    _ => joined.push(span.clone()),
                }
            }
            joined.retain(|span| invoiced.range(span.from..=span.to).next().is_some());
            joined.reverse();
            for whole in joined.iter_mut().filter(|whole| whole.from < whole.to && !counts(&whole.to)) {
                let last = whole.months().filter(counts).last();
                whole.early = last.map(|month| whole.by(month, spans)).transpose()?.map(Box::new);
            }
            *spans = joined;
        }
        Ok(())
    }
}

/// What each customer that a filter shows was given by each partner, as far as it touches the months that are invoiced.
/// `together` are the customers whose partners are not told apart.
pub(super) fn credits<'l>(
    ledger: &'l Ledger,
    filter: &Filter,
    invoiced: &BTreeSet<Month>,
    together: &HashSet<&Id>,
    threads: usize,
) -> Result<BTreeMap<Owner<'l>, CustomerCredit>, Overflow> {
    let parts = parallel::each(ledger.stretches(threads), |stretch| {
        let mut customers: BTreeMap<Owner<'l>, CustomerCredit> = BTreeMap::new();
        for credits in ledger.credits()[stretch].chunk_by(|a, b| ledger.customer(a) == ledger.customer(b)) {
            let partner = |credit| &*ledger.identity(credit).partner;
            let has_several = credits.windows(2).any(|pair| partner(&pair[0]) != partner(&pair[1]));
            for credit in credits.iter().filter(|credit| filter.shows_credit(ledger, credit)) {
                let identity = ledger.identity(credit);
                let is_apart = !has_several || !together.contains(&identity.customer);
                let owner = (&identity.customer, is_apart.then_some(&*identity.partner));
                let of_customer = customers.entry(owner).or_default();
                of_customer.currencies.insert(identity.currency);
                add_months(ledger, credit, of_customer.spans.entry(identity.currency).or_default())?;
            }
        }
        customers.values_mut().try_for_each(|of_customer| of_customer.join(invoiced, filter))?;
        Ok::<_, Overflow>(customers)
    });
    let mut credits = BTreeMap::new();
    for part in parts {
        credits.extend(part?);
    }
    Ok(credits)
}

/// Adds what a credit gave.
fn add_months(ledger: &Ledger, credit: &Credit, spans: &mut Vec<MonthSpan>) -> Result<(), Overflow> {
    for flow in ledger.timeline(credit) {
        let flow = flow?;
        let before = flow.span.map_or(0, |span| i64::from(span) - 1);
        let from = flow.month.later(-before).unwrap_or(flow.month);
        let opening = flow.opening.unwrap_or_default();
        let (least, most) = (opening.min(Decimal::ZERO), opening.max(Decimal::ZERO));
        spans.push(MonthSpan {
            from,
            to: flow.month,
            given: flow.given.map(Sum::from),
            unknown: (least.into(), most.into()),
            // The report of the month before the row tells how much of its amount is older.
            missing_reports: flow.given.is_none().then(|| flow.month.previous()).into_iter().collect(),
            early: None,
        });
    }
    Ok(())
}

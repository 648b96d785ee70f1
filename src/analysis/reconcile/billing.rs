//! The month that each invoice bills.
//!
//! Corrections arrive on a later invoice with the older charge dates, and the balance report shows them in the later
//! month. So all lines of an invoice count in one month: the latest in which one of its credit lines starts.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{CreditKey, CreditTotal, InvoicePart, Invoices, Month};

use super::downloads::InvoiceFiles;

/// A month that is not to be found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthOf {
    /// The InvoiceNumber; all invoices if none.
    pub invoice: Option<String>,
    pub month: Month,
}

/// The month of each invoice, and the files that count for it.
#[derive(Debug, Default)]
pub struct Billing {
    months: BTreeMap<Box<str>, Month>,
    /// Months of usage that no invoice number binds together.
    unnumbered: BTreeSet<Month>,
    /// The month of all invoices, if it was said.
    for_all: Option<Month>,
    /// The files that count.
    pub downloads: InvoiceFiles,
    /// Invoices whose month nothing tells: they have no credit lines and no usage.
    pub undated: Vec<Box<str>>,
    /// Invoices whose month was said, and which are in no file.
    pub unknown: Vec<String>,
}

impl Billing {
    /// Finds out the month of each invoice and which files count.
    #[must_use]
    pub fn new(invoices: &Invoices, wanted: &[MonthOf]) -> Self {
        let mut billing = Self { downloads: InvoiceFiles::new(invoices), ..Self::default() };
        billing.date(invoices, wanted);
        billing
    }

    /// All months that are billed.
    pub fn months(&self) -> impl Iterator<Item = Month> {
        let own = self.unnumbered.iter().map(|month| self.for_all.unwrap_or(*month));
        self.months.values().copied().chain(own).chain(self.for_all)
    }

    /// The month in which lines count; none if they do not.
    #[must_use]
    pub fn month(&self, key: &CreditKey) -> Option<Month> {
        if self.downloads.leaves_out(&key.invoice) {
            return None;
        }
        if key.invoice.number.is_empty() {
            return Some(self.for_all.unwrap_or(key.charged));
        }
        self.months.get(&*key.invoice.number).copied()
    }

    /// Finds out the month of each invoice: as wanted, or by its credit lines, or by its usage if it has none.
    fn date(&mut self, invoices: &Invoices, wanted: &[MonthOf]) {
        let for_all = wanted.iter().rev().find(|wanted| wanted.invoice.is_none()).map(|wanted| wanted.month);
        self.for_all = for_all;
        let mut dates: BTreeMap<&str, Dates> = BTreeMap::new();
        for InvoicePart { invoice, usage, .. } in &invoices.parts {
            let dates = dates.entry(&invoice.number).or_default();
            dates.usage = dates.usage.max(*usage);
            self.unnumbered.extend(usage.filter(|_| invoice.number.is_empty()));
        }
        for CreditTotal { key, .. } in invoices.totals.iter().filter(|total| total.key.is_aco) {
            let dates = dates.entry(&key.invoice.number).or_default();
            dates.credit = dates.credit.max(Some(key.charged));
            self.unnumbered.extend(Some(key.charged).filter(|_| key.invoice.number.is_empty()));
        }
        dates.remove("");
        for (number, dates) in dates {
            let own = wanted.iter().rev().find(|wanted| wanted.invoice.as_deref() == Some(number));
            match own.map(|own| own.month).or(for_all).or(dates.credit).or(dates.usage) {
                Some(month) => {
                    self.months.insert(number.into(), month);
                }
                None => self.undated.push(number.into()),
            }
        }
        let known = |number: &str| invoices.parts.iter().any(|part| &*part.invoice.number == number);
        self.unknown =
            wanted.iter().filter_map(|wanted| wanted.invoice.clone()).filter(|number| !known(number)).collect();
    }
}

/// The latest months in which an invoice's lines start.
#[derive(Debug, Default)]
struct Dates {
    credit: Option<Month>,
    usage: Option<Month>,
}

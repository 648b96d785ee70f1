//! The month that each invoice bills, and which files tell of it.
//!
//! Corrections arrive on a later invoice with the older charge dates, and the balance report shows them in the later
//! month. So all lines of an invoice count in one month: the latest in which one of its credit lines starts.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::model::currency::Currency;
use crate::model::id::Id;
use crate::model::invoice::{CreditKey, CreditTotal, FileKind, InvoiceKey, Invoices, Usage};
use crate::model::month::Month;

/// A month that is not to be found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthOf {
    /// The InvoiceNumber; all invoices if none.
    pub invoice: Option<String>,
    /// Its month.
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
    left_out: BTreeSet<InvoiceKey>,
    /// Invoices that a second file repeats: the repetition, and the one that counts.
    pub repeated: Vec<(InvoiceKey, InvoiceKey)>,
    /// Invoices with other credit lines in other files, which all count: a place in each.
    pub parted: Vec<Vec<InvoiceKey>>,
    /// Usage files of invoices whose reconciliation file is there: it counts, and they do not.
    pub superseded: Vec<InvoiceKey>,
    /// Invoices whose month nothing tells: they have no credit lines and no usage.
    pub undated: Vec<Box<str>>,
    /// Invoices whose month was said, and which are in no file.
    pub unknown: Vec<String>,
}

impl Billing {
    /// Finds out the month of each invoice and which files count.
    #[must_use]
    pub fn of(invoices: &Invoices, wanted: &[MonthOf]) -> Self {
        let mut billing = Self::default();
        billing.leave_out(invoices);
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
        if self.leaves_out(key) {
            return None;
        }
        if key.invoice.number.is_empty() {
            return Some(self.for_all.unwrap_or(key.charged));
        }
        self.months.get(&*key.invoice.number).copied()
    }

    /// Whether another file tells of these lines already.
    #[must_use]
    pub fn leaves_out(&self, key: &CreditKey) -> bool {
        self.left_out.contains(&key.invoice)
    }

    /// Leaves out what a better or an earlier file says already.
    fn leave_out(&mut self, invoices: &Invoices) {
        let mut by_number: BTreeMap<&str, Vec<&InvoiceKey>> = BTreeMap::new();
        for key in invoices.usage.iter().map(|usage| &usage.invoice).filter(|key| !key.number.is_empty()) {
            by_number.entry(&key.number).or_default().push(key);
        }
        by_number.retain(|_, keys| keys.len() > 1);
        let mut contents: BTreeMap<&InvoiceKey, Vec<Content<'_>>> = BTreeMap::new();
        contents.extend(by_number.values().flatten().map(|key| (*key, Vec::new())));
        for total in &invoices.totals {
            if let Some(contents) = contents.get_mut(&total.key.invoice) {
                contents.push(content(total));
            }
        }
        let kind = |key: &InvoiceKey| invoices.files[key.file as usize].kind;
        for keys in by_number.into_values() {
            let (invoiced, usage): (Vec<_>, Vec<_>) =
                keys.into_iter().partition(|key| kind(key) == FileKind::Reconciliation);
            if !invoiced.is_empty() {
                self.superseded.extend(usage.iter().map(|key| (*key).clone()));
                self.left_out.extend(usage.iter().map(|key| (*key).clone()));
            }
            let counting = if invoiced.is_empty() { usage } else { invoiced };
            let mut parts: Vec<&InvoiceKey> = Vec::new();
            for key in counting.into_iter().filter(|key| !contents[*key].is_empty()) {
                if let Some(first) = parts.iter().find(|first| contents[**first] == contents[key]) {
                    self.repeated.push((key.clone(), (*first).clone()));
                    self.left_out.insert(key.clone());
                } else {
                    parts.push(key);
                }
            }
            if parts.len() > 1 {
                self.parted.push(parts.into_iter().cloned().collect());
            }
        }
    }

    /// Finds out the month of each invoice: as wanted, or by its credit lines, or by its usage if it has none.
    fn date(&mut self, invoices: &Invoices, wanted: &[MonthOf]) {
        let for_all = wanted.iter().rev().find(|wanted| wanted.invoice.is_none()).map(|wanted| wanted.month);
        self.for_all = for_all;
        let mut dates: BTreeMap<&str, Dates> = BTreeMap::new();
        for Usage { invoice, month } in &invoices.usage {
            let dates = dates.entry(&invoice.number).or_default();
            dates.usage = dates.usage.max(*month);
            self.unnumbered.extend(month.filter(|_| invoice.number.is_empty()));
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
        let known = |number: &str| invoices.usage.iter().any(|usage| &*usage.invoice.number == number);
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

/// All that a total says, but for the file that says it.
type Content<'a> = (&'a Id, Currency, Option<Currency>, Month, &'a str, u64, u64, Decimal, Option<Decimal>);

fn content(total: &CreditTotal) -> Content<'_> {
    let CreditKey { customer, currency, pricing, charged, reason, .. } = &total.key;
    (customer, *currency, *pricing, *charged, reason, total.lines, total.digest, total.billed, total.priced)
}

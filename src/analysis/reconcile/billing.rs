//! The month that each invoice bills, and which files count for it.
//!
//! Corrections arrive on a later invoice with the older charge dates, and the balance report shows them in the later
//! month. So all lines of an invoice count in one month: the latest in which one of its credit lines starts.
//!
//! An invoice does not change once it is issued, but it is downloaded again, in parts, or as daily usage too. Its credit
//! lines tell which of these a file is. Usage without an InvoiceNumber is not billed yet: an invoice of its month takes
//! its place, and so does usage that was downloaded later. Invariant: no credit line counts twice, and none is left out
//! that no counting file has.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{CreditKey, InvoiceFileKind, InvoiceKey, InvoicePart, Invoices, Month};

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
    /// Months of lines that no invoice number binds together.
    unnumbered: BTreeSet<Month>,
    /// By month of usage that is not billed yet, the files that have it, and whether they count.
    pub unbilled: BTreeMap<Month, BTreeMap<u32, bool>>,
    /// The month of all invoices, if it was said.
    for_all: Option<Month>,
    pub downloads: InvoiceFiles,
    /// Invoices whose month nothing tells: they have no credit lines and no usage.
    pub undated: Vec<Box<str>>,
    /// Invoices whose month was said, and which are in no file.
    pub unknown: Vec<String>,
    /// The last month that counts, if a day is looked back to, and the months after it that are left out.
    last: Option<Month>,
    pub later: BTreeSet<Month>,
}

impl Billing {
    /// Finds out the month of each invoice and which files count. It may have been said that those of one invoice are
    /// parts of it.
    pub fn new(invoices: &Invoices, wanted: &[MonthOf], are_parts: bool) -> Self {
        let mut billing = Self { downloads: InvoiceFiles::new(invoices, are_parts), ..Self::default() };
        billing.date(invoices, wanted);
        billing.find_unbilled(invoices);
        billing
    }

    pub fn months(&self) -> impl Iterator<Item = Month> {
        let own = self.unnumbered.iter().map(|month| self.for_all.unwrap_or(*month));
        self.months.values().copied().chain(own).chain(self.for_all).filter(|month| self.counts(*month))
    }

    fn counts(&self, month: Month) -> bool {
        self.last.is_none_or(|last| month <= last)
    }

    /// Leaves out the invoices of months after the one that is looked back to, as rows of the report are.
    pub fn leave_out_after(&mut self, last: Month, invoices: &Invoices) {
        self.later = self.months().filter(|month| *month > last).collect();
        self.last = Some(last);
        self.unbilled.retain(|month, _| self.for_all.unwrap_or(*month) <= last);
        let keys = invoices.parts.iter().map(|part| &part.invoice);
        let keys = keys.filter(|key| self.month_of(&key.number).is_some_and(|month| month > last));
        let keys: Vec<InvoiceKey> = keys.cloned().collect();
        self.downloads.left_out.extend(keys);
    }

    /// The month in which lines count; none if they do not.
    pub fn month(&self, key: &CreditKey) -> Option<Month> {
        if self.downloads.left_out.contains(&key.invoice) {
            return None;
        }
        if key.invoice.number.is_empty() {
            let counts = self.unbilled.get(&key.charged).and_then(|files| files.get(&key.invoice.file).copied());
            let month = self.for_all.unwrap_or(key.charged);
            return (counts.unwrap_or(true) && self.counts(month)).then_some(month);
        }
        self.months.get(&*key.invoice.number).copied()
    }

    /// Whether an invoice of a month takes the place of usage that was not billed when it was downloaded.
    pub fn is_billed(&self, month: Month) -> bool {
        let month = self.for_all.unwrap_or(month);
        self.months.values().any(|billed| *billed == month)
    }

    /// Whether usage that is not billed yet is all there is of a month.
    pub fn is_unbilled(&self, month: Month) -> bool {
        let mut own = self.unbilled.keys().map(|charged| self.for_all.unwrap_or(*charged));
        own.any(|own| own == month) && !self.is_billed(month)
    }

    /// The month of an invoice, if one is known.
    pub fn month_of(&self, number: &str) -> Option<Month> {
        self.months.get(number).copied().or(self.for_all)
    }

    /// Finds the files that have usage which is not billed yet. Of a month those count whose usage goes on the longest,
    /// with the pages that go on in them, and of these no two that share lines.
    fn find_unbilled(&mut self, invoices: &Invoices) {
        let is_usage =
            |file: u32| invoices.files.get(file as usize).is_some_and(|file| file.kind == InvoiceFileKind::DailyUsage);
        let unbilled = |key: &InvoiceKey| key.number.is_empty() && is_usage(key.file);
        let mut parts: Vec<&InvoicePart> = invoices.parts.iter().filter(|part| unbilled(&part.invoice)).collect();
        parts.sort_by_key(|part| std::cmp::Reverse((part.usage, part.digests.len())));
        let last = parts.iter().filter_map(|part| Some((Month::of(part.usage?), part.invoice.file)));
        let credits = invoices.totals.iter().map(|total| &total.key).filter(|key| unbilled(&key.invoice));
        for (month, file) in credits.map(|key| (key.charged, key.invoice.file)).chain(last) {
            self.unbilled.entry(month).or_default().insert(file, false);
        }
        let billed: Vec<Month> = self.unbilled.keys().copied().filter(|month| self.is_billed(*month)).collect();
        for (_, files) in self.unbilled.iter_mut().filter(|(month, _)| !billed.contains(month)) {
            let mut counting: Vec<&InvoicePart> = Vec::new();
            for part in parts.iter().filter(|part| files.contains_key(&part.invoice.file)) {
                let pages = |part: &InvoicePart| &invoices.files[part.invoice.file as usize].pages;
                let adds = |other: &&InvoicePart| {
                    // Of one snapshot each page names another next one, and the last names none.
                    let [own, others] = [part, *other].map(pages);
                    let are_pages = !own.is_empty() && !others.is_empty();
                    let is_one_snapshot = are_pages && own.iter().all(|next| !others.contains(next));
                    (other.usage == part.usage || is_one_snapshot) && shared(&other.digests, &part.digests) == 0
                };
                if counting.iter().all(adds) {
                    counting.push(part);
                }
            }
            files.extend(counting.iter().map(|part| (part.invoice.file, true)));
        }
    }

    /// Finds out the month of each invoice: as wanted, or by its credit lines, or by its usage if it has none.
    fn date(&mut self, invoices: &Invoices, wanted: &[MonthOf]) {
        let for_all = wanted.iter().rev().find(|wanted| wanted.invoice.is_none()).map(|wanted| wanted.month);
        self.for_all = for_all;
        let usage = |part: &InvoicePart| part.usage.map(|day| (false, Month::of(day)));
        let usage = invoices.parts.iter().map(|part| (&part.invoice.number, usage(part)));
        let aco = invoices.totals.iter().map(|total| &total.key).filter(|key| key.is_aco);
        let credits = aco.map(|key| (&key.invoice.number, Some((true, key.charged))));
        // The latest month in which a credit line starts, or else usage.
        let mut dates: BTreeMap<&str, Option<(bool, Month)>> = BTreeMap::new();
        for (number, date) in usage.chain(credits) {
            let latest = dates.entry(number).or_default();
            *latest = date.max(*latest);
            self.unnumbered.extend(date.filter(|_| number.is_empty()).map(|(_, month)| month));
        }
        dates.remove("");
        for (number, latest) in dates {
            let own = wanted.iter().rev().find(|wanted| wanted.invoice.as_deref() == Some(number));
            match own.map(|own| own.month).or(for_all).or(latest.map(|(_, month)| month)) {
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

/// The files that count, by invoice.
#[derive(Debug, Default)]
pub struct InvoiceFiles {
    /// Those of which other files tell the same.
    pub(super) left_out: BTreeSet<InvoiceKey>,
    /// Files whose credit lines another file has too: the older one, and the one that counts.
    pub replaced: Vec<(InvoiceKey, InvoiceKey)>,
    /// Files with the same credit lines as another: the repetition, and the one that counts.
    pub repeated: Vec<(InvoiceKey, InvoiceKey)>,
    /// Invoices whose files share no credit line, and which all count: a place in each.
    pub parted: Vec<Vec<InvoiceKey>>,
    /// Usage files of invoices whose reconciliation file is there: it counts, and they do not.
    pub superseded: Vec<InvoiceKey>,
    /// Files that share some credit lines, while each has others of its own: nothing tells which counts.
    pub torn: Vec<(InvoiceKey, InvoiceKey)>,
}

impl InvoiceFiles {
    pub fn new(invoices: &Invoices, are_parts: bool) -> Self {
        let mut downloads = Self::default();
        let mut by_number: BTreeMap<&str, Vec<&InvoicePart>> = BTreeMap::new();
        for part in invoices.parts.iter().filter(|part| !part.invoice.number.is_empty()) {
            by_number.entry(&part.invoice.number).or_default().push(part);
        }
        for parts in by_number.into_values().filter(|parts| parts.len() > 1) {
            let kind = |part: &&InvoicePart| invoices.files[part.invoice.file as usize].kind;
            let (invoiced, usage): (Vec<_>, Vec<_>) =
                parts.into_iter().partition(|part| kind(part) == InvoiceFileKind::Reconciliation);
            let (counting, superseded) = if invoiced.is_empty() { (usage, invoiced) } else { (invoiced, usage) };
            for part in superseded {
                downloads.superseded.push(part.invoice.clone());
                downloads.left_out.insert(part.invoice.clone());
            }
            downloads.choose(counting, are_parts);
        }
        downloads
    }

    /// Chooses among the files of one invoice. Those without credit lines add nothing and hide nothing. Parts may have
    /// equal lines, but not all of them.
    fn choose(&mut self, mut parts: Vec<&InvoicePart>, are_parts: bool) {
        parts.retain(|part| !part.digests.is_empty());
        // The most lines first, so that what has all lines of another is met before it; of equals, the first file.
        parts.sort_by_key(|part| std::cmp::Reverse(part.digests.len()));
        let mut counting: Vec<&InvoicePart> = Vec::new();
        for part in parts {
            let shared = |other: &&&InvoicePart| shared(&other.digests, &part.digests);
            let is_same = |other: &&&InvoicePart| other.digests.len() == part.digests.len();
            let has_all = |other: &&&InvoicePart| shared(other) == part.digests.len() && (!are_parts || is_same(other));
            if let Some(all) = counting.iter().find(has_all) {
                let pair = (part.invoice.clone(), all.invoice.clone());
                let pairs = if is_same(&all) { &mut self.repeated } else { &mut self.replaced };
                pairs.push(pair);
                self.left_out.insert(part.invoice.clone());
            } else {
                let torn = counting.iter().find(|other| !are_parts && shared(other) > 0);
                self.torn.extend(torn.map(|other| (other.invoice.clone(), part.invoice.clone())));
                counting.push(part);
            }
        }
        if counting.len() > 1 {
            counting.sort_by_key(|part| &part.invoice);
            self.parted.push(counting.into_iter().map(|part| part.invoice.clone()).collect());
        }
    }
}

/// How many lines two files share; a line that stands twice in both counts twice.
fn shared(a: &[u64], b: &[u64]) -> usize {
    let mut b = b.iter().peekable();
    let is_in_both = |line: &&u64| {
        while b.next_if(|other| other < line).is_some() {}
        b.next_if_eq(line).is_some()
    };
    a.iter().filter(is_in_both).count()
}

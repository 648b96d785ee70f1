//! Which files count of an invoice that several of them tell of.
//!
//! An invoice does not change once it is issued, but it is downloaded again, in parts, or as daily usage too. Its credit
//! lines tell which of these a file is. Invariant: no credit line counts twice, and none is left out that no counting
//! file has.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{InvoiceFileKind, InvoiceKey, InvoicePart, Invoices};

/// The files that count, by invoice.
#[derive(Debug, Default)]
pub struct InvoiceFiles {
    left_out: BTreeSet<InvoiceKey>,
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
    /// Finds out which files count.
    #[must_use]
    pub fn new(invoices: &Invoices) -> Self {
        let mut downloads = Self::default();
        let mut by_number: BTreeMap<&str, Vec<&InvoicePart>> = BTreeMap::new();
        for part in invoices.parts.iter().filter(|part| !part.invoice.number.is_empty()) {
            by_number.entry(&part.invoice.number).or_default().push(part);
        }
        for parts in by_number.into_values().filter(|parts| parts.len() > 1) {
            let kind = |part: &&InvoicePart| invoices.files[part.invoice.file as usize].kind;
            let (invoiced, usage): (Vec<_>, Vec<_>) =
                parts.into_iter().partition(|part| kind(part) == InvoiceFileKind::Reconciliation);
            if invoiced.is_empty() {
                downloads.choose(usage);
            } else {
                for part in usage {
                    downloads.superseded.push(part.invoice.clone());
                    downloads.left_out.insert(part.invoice.clone());
                }
                downloads.choose(invoiced);
            }
        }
        downloads
    }

    /// Whether other files tell of an invoice what this one does.
    #[must_use]
    pub fn leaves_out(&self, invoice: &InvoiceKey) -> bool {
        self.left_out.contains(invoice)
    }

    /// Chooses among the files of one invoice. Those without credit lines add nothing and hide nothing.
    fn choose(&mut self, mut parts: Vec<&InvoicePart>) {
        parts.retain(|part| !part.digests.is_empty());
        // The most lines first, so that what has all lines of another is met before it; of equals, the first file.
        parts.sort_by_key(|part| std::cmp::Reverse(part.digests.len()));
        let mut counting: Vec<&InvoicePart> = Vec::new();
        for part in parts {
            let shared = |other: &&&InvoicePart| shared(&other.digests, &part.digests);
            if let Some(all) = counting.iter().find(|other| shared(other) == part.digests.len()) {
                let pair = (part.invoice.clone(), all.invoice.clone());
                let is_same = all.digests.len() == part.digests.len();
                let pairs = if is_same { &mut self.repeated } else { &mut self.replaced };
                pairs.push(pair);
                self.left_out.insert(part.invoice.clone());
            } else {
                let torn = counting.iter().find(|other| shared(other) > 0);
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
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    let mut shared = 0;
    while let (Some(left), Some(right)) = (a.peek(), b.peek()) {
        match left.cmp(right) {
            std::cmp::Ordering::Less => drop(a.next()),
            std::cmp::Ordering::Greater => drop(b.next()),
            std::cmp::Ordering::Equal => {
                shared += 1;
                a.next();
                b.next();
            }
        }
    }
    shared
}

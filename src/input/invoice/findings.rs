//! What breaks the rules of credits, from what all threads read.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::model::currency::Currency;
use crate::model::invoice::{InvoiceFileKind, LineFinding, Rule};

use super::credits::{LineBuilder, RawFinding};
use super::layout::InvoiceLayout;
use super::pairs::{CreditPrint, Odd, Pairs};
use crate::input::scan::blocks::{BlockId, FileRead};

/// What one thread noted.
pub(super) struct RawFindings {
    pairs: Pairs,
    lines: Vec<RawFinding>,
}

impl RawFindings {
    /// Leaves the thread without what it noted.
    pub(super) fn taken(thread: &mut LineBuilder<'_>) -> Self {
        Self { pairs: std::mem::take(&mut thread.pairs), lines: std::mem::take(&mut thread.findings) }
    }
}

/// What breaks a rule, by file and line. `noted` has an item for each thread.
pub(super) fn all(
    noted: Vec<RawFindings>,
    threads: &[LineBuilder<'_>],
    files: &[FileRead<InvoiceLayout>],
) -> Vec<LineFinding> {
    let mut findings = Vec::new();
    let (pairs, lines): (Vec<_>, Vec<_>) = noted.into_iter().map(|noted| (noted.pairs, noted.lines)).unzip();
    Pairs::compare(pairs.into_iter(), |credit, odd| findings.push(odd_credit(credit, odd, threads, files)));
    for (thread, lines) in threads.iter().zip(lines) {
        for raw in lines {
            let place = files[raw.at.file as usize].line(raw.at, raw.line);
            findings.push(finding(thread, raw.at, place, raw.rule, raw.customer_row, raw.context, raw.message));
        }
    }
    findings.extend(rates(threads, files));
    findings.sort();
    findings
}

fn odd_credit(
    credit: CreditPrint,
    odd: Odd,
    threads: &[LineBuilder<'_>],
    files: &[FileRead<InvoiceLayout>],
) -> LineFinding {
    let (rule, message) = match odd {
        Odd::NoCharge => (
            Rule::CreditWithoutCharge,
            "no charge stands beside this credit line: none has its customer, product, dates and BillableQuantity, at the \
             opposite EffectiveUnitPrice",
        ),
        Odd::EarnedToo => (Rule::BothCredits, "the charge that this credit line offsets has a partner earned credit"),
    };
    let place = files[credit.at.file as usize].line(credit.at, credit.line);
    let thread = &threads[credit.thread as usize];
    finding(thread, credit.at, place, rule, credit.customer_row, credit.context, message.to_owned())
}

fn finding(
    thread: &LineBuilder<'_>,
    at: BlockId,
    line: u64,
    rule: Rule,
    customer_row: u32,
    context: u32,
    message: String,
) -> LineFinding {
    let file = thread.files[at.file as usize].as_ref();
    LineFinding {
        file: at.file,
        line,
        rule,
        customer: file.and_then(|file| file.customer_rows[customer_row as usize].customer.as_deref().cloned()),
        invoice: file.map(|file| &*file.contexts[context as usize].invoice).unwrap_or_default().into(),
        message,
    }
}

/// A pair of currencies in an invoice.
type RatePair<'a> = (InvoiceFileKind, &'a str, Currency, Currency);

/// Rates other than the first of their invoice and pair of currencies.
fn rates(threads: &[LineBuilder<'_>], files: &[FileRead<InvoiceLayout>]) -> Vec<LineFinding> {
    let mut seen: BTreeMap<RatePair<'_>, BTreeMap<Decimal, (u32, u64)>> = BTreeMap::new();
    for file in threads.iter().flat_map(|thread| thread.files.iter().flatten()) {
        for context in &file.contexts {
            let (at, first) = context.first;
            let place = (at.file, files[at.file as usize].line(at, first));
            let (Some(billed), Some(pricing), Some(rate)) = (context.currency, context.pricing, context.rate) else {
                continue;
            };
            // Usage that is not invoiced yet may be of several months, each with its own rate.
            if billed != pricing && !context.invoice.is_empty() {
                let pair = (files[at.file as usize].layout.kind, &*context.invoice, pricing, billed);
                let known = seen.entry(pair).or_default().entry(rate).or_insert(place);
                *known = place.min(*known);
            }
        }
    }
    let mut findings = Vec::new();
    for ((_, invoice, pricing, billed), rates) in seen {
        let mut places: Vec<_> = rates.into_iter().map(|(rate, place)| (place, rate)).collect();
        places.sort_unstable();
        let Some((((first_file, first_line), first), others)) = places.split_first() else { continue };
        let first_file = &files[*first_file as usize].name;
        findings.extend(others.iter().map(|((file, line), rate)| LineFinding {
            file: *file,
            line: *line,
            rule: Rule::SeveralRates,
            customer: None,
            invoice: invoice.into(),
            message: format!("{pricing} to {billed} at {rate}, but at {first} in {first_file}:{first_line}"),
        }));
    }
    findings
}

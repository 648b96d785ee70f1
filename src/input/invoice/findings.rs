//! What breaks the rules of credits, from what all threads read.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::model::{Currency, InvoiceFileKind, LineFinding, Place, Rule};

use super::credits::LineBuilder;
use super::kind;
use super::pairs::Pairs;
use crate::input::scan::FileRead;

/// What breaks a rule, by file and line.
pub(super) fn all(
    pairs: Vec<Pairs>,
    mut findings: Vec<LineFinding>,
    threads: &[LineBuilder<'_>],
    files: &[FileRead],
) -> Vec<LineFinding> {
    Pairs::compare(pairs.into_iter(), |credit, (rule, message)| {
        let file = threads[credit.thread as usize].files[credit.place.file as usize].as_ref();
        let lines = [credit.customer_row, credit.context];
        findings.extend(file.map(|file| file.finding(credit.place, rule, lines, message.to_owned())));
    });
    findings.extend(rates(threads, files));
    findings.sort();
    findings
}

/// A pair of currencies in an invoice.
type RatePair<'a> = (InvoiceFileKind, &'a str, Currency, Currency);

/// Rates other than the first of their invoice and pair of currencies.
fn rates(threads: &[LineBuilder<'_>], files: &[FileRead]) -> Vec<LineFinding> {
    let mut seen: BTreeMap<RatePair<'_>, BTreeMap<Decimal, Place>> = BTreeMap::new();
    for file in threads.iter().flat_map(|thread| thread.files.iter().flatten()) {
        for context in &file.contexts {
            let place = context.first;
            let (Some(billed), Some(pricing), Some(rate)) = (context.currency, context.pricing, context.rate) else {
                continue;
            };
            // Usage that is not invoiced yet may be of several months, each with its own rate.
            if billed != pricing && !context.invoice.is_empty() {
                let pair = (kind(&files[place.file as usize].layout), &*context.invoice, pricing, billed);
                let known = seen.entry(pair).or_default().entry(rate).or_insert(place);
                *known = place.min(*known);
            }
        }
    }
    let mut findings = Vec::new();
    for ((_, invoice, pricing, billed), rates) in seen {
        let mut places: Vec<_> = rates.into_iter().map(|(rate, place)| (place, rate)).collect();
        places.sort_unstable();
        let Some(((Place { file, line: first_line }, first), others)) = places.split_first() else { continue };
        let first_file = files[*file as usize].source.name();
        findings.extend(others.iter().map(|(Place { file, line }, rate)| LineFinding {
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

//! Putting the threads' totals of invoice files together, and what breaks the rules of credits.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use rust_decimal::Decimal;

use crate::model::{
    CreditKey, CreditLine, CreditTotal, DateOrder, Id, InvoiceFile, InvoiceFileKind, InvoiceKey, InvoicePart, Invoices,
    LineFinding, Message, Names, Overflow, Place, Rule, parallel,
};

use super::amounts::CreditSum;
use super::credits::LineBuilder;
use super::kind;
use super::pairs::Pairs;
use super::tally::{CreditOptions, FileCredits};
use crate::input::error::{Fault, FileError, Note, Problem, Remark};
use crate::input::kinds::InvoiceColumn;
use crate::input::scan::FileRead;
use crate::input::value::Clue;

#[derive(Debug, Default)]
pub struct InvoiceReading {
    pub invoices: Invoices,
    /// The lines that could not be read, by file and line.
    pub problems: Vec<Problem>,
    /// What was taken for granted.
    pub notes: Vec<Note>,
}

pub(super) fn merge(
    mut threads: Vec<LineBuilder>,
    files: &[FileRead],
    options: &CreditOptions,
    date_order: Option<DateOrder>,
) -> Result<InvoiceReading, Vec<FileError>> {
    let mut problems: Vec<Problem> =
        threads.iter_mut().flat_map(|thread| std::mem::take(&mut thread.rejects)).collect();
    let mut notes = Note::headers(threads.iter().flat_map(|thread| &thread.headers));
    problems.extend(totals_lines(&threads, files.len(), &mut notes));
    problems.sort();
    let pairs = threads.iter_mut().map(|thread| std::mem::take(&mut thread.pairs)).collect();
    let of_lines = threads.iter_mut().flat_map(|thread| std::mem::take(&mut thread.findings)).collect();
    // Each is work for one thread, and they have nothing to do with one another.
    let findings = || all_findings(pairs, of_lines, &threads, files);
    let (findings, totals) = parallel::both(threads.len(), findings, || totals(sums(&threads)));
    if options.lines.is_none() {
        threads.iter_mut().flat_map(|thread| thread.files.values_mut()).for_each(FileCredits::forget_sums);
    }
    let totals = totals.map_err(|(file, Overflow)| {
        let text = "a sum of amounts needs more than 28 digits, so it cannot be computed exactly";
        let fault = Fault::Told(None, Message::error(text));
        vec![FileError { file: files[file as usize].source.name().to_owned(), fault }]
    })?;
    let lines = lines(&mut threads, &totals);
    let invoices = Invoices {
        files: (0..).zip(files).map(|(number, file)| invoice_file(file, number, &threads)).collect(),
        totals,
        parts: parts(&mut threads),
        names: names(&threads),
        findings,
        lines,
        left_out: Problem::by_row(&problems).count(),
    };
    let of_files = (0..).zip(files).flat_map(|(file, read)| {
        let evidence = &read.layout.evidence;
        let is_told = [Clue::MonthFirst, Clue::DayFirst].into_iter().any(|clue| evidence.seen().contains(clue));
        let ambiguous = evidence.first(Clue::AmbiguousOrder).filter(|_| !is_told && date_order.is_none());
        let assumed = ambiguous.map(|seen| Note::assumed_month_first(file, &seen));
        let apostrophe = evidence.first(Clue::Apostrophe).map(|seen| Note::apostrophe(file, &seen));
        apostrophe.into_iter().chain(assumed)
    });
    notes.extend(of_files);
    Ok(InvoiceReading { invoices, problems, notes })
}

/// The sums of all threads, each with what its lines share.
fn sums(threads: &[LineBuilder]) -> Vec<(CreditKey, &CreditSum)> {
    let files = || threads.iter().flat_map(|thread| &thread.files);
    // They are many: memory for more than these would be costly to come by.
    let mut sums = Vec::with_capacity(files().map(|(_, file)| file.sums.len()).sum());
    sums.extend(files().flat_map(|(number, file)| file.sums(*number)));
    sums
}

/// The totals of all threads in the order of their keys; an error names the file whose amounts are too much.
fn totals(mut sums: Vec<(CreditKey, &CreditSum)>) -> Result<Vec<CreditTotal>, (u32, Overflow)> {
    sums.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    let mut totals = Vec::with_capacity(sums.len());
    let mut sums = sums.into_iter().peekable();
    while let Some((key, sum)) = sums.next() {
        let mut sum = *sum;
        let file = key.invoice.file;
        while let Some((_, more)) = sums.next_if(|(other, _)| *other == key) {
            sum.merge(more).map_err(|overflow| (file, overflow))?;
        }
        totals.push(sum.into_total(key).map_err(|overflow| (file, overflow))?);
    }
    Ok(totals)
}

/// The credit lines, if they were asked for, each with the place of its total among all.
fn lines(threads: &mut [LineBuilder], totals: &[CreditTotal]) -> Vec<CreditLine> {
    let mut lines = Vec::new();
    let files = threads.iter_mut().flat_map(|thread| &mut thread.files);
    for (number, file) in files.filter(|(_, file)| !file.lines.is_empty()) {
        let place = |key: CreditKey| totals.binary_search_by(|total| total.key.cmp(&key)).ok();
        let small = |place: usize| u32::try_from(place).ok();
        let places: Vec<u32> =
            file.sums(*number).map(|(key, _)| place(key).and_then(small).unwrap_or(u32::MAX)).collect();
        let of_total = |line: CreditLine| CreditLine { total: places[line.total as usize], ..line };
        lines.extend(std::mem::take(&mut file.lines).into_iter().map(of_total));
    }
    lines.sort_by_key(|line| (line.total, line.line));
    lines
}

fn invoice_file(file: &FileRead, number: u32, threads: &[LineBuilder]) -> InvoiceFile {
    // Objects may leave out the reasons of what is no credit.
    let has =
        |is_told: fn(&FileCredits) -> bool| threads.iter().filter_map(|thread| thread.files.get(&number)).any(is_told);
    let tells_reason = |file: &FileCredits| file.reasons.meanings.iter().any(|(reason, _)| !reason.is_empty());
    let kind = kind(&file.layout);
    let has_earned = kind == InvoiceFileKind::Reconciliation
        || file.layout.has(InvoiceColumn::EarnedPercent)
        || has(|file| file.has_earned);
    let is_empty = !has(|file| !file.contexts.is_empty());
    let has_reasons = file.layout.has(InvoiceColumn::Reason) || has(tells_reason) || is_empty;
    let pages = file.remarks.iter().filter_map(Remark::page).map(|(_, next)| next.map(Into::into)).collect();
    InvoiceFile { name: file.source.name().to_owned(), kind, has_reasons, has_earned, pages }
}

fn parts(threads: &mut [LineBuilder]) -> Vec<InvoicePart> {
    let mut parts: BTreeMap<InvoiceKey, ([Option<NaiveDate>; 2], Vec<u64>)> = BTreeMap::new();
    for (number, file) in threads.iter_mut().flat_map(|thread| &mut thread.files) {
        for context in &mut file.contexts {
            let key = InvoiceKey { file: *number, number: Arc::clone(&context.invoice) };
            let ([usage, charged], digests) = parts.entry(key).or_default();
            *usage = context.usage.max(*usage);
            *charged = context.charged.max(*charged);
            digests.append(&mut context.digests);
        }
    }
    let part = |(invoice, ([usage, charged], mut digests)): (_, ([_; 2], Vec<u64>))| {
        digests.sort_unstable();
        InvoicePart { invoice, usage, charged, digests }
    };
    parts.into_iter().map(part).collect()
}

/// Tells totals at the end of a file from those that lines of the invoice follow.
fn totals_lines(threads: &[LineBuilder], files: usize, notes: &mut Vec<Note>) -> Vec<Problem> {
    let read = || threads.iter().flat_map(|thread| thread.files.values());
    let mut last = vec![0; files];
    for Place { file, line } in read().filter_map(|file| file.last) {
        last[file as usize] = line.max(last[file as usize]);
    }
    let expected = "expected a line of the invoice: this looks like totals, but lines follow it";
    Note::totals(read().flat_map(|file| &file.totals_lines), &last, expected, notes)
}

/// The names of customers; of several, the one that is first met last.
fn names(threads: &[LineBuilder]) -> Names {
    let mut spellings = Vec::new();
    for context in threads.iter().flat_map(|thread| thread.files.values()).flat_map(|file| &file.contexts) {
        if let (Some(customer), Some(name)) = (&context.customer, &context.name) {
            spellings.push((context.first, customer, name));
        }
    }
    spellings.sort_unstable();
    let mut first_met: HashMap<(&Id, &str), (), RandomState> = HashMap::default();
    let mut names = Names::default();
    for (_, customer, name) in spellings {
        // Another thread may meet the same name again further down.
        if first_met.insert((&**customer, name.as_str()), ()).is_none() {
            names.insert(Id::clone(customer), name.clone());
        }
    }
    names
}

/// What breaks a rule, by file and line.
fn all_findings(
    pairs: Vec<Pairs>,
    mut findings: Vec<LineFinding>,
    threads: &[LineBuilder],
    files: &[FileRead],
) -> Vec<LineFinding> {
    Pairs::compare(pairs.into_iter(), |credit, (rule, message)| {
        let file = threads[credit.thread as usize].files.get(&credit.place.file);
        findings.extend(
            file.map(|file| file.finding(credit.place, rule, (credit.context, credit.amount), message.to_owned())),
        );
    });
    findings.extend(rates(threads, files));
    findings.sort();
    findings
}

/// Rates other than the lowest of their invoice and pair of currencies, in whatever order these stand.
fn rates(threads: &[LineBuilder], files: &[FileRead]) -> Vec<LineFinding> {
    // By kind of file, invoice and pair of currencies.
    let mut seen: BTreeMap<_, BTreeMap<Decimal, Place>> = BTreeMap::new();
    for file in threads.iter().flat_map(|thread| thread.files.values()) {
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
        let mut rates = rates.into_iter();
        let Some((first, Place { file, line: first_line })) = rates.next() else { continue };
        let first_file = files[file as usize].source.name();
        findings.extend(rates.map(|(rate, Place { file, line })| LineFinding {
            file,
            line,
            rule: Rule::SeveralRates,
            customer: None,
            invoice: invoice.into(),
            amount: None,
            currency: None,
            message: format!("{pricing} to {billed} at {rate}, but at {first} in {first_file}:{first_line}"),
        }));
    }
    findings
}

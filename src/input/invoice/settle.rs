//! Putting the threads' totals of invoice files together.

use std::collections::BTreeMap;

use foldhash::fast::RandomState;
use hashbrown::HashMap;

use crate::model::id::Id;
use crate::model::invoice::{CreditKey, CreditLine, CreditTotal, InvoiceFile, InvoiceKey, Invoices, Usage};
use crate::model::money::Overflow;
use crate::model::month::Month;
use crate::model::names::Names;

use super::super::blocks::{BlockId, FileRead};
use super::super::error::{Fault, FileError, Problem};
use super::amounts::{Total, TotalKey};
use super::columns::Column;
use super::credits::{Credits, RawLine};
use super::layout::Layout;
use super::tally::{Credit, FileCredits};
use super::{CreditOptions, InvoiceReading, findings};

/// The files, as they were read.
pub(super) type Files = [FileRead<Layout>];

/// Makes one reading of what the threads read.
pub(super) fn settle(
    mut threads: Vec<Credits<'_>>,
    files: &Files,
    options: &CreditOptions,
) -> Result<InvoiceReading, Vec<FileError>> {
    let problems = problems(&threads, files);
    let findings = findings::all(&mut threads, files);
    let mut totals = Totals::default();
    let mut lines = Vec::new();
    for thread in &mut threads {
        let places = totals.add(thread, options).map_err(|(file, Overflow)| {
            vec![FileError { file: files[file].name.clone(), fault: Fault::TooManyDigits }]
        })?;
        lines.extend(std::mem::take(&mut thread.lines).into_iter().map(|line| credit_line(line, &places, files)));
    }
    let (totals, order) = totals
        .into_sorted()
        .map_err(|(file, Overflow)| vec![FileError { file: files[file].name.clone(), fault: Fault::TooManyDigits }])?;
    for line in &mut lines {
        line.total = order[line.total as usize];
    }
    lines.sort_by_key(|line| (line.total, line.line));
    let invoices = Invoices {
        files: files.iter().map(invoice_file).collect(),
        totals,
        usage: usage(&threads),
        names: names(&threads, files),
        findings,
        lines,
    };
    Ok(InvoiceReading { invoices, problems })
}

fn invoice_file(file: &FileRead<Layout>) -> InvoiceFile {
    let has_reasons = file.layout.position(Column::Reason).is_some();
    InvoiceFile { name: file.name.clone(), kind: file.layout.kind, has_reasons }
}

/// The line of a file that is a line of a block.
pub(super) fn line(files: &Files, at: BlockId, line: u32) -> u64 {
    files[at.file as usize].first_lines[at.number as usize] + u64::from(line)
}

fn problems(threads: &[Credits<'_>], files: &Files) -> Vec<Problem> {
    let all = threads.iter().flat_map(|thread| &thread.problems);
    let mut problems: Vec<Problem> = all
        .map(|problem| Problem {
            file: problem.at.file,
            line: line(files, problem.at, problem.line),
            column: problem.column,
            value: problem.value.clone(),
            expected: problem.expected.clone(),
        })
        .collect();
    problems.sort();
    problems
}

/// The totals of all threads.
#[derive(Default)]
struct Totals {
    places: HashMap<CreditKey, u32, RandomState>,
    totals: Vec<(CreditKey, Total)>,
}

/// The file whose amounts are too much, by its place.
type TooMuch = (usize, Overflow);

impl Totals {
    /// Adds a thread's totals; for each of its files, tells where they went.
    fn add(&mut self, thread: &Credits<'_>, options: &CreditOptions) -> Result<Vec<Vec<u32>>, TooMuch> {
        let mut places = Vec::new();
        for (number, file) in thread.files.iter().enumerate() {
            let mut file_places = Vec::new();
            for (key, total) in file.iter().flat_map(|file| &file.totals) {
                let Some(key) = file.as_ref().and_then(|file| credit_key(file, number, *key, options)) else {
                    // No credit line without customer or currency gets here; the places after it stay right.
                    file_places.push(u32::MAX);
                    continue;
                };
                let next = u32::try_from(self.totals.len()).unwrap_or(u32::MAX);
                let place = *self.places.entry(key.clone()).or_insert(next);
                if place == next {
                    self.totals.push((key, Total::default()));
                }
                self.totals[place as usize].1.merge(total).map_err(|overflow| (number, overflow))?;
                file_places.push(place);
            }
            places.push(file_places);
        }
        Ok(places)
    }

    /// The totals in the order of their keys, and where each of the unsorted went.
    fn into_sorted(self) -> Result<(Vec<CreditTotal>, Vec<u32>), TooMuch> {
        let mut sorted: Vec<(usize, (CreditKey, Total))> = self.totals.into_iter().enumerate().collect();
        sorted.sort_unstable_by(|(_, (a, _)), (_, (b, _))| a.cmp(b));
        let mut order = vec![0; sorted.len()];
        let mut totals = Vec::with_capacity(sorted.len());
        for (place, (before, (key, total))) in (0..).zip(sorted) {
            order[before] = place;
            let file = key.invoice.file as usize;
            totals.push(total.into_credit(key).map_err(|overflow| (file, overflow))?);
        }
        Ok((totals, order))
    }
}

impl Total {
    fn merge(&mut self, other: &Self) -> Result<(), Overflow> {
        self.lines += other.lines;
        self.unpriced += other.unpriced;
        self.billed.merge(other.billed)?;
        self.priced.merge(other.priced)
    }

    fn into_credit(self, key: CreditKey) -> Result<CreditTotal, Overflow> {
        let priced = if self.unpriced == 0 { Some(self.priced.value()?) } else { None };
        Ok(CreditTotal { key, lines: self.lines, billed: self.billed.value()?, priced })
    }
}

/// What the lines of a total have in common, written out.
fn credit_key(file: &FileCredits, number: usize, key: TotalKey, options: &CreditOptions) -> Option<CreditKey> {
    let party = &file.parties[key.party as usize];
    let context = &file.contexts[key.context as usize];
    let reason = &file.reasons.meanings[usize::from(key.reason)];
    Some(CreditKey {
        invoice: InvoiceKey { file: u32::try_from(number).ok()?, number: context.invoice.as_str().into() },
        partner: party.partner.clone(),
        customer: party.customer.clone()?,
        currency: context.currency?,
        pricing: context.pricing,
        charged: key.charged,
        reason: reason.text.as_str().into(),
        is_aco: reason.credit == Credit::Aco || reason.text.is_empty() && options.counts_blank(),
    })
}

fn credit_line(raw: RawLine, places: &[Vec<u32>], files: &Files) -> CreditLine {
    CreditLine {
        line: line(files, raw.at, raw.line),
        total: places[raw.at.file as usize][raw.total as usize],
        product: raw.product,
        subscription: raw.subscription,
        charge_start: raw.charge_start,
        amount: raw.amount,
        billed: raw.billed,
        priced: raw.priced,
    }
}

/// Every invoice, with the latest month of its usage.
fn usage(threads: &[Credits<'_>]) -> Vec<Usage> {
    let mut latest: BTreeMap<InvoiceKey, Option<Month>> = BTreeMap::new();
    for thread in threads {
        for (number, file) in (0..).zip(&thread.files) {
            for context in file.iter().flat_map(|file| &file.contexts) {
                let key = InvoiceKey { file: number, number: context.invoice.as_str().into() };
                let latest = latest.entry(key).or_default();
                *latest = context.usage.max(*latest);
            }
        }
    }
    latest.into_iter().map(|(invoice, month)| Usage { invoice, month }).collect()
}

/// The names of customers; of several, the one that is first met last.
fn names(threads: &[Credits<'_>], files: &Files) -> Names {
    let mut spellings = Vec::new();
    for party in threads.iter().flat_map(|thread| thread.files.iter().flatten()).flat_map(|file| &file.parties) {
        if let (Some(customer), Some(name)) = (&party.customer, &party.name) {
            let (at, first) = party.first;
            spellings.push((at.file, line(files, at, first), customer, name));
        }
    }
    spellings.sort_unstable();
    let mut first_met: HashMap<(&Id, &String), (), RandomState> = HashMap::default();
    let mut names = Names::default();
    for (_, _, customer, name) in spellings {
        // Another thread may meet the same name again further down.
        if first_met.insert((customer, name), ()).is_none() {
            names.insert(customer.clone(), name.clone());
        }
    }
    names
}

//! Putting the threads' totals of invoice files together.

use std::collections::BTreeMap;

use foldhash::fast::RandomState;
use hashbrown::HashMap;

use crate::model::id::Id;
use crate::model::invoice::{CreditLine, InvoiceFile, InvoiceKey, Invoices, Usage};
use crate::model::money::Overflow;
use crate::model::month::Month;
use crate::model::names::Names;

use super::credits::{Credits, RawLine};
use super::layout::Layout;
use super::totals::Totals;
use super::{CreditOptions, InvoiceReading, findings};
use crate::input::error::{Fault, FileError, Problem};
use crate::input::report::Note;
use crate::input::scan::blocks::{BlockId, FileRead};

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
    let Totals { totals, went } = Totals::of(&mut threads, options)
        .map_err(|(file, Overflow)| vec![FileError { file: files[file].name.clone(), fault: Fault::TooManyDigits }])?;
    let mut lines = Vec::new();
    for (thread, went) in threads.iter_mut().zip(&went) {
        lines.extend(std::mem::take(&mut thread.lines).into_iter().map(|line| credit_line(line, went, files)));
    }
    lines.sort_by_key(|line| (line.total, line.line));
    let invoices = Invoices {
        files: (0..).zip(files).map(|(number, file)| invoice_file(file, number, &threads)).collect(),
        totals,
        usage: usage(&threads),
        names: names(&threads, files),
        findings,
        lines,
        left_out: problems.chunk_by(|a, b| (a.file, a.line) == (b.file, b.line)).count(),
    };
    let assumed = (0..).zip(files).filter_map(|(file, read)| Some((file, read.layout.assumed.clone()?)));
    let notes = assumed.map(|(file, seen)| Note::AssumedMonthFirst { file, seen }).collect();
    Ok(InvoiceReading { invoices, problems, notes })
}

fn invoice_file(file: &FileRead<Layout>, number: usize, threads: &[Credits<'_>]) -> InvoiceFile {
    // Objects may leave out the reasons of what is no credit.
    let read = threads.iter().filter_map(|thread| thread.files.get(number)?.as_ref());
    let mut reasons = read.flat_map(|file| &file.reasons.meanings);
    let has_reasons = file.layout.has_reasons || reasons.any(|reason| !reason.text.is_empty());
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

fn credit_line(raw: RawLine, went: &[Vec<u32>], files: &Files) -> CreditLine {
    CreditLine {
        line: line(files, raw.at, raw.line),
        total: went[raw.at.file as usize][raw.total as usize],
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

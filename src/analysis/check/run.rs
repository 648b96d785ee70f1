//! Running the checks.

use std::thread;

use crate::analysis::AnalysisError;
use crate::analysis::filter::Filter;
use crate::ledger::Ledger;

use super::across::Across;
use super::catalogue::Check;
use super::finder::{Finder, Found};
use super::finding::{Finding, sort};
use super::{across, along, rows};

/// Runs some checks on a ledger; findings come by file, line and check.
pub fn run(ledger: &Ledger, filter: &Filter, wanted: &[Check], threads: usize) -> Result<Vec<Finding>, AnalysisError> {
    let finder = Finder { ledger, filter, wanted };
    let across = Across::new(ledger);
    let mut findings = Found::new(finder);
    rows::check(&mut findings);
    across::check(&mut findings, &across);
    let parts: Vec<Result<Found<'_>, AnalysisError>> = thread::scope(|scope| {
        let work = |stretch: std::ops::Range<usize>| {
            let across = &across;
            move || {
                let mut findings = Found::new(finder);
                let mut entries = Vec::new();
                for credit in &ledger.credits()[stretch] {
                    along::check(&mut findings, credit, across, &mut entries)?;
                }
                Ok(findings)
            }
        };
        let workers: Vec<_> = ledger.stretches(threads).into_iter().map(|stretch| scope.spawn(work(stretch))).collect();
        let joined = workers.into_iter().map(thread::ScopedJoinHandle::join);
        joined.map(|part| part.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    for part in parts {
        findings.found.extend(part?.found);
    }
    let mut found = findings.found;
    sort(&mut found);
    Ok(found)
}

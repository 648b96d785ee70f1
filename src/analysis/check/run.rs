//! Running the checks.

use crate::analysis::AnalysisError;
use crate::analysis::filter::Filter;
use crate::ledger::Ledger;
use crate::model::parallel;

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
    let parts = parallel::each(ledger.stretches(threads), |stretch| {
        let mut findings = Found::new(finder);
        let mut entries = Vec::new();
        for credit in &ledger.credits()[stretch] {
            along::check(&mut findings, credit, &across, &mut entries)?;
        }
        Ok::<_, AnalysisError>(findings)
    });
    for part in parts {
        findings.found.extend(part?.found);
    }
    let mut found = findings.found;
    sort(&mut found);
    Ok(found)
}

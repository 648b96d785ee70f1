//! Credit given: a row for each credit and month.

use crate::ledger::{Credit, Entry, Ledger};

use super::AnalysisError;
use super::filter::Filter;

/// Hands over the months of a credit that are shown.
pub fn months<'l, E: From<AnalysisError>>(
    ledger: &'l Ledger,
    filter: &Filter,
    credit: &Credit,
    mut each: impl FnMut(Entry<'l>) -> Result<(), E>,
) -> Result<(), E> {
    if !filter.shows_credit(ledger, credit) {
        return Ok(());
    }
    for entry in ledger.timeline(credit) {
        let entry = entry.map_err(AnalysisError::from)?;
        if filter.shows_entry(&entry) {
            each(entry)?;
        }
    }
    Ok(())
}

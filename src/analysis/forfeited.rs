//! What credits lost by expiring.

use crate::ledger::{Credit, Entry, Ledger};

use super::AnalysisError;
use super::filter::Filter;
use super::given;

/// A month in which a credit lost something by expiring.
#[derive(Clone, Debug)]
pub struct Forfeited<'l> {
    /// The credit.
    pub credit: &'l Credit,
    /// The month.
    pub entry: Entry<'l>,
}

/// All months shown in which credits lost something, by credit.
pub fn list<'l>(ledger: &'l Ledger, filter: &Filter) -> Result<Vec<Forfeited<'l>>, AnalysisError> {
    let mut forfeited = Vec::new();
    for place in ledger.sorted() {
        let credit = &ledger.credits()[place];
        given::months(ledger, filter, credit, |entry| {
            if !entry.forfeited.is_zero() {
                forfeited.push(Forfeited { credit, entry });
            }
            Ok::<_, AnalysisError>(())
        })?;
    }
    Ok(forfeited)
}

//! Invoice files to totals of their credit lines.
//!
//! A file's first lines tell what it is and how it is spelled (`layout`); its lines are totalled block by block on
//! several threads (`credits`, `tally`, `amounts`), and what the threads have becomes one (`totals`, `settle`). Invariant: what the totals are does
//! not depend on the number of threads or on the order of lines.

mod amounts;
mod columns;
mod credits;
mod error;
mod findings;
mod json;
mod layout;
mod merge;
mod pairs;
mod tally;
mod totals;
pub(super) mod value;

use crate::model::invoice::{Amount, Invoices};

use self::credits::Credits;
pub use self::error::InvoiceHeaderError;
use super::error::{FileError, Problem};
use super::source::Source;
use crate::input::dialect::Options;
use crate::input::report::Note;
use crate::input::scan::blocks::Head;
use crate::input::scan::blocks::{self, Pace};

/// Which lines are credit lines, and what is wanted of them.
#[derive(Clone, Debug, Default)]
pub struct CreditOptions {
    /// Texts of CreditReasonCode that count besides Microsoft's own; a blank one stands for credits without a reason.
    pub reasons: Vec<String>,
    /// The amount that counts.
    pub amount: Amount,
    /// Whether the credit lines themselves are wanted.
    pub lines: bool,
}

impl CreditOptions {
    /// Whether credits without a reason count.
    fn counts_blank(&self) -> bool {
        self.reasons.iter().any(|reason| reason.trim().is_empty())
    }
}

/// What reading came to.
#[derive(Debug, Default)]
pub struct InvoiceReading {
    /// What could be read.
    pub invoices: Invoices,
    /// The lines that could not, by file and line.
    pub problems: Vec<Problem>,
    /// What to tell about how files were read.
    pub notes: Vec<Note>,
}

/// Reads invoice reconciliation and daily rated usage files to their ends.
///
/// `options` settle what the files leave open.
///
/// ```
/// use aco::input::{Options, Pace, invoice::{self, CreditOptions}, source::Source};
/// let csv = "CustomerId,InvoiceNumber,ChargeType,Subtotal,Currency,ChargeStartDate,CreditReasonCode\n\
///     c,G1,new,7.00,USD,7/1/2022,\n\
///     c,G1,customerCredit,-5.00,USD,7/1/2022,Azure Credit\n";
/// let source = Source::stream("invoice.csv", csv.as_bytes());
/// let (options, credits) = (Options::default(), CreditOptions::default());
/// let reading = invoice::read(vec![source], &options, &credits, Pace::threads(1)).unwrap();
/// assert_eq!(reading.invoices.totals[0].billed.to_string(), "5.00");
/// ```
pub fn read(
    sources: Vec<Source>,
    options: &Options,
    credits: &CreditOptions,
    pace: Pace,
) -> Result<InvoiceReading, Vec<FileError>> {
    let open = |head: Head<'_>| layout::open(head, options, credits.amount);
    let (threads, files) = blocks::read(sources, pace, options.encoding, open, || Credits::new(credits))?;
    merge::settle(threads, &files, credits)
}

//! The balance report: its rows, the records that are none, and putting the threads' rows together.

mod cells;
mod layout;
mod merge;
mod observe;
mod reading;
mod rejects;
mod rows;
mod stray;
mod truncated;

use crate::input::dialect::Options;
use crate::input::error::{Fault, FileError};
use crate::input::note::Note;
use crate::input::scan::blocks::{self, Head, ReadPlan};
use crate::input::scan::choice::{self, Chosen};
use crate::input::source::Source;

pub use self::reading::ReportReading;
use self::rows::RowBuilder;

/// What is read here.
const WANTED: &str = "an ACO balance report";

/// Reads balance reports to their ends.
///
/// ```
/// use aco::input::{self, Options, ReadPlan, source::Source};
/// let csv = "PartnerID,CustomerID,InvoiceMonth,CreditName,CreditAmount,Status,BalanceAmount,CurrencyCode,\
///     AgreementID,EffectiveDate,ExpiryDate\n\
///     p,c,2022-07,ACO,700.00,Active,300.00,USD,a,6/1/2022,5/31/2023\n";
/// let source = Source::stream("report.csv", csv.as_bytes());
/// let reading = input::read(vec![source], &Options::default(), ReadPlan::threads(1)).unwrap();
/// let records = reading.report.records();
/// let record = records.values().next().unwrap();
/// assert_eq!(record.credit_amount.to_string(), "700.00");
/// assert_eq!(record.month.to_string(), "2022-07");
/// ```
pub fn read(sources: Vec<Source>, options: &Options, pace: ReadPlan<'_>) -> Result<ReportReading, Vec<FileError>> {
    let open = |head: Head<'_>| layout::open(head, options);
    let Chosen { sources, left_alone } = choice::choose(sources, options.encoding, WANTED, open)?;
    let (shards, files) = blocks::read(sources, pace, options.encoding, open, || RowBuilder::new(options.months))?;
    let mut reading = merge::settle(shards, &files, options)?;
    if !left_alone.is_empty() {
        reading.notes.insert(0, Note::LeftAlone { files: left_alone, wanted: WANTED });
    }
    Ok(reading)
}

/// What keeps a file that begins so from being read, if anything does.
pub(super) fn fault_of(head: Head<'_>, options: &Options) -> Option<Fault> {
    layout::open(head, options).err()
}

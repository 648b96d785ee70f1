//! `aco` turns the Partner Center ACO (Azure credit offer) balance report into answers that a finance desk can book.
//!
//! It is a program first. Other programs find its answers here:
//!
//! ```
//! let reports = aco::Reports::read(["fixtures/documented-example.csv"])?;
//! for row in reports.summary()? {
//!     println!("{} {}: given {:?}, left {:?}", row.month, row.currency, row.given, row.balance_amount);
//! }
//! let july = &reports.summary()?[0];
//! assert_eq!((&*july.month, &*july.currency), ("2022-07", "USD"));
//! # Ok::<(), aco::Error>(())
//! ```
//!
//! All else is for the program itself, its tests and its benches, and may change at any time. Data runs one way:
//! `input` reads files into the nouns of `model`, `ledger` makes credits of the records, `analysis` answers questions
//! about credits, `output` writes the answers, and `cli` ties them to a command line.

#[doc(hidden)]
pub mod analysis;
mod cli;
#[doc(hidden)]
pub mod input;
#[doc(hidden)]
pub mod ledger;
#[doc(hidden)]
pub mod model;
#[doc(hidden)]
pub mod output;

use std::fmt;
use std::path::Path;
use std::thread;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use self::analysis::filter::Filter;
use self::analysis::summary::{self, GroupBy};
use self::input::source::Source;
use self::input::{Options, ReadPlan};
use self::ledger::{Ledger, Rules};
use self::model::{Location, Message};

#[doc(hidden)]
pub use cli::{Stdio, Terminal, end_on_panic, run};

// The way in for other programs. Nothing public names a type of the rooms, so that these can change.

/// Balance reports, read into one ledger.
#[derive(Debug)]
pub struct Reports(Ledger);

/// Credit given and left in a month and currency. Amounts are exact, at the scale of the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The invoice month, as in `2022-07`.
    pub month: String,
    /// The currency of the amounts, as in `USD`.
    pub currency: String,
    /// Different customers.
    pub customers: i64,
    /// Different credits.
    pub credits: i64,
    /// Credit used before the files begin; empty if the past of every credit is known.
    pub opening: Option<Decimal>,
    /// Credit given; empty if it is unknown for every credit.
    pub given: Option<Decimal>,
    /// All credit used; empty without a row.
    pub credit_amount: Option<Decimal>,
    /// Credit left; empty if it is unknown of every credit.
    pub balance_amount: Option<Decimal>,
    /// Credit lost by an end.
    pub forfeited: Decimal,
}

/// Why reports cannot be read, or a sum not computed: a line for each reason, in words for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct Error(Vec<String>);

impl Error {
    fn new(reason: impl fmt::Display) -> Self {
        Self(vec![reason.to_string()])
    }
}

impl Reports {
    /// Reads files: reports as downloaded, also as `.gz` and `.zip`. Nothing is guessed and nothing left out: a cell that
    /// cannot be read, and a file that contradicts itself, is an error that names its place.
    pub fn read<P: AsRef<Path>>(files: impl IntoIterator<Item = P>) -> Result<Self, Error> {
        let sources = files.into_iter().map(|file| Source::file(file.as_ref().to_owned())).collect();
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let reading = input::read(sources, &Options::default(), ReadPlan::threads(threads))
            .map_err(|errors| Error(errors.iter().map(|error| error.message().to_string()).collect()))?;
        if !reading.problems.is_empty() {
            let names = &reading.report.files;
            let problems = reading.problems.iter().map(|problem| problem.message(names));
            return Err(Error(problems.map(|problem: Message| problem.to_string()).collect()));
        }
        let ledger = Ledger::build(reading.report, Rules::default(), threads).map_err(Error::new)?;
        let contradictions = ledger.findings().rows.iter().filter(|found| found.is_conflict()).map(|found| {
            let (one, other) = (ledger.place(found.replaced), ledger.place(found.row));
            let file = |file: u32| ledger.files()[file as usize].clone();
            let one = Location { file: file(one.file), line: Some(one.line) };
            let text = format!("contradicts {one}");
            Message::error(text).at(file(other.file), Some(other.line)).to_string()
        });
        let contradictions: Vec<String> = contradictions.collect();
        if contradictions.is_empty() { Ok(Self(ledger)) } else { Err(Error(contradictions)) }
    }

    /// Credit given and left by month and currency, in this order.
    pub fn summary(&self) -> Result<Vec<Summary>, Error> {
        // Which months are open tells no figure from another.
        let filter = Filter::everything(NaiveDate::MAX);
        let groups = summary::summarize(&self.0, &filter, &[GroupBy::Month], 1).map_err(Error::new)?;
        let row = |group: summary::GroupSummary<'_>| Summary {
            month: group.group.month().map(|month| month.to_string()).unwrap_or_default(),
            currency: group.group.currency.to_string(),
            customers: group.customers,
            credits: group.credits,
            opening: group.opening,
            given: group.given,
            credit_amount: group.credit_amount,
            balance_amount: group.balance_amount,
            forfeited: group.forfeited,
        };
        Ok(groups.into_iter().map(row).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::Reports;

    #[test]
    fn what_cannot_be_read_is_an_error_with_its_place() {
        let error = Reports::read(["fixtures/bad-amount.csv"]).unwrap_err().to_string();
        assert!(error.starts_with("fixtures/bad-amount.csv:"), "{error}");
        assert!(Reports::read(["fixtures/none.csv"]).unwrap_err().to_string().contains("no such file"));
    }

    #[test]
    fn amounts_are_those_of_the_program() {
        let rows = Reports::read(["fixtures/aco-balance.csv"]).unwrap().summary().unwrap();
        let july = rows.iter().find(|row| row.month == "2022-07" && row.currency == "JPY").unwrap();
        assert_eq!(july.given.unwrap().to_string(), "273855");
    }
}

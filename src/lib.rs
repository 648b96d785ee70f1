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
mod reports;

#[doc(hidden)]
pub use cli::{Stdio, Terminal, end_on_panic, run};
pub use reports::{Error, Reports, Summary};

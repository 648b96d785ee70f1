//! Records to credits: the books.
//!
//! The rows of all files become credits with a timeline of months each; of several downloads the newest row of a month
//! counts. Invariant: for every credit, OpeningAmount plus the sum of CreditGiven is its last CreditAmount, exactly;
//! and neither the order of rows nor that of files changes anything, unless the files are said to be in order.

mod books;
mod coverage;
mod credits;
mod downloads;
mod end;
mod findings;
mod life;
mod listing;
mod part;
mod renamed;
#[cfg(test)]
pub(crate) mod sample;
mod sort;
mod spellings;
mod state;
mod tables;
mod timeline;
mod tranches;

pub use self::books::{Ledger, Rules};
pub use self::downloads::{Downloads, FileOrder};
pub use self::end::End;
pub use self::findings::{Conflict, Contradiction, Findings, RowPair};
pub use self::life::{Life, Movement};
pub use self::listing::Listing;
pub use self::part::{Credit, RowRef};
pub use self::renamed::Renamed;
pub use self::spellings::folded;
pub use self::state::State;
pub use self::tables::TooManyRows;
pub use self::timeline::{Entry, Timeline};
pub use self::tranches::{TrancheRow, Tranches};

//! Records to credits: the books.
//!
//! The rows of all files become credits with a timeline of months each; of several downloads the newest row of a month
//! counts. Invariant: for every credit, OpeningAmount plus the sum of CreditGiven is its last CreditAmount, exactly;
//! and neither the order of rows nor that of files changes anything, unless the files are said to be in order.

mod books;
mod credits;
mod downloads;
mod life;
mod moved;
mod names;
mod part;
#[cfg(test)]
pub(crate) mod sample;
mod tables;
mod timeline;
mod tranches;

pub use self::books::{Findings, Ledger, Rules};
pub use self::downloads::{Downloads, FileOrder};
pub use self::life::{End, Life, Movement};
pub use self::moved::Moved;
pub use self::names::{Renamed, folded};
pub use self::part::{Credit, Found, Listing, RowRef, What};
pub use self::tables::TooManyRows;
pub use self::timeline::{Entry, State, Timeline};
pub use self::tranches::{Contradiction, TrancheRow, Tranches};

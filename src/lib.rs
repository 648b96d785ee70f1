//! `aco` turns the Partner Center ACO (Azure credit offer) balance report into answers that a finance desk can book.
//!
//! Data runs one way: `input` reads files into the nouns of [`model`], `ledger` makes credits of the records,
//! `analysis` answers questions about credits, [`output`] writes the answers, and `cli` ties them to a command line.

pub mod analysis;
mod cli;
pub mod input;
pub mod ledger;
pub mod model;
pub mod output;

pub use cli::{Stdio, Terminal, end_on_panic, run};

//! The nouns of the report: ids, months, money, records.
//!
//! Nothing here reads, writes or knows the command line, so every other layer may use it.

pub mod currency;
pub mod date;
pub mod id;
pub mod invoice;
pub mod message;
pub mod money;
pub mod month;
pub mod names;
pub(crate) mod parallel;
pub mod period;
pub mod quarter;
pub mod record;
pub mod report;
pub mod status;
pub mod text;

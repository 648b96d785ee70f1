//! Results as bytes: one neutral view of a table, and a file for each family of formats that it can be written in.

pub mod bars;
pub mod chart;
mod delimited;
pub mod destination;
pub mod format;
pub mod headline;
pub mod html;
mod json;
mod layout;
mod markdown;
mod parquet;
mod parts;
pub mod rank;
mod sheet;
pub mod table;
mod text;
mod totals;
pub mod xlsx;

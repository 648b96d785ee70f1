//! Results as bytes: one neutral view of a table, and a file for each format that it can be written in.

pub mod table;

//! What `aco` does, seen from its command line.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod accepting;
mod across;
mod architecture;
mod book;
#[path = "../../benches/chance.rs"]
mod chance;
mod chart;
mod check;
mod close;
mod closing;
mod commands;
mod context;
mod csv_safe;
mod diff;
mod docs;
mod doubt;
mod downloads;
mod each;
mod errors;
mod expiring;
#[cfg(unix)]
mod faults;
mod field;
mod field_containers;
mod field_lines;
mod filters;
mod fiscal;
mod folders;
mod formats;
mod fuzzed;
#[path = "../../benches/invoice.rs"]
mod generated_invoice;
#[path = "../../benches/report.rs"]
mod generated_report;
mod glossary;
mod help;
mod hostile;
mod idle;
mod install;
mod invoice_properties;
mod malformed;
mod mask;
mod names;
mod one_truth;
mod packaging;
mod parquet;
mod peers;
mod planted;
mod properties;
mod questions;
mod rank;
mod reconcile;
mod report;
mod spellings;
mod sql;
mod statement;
mod streams;
mod widths;
mod windows;
mod words;
mod workbooks;
mod xlsx;
mod year;

//! What `aco` does, seen from its command line.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod architecture;
mod chart;
mod check;
mod commands;
mod context;
mod diff;
mod errors;
mod expiring;
mod filters;
mod formats;
mod fuzzed;
mod install;
mod malformed;
mod names;
mod peers;
mod planted;
mod properties;
mod readme;
mod reconcile;
mod report;
mod spellings;
mod streams;
mod xlsx;

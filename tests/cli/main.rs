//! What `aco` does, seen from its command line.

mod architecture;
mod commands;
mod context;
mod errors;
mod filters;
mod formats;
mod peers;
mod properties;
mod readme;
mod streams;

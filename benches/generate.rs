//! Writes files of any size to measure and to test with: a balance report, and an invoice that belongs to one.

mod chance;
mod invoice;
mod report;

use std::io;

use clap::Parser;

/// Writes generated files.
#[derive(Debug, Parser)]
enum Command {
    /// Writes a balance report
    Report(report::Args),
    /// Writes an invoice reconciliation file for a balance report
    Invoice(invoice::Args),
}

fn main() -> io::Result<()> {
    match Command::parse() {
        Command::Report(args) => report::generate(&args),
        Command::Invoice(args) => invoice::generate(&args),
    }
}

//! The `aco` program.

fn main() {}

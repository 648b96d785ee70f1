//! The `aco` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    aco::run(std::env::args_os(), aco::Stdio::of_process())
}

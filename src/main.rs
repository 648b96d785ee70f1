//! The `aco` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    aco::end_on_panic();
    aco::run(std::env::args_os(), aco::Stdio::from_process())
}

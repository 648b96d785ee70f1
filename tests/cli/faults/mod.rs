//! Disks that are full, readers that leave, files that break off: a run ends with 0, 1 or 2, says what failed, and what
//! stood at the output stays as it was.

mod input;
mod interrupts;
mod output;

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::context::{HEADER, Run, program};

const OLD: &str = "what stood there before\n";

/// Commands that write a result in any format.
const COMMANDS: [&str; 14] = [
    "summary fixtures/aco-balance.csv",
    "summary fixtures/aco-balance.csv --by customer,status --names fixtures/customers.csv",
    "given fixtures/aco-balance.csv",
    "balance fixtures/aco-balance.csv",
    "list fixtures/aco-balance.csv",
    "expiring fixtures/aco-balance.csv --as-of 2022-12-15",
    "check fixtures/aco-balance.csv",
    "check --list",
    "inspect fixtures/aco-balance.csv",
    "diff fixtures/restatement-old.csv fixtures/restatement-new.csv",
    "reconcile fixtures/aco-balance.csv --invoice fixtures/invoice/2022-07.csv",
    "reconcile fixtures/aco-balance.csv --invoice fixtures/invoice/2022-07.csv --lines",
    "reconcile fixtures/aco-balance.csv --invoice fixtures/invoice/2022-07.csv --show-other",
    "reconcile fixtures/aco-balance.csv --invoice fixtures/invoice/2022-07.csv --findings",
];

const FORMATS: [&str; 8] = ["table", "csv", "tsv", "json", "jsonl", "markdown", "xlsx", "parquet"];

/// The program with the arguments of a line.
fn started(line: &str) -> Command {
    let mut program = program();
    program.args(line.split(' ')).stdin(Stdio::null());
    program
}

/// Another command, in the folder where the program is started.
fn started_in(command: &mut Command) -> Command {
    let mut other = Command::new(command.get_program());
    other.args(command.get_args()).current_dir(env!("CARGO_MANIFEST_DIR")).env_remove("NO_COLOR");
    other
}

fn ended(command: &mut Command) -> Run {
    // What was redirected stays so.
    let output = command.output().unwrap();
    Run { code: output.status.code(), stdout: lossy(&output.stdout), stderr: lossy(&output.stderr) }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A disk that is full.
fn full() -> Stdio {
    File::options().write(true).open("/dev/full").unwrap().into()
}

/// A report of so many credits.
fn big(folder: &Path, credits: usize) -> PathBuf {
    let mut text = HEADER.to_owned();
    for number in 0..credits {
        writeln!(text, "p,customer-{number},2022-01,ACO,1.50,Active,2.50,USD,agreement-{number},1/1/2022,12/31/2022")
            .unwrap();
    }
    let path = folder.join("big.csv");
    fs::write(&path, text).unwrap();
    path
}

//! Files that are broken in every way that is known: each is refused with its place, or what was made of it is said.

mod containers;
#[cfg(unix)]
mod devices;
mod invoices;
mod lists;
mod places;
mod reports;
mod values;

use std::fs;
use std::process::{Command, Output};

use super::context::program;

/// What a file is to the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Report,
    Invoice,
    Names,
    Accept,
}

/// What the program must make of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    /// Refused, with the file and the line.
    Line(u64),
    /// Refused, with the file.
    File,
    /// Refused for what several lines or files come to.
    Refused,
    /// Read, and this is said.
    Said(&'static str),
    /// Read as if nothing were wrong, for nothing is.
    Fine,
    /// Read or refused: nobody can tell the values from right ones.
    Either,
}

/// A file and what must come of it.
struct Case {
    name: String,
    role: Role,
    bytes: Vec<u8>,
    expect: Expect,
}

impl Case {
    fn new(role: Role, name: impl Into<String>, bytes: impl Into<Vec<u8>>, expect: Expect) -> Self {
        Self { name: name.into(), role, bytes: bytes.into(), expect }
    }

    fn report(name: impl Into<String>, bytes: impl Into<Vec<u8>>, expect: Expect) -> Self {
        Self::new(Role::Report, name, bytes, expect)
    }
}

/// A fixture's bytes.
fn fixture(name: &str) -> Vec<u8> {
    fs::read(fixture_path(name)).unwrap()
}

fn fixture_path(name: &str) -> String {
    format!("{}/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A fixture as lines of cells.
fn table(name: &str) -> Vec<Vec<String>> {
    let text = String::from_utf8(fixture(name)).unwrap();
    text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

fn joined(table: &[Vec<String>]) -> String {
    table.iter().map(|line| line.join(",") + "\n").collect()
}

/// A fixture with one cell, by line from 1 and place from 0, replaced.
fn with_cell(fixture: &str, line: usize, at: usize, cell: &str) -> String {
    let mut table = table(fixture);
    cell.clone_into(&mut table[line - 1][at]);
    joined(&table)
}

/// The command that reads a file in its role.
fn command(role: Role, file: &str) -> Command {
    let mut aco = program();
    let args: Vec<String> = match role {
        Role::Report => vec!["summary".into(), file.into()],
        Role::Invoice => {
            vec!["reconcile".into(), fixture_path("invoice/balance-editions.csv"), "--invoice".into(), file.into()]
        }
        Role::Names => vec!["balance".into(), fixture_path("documented-example.csv"), "--names".into(), file.into()],
        Role::Accept => {
            let skip = ["--skip".into(), "provisional-month,missing-report".into(), "--accept".into(), file.into()];
            ["check".into(), fixture_path("documented-example.csv")].into_iter().chain(skip).collect()
        }
    };
    aco.args(args);
    aco
}

/// What is wrong with a run, if something is.
fn fault(output: &Output, file: &str, expect: Expect) -> Option<String> {
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let code = output.status.code();
    let is_refused = code == Some(2) && stdout.is_empty() && stderr.contains("error: ");
    let names_line = |line: u64| {
        stderr.contains(&format!("{file}:{line}:"))
            || stderr.contains(file) && stderr.contains(&format!("(line {line},"))
    };
    let is_right = match expect {
        Expect::Line(line) => is_refused && names_line(line),
        Expect::File => is_refused && stderr.contains(file),
        Expect::Refused => is_refused,
        Expect::Said(text) => matches!(code, Some(0 | 1)) && (stderr.contains(text) || stdout.contains(text)),
        Expect::Fine => code == Some(0),
        Expect::Either => is_refused || matches!(code, Some(0 | 1)),
    };
    let is_right = is_right && matches!(code, Some(0..=2)) && !stderr.contains("panicked");
    let stderr: String = stderr.chars().take(600).collect();
    (!is_right).then(|| format!("expected {expect:?}, got {code:?}\n{stderr}{} bytes of stdout", stdout.len()))
}

/// Runs every case and tells all that fail.
fn run(cases: &[Case]) {
    run_as(cases, command);
}

/// Runs every case by a command that depends on its role and its file.
fn run_as(cases: &[Case], command: impl Fn(Role, &str) -> Command + Sync) {
    let folder = tempfile::tempdir().unwrap();
    let run = |(number, case): (usize, &Case)| {
        let file = format!("case-{number}.csv");
        fs::write(folder.path().join(&file), &case.bytes).unwrap();
        let output = command(case.role, &file).current_dir(folder.path()).output().unwrap();
        fs::remove_file(folder.path().join(&file)).unwrap();
        fault(&output, &file, case.expect).map(|fault| format!("{}: {fault}", case.name))
    };
    let numbered: Vec<(usize, &Case)> = cases.iter().enumerate().collect();
    let faults: Vec<String> = std::thread::scope(|scope| {
        let work = |part| scope.spawn(move || Iterator::filter_map(<[_]>::iter(part), |case| run(*case)).collect());
        let workers: Vec<_> = numbered.chunks(cases.len().div_ceil(4).max(1)).map(work).collect();
        workers.into_iter().flat_map(|worker| -> Vec<String> { worker.join().unwrap() }).collect()
    });
    assert!(faults.is_empty(), "{} of {} cases\n{}", faults.len(), cases.len(), faults.join("\n\n"));
}

#[test]
fn there_are_cases_enough() {
    let count =
        [places::cases(), reports::cases(), values::cases(), containers::cases(), invoices::cases(), lists::cases()]
            .iter()
            .map(Vec::len)
            .sum::<usize>();
    assert!(count >= 200, "{count}");
}

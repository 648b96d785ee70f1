//! Streams: standard input, closed pipes, several runs in one process.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use super::context::{aco, aco_on, on_terminal, program, report};

#[test]
fn standard_input_is_a_file_like_any_other() {
    let bytes = fs::read("fixtures/aco-balance.csv").unwrap();
    let direct = aco("summary fixtures/aco-balance.csv").stdout;
    assert_eq!(aco_on("summary", &bytes).stdout, direct);
    assert_eq!(aco_on("summary -", &bytes).stdout, direct);
}

#[test]
fn a_terminal_is_not_waited_for() {
    assert_eq!(
        on_terminal("summary", 80),
        "error: no file given\nhint: name a report, as in `aco summary report.csv`, or pipe one in\n"
    );
}

#[test]
fn a_reader_that_has_seen_enough_ends_the_run_quietly() {
    let mut big = super::context::HEADER.to_owned();
    for number in 0..60_000 {
        writeln!(big, "p,customer-{number},2022-01,ACO,1.50,Active,2.50,USD,agreement-{number},1/1/2022,12/31/2022")
            .unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("big.csv");
    fs::write(&path, big).unwrap();
    let mut child = program()
        .args(["given", "--as-of", "2022-01-20"])
        .arg(&path)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.starts_with("PartnerID,"));
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn a_run_can_follow_another_in_one_process() {
    let first = on_terminal("given fixtures/documented-example.csv", 80);
    assert_eq!(on_terminal("given fixtures/documented-example.csv", 80), first);
}

#[test]
fn threads_change_nothing() {
    let one = aco("given fixtures/aco-balance.csv --threads 1").stdout;
    assert_eq!(aco("given fixtures/aco-balance.csv --threads 7").stdout, one);
}

#[test]
fn threads_change_nothing_in_any_format() {
    let row = |at: usize| format!("c-{at} 2022-01 1.5 Active 1 EUR 1/1/2022 12/31/2022");
    let rows: Vec<String> = (0..500).map(row).collect();
    let rows = report(&rows.iter().map(String::as_str).collect::<Vec<_>>());
    for format in ["csv", "tsv", "json", "jsonl"] {
        let given = |threads: usize| aco_on(&format!("given - -q -f {format} --threads {threads}"), &rows).stdout;
        assert_eq!(given(3), given(1), "{format}");
        assert_eq!(given(1).matches("a-c-").count(), 500, "{format}");
    }
}

#[test]
fn version_is_said() {
    let run = aco("--version");
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let told = run.stdout.strip_prefix(concat!("aco ", env!("CARGO_PKG_VERSION"))).unwrap().trim_end();
    let commit = told.strip_prefix(" (").map(|told| told.strip_suffix(')').unwrap());
    let commit = commit.map(|told| told.strip_suffix(", modified").unwrap_or(told));
    assert!(commit.map_or(told.is_empty(), |commit| commit.len() == 12), "{run}");
    // Without git, or outside of a checkout, there is nothing to compare the commit with.
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let git = Command::new("git").arg("-C").arg(root).args(["rev-parse", "HEAD"]).output();
    if let Some(git) = git.ok().filter(|git| git.status.success() && root.join(".git").exists()) {
        assert!(commit.is_some_and(|commit| git.stdout.starts_with(commit.as_bytes())), "{run}");
    }
}

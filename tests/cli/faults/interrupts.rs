//! Ctrl-C and signals end a run and leave nothing half done behind.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::super::context::{HEADER, aco, names_in, program};
use super::OLD;

#[test]
fn a_signal_leaves_the_old_file_and_no_temporary() {
    if any_is_ignored() {
        return;
    }
    for signal in ["INT", "TERM", "HUP"] {
        for arguments in [["summary", "out.csv"], ["given", "out.md"], ["list", "out.xlsx"], ["report", "out.html"]] {
            let folder = tempfile::tempdir().unwrap();
            let output = folder.path().join(arguments[1]);
            fs::write(&output, OLD).unwrap();
            let (mut child, _input) = waiting(arguments[0], &output);
            until(|| names_in(folder.path()).len() == 2);
            send(signal, &child);
            let status = child.wait().unwrap();
            assert_eq!(status.code(), Some(130), "{signal}, {arguments:?}");
            assert_eq!(names_in(folder.path()), [arguments[1]], "{signal}, {arguments:?}");
            assert_eq!(fs::read_to_string(&output).unwrap(), OLD);
        }
    }
}

#[test]
fn a_signal_at_any_moment_leaves_one_whole_file() {
    if any_is_ignored() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.csv");
    let new = aco("given fixtures/aco-balance.csv --as-of 2022-12-15").stdout;
    let (mut ended, mut finished) = (0, 0);
    let mut wait = Duration::ZERO;
    for _ in 0..80 {
        fs::write(&output, OLD).unwrap();
        let line = "given fixtures/aco-balance.csv --as-of 2022-12-15 -q";
        let mut child = program().args(line.split(' ')).arg("-o").arg(&output).spawn().unwrap();
        thread::sleep(wait);
        send("TERM", &child);
        let status = child.wait().unwrap();
        assert_eq!(names_in(folder.path()), ["out.csv"], "{status}");
        let found = fs::read_to_string(&output).unwrap();
        assert!(found == OLD || found == new, "{status}: half a file");
        if status.success() {
            assert!(found == new);
            finished += 1;
            wait = wait.saturating_sub(Duration::from_micros(700));
        } else {
            ended += 1;
            wait += Duration::from_micros(300);
        }
    }
    assert!(ended > 0, "{finished} of 80 were never reached");
}

#[test]
fn a_run_without_an_output_file_ends_by_the_signal_itself() {
    if any_is_ignored() {
        return;
    }
    let mut child = program().arg("summary").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let _input = child.stdin.take();
    thread::sleep(Duration::from_millis(20));
    send("TERM", &child);
    assert_eq!(child.wait().unwrap().code(), None);
}

#[test]
fn a_signal_that_is_ignored_stays_ignored() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.csv");
    let mut child = Command::new("sh")
        .args(["-c", "trap '' HUP INT; exec \"$0\" summary -o \"$1\"", env!("CARGO_BIN_EXE_aco")])
        .arg(&output)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    until(|| names_in(folder.path()).len() == 1);
    send("HUP", &child);
    send("INT", &child);
    thread::sleep(Duration::from_millis(50));
    child.stdin.take().unwrap().write_all(HEADER.as_bytes()).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(names_in(folder.path()), ["out.csv"]);
}

#[test]
fn pages_of_the_manual_leave_no_temporary_either() {
    if any_is_ignored() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for wait in 0..12 {
        let pages = folder.path().join(wait.to_string());
        let mut child = program().args(["man", "--out"]).arg(&pages).spawn().unwrap();
        thread::sleep(Duration::from_millis(wait));
        send("INT", &child);
        child.wait().unwrap();
        let left = if pages.exists() { names_in(&pages) } else { Vec::new() };
        assert!(left.iter().all(|name| name.ends_with(".1")), "{left:?}");
    }
}

/// A run that has begun and waits for the rest of its input as long as that is held open.
fn waiting(command: &str, output: &Path) -> (Child, ChildStdin) {
    let mut child = program().args([command, "-o"]).arg(output).stdin(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(HEADER.as_bytes()).unwrap();
    (child, input)
}

fn until(mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(60), "it never came about");
        thread::sleep(Duration::from_millis(1));
    }
}

/// Whether these tests were started by something that ignores signals, as nohup does: the program then does too.
fn any_is_ignored() -> bool {
    ["INT", "TERM", "HUP"].iter().any(|signal| {
        let script = format!("kill -s {signal} $$; echo alive");
        !Command::new("sh").args(["-c", &script]).output().unwrap().stdout.is_empty()
    })
}

fn send(signal: &str, child: &Child) {
    let sent = Command::new("kill").args(["-s", signal, &child.id().to_string()]).stderr(Stdio::null()).status();
    // It fails if the program has ended already.
    sent.unwrap();
}

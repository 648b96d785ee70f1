//! Inputs that cannot be read or break off, streams that are closed, an environment that is empty or odd.

use std::fs::{self, File};
use std::io::Write;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use super::super::context::{Run, aco, names_in};
use super::{COMMANDS, OLD, big, ended, started, started_in};

const REPORT: &str = "fixtures/aco-balance.csv";

#[test]
fn streams_may_be_closed() {
    let closed = |redirect: &str, line: &str| {
        let script = format!("exec \"$0\" \"$@\" {redirect}");
        ended(started_in(Command::new("sh").args(["-c", &script, env!("CARGO_BIN_EXE_aco")])).args(line.split(' ')))
    };
    for line in COMMANDS {
        let usual = aco(line);
        let run = closed("<&-", line);
        assert!(run.code == usual.code && run.stdout == usual.stdout, "{line}\n{run}");
        let run = closed("2>&-", line);
        assert!(run.code == usual.code && run.stdout == usual.stdout, "{line}\n{run}");
        for redirect in [">&-", ">&- 2>&-", "<&- >&- 2>&-"] {
            let run = closed(redirect, line);
            assert!(matches!(run.code, Some(0..=2)) && !run.stderr.contains("panicked"), "{line}\n{run}");
        }
    }
    let run = closed("<&-", "summary");
    assert_eq!((run.code, run.stderr.as_str()), (Some(2), "error: <stdin>: the file is empty\n"));
}

#[test]
fn an_input_that_cannot_be_read_is_named() {
    // A folder with folders in it, but no file.
    let mut unreadable = vec!["fixtures/fuzz", "fixtures/none.csv"];
    if cfg!(target_os = "linux") {
        unreadable.push("/proc/self/mem");
    }
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.csv");
    fs::write(&output, OLD).unwrap();
    for bad in unreadable {
        for line in [
            "summary BAD",
            "summary REPORT BAD",
            "list BAD REPORT",
            "given REPORT --names BAD",
            "check REPORT --accept BAD",
            "inspect BAD",
            "diff BAD REPORT",
            "diff REPORT BAD",
            "reconcile BAD --invoice fixtures/invoice/2022-07.csv",
            "reconcile REPORT --invoice BAD",
            "reconcile REPORT --invoice fixtures/invoice/2022-07.csv BAD",
        ] {
            let line = line.replace("REPORT", REPORT).replace("BAD", bad);
            let run = ended(started(&line).arg("-o").arg(&output));
            assert!(run.code == Some(2) && run.stderr.contains(bad), "{line}\n{run}");
            assert_eq!(fs::read_to_string(&output).unwrap(), OLD, "{line}");
            assert_eq!(names_in(folder.path()), ["out.csv"], "{line}");
        }
    }
}

#[test]
fn a_writer_that_stops_in_the_middle_of_a_record_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let whole = fs::read_to_string(REPORT).unwrap();
    let record = whole.lines().nth(40).unwrap();
    let start = whole.find(record).unwrap();
    for (at, stop) in (0..=record.len()).step_by(7).enumerate() {
        let pipe = folder.path().join(format!("pipe-{at}"));
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let text = whole[..start + stop].to_owned();
        let feed = thread::spawn({
            let pipe = pipe.clone();
            move || File::options().write(true).open(pipe).unwrap().write_all(text.as_bytes()).unwrap()
        });
        let run = ended(started("summary").arg(&pipe));
        feed.join().unwrap();
        let is_whole = stop == 0 || stop == record.len();
        assert!(matches!(run.code, Some(0 | 2)), "{run}");
        let is_said = run.stderr.contains(&pipe.display().to_string());
        assert!(is_whole || is_said, "stopped at {stop} of {record}\n{run}");
    }
}

#[test]
fn a_file_that_shrinks_while_it_is_read_is_read_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let report = big(folder.path(), 40_000);
    let whole = fs::read(&report).unwrap();
    for wait in 0..16 {
        fs::write(&report, &whole).unwrap();
        let child = started("summary -q").arg(&report).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        thread::sleep(Duration::from_millis(wait));
        File::options().write(true).open(&report).unwrap().set_len(1_000_003 * (wait % 4)).unwrap();
        let run = Run::of(child.wait_with_output().unwrap());
        let name = report.display().to_string();
        let is_good = match run.code {
            Some(0) => run.stdout.lines().count() == 2 || wait % 4 == 0,
            Some(2) => run.stdout.is_empty() && run.stderr.contains(&name),
            _ => false,
        };
        assert!(is_good, "{wait} ms\n{run}");
    }
}

#[test]
fn the_environment_may_be_empty_or_odd() {
    for line in COMMANDS {
        let usual = aco(line);
        let mut empty = started(line);
        empty.env_clear();
        let mut odd = started(line);
        let odd_values = [
            ("TERM", "dumb"),
            ("NO_COLOR", "1"),
            ("COLUMNS", "-1"),
            ("LANG", "x"),
            ("HOME", ""),
            ("RUST_LOG", "trace"),
        ];
        odd.envs(odd_values).env_remove("PATH");
        for mut command in [empty, odd] {
            let run = ended(&mut command);
            assert!(
                run.code == usual.code && run.stdout == usual.stdout && run.stderr == usual.stderr,
                "{line}\n{run}"
            );
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_that_wants_no_colours_gets_none() {
    let on_terminal = |name: &str, value: &str| {
        let line = format!("{} balance {REPORT}", env!("CARGO_BIN_EXE_aco"));
        let mut script = started_in(&mut Command::new("script"));
        script.args(["-qec", &line, "/dev/null"]).env("TERM", "xterm").env(name, value).stdin(Stdio::null());
        script.output().ok().map(|output| String::from_utf8(output.stdout).unwrap())
    };
    let Some(usual) = on_terminal("COLUMNS", "100") else { return };
    assert!(usual.contains("\u{1b}[1m"), "{usual:?}");
    for (name, value) in [("TERM", "dumb"), ("NO_COLOR", "1")] {
        let shown = on_terminal(name, value).unwrap();
        assert!(shown.contains("Customer") && !shown.contains('\u{1b}'), "{name}: {shown:?}");
    }
}

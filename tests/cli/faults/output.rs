//! Outputs that cannot be written, or that nobody reads.

use std::fs;
use std::io::Read;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use super::super::context::{Run, aco, names_in};
use super::{COMMANDS, FORMATS, OLD, big, ended, full, started};

/// Commands of one format only.
const OTHERS: [&str; 6] =
    ["summary fixtures/aco-balance.csv --chart", "completions bash", "man", "--help", "check --help", "--version"];

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_standard_output_is_an_error() {
    let with_format = COMMANDS.iter().flat_map(|line| FORMATS.map(|format| format!("{line} -f {format}")));
    for line in with_format.chain(OTHERS.map(str::to_owned)) {
        let usual = started(&line).output().unwrap();
        let run = ended(started(&line).stdout(full()));
        if usual.stdout.is_empty() {
            assert_eq!(run.code, usual.status.code(), "{line}");
            continue;
        }
        assert_eq!(run.code, Some(2), "{line}\n{run}");
        assert!(run.stderr.contains("error: cannot write to standard output: No space left"), "{line}\n{run}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_the_output_file_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let link = |name: &str| {
        let path = folder.path().join(name);
        symlink("/dev/full", &path).unwrap();
        path
    };
    for (format, name) in
        FORMATS.iter().zip(["a.txt", "a.csv", "a.tsv", "a.json", "a.jsonl", "a.md", "a.xlsx", "a.parquet"])
    {
        let path = link(name);
        let run = ended(started("given fixtures/aco-balance.csv").arg("-o").arg(&path));
        let expected = format!("error: cannot write {}: No space left", path.display());
        assert!(run.code == Some(2) && run.stderr.contains(&expected), "{format}\n{run}");
    }
    for name in ["r.html", "r.xlsx"] {
        let path = link(name);
        let run = ended(started("report fixtures/aco-balance.csv").arg("-o").arg(&path));
        assert!(run.code == Some(2) && run.stderr.contains(&format!("cannot write {}: ", path.display())), "{run}");
    }
    assert_eq!(names_in(folder.path()).len(), FORMATS.len() + 2, "no temporary file");
}

#[test]
fn a_file_that_cannot_grow_leaves_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let report = big(folder.path(), 2_000);
    for (command, name) in [
        ("list", "out.csv"),
        ("given", "out.tsv"),
        ("balance", "out.json"),
        ("list", "out.jsonl"),
        ("given", "out.md"),
        ("balance", "out.txt"),
        ("list", "out.xlsx"),
        ("given", "out.parquet"),
        ("report", "out.html"),
        ("report", "out.xlsx"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join(name);
        fs::write(&output, OLD).unwrap();
        let limit = "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\"";
        let run = ended(
            Command::new("sh")
                .args(["-c", limit, env!("CARGO_BIN_EXE_aco"), command])
                .arg(&report)
                .arg("-o")
                .arg(&output),
        );
        let expected = format!("error: cannot write {}: File too large", output.display());
        assert!(run.code == Some(2) && run.stderr.contains(&expected), "{command} {name}\n{run}");
        assert_eq!(fs::read_to_string(&output).unwrap(), OLD);
        assert_eq!(names_in(folder.path()), [name]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_large_workbook_without_room_for_temporary_files_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let report = big(folder.path(), 20_100);
    let outputs = tempfile::tempdir().unwrap();
    let output = outputs.path().join("out.xlsx");
    fs::write(&output, OLD).unwrap();
    let limit = "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\"";
    let mut limited = Command::new("sh");
    limited.args(["-c", limit, env!("CARGO_BIN_EXE_aco"), "list"]).arg(&report).arg("-o").arg(&output);
    let run = ended(&mut limited);
    assert!(run.code == Some(2) && run.stderr.starts_with("error: ") && run.stderr.contains("File too large"), "{run}");
    let run = ended(started("list").arg(&report).arg("-o").arg(&output).env("TMPDIR", "/nowhere"));
    assert!(run.code == Some(2) && run.stderr.contains("cannot write"), "{run}");
    assert_eq!(fs::read_to_string(&output).unwrap(), OLD);
    assert_eq!(names_in(outputs.path()), ["out.xlsx"]);
}

#[test]
fn a_reader_may_leave_after_any_4_kb() {
    let folder = tempfile::tempdir().unwrap();
    let report = big(folder.path(), 1_000);
    for format in FORMATS {
        // Tables and workbooks are made before their first byte is written.
        let step = match format {
            "csv" | "jsonl" => 1,
            "xlsx" => 8,
            _ => 4,
        };
        for pages in (0..25).step_by(step) {
            let line = format!("given -q -f {format}");
            let mut child = started(&line).arg(&report).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            let mut page = vec![0; 4096 * pages];
            let mut pipe = child.stdout.take().unwrap();
            let _ = pipe.read_exact(&mut page);
            drop(pipe);
            let run = Run::of(child.wait_with_output().unwrap());
            assert!(run.code == Some(0) && run.stderr.is_empty(), "{format}, {pages} pages\n{run}");
        }
    }
}

#[test]
fn messages_that_nobody_can_read_cost_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for line in COMMANDS {
        let usual = aco(line);
        let no_reader = || {
            let (reader, writer) = std::io::pipe().unwrap();
            drop(reader);
            Stdio::from(writer)
        };
        let mut sinks = vec![no_reader()];
        if cfg!(target_os = "linux") {
            sinks.push(full());
        }
        for sink in sinks {
            let run = ended(started(line).stderr(sink));
            assert!(run.code == usual.code && run.stdout == usual.stdout, "{line}\n{run}");
        }
        let output = folder.path().join("out.csv");
        let run = ended(started(line).arg("-o").arg(&output).stderr(no_reader()));
        assert_eq!(run.code, usual.code, "{line}");
        assert!(output.exists(), "{line}");
        fs::remove_file(output).unwrap();
    }
}

#[test]
fn a_folder_that_cannot_be_written_to_is_an_error_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.csv");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
    let mut command = started("summary");
    // Nothing is forbidden to root: then somebody else has to try.
    let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    if is_root {
        command.uid(65_534).gid(65_534);
    }
    let tried = command.arg("-o").arg(&output).stdin(Stdio::null()).output();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    if let Ok(tried) = tried {
        let run = Run::of(tried);
        let expected = format!("error: cannot write {}: permission denied\n", output.display());
        assert_eq!((run.code, run.stderr), (Some(2), expected), "before standard input is read");
    } else {
        assert!(is_root, "only somebody else may be kept from the program");
    }
    if cfg!(target_os = "linux") {
        let run = aco("summary fixtures/aco-balance.csv -o /proc/out.csv");
        assert!(run.code == Some(2) && run.stderr.starts_with("error: cannot write /proc/out.csv: "), "{run}");
        assert_eq!(aco("man --out /proc/man").code, Some(2));
    }
    fs::write(&output, OLD).unwrap();
    fs::set_permissions(&output, fs::Permissions::from_mode(0o444)).unwrap();
    let run = ended(started("summary fixtures/aco-balance.csv").arg("-o").arg(&output));
    assert!(run.code == Some(2) && run.stderr.contains("permission denied"), "{run}");
    assert_eq!(fs::read_to_string(&output).unwrap(), OLD);
}

#[test]
fn a_link_stays_a_link_and_permissions_stay() {
    let folder = tempfile::tempdir().unwrap();
    let [real, link] = ["real.csv", "link.csv"].map(|name| folder.path().join(name));
    fs::write(&real, OLD).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&real, &link).unwrap();
    let run = ended(started("summary fixtures/aco-balance.csv").arg("-o").arg(&link));
    assert_eq!(run.code, Some(0), "{run}");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink() && fs::read_to_string(&real).unwrap() != OLD);
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(names_in(folder.path()), ["link.csv", "real.csv"], "no temporary file");
    let folder = ended(started("summary fixtures/aco-balance.csv -f csv").arg("-o").arg(folder.path()));
    assert!(folder.code == Some(2) && folder.stderr.contains("is a directory"), "{folder}");
}

#[test]
fn many_runs_on_one_file_leave_one_whole_result() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.csv");
    let lines = ["summary -q fixtures/aco-balance.csv", "list -q fixtures/aco-balance.csv"];
    let results = lines.map(|line| aco(line).stdout);
    let runs: Vec<_> = (0..64)
        .map(|at| started(lines[at % 2]).arg("-o").arg(&output).stderr(Stdio::piped()).spawn().unwrap())
        .collect();
    for run in runs {
        let run = Run::of(run.wait_with_output().unwrap());
        assert!(run.code == Some(0) && run.stderr.is_empty(), "{run}");
    }
    assert!(results.contains(&fs::read_to_string(&output).unwrap()));
    assert_eq!(names_in(folder.path()), ["out.csv"]);
}

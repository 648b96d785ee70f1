//! What is no ordinary file, and files that want more memory than there is.

use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Output;

use super::Expect::{File, Fine, Line};
use super::{Expect, Role, fault, fixture};

const ROLES: [Role; 4] = [Role::Report, Role::Invoice, Role::Names, Role::Accept];

fn output(role: Role, file: &str) -> Output {
    super::command(role, file).output().unwrap()
}

#[track_caller]
fn check(role: Role, file: &str, expect: Expect) {
    assert_eq!(fault(&output(role, file), file, expect), None, "{role:?}");
}

#[test]
fn what_is_no_file_is_refused_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    symlink(path("loop"), path("loop")).unwrap();
    symlink(path("nowhere"), path("dangling")).unwrap();
    fs::write(path("locked"), fixture("documented-example.csv")).unwrap();
    fs::set_permissions(path("locked"), fs::Permissions::from_mode(0o000)).unwrap();
    // Nothing is locked to the superuser.
    let is_locked = fs::File::open(path("locked")).is_err();
    let _listener = std::os::unix::net::UnixListener::bind(path("socket")).unwrap();
    for role in ROLES {
        for name in ["", "nowhere", "loop", "dangling", "socket", "locked/report.csv"] {
            check(role, &path(name), File);
        }
        if is_locked {
            check(role, &path("locked"), File);
        }
    }
    for role in [Role::Report, Role::Invoice, Role::Names] {
        check(role, "/dev/null", File);
    }
}

#[test]
fn a_name_that_is_no_text_is_told_all_the_same() {
    let name = std::ffi::OsStr::from_bytes(b"no-\xff-text.csv");
    let output = super::program().arg("summary").arg(name).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), stderr.as_str()), (Some(2), "error: no-\u{fffd}-text.csv: no such file\n"));
}

#[test]
fn a_pipe_under_a_name_is_read_once() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    let text = fixture("documented-example.csv");
    let header = text.split_inclusive(|byte| *byte == b'\n').next().unwrap().to_vec();
    let short = [&header[..], b"p,c\n"].concat();
    let packed = super::super::context::zip(&[("report.csv", &text)], zip::CompressionMethod::Deflated);
    for (bytes, expect) in [(text, Fine), (packed, Fine), (short, Line(2)), (Vec::new(), File)] {
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        let writer = std::thread::spawn({
            let pipe = pipe.clone();
            // The program may end without reading all of it.
            move || drop(fs::OpenOptions::new().write(true).open(pipe).unwrap().write_all(&bytes))
        });
        check(Role::Report, pipe.to_str().unwrap(), expect);
        writer.join().unwrap();
        fs::remove_file(&pipe).unwrap();
    }
}

#[cfg(target_os = "linux")]
mod memory {
    use std::process::Command;

    use super::super::{Case, Role, command, containers, run_as};
    use super::{File, check, fault};

    /// Kilobytes of addresses that a run may use: 200 MB, and what the program and its stacks take up.
    const LIMIT: usize = 400_000;

    /// The same command with that much memory.
    fn in_little_memory(role: Role, file: &str) -> Command {
        let whole = command(role, file);
        let mut limited = Command::new("sh");
        limited.arg("-c").arg(format!("ulimit -v {LIMIT}; exec \"$0\" \"$@\""));
        limited.arg(whole.get_program()).args(whole.get_args());
        // Each thread would set aside addresses of its own, most of which it never uses.
        limited.env("MALLOC_ARENA_MAX", "1");
        limited
    }

    #[test]
    fn small_files_whose_text_is_endless_are_refused_in_little_memory() {
        run_as(&containers::bombs(), in_little_memory);
    }

    #[test]
    fn large_cells_are_refused_in_little_memory() {
        let cases: Vec<Case> =
            super::super::reports::large().into_iter().filter(|case| case.bytes.len() > 500_000).collect();
        run_as(&cases, in_little_memory);
    }

    #[test]
    fn a_device_without_end_is_refused() {
        for role in [Role::Report, Role::Invoice, Role::Names] {
            let output = in_little_memory(role, "/dev/zero").output().unwrap();
            assert_eq!(fault(&output, "/dev/zero", File), None, "{role:?}");
        }
        check(Role::Report, "/proc/self/mem", File);
        check(Role::Report, "/proc/self/cmdline", File);
    }
}

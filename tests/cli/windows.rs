//! What finance desks have on their machines: names with umlauts and blanks, CRLF, UTF-16 out of PowerShell, files that
//! are open in Excel, drive letters and backslashes.
//!
//! What depends on Windows itself is tested there only; all else everywhere, so that the systems can be compared.

use std::fs;
use std::path::Path;

use super::context::{aco, aco_on, program};

const REPORT: &str = "fixtures/aco-balance.csv";

/// A command line for each command, with `FILE` for the report.
const COMMANDS: [&str; 11] = [
    "summary FILE",
    "given FILE",
    "list FILE",
    "balance FILE --as-of 2022-12-15",
    "check FILE --as-of 2022-12-15 --skip unknown-opening",
    "reconcile FILE --invoice fixtures/invoice/2022-07.csv --as-of 2022-12-15",
    "diff FILE FILE",
    "expiring FILE --as-of 2022-12-15",
    "summary FILE -f json",
    "given FILE -f markdown",
    "summary FILE -f xlsx",
];

/// What a command writes for a report that stands at a path, and its exit code.
fn answer(command: &str, report: &Path) -> (Option<i32>, Vec<u8>) {
    let mut program = program();
    for word in command.split(' ') {
        match word {
            "FILE" => program.arg(report),
            _ => program.arg(word),
        };
    }
    let output = program.output().unwrap();
    let code = output.status.code();
    assert!(code.is_some_and(|code| code < 2), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    // `check` names the file.
    let path = report.to_str().unwrap().as_bytes();
    let mut bytes = output.stdout;
    while let Some(at) = bytes.windows(path.len()).position(|bytes| bytes == path) {
        bytes.splice(at..at + path.len(), *b"FILE");
    }
    (code, bytes)
}

/// Every command answers a report at this path as it answers the fixture.
#[track_caller]
fn same_answers(report: &Path) {
    for command in COMMANDS {
        let expected = answer(command, Path::new(REPORT));
        assert!(!expected.1.is_empty() || command.starts_with("diff"), "{command} says nothing");
        assert!(answer(command, report) == expected, "{command} differs for {}", report.display());
    }
}

/// A folder whose name and files have all that names may have on Windows.
fn odd_folder() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let odd = folder.path().join("Guthaben für März & Co. (2022) 50% é");
    fs::create_dir(&odd).unwrap();
    (folder, odd)
}

#[test]
fn names_may_have_umlauts_and_blanks() {
    let (_folder, odd) = odd_folder();
    for name in ["Größe über alles.csv", "ACO 2022-12 (1).csv", "レポート.csv", "👍.csv", "report.v2.final.CSV"]
    {
        let report = odd.join(name);
        fs::copy(REPORT, &report).unwrap();
        same_answers(&report);
    }
}

/// A report may be given as its folder, or as a pattern that fits it.
#[track_caller]
fn same_answers_for_what_stands_for_it(path: &Path) {
    for command in
        ["summary FILE", "given FILE", "list FILE", "balance FILE --as-of 2022-12-15", "summary FILE -f json"]
    {
        assert!(answer(command, path) == answer(command, Path::new(REPORT)), "{command} {}", path.display());
    }
}

#[test]
fn folders_and_patterns_may_have_umlauts_and_blanks() {
    let (_folder, odd) = odd_folder();
    fs::copy(REPORT, odd.join("Größe über alles.csv")).unwrap();
    same_answers_for_what_stands_for_it(&odd);
    for pattern in ["*", "*.csv", "Größe*", "Gr??e über *.csv"] {
        same_answers_for_what_stands_for_it(&odd.join(pattern));
    }
}

#[test]
fn results_go_to_names_with_umlauts_and_blanks() {
    let (_folder, odd) = odd_folder();
    let expected = aco(&format!("summary {REPORT}")).stdout;
    let output = odd.join("Übersicht – März.csv");
    for _ in 0..2 {
        let run = program().args(["summary", REPORT, "-o"]).arg(&output).output().unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        assert_eq!(fs::read_to_string(&output).unwrap(), expected);
    }
    assert_eq!(fs::read_dir(&odd).unwrap().count(), 1, "something was left behind");
}

#[test]
fn arguments_and_cells_keep_their_umlauts_in_a_pipe() {
    let names = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    fs::write(&names, "CustomerID,CustomerName\r\n0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,Müller & Söhne ÄG\r\n").unwrap();
    let run = program()
        .args(["balance", REPORT, "--customer", "müller & sÖhne", "-f", "csv", "--names"])
        .arg(names.path())
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let text = String::from_utf8(run.stdout).unwrap();
    assert!(text.lines().skip(1).all(|line| line.contains(",Müller & Söhne ÄG,")), "{text}");
    let unknown = program().args(["balance", REPORT, "--customer", "Größe"]).output().unwrap();
    assert!(String::from_utf8(unknown.stderr).unwrap().contains("`Größe`"));
}

#[test]
fn lines_end_as_they_do_everywhere() {
    for command in COMMANDS.into_iter().filter(|command| !command.ends_with("xlsx")) {
        let (_, bytes) = answer(command, Path::new(REPORT));
        assert!(!bytes.contains(&b'\r'), "{command} writes CR");
    }
}

#[test]
fn lines_that_end_in_crlf_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("crlf.csv");
    fs::write(&report, fs::read_to_string(REPORT).unwrap().replace('\n', "\r\n")).unwrap();
    same_answers(&report);
}

/// Text as PowerShell 5 writes it to a file with `>`: UTF-16 with its mark, lines ended by CRLF.
fn as_power_shell_writes(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.replace('\n', "\r\n").encode_utf16().collect::<Vec<_>>());
    units.flat_map(u16::to_le_bytes).collect()
}

#[test]
fn what_power_shell_5_makes_of_output_is_read_back() {
    let list = aco(&format!("list {REPORT}")).stdout;
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("list.csv");
    fs::write(&report, as_power_shell_writes(&list)).unwrap();
    for command in COMMANDS.into_iter().filter(|command| !command.starts_with("check")) {
        assert!(answer(command, &report) == answer(command, Path::new(REPORT)), "{command}");
    }
    assert_eq!(aco_on("list", &as_power_shell_writes(&list)).stdout, list);
}

#[test]
fn files_that_may_only_be_read_are_read_and_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.csv");
    fs::copy(REPORT, &report).unwrap();
    let writable = fs::metadata(&report).unwrap().permissions();
    let mut read_only = writable.clone();
    read_only.set_readonly(true);
    fs::set_permissions(&report, read_only).unwrap();
    same_answers(&report);
    let run = program().args(["summary", REPORT, "-o"]).arg(&report).output().unwrap();
    let stderr = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(2), "{stderr}");
    assert!(stderr.starts_with(&format!("error: cannot write {}: ", report.display())), "{stderr}");
    assert_eq!(fs::read(&report).unwrap(), fs::read(REPORT).unwrap());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "something was left behind");
    fs::set_permissions(&report, writable).unwrap();
}

#[test]
fn paths_may_be_longer_than_windows_once_allowed() {
    let folder = tempfile::tempdir().unwrap();
    let mut deep = fs::canonicalize(folder.path()).unwrap();
    while deep.as_os_str().len() < 400 {
        deep.push("ein Ordner mit einem langen Namen");
    }
    fs::create_dir_all(&deep).unwrap();
    fs::copy(REPORT, deep.join("report.csv")).unwrap();
    // As a person would write it.
    let path = deep.to_str().unwrap();
    let deep = Path::new(path.strip_prefix(r"\\?\").unwrap_or(path));
    assert!(deep.as_os_str().len() > 300);
    same_answers(&deep.join("report.csv"));
    let output = deep.join("summary.csv");
    let run = program().args(["summary", REPORT, "-o"]).arg(&output).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert_eq!(fs::read_to_string(output).unwrap(), aco(&format!("summary {REPORT}")).stdout);
}

#[cfg(windows)]
mod only {
    //! What other systems do not have.

    use std::os::windows::fs::OpenOptionsExt;
    use std::path::PathBuf;
    use std::process::Command;

    use super::super::context::program_path;
    use super::*;

    /// Lets others read and write a file that is open, but neither delete nor replace it, as Excel does.
    const SHARED_FOR_READING_AND_WRITING: u32 = 1 | 2;

    /// The ways of writing the path of the fixture, none of which may be taken for another file.
    fn spellings() -> Vec<PathBuf> {
        let whole = fs::canonicalize(REPORT).unwrap();
        let verbatim = whole.to_str().unwrap();
        let drive = verbatim.strip_prefix(r"\\?\").unwrap();
        let from_drive = &drive[2..];
        let mut spellings: Vec<PathBuf> = [
            r"fixtures\aco-balance.csv",
            r".\fixtures\aco-balance.csv",
            r"fixtures\..\fixtures/aco-balance.csv",
            r"FIXTURES\ACO-BALANCE.CSV",
            from_drive,
            drive,
            verbatim,
        ]
        .map(PathBuf::from)
        .to_vec();
        spellings.push(drive.replace('\\', "/").into());
        spellings.push(format!("{}fixtures\\aco-balance.csv", &drive[..2]).into());
        spellings
    }

    #[test]
    fn drives_and_backslashes_lead_to_the_file() {
        for spelling in spellings() {
            same_answers(&spelling);
        }
    }

    #[test]
    fn patterns_are_told_apart_from_drives_and_long_paths() {
        for spelling in spellings() {
            let spelling = spelling.to_str().unwrap().to_owned();
            let name = spelling.rfind(['\\', '/']).map_or(0, |at| at + 1);
            for pattern in ["aco-balanc?.csv", "aco-b*.csv", "ACO-B*.CSV"] {
                let path = format!("{}{pattern}", &spelling[..name]);
                same_answers_for_what_stands_for_it(Path::new(&path));
            }
        }
    }

    #[test]
    fn a_share_that_is_not_there_is_told_by_its_name() {
        for (path, shown) in [
            (r"\\nobody\share\report.csv", r"\\nobody\share\report.csv"),
            (r"//nobody/share/report.csv", r"//nobody/share/report.csv"),
            (r"Q:\none\report.csv", r"Q:\none\report.csv"),
        ] {
            let run = aco(&format!("summary {path}"));
            assert_eq!(run.code, Some(2), "{run}");
            assert!(run.stderr.starts_with(&format!("error: {shown}: ")), "{run}");
            let run = aco(&format!("summary {REPORT} -o {path}"));
            assert_eq!(run.code, Some(2), "{run}");
            assert!(run.stderr.starts_with(&format!("error: cannot write {shown}: ")), "{run}");
        }
    }

    #[test]
    fn an_input_is_never_the_output_however_it_is_written() {
        for spelling in spellings() {
            let run = program().args(["list", REPORT, "-o"]).arg(&spelling).output().unwrap();
            let stderr = String::from_utf8(run.stderr).unwrap();
            assert_eq!(run.status.code(), Some(2), "{stderr}");
            assert_eq!(stderr, format!("error: {} is an input\nhint: write to another file\n", spelling.display()));
        }
    }

    #[test]
    fn a_file_that_another_program_has_open_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("summary.csv");
        fs::write(&output, "old").unwrap();
        let open = fs::File::options().read(true).share_mode(SHARED_FOR_READING_AND_WRITING).open(&output).unwrap();
        let run = program().args(["summary", REPORT, "-o"]).arg(&output).output().unwrap();
        assert_eq!(run.status.code(), Some(2));
        let stderr = String::from_utf8(run.stderr).unwrap();
        // In between are the words of Windows.
        assert!(stderr.contains(&format!("error: cannot write {}: ", output.display())), "{stderr}");
        let hint = "(os error 5)\nhint: close it where it is open, perhaps in Excel, or write to another file\n";
        assert!(stderr.ends_with(hint), "{stderr}");
        drop(open);
        assert_eq!(fs::read_to_string(&output).unwrap(), "old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "something was left behind");
        let run = program().args(["summary", REPORT, "-o"]).arg(&output).output().unwrap();
        assert!(run.status.success());
        assert_eq!(fs::read_to_string(&output).unwrap(), aco(&format!("summary {REPORT}")).stdout);
    }

    #[test]
    fn a_report_that_another_program_has_open_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("report.csv");
        fs::copy(REPORT, &report).unwrap();
        let _open = fs::File::options()
            .read(true)
            .write(true)
            .share_mode(SHARED_FOR_READING_AND_WRITING)
            .open(&report)
            .unwrap();
        same_answers(&report);
    }

    #[test]
    fn the_script_for_cmd_books_a_month() {
        let page = fs::read_to_string("docs/windows.md").unwrap().replace("\r\n", "\n");
        let script = page.split("```bat\n").nth(1).unwrap().split("```").next().unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::copy(REPORT, folder.path().join("aco-balance.csv")).unwrap();
        fs::write(folder.path().join("month.bat"), script.replace('\n', "\r\n")).unwrap();
        let programs = program_path().parent().unwrap().to_owned();
        let run = Command::new("cmd")
            .args(["/c", "month.bat"])
            .current_dir(folder.path())
            .env("PATH", format!("{};{}", programs.display(), std::env::var("PATH").unwrap()))
            .output()
            .unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        let made = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(made("given.csv"), aco(&format!("given {REPORT} --closed")).stdout);
        let summary = aco(&format!("summary {REPORT} --closed --by month,customer -f markdown")).stdout;
        assert_eq!(made("summary.md"), summary);
        let lines = aco(&format!("summary {REPORT} --closed -f jsonl")).stdout;
        assert_eq!(String::from_utf8(run.stdout).unwrap(), lines);
    }

    #[test]
    fn nul_takes_everything_and_holds_nothing() {
        for name in ["NUL", "nul", r"\\.\NUL"] {
            let run = aco(&format!("summary {REPORT} -f csv -o {name}"));
            assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{name}: {run}");
            let run = aco(&format!("summary {name}"));
            assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{name}: {run}");
            assert!(run.stderr.starts_with(&format!("error: {name}: ")), "{run}");
        }
    }
}

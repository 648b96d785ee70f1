//! Running the program and showing what came of it.

use std::ffi::OsString;
use std::fmt::{self, Write as _};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

/// What a run came to.
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// An exit code that is not 0, what was written, and what was said, if anything.
impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(0) => {}
            Some(code) => writeln!(f, "exit code: {code}")?,
            None => writeln!(f, "killed")?,
        }
        f.write_str(&self.stdout)?;
        if self.stderr.is_empty() { Ok(()) } else { write!(f, "--- stderr\n{}", self.stderr) }
    }
}

/// The program that is tested: the one that cargo has built, or another that `ACO_PROGRAM` names.
pub(crate) fn program_path() -> PathBuf {
    std::env::var_os("ACO_PROGRAM").map_or_else(|| env!("CARGO_BIN_EXE_aco").into(), PathBuf::from)
}

/// The program, started in the project's folder, where `fixtures` is.
pub(crate) fn program() -> Command {
    let mut program = Command::new(program_path());
    program.current_dir(env!("CARGO_MANIFEST_DIR")).env_remove("NO_COLOR").env_remove("COLUMNS");
    program
}

/// Runs the program with the arguments of a line, which are separated by blanks.
pub(crate) fn aco(line: &str) -> Run {
    aco_on(line, b"")
}

/// Runs the program with something on standard input.
pub(crate) fn aco_on(line: &str, stdin: &[u8]) -> Run {
    let mut program = program();
    program.args(line.split_whitespace()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = spawned(&mut program);
    let mut pipe = child.stdin.take().unwrap();
    let input = stdin.to_vec();
    // The program may end without reading all of it.
    let feed = std::thread::spawn(move || drop(pipe.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    feed.join().unwrap();
    Run::of(output)
}

/// Starts a program, again where a busy Wine cannot for the moment ("Internal error", 1359): one start in a thousand.
fn spawned(program: &mut Command) -> Child {
    for _ in 0..4 {
        match program.spawn() {
            Err(error) if cfg!(windows) && error.raw_os_error() == Some(1359) => {
                std::thread::sleep(std::time::Duration::from_secs(1));
            }
            other => return other.unwrap(),
        }
    }
    program.spawn().unwrap()
}

impl Run {
    /// What a program that has ended came to.
    pub(crate) fn of(output: Output) -> Self {
        // Lines end in LF on every system, and CRLF within a cell is the cell's.
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// Runs the program on a file: its exit code, and what it writes and says, without the file's folder.
pub(crate) fn run_on(args: &[&str], file: &Path) -> (Option<i32>, String, String) {
    let output = program().args(args).arg(file).output().unwrap();
    let text = |bytes: &[u8]| {
        let folder = file.parent().unwrap().join("").display().to_string();
        String::from_utf8_lossy(bytes).replace(&folder, "")
    };
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// Lines whose amounts do not show the zeros that they were written with.
pub(crate) fn plain(text: &str) -> Vec<String> {
    let cell = |cell: &str| match cell.split_once('.') {
        Some((whole, decimals)) if decimals.bytes().all(|byte| byte == b'0') => whole.to_owned(),
        Some((whole, decimals)) => format!("{whole}.{}", decimals.trim_end_matches('0')),
        None => cell.to_owned(),
    };
    text.lines().map(|line| line.split(',').map(cell).collect::<Vec<_>>().join(",")).collect()
}

/// The names of what is in a folder.
#[cfg(unix)]
pub(crate) fn names_in(folder: &std::path::Path) -> Vec<String> {
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut names: Vec<String> = std::fs::read_dir(folder).unwrap().map(name).collect();
    names.sort();
    names
}

/// Runs the program as a terminal of some width would show it: both streams, in the order in which they were written.
pub(crate) fn on_terminal(line: &str, width: usize) -> String {
    let screen = Screen::default();
    let stdio = aco::Stdio {
        stdin_is_terminal: true,
        terminal: Some(aco::Terminal { width, color: false }),
        ..aco::Stdio::new(io::empty(), screen.clone(), screen.clone())
    };
    let args = std::iter::once("aco").chain(line.split_whitespace()).map(Into::into);
    let _ = aco::run(args, stdio);
    let bytes = screen.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

/// Runs the program within this process, which takes less time: what it writes to standard output and error.
pub(crate) fn in_process(args: impl IntoIterator<Item = OsString>) -> (String, String) {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let stdio = aco::Stdio::new(io::empty(), &mut stdout, &mut stderr);
    let _ = aco::run(std::iter::once("aco".into()).chain(args), stdio);
    (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

#[derive(Clone, Default)]
struct Screen(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The header of a balance report.
pub(crate) const HEADER: &str = "PartnerID,CustomerID,InvoiceMonth,CreditName,CreditAmount,Status,BalanceAmount,CurrencyCode,\
    AgreementID,EffectiveDate,ExpiryDate\n";

/// A balance report of one partner, from rows such as `customer month amount status balance currency effective expiry`.
pub(crate) fn report(rows: &[&str]) -> Vec<u8> {
    let mut text = HEADER.to_owned();
    for row in rows {
        let cells: Vec<&str> = row.split(' ').map(|cell| if cell == "-" { "" } else { cell }).collect();
        let [customer, month, amount, status, balance, currency, effective, expiry] = cells[..] else {
            panic!("eight cells, not {row}")
        };
        writeln!(
            text,
            "p,{customer},{month},ACO,{amount},{status},{balance},{currency},a-{customer},{effective},{expiry}"
        )
        .unwrap();
    }
    text.into_bytes()
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

pub(crate) fn zip(entries: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// What `tests/peers/reconcile.py` computes of a report and invoices; nothing where there is no Python and none is a duty.
pub(crate) fn reconciled_by_python(files: &[&str]) -> Option<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/reconcile.py");
    let python = std::env::var("ACO_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let Ok(output) = Command::new(python).arg(script).args(files).output() else {
        assert!(std::env::var_os("ACO_PEERS").is_none(), "python3 was not found");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n"))
}

/// Snapshots a run.
macro_rules! snapshot {
    ($run:expr, @$expected:literal) => {
        insta::assert_snapshot!($run.to_string(), @$expected)
    };
}
pub(crate) use snapshot;

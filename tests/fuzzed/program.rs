//! Running the program within the process.

use std::io::{Cursor, Write};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

/// What a run came to.
pub(crate) struct Run {
    pub(crate) code: ExitCode,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

/// Runs the program with some arguments on some standard input.
pub(crate) fn aco(line: &[&str], stdin: &[u8]) -> Run {
    let (stdout, stderr) = (Stream::default(), Stream::default());
    let stdio = aco::Stdio::new(Cursor::new(stdin.to_vec()), stdout.clone(), stderr.clone());
    let args = ["aco"].iter().chain(line).map(Into::into);
    let code = aco::run(args, stdio);
    let stderr = String::from_utf8(stderr.taken()).expect("messages are text");
    let is_known = [0, 1, 2].map(ExitCode::from).contains(&code);
    assert!(is_known, "{line:?}: {code:?}\n{stderr}");
    // A run that could not do its work says so.
    assert!(code != ExitCode::from(2) || stderr.contains("error: "), "{line:?}: no error is said\n{stderr}");
    Run { code, stdout: stdout.taken(), stderr }
}

#[derive(Clone, Default)]
struct Stream(Arc<Mutex<Vec<u8>>>);

impl Stream {
    fn taken(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().expect("no run panics"))
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no run panics").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

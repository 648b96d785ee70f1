//! The streams that a run reads and writes, and what is known of the terminals behind them.

use std::fmt;
use std::io::{self, IsTerminal, Read, Write};

use crate::model::text::VisibleLines;

/// Standard input, output and error.
pub struct Stdio<'s> {
    /// Standard input; taken by the first that reads it.
    pub stdin: Option<Box<dyn Read + Send>>,
    /// Whether a person would have to type the input.
    pub stdin_is_terminal: bool,
    /// Where data goes.
    pub stdout: Box<dyn Write + 's>,
    /// The terminal that shows the data, if one does.
    pub terminal: Option<Terminal>,
    /// Where everything else goes.
    pub stderr: Box<dyn Write + 's>,
    /// Whether a person reads it as it is written.
    pub stderr_is_terminal: bool,
    /// Whether what is said there may be coloured.
    pub stderr_color: bool,
}

/// A terminal.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// Columns of text.
    pub width: usize,
    /// Whether it shows colours, and they are wanted.
    pub color: bool,
}

impl Stdio<'_> {
    /// The process's own streams.
    #[must_use]
    pub fn of_process() -> Self {
        let wants_color = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        #[cfg(windows)]
        let wants_color = wants_color && anstyle_query::windows::enable_ansi_colors().unwrap_or(true);
        let stdout = io::stdout();
        let terminal = stdout.is_terminal().then(|| Terminal { width: terminal_width(), color: wants_color });
        Self {
            stdin: Some(Box::new(io::stdin())),
            stdin_is_terminal: io::stdin().is_terminal(),
            terminal,
            stdout: Box::new(stdout.lock()),
            stderr_is_terminal: io::stderr().is_terminal(),
            stderr_color: wants_color && io::stderr().is_terminal(),
            stderr: Box::new(io::stderr()),
        }
    }

    /// From now on whatever is said to a person shows what is hidden, and costs nothing if it cannot be said.
    pub(super) fn guard_stderr(&mut self) {
        self.stderr = Box::new(Said(std::mem::replace(&mut self.stderr, Box::new(io::sink()))));
    }

    pub(super) fn stdout_color(&self) -> bool {
        self.terminal.is_some_and(|terminal| terminal.color)
    }
}

/// Messages. That nobody can read them, on a full disk or a closed pipe, must not keep the result from being written;
/// and whatever a file's cells hold, none of it acts on the terminal.
struct Said<'s>(Box<dyn Write + 's>);

impl Write for Said<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let visible = VisibleLines(&String::from_utf8_lossy(bytes)).to_string();
        let _ = self.0.write_all(visible.as_bytes());
        Ok(bytes.len())
    }

    /// A message at once, and not piece by piece, between which another program's could stand.
    fn write_fmt(&mut self, message: fmt::Arguments<'_>) -> io::Result<()> {
        self.write_all(message.to_string().as_bytes())
    }

    fn flush(&mut self) -> io::Result<()> {
        let _ = self.0.flush();
        Ok(())
    }
}

fn terminal_width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let measured = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    columns.or_else(measured).filter(|width| *width > 0).unwrap_or(80)
}

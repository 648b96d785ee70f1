//! The streams that a run reads and writes, and what is known of the terminals behind them.

use std::fmt::Display;
use std::io::{self, IsTerminal, Read, Write};

use anyhow::Context;

use crate::model::{Level, Message, VisibleLines};

use super::messages::rendered;
use super::{Count, STDOUT};

/// Most notes that are said, if none that figures depend on is among the others.
const MOST_NOTES: usize = 3;

/// Standard input, output and error.
#[expect(clippy::struct_excessive_bools, reason = "each tells of another stream")]
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
    /// Columns of text that a table in a pipe has, if the environment says.
    pub columns: Option<usize>,
    /// Whether notes are left unsaid.
    pub quiet: bool,
    /// Whether all notes are said.
    pub verbose: bool,
    /// How many notes were said.
    pub notes: usize,
    /// What waits until it is known whether there is room for it beside the notes.
    pub asides: Vec<Message>,
    /// Whether some of the input is known to be missing.
    pub lacks_input: bool,
    /// What is read, as a command that a hint quotes names it.
    pub given: String,
}

/// A terminal that shows what a stream carries.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// How many characters a line of it holds.
    pub width: usize,
    /// Whether it shows colours, and they are wanted.
    pub color: bool,
}

impl<'s> Stdio<'s> {
    /// Streams with no terminal behind them.
    pub fn new(stdin: impl Read + Send + 'static, stdout: impl Write + 's, stderr: impl Write + 's) -> Self {
        Self {
            stdin: Some(Box::new(stdin)),
            stdin_is_terminal: false,
            stdout: Box::new(stdout),
            terminal: None,
            stderr: Box::new(stderr),
            stderr_is_terminal: false,
            stderr_color: false,
            columns: None,
            quiet: false,
            verbose: false,
            notes: 0,
            asides: Vec::new(),
            lacks_input: false,
            given: "FILE...".to_owned(),
        }
    }

    /// The process's own streams, and what the environment says of them.
    pub fn from_process() -> Self {
        let wants_color = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        #[cfg(windows)]
        let wants_color = wants_color && anstyle_query::windows::enable_ansi_colors().unwrap_or(true);
        let stdout = io::stdout();
        let terminal = stdout.is_terminal().then(|| Terminal { width: terminal_width(), color: wants_color });
        Self {
            stdin_is_terminal: io::stdin().is_terminal(),
            terminal,
            stderr_is_terminal: io::stderr().is_terminal(),
            columns: columns(),
            stderr_color: wants_color && io::stderr().is_terminal(),
            ..Self::new(io::stdin(), stdout.lock(), io::stderr())
        }
    }

    /// Tells a person something at once, and not piece by piece, between which another program's could stand.
    ///
    /// That nobody can read it, on a full disk or a closed pipe, must not keep the result from being written.
    pub(super) fn say(&mut self, message: &Message) {
        match message.level {
            Level::Aside | Level::Note if self.quiet => {}
            Level::Aside if !self.verbose => self.asides.push(message.clone()),
            level => {
                self.notes += usize::from(level <= Level::Note);
                let _ = self.stderr.write_all(rendered(message, self.stderr_color).as_bytes());
            }
        }
    }

    /// Says of what waits as much as there is room for beside the notes that were said, and how much more there is.
    pub(super) fn say_asides(&mut self) {
        let asides = std::mem::take(&mut self.asides);
        let (told, others) = asides.split_at(MOST_NOTES.saturating_sub(self.notes).min(asides.len()));
        for aside in told {
            self.say(&Message { level: Level::Note, ..aside.clone() });
        }
        if !others.is_empty() {
            self.print_line(format_args!("and {}: -v shows all", Count(others.len(), "more note")));
        }
    }

    /// Tells a person something that needs no level: a line of a list, say.
    pub(super) fn print_line(&mut self, line: impl Display) {
        let _ = self.stderr.write_all(format!("{}\n", VisibleLines(&line.to_string())).as_bytes());
    }

    /// Writes data; returns what writing it told.
    pub(super) fn write<T>(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<T>) -> anyhow::Result<T> {
        let written = write(&mut self.stdout).and_then(|told| self.stdout.flush().map(|()| told));
        written.context(STDOUT)
    }
}

fn terminal_width() -> usize {
    let measured = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    columns().or_else(measured).filter(|width| *width > 0).unwrap_or(80)
}

fn columns() -> Option<usize> {
    std::env::var("COLUMNS").ok()?.parse().ok().filter(|width| *width > 0)
}

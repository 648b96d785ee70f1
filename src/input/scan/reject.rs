//! Cells and records that cannot be read, while only their places in their blocks are known.

use super::blocks::{BlockId, FileRead};
use crate::input::error::Problem;

/// Longest value that a message shows, in characters.
const SHOWN: usize = 80;

/// A cell or record that cannot be read.
#[derive(Clone, Debug)]
pub(crate) struct Reject {
    pub(crate) block: BlockId,
    /// The line of the block, from 0, on which its record starts.
    pub(crate) line: u32,
    /// The column, if it is one cell.
    pub(crate) column: Option<&'static str>,
    /// The cell's text, shortened if it is long.
    pub(crate) value: Option<String>,
    /// What was expected in its place.
    pub(crate) expected: String,
}

impl Reject {
    /// A record that cannot be read.
    pub(crate) fn new(block: BlockId, line: u32, expected: impl Into<String>) -> Self {
        Self { block, line, column: None, value: None, expected: expected.into() }
    }

    /// The same of one of its cells.
    pub(crate) fn cell(self, column: &'static str, text: &str) -> Self {
        Self { column: Some(column), value: Some(shortened(text)), ..self }
    }

    /// The problem that this is in its file.
    pub(crate) fn into_problem<L>(self, files: &[FileRead<L>]) -> Problem {
        let Self { block, line, column, value, expected } = self;
        Problem { file: block.file, line: files[block.file as usize].line(block, line), column, value, expected }
    }
}

/// A text for a message.
pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

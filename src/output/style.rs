//! How a result looks to those who will read it.

/// How a result looks to those who will read it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// Columns of text there is room for; `None` for as many as it takes.
    pub width: Option<usize>,
    /// Whether colours may be used.
    pub color: bool,
    /// Whether an apostrophe stands before text in CSV and TSV that a spreadsheet would take for a formula.
    pub guarded: bool,
}

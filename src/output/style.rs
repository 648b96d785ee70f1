//! How a result looks to those who will read it.

/// How a result looks to those who will read it.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a wish of its own")]
pub struct Style {
    /// Columns of text there is room for; `None` for as many as it takes.
    pub width: Option<usize>,
    /// Whether colours may be used.
    pub color: bool,
    /// Whether an apostrophe stands before text in CSV and TSV that a spreadsheet would take for a formula.
    pub guarded: bool,
    /// Whether CSV and TSV begin with a byte order mark.
    pub bom: bool,
    /// Whether amounts in CSV and TSV have a decimal comma, and CSV semicolons.
    pub decimal_comma: bool,
}

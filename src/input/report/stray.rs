//! Quotes that are out of place, though each is closed where a field ends: rows stand within a cell.

use crate::model::{Place, ReportColumn};

use super::layout::ReportLayout;
use crate::input::error::Fault;
use crate::input::scan::records::{RecordFields, line_ends};
use crate::input::value::date;

/// What is wrong with a record that spans several lines of a block that starts at a place, if rows stand within one of
/// its cells. A comment or a name may have several lines; none of them has the cells of a row.
#[cold]
pub(super) fn swallowed(at: Place, layout: &ReportLayout, fields: &RecordFields<'_>) -> Option<Fault> {
    let delimiter = layout.delimiter?;
    let cell = (0..fields.len()).find(|cell| {
        let raw = fields.raw(*cell);
        let serves = ReportColumn::ALL.into_iter().any(|column| layout.position(column) == *cell);
        raw.iter().any(is_line_end)
            && (serves && raw.contains(&delimiter) || holds_row(layout, fields, *cell, delimiter))
    })?;
    let before = if cell == 0 { 0 } else { line_ends(fields.run(0, cell - 1)) };
    let opened = at.down(fields.line + before);
    Some(Fault::StrayQuote { line: opened.line, closed: opened.down(line_ends(fields.raw(cell))).line })
}

fn is_line_end(byte: &u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// Whether a line of a record would be a row by itself, were there no quotes. The first line tells nothing if the cell
/// is the record's last, for it has all other cells, and the last line nothing if it is the first.
fn holds_row(layout: &ReportLayout, fields: &RecordFields<'_>, cell: usize, delimiter: u8) -> bool {
    let is_row = |line: &&[u8]| {
        let cells: Vec<&[u8]> = line.split(|byte| *byte == delimiter).collect();
        let month = cells.get(layout.position(ReportColumn::InvoiceMonth)).map(|cell| String::from_utf8_lossy(cell));
        cells.len() == layout.width() && month.is_some_and(|month| date::read_month(month.trim_matches('"')).is_some())
    };
    let (first, last) = (0, fields.len() - 1);
    let lines: Vec<&[u8]> = fields.run(first, last).split(is_line_end).filter(|line| !line.is_empty()).collect();
    let from = usize::from(cell == last);
    let to = lines.len() - usize::from(cell == first && lines.len() > from);
    lines[from..to].iter().any(is_row)
}

//! Quotes that are out of place, though each is closed where a field ends: rows stand within a cell.

use super::layout::Line;
use super::records::line_ends;
use crate::input::error::Fault;

/// What is wrong with a record that spans several lines, if one of its cells has no business to, or rows stand within
/// one. A comment or a name, which `is_free` tells, may have several lines; none of them has the cells of a row, with a
/// value in the column `telling` that `is_row` knows.
#[cold]
pub(crate) fn swallowed(
    line: Line<'_>,
    telling: usize,
    is_row: impl Fn(&str) -> bool,
    is_free: impl Fn(usize) -> bool,
) -> Option<Fault> {
    let (delimiter, fields) = (line.layout.delimiter()?, line.fields);
    let cell = (0..fields.len()).find(|cell| {
        let raw = fields.raw(*cell);
        let column = line.layout.positions.iter().position(|at| *at == Some(*cell));
        let is_strict = column.is_some_and(|column| !is_free(column));
        raw.iter().any(is_line_end) && (is_strict || holds_row(line, *cell, (delimiter, telling), &is_row))
    })?;
    let before = if cell == 0 { 0 } else { line_ends(fields.run(0, cell - 1)) };
    let opened = line.place().down(before);
    Some(quote(opened.line, opened.down(line_ends(fields.raw(cell))).line))
}

/// A quote is opened or closed where none belongs, so that rows stand within a cell, or may.
pub(crate) fn quote(line: u64, closed: u64) -> Fault {
    let text = format!("a quote is opened in this row and closed on line {closed}, within a cell or with rows between");
    let hint = "a cell with a quote in it stands in quotes, and that quote is doubled; correct the line that does not";
    Fault::told(Some(line), text, hint)
}

fn is_line_end(byte: &u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// Whether a line of a record would be a row by itself, were there no quotes. The first line tells nothing if the cell
/// is the record's last, for it has all other cells, and the last line nothing if it is the first.
fn holds_row(line: Line<'_>, cell: usize, (delimiter, telling): (u8, usize), is_known: impl Fn(&str) -> bool) -> bool {
    let layout = line.layout;
    let is_row = |text: &&[u8]| {
        let cells: Vec<&[u8]> = text.split(|byte| *byte == delimiter).collect();
        let told = layout.position(telling).and_then(|at| cells.get(at)).map(|cell| String::from_utf8_lossy(cell));
        let is_as_wide = layout.width() == cells.len() || layout.width() == 0 && line.fields.len() == cells.len();
        is_as_wide && told.is_some_and(|told| is_known(told.trim_matches('"')))
    };
    let (first, last) = (0, line.fields.len() - 1);
    let lines: Vec<&[u8]> = line.fields.run(first, last).split(is_line_end).filter(|text| !text.is_empty()).collect();
    let from = usize::from(cell == last);
    let to = lines.len() - usize::from(cell == first && lines.len() > from);
    lines[from..to].iter().any(is_row)
}

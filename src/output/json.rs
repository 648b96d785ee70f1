//! JSON: an array of objects, or an object a line. Amounts are exact numbers, empty cells are `null`.

use crate::model::Span;

use super::column::Column;
use super::delimited::write_value;
use super::parts::Encode;
use super::table::{Cell, Table};

/// Objects whose keys are the names of the columns.
pub(super) struct Json {
    /// Each column's key, as it stands before a value.
    keys: Vec<Vec<u8>>,
    is_array: bool,
}

impl Json {
    /// An array of a table's rows, or an object a line.
    pub(super) fn new(table: &Table<'_>, is_array: bool) -> Self {
        let begin: &[u8] = if is_array { b"\n{" } else { b"{" };
        let key = |(at, column): (usize, &Column)| {
            let mut key = if at == 0 { begin.to_vec() } else { b",".to_vec() };
            write_string(column.name, &mut key);
            key.push(b':');
            key
        };
        Self { keys: table.columns.iter().enumerate().map(key).collect(), is_array }
    }
}

fn write_string(text: &str, out: &mut Vec<u8>) {
    // Writing to a vector cannot fail, and any text is a JSON string.
    let _ = serde_json::to_writer(out, text);
}

impl Encode for Json {
    fn head(&self, _: &Table<'_>, out: &mut Vec<u8>) {
        if self.is_array {
            out.push(b'[');
        }
    }

    fn cell(&self, at: usize, cell: &Cell<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.keys[at]);
        match cell {
            Cell::Empty => out.extend_from_slice(b"null"),
            Cell::Text(text) => write_string(text, out),
            Cell::Amount(_) | Cell::Count(_) => write_value(cell, out),
            // A number does not begin with 0, and a fiscal year is none.
            Cell::Span(Span::Year(first), _) if first.month() == 1 => {
                write_value(&Cell::Count(first.year().into()), out);
            }
            Cell::Currency(_) | Cell::Span(..) | Cell::Date(_) => {
                out.push(b'"');
                write_value(cell, out);
                out.push(b'"');
            }
        }
    }

    #[inline]
    fn joints(&self) -> [&'static [u8]; 3] {
        if self.is_array { [b"}", b",", b"\n]\n"] } else { [b"}\n", b"", b""] }
    }
}

//! The order of columns in a workbook, which people read.

use crate::output::table::{Column, Keep, Kind};

/// The order of a table's columns in a workbook: ids last, but for what says whose a row is where no name does.
pub(super) fn order(columns: &[Column]) -> Vec<usize> {
    let (last, mut first): (Vec<usize>, Vec<usize>) =
        (0..columns.len()).partition(|at| is_last(&columns[*at], columns));
    first.extend(last);
    first
}

/// Whether a column is an id that no row is known by.
pub(super) fn is_last(column: &Column, columns: &[Column]) -> bool {
    match column.told_by {
        Some(name) => columns.iter().any(|other| other.name == name),
        None => column.kind == Kind::Id && column.keep < Keep::Key,
    }
}

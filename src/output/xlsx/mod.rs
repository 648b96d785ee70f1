//! Workbooks: real numbers and dates, ids as text, totals as formulas.
//!
//! Invariant: what a cell holds equals what CSV holds there. A spreadsheet keeps 15 digits of a number, so an amount
//! of more stands there as text, and is counted. No text is ever taken for a formula, a number or a link.

mod formats;
mod front;
mod sheet;

use std::io::{self, Write};

use rust_xlsxwriter::{ColNum, DocProperties, ExcelDateTime, Workbook, XlsxError};

use self::front::Front;
use self::sheet::SheetWriter;
use super::page::Page;
use super::table::Table;

/// Rows of a worksheet that is made in memory, of some 2 KB a row. More go by way of a temporary file, for which there
/// must be room: the library panics if there is none.
const MOST_ROWS_IN_MEMORY: usize = 20_000;

/// Writes a table as a workbook of one sheet, and returns how many amounts stand in it as text.
pub fn write(table: &Table<'_>, out: &mut dyn Write) -> io::Result<usize> {
    let mut workbook = empty("")?;
    let as_text = add(&mut workbook, "aco", table)?;
    out.write_all(&workbook.save_to_buffer().map_err(other)?)?;
    Ok(as_text)
}

/// Writes a report as a workbook, and returns how many amounts stand in it as text: a summary, a sheet for each
/// section, and at last what the report is about.
pub fn write_report(page: &Page<'_>, about: &Table<'_>, out: &mut dyn Write) -> io::Result<usize> {
    let mut workbook = empty(page.title)?;
    Front::new(workbook.add_worksheet())?.fill(page)?;
    let mut as_text = 0;
    for section in &page.sections {
        as_text += add(&mut workbook, section.heading, &section.table)?;
    }
    as_text += add(&mut workbook, "About", about)?;
    out.write_all(&workbook.save_to_buffer().map_err(other)?)?;
    Ok(as_text)
}

fn empty(title: &str) -> io::Result<Workbook> {
    let mut workbook = Workbook::new();
    // Always the same, so that the same input makes the same file.
    let made = ExcelDateTime::from_ymd(2000, 1, 1).map_err(other)?;
    workbook.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&made));
    Ok(workbook)
}

/// Adds a sheet with a table; returns how many amounts stand in it as text.
fn add(workbook: &mut Workbook, name: &str, table: &Table<'_>) -> io::Result<usize> {
    let rows = table.rows.count()?;
    // What is too long is refused before any of it is written, which takes much longer than to count it.
    if rows >= sheet::MOST_ROWS as usize {
        return Err(sheet::too_many_rows());
    }
    let worksheet = if rows > MOST_ROWS_IN_MEMORY {
        workbook.add_worksheet_with_low_memory().map_err(other)?
    } else {
        workbook.add_worksheet()
    };
    worksheet.set_name(name).map_err(other)?;
    let mut sheet = SheetWriter::new(worksheet, table);
    sheet.fill()?;
    Ok(sheet.as_text)
}

fn column_number(at: usize) -> io::Result<ColNum> {
    ColNum::try_from(at).map_err(io::Error::other)
}

fn other(error: XlsxError) -> io::Error {
    io::Error::other(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::column::{Column, Kind, Priority};
    use crate::output::table::Fields;

    #[test]
    fn a_table_that_is_too_long_is_refused_before_it_is_written() {
        let number = Column::new("Number", Kind::Count, Priority::Answer);
        let table = Fields::<u32>::default().count(number, |number| i64::from(*number)).table(0..sheet::MOST_ROWS);
        let mut out = Vec::new();
        let error = write(&table, &mut out).unwrap_err();
        assert_eq!(error.to_string().lines().next(), Some("a worksheet holds 1048576 rows, and this result has more"));
        assert!(out.is_empty());
    }
}

//! Older Excel files (BIFF in a compound file): how many cells their sheets say that they span.
//!
//! The library that reads them lays each sheet out as a grid, as large as the places of its cells ask for, and memory
//! that is not there ends the program. So the places are looked at first. Source: Microsoft, `[MS-XLS]`, sections 2.3
//! (record enumeration) and 2.5.53 (at most 256 columns).

use std::io::{self, Cursor, Read};

const MOST_COLUMNS: usize = 256;
const MOST_ROWS: usize = 65_536;

/// A substream, such as a sheet, begins.
const BEGINS: u16 = 0x0809;
const DIMENSIONS: u16 = 0x0200;
const MANY_NUMBERS: u16 = 0x00bd;

/// Records that hold a cell: numbers, texts, truths and formulas.
const CELLS: [u16; 7] = [0x0203, 0x0204, 0x0205, 0x027e, 0x00fd, MANY_NUMBERS, 0x0006];

/// The cells of the grids of all sheets; none if a cell lies where no sheet has any. An error if it is no such file.
pub(super) fn cells(bytes: &[u8]) -> io::Result<Option<usize>> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes))?;
    let name = if file.exists("Workbook") { "Workbook" } else { "Book" };
    let mut stream = Vec::new();
    file.open_stream(name)?.take(bytes.len() as u64).read_to_end(&mut stream)?;
    Ok(span(&stream))
}

fn span(mut stream: &[u8]) -> Option<usize> {
    let (mut all, mut sheet) = (0_usize, None);
    while let Some((&[kind_low, kind_high, length_low, length_high], rest)) = stream.split_first_chunk() {
        let kind = u16::from_le_bytes([kind_low, kind_high]);
        let length = usize::from(u16::from_le_bytes([length_low, length_high])).min(rest.len());
        let (record, after) = rest.split_at(length);
        stream = after;
        match kind {
            BEGINS => all = all.saturating_add(cells_of(sheet.take())),
            DIMENSIONS => dimensions(record)?,
            kind if CELLS.contains(&kind) && record.len() >= 4 => {
                let last = if kind == MANY_NUMBERS { record.len() - 2 } else { 2 };
                for column in [number(record, 2), number(record, last)] {
                    widen(&mut sheet, number(record, 0), column)?;
                }
            }
            _ => {}
        }
    }
    Some(all.saturating_add(cells_of(sheet)))
}

/// What a sheet says of its size; none if no sheet is as large.
fn dimensions(record: &[u8]) -> Option<()> {
    let long = |at: usize| number(record, at) + (number(record, at + 2) << 16);
    let (first_row, rows, columns) = match record.len() {
        10 => (number(record, 0), number(record, 2), number(record, 6)),
        14.. => (long(0), long(4), number(record, 10)),
        _ => return Some(()),
    };
    let is_in_order = first_row < rows || rows == 0;
    (is_in_order && rows <= MOST_ROWS && columns <= MOST_COLUMNS).then_some(())
}

fn number(record: &[u8], at: usize) -> usize {
    record.get(at..at + 2).map_or(0, |bytes| usize::from(bytes[0]) + (usize::from(bytes[1]) << 8))
}

/// The first and last row and column of a sheet's cells, if it has any.
type SheetSize = Option<[usize; 4]>;

fn widen(sheet: &mut SheetSize, row: usize, column: usize) -> Option<()> {
    let [top, bottom, left, right] = sheet.unwrap_or([row, row, column, column]);
    *sheet = Some([top.min(row), bottom.max(row), left.min(column), right.max(column)]);
    (column < MOST_COLUMNS).then_some(())
}

fn cells_of(sheet: SheetSize) -> usize {
    sheet.map_or(0, |[top, bottom, left, right]| (bottom - top + 1) * (right - left + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, numbers: &[u16]) -> Vec<u8> {
        let length = u16::try_from(2 * numbers.len()).unwrap();
        [&[kind, length], numbers].concat().into_iter().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn cells_span_a_grid_in_each_sheet() {
        let first = [record(0x0203, &[3, 2, 0]), record(MANY_NUMBERS, &[9, 1, 0, 0, 5])].concat();
        let stream = [record(BEGINS, &[]), first, record(BEGINS, &[]), record(0x00fd, &[7, 7])].concat();
        assert_eq!(span(&stream), Some(7 * 5 + 1));
        assert_eq!(span(&stream[..stream.len() - 3]), Some(7 * 5));
        assert_eq!(span(b""), Some(0));
    }

    #[test]
    fn no_sheet_is_wider_or_longer_than_excel_had_them() {
        assert_eq!(span(&record(0x0203, &[0, 255])), Some(1));
        assert_eq!(span(&record(0x0203, &[0, 256])), None);
        assert_eq!(span(&record(MANY_NUMBERS, &[0, 1, 0, 0, 300])), None);
        assert_eq!(span(&record(DIMENSIONS, &[0, 0, 0, 1, 0, 11, 0])), Some(0));
        assert_eq!(span(&record(DIMENSIONS, &[0, 0, 1, 1, 0, 11, 0])), None);
        assert_eq!(span(&record(DIMENSIONS, &[0, 5, 0, 300, 0])), None);
        assert_eq!(span(&record(DIMENSIONS, &[9, 5, 0, 3, 0])), None);
    }
}

//! Workbooks: the cells of their sheets.
//!
//! Numbers are written with a whole mantissa and an exponent, so that they say nothing of how the text of other cells
//! is spelled. Invariant: nothing is unpacked that says it is larger than `MOST_BYTES`, or turns out to be.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::io::{self, Cursor, Read};

use calamine::{Data, DataRef, ExcelDateTime, Ods, Reader, SheetVisible, Xls, Xlsx};
use chrono::NaiveDate;
use memchr::{memchr, memchr2};
use zip::ZipArchive;

use crate::input::error::Remark;
use crate::model::{Message, Visible};

use super::cells::Cells;
use super::{biff, caught};

/// Most bytes of a workbook, unpacked, and of a sheet's cells with where they end.
pub(super) const MOST_BYTES: u64 = 512 * 1024 * 1024;

/// Most cells of an older Excel file, blank ones between others included: about as much memory.
const MOST_CELLS: usize = 8 * 1024 * 1024;

/// How a file starts that older versions of Excel wrote, or that is encrypted.
pub(super) const MAGIC: [u8; 4] = [0xd0, 0xcf, 0x11, 0xe0];

pub(super) fn read(bytes: &[u8]) -> io::Result<Vec<Sheet>> {
    if bytes.starts_with(&MAGIC) {
        return caught(|| read_xls(bytes), damaged);
    }
    let (is_ods, is_computed, hidden_rows) = checked(bytes)?;
    let ods = || ranges(&mut Ods::new(Cursor::new(bytes)).map_err(damaged)?);
    let mut sheets = caught(|| if is_ods { ods() } else { read_xlsx(bytes, is_computed) }, damaged)?;
    let hidden = (hidden_rows > 0).then_some(Remark::HiddenRows(hidden_rows));
    for sheet in &mut sheets {
        sheet.remarks.extend(hidden.clone());
    }
    Ok(sheets)
}

/// Parts of which a workbook has one, and no other archive any.
pub(super) const PARTS: [&str; 3] = ["xl/workbook.xml", "xl/workbook.bin", "content.xml"];

/// Unpacks a workbook once to see that it is whole and not too large. Returns whether it is an OpenDocument one, whether
/// its formulas were computed, as far as it says, and how many of its rows are hidden.
fn checked(bytes: &[u8]) -> io::Result<(bool, bool, usize)> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut size = 0_u64;
    for index in 0..archive.len() {
        size = size.saturating_add(archive.by_index_raw(index).map_err(damaged)?.size());
    }
    if size > MOST_BYTES {
        return Err(too_large());
    }
    let (mut is_ods, mut hidden_rows) = (false, 0);
    let (mut must_compute, mut has_chain) = (false, false);
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).map_err(damaged)?;
        let name = file.name().map_err(damaged)?.into_owned();
        let declared = file.size();
        is_ods |= name == "content.xml";
        has_chain |= name == "xl/calcChain.xml";
        if name == "xl/workbook.bin" {
            return Err(Message::error("a binary workbook (.xlsb) is not read").hint("save it as .xlsx").into());
        }
        let mut tags = Tags::default();
        let unpacked = io::copy(&mut file.by_ref().take(declared + 1), &mut tags).map_err(damaged)?;
        if unpacked != declared {
            return Err(damaged(format!("{} is not as large as it says", Visible(&name))));
        }
        if tags.is_encrypted && name == "META-INF/manifest.xml" {
            return Err(encrypted());
        }
        hidden_rows += tags.hidden_rows;
        must_compute |= tags.must_compute;
    }
    Ok((is_ods, has_chain || !must_compute, hidden_rows))
}

/// Counts the tags of hidden rows in XML that is written to it, and looks for others that matter.
#[derive(Default)]
struct Tags {
    tag: Vec<u8>,
    in_tag: bool,
    hidden_rows: usize,
    is_encrypted: bool,
    /// Whether all formulas are to be computed when the workbook is opened.
    must_compute: bool,
}

/// Numbers from here on may have had more digits than a spreadsheet keeps.
const TOO_LONG: f64 = 1e15;

/// A header is shorter than this.
const LONGEST_HEADER: usize = 40;

/// Longest part of a tag that is looked at.
const TAG: usize = 512;

impl io::Write for Tags {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let mark = if self.in_tag { memchr2(b'<', b'>', rest) } else { memchr(b'<', rest) };
            let (before, from) = rest.split_at(mark.unwrap_or(rest.len()));
            if self.in_tag {
                self.tag.extend(before.iter().take(TAG - self.tag.len()));
            }
            if let Some(mark) = from.first() {
                if *mark == b'>' {
                    self.end_tag();
                }
                // The memory stays, for a sheet has millions of tags.
                self.tag.clear();
                self.in_tag = *mark == b'<';
            }
            rest = from.get(1..).unwrap_or_default();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Tags {
    fn end_tag(&mut self) {
        let name = self.tag.split(|byte| byte.is_ascii_whitespace() || *byte == b'/').next().unwrap_or_default();
        let name = name.rsplit(|byte| *byte == b':').next().unwrap_or_default();
        let is = |name: &str, values: [&str; 2]| {
            attribute(&self.tag, name).is_some_and(|value| values.map(str::as_bytes).contains(&value))
        };
        match name {
            b"row" => self.hidden_rows += usize::from(is("hidden", ["1", "true"])),
            b"table-row" => self.hidden_rows += usize::from(is("visibility", ["collapse", "filter"])),
            b"calcPr" => self.must_compute |= is("fullCalcOnLoad", ["1", "true"]),
            b"encryption-data" => self.is_encrypted = true,
            _ => {}
        }
    }
}

/// The value of an attribute of a tag, whatever its prefix and its quotes.
fn attribute<'t>(tag: &'t [u8], name: &str) -> Option<&'t [u8]> {
    memchr::memmem::find_iter(tag, name).find_map(|at| {
        let is_start = tag[..at].last().is_some_and(|before| before.is_ascii_whitespace() || *before == b':');
        let value = tag[at + name.len()..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
        let (quote, value) = value.split_first().filter(|_| is_start)?;
        Some(&value[..memchr(*quote, value)?])
    })
}

fn read_xlsx(bytes: &[u8], is_computed: bool) -> io::Result<Vec<Sheet>> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let (mut sheets, mut formulas) = (Vec::new(), Vec::new());
    for sheet in book.sheets_metadata().to_vec() {
        let mut found = Sheet::new(sheet.name, sheet.visible);
        // A sheet that holds a chart has no cells.
        if let Ok(mut cells) = book.worksheet_cells_reader(&found.name) {
            while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(damaged)? {
                if cell.formula.is_some() {
                    if cell.value == DataRef::Empty {
                        found.remarks.push(Remark::NotComputed(cell.pos.0 + 1));
                    }
                    formulas.push((sheets.len(), cell.pos.0 + 1, is_zero(&cell.value)));
                }
                found.push(cell.pos, &cell.value)?;
            }
        }
        sheets.push(found.end());
    }
    // Programs that compute nothing store 0, and say that whoever opens the workbook should compute.
    if !is_computed && formulas.iter().all(|(.., is_zero)| *is_zero) {
        for (sheet, row, _) in formulas {
            sheets[sheet].remarks.push(Remark::NotComputed(row));
        }
    }
    Ok(sheets)
}

fn is_zero(value: &DataRef<'_>) -> bool {
    match value {
        DataRef::Int(number) => *number == 0,
        DataRef::Float(number) => number.to_bits() << 1 == 0,
        DataRef::DateTime(date) => date.as_f64().to_bits() << 1 == 0,
        DataRef::Empty => true,
        _ => false,
    }
}

fn read_xls(bytes: &[u8]) -> io::Result<Vec<Sheet>> {
    // What Excel encrypts is wrapped in the format of its older files, under a name in UTF-16.
    if memchr::memmem::find(bytes, b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0").is_some() {
        return Err(encrypted());
    }
    match biff::cells(bytes).map_err(damaged)? {
        None => return Err(damaged("a cell lies where no sheet has any")),
        Some(cells) if cells > MOST_CELLS => return Err(too_large()),
        Some(_) => {}
    }
    match Xls::new(Cursor::new(bytes)) {
        Ok(mut book) => ranges(&mut book),
        Err(calamine::XlsError::Password) => Err(encrypted()),
        Err(error) => Err(damaged(error)),
    }
}

fn ranges<'b>(book: &mut impl Reader<Cursor<&'b [u8]>>) -> io::Result<Vec<Sheet>> {
    let mut sheets = Vec::new();
    for (name, range) in book.worksheets() {
        let metadata = book.sheets_metadata().iter().find(|sheet| sheet.name == name);
        let mut found = Sheet::new(name, metadata.map_or(SheetVisible::Visible, |sheet| sheet.visible));
        let (first_row, first_column) = range.start().unwrap_or_default();
        for (row, cells) in (first_row..).zip(range.rows()) {
            for (column, cell) in (first_column..).zip(cells).filter(|(_, cell)| **cell != Data::Empty) {
                found.push((row, column), &borrowed(cell))?;
            }
        }
        sheets.push(found.end());
    }
    Ok(sheets)
}

fn borrowed(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => DataRef::SharedString(text),
        Data::Bool(value) => DataRef::Bool(*value),
        Data::DateTime(date) => DataRef::DateTime(*date),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}

/// A sheet: its rows that are not blank.
#[derive(Default)]
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) cells: Cells,
    /// The row that is written, and the cell of it that comes next, from 0.
    row: u32,
    column: u32,
    /// Cells of the widest row, and bytes that all take.
    width: u32,
    size: u64,
    /// The columns whose headers say that they hold ids.
    ids: BTreeSet<u32>,
    pub(super) remarks: Vec<Remark>,
}

impl Sheet {
    fn new(name: String, visible: SheetVisible) -> Self {
        let is_hidden = visible != SheetVisible::Visible;
        Self { name, remarks: is_hidden.then_some(Remark::HiddenSheet).into_iter().collect(), ..Self::default() }
    }

    /// Adds a cell behind those that are there.
    fn push(&mut self, place: (u32, u32), value: &DataRef<'_>) -> io::Result<()> {
        let (row, column) = place;
        let text = match value {
            // An id that happens to be a number is text.
            DataRef::Float(number) if self.ids.contains(&column) => {
                if number.abs() >= TOO_LONG && !self.remarks.iter().any(|known| matches!(known, Remark::LongId(_))) {
                    self.remarks.push(Remark::LongId(row + 1));
                }
                Cow::Owned(rounded(*number).to_string())
            }
            value => shown(value),
        };
        let may_be_header = matches!(value, DataRef::SharedString(_) | DataRef::String(_));
        if may_be_header && text.len() < LONGEST_HEADER && text.trim_end().to_ascii_lowercase().ends_with("id") {
            self.ids.insert(column);
        }
        self.push_text(place, &text)
    }

    fn push_text(&mut self, (row, column): (u32, u32), value: &str) -> io::Result<()> {
        if value.is_empty() {
            return Ok(());
        }
        if row < self.row || row == self.row && column < self.column {
            return Err(damaged("its cells are in no order"));
        }
        if self.row < row || self.column == 0 {
            self.cells.end_row();
            self.cells.begin_row(row);
            (self.row, self.column) = (row, 0);
            // It is handed over as wide as the widest.
            self.size += u64::from(self.width);
        }
        self.size += value.len() as u64 + 5 * u64::from(column + 1 - self.column);
        if self.size > MOST_BYTES {
            return Err(too_large());
        }
        (self.column..column).for_each(|_| self.cells.push(b""));
        self.cells.push_text(value.as_bytes());
        self.column = column + 1;
        self.width = self.width.max(self.column);
        Ok(())
    }

    fn end(mut self) -> Self {
        self.cells.end_row();
        self
    }
}

fn shown<'v>(value: &'v DataRef<'_>) -> Cow<'v, str> {
    Cow::Owned(match value {
        DataRef::SharedString(text) => return Cow::Borrowed(text),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => return Cow::Borrowed(text),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => exact(*number),
        DataRef::Bool(value) => value.to_string().to_uppercase(),
        DataRef::DateTime(date) => day(date),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    })
}

/// A number as a spreadsheet keeps it, which is to 15 digits.
fn rounded(number: f64) -> f64 {
    format!("{number:.14e}").parse().unwrap_or(number)
}

/// A number to the 15 digits that a spreadsheet keeps and shows, without what binary fractions add behind them.
fn exact(number: f64) -> String {
    let scientific = format!("{number:.14e}").replace('.', "");
    let Some((digits, exponent)) = scientific.split_once('e') else { return scientific };
    let Ok(exponent) = exponent.parse::<i32>() else { return scientific };
    let digits = digits.trim_end_matches('0');
    let decimals = i32::try_from(digits.trim_start_matches('-').len()).unwrap_or_default() - 1 - exponent;
    match (digits, usize::try_from(-decimals)) {
        ("" | "-", _) => "0".to_owned(),
        (digits, Ok(zeros)) if zeros < 28 => digits.to_owned() + &"0".repeat(zeros),
        (digits, _) => format!("{digits}E{}", -decimals),
    }
}

/// A date, with its time if it has one.
fn day(date: &ExcelDateTime) -> String {
    if date.is_duration() {
        return exact(date.as_f64());
    }
    // No day: what stands where a formula points to an empty cell.
    if date.as_f64().to_bits() << 1 == 0 {
        return "0001-01-01".to_owned();
    }
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    if (hour, minute, second) != (0, 0, 0) {
        return format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    }
    // The library takes what is less than a millisecond before midnight for the next day.
    let next = NaiveDate::from_ymd_opt(year.into(), month.into(), day.into()).filter(|_| date.as_f64().fract() > 0.5);
    let ends = next.and_then(|next| next.pred_opt()).map(|day| format!("{day}T23:59:59"));
    ends.unwrap_or_else(|| format!("{year:04}-{month:02}-{day:02}"))
}

fn encrypted() -> io::Error {
    Message::error("the workbook is protected by a password").hint("save it without one").into()
}

fn too_large() -> io::Error {
    let text = format!("the workbook is larger than {} MiB when it is unpacked", MOST_BYTES >> 20);
    Message::error(text).hint("save its sheet as CSV").into()
}

fn damaged(what: impl Display) -> io::Error {
    let text = format!("the workbook is damaged or cut off: {}", Visible(&what.to_string()));
    Message::error(text).hint("open and save it again, or save its sheet as CSV").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_that_a_sheet_shows() {
        for (number, text) in [
            (1234.5, "12345E-1"),
            (0.1 + 0.2, "3E-1"),
            (700.0, "700"),
            (-0.05, "-5E-2"),
            (202_207.0, "202207"),
            (0.0, "0"),
            (123_456_789_012.345, "123456789012345E-3"),
            (1e20, "100000000000000000000"),
        ] {
            assert_eq!(exact(number), text);
        }
    }

    #[test]
    fn cells_stand_where_their_sheet_has_them() {
        let mut sheet = Sheet::default();
        for (place, value) in [((1, 1), "a"), ((1, 3), "b"), ((3, 0), "d")] {
            sheet.push_text(place, value).unwrap();
        }
        for place in [(2, 1), (3, 0)] {
            assert!(sheet.push_text(place, "f").is_err(), "{place:?}");
        }
        let cells = sheet.end().cells;
        assert_eq!(cells.bytes, b"\x1fa\x1f\x1fb\nd\n");
        assert_eq!(cells.starts.iter().map(|row| row.line).collect::<Vec<_>>(), [1, 3]);
    }
}

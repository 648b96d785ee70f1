//! Workbooks: real numbers and dates, ids as text, totals as formulas.
//!
//! Invariant: what a cell holds equals what CSV holds there. A spreadsheet keeps 15 digits of a number, so an amount
//! of more stands there as text, and is counted. No text is ever taken for a formula, a number or a link.

mod front;
mod sheet;

use std::collections::HashMap;
use std::io::{self, Write};

use rust_xlsxwriter::{
    ColNum, Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, IntoExcelData, RowNum, Workbook,
    Worksheet,
};

use crate::model::Period;

use super::column::Kind;
use super::page::{Page, Tone};
use super::table::Table;

/// Rows of a worksheet that is made in memory, of some 2 KB a row. More go by way of a temporary file, for which there
/// must be room: the library panics if there is none.
const MOST_ROWS_IN_MEMORY: usize = 20_000;

/// Room behind a number, which would touch a text beside it: the width of a bracket.
const ROOM: &str = "_)";

const GREY: Color = Color::RGB(0x0059_6571);

/// Writes a table as a workbook of one sheet, and returns how many amounts stand in it as text.
pub fn write(table: &Table<'_>, out: &mut dyn Write) -> io::Result<usize> {
    let mut workbook = empty("")?;
    let as_text = add(&mut workbook, "aco", table)?;
    out.write_all(&workbook.save_to_buffer().map_err(io::Error::other)?)?;
    Ok(as_text)
}

/// Writes a report as a workbook, and returns how many amounts stand in it as text: a summary, a sheet for each
/// section, and at last what the report is about.
pub fn write_report(page: &Page<'_>, about: &Table<'_>, out: &mut dyn Write) -> io::Result<usize> {
    let mut workbook = empty(page.title)?;
    FormattedSheet::new(workbook.add_worksheet()).fill_front(page)?;
    let mut as_text = 0;
    for section in &page.sections {
        as_text += add(&mut workbook, section.heading, &section.table)?;
    }
    as_text += add(&mut workbook, "About", about)?;
    out.write_all(&workbook.save_to_buffer().map_err(io::Error::other)?)?;
    Ok(as_text)
}

fn empty(title: &str) -> io::Result<Workbook> {
    let mut workbook = Workbook::new();
    // Always the same, so that the same input makes the same file.
    let made = ExcelDateTime::from_ymd(2000, 1, 1).map_err(io::Error::other)?;
    workbook.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&made));
    Ok(workbook)
}

/// Adds a sheet with a table; returns how many amounts stand in it as text.
fn add(workbook: &mut Workbook, name: &str, table: &Table<'_>) -> io::Result<usize> {
    let mut rows = 0;
    table.each(&mut |_| {
        rows += 1;
        Ok(())
    })?;
    // What is too long is refused before any of it is written, which takes much longer than to count it.
    if rows >= sheet::MOST_ROWS as usize {
        return Err(sheet::too_many_rows());
    }
    let worksheet = if rows > MOST_ROWS_IN_MEMORY {
        workbook.add_worksheet_with_low_memory().map_err(io::Error::other)?
    } else {
        workbook.add_worksheet()
    };
    worksheet.set_name(name).map_err(io::Error::other)?;
    sheet::fill(worksheet, table)
}

fn column_number(at: usize) -> io::Result<ColNum> {
    ColNum::try_from(at).map_err(io::Error::other)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum CellFormat {
    /// The name of a column.
    Header(Kind),
    /// Text that stays text when someone edits it.
    Text { bold: bool },
    /// A text with the mark of an open month.
    OpenText,
    /// A word that says whether someone must look.
    Verdict(Tone),
    /// A sentence across the columns, on a ground of the verdict's colour.
    Statement { tone: Tone, bold: bool },
    /// The name of a report, across the columns.
    Title,
    /// What a report was made from.
    Source,
    /// What must be known besides.
    Note,
    /// A sentence in a cell of its own.
    Prose,
    /// A word in the place of an amount.
    NoAmount { is_unknown: bool },
    /// A difference, with its sign.
    Change { decimals: u32 },
    /// A number with grouped thousands; red below 0, which the sign says too.
    Number { decimals: u32, bold: bool },
    /// `2022-07`
    Month(Period),
    /// `2022`
    Year(Period),
    /// `2022-07-31`
    Date,
}

/// A worksheet, and the formats in use. A workbook numbers them, so each is made once.
struct FormattedSheet<'a> {
    worksheet: &'a mut Worksheet,
    /// The row that is written.
    row: RowNum,
    formats: HashMap<CellFormat, Format>,
}

impl<'a> FormattedSheet<'a> {
    fn new(worksheet: &'a mut Worksheet) -> Self {
        Self { worksheet, row: 0, formats: HashMap::new() }
    }

    /// Writes a cell of the row.
    fn write(&mut self, column: usize, value: impl IntoExcelData, format: CellFormat) -> io::Result<()> {
        let made = self.formats.entry(format).or_insert_with(|| format.made());
        self.worksheet
            .write_with_format(self.row, column_number(column)?, value, made)
            .map(drop)
            .map_err(io::Error::other)
    }

    /// Writes a text across the row's columns up to the last.
    fn write_across(&mut self, last: usize, text: &str, format: CellFormat) -> io::Result<()> {
        let made = self.formats.entry(format).or_insert_with(|| format.made());
        self.worksheet
            .merge_range(self.row, 0, self.row, column_number(last)?, text, made)
            .map(drop)
            .map_err(io::Error::other)
    }
}

impl CellFormat {
    fn made(self) -> Format {
        // Beside a sentence of several lines all of a row begins with the first.
        let format = Format::new().set_align(FormatAlign::Top);
        match self {
            Self::Header(kind) => {
                let header = format
                    .set_bold()
                    .set_background_color(Color::RGB(0x00E8_EDF3))
                    .set_border_bottom(FormatBorder::Thin);
                if kind.is_number() { header.set_align(FormatAlign::Right).set_indent(1) } else { header }
            }
            Self::Text { bold } => weighted(format.set_num_format("@"), bold),
            Self::OpenText => format.set_num_format(marked("@", Period::Open)),
            Self::Verdict(tone) => coloured(format.set_num_format("@"), tone),
            Self::Statement { tone, bold } => weighted(coloured(wrapped(format), tone), bold),
            Self::Title => wrapped(format).set_bold().set_font_size(16),
            Self::Source => wrapped(format).set_font_color(GREY),
            Self::Note => format.set_num_format("@").set_italic().set_font_color(GREY),
            Self::Prose => wrapped(format),
            Self::NoAmount { is_unknown } => {
                let word = format.set_align(FormatAlign::Right).set_indent(1);
                if is_unknown { word.set_font_color(colours(Tone::Attention).1) } else { word }
            }
            Self::Change { decimals } => {
                let places = places(decimals);
                format.set_num_format(format!("+#,##0{places}{ROOM};[Red]-#,##0{places}{ROOM};#,##0{places}{ROOM}"))
            }
            Self::Number { decimals, bold } => {
                let places = places(decimals);
                weighted(format.set_num_format(format!("#,##0{places}{ROOM};[Red]-#,##0{places}{ROOM}")), bold)
            }
            Self::Month(period) => format.set_num_format(marked("yyyy-mm", period)).set_align(FormatAlign::Left),
            Self::Year(period) => format.set_num_format(marked("0000", period)).set_align(FormatAlign::Left),
            Self::Date => format.set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
        }
    }
}

fn places(decimals: u32) -> String {
    if decimals == 0 { String::new() } else { format!(".{}", "0".repeat(decimals as usize)) }
}

/// A number format that shows the mark of an open month behind the value.
fn marked(format: &str, period: Period) -> String {
    if period == Period::Open { format!("{format}\"*\"") } else { format.to_owned() }
}

fn wrapped(format: Format) -> Format {
    format.set_num_format("@").set_text_wrap()
}

fn weighted(format: Format, bold: bool) -> Format {
    if bold { format.set_bold() } else { format }
}

fn coloured(format: Format, tone: Tone) -> Format {
    let (ground, letters) = colours(tone);
    format.set_background_color(ground).set_font_color(letters)
}

/// The ground and the letters of a verdict, dark enough to be read on it.
fn colours(tone: Tone) -> (Color, Color) {
    match tone {
        Tone::Good => (Color::RGB(0x00DF_F3E4), Color::RGB(0x0016_5B2B)),
        Tone::Attention => (Color::RGB(0x00FF_F1CC), Color::RGB(0x0070_4B00)),
        Tone::Bad => (Color::RGB(0x00FB_DFDD), Color::RGB(0x008C_1D18)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::column::{Column, Kind, Priority};
    use crate::output::table::Fields;

    #[test]
    fn a_table_that_is_too_long_is_refused_before_it_is_written() {
        let number = Column::new("Number", Kind::Count, Priority::Answer);
        let table = Fields::<u32>::default().with(number, |number| i64::from(*number)).table(0..sheet::MOST_ROWS);
        let mut out = Vec::new();
        let error = write(&table, &mut out).unwrap_err();
        assert_eq!(error.to_string().lines().next(), Some("a worksheet holds 1048576 rows, and this result has more"));
        assert!(out.is_empty());
    }
}

//! How the cells of a workbook look.

use std::collections::HashMap;
use std::io;

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, IntoExcelData, RowNum, Worksheet};

use crate::model::Period;
use crate::output::column::Kind;
use crate::output::page::Tone;

use super::{column_number, other};

/// Room behind a number, which would touch a text beside it: the width of a bracket.
const ROOM: &str = "_)";

const GREY: Color = Color::RGB(0x0059_6571);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum CellFormat {
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
pub(super) struct FormattedSheet<'a> {
    pub(super) worksheet: &'a mut Worksheet,
    /// The row that is written.
    pub(super) row: RowNum,
    formats: HashMap<CellFormat, Format>,
}

impl<'a> FormattedSheet<'a> {
    pub(super) fn new(worksheet: &'a mut Worksheet) -> Self {
        Self { worksheet, row: 0, formats: HashMap::new() }
    }

    /// Writes a cell of the row.
    pub(super) fn write(&mut self, column: usize, value: impl IntoExcelData, format: CellFormat) -> io::Result<()> {
        let made = self.formats.entry(format).or_insert_with(|| format.made());
        self.worksheet.write_with_format(self.row, column_number(column)?, value, made).map(drop).map_err(other)
    }

    /// Writes a text across the row's columns up to the last.
    pub(super) fn write_across(&mut self, last: usize, text: &str, format: CellFormat) -> io::Result<()> {
        let made = self.formats.entry(format).or_insert_with(|| format.made());
        self.worksheet.merge_range(self.row, 0, self.row, column_number(last)?, text, made).map(drop).map_err(other)
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

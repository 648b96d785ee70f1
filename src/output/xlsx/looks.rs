//! How the cells of a workbook look.

use std::collections::HashMap;

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use crate::output::headline::Mood;
use crate::output::table::Kind;

/// Room behind a number, which would touch a text beside it: the width of a bracket.
const ROOM: &str = "_)";

const GREY: Color = Color::RGB(0x0059_6571);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Look {
    Header(Kind),
    /// Text that stays text when someone edits it.
    Text {
        bold: bool,
    },
    /// A text with the mark of an open month.
    OpenText,
    /// A word that says whether someone must look.
    Verdict(Mood),
    /// A sentence across the columns, on a ground of the verdict's colour.
    Statement {
        mood: Mood,
        bold: bool,
    },
    Title,
    /// What a report was made from.
    Source,
    /// What must be known besides.
    Note,
    /// A sentence in a cell of its own.
    Prose,
    /// A word in the place of an amount.
    NoAmount {
        is_unknown: bool,
    },
    /// A difference, with its sign.
    Change {
        decimals: u32,
    },
    /// A number with grouped thousands; red below 0, which the sign says too.
    Number {
        decimals: u32,
        bold: bool,
    },
    /// `2022-07`
    Month {
        is_open: bool,
    },
    /// `2022`
    Year {
        is_open: bool,
    },
    /// `2022-07-31`
    Date,
}

/// The formats in use. A workbook numbers them, so each is made once.
#[derive(Default)]
pub(super) struct Looks(HashMap<Look, Format>);

impl Looks {
    pub(super) fn get(&mut self, look: Look) -> &Format {
        self.0.entry(look).or_insert_with(|| look.format())
    }
}

impl Look {
    fn format(self) -> Format {
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
            Self::Text { bold: false } => format.set_num_format("@"),
            Self::Text { bold: true } => format.set_num_format("@").set_bold(),
            Self::OpenText => format.set_num_format(marked("@", true)),
            Self::Verdict(mood) => {
                let (ground, letters) = colours(mood);
                format.set_num_format("@").set_background_color(ground).set_font_color(letters)
            }
            Self::Statement { mood, bold } => {
                let (ground, letters) = colours(mood);
                let sentence = wrapped(format).set_background_color(ground).set_font_color(letters);
                if bold { sentence.set_bold() } else { sentence }
            }
            Self::Title => wrapped(format).set_bold().set_font_size(16),
            Self::Source => wrapped(format).set_font_color(GREY),
            Self::Note => format.set_num_format("@").set_italic().set_font_color(GREY),
            Self::Prose => wrapped(format),
            Self::NoAmount { is_unknown } => {
                let word = format.set_align(FormatAlign::Right).set_indent(1);
                if is_unknown { word.set_font_color(colours(Mood::Attention).1) } else { word }
            }
            Self::Change { decimals } => {
                let places = places(decimals);
                format.set_num_format(format!("+#,##0{places}{ROOM};[Red]-#,##0{places}{ROOM};#,##0{places}{ROOM}"))
            }
            Self::Number { decimals, bold } => {
                let number = format.set_num_format(number_format(decimals));
                if bold { number.set_bold() } else { number }
            }
            Self::Month { is_open } => format.set_num_format(marked("yyyy-mm", is_open)).set_align(FormatAlign::Left),
            Self::Year { is_open } => format.set_num_format(marked("0000", is_open)).set_align(FormatAlign::Left),
            Self::Date => format.set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
        }
    }
}

fn number_format(decimals: u32) -> String {
    let places = places(decimals);
    format!("#,##0{places}{ROOM};[Red]-#,##0{places}{ROOM}")
}

fn places(decimals: u32) -> String {
    if decimals == 0 { String::new() } else { format!(".{}", "0".repeat(decimals as usize)) }
}

/// A number format that shows the mark of an open month behind the value.
fn marked(format: &str, is_open: bool) -> String {
    if is_open { format!("{format}\"*\"") } else { format.to_owned() }
}

fn wrapped(format: Format) -> Format {
    format.set_num_format("@").set_text_wrap()
}

/// The ground and the letters of a verdict, dark enough to be read on it.
fn colours(mood: Mood) -> (Color, Color) {
    match mood {
        Mood::Good => (Color::RGB(0x00DF_F3E4), Color::RGB(0x0016_5B2B)),
        Mood::Attention => (Color::RGB(0x00FF_F1CC), Color::RGB(0x0070_4B00)),
        Mood::Bad => (Color::RGB(0x00FB_DFDD), Color::RGB(0x008C_1D18)),
    }
}

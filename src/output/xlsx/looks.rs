//! How the cells of a workbook look.

use std::collections::HashMap;

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use crate::output::table::Kind;

/// What a cell shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Look {
    /// A column's name.
    Header(Kind),
    /// Text that stays text when someone edits it.
    Text { bold: bool },
    /// A number with grouped thousands; red below 0, which the sign says too.
    Number { decimals: u32, bold: bool },
    /// `2022-07`
    Month,
    /// `2022`
    Year,
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
        let format = Format::new();
        match self {
            Self::Header(kind) => {
                let header = format
                    .set_bold()
                    .set_background_color(Color::RGB(0x00E8_EDF3))
                    .set_border_bottom(FormatBorder::Thin);
                if kind.is_number() { header.set_align(FormatAlign::Right) } else { header }
            }
            Self::Text { bold: false } => format.set_num_format("@"),
            Self::Text { bold: true } => format.set_num_format("@").set_bold(),
            Self::Number { decimals, bold } => {
                let number = format.set_num_format(number_format(decimals));
                if bold { number.set_bold() } else { number }
            }
            Self::Month => format.set_num_format("yyyy-mm").set_align(FormatAlign::Left),
            Self::Year => format.set_num_format("0000").set_align(FormatAlign::Left),
            Self::Date => format.set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
        }
    }
}

fn number_format(decimals: u32) -> String {
    let places = if decimals == 0 { String::new() } else { format!(".{}", "0".repeat(decimals as usize)) };
    format!("#,##0{places};[Red]-#,##0{places}")
}

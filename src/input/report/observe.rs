//! What rows say of their file besides their values: how it is spelled, and whether it may be cut off.

use crate::model::currency::Currency;
use crate::model::record::Column;

use super::rows::{Rows, cell, shortened};
use super::truncated;
use crate::input::dialect::examples::{Clue, Clues, Witness};
use crate::input::scan::blocks::BlockId;
use crate::input::scan::header::Layout;
use crate::input::scan::records::Fields;
use crate::input::source::encoding;
use crate::input::value::{amount, date};

impl Rows {
    /// Notes the values of a row that give a clue for the first time.
    #[cold]
    pub(crate) fn testify(&mut self, block: BlockId, layout: &Layout, fields: &Fields<'_>) {
        let evidence = &mut self.evidence[block.file as usize];
        for column in Column::ALL {
            let value = fields.value(layout.position(column));
            let text = encoding::text(&value, layout.encoding).unwrap_or_default();
            for clue in clues(column, &value, &text) {
                let value = shortened(&text);
                evidence.add(clue, Witness { block, line: fields.line, column: column.name().to_owned(), value });
            }
        }
    }

    /// Notes what the bytes of a record say about the file's encoding.
    pub(crate) fn note_encoding(&mut self, block: BlockId, layout: &Layout, fields: &Fields<'_>) {
        let evidence = &mut self.evidence[block.file as usize];
        for at in 0..fields.len() {
            let value = fields.raw(at);
            if value.is_ascii() {
                continue;
            }
            let is_utf8 = std::str::from_utf8(value).is_ok();
            let is_western = !value.iter().copied().any(encoding::is_undefined);
            let clues = [if is_utf8 { Clue::Utf8 } else { Clue::NotUtf8 }, Clue::NotWestern];
            for clue in &clues[..if is_western { 1 } else { 2 }] {
                if !Clues::of(*clue).all_in(evidence.seen()) {
                    let text = encoding::text(value, None).unwrap_or_else(|| String::from_utf8_lossy(value));
                    let column = layout.headers.get(at).cloned().unwrap_or_default();
                    evidence.add(*clue, Witness { block, line: fields.line, column, value: shortened(&text) });
                }
            }
        }
    }

    /// Notes the last cell of a file that does not end its last line, if the cell may be longer.
    #[cold]
    pub(crate) fn note_cut(&mut self, block: BlockId, layout: &Layout, fields: &Fields<'_>) {
        let last = layout.width() - 1;
        let column = Column::ALL.into_iter().find(|column| layout.position(*column) == last);
        let Some(column) = column.filter(|_| fields.len() == layout.width()) else { return };
        let Some(value) = cell(layout, column, fields) else { return };
        let currency = cell(layout, Column::CurrencyCode, fields).and_then(|text| Currency::parse(&text));
        if truncated::may_be_cut(column, value.trim(), currency) {
            let (column, value) = (column.name().to_owned(), shortened(&value));
            self.cut.push(Witness { block, line: fields.line, column, value });
        }
    }
}

/// What a cell says about how its file is spelled.
fn clues(column: Column, value: &[u8], text: &str) -> Vec<Clue> {
    let one = match column {
        Column::CreditAmount | Column::BalanceAmount => {
            amount::read(value).ok().and_then(|reading| Clue::of_amount(reading.hint))
        }
        Column::EffectiveDate | Column::ExpiryDate => date::read_date(text).and_then(|date| Clue::of_date(&date)),
        Column::InvoiceMonth => return Clue::of_month(text),
        _ => None,
    };
    one.into_iter().collect()
}

//! What rows say of their file besides their values: how it is spelled, and whether it may be cut off.

use crate::model::{Currency, Place, ReportColumn};

use super::cells::{cell, is_text};
use super::layout::ReportLayout;
use super::rows::{KeyPlace, RowBuilder};
use super::truncated;
use crate::input::dialect::examples::{Clue, Clues};
use crate::input::error::{Seen, shortened};
use crate::input::scan::records::RecordFields;
use crate::input::source::encoding;

impl RowBuilder {
    /// Notes the cells of a row that give a clue for the first time.
    #[cold]
    pub(super) fn record_examples(
        &mut self,
        at: Place,
        layout: &ReportLayout,
        fields: &RecordFields<'_>,
        key: KeyPlace,
        month: u16,
        [credit, balance]: [Clues; 2],
    ) {
        let dates = [&self.key(key).effective, &self.key(key).expiry].map(Clues::from_date);
        let evidence = &mut self.evidence[at.file as usize];
        let line = at.down(fields.line).line;
        for (column, clues) in [
            (ReportColumn::InvoiceMonth, self.months.meanings[usize::from(month)].1),
            (ReportColumn::CreditAmount, credit),
            (ReportColumn::BalanceAmount, balance),
            (ReportColumn::EffectiveDate, dates[0]),
            (ReportColumn::ExpiryDate, dates[1]),
        ] {
            let value = fields.value(layout.position(column));
            let value = shortened(&encoding::text(&value, layout.encoding).unwrap_or_default());
            for clue in clues.iter() {
                let (column, value) = (column.name().to_owned(), value.clone());
                evidence.add(clue, Seen { line, column, value });
            }
        }
        for column in ReportColumn::ALL.into_iter().filter(|column| is_text(layout, *column, fields)) {
            let value = shortened(&String::from_utf8_lossy(&fields.value(layout.position(column))));
            let example = Seen { line, column: column.name().to_owned(), value };
            evidence.add(Clue::Apostrophe, example);
        }
    }

    /// Notes what the bytes of a record say about the file's encoding.
    pub(super) fn note_encoding(&mut self, at: Place, layout: &ReportLayout, fields: &RecordFields<'_>) {
        let evidence = &mut self.evidence[at.file as usize];
        let line = at.down(fields.line).line;
        for index in 0..fields.len() {
            let value = fields.raw(index);
            if value.is_ascii() {
                continue;
            }
            let is_utf8 = std::str::from_utf8(value).is_ok();
            let is_western = !value.iter().copied().any(encoding::is_undefined);
            let clues = [if is_utf8 { Clue::Utf8 } else { Clue::NotUtf8 }, Clue::NotWestern];
            for clue in &clues[..if is_western { 1 } else { 2 }] {
                if !evidence.seen().contains(*clue) {
                    let text = encoding::text(value, None).unwrap_or_else(|| String::from_utf8_lossy(value));
                    let column = layout.headers.get(index).cloned().unwrap_or_default();
                    evidence.add(*clue, Seen { line, column, value: shortened(&text) });
                }
            }
        }
    }

    /// Notes the last cell of a file that does not end its last line, if the cell may be longer.
    #[cold]
    pub(super) fn note_cut(&mut self, at: Place, layout: &ReportLayout, fields: &RecordFields<'_>) {
        let last = layout.width() - 1;
        let column = ReportColumn::ALL.into_iter().find(|column| layout.position(*column) == last);
        let Some(column) = column.filter(|_| fields.len() == layout.width()) else { return };
        let Some(value) = cell(layout, column, fields, str::to_owned) else { return };
        let currency = cell(layout, ReportColumn::CurrencyCode, fields, Currency::parse).flatten();
        if truncated::may_be_cut(column, value.trim(), currency) {
            let (column, value) = (column.name().to_owned(), shortened(&value));
            self.cut.push((at.file, Seen { line: at.down(fields.line).line, column, value }));
        }
    }
}

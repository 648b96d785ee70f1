//! Records that are no rows: blank ones, headers, totals, and those that cannot be read.

use crate::model::{Place, ReportColumn};

use super::layout::ReportLayout;
use super::rows::{NotARow, RowBuilder};
use crate::input::error::{Problem, shortened};
use crate::input::scan::header::folded;
use crate::input::scan::records::RecordFields;
use crate::input::source::encoding;
use crate::input::value::{amount, date};

impl RowBuilder {
    /// Takes in a record that is no row: blank cells, the header again, totals, or one that cannot be read.
    #[cold]
    pub(super) fn not_a_row(
        &mut self,
        place: Place,
        layout: &ReportLayout,
        fields: &RecordFields<'_>,
        reason: NotARow,
    ) {
        if fields.values().all(|value| value.trim_ascii().is_empty()) {
            return;
        }
        if is_header(layout, fields) {
            self.headers.push(place);
            return;
        }
        if is_totals(layout, fields, &reason) {
            let cells: Vec<String> = fields.values().map(|value| plain(&value)).collect();
            let shown = cells.into_iter().filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" ");
            self.totals.push((place, shortened(&shown)));
            return;
        }
        match reason {
            NotARow::Shape(expected) => self.rejects.push(Problem::new(place, expected)),
            NotARow::Cells(cells) => self.rejects.extend(cells.into_iter().map(|cell| {
                let value = fields.value(layout.position(cell.column));
                Problem::new(place, cell.expected).cell(cell.column.name(), &String::from_utf8_lossy(&value))
            })),
        }
    }
}

/// The text of a cell; of an amount with an exponent, as cells of workbooks have it, the amount.
fn plain(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value).trim().to_owned();
    match amount::read(text.as_bytes()) {
        Ok(reading) if text.contains('E') && text.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
            reading.value().to_string()
        }
        _ => text,
    }
}

/// Whether a record is the header once more.
fn is_header(layout: &ReportLayout, fields: &RecordFields<'_>) -> bool {
    let is_repeated = |column| {
        let at = layout.position(column);
        at < fields.len()
            && layout.headers.get(at).is_some_and(|name| {
                encoding::text(&fields.value(at), layout.encoding).is_some_and(|text| folded(&text) == folded(name))
            })
    };
    ReportColumn::ALL.into_iter().all(is_repeated)
}

/// Whether a record sums up the ones above it: it says so, or it has amounts and no ids.
fn is_totals(layout: &ReportLayout, fields: &RecordFields<'_>, reason: &NotARow) -> bool {
    const WORDS: [&str; 8] = ["total", "totals", "sum", "summe", "gesamt", "gesamtsumme", "somme", "totaux"];
    let at = |column: ReportColumn| {
        let position = layout.position(column);
        if position < fields.len() { fields.value(position).trim_ascii().to_vec() } else { Vec::new() }
    };
    let says_so = fields.values().any(|value| {
        let text = String::from_utf8_lossy(&value).to_lowercase();
        text.split(|c: char| !c.is_alphabetic()).any(|word| WORDS.contains(&word))
    });
    let no_ids = [ReportColumn::PartnerId, ReportColumn::CustomerId, ReportColumn::AgreementId]
        .map(at)
        .iter()
        .all(Vec::is_empty);
    // Of a record of another shape no cell was read yet.
    let can_be_read = |column| match reason {
        NotARow::Cells(rejects) => rejects.iter().all(|reject| reject.column != column),
        NotARow::Shape(_) if column == ReportColumn::InvoiceMonth => {
            date::read_month(&String::from_utf8_lossy(&at(column))).is_some()
        }
        NotARow::Shape(_) => amount::read(&at(column)).is_ok(),
    };
    let sums = can_be_read(ReportColumn::CreditAmount) || can_be_read(ReportColumn::BalanceAmount);
    !can_be_read(ReportColumn::InvoiceMonth) && sums && (says_so || no_ids) && at(ReportColumn::AgreementId).is_empty()
}

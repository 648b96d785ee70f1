//! Records that are no rows: blank ones, headers, totals, and those that cannot be read.

use crate::model::currency::Currency;
use crate::model::id::Id;
use crate::model::record::Column;

use super::rows::{RawProblem, Rows, cell, shortened};
use crate::input::scan::blocks::BlockId;
use crate::input::scan::header::{Layout, folded};
use crate::input::scan::records::Fields;
use crate::input::source::encoding;
use crate::input::value::amount::{self, AmountReading};
use crate::input::value::date;

impl Rows {
    /// Takes in a record that is no row: blank cells, the header again, totals, or one that cannot be read.
    #[cold]
    pub(crate) fn not_a_row(&mut self, block: BlockId, layout: &Layout, fields: &Fields<'_>) {
        if fields.values().all(|value| value.trim_ascii().is_empty()) {
            return;
        }
        let line = fields.line;
        if is_header(layout, fields) {
            self.headers.push((block, line));
            return;
        }
        if is_totals(layout, fields) {
            let cells: Vec<String> =
                fields.values().map(|value| String::from_utf8_lossy(&value).trim().to_owned()).collect();
            let shown = cells.into_iter().filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" ");
            self.totals.push((block, line, shortened(&shown)));
            return;
        }
        let problem = |column, value, expected| RawProblem { block, line, column, value, expected };
        if let Some(fault) = fields.shape_fault(layout.width()) {
            self.problems.push(problem(None, None, fault));
        } else {
            for (column, expected) in cell_faults(layout, fields) {
                let value = String::from_utf8_lossy(&fields.value(layout.position(column))).into_owned();
                self.problems.push(problem(Some(column.name()), Some(shortened(&value)), expected));
            }
        }
    }
}

/// The cells of a record that cannot be read, each with what was expected.
fn cell_faults(layout: &Layout, fields: &Fields<'_>) -> Vec<(Column, String)> {
    let text_fault = |column| match cell(layout, column, fields) {
        Some(text) => expected_text(column, &text).map(str::to_owned),
        None => Some("expected text in the file's encoding".to_owned()),
    };
    let currency = cell(layout, Column::CurrencyCode, fields).and_then(|text| Currency::parse(&text));
    let amount_fault = |column| match amount::read(&fields.value(layout.position(column))) {
        Err(fault) => Some(fault.expected().to_owned()),
        Ok(AmountReading { currency: Some(found), .. }) => match currency {
            Some(wanted) if wanted != found => Some(format!("expected an amount in {wanted}, the row's currency")),
            _ => None,
        },
        Ok(_) => None,
    };
    let faults: Vec<_> = Column::ALL
        .into_iter()
        .filter_map(|column| match column {
            Column::CreditAmount | Column::BalanceAmount => Some((column, amount_fault(column)?)),
            _ => Some((column, text_fault(column)?)),
        })
        .collect();
    if faults.is_empty() {
        // The only reason left: the tables of months or statuses are full.
        return vec![(Column::Status, "too many different months or statuses".to_owned())];
    }
    faults
}

/// What a cell should hold, if its text is something else.
fn expected_text(column: Column, text: &str) -> Option<&'static str> {
    let (fits, expected) = match column {
        Column::PartnerId | Column::CustomerId | Column::AgreementId => (Id::parse(text).is_some(), "expected an id"),
        Column::InvoiceMonth => (date::read_month(text).is_some(), "expected a month such as `2022-07`"),
        Column::CurrencyCode => (Currency::parse(text).is_some(), "expected a currency code such as `USD`"),
        Column::EffectiveDate | Column::ExpiryDate => {
            (date::read_date(text).is_some(), "expected a date such as `2022-07-31` or `7/31/2022`")
        }
        Column::CreditName | Column::Status | Column::CreditAmount | Column::BalanceAmount => (true, ""),
    };
    (!fits).then_some(expected)
}

/// Whether a record is the header once more.
fn is_header(layout: &Layout, fields: &Fields<'_>) -> bool {
    let is_repeated = |column| {
        let at = layout.position(column);
        at < fields.len()
            && layout.headers.get(at).is_some_and(|name| {
                encoding::text(&fields.value(at), layout.encoding).is_some_and(|text| folded(&text) == folded(name))
            })
    };
    Column::ALL.into_iter().all(is_repeated)
}

/// Whether a record sums up the ones above it: it says so, or it has amounts and no ids.
fn is_totals(layout: &Layout, fields: &Fields<'_>) -> bool {
    const WORDS: [&str; 8] = ["total", "totals", "sum", "summe", "gesamt", "gesamtsumme", "somme", "totaux"];
    let at = |column: Column| {
        let position = layout.position(column);
        if position < fields.len() { fields.value(position).trim_ascii().to_vec() } else { Vec::new() }
    };
    let says_so = fields.values().any(|value| {
        let text = String::from_utf8_lossy(&value).to_lowercase();
        text.split(|c: char| !c.is_alphabetic()).any(|word| WORDS.contains(&word))
    });
    let no_ids = [Column::PartnerId, Column::CustomerId, Column::AgreementId].map(at).iter().all(Vec::is_empty);
    let no_month = at(Column::InvoiceMonth).is_empty()
        || date::read_month(&String::from_utf8_lossy(&at(Column::InvoiceMonth))).is_none();
    let sums = amount::read(&at(Column::CreditAmount)).is_ok() || amount::read(&at(Column::BalanceAmount)).is_ok();
    no_month && sums && (says_so || no_ids) && at(Column::AgreementId).is_empty()
}

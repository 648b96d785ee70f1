//! Records that are no rows: blank ones, headers, totals, and those that cannot be read.

use super::position;
use super::rows::RowBuilder;
use crate::input::error::{Fault, Problem};
use crate::input::scan::Line;
use crate::input::value::{SUM_WORDS, amount};
use crate::model::ReportColumn;

impl RowBuilder {
    /// Takes in a record that is no row: blank cells, the header again, totals, or one that cannot be read.
    #[cold]
    pub(super) fn not_a_row(&mut self, line: Line<'_>, rejects: Vec<Problem>) -> Result<(), Fault> {
        if line.is_blank() {
            return Ok(());
        }
        if line.is_header()? {
            self.headers.push(line.place());
        } else if is_totals(line, &rejects) {
            self.totals.push((line.place(), line.shown()));
        } else {
            self.rejects.extend(rejects);
        }
        Ok(())
    }
}

/// Whether a record sums up the ones above it: it says so, or it has amounts and no ids.
fn is_totals(line: Line<'_>, rejects: &[Problem]) -> bool {
    let at = |column: ReportColumn| {
        let is_there = position(line.layout, column) < line.fields.len();
        if is_there { line.value(column).trim_ascii().to_vec() } else { Vec::new() }
    };
    let says_so = line.fields.values().any(|value| {
        let text = String::from_utf8_lossy(&value).to_lowercase();
        text.split(|c: char| !c.is_alphabetic()).any(|word| SUM_WORDS.contains(&word))
    });
    let no_ids = [ReportColumn::PartnerId, ReportColumn::CustomerId, ReportColumn::AgreementId]
        .map(at)
        .iter()
        .all(Vec::is_empty);
    // Of a record of another shape no cell was read yet.
    let is_misshapen = rejects.iter().any(|reject| reject.column.is_none());
    let can_be_read = |column: ReportColumn| match column {
        _ if !is_misshapen => rejects.iter().all(|reject| reject.column != Some(column.name())),
        ReportColumn::InvoiceMonth => line.layout.read_month(&String::from_utf8_lossy(&at(column))).is_some(),
        _ => amount::read(&at(column), line.layout.mark).is_ok(),
    };
    let sums = can_be_read(ReportColumn::CreditAmount) || can_be_read(ReportColumn::BalanceAmount);
    !can_be_read(ReportColumn::InvoiceMonth) && sums && (says_so || no_ids) && at(ReportColumn::AgreementId).is_empty()
}

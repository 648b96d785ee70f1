//! The tables of a reconciliation.

use crate::analysis::Filter;
use crate::analysis::reconcile::{ReconciledRow, Total};
use crate::model::{Id, Invoices, LineFinding, Names};
use crate::output::{Column, Fields, Kind, Priority};

use crate::cli::{columns, dated};

pub(crate) const APPLIED: Column = Column::new("CreditApplied", Kind::Amount, Priority::Key).adds_up(true);
pub(crate) const RESULT: Column = Column::new("Result", Kind::Text, Priority::Key);
pub(crate) const LINES: Column = Column::new("Lines", Kind::Count, Priority::Detail);
pub(crate) const INVOICE: Column = Column::new("InvoiceNumber", Kind::Text, Priority::Key);
const DIFFERENCE: Column = Column::new("Difference", Kind::Amount, Priority::Answer).adds_up(true);

pub(crate) fn rows<'a>(filter: &'a Filter, names: &'a Names) -> Fields<'a, &'a ReconciledRow<'a>> {
    Fields::<&ReconciledRow<'_>>::default()
        .text(columns::PARTNER, |row| row.partner.map(Id::as_str))
        .customer(names, |row| row.customer)
        .currency(columns::CURRENCY, |row| row.currency)
        .month(columns::MONTH.priority(Priority::Answer), |row| dated(row.month, filter))
        .amount(columns::GIVEN.priority(Priority::Key), |row| row.given)
        .amount(APPLIED, |row| row.applied)
        .amount(DIFFERENCE, |row| row.difference)
        .text(RESULT, |row| row.verdict.as_str())
        .count(LINES, |row| columns::cell_count(row.lines))
}

pub(crate) fn totals(filter: &Filter) -> Fields<'_, Total> {
    Fields::<Total>::default()
        .currency(columns::CURRENCY, |total| total.currency)
        .month(columns::MONTH, |total| total.month.map(|month| dated(month, filter)))
        .amount(columns::GIVEN, |total| total.given)
        .amount(APPLIED, |total| total.applied)
        .amount(DIFFERENCE, |total| total.difference)
        .count(LINES, |total| columns::cell_count(total.lines))
}

/// The columns of lines that break rules.
pub(crate) fn findings<'a>(invoices: &'a Invoices, names: &'a Names) -> Fields<'a, &'a LineFinding> {
    Fields::<&LineFinding>::default()
        .text(columns::FILE.priority(Priority::Answer), |finding| &*invoices.files[finding.file as usize].name)
        .count(columns::LINE.priority(Priority::Key), |finding| columns::cell_count(finding.line))
        .text(Column::new("Rule", Kind::Text, Priority::Key), |finding| finding.rule.as_str())
        .customer(names, |finding| finding.customer.as_ref())
        .text(INVOICE, |finding| &*finding.invoice)
        .text(columns::MESSAGE.priority(Priority::Answer), |finding| &*finding.message)
}

/// What must be known of the totals of rows, some of which cannot be compared.
pub(crate) fn difference_note(rows: &[&ReconciledRow<'_>]) -> Option<String> {
    let is_partial = rows.iter().any(|row| row.difference.is_none());
    is_partial.then(|| "totals of Difference leave out rows that have none".to_owned())
}

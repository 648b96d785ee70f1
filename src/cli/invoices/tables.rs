//! The tables of a reconciliation: their columns, and a row of each.

use crate::analysis::filter::Filter;
use crate::analysis::reconcile::Row;
use crate::model::invoice::{Finding, Invoices};
use crate::output::table::{Cell, Column, Keep, Kind};

use crate::cli::columns;

pub(crate) const APPLIED: Column = Column::new("CreditApplied", Kind::Amount, Keep::Key);
pub(crate) const RESULT: Column = Column::new("Result", Kind::Text, Keep::Key);
pub(crate) const LINES: Column = Column::new("Lines", Kind::Count, Keep::Detail);
pub(crate) const INVOICE: Column = Column::new("InvoiceNumber", Kind::Text, Keep::Key);

/// The columns of a reconciliation.
pub(crate) const ROW_COLUMNS: [Column; 8] = [
    columns::CUSTOMER,
    columns::CURRENCY,
    columns::MONTH,
    Column { keep: Keep::Key, ..columns::GIVEN },
    APPLIED,
    Column::new("Difference", Kind::Amount, Keep::Key),
    RESULT,
    LINES,
];

/// The columns of lines that break rules.
pub(crate) const FINDING_COLUMNS: [Column; 6] = [
    Column::new("File", Kind::Text, Keep::Answer),
    Column::new("Line", Kind::Count, Keep::Key),
    Column::new("Rule", Kind::Text, Keep::Key),
    columns::CUSTOMER,
    INVOICE,
    Column::new("Message", Kind::Prose, Keep::Answer),
];

/// The cells of a row of a reconciliation.
pub(crate) fn row_cells<'a>(row: &Row<'a>, filter: &Filter) -> [Cell<'a>; 8] {
    [
        Cell::Text(row.customer.as_str()),
        Cell::Currency(row.currency),
        Cell::Month(row.month, filter.period(row.month)),
        Cell::or_empty(row.given, Cell::Amount),
        Cell::or_empty(row.applied, Cell::Amount),
        Cell::or_empty(row.difference, Cell::Amount),
        Cell::Text(row.verdict.as_str()),
        count(row.lines),
    ]
}

/// The cells of a line that breaks a rule.
pub(crate) fn finding_cells<'a>(finding: &'a Finding, invoices: &'a Invoices) -> [Cell<'a>; 6] {
    [
        Cell::Text(&invoices.files[finding.file as usize].name),
        count(finding.line),
        Cell::Text(finding.rule.as_str()),
        Cell::or_empty(finding.customer.as_ref(), |customer| Cell::Text(customer.as_str())),
        Cell::Text(&finding.invoice),
        Cell::Text(&finding.message),
    ]
}

/// What must be known of the totals of rows, some of which cannot be compared.
pub(crate) fn difference_note(rows: &[&Row<'_>]) -> Option<String> {
    let is_partial = rows.iter().any(|row| row.difference.is_none());
    is_partial.then(|| "totals of Difference leave out rows that have none".to_owned())
}

/// A cell with a count.
pub(crate) fn count(count: u64) -> Cell<'static> {
    Cell::Count(i64::try_from(count).unwrap_or(i64::MAX))
}

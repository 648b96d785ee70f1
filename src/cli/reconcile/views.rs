//! The tables of `aco reconcile`.

use std::io;

use crate::analysis::filter::Filter;
use crate::analysis::reconcile::{self, OtherCredits, Row};
use crate::model::invoice::{Amount, CreditLine, Finding, Invoices};
use crate::model::names::Names;
use crate::model::period::Period;
use crate::output::table::{Cell, Column, Keep, Kind, RowSink, Rows, Table};

use crate::cli::invoices::tables::{
    APPLIED, FINDING_COLUMNS, INVOICE, LINES, RESULT, ROW_COLUMNS, count, difference_note, finding_cells, row_cells,
};
use crate::cli::write::Writer;
use crate::cli::{Stdio, columns, hints};

const REASON: Column = Column::new("CreditReasonCode", Kind::Text, Keep::Detail);
const FILE: Column = Column::new("File", Kind::Text, Keep::Context);
const LINE: Column = Column::new("Line", Kind::Count, Keep::Detail);

/// What a table needs besides its rows.
pub(super) struct View<'a> {
    pub(super) invoices: &'a Invoices,
    pub(super) filter: &'a Filter,
    pub(super) names: &'a Names,
    pub(super) threads: usize,
    pub(super) writer: Writer,
}

impl View<'_> {
    /// A row for each customer, month and currency.
    pub(super) fn rows(self, rows: &[&Row<'_>], stdio: &mut Stdio<'_>) -> anyhow::Result<()> {
        let filter = self.filter;
        let cells = Each(|sink: &mut RowSink<'_>| rows.iter().try_for_each(|row| sink(&row_cells(row, filter))));
        // A formula adds up a currency's whole column.
        let totals = reconcile::totals(rows.iter().copied(), !self.writer.is_workbook())?;
        let totals = Each(|sink: &mut RowSink<'_>| {
            totals.iter().try_for_each(|total| {
                sink(&[
                    Cell::Empty,
                    Cell::Currency(total.currency),
                    Cell::or_empty(total.month, |month| Cell::Month(month, filter.period(month))),
                    Cell::Amount(total.given),
                    Cell::Amount(total.applied),
                    Cell::Amount(total.difference),
                    Cell::Empty,
                    count(total.lines),
                ])
            })
        });
        let any_open = rows.iter().any(|row| filter.period(row.month) == Period::Open);
        let mut footnotes = hints::footnotes(any_open, filter);
        footnotes.extend(difference_note(rows));
        let columns = ROW_COLUMNS.to_vec();
        self.write(&Table { columns, rows: &cells, currency: Some(1), totals: Some(&totals), footnotes }, stdio)
    }

    /// The invoice lines behind rows.
    pub(super) fn lines(self, rows: &[&Row<'_>], amount: Amount, stdio: &mut Stdio<'_>) -> anyhow::Result<()> {
        let (filter, invoices) = (self.filter, self.invoices);
        let columns = vec![
            columns::CUSTOMER,
            columns::CURRENCY,
            columns::MONTH,
            RESULT,
            INVOICE,
            Column::new("ProductName", Kind::Text, Keep::Answer),
            Column::new("SubscriptionId", Kind::Id, Keep::Detail),
            Column::new("ChargeStartDate", Kind::Date, Keep::Answer),
            match amount {
                Amount::Subtotal => Column::new("Subtotal", Kind::Amount, Keep::Answer),
                Amount::Total => Column::new("Total", Kind::Amount, Keep::Answer),
            },
            Column::new("Currency", Kind::Text, Keep::Detail),
            REASON,
            APPLIED,
            FILE,
            LINE,
        ];
        let cells = Each(|sink: &mut RowSink<'_>| {
            for row in rows {
                for total in &row.totals {
                    let key = &invoices.totals[*total].key;
                    for line in lines_of(invoices, *total) {
                        let applied = if key.currency == row.currency { Some(line.billed) } else { line.priced };
                        sink(&[
                            Cell::Text(row.customer.as_str()),
                            Cell::Currency(row.currency),
                            Cell::Month(row.month, filter.period(row.month)),
                            Cell::Text(row.verdict.as_str()),
                            Cell::Text(&key.invoice.number),
                            Cell::Text(&line.product),
                            Cell::Text(&line.subscription),
                            Cell::Date(line.charge_start),
                            Cell::Amount(line.amount),
                            Cell::Currency(key.currency),
                            Cell::Text(&key.reason),
                            Cell::or_empty(applied.filter(|_| row.applied.is_some()), Cell::Amount),
                            Cell::Text(&invoices.files[key.invoice.file as usize].name),
                            count(line.line),
                        ])?;
                    }
                }
            }
            Ok(())
        });
        self.write(&Table { columns, rows: &cells, currency: None, totals: None, footnotes: Vec::new() }, stdio)
    }

    /// Credits that were not counted.
    pub(super) fn others(self, others: &[OtherCredits<'_>], stdio: &mut Stdio<'_>) -> anyhow::Result<()> {
        let filter = self.filter;
        let amount = Column::new("Amount", Kind::Amount, Keep::Answer);
        let columns = vec![columns::CUSTOMER, columns::CURRENCY, columns::MONTH, INVOICE, REASON, amount, LINES];
        let cells = Each(|sink: &mut RowSink<'_>| {
            others.iter().try_for_each(|other| {
                sink(&[
                    Cell::Text(other.customer.as_str()),
                    Cell::Currency(other.currency),
                    Cell::or_empty(other.month, |month| Cell::Month(month, filter.period(month))),
                    Cell::Text(other.invoice),
                    Cell::Text(other.reason),
                    Cell::Amount(other.amount),
                    count(other.lines),
                ])
            })
        });
        self.write(&Table { columns, rows: &cells, currency: Some(1), totals: None, footnotes: Vec::new() }, stdio)
    }

    /// Lines that break rules.
    pub(super) fn findings(self, findings: &[&Finding], stdio: &mut Stdio<'_>) -> anyhow::Result<()> {
        let cells = Each(|sink: &mut RowSink<'_>| {
            findings.iter().try_for_each(|finding| sink(&finding_cells(finding, self.invoices)))
        });
        let columns = FINDING_COLUMNS.to_vec();
        self.write(&Table { columns, rows: &cells, currency: None, totals: None, footnotes: Vec::new() }, stdio)
    }

    fn write(self, table: &Table<'_>, stdio: &mut Stdio<'_>) -> anyhow::Result<()> {
        self.writer.write_named(table, self.names, self.threads, stdio)
    }
}

/// The lines of a total: they stand together.
fn lines_of(invoices: &Invoices, total: usize) -> &[CreditLine] {
    let total = u32::try_from(total).unwrap_or(u32::MAX);
    let start = invoices.lines.partition_point(|line| line.total < total);
    let end = invoices.lines.partition_point(|line| line.total <= total);
    &invoices.lines[start..end]
}

/// Rows that a function hands over, in one part.
struct Each<F>(F);

impl<F: Fn(&mut RowSink<'_>) -> io::Result<()> + Sync> Rows for Each<F> {
    fn parts(&self) -> usize {
        1
    }

    fn part(&self, _: usize, sink: &mut RowSink<'_>) -> io::Result<()> {
        (self.0)(sink)
    }
}

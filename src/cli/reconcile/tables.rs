//! The tables of a reconciliation.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::analysis::reconcile::{self, OtherCredits, ReconciledRow, Total};
use crate::model::{Amount, CreditKey, CreditLine, Id, Invoices, LineFinding, Message, Overflow, Period, Sum, UsedBy};
use crate::output::{Column, Fields, Kind, Priority, Table};

use super::ComparedInvoices;
use crate::cli::{Session, columns, dated, hints};

const REASON: Column = Column::new("CreditReasonCode", Kind::Text, Priority::Detail);
const APPLIED: Column = Column::new("CreditApplied", Kind::Amount, Priority::Key).adds_up(true);
const RESULT: Column = Column::new("Result", Kind::Code, Priority::Key);
const LINES: Column = Column::new("Lines", Kind::Count, Priority::Detail);
const INVOICE: Column = Column::new("InvoiceNumber", Kind::Text, Priority::Key);
const DIFFERENCE: Column = Column::new("Difference", Kind::Amount, Priority::Key).adds_up(true);

impl ComparedInvoices<'_> {
    /// A row for each partner, customer, month and currency. The formulas of a workbook add up a currency's whole column.
    pub(super) fn rows<'r>(
        &'r self,
        rows: &'r [&'r ReconciledRow<'r>],
        is_workbook: bool,
    ) -> anyhow::Result<Table<'r>> {
        let filter = &self.session.filter;
        let totals = reconcile::totals(rows.iter().copied(), !is_workbook)?;
        let any_open = rows.iter().any(|row| filter.period(row.month) == Period::Open);
        let mut footnotes = hints::footnotes(any_open, self.session);
        footnotes.extend(difference_note(rows));
        let table = self.reconciled().table(rows.iter().copied()).with_footnotes(footnotes);
        let fields = Fields::<Total>::default()
            .with(columns::CURRENCY, |total| total.currency)
            .with(columns::MONTH, |total| total.month.map(|month| dated(month, filter)))
            .with(columns::GIVEN, |total| total.given)
            .with(APPLIED, |total| total.applied)
            .with(DIFFERENCE, |total| total.difference)
            .with(LINES, |total| total.lines);
        Ok(table.with_totals(&fields, totals))
    }

    pub(crate) fn reconciled(&self) -> Fields<'_, &ReconciledRow<'_>> {
        let Session { filter, names, .. } = self.session;
        Fields::<&ReconciledRow<'_>>::default()
            .with(columns::PARTNER, |row| row.partner.map(Id::as_str))
            .customer(names, |row| row.customer)
            .with(columns::CURRENCY, |row| row.currency)
            .with(columns::MONTH.priority(Priority::Answer), |row| dated(row.month, filter))
            .with(columns::GIVEN.priority(Priority::Beside), |row| row.given)
            // What was given and the difference tell it.
            .with(APPLIED.priority(Priority::Answer), |row| row.applied)
            .with(DIFFERENCE, |row| row.difference)
            .with(RESULT.priority(Priority::Asked), |row| row.verdict.as_str())
            .with(LINES, |row| row.lines)
    }

    pub(super) fn lines<'r>(&'r self, rows: &'r [&'r ReconciledRow<'r>], amount: Amount) -> Table<'r> {
        let (Session { filter, names, .. }, invoices) = (self.session, self.invoices);
        let lines: Vec<LineRow<'_>> = rows.iter().flat_map(|row| LineRow::behind(row, invoices)).collect();
        let amount = match amount {
            Amount::Subtotal => Column::new("Subtotal", Kind::Amount, Priority::Answer),
            Amount::Total => Column::new("Total", Kind::Amount, Priority::Answer),
        };
        // Amounts are in the row's currency, unless a line is billed in another.
        let are_alike = lines.iter().all(|line| line.key.currency == line.row.currency);
        let kind = if are_alike { Kind::Currency } else { Kind::Text };
        let billed_in = Column {
            machine_only: are_alike,
            headed: Some("Billed in"),
            ..Column::new("Currency", Kind::Text, Priority::Key)
        };
        Fields::<LineRow<'_>>::default()
            .customer(names, |line| line.row.customer)
            .with(Column { kind, ..columns::CURRENCY }, |line| line.row.currency)
            .with(columns::MONTH, |line| dated(line.row.month, filter))
            .with(RESULT, |line| line.row.verdict.as_str())
            .with(INVOICE, |line| &*line.key.invoice.number)
            .with(Column::new("ProductName", Kind::Text, Priority::Answer), |line| &*line.line.product)
            .with(Column::new("SubscriptionId", Kind::Id, Priority::Detail), |line| &*line.line.used_by)
            .with(Column::new("ChargeStartDate", Kind::Date, Priority::Answer), |line| line.line.charge_start)
            .with(amount, |line| line.line.amount)
            .with(billed_in, |line| line.key.currency)
            .with(REASON, |line| &*line.key.reason)
            .with(APPLIED, |line| line.applied)
            .with(columns::FILE, |line| &*invoices.files[line.key.invoice.file as usize].name)
            .with(columns::LINE, |line| line.line.line)
            .table_in_parts(1, move |_, each| lines.iter().try_for_each(each))
    }

    /// What used the credit behind each row, by the texts of its lines in any case; it adds up to CreditApplied.
    pub(super) fn usage<'r>(&'r self, rows: &'r [&'r ReconciledRow<'r>], used_by: UsedBy) -> anyhow::Result<Table<'r>> {
        let Session { filter, names, .. } = self.session;
        let column = match used_by {
            UsedBy::Subscription => Column::new("SubscriptionId", Kind::Id, Priority::Key),
            UsedBy::ResourceGroup => Column::new("ResourceGroup", Kind::Text, Priority::Key),
            UsedBy::Service => Column::new("MeterCategory", Kind::Text, Priority::Key),
            UsedBy::Meter => Column::new("MeterName", Kind::Text, Priority::Key),
        };
        let mut used: BTreeMap<(usize, String), (&str, Sum, i64)> = BTreeMap::new();
        for (at, row) in rows.iter().enumerate() {
            for LineRow { line, applied, .. } in LineRow::behind(row, self.invoices) {
                // What may be of another credit is not its.
                let Some(applied) = applied else { continue };
                let (spelled, sum, lines) = used.entry((at, line.used_by.to_lowercase())).or_default();
                *spelled = if *lines == 0 { &*line.used_by } else { (*spelled).min(&*line.used_by) };
                sum.add(applied)?;
                *lines += 1;
            }
        }
        if used.values().all(|(spelled, ..)| spelled.is_empty()) && !used.is_empty() {
            let message = Message::error(format!("no line of credit tells its {}", column.name));
            return Err(message.hint("name daily rated usage files with --invoice, and these alone").into());
        }
        let amount = |((at, _), (spelled, sum, lines)): (_, (_, Sum, _))| Ok((rows[at], spelled, sum.value()?, lines));
        let used: Vec<(&ReconciledRow<'_>, &str, Decimal, i64)> =
            used.into_iter().map(amount).collect::<Result<_, Overflow>>()?;
        let table = Fields::<(&ReconciledRow<'_>, &str, Decimal, i64)>::default()
            .with(columns::PARTNER, |(row, ..)| row.partner.map(Id::as_str))
            .customer(names, |(row, ..)| row.customer)
            .with(columns::CURRENCY, |(row, ..)| row.currency)
            .with(columns::MONTH, |(row, ..)| dated(row.month, filter))
            .with(column, |(_, spelled, ..)| Some(*spelled).filter(|spelled| !spelled.is_empty()))
            .with(APPLIED, |(.., applied, _)| *applied)
            .with(LINES, |(.., lines)| *lines)
            .table(used);
        Ok(table.with_sums())
    }

    pub(super) fn others_table(&self) -> Table<'_> {
        let Session { filter, names, .. } = self.session;
        Fields::<&OtherCredits<'_>>::default()
            .customer(names, |other| other.customer)
            .with(columns::CURRENCY, |other| other.currency)
            .with(columns::MONTH, |other| other.month.map(|month| dated(month, filter)))
            .with(INVOICE, |other| other.invoice)
            .with(REASON, |other| other.reason)
            .with(Column::new("Amount", Kind::Amount, Priority::Answer), |other| other.amount)
            .with(LINES, |other| other.lines)
            .table(&*self.others)
    }

    /// The lines that break rules.
    pub(crate) fn findings_table(&self) -> Table<'_> {
        Fields::<&LineFinding>::default()
            .with(columns::FILE.priority(Priority::Answer), |finding| &*self.invoices.files[finding.file as usize].name)
            .with(columns::LINE.priority(Priority::Key), |finding| finding.line)
            .with(Column::new("Rule", Kind::Code, Priority::Key), |finding| finding.rule.as_str())
            .customer(&self.session.names, |finding| finding.customer.as_ref())
            .with(INVOICE, |finding| &*finding.invoice)
            .with(columns::MESSAGE.priority(Priority::Answer), |finding| &*finding.message)
            .table(self.findings.iter().copied())
    }
}

/// What must be known of the totals of rows, some of which cannot be compared.
pub(crate) fn difference_note(rows: &[&ReconciledRow<'_>]) -> Option<String> {
    let is_partial = rows.iter().any(|row| row.difference.is_none());
    is_partial.then(|| "totals of Difference leave out rows that have none".to_owned())
}

struct LineRow<'a> {
    row: &'a ReconciledRow<'a>,
    key: &'a CreditKey,
    line: &'a CreditLine,
    /// What it applies, in the row's currency.
    applied: Option<Decimal>,
}

impl<'a> LineRow<'a> {
    fn behind(row: &'a ReconciledRow<'a>, invoices: &'a Invoices) -> impl Iterator<Item = Self> {
        let all = row.totals.iter().map(|total| (total, true)).chain(row.doubtful.iter().map(|total| (total, false)));
        all.flat_map(move |(total, is_its)| {
            let key = &invoices.totals[*total].key;
            lines_of(invoices, *total).iter().map(move |line| {
                let applied = if key.currency == row.currency { Some(line.billed) } else { line.priced };
                Self { row, key, line, applied: applied.filter(|_| is_its) }
            })
        })
    }
}

/// The lines of a total: they stand together.
fn lines_of(invoices: &Invoices, total: usize) -> &[CreditLine] {
    let total = u32::try_from(total).unwrap_or(u32::MAX);
    let start = invoices.lines.partition_point(|line| line.total < total);
    let end = invoices.lines.partition_point(|line| line.total <= total);
    &invoices.lines[start..end]
}

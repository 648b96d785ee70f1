//! A reconciliation as checks of the monthly close: what must be explained before the books are closed.

use crate::analysis::check::{Check, Finding};
use crate::model::{Grouped, Place, Rule, invoice};

use super::row::{ReconciledRow, Verdict};

/// The checks that need invoices.
pub const CHECKS: [Check; 4] =
    [Check::InvoiceMismatch, Check::CreditNotInvoiced, Check::InvoiceWithoutCredit, Check::CreditAndPec];

/// What the wanted checks find. A place in the invoice files is told as one behind `files` others.
pub fn checks<'f>(
    rows: &[ReconciledRow<'_>],
    findings: impl Iterator<Item = &'f invoice::LineFinding>,
    wanted: &[Check],
    files: usize,
) -> Vec<Finding> {
    let both = findings.filter(|finding| finding.rule == Rule::BothCredits).map(|finding| both_credits(finding, files));
    let found = rows.iter().filter_map(row).chain(both);
    found.filter(|finding| wanted.contains(&finding.check)).collect()
}

/// What is to be explained about a row.
fn row(row: &ReconciledRow<'_>) -> Option<Finding> {
    let amount = |amount: Option<_>| format!("{} {}", Grouped(amount.unwrap_or_default()), row.currency);
    let (given, applied) = (amount(row.given), amount(row.applied));
    let since = if row.is_spanning() { format!(" since {}", row.since) } else { String::new() };
    let (check, message) = match row.verdict {
        Verdict::Mismatched => (
            Check::InvoiceMismatch,
            format!(
                "{given} given{since}, but the invoice applied {applied}: a difference of {}; see its lines with `aco \
                 reconcile --lines`",
                Grouped(row.difference.unwrap_or_default())
            ),
        ),
        Verdict::BalanceOnly => (
            Check::CreditNotInvoiced,
            format!("{given} given{since}, but no invoice line applied it; look for a missing invoice or part of one"),
        ),
        Verdict::InvoiceOnly => (
            Check::InvoiceWithoutCredit,
            format!("the invoice applied {applied}, but the report gave none; ask Microsoft which credit it was"),
        ),
        _ => return None,
    };
    Some(Finding {
        check,
        severity: check.severity(),
        place: None,
        customer: Some(row.customer.clone()),
        agreement: None,
        month: Some(row.month),
        message,
    })
}

fn both_credits(finding: &invoice::LineFinding, files: usize) -> Finding {
    let file = u32::try_from(files).unwrap_or(u32::MAX).saturating_add(finding.file);
    Finding {
        check: Check::CreditAndPec,
        severity: Check::CreditAndPec.severity(),
        place: Some(Place { file, line: finding.line }),
        customer: finding.customer.clone(),
        agreement: None,
        month: None,
        message: finding.message.clone(),
    }
}

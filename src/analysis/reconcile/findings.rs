//! What invoices hold besides the credit that counts, and what of it all must be explained before the books are closed.

use std::collections::BTreeMap;
use std::fmt::Display;

use rust_decimal::Decimal;

use crate::analysis::check::{Check, Finding};
use crate::analysis::filter::Filter;
use crate::model::{
    Currency, Grouped, Id, InvoiceKey, Invoices, Level, LineFinding, Month, Overflow, Place, Rule, money,
};

use super::billing::Billing;
use super::{ReconciledRow, Reconciliation, Verdict};

/// The checks that need invoices.
pub const CHECKS: [Check; 8] = [
    Check::InvoiceMismatch,
    Check::CreditNotInvoiced,
    Check::InvoiceWithoutCredit,
    Check::NotComparable,
    Check::CreditAndPec,
    Check::CreditWithoutCharge,
    Check::SeveralRates,
    Check::WrongSign,
];

/// What the wanted checks find. A place in the invoice files is told as one behind `files` others.
pub fn checks<'f>(
    reconciliation: &Reconciliation<'_>,
    lines: impl Iterator<Item = &'f LineFinding>,
    (billing, filter): (&Billing, &Filter),
    wanted: &[Check],
    files: usize,
) -> Vec<Finding> {
    let lines = lines.map(|finding| line(finding, billing, files));
    let lines = lines.filter(|finding| finding.month.is_none_or(|month| filter.shows_month(month)));
    let rows = reconciliation.rows.iter().filter_map(|row| {
        let undecided = || undecided(row, reconciliation.last_closed).filter(|_| reconciliation.nothing.is_none());
        self::row(row).or_else(undecided)
    });
    let found = rows.chain(reconciliation.amid.iter().map(without_invoice)).chain(lines);
    found.filter(|finding| wanted.contains(&finding.check)).collect()
}

/// A row that cannot be compared: an error in the last closed month, a warning before it.
fn undecided(row: &ReconciledRow<'_>, last_closed: Month) -> Option<Finding> {
    let why = match row.verdict {
        Verdict::Unknown => "a report or an invoice is missing",
        Verdict::NotComparable => "lines may be of another credit too",
        _ => return None,
    };
    let amount =
        |amount: Option<_>| amount.map_or("an unknown amount of".to_owned(), |amount| Grouped(amount).to_string());
    let message = format!(
        "{} {currency} given and {} {currency} applied cannot be compared: {why}; see `aco reconcile`",
        amount(row.given),
        amount(row.applied.or((row.lines == 0).then_some(Decimal::ZERO))),
        currency = row.currency
    );
    let check = Check::NotComparable;
    let severity = if row.covers(last_closed) { check.severity() } else { Level::Warning };
    row.is_undecided().then(|| Finding { severity, ..of_row(row, check, message) })
}

/// Says that months amid others have no invoice.
pub fn no_invoice_of(months: impl Display, given: impl Display) -> String {
    format!("no invoice of {months} was given: {given} given then were not compared")
}

/// Says that what was given in a row's month was applied in a later one.
pub fn applied_late(row: &ReconciledRow<'_>, late: Month) -> String {
    let difference = Grouped(row.difference.unwrap_or_default());
    format!("{difference} {} given in {} were applied late, by the invoice of {late}", row.currency, row.month)
}

/// A month without invoice amid others.
fn without_invoice((month, currency, given): &(Month, Currency, Decimal)) -> Finding {
    let message = no_invoice_of(month, format!("{} {currency}", Grouped(*given)));
    Finding {
        severity: Level::Warning,
        month: Some(*month),
        currency: Some(*currency),
        amount: Some(*given),
        ..Finding::new(Check::CreditNotInvoiced, message)
    }
}

/// A finding about a row.
fn of_row(row: &ReconciledRow<'_>, check: Check, message: String) -> Finding {
    Finding {
        customer: Some(row.customer.clone()),
        month: Some(row.month),
        currency: Some(row.currency),
        amount: row.difference.or(row.given).or(row.applied),
        ..Finding::new(check, message)
    }
}

/// What is to be explained about a row. Credit that was applied late is told where it was given.
fn row(row: &ReconciledRow<'_>) -> Option<Finding> {
    let amount = |amount: Option<_>| format!("{} {}", Grouped(amount.unwrap_or_default()), row.currency);
    let applied = amount(row.applied);
    let given = match row.given {
        None if row.has_doubt() => format!("an unknown amount of {}", row.currency),
        given => amount(given),
    };
    let since = if row.is_spanning() { format!(" since {}", row.since) } else { String::new() };
    let (check, message) = match row.verdict {
        verdict if verdict.is_finding() && row.late.is_some() => {
            (Check::InvoiceMismatch, applied_late(row, row.late.filter(|late| *late > row.month)?))
        }
        Verdict::Mismatched => (
            Check::InvoiceMismatch,
            format!(
                "{given} given{since}, but the invoice applied {applied}: a difference of {}{}; see its lines with `aco \
                 reconcile FILE... --invoice INVOICE... --lines`",
                if row.has_doubt() { "at least " } else { "" },
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
    Some(of_row(row, check, message))
}

/// What is found of an invoice line, in the month of its invoice.
fn line(finding: &LineFinding, billing: &Billing, files: usize) -> Finding {
    let check = match finding.rule {
        Rule::BothCredits => Check::CreditAndPec,
        Rule::CreditWithoutCharge => Check::CreditWithoutCharge,
        Rule::SeveralRates => Check::SeveralRates,
        Rule::WrongSign => Check::WrongSign,
    };
    // What tells one of a customer's lines from another is its amount; of rates it is these, wherever they were met.
    let rates = finding.message.split_once(" in ").filter(|_| finding.rule == Rule::SeveralRates);
    let file = u32::try_from(files).unwrap_or(u32::MAX).saturating_add(finding.file);
    Finding {
        place: Some(Place { file, line: finding.line }),
        customer: finding.customer.clone(),
        month: billing.month_of(&finding.invoice),
        currency: finding.currency,
        amount: finding.amount,
        detail: rates.map(|(rates, _)| format!("{rates} in ")),
        ..Finding::new(check, finding.message.clone())
    }
}

/// Credits of a customer that are no Azure credit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherCredits<'a> {
    pub customer: &'a Id,
    /// The currency that is billed.
    pub currency: Currency,
    /// The month of the invoice, if it has one.
    pub month: Option<Month>,
    pub invoice: &'a str,
    pub reason: &'a str,
    /// The credit, positive where it lowers the invoice.
    pub amount: Decimal,
    pub lines: u64,
}

/// Credits that do not count, by customer, currency, month, invoice and reason.
pub fn others<'a>(
    invoices: &'a Invoices,
    billing: &Billing,
    filter: &Filter,
) -> Result<Vec<OtherCredits<'a>>, Overflow> {
    let mut others: BTreeMap<_, OtherCredits<'a>> = BTreeMap::new();
    for total in invoices.totals.iter().filter(|total| !total.key.is_aco) {
        let (key, month) = (&total.key, billing.month(&total.key));
        // Lines that name no partner are any partner's.
        let is_shown = filter.shows_customer(&key.customer)
            && key.partner.as_deref().is_none_or(|partner| filter.shows_partner(partner))
            && month.is_none_or(|month| filter.shows_month(month))
            && filter.shows_currency(key.currency);
        if !is_shown || billing.downloads.left_out.contains(&key.invoice) {
            continue;
        }
        let (customer, currency, invoice, reason) = (&*key.customer, key.currency, &*key.invoice.number, &*key.reason);
        let none = OtherCredits { customer, currency, month, invoice, reason, amount: Decimal::ZERO, lines: 0 };
        let other = others.entry((customer, currency, month, invoice, reason)).or_insert(none);
        other.amount = money::add(other.amount, total.billed)?;
        other.lines += total.lines;
    }
    Ok(others.into_values().collect())
}

/// The credit of a reason in a currency, and how many lines have it.
type ReasonTotal<'a> = ((&'a str, Currency), (Decimal, u64));

/// What is not counted for each reason in each currency, the one with the most lines first.
pub fn reasons<'a>(others: &[OtherCredits<'a>]) -> Result<Vec<ReasonTotal<'a>>, Overflow> {
    let mut reasons: BTreeMap<_, (Decimal, u64)> = BTreeMap::new();
    for OtherCredits { reason, currency, amount, lines, .. } in others {
        let (sum, all) = reasons.entry((*reason, *currency)).or_default();
        *sum = money::add(*sum, *amount)?;
        *all += lines;
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, (_, lines))| std::cmp::Reverse(*lines));
    Ok(reasons)
}

/// The rules that lines break, the one broken most often first: how many break it, and the first that does.
pub fn by_rule<'a>(findings: &[&'a LineFinding]) -> Vec<(Rule, usize, &'a LineFinding)> {
    let mut rules: BTreeMap<Rule, (usize, &LineFinding)> = BTreeMap::new();
    for finding in findings {
        rules.entry(finding.rule).or_insert((0, finding)).0 += 1;
    }
    let mut rules: Vec<_> = rules.into_iter().map(|(rule, (count, first))| (rule, count, first)).collect();
    rules.sort_by_key(|(_, count, _)| std::cmp::Reverse(*count));
    rules
}

/// The lines that break rules, of the customers shown and of files that count. Those that are about a whole invoice are
/// always shown.
pub fn findings<'a>(invoices: &'a Invoices, billing: &Billing, filter: &Filter) -> Vec<&'a LineFinding> {
    let left_out = &billing.downloads.left_out;
    let counts = |finding: &LineFinding| {
        let key = || InvoiceKey { file: finding.file, number: (*finding.invoice).into() };
        left_out.is_empty() || !left_out.contains(&key())
    };
    let is_shown = |customer: &Option<Id>| customer.as_ref().is_none_or(|customer| filter.shows_customer(customer));
    invoices.findings.iter().filter(|finding| is_shown(&finding.customer) && counts(finding)).collect()
}

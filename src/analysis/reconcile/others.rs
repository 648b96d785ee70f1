//! What invoices hold besides the credit that counts: credits for other reasons, and lines that break rules.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::model::{Currency, Id, Invoices, LineFinding, Month, Rule, money};

use super::billing::Billing;
use super::lines::shows;
use crate::analysis::AnalysisError;
use crate::analysis::filter::Filter;

/// Credits of a customer that are no Azure credit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherCredits<'a> {
    pub customer: &'a Id,
    /// The currency that is billed.
    pub currency: Currency,
    /// The month of the invoice, if it has one.
    pub month: Option<Month>,
    /// InvoiceNumber.
    pub invoice: &'a str,
    /// Why they were given.
    pub reason: &'a str,
    /// The credit, positive where it lowers the invoice.
    pub amount: Decimal,
    /// Credit lines.
    pub lines: u64,
}

/// Credits that do not count, by customer, currency, month, invoice and reason.
pub fn others<'a>(
    invoices: &'a Invoices,
    billing: &Billing,
    filter: &Filter,
) -> Result<Vec<OtherCredits<'a>>, AnalysisError> {
    let mut others: BTreeMap<_, OtherCredits<'a>> = BTreeMap::new();
    for total in invoices.totals.iter().filter(|total| !total.key.is_aco && shows(filter, total)) {
        let (key, month) = (&total.key, billing.month(&total.key));
        let is_shown = month.is_none_or(|month| filter.shows_month(month))
            && (filter.currencies.is_empty() || filter.currencies.contains(&key.currency));
        if !is_shown || billing.downloads.leaves_out(&key.invoice) {
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

/// What is not counted for one reason in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasonTotal<'a> {
    /// Why it was given.
    pub reason: &'a str,
    /// The currency that is billed.
    pub currency: Currency,
    /// The credit, positive where it lowers the invoices.
    pub amount: Decimal,
    /// Credit lines.
    pub lines: u64,
}

/// The reasons of credits that do not count, the one with the most lines first.
pub fn reasons<'a>(others: &[OtherCredits<'a>]) -> Result<Vec<ReasonTotal<'a>>, AnalysisError> {
    let mut reasons: BTreeMap<(&str, Currency), ReasonTotal<'a>> = BTreeMap::new();
    for OtherCredits { reason, currency, amount, lines, .. } in others {
        let none = ReasonTotal { reason, currency: *currency, amount: Decimal::ZERO, lines: 0 };
        let all = reasons.entry((reason, *currency)).or_insert(none);
        all.amount = money::add(all.amount, *amount)?;
        all.lines += lines;
    }
    let mut reasons: Vec<ReasonTotal<'a>> = reasons.into_values().collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.lines));
    Ok(reasons)
}

/// The rules that lines break, the one broken most often first: how many break it, and the first that does.
#[must_use]
pub fn by_rule<'a>(findings: &[&'a LineFinding]) -> Vec<(Rule, usize, &'a LineFinding)> {
    let mut rules: BTreeMap<Rule, (usize, &LineFinding)> = BTreeMap::new();
    for finding in findings {
        rules.entry(finding.rule).or_insert((0, finding)).0 += 1;
    }
    let mut rules: Vec<_> = rules.into_iter().map(|(rule, (count, first))| (rule, count, first)).collect();
    rules.sort_by_key(|(_, count, _)| std::cmp::Reverse(*count));
    rules
}

/// The lines that break rules, of the customers shown. Those that are about a whole invoice are always shown.
#[must_use]
pub fn findings<'a>(invoices: &'a Invoices, filter: &Filter) -> Vec<&'a LineFinding> {
    let is_shown = |finding: &&LineFinding| match (&filter.customers, &finding.customer) {
        (Some(shown), Some(customer)) => shown.contains(customer),
        _ => true,
    };
    invoices.findings.iter().filter(is_shown).collect()
}

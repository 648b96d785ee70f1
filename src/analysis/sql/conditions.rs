//! What a query shows, chosen after everything is computed, and which lines of invoices are Azure credit and in which
//! month they count: the conditions of a query.

use std::ops::RangeInclusive;

use super::dialect::Dialect;
use crate::analysis::reconcile::MonthOf;
use crate::model::{ACO_REASONS, APPLIED, Amount, CHARGED, Currency, Id, InvoiceFileKind, Month, Visible, same_reason};

/// What is shown; an empty list leaves everything.
#[derive(Clone, Debug, Default)]
pub struct QueryFilter {
    /// Customers, by their ids or the starts of them.
    pub customers: Vec<String>,
    /// Agreements, by their ids or the starts of them.
    pub agreements: Vec<String>,
    /// Partners, by their ids or the starts of them.
    pub partners: Vec<String>,
    pub currencies: Vec<Currency>,
    /// Records with these statuses only.
    pub statuses: Vec<String>,
    pub months: Vec<RangeInclusive<Month>>,
    /// This month and later ones.
    pub from: Option<Month>,
    /// This month and earlier ones.
    pub to: Option<Month>,
    pub closed: bool,
}

/// A step that finds out which id is meant.
pub(super) struct IdStep {
    pub(super) step: String,
    pub(super) column: &'static str,
    pub(super) noun: &'static str,
    /// What was typed, for a comment.
    pub(super) shown: String,
    /// What was typed, as an id in full.
    pub(super) id: String,
    /// The same in small letters, and how many they are.
    pub(super) start: String,
    pub(super) length: usize,
    pub(super) refusal: String,
}

impl QueryFilter {
    /// The steps that ids need, and the conditions on credits.
    pub(super) fn credits(&self, d: Dialect) -> (Vec<IdStep>, Vec<String>) {
        let ids = [
            ("customer", "CustomerID", &self.customers),
            ("agreement", "AgreementID", &self.agreements),
            ("partner", "PartnerID", &self.partners),
        ];
        let (mut steps, mut conditions) = (Vec::new(), Vec::new());
        for (noun, column, texts) in ids.into_iter().filter(|(_, _, texts)| !texts.is_empty()) {
            let named: Vec<IdStep> = (1..).zip(texts).map(|(at, text)| named(d, noun, column, text, at)).collect();
            let any: Vec<String> = named.iter().map(|named| format!("SELECT ID FROM {}", named.step)).collect();
            conditions.push(format!("{column} IN ({})", any.join(" UNION ALL ")));
            steps.extend(named);
        }
        if !self.currencies.is_empty() {
            conditions
                .push(format!("CurrencyCode IN ({})", d.literals(self.currencies.iter().map(ToString::to_string))));
        }
        (steps, conditions)
    }

    pub(super) fn months(&self, open: &str) -> Vec<String> {
        let mut conditions = Vec::new();
        if !self.months.is_empty() {
            let between = |months: &RangeInclusive<Month>| {
                let [first, last] = [*months.start(), *months.end()].map(day);
                if first == last {
                    format!("InvoiceMonth = {first}")
                } else {
                    format!("InvoiceMonth BETWEEN {first} AND {last}")
                }
            };
            let any: Vec<String> = self.months.iter().map(between).collect();
            conditions.push(if let [only] = &any[..] { only.clone() } else { format!("({})", any.join(" OR ")) });
        }
        conditions.extend(self.from.map(|month| format!("InvoiceMonth >= {}", day(month))));
        conditions.extend(self.to.map(|month| format!("InvoiceMonth <= {}", day(month))));
        conditions.extend(self.closed.then(|| format!("InvoiceMonth < {open}")));
        conditions
    }

    pub(super) fn statuses(&self, d: Dialect) -> Vec<String> {
        if self.statuses.is_empty() {
            return Vec::new();
        }
        let words = self.statuses.iter().map(|status| status.trim().to_lowercase());
        vec![format!("LOWER(Status) IN ({})", d.literals(words))]
    }
}

fn named(d: Dialect, noun: &'static str, column: &'static str, text: &str, at: usize) -> IdStep {
    let start = text.trim().to_lowercase();
    let id = Id::parse(text).map_or_else(|| text.trim().to_owned(), |id| id.as_str().to_owned());
    let shown = Visible(text).to_string();
    let message = format!(" {noun} ids are or begin with `{shown}`: expected one");
    IdStep {
        step: format!("{noun}_{at}"),
        column,
        noun,
        id: d.literal(&id),
        length: start.chars().count(),
        start: d.literal(&start),
        refusal: d.error(&format!("CAST(COUNT(DISTINCT {column}) AS {}) || {}", d.text(), d.literal(&message))),
        shown,
    }
}

/// Which lines are Azure credit, and what counts of them, as in reconciling.
#[derive(Clone, Debug)]
pub struct CreditLines {
    pub kind: InvoiceFileKind,
    /// Reasons that count besides Microsoft's own; a blank one stands for credits of an invoice without a reason.
    pub reasons: Vec<String>,
    /// The amount of an invoice's line that counts.
    pub amount: Amount,
    /// Months that are not to be found out.
    pub months: Vec<MonthOf>,
}

impl CreditLines {
    /// Whether credits without a reason count; in usage files what has none is no credit.
    pub(super) fn counts_blank(&self) -> bool {
        self.kind == InvoiceFileKind::Reconciliation && self.reasons.iter().any(|reason| reason.trim().is_empty())
    }

    /// The condition on lines that count.
    pub(super) fn condition(&self, d: Dialect) -> String {
        let is_usage = self.kind == InvoiceFileKind::DailyUsage;
        let own = if is_usage { &[APPLIED][..] } else { &ACO_REASONS };
        // What is charged, and not covered, is no credit whatever is said.
        let is_charged = |reason: &&str| is_usage && CHARGED.iter().any(|charged| same_reason(charged, reason));
        let added = self.reasons.iter().map(String::as_str).filter(|reason| !reason.trim().is_empty());
        let added = added.filter(|reason| !is_charged(reason));
        let reasons = d.literals(own.iter().copied().chain(added).map(folded));
        let named = format!("{} IN ({reasons})", folded_cell("Reason"));
        if !self.counts_blank() {
            return named;
        }
        let is_credit = format!("{} = 'customercredit'", folded_cell("ChargeType"));
        format!("{named}\n        OR COALESCE(Reason, '') = '' AND {is_credit}")
    }

    /// The month of each invoice: as it was said, or the latest in which one of its credit lines starts.
    pub(super) fn month(&self, d: Dialect) -> String {
        let for_all = self.months.iter().rev().find(|said| said.invoice.is_none()).map(|said| day(said.month));
        // Of two months of one invoice the later word counts, and a CASE takes the first.
        let own = self.months.iter().rev().filter_map(|said| Some((said.invoice.as_ref()?, said.month)));
        let mut cases: Vec<String> = own
            .map(|(invoice, month)| format!("WHEN InvoiceNumber = {} THEN {}", d.literal(invoice), day(month)))
            .collect();
        let rest = match for_all {
            Some(month) if cases.is_empty() => return month,
            Some(month) => month,
            None => {
                cases.push("WHEN InvoiceNumber = '' THEN ChargeMonth".to_owned());
                "MAX(ChargeMonth) OVER (PARTITION BY InvoiceNumber)".to_owned()
            }
        };
        format!("CASE\n            {}\n            ELSE {rest}\n        END", cases.join("\n            "))
    }

    /// The conditions that end a query if no line is of an invoice whose month was said, or days may be read as others.
    pub(super) fn refusals(&self, d: Dialect) -> Vec<String> {
        let numbers = self.months.iter().filter_map(|said| said.invoice.as_ref());
        let condition = |number: &String| {
            let refusal = d.error(&d.literal(&format!("no line has the InvoiceNumber {}", Visible(number))));
            let found = format!("FROM cells WHERE UPPER(InvoiceNumber) = {}", d.literal(number));
            format!("(SELECT CASE WHEN COUNT(*) = 0 THEN {refusal} END {found}) IS NULL")
        };
        let needs_days = self.months.iter().all(|said| said.invoice.is_some());
        numbers.map(condition).chain(needs_days.then(|| month_first(d, "ChargeStartDate"))).collect()
    }
}

/// The condition that ends a query where days in slashes may come first: one does, or some could and none shows that the
/// month does, by its own number or as the first of a month.
fn month_first(d: Dialect, cell: &str) -> String {
    let count = |pattern: &str| format!("COUNT(CASE WHEN {} THEN 1 END)", d.is_like(cell, pattern));
    let later = "(1[3-9]|2[0-9]|3[01])";
    let same: Vec<String> = (1..=12).map(|number| format!("0?{number}/0?{number}")).collect();
    let day_first = count(&format!("{later}/.*"));
    let told = count(&format!("([0-9]+/{later}|[0-9]+/0?1|{})/.*", same.join("|")));
    let (slashes, month_first) = (count("[0-9]+/.*"), count(&format!("[0-9]+/{later}/.*")));
    let refusal = d.error(&d.literal(&format!("{cell} may have the day first: write dates as in 2022-07-31")));
    let is_open = format!("{day_first} > 0 OR {slashes} > {told} AND {month_first} = 0");
    format!("(SELECT CASE WHEN {is_open} THEN {refusal} END FROM cells) IS NULL")
}

fn day(month: Month) -> String {
    format!("DATE '{}'", month.first_day())
}

/// A cell as texts compare.
fn folded_cell(cell: &str) -> String {
    format!("REPLACE(LOWER({cell}), ' ', '')")
}

/// A text as texts compare: without regard to case and blanks.
fn folded(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

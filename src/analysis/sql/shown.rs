//! What a query shows, chosen after everything is computed.

use std::ops::RangeInclusive;

use crate::model::{Currency, Id, Month, Visible};

use super::dialect::Dialect;

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
                .push(format!("CurrencyCode IN ({})", literals(d, self.currencies.iter().map(ToString::to_string))));
        }
        (steps, conditions)
    }

    pub(super) fn months(&self, open: &str) -> Vec<String> {
        let day = |month: &Month| format!("DATE '{}'", month.first_day());
        let mut conditions = Vec::new();
        if !self.months.is_empty() {
            let between = |months: &RangeInclusive<Month>| {
                let [first, last] = [months.start(), months.end()].map(day);
                if first == last {
                    format!("InvoiceMonth = {first}")
                } else {
                    format!("InvoiceMonth BETWEEN {first} AND {last}")
                }
            };
            let any: Vec<String> = self.months.iter().map(between).collect();
            conditions.push(if let [only] = &any[..] { only.clone() } else { format!("({})", any.join(" OR ")) });
        }
        conditions.extend(self.from.map(|month| format!("InvoiceMonth >= {}", day(&month))));
        conditions.extend(self.to.map(|month| format!("InvoiceMonth <= {}", day(&month))));
        conditions.extend(self.closed.then(|| format!("InvoiceMonth < {open}")));
        conditions
    }

    pub(super) fn statuses(&self, d: Dialect) -> Vec<String> {
        if self.statuses.is_empty() {
            return Vec::new();
        }
        let words = self.statuses.iter().map(|status| status.trim().to_lowercase());
        vec![format!("LOWER(Status) IN ({})", literals(d, words))]
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

pub(super) fn literals(d: Dialect, texts: impl Iterator<Item = impl AsRef<str>>) -> String {
    texts.map(|text| d.literal(text.as_ref())).collect::<Vec<_>>().join(", ")
}

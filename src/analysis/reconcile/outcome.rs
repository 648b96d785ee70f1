//! What a reconciliation comes to in one sentence: how many customers agree, and what the others differ by.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::analysis::AnalysisError;
use crate::model::{Currency, Id, money};

use super::row::ReconciledRow;

/// How many customers agree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgreementCount {
    /// Customers of whom all that was compared agrees.
    pub agreeing: usize,
    /// Customers with a difference.
    pub differing: usize,
    /// Customers of whom something could not be compared, and nothing differs.
    pub undecided: usize,
    /// The differences of each currency, those of either sign apart, so that they do not hide each other.
    pub differences: Vec<(Currency, Decimal)>,
}

impl AgreementCount {
    /// Counts the customers of some rows.
    pub fn new<'a>(rows: &[ReconciledRow<'a>]) -> Result<Self, AnalysisError> {
        let mut customers: BTreeMap<&'a Id, (bool, bool)> = BTreeMap::new();
        let mut differences: BTreeMap<(Currency, bool), Decimal> = BTreeMap::new();
        for row in rows.iter().filter(|row| !row.is_idle()) {
            let (differs, is_open) = customers.entry(row.customer).or_default();
            *differs |= row.verdict.is_finding();
            *is_open |= !row.verdict.is_compared();
            if let Some(difference) = row.difference.filter(|_| row.verdict.is_finding()) {
                let sum = differences.entry((row.currency, difference.is_sign_positive())).or_default();
                *sum = money::add(*sum, difference)?;
            }
        }
        let count = |wanted: (bool, bool)| customers.values().filter(|found| **found == wanted).count();
        Ok(Self {
            agreeing: count((false, false)),
            differing: count((true, false)) + count((true, true)),
            undecided: count((false, true)),
            differences: differences.into_iter().map(|((currency, _), sum)| (currency, sum)).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::reconcile::{MissingMonths, Verdict};
    use crate::ledger::sample::month;

    #[test]
    fn a_customer_counts_once_and_differences_do_not_hide_each_other() {
        let ids = ["a", "b", "c"].map(|id| Id::parse(id).unwrap());
        let eur = Currency::parse("EUR").unwrap();
        let row = |customer: usize, verdict, difference: i64| ReconciledRow {
            customer: &ids[customer],
            month: month("2024-01"),
            currency: eur,
            given: None,
            applied: None,
            difference: Some(Decimal::from(difference)),
            verdict,
            lines: 1,
            totals: Vec::new(),
            since: month("2024-01"),
            missing: MissingMonths::default(),
        };
        let rows = [
            row(0, Verdict::Matched, 0),
            row(1, Verdict::Matched, 0),
            row(1, Verdict::Mismatched, 5),
            row(1, Verdict::InvoiceOnly, -3),
            row(2, Verdict::Unknown, 0),
        ];
        let outcome = AgreementCount::new(&rows).unwrap();
        assert_eq!((outcome.agreeing, outcome.differing, outcome.undecided), (1, 1, 1));
        assert_eq!(outcome.differences, [(eur, Decimal::from(-3)), (eur, Decimal::from(5))]);
    }
}

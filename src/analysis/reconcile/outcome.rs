//! What a reconciliation comes to in one sentence: how many customers agree, and what the others differ by.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::analysis::AnalysisError;
use crate::model::currency::Currency;
use crate::model::id::Id;
use crate::model::money;

use super::row::Row;

/// How many customers agree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Customers of whom all that was compared agrees.
    pub agreeing: usize,
    /// Customers with a difference.
    pub differing: usize,
    /// Customers of whom something could not be compared, and nothing differs.
    pub undecided: usize,
    /// The differences of each currency, those of either sign apart, so that they do not hide each other.
    pub differences: Vec<(Currency, Decimal)>,
}

impl Outcome {
    /// Counts the customers of some rows.
    pub fn new<'a>(rows: &[Row<'a>]) -> Result<Self, AnalysisError> {
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

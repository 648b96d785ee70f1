//! A row of a reconciliation, how it compares, and what rows come to.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::model::{Currency, Id, Month, money};

use crate::analysis::AnalysisError;

/// How a customer's credit in a month and currency compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The two agree within the tolerance.
    Matched,
    /// They do not.
    Mismatched,
    /// Credit was given, and no invoice line applies any.
    BalanceOnly,
    /// Invoice lines apply credit, and the balance report gave none.
    InvoiceOnly,
    /// It cannot be told yet, because the report or the invoice of a month is missing.
    Unknown,
    /// The month is open: its figures are provisional.
    Open,
    /// The credit is in neither of the currencies of invoice lines that may be its, or another credit is in the other.
    NotComparable,
}

impl Verdict {
    pub const ALL: [Self; 7] = [
        Self::Matched,
        Self::Mismatched,
        Self::BalanceOnly,
        Self::InvoiceOnly,
        Self::Unknown,
        Self::Open,
        Self::NotComparable,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::Mismatched => "mismatched",
            Self::BalanceOnly => "balance-only",
            Self::InvoiceOnly => "invoice-only",
            Self::Unknown => "unknown",
            Self::Open => "open",
            Self::NotComparable => "not-comparable",
        }
    }

    /// Whether the two could be compared.
    #[must_use]
    pub fn is_compared(self) -> bool {
        self == Self::Matched || self.is_finding()
    }

    /// Whether the month cannot be closed before it is explained.
    #[must_use]
    pub fn is_finding(self) -> bool {
        matches!(self, Self::Mismatched | Self::BalanceOnly | Self::InvoiceOnly)
    }
}

/// A customer's credit in a month and currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReconciledRow<'a> {
    pub customer: &'a Id,
    /// The month that invoiced it.
    pub month: Month,
    pub currency: Currency,
    /// Credit given; empty if the report gives none or its past is unknown.
    pub given: Option<Decimal>,
    /// Credit that the invoice applied; empty if it has no lines for it or they cannot be compared.
    pub applied: Option<Decimal>,
    /// Credit given less credit applied; empty where the two cannot be compared.
    pub difference: Option<Decimal>,
    pub verdict: Verdict,
    pub lines: u64,
    /// The totals behind `applied`: indices into [`Invoices::totals`](crate::model::invoice::Invoices::totals).
    pub totals: Vec<usize>,
    /// The first month that it covers: earlier than `month` where the report has a gap.
    pub since: Month,
    pub missing: MissingMonths,
}

/// The months of files without which a row is unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MissingMonths {
    /// Balance reports.
    pub reports: BTreeSet<Month>,
    pub invoices: BTreeSet<Month>,
}

impl MissingMonths {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.reports.is_empty() && self.invoices.is_empty()
    }
}

/// Lines whose currencies and those of the credits do not meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incomparable<'a> {
    pub customer: &'a Id,
    pub month: Month,
    /// The currencies of the credits that they may belong to.
    pub credits: Vec<Currency>,
    /// The credit that the lines apply, in the currency that is billed.
    pub applied: Decimal,
    /// The currency that is billed.
    pub billed: Currency,
    /// The currency that prices are in.
    pub pricing: Option<Currency>,
}

impl ReconciledRow<'_> {
    /// Whether nothing was given, as far as is known, and nothing applied.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.lines == 0 && self.missing.reports.is_empty() && self.given.is_none_or(|given| given.is_zero())
    }

    pub fn months(&self) -> impl Iterator<Item = Month> {
        self.since.through(self.month)
    }

    /// Whether it covers months before its own.
    #[must_use]
    pub fn is_spanning(&self) -> bool {
        self.since < self.month
    }

    pub(super) fn compared(&self, tolerance: Decimal) -> Verdict {
        match self.difference {
            Some(difference) if difference.abs() <= tolerance => Verdict::Matched,
            _ if self.lines == 0 => Verdict::BalanceOnly,
            _ if self.given.is_none() => Verdict::InvoiceOnly,
            _ => Verdict::Mismatched,
        }
    }
}

/// How many rows have which result.
#[must_use]
pub fn counts<'r, 'a: 'r>(rows: impl Iterator<Item = &'r ReconciledRow<'a>>) -> BTreeMap<Verdict, usize> {
    let mut counts = BTreeMap::new();
    for row in rows {
        *counts.entry(row.verdict).or_default() += 1;
    }
    counts
}

/// The total of rows in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    /// The month, if it is of one.
    pub month: Option<Month>,
    pub currency: Currency,
    pub given: Decimal,
    pub applied: Decimal,
    /// The differences of the rows that have one.
    pub difference: Decimal,
    pub lines: u64,
}

/// The totals of rows by currency, and by month if that is wanted.
pub fn totals<'a>(
    rows: impl Iterator<Item = &'a ReconciledRow<'a>>,
    by_month: bool,
) -> Result<Vec<Total>, AnalysisError> {
    let mut totals: BTreeMap<(Option<Month>, Currency), Total> = BTreeMap::new();
    for row in rows {
        let (month, currency) = (by_month.then_some(row.month), row.currency);
        let zero = Decimal::ZERO;
        let empty = Total { month, currency, given: zero, applied: zero, difference: zero, lines: 0 };
        let total = totals.entry((month, currency)).or_insert(empty);
        total.given = money::add(total.given, row.given.unwrap_or_default())?;
        total.applied = money::add(total.applied, row.applied.unwrap_or_default())?;
        total.difference = money::add(total.difference, row.difference.unwrap_or_default())?;
        total.lines += row.lines;
    }
    Ok(totals.into_values().collect())
}

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

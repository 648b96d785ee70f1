//! A row of a reconciliation, how it compares, and what rows come to.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::model::{Currency, Id, Month, Overflow, money, words};

words! {
    /// How a customer's credit in a month and currency compares.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Verdict {
        /// The two agree within the tolerance.
        Matched = "matched",
        /// They do not.
        Mismatched = "mismatched",
        /// Credit was given, and no invoice line applies any.
        BalanceOnly = "balance-only",
        /// Invoice lines apply credit, and the balance report gave none.
        InvoiceOnly = "invoice-only",
        /// It cannot be told yet, because the report or the invoice of a month is missing: what is unknown may explain all.
        Unknown = "unknown",
        /// The month is open: its figures are provisional.
        Open = "open",
        /// Lines may be of it or of a credit in their other currency or of another partner, and that may explain all.
        NotComparable = "not-comparable",
    }
}

impl Verdict {
    /// Whether the two could be compared.
    pub fn is_compared(self) -> bool {
        self == Self::Matched || self.is_finding()
    }

    /// Whether the month cannot be closed before it is explained.
    pub fn is_finding(self) -> bool {
        matches!(self, Self::Mismatched | Self::BalanceOnly | Self::InvoiceOnly)
    }
}

/// The credit of a customer and partner in a month and currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReconciledRow<'a> {
    pub customer: &'a Id,
    /// The partner; none if those of the customer are compared together, and for lines that may be any partner's.
    pub partner: Option<&'a Id>,
    /// The month that invoiced it.
    pub month: Month,
    pub currency: Currency,
    /// Credit that is known to be given; empty if the report gives none or nothing is known.
    pub given: Option<Decimal>,
    /// Credit that the invoice applied; empty if no line is its alone.
    pub applied: Option<Decimal>,
    /// Credit given less credit applied, as far as nothing in doubt explains it; empty where the two cannot be compared.
    pub difference: Option<Decimal>,
    pub verdict: Verdict,
    pub lines: u64,
    /// The totals behind `applied`: indices into [`Invoices::totals`](crate::model::invoice::Invoices::totals).
    pub totals: Vec<usize>,
    /// Totals that may be another credit's too.
    pub doubtful: Vec<usize>,
    /// The month whose invoice applied its difference late, or the one in which this was given.
    pub late: Option<Month>,
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
    pub fn is_empty(&self) -> bool {
        self.reports.is_empty() && self.invoices.is_empty()
    }
}

/// Lines that may be of a credit in the one or in the other of their currencies, or of any of several partners.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incomparable<'a> {
    pub customer: &'a Id,
    pub month: Month,
    /// The credit that the lines apply, in the currency that is billed.
    pub applied: Decimal,
    /// The currency that is billed.
    pub billed: Currency,
    /// The currency that prices are in; none if it is the partner that they do not tell.
    pub pricing: Option<Currency>,
}

impl ReconciledRow<'_> {
    /// Whether nothing was given, as far as is known, and nothing applied.
    pub fn is_idle(&self) -> bool {
        self.lines == 0 && self.missing.reports.is_empty() && self.given.is_none_or(|given| given.is_zero())
    }

    pub fn months(&self) -> impl Iterator<Item = Month> {
        self.since.through(self.month)
    }

    /// Whether its difference leaves out what something in doubt may explain.
    pub fn has_doubt(&self) -> bool {
        let known = money::subtract(self.given.unwrap_or_default(), self.applied.unwrap_or_default());
        known.ok() != self.difference
    }

    /// Whether it covers months before its own.
    pub fn is_spanning(&self) -> bool {
        self.since < self.month
    }

    /// Whether it cannot be compared, and there is something to compare.
    pub fn is_undecided(&self) -> bool {
        !self.is_idle() && !self.verdict.is_compared()
    }

    /// Whether it covers a month.
    pub fn covers(&self, month: Month) -> bool {
        (self.since..=self.month).contains(&month)
    }
}

/// How many rows have which result.
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
    /// Of the rows that have one; so are the others.
    pub given: Option<Decimal>,
    pub applied: Option<Decimal>,
    pub difference: Option<Decimal>,
    pub lines: u64,
}

/// The totals of rows by currency, and by month if that is wanted.
pub fn totals<'a>(rows: impl Iterator<Item = &'a ReconciledRow<'a>>, by_month: bool) -> Result<Vec<Total>, Overflow> {
    let mut totals: BTreeMap<(Option<Month>, Currency), Total> = BTreeMap::new();
    for row in rows {
        let (month, currency) = (by_month.then_some(row.month), row.currency);
        let empty = Total { month, currency, given: None, applied: None, difference: None, lines: 0 };
        let total = totals.entry((month, currency)).or_insert(empty);
        total.given = money::add_known(total.given, row.given)?;
        total.applied = money::add_known(total.applied, row.applied)?;
        total.difference = money::add_known(total.difference, row.difference)?;
        total.lines += row.lines;
    }
    Ok(totals.into_values().collect())
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgreementCount {
    /// Customers of whom something was compared, and all that was agrees.
    pub agreeing: usize,
    /// Customers with a difference.
    pub differing: usize,
    /// Customers of whom something could not be compared, and nothing differs: some agree in other months.
    pub undecided: usize,
    /// The months in which something agrees, and those in which something cannot be compared.
    pub agreed_months: BTreeSet<Month>,
    pub undecided_months: BTreeSet<Month>,
    /// The differences of each currency, those of either sign apart, so that they do not hide each other.
    pub differences: Vec<(Currency, Decimal)>,
}

impl AgreementCount {
    pub fn new<'a>(rows: &[ReconciledRow<'a>]) -> Result<Self, Overflow> {
        let mut customers: BTreeMap<&'a Id, BTreeSet<Verdict>> = BTreeMap::new();
        let (mut agreed_months, mut undecided_months) = (BTreeSet::new(), BTreeSet::new());
        let mut differences: BTreeMap<(Currency, bool), Decimal> = BTreeMap::new();
        for row in rows.iter().filter(|row| !row.is_idle()) {
            customers.entry(row.customer).or_default().insert(row.verdict);
            match row.verdict {
                Verdict::Matched => drop(agreed_months.insert(row.month)),
                verdict if !verdict.is_compared() => drop(undecided_months.insert(row.month)),
                _ => {}
            }
            if let Some(difference) = row.difference.filter(|_| row.verdict.is_finding()) {
                let sum = differences.entry((row.currency, difference.is_sign_positive())).or_default();
                *sum = money::add(*sum, difference)?;
            }
        }
        let differs = |found: &&BTreeSet<Verdict>| found.iter().any(|verdict| verdict.is_finding());
        let count = |is_wanted: fn(Verdict) -> bool| {
            let among = customers.values().filter(|found| !differs(found));
            among.filter(|found| found.iter().copied().any(is_wanted)).count()
        };
        Ok(Self {
            agreeing: count(|verdict| verdict == Verdict::Matched),
            differing: customers.values().filter(differs).count(),
            undecided: count(|verdict| !verdict.is_compared()),
            agreed_months,
            undecided_months,
            differences: differences.into_iter().map(|((currency, _), sum)| (currency, sum)).collect(),
        })
    }
}

//! A row of a reconciliation, how it compares, and the totals of rows.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::model::currency::Currency;
use crate::model::id::Id;
use crate::model::money;
use crate::model::month::Month;

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
    /// What was given is unknown, because the report does not reach back far enough.
    Unknown,
    /// The month is open: its figures are provisional.
    Open,
    /// The credit is in neither of the currencies of its invoice lines, or in both.
    NotComparable,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Matched,
        Self::Mismatched,
        Self::BalanceOnly,
        Self::InvoiceOnly,
        Self::Unknown,
        Self::Open,
        Self::NotComparable,
    ];

    /// Its name in the column Result.
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

    /// Whether the month cannot be closed before it is explained.
    #[must_use]
    pub fn is_finding(self) -> bool {
        matches!(self, Self::Mismatched | Self::BalanceOnly | Self::InvoiceOnly)
    }
}

/// A customer's credit in a month and currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// The customer.
    pub customer: &'a Id,
    /// The month that invoiced it.
    pub month: Month,
    /// The credit's currency.
    pub currency: Currency,
    /// Credit given; empty if the report gives none or its past is unknown.
    pub given: Option<Decimal>,
    /// Credit that the invoice applied; empty if it has no lines for it or they cannot be compared.
    pub applied: Option<Decimal>,
    /// Credit given less credit applied; empty where the two cannot be compared.
    pub difference: Option<Decimal>,
    /// How the two compare.
    pub verdict: Verdict,
    /// Credit lines of the invoice.
    pub lines: u64,
    /// The totals behind `applied`: places in [`Invoices::totals`](crate::model::invoice::Invoices::totals).
    pub totals: Vec<usize>,
    /// What the months before it that have no row of their own add.
    pub span: i32,
}

impl Row<'_> {
    /// How the row's amounts compare.
    pub(super) fn compared(&self, tolerance: Decimal) -> Verdict {
        match self.difference {
            Some(difference) if difference.abs() <= tolerance => Verdict::Matched,
            _ if self.lines == 0 => Verdict::BalanceOnly,
            _ if self.given.is_none() => Verdict::InvoiceOnly,
            _ => Verdict::Mismatched,
        }
    }
}

/// The total of rows in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    /// The month, if it is of one.
    pub month: Option<Month>,
    /// The currency.
    pub currency: Currency,
    /// Credit given.
    pub given: Decimal,
    /// Credit applied.
    pub applied: Decimal,
    /// The differences of the rows that have one.
    pub difference: Decimal,
    /// Credit lines.
    pub lines: u64,
}

/// The totals of rows by currency, and by month if that is wanted.
pub fn totals<'a>(rows: impl Iterator<Item = &'a Row<'a>>, by_month: bool) -> Result<Vec<Total>, AnalysisError> {
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

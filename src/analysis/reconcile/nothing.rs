//! Why a reconciliation has compared nothing at all, which must not pass for agreement.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Month;

use super::row::{self, MissingMonths, ReconciledRow, Verdict};

/// Why nothing was compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nothing {
    /// The invoices and the report are of different months.
    OtherMonths {
        /// Those of the invoices.
        invoiced: BTreeSet<Month>,
        /// Those of the report.
        reported: BTreeSet<Month>,
    },
    /// No line of the invoices is Azure credit, and no usage tells their months.
    NoCreditLines,
    /// What is to be shown has no rows.
    NoRows,
    /// All rows are unknown, open or not comparable.
    Undecided {
        /// How many there are of each.
        counts: BTreeMap<Verdict, usize>,
        /// The files that are missing.
        missing: MissingMonths,
    },
}

impl Nothing {
    /// Why none of the rows was compared; `None` if one was.
    pub(super) fn new(
        rows: &[ReconciledRow<'_>],
        invoiced: &BTreeSet<Month>,
        reported: &BTreeSet<Month>,
    ) -> Option<Self> {
        if rows.iter().any(|row| row.verdict.is_compared()) {
            return None;
        }
        if invoiced.is_empty() {
            return Some(Self::NoCreditLines);
        }
        if invoiced.is_disjoint(reported) {
            return Some(Self::OtherMonths { invoiced: invoiced.clone(), reported: reported.clone() });
        }
        if rows.is_empty() {
            return Some(Self::NoRows);
        }
        let mut missing = MissingMonths::default();
        for row in rows.iter().filter(|row| row.verdict == Verdict::Unknown) {
            missing.reports.extend(&row.missing.reports);
            missing.invoices.extend(&row.missing.invoices);
        }
        Some(Self::Undecided { counts: row::counts(rows.iter()), missing })
    }
}

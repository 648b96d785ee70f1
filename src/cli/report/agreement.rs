//! The sections of a report that say whether the invoices agree.

use anyhow::Result;

use crate::analysis::filter::Filter;
use crate::analysis::reconcile::{ReconciledRow, Verdict};
use crate::model::Names;
use crate::output::html::Section;

use crate::cli::invoices::ComparedInvoices;
use crate::cli::invoices::tables;
use crate::cli::words::{Count, sentence};

/// The rows of the sections.
pub(super) struct Agreement<'l> {
    compared: &'l ComparedInvoices<'l>,
    /// The rows that need someone to look at them come first.
    rows: Vec<&'l ReconciledRow<'l>>,
    /// How many these are.
    to_look_at: usize,
    /// What must be known besides the rows, in sentences.
    notes: Vec<String>,
    /// How many rows have which result.
    results: String,
}

impl<'l> Agreement<'l> {
    pub(super) fn new(compared: &'l ComparedInvoices<'l>) -> Result<Self> {
        let mut rows: Vec<&ReconciledRow<'_>> = compared.found.rows.iter().collect();
        rows.sort_by_key(|row| rank(row.verdict));
        let to_look_at = rows.iter().filter(|row| row.verdict != Verdict::Matched).count();
        let notes = compared.notes()?.iter().map(|note| sentence(&note.text)).collect();
        let results = compared.results().map(|note| sentence(&note.text)).unwrap_or_default();
        Ok(Self { compared, rows, to_look_at, notes, results })
    }

    /// The sections in order, with what agrees if that is wanted; that of the rules only if a line breaks one.
    pub(super) fn sections<'a>(
        &'a self,
        filter: &'a Filter,
        names: &'a Names,
        with_matched: bool,
    ) -> impl Iterator<Item = Section<'a>> + use<'a> {
        let rows = if with_matched { &*self.rows } else { &self.rows[..self.to_look_at] };
        let mut notes = self.notes.clone();
        notes.extend(tables::difference_note(rows).map(|note| sentence(&note)));
        let left_out = self.rows.len() - rows.len();
        if left_out > 0 {
            notes.push(format!("{} not listed, because they agree.", Count(left_out, "row")));
        }
        let rows = Section {
            heading: "Reconciliation",
            lead: format!("Credit given, and what the invoices applied. {}", self.results),
            if_empty: if self.rows.is_empty() { "There is nothing to compare." } else { "All rows agree." },
            charts: Vec::new(),
            table: tables::rows(filter, names).table(rows.iter().copied()).with_sums().with_footnotes(notes),
        };
        let findings = &*self.compared.findings;
        let findings = (!findings.is_empty()).then(|| Section {
            heading: "Invoice lines",
            lead: "Lines that break the rules of credits.".to_owned(),
            if_empty: "No line breaks a rule.",
            charts: Vec::new(),
            table: tables::findings(self.compared.invoices, names).table(findings.iter().copied()),
        });
        std::iter::once(rows).chain(findings)
    }
}

/// Findings first, then what cannot be told, then what agrees.
fn rank(verdict: Verdict) -> u8 {
    match verdict {
        _ if verdict.is_finding() => 0,
        Verdict::Matched => 2,
        _ => 1,
    }
}

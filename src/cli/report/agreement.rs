//! The sections of a report that say whether the invoices agree.

use anyhow::Result;

use crate::analysis::reconcile::{Row, Verdict};
use crate::output::html::Section;

use super::answers::Answers;
use super::sheet::Sheet;
use crate::cli::invoices::Compared;
use crate::cli::invoices::tables::{FINDING_COLUMNS, ROW_COLUMNS, difference_note, finding_cells, row_cells};

/// The rows of the sections.
pub(super) struct Agreement<'l> {
    compared: &'l Compared<'l>,
    rows: Sheet<'l>,
    findings: Sheet<'l>,
    /// What must be known besides the rows, in sentences.
    notes: Vec<String>,
    /// How many rows have which result.
    results: String,
}

impl<'l> Agreement<'l> {
    /// The rows that need someone to look at them come first.
    pub(super) fn of(compared: &'l Compared<'l>, answers: &Answers<'l>) -> Result<Self> {
        let mut rows: Vec<&Row<'_>> = compared.found.rows.iter().collect();
        rows.sort_by_key(|row| place(row.verdict));
        let cells = rows.iter().map(|row| row_cells(row, answers.filter).to_vec()).collect();
        let mut notes: Vec<String> = compared.notes()?.iter().map(|note| sentence(&note.text)).collect();
        let results = compared.results().map(|note| sentence(&note.text)).unwrap_or_default();
        notes.extend(compared.nothing().map(|message| sentence(&message.text)));
        notes.extend(difference_note(&rows).map(|note| sentence(&note)));
        let findings = compared.findings.iter().map(|finding| finding_cells(finding, compared.invoices).to_vec());
        Ok(Self {
            compared,
            rows: Sheet::of(ROW_COLUMNS.to_vec(), cells, &[3, 4, 5])?,
            findings: Sheet::of(FINDING_COLUMNS.to_vec(), findings.collect(), &[])?,
            notes,
            results,
        })
    }

    /// The sections in order; that of the rules only if a line breaks one.
    pub(super) fn sections(&self) -> impl Iterator<Item = Section<'_>> {
        let mut table = self.rows.table();
        table.footnotes.clone_from(&self.notes);
        let rows = Section {
            heading: "Reconciliation",
            lead: format!("Credit given, and what the invoices applied. {}", self.results),
            if_empty: "There is nothing to compare.",
            charts: Vec::new(),
            table,
        };
        let findings = (!self.compared.findings.is_empty()).then(|| Section {
            heading: "Invoice lines",
            lead: "Lines that break the rules of credits.".to_owned(),
            if_empty: "No line breaks a rule.",
            charts: Vec::new(),
            table: self.findings.table(),
        });
        std::iter::once(rows).chain(findings)
    }
}

/// Findings first, then what cannot be told, then what agrees.
fn place(verdict: Verdict) -> u8 {
    match verdict {
        _ if verdict.is_finding() => 0,
        Verdict::Matched => 2,
        _ => 1,
    }
}

fn sentence(note: &str) -> String {
    let mut letters = note.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

//! What a report says besides its tables.

use std::collections::BTreeSet;

use crate::analysis::{self, AnalysisError};
use crate::model::{Currency, Month, Period};
use crate::output::headline::Statement;
use crate::output::html::Page;
use crate::output::table::{Column, Fields, Kind, Priority, Table};

use super::sections::ReportFigures;
use crate::cli::{Count, hints, joined, sentence};

/// Which months and day the report is of, and what it leaves out.
pub(super) fn scope(report: &ReportFigures<'_>, filters: &[String]) -> Vec<String> {
    let months = match report.overview.span() {
        Some((first, last)) if first == last => format!("Month {first}"),
        Some((first, last)) => format!("Months {first} to {last}"),
        None => "No months".to_owned(),
    };
    let mut scope = vec![format!("{months}, as of {}.", report.filter.as_of)];
    if !filters.is_empty() {
        scope.push(format!("Shows only what matches {}.", joined(filters)));
    }
    scope
}

/// Which files the report was made from.
pub(super) fn sources(report: &ReportFigures<'_>) -> Vec<String> {
    let mut sources = vec![format!("Made from {}.", joined(report.ledger.files()))];
    if let Some(compared) = report.compared {
        let names: Vec<&String> = compared.invoices.files.iter().map(|file| &file.name).collect();
        sources.push(format!("Compared with the invoices in {}.", joined(&names)));
    }
    sources
}

/// What is provisional or unknown, and which balances are not left.
pub(super) fn notes(report: &ReportFigures<'_>) -> Result<Vec<String>, AnalysisError> {
    let at_the_end = analysis::hints::at_the_end(report.ledger, report.filter)?;
    let not_left = hints::balance_notes(&at_the_end, "the balance");
    let mut notes: Vec<String> = not_left.iter().map(|note| sentence(note)).collect();
    let shown = report.overview.months.iter().filter_map(|summary| summary.group.month());
    let mut open: Vec<_> = shown.filter(|month| report.filter.period(*month) == Period::Open).collect();
    open.dedup();
    if !open.is_empty() {
        notes.push(format!(
            "{} is still open (marked *): its figures may change until the month's invoice is out.",
            joined(&open)
        ));
    }
    if let Some((_, last)) = report.overview.span()
        && last < Month::of(report.filter.as_of).previous()
    {
        notes.push(format!("The newest month shown is {last}. What happened since then is not known."));
    }
    if report.overview.months.iter().any(|summary| summary.spanning > 0) {
        notes.push(
            "Some credits have months without a row: what they were given then counts in the next month that has a row."
                .to_owned(),
        );
    }
    let unknown = report.overview.months.iter().filter(|summary| summary.opening.is_some());
    let unknown: BTreeSet<Currency> = unknown.map(|summary| summary.group.currency).collect();
    if !unknown.is_empty() {
        notes.push(format!(
            "Some credits in {} were in use before the files begin. What they had used by then is not counted as \
             credit given.",
            joined(unknown)
        ));
    }
    if report.overview.expiring.ended > 0 {
        notes.push(format!(
            "{} past the last day, though still Active in the report: not listed under Expires soon.",
            Count(report.overview.expiring.ended, "credit")
        ));
    }
    Ok(notes)
}

/// What a sentence is about, and the sentence.
pub(super) type Line = (&'static str, String);

/// All that a report says besides its figures.
pub(super) fn lines(page: &Page<'_>) -> Vec<Line> {
    let verdict = |statement: &Statement| {
        let sentences = [&*statement.text, &*statement.details].join(". ");
        ("Verdict", format!("{}.", sentences.trim_end_matches(['.', ' '])))
    };
    let mut lines: Vec<Line> = page.statements.iter().map(verdict).collect();
    lines.extend(page.scope.iter().chain(&page.sources).map(|sentence| ("Made from", sentence.clone())));
    lines.extend(page.notes.iter().map(|note| ("Note", note.clone())));
    for section in &page.sections {
        lines.push((section.heading, section.lead.clone()));
        lines.extend(section.table.footnotes.iter().map(|note| (section.heading, note.clone())));
    }
    lines
}

/// Sentences as a table, for a sheet of their own.
pub(super) fn about(lines: &[Line]) -> Table<'_> {
    Fields::<&Line>::default()
        .text(Column::new("About", Kind::Text, Priority::Key), |line| line.0)
        .text(Column::new("Text", Kind::Prose, Priority::Key), |line| line.1.as_str())
        .table(lines)
}

//! The section of what the monthly checks found.

use crate::analysis::check::{Check, Finding};
use crate::analysis::filter::Filter;
use crate::model::{Id, Level, Names};
use crate::output::html::Section;
use crate::output::table::Fields;

use crate::cli::columns::{self, Owners};
use crate::cli::tables::dated;
use crate::cli::words::Count;

/// The findings, and which of them a page lists: those that someone should look into and that stand nowhere else on it.
pub(super) struct FindingsSection<'l> {
    all: &'l [Finding],
    listed: Vec<&'l Finding>,
    /// How many are notes.
    notes: usize,
    /// How many say what credits lost, which has a section of its own.
    forfeited: usize,
}

impl<'l> FindingsSection<'l> {
    pub(super) fn new(all: &'l [Finding]) -> Self {
        let (notes, others): (Vec<_>, Vec<_>) = all.iter().partition(|finding| finding.severity == Level::Note);
        let (forfeited, listed): (Vec<_>, Vec<_>) =
            others.into_iter().partition(|finding| finding.check == Check::Forfeited);
        Self { all, listed, notes: notes.len(), forfeited: forfeited.len() }
    }

    pub(super) fn section<'a>(&'a self, filter: &'a Filter, names: &'a Names, is_page: bool) -> Section<'a> {
        let fields = Fields::<&Finding>::default()
            .text(columns::SEVERITY, |finding| finding.severity.as_str())
            .text(columns::CHECK, |finding| finding.check.name())
            .customer(names, |finding| finding.customer.as_ref())
            .text(columns::AGREEMENT, |finding| finding.agreement.as_ref().map(Id::as_str))
            .month(columns::MONTH, |finding| finding.month.map(|month| dated(month, filter)))
            .text(columns::MESSAGE, |finding| &*finding.message);
        let table = if is_page { fields.table(self.listed.iter().copied()) } else { fields.table(self.all) };
        Section {
            heading: "Findings",
            lead: "What the monthly checks found, the gravest first; those of an open month are notes.".to_owned(),
            if_empty: if self.all.is_empty() { "The checks found nothing." } else { "There is nothing else." },
            charts: Vec::new(),
            table: table.with_footnotes(if is_page { self.footnotes() } else { Vec::new() }),
        }
    }

    fn footnotes(&self) -> Vec<String> {
        let forfeited = Count(self.forfeited, "warning");
        let forfeited = (self.forfeited > 0)
            .then(|| format!("{forfeited} of credit that expired unused not listed here, but under Forfeited."));
        let notes = Count(self.notes, "note");
        let notes = (self.notes > 0).then(|| format!("{notes} not listed; the workbook has all."));
        forfeited.into_iter().chain(notes).collect()
    }
}

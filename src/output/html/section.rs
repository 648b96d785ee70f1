//! A part of a report on the page: charts, and a table with customers by name, and ids only on demand.

use std::io;
use std::ops::Range;

use crate::output::chart::Chart;
use crate::output::heading::heading;
use crate::output::headline::Tone;
use crate::output::layout::{CellText, ColumnText, Layout};
use crate::output::sheet::shorten;
use crate::output::table::{Kind, Priority, Table};

/// Most rows of a table on the page: it is made to be read, and to be mailed.
const MOST_ROWS: usize = 100;

/// Most rows of a table that is folded.
const MOST_FOLDED_ROWS: usize = 1000;

const CUSTOMER: &str = "CustomerID";
const NAME: &str = "CustomerName";
const AGREEMENT: &str = "AgreementID";

/// A part of a report: charts, and a table of the same figures.
pub struct Section<'p> {
    /// Its name, short enough for a worksheet.
    pub heading: &'static str,
    /// What it says, in a sentence.
    pub lead: String,
    /// Said instead of an empty table.
    pub if_empty: &'static str,
    pub charts: Vec<Chart>,
    /// Whether a page shows its table on demand, and never on paper; it does so below charts anyway.
    pub is_folded: bool,
    pub table: Table<'p>,
}

impl<'p> Section<'p> {
    /// A table under its heading, without charts.
    pub fn new(heading: &'static str, lead: impl Into<String>, if_empty: &'static str, table: Table<'p>) -> Self {
        Self { heading, lead: lead.into(), if_empty, charts: Vec::new(), is_folded: false, table }
    }
}

/// A section as the template goes through it.
pub(super) struct PageSection<'p, 's> {
    pub(super) section: &'p Section<'s>,
    pub(super) charts: Vec<(&'p Chart, String)>,
    pub(super) abreast: usize,
    pub(super) is_folded: bool,
    pub(super) columns: Vec<PageColumn>,
    /// Where the rows that are shown stand in the columns.
    pub(super) rows: Range<usize>,
    pub(super) totals: Range<usize>,
    pub(super) left_out: usize,
}

impl<'p, 's> PageSection<'p, 's> {
    pub(super) fn new(section: &'p Section<'s>, charts: &mut usize) -> io::Result<Self> {
        // Behind a fold there is room.
        let is_folded = section.is_folded || !section.charts.is_empty();
        let most = if is_folded { MOST_FOLDED_ROWS } else { MOST_ROWS };
        let layout = Layout::new(&section.table, most)?;
        let count = layout.rows;
        // A row needs no total.
        let totals = count..count + if count == 1 { 0 } else { layout.totals };
        let left_out = layout.left_out;
        let mut columns = page_columns(layout);
        for total in totals.clone() {
            let is_free = |column: &&mut PageColumn| column.kind.holds_words() && column.text(total).is_empty();
            if let Some(column) = columns.iter_mut().find(is_free) {
                "total".clone_into(&mut column.cells[total].text);
            }
        }
        let abreast = abreast(&section.charts);
        let drawn = |chart: &'p Chart| {
            *charts += 1;
            (chart, chart.svg(*charts, abreast))
        };
        Ok(Self {
            section,
            charts: section.charts.iter().map(drawn).collect(),
            abreast,
            is_folded,
            columns,
            rows: 0..count,
            totals,
            left_out,
        })
    }
}

/// As many as there are currencies, so that charts of one kind share a row; two of one currency stand side by side.
fn abreast(charts: &[Chart]) -> usize {
    let mut currencies: Vec<_> = charts.iter().map(|chart| chart.currency).collect();
    currencies.sort_unstable();
    currencies.dedup();
    match currencies.len() {
        1 => charts.len().min(2),
        several => several.min(3),
    }
}

pub(super) struct PageColumn {
    pub(super) heading: String,
    kind: Kind,
    pub(super) class: &'static str,
    cells: Vec<CellText>,
    /// What more there is to know of each cell; empty for columns that show all.
    full: Vec<String>,
}

/// The columns that the page shows: what a narrow terminal keeps, and one column of customers in the place of the first.
fn page_columns(layout: Layout) -> Vec<PageColumn> {
    let mut columns = layout.columns;
    let first = columns.iter().position(|column| column.column.name == CUSTOMER).unwrap_or(0);
    let place = columns[..first].iter().filter(|column| column.column.priority > Priority::Context).count();
    let mut take = |name: &str| {
        let at = columns.iter().position(|column| column.column.name == name)?;
        Some(columns.remove(at))
    };
    let (customers, names, agreements) = (take(CUSTOMER), take(NAME), take(AGREEMENT));
    let mut is_before_lead = true;
    let others = columns.into_iter().filter(|column| column.column.priority > Priority::Context).map(|column| {
        let is_lead = is_before_lead && column.column.kind == Kind::Amount;
        is_before_lead &= !is_lead;
        PageColumn::new(column, is_lead)
    });
    let mut columns: Vec<PageColumn> = others.collect();
    if let Some(ids) = customers {
        columns.insert(place, customers_of(ids, names, agreements));
    }
    columns
}

/// Customers by name, or by as much of the id as tells them apart, with all ids on demand.
fn customers_of(mut ids: ColumnText, names: Option<ColumnText>, agreements: Option<ColumnText>) -> PageColumn {
    let mut full: Vec<String> = ids.cells.iter().map(|cell| cell.text.clone()).collect();
    if let Some(agreements) = agreements {
        for (full, agreement) in full.iter_mut().zip(&agreements.cells).filter(|(_, cell)| !cell.text.is_empty()) {
            *full = format!("{full}, agreement {}", agreement.text);
        }
    }
    shorten(&mut ids.cells);
    if let Some(names) = names {
        for (cell, name) in ids.cells.iter_mut().zip(names.cells).filter(|(_, name)| !name.text.is_empty()) {
            *cell = name;
        }
    }
    PageColumn { heading: heading(NAME), kind: Kind::Text, class: "name", cells: ids.cells, full }
}

impl PageColumn {
    fn new(mut text: ColumnText, is_lead: bool) -> Self {
        let mut full = Vec::new();
        if text.column.kind == Kind::Id {
            full = text.cells.iter().map(|cell| cell.text.clone()).collect();
            shorten(&mut text.cells);
        }
        let class = match text.column.kind {
            Kind::Amount if is_lead => "number lead",
            Kind::Amount | Kind::Count | Kind::Percent => "number",
            Kind::Id => "id",
            Kind::Month | Kind::Quarter | Kind::Year | Kind::Date => "date",
            Kind::Prose => "prose",
            Kind::Text | Kind::Value | Kind::Currency => "",
        };
        Self { heading: text.column.heading(), kind: text.column.kind, class, cells: text.cells, full }
    }

    pub(super) fn text(&self, row: usize) -> &str {
        &self.cells[row].text
    }

    /// What more there is to know of a cell, such as the whole of an id that is cut.
    pub(super) fn full(&self, row: usize) -> Option<&String> {
        self.full.get(row).filter(|full| *full != self.text(row) && !full.is_empty())
    }

    pub(super) fn class_of(&self, row: usize) -> String {
        let tone = match Tone::of_word(self.text(row)) {
            _ if self.cells[row].is_negative => "negative",
            Some(Tone::Attention) if self.kind != Kind::Prose => Tone::Attention.class(),
            Some(tone) if self.kind == Kind::Text => tone.class(),
            _ => "",
        };
        format!("{} {tone}", self.class).trim().to_owned()
    }
}

//! A part of a report on the page: charts, and a table with customers by name, and ids only on demand.

use std::io;

use crate::output::chart::{Chart, Mark, Series, Size};
use crate::output::headline::Mood;
use crate::output::layout::{CellText, ColumnText, Layout, Tone};
use crate::output::sheet::shorten;
use crate::output::table::{Keep, Kind, Table};

use super::words;

/// Most rows of a table on the page: it is made to be read, and to be mailed.
const MOST_ROWS: usize = 100;

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
    /// The figures.
    pub table: Table<'p>,
}

pub(super) struct SectionTemplate<'p> {
    pub(super) heading: &'p str,
    pub(super) lead: &'p str,
    pub(super) if_empty: &'p str,
    pub(super) charts: Vec<ChartTemplate>,
    /// Charts side by side.
    pub(super) abreast: usize,
    /// Each column's heading, and its class.
    pub(super) headers: Vec<(String, &'static str)>,
    pub(super) rows: Vec<Vec<CellTemplate>>,
    pub(super) totals: Vec<Vec<CellTemplate>>,
    pub(super) left_out: usize,
    pub(super) footnotes: Vec<String>,
}

pub(super) struct ChartTemplate {
    pub(super) caption: String,
    pub(super) legend: Vec<(usize, &'static str, bool)>,
    pub(super) svg: String,
}

pub(super) struct CellTemplate {
    pub(super) text: String,
    /// What more there is to know of it, such as the whole of an id that is cut.
    pub(super) full: Option<String>,
    pub(super) class: String,
}

impl<'p> SectionTemplate<'p> {
    pub(super) fn new(section: &'p Section<'_>, charts: &mut usize) -> io::Result<Self> {
        let layout = Layout::new(&section.table)?;
        let count = layout.rows;
        // A row needs no total.
        let total_count = if count == 1 { 0 } else { layout.totals };
        // Behind a fold there is room.
        let most = if section.charts.is_empty() { MOST_ROWS } else { usize::MAX };
        let columns = shown(layout);
        let abreast = abreast(&section.charts);
        let row = |at: usize| columns.iter().map(|column| column.cell(at)).collect();
        let mut totals: Vec<Vec<CellTemplate>> = (count..count + total_count).map(row).collect();
        for total in &mut totals {
            let mut cells = total.iter_mut().zip(&columns);
            let is_free =
                |(cell, column): &(&mut CellTemplate, &PageColumn)| column.kind.holds_words() && cell.text.is_empty();
            if let Some((cell, _)) = cells.find(is_free) {
                "total".clone_into(&mut cell.text);
            }
        }
        Ok(Self {
            heading: section.heading,
            lead: &section.lead,
            if_empty: section.if_empty,
            charts: section.charts.iter().map(|chart| ChartTemplate::new(chart, charts, abreast)).collect(),
            abreast,
            headers: columns.iter().map(|column| (words::heading(column.name), column.class)).collect(),
            rows: (0..count.min(most)).map(row).collect(),
            totals,
            left_out: count.saturating_sub(most),
            footnotes: super::visible(&section.table.footnotes),
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

impl ChartTemplate {
    fn new(chart: &Chart, number: &mut usize, abreast: usize) -> Self {
        *number += 1;
        let dashed = |series: &Series| series.mark == Mark::Dashes;
        let legend = match &chart.series[..] {
            [] | [_] => Vec::new(),
            several => several.iter().enumerate().map(|(at, series)| (at, series.name, dashed(series))).collect(),
        };
        Self {
            caption: format!("{}, {}", chart.title, chart.currency),
            legend,
            svg: chart.svg(*number, if abreast > 2 { Size::Small } else { Size::Large }),
        }
    }
}

/// What the style sheet calls a mood.
pub(super) fn class(mood: Mood) -> &'static str {
    match mood {
        Mood::Good => "good",
        Mood::Look => "look",
        Mood::Bad => "bad",
    }
}

/// A column on the page.
struct PageColumn {
    name: &'static str,
    kind: Kind,
    class: &'static str,
    cells: Vec<CellText>,
    /// What more there is to know of each cell; empty for columns that show all.
    full: Vec<String>,
}

/// The columns that the page shows: what a narrow terminal keeps, and one column of customers in the place of the first.
fn shown(layout: Layout) -> Vec<PageColumn> {
    let mut columns = layout.columns;
    let first = columns.iter().position(|column| column.column.name == CUSTOMER).unwrap_or(0);
    let place = columns[..first].iter().filter(|column| column.column.keep > Keep::Context).count();
    let mut take = |name: &str| {
        let at = columns.iter().position(|column| column.column.name == name)?;
        Some(columns.remove(at))
    };
    let (customers, names, agreements) = (take(CUSTOMER), take(NAME), take(AGREEMENT));
    let mut is_before_lead = true;
    let others = columns.into_iter().filter(|column| column.column.keep > Keep::Context).map(|column| {
        let is_lead = is_before_lead && column.column.kind == Kind::Amount;
        is_before_lead &= !is_lead;
        PageColumn::new(column, is_lead)
    });
    let mut shown: Vec<PageColumn> = others.collect();
    if let Some(ids) = customers {
        shown.insert(place, customers_of(ids, names, agreements));
    }
    shown
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
    PageColumn { name: CUSTOMER, kind: Kind::Text, class: "name", cells: ids.cells, full }
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
        Self { name: text.column.name, kind: text.column.kind, class, cells: text.cells, full }
    }

    fn cell(&self, at: usize) -> CellTemplate {
        let cell = &self.cells[at];
        let full = self.full.get(at).filter(|full| **full != cell.text && !full.is_empty()).cloned();
        let tone = match (cell.tone, Mood::of_word(&cell.text)) {
            (Tone::Negative, _) => "negative",
            (_, Some(Mood::Look)) if self.kind != Kind::Prose => class(Mood::Look),
            (_, Some(mood)) if self.kind == Kind::Text => class(mood),
            _ => "",
        };
        CellTemplate { text: cell.text.clone(), full, class: format!("{} {tone}", self.class).trim().to_owned() }
    }
}

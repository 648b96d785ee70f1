//! A report as one page: no script, no request, made to be mailed and printed; customers by name, and ids on demand.
//!
//! Invariant: every text on the page is escaped by its template; only charts, which are made here, are not.

use std::io::{self, Write};
use std::ops::Range;

use askama::Template;

use super::chart::{Chart, figure};
use super::column::{Kind, Priority, heading};
use super::layout::{CellText, ColumnText, Layout};
use super::page::{Figure, Page, Section, Tone, Value};
use super::sheet::shorten;

/// Most rows of a table on the page: it is made to be read, and to be mailed.
const MOST_ROWS: usize = 100;

/// Most rows of a table that is folded.
const MOST_FOLDED_ROWS: usize = 1000;

const CUSTOMER: &str = "CustomerID";
const NAME: &str = "CustomerName";
const AGREEMENT: &str = "AgreementID";

pub fn write(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut charts = 0;
    let sections: io::Result<_> = page.sections.iter().map(|section| PageSection::new(section, &mut charts)).collect();
    let template = ReportTemplate { page, sections: sections? };
    out.write_all(template.render().map_err(io::Error::other)?.as_bytes())
}

#[derive(Template)]
#[template(path = "report.html")]
struct ReportTemplate<'p, 's> {
    page: &'p Page<'s>,
    sections: Vec<PageSection<'p, 's>>,
}

/// A figure's amount as text with so many decimals at least, and its class.
fn amount(shown: &Figure, decimals: u32) -> (String, &'static str) {
    let (amount, class) = match shown.value {
        Value::Amount(amount) => (figure(amount, decimals), ""),
        Value::Change(amount) if amount.is_sign_negative() => (figure(amount, decimals), "negative"),
        Value::Change(amount) if amount.is_zero() => (figure(amount, decimals), ""),
        Value::Change(amount) => (format!("+{}", figure(amount, decimals)), ""),
        Value::Unknown => ("unknown".to_owned(), "look"),
        Value::Nothing => ("none".to_owned(), ""),
    };
    (if shown.is_provisional { amount + "*" } else { amount }, class)
}

/// A section as the template goes through it.
struct PageSection<'p, 's> {
    section: &'p Section<'s>,
    charts: Vec<(&'p Chart, String)>,
    abreast: usize,
    is_folded: bool,
    columns: Vec<PageColumn>,
    /// Where the rows that are shown stand in the columns.
    rows: Range<usize>,
    totals: Range<usize>,
    left_out: usize,
}

impl<'p, 's> PageSection<'p, 's> {
    fn new(section: &'p Section<'s>, charts: &mut usize) -> io::Result<Self> {
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

struct PageColumn {
    heading: String,
    kind: Kind,
    class: &'static str,
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
            Kind::Text | Kind::Code | Kind::Value | Kind::Currency => "",
        };
        Self { heading: text.column.heading(), kind: text.column.kind, class, cells: text.cells, full }
    }

    fn text(&self, row: usize) -> &str {
        &self.cells[row].text
    }

    /// What more there is to know of a cell, such as the whole of an id that is cut.
    fn full(&self, row: usize) -> Option<&String> {
        self.full.get(row).filter(|full| *full != self.text(row) && !full.is_empty())
    }

    fn class_of(&self, row: usize) -> String {
        let tone = match Tone::of_word(self.text(row)) {
            _ if self.cells[row].is_negative => "negative",
            Some(Tone::Attention) if self.kind != Kind::Prose => Tone::Attention.class(),
            Some(tone) if matches!(self.kind, Kind::Text | Kind::Code) => tone.class(),
            _ => "",
        };
        format!("{} {tone}", self.class).trim().to_owned()
    }
}

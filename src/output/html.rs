//! The report as one page: no script, no request, made to be mailed and printed.
//!
//! Invariant: every text on the page is escaped by its template; only charts, which are made here, are not.

use std::io::{self, Write};

use askama::Template;

use crate::model::currency::Currency;
use crate::model::text::Visible;

use super::chart::Chart;
use super::layout::{ColumnText, Layout, Tone};
use super::sheet::{shorten, words};
use super::table::{Keep, Kind, Table};

/// Most rows of a table on the page: it is made to be read, and to be mailed.
const MOST_ROWS: usize = 200;

/// A report.
pub struct Page<'p> {
    /// Its title.
    pub title: &'p str,
    /// What it comes to, if that can be said in a sentence.
    pub verdict: Option<Verdict>,
    /// What it was made from, in sentences.
    pub sources: Vec<String>,
    /// What is provisional, unknown or left out.
    pub notes: Vec<String>,
    /// The figures that matter most, for each currency.
    pub headlines: Vec<Headline>,
    /// The rest.
    pub sections: Vec<Section<'p>>,
}

/// What a report comes to.
pub struct Verdict {
    /// `good`, `bad` or `unsure`.
    pub tone: &'static str,
    /// The sentence.
    pub text: String,
}

/// The figures of a currency that matter most.
pub struct Headline {
    /// The currency.
    pub currency: Currency,
    /// What each is, and the figure.
    pub figures: Vec<(String, String)>,
}

/// A part of a report: charts, and a table of the same figures.
pub struct Section<'p> {
    /// Its name, short enough for a worksheet.
    pub heading: &'static str,
    /// What it says, in a sentence.
    pub lead: String,
    /// Said instead of an empty table.
    pub if_empty: &'static str,
    /// The charts.
    pub charts: Vec<Chart>,
    /// The figures.
    pub table: Table<'p>,
}

/// Writes a report.
pub fn write(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut charts = 0;
    let sections: io::Result<Vec<_>> = page.sections.iter().map(|section| shown(section, &mut charts)).collect();
    let template = ReportTemplate {
        title: &Visible(page.title).to_string(),
        verdict: page.verdict.as_ref().map(|verdict| (verdict.tone, Visible(&verdict.text).to_string())),
        sources: visible(&page.sources),
        notes: visible(&page.notes),
        headlines: &page.headlines,
        sections: sections?,
    };
    out.write_all(template.render().map_err(io::Error::other)?.as_bytes())
}

fn visible(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| Visible(text).to_string()).collect()
}

#[derive(Template)]
#[template(path = "report.html")]
struct ReportTemplate<'p> {
    title: &'p str,
    verdict: Option<(&'static str, String)>,
    sources: Vec<String>,
    notes: Vec<String>,
    headlines: &'p [Headline],
    sections: Vec<SectionTemplate<'p>>,
}

struct SectionTemplate<'p> {
    heading: &'p str,
    lead: &'p str,
    if_empty: &'p str,
    charts: Vec<ChartTemplate>,
    /// Whether the table stands behind a fold, below charts that show the same.
    folded: bool,
    /// Each column's name in words, and its class.
    headers: Vec<(Vec<String>, &'static str)>,
    rows: Vec<Vec<CellTemplate>>,
    totals: Vec<Vec<CellTemplate>>,
    left_out: usize,
    footnotes: Vec<String>,
}

struct ChartTemplate {
    caption: String,
    legend: Vec<(usize, &'static str, bool)>,
    svg: String,
}

struct CellTemplate {
    text: String,
    /// The whole of what is cut.
    full: Option<String>,
    class: &'static str,
}

fn shown<'p>(section: &'p Section<'_>, charts: &mut usize) -> io::Result<SectionTemplate<'p>> {
    let drawn = section.charts.iter().map(|chart| drawn(chart, charts)).collect();
    let layout = Layout::new(&section.table)?;
    let (count, total_count) = (layout.rows, layout.totals);
    // A page has room for what a narrow terminal keeps.
    let columns: Vec<Shown> =
        layout.columns.into_iter().filter(|column| column.column.keep > Keep::Context).map(Shown::new).collect();
    let row = |at: usize| columns.iter().map(|column| column.cell(at)).collect();
    let mut totals: Vec<Vec<CellTemplate>> = (count..count + total_count).map(row).collect();
    for total in &mut totals {
        let mut cells = total.iter_mut().zip(&columns);
        if let Some((cell, _)) =
            cells.find(|(cell, column)| column.text.column.kind.holds_words() && cell.text.is_empty())
        {
            "total".clone_into(&mut cell.text);
        }
    }
    Ok(SectionTemplate {
        heading: section.heading,
        lead: &section.lead,
        if_empty: section.if_empty,
        folded: !section.charts.is_empty(),
        charts: drawn,
        headers: columns.iter().map(|column| (words(column.text.column.name), column.class())).collect(),
        rows: (0..count.min(MOST_ROWS)).map(row).collect(),
        totals,
        left_out: count.saturating_sub(MOST_ROWS),
        footnotes: visible(&section.table.footnotes),
    })
}

fn drawn(chart: &Chart, number: &mut usize) -> ChartTemplate {
    *number += 1;
    let dashed = |series: &super::chart::Series| series.mark == super::chart::Mark::Dashes;
    let legend = match &chart.series[..] {
        [] | [_] => Vec::new(),
        several => several.iter().enumerate().map(|(at, series)| (at, series.name, dashed(series))).collect(),
    };
    ChartTemplate { caption: format!("{}, {}", chart.title, chart.currency), legend, svg: chart.svg(*number) }
}

/// A column on the page; ids are cut to what tells them apart.
struct Shown {
    text: ColumnText,
    full: Vec<String>,
}

impl Shown {
    fn new(mut text: ColumnText) -> Self {
        let mut full = Vec::new();
        if text.column.kind == Kind::Id {
            full = text.cells.iter().map(|cell| cell.text.clone()).collect();
            shorten(&mut text.cells);
        }
        Self { text, full }
    }

    fn class(&self) -> &'static str {
        match self.text.column.kind {
            Kind::Amount | Kind::Count | Kind::Percent => "number",
            Kind::Id => "id",
            Kind::Month | Kind::Date => "date",
            Kind::Prose => "prose",
            Kind::Text | Kind::Value | Kind::Currency => "",
        }
    }

    fn cell(&self, at: usize) -> CellTemplate {
        let cell = &self.text.cells[at];
        let full = self.full.get(at).filter(|full| **full != cell.text).cloned();
        let class = if cell.tone == Tone::Negative { "number negative" } else { self.class() };
        CellTemplate { text: cell.text.clone(), full, class }
    }
}

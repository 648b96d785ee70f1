//! The report as one page: no script, no request, made to be mailed and printed.
//!
//! Invariant: every text on the page is escaped by its template; only charts, which are made here, are not.

mod section;
mod words;

use std::io::{self, Write};

use askama::Template;

use crate::model::{Currency, Visible};

use self::section::SectionTemplate;
use super::chart::figure;
use super::headline::{Figure, Headline, Statement, Value};

pub use self::section::Section;

/// A report.
pub struct Page<'p> {
    pub title: &'p str,
    /// What it was made from, in sentences.
    pub sources: Vec<String>,
    /// What a reader must know before any figure.
    pub statements: Vec<Statement>,
    /// What is provisional or unknown.
    pub notes: Vec<String>,
    /// The figures that matter most, for each currency.
    pub headlines: Vec<Headline>,
    /// The rest.
    pub sections: Vec<Section<'p>>,
}

/// Writes a report.
pub fn write(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut charts = 0;
    let sections: io::Result<Vec<_>> =
        page.sections.iter().map(|section| SectionTemplate::new(section, &mut charts)).collect();
    let template = ReportTemplate {
        title: &Visible(page.title).to_string(),
        sources: visible(&page.sources),
        statements: page.statements.iter().map(StatementTemplate::new).collect(),
        notes: visible(&page.notes),
        headlines: page.headlines.iter().map(HeadlineTemplate::new).collect(),
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
    sources: Vec<String>,
    statements: Vec<StatementTemplate>,
    notes: Vec<String>,
    headlines: Vec<HeadlineTemplate>,
    sections: Vec<SectionTemplate<'p>>,
}

struct StatementTemplate {
    class: &'static str,
    /// The same as the colour, for those who do not see it.
    sign: &'static str,
    text: String,
    details: String,
}

impl StatementTemplate {
    fn new(statement: &Statement) -> Self {
        let class = section::class(statement.mood);
        let sign = statement.mood.sign();
        let [text, details] = [&statement.text, &statement.details].map(|text| Visible(text).to_string());
        Self { class, sign, text, details }
    }
}

struct HeadlineTemplate {
    currency: Currency,
    figures: Vec<FigureTemplate>,
}

struct FigureTemplate {
    /// None of them is broken, so that a month stays whole.
    words: Vec<String>,
    amount: String,
    class: &'static str,
    remark: String,
}

impl HeadlineTemplate {
    fn new(headline: &Headline) -> Self {
        let figure = |figure| FigureTemplate::new(figure, headline.currency);
        Self { currency: headline.currency, figures: headline.figures.iter().map(figure).collect() }
    }
}

impl FigureTemplate {
    fn new(shown: &Figure, currency: Currency) -> Self {
        let decimals = currency.minor_units();
        let (amount, class) = match shown.value {
            Value::Amount(amount) => (figure(amount, decimals), ""),
            Value::Change(amount) if amount.is_sign_negative() => (figure(amount, decimals), "negative"),
            Value::Change(amount) if amount.is_zero() => (figure(amount, decimals), ""),
            Value::Change(amount) => (format!("+{}", figure(amount, decimals)), ""),
            Value::Unknown => ("unknown".to_owned(), "look"),
            Value::Nothing => ("none".to_owned(), ""),
        };
        let star = if shown.is_provisional { "*" } else { "" };
        let words = shown.name.split(' ').map(str::to_owned).collect();
        Self { words, amount: format!("{amount}{star}"), class, remark: shown.remark.clone() }
    }
}

//! The report as one page: no script, no request, made to be mailed and printed.
//!
//! Invariant: every text on the page is escaped by its template; only charts, which are made here, are not.

mod section;

use std::io::{self, Write};

use askama::Template;

use crate::model::Visible;

use self::section::PageSection;
use super::chart::figure;
use super::headline::{Figure, Headline, Statement, Value};

pub use self::section::Section;

pub struct Page<'p> {
    pub title: &'p str,
    /// Which months and day it is of, and what it leaves out, in sentences.
    pub scope: Vec<String>,
    /// Which files it was made from, in sentences.
    pub sources: Vec<String>,
    /// What a reader must know before any figure.
    pub statements: Vec<Statement>,
    /// What is provisional or unknown.
    pub notes: Vec<String>,
    /// The figures that matter most, for each currency.
    pub headlines: Vec<Headline>,
    pub sections: Vec<Section<'p>>,
}

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

/// Text that may come from files, for the template.
fn visible(text: &str) -> Visible<'_> {
    Visible(text)
}

/// A figure's amount as text, and its class.
fn amount(shown: &Figure, headline: &Headline) -> (String, &'static str) {
    let decimals = headline.currency.minor_units();
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

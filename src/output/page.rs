//! A report for people, of which a page or a workbook is made: a verdict in words, the figures of each currency that matter
//! most, and sections of charts and tables.

use rust_decimal::Decimal;

use crate::model::Currency;

use super::chart::Chart;
use super::table::Table;

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
    /// The figures of each currency that matter most, the most important first.
    pub headlines: Vec<(Currency, Vec<Figure>)>,
    pub sections: Vec<Section<'p>>,
}

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

/// How a statement is meant, which colour underlines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tone {
    Good,
    /// Someone should look at it.
    Attention,
    Bad,
}

impl Tone {
    /// The sign that says the same as the colour, for those who do not see it.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Attention => "!",
            Self::Bad => "✗",
        }
    }

    /// What the page's style sheet calls it.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Attention => "look",
            Self::Bad => "bad",
        }
    }

    /// How a word of a table is meant, if it says whether all is well.
    pub fn of_word(word: &str) -> Option<Self> {
        match word {
            "matched" => Some(Self::Good),
            "unknown" | "warning" | "open" | "not-comparable" => Some(Self::Attention),
            "error" | "mismatched" | "balance-only" | "invoice-only" => Some(Self::Bad),
            _ => None,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Statement {
    pub tone: Tone,
    /// The verdict, in a sentence without its full stop.
    pub text: String,
    /// What more there is to say, in sentences.
    pub details: String,
}

/// A figure, or why there is none.
#[derive(Clone, Debug)]
pub struct Figure {
    /// What it is, and of which month.
    pub name: String,
    pub value: Value,
    /// Whether it may still change.
    pub is_provisional: bool,
    /// What is not in it, or what else there is to know; may be empty.
    pub remark: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    Amount(Decimal),
    /// A difference, of which even a positive one has a sign.
    Change(Decimal),
    Unknown,
    /// There is nothing that it could be the amount of.
    Nothing,
}

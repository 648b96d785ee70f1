//! The one neutral view of a result: columns, rows of typed cells, totals and footnotes.
//!
//! Analyses produce it and formats consume it; neither knows the other. Rows are handed over one by one and are never
//! all held here, so that a result of millions of rows costs no memory in the formats that do not need it.

use std::io;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::model::currency::Currency;
use crate::model::month::Month;
use crate::model::period::Period;

/// What a column holds; every cell of it is of this kind or empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An id: tables may shorten it to a unique prefix.
    Id,
    /// A short text: a name, a word, a code.
    Text,
    /// A sentence, which a narrow terminal breaks into lines.
    Prose,
    /// A calendar month.
    Month,
    /// A calendar day.
    Date,
    /// Money, in the currency of the row.
    Amount,
    /// A number of things.
    Count,
    /// A percentage.
    Percent,
}

/// How gladly a terminal that is too narrow does without a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Keep {
    /// First to go.
    Context,
    /// Next to go.
    Detail,
    /// Goes only when nothing else is left to drop.
    Answer,
    /// Goes last: without it a row cannot be told from another.
    Key,
}

/// A column's name, kind and weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name, in every format.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Its weight in a narrow terminal.
    pub keep: Keep,
    /// Whether tables for people leave it out because they show it in another way.
    pub machine_only: bool,
}

impl Column {
    /// A column that every format shows.
    #[must_use]
    pub const fn new(name: &'static str, kind: Kind, keep: Keep) -> Self {
        Self { name, kind, keep, machine_only: false }
    }

    /// The same column, left out of tables for people.
    #[must_use]
    pub const fn machine_only(mut self) -> Self {
        self.machine_only = true;
        self
    }
}

/// One value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing is known, or nothing applies.
    Empty,
    /// Text or an id, according to the column.
    Text(&'a str),
    /// A currency code, in a text column.
    Currency(Currency),
    /// A month and whether it is open.
    Month(Month, Period),
    /// A day.
    Date(NaiveDate),
    /// Money or a percentage, at its own scale.
    Amount(Decimal),
    /// A number of things.
    Count(i64),
}

impl Cell<'_> {
    /// The cell for a value that may be missing.
    #[must_use]
    pub fn or_empty<T>(value: Option<T>, cell: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Cell::Empty, cell)
    }
}

/// Where a table's rows go; an error stops the table.
pub type RowSink<'s> = dyn FnMut(&[Cell<'_>]) -> io::Result<()> + 's;

/// A source of rows that can be read more than once and, part by part, from several threads.
pub trait Rows: Sync {
    /// The number of parts that the rows come in; the rows are those of all parts in order.
    fn parts(&self) -> usize;

    /// Hands over the rows of one part in order, each with a cell for every column.
    fn part(&self, part: usize, sink: &mut RowSink<'_>) -> io::Result<()>;

    /// Hands over all rows in order.
    fn each(&self, sink: &mut RowSink<'_>) -> io::Result<()> {
        (0..self.parts()).try_for_each(|part| self.part(part, sink))
    }

    /// The number of rows.
    fn count(&self) -> io::Result<usize> {
        let mut count = 0;
        self.each(&mut |_| {
            count += 1;
            Ok(())
        })?;
        Ok(count)
    }
}

/// A result.
pub struct Table<'t> {
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: &'t dyn Rows,
    /// The position of the column that names the currency of a row's amounts.
    pub currency: Option<usize>,
    /// A row of totals for each currency, which text, Markdown, pages and workbooks show.
    pub totals: Option<&'t dyn Rows>,
    /// Said below a table for people.
    pub footnotes: Vec<String>,
}

impl Kind {
    /// Whether a column can hold the word that labels a row of totals.
    pub(crate) fn holds_words(self) -> bool {
        matches!(self, Self::Id | Self::Text | Self::Prose | Self::Month)
    }
}

impl Table<'_> {
    /// The currency of a row's amounts.
    #[must_use]
    pub fn currency_of(&self, cells: &[Cell<'_>]) -> Option<Currency> {
        match cells.get(self.currency?) {
            Some(Cell::Currency(currency)) => Some(*currency),
            _ => None,
        }
    }
}

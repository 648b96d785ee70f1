//! The one neutral view of a result: columns, rows of typed cells, totals and footnotes.
//!
//! A column is declared once, with its name, its kind, what becomes of it in a narrow terminal, whether it adds up, and
//! how a row fills it; every format goes by that, and none finds a column by its number. Rows are handed over one by
//! one and never all held here, so that a result of millions of rows costs no memory in the formats that need none.

use std::collections::BTreeMap;
use std::io;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::model::{Currency, Month, Period, Span, Sum, grouped};

use super::column::{Column, Kind, Priority};

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing is known, or nothing applies.
    Empty,
    /// Text or an id, according to the column.
    Text(&'a str),
    Currency(Currency),
    /// A month, quarter or year, and whether a month of it is open.
    Span(Span, Period),
    Date(NaiveDate),
    /// Money or a percentage, at its own scale.
    Amount(Decimal),
    Count(i64),
}

/// The cell of a value that may be missing.
impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Empty, Into::into)
    }
}

/// What values of some types are as cells.
macro_rules! cells {
    ($($value:ty => $cell:expr),+ $(,)?) => {
        $(impl<'a> From<$value> for Cell<'a> {
            fn from(value: $value) -> Self {
                $cell(value)
            }
        })+
    };
}

cells!(
    &'a str => Cell::Text,
    Currency => Cell::Currency,
    (Span, Period) => |(span, period)| Cell::Span(span, period),
    (Month, Period) => |(month, period)| Cell::Span(Span::Month(month), period),
    NaiveDate => Cell::Date,
    Decimal => Cell::Amount,
    i64 => Cell::Count,
    i32 => |count| Cell::Count(i64::from(count)),
    u64 => |count| Cell::Count(i64::try_from(count).unwrap_or(i64::MAX)),
    usize => |count| Cell::Count(i64::try_from(count).unwrap_or(i64::MAX)),
);

/// Adds a row's cells of some columns to those before them. A cell that were returned would be written twice, and a
/// result of millions of rows has fourteen times as many.
type AddCells<'a, R> = Box<dyn Fn(&R, &mut Vec<Cell<'a>>) + Sync + 'a>;

/// The columns of rows of one type, and how a row fills them.
pub struct Fields<'a, R> {
    columns: Vec<Column>,
    /// What adds the cells of all columns, in order.
    add: Vec<AddCells<'a, R>>,
}

impl<R> Default for Fields<'_, R> {
    fn default() -> Self {
        Self { columns: Vec::new(), add: Vec::new() }
    }
}

impl<'a, R> Fields<'a, R> {
    #[must_use]
    pub fn with<C: Into<Cell<'a>>>(mut self, column: Column, cell: impl Fn(&R) -> C + Sync + 'a) -> Self {
        self.columns.push(column);
        self.add.push(Box::new(move |row, cells| cells.push(cell(row).into())));
        self
    }

    /// With some columns whose cells are filled together, which takes less time than one by one.
    #[must_use]
    pub fn with_all<const N: usize>(
        mut self,
        columns: [Column; N],
        all: impl Fn(&R) -> [Cell<'a>; N] + Sync + 'a,
    ) -> Self {
        self.columns.extend(columns);
        self.add.push(Box::new(move |row, cells| cells.extend(all(row))));
        self
    }

    /// Adds a row's cells, one for every column.
    fn add_cells(&self, row: &R, cells: &mut Vec<Cell<'a>>) {
        self.add.iter().for_each(|add| add(row, cells));
    }

    /// The table of rows that are at hand.
    pub fn table(self, rows: impl IntoIterator<Item = R> + Clone + Sync + 'a) -> Table<'a>
    where
        R: 'a,
    {
        self.table_in_parts(1, move |_, each| rows.clone().into_iter().try_for_each(|row| each(&row)))
    }

    /// The table of rows that come in parts, each of which `walk` hands over in order: more than once, and to several
    /// threads.
    pub fn table_in_parts(
        self,
        parts: usize,
        walk: impl Fn(usize, &mut dyn FnMut(&R) -> io::Result<()>) -> io::Result<()> + Sync + 'a,
    ) -> Table<'a>
    where
        R: 'a,
    {
        let columns = self.columns.clone();
        let currency = columns.iter().position(|column| column.kind == Kind::Currency);
        let walk: Box<WalkPart<'a>> = Box::new(move |part, sink| {
            let mut cells = Vec::with_capacity(self.columns.len());
            walk(part, &mut |row| {
                cells.clear();
                self.add_cells(row, &mut cells);
                sink(&cells)
            })
        });
        Table { columns, parts, walk, currency, totals: Totals::None, footnotes: Vec::new() }
    }
}

/// How many rows a row for the others stands for; empty in all other rows.
pub(super) const OTHERS: Column = Column::new("Others", Kind::Count, Priority::Context).machine_only();

/// Where a table's cells go, row by row; an error stops the table.
pub type RowSink<'s, 'a> = dyn FnMut(&[Cell<'a>]) -> io::Result<()> + 's;

/// Hands over the rows of one part in order, each with a cell for every column.
pub(super) type WalkPart<'a> = dyn Fn(usize, &mut RowSink<'_, 'a>) -> io::Result<()> + Sync + 'a;

/// The rows below all others, one for each currency, which text, Markdown, pages and workbooks show.
///
/// Most are sums, added up while a format walks the rows anyway. What rows do not add up to, as customers or stocks of
/// several months, is worked out where the rows come from.
#[derive(Clone, Debug, Default)]
pub enum Totals<'a> {
    #[default]
    None,
    /// The sums of the columns that add up.
    Sums,
    /// These, with a cell for every column.
    Known(Vec<Vec<Cell<'a>>>),
}

pub struct Table<'a> {
    pub columns: Vec<Column>,
    /// Into how many parts rows are divided, and what walks through one: more than once, and in several threads.
    pub(super) parts: usize,
    pub(super) walk: Box<WalkPart<'a>>,
    /// Where the column that names the currency of a row's amounts stands, if one does.
    pub(super) currency: Option<usize>,
    pub totals: Totals<'a>,
    /// Said below a table for people.
    pub footnotes: Vec<String>,
}

impl<'a> Table<'a> {
    pub(super) fn each(&self, sink: &mut RowSink<'_, 'a>) -> io::Result<()> {
        (0..self.parts).try_for_each(|part| (self.walk)(part, sink))
    }

    /// The same with sums of the columns that add up.
    #[must_use]
    pub fn with_sums(self) -> Self {
        Self { totals: Totals::Sums, ..self }
    }

    /// The same with totals that were worked out elsewhere; their columns are found by name.
    #[must_use]
    pub fn with_totals<R>(self, fields: &Fields<'a, R>, rows: impl IntoIterator<Item = R>) -> Self {
        let find = |column: &Column| fields.columns.iter().position(|field| field.name == column.name);
        let cells = |row: R| {
            let mut filled = Vec::with_capacity(fields.columns.len());
            fields.add_cells(&row, &mut filled);
            self.columns.iter().map(|column| find(column).map_or(Cell::Empty, |at| filled[at])).collect()
        };
        let totals = Totals::Known(rows.into_iter().map(cells).collect());
        Self { totals, ..self }
    }

    #[must_use]
    pub fn with_footnotes(self, footnotes: Vec<String>) -> Self {
        Self { footnotes, ..self }
    }

    /// What a row that stands for others is called, as in `12 others`.
    pub(super) fn others(&self, cells: &[Cell<'_>]) -> Option<String> {
        let at = self.columns.iter().rposition(|column| *column == OTHERS)?;
        match cells.get(at) {
            Some(Cell::Count(1)) => Some("1 other".to_owned()),
            Some(Cell::Count(count)) => Some(format!("{} others", grouped(&count.to_string()))),
            _ => None,
        }
    }

    pub(super) fn currency_of(&self, cells: &[Cell<'_>]) -> Option<Currency> {
        currency_at(self.currency, cells)
    }
}

/// The currency in a row's cell of a column, if there is one.
fn currency_at(column: Option<usize>, cells: &[Cell<'_>]) -> Option<Currency> {
    match cells.get(column?) {
        Some(Cell::Currency(currency)) => Some(*currency),
        _ => None,
    }
}

/// Sums of the columns of a table that add up, in each currency, made while a format walks the rows anyway; none where a
/// table's rows name no currency. No sum crosses currencies.
pub(super) struct Sums {
    columns: Vec<Column>,
    /// Where the column that names the currency of a row's amounts stands.
    currency: Option<usize>,
    sums: BTreeMap<Currency, Vec<Option<Sum>>>,
}

impl Sums {
    pub(super) fn new(table: &Table<'_>) -> Self {
        Self { columns: table.columns.clone(), currency: table.currency, sums: BTreeMap::new() }
    }

    /// Those for the totals of a table, which sum up nothing where it has others or none.
    pub(super) fn for_totals(table: &Table<'_>) -> Self {
        let columns = if matches!(table.totals, Totals::Sums) { table.columns.clone() } else { Vec::new() };
        Self { columns, ..Self::new(table) }
    }

    pub(super) fn currency_of(&self, cells: &[Cell<'_>]) -> Option<Currency> {
        currency_at(self.currency, cells)
    }

    pub(super) fn add(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        let Some(currency) = self.currency_of(cells) else { return Ok(()) };
        let sums = self.sums.entry(currency).or_insert_with(|| vec![None; cells.len()]);
        for ((sum, cell), column) in sums.iter_mut().zip(cells).zip(&self.columns) {
            if let (Cell::Amount(amount), true) = (cell, column.adds_up) {
                sum.get_or_insert_default().add(*amount).map_err(io::Error::other)?;
            }
        }
        Ok(())
    }

    /// The row of the sums in a currency.
    pub(super) fn row<'a>(&self, currency: Option<Currency>) -> io::Result<Vec<Cell<'a>>> {
        let sums = currency.and_then(|currency| self.sums.get(&currency));
        let cell = |at: usize| match (currency, sums.and_then(|sums| sums[at])) {
            (Some(currency), _) if Some(at) == self.currency => Ok(Cell::Currency(currency)),
            (_, Some(sum)) => sum.value().map(Cell::Amount).map_err(io::Error::other),
            _ => Ok(Cell::Empty),
        };
        (0..self.columns.len()).map(cell).collect()
    }

    /// The rows of totals of the table that all rows added were of.
    pub(super) fn totals<'a>(&self, table: &Table<'a>) -> io::Result<Vec<Vec<Cell<'a>>>> {
        match &table.totals {
            Totals::None => Ok(Vec::new()),
            Totals::Sums => self.sums.keys().map(|currency| self.row(Some(*currency))).collect(),
            Totals::Known(rows) => Ok(rows.clone()),
        }
    }
}

//! Which rows come first, and how many of them are shown: `--sort` and `--top`, for any table.
//!
//! Amounts never cross currencies, so an amount ranks among those of its currency: rows stand by currency, and each
//! currency has its own first ones. What is not shown is added up in a row for each currency, so that what a column
//! adds up to stays. Invariant: rows that tie stay in their order, and only those are held that may be shown.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::io;

use crate::model::Currency;

use super::column::Column;
use super::table::{Cell, OTHERS, Sums, Table, Totals};

/// Rows that are handed over together.
const PART: usize = 4096;

/// What comes first, and how much of it is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ranking {
    /// The column whose values order the rows; rows stay as they are if none does. Empty cells come last in both orders.
    pub column: Option<usize>,
    pub descending: bool,
    /// Whether amounts compare by their size, whatever their sign.
    pub by_size: bool,
    /// How many rows are shown; all if none.
    pub top: Option<usize>,
}

type Row<'a> = Vec<Cell<'a>>;

impl Table<'_> {
    /// The same with its rows ranked, and a row for those that are left out, in each currency.
    pub fn ranked(self, ranking: Ranking) -> io::Result<Self> {
        if ranking.column.is_none() && ranking.top.is_none() {
            return Ok(self);
        }
        let (mut rows, mut sums, mut others) = (Vec::new(), Sums::new(&self), BTreeMap::new());
        let columns = self.columns.clone();
        let mut settle = |rows: &mut Vec<Row<'_>>| {
            settled(rows, &columns, ranking).iter().try_for_each(|row| {
                *others.entry(sums.currency_of(row)).or_insert(0_usize) += 1;
                sums.add(row)
            })
        };
        let mut most = ranking.top.map_or(usize::MAX, |top| top.saturating_add(PART));
        self.each(&mut |cells| {
            rows.push(cells.to_vec());
            if rows.len() >= most {
                settle(&mut rows)?;
                most = rows.len().saturating_mul(2).saturating_add(PART);
            }
            Ok(())
        })?;
        settle(&mut rows)?;
        let mut table = self;
        if ranking.top.is_some() {
            table.columns.push(OTHERS);
            let mut totals =
                if let Totals::Known(totals) = &mut table.totals { totals.iter_mut() } else { [].iter_mut() };
            rows.iter_mut().chain(&mut totals).for_each(|row| row.push(Cell::Empty));
        }
        for (currency, count) in others {
            let mut row = sums.row(currency)?;
            row.push(count.into());
            rows.push(row);
        }
        table.parts = rows.len().div_ceil(PART);
        table.walk = Box::new(move |part, sink| {
            rows.chunks(PART).nth(part).unwrap_or_default().iter().try_for_each(|row| sink(row))
        });
        Ok(table)
    }
}

/// Puts rows into order, and takes out those that cannot be shown any more.
fn settled<'a>(rows: &mut Vec<Row<'a>>, columns: &[Column], ranking: Ranking) -> Vec<Row<'a>> {
    let column = ranking.column.map(|at| (at, columns[at]));
    if let Some(column) = column {
        rows.sort_by(|a, b| compare(a, b, column, ranking));
    }
    let Some(top) = ranking.top else { return Vec::new() };
    let by_currency = column.is_some_and(|(_, column)| is_money(column));
    let (mut kept, mut others): (Vec<Row<'a>>, Vec<Row<'a>>) = (Vec::new(), Vec::new());
    let mut first = 0;
    for row in std::mem::take(rows) {
        if by_currency && kept.last().is_some_and(|last| !currencies(last).eq(currencies(&row))) {
            first = kept.len();
        }
        if kept.len() - first < top { kept.push(row) } else { others.push(row) }
    }
    *rows = kept;
    others
}

/// Whether values of a column compare within a currency only.
fn is_money(column: Column) -> bool {
    column.kind.is_money()
}

/// What the amounts of a row are in.
fn currencies(row: &[Cell<'_>]) -> impl Iterator<Item = Currency> {
    row.iter().filter_map(|cell| if let Cell::Currency(currency) = cell { Some(*currency) } else { None })
}

fn compare(a: &[Cell<'_>], b: &[Cell<'_>], (at, column): (usize, Column), by: Ranking) -> Ordering {
    let by_currency = if is_money(column) { currencies(a).cmp(currencies(b)) } else { Ordering::Equal };
    let (a, b) = (&a[at], &b[at]);
    let by_value = match (*a == Cell::Empty, *b == Cell::Empty) {
        (false, false) if by.descending => values(b, a, column, by.by_size),
        (false, false) => values(a, b, column, by.by_size),
        (a_is_empty, b_is_empty) => a_is_empty.cmp(&b_is_empty),
    };
    by_currency.then(by_value)
}

/// The order of two values of a column; where it holds several kinds, numbers come before days and days before texts.
fn values(a: &Cell<'_>, b: &Cell<'_>, column: Column, by_size: bool) -> Ordering {
    match (a, b) {
        (Cell::Amount(a), Cell::Amount(b)) if by_size => a.abs().cmp(&b.abs()),
        (Cell::Amount(a), Cell::Amount(b)) => a.cmp(b),
        (Cell::Count(a), Cell::Count(b)) => a.cmp(b),
        (Cell::Currency(a), Cell::Currency(b)) => a.cmp(b),
        (Cell::Span(a, _), Cell::Span(b, _)) => a.cmp(b),
        (Cell::Date(a), Cell::Date(b)) => a.cmp(b),
        (Cell::Text(a), Cell::Text(b)) => {
            let words = column.in_order;
            let place = |text: &str| words.iter().position(|word| *word == text).unwrap_or(words.len());
            place(a).cmp(&place(b)).then_with(|| folded(a).cmp(folded(b))).then_with(|| a.cmp(b))
        }
        _ => kind(a).cmp(&kind(b)),
    }
}

fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

fn kind(cell: &Cell<'_>) -> u8 {
    match cell {
        Cell::Amount(_) | Cell::Count(_) => 0,
        Cell::Date(_) | Cell::Span(..) => 1,
        Cell::Text(_) | Cell::Currency(_) => 2,
        Cell::Empty => 3,
    }
}

//! What a table for people shows of a result, as text: which columns, how many decimals, what is grouped.

use std::collections::HashMap;
use std::io;

use rust_decimal::Decimal;

use crate::model::{Currency, Period, Visible, grouped};

use super::column::{Column, Kind};
use super::delimited::plain;
use super::table::{Cell, Sums, Table};

/// The cells of a table as text; `sheet` makes it fit.
pub(super) struct Layout {
    pub(super) columns: Vec<ColumnText>,
    /// How many rows, those below them not counted.
    pub(super) rows: usize,
    /// How many more rows there are, which count in the totals alone.
    pub(super) left_out: usize,
    /// What the rows below are called: those that stand for others, then the totals.
    pub(super) labels: Vec<String>,
    /// How many of these are totals.
    pub(super) totals: usize,
    /// What every row has in common, moved above the table to make it fit.
    pub(super) common: Vec<(String, String)>,
    /// The columns that did not fit.
    pub(super) dropped: Vec<ColumnText>,
}

/// A column and its cells: those of the rows, then those of the totals.
pub(super) struct ColumnText {
    /// Its place among all columns of the result.
    pub(super) number: usize,
    pub(super) column: Column,
    pub(super) cells: Vec<CellText>,
    /// Its heading, in as many lines as it takes.
    pub(super) header: Vec<String>,
    /// The first cell before anything is cut.
    pub(super) first: String,
    pub(super) width: usize,
}

/// A cell, and what colour may underline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CellText {
    pub(super) text: String,
    pub(super) is_negative: bool,
    pub(super) is_open: bool,
    /// The decimals of an amount of money.
    pub(super) decimals: Option<u32>,
}

impl Layout {
    /// Lays out the first rows of a result and its totals; columns that are empty throughout are left out.
    pub(super) fn new(table: &Table<'_>, most: usize) -> io::Result<Self> {
        let empty = |(number, column): (usize, &Column)| {
            let header = vec![column.heading()];
            ColumnText { number, column: *column, cells: Vec::new(), header, first: String::new(), width: 0 }
        };
        let mut columns: Vec<ColumnText> = table.columns.iter().enumerate().map(empty).collect();
        let (mut currencies, mut labels) = (Vec::new(), Vec::new());
        let mut add = |cells: &[Cell<'_>]| {
            currencies.push(table.currency_of(cells));
            for (column, cell) in columns.iter_mut().zip(cells) {
                column.cells.push(CellText::new(cell, column.column.kind));
            }
        };
        let (mut rows, mut left_out) = (0, 0);
        let mut sums = Sums::for_totals(table);
        table.each(&mut |cells| {
            let others = table.others(cells);
            if others.is_some() || rows < most {
                add(cells);
                rows += usize::from(others.is_none());
            } else {
                left_out += 1;
            }
            labels.extend(others);
            sums.add(cells)
        })?;
        let known = sums.totals(table)?;
        for cells in &known {
            add(cells);
        }
        let totals = known.len();
        labels.resize(labels.len() + totals, "total".to_owned());
        align(&mut columns, &currencies);
        // What no row that is shown has, a total may still be of.
        let told = if left_out == 0 { rows } else { currencies.len() };
        columns.retain(|column| {
            let cells = || column.cells[..told].iter();
            let is_dull = column.column.dull_if_one && cells().all(|cell| matches!(&*cell.text, "" | "1"));
            !column.column.machine_only && !is_dull && cells().any(|cell| !cell.text.is_empty())
        });
        name_others(&mut columns, rows, &labels[..labels.len() - totals]);
        Ok(Self { columns, rows, left_out, labels, totals, common: Vec::new(), dropped: Vec::new() })
    }
}

/// Says of a row that stands for others what it is, where no cell of it is free for that.
fn name_others(columns: &mut [ColumnText], rows: usize, labels: &[String]) {
    for (row, label) in (rows..).zip(labels) {
        let mut words = columns.iter_mut().filter(|column| column.column.kind.holds_words());
        if words.all(|column| !column.cells[row].text.is_empty())
            && let Some(column) = columns.iter_mut().find(|column| column.column.kind.holds_words())
        {
            let text = &mut column.cells[row].text;
            *text = format!("{label}, {text}");
        }
    }
}

/// Gives all amounts in a currency its decimals, or the most of any, so that the points of a column stand below each other, and
/// groups their thousands.
fn align(columns: &mut [ColumnText], currencies: &[Option<Currency>]) {
    let mut decimals: HashMap<Option<Currency>, u32> = HashMap::new();
    for column in &*columns {
        for (cell, currency) in column.cells.iter().zip(currencies) {
            if let Some(of_cell) = cell.decimals {
                let most = decimals.entry(*currency).or_insert(currency.map_or(0, |currency| currency.minor_units()));
                *most = of_cell.max(*most);
            }
        }
    }
    for column in columns {
        for (cell, currency) in column.cells.iter_mut().zip(currencies) {
            if let Some(of_cell) = cell.decimals {
                let wanted = decimals.get(currency).copied().unwrap_or(0);
                cell.text = grouped(&padded(std::mem::take(&mut cell.text), of_cell, wanted));
            }
        }
    }
}

impl CellText {
    fn new(cell: &Cell<'_>, kind: Kind) -> Self {
        let plain = plain(cell);
        let none = Self::default();
        match cell {
            Cell::Text(text) => Self { text: Visible(text).to_string(), ..none },
            Cell::Span(_, Period::Open) => Self { text: plain + "*", is_open: true, ..none },
            Cell::Amount(amount) if kind.is_money() => {
                let (is_negative, decimals) = (*amount < Decimal::ZERO, Some(amount.scale()));
                Self { text: plain, is_negative, decimals, ..none }
            }
            Cell::Count(count) => Self { text: grouped(&plain), is_negative: *count < 0, ..none },
            _ => Self { text: plain, ..none },
        }
    }
}

/// An amount with zeros added up to `wanted` decimals.
pub(super) fn padded(mut plain: String, decimals: u32, wanted: u32) -> String {
    if decimals == 0 && wanted > 0 {
        plain.push('.');
    }
    plain.extend((decimals..wanted).map(|_| '0'));
    plain
}

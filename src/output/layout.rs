//! What a table for people shows of a result, as text: which columns, how many decimals, what is grouped.

use std::collections::HashMap;
use std::io;

use rust_decimal::Decimal;

use crate::model::currency::Currency;
use crate::model::money::grouped;
use crate::model::period::Period;
use crate::model::text::Visible;

use super::delimited::write_value;
use super::table::{Cell, Column, Kind, Rows, Table};

/// The cells of a table as text.
pub(super) struct Layout {
    pub(super) columns: Vec<ColumnText>,
    /// How many rows, totals not counted.
    pub(super) rows: usize,
    /// How many totals.
    pub(super) totals: usize,
}

/// A column and its cells: those of the rows, then those of the totals.
pub(super) struct ColumnText {
    pub(super) column: Column,
    pub(super) cells: Vec<CellText>,
}

/// A cell, and what colour may underline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CellText {
    pub(super) text: String,
    pub(super) tone: Tone,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Tone {
    #[default]
    Plain,
    Negative,
    Open,
}

impl Layout {
    /// Lays out a result; columns that are empty throughout are left out.
    pub(super) fn of(table: &Table<'_>) -> io::Result<Self> {
        let scales = Scales::of(table)?;
        let mut columns: Vec<ColumnText> =
            table.columns.iter().map(|column| ColumnText { column: *column, cells: Vec::new() }).collect();
        let mut add = |rows: &dyn Rows| {
            let mut count = 0;
            rows.each(&mut |cells| {
                count += 1;
                let currency = table.currency_of(cells);
                for (column, cell) in columns.iter_mut().zip(cells) {
                    let text = text(cell, column.column.kind, scales.of_currency(currency));
                    column.cells.push(text);
                }
                Ok(())
            })?;
            Ok::<usize, io::Error>(count)
        };
        let rows = add(table.rows)?;
        let totals = match table.totals {
            Some(totals) if rows > 0 => add(totals)?,
            _ => 0,
        };
        columns.retain(|column| {
            !column.column.machine_only && column.cells[..rows].iter().any(|cell| !cell.text.is_empty())
        });
        Ok(Self { columns, rows, totals })
    }
}

/// The most decimals of any amount in a currency, so that the points of a column stand below each other.
struct Scales(HashMap<Option<Currency>, u32>);

impl Scales {
    fn of(table: &Table<'_>) -> io::Result<Self> {
        let mut scales = Self(HashMap::new());
        for rows in std::iter::once(table.rows).chain(table.totals) {
            rows.each(&mut |cells| {
                let most = scales.0.entry(table.currency_of(cells)).or_default();
                for (cell, column) in cells.iter().zip(&table.columns) {
                    if let (Cell::Amount(amount), Kind::Amount) = (cell, column.kind) {
                        *most = amount.scale().max(*most);
                    }
                }
                Ok(())
            })?;
        }
        Ok(scales)
    }

    fn of_currency(&self, currency: Option<Currency>) -> u32 {
        self.0.get(&currency).copied().unwrap_or(0)
    }
}

fn text(cell: &Cell<'_>, kind: Kind, scale: u32) -> CellText {
    let mut plain = Vec::new();
    write_value(cell, &mut plain);
    let plain = String::from_utf8_lossy(&plain).into_owned();
    match cell {
        Cell::Text(text) => CellText { text: Visible(text).to_string(), tone: Tone::Plain },
        Cell::Month(_, Period::Open) => CellText { text: plain + "*", tone: Tone::Open },
        Cell::Amount(amount) if kind == Kind::Amount => {
            let tone = if *amount < Decimal::ZERO { Tone::Negative } else { Tone::Plain };
            CellText { text: grouped(&padded(plain, amount.scale(), scale)), tone }
        }
        Cell::Count(count) => {
            let tone = if *count < 0 { Tone::Negative } else { Tone::Plain };
            CellText { text: grouped(&plain), tone }
        }
        _ => CellText { text: plain, tone: Tone::Plain },
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_thousands() {
        assert_eq!(grouped("-1234567.5000"), "-1,234,567.5000");
        assert_eq!(grouped("-123"), "-123");
        assert_eq!(grouped("1000"), "1,000");
    }

    #[test]
    fn pads_decimals_and_never_rounds() {
        assert_eq!(padded("5".to_owned(), 0, 2), "5.00");
        assert_eq!(padded("5.125".to_owned(), 3, 3), "5.125");
        assert_eq!(padded("5".to_owned(), 0, 0), "5");
    }
}

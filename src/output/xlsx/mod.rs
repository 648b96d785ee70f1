//! Workbooks: real numbers and dates, ids as text, totals as formulas.
//!
//! Invariant: what a cell holds equals what CSV holds there. A spreadsheet keeps 15 digits of a number, so an amount
//! of more stands there as text, and is counted. No text is ever taken for a formula, a number or a link.

mod formula;
mod looks;

use std::collections::HashSet;
use std::io::{self, Write};

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use rust_xlsxwriter::{ColNum, DocProperties, ExcelDateTime, RowNum, Workbook, Worksheet, XlsxError};

use crate::model::currency::Currency;
use crate::model::message::Message;

use self::looks::{Look, Looks};
use super::delimited::write_value;
use super::table::{Cell, Column, Kind, Table};
use super::totals::RunningTotals;

/// Rows of a worksheet, its header included.
const MOST_ROWS: RowNum = 1_048_576;

/// Rows of a worksheet that is made in memory, of some 2 KB a row. More go by way of a temporary file, for which there
/// must be room: the library panics if there is none.
const MOST_ROWS_IN_MEMORY: usize = 20_000;

/// Digits that a spreadsheet keeps of a number.
const DIGITS: usize = 15;

/// Characters that a column is at most made wide for.
const WIDEST: usize = 60;

/// Writes a workbook of named sheets, and returns how many amounts stand in it as text.
pub fn write(sheets: &[(&str, &Table<'_>)], out: &mut dyn Write) -> io::Result<usize> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&always_the_same()?));
    let mut as_text = 0;
    for (name, table) in sheets {
        let worksheet = if table.rows.count()? > MOST_ROWS_IN_MEMORY {
            workbook.add_worksheet_with_low_memory().map_err(other)?
        } else {
            workbook.add_worksheet()
        };
        worksheet.set_name(*name).map_err(other)?;
        let mut sheet = Sheet::new(worksheet, table);
        sheet.fill()?;
        as_text += sheet.as_text;
    }
    out.write_all(&workbook.save_to_buffer().map_err(other)?)?;
    Ok(as_text)
}

/// A moment for the file's properties: the same input makes the same file.
fn always_the_same() -> io::Result<ExcelDateTime> {
    ExcelDateTime::from_ymd(2000, 1, 1).map_err(other)
}

/// A worksheet being filled from the top.
struct Sheet<'a, 't> {
    worksheet: &'a mut Worksheet,
    table: &'a Table<'t>,
    looks: Looks,
    /// The characters of the longest cell of each column.
    widths: Vec<usize>,
    /// The row to be written next.
    row: RowNum,
    /// How many amounts of rows stand as text.
    as_text: usize,
    /// The columns in which some do, in each currency: no spreadsheet adds these up.
    texts: HashSet<(Option<Currency>, usize)>,
}

impl<'a, 't> Sheet<'a, 't> {
    fn new(worksheet: &'a mut Worksheet, table: &'a Table<'t>) -> Self {
        Self {
            worksheet,
            table,
            looks: Looks::default(),
            widths: Vec::new(),
            row: 0,
            as_text: 0,
            texts: HashSet::new(),
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.header()?;
        let table = self.table;
        let mut totals = RunningTotals::new(table);
        table.rows.each(&mut |cells| {
            if self.row >= MOST_ROWS {
                return Err(too_many_rows());
            }
            if let Some(others) = table.others(cells) {
                self.label(cells, &others)?;
            }
            let currency = table.currency_of(cells);
            for (at, (cell, column)) in cells.iter().zip(&table.columns).enumerate() {
                if !self.cell(at, *cell, *column, currency, false)? {
                    self.texts.insert((currency, at));
                }
            }
            self.row += 1;
            totals.add(cells)
        })?;
        let last = self.row - 1;
        self.totals(&totals.finish()?, last)?;
        self.worksheet.set_freeze_panes(1, 0).map_err(other)?;
        if let Some(right) = table.columns.len().checked_sub(1) {
            self.worksheet.autofilter(0, 0, last, column_number(right)?).map_err(other)?;
        }
        self.fit()
    }

    fn header(&mut self) -> io::Result<()> {
        for (at, column) in self.table.columns.iter().enumerate() {
            let look = self.looks.get(Look::Header(column.kind));
            self.worksheet.write_string_with_format(0, column_number(at)?, column.name, look).map_err(other)?;
            // Room for the filter's button beside the name.
            self.widths.push(column.name.len() + 3);
        }
        self.row = 1;
        Ok(())
    }

    /// Writes a cell; returns whether it is no amount that stands as text.
    fn cell(
        &mut self,
        at: usize,
        cell: Cell<'_>,
        column: Column,
        currency: Option<Currency>,
        bold: bool,
    ) -> io::Result<bool> {
        let mut plain = Vec::new();
        write_value(&cell, &mut plain);
        let plain = String::from_utf8_lossy(&plain).into_owned();
        let (row, place) = (self.row, column_number(at)?);
        let text = Look::Text { bold };
        let decimals = |amount: Decimal| decimals(amount, column.kind, currency);
        let (number, look) = match cell {
            Cell::Empty => return Ok(true),
            Cell::Month(month, _) => (serial(month.first_day()), Look::Month),
            Cell::Date(date) => (serial(date), Look::Date),
            Cell::Amount(amount) => (number(amount), Look::Number { decimals: decimals(amount), bold }),
            Cell::Count(count) => (number(count.into()), Look::Number { decimals: 0, bold }),
            Cell::Year(year, _) => (Some(year.into()), Look::Year),
            Cell::Text(_) | Cell::Currency(_) | Cell::Quarter(..) => (None, text),
        };
        let is_text = number.is_none() && matches!(cell, Cell::Amount(_));
        self.as_text += usize::from(is_text);
        // Separators of thousands, of which there is less than one for two digits.
        self.widths[at] = self.widths[at].max(plain.chars().count() * 13 / 10 + 1);
        let written = match number {
            Some(number) => self.worksheet.write_number_with_format(row, place, number, self.looks.get(look)),
            None => self.worksheet.write_string_with_format(row, place, plain, self.looks.get(text)),
        };
        written.map_err(other)?;
        Ok(!is_text)
    }

    /// Writes a row for each currency below a blank one: sums of the rows above, as formulas.
    ///
    /// The total of a column that does not add up, as of a stock over several months, would puzzle whoever adds up the
    /// rows: it is left out.
    fn totals(&mut self, totals: &[Vec<Cell<'_>>], last: RowNum) -> io::Result<()> {
        self.row += 1;
        let as_text = self.as_text;
        for cells in totals.iter().filter(|_| last > 0) {
            if self.row >= MOST_ROWS {
                return Err(too_many_rows());
            }
            let currency = self.table.currency_of(cells);
            for (at, (cell, column)) in cells.iter().zip(&self.table.columns).enumerate() {
                match *cell {
                    Cell::Amount(total) if column.adds_up => self.total(at, total, *column, currency, last)?,
                    Cell::Currency(_) => drop(self.cell(at, *cell, *column, currency, true)?),
                    _ => {}
                }
            }
            self.label(cells, "total")?;
            self.row += 1;
        }
        // Only the amounts of rows count.
        self.as_text = as_text;
        Ok(())
    }

    /// Says in a row's first free cell what the row is called.
    fn label(&mut self, cells: &[Cell<'_>], label: &str) -> io::Result<()> {
        let mut places = cells.iter().zip(&self.table.columns);
        if let Some(place) = places.position(|(cell, column)| column.kind.holds_words() && *cell == Cell::Empty) {
            let look = self.looks.get(Look::Text { bold: true });
            self.worksheet.write_string_with_format(self.row, column_number(place)?, label, look).map_err(other)?;
        }
        Ok(())
    }

    /// Writes a sum: as a formula where the spreadsheet can work it out.
    fn total(
        &mut self,
        at: usize,
        total: Decimal,
        column: Column,
        currency: Option<Currency>,
        last: RowNum,
    ) -> io::Result<()> {
        if self.texts.contains(&(currency, at)) || number(total).is_none() {
            self.cell(at, Cell::Amount(total), column, currency, true).map(drop)
        } else {
            self.formula(at, total, currency, last)
        }
    }

    fn formula(&mut self, at: usize, total: Decimal, currency: Option<Currency>, last: RowNum) -> io::Result<()> {
        let look = Look::Number { decimals: decimals(total, Kind::Amount, currency), bold: true };
        let formula = formula::sum(at, self.table.currency_column(), self.row, last).set_result(total.to_string());
        let look = self.looks.get(look);
        self.worksheet.write_formula_with_format(self.row, column_number(at)?, formula, look).map_err(other)?;
        Ok(())
    }

    fn fit(&mut self) -> io::Result<()> {
        for (at, width) in self.widths.iter().enumerate() {
            let width = u8::try_from((*width).min(WIDEST)).unwrap_or(u8::MAX);
            self.worksheet.set_column_width(column_number(at)?, width).map_err(other)?;
        }
        Ok(())
    }
}

fn column_number(at: usize) -> io::Result<ColNum> {
    ColNum::try_from(at).map_err(io::Error::other)
}

/// The number that a spreadsheet holds for an amount, if it can hold it.
fn number(amount: Decimal) -> Option<f64> {
    let digits = amount.normalize().mantissa().unsigned_abs().to_string().len();
    // From its digits to the nearest double, which gives 15 of them back.
    (digits <= DIGITS).then(|| amount.to_string().parse().ok()).flatten()
}

/// The number that a spreadsheet holds for a day; its calendar begins in 1900.
fn serial(date: NaiveDate) -> Option<f64> {
    let year = u16::try_from(date.year()).ok().filter(|year| (1900..=9999).contains(year))?;
    let day = ExcelDateTime::from_ymd(year, u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?).ok()?;
    Some(day.to_excel())
}

/// The currency's decimals, or the amount's own where there are more.
fn decimals(amount: Decimal, kind: Kind, currency: Option<Currency>) -> u32 {
    let usual = if kind == Kind::Amount { currency.map_or(0, |currency| currency.minor_units()) } else { 0 };
    usual.max(amount.scale())
}

fn too_many_rows() -> io::Error {
    let message = Message::error(format!("a worksheet holds {MOST_ROWS} rows, and this result has more"));
    io::Error::other(message.hint("choose fewer with a filter, or use -f csv"))
}

fn other(error: XlsxError) -> io::Error {
    io::Error::other(error)
}

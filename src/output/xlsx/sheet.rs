//! A worksheet that holds a table: names first, ids last, totals below, ready to be printed.

use std::collections::HashSet;
use std::io;

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use rust_xlsxwriter::{ExcelDateTime, Formula, RowNum, Worksheet, column_number_to_name};

use crate::model::{Currency, Message, Period, Span};
use crate::output::column::{Column, Kind, Priority};
use crate::output::delimited::plain;
use crate::output::page::Tone;
use crate::output::table::{Cell, Sums, Table, Totals};

use super::{CellFormat, FormattedSheet, column_number};

/// Rows of a worksheet, its header included.
pub(super) const MOST_ROWS: RowNum = 1_048_576;

/// Characters that a column is at most made wide for, and one of sentences, which go on in further lines.
const WIDEST: (usize, usize) = (60, 90);

/// Characters of an id that is no longer what a row is known by: enough to tell ids apart, and all of it is there.
const WIDEST_ID: usize = 15;

const LINE: u32 = 20;

/// Digits that a spreadsheet keeps of a number.
const DIGITS: usize = 15;

/// Columns whose words say whether someone must look.
const VERDICTS: [&str; 2] = ["Result", "Severity"];

/// A worksheet being filled from the top.
struct SheetWriter<'a, 't> {
    sheet: FormattedSheet<'a>,
    table: &'a Table<'t>,
    /// Where each column of the worksheet stands in the table.
    order: Vec<usize>,
    /// The columns in the order of the worksheet.
    columns: Vec<Column>,
    /// The characters of the longest cell of each column.
    widths: Vec<usize>,
    /// Whether a row fills it.
    filled: Vec<bool>,
    /// How many amounts of rows stand as text.
    as_text: usize,
    /// The columns in which some do, in each currency: no spreadsheet adds these up.
    texts: HashSet<(Option<Currency>, usize)>,
}

/// Fills a worksheet with a table; returns how many amounts of its rows stand as text.
pub(super) fn fill(worksheet: &mut Worksheet, table: &Table<'_>) -> io::Result<usize> {
    let order = order(&table.columns);
    let columns: Vec<Column> = order.iter().map(|at| table.columns[*at]).collect();
    // Room for the filter's button beside the name.
    let widths = columns.iter().map(|column| column.name.len() + 3).collect();
    let (sheet, filled) = (FormattedSheet::new(worksheet), vec![false; columns.len()]);
    let mut sheet = SheetWriter { sheet, table, order, columns, widths, filled, as_text: 0, texts: HashSet::new() };
    sheet.fill()?;
    Ok(sheet.as_text)
}

impl SheetWriter<'_, '_> {
    fn fill(&mut self) -> io::Result<()> {
        for (at, column) in self.columns.iter().enumerate() {
            self.sheet.write(at, column.name, CellFormat::Header(column.kind))?;
        }
        self.sheet.row = 1;
        let table = self.table;
        let mut sums = Sums::for_totals(table);
        table.each(&mut |cells| {
            sums.add(cells)?;
            let (currency, others) = (table.currency_of(cells), table.others(cells));
            let cells = self.ordered(cells);
            if let Some(others) = others {
                self.label(&cells, &others)?;
            }
            self.make_room(&cells)?;
            for (at, cell) in cells.iter().enumerate() {
                self.filled[at] |= *cell != Cell::Empty;
                if !self.cell(at, *cell, currency, false)? {
                    self.texts.insert((currency, at));
                }
            }
            self.sheet.row += 1;
            Ok(())
        })?;
        let last = self.sheet.row - 1;
        self.totals(&sums.totals(table)?, last)?;
        if !matches!(table.totals, Totals::None) {
            self.footnotes(last)?;
        }
        self.sheet.worksheet.set_freeze_panes(1, 0).map_err(io::Error::other)?;
        if let Some(right) = self.columns.len().checked_sub(1) {
            self.sheet.worksheet.autofilter(0, 0, last, column_number(right)?).map_err(io::Error::other)?;
        }
        self.fit(last > 0)?;
        to_be_printed(self.sheet.worksheet);
        self.sheet.worksheet.set_repeat_rows(0, 0).map_err(io::Error::other)?;
        Ok(())
    }

    /// The cells of a row in the order of the worksheet.
    fn ordered<'c>(&self, cells: &[Cell<'c>]) -> Vec<Cell<'c>> {
        self.order.iter().map(|at| cells[*at]).collect()
    }

    /// Writes a cell; returns whether it is no amount that stands as text.
    fn cell(&mut self, at: usize, cell: Cell<'_>, currency: Option<Currency>, bold: bool) -> io::Result<bool> {
        let column = self.columns[at];
        let plain = plain(&cell);
        let text = text_format(cell, column, bold);
        let decimals = |amount: Decimal| decimals(amount, column.kind, currency);
        let (number, format) = match cell {
            Cell::Empty => return Ok(true),
            Cell::Span(Span::Month(month), period) => (serial(month.first_day()), CellFormat::Month(period)),
            Cell::Span(Span::Year(first), period) if first.month() == 1 => {
                (Some(first.year().into()), CellFormat::Year(period))
            }
            Cell::Date(date) => (serial(date), CellFormat::Date),
            Cell::Amount(amount) => (number(amount), CellFormat::Number { decimals: decimals(amount), bold }),
            Cell::Count(count) => (number(count.into()), CellFormat::Number { decimals: 0, bold }),
            Cell::Text(_) | Cell::Currency(_) | Cell::Span(..) => (None, text),
        };
        let is_text = number.is_none() && matches!(cell, Cell::Amount(_));
        self.as_text += usize::from(is_text);
        // Separators of thousands, of which there is less than one for two digits.
        self.widths[at] = self.widths[at].max(plain.chars().count() * 13 / 10 + 1);
        match number {
            Some(number) => self.sheet.write(at, number, format)?,
            None => self.sheet.write(at, plain, text)?,
        }
        Ok(!is_text)
    }

    /// Writes a row for each currency below a blank one: sums of the rows above, as formulas.
    ///
    /// The total of a column that does not add up, as of a stock over several months, would puzzle whoever adds up the
    /// rows: it is left out.
    fn totals(&mut self, totals: &[Vec<Cell<'_>>], last: RowNum) -> io::Result<()> {
        self.sheet.row += 1;
        let as_text = self.as_text;
        for cells in totals.iter().filter(|_| last > 0) {
            if self.sheet.row >= MOST_ROWS {
                return Err(too_many_rows());
            }
            let currency = self.table.currency_of(cells);
            let cells = self.ordered(cells);
            for (at, cell) in cells.iter().enumerate() {
                match *cell {
                    Cell::Amount(total) if self.columns[at].adds_up => self.total(at, total, currency, last)?,
                    Cell::Currency(_) => drop(self.cell(at, *cell, currency, true)?),
                    _ => {}
                }
            }
            self.label(&cells, "total")?;
            self.sheet.row += 1;
        }
        // Only the amounts of rows count.
        self.as_text = as_text;
        Ok(())
    }

    /// Says in a row's first free cell what the row is called.
    fn label(&mut self, cells: &[Cell<'_>], label: &str) -> io::Result<()> {
        let mut places = cells.iter().zip(&self.columns);
        if let Some(place) = places.position(|(cell, column)| column.kind.holds_words() && *cell == Cell::Empty) {
            self.sheet.write(place, label, CellFormat::Text { bold: true })?;
        }
        Ok(())
    }

    /// Writes a sum: as a formula where the spreadsheet can work it out.
    fn total(&mut self, at: usize, total: Decimal, currency: Option<Currency>, last: RowNum) -> io::Result<()> {
        if self.texts.contains(&(currency, at)) || number(total).is_none() {
            return self.cell(at, Cell::Amount(total), currency, true).map(drop);
        }
        let format = CellFormat::Number { decimals: decimals(total, Kind::Amount, currency), bold: true };
        let of_currency = self.table.currency;
        let of_currency = of_currency.and_then(|column| self.order.iter().position(|at| *at == column));
        let formula = sum(at, of_currency, self.sheet.row, last).set_result(total.to_string());
        self.sheet.write(at, formula, format)
    }

    /// Says below the totals what must be known of them.
    fn footnotes(&mut self, last: RowNum) -> io::Result<()> {
        for footnote in self.table.footnotes.iter().filter(|_| last > 0) {
            if self.sheet.row >= MOST_ROWS {
                return Err(too_many_rows());
            }
            self.sheet.row += 1;
            self.sheet.write(0, footnote, CellFormat::Note)?;
        }
        Ok(())
    }

    /// The most characters that a column is made wide for.
    fn widest(&self, at: usize) -> usize {
        match self.columns[at] {
            column if is_last(&column, &self.columns) && at + 1 < self.columns.len() => WIDEST_ID,
            Column { kind: Kind::Prose, .. } => WIDEST.1,
            _ => WIDEST.0,
        }
    }

    /// Makes a row as high as its longest sentence, which not every program does by itself.
    fn make_room(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        let lines = |(cell, column): (&Cell<'_>, &Column)| match cell {
            // Words are not broken, so that a line holds less than it could.
            Cell::Text(text) if column.kind == Kind::Prose => text.chars().count().div_ceil(WIDEST.1 * 9 / 10),
            _ => 1,
        };
        let lines = cells.iter().zip(&self.columns).map(lines).max().unwrap_or(1);
        if lines > 1 {
            let height = u32::try_from(lines).unwrap_or(1) * LINE;
            self.sheet.worksheet.set_row_height_pixels(self.sheet.row, height).map_err(io::Error::other)?;
        }
        Ok(())
    }

    /// Makes columns as wide as their cells, and hides those that none of the rows fills, which would take the room of
    /// others on paper.
    fn fit(&mut self, has_rows: bool) -> io::Result<()> {
        for (at, width) in self.widths.iter().enumerate() {
            let width = u8::try_from((*width).min(self.widest(at))).unwrap_or(u8::MAX);
            self.sheet.worksheet.set_column_width(column_number(at)?, width).map_err(io::Error::other)?;
            if has_rows && !self.filled[at] {
                self.sheet.worksheet.set_column_hidden(column_number(at)?).map_err(io::Error::other)?;
            }
        }
        Ok(())
    }
}

/// How a text looks: what someone must look at by its colour, too, and an open quarter or fiscal year as such.
fn text_format(cell: Cell<'_>, column: Column, bold: bool) -> CellFormat {
    match cell {
        Cell::Text(word) if VERDICTS.contains(&column.name) => {
            Tone::of_word(word).map_or(CellFormat::Text { bold }, CellFormat::Verdict)
        }
        Cell::Text(_) if column.kind == Kind::Prose => CellFormat::Prose,
        Cell::Text(_) if column.kind.is_number() => CellFormat::NoAmount { is_unknown: true },
        Cell::Span(_, Period::Open) => CellFormat::OpenText,
        _ => CellFormat::Text { bold },
    }
}

/// Landscape, as wide as a page, with the number of each page.
pub(super) fn to_be_printed(worksheet: &mut Worksheet) {
    worksheet.set_landscape().set_print_fit_to_pages(1, 0).set_footer("&L&A&R&P / &N");
}

pub(super) fn too_many_rows() -> io::Error {
    let message = Message::error(format!("a worksheet holds {MOST_ROWS} rows, and this result has more"));
    io::Error::other(message.hint("choose fewer with a filter, or use -f csv"))
}

/// The order of a table's columns in a workbook: ids last, but for what says whose a row is where no name does.
pub(super) fn order(columns: &[Column]) -> Vec<usize> {
    let (last, mut first): (Vec<usize>, Vec<usize>) =
        (0..columns.len()).partition(|at| is_last(&columns[*at], columns));
    first.extend(last);
    first
}

/// Whether a column is an id that no row is known by.
fn is_last(column: &Column, columns: &[Column]) -> bool {
    match column.implied_by {
        Some(name) => columns.iter().any(|other| other.name == name),
        None => column.kind == Kind::Id && column.priority < Priority::Key,
    }
}

/// The number that a spreadsheet holds for an amount, if it can hold it.
pub(super) fn number(amount: Decimal) -> Option<f64> {
    let digits = amount.normalize().mantissa().unsigned_abs().to_string().len();
    // From its digits to the nearest double, which gives 15 of them back.
    (digits <= DIGITS).then(|| amount.to_string().parse().ok()).flatten()
}

/// The number that a spreadsheet holds for a day; its calendar begins in 1900.
pub(super) fn serial(date: NaiveDate) -> Option<f64> {
    let year = u16::try_from(date.year()).ok().filter(|year| (1900..=9999).contains(year))?;
    let day = ExcelDateTime::from_ymd(year, u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?).ok()?;
    Some(day.to_excel())
}

/// The currency's decimals, or the amount's own where there are more.
pub(super) fn decimals(amount: Decimal, kind: Kind, currency: Option<Currency>) -> u32 {
    let usual = if kind == Kind::Amount { currency.map_or(0, |currency| currency.minor_units()) } else { 0 };
    usual.max(amount.scale())
}

/// A total that follows whoever corrects a row: the sum of a column from the second row to the last, in the currency that stands in the total's own row.
fn sum(at: usize, currency: Option<usize>, row: RowNum, last: RowNum) -> Formula {
    let letters = |at: usize| column_number_to_name(u16::try_from(at).unwrap_or(u16::MAX));
    let range = |at: usize| format!("{0}$2:{0}${1}", letters(at), last + 1);
    match currency {
        Some(currency) => {
            Formula::new(format!("SUMIFS({},{},{}{})", range(at), range(currency), letters(currency), row + 1))
        }
        None => Formula::new(format!("SUM({})", range(at))),
    }
}

//! The first sheet of a report: the verdict, the figures that matter most, and charts of credit given.

use std::collections::BTreeMap;
use std::io;

use rust_xlsxwriter::{Chart, ChartType, ColNum, RowNum};

use crate::model::{Currency, Grouped, Visible};
use crate::output::column::Kind;
use crate::output::page::{Figure, Page, Section, Value};
use crate::output::table::Cell;

use super::sheet::{decimals, number, order, to_be_printed};
use super::{CellFormat, FormattedSheet, column_number};

/// The columns of the figures, and the characters that each has room for.
const COLUMNS: [(&str, u8); 4] = [("Currency", 12), ("Figure", 34), ("Amount", 20), ("Remark", 54)];

/// Characters of a line across all of them.
const LINE: usize = 110;

const ROW: u32 = 20;

/// The pixels of a chart; two stand side by side below the columns.
const CHART: (u32, u32) = (425, 240);

/// The column in which the right chart begins, and the pixels from there to where it does.
const RIGHT_CHART: (ColNum, u32) = (2, 103);

/// Currencies whose figures and charts fit on one page.
const ON_ONE_PAGE: usize = 3;

impl FormattedSheet<'_> {
    /// Fills the sheet from the top.
    pub(super) fn fill_front(mut self, page: &Page<'_>) -> io::Result<()> {
        self.worksheet.set_name("Summary").map_err(io::Error::other)?;
        for (at, (_, width)) in COLUMNS.iter().enumerate() {
            self.worksheet.set_column_width(column_number(at)?, *width).map_err(io::Error::other)?;
        }
        self.paragraph(page.title, CellFormat::Title, LINE / 2)?;
        for source in &page.sources {
            self.paragraph(source, CellFormat::Source, LINE)?;
        }
        self.row += 1;
        for statement in &page.statements {
            let (tone, sign) = (statement.tone, statement.tone.sign());
            self.paragraph(&format!("{sign} {}", statement.text), CellFormat::Statement { tone, bold: true }, LINE)?;
            if !statement.details.is_empty() {
                self.paragraph(&statement.details, CellFormat::Statement { tone, bold: false }, LINE)?;
            }
        }
        self.row += 1;
        self.figures(&page.headlines)?;
        let before_charts = self.row;
        for section in page.sections.iter().filter(|section| !section.charts.is_empty()) {
            self.charts(section)?;
        }
        for note in &page.notes {
            self.paragraph(note, CellFormat::Source, LINE)?;
        }
        self.worksheet.set_screen_gridlines(false);
        to_be_printed(self.worksheet);
        if page.headlines.len() <= ON_ONE_PAGE {
            self.worksheet.set_print_fit_to_pages(1, 1);
        } else {
            self.worksheet.set_page_breaks(&[before_charts]).map_err(io::Error::other)?;
        }
        Ok(())
    }

    /// A text across all columns, in as many lines as it takes.
    fn paragraph(&mut self, text: &str, format: CellFormat, line: usize) -> io::Result<()> {
        let text = Visible(text).to_string();
        let lines = u32::try_from(text.chars().count().div_ceil(line).max(1)).unwrap_or(1);
        let height = if format == CellFormat::Title { 2 * ROW } else { ROW } * lines;
        self.write_across(COLUMNS.len() - 1, &text, format)?;
        self.worksheet.set_row_height_pixels(self.row, height).map_err(io::Error::other)?;
        self.row += 1;
        Ok(())
    }

    fn figures(&mut self, headlines: &[(Currency, Vec<Figure>)]) -> io::Result<()> {
        if headlines.is_empty() {
            return Ok(());
        }
        for (at, (name, _)) in COLUMNS.iter().enumerate() {
            let kind = if *name == "Amount" { Kind::Amount } else { Kind::Text };
            self.write(at, *name, CellFormat::Header(kind))?;
        }
        let amounts = headlines.iter().flat_map(|(_, figures)| figures).filter_map(|figure| match figure.value {
            Value::Amount(amount) | Value::Change(amount) => Some(Grouped(amount).to_string().len()),
            Value::Unknown | Value::Nothing => None,
        });
        // In bold, with the decimals of the currency and room behind.
        let widest = amounts.max().unwrap_or(0) * 13 / 10 + 5;
        let width = u8::try_from(widest).unwrap_or(u8::MAX).max(COLUMNS[2].1);
        self.worksheet.set_column_width(2, width).map_err(io::Error::other)?;
        self.row += 1;
        for (currency, figures) in headlines {
            for figure in figures {
                self.figure(*currency, figure)?;
                self.row += 1;
            }
            self.row += 1;
        }
        Ok(())
    }

    fn figure(&mut self, currency: Currency, figure: &Figure) -> io::Result<()> {
        self.write(0, currency.as_str(), CellFormat::Text { bold: true })?;
        self.write(1, &figure.name, CellFormat::Text { bold: false })?;
        match figure.value {
            Value::Unknown => self.write(2, "unknown", CellFormat::NoAmount { is_unknown: true })?,
            Value::Nothing => self.write(2, "none", CellFormat::NoAmount { is_unknown: false })?,
            Value::Amount(amount) | Value::Change(amount) => {
                let decimals = decimals(amount, Kind::Amount, Some(currency));
                let format = match figure.value {
                    Value::Change(_) => CellFormat::Change { decimals },
                    _ => CellFormat::Number { decimals, bold: true },
                };
                match number(amount) {
                    Some(number) => self.write(2, number, format)?,
                    None => {
                        let format = CellFormat::NoAmount { is_unknown: false };
                        self.write(2, Grouped(amount).to_string(), format)?;
                    }
                }
            }
        }
        let provisional = figure.is_provisional.then_some("provisional until the month's invoice is out");
        let remarks: Vec<&str> =
            provisional.into_iter().chain([&*figure.remark]).filter(|remark| !remark.is_empty()).collect();
        if remarks.is_empty() { Ok(()) } else { self.write(3, remarks.join("; "), CellFormat::Note) }
    }

    /// A chart of each currency's credit given, of the cells of the section's sheet.
    fn charts(&mut self, section: &Section<'_>) -> io::Result<()> {
        let places = order(&section.table.columns);
        let place = |name: &str| places.iter().position(|at| section.table.columns[*at].name == name);
        let (Some(month), Some(given)) = (place("InvoiceMonth"), place("CreditGiven")) else { return Ok(()) };
        let (month, given) = (column_number(month)?, column_number(given)?);
        let rows = rows_of(section)?;
        for (at, (currency, (first, last))) in rows.iter().enumerate() {
            let mut chart = Chart::new(ChartType::Column);
            chart
                .add_series()
                .set_name("CreditGiven")
                .set_categories((section.heading, *first, month, *last, month))
                .set_values((section.heading, *first, given, *last, given))
                .set_gap(40);
            let title = format!("Credit given, {currency}");
            chart.title().set_name(&title);
            chart.legend().set_hidden();
            chart.x_axis().set_date_axis(true).set_num_format("yyyy-mm");
            chart.y_axis().set_num_format("#,##0");
            chart.set_alt_text(title).set_width(CHART.0).set_height(CHART.1);
            let is_right = at % 2 == 1;
            let (column, offset) = if is_right { RIGHT_CHART } else { (0, 0) };
            self.worksheet.insert_chart_with_offset(self.row, column, &chart, offset, 0).map_err(io::Error::other)?;
            if is_right {
                self.row += CHART.1 / ROW + 1;
            }
        }
        if rows.len() % 2 == 1 {
            self.row += CHART.1 / ROW + 1;
        }
        Ok(())
    }
}

/// The first and last row of each currency on a section's sheet, whose rows stand by currency.
fn rows_of(section: &Section<'_>) -> io::Result<BTreeMap<Currency, (RowNum, RowNum)>> {
    let mut rows = BTreeMap::new();
    let mut row = 0;
    section.table.each(&mut |cells: &[Cell<'_>]| {
        row += 1;
        if let Some(currency) = section.table.currency_of(cells) {
            rows.entry(currency).or_insert((row, row)).1 = row;
        }
        Ok(())
    })?;
    Ok(rows)
}

//! Amounts by month as bars of block characters, beside the figures.
//!
//! A bar's length is exact to an eighth of a character. Sign, star and figure say what colour repeats.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style as Ansi};
use rust_decimal::Decimal;

use crate::model::{Currency, Month, Period, grouped, money};

use super::Style;
use super::layout::padded;
use super::sheet::broken;

/// Columns of text for a file or a pipe.
const USUAL_WIDTH: usize = 80;

/// The longest bar: more tells the eye nothing.
const LONGEST: usize = 60;

/// A month's amount; empty where it is unknown or the month has no records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    pub month: Month,
    pub period: Period,
    pub amount: Option<Decimal>,
}

/// The amounts of a currency, on one scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bars {
    pub currency: Currency,
    pub months: Vec<Bar>,
}

/// Writes a block of lines for each currency under a title, and the footnotes below.
pub fn write(title: &str, charts: &[Bars], footnotes: &[String], style: Style, out: &mut dyn Write) -> io::Result<()> {
    let width = style.width.unwrap_or(USUAL_WIDTH);
    for (at, chart) in charts.iter().enumerate() {
        if at > 0 {
            out.write_all(b"\n")?;
        }
        let bold = if style.color { Ansi::new().bold() } else { Ansi::new() };
        writeln!(out, "{bold}{} {title}{bold:#}", chart.currency)?;
        chart.write(width, style.color, out)?;
    }
    footnotes.iter().try_for_each(|footnote| writeln!(out, "{}", broken(footnote, Some(width))))
}

impl Bars {
    fn write(&self, width: usize, color: bool, out: &mut dyn Write) -> io::Result<()> {
        let amounts = || self.months.iter().filter_map(|bar| bar.amount);
        let scale = amounts().map(|amount| amount.scale()).max().unwrap_or(0);
        let longest = amounts().map(|amount| amount.abs()).max().unwrap_or_default();
        let figures: Vec<String> = self.months.iter().map(|bar| figure(bar.amount, scale)).collect();
        let figure_width = figures.iter().map(String::len).max().unwrap_or(0);
        // `2022-07* ` and the blank before the bar.
        let room = width.saturating_sub(9 + figure_width + 1).min(LONGEST);
        for (bar, figure) in self.months.iter().zip(figures) {
            let star = if bar.period == Period::Open { '*' } else { ' ' };
            let blocks = blocks(bar.amount.unwrap_or_default(), longest, room)?;
            let tone = if color { bar.tone() } else { Ansi::new() };
            let line = format!("{}{star} {figure:>figure_width$} {blocks}", bar.month);
            writeln!(out, "{tone}{}{tone:#}", line.trim_end())?;
        }
        Ok(())
    }
}

impl Bar {
    fn tone(&self) -> Ansi {
        let color = match (self.amount, self.period) {
            (Some(amount), _) if amount < Decimal::ZERO => Some(AnsiColor::Red),
            (_, Period::Open) => Some(AnsiColor::Yellow),
            (_, Period::Closed) => None,
        };
        Ansi::new().fg_color(color.map(Into::into))
    }
}

fn figure(amount: Option<Decimal>, scale: u32) -> String {
    amount.map_or(String::new(), |amount| grouped(&padded(amount.to_string(), amount.scale(), scale)))
}

/// A bar of eighths of a character; one below 0 is hatched.
fn blocks(amount: Decimal, longest: Decimal, room: usize) -> io::Result<String> {
    let percent = money::percent(amount.abs(), longest).map_err(io::Error::other)?.unwrap_or_default();
    // Thousandths of the longest bar.
    let share = usize::try_from(percent.mantissa()).unwrap_or_default();
    let eighths = (share * room * 8).div_ceil(1000);
    if amount < Decimal::ZERO {
        return Ok("░".repeat(eighths.div_ceil(8)));
    }
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8];
    Ok("█".repeat(eighths / 8) + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(amounts: &[Option<&str>], style: Style) -> String {
        let mut month = Month::new(2022, 11).unwrap();
        let months = amounts.iter().map(|amount| {
            let bar = Bar {
                month,
                period: if month.month() == 2 { Period::Open } else { Period::Closed },
                amount: amount.map(|amount| Decimal::from_str_exact(amount).unwrap()),
            };
            month = month.next();
            bar
        });
        let chart = Bars { currency: Currency::parse("USD").unwrap(), months: months.collect() };
        let mut out = Vec::new();
        write("credit given", &[chart], &[], style, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn bars_are_as_long_as_their_amounts() {
        let amounts = [Some("1000"), Some("500.50"), None, Some("-250"), Some("0"), Some("0.01")];
        insta::assert_snapshot!(drawn(&amounts, Style { width: Some(38), ..Style::default() }), @"
        USD credit given
        2022-11  1,000.00 ████████████████████
        2022-12    500.50 ██████████▏
        2023-01
        2023-02*  -250.00 ░░░░░
        2023-03      0.00
        2023-04      0.01
        ");
    }

    #[test]
    fn colour_repeats_what_signs_say() {
        let text = drawn(
            &[Some("1"), Some("-1"), Some("0"), Some("1")],
            Style { width: Some(20), color: true, ..Style::default() },
        );
        insta::assert_snapshot!(text.replace('\u{1b}', "^"), @"
        ^[1mUSD credit given^[0m
        2022-11   1 ████████
        ^[31m2022-12  -1 ░░░░░░░░^[0m
        2023-01   0
        ^[33m2023-02*  1 ████████^[0m
        ");
    }

    #[test]
    fn never_wider_than_the_terminal() {
        use unicode_width::UnicodeWidthStr as _;
        for width in 22..100 {
            let text =
                drawn(&[Some("1234567.89"), Some("-1234567.89")], Style { width: Some(width), ..Style::default() });
            assert!(text.lines().all(|line| line.width() <= width), "{width}:\n{text}");
        }
    }
}

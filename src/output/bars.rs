//! Amounts by month as bars of block characters, beside the figures.
//!
//! A bar's length is exact to an eighth of a character. Sign, star and figure say what colour repeats.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style as Ansi};
use rust_decimal::Decimal;

use crate::model::{Period, money};

use super::Style;
use super::chart::{Chart, figure};
use super::sheet::broken;

/// Columns of text for a file or a pipe.
const USUAL_WIDTH: usize = 80;

/// The longest bar: more tells the eye nothing.
const LONGEST: usize = 60;

/// Writes a block of lines for each currency under its title, and the footnotes below. Charts have one series.
pub fn write(charts: &[Chart], footnotes: &[String], style: Style, out: &mut dyn Write) -> io::Result<()> {
    let width = style.width.unwrap_or(USUAL_WIDTH);
    for (at, chart) in charts.iter().enumerate() {
        if at > 0 {
            out.write_all(b"\n")?;
        }
        let bold = if style.color { Ansi::new().bold() } else { Ansi::new() };
        writeln!(out, "{bold}{} {}{bold:#}", chart.currency, chart.title)?;
        write_months(chart, width, style.color, out)?;
    }
    footnotes.iter().try_for_each(|footnote| writeln!(out, "{}", broken(footnote, Some(width))))
}

fn write_months(chart: &Chart, width: usize, color: bool, out: &mut dyn Write) -> io::Result<()> {
    let amounts = || chart.series.iter().flat_map(|series| series.amounts.iter().copied());
    let scale = amounts().flatten().map(|amount| amount.scale()).max().unwrap_or(0);
    let longest = amounts().flatten().map(|amount| amount.abs()).max().unwrap_or_default();
    let figures: Vec<String> =
        amounts().map(|amount| amount.map_or(String::new(), |amount| figure(amount, scale))).collect();
    let figure_width = figures.iter().map(String::len).max().unwrap_or(0);
    // `2022-07* ` and the blank before the bar.
    let room = width.saturating_sub(9 + figure_width + 1).min(LONGEST);
    for (((month, period), amount), figure) in chart.months.iter().zip(amounts()).zip(figures) {
        let star = if *period == Period::Open { '*' } else { ' ' };
        let blocks = blocks(amount.unwrap_or_default(), longest, room)?;
        let tone = if color { tone(amount, *period) } else { Ansi::new() };
        let line = format!("{month}{star} {figure:>figure_width$} {blocks}");
        writeln!(out, "{tone}{}{tone:#}", line.trim_end())?;
    }
    Ok(())
}

fn tone(amount: Option<Decimal>, period: Period) -> Ansi {
    let color = match (amount, period) {
        (Some(amount), _) if amount < Decimal::ZERO => Some(AnsiColor::Red),
        (_, Period::Open) => Some(AnsiColor::Yellow),
        (_, Period::Closed) => None,
    };
    Ansi::new().fg_color(color.map(Into::into))
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

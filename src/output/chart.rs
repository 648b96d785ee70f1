//! Charts as inline SVG, with axes, titles and values to hover over.
//!
//! Coordinates are whole numbers worked out from exact shares, so that one report always makes the same bytes. All
//! text in a chart is made here of months, currency codes and digits, none of which can mean anything to HTML.

use std::fmt::Write as _;

use rust_decimal::Decimal;

use crate::model::currency::Currency;
use crate::model::money::{self, Overflow, grouped};
use crate::model::month::Month;
use crate::model::period::Period;

use super::layout::padded;

const WIDTH: i64 = 520;
const HEIGHT: i64 = 230;
const RIGHT: i64 = 12;
const TOP: i64 = 12;
const BOTTOM: i64 = 34;

/// Most names of months below a chart.
const MOST_LABELS: usize = 7;

/// The width of a digit.
const DIGIT: i64 = 7;

/// Lines across a chart, about.
const TICKS: i64 = 4;

/// How a series is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Bars from zero.
    Bars,
    /// A solid line.
    Line,
    /// A dashed line.
    Dashes,
}

/// Amounts by month, of one name.
#[derive(Clone, Debug)]
pub struct Series {
    /// What the amounts are.
    pub name: &'static str,
    /// How they are drawn.
    pub mark: Mark,
    /// An amount for each month of the chart; empty where it is unknown.
    pub amounts: Vec<Option<Decimal>>,
}

/// A chart of a currency.
#[derive(Clone, Debug)]
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// The currency.
    pub currency: Currency,
    /// The months in order, without gaps.
    pub months: Vec<(Month, Period)>,
    /// What is drawn.
    pub series: Vec<Series>,
}

impl Chart {
    /// The chart as an SVG element; `number` tells it from others on the page.
    pub fn svg(&self, number: usize) -> Result<String, Overflow> {
        let scale = Scale::of(self)?;
        let mut svg = format!(
            "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"chart-{number}\">\
             <title id=\"chart-{number}\">{}, {}</title>",
            self.title, self.currency
        );
        scale.axis(&mut svg)?;
        self.month_names(&scale, &mut svg);
        for (at, series) in self.series.iter().enumerate() {
            match series.mark {
                Mark::Bars => self.bars(series, &scale, &mut svg)?,
                Mark::Line | Mark::Dashes => self.line(at, series, &scale, &mut svg)?,
            }
        }
        svg.push_str("</svg>");
        Ok(svg)
    }

    fn bars(&self, series: &Series, scale: &Scale, svg: &mut String) -> Result<(), Overflow> {
        let width = (scale.room() / whole(self.months.len().max(1)) * 7 / 10).max(1);
        let zero = scale.y(Decimal::ZERO)?;
        for (at, amount) in series.amounts.iter().enumerate() {
            let Some(amount) = amount else { continue };
            let y = scale.y(*amount)?;
            let (top, height) = (y.min(zero), (y - zero).abs());
            let x = self.middle(at, scale) - width / 2;
            let class = match self.months[at].1 {
                _ if *amount < Decimal::ZERO => "bar negative",
                Period::Open => "bar open",
                Period::Closed => "bar",
            };
            let hover = self.hover(at, series.name, *amount);
            push(
                svg,
                format_args!(
                    "<rect class=\"{class}\" x=\"{x}\" y=\"{top}\" width=\"{width}\" height=\"{height}\">{hover}</rect>"
                ),
            );
        }
        Ok(())
    }

    fn line(&self, at: usize, series: &Series, scale: &Scale, svg: &mut String) -> Result<(), Overflow> {
        let mut path = String::new();
        let mut dots = String::new();
        let mut pen_is_up = true;
        for (month, amount) in series.amounts.iter().enumerate() {
            let Some(amount) = amount else {
                pen_is_up = true;
                continue;
            };
            let (x, y) = (self.middle(month, scale), scale.y(*amount)?);
            push(&mut path, format_args!("{}{x} {y}", if pen_is_up { "M" } else { "L" }));
            pen_is_up = false;
            let hover = self.hover(month, series.name, *amount);
            push(&mut dots, format_args!("<circle class=\"line-{at}\" cx=\"{x}\" cy=\"{y}\" r=\"4\">{hover}</circle>"));
        }
        let dashes = if series.mark == Mark::Dashes { " dashes" } else { "" };
        push(svg, format_args!("<path class=\"line line-{at}{dashes}\" d=\"{path}\"/>{dots}"));
        Ok(())
    }

    fn hover(&self, at: usize, name: &str, amount: Decimal) -> String {
        let (month, period) = self.months[at];
        let open = if period == Period::Open { " (open)" } else { "" };
        format!("<title>{month}{open}: {name} {} {}</title>", figure(amount, amount.scale()), self.currency)
    }

    fn month_names(&self, scale: &Scale, svg: &mut String) {
        let every = self.months.len().div_ceil(MOST_LABELS).max(1);
        // From the last one back: it is the one that people look for.
        for (at, (month, period)) in self.months.iter().enumerate().rev().step_by(every) {
            let star = if *period == Period::Open { "*" } else { "" };
            let (x, y) = (self.middle(at, scale), HEIGHT - BOTTOM + 20);
            push(svg, format_args!("<text class=\"month\" x=\"{x}\" y=\"{y}\">{month}{star}</text>"));
        }
    }

    /// The middle of a month.
    fn middle(&self, at: usize, scale: &Scale) -> i64 {
        scale.left + scale.room() * (2 * whole(at) + 1) / (2 * whole(self.months.len().max(1)))
    }
}

/// From amounts to heights.
struct Scale {
    step: Decimal,
    above: i64,
    below: i64,
    /// Where the names of its amounts end.
    left: i64,
}

impl Scale {
    fn of(chart: &Chart) -> Result<Self, Overflow> {
        let amounts = || chart.series.iter().flat_map(|series| series.amounts.iter().flatten().copied());
        let most = amounts().max().unwrap_or_default().max(Decimal::ZERO);
        let least = amounts().min().unwrap_or_default().min(Decimal::ZERO);
        let step = round_step(most.max(-least))?;
        let steps = |amount| money::steps_to(amount, step).map(|steps| steps.unwrap_or(0));
        let (above, below) = (steps(most)?, steps(-least)?);
        // An empty scale still has a line above its zero.
        let above = if above + below == 0 { 1 } else { above };
        let ends = [money::times(step, above)?, money::times(step, -below)?];
        let longest = ends.map(|amount| figure(amount, amount.scale()).len()).into_iter().max().unwrap_or(0);
        Ok(Self { step, above, below, left: whole(longest) * DIGIT + 16 })
    }

    /// The width in which months are drawn.
    fn room(&self) -> i64 {
        (WIDTH - RIGHT - self.left).max(0)
    }

    fn y(&self, amount: Decimal) -> Result<i64, Overflow> {
        let top = money::times(self.step, self.above)?;
        let range = money::times(self.step, self.above + self.below)?;
        let percent = money::percent(money::subtract(top, amount)?, range)?.unwrap_or_default();
        let tenths = i64::try_from(percent.mantissa()).unwrap_or(0);
        Ok(TOP + (HEIGHT - TOP - BOTTOM) * tenths / 1000)
    }

    fn axis(&self, svg: &mut String) -> Result<(), Overflow> {
        for line in -self.below..=self.above {
            let amount = money::times(self.step, line)?;
            let y = self.y(amount)?;
            let class = if line == 0 { "zero" } else { "grid" };
            let label = figure(amount, amount.scale());
            push(
                svg,
                format_args!(
                    "<line class=\"{class}\" x1=\"{}\" y1=\"{y}\" x2=\"{}\" y2=\"{y}\"/>\
                 <text class=\"amount\" x=\"{}\" y=\"{}\">{label}</text>",
                    self.left,
                    WIDTH - RIGHT,
                    self.left - 8,
                    y + 4
                ),
            );
        }
        Ok(())
    }
}

/// A 1, 2 or 5 with zeros, of which about four make the amount.
fn round_step(most: Decimal) -> Result<Decimal, Overflow> {
    let steps = (-2..=27).flat_map(|zeros| [1, 2, 5].map(|digit| (digit, zeros)));
    for (digit, zeros) in steps {
        let step = match u32::try_from(zeros) {
            Ok(zeros) => Decimal::try_from_i128_with_scale(digit * 10_i128.pow(zeros), 0),
            Err(_) => Decimal::try_from_i128_with_scale(digit, 2 - u32::try_from(zeros + 2).unwrap_or(0)),
        };
        let step = step.map_err(|_| Overflow)?;
        if money::times(step, TICKS)? >= most {
            return Ok(step);
        }
    }
    Err(Overflow)
}

/// An amount with grouped thousands and so many decimals at least.
pub(super) fn figure(amount: Decimal, decimals: u32) -> String {
    grouped(&padded(amount.to_string(), amount.scale(), decimals))
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn push(svg: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = svg.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::from_str_exact(text).unwrap()
    }

    #[test]
    fn steps_are_round() {
        let step = |most| round_step(decimal(most)).unwrap().to_string();
        assert_eq!(
            [step("0"), step("0.03"), step("4"), step("4.01"), step("1658.60"), step("273855")],
            ["0.01", "0.01", "1", "2", "500", "100000"]
        );
    }

    #[test]
    fn heights_are_shares_of_the_scale() {
        let chart = |amounts: &[&str]| Chart {
            title: "credit given".to_owned(),
            currency: Currency::parse("USD").unwrap(),
            months: amounts.iter().map(|_| (Month::new(2022, 7).unwrap(), Period::Closed)).collect(),
            series: vec![Series {
                name: "given",
                mark: Mark::Bars,
                amounts: amounts.iter().map(|amount| Some(decimal(amount))).collect(),
            }],
        };
        let scale = Scale::of(&chart(&["400", "-100"])).unwrap();
        assert_eq!((scale.above, scale.below), (4, 1));
        assert_eq!(scale.y(decimal("400")).unwrap(), TOP);
        assert_eq!(scale.y(decimal("-100")).unwrap(), HEIGHT - BOTTOM);
        let svg = chart(&["400", "-100"]).svg(1).unwrap();
        assert_eq!(svg.matches("<rect class=\"bar").count(), 2);
        assert!(svg.contains("<title>2022-07: given -100 USD</title>"));
        assert!(chart(&[]).svg(1).is_ok());
    }
}

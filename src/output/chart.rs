//! Charts as inline SVG, with axes, titles and values to hover over.
//!
//! Coordinates are floats, and written to a tenth, so that one report always makes the same bytes; amounts are written
//! from their exact values. All text in a chart is made here of months, currency codes and digits, none of which can mean anything to HTML.

#![expect(clippy::float_arithmetic, reason = "coordinates are no money")]

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::model::{Currency, Month, Period, grouped};

use super::layout::padded;

const HEIGHT: f64 = 220.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 34.0;

/// The width that a month's name takes, with room beside it.
const LABEL: f64 = 64.0;

const DIGIT: f64 = 7.0;

/// The widest bar, in a chart of few months.
const WIDEST_BAR: f64 = 48.0;

/// How wide a chart is drawn of which three stand side by side on a page, and one of two; its letters are as large in either.
const SMALL: f64 = 360.0;
const LARGE: f64 = 460.0;

/// Lines across a chart, about.
const TICKS: i32 = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Bars,
    Line,
    Dashes,
}

/// Amounts by month, of one name.
#[derive(Clone, Debug)]
pub struct Series {
    pub name: &'static str,
    pub mark: Mark,
    /// An amount for each month of the chart; empty where it is unknown.
    pub amounts: Vec<Option<Decimal>>,
}

#[derive(Clone, Debug)]
pub struct Chart {
    pub title: String,
    pub currency: Currency,
    /// The months in order, without gaps.
    pub months: Vec<(Month, Period)>,
    pub series: Vec<Series>,
}

impl Chart {
    /// The chart as an SVG element, so many of which stand `abreast`; `number` tells it from others on the page.
    pub fn svg(&self, number: usize, abreast: usize) -> String {
        let scale = Axis::new(self, if abreast > 2 { SMALL } else { LARGE });
        let drawn = |(at, series): (usize, &Series)| match series.mark {
            Mark::Bars => self.bars(series, &scale),
            Mark::Line | Mark::Dashes => self.line(at, series, &scale),
        };
        format!(
            "<svg viewBox=\"0 0 {} {HEIGHT}\" role=\"img\" aria-labelledby=\"chart-{number}\">\
             <title id=\"chart-{number}\">{}, {}</title>{}{}{}</svg>",
            scale.width,
            self.title,
            self.currency,
            scale.lines(),
            self.month_names(&scale),
            self.series.iter().enumerate().map(drawn).collect::<String>()
        )
    }

    fn bars(&self, series: &Series, scale: &Axis) -> String {
        let width = (scale.room() / float(self.months.len().max(1)) * 0.7).clamp(1.0, WIDEST_BAR);
        let zero = scale.y(0.0);
        let bar = |(at, amount): (usize, &Option<Decimal>)| {
            let amount = (*amount)?;
            let y = scale.y(float(amount));
            let (top, height) = (y.min(zero), (y - zero).abs());
            let x = self.middle(at, scale) - width / 2.0;
            let class = match self.months[at].1 {
                _ if amount < Decimal::ZERO => "bar negative",
                Period::Open => "bar open",
                Period::Closed => "bar",
            };
            let hover = self.hover(at, series.name, amount);
            Some(format!(
                "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\">{hover}</rect>"
            ))
        };
        series.amounts.iter().enumerate().filter_map(bar).collect()
    }

    fn line(&self, at: usize, series: &Series, scale: &Axis) -> String {
        let (mut path, mut dots) = (String::new(), String::new());
        let mut pen = "M";
        for (month, amount) in series.amounts.iter().enumerate() {
            let Some(amount) = amount else {
                pen = "M";
                continue;
            };
            let (x, y) = (self.middle(month, scale), scale.y(float(*amount)));
            let hover = self.hover(month, series.name, *amount);
            path.extend([format!("{pen}{x:.1} {y:.1}")]);
            dots.extend([format!("<circle class=\"line-{at}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\">{hover}</circle>")]);
            pen = "L";
        }
        let dashes = if series.mark == Mark::Dashes { " dashes" } else { "" };
        format!("<path class=\"line line-{at}{dashes}\" d=\"{path}\"/>{dots}")
    }

    fn hover(&self, at: usize, name: &str, amount: Decimal) -> String {
        let (month, period) = self.months[at];
        let open = if period == Period::Open { " (open)" } else { "" };
        format!("<title>{month}{open}: {name} {} {}</title>", figure(amount, amount.scale()), self.currency)
    }

    fn month_names(&self, scale: &Axis) -> String {
        let all = self.months.len().max(1);
        let gap = scale.room() / float(all);
        let every = (1..all).find(|every| gap * float(*every) >= LABEL).unwrap_or(all);
        let name = |(at, (month, period)): (usize, &(Month, Period))| {
            let star = if *period == Period::Open { "*" } else { "" };
            let (x, y) = (self.middle(at, scale).min(scale.width - LABEL / 2.0), HEIGHT - BOTTOM + 20.0);
            format!("<text class=\"month\" x=\"{x:.1}\" y=\"{y}\">{month}{star}</text>")
        };
        // From the last one back: it is the one that people look for.
        self.months.iter().enumerate().rev().step_by(every).map(name).collect()
    }

    fn middle(&self, at: usize, scale: &Axis) -> f64 {
        scale.left + scale.room() * (float(at) + 0.5) / float(self.months.len().max(1))
    }
}

/// From amounts to heights: lines at the multiples of a 1, 2 or 5 with zeros.
struct Axis {
    digit: i32,
    /// Zeros behind the digit; below 0 the decimals.
    zeros: i32,
    above: i32,
    below: i32,
    /// Where the names of its amounts end.
    left: f64,
    width: f64,
}

impl Axis {
    fn new(chart: &Chart, width: f64) -> Self {
        let amounts = || chart.series.iter().flat_map(|series| series.amounts.iter().flatten().copied().map(float));
        let (most, least) = (amounts().fold(0.0, f64::max), amounts().fold(0.0, f64::min));
        let steps = (-2..=28).flat_map(|zeros| [1, 2, 5].map(|digit| (digit, zeros)));
        let empty = |(digit, zeros)| Self { digit, zeros, above: 0, below: 0, left: 0.0, width };
        // The smallest of which about four make the largest amount.
        let is_enough = |scale: &Self| scale.step() * f64::from(TICKS) >= f64::max(most, -least);
        let mut scale = steps.map(empty).find(is_enough).unwrap_or(empty((5, 28)));
        let reaches = |lines: i32, amount: f64| scale.step() * f64::from(lines) >= amount;
        let lines = |amount: f64| (0..=TICKS).find(|lines| reaches(*lines, amount)).unwrap_or(TICKS);
        (scale.above, scale.below) = (lines(most), lines(-least));
        if scale.above + scale.below == 0 {
            // An empty scale still has a line above its zero.
            scale.above = 1;
        }
        let longest = [scale.above, -scale.below].map(|line| scale.label(line).len()).into_iter().max();
        scale.left = float(longest.unwrap_or(0)) * DIGIT + 16.0;
        scale
    }

    fn step(&self) -> f64 {
        f64::from(self.digit) * 10_f64.powi(self.zeros)
    }

    /// The amount of a line, in digits that no rounding touches.
    fn label(&self, line: i32) -> String {
        let units = self.digit * line;
        match usize::try_from(self.zeros) {
            Ok(zeros) if units != 0 => grouped(&format!("{units}{}", "0".repeat(zeros))),
            Ok(_) => "0".to_owned(),
            Err(_) => Decimal::new(units.into(), self.zeros.unsigned_abs()).to_string(),
        }
    }

    /// The width in which months are drawn.
    fn room(&self) -> f64 {
        (self.width - RIGHT - self.left).max(0.0)
    }

    fn y(&self, amount: f64) -> f64 {
        let top = self.step() * f64::from(self.above);
        let range = self.step() * f64::from(self.above + self.below);
        TOP + (HEIGHT - TOP - BOTTOM) * (top - amount) / range
    }

    /// The lines across the chart, and their amounts.
    fn lines(&self) -> String {
        let (left, right) = (self.left, self.width - RIGHT);
        let line = |line: i32| {
            let y = self.y(self.step() * f64::from(line));
            let class = if line == 0 { "zero" } else { "grid" };
            format!(
                "<line class=\"{class}\" x1=\"{left}\" y1=\"{y:.1}\" x2=\"{right}\" y2=\"{y:.1}\"/>\
                 <text class=\"amount\" x=\"{}\" y=\"{:.1}\">{}</text>",
                left - 8.0,
                y + 4.0,
                self.label(line)
            )
        };
        (-self.below..=self.above).map(line).collect()
    }
}

/// Near enough for a coordinate.
fn float(value: impl TryInto<Decimal>) -> f64 {
    value.try_into().ok().and_then(|value: Decimal| value.to_f64()).unwrap_or_default()
}

/// An amount with grouped thousands and so many decimals at least.
pub(super) fn figure(amount: Decimal, decimals: u32) -> String {
    grouped(&padded(amount.to_string(), amount.scale(), decimals))
}

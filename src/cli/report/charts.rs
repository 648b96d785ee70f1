//! The charts of a report: of each currency the credit given by month, and limit and balance.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::analysis::filter::Filter;
use crate::analysis::overview::Overview;
use crate::model::{Currency, Month, Period};
use crate::output::chart::{Chart, Mark, Series};

use crate::cli::tables::dated;

/// All charts, those of one kind beside each other.
pub(super) fn by_month(overview: &Overview<'_>, filter: &Filter) -> Vec<Chart> {
    let months = overview.months.iter();
    let given = months.filter_map(|summary| Some((summary.group.currency, summary.group.month?, vec![summary.given])));
    let amounts = [("given", Mark::Bars)];
    let mut charts = of_currencies(overview, filter, "Credit given", &amounts, given);
    let limits = overview.limits.iter();
    let stocks = limits.map(|limit| (limit.currency, limit.month, vec![Some(limit.limit), Some(limit.balance_amount)]));
    let amounts = [("limit", Mark::Dashes), ("balance", Mark::Line)];
    charts.extend(of_currencies(overview, filter, "Limit and balance", &amounts, stocks));
    charts
}

/// A chart for each currency, of the amounts of each month.
fn of_currencies(
    overview: &Overview<'_>,
    filter: &Filter,
    title: &str,
    series: &[(&'static str, Mark)],
    amounts: impl Iterator<Item = (Currency, Month, Vec<Option<Decimal>>)>,
) -> Vec<Chart> {
    let mut by_month: BTreeMap<(Currency, Month), Vec<Option<Decimal>>> = BTreeMap::new();
    by_month.extend(amounts.map(|(currency, month, amounts)| ((currency, month), amounts)));
    let months: Vec<(Month, Period)> = overview.span().map_or_else(Vec::new, |(first, last)| {
        let all = (0..=last.months_since(first)).filter_map(|later| first.later(later.into()));
        all.map(|month| dated(month, filter)).collect()
    });
    let currencies: BTreeSet<Currency> = overview.totals.iter().map(|total| total.group.currency).collect();
    let chart = |currency| {
        let amount = |at: usize, month| by_month.get(&(currency, month)).and_then(|amounts| amounts[at]);
        let series = series.iter().enumerate().map(|(at, (name, mark))| Series {
            name,
            mark: *mark,
            amounts: months.iter().map(|(month, _)| amount(at, *month)).collect(),
        });
        Chart { title: title.to_owned(), currency, series: series.collect(), months: months.clone() }
    };
    currencies.into_iter().map(chart).collect()
}

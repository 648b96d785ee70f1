//! The sections of a report: charts, and tables with the columns of the commands.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::analysis::check::Finding;
use crate::analysis::filter::Filter;
use crate::analysis::forfeited::Forfeited;
use crate::analysis::movement::Movement;
use crate::analysis::overview::{Limit, MOST_MOVEMENTS, Overview, WITHIN};
use crate::analysis::summary::Summary;
use crate::ledger::Ledger;
use crate::model::currency::Currency;
use crate::model::id::Id;
use crate::model::month::Month;
use crate::model::names::Names;
use crate::model::period::Period;
use crate::output::chart::{Chart, Mark, Series};
use crate::output::html::Section;
use crate::output::table::{Column, Fields, Keep, Kind, Table};

use super::agreement::Agreement;
use crate::cli::columns::{self, Owners};
use crate::cli::tables::{self, dated};

/// What the sections are made of.
pub(super) struct Report<'l> {
    pub(super) ledger: &'l Ledger,
    pub(super) filter: &'l Filter,
    pub(super) names: &'l Names,
    pub(super) overview: &'l Overview<'l>,
    /// How the credit given compares with the invoices, if there are any.
    pub(super) agreement: Option<&'l Agreement<'l>>,
}

impl<'l> Report<'l> {
    /// The sections in order.
    pub(super) fn sections(&self) -> Vec<Section<'l>> {
        let month = self.overview.month.map_or("the latest month".to_owned(), |month| month.to_string());
        let section = |heading, lead, if_empty, table| Section { heading, lead, if_empty, charts: Vec::new(), table };
        let charts = vec![
            Section {
                charts: self.given_charts(),
                ..section(
                    "Credit given by month",
                    "What each month added to the credit used, for each currency.".to_owned(),
                    "No month is shown.",
                    self.given(),
                )
            },
            Section {
                charts: self.limit_charts(),
                ..section(
                    "Balance and limit",
                    "What the credits with a record in the month allow in all, and what of it is left.".to_owned(),
                    "No month is shown.",
                    self.limits(),
                )
            },
            section(
                "Largest movements",
                format!(
                    "The {MOST_MOVEMENTS} customers of each currency whose credit given changed most in {month} against \
                     the month before."
                ),
                "No customer's credit given changed.",
                self.movements(),
            ),
            section(
                "Forfeited",
                "What credits lost by expiring, in the month in which they did.".to_owned(),
                "Nothing was forfeited.",
                self.forfeited(),
            ),
            section(
                "Findings",
                "What the monthly checks found, the gravest first; those of an open month are notes.".to_owned(),
                "The checks found nothing.",
                self.findings(),
            ),
        ];
        let ends = section(
            "Expires soon",
            format!(
                "Active credits that end within {WITHIN} days or run out before, and what will be left unused at \
                     the pace of the last closed months."
            ),
            "No active credit ends or runs out.",
            self.expiring(),
        );
        let agreement = self.agreement.iter().flat_map(|agreement| agreement.sections(self.filter, self.names));
        std::iter::once(ends).chain(agreement).chain(charts).collect()
    }

    fn given(&self) -> Table<'l> {
        let filter = self.filter;
        Fields::<Summary<'_>>::default()
            .month(columns::MONTH, |summary| summary.group.month.map(|month| dated(month, filter)))
            .currency(columns::CURRENCY, |summary| summary.group.currency)
            .count(columns::CUSTOMERS, |summary| summary.customers)
            .count(columns::CREDITS, |summary| summary.credits)
            .amount(columns::OPENING, |summary| summary.opening)
            .amount(columns::GIVEN, |summary| summary.given)
            .text(columns::PERIOD, |summary| summary.period(filter).map(Period::as_str))
            .table(&*self.overview.months)
            .with_sums()
    }

    fn limits(&self) -> Table<'l> {
        let filter = self.filter;
        Fields::<Limit>::default()
            .month(columns::MONTH, |limit| dated(limit.month, filter))
            .currency(columns::CURRENCY, |limit| limit.currency)
            .amount(columns::LIMIT, |limit| limit.limit)
            .amount(columns::CREDIT_AMOUNT, |limit| limit.credit_amount)
            .amount(columns::BALANCE_AMOUNT, |limit| limit.balance_amount)
            .text(columns::PERIOD, |limit| filter.period(limit.month).as_str())
            .table(&*self.overview.limits)
    }

    fn movements(&self) -> Table<'l> {
        Fields::<&Movement<'_>>::default()
            .customer(self.names, |movement| movement.customer)
            .currency(columns::CURRENCY, |movement| movement.currency)
            .amount(Column::new("PreviousCreditGiven", Kind::Amount, Keep::Answer), |movement| movement.before)
            .amount(columns::GIVEN, |movement| movement.given)
            .amount(Column::new("Change", Kind::Amount, Keep::Answer), |movement| movement.change)
            .table(&*self.overview.movements)
    }

    fn expiring(&self) -> Table<'l> {
        let rows = &*self.overview.expiring.credits;
        let table = tables::expiring(Fields::default(), self.ledger, self.names).table(rows).with_sums();
        table.with_footnotes(tables::unknown_unused(rows).into_iter().collect())
    }

    fn forfeited(&self) -> Table<'l> {
        let (ledger, filter) = (self.ledger, self.filter);
        Fields::<&Forfeited<'_>>::default()
            .identity(self.names, |forfeited| ledger.identity(forfeited.credit))
            .month(columns::MONTH, |forfeited| dated(forfeited.entry.month, filter))
            .date(columns::EXPIRY, |forfeited| forfeited.entry.expiry())
            .amount(columns::FORFEITED, |forfeited| forfeited.entry.forfeited)
            .table(&*self.overview.forfeited)
            .with_sums()
    }

    fn findings(&self) -> Table<'l> {
        let filter = self.filter;
        Fields::<&Finding>::default()
            .text(columns::SEVERITY, |finding| finding.severity.as_str())
            .text(columns::CHECK, |finding| finding.check.name())
            .customer(self.names, |finding| finding.customer.as_ref())
            .text(columns::AGREEMENT, |finding| finding.agreement.as_ref().map(Id::as_str))
            .month(columns::MONTH, |finding| finding.month.map(|month| dated(month, filter)))
            .text(columns::MESSAGE, |finding| &*finding.message)
            .table(&*self.overview.findings)
    }

    fn given_charts(&self) -> Vec<Chart> {
        let amounts = self
            .overview
            .months
            .iter()
            .filter_map(|summary| Some((summary.group.currency, summary.group.month?, vec![summary.given])));
        self.charts("Credit given by month", &[("given", Mark::Bars)], amounts)
    }

    fn limit_charts(&self) -> Vec<Chart> {
        let limits = self.overview.limits.iter();
        let amounts =
            limits.map(|limit| (limit.currency, limit.month, vec![Some(limit.limit), Some(limit.balance_amount)]));
        self.charts("Limit and balance by month", &[("limit", Mark::Dashes), ("balance", Mark::Line)], amounts)
    }

    /// A chart for each currency, of the amounts of each month.
    fn charts(
        &self,
        title: &str,
        series: &[(&'static str, Mark)],
        amounts: impl Iterator<Item = (Currency, Month, Vec<Option<Decimal>>)>,
    ) -> Vec<Chart> {
        let mut by_month: BTreeMap<(Currency, Month), Vec<Option<Decimal>>> = BTreeMap::new();
        by_month.extend(amounts.map(|(currency, month, amounts)| ((currency, month), amounts)));
        let months: Vec<(Month, Period)> = self.overview.span().map_or_else(Vec::new, |(first, last)| {
            let all = (0..=last.months_since(first)).filter_map(|later| first.later(later.into()));
            all.map(|month| dated(month, self.filter)).collect()
        });
        let currencies: BTreeSet<Currency> = self.overview.totals.iter().map(|total| total.group.currency).collect();
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
}

//! The sections of a report: charts, and tables with the columns of the commands.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rust_decimal::Decimal;

use crate::analysis::check::Finding;
use crate::analysis::close::CustomerClose;
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
use crate::output::table::{Cell, Column, Fields, Keep, Kind, Table};

use super::agreement::Agreement;
use crate::cli::columns::{self, Owners};
use crate::cli::tables::{self, UNKNOWN, UNUSED, dated};
use crate::cli::words::sentence;

const PREVIOUS_GIVEN: Column = Column::new("PreviousCreditGiven", Kind::Amount, Keep::Answer);

/// What the sections are made of.
pub(super) struct Report<'l> {
    pub(super) ledger: &'l Ledger,
    pub(super) filter: &'l Filter,
    pub(super) names: &'l Names,
    pub(super) overview: &'l Overview<'l>,
    /// The months of each currency.
    pub(super) months: &'l [MonthRow<'l>],
    /// How the credit given compares with the invoices, if there are any.
    pub(super) agreement: Option<&'l Agreement<'l>>,
}

/// A month of a currency.
pub(super) struct MonthRow<'l> {
    summary: &'l Summary<'l>,
    /// Of the credits that have not expired, if there are any.
    limit: Option<&'l Limit>,
}

impl<'l> MonthRow<'l> {
    /// All months, by currency.
    pub(super) fn all(overview: &'l Overview<'l>) -> Vec<Self> {
        let limits: HashMap<_, _> =
            overview.limits.iter().map(|limit| ((limit.month, limit.currency), limit)).collect();
        let row = |summary: &'l Summary<'l>| {
            let key = (summary.group.month?, summary.group.currency);
            Some(Self { summary, limit: limits.get(&key).copied() })
        };
        let mut rows: Vec<Self> = overview.months.iter().filter_map(row).collect();
        // Stable: they stay in the order of months.
        rows.sort_by_key(|row| row.summary.group.currency);
        rows
    }

    /// Its currency.
    pub(super) fn currency(&self) -> Currency {
        self.summary.group.currency
    }
}

/// An amount, or a word for one that is not known.
fn known<'a>(amount: Option<Decimal>) -> Cell<'a> {
    amount.map_or(UNKNOWN, Cell::Amount)
}

impl<'l> Report<'l> {
    /// The sections in order; a page leaves out what agrees.
    pub(super) fn sections(&self, is_page: bool) -> Vec<Section<'l>> {
        let month = self.overview.month.map_or("the latest month".to_owned(), |month| month.to_string());
        let section = |heading, lead, if_empty, table| Section { heading, lead, if_empty, charts: Vec::new(), table };
        let mut sections = vec![
            section("Customers", self.customers_lead(), "No customer is shown.", self.customers()),
            section(
                "Expires soon",
                format!(
                    "Active credits that end within {WITHIN} days or are used up before, and what will be left unused at \
                     the pace of the last closed months."
                ),
                "No active credit ends or is used up.",
                self.expiring(),
            ),
        ];
        sections
            .extend(self.agreement.iter().flat_map(|agreement| agreement.sections(self.filter, self.names, !is_page)));
        sections.extend([
            Section {
                charts: self.given_charts().into_iter().chain(self.limit_charts()).collect(),
                ..section(
                    "By month",
                    "Credit given in each month, and what the credits that have not expired allow in all, and what of it \
                     is left."
                        .to_owned(),
                    "No month is shown.",
                    self.by_month(),
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
        ]);
        sections
    }

    fn customers_lead(&self) -> String {
        let cards = &self.overview.close.cards;
        let mut months: Vec<String> = cards.iter().map(|card| card.month.to_string()).collect();
        months.dedup();
        let month = match &months[..] {
            [month] => format!("Credit given in {month}"),
            _ => "Credit given in the last closed month of the currency".to_owned(),
        };
        format!(
            "{month} and in the month before, the balance at the month's end, when the next credit ends, and what of \
             the credits that end within {WITHIN} days will likely be left unused."
        )
    }

    fn customers(&self) -> Table<'l> {
        Fields::<&CustomerClose<'_>>::default()
            .customer(self.names, |customer| customer.customer)
            .currency(columns::CURRENCY, |customer| customer.currency)
            .with(columns::GIVEN, |customer| known(customer.given.whole()))
            .with(PREVIOUS_GIVEN, |customer| known(customer.before.whole()))
            .with(columns::BALANCE_AMOUNT, |customer| known(customer.balance.whole()))
            .date(columns::EXPIRY.keep(Keep::Answer), |customer| customer.ends_on)
            .with(UNUSED, |customer| match customer.ending.credits {
                0 => Cell::Empty,
                _ => known(customer.ending.unused.whole()),
            })
            .table(&*self.overview.close.customers)
    }

    fn by_month(&self) -> Table<'l> {
        let filter = self.filter;
        Fields::<&MonthRow<'_>>::default()
            .month(columns::MONTH, |row| row.summary.group.month.map(|month| dated(month, filter)))
            .currency(columns::CURRENCY, |row| row.currency())
            .count(columns::CUSTOMERS, |row| row.summary.customers)
            .count(columns::CREDITS, |row| row.summary.credits)
            .amount(columns::OPENING, |row| row.summary.opening)
            .with(columns::GIVEN, |row| known(row.summary.given))
            .amount(columns::LIMIT, |row| row.limit.map(|limit| limit.limit))
            .amount(columns::CREDIT_AMOUNT, |row| row.limit.map(|limit| limit.credit_amount))
            .amount(columns::BALANCE_AMOUNT, |row| row.limit.map(|limit| limit.balance_amount))
            .text(columns::PERIOD, |row| row.summary.period(filter).map(Period::as_str))
            .table(self.months)
            .with_sums()
    }

    fn movements(&self) -> Table<'l> {
        Fields::<&Movement<'_>>::default()
            .customer(self.names, |movement| movement.customer)
            .currency(columns::CURRENCY, |movement| movement.currency)
            .amount(PREVIOUS_GIVEN, |movement| movement.before)
            .amount(columns::GIVEN, |movement| movement.given)
            .amount(Column::new("Change", Kind::Amount, Keep::Answer), |movement| movement.change)
            .table(&*self.overview.movements)
    }

    fn expiring(&self) -> Table<'l> {
        let rows = &*self.overview.expiring.credits;
        let table = tables::expiring(Fields::default(), self.ledger, self.names, UNKNOWN).table(rows).with_sums();
        table.with_footnotes(
            tables::unknown_unused(rows, "what is likely unused").map(|note| sentence(&note)).into_iter().collect(),
        )
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
        self.charts("Credit given", &[("given", Mark::Bars)], amounts)
    }

    fn limit_charts(&self) -> Vec<Chart> {
        let limits = self.overview.limits.iter();
        let amounts =
            limits.map(|limit| (limit.currency, limit.month, vec![Some(limit.limit), Some(limit.balance_amount)]));
        self.charts("Limit and balance", &[("limit", Mark::Dashes), ("balance", Mark::Line)], amounts)
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

//! The sections of a report: charts, and tables with the columns of the commands.

use std::collections::HashMap;

use rust_decimal::Decimal;

use crate::analysis::close::{CustomerClose, MOST_MOVEMENTS};
use crate::analysis::filter::Filter;
use crate::analysis::forfeited::Forfeited;
use crate::analysis::overview::{Limit, Overview, WITHIN};
use crate::analysis::summary::GroupSummary;
use crate::ledger::Ledger;
use crate::model::{Currency, Names, Period};
use crate::output::html::Section;
use crate::output::table::{Cell, Column, Fields, Keep, Kind, Table};

use super::agreement::Agreement;
use super::charts;
use super::customers::{Customers, PREVIOUS_GIVEN};
use super::findings::FindingsSection;
use crate::cli::columns::{self, Owners};
use crate::cli::tables::{self, UNKNOWN, dated};
use crate::cli::words::sentence;

/// What the sections are made of.
pub(super) struct ReportParts<'l> {
    pub(super) ledger: &'l Ledger,
    pub(super) filter: &'l Filter,
    pub(super) names: &'l Names,
    pub(super) overview: &'l Overview<'l>,
    /// The customers of each currency.
    pub(super) customers: &'l Customers<'l>,
    /// The months of each currency.
    pub(super) months: &'l [MonthRow<'l>],
    /// What the checks found.
    pub(super) findings: &'l FindingsSection<'l>,
    /// How the credit given compares with the invoices, if there are any.
    pub(super) agreement: Option<&'l Agreement<'l>>,
}

/// A month of a currency.
pub(super) struct MonthRow<'l> {
    summary: &'l GroupSummary<'l>,
    /// Of the credits that have not expired, if there are any.
    limit: Option<&'l Limit>,
}

impl<'l> MonthRow<'l> {
    /// All months, by currency.
    pub(super) fn all(overview: &'l Overview<'l>) -> Vec<Self> {
        let limits: HashMap<_, _> =
            overview.limits.iter().map(|limit| ((limit.month, limit.currency), limit)).collect();
        let row = |summary: &'l GroupSummary<'l>| {
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

impl<'l> ReportParts<'l> {
    /// The sections in order; a page leaves out what agrees, and what it tells elsewhere.
    pub(super) fn sections(&self, is_page: bool) -> Vec<Section<'l>> {
        let month = self.overview.month.map_or("the latest month".to_owned(), |month| month.to_string());
        let section = |heading, lead, if_empty, table| Section { heading, lead, if_empty, charts: Vec::new(), table };
        let mut sections = vec![
            self.customers.section(self.names, is_page),
            section(
                "Expires soon",
                format!(
                    "Active credits that end within {WITHIN} days or are used up before, at the pace of the last closed \
                     months."
                ),
                "No active credit ends or is used up.",
                self.expiring(),
            ),
        ];
        sections
            .extend(self.agreement.iter().flat_map(|agreement| agreement.sections(self.filter, self.names, !is_page)));
        sections.push(Section {
            charts: charts::by_month(self.overview, self.filter),
            ..section(
                "By month",
                "Credit given; limit and balance of the credits that have not expired.".to_owned(),
                "No month is shown.",
                self.by_month(),
            )
        });
        if !(is_page && self.customers.lists_all()) {
            let lead = format!(
                "The {MOST_MOVEMENTS} customers of each currency whose credit given changed most in {month} against the \
                 month before."
            );
            sections.push(section(
                "Largest movements",
                lead,
                "No customer's credit given is known to have changed.",
                self.movements(),
            ));
        }
        if !(is_page && self.overview.forfeited.is_empty()) {
            sections.push(section(
                "Forfeited",
                "What credits lost by expiring, in the month in which they did.".to_owned(),
                "Nothing was forfeited.",
                self.forfeited(),
            ));
        }
        sections.push(self.findings.section(self.filter, self.names, is_page));
        sections
    }

    fn by_month(&self) -> Table<'l> {
        let filter = self.filter;
        Fields::<&MonthRow<'_>>::default()
            .month(columns::MONTH, |row| row.summary.group.month.map(|month| dated(month, filter)))
            .currency(columns::CURRENCY, |row| row.currency())
            .count(columns::CUSTOMERS, |row| row.summary.customers)
            .count(columns::CREDITS, |row| row.summary.credits)
            .with(columns::GIVEN, |row| row.summary.given.map_or(UNKNOWN, Cell::Amount))
            .amount(columns::OPENING, |row| row.summary.opening)
            .amount(columns::LIMIT, |row| row.limit.map(|limit| limit.limit))
            .amount(columns::CREDIT_AMOUNT, |row| row.limit.map(|limit| limit.credit_amount))
            .amount(columns::BALANCE_AMOUNT, |row| row.limit.map(|limit| limit.balance_amount))
            .text(columns::PERIOD, |row| row.summary.period(filter).map(Period::as_str))
            .table(self.months)
            .with_sums()
    }

    fn movements(&self) -> Table<'l> {
        Fields::<&(CustomerClose<'_>, Decimal)>::default()
            .customer(self.names, |(customer, _)| customer.customer)
            .currency(columns::CURRENCY, |(customer, _)| customer.currency)
            .amount(PREVIOUS_GIVEN, |(customer, _)| customer.before.whole())
            .amount(columns::GIVEN, |(customer, _)| customer.given.whole())
            .amount(Column::new("Change", Kind::Amount, Keep::Answer), |(_, change)| *change)
            .table(&*self.overview.movements)
    }

    fn expiring(&self) -> Table<'l> {
        let rows = &*self.overview.expiring.credits;
        let table = tables::expiring(Fields::default(), self.ledger, self.names, UNKNOWN).table(rows).with_sums();
        let notes = tables::provisional(rows, self.filter)
            .into_iter()
            .chain(tables::unknown_unused(rows, "what is likely unused"));
        table.with_footnotes(notes.map(|note| sentence(&note)).collect())
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
}

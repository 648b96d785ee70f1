//! The sections of a report: charts, and tables with the columns of the commands.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use anyhow::Result;
use rust_decimal::Decimal;

use crate::ledger::Ledger;
use crate::model::currency::Currency;
use crate::model::money;
use crate::model::month::Month;
use crate::model::period::Period;
use crate::output::chart::{Chart, Mark, Series};
use crate::output::html::Section;
use crate::output::table::{Cell, Column, Keep, Kind};

use super::agreement::Agreement;
use super::answers::{Answers, MOST_MOVEMENTS, WITHIN};
use super::sheet::Sheet;
use crate::cli::columns;

/// The rows of each section, for the sections to borrow.
pub(super) struct Books<'l> {
    pub(super) answers: &'l Answers<'l>,
    given: Sheet<'l>,
    balance: Sheet<'l>,
    movements: Sheet<'l>,
    expiring: Sheet<'l>,
    forfeited: Sheet<'l>,
    findings: Sheet<'l>,
    agreement: Option<Agreement<'l>>,
}

impl<'l> Books<'l> {
    pub(super) fn of(ledger: &'l Ledger, answers: &'l Answers<'l>) -> Result<Self> {
        let agreement = answers.compared.as_ref().map(|compared| Agreement::of(compared, answers)).transpose()?;
        Ok(Self {
            answers,
            agreement,
            given: given(answers)?,
            balance: balance(answers)?,
            movements: movements(answers)?,
            expiring: expiring(ledger, answers)?,
            forfeited: forfeited(ledger, answers)?,
            findings: findings(answers)?,
        })
    }

    /// The sections in order.
    pub(super) fn sections(&self) -> Vec<Section<'_>> {
        let answers = self.answers;
        let month = answers.month.map_or("the latest month".to_owned(), |month| month.to_string());
        let mut sections = vec![
            Section {
                heading: "Credit given by month",
                lead: "What each month added to the credit used, for each currency.".to_owned(),
                if_empty: "No month is shown.",
                charts: charts(
                    answers,
                    "Credit given by month",
                    &[("given", Mark::Bars)],
                    |cells| vec![cells[5]],
                    &self.given,
                ),
                table: self.given.table(),
            },
            Section {
                heading: "Balance and limit",
                lead: "What the credits with a record in the month allow in all, and what of it is left.".to_owned(),
                if_empty: "No month is shown.",
                charts: charts(
                    answers,
                    "Limit and balance by month",
                    &[("limit", Mark::Dashes), ("balance", Mark::Line)],
                    |cells| vec![cells[2], cells[4]],
                    &self.balance,
                ),
                table: self.balance.table(),
            },
            Section {
                heading: "Largest movements",
                lead: format!(
                    "The {MOST_MOVEMENTS} customers of each currency whose credit given changed most in {month} against \
                     the month before."
                ),
                if_empty: "No customer's credit given changed.",
                charts: Vec::new(),
                table: self.movements.table(),
            },
            Section {
                heading: "Expires soon",
                lead: format!(
                    "Active credits that end within {WITHIN} days or run out before, and what will be left unused at \
                     the pace of the last closed months."
                ),
                if_empty: "No active credit ends or runs out.",
                charts: Vec::new(),
                table: self.expiring.table(),
            },
            Section {
                heading: "Forfeited",
                lead: "What credits lost by expiring, in the month in which they did.".to_owned(),
                if_empty: "Nothing was forfeited.",
                charts: Vec::new(),
                table: self.forfeited.table(),
            },
            Section {
                heading: "Findings",
                lead: "What the monthly checks found, the gravest first; those of an open month are notes.".to_owned(),
                if_empty: "The checks found nothing.",
                charts: Vec::new(),
                table: self.findings.table(),
            },
        ];
        if let Some(agreement) = &self.agreement {
            sections.extend(agreement.sections());
        }
        sections
    }
}

fn given<'l>(answers: &Answers<'l>) -> io::Result<Sheet<'l>> {
    let columns = vec![
        columns::MONTH,
        columns::CURRENCY,
        Column::new("Customers", Kind::Count, Keep::Detail),
        Column::new("Credits", Kind::Count, Keep::Detail),
        columns::OPENING,
        columns::GIVEN,
        columns::PERIOD,
    ];
    let rows = answers.months.iter().map(|summary| {
        let period = summary.period(answers.filter);
        vec![
            month_cell(summary.group.month, answers),
            Cell::Currency(summary.group.currency),
            Cell::Count(summary.customers),
            Cell::Count(summary.credits),
            Cell::or_empty(summary.opening, Cell::Amount),
            Cell::or_empty(summary.given, Cell::Amount),
            Cell::or_empty(period, |period| Cell::Text(period.as_str())),
        ]
    });
    Sheet::of(columns, rows.collect(), &[4, 5])
}

fn balance<'l>(answers: &Answers<'l>) -> io::Result<Sheet<'l>> {
    let columns = vec![
        columns::MONTH,
        columns::CURRENCY,
        Column::new("CreditLimit", Kind::Amount, Keep::Answer),
        columns::CREDIT_AMOUNT,
        columns::BALANCE_AMOUNT,
        columns::PERIOD,
    ];
    let rows: io::Result<Vec<_>> = answers
        .months
        .iter()
        .map(|summary| {
            let limit = money::add(summary.credit_amount, summary.balance_amount).map_err(io::Error::other)?;
            let period = summary.period(answers.filter);
            Ok(vec![
                month_cell(summary.group.month, answers),
                Cell::Currency(summary.group.currency),
                Cell::Amount(limit),
                Cell::Amount(summary.credit_amount),
                Cell::Amount(summary.balance_amount),
                Cell::or_empty(period, |period| Cell::Text(period.as_str())),
            ])
        })
        .collect();
    Sheet::of(columns, rows?, &[])
}

fn movements<'l>(answers: &'l Answers<'l>) -> io::Result<Sheet<'l>> {
    let columns = vec![
        columns::CUSTOMER,
        columns::CURRENCY,
        Column::new("PreviousCreditGiven", Kind::Amount, Keep::Answer),
        columns::GIVEN,
        Column::new("Change", Kind::Amount, Keep::Answer),
    ];
    let rows = answers.movements.iter().map(|movement| {
        vec![
            Cell::Text(movement.customer.as_str()),
            Cell::Currency(movement.currency),
            Cell::Amount(movement.before),
            Cell::Amount(movement.given),
            Cell::Amount(movement.change),
        ]
    });
    Sheet::of(columns, rows.collect(), &[])
}

fn expiring<'l>(ledger: &'l Ledger, answers: &'l Answers<'l>) -> io::Result<Sheet<'l>> {
    let rows = answers.expiring.credits.iter().map(|expiring| crate::cli::expiring::cells(ledger, expiring).to_vec());
    Sheet::of(crate::cli::expiring::COLUMNS.to_vec(), rows.collect(), &[5, 8, 10])
}

fn forfeited<'l>(ledger: &'l Ledger, answers: &'l Answers<'l>) -> io::Result<Sheet<'l>> {
    let columns = vec![
        columns::PARTNER,
        columns::CUSTOMER,
        columns::AGREEMENT,
        columns::CREDIT_NAME,
        columns::CURRENCY,
        columns::MONTH,
        columns::EXPIRY,
        columns::FORFEITED,
    ];
    let rows = answers.forfeited.iter().map(|(credit, entry)| {
        let identity = ledger.identity(credit);
        vec![
            Cell::Text(identity.partner.as_str()),
            Cell::Text(identity.customer.as_str()),
            Cell::Text(identity.agreement.as_str()),
            Cell::Text(&identity.credit_name),
            Cell::Currency(identity.currency),
            month_cell(Some(entry.month), answers),
            Cell::or_empty(entry.expiry(), Cell::Date),
            Cell::Amount(entry.forfeited),
        ]
    });
    Sheet::of(columns, rows.collect(), &[7])
}

fn findings<'l>(answers: &'l Answers<'l>) -> io::Result<Sheet<'l>> {
    let columns = vec![
        Column::new("Severity", Kind::Text, Keep::Key),
        Column::new("Check", Kind::Text, Keep::Key),
        columns::CUSTOMER,
        columns::AGREEMENT,
        columns::MONTH,
        Column::new("Message", Kind::Prose, Keep::Key),
    ];
    let rows = answers.findings.iter().map(|finding| {
        vec![
            Cell::Text(finding.severity.as_str()),
            Cell::Text(finding.check.name()),
            Cell::or_empty(finding.customer.as_ref(), |id| Cell::Text(id.as_str())),
            Cell::or_empty(finding.agreement.as_ref(), |id| Cell::Text(id.as_str())),
            month_cell(finding.month, answers),
            Cell::Text(&finding.message),
        ]
    });
    Sheet::of(columns, rows.collect(), &[])
}

fn month_cell<'c>(month: Option<Month>, answers: &Answers<'_>) -> Cell<'c> {
    Cell::or_empty(month, |month| Cell::Month(month, answers.filter.period(month)))
}

/// A chart for each currency, of some cells of a sheet by month.
fn charts(
    answers: &Answers<'_>,
    title: &str,
    series: &[(&'static str, Mark)],
    pick: impl for<'c> Fn(&[Cell<'c>]) -> Vec<Cell<'c>>,
    sheet: &Sheet<'_>,
) -> Vec<Chart> {
    let currencies: BTreeSet<Currency> = answers.totals.iter().map(|total| total.group.currency).collect();
    let chart = |currency| {
        let mut amounts: BTreeMap<Month, Vec<Option<Decimal>>> = BTreeMap::new();
        for cells in &sheet.rows {
            if let [Cell::Month(month, _), Cell::Currency(of), ..] = cells[..]
                && of == currency
            {
                let picked = pick(cells).into_iter().map(|cell| match cell {
                    Cell::Amount(amount) => Some(amount),
                    _ => None,
                });
                amounts.insert(month, picked.collect());
            }
        }
        let months: Vec<(Month, Period)> = answers.span().map_or_else(Vec::new, |(first, last)| {
            let all = (0..=last.months_since(first)).filter_map(|later| first.later(later.into()));
            all.map(|month| (month, answers.filter.period(month))).collect()
        });
        let amount_of = |at: usize, month| amounts.get(month).and_then(|amounts| amounts[at]);
        let series = series.iter().enumerate().map(|(at, (name, mark))| Series {
            name,
            mark: *mark,
            amounts: months.iter().map(|(month, _)| amount_of(at, month)).collect(),
        });
        Chart { title: title.to_owned(), currency, series: series.collect(), months: months.clone() }
    };
    currencies.into_iter().map(chart).collect()
}

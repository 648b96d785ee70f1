//! The sections of a report: charts, and tables with the columns of the commands.

use std::collections::HashMap;

use anyhow::Result;
use rust_decimal::Decimal;

use crate::analysis::check::{Check, Finding};
use crate::analysis::close::{Card, Close, CustomerClose, Ending, Figures, MOST_MOVEMENTS};
use crate::analysis::overview::{Forfeited, Limit, Overview, WITHIN};
use crate::analysis::reconcile::{ReconciledRow, Verdict};
use crate::analysis::statement::Statement;
use crate::analysis::summary::GroupSummary;
use crate::model::{Currency, Level, Names, Period};
use crate::output::{Cell, Chart, Column, Fields, Kind, Mark, Priority, Ranking, Section, Table};

use super::ReportFigures;
use super::texts::section_of;
use crate::cli::columns::{UNKNOWN, UNUSED};
use crate::cli::reconcile::{ComparedInvoices, difference_note};
use crate::cli::statement::movements;
use crate::cli::{Count, Session, check, columns, dated, sentence, summary};

const PREVIOUS_GIVEN: Column = Column::new("PreviousCreditGiven", Kind::Amount, Priority::Answer);

/// Customers that a page lists: of each currency its share of these.
const MOST_LISTED: usize = 100;

/// However many currencies there are, so many of each.
const LEAST_LISTED: usize = 20;

impl<'l> ReportFigures<'l> {
    /// The sections in order; a page leaves out what agrees, and what it tells elsewhere.
    pub(super) fn sections(&self, is_page: bool) -> Result<Vec<Section<'l>>> {
        let month = self.overview.month.map_or("the latest month".to_owned(), |month| month.to_string());
        let (customers, lists_all) = customers(&self.overview.close, &self.session.names, is_page);
        let lead = format!(
            "Active credits that end within {WITHIN} days, or are used up by then if use goes on as in the last closed \
             months."
        );
        let expiring = Section::new("Expires soon", lead, "No active credit ends or is used up.", self.expiring());
        let mut sections = vec![customers, expiring];
        if let Some(compared) = self.compared {
            sections.extend(agreement_sections(compared, !is_page)?);
        }
        let lead = "Credit given, and the limits of the credits with what is left.";
        let by_month = Section::new("By month", lead, "No month is shown.", self.by_month());
        sections.push(Section { charts: charts(self.overview, self.session), ..by_month });
        let of =
            [("Statement of the month", "since the month before"), ("Statement of the year", "since the year began")];
        for ((heading, since), [customers, totals]) in of.into_iter().zip(&self.overview.statements) {
            let lead = format!("How what is left at the end of {month} came about {since}: granted, used and lost.");
            let table = self.statement(customers, totals, is_page)?;
            let section = Section::new(heading, lead, "Nothing was left, and nothing moved.", table);
            sections.push(Section { is_folded: true, ..section });
        }
        if !(is_page && lists_all) {
            let lead = format!(
                "The {MOST_MOVEMENTS} customers of each currency whose credit given changed most from the month before \
                 to {month}."
            );
            let if_empty = "No customer's credit given is known to have changed.";
            sections.push(Section::new("Largest movements", lead, if_empty, self.movements()));
        }
        if !(is_page && self.overview.forfeited.is_empty()) {
            let lead = "What was left of credits when they ended, in the month in which they did.";
            sections.push(Section::new("Lost", lead, "Nothing was lost.", self.forfeited()));
        }
        sections.push(findings(&self.overview.findings, self.session, is_page));
        if !self.overview.accepted.is_empty() {
            let lead = "Findings that are known and accepted. They do not count in the verdict.";
            let table = check::fields(None, self.session).table(&*self.overview.accepted);
            sections.push(Section::new("Accepted", lead, "Nothing is accepted.", table));
        }
        Ok(sections)
    }

    /// The months of each currency, with what its credits allow, if it has any.
    fn by_month(&self) -> Table<'l> {
        let filter = &self.session.filter;
        let limits = &self.overview.limits;
        let row = |summary: &'l GroupSummary<'l>| {
            let key = (summary.group.month()?, summary.group.currency);
            // A month without rows allows nothing.
            Some((summary, limits.get(&key).filter(|_| summary.credits > 0)))
        };
        let mut rows: Vec<(&GroupSummary<'_>, Option<&Limit>)> = self.overview.months.iter().filter_map(row).collect();
        // Stable: they stay in the order of months.
        rows.sort_by_key(|(summary, _)| summary.group.currency);
        Fields::<(&GroupSummary<'_>, Option<&Limit>)>::default()
            .with(columns::MONTH, |(summary, _)| summary.group.month().map(|month| dated(month, filter)))
            .with(columns::CURRENCY, |(summary, _)| summary.group.currency)
            .with(columns::CUSTOMERS, |(summary, _)| summary.customers)
            .with(columns::CREDITS, |(summary, _)| summary.credits)
            // Where no credit has a row there is none to be given anything, which is not unknown.
            .with(columns::GIVEN, |(summary, _)| if summary.credits == 0 { Cell::Empty } else { known(summary.given) })
            .with(columns::OPENING, |(summary, _)| summary.opening)
            .with(columns::LIMIT, |(_, limit)| limit.map(|limit| limit.limit))
            .with(columns::CREDIT_AMOUNT, |(summary, _)| summary.credit_amount)
            .with(columns::BALANCE_AMOUNT, |(summary, _)| summary.balance_amount)
            .with(columns::PERIOD, |(summary, _)| summary.period.map(Period::as_str))
            .table(rows)
            .with_sums()
    }

    /// The movements of customers; a page has those of each currency who were given most, and the others as one.
    fn statement(
        &self,
        customers: &'l [Statement<'l>],
        totals: &'l [Statement<'l>],
        is_page: bool,
    ) -> Result<Table<'l>> {
        let fields =
            Fields::default().customer(&self.session.names, |statement: &&Statement<'_>| statement.group.customer);
        let moves = |amount: &Option<Decimal>| amount.is_some_and(|amount| !amount.is_zero());
        let shown = customers.iter().filter(move |customer| !is_page || customer.amounts.iter().any(moves));
        let table = movements(fields, true, is_page).table(shown);
        let table = table.with_totals(&movements(Fields::default(), true, is_page), totals);
        let given = table.columns.iter().position(|column| column.name == columns::GIVEN.name);
        if !is_page {
            return Ok(table);
        }
        let ranking = Ranking { column: given, descending: true, by_size: false, top: Some(LEAST_LISTED) };
        Ok(table.ranked(ranking)?)
    }

    fn movements(&self) -> Table<'l> {
        Fields::<(&CustomerClose<'_>, Decimal)>::default()
            .customer(&self.session.names, |(customer, _)| customer.customer)
            .with(columns::CURRENCY, |(customer, _)| customer.currency)
            .with(PREVIOUS_GIVEN, |(customer, _)| customer.figures.before.whole())
            .with(columns::GIVEN, |(customer, _)| customer.figures.given.whole())
            .with(Column::new("Change", Kind::Amount, Priority::Answer), |(_, change)| *change)
            .table(self.overview.close.movements())
    }

    fn expiring(&self) -> Table<'l> {
        let rows = &*self.overview.expiring.credits;
        let table = columns::expiring(Fields::default(), self.session, UNKNOWN).table(rows).with_sums();
        let notes = columns::expiring_notes(rows, &self.session.filter, "what will likely be lost");
        table.with_footnotes(notes.iter().map(|note| sentence(note)).collect())
    }

    fn forfeited(&self) -> Table<'l> {
        let Session { ledger, names, filter, .. } = self.session;
        Fields::<&Forfeited<'_>>::default()
            .identity(names, |forfeited| ledger.identity(forfeited.credit))
            .with(columns::MONTH, |forfeited| dated(forfeited.month, filter))
            .with(columns::EXPIRY, |forfeited| forfeited.entry.expiry())
            .with(columns::FORFEITED, |forfeited| forfeited.amount)
            .table(&*self.overview.forfeited)
            .with_sums()
    }
}

/// The customers: what each was given, what is left of it, and what ends. A page lists those of each currency who were
/// given most; also whether these are all of whom there is anything to say.
fn customers<'l>(close: &'l Close<'l>, names: &'l Names, is_page: bool) -> (Section<'l>, bool) {
    let most = LEAST_LISTED.max(MOST_LISTED / close.cards.len().max(1));
    let mut listed: Vec<_> = close.customers.iter().filter(|customer| !customer.is_idle()).collect();
    let idle = close.customers.len() - listed.len();
    let busy = listed.len();
    let mut listed_of: HashMap<Currency, usize> = HashMap::new();
    listed.retain(|customer| {
        let count = listed_of.entry(customer.currency).or_default();
        *count += 1;
        *count <= most
    });
    let others = busy - listed.len();
    let fields = customer_fields(names);
    let table = if is_page { fields.table(listed) } else { fields.table(&*close.customers) };
    let totals = Fields::<&Card>::default()
        .with(columns::CURRENCY, |card| card.currency)
        .with(columns::GIVEN, |card| known(card.figures.given.amount()))
        .with(PREVIOUS_GIVEN, |card| known(card.figures.before.amount()))
        .with(columns::BALANCE_AMOUNT, |card| known(card.figures.balance.amount()))
        .with(UNUSED, |card| of_ending(card.figures.ending, card.figures.ending.unused.amount()));
    let left_out = if is_page { (others, idle) } else { (0, 0) };
    let table = table.with_totals(&totals, &close.cards).with_footnotes(customer_notes(close, left_out));
    let if_empty = if idle > 0 { "Nothing was given, and nothing is left." } else { "No customer is shown." };
    (Section::new("Customers", customers_lead(close), if_empty, table), others == 0)
}

fn customers_lead(close: &Close<'_>) -> String {
    let month = close.cards.first().map_or("the last closed month".to_owned(), |card| card.month.to_string());
    format!(
        "Credit given in {month} and the month before, what is left at its end, and what will likely be lost of \
         credits that end within {WITHIN} days."
    )
}

fn customer_notes(close: &Close<'_>, (others, idle): (usize, usize)) -> Vec<String> {
    let mut notes = Vec::new();
    if others > 0 {
        let customers = Count(others, "more customer");
        notes.push(format!("{customers}, who were given less, not listed; the totals have them."));
    }
    if idle > 0 {
        let customers = Count(idle, "customer");
        notes.push(format!("{customers} not listed, because nothing was given in these months and nothing is left."));
    }
    let is_partly_unknown = |customer: &&CustomerClose<'_>| {
        let Figures { given, before, balance, ending, .. } = &customer.figures;
        [given, before, balance, &ending.unused].iter().any(|sum| sum.unknown > 0)
    };
    let unknown = close.customers.iter().filter(is_partly_unknown).count();
    if unknown > 0 {
        let customers = Count(unknown, "customer");
        notes.push(format!("Something is unknown of {customers}. It is left out of the figures and totals."));
    }
    if close.cards.iter().any(|card| card.figures.ending.is_provisional) {
        notes.push(
            "What will likely be lost is computed from the latest month. That month is open, so it may still change."
                .to_owned(),
        );
    }
    notes
}

fn customer_fields(names: &Names) -> Fields<'_, &CustomerClose<'_>> {
    Fields::<&CustomerClose<'_>>::default()
        .customer(names, |customer| customer.customer)
        .with(columns::CURRENCY, |customer| customer.currency)
        .with(columns::GIVEN, |customer| known(customer.figures.given.amount()))
        .with(PREVIOUS_GIVEN, |customer| known(customer.figures.before.amount()))
        .with(columns::BALANCE_AMOUNT, |customer| known(customer.figures.balance.amount()))
        .with(columns::EXPIRY.priority(Priority::Answer), |customer| customer.ends_on)
        .with(UNUSED, |customer| of_ending(customer.figures.ending, customer.figures.ending.unused.amount()))
}

/// An amount, or a word for one that is not known.
fn known<'a>(amount: Option<Decimal>) -> Cell<'a> {
    amount.map_or(UNKNOWN, Cell::Amount)
}

/// An amount of credits that end; empty if none does.
fn of_ending<'a>(ending: Ending, amount: Option<Decimal>) -> Cell<'a> {
    if ending.credits == 0 { Cell::Empty } else { known(amount) }
}

/// What the monthly checks found. A page lists what someone should look into and what stands nowhere else on it.
fn findings<'l>(all: &'l [Finding], session: &'l Session, is_page: bool) -> Section<'l> {
    let fields = check::fields(None, session);
    let table = if is_page {
        let (notes, others): (Vec<&Finding>, Vec<_>) = all.iter().partition(|finding| finding.severity == Level::Note);
        let (elsewhere, listed): (Vec<&Finding>, Vec<_>) =
            others.into_iter().partition(|finding| section_of(finding.check).is_some());
        let count = |check| elsewhere.iter().filter(|finding| finding.check == check).count();
        let of_section = |(check, what): (Check, &str)| {
            let section = section_of(check).filter(|_| count(check) > 0)?;
            Some(format!(
                "{} of credit that {what} not listed here, but under {section}.",
                Count(count(check), "warning")
            ))
        };
        let told = [(Check::Forfeited, "expired unused"), (Check::WillBeLost, "will be lost")];
        let notes =
            (!notes.is_empty()).then(|| format!("{} not listed; the workbook has all.", Count(notes.len(), "note")));
        fields.table(listed).with_footnotes(told.into_iter().filter_map(of_section).chain(notes).collect())
    } else {
        fields.table(all)
    };
    let lead = "What the monthly checks found, the most serious first. In an open month everything is a note.";
    let if_empty = if all.is_empty() { "The checks found nothing." } else { "There is nothing else." };
    Section::new("Findings", lead, if_empty, table)
}

/// The sections that say whether the invoices agree; what agrees is listed if that is wanted, and lines are only if any
/// breaks a rule.
fn agreement_sections<'a>(compared: &'a ComparedInvoices<'a>, with_matched: bool) -> Result<Vec<Section<'a>>> {
    let mut rows: Vec<&ReconciledRow<'_>> = compared.found.rows.iter().collect();
    let if_empty = if rows.is_empty() { "There is nothing to compare." } else { "All rows agree." };
    rows.sort_by_key(|row| rank(row.verdict));
    let agreeing = rows.iter().filter(|row| row.verdict == Verdict::Matched).count();
    if !with_matched {
        rows.truncate(rows.len() - agreeing);
    }
    let mut notes: Vec<String> = meanings(&rows).map(str::to_owned).collect();
    notes.extend(compared.notes()?.iter().map(|note| sentence(&note.text)));
    notes.extend(difference_note(&rows).map(|note| sentence(&note)));
    if !with_matched && agreeing > 0 {
        notes.push(format!("{} not listed, because they agree.", Count(agreeing, "row")));
    }
    let results = compared.results().map(|note| sentence(&note.text)).unwrap_or_default();
    let lead = format!("Credit given by the balance report, beside the credit on the invoices. {results}");
    let table = compared.reconciled().table(rows).with_sums().with_footnotes(notes);
    let mut sections = vec![Section::new("Reconciliation", lead, if_empty, table)];
    if !compared.findings.is_empty() {
        let lead = "Invoice lines that break a rule of credits.";
        sections.push(Section::new("Invoice lines", lead, "No line breaks a rule.", compared.findings_table()));
    }
    Ok(sections)
}

/// What those results of some rows mean that do not say it themselves.
fn meanings(rows: &[&ReconciledRow<'_>]) -> impl Iterator<Item = &'static str> {
    let meanings = [
        (Verdict::BalanceOnly, "balance-only: credit was given, and no invoice line has it."),
        (Verdict::InvoiceOnly, "invoice-only: an invoice has credit that the balance report did not give."),
        (Verdict::Unknown, "unknown: the report or the invoice of another month is missing."),
        (Verdict::NotComparable, "not-comparable: the invoice lines may belong to either of two credits."),
    ];
    let is_among = |verdict| rows.iter().any(|row| row.verdict == verdict);
    meanings.into_iter().filter(move |(verdict, _)| is_among(*verdict)).map(|(_, meaning)| meaning)
}

/// Findings first, then what cannot be told, then what agrees.
fn rank(verdict: Verdict) -> u8 {
    match verdict {
        _ if verdict.is_finding() => 0,
        Verdict::Matched => 2,
        _ => 1,
    }
}

/// Of each currency the credit given by month, and limit and balance; charts of one kind beside each other.
fn charts(overview: &Overview<'_>, Session { filter, .. }: &Session) -> Vec<Chart> {
    let months = overview.months.iter();
    let given =
        months.filter_map(|summary| Some((summary.group.currency, summary.group.month()?, vec![summary.given])));
    let span = overview.span();
    let mut charts = summary::charts("Credit given", &[("given", Mark::Bars)], given, span, filter);
    let stocks = overview.months.iter().filter_map(|summary| {
        let (month, currency) = (summary.group.month()?, summary.group.currency);
        let usable = overview.limits.get(&(month, currency)).map(|limit| limit.usable);
        Some((currency, month, vec![usable, summary.balance_amount]))
    });
    let amounts = [("limit of running credits", Mark::Dashes), ("balance", Mark::Line)];
    charts.extend(summary::charts("Limit and balance", &amounts, stocks, span, filter));
    charts
}

//! What a report says in words and figures besides its tables.

use std::collections::BTreeSet;

use anyhow::Result;
use rust_decimal::Decimal;

use crate::analysis;
use crate::analysis::check::{Check, Finding};
use crate::analysis::close::{Card, Figures, PartlyKnown};
use crate::analysis::overview::{Overview, WITHIN};
use crate::analysis::reconcile::{self, AgreementCount};
use crate::model::{Currency, Grouped, Level, Message, Month, Overflow, Period};
use crate::output::page::{Figure, Page, Statement, Tone, Value};
use crate::output::{Column, Fields, Kind, Priority, Table};

use super::{ComparedInvoices, ReportFigures};
use crate::cli::{Count, Session, hints, joined, joined_or_ends, sentence};

/// Whether the invoices agree, what the checks found, and what cannot be read.
pub(super) fn statements(report: &ReportFigures<'_>) -> Result<Vec<Statement>> {
    let overview = report.overview;
    let mut statements: Vec<Statement> = left_out(report.session.left_out, "row").into_iter().collect();
    if let Some(compared) = report.compared {
        statements.extend(left_out(compared.invoices.left_out, "invoice line"));
        statements.push(match compared.nothing() {
            Some(nothing) => missing(&nothing, nothing.hint.as_deref().map(sentence).unwrap_or_default(), overview),
            None => agreement(&AgreementCount::new(&compared.found.rows)?, compared, is_accepted(overview)),
        });
        statements.extend(compared.no_invoice().map(|message| {
            let is_earlier =
                compared.found.newest < Some(compared.found.last_closed) && compared.found.nothing.is_none();
            let details = if is_earlier { "The comparison covers earlier months only." } else { "" };
            missing(&message, details.to_owned(), overview)
        }));
    }
    statements.push(checks(overview));
    Ok(statements)
}

/// What is missing to compare, which the checks find too: it may be accepted.
fn missing(message: &Message, details: String, overview: &Overview<'_>) -> Statement {
    let is_known = overview.accepted.iter().any(|finding| finding.message.starts_with(&message.text));
    let text = sentence(&message.text).trim_end_matches('.').to_owned();
    let known = || "This is known and accepted.".to_owned();
    let (tone, details) = if is_known { (Tone::Attention, known()) } else { (Tone::Bad, details) };
    Statement { tone, text, details }
}

/// What no figure has, if there is any.
fn left_out(count: usize, noun: &str) -> Option<Statement> {
    (count > 0).then(|| Statement {
        tone: Tone::Bad,
        text: format!("{} left out as unreadable", Count(count, noun)),
        details: "Not part of any figure here.".to_owned(),
    })
}

/// Whether what differs from the invoices is known and accepted, all of it.
fn is_accepted(overview: &Overview<'_>) -> bool {
    let is_of_invoices = |finding: &Finding| reconcile::CHECKS.contains(&finding.check) && finding.customer.is_some();
    overview.accepted.iter().any(is_of_invoices) && !overview.findings.iter().any(is_of_invoices)
}

/// `13 customers agree, 1 off by -3.21 EUR`, or `1 customer agrees in 2026-09; 2026-10 cannot be compared`
fn agreement(outcome: &AgreementCount, compared: &ComparedInvoices<'_>, is_accepted: bool) -> Statement {
    let (rows, invoices) = (&compared.found.rows, compared.billed());
    let months = listed(&rows.iter().map(|row| row.month).collect());
    let agree = match outcome.agreeing {
        0 => "No customer agrees".to_owned(),
        1 => "1 customer agrees".to_owned(),
        agreeing => format!("{} agree", Count(agreeing, "customer")),
    };
    let AgreementCount { agreed_months, undecided_months, .. } = outcome;
    let are_apart = outcome.agreeing > 0 && agreed_months.is_disjoint(undecided_months);
    let (agree, undecided) = match outcome.undecided {
        0 => (agree, String::new()),
        _ if are_apart => {
            let has_other_reasons = rows.iter().any(|row| row.is_undecided() && row.missing.reports.is_empty());
            let why = match undecided_months.len() {
                _ if has_other_reasons => "",
                1 => ": the report of it is missing",
                _ => ": the reports of them are missing",
            };
            let [agreed, undecided] = [agreed_months, undecided_months].map(listed);
            (format!("{agree} in {agreed}"), format!("; {undecided} cannot be compared{why}"))
        }
        undecided => (agree, format!(", {undecided} cannot be compared")),
    };
    let differ = match outcome.differing {
        0 => String::new(),
        differing => {
            let difference = |(currency, sum): &(Currency, Decimal)| {
                let sign = if sum.is_sign_negative() { "" } else { "+" };
                format!("{sign}{} {currency}", Grouped(*sum))
            };
            format!(", {differing} off by {}", joined(outcome.differences.iter().map(difference)))
        }
    };
    let (tone, details) = match (outcome.differing, outcome.undecided) {
        (1.., _) if is_accepted => {
            (Tone::Good, "The differences are known and accepted; they are listed under Reconciliation.".to_owned())
        }
        (1.., _) => {
            (Tone::Bad, format!("Credit given less the credit on the {invoices} of {months}; see Reconciliation."))
        }
        (0, 1..) => (Tone::Attention, format!("The months of the {invoices}: {months}; see Reconciliation.")),
        (0, 0) => (Tone::Good, format!("The balance report and the {invoices} of {months} have the same credit.")),
    };
    Statement {
        tone,
        text: if are_apart { agree + &differ + &undecided } else { agree + &undecided + &differ },
        details,
    }
}

fn listed(months: &BTreeSet<Month>) -> String {
    joined_or_ends(&months.iter().collect::<Vec<_>>(), 2)
}

fn checks(overview: &Overview<'_>) -> Statement {
    let count = |severity| overview.findings.iter().filter(|finding| finding.severity == severity).count();
    let (errors, warnings) = (count(Level::Error), count(Level::Warning));
    let found = [(errors, "error"), (warnings, "warning")].into_iter().filter(|(count, _)| *count > 0);
    let found: Vec<String> = found.map(|(count, noun)| Count(count, noun).to_string()).collect();
    let (tone, text) = match (errors, warnings) {
        (0, 0) => (Tone::Good, "The monthly checks found nothing to look into".to_owned()),
        (0, _) => (Tone::Attention, format!("The monthly checks found {}", joined(&found))),
        _ => (Tone::Bad, format!("The monthly checks found {}", joined(&found))),
    };
    let mut details = match overview.month {
        Some(month) if !found.is_empty() => where_listed(overview, month),
        _ => String::new(),
    };
    if !overview.accepted.is_empty() {
        let accepted = format!("{} accepted, and listed apart.", Count(overview.accepted.len(), "finding"));
        details = [details, accepted].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    }
    Statement { tone, text, details }
}

/// The section of a page that tells what a check finds, where that is not the one of findings.
pub(super) fn section_of(check: Check) -> Option<&'static str> {
    match check {
        Check::Forfeited => Some("Lost"),
        Check::WillBeLost => Some("Expires soon"),
        _ => None,
    }
}

/// How many findings are of a month, and where they stand: what is lost has sections of its own.
fn where_listed(overview: &Overview<'_>, month: Month) -> String {
    let told = || overview.findings.iter().filter(|finding| finding.severity > Level::Note);
    let sections = |is_wanted: &dyn Fn(&Finding) -> bool| {
        let sections = told().filter(|finding| is_wanted(finding)).map(|finding| section_of(finding.check));
        let sections: BTreeSet<_> = sections.map(|section| section.unwrap_or("Findings")).collect();
        joined(sections.into_iter().rev())
    };
    let is_of_month = |finding: &Finding| finding.month == Some(month);
    match told().filter(|finding| is_of_month(finding)).count() {
        0 => format!("None of them is of {month}; see {}.", sections(&|_| true)),
        count => format!("{count} of {month}; see {}.", sections(&is_of_month)),
    }
}

/// The figures of each currency that matter most.
pub(super) fn headlines(overview: &Overview<'_>) -> Vec<(Currency, Vec<Figure>)> {
    overview.close.cards.iter().map(|card| (card.currency, figures(card))).collect()
}

fn figures(card: &Card) -> Vec<Figure> {
    let month = card.month;
    let is_open = card.period == Period::Open;
    let Figures { given, spanning, change, balance, forfeited, ending, .. } = card.figures;
    let mut given = figure(format!("Credit given in {month}"), given, is_open);
    if spanning > 0 {
        let spanning = format!("{} for earlier months, too", Count(spanning, "amount"));
        given.remark =
            [given.remark, spanning].into_iter().filter(|remark| !remark.is_empty()).collect::<Vec<_>>().join("; ");
    }
    let name = format!("Change against {}", month.previous());
    let change = match card.has_before.then_some(change) {
        Some(change) => {
            let figure = figure(name, change, is_open);
            let value = if let Value::Amount(amount) = figure.value { Value::Change(amount) } else { figure.value };
            Figure { value, ..figure }
        }
        None => Figure {
            name,
            value: Value::Unknown,
            is_provisional: false,
            remark: format!("no report of {}", month.previous()),
        },
    };
    let ends = Figure {
        name: format!("Ends within {WITHIN} days"),
        value: if ending.credits == 0 { Value::Nothing } else { Value::Amount(ending.balance) },
        is_provisional: ending.is_provisional,
        remark: String::new(),
    };
    let mut unused = figure("Will likely be lost".to_owned(), ending.unused, ending.is_provisional);
    if ending.credits == 0 {
        unused.value = Value::Nothing;
    }
    let since = card.forfeited_since;
    let forfeited = Figure {
        name: if since == month { format!("Lost in {month}") } else { format!("Lost {since} to {month}") },
        value: Value::Amount(forfeited),
        is_provisional: is_open,
        remark: String::new(),
    };
    vec![given, change, figure(format!("Left at the end of {month}"), balance, is_open), ends, unused, forfeited]
}

fn figure(name: String, sum: PartlyKnown, is_provisional: bool) -> Figure {
    let credits = Count(sum.unknown, "credit");
    let (value, remark) = match (sum.amount(), sum.unknown) {
        (None, _) => (Value::Unknown, format!("for {credits}")),
        (Some(amount), 0) => (Value::Amount(amount), String::new()),
        (Some(amount), _) => (Value::Amount(amount), format!("and {credits} unknown")),
    };
    Figure { name, value, is_provisional: is_provisional && value != Value::Unknown, remark }
}

/// Which months and day the report is of, and what it leaves out.
pub(super) fn scope(report: &ReportFigures<'_>, filters: &[String]) -> Vec<String> {
    let months = match report.overview.span() {
        Some((first, last)) if first == last => format!("Month {first}"),
        Some((first, last)) => format!("Months {first} to {last}"),
        None => "No months".to_owned(),
    };
    let mut scope = vec![format!("{months}, as of {}.", report.session.filter.as_of)];
    if !filters.is_empty() {
        scope.push(format!("Shows only what matches {}.", joined(filters)));
    }
    scope
}

/// Which files the report was made from.
pub(super) fn sources(report: &ReportFigures<'_>) -> Vec<String> {
    let mut sources = vec![format!("Made from {}.", joined(report.session.ledger.files()))];
    if let Some(compared) = report.compared {
        let names: Vec<&String> = compared.invoices.files.iter().map(|file| &file.name).collect();
        sources.push(format!("Compared with the invoices in {}.", joined(&names)));
    }
    sources
}

/// What is provisional or unknown, and which balances are not left.
pub(super) fn notes(report: &ReportFigures<'_>) -> Result<Vec<String>, Overflow> {
    let Session { ledger, filter, .. } = report.session;
    let at_the_end = analysis::hints::at_the_end(ledger, filter)?;
    let not_left = hints::balance_notes(&at_the_end, "the balance");
    let mut notes: Vec<String> = not_left.iter().map(|note| sentence(note)).collect();
    let shown = report.overview.months.iter().filter_map(|summary| summary.group.month());
    let mut open: Vec<_> = shown.filter(|month| filter.period(*month) == Period::Open).collect();
    open.dedup();
    if !open.is_empty() {
        notes.push(format!(
            "{} is still open (marked *): its figures may change until the month's invoice is out.",
            joined(&open)
        ));
    }
    if let Some(last) = report.overview.month
        && last < Month::of(filter.as_of).previous()
    {
        notes.push(format!("The newest month shown is {last}. What happened since then is not known."));
    }
    if report.overview.months.iter().any(|summary| summary.spanning > 0) {
        notes.push(
            "Some credits have months without a row: what they were given then counts in the next month that has a row."
                .to_owned(),
        );
    }
    let unknown = report.overview.months.iter().filter(|summary| summary.opening.is_some());
    let unknown: BTreeSet<Currency> = unknown.map(|summary| summary.group.currency).collect();
    if !unknown.is_empty() {
        notes.push(format!(
            "Some credits in {} were in use before the files begin. What they had used by then is not counted as \
             credit given.",
            joined(unknown)
        ));
    }
    if report.overview.expiring.ended > 0 {
        notes.push(format!(
            "{} past the last day, though still Active in the report: not listed under Expires soon.",
            Count(report.overview.expiring.ended, "credit")
        ));
    }
    Ok(notes)
}

/// What a sentence is about, and the sentence.
pub(super) type Line = (&'static str, String);

/// All that a report says besides its figures.
pub(super) fn lines(page: &Page<'_>) -> Vec<Line> {
    let verdict = |statement: &Statement| {
        let sentences = [&*statement.text, &*statement.details].join(". ");
        ("Verdict", format!("{}.", sentences.trim_end_matches(['.', ' '])))
    };
    let mut lines: Vec<Line> = page.statements.iter().map(verdict).collect();
    lines.extend(page.scope.iter().chain(&page.sources).map(|sentence| ("Made from", sentence.clone())));
    lines.extend(page.notes.iter().map(|note| ("Note", note.clone())));
    for section in &page.sections {
        lines.push((section.heading, section.lead.clone()));
        lines.extend(section.table.footnotes.iter().map(|note| (section.heading, note.clone())));
    }
    lines
}

/// Sentences as a table, for a sheet of their own.
pub(super) fn about(lines: &[Line]) -> Table<'_> {
    Fields::<&Line>::default()
        .with(Column::new("About", Kind::Text, Priority::Key), |line| line.0)
        .with(Column::new("Text", Kind::Prose, Priority::Key), |line| line.1.as_str())
        .table(lines)
}

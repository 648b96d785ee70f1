//! The verdict of a report: whether the invoices agree and what the checks found, in words, figures and rows.

use std::collections::BTreeSet;

use anyhow::Result;
use rust_decimal::Decimal;

use crate::analysis::check::{Check, Finding};
use crate::analysis::close::{Card, PartlyKnown};
use crate::analysis::filter::Filter;
use crate::analysis::overview::{Overview, WITHIN};
use crate::analysis::reconcile::{self, AgreementCount, ReconciledRow, Verdict};
use crate::model::{Currency, Grouped, Level, Month, Names, Period};
use crate::output::headline::{Figure, Headline, Statement, Tone, Value};
use crate::output::html::Section;

use crate::cli::reconcile::{ComparedInvoices, tables};
use crate::cli::{Count, joined, sentence};

/// Whether the invoices agree, what the checks found, and what cannot be read.
pub(super) fn statements(
    overview: &Overview<'_>,
    compared: Option<&ComparedInvoices<'_>>,
    rows_left_out: usize,
) -> Result<Vec<Statement>> {
    let mut statements: Vec<Statement> = left_out(rows_left_out, "row").into_iter().collect();
    if let Some(compared) = compared {
        statements.extend(left_out(compared.invoices.left_out, "invoice line"));
        statements.push(match compared.nothing() {
            Some(nothing) => Statement {
                tone: Tone::Bad,
                text: sentence(&nothing.text).trim_end_matches('.').to_owned(),
                details: nothing.hint.map_or_else(String::new, |hint| sentence(&hint)),
            },
            None => agreement(&AgreementCount::new(&compared.found.rows)?, &compared.found.rows, is_accepted(overview)),
        });
        statements.extend(compared.no_invoice().map(|message| Statement {
            tone: Tone::Bad,
            text: sentence(&message.text).trim_end_matches('.').to_owned(),
            details: "The comparison above covers earlier months only.".to_owned(),
        }));
    }
    statements.push(checks(overview));
    Ok(statements)
}

/// What no figure has, if there is any.
fn left_out(count: usize, noun: &str) -> Option<Statement> {
    (count > 0).then(|| Statement {
        tone: Tone::Bad,
        text: format!("{} left out as unreadable", Count(count, noun)),
        details: "Not part of any figure below.".to_owned(),
    })
}

/// Whether what differs from the invoices is known and accepted, all of it.
fn is_accepted(overview: &Overview<'_>) -> bool {
    let is_of_invoices = |finding: &Finding| reconcile::CHECKS.contains(&finding.check) && finding.customer.is_some();
    overview.accepted.iter().any(is_of_invoices) && !overview.findings.iter().any(is_of_invoices)
}

/// `13 customers agree, 1 off by -3.21 EUR`, or `1 customer agrees in 2026-09; 2026-10 cannot be compared`
fn agreement(outcome: &AgreementCount, rows: &[ReconciledRow<'_>], is_accepted: bool) -> Statement {
    let months = invoiced(rows);
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
            let differences: Vec<String> = outcome.differences.iter().map(difference).collect();
            format!(", {differing} off by {}", joined(&differences))
        }
    };
    let (tone, details) = match (outcome.differing, outcome.undecided) {
        (1.., _) if is_accepted => {
            (Tone::Good, "The differences are known and accepted; they are listed below.".to_owned())
        }
        (1.., _) => {
            (Tone::Bad, format!("Credit given less the credit on the invoices of {months}; see Reconciliation below."))
        }
        (0, 1..) => (Tone::Attention, format!("The invoices are of {months}; see Reconciliation below.")),
        (0, 0) => (Tone::Good, format!("The balance report and the invoices of {months} have the same credit.")),
    };
    Statement {
        tone,
        text: if are_apart { agree + &differ + &undecided } else { agree + &undecided + &differ },
        details,
    }
}

fn invoiced(rows: &[ReconciledRow<'_>]) -> String {
    listed(&rows.iter().map(|row| row.month).collect())
}

fn listed(months: &BTreeSet<Month>) -> String {
    match (months.first(), months.last()) {
        (Some(first), Some(last)) if months.len() > 2 => format!("{first} to {last}"),
        _ => joined(months.iter()),
    }
}

fn difference((currency, sum): &(Currency, Decimal)) -> String {
    let sign = if sum.is_sign_negative() { "" } else { "+" };
    format!("{sign}{} {currency}", Grouped(*sum))
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
        0 => format!("Nothing of {month}; see {} below.", sections(&|_| true)),
        count => format!("{count} of {month}; see {} below.", sections(&is_of_month)),
    }
}

/// The figures of each currency that matter most.
pub(super) fn headlines(overview: &Overview<'_>) -> Vec<Headline> {
    overview.close.cards.iter().map(|card| Headline { currency: card.currency, figures: figures(card) }).collect()
}

fn figures(card: &Card) -> Vec<Figure> {
    let month = card.month;
    let is_open = card.period == Period::Open;
    let ending = card.ending;
    let mut given = figure(format!("Credit given in {month}"), card.given, is_open);
    if card.spanning > 0 {
        let spanning = format!("{} for earlier months, too", Count(card.spanning, "amount"));
        given.remark =
            [given.remark, spanning].into_iter().filter(|remark| !remark.is_empty()).collect::<Vec<_>>().join("; ");
    }
    let name = format!("Change against {}", month.previous());
    let change = match card.change {
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
        value: Value::Amount(card.forfeited),
        is_provisional: is_open,
        remark: String::new(),
    };
    vec![given, change, figure(format!("Left at the end of {month}"), card.balance, is_open), ends, unused, forfeited]
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

/// The sections that say whether the invoices agree; what agrees is listed if that is wanted, and lines are only if any
/// breaks a rule.
pub(super) fn agreement_sections<'a>(
    compared: &'a ComparedInvoices<'a>,
    filter: &'a Filter,
    names: &'a Names,
    with_matched: bool,
) -> Result<Vec<Section<'a>>> {
    let mut rows: Vec<&ReconciledRow<'_>> = compared.found.rows.iter().collect();
    let if_empty = if rows.is_empty() { "There is nothing to compare." } else { "All rows agree." };
    rows.sort_by_key(|row| rank(row.verdict));
    let agreeing = rows.iter().filter(|row| row.verdict == Verdict::Matched).count();
    if !with_matched {
        rows.truncate(rows.len() - agreeing);
    }
    let mut notes: Vec<String> = meanings(&rows).map(str::to_owned).collect();
    notes.extend(compared.notes()?.iter().map(|note| sentence(&note.text)));
    notes.extend(tables::difference_note(&rows).map(|note| sentence(&note)));
    if !with_matched && agreeing > 0 {
        notes.push(format!("{} not listed, because they agree.", Count(agreeing, "row")));
    }
    let results = compared.results().map(|note| sentence(&note.text)).unwrap_or_default();
    let lead = format!("Credit given by the balance report, beside the credit on the invoices. {results}");
    let table = tables::reconciled(filter, names).table(rows).with_sums().with_footnotes(notes);
    let mut sections = vec![Section::new("Reconciliation", lead, if_empty, table)];
    if !compared.findings.is_empty() {
        let lead = "Invoice lines that break a rule of credits.";
        let table = tables::findings(compared.invoices, names).table(compared.findings.iter().copied());
        sections.push(Section::new("Invoice lines", lead, "No line breaks a rule.", table));
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

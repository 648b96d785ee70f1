//! What a report says besides its tables.

use rust_decimal::Decimal;

use crate::analysis::cards::{self, Card};
use crate::analysis::overview::WITHIN;
use crate::analysis::reconcile::Outcome;
use crate::model::currency::Currency;
use crate::model::money::Grouped;
use crate::model::month::Month;
use crate::model::period::Period;
use crate::output::html::{Headline, Verdict};
use crate::output::table::{Column, Fields, Keep, Kind, Table};

use super::sections::Report;
use crate::cli::invoices::Compared;
use crate::cli::words::{Count, List, sentence};

/// Which files, months and day the report was made from.
pub(super) fn sources(report: &Report<'_>, compared: Option<&Compared<'_>>, filters: &[String]) -> Vec<String> {
    let months = match report.overview.span() {
        Some((first, last)) if first == last => format!("Month {first}"),
        Some((first, last)) => format!("Months {first} to {last}"),
        None => "No months".to_owned(),
    };
    let mut sources =
        vec![format!("{months}, as of {}. Made from {}.", report.filter.as_of, List(&report.ledger.report().files))];
    if let Some(compared) = compared {
        let names: Vec<&String> = compared.invoices.files.iter().map(|file| &file.name).collect();
        sources.push(format!("Compared with the invoices in {}.", List(&names)));
    }
    if !filters.is_empty() {
        sources.push(format!("Shows only what matches {}.", List(filters)));
    }
    sources
}

/// What is provisional, unknown or left out.
pub(super) fn notes(report: &Report<'_>, compared: Option<&Compared<'_>>, left_out: usize) -> Vec<String> {
    let mut notes = Vec::new();
    if left_out > 0 {
        notes.push(format!("{} left out, because they cannot be read: no figure has them.", Count(left_out, "row")));
    }
    let lines = compared.map_or(0, |compared| compared.invoices.left_out);
    if lines > 0 {
        notes.push(format!("{} of invoices left out, because they cannot be read.", Count(lines, "line")));
    }
    let shown = report.overview.months.iter().filter_map(|summary| summary.group.month);
    let mut open: Vec<_> = shown.filter(|month| report.filter.period(*month) == Period::Open).collect();
    open.dedup();
    if !open.is_empty() {
        notes.push(format!(
            "{} is still open (marked *): its figures are provisional until the month's invoice is out.",
            List(&open)
        ));
    }
    if let Some((_, last)) = report.overview.span()
        && last < Month::of(report.filter.as_of).previous()
    {
        notes.push(format!("The newest month shown is {last}: what happened since then is not known."));
    }
    if report.overview.months.iter().any(|summary| summary.spanning > 0) {
        notes.push(
            "Some credits lack rows in between: what they were given in the months without one counts in the next \
             month that has one."
                .to_owned(),
        );
    }
    let unknown: Vec<_> = report.overview.totals.iter().filter(|total| total.opening.is_some()).collect();
    if !unknown.is_empty() {
        let currencies: Vec<Currency> = unknown.iter().map(|total| total.group.currency).collect();
        notes.push(format!(
            "Some credits in {} were in use before the files begin: what they had used until then is OpeningAmount, \
             and not part of CreditGiven.",
            List(&currencies)
        ));
    }
    if report.overview.expiring.ended > 0 {
        notes.push(format!(
            "{} with status Active in the last record, but past the last day, not listed as expiring.",
            Count(report.overview.expiring.ended, "credit")
        ));
    }
    notes
}

/// Sentences as a table, for a sheet of their own.
pub(super) fn lines(lines: &[String]) -> Table<'_> {
    Fields::<&String>::default().text(Column::new("About", Kind::Prose, Keep::Key), |line| line.as_str()).table(lines)
}

/// The figures of each currency that matter most, each with its month.
pub(super) fn headlines(report: &Report<'_>) -> Vec<Headline> {
    let Some(month) = report.overview.month else { return Vec::new() };
    let open = if report.filter.period(month) == Period::Open { "*" } else { "" };
    let amount = |amount: Option<Decimal>| amount.map_or("unknown".to_owned(), |amount| Grouped(amount).to_string());
    let figure = |figure: &cards::Figure| match figure.unknown {
        0 => amount(figure.amount),
        unknown if figure.amount.is_none() => format!("unknown ({unknown})"),
        unknown => format!("{} and {unknown} unknown", amount(figure.amount)),
    };
    let of_card = |card: &Card| {
        let figures = vec![
            (format!("Credit given in {month}{open}"), card.given.as_ref().map_or("no rows".to_owned(), figure)),
            (format!("Change against {}", month.previous()), amount(card.change)),
            (
                format!("Balance, end of {month}{open}"),
                card.balance.map_or("no rows".to_owned(), |balance| amount(Some(balance))),
            ),
            (format!("Likely unused in {WITHIN} days"), figure(&card.unused)),
            (format!("Forfeited in {}", month.year()), amount(Some(card.forfeited))),
        ];
        Headline { currency: card.currency, figures }
    };
    report.overview.cards.iter().map(of_card).collect()
}

/// Whether the invoices agree, in a sentence.
pub(super) fn verdict(compared: &Compared<'_>) -> anyhow::Result<Verdict> {
    if let Some(message) = compared.nothing() {
        return Ok(Verdict { tone: "bad", text: sentence(&message.text) });
    }
    let outcome = Outcome::new(&compared.found.rows)?;
    let verb = if outcome.agreeing == 1 { "agrees" } else { "agree" };
    let agree = format!("{} {verb}", Count(outcome.agreeing, "customer"));
    let differ = if outcome.differing > 0 {
        let amount = |(currency, difference): &(Currency, Decimal)| format!("{} {currency}", Grouped(*difference));
        let amounts: Vec<String> = outcome.differences.iter().map(amount).collect();
        let verb = if outcome.differing == 1 { "does" } else { "do" };
        format!(", {} {verb} not: {}", outcome.differing, List(&amounts))
    } else {
        String::new()
    };
    let undecided = match outcome.undecided {
        0 => String::new(),
        undecided => format!("; {undecided} cannot be told yet"),
    };
    let tone = match (outcome.differing, outcome.undecided) {
        (0, 0) => "good",
        (0, _) => "unsure",
        _ => "bad",
    };
    Ok(Verdict { tone, text: agree + &differ + &undecided })
}

//! What a report says besides its tables.

use std::io;

use rust_decimal::Decimal;

use crate::analysis::overview::WITHIN;
use crate::model::currency::Currency;
use crate::model::money::Sum;
use crate::model::month::Month;
use crate::model::period::Period;
use crate::output::html::Headline;
use crate::output::table::{Column, Fields, Keep, Kind, Table};

use super::sections::Report;
use crate::cli::invoices::Compared;
use crate::cli::words::{Count, List};

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

/// The figures of each currency that matter most.
pub(super) fn headlines(report: &Report<'_>) -> io::Result<Vec<Headline>> {
    report
        .overview
        .totals
        .iter()
        .map(|total| {
            let currency = total.group.currency;
            let mut figures = Vec::new();
            if let Some(month) = report.overview.month {
                let of_month = |group: &crate::analysis::summary::Group<'_>| {
                    group.month == Some(month) && group.currency == currency
                };
                let given =
                    report.overview.months.iter().find(|summary| of_month(&summary.group)).map(|summary| summary.given);
                let open = if report.filter.period(month) == Period::Open { "*" } else { "" };
                figures.push((format!("Credit given in {month}{open}"), given.unwrap_or(Some(Decimal::ZERO))));
            }
            figures.push(("Credit given in all months shown".to_owned(), total.given));
            figures.push(("Balance left".to_owned(), Some(total.balance_amount)));
            figures.push((format!("Likely unused, ends within {WITHIN} days"), Some(unused(report, currency)?)));
            figures.push(("Forfeited".to_owned(), Some(total.forfeited)));
            Ok(Headline { currency, figures })
        })
        .collect()
}

/// What will be left of the credits of a currency that are listed as expiring, as far as it is known.
fn unused(report: &Report<'_>, currency: Currency) -> io::Result<Decimal> {
    let mut sum = Sum::default();
    for expiring in report.overview.expiring.credits.iter().filter(|expiring| expiring.currency == currency) {
        if let Some(unused) = expiring.projected_unused {
            sum.add(unused).map_err(io::Error::other)?;
        }
    }
    sum.value().map_err(io::Error::other)
}

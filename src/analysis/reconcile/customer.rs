//! The rows of one customer.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::analysis::AnalysisError;
use crate::analysis::filter::Filter;
use crate::model::{CreditTotal, Currency, Id, Invoices, Month, Overflow, Period, Sum, money};

use super::currencies::{Home, Homes};
use super::lines::Applied;
use super::row::{Incomparable, MissingMonths, ReconciledRow, Verdict};
use super::stretch::{CustomerCredit, Stretch};

/// What rows are judged by.
pub(super) struct MatchContext<'t> {
    pub(super) filter: &'t Filter,
    /// Months that are invoiced.
    pub(super) invoiced: &'t BTreeSet<Month>,
    /// Months in which the report has rows.
    pub(super) reported: &'t BTreeSet<Month>,
    pub(super) tolerance: Decimal,
}

/// The rows of a customer, and what cannot be compared.
#[derive(Default)]
pub(super) struct CustomerRows<'a> {
    pub(super) rows: Vec<ReconciledRow<'a>>,
    pub(super) incomparable: Vec<Incomparable<'a>>,
}

/// The lines of a row to be, by currency and the last month that it covers.
type RowLines<'h> = BTreeMap<(Currency, Month), RowDraft<'h>>;

#[derive(Default)]
struct RowDraft<'h> {
    stretch: Option<&'h Stretch>,
    totals: Vec<usize>,
    /// Whether lines are its alone.
    has_own: bool,
    /// Whether some lines may be another credit's.
    is_clash: bool,
    /// Whether its lines are in none of the credits' currencies.
    is_stray: bool,
}

/// Compares what a customer was given with the lines of its invoices.
pub(super) fn compare<'a>(
    customer: &'a Id,
    holding: &CustomerCredit,
    applied: &Applied<'_>,
    invoices: &'a Invoices,
    terms: &MatchContext<'_>,
) -> Result<CustomerRows<'a>, AnalysisError> {
    let mut compared = CustomerRows::default();
    let mut cells = RowLines::new();
    for (currency, stretch) in
        holding.stretches.iter().flat_map(|(currency, own)| own.iter().map(|own| (*currency, own)))
    {
        if terms.invoiced.contains(&stretch.to) {
            cells.entry((currency, stretch.to)).or_default().stretch = Some(stretch);
        }
    }
    let mut strays = Vec::new();
    for (month, totals) in applied {
        let homes = Homes::new(holding, *month);
        let mut odd: BTreeMap<_, Vec<&CreditTotal>> = BTreeMap::new();
        for (place, total) in totals {
            let home = homes.home(total);
            match home {
                Home::Credit(currency) => {
                    let cell = cell(&mut cells, &homes, currency, *month);
                    cell.totals.push(*place);
                    cell.has_own = true;
                }
                Home::Either(currencies) => {
                    for currency in currencies {
                        cell(&mut cells, &homes, currency, *month).is_clash = true;
                    }
                    // The lines stand behind one row only.
                    cell(&mut cells, &homes, currencies[0], *month).totals.push(*place);
                    odd.entry((total.key.currency, total.key.pricing)).or_default().push(total);
                }
                Home::Stray => strays.push((*month, *place, *total)),
            }
        }
        let credits: Vec<Currency> = homes.in_month.keys().copied().collect();
        compared.add_incomparable(customer, *month, &credits, odd)?;
    }
    settle_strays(customer, holding, &strays, &mut cells, &mut compared)?;
    for ((currency, month), cell) in cells {
        compared.rows.push(row((customer, month, currency), cell, invoices, terms)?);
    }
    Ok(compared)
}

/// The cell of a credit in a month.
fn cell<'c, 'h>(
    cells: &'c mut RowLines<'h>,
    homes: &Homes<'h>,
    currency: Currency,
    month: Month,
) -> &'c mut RowDraft<'h> {
    let stretch = homes.in_month.get(&currency).copied();
    let cell = cells.entry((currency, stretch.map_or(month, |stretch| stretch.to))).or_default();
    cell.stretch = stretch;
    cell
}

/// Lines in none of the credits' currencies are rows of their own. A credit that gave something and has no lines may be
/// theirs: then neither can be compared.
fn settle_strays<'a, 'h>(
    customer: &'a Id,
    holding: &'h CustomerCredit,
    strays: &[(Month, usize, &CreditTotal)],
    cells: &mut RowLines<'h>,
    compared: &mut CustomerRows<'a>,
) -> Result<(), AnalysisError> {
    for strays in strays.chunk_by(|(a, ..), (b, ..)| a == b) {
        let Some((month, ..)) = strays.first() else { continue };
        let homes = Homes::new(holding, *month);
        let mut without_lines = Vec::new();
        for (currency, _) in homes.in_month.iter().filter(|(_, stretch)| stretch.gives()) {
            let cell = cell(cells, &homes, *currency, *month);
            if !cell.has_own {
                cell.is_clash = true;
                without_lines.push(*currency);
            }
        }
        let mut odd: BTreeMap<_, Vec<&CreditTotal>> = BTreeMap::new();
        for (_, place, total) in strays {
            let cell = cell(cells, &homes, total.key.currency, *month);
            cell.totals.push(*place);
            cell.is_stray = true;
            if !without_lines.is_empty() {
                cell.is_clash = true;
                odd.entry((total.key.currency, total.key.pricing)).or_default().push(total);
            }
        }
        compared.add_incomparable(customer, *month, &without_lines, odd)?;
    }
    Ok(())
}

impl<'a> CustomerRows<'a> {
    fn add_incomparable(
        &mut self,
        customer: &'a Id,
        month: Month,
        credits: &[Currency],
        odd: BTreeMap<(Currency, Option<Currency>), Vec<&CreditTotal>>,
    ) -> Result<(), AnalysisError> {
        for ((billed, pricing), totals) in odd {
            let applied = sum(totals.iter().map(|total| Some(total.billed)))?;
            let credits = credits.to_vec();
            self.incomparable.push(Incomparable { customer, month, credits, applied, billed, pricing });
        }
        Ok(())
    }
}

fn row<'a>(
    (customer, month, currency): (&'a Id, Month, Currency),
    cell: RowDraft<'_>,
    invoices: &'a Invoices,
    terms: &MatchContext<'_>,
) -> Result<ReconciledRow<'a>, AnalysisError> {
    let totals = cell.totals.iter().map(|place| &invoices.totals[*place]);
    let lines = totals.clone().map(|total| total.lines).sum();
    let is_applied = (!cell.is_clash || cell.is_stray) && !cell.totals.is_empty();
    let applied = is_applied.then(|| sum(totals.map(|total| total.credit_in(currency)))).transpose()?;
    let given = cell.stretch.and_then(|stretch| stretch.given);
    let missing = missing(month, cell.stretch, lines > 0, terms);
    let is_known = !cell.is_clash && missing.is_empty();
    let difference = money::subtract(given.unwrap_or_default(), applied.unwrap_or_default());
    let mut row = ReconciledRow {
        customer,
        month,
        since: cell.stretch.map_or(month, |stretch| stretch.from),
        currency,
        given,
        applied,
        difference: is_known.then_some(difference).transpose()?,
        verdict: Verdict::NotComparable,
        lines,
        totals: cell.totals,
        missing,
    };
    row.verdict = if terms.filter.period(month) == Period::Open {
        Verdict::Open
    } else if cell.is_clash {
        Verdict::NotComparable
    } else if row.missing.is_empty() {
        row.compared(terms.tolerance)
    } else {
        Verdict::Unknown
    };
    Ok(row)
}

/// What is missing to compare a row.
fn missing(month: Month, stretch: Option<&Stretch>, has_lines: bool, terms: &MatchContext<'_>) -> MissingMonths {
    match stretch {
        Some(stretch) => MissingMonths {
            reports: stretch.missing_reports.clone(),
            invoices: stretch.months().filter(|month| !terms.invoiced.contains(month)).collect(),
        },
        None => MissingMonths {
            reports: (has_lines && !terms.reported.contains(&month)).then_some(month).into_iter().collect(),
            invoices: BTreeSet::new(),
        },
    }
}

fn sum(amounts: impl Iterator<Item = Option<Decimal>>) -> Result<Decimal, Overflow> {
    let mut sum = Sum::default();
    for amount in amounts {
        sum.add(amount.unwrap_or_default())?;
    }
    sum.value()
}

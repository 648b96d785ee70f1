//! What a credit was given along its months, as figures to be summed.

use chrono::NaiveDate;

use crate::model::money::{Overflow, Sum};
use crate::model::month::Month;
use crate::model::report::{self, Form, Row, Scale};
use crate::model::status::Status;

use super::row::{PartRows, RowRef};
use super::tables::Tables;

/// The figures of one month of a credit, ready to be summed.
#[derive(Clone, Copy, Debug)]
pub struct MonthFigures<'l> {
    /// The invoice month.
    pub month: Month,
    /// The credit's state.
    pub status: &'l Status,
    /// All credit used since the start.
    pub credit_amount: Sum,
    /// Credit left.
    pub balance_amount: Sum,
    /// See `Entry::previous`.
    pub previous: Option<Sum>,
    /// See `Entry::given`.
    pub given: Option<Sum>,
    /// See `Entry::span`.
    pub span: Option<i32>,
    /// See `Entry::forfeited`.
    pub forfeited: Sum,
    pub row: RowRef,
}

impl MonthFigures<'_> {
    /// See `Entry::opening`.
    #[must_use]
    pub fn opening(&self) -> Option<Sum> {
        self.previous.is_none().then_some(self.credit_amount)
    }
}

/// The months of a credit in order.
#[derive(Debug)]
pub struct Flows<'l> {
    part: PartRows<'l>,
    rows: &'l [Row],
    /// The earliest month that the input covers for the partner.
    covered_from: Month,
    before: Option<(Month, Sum)>,
    /// The last active month, until the credit expires.
    last_active: Option<&'l Row>,
    /// What was forfeited, until the credit is active again.
    lost: Option<Sum>,
}

impl<'l> Flows<'l> {
    /// The months in `rows`, of a credit whose partner's months the input covers from `covered_from` on.
    pub(super) fn new(part: PartRows<'l>, rows: &'l [Row], covered_from: Month) -> Self {
        Self { part, rows, covered_from, before: None, last_active: None, lost: None }
    }

    pub(super) fn part(&self) -> PartRows<'l> {
        self.part
    }

    #[expect(
        clippy::inline_always,
        reason = "summing millions of figures takes half the time where they stay in registers"
    )]
    #[inline(always)]
    fn flow(&mut self, row: &'l Row) -> Result<MonthFigures<'l>, Overflow> {
        let (tables, month) = (self.part.tables, self.part.month(row));
        let form = tables.form(row);
        let status = &tables.statuses[usize::from(form.status)];
        let [credit_amount, balance_amount] = amounts(tables, row, form);
        let (previous, span) = match self.before {
            Some((before, amount)) => (Some(amount), Some(month.months_since(before))),
            None => match self.span_of_first(month, self.part.key(row).effective, credit_amount) {
                Some(span) => (Some(credit_amount.zero()), Some(span)),
                None => (None, None),
            },
        };
        let given = match previous {
            Some(previous) => Some(credit_amount.checked_sub(previous)?),
            None => None,
        };
        let forfeited = self.forfeited(status, row, credit_amount)?.unwrap_or_else(|| credit_amount.zero());
        self.before = Some((month, credit_amount));
        Ok(MonthFigures {
            month,
            status,
            credit_amount,
            balance_amount,
            previous,
            given,
            span,
            forfeited,
            row: self.part.reference(*row),
        })
    }

    /// How many months the first record of a credit covers; `None` if its past is unknown.
    ///
    /// Its past is known where the credit's whole life lies in the input. That the input has other rows of the partner
    /// for the month before proves nothing: the file may be a part of a report.
    #[cold]
    fn span_of_first(&self, month: Month, effective: Option<NaiveDate>, credit_amount: Sum) -> Option<i32> {
        if let Some(began) = effective.map(Month::of) {
            if month <= began {
                return Some(1);
            }
            if self.covered_from <= began {
                return Some(month.months_since(began) + 1);
            }
        }
        credit_amount.is_zero().then_some(1)
    }

    /// What is lost in the first expired month after an active one, whatever balance is then shown. A credit that is
    /// active again has not lost it after all.
    #[inline]
    fn forfeited(&mut self, status: &Status, row: &'l Row, credit_amount: Sum) -> Result<Option<Sum>, Overflow> {
        match status {
            Status::Active => {
                self.last_active = Some(row);
                self.lost.take().map(|lost| credit_amount.zero().checked_sub(lost)).transpose()
            }
            Status::Expired => match self.last_active.take() {
                Some(row) => {
                    let tables = self.part.tables;
                    let [mut limit, balance_amount] = amounts(tables, row, tables.form(row));
                    limit.merge(balance_amount)?;
                    self.lost = Some(limit.checked_sub(credit_amount)?);
                    Ok(self.lost)
                }
                None => Ok(None),
            },
            Status::Other(_) => Ok(None),
        }
    }
}

/// CreditAmount and BalanceAmount of a row.
#[inline]
fn amounts(tables: &Tables, row: &Row, form: Form) -> [Sum; 2] {
    [amount(tables, row.credit_amount, form.credit_scale), amount(tables, row.balance_amount, form.balance_scale)]
}

/// An amount as a row holds it.
#[inline]
fn amount(tables: &Tables, units: i32, scale: Scale) -> Sum {
    match scale.count() {
        Some(count) => Sum::of_units(units.into(), count),
        None => Sum::from(report::amount(units, scale, &tables.large_amounts)),
    }
}

impl<'l> Iterator for Flows<'l> {
    type Item = Result<MonthFigures<'l>, Overflow>;

    #[expect(clippy::inline_always, reason = "see `Flows::flow`")]
    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        let (row, rest) = self.rows.split_first()?;
        self.rows = rest;
        Some(self.flow(row))
    }
}

#[cfg(test)]
mod tests {
    use crate::ledger::sample::{entries, ledger};

    /// What is known of the month of the last customer: CreditGiven, OpeningAmount and SpanMonths.
    fn first(rows: &[&str]) -> [String; 3] {
        let ledger = ledger(&[rows]);
        let entry = entries(&ledger).pop().unwrap();
        let text = |amount: Option<rust_decimal::Decimal>| amount.map_or("-".to_owned(), |amount| amount.to_string());
        [text(entry.given), text(entry.opening), entry.span.map_or("-".to_owned(), |span| span.to_string())]
    }

    #[test]
    fn a_credit_that_begins_with_its_first_record_is_known() {
        assert_eq!(first(&["c 2024-03 70 Active 30 2024-03-15 -"]), ["70", "-", "1"]);
        assert_eq!(first(&["c 2024-03 70 Active 30 2024-05-15 -"]), ["70", "-", "1"]);
    }

    #[test]
    fn a_credit_whose_life_lies_in_the_input_is_known_over_all_its_months() {
        let before = "b 2024-01 1 Active 9 2024-01-01 -";
        assert_eq!(first(&[before, "c 2024-03 70 Active 30 2024-01-15 -"]), ["70", "-", "3"]);
    }

    #[test]
    fn other_rows_of_the_month_before_do_not_tell_the_past() {
        let before = "b 2024-02 1 Active 9 2024-02-01 -";
        assert_eq!(first(&[before, "c 2024-03 70 Active 30 2024-01-15 -"]), ["-", "70", "-"]);
        assert_eq!(first(&[before, "c 2024-03 70 Active 30 - -"]), ["-", "70", "-"]);
        assert_eq!(first(&[before, "c 2024-03 0.00 Active 30 - -"]), ["0.00", "-", "1"]);
    }

    #[test]
    fn what_expires_is_forfeited_once_and_taken_back_with_a_revival() {
        let ledger = ledger(&[&[
            "c 2024-01 70 Active 30 2024-01-01 -",
            "c 2024-02 75 Expired 0 2024-01-01 -",
            "c 2024-03 75 Expired 0 2024-01-01 -",
            "c 2024-04 80 Active 20 2024-01-01 -",
        ]]);
        let forfeited: Vec<String> = entries(&ledger).iter().map(|entry| entry.forfeited.to_string()).collect();
        assert_eq!(forfeited, ["0", "25", "0", "-25"]);
    }
}

//! The months of a credit, with what was given in each.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::model::{Key, Month, Overflow, Row, Scale, Status, Sum, money, report};

use super::credit::RowRef;
use super::part::Part;
use super::tables::Tables;

/// One month of a credit. Amounts are in the credit's currency.
#[derive(Clone, Debug)]
pub struct Entry<'l> {
    pub month: Month,
    pub status: &'l Status,
    /// All credit used since the start.
    pub credit_amount: Decimal,
    /// Credit left.
    pub balance_amount: Decimal,
    /// CreditAmount of the record before; 0 where the credit is known to have had no use, empty where its past is
    /// unknown.
    pub previous: Option<Decimal>,
    /// CreditAmount minus the previous one; negative after a correction, empty where the past is unknown.
    pub given: Option<Decimal>,
    /// The whole CreditAmount, where the past is unknown.
    pub opening: Option<Decimal>,
    /// How many months `given` covers: more than 1 after a gap, and where the first record comes after the month of
    /// EffectiveDate.
    pub span: Option<i32>,
    /// What the credit lost by expiring in this month: its limit when it was last active, less all use.
    pub forfeited: Decimal,
    pub row: RowRef,
    /// Where its days are; they are fetched only where somebody asks for them.
    key: &'l Key,
}

impl Entry<'_> {
    #[must_use]
    pub fn effective(&self) -> Option<NaiveDate> {
        self.key.effective
    }

    #[must_use]
    pub fn expiry(&self) -> Option<NaiveDate> {
        self.key.expiry
    }

    /// Whether the credit would begin after its end.
    #[must_use]
    pub fn contradicts_itself(&self) -> bool {
        matches!((self.effective(), self.expiry()), (Some(effective), Some(expiry)) if effective > expiry)
    }

    /// CreditAmount plus BalanceAmount.
    pub fn limit(&self) -> Result<Decimal, Overflow> {
        money::add(self.credit_amount, self.balance_amount)
    }
}

/// The months of a credit in order, with all that is known of each.
#[derive(Debug)]
pub struct Timeline<'l> {
    tables: &'l Tables,
    part: &'l Part,
    rows: &'l [Row],
    /// The earliest month that the input covers for the partner.
    covered_from: Month,
    before: Option<(Month, Sum)>,
    /// The last active month, until the credit expires.
    last_active: Option<&'l Row>,
    /// What was forfeited, until the credit is active again.
    lost: Option<Sum>,
}

impl<'l> Timeline<'l> {
    /// The months in `rows`, of a credit whose partner's months the input covers from `covered_from` on.
    pub(super) fn new(tables: &'l Tables, part: &'l Part, rows: &'l [Row], covered_from: Month) -> Self {
        Self { tables, part, rows, covered_from, before: None, last_active: None, lost: None }
    }

    #[expect(
        clippy::inline_always,
        reason = "summing millions of figures takes half the time where they stay in registers"
    )]
    #[inline(always)]
    fn entry(&mut self, row: &'l Row) -> Result<Entry<'l>, Overflow> {
        let (tables, month, key) = (self.tables, self.tables.month(row), self.part.key(row));
        let status = tables.status(row);
        let [credit_amount, balance_amount] = amounts(tables, row);
        let (previous, span) = match self.before {
            Some((before, amount)) => (Some(amount), Some(month.months_since(before))),
            None => match self.span_of_first(month, key.effective, credit_amount) {
                Some(span) => (Some(credit_amount.zero()), Some(span)),
                None => (None, None),
            },
        };
        let given = previous.map(|previous| credit_amount.checked_sub(previous)?.value()).transpose()?;
        let forfeited = self.forfeited(status, row, credit_amount)?.unwrap_or_else(|| credit_amount.zero());
        self.before = Some((month, credit_amount));
        let credit_amount = credit_amount.value()?;
        Ok(Entry {
            month,
            status,
            credit_amount,
            balance_amount: balance_amount.value()?,
            previous: previous.map(Sum::value).transpose()?,
            given,
            opening: previous.is_none().then_some(credit_amount),
            span,
            forfeited: forfeited.value()?,
            row: self.part.reference(*row),
            key,
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
                    let [mut limit, balance_amount] = amounts(self.tables, row);
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

#[inline]
fn amounts(tables: &Tables, row: &Row) -> [Sum; 2] {
    [amount(tables, row.credit_amount, row.scales.credit()), amount(tables, row.balance_amount, row.scales.balance())]
}

/// An amount as a row holds it.
#[inline]
fn amount(tables: &Tables, units: i32, scale: Scale) -> Sum {
    match scale.count() {
        Some(count) => Sum::of_units(units.into(), count),
        None => Sum::from(report::amount(units, scale, &tables.large_amounts)),
    }
}

impl<'l> Iterator for Timeline<'l> {
    type Item = Result<Entry<'l>, Overflow>;

    #[expect(clippy::inline_always, reason = "see `Timeline::entry`")]
    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        let (row, rest) = self.rows.split_first()?;
        self.rows = rest;
        Some(self.entry(row))
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

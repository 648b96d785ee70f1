//! The months of a credit, with what it is in each by its row, what was given, and what it loses by an end.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::model::{Key, Month, Overflow, Row, Status, StatusClass, Sum, money, words};

use super::part::{Part, RowRef};
use super::tables::Tables;

words! {
    /// What a credit is at the end of a month.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum State {
        /// It has not begun.
        NotYet = "not-yet",
        /// It can be used.
        Running = "running",
        /// It has no row; what was left last still counts.
        Carried = "carried",
        /// It has ended.
        Over = "over",
        /// Its rows have stopped before its last day, though the input goes on.
        Vanished = "vanished",
        /// Its first row comes later, and its past is unknown.
        Unknown = "unknown",
    }
}

/// One month of a credit. Amounts are in the credit's currency.
#[derive(Clone, Debug)]
pub struct Entry<'l> {
    pub month: Month,
    pub status: &'l Status,
    /// All credit used since the start.
    pub credit_amount: Decimal,
    /// BalanceAmount as reported, be it left or not.
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
    /// What the credit is at the end of the month.
    pub state: State,
    /// What it lost by an end in this month: its limit when it last ran, less all use.
    pub forfeited: Decimal,
    /// Its limit when it last ran, if it ran once and does not now.
    kept_limit: Option<Decimal>,
    pub row: RowRef,
    /// Where its days are; they are fetched only where somebody asks for them.
    key: &'l Key,
}

impl Entry<'_> {
    pub fn effective(&self) -> Option<NaiveDate> {
        self.key.effective
    }

    pub fn expiry(&self) -> Option<NaiveDate> {
        self.key.expiry
    }

    /// Whether it begins by a day, its status being that of a credit that runs.
    pub fn begins_by(&self, day: NaiveDate) -> bool {
        self.status.class() == StatusClass::Running && self.effective().is_some_and(|effective| effective <= day)
    }

    /// Whether the credit would begin after its end.
    pub fn contradicts_itself(&self) -> bool {
        matches!((self.effective(), self.expiry()), (Some(effective), Some(expiry)) if effective > expiry)
    }

    /// What is left at the end of the month: what a credit that does not run shows is nothing that can be used.
    #[inline]
    pub fn left(&self) -> Decimal {
        if self.state == State::Running { self.balance_amount } else { self.nothing() }
    }

    /// 0 with the decimals of the balance.
    #[inline]
    pub fn nothing(&self) -> Decimal {
        Decimal::new(0, self.balance_amount.scale())
    }

    /// Whether it runs or did.
    pub fn has_run(&self) -> bool {
        self.state == State::Running || self.kept_limit.is_some()
    }

    /// All that it allows: CreditAmount plus BalanceAmount when it last ran, or CreditAmount if it never did.
    pub fn limit(&self) -> Result<Decimal, Overflow> {
        match self.state {
            State::Running => money::add(self.credit_amount, self.balance_amount),
            _ => Ok(self.kept_limit.unwrap_or(self.credit_amount)),
        }
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
    /// Where its days are, and the month of the first of them.
    begins: Option<(&'l Key, Option<Month>)>,
    course: Course<'l>,
}

impl<'l> Timeline<'l> {
    /// The months in `rows`, of a credit whose partner's months the input covers from `covered_from` on.
    pub(super) fn new(tables: &'l Tables, part: &'l Part, rows: &'l [Row], covered_from: Month) -> Self {
        Self { tables, part, rows, covered_from, before: None, begins: None, course: Course::default() }
    }
    #[inline]
    pub fn next_month(&self) -> Option<Month> {
        self.rows.first().map(|row| self.tables.month(row))
    }

    #[expect(
        clippy::inline_always,
        reason = "summing millions of figures takes half the time where they stay in registers"
    )]
    #[inline(always)]
    fn entry(&mut self, row: &'l Row) -> Result<Entry<'l>, Overflow> {
        let (tables, month, key) = (self.tables, self.tables.month(row), self.part.key(row));
        let status = tables.status(row);
        let [credit_amount, _] = tables.amounts(row);
        let begins = self.begins(key);
        let (previous, span) = match self.before {
            Some((before, amount)) => (Some(amount), Some(month.months_since(before))),
            None => match self.span_of_first(month, begins, credit_amount) {
                Some(span) => (Some(credit_amount.zero()), Some(span)),
                None => (None, None),
            },
        };
        let given = previous.map(|previous| credit_amount.checked_sub(previous)?.value()).transpose()?;
        let state = self.course.state(status, month, begins);
        let mut forfeited = credit_amount.zero();
        if !self.course.goes_on(state, row, credit_amount, previous) {
            forfeited = self.course.step(state, (tables, row), credit_amount, previous)?;
        }
        self.before = Some((month, credit_amount));
        let (credit_amount, balance_amount) = (tables.credit_amount(row), tables.balance_amount(row));
        Ok(Entry {
            month,
            status,
            credit_amount,
            balance_amount,
            previous: previous.map(Sum::value).transpose()?,
            given,
            opening: previous.is_none().then_some(credit_amount),
            span,
            state,
            forfeited: forfeited.value()?,
            kept_limit: if state == State::Running { None } else { self.course.kept_limit },
            row: self.part.reference(*row),
            key,
        })
    }

    /// The month in which a row's credit begins; neighbours mostly have the same days.
    #[inline]
    fn begins(&mut self, key: &'l Key) -> Option<Month> {
        match self.begins {
            Some((known, begins)) if std::ptr::eq(known, key) => begins,
            _ => {
                let begins = key.effective.map(Month::of);
                self.begins = Some((key, begins));
                begins
            }
        }
    }

    /// How many months the first record of a credit that begins in `began` covers; `None` if its past is unknown.
    ///
    /// Its past is known where the credit's whole life lies in the input. That the input has other rows of the partner
    /// for the month before proves nothing: the file may be a part of a report.
    #[cold]
    fn span_of_first(&self, month: Month, began: Option<Month>, credit_amount: Sum) -> Option<i32> {
        if let Some(began) = began {
            if month <= began {
                return Some(1);
            }
            if self.covered_from <= began {
                return Some(month.months_since(began) + 1);
            }
        }
        credit_amount.is_zero().then_some(1)
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

/// What the rows of a credit have told so far.
#[derive(Debug, Default)]
struct Course<'l> {
    state: Option<State>,
    /// The last row with which it ran.
    last_running: Option<&'l Row>,
    /// CreditLimit of that row, once it does not run any more.
    kept_limit: Option<Decimal>,
    /// What was forfeited so far, where it is over.
    lost: Option<Sum>,
}

impl<'l> Course<'l> {
    /// What a credit is by a row of a month with a status, if it begins in `begins`.
    #[inline]
    fn state(&self, status: &Status, month: Month, begins: Option<Month>) -> State {
        match status.class() {
            StatusClass::Over => State::Over,
            StatusClass::NotYet if self.last_running.is_none() => State::NotYet,
            _ if begins.is_some_and(|begins| begins > month) => State::NotYet,
            _ => State::Running,
        }
    }

    /// Goes on with a row that neither loses nor takes back anything, if it is one: that of a credit that runs, or is over
    /// without further use. Most are, and in registers: what a call returns is fetched from memory.
    #[inline]
    fn goes_on(&mut self, state: State, row: &'l Row, credit_amount: Sum, previous: Option<Sum>) -> bool {
        match state {
            State::Running if self.lost.is_none() => {
                (self.state, self.last_running, self.kept_limit) = (Some(state), Some(row), None);
                true
            }
            State::Over => self.state == Some(state) && previous == Some(credit_amount),
            _ => false,
        }
    }

    /// Goes on with any row; returns what it forfeits.
    ///
    /// What is lost is what the limit leaves of it when it is over, whatever balance is then shown. Use that is invoiced
    /// later lowers it, and a credit that is not over any more has not lost it after all.
    #[cold]
    fn step(
        &mut self,
        state: State,
        (tables, row): (&Tables, &'l Row),
        credit_amount: Sum,
        previous: Option<Sum>,
    ) -> Result<Sum, Overflow> {
        let (zero, before) = (credit_amount.zero(), self.state.replace(state));
        if state == State::Running {
            (self.last_running, self.kept_limit) = (Some(row), None);
        } else if before == Some(State::Running) {
            self.keep_limit(tables)?;
        }
        let forfeited = match (state, before, previous) {
            (State::Over, Some(State::Over), Some(previous)) => {
                let forfeited = previous.checked_sub(credit_amount)?;
                self.lost.get_or_insert(zero).add(forfeited)?;
                forfeited
            }
            (State::Over, ..) => {
                let lost = self.kept_limit.map_or(Ok(zero), |limit| Sum::from(limit).checked_sub(credit_amount))?;
                self.lost = Some(lost);
                lost
            }
            // What was lost is taken back.
            _ => self.lost.take().map_or(Ok(zero), |lost| zero.checked_sub(lost))?,
        };
        Ok(forfeited)
    }

    fn keep_limit(&mut self, tables: &Tables) -> Result<(), Overflow> {
        if let Some(row) = self.last_running {
            let [mut limit, balance_amount] = tables.amounts(row);
            limit.add(balance_amount)?;
            self.kept_limit = Some(limit.value()?);
        }
        Ok(())
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
    fn the_past_is_known_of_a_credit_that_begins_with_its_first_record_or_whose_life_lies_in_the_input() {
        for begins in ["2024-03-15", "2024-05-15"] {
            assert_eq!(first(&[&format!("c 2024-03 70 Active 30 {begins} -")]), ["70", "-", "1"]);
        }
        let covered = "b 2024-01 1 Active 9 2024-01-01 -";
        assert_eq!(first(&[covered, "c 2024-03 70 Active 30 2024-01-15 -"]), ["70", "-", "3"]);
        // Other rows of the month before do not tell the past.
        let before = "b 2024-02 1 Active 9 2024-02-01 -";
        assert_eq!(first(&[before, "c 2024-03 70 Active 30 2024-01-15 -"]), ["-", "70", "-"]);
        assert_eq!(first(&[before, "c 2024-03 70 Active 30 - -"]), ["-", "70", "-"]);
        assert_eq!(first(&[before, "c 2024-03 0.00 Active 30 - -"]), ["0.00", "-", "1"]);
    }
}

//! What a credit is in a month by its row, and what it loses by an end.

use rust_decimal::Decimal;

use crate::model::{Month, Overflow, Row, Status, StatusClass, Sum, words};

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

/// What the rows of a credit have told so far.
#[derive(Debug, Default)]
pub(super) struct Course<'l> {
    state: Option<State>,
    /// The last row with which it ran.
    last_running: Option<&'l Row>,
    /// CreditLimit of that row, once it does not run any more.
    pub(super) kept_limit: Option<Decimal>,
    /// What was forfeited so far, where it is over.
    lost: Option<Sum>,
}

impl<'l> Course<'l> {
    /// What a credit is by a row of a month with a status, if it begins in `begins`.
    #[inline]
    pub(super) fn state(&self, status: &Status, month: Month, begins: Option<Month>) -> State {
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
    pub(super) fn goes_on(&mut self, state: State, row: &'l Row, credit_amount: Sum, previous: Option<Sum>) -> bool {
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
    pub(super) fn step(
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
                self.lost.get_or_insert(zero).merge(forfeited)?;
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
            limit.merge(balance_amount)?;
            self.kept_limit = Some(limit.value()?);
        }
        Ok(())
    }
}

//! What a credit is in a month by its row, and what it loses by an end.

use rust_decimal::Decimal;

use crate::model::{Month, Overflow, Row, Status, StatusClass, Sum};

use super::tables::Tables;

/// What a credit is at the end of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It has not begun.
    NotYet,
    /// It can be used.
    Running,
    /// It has no row; what was left last still counts.
    Carried,
    /// It has ended.
    Over,
    /// Its rows have stopped before its last day, though the input goes on.
    Vanished,
    /// Its first row comes later, and its past is unknown.
    Unknown,
}

impl State {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotYet => "not-yet",
            Self::Running => "running",
            Self::Carried => "carried",
            Self::Over => "over",
            Self::Vanished => "vanished",
            Self::Unknown => "unknown",
        }
    }
}

/// What the rows of a credit have told so far.
#[derive(Debug, Default)]
pub(super) struct Course<'l> {
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
    pub(super) fn state(&self, status: &Status, month: Month, begins: Option<Month>) -> State {
        match status.class() {
            StatusClass::Over => State::Over,
            StatusClass::NotYet if self.last_running.is_none() => State::NotYet,
            _ if begins.is_some_and(|begins| begins > month) => State::NotYet,
            _ => State::Running,
        }
    }

    /// Goes on with a row; returns what it forfeits, and the limit that it keeps if it does not run.
    ///
    /// What is lost is what the limit leaves of it when it is over, whatever balance is then shown. Use that is invoiced
    /// later lowers it, and a credit that is not over any more has not lost it after all.
    #[inline]
    pub(super) fn step(
        &mut self,
        state: State,
        (tables, row): (&Tables, &'l Row),
        credit_amount: Sum,
        previous: Option<Sum>,
    ) -> Result<(Sum, Option<Decimal>), Overflow> {
        let before = self.state.replace(state);
        if state == State::Running {
            self.last_running = Some(row);
            self.kept_limit = None;
            return Ok((self.take_back(credit_amount.zero())?, None));
        }
        self.stop(state, before, tables, (credit_amount, previous))
    }

    /// What is taken back of what was lost.
    #[inline]
    fn take_back(&mut self, zero: Sum) -> Result<Sum, Overflow> {
        self.lost.take().map_or(Ok(zero), |lost| zero.checked_sub(lost))
    }

    /// Goes on with a row of a credit that does not run, which few are: apart, the step of the others takes no call.
    #[cold]
    fn stop(
        &mut self,
        state: State,
        before: Option<State>,
        tables: &Tables,
        (credit_amount, previous): (Sum, Option<Sum>),
    ) -> Result<(Sum, Option<Decimal>), Overflow> {
        let zero = credit_amount.zero();
        if before == Some(State::Running) {
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
            _ => self.take_back(zero)?,
        };
        Ok((forfeited, self.kept_limit))
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

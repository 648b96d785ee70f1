//! The life of a credit: what it is at the end of each month, what is left of it then, and the movements between.
//!
//! Invariant: of every month, what was left before it, plus what was granted, brought in and changed of the limit, less
//! what was given, forfeited and vanished, is what is left at its end.

use std::mem::swap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::model::{Month, Overflow, Sum, money};

use super::timeline::{Entry, State};

/// What moves in a month: what was left before it, and how that became what is left at its end.
#[derive(Clone, Debug)]
pub struct Movement {
    pub month: Month,
    /// What was left before.
    pub before: Decimal,
    /// The limit with which a credit of known past begins to run; CreditAmount while it has not.
    pub granted: Decimal,
    /// What is left after the first row of a credit of unknown past.
    pub brought_in: Decimal,
    /// What the limit rose by after that, or fell.
    pub limit_changed: Decimal,
    /// What was given; empty if it is unknown, or without a row.
    pub given: Option<Decimal>,
    /// What was lost by an end; negative where it is taken back.
    pub forfeited: Decimal,
    /// What vanished; negative where it is taken back.
    pub vanished: Decimal,
    /// What is left at the end; empty if nobody knows.
    pub left: Option<Decimal>,
}

/// A credit's life.
#[derive(Clone, Debug)]
pub struct Life<'l> {
    /// Its rows, by month.
    pub entries: Vec<Entry<'l>>,
    /// What becomes of it after the last one.
    pub end: End,
    /// The last month that the input covers of its partner.
    pub(super) covered_to: Option<Month>,
}

impl<'l> Life<'l> {
    /// Its row of a month, or the last one before.
    pub fn latest(&self, month: Month) -> Option<&Entry<'l>> {
        self.until(month).last()
    }

    /// Its rows of a month and those before.
    pub fn until(&self, month: Month) -> &[Entry<'l>] {
        &self.entries[..self.entries.partition_point(|entry| entry.month <= month)]
    }

    /// What it is at the end of a month, or of the last one that is covered.
    pub fn state(&self, month: Month) -> State {
        let count = self.until(month).len();
        let Some(latest) = count.checked_sub(1).map(|at| &self.entries[at]) else {
            let has_past = self.entries.first().is_some_and(|first| first.opening.is_some());
            return if has_past { State::Unknown } else { State::NotYet };
        };
        if latest.month == month {
            return latest.state;
        }
        if count < self.entries.len() {
            return State::Carried;
        }
        let carried = (latest.state == State::Running && Some(month) <= self.covered_to).then_some(State::Carried);
        self.end.state(month).or(carried).unwrap_or(latest.state)
    }

    /// Whether it can be used on a day, as far as its rows until a month tell: it may have begun since.
    pub fn runs_on(&self, day: NaiveDate, last: Month) -> bool {
        match self.state(last) {
            State::Running | State::Carried => true,
            State::NotYet => self.latest(last).is_some_and(|latest| latest.begins_by(day)),
            State::Over | State::Vanished | State::Unknown => false,
        }
    }

    /// What is left at the end of a month; empty if nobody knows.
    pub fn left(&self, month: Month) -> Option<Decimal> {
        match self.latest(month) {
            Some(latest) if Some(latest.month) == self.entries.last().map(|last| last.month) => {
                self.end.left(latest, month)
            }
            Some(latest) => Some(latest.left()),
            None => (self.state(month) == State::NotYet).then_some(Decimal::ZERO),
        }
    }

    /// What it forfeits in each month in which it does, with its row of that month or the last one before.
    pub fn forfeited(&self) -> Result<Vec<(Month, Decimal, &Entry<'l>)>, Overflow> {
        let of_rows = self.entries.iter().map(|entry| (entry.month, entry.forfeited, entry));
        let mut all: Vec<_> = of_rows.filter(|(_, forfeited, _)| !forfeited.is_zero()).collect();
        if let (Some(last), Some(month)) = (self.entries.last(), self.end.over) {
            let forfeited = self.end.forfeited(last, month)?.filter(|forfeited| !forfeited.is_zero());
            all.extend(forfeited.map(|forfeited| (month, forfeited, last)));
        }
        Ok(all)
    }

    /// The movements of each month with a row since one, and of those in which something becomes of it without a row.
    pub fn movements(&self, since: Month) -> Result<Vec<Movement>, Overflow> {
        let past = self.until(since.previous());
        let mut movements = Vec::with_capacity(self.entries.len() - past.len() + 2);
        let mut before = past.last().map_or(Decimal::ZERO, Entry::left);
        let mut has_run = past.iter().any(|entry| entry.state == State::Running);
        let is_known = self.entries.first().is_none_or(|first| first.opening.is_none());
        for (at, entry) in self.entries.iter().enumerate().skip(past.len()) {
            let (left, zero) = (entry.left(), entry.nothing());
            let mut moved = Movement::new(entry.month, before, (entry.given, entry.forfeited, zero), Some(left), zero)?;
            match (is_known, at) {
                (true, _) if !has_run => swap(&mut moved.granted, &mut moved.limit_changed),
                (false, 0) => swap(&mut moved.brought_in, &mut moved.limit_changed),
                _ => {}
            }
            has_run |= entry.state == State::Running;
            movements.push(moved);
            before = left;
        }
        let Some(last) = self.entries.last() else { return Ok(movements) };
        for month in self.end.vanished.into_iter().chain(self.end.over) {
            let forfeited = self.end.forfeited(last, month)?.unwrap_or_default();
            let (vanished, left) = (self.end.vanished(last, month)?, self.end.left(last, month));
            movements.push(Movement::new(month, before, (None, forfeited, vanished), left, Decimal::ZERO)?);
            before = left.unwrap_or_default();
        }
        Ok(movements)
    }
}

impl Movement {
    /// That of a month in which the limit changed by all that what was given, forfeited and vanished does not explain.
    fn new(
        month: Month,
        before: Decimal,
        (given, forfeited, vanished): (Option<Decimal>, Decimal, Decimal),
        left: Option<Decimal>,
        zero: Decimal,
    ) -> Result<Self, Overflow> {
        let mut rest = Sum::from(left.unwrap_or_default()).checked_sub(before)?;
        [forfeited, vanished, given.unwrap_or_default()].into_iter().try_for_each(|amount| rest.add(amount))?;
        let limit_changed = rest.value()?;
        Ok(Self { month, before, granted: zero, brought_in: zero, limit_changed, given, forfeited, vanished, left })
    }
}

/// What becomes of a credit after its last row, as far as the input covers its partner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct End {
    /// The first month in which it should still have had a row.
    pub vanished: Option<Month>,
    /// The first month after its last day.
    pub over: Option<Month>,
}

impl End {
    /// After its last row, in months that the input covers.
    pub(super) fn new(last: &Entry<'_>, covered: impl Iterator<Item = Month>) -> Self {
        let mut end = Self::default();
        if last.state == State::Over {
            return end;
        }
        let last_month = last.expiry().map(Month::of);
        for month in covered {
            if last_month.is_some_and(|last| last < month) {
                return Self { over: Some(month), ..end };
            }
            end.vanished.get_or_insert(month);
        }
        end
    }

    /// What the credit is in a month without a row, if it is not what its last row says.
    pub(super) fn state(self, month: Month) -> Option<State> {
        let reached = |since: Option<Month>| since.is_some_and(|since| since <= month);
        if reached(self.over) {
            return Some(State::Over);
        }
        reached(self.vanished).then_some(State::Vanished)
    }

    /// What is left in a month without a row after a credit's last one; empty if nobody knows.
    pub fn left(self, last: &Entry<'_>, month: Month) -> Option<Decimal> {
        match self.state(month) {
            Some(State::Vanished) => None,
            Some(_) => Some(last.nothing()),
            None => Some(last.left()),
        }
    }

    /// What is forfeited in a month without a row.
    pub fn forfeited(self, last: &Entry<'_>, month: Month) -> Result<Option<Decimal>, Overflow> {
        let is_over = self.over == Some(month);
        is_over.then(|| money::subtract(last.limit()?, last.credit_amount)).transpose()
    }

    /// What vanishes in a month without a row; negative where it is taken back, because the credit has ended by then.
    pub fn vanished(self, last: &Entry<'_>, month: Month) -> Result<Decimal, Overflow> {
        if self.vanished == Some(month) {
            return Ok(last.left());
        }
        if self.over == Some(month) && self.vanished.is_some() {
            return money::subtract(Decimal::ZERO, last.left());
        }
        Ok(Decimal::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use proptest::prelude::*;

    use super::*;
    use crate::ledger::Ledger;
    use crate::ledger::sample::{ledger, month};

    fn life_of<'l>(ledger: &'l Ledger, customer: &str) -> Life<'l> {
        let credit = ledger.credits().iter().find(|credit| ledger.identity(credit).customer.as_str() == customer);
        ledger.life(credit.unwrap()).unwrap()
    }

    /// With rows of another credit of the partner, which cover six months.
    fn built(rows: &[impl AsRef<str>]) -> Ledger {
        let covered = (1..=6).map(|number| format!("z 2024-{number:02} 1 Active 9 2024-01-01 2024-12-31"));
        ledger(&[&rows.iter().map(|row| row.as_ref().to_owned()).chain(covered).collect::<Vec<_>>()])
    }

    /// State and left of January to June, and what is forfeited and vanishes in them.
    fn told(rows: &[&str]) -> String {
        let ledger = built(rows);
        let life = life_of(&ledger, "c");
        let movements = life.movements(month("2024-01")).unwrap();
        let of_month = |number: u32| {
            let month = month(&format!("2024-{number:02}"));
            let mut text = life.state(month).as_str().to_owned();
            text += &life.left(month).map_or(" -".to_owned(), |left| format!(" {left}"));
            for movement in movements.iter().filter(|movement| movement.month == month) {
                for (sign, amount) in [('f', movement.forfeited), ('v', movement.vanished)] {
                    if !amount.is_zero() {
                        write!(text, " {sign}{amount}").unwrap();
                    }
                }
            }
            text
        };
        (1..=6).map(of_month).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn a_credit_is_what_its_rows_say_and_nothing_after_its_end() {
        for (rows, expected) in [
            (
                &["c 2024-02 200 Active 800 2024-02-01 2024-12-31", "c 2024-04 300 Canceled 700 2024-02-01 2024-12-31"]
                    [..],
                "not-yet 0, running 800, carried 800, over 0 f700, over 0, over 0",
            ),
            (
                &["c 2024-01 0 Pending 1000 2024-01-01 -", "c 2024-02 10 Active 990 2024-01-01 -"],
                "not-yet 0, running 990, vanished - v990, vanished -, vanished -, vanished -",
            ),
            (
                &["c 2024-01 9 Active 1 2024-02-20 2024-03-31", "c 2024-02 9 Active 1 2024-02-20 2024-03-31"],
                "not-yet 0, running 1, vanished - v1, over 0 f1 v-1, over 0, over 0",
            ),
            (
                &["c 2024-01 200 Active 800 2024-01-01 2024-01-31"],
                "running 800, over 0 f800, over 0, over 0, over 0, over 0",
            ),
            (
                &["c 2024-03 9 Expired 1 2020-01-01 2024-03-31", "c 2024-04 12 Expired 1 2020-01-01 2024-03-31"],
                "unknown -, unknown -, over 0, over 0 f-3, over 0, over 0",
            ),
            (
                &[
                    "c 2024-01 70 Active 30 2024-01-01 -",
                    "c 2024-02 75 Expired 5 2024-01-01 -",
                    "c 2024-03 75 Expired 0 2024-01-01 -",
                    "c 2024-04 76 Used 0 2024-01-01 -",
                    "c 2024-05 80 Suspended 20 2024-01-01 -",
                    "c 2024-06 90 Future 10 2024-01-01 -",
                ],
                "running 30, over 0 f25, over 0, over 0 f-1, running 20 f-24, running 10",
            ),
        ] {
            assert_eq!(told(rows), expected, "{rows:?}");
        }
    }

    #[test]
    fn the_limit_is_that_of_the_last_month_in_which_it_ran() {
        let limits = |rows: &[&str]| {
            let ledger = built(rows);
            let life = life_of(&ledger, "c");
            life.entries.iter().map(|entry| (entry.limit().unwrap().to_string(), entry.has_run())).collect::<Vec<_>>()
        };
        let ran = |limit: &str| (limit.to_owned(), true);
        assert_eq!(
            limits(&["c 2024-01 70 Active 30 - -", "c 2024-02 75 Expired 5 - -", "c 2024-03 90 Failed 0 - -"]),
            [ran("100"), ran("100"), ran("100")]
        );
        let never = |limit: &str| (limit.to_owned(), false);
        assert_eq!(limits(&["c 2024-01 7 Pending 30 - -", "c 2024-02 8 Deleted 5 - -"]), [never("7"), never("8")]);
    }

    #[test]
    fn what_moves_has_a_name() {
        let moved = |rows: &[&str]| {
            let ledger = built(rows);
            let movements = life_of(&ledger, "c").movements(month("2024-01")).unwrap();
            let text = |movement: &Movement| {
                format!("{} {} {}", movement.granted, movement.brought_in, movement.limit_changed)
            };
            movements.iter().map(text).collect::<Vec<_>>().join(", ")
        };
        let known = ["c 2024-01 2 Pending 98 2024-01-01 -", "c 2024-02 5 Active 95 2024-01-01 -"];
        assert_eq!(moved(&known), "2 0 0, 98 0 0, 0 0 0");
        let unknown = ["c 2024-01 2 Active 98 2023-01-01 -", "c 2024-02 5 Active 145 2023-01-01 -"];
        assert_eq!(moved(&unknown), "0 98 0, 0 0 50, 0 0 0");
    }

    const WORDS: [&str; 10] =
        ["Active", "Active", "Active", "Expired", "Canceled", "Pending", "Future", "Suspended", "active", "USED"];

    fn row() -> impl Strategy<Value = Option<(i32, i32, &'static str, u32)>> {
        let row = (-500..5000, -500..5000, prop::sample::select(&WORDS[..]), 0_u32..7);
        prop::option::weighted(0.8, row)
    }

    proptest! {
        /// Of every month, and of every period, the movements lead from what was left before to what is left.
        #[test]
        fn the_books_balance(rows in prop::collection::vec(row(), 6), begins in 0_u32..7, ends in 0_u32..9) {
            let day = |number: u32| if number == 0 { "-".to_owned() } else { format!("2024-{number:02}-15") };
            let rows: Vec<String> = (1..).zip(&rows).filter_map(|(number, row)| {
                let (amount, balance, word, moved) = (*row)?;
                let begins = if moved == 6 { begins + 1 } else { begins };
                let amounts = (Decimal::new(amount.into(), 2), Decimal::new(balance.into(), 1));
                let (begins, ends) = (day(begins), day(ends));
                Some(format!("c 2024-{number:02} {} {word} {} {begins} {ends}", amounts.0, amounts.1))
            }).collect();
            prop_assume!(!rows.is_empty());
            let ledger = built(&rows);
            for credit in ledger.credits() {
                let life = ledger.life(credit).unwrap();
                let movements = life.movements(month("2024-01")).unwrap();
                let mut left = Decimal::ZERO;
                for movement in &movements {
                    prop_assert_eq!(movement.before, left);
                    let came = movement.granted + movement.brought_in + movement.limit_changed;
                    let went = movement.given.unwrap_or_default() + movement.forfeited + movement.vanished;
                    left = movement.left.unwrap_or_default();
                    prop_assert_eq!(movement.before + came - went, left, "{:?}", movement);
                    prop_assert_eq!(movement.left, life.left(movement.month));
                }
                for number in 1..=6 {
                    let month = month(&format!("2024-{number:02}"));
                    let moved = movements.iter().rev().find(|movement| movement.month <= month);
                    let expected = moved.map_or(Some(Decimal::ZERO), |movement| movement.left);
                    prop_assert!(life.left(month) == expected || life.state(month) == State::Unknown);
                }
                let (Some(first), Some(last)) = (life.entries.first(), life.entries.last()) else { unreachable!() };
                let given: Decimal = life.entries.iter().filter_map(|entry| entry.given).sum();
                prop_assert_eq!(first.opening.unwrap_or_default() + given, last.credit_amount);
                // What was granted is the limit, and what is forfeited the rest of it.
                if first.opening.is_none() && last.has_run() && last.state != State::NotYet {
                    let granted: Decimal = movements.iter().map(|moved| moved.granted + moved.limit_changed).sum();
                    prop_assert_eq!(granted, last.limit().unwrap());
                    let forfeited: Decimal = movements.iter().map(|moved| moved.forfeited).sum();
                    let is_over = life.state(month("2024-06")) == State::Over;
                    let rest = if is_over { granted - last.credit_amount } else { Decimal::ZERO };
                    prop_assert_eq!(forfeited, rest);
                }
            }
        }
    }
}

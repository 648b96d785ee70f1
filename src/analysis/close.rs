//! The month's close: of each currency the figures that a reader wants first, and the same of each customer.
//!
//! Each figure is of the last closed month that is shown (or of the latest, if none is closed), be it that its currency has
//! a row then or not.
//! Invariant: a figure has all that is known and nothing else, and what is unknown is counted beside it.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::expiring::Expiring;
use super::filter::Filter;
use crate::ledger::{Life, State};
use crate::model::{Currency, Id, Identity, Month, Overflow, Period, money};

/// The close of each currency and customer.
#[derive(Clone, Debug, Default)]
pub struct Close<'l> {
    pub cards: Vec<Card>,
    /// By currency, who was given most first.
    pub customers: Vec<CustomerClose<'l>>,
}

/// The figures of a currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    pub currency: Currency,
    pub month: Month,
    pub period: Period,
    /// Whether the report has the month before.
    pub has_before: bool,
    /// January of the month's year, or the first month of the report.
    pub forfeited_since: Month,
    pub figures: Figures,
}

/// The figures of a customer in a currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerClose<'l> {
    pub customer: &'l Id,
    pub currency: Currency,
    /// The next day on which one of its active credits ends.
    pub ends_on: Option<NaiveDate>,
    pub figures: Figures,
}

/// What some credits were given, and what is left of them, in the month of their currency's card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// CreditGiven in it.
    pub given: PartlyKnown,
    /// Amounts in that which cover months before, too.
    pub spanning: usize,
    /// CreditGiven in the month before.
    pub before: PartlyKnown,
    /// CreditGiven less that of the month before, of the credits of which both are known, each of one month.
    pub change: PartlyKnown,
    /// What is left at the month's end.
    pub balance: PartlyKnown,
    /// What was lost by an end from the card's `forfeited_since` to the month.
    pub forfeited: Decimal,
    pub ending: Ending,
}

/// Active credits that end soon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ending {
    pub credits: usize,
    /// What is left of them in their latest records.
    pub balance: Decimal,
    /// Whether one of these records is of an open month.
    pub is_provisional: bool,
    /// What will be left of them on their last days, at their pace.
    pub unused: PartlyKnown,
}

impl Figures {
    fn add(&mut self, other: &Self) -> Result<(), Overflow> {
        self.given.add(other.given)?;
        self.spanning += other.spanning;
        self.before.add(other.before)?;
        self.change.add(other.change)?;
        self.balance.add(other.balance)?;
        self.forfeited = money::add(self.forfeited, other.forfeited)?;
        self.ending.credits += other.ending.credits;
        self.ending.balance = money::add(self.ending.balance, other.ending.balance)?;
        self.ending.is_provisional |= other.ending.is_provisional;
        self.ending.unused.add(other.ending.unused)
    }
}

impl CustomerClose<'_> {
    /// Whether it is known that nothing was given in either month, nothing is left, and no active credit is.
    pub fn is_idle(&self) -> bool {
        let Figures { given, before, balance, .. } = self.figures;
        let is_zero = |sum: PartlyKnown| sum.whole().is_some_and(|amount| amount.is_zero());
        [given, before, balance].into_iter().all(is_zero) && self.ends_on.is_none()
    }
}

/// The sum of what is known, and how much is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PartlyKnown {
    sum: Option<Decimal>,
    /// The parts that are unknown; the sum has nothing of them.
    pub unknown: usize,
}

impl From<Option<Decimal>> for PartlyKnown {
    /// Of one part; `None` is an unknown one.
    fn from(part: Option<Decimal>) -> Self {
        Self { sum: part, unknown: part.is_none().into() }
    }
}

impl PartlyKnown {
    pub(super) fn add(&mut self, other: Self) -> Result<(), Overflow> {
        self.unknown += other.unknown;
        self.sum = money::add_known(self.sum, other.sum)?;
        Ok(())
    }

    /// The sum of what is known; empty if nothing is, and 0 if there is nothing to know.
    pub fn amount(self) -> Option<Decimal> {
        self.sum.or((self.unknown == 0).then_some(Decimal::ZERO))
    }

    /// The sum if all of it is known.
    pub fn whole(self) -> Option<Decimal> {
        self.amount().filter(|_| self.unknown == 0)
    }
}

impl<'l> Close<'l> {
    /// The close of no credits yet: of a month, and the currencies that are shown.
    pub(super) fn new(
        covered: &BTreeSet<Month>,
        filter: &Filter,
        month: Month,
        currencies: impl IntoIterator<Item = Currency>,
    ) -> Self {
        let january = Month::new(month.year(), 1).unwrap_or(month);
        let card = |currency| Card {
            currency,
            month,
            period: filter.period(month),
            has_before: covered.contains(&month.previous()),
            forfeited_since: covered.first().copied().unwrap_or(month).max(january),
            figures: Figures::default(),
        };
        Self { cards: currencies.into_iter().map(card).collect(), customers: Vec::new() }
    }

    /// Adds a credit to its customer, whose credits come one after the other, by its life until the last month shown;
    /// `ending` is how it ends soon.
    pub(super) fn add(
        &mut self,
        identity: &'l Identity,
        (life, last): (&Life<'l>, Month),
        filter: &Filter,
        ending: Option<&Expiring<'_>>,
    ) -> Result<(), Overflow> {
        let Some(card) = self.cards.iter().find(|card| card.currency == identity.currency) else { return Ok(()) };
        let now = InMonth::new(life, filter, card.month);
        // A month of which there is no report at all is not one in which nothing was given.
        let before =
            if card.has_before { InMonth::new(life, filter, card.month.previous()) } else { InMonth::default() };
        let both = now.given.zip(before.given).filter(|_| !now.is_spanning && !before.is_spanning);
        let change = both.map(|(now, before)| money::subtract(now, before)).transpose()?;
        let ending = ending.map(|expiring| Ending {
            credits: 1,
            balance: expiring.balance.left.unwrap_or_default(),
            is_provisional: filter.period(expiring.balance.latest.month) == Period::Open,
            unused: expiring.projected_unused.into(),
        });
        let figures = Figures {
            given: now.given.into(),
            spanning: now.is_spanning.into(),
            before: before.given.into(),
            change: change.into(),
            balance: now.balance.into(),
            forfeited: forfeited(life, filter, card.forfeited_since, card.month)?,
            ending: ending.unwrap_or_default(),
        };
        let ends_on = ends_on(life, filter, last);
        let (customer, currency) = (&identity.customer, identity.currency);
        let mut own = self.customers.iter_mut().rev().take_while(|known| known.customer == customer);
        match own.find(|known| known.currency == currency) {
            Some(known) => {
                known.ends_on = known.ends_on.into_iter().chain(ends_on).min();
                known.figures.add(&figures)?;
            }
            None => self.customers.push(CustomerClose { customer, currency, ends_on, figures }),
        }
        Ok(())
    }

    /// Adds the customers up, and sorts them.
    pub(super) fn finish(&mut self) -> Result<(), Overflow> {
        for CustomerClose { currency, figures, .. } in &self.customers {
            let mut cards = self.cards.iter_mut();
            cards.find(|card| card.currency == *currency).map_or(Ok(()), |card| card.figures.add(figures))?;
        }
        self.customers.sort_unstable_by_key(|CustomerClose { customer, currency, figures, .. }| {
            (*currency, Reverse(figures.given.amount()), Reverse(figures.balance.amount()), *customer)
        });
        Ok(())
    }

    /// Whose credit given changed most, and by how much, of those of whom that is known.
    pub fn movements(&self) -> Vec<(&CustomerClose<'l>, Decimal)> {
        let largest = |card: &Card| {
            let own = self.customers.iter().filter(|customer| customer.currency == card.currency);
            let changes = own.filter_map(|customer| Some((customer, customer.figures.change.whole()?)));
            let mut all: Vec<_> = changes.filter(|(_, change)| !change.is_zero()).collect();
            all.sort_by_key(|(customer, change)| (Reverse(change.abs()), customer.customer));
            all.truncate(MOST_MOVEMENTS);
            all
        };
        self.cards.iter().flat_map(largest).collect()
    }
}

/// Customers whose movements are shown, for each currency.
pub const MOST_MOVEMENTS: usize = 10;

/// What a credit did in a month, as far as the report tells; by default nothing is known of it.
#[derive(Debug, Default)]
struct InMonth {
    /// CreditGiven; 0 without a record, empty if it is unknown.
    given: Option<Decimal>,
    /// Whether `given` covers months before, too.
    is_spanning: bool,
    /// What is left of it at the end of the month; empty if it is unknown.
    balance: Option<Decimal>,
}

impl InMonth {
    /// What a credit did in a month, whether the filter shows that month or not.
    fn new(life: &Life<'_>, filter: &Filter, month: Month) -> Self {
        let known = Self { given: Some(Decimal::ZERO), is_spanning: false, balance: Some(Decimal::ZERO) };
        let latest = life.latest(month);
        if latest.is_some_and(|latest| !filter.shows_status(latest.status)) {
            return known;
        }
        if let Some(entry) = latest.filter(|latest| latest.month == month) {
            let is_spanning = entry.span.is_some_and(|span| span > 1);
            return Self { given: entry.given, is_spanning, balance: Some(entry.left()) };
        }
        let given = if is_silent(life, month) { None } else { known.given };
        // Of a credit that was used up nothing is left, though its rows stop.
        let used_up = || latest.filter(|latest| latest.left().is_zero()).map(|_| Decimal::ZERO);
        Self { given, balance: life.left(month).or_else(used_up), ..known }
    }
}

/// Whether nothing tells what a credit was given in a month in which it has no record.
fn is_silent(life: &Life<'_>, month: Month) -> bool {
    match life.state(month) {
        State::Over => false,
        // Of a credit that was used up nothing more can be given.
        State::Vanished => life.latest(month).is_none_or(|latest| !latest.left().is_zero()),
        // Its first row may cover the month, too.
        State::NotYet => life.entries.first().is_some_and(|first| {
            first.month > month && first.span.is_some_and(|span| first.month.months_since(month) < span)
        }),
        // What was given then stands in a later month, or nowhere yet.
        State::Running | State::Carried | State::Unknown => true,
    }
}

/// What a credit lost by an end in some months.
fn forfeited(life: &Life<'_>, filter: &Filter, first: Month, last: Month) -> Result<Decimal, Overflow> {
    let all = life.forfeited()?;
    let within = all.iter().filter(|(month, ..)| (first..=last).contains(month));
    let shown = within.filter(|(_, _, entry)| filter.shows_status(entry.status));
    money::sum(shown.map(|(_, amount, _)| *amount))
}

/// The last day of a credit, if it runs in its latest record that is shown and that day is to come.
fn ends_on(life: &Life<'_>, filter: &Filter, last: Month) -> Option<NaiveDate> {
    let runs = life.runs_on(filter.as_of, last);
    let latest = life.latest(last).filter(|latest| runs && filter.shows_status(latest.status))?;
    latest.expiry().filter(|day| *day >= filter.as_of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::overview::Overview;
    use crate::ledger::sample::{ledger, month};

    /// What was given, changed and is left, each with how many parts are unknown, the amounts that cover several months,
    /// what was lost, and the customers with the days on which they end.
    fn told(rows: &[&str], filter: &Filter) -> String {
        let ledger = ledger(&[rows]);
        let close = Overview::new(&ledger, filter, &[], 2).unwrap().close;
        let Card { month, period, has_before, forfeited_since, figures, .. } = &close.cards[0];
        let amount = |sum: PartlyKnown| sum.amount().map_or("-".to_owned(), |amount| amount.to_string());
        let sums = [figures.given, figures.change, figures.balance].map(|sum| (amount(sum), sum.unknown));
        let customers = close.customers.iter().map(|own| (own.customer.as_str(), own.ends_on.is_some()));
        let customers: Vec<_> = customers.collect();
        let Figures { spanning, forfeited, .. } = figures;
        format!(
            "{month} {} {has_before} {sums:?} {spanning} {forfeited} since {forfeited_since} {customers:?}",
            period.as_str()
        )
    }

    #[test]
    fn figures_are_of_the_last_closed_month_and_what_is_unknown_is_counted_and_no_zero() {
        let on = |as_of: &str| Filter::everything(as_of.parse().unwrap());
        let february = Filter { months: vec![month("2024-02")..=month("2024-02")], ..on("2024-04-10") };
        let unknown = [
            "c 2024-01 10 Active 90 2024-01-01 -",
            "c 2024-03 40 Active 60 2024-01-01 -",
            "d 2024-01 5 Active 7 2024-01-01 -",
            "d 2024-02 6 Active 6 2024-01-01 -",
            "e 2024-02 6 Active 6 2023-01-01 -",
        ];
        for (rows, filter, expected) in [
            (
                // 30 and 0 after 10 and 5; what an expired credit shows is no balance.
                &[
                    "c 2024-01 10 Active 90 2024-01-01 2024-12-31",
                    "c 2024-02 40 Active 60 2024-01-01 2024-12-31",
                    "c 2024-03 99 Active 1 2024-01-01 2024-12-31",
                    "d 2024-01 5 Active 7 2024-01-01 2024-01-31",
                    "d 2024-02 5 Expired 7 2024-01-01 2024-01-31",
                ][..],
                on("2024-03-10"),
                r#"2024-02 closed true [("30", 0), ("15", 0), ("60", 0)] 0 7 since 2024-01 [("c", true), ("d", false)]"#,
            ),
            // What c was given in February stands in March, and e's past is unknown; of c, January's 90 are carried.
            (
                &unknown,
                on("2024-03-10"),
                r#"2024-02 closed true [("1", 2), ("-4", 2), ("102", 0)] 0 0 since 2024-01 [("d", false), ("c", false), ("e", false)]"#,
            ),
            (
                &unknown,
                on("2024-04-10"),
                r#"2024-03 closed true [("30", 2), ("-", 3), ("60", 2)] 1 0 since 2024-01 [("c", false), ("d", false), ("e", false)]"#,
            ),
            (
                // All but `late`, whose first row covers February too, and `gone`; `late` has not begun.
                &[
                    "all 2024-01 1 Active 9 2024-01-01 -",
                    "all 2024-02 1 Active 9 2024-01-01 -",
                    "all 2024-03 1 Active 9 2024-01-01 -",
                    "late 2024-03 5 Active 5 2024-02-01 -",
                    "gone 2024-01 3 Active 70 2024-01-01 -",
                    "over 2024-01 3 Active 700 2024-01-01 2024-01-31",
                ],
                february,
                r#"2024-02 closed true [("0", 2), ("-4", 2), ("9", 1)] 0 700 since 2024-01 [("all", false), ("over", false), ("late", false), ("gone", false)]"#,
            ),
            (
                &["c 2024-01 10 Active 90 2024-01-01 -"],
                on("2024-01-10"),
                r#"2024-01 open false [("10", 0), ("-", 1), ("90", 0)] 0 0 since 2024-01 [("c", false)]"#,
            ),
        ] {
            assert_eq!(told(rows, &filter), expected);
        }
    }
}

//! The month's close: of each currency the figures that a reader wants first, and the same of each customer.
//!
//! Each figure is of the last closed month that is shown of its currency (or of the latest month, if none is closed).
//! Invariant: a figure has all that is known and nothing else, and what is unknown is counted beside it.

mod card;
mod credit;
mod partly_known;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::ledger::{Ledger, Life};
use crate::model::{Currency, Identity, Month, Overflow, Period, money};

pub use self::card::{Card, CustomerClose, Ending};
use self::credit::InMonth;
pub use self::partly_known::PartlyKnown;
use super::coverage::Covered;
use super::expiring::Expiring;
use super::filter::Filter;

/// The close of each currency and customer.
#[derive(Clone, Debug, Default)]
pub struct Close<'l> {
    pub cards: Vec<Card>,
    /// By currency, who was given most first.
    pub customers: Vec<CustomerClose<'l>>,
}

impl<'l> Close<'l> {
    /// The close of no credits yet, of the months and currencies that are shown.
    pub(super) fn new(ledger: &Ledger, filter: &Filter, shown: impl Iterator<Item = (Month, Currency)>) -> Self {
        let covered = Covered::new(ledger).months(|partner| filter.shows_partner(partner));
        Self { cards: cards(filter, shown, &covered), customers: Vec::new() }
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
        let before = card.change.map(|_| InMonth::new(life, filter, card.month.previous())).unwrap_or_default();
        let forfeited = credit::forfeited(life, filter, card.forfeited_since, card.month)?;
        let customer = customer(&mut self.customers, identity);
        customer.given.add(now.given)?;
        customer.spanning += usize::from(now.is_spanning);
        customer.before.add(before.given)?;
        customer.change.add(now.change(&before)?)?;
        customer.balance.add(now.balance)?;
        customer.forfeited = money::add(customer.forfeited, forfeited)?;
        customer.ends_on = customer.ends_on.into_iter().chain(credit::ends_on(life, filter, last)).min();
        ending.map_or(Ok(()), |expiring| customer.ending.add(expiring, filter))
    }

    /// Adds the customers up, and sorts them.
    pub(super) fn finish(&mut self) -> Result<(), Overflow> {
        for customer in &self.customers {
            let mut cards = self.cards.iter_mut();
            cards.find(|card| card.currency == customer.currency).map_or(Ok(()), |card| card.add(customer))?;
        }
        self.customers.sort_unstable_by(|a, b| {
            let by_given = b.given.amount().cmp(&a.given.amount());
            let by_balance = b.balance.amount().cmp(&a.balance.amount());
            a.currency.cmp(&b.currency).then(by_given).then(by_balance).then_with(|| a.customer.cmp(b.customer))
        });
        Ok(())
    }

    /// Whose credit given changed most in a month, and by how much, of those of whom that is known.
    pub fn movements(&self, month: Month) -> Vec<(&CustomerClose<'l>, Decimal)> {
        let largest = |card: &Card| {
            let change = |customer: &CustomerClose<'_>| customer.change.whole().filter(|change| !change.is_zero());
            let customers = self.customers.iter().filter(|customer| customer.currency == card.currency);
            let mut all: Vec<_> = customers.filter_map(|one| Some((one, change(one)?))).collect();
            all.sort_by_key(|(customer, change)| (Reverse(change.abs()), customer.customer));
            all.truncate(MOST_MOVEMENTS);
            all
        };
        self.cards.iter().filter(|card| card.month == month).flat_map(largest).collect()
    }
}

/// Customers whose movements are shown, for each currency.
pub const MOST_MOVEMENTS: usize = 10;

fn cards(filter: &Filter, shown: impl Iterator<Item = (Month, Currency)>, covered: &BTreeSet<Month>) -> Vec<Card> {
    let mut months: BTreeMap<Currency, (bool, Month)> = BTreeMap::new();
    for (month, currency) in shown {
        let candidate = (filter.period(month) == Period::Closed, month);
        let best = months.entry(currency).or_insert(candidate);
        *best = candidate.max(*best);
    }
    let card = |(currency, (_, month)): (Currency, (bool, Month))| {
        let january = Month::new(month.year(), 1).unwrap_or(month);
        Card {
            currency,
            month,
            period: filter.period(month),
            given: PartlyKnown::default(),
            spanning: 0,
            before: PartlyKnown::default(),
            change: covered.contains(&month.previous()).then(PartlyKnown::default),
            balance: PartlyKnown::default(),
            ending: Ending::default(),
            forfeited: Decimal::ZERO,
            forfeited_since: covered.first().copied().unwrap_or(month).max(january),
        }
    };
    months.into_iter().map(card).collect()
}

/// The customer of a credit, which comes last if it has one before.
fn customer<'c, 'l>(customers: &'c mut Vec<CustomerClose<'l>>, identity: &'l Identity) -> &'c mut CustomerClose<'l> {
    let (customer, currency) = (&identity.customer, identity.currency);
    let start = customers.iter().rposition(|known| known.customer != customer).map_or(0, |other| other + 1);
    let known = customers[start..].iter().position(|known| known.currency == currency);
    let place = known.map_or(customers.len(), |place| start + place);
    if known.is_none() {
        customers.push(CustomerClose {
            customer,
            currency,
            given: PartlyKnown::default(),
            spanning: 0,
            before: PartlyKnown::default(),
            change: PartlyKnown::default(),
            balance: PartlyKnown::default(),
            forfeited: Decimal::ZERO,
            ends_on: None,
            ending: Ending::default(),
        });
    }
    &mut customers[place]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::walk;
    use crate::ledger::sample::{ledger, month};

    fn close_of<'l>(ledger: &'l Ledger, as_of: &str) -> Close<'l> {
        close_of_months(ledger, &Filter::everything(as_of.parse().unwrap()), Covered::new(ledger).months(|_| true))
    }

    fn close_of_months<'l>(ledger: &'l Ledger, filter: &Filter, months: BTreeSet<Month>) -> Close<'l> {
        let usd = Currency::parse("USD").unwrap();
        let close = Close::new(ledger, filter, months.into_iter().map(|month| (month, usd)));
        let add = |close: &mut Close<'l>, credit, of_life: (&Life<'l>, Month)| {
            close.add(ledger.identity(credit), of_life, filter, None)
        };
        let merge = |close: &mut Close<'l>, part: Close<'l>| {
            close.customers.extend(part.customers);
            Ok::<_, Overflow>(())
        };
        let mut close = walk(ledger, filter, 2, close, add, merge).unwrap();
        close.finish().unwrap();
        close
    }

    fn amount(sum: PartlyKnown) -> (Option<String>, usize) {
        (sum.amount().map(|amount| amount.to_string()), sum.unknown)
    }

    fn some(text: &str, unknown: usize) -> (Option<String>, usize) {
        (Some(text.to_owned()), unknown)
    }

    #[test]
    fn the_figures_are_of_the_last_closed_month() {
        let ledger = ledger(&[&[
            "c 2024-01 10 Active 90 2024-01-01 2024-12-31",
            "c 2024-02 40 Active 60 2024-01-01 2024-12-31",
            "c 2024-03 99 Active 1 2024-01-01 2024-12-31",
            "d 2024-01 5 Active 7 2024-01-01 2024-01-31",
            "d 2024-02 5 Expired 7 2024-01-01 2024-01-31",
        ]]);
        let close = close_of(&ledger, "2024-03-10");
        let card = &close.cards[0];
        assert_eq!((card.month, card.period), (month("2024-02"), Period::Closed));
        assert_eq!(amount(card.given), some("30", 0));
        // 30 and 0 after 10 and 5.
        assert_eq!(amount(card.change.unwrap()), some("15", 0));
        // What an expired credit shows is no balance.
        assert_eq!(amount(card.balance), some("60", 0));
        assert_eq!(card.forfeited, Decimal::from(7));
        assert_eq!(card.forfeited_since, month("2024-01"));
        let customers: Vec<&str> = close.customers.iter().map(|customer| customer.customer.as_str()).collect();
        assert_eq!(customers, ["c", "d"]);
        assert_eq!(close.customers[0].ends_on, Some("2024-12-31".parse().unwrap()));
        assert_eq!(close.customers[1].ends_on, None);
    }

    #[test]
    fn what_is_unknown_is_no_zero() {
        let ledger = ledger(&[&[
            "c 2024-01 10 Active 90 2024-01-01 -",
            "c 2024-03 40 Active 60 2024-01-01 -",
            "d 2024-01 5 Active 7 2024-01-01 -",
            "d 2024-02 6 Active 6 2024-01-01 -",
            "e 2024-02 6 Active 6 2023-01-01 -",
        ]]);
        let close = close_of(&ledger, "2024-03-10");
        let card = &close.cards[0];
        assert_eq!(card.month, month("2024-02"));
        // What c was given in February stands in March, and e's past is unknown.
        assert_eq!(amount(card.given), some("1", 2));
        assert_eq!(amount(card.change.unwrap()), some("-4", 2));
        // Of c, January's 90 are carried.
        assert_eq!(amount(card.balance), some("102", 0));
        let close = close_of(&ledger, "2024-04-10");
        assert_eq!((close.cards[0].month, close.cards[0].spanning), (month("2024-03"), 1));
    }

    #[test]
    fn what_has_no_row_is_zero_only_where_that_is_known() {
        let ledger = ledger(&[&[
            "all 2024-01 1 Active 9 2024-01-01 -",
            "all 2024-02 1 Active 9 2024-01-01 -",
            "all 2024-03 1 Active 9 2024-01-01 -",
            // Its first row covers February, too.
            "late 2024-03 5 Active 5 2024-02-01 -",
            "gone 2024-01 3 Active 70 2024-01-01 -",
            "over 2024-01 3 Active 700 2024-01-01 2024-01-31",
        ]]);
        let filter = Filter {
            months: vec![month("2024-02")..=month("2024-02")],
            ..Filter::everything("2024-04-10".parse().unwrap())
        };
        let close = close_of_months(&ledger, &filter, [month("2024-02")].into());
        let card = &close.cards[0];
        assert_eq!(amount(card.given), some("0", 2), "all but `late` and `gone`");
        assert_eq!(amount(card.balance), some("9", 1), "all but `gone`; `late` has not begun");
    }

    #[test]
    fn a_first_month_has_no_month_before_and_an_only_month_may_be_open() {
        let ledger = ledger(&[&["c 2024-01 10 Active 90 2024-01-01 -"]]);
        let close = close_of(&ledger, "2024-01-10");
        let card = &close.cards[0];
        assert_eq!((card.period, card.change), (Period::Open, None));
        assert_eq!(amount(card.given), some("10", 0));
    }
}

//! The month's close: of each currency the figures that a reader wants first, and the same of each customer.
//!
//! Each figure is of the last closed month that is shown of its currency (or of the latest month, if none is closed).
//! Invariant: a figure has all that is known and nothing else, and what is unknown is counted beside it.

mod card;
mod credit;
mod partly_known;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use rust_decimal::Decimal;

use crate::ledger::Ledger;
use crate::model::{Currency, Id, Month, Period, money};

pub use self::card::{Card, CustomerClose, Ending};
use self::credit::InMonth;
pub use self::partly_known::PartlyKnown;
use super::AnalysisError;
use super::coverage::Covered;
use super::expiring::Expiring;
use super::filter::Filter;

/// The close of each currency and customer.
#[derive(Debug, Default)]
pub struct Close<'l> {
    pub cards: Vec<Card>,
    /// By currency, who was given most first.
    pub customers: Vec<CustomerClose<'l>>,
}

impl<'l> Close<'l> {
    /// Works out the close of the months and currencies that are shown; `ending` are the credits that end within
    /// `within` days, among others.
    pub(super) fn new(
        ledger: &'l Ledger,
        filter: &Filter,
        shown: impl Iterator<Item = (Month, Currency)>,
        ending: &[Expiring<'l>],
        within: u32,
    ) -> Result<Self, AnalysisError> {
        let covered = Covered::new(ledger);
        let all_covered = covered.months(|partner| filter.shows_partner(partner));
        let mut cards = cards(filter, shown, &all_covered);
        let mut customers: HashMap<(&'l Id, Currency), CustomerClose<'l>> = HashMap::new();
        let last = filter.last_month(ledger);
        for credit in ledger.credits().iter().filter(|credit| filter.shows_credit(ledger, credit)) {
            let identity = ledger.identity(credit);
            let Some(card) = cards.get_mut(&identity.currency) else { continue };
            let life = ledger.life(credit)?;
            let customer = customer(&mut customers, &identity.customer, identity.currency);
            let now = InMonth::new(&life, filter, card.month);
            // A month of which there is no report at all is not one in which nothing was given.
            let before = card.change.map(|_| InMonth::new(&life, filter, card.month.previous())).unwrap_or_default();
            card.add(&now, &before)?;
            let lost = credit::forfeited(&life, filter, card.forfeited_since, card.month)?;
            card.forfeited = money::add(card.forfeited, lost)?;
            customer.given.add(now.given)?;
            customer.before.add(before.given)?;
            customer.change.add(now.change(&before)?)?;
            customer.balance.add(now.balance)?;
            customer.ends_on =
                customer.ends_on.into_iter().chain(last.and_then(|last| credit::ends_on(&life, filter, last))).min();
        }
        for expiring in ending.iter().filter(|expiring| ends_within(expiring, within)) {
            let (currency, identity) = (expiring.currency, ledger.identity(expiring.credit));
            if let Some(card) = cards.get_mut(&currency) {
                card.ending.add(expiring, filter)?;
                customer(&mut customers, &identity.customer, currency).ending.add(expiring, filter)?;
            }
        }
        Ok(Self { cards: cards.into_values().collect(), customers: sorted(customers) })
    }

    /// Whose credit given changed most in a month, and by how much, of those of whom that is known.
    pub(super) fn movements(&self, month: Month) -> Vec<(CustomerClose<'l>, Decimal)> {
        let largest = |card: &Card| {
            let change = |customer: &CustomerClose<'_>| customer.change.whole().filter(|change| !change.is_zero());
            let customers = self.customers.iter().filter(|customer| customer.currency == card.currency);
            let mut all: Vec<_> = customers.filter_map(|one| Some((one.clone(), change(one)?))).collect();
            all.sort_by_key(|(customer, change)| (Reverse(change.abs()), customer.customer));
            all.truncate(MOST_MOVEMENTS);
            all
        };
        self.cards.iter().filter(|card| card.month == month).flat_map(largest).collect()
    }
}

/// Customers whose movements are shown, for each currency.
pub const MOST_MOVEMENTS: usize = 10;

fn cards(
    filter: &Filter,
    shown: impl Iterator<Item = (Month, Currency)>,
    covered: &BTreeSet<Month>,
) -> BTreeMap<Currency, Card> {
    let mut months: BTreeMap<Currency, (bool, Month)> = BTreeMap::new();
    for (month, currency) in shown {
        let candidate = (filter.period(month) == Period::Closed, month);
        let best = months.entry(currency).or_insert(candidate);
        *best = candidate.max(*best);
    }
    let card = |(currency, (_, month)): (Currency, (bool, Month))| {
        let january = Month::new(month.year(), 1).unwrap_or(month);
        let card = Card {
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
        };
        (currency, card)
    };
    months.into_iter().map(card).collect()
}

fn customer<'c, 'l>(
    customers: &'c mut HashMap<(&'l Id, Currency), CustomerClose<'l>>,
    customer: &'l Id,
    currency: Currency,
) -> &'c mut CustomerClose<'l> {
    customers.entry((customer, currency)).or_insert_with(|| CustomerClose {
        customer,
        currency,
        given: PartlyKnown::default(),
        before: PartlyKnown::default(),
        change: PartlyKnown::default(),
        balance: PartlyKnown::default(),
        ends_on: None,
        ending: Ending::default(),
    })
}

fn ends_within(expiring: &Expiring<'_>, within: u32) -> bool {
    expiring.balance.days_left.is_some_and(|days| days <= i64::from(within))
}

fn sorted<'l>(customers: HashMap<(&'l Id, Currency), CustomerClose<'l>>) -> Vec<CustomerClose<'l>> {
    let mut customers: Vec<_> = customers.into_values().collect();
    customers.sort_unstable_by(|a, b| {
        let by_given = b.given.amount().cmp(&a.given.amount());
        let by_balance = b.balance.amount().cmp(&a.balance.amount());
        a.currency.cmp(&b.currency).then(by_given).then(by_balance).then_with(|| a.customer.cmp(b.customer))
    });
    customers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::sample::{ledger, month};

    fn close_of<'l>(ledger: &'l Ledger, as_of: &str) -> Close<'l> {
        let filter = Filter::everything(as_of.parse().unwrap());
        let months = Covered::new(ledger).months(|_| true);
        let usd = Currency::parse("USD").unwrap();
        Close::new(ledger, &filter, months.into_iter().map(|month| (month, usd)), &[], 90).unwrap()
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
        let usd = Currency::parse("USD").unwrap();
        let close = Close::new(&ledger, &filter, [(month("2024-02"), usd)].into_iter(), &[], 90).unwrap();
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

//! The section of customers: what each was given, what is left of it, and what ends.

use std::collections::HashMap;

use rust_decimal::Decimal;

use crate::analysis::close::{Card, Close, CustomerClose, Ending};
use crate::analysis::overview::WITHIN;
use crate::model::{Currency, Names};
use crate::output::html::Section;
use crate::output::table::{Cell, Column, Fields, Keep, Kind, Table};

use crate::cli::columns::{self, Owners};
use crate::cli::tables::{UNKNOWN, UNUSED};
use crate::cli::words::Count;

pub(super) const PREVIOUS_GIVEN: Column = Column::new("PreviousCreditGiven", Kind::Amount, Keep::Answer);

/// Customers that a page lists: of each currency its share of these.
const MOST_LISTED: usize = 100;

/// However many currencies there are, so many of each.
const LEAST_LISTED: usize = 20;

/// The customers, and which of them a page lists.
pub(super) struct Customers<'l> {
    close: &'l Close<'l>,
    /// Those of each currency who were given most.
    listed: Vec<&'l CustomerClose<'l>>,
    /// How many have only zeros.
    idle: usize,
    /// How many more there are.
    others: usize,
}

impl<'l> Customers<'l> {
    pub(super) fn new(close: &'l Close<'l>) -> Self {
        let most = LEAST_LISTED.max(MOST_LISTED / close.cards.len().max(1));
        let busy: Vec<_> = close.customers.iter().filter(|customer| !customer.is_idle()).collect();
        let mut listed_of: HashMap<Currency, usize> = HashMap::new();
        let mut listed = busy.clone();
        listed.retain(|customer| {
            let count = listed_of.entry(customer.currency).or_default();
            *count += 1;
            *count <= most
        });
        Self { close, idle: close.customers.len() - busy.len(), others: busy.len() - listed.len(), listed }
    }

    /// Whether a page lists all of whom there is anything to say.
    pub(super) fn lists_all(&self) -> bool {
        self.others == 0
    }

    /// The section; a page leaves out those of whom there is least to say.
    pub(super) fn section<'a>(&'a self, names: &'a Names, is_page: bool) -> Section<'a> {
        let fields = fields(names);
        let table =
            if is_page { fields.table(self.listed.iter().copied()) } else { fields.table(&*self.close.customers) };
        Section {
            heading: "Customers",
            lead: self.lead(),
            if_empty: if self.idle > 0 { "Nothing was given, and nothing is left." } else { "No customer is shown." },
            charts: Vec::new(),
            table: self.with_totals(table).with_footnotes(self.footnotes(is_page)),
        }
    }

    fn lead(&self) -> String {
        let mut months: Vec<String> = self.close.cards.iter().map(|card| card.month.to_string()).collect();
        months.dedup();
        let month = match &months[..] {
            [month] => month,
            _ => "the last closed month of the currency",
        };
        format!(
            "Credit given in {month} and the month before, what is left at its end, and what will likely be left unused \
             of credits that end within {WITHIN} days."
        )
    }

    fn with_totals<'a>(&self, table: Table<'a>) -> Table<'a> {
        let fields = Fields::<&Card>::default()
            .currency(columns::CURRENCY, |card| card.currency)
            .with(columns::GIVEN, |card| known(card.given.amount()))
            .with(PREVIOUS_GIVEN, |card| known(card.before.amount()))
            .with(columns::BALANCE_AMOUNT, |card| known(card.balance.amount()))
            .with(UNUSED, |card| of_ending(card.ending, card.ending.unused.amount()));
        table.with_totals(&fields, &self.close.cards)
    }

    fn footnotes(&self, is_page: bool) -> Vec<String> {
        let mut notes = Vec::new();
        if is_page && self.others > 0 {
            let customers = Count(self.others, "more customer");
            notes.push(format!("{customers}, who were given less, not listed; the totals have them."));
        }
        if is_page && self.idle > 0 {
            let customers = Count(self.idle, "customer");
            notes.push(format!(
                "{customers} not listed, because nothing was given in these months and nothing is left."
            ));
        }
        let cards = || self.close.cards.iter();
        let mut sums = cards().flat_map(|card| [card.given, card.before, card.balance, card.ending.unused]);
        // A page has no totals of one row.
        if self.close.customers.len() > 1 && sums.any(|sum| sum.unknown > 0) {
            notes.push("The totals have nothing of what is unknown.".to_owned());
        }
        if cards().any(|card| card.ending.is_provisional) {
            notes
                .push("What is likely unused goes by the latest month, which is open: it may still change.".to_owned());
        }
        notes
    }
}

fn fields(names: &Names) -> Fields<'_, &CustomerClose<'_>> {
    Fields::<&CustomerClose<'_>>::default()
        .customer(names, |customer| customer.customer)
        .currency(columns::CURRENCY, |customer| customer.currency)
        .with(columns::GIVEN, |customer| known(customer.given.whole()))
        .with(PREVIOUS_GIVEN, |customer| known(customer.before.whole()))
        .with(columns::BALANCE_AMOUNT, |customer| known(customer.balance.whole()))
        .date(columns::EXPIRY.keep(Keep::Answer), |customer| customer.ends_on)
        .with(UNUSED, |customer| of_ending(customer.ending, customer.ending.unused.whole()))
}

/// An amount, or a word for one that is not known.
fn known<'a>(amount: Option<Decimal>) -> Cell<'a> {
    amount.map_or(UNKNOWN, Cell::Amount)
}

/// An amount of credits that end; empty if none does.
fn of_ending<'a>(ending: Ending, amount: Option<Decimal>) -> Cell<'a> {
    if ending.credits == 0 { Cell::Empty } else { known(amount) }
}

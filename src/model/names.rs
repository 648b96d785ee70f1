//! Customers' names.

use std::collections::HashMap;

use super::id::Id;

/// The names of customers whose names are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(HashMap<Id, String>);

impl Names {
    /// Gives a customer a name and returns the one it had.
    pub fn insert(&mut self, customer: Id, name: String) -> Option<String> {
        self.0.insert(customer, name)
    }

    /// Takes over all names of another list.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of customers whose names are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The customer with the least id.
    #[must_use]
    pub fn first(&self) -> Option<&Id> {
        self.0.keys().min()
    }

    #[must_use]
    pub fn get(&self, customer: &Id) -> Option<&str> {
        self.0.get(customer).map(String::as_str)
    }

    /// The customers among some whose name a text is, whatever the case, or else those whose name contains it.
    #[must_use]
    pub fn named<'i>(&self, text: &str, customers: impl Iterator<Item = &'i Id>) -> Vec<&'i Id> {
        let text = text.trim().to_lowercase();
        let names = customers.filter_map(|customer| Some((customer, self.get(customer)?.to_lowercase())));
        let with_part: Vec<(&Id, String)> = names.filter(|(_, name)| name.contains(&text)).collect();
        let has_whole = with_part.iter().any(|(_, name)| name.trim() == text);
        with_part
            .into_iter()
            .filter(|(_, name)| !has_whole || name.trim() == text)
            .map(|(customer, _)| customer)
            .collect()
    }
}

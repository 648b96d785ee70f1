//! Customers' names.

use std::collections::HashMap;

use super::id::Id;
use super::message::Visible;

/// The names of customers whose names are known, and what goes along with them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    names: HashMap<Id, String>,
    /// The headings of what goes along.
    pub columns: Vec<&'static str>,
    /// What stands under them, for each customer.
    along: HashMap<Id, Vec<String>>,
}

impl Names {
    /// Gives a customer a name and returns the one it had.
    pub fn insert(&mut self, customer: Id, name: String) -> Option<String> {
        self.names.insert(customer, name)
    }

    /// Gives a customer what goes along with its name, a text for each column.
    pub fn insert_along(&mut self, customer: Id, texts: Vec<String>) {
        self.along.insert(customer, texts);
    }

    /// What stands in a column that goes along.
    pub fn along(&self, customer: &Id, column: usize) -> Option<&str> {
        self.along.get(customer)?.get(column).map(String::as_str)
    }

    /// Takes over all names of another list, and what goes along with them.
    pub fn extend(&mut self, other: Self) {
        self.names.extend(other.names);
        self.columns.extend(other.columns);
        self.along.extend(other.along);
    }

    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The number of customers whose names are known.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// The customer with the least id.
    pub fn first(&self) -> Option<&Id> {
        self.names.keys().min()
    }

    /// The customer as a message names it: by its name if that is known.
    pub fn told<'a>(&'a self, customer: &'a Id) -> Visible<'a> {
        Visible(self.get(customer).unwrap_or(customer.as_str()))
    }

    pub fn get(&self, customer: &Id) -> Option<&str> {
        self.names.get(customer).map(String::as_str)
    }

    /// The customers among some whose name a text is, or else those whose name contains it, whatever the case and the
    /// accents: `muller` and `mueller` are in `Müller`.
    pub fn named<'i>(&self, text: &str, customers: impl Iterator<Item = &'i Id>) -> Vec<&'i Id> {
        let text = folded(text.trim(), "");
        let spelled = |name: &str| ["", "e"].map(|umlaut| folded(name.trim(), umlaut));
        let names = customers.filter_map(|customer| Some((customer, spelled(self.get(customer)?))));
        let with_part: Vec<_> = names.filter(|(_, names)| names.iter().any(|name| name.contains(&text))).collect();
        let has_whole = with_part.iter().any(|(_, names)| names.contains(&text));
        let is_meant = |names: &[String; 2]| !has_whole || names.contains(&text);
        with_part.into_iter().filter(|(_, names)| is_meant(names)).map(|(customer, _)| customer).collect()
    }

    /// The names among those of some customers that differ least from a text, if they differ by few letters: as a whole,
    /// or by one of their words.
    pub fn nearest<'i>(&self, text: &str, customers: impl Iterator<Item = &'i Id>) -> Vec<&str> {
        let text = folded(text.trim(), "");
        let most = text.chars().count() / 4 + 1;
        let distance = |name: &str| {
            let name = folded(name, "");
            let words = name.split_whitespace().chain([name.trim()]);
            words.map(|word| strsim::damerau_levenshtein(&text, word)).min().filter(|distance| *distance <= most)
        };
        let names = customers.filter_map(|customer| self.get(customer));
        let mut near: Vec<_> = names.filter_map(|name| Some((distance(name)?, name))).collect();
        near.sort_unstable();
        near.dedup();
        near.into_iter().map(|(_, name)| name).collect()
    }
}

/// Letters without their accents, before each the letters that they become.
const PLAIN: [(&str, &str); 22] = [
    ("a", "àáâãåāăą"),
    ("c", "çćĉċč"),
    ("d", "ďđð"),
    ("e", "èéêëēĕėęě"),
    ("g", "ĝğġģ"),
    ("h", "ĥħ"),
    ("i", "ìíîïĩīĭįı"),
    ("k", "ķ"),
    ("l", "ĺļľŀł"),
    ("n", "ñńņň"),
    ("o", "òóôõøōŏő"),
    ("r", "ŕŗř"),
    ("s", "śŝşšș"),
    ("t", "ţťŧț"),
    ("u", "ùúûũūŭůűų"),
    ("w", "ŵ"),
    ("y", "ýÿŷ"),
    ("z", "źżž"),
    ("ss", "ß"),
    ("ae", "æ"),
    ("oe", "œ"),
    ("th", "þ"),
];

/// A text in small letters without accents; `umlaut` is what becomes of the two dots.
fn folded(text: &str, umlaut: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match ("aou".chars().zip("äöü".chars())).find(|(_, dotted)| *dotted == letter) {
            Some((plain, _)) => {
                folded.push(plain);
                folded.push_str(umlaut);
            }
            None => match PLAIN.iter().find(|(_, accented)| !letter.is_ascii() && accented.contains(letter)) {
                Some((plain, _)) => folded.push_str(plain),
                None => folded.push(letter),
            },
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_without_their_accents() {
        let id = Id::parse("c").unwrap();
        let mut names = Names::default();
        names.insert(id.clone(), "Müller & Søn Straße Łódź".to_owned());
        for part in ["MÜLLER", "muller", "Mueller", "søn", "son strasse", "lodz"] {
            assert_eq!(names.named(part, [&id].into_iter()), [&id], "{part}");
        }
        assert!(names.named("meller", [&id].into_iter()).is_empty());
        for text in ["meller", "Stasse", "muller & son strase lodz"] {
            assert_eq!(names.nearest(text, [&id].into_iter()), ["Müller & Søn Straße Łódź"], "{text}");
        }
        assert!(names.nearest("contoso", [&id].into_iter()).is_empty());
    }
}

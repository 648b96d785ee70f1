//! Numbers and lists in the words of a sentence.

use std::fmt;

use crate::model::{Month, grouped};

/// `1 row`, `2 rows`, `4,550,000 rows`.
pub(super) struct Count<'a>(pub(super) usize, pub(super) &'a str);

impl fmt::Display for Count<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(count, noun) = self;
        write!(f, "{} {noun}{}", grouped(&count.to_string()), if *count == 1 { "" } else { "s" })
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn joined(items: impl IntoIterator<Item: fmt::Display>) -> String {
    let mut items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    match items.pop() {
        Some(last) if !items.is_empty() => format!("{} and {last}", items.join(", ")),
        last => last.unwrap_or_default(),
    }
}

/// The same of a few; of more than `most`, which stand in order, the first and the last: `a to z`.
pub(super) fn joined_or_ends<T: fmt::Display>(items: &[T], most: usize) -> String {
    match items {
        [first, .., last] if items.len() > most => format!("{first} to {last}"),
        _ => joined(items),
    }
}

/// `2022-01`, or `2022-01 to 2022-06`.
pub(super) fn from_to(first: Month, last: Month) -> String {
    if first == last { first.to_string() } else { format!("{first} to {last}") }
}

/// A note as a sentence.
pub(super) fn sentence(note: &str) -> String {
    let mut letters = note.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

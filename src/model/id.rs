//! Ids of partners, customers and agreements.
//!
//! Invariant: two spellings of one GUID are equal and print the same; any other text is kept as it is.

use std::fmt;

/// An id as the report compares and prints it: a GUID in lower case, or any other text unchanged.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(Box<str>);

impl Id {
    /// Reads an id; `None` if the text is blank.
    ///
    /// API data writes a customer as `org:` and a GUID; the prefix is no part of the GUID.
    ///
    /// ```
    /// use aco::model::id::Id;
    /// let id = Id::parse("org:0B61C8D4-3A52-4C8E-9D0F-6E1B7A20C4F9").unwrap();
    /// assert_eq!(id.as_str(), "0b61c8d4-3a52-4c8e-9d0f-6e1b7a20c4f9");
    /// assert_eq!(Id::parse("Contoso").unwrap().as_str(), "Contoso");
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let guid = match text.split_at_checked(4) {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("org:") => rest.trim_start(),
            _ => text,
        };
        if is_guid(guid) {
            Some(Self(guid.to_ascii_lowercase().into()))
        } else {
            (!text.is_empty()).then(|| Self(text.into()))
        }
    }

    /// The id's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Whether the text has the form 8-4-4-4-12 of hexadecimal digits.
fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::Id;

    #[test]
    fn guids_compare_without_case_and_without_prefix() {
        let lower = Id::parse("0b61c8d4-3a52-4c8e-9d0f-6e1b7a20c4f9");
        assert_eq!(Id::parse(" ORG:0B61C8D4-3A52-4C8E-9D0F-6E1B7A20C4F9 "), lower);
    }

    #[test]
    fn other_text_keeps_its_case() {
        assert_ne!(Id::parse("Contoso"), Id::parse("contoso"));
        assert_eq!(Id::parse("org:Contoso").unwrap().as_str(), "org:Contoso");
    }

    #[test]
    fn blank_text_is_no_id() {
        assert_eq!(Id::parse("  "), None);
    }
}

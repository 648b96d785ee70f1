//! Ids of partners, customers and agreements.
//!
//! Invariant: two spellings of one GUID are equal and print the same; any other text is kept as it is.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use arrayvec::ArrayString;

use super::text::Visible;

/// Characters of a GUID: 8-4-4-4-12 hexadecimal digits.
const GUID: usize = 36;

/// An id as the report compares and prints it: a GUID in lower case, or any other text unchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Id(IdText);

/// Ids come by the hundred thousand, and nearly all are GUIDs: these are held in place.
#[derive(Clone, Debug, PartialEq, Eq)]
enum IdText {
    Guid(ArrayString<GUID>),
    Other(Box<str>),
}

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
        if let Some(mut guid) = ArrayString::from(guid).ok().filter(is_guid) {
            guid.make_ascii_lowercase();
            return Some(Self(IdText::Guid(guid)));
        }
        (!text.is_empty()).then(|| Self(IdText::Other(text.into())))
    }

    /// Whether it is a GUID, as the ids of customers are.
    #[must_use]
    pub fn is_guid(&self) -> bool {
        matches!(self.0, IdText::Guid(_))
    }

    /// The id's text, whatever it is; what people are shown is spelled by `Display`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            IdText::Guid(guid) => guid,
            IdText::Other(text) => text,
        }
    }

    /// The first eight bytes as a number: where those of two ids differ, they sort as the ids do.
    #[must_use]
    pub fn sort_prefix(&self) -> u64 {
        let text = self.as_str().as_bytes();
        let mut prefix = [0; 8];
        let length = text.len().min(prefix.len());
        prefix[..length].copy_from_slice(&text[..length]);
        u64::from_be_bytes(prefix)
    }
}

impl Hash for Id {
    /// By the text alone, for it tells GUIDs from others.
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write(self.as_str().as_bytes());
    }
}

impl Ord for Id {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl PartialOrd for Id {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Visible(self.as_str()).fmt(f)
    }
}

/// Whether the text has the form 8-4-4-4-12 of hexadecimal digits.
fn is_guid(text: &ArrayString<GUID>) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == GUID
        && [8, 13, 18, 23].iter().all(|dash| bytes[*dash] == b'-')
        && bytes.iter().map(|byte| u8::from(byte.is_ascii_hexdigit())).sum::<u8>() == 32
}

#[cfg(test)]
mod tests {
    use super::Id;

    proptest::proptest! {
        #[test]
        fn prefixes_sort_as_ids_do(ids in proptest::collection::vec("[\0aBé]{1,10}", 2)) {
            let ids: Vec<Id> = ids.iter().filter_map(|id| Id::parse(id)).collect();
            if let [one, other] = &ids[..] {
                proptest::prop_assert!(one.sort_prefix() == other.sort_prefix() || (one.sort_prefix() < other.sort_prefix()) == (one < other));
            }
        }
    }

    #[test]
    fn guids_compare_without_case_and_without_prefix() {
        let lower = Id::parse("0b61c8d4-3a52-4c8e-9d0f-6e1b7a20c4f9");
        assert_eq!(Id::parse(" ORG:0B61C8D4-3A52-4C8E-9D0F-6E1B7A20C4F9 "), lower);
    }

    #[test]
    fn other_text_keeps_its_case() {
        assert_ne!(Id::parse("Contoso"), Id::parse("contoso"));
        assert_eq!(Id::parse("org:Contoso").unwrap().as_str(), "org:Contoso");
        // As long as a GUID, and with as many digits or dashes, yet none.
        for other in ["0B61C8D43-A52-4C8E-9D0F-6E1B7A20C4F9", "0B61C8D4-3A52-4C8E-9D0F-6E1B7A20C4FX"] {
            assert_eq!(Id::parse(other).unwrap().as_str(), other);
        }
    }

    #[test]
    fn blank_text_is_no_id() {
        assert_eq!(Id::parse("  "), None);
    }
}

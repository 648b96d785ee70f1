//! Ids of partners, customers and agreements.
//!
//! Invariant: two spellings of one GUID are equal and print the same; of any other text only what nobody sees is lost.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use arrayvec::ArrayString;

use super::message::{Visible, is_hidden};

/// Characters of a GUID: 8-4-4-4-12 hexadecimal digits.
const GUID: usize = 36;

/// Where its hyphens stand.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

/// An id as the report compares and prints it: a GUID in lower case, or any other text as it is seen.
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
    /// API data writes a customer as `org:` and a GUID, .NET a GUID in braces or without hyphens, RFC 9562 behind
    /// `urn:uuid:`, Excel as `="GUID"`; none of these is part of it, nor is a quote that stands within or has no other.
    /// Characters of no width are no part of any id.
    pub fn parse(text: &str) -> Option<Self> {
        let guid = plain_guid(text.trim()).or_else(|| guid(bare(without(text, is_dress).trim())));
        let other = || {
            let text = without(text, has_no_width);
            Some(text.trim()).filter(|text| !text.is_empty()).map(|text| IdText::Other(text.into()))
        };
        guid.map(IdText::Guid).or_else(other).map(Self)
    }

    /// Whether it is a GUID, as the ids of customers are.
    pub fn is_guid(&self) -> bool {
        matches!(self.0, IdText::Guid(_))
    }

    /// The id's text, whatever it is; what people are shown is spelled by `Display`.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            IdText::Guid(guid) => guid,
            IdText::Other(text) => text,
        }
    }

    /// The first eight bytes as a number: where those of two ids differ, they sort as the ids do.
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

/// Characters that change nothing that is seen: soft hyphens, joiners and blanks of no width, byte order marks. Those
/// that turn the direction of writing do, and stand.
fn has_no_width(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// Characters that are no part of a GUID, wherever they stand: quotes, and what is not seen.
pub(crate) fn is_dress(c: char) -> bool {
    matches!(c, '"' | '\'' | '‘'..='‟') || !c.is_control() && is_hidden(c)
}

/// The text without some of its characters.
fn without(text: &str, is_left_out: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_left_out) {
        return Cow::Borrowed(text);
    }
    text.chars().filter(|c| !is_left_out(*c)).collect::<String>().into()
}

/// A GUID as nearly all files write it.
fn plain_guid(text: &str) -> Option<ArrayString<GUID>> {
    let bytes = text.as_bytes();
    let is_guid = bytes.len() == GUID
        && HYPHENS.iter().all(|hyphen| bytes[*hyphen] == b'-')
        && bytes.iter().map(|byte| u8::from(byte.is_ascii_hexdigit())).sum::<u8>() == 32;
    let mut guid = ArrayString::from(text).ok().filter(|_| is_guid)?;
    guid.make_ascii_lowercase();
    Some(guid)
}

/// What may be a GUID within its prefixes and braces.
fn bare(text: &str) -> &str {
    const PREFIXES: [&str; 5] = ["org:", "urn:", "uuid:", "guid:", "="];
    const PAIRS: [(char, char); 4] = [('{', '}'), ('(', ')'), ('[', ']'), ('<', '>')];
    let mut bare = text;
    loop {
        let prefixed =
            |prefix: &&str| bare.split_at_checked(prefix.len()).filter(|(start, _)| start.eq_ignore_ascii_case(prefix));
        let enclosed = |(open, close): &(char, char)| bare.strip_prefix(*open)?.strip_suffix(*close);
        let inner = PREFIXES.iter().find_map(prefixed).map(|(_, rest)| rest);
        match inner.or_else(|| PAIRS.iter().find_map(enclosed)) {
            Some(inner) => bare = inner.trim(),
            None => return bare,
        }
    }
}

/// The GUID of which a text has the 32 hexadecimal digits, also of full width, in groups of 8-4-4-4-12 or in none.
fn guid(text: &str) -> Option<ArrayString<GUID>> {
    let is_hyphen = |c: char| matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}');
    let mut guid = ArrayString::new();
    let mut hyphens = 0;
    for c in text.chars() {
        if HYPHENS.contains(&guid.len()) {
            guid.try_push('-').ok()?;
            if is_hyphen(c) {
                hyphens += 1;
                continue;
            }
        }
        let narrow = u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).filter(char::is_ascii_hexdigit);
        let digit = narrow.unwrap_or(c).to_ascii_lowercase();
        digit.is_ascii_hexdigit().then(|| guid.try_push(digit))?.ok()?;
    }
    (guid.len() == GUID && matches!(hyphens, 0 | 4)).then_some(guid)
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
    fn a_guid_is_the_same_in_any_dress_and_other_text_is_as_it_is_seen() {
        const GUID: &str = "0b61c8d4-3a52-4c8e-9d0f-6e1b7a20c4f9";
        for (text, expected) in [
            (" ORG:0B61C8D4-3A52-4C8E-9D0F-6E1B7A20C4F9 ", GUID),
            ("{0B61C8D43A524C8E9D0F6E1B7A20C4F9}", GUID),
            ("ORG: {0b61c8d4-3a52-4c8e-9d0f-6e1b7a20c4f9}", GUID),
            ("“{0b61c8d4-3a52-4c8e-9d0f-6e1b7a20c4f9}”", GUID),
            ("\u{a0}0b61c8d4−3a52−4c8e−9d0f−6e1b7a20c4f9\u{a0}", GUID),
            ("=\"0b61c8d4-3a52-4c8e-9d0f-6e1b7a20c4f9\"", GUID),
            ("0b61c8d4-3a52-4c8e-9d0f-6e1b7a20c4f9\"", GUID),
            ("'0b61c8d4-3a52-4c8e-\"9d0f-6e1b7a20c4f9", GUID),
            ("<0b61c8d4-3a52-4c8e-9d0f-6e1b7a20c4f9>", GUID),
            ("0ｂ６1c8d4－3a52－4c8e－9d0f－6e1b7a20c4Ｆ９", GUID),
            ("\u{feff}Con\u{200b}toso\u{ad} ", "Contoso"),
            ("contoso", "contoso"),
            ("org:Contoso", "org:Contoso"),
            ("Con–toso", "Con–toso"),
            ("{Contoso}", "{Contoso}"),
            // As long as a GUID, and with as many digits or dashes, yet none.
            ("0B61C8D43-A52-4C8E-9D0F-6E1B7A20C4F9", "0B61C8D43-A52-4C8E-9D0F-6E1B7A20C4F9"),
            ("0B61C8D4-3A52-4C8E-9D0F-6E1B7A20C4FX", "0B61C8D4-3A52-4C8E-9D0F-6E1B7A20C4FX"),
            ("0B61C8D4-3A524C8E9D0F6E1B7A20C4F9", "0B61C8D4-3A524C8E9D0F6E1B7A20C4F9"),
            ("0B61C8D4-3A52-4C8E-9D0F-6E1B7A20C4F9-", "0B61C8D4-3A52-4C8E-9D0F-6E1B7A20C4F9-"),
            ("0B61C8D43A524C8E9D0F6E1B7A20C4F", "0B61C8D43A524C8E9D0F6E1B7A20C4F"),
            ("0B61C8D4\"3A52-4C8E-9D0F-6E1B7A20C4F9", "0B61C8D4\"3A52-4C8E-9D0F-6E1B7A20C4F9"),
        ] {
            let id = Id::parse(text).unwrap();
            assert_eq!((id.as_str(), id.is_guid()), (expected, expected == GUID), "{text}");
        }
        assert_eq!(Id::parse("\u{200b} \u{feff}").or(Id::parse("  ")), None);
    }
}

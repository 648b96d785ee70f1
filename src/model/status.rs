//! The state a credit is in.

use std::fmt;

use super::text::Visible;

/// A credit's status in one month.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// The credit can be used.
    Active,
    /// The credit's term has ended.
    Expired,
    /// A word that the report's documentation does not name, kept as it is.
    Other(Box<str>),
}

impl Status {
    /// Reads a status; the two documented words in any case.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        if text.eq_ignore_ascii_case("active") {
            Self::Active
        } else if text.eq_ignore_ascii_case("expired") {
            Self::Expired
        } else {
            Self::Other(text.into())
        }
    }

    /// The status's text, whatever it is; what people are shown is spelled by `Display`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Active => "Active",
            Self::Expired => "Expired",
            Self::Other(word) => word,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Visible(self.as_str()).fmt(f)
    }
}

//! The state a credit is in.

use std::fmt;

use super::message::Visible;

/// What a status says of its credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusClass {
    Running,
    /// It has ended, in whatever way.
    Over,
    NotYet,
}

/// The words of credits that have ended.
pub const OVER: [&str; 9] =
    ["expired", "canceled", "cancelled", "failed", "deleted", "removed", "terminated", "used", "completed"];

/// The words of credits that have not begun.
pub const NOT_YET: [&str; 4] = ["pending", "scheduled", "provisional", "future"];

/// A credit's status in one month.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    Active,
    /// The credit's term has ended.
    Expired,
    /// A word that the report's documentation does not name, kept as it is.
    Other(Box<str>),
}

impl Status {
    /// Reads a status; the two documented words in any case.
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

    /// What it says of its credit. A word that nobody knows takes nothing away: the credit runs.
    #[inline]
    pub fn class(&self) -> StatusClass {
        match self {
            Self::Active => StatusClass::Running,
            Self::Expired => StatusClass::Over,
            Self::Other(word) => class_of(word).unwrap_or(StatusClass::Running),
        }
    }

    /// Whether it is a word that nobody knows.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Other(word) if class_of(word).is_none())
    }

    /// The status's text, whatever it is; what people are shown is spelled by `Display`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Active => "Active",
            Self::Expired => "Expired",
            Self::Other(word) => word,
        }
    }
}

/// The class of a word other than Active.
fn class_of(word: &str) -> Option<StatusClass> {
    let is_among = |words: &[&str]| words.iter().any(|known| known.eq_ignore_ascii_case(word));
    if is_among(&OVER) {
        return Some(StatusClass::Over);
    }
    is_among(&NOT_YET).then_some(StatusClass::NotYet)
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Visible(self.as_str()).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_tell_whether_a_credit_runs_whatever_their_case() {
        for (word, class, is_unknown) in [
            ("ACTIVE", StatusClass::Running, false),
            ("Suspended", StatusClass::Running, true),
            ("expired", StatusClass::Over, false),
            ("CANCELED", StatusClass::Over, false),
            ("Cancelled", StatusClass::Over, false),
            ("used", StatusClass::Over, false),
            ("Pending", StatusClass::NotYet, false),
            ("provisional", StatusClass::NotYet, false),
        ] {
            let status = Status::parse(word);
            assert_eq!((status.class(), status.is_unknown()), (class, is_unknown), "{word}");
        }
    }
}

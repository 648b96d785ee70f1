//! What is said to a person: an error, a warning or a note, where it arose, and what to do about it.
//!
//! Whoever finds something out makes a message; only the command line writes one. Invariant: a text says what is the
//! case and a hint what to do, and neither holds the other.

use std::fmt;
use std::io;

use super::text::Visible;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// How something was taken, which changes no figure; told where there is room.
    Aside,
    /// Worth knowing; the result stands.
    Note,
    /// The result stands, but somebody should look.
    Warning,
    /// There is no result.
    Error,
}

impl Level {
    /// Its name, as it stands before a message.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aside | Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Where in the input something is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    pub file: String,
    /// The line, from 1; none if it is about the whole file.
    pub line: Option<u64>,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Visible(&self.file))?;
        self.line.map_or(Ok(()), |line| write!(f, ":{line}"))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub level: Level,
    /// Where it arose, if at a place of the input.
    pub location: Option<Location>,
    /// What is the case: lower case, without a full stop. Further lines are details.
    pub text: String,
    /// What to do: a flag or a step.
    pub hint: Option<String>,
}

impl Message {
    pub fn note(text: impl Into<String>) -> Self {
        Self::new(Level::Note, text.into())
    }

    pub fn aside(text: impl Into<String>) -> Self {
        Self::new(Level::Aside, text.into())
    }

    pub fn warning(text: impl Into<String>) -> Self {
        Self::new(Level::Warning, text.into())
    }

    /// Why there is no result.
    pub fn error(text: impl Into<String>) -> Self {
        Self::new(Level::Error, text.into())
    }

    fn new(level: Level, text: String) -> Self {
        Self { level, location: None, text, hint: None }
    }

    /// The same at a place of the input.
    #[must_use]
    pub fn at(self, file: impl Into<String>, line: Option<u64>) -> Self {
        Self { location: Some(Location { file: file.into(), line }), ..self }
    }

    /// The same with what to do about it.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

/// `file:line: text`, without level and hint: those are set by whoever shows the message.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(location) = &self.location {
            write!(f, "{location}: ")?;
        }
        f.write_str(&self.text)
    }
}

/// So that it can be why something failed, its hint beside it.
impl std::error::Error for Message {}

/// What is wrong with data that were read.
impl From<Message> for io::Error {
    fn from(message: Message) -> Self {
        Self::new(io::ErrorKind::InvalidData, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_stands_before_the_text() {
        let message = Message::error("the file is empty").at("a\nb.csv", None).hint("download it again");
        assert_eq!(message.to_string(), "a\\u{a}b.csv: the file is empty");
        assert_eq!(Message::note("odd").at("b.csv", Some(7)).to_string(), "b.csv:7: odd");
        assert_eq!(message.hint.as_deref(), Some("download it again"));
    }
}

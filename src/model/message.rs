//! What is said to a person: an error, a warning or a note, where it arose, and what to do about it; and text of others as
//! people may be shown it.
//!
//! Whoever finds something out makes a message; only the command line writes one. Invariant: a text says what is the
//! case and a hint what to do, and neither holds the other.

use std::fmt::{self, Write};
use std::io;

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

/// Text in which nothing can act on a terminal, hide, or begin a line: control characters (line ends and tabs too),
/// zero-width characters and those that turn the direction of writing are spelled out.
#[derive(Clone, Copy, Debug)]
pub struct Visible<'a>(pub &'a str);

impl fmt::Display for Visible<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some((at, hidden)) = rest.char_indices().find(|(_, c)| is_hidden(*c)) {
            write!(f, "{}{}", &rest[..at], hidden.escape_unicode())?;
            rest = &rest[at + hidden.len_utf8()..];
        }
        f.write_str(rest)
    }
}

/// A path as people may be shown it.
#[derive(Clone, Copy, Debug)]
pub struct VisiblePath<'a>(pub &'a std::path::Path);

impl fmt::Display for VisiblePath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Visible(&self.0.to_string_lossy()).fmt(f)
    }
}

/// Lines as people may be shown them: as [`Visible`], but line ends stand.
#[derive(Clone, Copy, Debug)]
pub struct VisibleLines<'a>(pub &'a str);

impl fmt::Display for VisibleLines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, line) in self.0.split('\n').enumerate() {
            if at > 0 {
                f.write_char('\n')?;
            }
            Visible(line).fmt(f)?;
        }
        Ok(())
    }
}

/// Whether a character is not seen where it stands: controls, separators of lines, and what Unicode's property
/// `Default_Ignorable_Code_Point` lists.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
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

    #[test]
    fn spells_out_what_hides() {
        assert_eq!(Visible("a\u{1b}[31mb\u{202e}c\u{200b}").to_string(), "a\\u{1b}[31mb\\u{202e}c\\u{200b}");
        assert_eq!(Visible("\u{9b}31m\t\r\n").to_string(), "\\u{9b}31m\\u{9}\\u{d}\\u{a}");
        assert_eq!(Visible("Müller & Söhne 株式会社").to_string(), "Müller & Söhne 株式会社");
        assert_eq!(VisibleLines("a\r\nb\u{7}\n").to_string(), "a\\u{d}\nb\\u{7}\n");
    }
}

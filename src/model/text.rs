//! Text as people may be shown it.

use std::fmt::{self, Write};

/// Text in which nothing can act on a terminal, hide, or begin a line: control characters (line ends and tabs too),
/// zero-width characters and those that turn the direction of writing are spelled out.
///
/// ```
/// use aco::model::text::Visible;
/// assert_eq!(Visible("Müller\u{1b}[31m\n\u{202e}").to_string(), r"Müller\u{1b}[31m\u{a}\u{202e}");
/// ```
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
    fn spells_out_what_hides() {
        assert_eq!(Visible("a\u{1b}[31mb\u{202e}c\u{200b}").to_string(), "a\\u{1b}[31mb\\u{202e}c\\u{200b}");
        assert_eq!(Visible("\u{9b}31m\t\r\n").to_string(), "\\u{9b}31m\\u{9}\\u{d}\\u{a}");
        assert_eq!(Visible("Müller & Söhne 株式会社").to_string(), "Müller & Söhne 株式会社");
    }

    #[test]
    fn lines_stay_lines() {
        assert_eq!(VisibleLines("a\r\nb\u{7}\n").to_string(), "a\\u{d}\nb\\u{7}\n");
    }
}

//! Messages as a person reads them, the only place where they become text, and numbers and lists in their sentences.

use std::error::Error;
use std::fmt;
use std::io;

use anstyle::{AnsiColor, Style};

use crate::model::{Level, Message, Month, VisibleLines, grouped};

/// Everything that kept a command from doing its work.
#[derive(Debug, thiserror::Error)]
#[error("{}", joined(.0))]
pub(super) struct Failures(pub(super) Vec<Message>);

/// A message in lines: `level: place: text`, then `hint: ` and what to do. Whatever the input's cells hold, none of it
/// acts on the terminal.
pub(super) fn rendered(message: &Message, color: bool) -> String {
    let label = |word: &str, tone: AnsiColor| {
        let style = if color { Style::new().bold().fg_color(Some(tone.into())) } else { Style::new() };
        format!("{style}{word}:{style:#}")
    };
    let tone = match message.level {
        Level::Error => AnsiColor::Red,
        Level::Warning => AnsiColor::Yellow,
        Level::Aside | Level::Note => AnsiColor::Green,
    };
    let level = label(message.level.as_str(), tone);
    let hint = message
        .hint
        .as_ref()
        .map_or_else(String::new, |hint| format!("{} {}\n", label("hint", AnsiColor::Cyan), VisibleLines(hint)));
    format!("{level} {}\n{hint}", VisibleLines(&message.to_string()))
}

/// What an error says, with the hint that any of its causes carries.
pub(super) fn from_error(error: &anyhow::Error) -> Vec<Message> {
    if let Some(Failures(messages)) = error.downcast_ref() {
        return messages.clone();
    }
    let hint = error.chain().find_map(hint_of);
    vec![Message { hint, ..Message::error(format!("{error:#}")) }]
}

fn hint_of(cause: &(dyn Error + 'static)) -> Option<String> {
    let wrapped = || cause.downcast_ref::<io::Error>()?.get_ref()?.downcast_ref();
    let message: &Message = cause.downcast_ref().or_else(wrapped)?;
    message.hint.clone()
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_acts_on_the_terminal_but_the_level() {
        let message = Message::warning("'\u{1b}[2J'\nmore").at("a.csv", Some(3)).hint("look\u{7}");
        assert_eq!(rendered(&message, false), "warning: a.csv:3: '\\u{1b}[2J'\nmore\nhint: look\\u{7}\n");
        assert_eq!(
            rendered(&message, true).replace('\u{1b}', "^"),
            "^[1m^[33mwarning:^[0m a.csv:3: '\\u{1b}[2J'\nmore\n^[1m^[36mhint:^[0m look\\u{7}\n"
        );
    }
}

//! Words of the command line that stand for values.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// A word, what it means where that does not go without saying, and what it stands for.
pub(super) type Word<T> = (&'static str, &'static str, T);

/// Takes one of some words, which the help lists.
pub(super) fn words<T>(words: impl Into<Vec<Word<T>>>) -> impl TypedValueParser<Value = T>
where
    T: Clone + Send + Sync + 'static,
{
    let words: Vec<Word<T>> = words.into();
    let shown = words.iter().map(|(word, help, _)| {
        let value = PossibleValue::new(*word);
        if help.is_empty() { value } else { value.help(*help) }
    });
    PossibleValuesParser::new(shown).try_map(move |typed| {
        let known = words.iter().find(|(word, _, _)| *word == typed);
        known.map(|(_, _, value)| value.clone()).ok_or("expected one of the words listed")
    })
}

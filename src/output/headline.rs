//! What stands at the top of a report: a verdict in words, and the figures of each currency that matter most.

use rust_decimal::Decimal;

use crate::model::Currency;

/// How a statement is meant, which colour underlines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tone {
    Good,
    /// Someone should look at it.
    Attention,
    Bad,
}

impl Tone {
    /// The sign that says the same as the colour, for those who do not see it.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Attention => "!",
            Self::Bad => "✗",
        }
    }

    /// What the page's style sheet calls it.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Attention => "look",
            Self::Bad => "bad",
        }
    }

    /// How a word of a table is meant, if it says whether all is well.
    pub fn of_word(word: &str) -> Option<Self> {
        match word {
            "matched" => Some(Self::Good),
            "unknown" | "warning" | "open" | "not-comparable" => Some(Self::Attention),
            "error" | "mismatched" | "balance-only" | "invoice-only" => Some(Self::Bad),
            _ => None,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Statement {
    pub tone: Tone,
    /// The verdict, in a sentence without its full stop.
    pub text: String,
    /// What more there is to say, in sentences.
    pub details: String,
}

/// The figures of a currency that matter most.
#[derive(Clone, Debug)]
pub struct Headline {
    pub currency: Currency,
    /// The figures, the most important first.
    pub figures: Vec<Figure>,
}

/// A figure, or why there is none.
#[derive(Clone, Debug)]
pub struct Figure {
    /// What it is, and of which month.
    pub name: String,
    pub value: Value,
    /// Whether it may still change.
    pub is_provisional: bool,
    /// What is not in it, or what else there is to know; may be empty.
    pub remark: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    Amount(Decimal),
    /// A difference, of which even a positive one has a sign.
    Change(Decimal),
    Unknown,
    /// There is nothing that it could be the amount of.
    Nothing,
}

//! Arguments that say which rows come first, and how many of them are shown.

use std::num::NonZeroUsize;

use anyhow::Context as _;

use crate::model::{Message, Visible};
use crate::output::{Column, OrderBy, Ranking, Table};

use super::joined;

/// Which rows come first.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "How to write")]
pub(super) struct RankArgs {
    /// Order rows by a column, or by `-COLUMN` with the largest first
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true)]
    sort: Option<String>,

    /// The N largest rows, or the first ones by --sort; the others added up
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = count)]
    top: Option<NonZeroUsize>,
}

fn count(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "expected a number of rows such as `10`".to_owned())
}

impl RankArgs {
    /// The table as it is to be shown: unchanged if nothing was asked for. The largest rows are those by the first column
    /// there is of those that the command is about; without any, rows come as they are listed.
    pub(super) fn apply<'a>(&self, table: Table<'a>, about: &[&str]) -> anyhow::Result<Table<'a>> {
        let by = match &self.sort {
            Some(typed) => Some(order(typed, &table)?),
            None => self.top.and_then(|_| largest(about, &table)),
        };
        let ranking = Ranking { by, top: self.top.map(NonZeroUsize::get) };
        table.ranked(ranking).context("the rows cannot be ranked")
    }
}

/// The largest first; of differences, those that are largest whatever their sign.
fn largest(about: &[&str], table: &Table<'_>) -> Option<OrderBy> {
    let place = |name: &&str| table.columns.iter().position(|column| column.name == *name);
    let column = about.iter().find_map(place)?;
    Some(OrderBy { column, descending: true, by_size: table.columns[column].name == "Difference" })
}

/// The column that was typed, in any case.
fn order(typed: &str, table: &Table<'_>) -> anyhow::Result<OrderBy> {
    let (name, descending) = typed.strip_prefix('-').map_or((typed, false), |name| (name, true));
    let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    // People type what they see.
    let is_meant =
        |column: &Column| [column.name, &column.heading()].iter().any(|known| known.eq_ignore_ascii_case(name));
    let place = table.columns.iter().position(is_meant);
    place.map(|column| OrderBy { column, descending, by_size: false }).ok_or_else(|| unknown(name, &names).into())
}

fn unknown(name: &str, names: &[&str]) -> Message {
    let typed = name.to_lowercase();
    let distance = |known: &str| strsim::damerau_levenshtein(&typed, &known.to_lowercase());
    let near = names.iter().map(|known| (distance(known), known)).min();
    let hint = match near.filter(|(distance, known)| *distance <= 1 + known.len() / 4) {
        Some((_, known)) => format!("did you mean `{known}`?"),
        None => format!("the columns are {}", joined(names)),
    };
    Message::error(format!("--sort: there is no column `{}`", Visible(name))).hint(hint)
}

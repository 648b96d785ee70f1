//! Arguments that say how to write, and writing it.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ColorChoice};

use crate::input;
use crate::model::{Message, VisiblePath};
use crate::output::{Destination, Format, Journal, Style, Table, format};

use super::stdio::Terminal;
use super::{Count, Stdio, interrupt};

/// How to write the result.
#[derive(Debug, Args)]
#[command(next_help_heading = "How to write")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct WriteArgs {
    /// The format [default: a table on a terminal, CSV elsewhere]
    #[arg(short, long, value_name = "FORMAT", value_parser = one_of(FORMATS))]
    format: Option<Format>,

    /// Write to a file; its extension says the format: .csv, .tsv, .json, .jsonl, .md, .txt, .xlsx,
    /// .parquet
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Show all rows of a table for people, and not only the first 1,000
    #[arg(long, hide_short_help = true)]
    all_rows: bool,

    /// Begin CSV and TSV with the mark by which Excel knows that `Müller` is UTF-8
    #[arg(long, hide_short_help = true)]
    bom: bool,

    /// Put an apostrophe before what spreadsheets take for a formula, with --bom
    #[arg(long, hide_short_help = true)]
    csv_safe: bool,

    /// Write a decimal comma, and semicolons between the fields of CSV
    #[arg(long, hide_short_help = true)]
    decimal_comma: bool,

    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto", hide_short_help = true)]
    color: ColorChoice,
}

pub(super) const FORMATS: [Word<Format>; 8] = [
    ("table", "Columns of text for people", Format::Table),
    ("csv", "Comma-separated values", Format::Csv),
    ("tsv", "Tab-separated values", Format::Tsv),
    ("json", "An array of objects", Format::Json),
    ("jsonl", "An object a line", Format::Jsonl),
    ("markdown", "A table for Markdown", Format::Markdown),
    ("xlsx", "A workbook for Excel and others", Format::Xlsx),
    ("parquet", "Typed columns for engines and Power BI", Format::Parquet),
];

/// Columns of text of a table that no terminal shows, where the environment does not say.
const WIDTH_IN_A_PIPE: usize = 100;

/// Rows of a table that people read: more are for programs.
const MOST_ROWS: usize = 1000;

/// Where a result goes. A file is opened before the work begins, so that a bad path fails at once.
pub(super) struct Writer {
    file: Option<(Destination, PathBuf)>,
    format: Option<Format>,
    color: ColorChoice,
    style: Style,
}

impl WriteArgs {
    /// Opens the file that was asked for.
    pub(super) fn open(&self, inputs: &[PathBuf], stdio: &Stdio<'_>) -> anyhow::Result<Writer> {
        let file = match &self.output {
            None => None,
            Some(path) => Some((destination(path, inputs)?, path.clone())),
        };
        let style = Style {
            csv_safe: self.csv_safe,
            bom: self.bom || self.csv_safe,
            decimal_comma: self.decimal_comma,
            rows: (!self.all_rows).then_some(MOST_ROWS),
            ..Style::default()
        };
        let format = match (self.format, &self.output) {
            (Some(format), _) => Some(format),
            (None, Some(path)) => Some(Format::from_extension(path).ok_or_else(|| {
                Message::error(format!("{}: no format has this extension", VisiblePath(path)))
                    .hint("choose one with --format, or use an extension: .csv, .tsv, .json, .jsonl, .md, .txt, .xlsx or .parquet")
            })?),
            (None, None) => None,
        };
        let writer = Writer { file, format, color: self.color, style };
        let flags = [("--csv-safe", self.csv_safe), ("--bom", self.bom), ("--decimal-comma", self.decimal_comma)];
        let asked = flags.into_iter().find(|(_, is_set)| *is_set);
        if let Some((flag, _)) = asked.filter(|_| !matches!(writer.format(stdio), Format::Csv | Format::Tsv)) {
            return Err(Message::error(format!("{flag} is for CSV and TSV"))
                .hint("write one of these with --format, or leave it out")
                .into());
        }
        Ok(writer)
    }
}

/// Opens a file to write. One that is read is never written over.
pub(super) fn destination(path: &Path, inputs: &[PathBuf]) -> anyhow::Result<Destination> {
    if let Ok(output) = path.canonicalize()
        && inputs.iter().any(|input| input::reads(input, &output))
    {
        let message = Message::error(format!("{} is an input", VisiblePath(path)));
        return Err(message.hint("write to another file").into());
    }
    interrupt::watch();
    Destination::file(path).with_context(|| unwritable(path))
}

pub(super) fn unwritable(path: &Path) -> String {
    format!("cannot write {}", VisiblePath(path))
}

impl Writer {
    /// Whether a format or a file was asked for.
    pub(super) fn is_asked_for(&self) -> bool {
        self.format.is_some()
    }

    /// The journal that was asked for, if the result is one.
    pub(super) fn journal(&self) -> Option<Journal> {
        if let Some(Format::Journal(journal)) = self.format { Some(journal) } else { None }
    }

    /// Whether the result is a workbook, whose totals are formulas.
    pub(super) fn is_workbook(&self) -> bool {
        self.format == Some(Format::Xlsx)
    }

    /// Whether the result is a table for a person to read.
    pub(super) fn is_for_people(&self, stdio: &Stdio<'_>) -> bool {
        matches!(self.format(stdio), Format::Table | Format::Markdown)
    }

    pub(super) fn shows_totals(&self, stdio: &Stdio<'_>) -> bool {
        self.is_for_people(stdio) || self.format(stdio) == Format::Xlsx
    }

    fn format(&self, stdio: &Stdio<'_>) -> Format {
        self.format.unwrap_or(if stdio.terminal.is_some() { Format::Table } else { Format::Csv })
    }

    /// Writes text for people, which no other format holds.
    pub(super) fn write_text(
        self,
        stdio: &mut Stdio<'_>,
        write: impl FnOnce(Style, &mut dyn Write) -> io::Result<()>,
    ) -> anyhow::Result<()> {
        let style = self.style(stdio);
        self.deliver(stdio, |out| write(style, out))
    }

    /// Writes a result and, if it goes to a file, puts the file in its place.
    pub(super) fn write(self, table: &Table<'_>, threads: usize, stdio: &mut Stdio<'_>) -> anyhow::Result<()> {
        let format = self.format(stdio);
        if let (Some(what), Some(_)) = (format.binary(), self.terminal(stdio)) {
            let ending = if format == Format::Parquet { "parquet" } else { "xlsx" };
            let message = Message::error(format!("{what} cannot be shown on a terminal"));
            return Err(message.hint(format!("name a file, as in `-o out.{ending}`")).into());
        }
        let style = self.style(stdio);
        let amounts_as_text = self.deliver(stdio, |out| format::write(table, format, style, threads, out))?;
        warn_of_text(amounts_as_text, stdio);
        Ok(())
    }

    /// Writes to where the result goes and, if that is a file, puts it in its place.
    fn deliver<T>(
        self,
        stdio: &mut Stdio<'_>,
        write: impl FnOnce(&mut dyn Write) -> io::Result<T>,
    ) -> anyhow::Result<T> {
        stdio.say_asides();
        match self.file {
            None => stdio.write(write),
            Some((destination, path)) => destination.write(write).with_context(|| unwritable(&path)),
        }
    }

    fn style(&self, stdio: &Stdio<'_>) -> Style {
        let terminal = self.terminal(stdio);
        let color = match self.color {
            ColorChoice::Auto => terminal.is_some_and(|terminal| terminal.color),
            ColorChoice::Always => true,
            ColorChoice::Never => false,
        };
        let width = terminal.map(|terminal| terminal.width).or_else(|| {
            let is_piped_table = self.file.is_none() && self.format(stdio) == Format::Table;
            is_piped_table.then(|| stdio.columns.unwrap_or(WIDTH_IN_A_PIPE))
        });
        Style { width, color, ..self.style }
    }

    /// The terminal that shows the result, if one does.
    fn terminal(&self, stdio: &Stdio<'_>) -> Option<Terminal> {
        stdio.terminal.filter(|_| self.file.is_none())
    }

    /// Whether a format was asked for that is not a text for people.
    pub(super) fn asks_for_data(&self) -> bool {
        self.format.is_some_and(|format| format != Format::Table)
    }
}

/// Says how many amounts a workbook could not hold as numbers.
pub(super) fn warn_of_text(amounts: usize, stdio: &mut Stdio<'_>) {
    if amounts > 0 {
        stdio.say(&Message::warning(format!(
            "{} of more than the 15 digits that a spreadsheet holds written as text",
            Count(amounts, "amount")
        )));
    }
}

/// A word, what it means where that does not go without saying, and what it stands for.
pub(super) type Word<T> = (&'static str, &'static str, T);

/// Takes one of some words, which the help lists.
pub(super) fn one_of<T>(words: impl Into<Vec<Word<T>>>) -> impl TypedValueParser<Value = T>
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

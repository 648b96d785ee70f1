//! Arguments that say how to write, and writing it.

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::{self, Path, PathBuf};

use anyhow::Context;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ColorChoice};

use crate::input;
use crate::model::{Message, Visible, VisiblePath};
use crate::output::{Column, Destination, Format, Ranking, Style, Table, format};

use super::meant::is_near;
use super::stdio::Terminal;
use super::{Count, Stdio, joined, watch_signals};

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
    /// The format that was asked for, be it by the name of the file.
    pub(super) asked: Option<Format>,
    color: ColorChoice,
    style: Style,
}

impl WriteArgs {
    /// Opens the file that was asked for.
    pub(super) fn open(&self, inputs: &[PathBuf], stdio: &Stdio<'_>) -> anyhow::Result<Writer> {
        self.open_in(&FORMATS, inputs, stdio)
    }

    /// The same for a command that has formats of its own.
    pub(super) fn open_in(
        &self,
        formats: &[Word<Format>],
        inputs: &[PathBuf],
        stdio: &Stdio<'_>,
    ) -> anyhow::Result<Writer> {
        let by_name =
            |path: &Path| Format::from_extension(path).filter(|by| formats.iter().any(|(_, _, one)| one == by));
        let file = |path: &PathBuf| destination(path, inputs).map(|file| (file, path.clone()));
        let output = self.output.as_ref().filter(|path| path.as_os_str() != "-");
        let file = output.map(file).transpose()?;
        let style = Style {
            csv_safe: self.csv_safe,
            bom: self.bom || self.csv_safe,
            decimal_comma: self.decimal_comma,
            rows: (!self.all_rows).then_some(MOST_ROWS),
            ..Style::default()
        };
        let asked = match (self.format, output) {
            (Some(format), _) => Some(format),
            (None, Some(path)) => Some(by_name(path).ok_or_else(|| {
                let is_page = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("html"));
                let hint = if is_page {
                    "`aco report FILE -o report.html` makes a page"
                } else {
                    "choose one with --format, or use an extension: .csv, .tsv, .json, .jsonl, .md, .txt, .xlsx or \
                     .parquet; with `aco book` .journal, .hledger or .beancount too"
                };
                Message::error(format!("{}: no format has this extension", VisiblePath(path))).hint(hint)
            })?),
            (None, None) => None,
        };
        let writer = Writer { file, asked, color: self.color, style };
        let flags = [("--csv-safe", self.csv_safe), ("--bom", self.bom), ("--decimal-comma", self.decimal_comma)];
        let set = flags.into_iter().find(|(_, is_set)| *is_set);
        if let Some((flag, _)) = set.filter(|_| !matches!(writer.format(stdio), Format::Csv | Format::Tsv)) {
            return Err(Message::error(format!("{flag} is for CSV and TSV"))
                .hint("write one of these with --format, or leave it out")
                .into());
        }
        Ok(writer)
    }
}

/// Opens a file to write. One that is read is never written over.
pub(super) fn destination(path: &Path, inputs: &[PathBuf]) -> anyhow::Result<Destination> {
    // A file that is not there yet may be one that is to be written besides.
    let place = |path: &Path| {
        let path = path::absolute(path).ok()?;
        Some(path.parent()?.canonicalize().ok()?.join(path.file_name()?))
    };
    let is_input = match path.canonicalize() {
        Ok(output) => inputs.iter().any(|input| input::reads(input, &output)),
        Err(_) => place(path).is_some_and(|output| inputs.iter().any(|input| place(input).as_ref() == Some(&output))),
    };
    if is_input {
        let message = Message::error(format!("{} is an input", VisiblePath(path)));
        return Err(message.hint("write to another file").into());
    }
    watch_signals();
    Destination::file(path).with_context(|| unwritable(path))
}

pub(super) fn unwritable(path: &Path) -> String {
    format!("cannot write {}", VisiblePath(path))
}

impl Writer {
    /// Whether the result is a table for a person to read.
    pub(super) fn is_for_people(&self, stdio: &Stdio<'_>) -> bool {
        matches!(self.format(stdio), Format::Table | Format::Markdown)
    }

    pub(super) fn shows_totals(&self, stdio: &Stdio<'_>) -> bool {
        self.is_for_people(stdio) || self.format(stdio) == Format::Xlsx
    }

    fn format(&self, stdio: &Stdio<'_>) -> Format {
        self.asked.unwrap_or(if stdio.terminal.is_some() { Format::Table } else { Format::Csv })
    }

    /// Writes a result and, if it goes to a file, puts the file in its place.
    pub(super) fn write(self, table: &Table<'_>, threads: usize, stdio: &mut Stdio<'_>) -> anyhow::Result<()> {
        let format = self.format(stdio);
        if let (Some((what, ending)), Some(_)) = (format.binary(), self.terminal(stdio)) {
            let message = Message::error(format!("{what} cannot be shown on a terminal"));
            return Err(message.hint(format!("name a file, as in `-o out.{ending}`")).into());
        }
        let amounts_as_text = self.deliver(stdio, |style, out| format::write(table, format, style, threads, out))?;
        warn_of_text(amounts_as_text, stdio);
        Ok(())
    }

    /// Writes to where the result goes and, if that is a file, puts it in its place.
    pub(super) fn deliver<T>(
        self,
        stdio: &mut Stdio<'_>,
        write: impl FnOnce(Style, &mut dyn Write) -> io::Result<T>,
    ) -> anyhow::Result<T> {
        stdio.say_asides();
        let style = self.style(stdio);
        let write = |out: &mut dyn Write| write(style, out);
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

/// Which rows come first.
#[derive(Debug, Args)]
#[command(next_help_heading = "How to write")]
pub(super) struct RankArgs {
    /// Order rows by a column, or `-COLUMN`: largest first; amounts by currency
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true)]
    sort: Option<String>,

    /// The N largest or first by --sort, amounts by currency; the others added up
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
        let ranking = match &self.sort {
            Some(typed) => order(typed, &table)?,
            None if self.top.is_some() => largest(about, &table),
            None => Ranking::default(),
        };
        let top = self.top.map(NonZeroUsize::get);
        table.ranked(Ranking { top, ..ranking }).context("the rows cannot be ranked")
    }
}

/// The largest first; of differences, those that are largest whatever their sign.
fn largest(about: &[&str], table: &Table<'_>) -> Ranking {
    let place = |name: &&str| table.columns.iter().position(|column| column.name == *name);
    let column = about.iter().find_map(place);
    let by_size = column.is_some_and(|column| table.columns[column].name == "Difference");
    Ranking { column, descending: true, by_size, top: None }
}

/// The column that was typed, in any case.
fn order(typed: &str, table: &Table<'_>) -> anyhow::Result<Ranking> {
    let (name, descending) = typed.strip_prefix('-').map_or((typed, false), |name| (name, true));
    let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    // People type what they see.
    let is_meant =
        |column: &Column| [column.name, &column.heading()].iter().any(|known| known.eq_ignore_ascii_case(name));
    let place = table.columns.iter().position(is_meant);
    let column = place.ok_or_else(|| unknown(name, &names))?;
    Ok(Ranking { column: Some(column), descending, ..Ranking::default() })
}

fn unknown(name: &str, names: &[&str]) -> Message {
    let typed = name.to_lowercase();
    let distance = |known: &&&str| strsim::damerau_levenshtein(&typed, &known.to_lowercase());
    let hint = match names.iter().min_by_key(distance).filter(|known| is_near(name, known)) {
        Some(known) => format!("did you mean `{known}`?"),
        None => format!("the columns are {}", joined(names)),
    };
    Message::error(format!("--sort: there is no column `{}`", Visible(name))).hint(hint)
}

//! The table that people read: aligned, grouped, and never wider than the terminal.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style as Ansi};
use unicode_width::UnicodeWidthStr;

use crate::model::grouped;

use super::Style;
use super::layout::{CellText, ColumnText, Layout};
use super::sheet::{GAP, broken};
use super::table::Table;

/// Most columns that are named where they did not fit.
const MOST_NAMED: usize = 12;

/// Writes a table for people; nothing if it has no rows.
pub(super) fn write(table: &Table<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let layout = Layout::new(table, style.rows.unwrap_or(usize::MAX))?;
    if layout.rows == 0 {
        return Ok(());
    }
    let layout = layout.fitted(style.width);
    let mut text = String::new();
    layout.render(style, &mut text);
    for footnote in &table.footnotes {
        say(footnote, style.width, &mut text);
    }
    if layout.left_out > 0 {
        let [shown, all] = [layout.rows, layout.rows + layout.left_out].map(|count| grouped(&count.to_string()));
        let totals = if layout.totals > 0 { "; totals are of all" } else { "" };
        let note = format!("{shown} of {all} rows shown{totals} (for the others use --all-rows, or -f csv)");
        say(&note, style.width, &mut text);
    }
    if !layout.dropped.is_empty() {
        let dropped: Vec<String> = layout.dropped.iter().map(|column| column.column.heading()).collect();
        let names = match &dropped[..] {
            [first, .., last] if dropped.len() > MOST_NAMED => {
                format!("{first} to {last}, {} columns", dropped.len())
            }
            dropped => dropped.join(", "),
        };
        let note = format!("not shown for width: {names} (widen the terminal, or use -f csv)");
        say(&note, style.width, &mut text);
    }
    out.write_all(text.as_bytes())
}

impl Layout {
    fn render(&self, style: Style, text: &mut String) {
        if !self.common.is_empty() {
            text.push_str(&self.heading(style.width));
            text.push('\n');
        }
        let lines = self.columns.iter().map(|column| column.header.len()).max().unwrap_or(0);
        let bold = Ansi::new().bold();
        for line in 0..lines {
            self.line(text, |_, column| {
                let above = lines - column.header.len();
                let word = line.checked_sub(above).map_or("", |at| column.header[at].as_str());
                (word, paint(style, bold))
            });
        }
        self.rule(text);
        let rows = self.rows + self.labels.len();
        for row in 0..rows {
            let is_total = row >= rows - self.totals;
            if row == rows - self.totals {
                self.rule(text);
            }
            let label = row.checked_sub(self.rows);
            let key = label.and_then(|label| self.place_of_label(label));
            let height = self.columns.iter().map(|column| column.cells[row].text.lines().count()).max();
            for line in 0..height.unwrap_or(1).max(1) {
                self.line(text, |at, column| {
                    let cell = &column.cells[row];
                    let is_label = key == Some(at) && line == 0;
                    let label = label.filter(|_| is_label).map(|label| self.labels[label].as_str());
                    let word = label.unwrap_or_else(|| cell.text.lines().nth(line).unwrap_or_default());
                    (word, paint(style, tone(cell, column, is_total)))
                });
            }
        }
    }

    /// What all rows say, on as few lines as hold it.
    fn heading(&self, width: Option<usize>) -> String {
        let mut heading = String::new();
        let mut used = 0;
        for (name, value) in &self.common {
            let said = broken(&format!("{name}: {value}"), width);
            let needed = said.lines().map(UnicodeWidthStr::width).max().unwrap_or(0);
            let fits = width.is_none_or(|width| used + 2 + needed <= width);
            match used {
                0 => used = needed,
                _ if fits => {
                    heading.push_str("; ");
                    used += 2 + needed;
                }
                _ => {
                    heading.push('\n');
                    used = needed;
                }
            }
            heading.push_str(&said);
        }
        heading
    }

    fn rule(&self, text: &mut String) {
        let rule: Vec<String> = self.columns.iter().map(|column| "─".repeat(column.width)).collect();
        text.push_str(&rule.join(GAP));
        text.push('\n');
    }

    fn line<'a>(&'a self, text: &mut String, cell: impl Fn(usize, &'a ColumnText) -> (&'a str, Option<Ansi>)) {
        for (at, column) in self.columns.iter().enumerate() {
            let (word, paint) = cell(at, column);
            let space = " ".repeat(column.width.saturating_sub(word.width()));
            let painted = match paint {
                Some(paint) if !word.is_empty() => format!("{paint}{word}{paint:#}"),
                _ => word.to_owned(),
            };
            if at > 0 {
                text.push_str(GAP);
            }
            if column.column.kind.is_number() {
                text.push_str(&space);
                text.push_str(&painted);
            } else {
                text.push_str(&painted);
                text.push_str(&space);
            }
        }
        text.truncate(text.trim_end_matches(' ').len());
        text.push('\n');
    }
}

/// Adds a sentence on lines of its own.
fn say(sentence: &str, width: Option<usize>, text: &mut String) {
    text.push_str(&broken(sentence, width));
    text.push('\n');
}

fn paint(style: Style, ansi: Ansi) -> Option<Ansi> {
    (style.color && ansi != Ansi::new()).then_some(ansi)
}

fn tone(cell: &CellText, column: &ColumnText, is_total: bool) -> Ansi {
    let ansi = if is_total { Ansi::new().bold() } else { Ansi::new() };
    let colored = |color: AnsiColor| ansi.fg_color(Some(color.into()));
    match column.column.in_order {
        _ if cell.is_negative => colored(AnsiColor::Red),
        _ if cell.is_open => colored(AnsiColor::Yellow),
        // Of words in order the last is the gravest, and has the colour that it has in a message.
        [.., gravest] if cell.text == *gravest => colored(AnsiColor::Red).bold(),
        [.., graver, _] if cell.text == *graver => colored(AnsiColor::Yellow),
        _ => ansi,
    }
}

//! The table that people read: aligned, grouped, and never wider than the terminal.
//!
//! A table that does not fit gives way in steps, each of which costs the reader less than the next: headers wrap, ids
//! shorten to unique prefixes, long texts are cut, columns that say the same in every row move above the table, and
//! at last columns go, and are named.

use std::collections::BTreeSet;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style as Ansi};
use unicode_width::UnicodeWidthStr;

use super::format::Style;
use super::layout::{CellText, ColumnText, Layout, Tone};
use super::table::{Keep, Kind, Table};

/// Between two columns.
const GAP: &str = "  ";

/// The shortest prefix that an id is cut to.
const SHORTEST_ID: usize = 8;

/// The narrowest column that sentences are broken for.
const NARROWEST_PROSE: usize = 20;

/// The width that long texts are cut to.
const LONGEST_TEXT: usize = 24;

/// Writes a table for people; nothing if it has no rows.
pub(super) fn write(table: &Table<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let layout = Layout::of(table)?;
    if layout.rows == 0 {
        return Ok(());
    }
    let sheet = Sheet::fitted(layout, style.width);
    let mut text = String::new();
    sheet.render(style, &mut text);
    for footnote in &table.footnotes {
        say(footnote, style.width, &mut text);
    }
    if !sheet.dropped.is_empty() {
        let names = sheet.dropped.join(", ");
        let note = format!("not shown for width: {names} (widen the terminal, or use -f csv)");
        say(&note, style.width, &mut text);
    }
    out.write_all(text.as_bytes())
}

/// A table that fits.
struct Sheet {
    columns: Vec<Shown>,
    rows: usize,
    totals: usize,
    /// What every row has in common, moved above the table.
    common: Vec<(&'static str, String)>,
    dropped: Vec<&'static str>,
}

struct Shown {
    text: ColumnText,
    /// The first cell before anything is cut.
    first: String,
    header: Vec<String>,
    width: usize,
}

impl Shown {
    fn new(text: ColumnText) -> Self {
        let header = vec![text.column.name.to_owned()];
        let first = text.cells.first().map_or(String::new(), |cell| cell.text.clone());
        let mut shown = Self { text, first, header, width: 0 };
        shown.measure();
        shown
    }

    fn measure(&mut self) {
        let lines = self.text.cells.iter().flat_map(|cell| cell.text.lines());
        self.width =
            lines.map(UnicodeWidthStr::width).chain(self.header.iter().map(|line| line.width())).max().unwrap_or(0);
    }

    fn is_right_aligned(&self) -> bool {
        matches!(self.text.column.kind, Kind::Amount | Kind::Count | Kind::Percent)
    }
}

impl Sheet {
    fn fitted(layout: Layout, width: Option<usize>) -> Self {
        let columns = layout.columns.into_iter().map(Shown::new).collect();
        let mut sheet =
            Self { columns, rows: layout.rows, totals: layout.totals, common: Vec::new(), dropped: Vec::new() };
        let Some(width) = width else { return sheet };
        let steps: [fn(&mut Self); 4] = [Self::wrap_headers, Self::shorten_ids, Self::cut_texts, Self::lift_common];
        for step in steps {
            if sheet.width() <= width {
                return sheet;
            }
            step(&mut sheet);
        }
        sheet.break_prose(width);
        while sheet.width() > width && sheet.drop_one() {
            sheet.break_prose(width);
        }
        sheet.cut_cells(width);
        sheet
    }

    fn width(&self) -> usize {
        let gaps = GAP.len() * self.columns.len().saturating_sub(1);
        self.columns.iter().map(|column| column.width).sum::<usize>() + gaps
    }

    /// `CreditAmount` in two lines.
    fn wrap_headers(&mut self) {
        for column in &mut self.columns {
            column.header = words(column.text.column.name);
            column.measure();
        }
    }

    fn shorten_ids(&mut self) {
        for column in &mut self.columns {
            if column.text.column.kind == Kind::Id {
                shorten(&mut column.text.cells);
                column.measure();
            }
        }
    }

    fn cut_texts(&mut self) {
        for column in &mut self.columns {
            if matches!(column.text.column.kind, Kind::Text | Kind::Id) {
                column.text.cells.iter_mut().for_each(|cell| cut(&mut cell.text, LONGEST_TEXT));
                column.measure();
            }
        }
    }

    fn lift_common(&mut self) {
        if self.rows < 2 {
            return;
        }
        let rows = self.rows;
        let is_common = |column: &Shown| {
            let cells = &column.text.cells[..rows];
            let can_go =
                matches!(column.text.column.kind, Kind::Id | Kind::Text) && column.text.column.keep < Keep::Key;
            can_go && cells.iter().all(|cell| *cell == cells[0])
        };
        let (common, others) = std::mem::take(&mut self.columns).into_iter().partition(is_common);
        self.columns = others;
        let named = |column: Shown| (column.text.column.name, column.first);
        self.common = common.into_iter().map(named).collect();
    }

    /// Breaks sentences into lines of what the other columns leave, if that is enough to read.
    fn break_prose(&mut self, width: usize) {
        let is_prose = |column: &Shown| column.text.column.kind == Kind::Prose;
        let others: usize = self.columns.iter().filter(|column| !is_prose(column)).map(|column| column.width).sum();
        let gaps = GAP.len() * self.columns.len().saturating_sub(1);
        let room = width.saturating_sub(others + gaps);
        if self.width() > width && room >= NARROWEST_PROSE {
            for column in self.columns.iter_mut().filter(|column| is_prose(column)) {
                column.text.cells.iter_mut().for_each(|cell| cell.text = broken(&cell.text, Some(room)));
                column.measure();
            }
        }
    }

    /// Drops the last of the columns that are needed least; `false` if only keys are left.
    fn drop_one(&mut self) -> bool {
        let least = self.columns.iter().map(|column| column.text.column.keep).min();
        match least {
            Some(least) if least < Keep::Key || self.columns.len() > 1 => {
                let last = self.columns.iter().rposition(|column| column.text.column.keep == least);
                let column = self.columns.remove(last.unwrap_or(0));
                self.dropped.insert(0, column.text.column.name);
                true
            }
            _ => false,
        }
    }

    /// The last resort of a terminal too narrow for one column: its cells are cut.
    fn cut_cells(&mut self, width: usize) {
        for column in &mut self.columns {
            if column.width > width {
                column.text.cells.iter_mut().for_each(|cell| cut(&mut cell.text, width));
                column.header.iter_mut().for_each(|line| cut(line, width));
                column.measure();
            }
        }
    }

    fn render(&self, style: Style, text: &mut String) {
        for (name, value) in &self.common {
            say(&format!("{name}: {value}"), style.width, text);
        }
        let lines = self.columns.iter().map(|column| column.header.len()).max().unwrap_or(0);
        let bold = Ansi::new().bold();
        for line in 0..lines {
            self.line(text, |column| {
                let above = lines - column.header.len();
                let word = line.checked_sub(above).map_or("", |at| column.header[at].as_str());
                (word, paint(style, bold))
            });
        }
        self.rule(text);
        for row in 0..self.rows + self.totals {
            if row == self.rows {
                self.rule(text);
            }
            let is_total = row >= self.rows;
            let key = self.columns.iter().position(|column| column.text.cells[row].text.is_empty());
            let height = self.columns.iter().map(|column| column.text.cells[row].text.lines().count()).max();
            for line in 0..height.unwrap_or(1).max(1) {
                self.line_of(text, |at, column| {
                    let cell = &column.text.cells[row];
                    let is_label = is_total && key == Some(at) && line == 0;
                    let word = if is_label { "total" } else { cell.text.lines().nth(line).unwrap_or_default() };
                    (word, paint(style, tone(cell, is_total)))
                });
            }
        }
    }

    fn rule(&self, text: &mut String) {
        let rule: Vec<String> = self.columns.iter().map(|column| "─".repeat(column.width)).collect();
        text.push_str(&rule.join(GAP));
        text.push('\n');
    }

    fn line<'a>(&'a self, text: &mut String, cell: impl Fn(&'a Shown) -> (&'a str, Option<Ansi>)) {
        self.line_of(text, |_, column| cell(column));
    }

    fn line_of<'a>(&'a self, text: &mut String, cell: impl Fn(usize, &'a Shown) -> (&'a str, Option<Ansi>)) {
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
            if column.is_right_aligned() {
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

/// A sentence broken into lines at its blanks; a word longer than a line is cut.
pub(super) fn broken(sentence: &str, width: Option<usize>) -> String {
    let Some(width) = width else { return sentence.to_owned() };
    let mut text = String::new();
    let mut used = 0;
    for word in sentence.split(' ') {
        let mut word = word.to_owned();
        cut(&mut word, width);
        let word_width = word.as_str().width();
        if used > 0 && used + 1 + word_width > width {
            text.push('\n');
            used = 0;
        }
        if used > 0 {
            text.push(' ');
            used += 1;
        }
        text.push_str(&word);
        used += word_width;
    }
    text
}

fn paint(style: Style, ansi: Ansi) -> Option<Ansi> {
    (style.color && ansi != Ansi::new()).then_some(ansi)
}

fn tone(cell: &CellText, is_total: bool) -> Ansi {
    let ansi = if is_total { Ansi::new().bold() } else { Ansi::new() };
    match cell.tone {
        Tone::Plain => ansi,
        Tone::Negative => ansi.fg_color(Some(AnsiColor::Red.into())),
        Tone::Open => ansi.fg_color(Some(AnsiColor::Yellow.into())),
    }
}

/// The words of a name in camel case, an abbreviation being one.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut was_lower = false;
    for c in name.chars() {
        match words.last_mut() {
            Some(word) if !(c.is_uppercase() && was_lower) => word.push(c),
            _ => words.push(c.to_string()),
        }
        was_lower = c.is_lowercase();
    }
    words
}

/// Cuts ids to the shortest length, 8 at least, at which all that differ still do.
pub(super) fn shorten(cells: &mut [CellText]) {
    let ids: BTreeSet<&str> = cells.iter().map(|cell| cell.text.as_str()).collect();
    // Sorted neighbours share the longest prefixes.
    let shared = |a: &str, b: &str| a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let longest = ids.iter().zip(ids.iter().skip(1)).map(|(a, b)| shared(a, b)).max().unwrap_or(0);
    let length = SHORTEST_ID.max(longest + 1);
    for cell in cells {
        if let Some((end, _)) = cell.text.char_indices().nth(length) {
            cell.text.truncate(end);
        }
    }
}

/// Cuts a text to a width, and says so by its last character.
fn cut(text: &mut String, width: usize) {
    if text.as_str().width() <= width {
        return;
    }
    while text.as_str().width() + 1 > width && text.pop().is_some() {}
    if width > 0 {
        text.push('…');
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::format::Format;
    use super::super::format::tests::{Fixed, row, rows, table, written};
    use super::*;

    fn shown(width: Option<usize>) -> String {
        let rows = rows();
        let mut total = row("", "USD", "1234567.75", 1203);
        total[0] = super::super::table::Cell::Empty;
        total[1] = super::super::table::Cell::Empty;
        let totals = Fixed(vec![vec![total]]);
        written(&table(&rows, Some(&totals)), Format::Table, width, 1)
    }

    #[test]
    fn groups_aligns_and_totals() {
        insta::assert_snapshot!(shown(None), @"
        CustomerID                            InvoiceMonth  CurrencyCode  CreditAmount  Credits  ExpiryDate
        ────────────────────────────────────  ────────────  ────────────  ────────────  ───────  ──────────
        0b61c8d4-3a52-4c8e-9d0f-6e1b7a20c4f9  2022-07*      USD           1,234,567.50    1,200  2023-05-31
        0b61c8d4-3a52-4c8e-9d0f-6e1b7a20c4f9  2022-07*      JPY                -98,765        1  2023-05-31
        41f0a9b7-58c3-4d26-8e15-90b2d6c7f3a8  2022-07*      USD                   0.25        3  2023-05-31
        ────────────────────────────────────  ────────────  ────────────  ────────────  ───────  ──────────
        total                                               USD           1,234,567.75    1,203  2023-05-31
        * open
        ");
    }

    #[test]
    fn gives_way_to_a_narrow_terminal() {
        insta::assert_snapshot!(shown(Some(64)), @"
        Customer  Invoice   Currency        Credit           Expiry
        ID        Month     Code            Amount  Credits  Date
        ────────  ────────  ────────  ────────────  ───────  ──────────
        0b61c8d4  2022-07*  USD       1,234,567.50    1,200  2023-05-31
        0b61c8d4  2022-07*  JPY            -98,765        1  2023-05-31
        41f0a9b7  2022-07*  USD               0.25        3  2023-05-31
        ────────  ────────  ────────  ────────────  ───────  ──────────
        total               USD       1,234,567.75    1,203  2023-05-31
        * open
        ");
        insta::assert_snapshot!(shown(Some(40)), @"
        Customer  Invoice   Currency
        ID        Month     Code
        ────────  ────────  ────────
        0b61c8d4  2022-07*  USD
        0b61c8d4  2022-07*  JPY
        41f0a9b7  2022-07*  USD
        ────────  ────────  ────────
        total               USD
        * open
        not shown for width: CreditAmount,
        Credits, ExpiryDate (widen the terminal,
        or use -f csv)
        ");
    }

    #[test]
    fn splits_names_into_words() {
        assert_eq!(words("PreviousCreditAmount"), ["Previous", "Credit", "Amount"]);
        assert_eq!(words("CustomerID"), ["Customer", "ID"]);
    }

    #[test]
    fn nothing_is_shown_of_nothing() {
        assert_eq!(written(&table(&Fixed(Vec::new()), None), Format::Table, Some(80), 1), "");
    }

    proptest! {
        #[test]
        fn never_wider_than_the_terminal(width in 1_usize..120, names in prop::collection::vec("[a-z株]{1,40}", 1..5)) {
            let rows = Fixed(vec![names.iter().map(|name| row(name, "USD", "-1234567.25", 5)).collect()]);
            let text = written(&table(&rows, None), Format::Table, Some(width), 1);
            for line in text.lines() {
                prop_assert!(line.width() <= width.max(1), "{line:?}");
            }
        }
    }
}

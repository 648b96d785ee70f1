//! A table made to fit: what gives way where a terminal is narrow.
//!
//! It gives way in steps, each of which costs the reader less than the next: headers wrap, ids shorten to unique
//! prefixes, long texts are cut, columns that say the same in every row move above the table, and at last columns go,
//! and are named.

use std::collections::BTreeSet;

use unicode_width::UnicodeWidthStr;

use super::layout::{CellText, ColumnText, Layout};
use super::table::{Keep, Kind};

/// Between two columns.
pub(super) const GAP: &str = "  ";

/// The shortest prefix that an id is cut to.
const SHORTEST_ID: usize = 8;

/// The narrowest column that sentences are broken for.
const NARROWEST_PROSE: usize = 20;

/// The width that long texts are cut to.
const LONGEST_TEXT: usize = 24;

/// A table that fits.
pub(super) struct Sheet {
    pub(super) columns: Vec<Shown>,
    pub(super) rows: usize,
    pub(super) totals: usize,
    /// What every row has in common, moved above the table.
    pub(super) common: Vec<(&'static str, String)>,
    /// The columns that did not fit.
    pub(super) dropped: Vec<&'static str>,
}

/// A column of it.
pub(super) struct Shown {
    pub(super) text: ColumnText,
    /// The first cell before anything is cut.
    first: String,
    /// Its name, in as many lines as it takes.
    pub(super) header: Vec<String>,
    pub(super) width: usize,
}

impl Shown {
    fn is_prose(&self) -> bool {
        self.text.column.kind == Kind::Prose
    }

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

    pub(super) fn is_right_aligned(&self) -> bool {
        self.text.column.kind.is_number()
    }
}

impl Sheet {
    pub(super) fn fitted(layout: Layout, width: Option<usize>) -> Self {
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
        let others: usize = self.columns.iter().filter(|column| !column.is_prose()).map(|column| column.width).sum();
        let gaps = GAP.len() * self.columns.len().saturating_sub(1);
        let room = width.saturating_sub(others + gaps);
        if self.width() > width && room >= NARROWEST_PROSE {
            for column in self.columns.iter_mut().filter(|column| column.is_prose()) {
                column.text.cells.iter_mut().for_each(|cell| cell.text = broken(&cell.text, Some(room)));
                column.measure();
            }
        }
    }

    /// Drops the last of the columns that are needed least, a sentence after all others; `false` if only one key is left.
    fn drop_one(&mut self) -> bool {
        let least = self.columns.iter().map(|column| column.text.column.keep).min();
        match least {
            Some(least) if least < Keep::Key || self.columns.len() > 1 => {
                let is_least = |column: &Shown| column.text.column.keep == least;
                let last = self.columns.iter().rposition(|column| is_least(column) && !column.is_prose());
                let last = last.or_else(|| self.columns.iter().rposition(is_least));
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
    use super::words;

    #[test]
    fn splits_names_into_words() {
        assert_eq!(words("PreviousCreditAmount"), ["Previous", "Credit", "Amount"]);
        assert_eq!(words("CustomerID"), ["Customer", "ID"]);
    }
}

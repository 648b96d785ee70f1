//! A table made to fit: what gives way where a terminal is narrow.
//!
//! It gives way in steps, each of which costs the reader less than the next: headers wrap, ids shorten to unique
//! prefixes, long texts are cut, columns that say the same in every row move above the table, and at last columns go,
//! and are named. No amount is shown without its currency.

use std::collections::BTreeSet;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::column::{Kind, Priority};
use super::layout::{CellText, ColumnText, Layout};

/// Between two columns.
pub(super) const GAP: &str = "  ";

/// The shortest prefix that an id is cut to.
const SHORTEST_ID: usize = 8;

/// The narrowest column that sentences are broken for while others can still give way, and after that.
const READABLE_PROSE: usize = 24;
const NARROWEST_PROSE: usize = 16;

/// The width that long texts are cut to.
const LONGEST_TEXT: usize = 24;

impl ColumnText {
    fn is_prose(&self) -> bool {
        self.column.kind == Kind::Prose
    }

    fn measure(&mut self) {
        let lines = self.cells.iter().flat_map(|cell| cell.text.lines());
        self.width =
            lines.map(UnicodeWidthStr::width).chain(self.header.iter().map(|line| line.width())).max().unwrap_or(0);
    }
}

impl Layout {
    /// The same, made to fit if there is a width.
    pub(super) fn fitted(mut self, width: Option<usize>) -> Self {
        for column in &mut self.columns {
            column.first = column.cells.first().map_or(String::new(), |cell| cell.text.clone());
            column.measure();
        }
        if let Some(width) = width {
            self.fit(width);
        }
        self.make_room_for_labels(width);
        self
    }

    fn fit(&mut self, width: usize) {
        let steps: [fn(&mut Self); 4] =
            [Self::wrap_headers, Self::shorten_ids, Self::hoist_constant_columns, |all| all.cut_texts(LONGEST_TEXT)];
        for step in steps {
            if self.width() <= width {
                return;
            }
            step(self);
        }
        self.break_prose(width, READABLE_PROSE);
        self.demote_implied();
        while self.width() > width && self.drop_one(Some(Priority::Beside)) {
            self.break_prose(width, READABLE_PROSE);
        }
        self.break_prose(width, NARROWEST_PROSE);
        for longest in [16, 12] {
            if self.width() > width {
                self.cut_texts(longest);
                self.break_prose(width, NARROWEST_PROSE);
            }
        }
        if self.width() > width {
            self.break_codes();
            self.break_prose(width, NARROWEST_PROSE);
        }
        // Narrower than any table is meant for.
        while self.width() > width && self.drop_one(Some(Priority::Key)) {
            self.break_prose(width, NARROWEST_PROSE);
        }
        if self.width() > width {
            self.cut_names();
        }
        while self.width() > width && self.columns.len() > 1 && self.drop_one(None) {
            self.break_prose(width, NARROWEST_PROSE);
        }
        self.bring_back(width);
        self.cut_cells(width);
    }

    /// The column whose empty cell says what a row below the others is called.
    pub(super) fn place_of_label(&self, label: usize) -> Option<usize> {
        let row = self.rows + label;
        let is_free = |column: &ColumnText| column.column.kind.holds_words() && column.cells[row].text.is_empty();
        self.columns.iter().position(is_free)
    }

    /// How much wider a column must be for the labels in it.
    fn excess(&self, at: usize) -> usize {
        let labels = (0..self.labels.len()).filter(|label| self.place_of_label(*label) == Some(at));
        let widest = labels.map(|label| self.labels[label].width()).max().unwrap_or(0);
        widest.saturating_sub(self.columns[at].width)
    }

    fn make_room_for_labels(&mut self, width: Option<usize>) {
        for at in 0..self.columns.len() {
            let room = width.map_or(usize::MAX, |width| width.saturating_sub(self.narrowest()));
            self.columns[at].width += self.excess(at).min(room);
        }
        for label in 0..self.labels.len() {
            if let Some(at) = self.place_of_label(label) {
                cut(&mut self.labels[label], self.columns[at].width);
            }
        }
    }

    fn width(&self) -> usize {
        self.narrowest() + (0..self.columns.len()).map(|at| self.excess(at)).sum::<usize>()
    }

    /// The width without room for labels.
    fn narrowest(&self) -> usize {
        let gaps = GAP.len() * self.columns.len().saturating_sub(1);
        self.columns.iter().map(|column| column.width).sum::<usize>() + gaps
    }

    /// Headings in lines as wide as their cells, or as their longest word.
    fn wrap_headers(&mut self) {
        for column in &mut self.columns {
            let heading = column.column.heading();
            column.header.clear();
            column.measure();
            let longest = heading.split(' ').map(UnicodeWidthStr::width).max().unwrap_or(0);
            let lines = broken(&heading, Some(column.width.max(longest)));
            column.header = lines.lines().map(str::to_owned).collect();
            column.measure();
        }
    }

    fn shorten_ids(&mut self) {
        for column in &mut self.columns {
            if column.column.kind == Kind::Id {
                shorten(&mut column.cells);
            }
        }
        self.wrap_headers();
    }

    fn cut_texts(&mut self, longest: usize) {
        for column in &mut self.columns {
            if matches!(column.column.kind, Kind::Text | Kind::Value | Kind::Id) {
                let texts = column.cells.iter_mut().filter(|cell| cell.decimals.is_none());
                texts.for_each(|cell| cut_lines(&mut cell.text, longest));
                column.measure();
            }
        }
    }

    /// Cuts the names that stand for ids to what is left of an id; numbers of invoices would be all alike.
    fn cut_names(&mut self) {
        let names: Vec<&str> = self.dropped.iter().filter_map(|dropped| dropped.column.implied_by).collect();
        for column in self.columns.iter_mut().filter(|column| names.contains(&column.column.name)) {
            column.cells.iter_mut().for_each(|cell| cut_lines(&mut cell.text, SHORTEST_ID));
            column.measure();
        }
    }

    /// Moves above the table what every row says alike, but amounts and sentences. Rows that are left out may say others.
    fn hoist_constant_columns(&mut self) {
        if self.rows < 2 || self.left_out > 0 {
            return;
        }
        let rows = self.rows;
        let is_common = |column: &ColumnText| {
            let (cells, totals) = column.cells.split_at(rows);
            let can_go = !column.column.kind.is_number() && !matches!(column.column.kind, Kind::Prose | Kind::Value);
            can_go
                && cells.iter().all(|cell| *cell == cells[0])
                && totals.iter().all(|cell| cell.text.is_empty() || *cell == cells[0])
        };
        let (mut common, mut others): (Vec<ColumnText>, Vec<ColumnText>) =
            std::mem::take(&mut self.columns).into_iter().partition(is_common);
        // Something must be left to hold the word that labels totals.
        let holds_label = |column: &ColumnText| {
            let totals = &column.cells[rows..];
            column.column.kind.holds_words() && totals.iter().all(|cell| cell.text.is_empty())
        };
        let needs_label = !self.labels.is_empty() && !others.iter().any(holds_label);
        if let Some(at) = common.iter().position(holds_label).filter(|_| needs_label) {
            others.insert(0, common.remove(at));
        }
        self.columns = others;
        let named = |column: ColumnText| (column.column.heading(), column.first);
        self.common = common.into_iter().map(named).collect();
    }

    /// Lets ids go first whose rows are told apart by names.
    fn demote_implied(&mut self) {
        let rows = self.rows;
        let told = |column: &ColumnText| {
            let name = column.column.implied_by?;
            let by = self.columns.iter().find(|other| other.column.name == name)?;
            let cells = column.cells[..rows].iter().zip(&by.cells[..rows]);
            let pairs: BTreeSet<(&str, &str)> = cells
                .map(|(id, name)| (id.text.as_str(), name.text.as_str()))
                .filter(|(id, _)| !id.is_empty())
                .collect();
            let names: BTreeSet<&str> = pairs.iter().map(|(_, name)| *name).filter(|name| !name.is_empty()).collect();
            Some(names.len() == pairs.len())
        };
        let told: Vec<bool> = self.columns.iter().map(|column| told(column) == Some(true)).collect();
        for (column, told) in self.columns.iter_mut().zip(told) {
            if told {
                column.column.priority = Priority::Context;
            }
        }
    }

    fn break_codes(&mut self) {
        for column in self.columns.iter_mut().filter(|column| column.column.kind == Kind::Code) {
            column.cells.iter_mut().for_each(|cell| cell.text = cell.text.replace('-', "-\n"));
            column.measure();
        }
    }

    /// Breaks sentences into lines of what the other columns leave, if that is enough to read.
    fn break_prose(&mut self, width: usize, narrowest: usize) {
        let others: usize = self.columns.iter().filter(|column| !column.is_prose()).map(|column| column.width).sum();
        let gaps = GAP.len() * self.columns.len().saturating_sub(1);
        let room = width.saturating_sub(others + gaps);
        if self.width() > width && room >= narrowest {
            for column in self.columns.iter_mut().filter(|column| column.is_prose()) {
                column.cells.iter_mut().for_each(|cell| cell.text = broken(&cell.text, Some(room)));
                column.measure();
            }
        }
    }

    /// Drops the last of the columns that are needed least, a sentence after all others, and a currency after all amounts;
    /// `false` if there is none below a priority, where one is given.
    fn drop_one(&mut self, below: Option<Priority>) -> bool {
        let has_amounts = self.columns.iter().any(|column| column.column.kind.is_money());
        let rank = |column: &ColumnText| match column.column.kind {
            Kind::Currency if has_amounts => (Priority::Asked, 2),
            _ => (column.column.priority, u8::from(column.is_prose())),
        };
        let Some(least) =
            self.columns.iter().map(rank).min().filter(|(priority, _)| below.is_none_or(|below| *priority < below))
        else {
            return false;
        };
        let mut same = (0..self.columns.len()).filter(|at| rank(&self.columns[*at]) == least);
        let first = same.clone().find(|at| self.columns[*at].column.newest_stay);
        let Some(at) = first.or_else(|| same.next_back()) else { return false };
        let column = self.columns.remove(at);
        let place = if column.column.newest_stay { self.dropped.len() } else { 0 };
        self.dropped.insert(place, column);
        true
    }

    /// Shows what fits beside the columns that are left, what is needed most first, and no amount for one that is needed
    /// more. Of periods none is left out between two others.
    fn bring_back(&mut self, width: usize) {
        for column in std::mem::take(&mut self.dropped) {
            let place = self.columns.partition_point(|other| other.number < column.number);
            // A currency is dropped last, and so stands before all amounts here.
            let is_needed_more = |other: &ColumnText| {
                let is_above = other.column.priority >= Priority::Key.max(column.column.priority);
                other.column.kind == Kind::Currency || is_above && other.column.kind.is_money()
            };
            let is_kept_out =
                column.column.newest_stay || column.column.kind.is_money() && self.dropped.iter().any(is_needed_more);
            self.columns.insert(place, column);
            if is_kept_out || self.width() > width {
                self.dropped.push(self.columns.remove(place));
            }
        }
    }

    /// The last resort of a terminal too narrow for one column: its cells are cut.
    fn cut_cells(&mut self, width: usize) {
        for column in &mut self.columns {
            if column.width > width {
                column.cells.iter_mut().for_each(|cell| cut(&mut cell.text, width));
                column.header.iter_mut().for_each(|line| cut(line, width));
                column.measure();
            }
        }
    }
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

/// Cuts each line of a text to a width.
fn cut_lines(text: &mut String, width: usize) {
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    for line in &mut lines {
        cut(line, width);
    }
    *text = lines.join("\n");
}

/// Cuts a text to a width, and says so by its last character.
pub(super) fn cut(text: &mut String, width: usize) {
    if text.as_str().width() <= width {
        return;
    }
    // From the front, for a text may be long and a width is not.
    let mut used = 1;
    let fits = |c: &(usize, char)| {
        used += c.1.width().unwrap_or(0);
        used <= width
    };
    let end = text.char_indices().take_while(fits).last().map_or(0, |(at, c)| at + c.len_utf8());
    text.truncate(end);
    if width > 0 {
        text.push('…');
    }
}

//! A pipe table for Markdown, with the totals in bold and the footnotes below.

use std::io::{self, Write};

use crate::model::{Period, Visible};

use super::column::Kind;
use super::delimited::plain;
use super::table::{Cell, Sums, Table};

/// Writes a table; columns that are empty throughout are left out.
pub(super) fn write(table: &Table<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut filled = vec![false; table.columns.len()];
    let mut any = false;
    let mut sums = Sums::for_totals(table);
    table.each(&mut |cells| {
        any = true;
        for (filled, cell) in filled.iter_mut().zip(cells) {
            *filled |= *cell != Cell::Empty;
        }
        sums.add(cells)
    })?;
    let is_shown = |at: &usize| !table.columns[*at].machine_only && (filled[*at] || !any);
    let shown: Vec<usize> = (0..table.columns.len()).filter(is_shown).collect();
    let mut text = Vec::new();
    row(shown.iter().map(|at| table.columns[*at].name.to_owned()), &mut text);
    row(shown.iter().map(|at| alignment(table.columns[*at].kind).to_owned()), &mut text);
    table.each(&mut |cells| {
        let others = table.others(cells);
        let label = label_place(table, &shown, cells).filter(|_| others.is_some());
        let cell = |at: &usize| match &others {
            Some(others) if label == Some(*at) => others.clone(),
            Some(others) if label.is_none() && shown.first() == Some(at) => format!("{others}, {}", value(&cells[*at])),
            _ => value(&cells[*at]),
        };
        row(shown.iter().map(cell), &mut text);
        out.write_all(&text)?;
        text.clear();
        Ok(())
    })?;
    for cells in sums.totals(table)?.iter().filter(|_| any) {
        let label = label_place(table, &shown, cells);
        let cells = shown.iter().map(|at| match value(&cells[*at]) {
            _ if label == Some(*at) => "**total**".to_owned(),
            value if value.is_empty() => value,
            value => format!("**{value}**"),
        });
        row(cells, &mut text);
    }
    for footnote in &table.footnotes {
        text.extend_from_slice(b"\n");
        text.extend_from_slice(escaped(footnote).as_bytes());
        text.extend_from_slice(b"\n");
    }
    out.write_all(&text)
}

/// The column whose empty cell says what a row is called.
fn label_place(table: &Table<'_>, shown: &[usize], cells: &[Cell<'_>]) -> Option<usize> {
    shown.iter().copied().find(|at| table.columns[*at].kind.holds_words() && cells[*at] == Cell::Empty)
}

fn row(cells: impl Iterator<Item = String>, text: &mut Vec<u8>) {
    text.push(b'|');
    for cell in cells {
        text.push(b' ');
        text.extend_from_slice(cell.as_bytes());
        text.extend_from_slice(b" |");
    }
    text.push(b'\n');
}

fn alignment(kind: Kind) -> &'static str {
    if kind.is_number() { "---:" } else { "---" }
}

fn value(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Text(text) => escaped(text),
        Cell::Span(span, Period::Open) => format!("{span}\\*"),
        other => plain(other),
    }
}

/// Text that means nothing to Markdown and cannot end its cell.
fn escaped(text: &str) -> String {
    let visible = Visible(text).to_string();
    let mut escaped = String::with_capacity(visible.len());
    // Addresses become links without any mark around them.
    let begins_address = |at: usize, c: char| match c {
        ':' => visible[at..].starts_with("://"),
        '.' => at.checked_sub(3).and_then(|from| visible.get(from..at)).is_some_and(|w| w.eq_ignore_ascii_case("www")),
        _ => false,
    };
    for (at, c) in visible.char_indices() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '!' | '#' | '$' | '^' => {
                escaped.extend(['\\', c]);
            }
            c if begins_address(at, c) => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
    }
    escaped
}

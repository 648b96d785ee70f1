//! JSON Lines as delimited text: each object becomes a record with a field for every column that matters.
//!
//! Numbers keep the digits that they are written with: they never pass through a float. Invariant: one line of JSON is
//! one line of text, so line numbers stay true.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::columns::Column;
use super::layout::Layout;
use crate::input::scan::header::folded;

/// Objects as delimited text, and the lines that are none.
#[derive(Debug, Default)]
pub(super) struct Delimited {
    pub(super) text: Vec<u8>,
    /// Lines before the one at fault, and what is wrong with it.
    pub(super) faults: Vec<(u32, String)>,
    pub(super) lines: u32,
}

/// The keys of the objects, each once.
pub(super) fn keys(head: &[u8]) -> Vec<String> {
    let mut keys = BTreeMap::new();
    for line in head.split(|byte| *byte == b'\n') {
        for (key, _) in members(line).unwrap_or_default() {
            keys.entry(folded(&key)).or_insert_with(|| key.into_owned());
        }
    }
    keys.into_values().collect()
}

/// Turns lines of objects into records, their fields in the order of [`Column::ALL`].
pub(super) fn as_delimited(lines: &[u8], layout: &Layout) -> Delimited {
    let names: Vec<Vec<String>> = Column::ALL
        .iter()
        .map(|column| column.names(layout.kind, layout.amount).iter().map(|name| name.to_ascii_lowercase()).collect())
        .collect();
    let column = |key: &str| {
        let key = folded(key);
        let ranks = names.iter().map(|names| names.iter().position(|name| *name == key));
        ranks.enumerate().find_map(|(place, rank)| Some((place, rank?)))
    };
    // The same keys in the same order on every line: what the last line's keys meant is tried first.
    let mut known: Vec<(String, Option<(usize, usize)>)> = Vec::new();
    let mut delimited = Delimited::default();
    for line in lines.strip_suffix(b"\n").unwrap_or(lines).split(|byte| *byte == b'\n') {
        let mut cells: [Cow<'_, str>; Column::ALL.len()] = Default::default();
        // Of a column's names the first that an object has, as in a header.
        let mut ranks = [usize::MAX; Column::ALL.len()];
        match if line.trim_ascii().is_empty() { Ok(Vec::new()) } else { members(line) } {
            Ok(members) => {
                for (at, (key, value)) in members.into_iter().enumerate() {
                    let place = match known.get(at) {
                        Some((name, place)) if *name == key => *place,
                        _ => {
                            let place = column(&key);
                            known.truncate(at);
                            known.push((key.into_owned(), place));
                            place
                        }
                    };
                    if let Some((place, rank)) = place.filter(|(place, rank)| *rank < ranks[*place]) {
                        cells[place] = text(value);
                        ranks[place] = rank;
                    }
                }
                delimited.push(&cells);
            }
            Err(error) => {
                delimited.faults.push((delimited.lines, format!("expected an object: {error}")));
                delimited.text.push(b'\n');
            }
        }
        delimited.lines += 1;
    }
    delimited
}

impl Delimited {
    fn push(&mut self, cells: &[Cow<'_, str>]) {
        if cells.iter().any(|cell| !cell.is_empty()) {
            for (at, cell) in cells.iter().enumerate() {
                if at > 0 {
                    self.text.push(b',');
                }
                self.push_cell(cell);
            }
        }
        self.text.push(b'\n');
    }

    fn push_cell(&mut self, cell: &str) {
        if !cell.contains([',', '"', '\n', '\r']) {
            self.text.extend_from_slice(cell.as_bytes());
            return;
        }
        self.text.push(b'"');
        for byte in cell.bytes() {
            match byte {
                b'"' => self.text.extend_from_slice(b"\"\""),
                b'\n' | b'\r' => self.text.push(b' '),
                _ => self.text.push(byte),
            }
        }
        self.text.push(b'"');
    }
}

/// A value as a cell: strings without quotes, null as nothing, all else as it stands.
fn text(value: &RawValue) -> Cow<'_, str> {
    match value.get() {
        "null" => Cow::Borrowed(""),
        quoted if quoted.starts_with('"') => {
            let inner = &quoted[1..quoted.len() - 1];
            if inner.contains('\\') {
                serde_json::from_str::<String>(quoted).map_or(Cow::Borrowed(inner), Cow::Owned)
            } else {
                Cow::Borrowed(inner)
            }
        }
        plain => Cow::Borrowed(plain),
    }
}

type Member<'a> = (Cow<'a, str>, &'a RawValue);

/// The members of an object, in order.
fn members(line: &[u8]) -> Result<Vec<Member<'_>>, String> {
    let line = std::str::from_utf8(line).map_err(|_| "it is not UTF-8".to_owned())?;
    let mut json = serde_json::Deserializer::from_str(line);
    let members = (&mut json).deserialize_map(Members).and_then(|members| json.end().map(|()| members));
    members.map_err(|error| {
        let text = error.to_string();
        // Each line is read alone, so its place in the text says nothing.
        text.split(" at line ").next().unwrap_or_default().to_owned()
    })
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<Member<'de>>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::with_capacity(64);
        while let Some(key) = map.next_key::<Key<'de>>()? {
            members.push((key.0, map.next_value()?));
        }
        Ok(members)
    }
}

/// A key, borrowed where it is written without escapes.
#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

//! Objects of JSON: the members of an object are the fields of a record, whatever their order.
//!
//! Numbers keep the digits that they are written with: they never pass through a float. Invariant: a record has a field
//! for every column that is looked for, and stands on the line that its object starts on.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::cutter::Syntax;
use super::elements;
use super::header::{ColumnSpec, folded};
use super::records::RecordFields;
use crate::input::source::parquet::BETWEEN_CELLS;
use crate::model::Visible;

/// Reads objects as records; reused, for the keys of one line are most likely those of the next.
#[derive(Debug)]
pub(crate) struct ObjectReader {
    /// The names of each column, folded, and whether two of them contradict each other.
    names: Vec<(Vec<String>, bool)>,
    /// The keys of the object before, each with the column that it names and the rank of that name.
    keys: Vec<(String, Option<(usize, usize)>)>,
    cells: Vec<u8>,
    ends: Vec<u32>,
}

/// An object as a record, or the line of its block that holds none and what is wrong with it.
pub(crate) type Object<'a> = Result<RecordFields<'a>, (u32, String)>;

impl ObjectReader {
    /// Records with a field for each of the columns, in their order.
    pub(crate) fn new(columns: &[ColumnSpec]) -> Self {
        let folded = |column: &ColumnSpec| column.names.iter().map(|name| folded(name)).collect();
        let names = columns.iter().map(|column| (folded(column), column.is_exclusive)).collect();
        Self { names, keys: Vec::new(), cells: Vec::new(), ends: Vec::new() }
    }

    /// Hands over each object of a block of lines.
    pub(crate) fn split(&mut self, block: &[u8], mut each: impl FnMut(Object<'_>)) {
        for (number, record) in elements::records_of(block).filter(|(_, record)| !record.trim_ascii().is_empty()) {
            let filled = members(record).map_err(|error| format!("expected an object: {error}"));
            match filled.and_then(|members| self.fill(members)) {
                Ok(true) => each(Ok(RecordFields::from_cells(&self.cells, &self.ends, number))),
                // As good as a blank line.
                Ok(false) => {}
                Err(expected) => each(Err((number, expected))),
            }
        }
    }

    /// Puts the members of an object in the order of the columns; `false` if all of these are empty. Two members of one
    /// name, in whatever case, are an error, as two such columns are, and so are none but others.
    fn fill(&mut self, members: Vec<Member<'_>>) -> Result<bool, String> {
        let is_empty = members.is_empty();
        let mut values: Vec<Cow<'_, str>> = vec![Cow::Borrowed(""); self.names.len()];
        // Of a column's names the first that an object has, as in a header.
        let mut ranks = vec![usize::MAX; self.names.len()];
        for (at, (key, value)) in members.into_iter().enumerate() {
            let place = match self.keys.get(at) {
                Some((known, place)) if *known == key => *place,
                _ => {
                    let place = self.column(&key);
                    self.keys.truncate(at);
                    self.keys.push((key.into_owned(), place));
                    place
                }
            };
            if let Some((column, rank)) = place
                && ranks[column] < usize::MAX
                && (ranks[column] == rank || self.names[column].1)
            {
                let key = &self.keys[at].0;
                return Err(format!("expected one member of a column: `{}` names one again", Visible(key)));
            }
            if let Some((column, rank)) = place.filter(|(column, rank)| *rank < ranks[*column]) {
                (values[column], ranks[column]) = (text(value), rank);
            }
        }
        self.cells.clear();
        self.ends.clear();
        for value in &values {
            let is_between = |byte: &u8| matches!(*byte, b'\n' | b'\r' | BETWEEN_CELLS);
            self.cells.extend(value.bytes().map(|byte| if is_between(&byte) { b' ' } else { byte }));
            self.ends.push(u32::try_from(self.cells.len()).unwrap_or(u32::MAX));
            self.cells.push(BETWEEN_CELLS);
        }
        if !is_empty && ranks.iter().all(|rank| *rank == usize::MAX) {
            return Err("expected a record: none of its members is a column".to_owned());
        }
        Ok(values.iter().any(|value| !value.is_empty()))
    }

    /// The column that a key names, and the rank of that name.
    fn column(&self, key: &str) -> Option<(usize, usize)> {
        let key = folded(key);
        let ranks = self.names.iter().map(|(names, _)| names.iter().position(|name| *name == key));
        ranks.enumerate().find_map(|(column, rank)| Some((column, rank?)))
    }
}

/// The start of a file of objects.
pub(crate) struct ObjectsHead<'a> {
    pub(crate) syntax: Syntax,
    /// Objects in lines; the last may be cut off.
    pub(crate) lines: Cow<'a, [u8]>,
    /// The keys of all of them, each once.
    pub(crate) keys: Vec<String>,
}

/// Understands the start of a file as objects, if it is one of JSON.
pub(crate) fn open(head: &[u8]) -> Option<ObjectsHead<'_>> {
    if !matches!(head.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return None;
    }
    let (syntax, lines) = match elements::of_head(head) {
        Some(lines) => (Syntax::Document, Cow::Owned(lines)),
        None => (Syntax::Lines, Cow::Borrowed(head)),
    };
    Some(ObjectsHead { syntax, keys: keys(&lines), lines })
}

/// The keys of all objects among some lines, each once.
fn keys(lines: &[u8]) -> Vec<String> {
    let mut keys = BTreeMap::new();
    for (_, record) in elements::records_of(lines) {
        for (key, _) in members(record).unwrap_or_default() {
            keys.entry(folded(&key)).or_insert_with(|| key.into_owned());
        }
    }
    keys.into_values().collect()
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
        // A number's point is its decimal mark, even where it could group thousands: nobody groups before an exponent.
        number if has_three_decimals(number) => Cow::Owned(format!("{number}E0")),
        plain => Cow::Borrowed(plain),
    }
}

/// Whether a number ends in a point and three digits.
pub(crate) fn has_three_decimals(number: &str) -> bool {
    matches!(number.as_bytes(), [.., b'.', a, b, c] if [a, b, c].iter().all(|digit| digit.is_ascii_digit()))
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
        while let Some(key) = map.next_key::<MemberKey<'de>>()? {
            members.push((key.0, map.next_value()?));
        }
        Ok(members)
    }
}

/// A key, borrowed where it is written without escapes.
#[derive(serde::Deserialize)]
struct MemberKey<'a>(#[serde(borrow)] Cow<'a, str>);

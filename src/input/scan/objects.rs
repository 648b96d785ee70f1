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
use super::layout::{ColumnSpec, folded};
use crate::input::source::cells::Cells;
use crate::model::Visible;

/// Reads objects as records; reused, for the keys of one line are most likely those of the next.
#[derive(Debug)]
pub(crate) struct ObjectReader {
    /// The names of each column, folded, and whether two of them contradict each other.
    names: Vec<(Vec<String>, bool)>,
    /// The keys of the object before, each with the column that it names and the rank of that name.
    keys: Vec<(String, Option<(usize, usize)>)>,
    /// The records that were read.
    pub(crate) cells: Cells,
}

impl ObjectReader {
    /// Records with a field for each of the columns, in their order.
    pub(crate) fn new(columns: &[ColumnSpec]) -> Self {
        let folded = |column: &ColumnSpec| column.names.iter().map(|name| folded(name)).collect();
        let names = columns.iter().map(|column| (folded(column), column.is_exclusive)).collect();
        Self { names, keys: Vec::new(), cells: Cells::default() }
    }

    /// Adds the record of an object on a line, its members in the order of the columns; none if all of these are empty.
    /// Two members of one name, in whatever case, are an error, as two such columns are, and so are none but others.
    pub(crate) fn read(&mut self, line: u32, object: &[u8]) -> Result<(), String> {
        if object.trim_ascii().is_empty() {
            return Ok(());
        }
        let members = members(object).map_err(|error| format!("expected an object: {error}"))?;
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
                // An id that happens to be a number is text.
                let is_id = self.names[column].0.first().is_some_and(|name| name.ends_with("id"));
                (values[column], ranks[column]) = (text(value, is_id), rank);
            }
        }
        if !is_empty && ranks.iter().all(|rank| *rank == usize::MAX) {
            return Err("expected a record: none of its members is a column".to_owned());
        }
        // As good as a blank line.
        if values.iter().all(|value| value.is_empty()) {
            return Ok(());
        }
        self.cells.begin_row(line);
        for value in values {
            self.cells.push_text(value.as_bytes());
        }
        self.cells.end_row();
        Ok(())
    }

    /// The column that a key names, and the rank of that name.
    fn column(&self, key: &str) -> Option<(usize, usize)> {
        let key = folded(key);
        let ranks = self.names.iter().map(|(names, _)| names.iter().position(|name| *name == key));
        ranks.enumerate().find_map(|(column, rank)| Some((column, rank?)))
    }
}

/// The start of a file of JSON as lines of objects, the last of which may be cut off; none if it is no such file.
pub(crate) fn open(head: &[u8]) -> Option<(Syntax, Cow<'_, [u8]>)> {
    if !matches!(head.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return None;
    }
    Some(match elements::of_head(head) {
        Some(lines) => (Syntax::Document, Cow::Owned(lines)),
        None => (Syntax::Lines, Cow::Borrowed(head)),
    })
}

/// The keys of all objects among some lines, each once.
pub(crate) fn keys(lines: &[u8]) -> Vec<String> {
    let mut keys = BTreeMap::new();
    for (_, record) in elements::records_of(lines) {
        for (key, _) in members(record).unwrap_or_default() {
            keys.entry(folded(&key)).or_insert_with(|| key.into_owned());
        }
    }
    keys.into_values().collect()
}

/// A value as a cell: strings without quotes, null as nothing, all else as it stands.
fn text(value: &RawValue, is_id: bool) -> Cow<'_, str> {
    let are_thousandths = |decimals: &str| decimals.len() == 3 && decimals.bytes().all(|byte| byte.is_ascii_digit());
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
        number if !is_id && number.rsplit_once('.').is_some_and(|(_, decimals)| are_thousandths(decimals)) => {
            Cow::Owned(format!("{number}E0"))
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
    // Each line is read alone, so a place in it says nothing.
    members.map_err(|error| elements::without_place(&error))
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

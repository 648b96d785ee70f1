//! JSON documents as lines: the elements of an array, or of the `items` of pages, each as a record of its own.
//!
//! Invariant: what is handed on holds every element on the line that it starts on, so that line numbers stay true.

use std::fmt;
use std::io;

use memchr::memchr3;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::{RawValue, Value};

use super::records::line_ends;
use crate::input::error::{Remark, shortened};
use crate::model::{Message, Visible};

/// Ends a record that shares its line with the next, as in JSON text sequences (RFC 7464). No JSON holds this byte.
pub(crate) const RECORD_END: u8 = 0x1e;

/// The members of a page that hold its elements: `items` as Partner Center's interfaces name it, `value` as OData does.
const MEMBERS: [&str; 2] = ["items", "value"];

/// The members of a page that name the next one, as OData and Azure's interfaces do, or hold the token of it.
const NEXT: [&str; 5] = ["@odata.nextLink", "odata.nextLink", "nextLink", "__next", "continuationToken"];

/// The members that hold a page's own name and the next one's: Partner Center's, and those of HAL.
const LINKS: [&str; 2] = ["links", "_links"];

/// As much of the elements as the start of a document holds, as lines; none if it starts as lines of objects.
pub(crate) fn of_head(head: &[u8]) -> Option<Vec<u8>> {
    let starts_array = head.trim_ascii_start().starts_with(b"[");
    let mut found = Found::default();
    // A head ends where it was cut off, and is no error.
    let _ = serde_json::Deserializer::from_slice(head).deserialize_any(&mut found);
    (starts_array || found.is_page).then(|| lines(head, &found.elements))
}

/// Turns a whole document into lines, and tells of its pages.
pub(crate) fn of_document(document: &[u8]) -> io::Result<(Vec<u8>, Vec<Remark>)> {
    let mut found = Found::default();
    let mut json = serde_json::Deserializer::from_slice(document);
    loop {
        json.deserialize_any(&mut found).map_err(|error| fault(&error))?;
        if json.end().is_ok() {
            let pages = if found.is_page { found.pages } else { Vec::new() };
            return Ok((lines(document, &found.elements), pages));
        }
    }
}

/// Whether a document is a page without elements, and no error in place of one.
pub(crate) fn is_empty_page(document: &[u8]) -> bool {
    let is_empty = |(lines, pages): (Vec<u8>, Vec<Remark>)| !pages.is_empty() && lines.trim_ascii().is_empty();
    of_document(document).is_ok_and(is_empty) && error_reply(document).is_none()
}

fn fault(error: &serde_json::Error) -> io::Error {
    let cut = "the array is not closed: the file is cut off";
    let what = if error.is_eof() { cut.to_owned() } else { without_place(error) };
    Message::error(format!("line {}: {what}", error.line())).into()
}

/// What is wrong with JSON, without its place in the text that was read.
pub(super) fn without_place(error: &serde_json::Error) -> String {
    error.to_string().split(" at line ").next().unwrap_or_default().to_owned()
}

/// The elements of an array, or of the members of a page that hold them.
#[derive(Default)]
struct Found<'a> {
    elements: Vec<&'a RawValue>,
    is_page: bool,
    /// What each page calls itself and the next one.
    pages: Vec<Remark>,
}

impl<'de> Visitor<'de> for &mut Found<'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array, or pages of them")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        while let Some(element) = array.next_element()? {
            self.elements.push(element);
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut page: A) -> Result<(), A::Error> {
        let (mut itself, mut next) = (None, None);
        let (mut has_elements, mut others) = (false, Vec::new());
        while let Some(key) = page.next_key::<String>()? {
            let names = |members: &[&str]| members.iter().any(|member| key.eq_ignore_ascii_case(member));
            if names(&NEXT) {
                next = link(Some(&page.next_value()?)).or(next);
            } else if names(&LINKS) {
                let links = page.next_value::<Value>()?;
                let named = |rel: &str| {
                    let is = |link: &&Value| link.get("rel").is_some_and(|of| of == rel);
                    links.get(rel).or_else(|| links.as_array()?.iter().find(is))
                };
                itself = link(named("self")).or(itself);
                next = link(named("next")).or(next);
            } else if names(&["error"]) {
                if let Some(error) = told(&page.next_value::<Value>()?) {
                    return Err(A::Error::custom(format!("an error in place of a page: {error}")));
                }
            } else if names(&MEMBERS) {
                has_elements = true;
                page.next_value_seed(Member(self))?;
            } else if let Some(names) = names_in(page.next_value()?) {
                others.push((key, names));
            }
        }
        if !has_elements {
            let text = "an object that is no page, behind an array or a page: its rows would be left out; keep arrays, \
                pages and lines of objects in files of their own";
            return Err(A::Error::custom(text));
        }
        let known = self.elements.last().map(|element| names_of(element)).unwrap_or_default();
        let is_alike =
            |names: &[String]| known.is_empty() || names.iter().filter(|name| known.contains(name)).count() > 2;
        if let Some((other, _)) = others.iter().find(|(_, names)| is_alike(names)) {
            let text =
                format!("a page with a second array of objects, `{}`: give it a file of its own", Visible(other));
            return Err(A::Error::custom(text));
        }
        self.pages.push(Remark::Page { itself, next });
        Ok(())
    }
}

/// What the members of the first object of an array are called; none if it has none.
fn names_in(value: &RawValue) -> Option<Vec<String>> {
    let objects: Vec<&RawValue> = serde_json::from_str(value.get()).ok()?;
    objects.first().map(|first| names_of(first)).filter(|names| !names.is_empty())
}

fn names_of(object: &RawValue) -> Vec<String> {
    let members = serde_json::from_str::<serde_json::Map<String, Value>>(object.get()).unwrap_or_default();
    members.into_iter().map(|(name, _)| name).collect()
}

/// The address of a page, with the token that tells pages of one address apart.
fn link(value: Option<&Value>) -> Option<String> {
    let value = value.filter(|value| !value.is_null())?;
    let uri = if value.is_object() { value.get("uri").or_else(|| value.get("href"))? } else { value };
    let headers = value.get("headers").filter(|headers| headers.as_array().is_none_or(|headers| !headers.is_empty()));
    let text = uri.as_str().map_or_else(|| uri.to_string(), str::to_owned);
    (!text.is_empty()).then(|| text + &headers.map(Value::to_string).unwrap_or_default())
}

/// The code and the message of an error that an interface answers in place of data; none if there is none.
fn told(error: &Value) -> Option<String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let members = ["code", "message"].map(|name| error.get(name).filter(|value| !value.is_null()).map(text));
    let members: Vec<String> = members.into_iter().flatten().collect();
    let told = if members.is_empty() { text(error) } else { members.join(": ") };
    (!error.is_null()).then(|| shortened(&told))
}

/// What a document tells that is an error and no data.
pub(crate) fn error_reply(document: &[u8]) -> Option<String> {
    let reply = serde_json::from_slice(document).ok()?;
    let Value::Object(members) = &reply else { return None };
    let is_code = |(name, value): (&String, &Value)| name == "code" && (value.is_string() || value.is_number());
    let has_elements = |value: &Value| value.as_array().is_some_and(|elements| !elements.is_empty());
    if members.iter().any(is_code)
        && ["message", "description"].iter().any(|name| members.contains_key(*name))
        && !members.values().any(has_elements)
    {
        return told(&reply);
    }
    let error = members.iter().find(|(name, _)| ["error", "odata.error"].contains(&name.to_lowercase().as_str()));
    told(error?.1)
}

/// Takes values of some kinds for nothing.
macro_rules! pass_over {
    ($($visit:ident: $kind:ty),*) => {
        $(fn $visit<E>(self, _: $kind) -> Result<(), E> {
            Ok(())
        })*
    };
}

/// What a page has under a name that elements may stand under: an array, or anything else.
struct Member<'f, 'a>(&'f mut Found<'a>);

impl<'de> DeserializeSeed<'de> for Member<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, member: D) -> Result<(), D::Error> {
        member.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Member<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array, as a page has it, or a value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, array: A) -> Result<(), A::Error> {
        self.0.is_page = true;
        self.0.visit_seq(array)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        IgnoredAny.visit_map(map).map(drop)
    }

    pass_over!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// The elements of a document, each on its line; one that is spread over several lines stands on its first.
fn lines(document: &[u8], elements: &[&RawValue]) -> Vec<u8> {
    let mut out = Vec::with_capacity(document.len());
    let mut seen = 0;
    for element in elements {
        let element = element.get().as_bytes();
        let at = element.as_ptr().addr() - document.as_ptr().addr();
        end_lines(&document[seen..at], &mut out);
        let start = out.len();
        out.extend_from_slice(element);
        out[start..].iter_mut().filter(|byte| matches!(**byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
        out.push(RECORD_END);
        end_lines(element, &mut out);
        seen = at + element.len();
    }
    out
}

fn end_lines(text: &[u8], out: &mut Vec<u8>) {
    out.extend((0..line_ends(text)).map(|_| b'\n'));
}

/// The records of a block, each with the number of its line.
pub(crate) fn records_of(block: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    let (mut rest, mut line) = (Some(block), 0);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = memchr3(b'\n', b'\r', RECORD_END, text);
        let record = (line, &text[..end.unwrap_or(text.len())]);
        rest = end.map(|end| &text[end + 1 + usize::from(text[end..].starts_with(b"\r\n"))..]);
        line += u32::from(end.is_some_and(|end| text[end] != RECORD_END));
        Some(record)
    })
}

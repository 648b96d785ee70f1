//! JSON documents as lines: the elements of an array, or of the `items` of pages, each as a record of its own.
//!
//! Invariant: what is handed on holds every element on the line that it starts on, so that line numbers stay true;
//! what stands between elements is left out only if it is what an array or a page has there.

use std::io::{self, Read};

use memchr::memchr;

use crate::input::source::converted::{Convert, Converted};

/// Ends a record that shares its line with the next, as in JSON text sequences (RFC 7464). No JSON holds this byte.
pub(crate) const RECORD_END: u8 = 0x1e;

/// The members of a page that hold its elements: `items` as Partner Center's interfaces name it, `value` as OData does.
const MEMBERS: [&str; 2] = ["items", "value"];

/// Whether a text starts as an array or a page of elements, and not as lines of objects.
pub(crate) fn is_document(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    match head.first() {
        Some(b'[') => true,
        Some(b'{') => {
            let mut scanner = Scanner::default();
            let mut bytes = head.iter();
            // Up to the end of the first object.
            while bytes.next().is_some_and(|byte| scanner.step(*byte).is_ok()) {
                if scanner.elements.is_some() || scanner.open.is_empty() {
                    break;
                }
            }
            scanner.elements.is_some()
        }
        _ => false,
    }
}

/// As much of the elements as a part of a document holds.
pub(crate) fn elements(part: &[u8]) -> Vec<u8> {
    let mut scanner = Scanner::default();
    let mut out = Vec::new();
    for byte in part {
        if scanner.push(*byte, &mut out).is_err() {
            break;
        }
    }
    out
}

/// Turns a document into lines.
pub(crate) struct ElementReader<R> {
    reader: R,
    scanner: Scanner,
    input: Vec<u8>,
}

/// Bytes that are read at a time.
const INPUT: usize = 64 * 1024;

impl<R: Read> ElementReader<R> {
    pub(crate) fn new(reader: R) -> Converted<Self> {
        Converted::new(Self { reader, scanner: Scanner::default(), input: vec![0; INPUT] })
    }
}

impl<R: Read> Convert for ElementReader<R> {
    fn convert(&mut self, output: &mut Vec<u8>) -> io::Result<bool> {
        let read = self.reader.read(&mut self.input)?;
        if read == 0 {
            self.scanner.end()?;
            return Ok(false);
        }
        self.input[..read].iter().try_for_each(|byte| self.scanner.push(*byte, output))?;
        Ok(true)
    }
}

/// Where in a document a byte stands.
#[derive(Debug, Default)]
struct Scanner {
    /// What is open: `[` and `{`.
    open: Vec<u8>,
    /// How much is open around an element, while in the array that holds them.
    elements: Option<usize>,
    in_string: bool,
    is_escaped: bool,
    /// The last string directly in a page: the key of what follows.
    key: Vec<u8>,
    line: u64,
    /// Whether an element has begun and not ended.
    in_element: bool,
    /// Line ends within the element.
    lines_within: usize,
}

impl Scanner {
    /// Takes in a byte, and hands on what is of elements.
    fn push(&mut self, byte: u8, out: &mut Vec<u8>) -> io::Result<()> {
        let was_element = self.in_element;
        self.step(byte)?;
        if self.in_element {
            // An element that is open holds no line end, for a line is a record.
            self.lines_within += usize::from(byte == b'\n');
            out.push(if matches!(byte, b'\n' | RECORD_END) { b' ' } else { byte });
            return Ok(());
        }
        if was_element {
            // The comma or bracket behind a number closes the number, and is none of it.
            if byte == b'}' || byte == b']' && self.elements.is_some() {
                out.push(byte);
            }
            out.push(RECORD_END);
            out.extend(std::iter::repeat_n(b'\n', std::mem::take(&mut self.lines_within)));
        }
        if byte == b'\n' {
            out.push(b'\n');
        }
        Ok(())
    }

    fn step(&mut self, byte: u8) -> io::Result<()> {
        self.line += u64::from(byte == b'\n');
        let depth = self.open.len();
        if self.in_string {
            self.step_in_string(byte, depth);
            return Ok(());
        }
        match byte {
            b'"' if depth > 0 => {
                self.begin_element(depth);
                self.in_string = true;
                if depth == 1 && self.elements.is_none() {
                    self.key.clear();
                }
            }
            b'[' | b'{' => {
                self.begin_element(depth);
                self.open.push(byte);
                let is_member = || MEMBERS.iter().any(|member| self.key.eq_ignore_ascii_case(member.as_bytes()));
                if self.elements.is_none() && byte == b'[' && (depth == 0 || depth == 1 && is_member()) {
                    self.elements = Some(depth + 1);
                }
            }
            b']' | b'}' => {
                let opened = self.open.pop();
                if opened != Some(if byte == b']' { b'[' } else { b'{' }) {
                    return Err(self.error(&format!("`{}` closes nothing", char::from(byte))));
                }
                match self.elements {
                    Some(around) if self.open.len() < around => (self.elements, self.in_element) = (None, false),
                    Some(around) if self.open.len() == around => self.in_element = false,
                    _ => {}
                }
            }
            b',' if self.elements == Some(depth) => self.in_element = false,
            byte if byte.is_ascii_whitespace() => {}
            _ if depth == 0 => return Err(self.error("expected nothing behind the array")),
            _ => self.begin_element(depth),
        }
        Ok(())
    }

    fn step_in_string(&mut self, byte: u8, depth: usize) {
        match byte {
            _ if self.is_escaped => self.is_escaped = false,
            b'\\' => self.is_escaped = true,
            b'"' => self.in_string = false,
            _ if depth == 1 && self.elements.is_none() => self.key.push(byte),
            _ => {}
        }
    }

    fn begin_element(&mut self, depth: usize) {
        self.in_element |= self.elements == Some(depth);
    }

    fn end(&self) -> io::Result<()> {
        if self.open.is_empty() { Ok(()) } else { Err(self.error("the array is not closed: the file is cut off")) }
    }

    fn error(&self, what: &str) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, format!("line {}: {what}", self.line + 1))
    }
}

/// The records of a line.
pub(crate) fn records(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let line = rest?;
        let (record, after) = match memchr(RECORD_END, line) {
            Some(end) => (&line[..end], Some(&line[end + 1..])),
            None => (line, None),
        };
        rest = after;
        Some(record)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> String {
        let mut out = String::new();
        let result = ElementReader::new(text.as_bytes()).read_to_string(&mut out);
        let error = result.err().map(|error| format!("! {error}")).unwrap_or_default();
        out.replace('\u{1e}', "~") + &error
    }

    #[test]
    fn elements_stand_on_their_lines() {
        assert_eq!(lines("[\n{\"a\":1},\n{\"a\":\n2}\n]\n"), "\n{\"a\":1}~\n{\"a\": 2}~\n\n\n");
        assert_eq!(lines("[{\"a\":[1,2]},{\"a\":\"},]\\\"\"}]"), "{\"a\":[1,2]}~{\"a\":\"},]\\\"\"}~");
        assert_eq!(lines("{\"n\":[1],\"items\":[{\"a\":1}],\"x\":{}}\n{\"items\":[{}]}"), "{\"a\":1}~\n{}~");
        assert_eq!(lines("[1, \"b\" ,[]]"), "1~\"b\" ~[]~");
        assert_eq!(lines("[ ]"), "");
    }

    #[test]
    fn what_is_no_document_is_an_error() {
        assert_eq!(lines("[{\"a\":1}"), "{\"a\":1}~! line 1: the array is not closed: the file is cut off");
        assert_eq!(lines("[\n}"), "! line 2: `}` closes nothing");
        assert_eq!(lines("[]\nx"), "! line 2: expected nothing behind the array".to_owned());
    }

    #[test]
    fn tells_pages_from_lines() {
        assert!(is_document(b" [{"));
        assert!(is_document(b"{\"totalCount\": 1, \"items\": ["));
        assert!(!is_document(b"{\"CustomerId\": \"c\", \"Tags\": [\"items\"]}\n{\"items\": ["));
        assert!(!is_document(b"a,b"));
    }
}

//! Finding the header and the separator of a file, and which field serves which column.

use crate::model::record::Column;

use super::blocks::Head;
use super::records::{Fields, Splitter};
use crate::input::error::HeaderError;
use crate::input::source::Container;
use crate::input::source::encoding::{self, Encoding};

/// Separators that files use.
pub(crate) const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A line that names this many of the report's columns is its header, though others may be missing.
const ENOUGH_COLUMNS: usize = 3;

/// A header is shorter than this, its blanks included.
const LONGEST_NAME: usize = 40;

/// Titles and blank lines that may stand before the header.
const MOST_LINES_BEFORE: usize = 50;

/// Where the columns stand in every record of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// The separator.
    pub(crate) delimiter: u8,
    /// For each column of the report, in its order, the field that serves it.
    pub(crate) positions: [usize; Column::ALL.len()],
    /// The headers, as they stand in the file.
    pub(crate) headers: Vec<String>,
    /// The header's line, from 1.
    pub(crate) line: u64,
    /// What the file is wrapped in.
    pub(crate) container: Container,
    /// Its encoding; `None` if its bytes must tell UTF-8 from Windows-1252.
    pub(crate) encoding: Option<Encoding>,
}

impl Layout {
    /// The field that serves a column.
    #[inline]
    pub(crate) fn position(&self, column: Column) -> usize {
        self.positions[column as usize]
    }

    /// The headers that serve no column.
    pub(crate) fn ignored(&self) -> Vec<String> {
        let serves_none = |(at, _): &(usize, &String)| !self.positions.contains(at);
        self.headers.iter().enumerate().filter(serves_none).map(|(_, header)| header.clone()).collect()
    }

    /// How many fields every record has; only blank ones may follow.
    pub(crate) fn width(&self) -> usize {
        self.headers.len()
    }
}

/// A header and how many bytes and lines it and all before it take up.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) layout: Layout,
    pub(crate) bytes: usize,
    pub(crate) lines: u64,
}

/// Finds the header at the start of a file.
pub(crate) fn find(head: Head<'_>, delimiter: Option<u8>) -> Result<Found, HeaderError> {
    let Head { bytes, is_all: _, container, encoding } = head;
    let delimiter = delimiter.or_else(|| declared(bytes));
    let found = find_in(bytes, delimiter)?;
    Ok(Found { layout: Layout { container, encoding, ..found.layout }, ..found })
}

/// The separator that Excel's first line `sep=;` declares.
fn declared(head: &[u8]) -> Option<u8> {
    match head.strip_prefix(b"sep=").or_else(|| head.strip_prefix(b"\"sep="))? {
        [separator, b'\r' | b'\n' | b'"', ..] => Some(*separator),
        _ => None,
    }
}

fn find_in(head: &[u8], delimiter: Option<u8>) -> Result<Found, HeaderError> {
    let head = first_lines(head);
    let candidates = delimiter.map_or(DELIMITERS.to_vec(), |delimiter| vec![delimiter]);
    let mut best: Option<Candidate> = None;
    for candidate in candidates.into_iter().filter_map(|delimiter| candidate(head, delimiter)) {
        let is_whole = candidate.matched == Column::ALL.len();
        if best.as_ref().is_none_or(|best| candidate.matched > best.matched) {
            best = Some(candidate);
        }
        if is_whole {
            // Another separator cannot do better.
            break;
        }
    }
    match best {
        Some(candidate) => candidate.into_found(),
        None => Err(absent(head, delimiter.unwrap_or(b','))),
    }
}

/// As many lines as can matter, and some more for line breaks in quotes.
fn first_lines(head: &[u8]) -> &[u8] {
    let mut ends = memchr::memchr2_iter(b'\n', b'\r', head);
    ends.nth(4 * MOST_LINES_BEFORE).map_or(head, |end| &head[..end])
}

/// A line that may be the header, split by one separator.
struct Candidate {
    delimiter: u8,
    headers: Vec<String>,
    matched: usize,
    line: u64,
    end: usize,
    lines: u64,
}

/// The first line that names enough columns when it is split by `delimiter`.
fn candidate(head: &[u8], delimiter: u8) -> Option<Candidate> {
    let mut splitter = Splitter::new(delimiter);
    let mut found: Option<Candidate> = None;
    let mut seen = 0;
    splitter.split(head, |fields| {
        seen += 1;
        if found.is_some() || seen > MOST_LINES_BEFORE {
            return;
        }
        let headers = headers(&fields);
        let matched = matched(&headers);
        if matched >= ENOUGH_COLUMNS {
            let line = u64::from(fields.line) + 1;
            found = Some(Candidate { delimiter, headers, matched, line, end: fields.end(), lines: 0 });
        }
    });
    let mut found = found?;
    found.end += line_end(&head[found.end..]);
    found.lines = u64::from(super::records::line_ends(&head[..found.end]));
    Some(found)
}

/// How many columns the headers name.
fn matched(headers: &[String]) -> usize {
    // A row has as many cells, but none that is a name: its length tells most of them.
    let folded: Vec<String> =
        headers.iter().filter(|header| header.len() < LONGEST_NAME).map(|header| folded(header)).collect();
    Column::ALL.iter().filter(|column| folded.iter().any(|header| is_name(header, **column))).count()
}

/// The length of the line end that a text starts with.
fn line_end(text: &[u8]) -> usize {
    match text {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

fn headers(fields: &Fields<'_>) -> Vec<String> {
    let text = |value: &[u8]| match encoding::text(value, None) {
        Some(text) => text.trim().to_owned(),
        None => String::from_utf8_lossy(value).trim().to_owned(),
    };
    fields.values().map(|value| text(&value)).collect()
}

impl Candidate {
    fn into_found(self) -> Result<Found, HeaderError> {
        let Self { delimiter, mut headers, line, end, lines, .. } = self;
        while headers.last().is_some_and(String::is_empty) {
            headers.pop();
        }
        let positions = positions(&headers, line)?;
        let (container, encoding) = (Container::None, None);
        let layout = Layout { delimiter, positions, headers, line, container, encoding };
        Ok(Found { layout, bytes: end, lines })
    }
}

fn positions(headers: &[String], line: u64) -> Result<[usize; Column::ALL.len()], HeaderError> {
    let mut positions = [0; Column::ALL.len()];
    let mut missing = Vec::new();
    let folded: Vec<String> = headers.iter().map(|header| folded(header)).collect();
    for column in Column::ALL {
        let mut named = (0..headers.len()).filter(|at| is_name(&folded[*at], column));
        match (named.next(), named.next()) {
            (Some(at), None) => positions[column as usize] = at,
            (Some(first), Some(second)) => {
                return Err(HeaderError::Doubled {
                    line,
                    column,
                    first: headers[first].clone(),
                    second: headers[second].clone(),
                    found: headers.to_vec(),
                });
            }
            (None, _) => missing.push((column, nearest(column, headers))),
        }
    }
    if missing.is_empty() {
        Ok(positions)
    } else {
        Err(HeaderError::Missing { line, missing, found: headers.to_vec() })
    }
}

/// Whether a header names a column, whatever its case, blanks, `_` and `-`.
fn names(header: &str, column: Column) -> bool {
    is_name(&folded(header), column)
}

/// Whether a folded header is one of a column's names.
fn is_name(folded: &str, column: Column) -> bool {
    folded.eq_ignore_ascii_case(column.name())
        || column.aliases().iter().any(|alias| folded.eq_ignore_ascii_case(alias))
}

/// A header without what spellings differ in: case, blanks, `_` and `-`.
pub(crate) fn folded(header: &str) -> String {
    header.chars().filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect()
}

/// The unused header that looks most like a column's name, if one does.
fn nearest(column: Column, headers: &[String]) -> Option<String> {
    let distance = |header: &str| {
        let header = folded(header);
        std::iter::once(&column.name())
            .chain(column.aliases())
            .map(|name| strsim::damerau_levenshtein(&header, &name.to_ascii_lowercase()))
            .min()
    };
    headers
        .iter()
        .filter(|header| !Column::ALL.iter().any(|other| names(header, *other)))
        .filter_map(|header| Some((distance(header)?, header)))
        .filter(|(distance, header)| *distance <= 1 + header.len() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, header)| header.clone())
}

/// No header: the file is empty, or its first line is another's.
fn absent(head: &[u8], delimiter: u8) -> HeaderError {
    let mut first_line = None;
    Splitter::new(delimiter).split(head, |fields| {
        first_line.get_or_insert_with(|| headers(&fields));
    });
    match first_line {
        None => HeaderError::Empty,
        Some(fields) => {
            let shortened = fields.into_iter().take(12).map(|field| field.chars().take(60).collect()).collect();
            HeaderError::Absent { first_line: shortened }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "PartnerID,CustomerID,InvoiceMonth,CreditName,CreditAmount,Status,BalanceAmount,CurrencyCode,\
        AgreementID,EffectiveDate,ExpiryDate";

    #[test]
    fn finds_columns_in_any_order_and_spelling() {
        let head = "Balance report\n\npartner_tenant_id;Billing Period;x;Currency;creditName;credit-amount;creditStatus;\
            credit balance;AGREEMENTID;StartDate;ExpirationDate;\"CustomerTenantId\";\nnext";
        let found = find_in(head.as_bytes(), None).unwrap();
        assert_eq!(found.layout.positions, [0, 11, 1, 4, 5, 6, 7, 3, 8, 9, 10]);
        assert_eq!((found.layout.delimiter, found.layout.line, found.lines), (b';', 3, 3));
        assert_eq!(&head[found.bytes..], "next");
        assert_eq!(found.layout.width(), 12);
    }

    #[test]
    fn names_what_is_missing_and_what_is_near() {
        let error = find_in(HEADER.replace("CreditAmount", "CreditAmuont").as_bytes(), None).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("no column `CreditAmount` (is it `CreditAmuont`?)\ncolumns found: PartnerID, ")
        );
    }

    #[test]
    fn names_what_stands_twice() {
        let error = find_in(format!("{HEADER},Balance").as_bytes(), None).unwrap_err();
        assert!(
            error.to_string().starts_with("column `BalanceAmount` stands twice: as `BalanceAmount` and as `Balance`")
        );
    }

    #[test]
    fn believes_a_declared_separator() {
        let head = format!("sep=^\r\n{}\r\n", HEADER.replace(',', "^"));
        let head = Head { bytes: head.as_bytes(), is_all: true, container: Container::None, encoding: None };
        let found = find(head, None).unwrap();
        assert_eq!((found.layout.delimiter, found.lines), (b'^', 2));
    }

    #[test]
    fn tells_an_empty_file_from_another() {
        assert_eq!(find_in(b"\n\n", None).unwrap_err(), HeaderError::Empty);
        assert!(
            matches!(find_in(b"a,b\n1,2\n", None).unwrap_err(), HeaderError::Absent { first_line } if first_line == ["a", "b"])
        );
    }
}

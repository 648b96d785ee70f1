//! Finding the header and the separator of a file, and which field serves which column.

use crate::model::record::Column;

use super::error::HeaderError;
use super::records::{Fields, Splitter};

/// Separators that files use.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A line that names this many of the report's columns is its header, though others may be missing.
const ENOUGH_COLUMNS: usize = 3;

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
}

impl Layout {
    /// The field that serves a column.
    #[inline]
    pub(crate) fn position(&self, column: Column) -> usize {
        self.positions[column as usize]
    }

    /// How many fields a record may have, and must have unless those that are missing serve no column.
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

/// Finds the header at the start of a file, of which `head` holds whole lines.
pub(crate) fn find(head: &[u8], delimiter: Option<u8>) -> Result<Found, HeaderError> {
    let candidates = delimiter.map_or(DELIMITERS.to_vec(), |delimiter| vec![delimiter]);
    let best = candidates
        .into_iter()
        .filter_map(|delimiter| candidate(head, delimiter))
        .reduce(|best, next| if next.matched > best.matched { next } else { best });
    match best {
        Some(candidate) => candidate.into_found(),
        None => Err(absent(head, delimiter.unwrap_or(b','))),
    }
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
        let matched = Column::ALL.iter().filter(|column| headers.iter().any(|header| names(header, **column))).count();
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

/// The length of the line end that a text starts with.
fn line_end(text: &[u8]) -> usize {
    match text {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

fn headers(fields: &Fields<'_>) -> Vec<String> {
    fields.values().map(|value| String::from_utf8_lossy(&value).trim().to_owned()).collect()
}

impl Candidate {
    fn into_found(self) -> Result<Found, HeaderError> {
        let Self { delimiter, mut headers, line, end, lines, .. } = self;
        while headers.last().is_some_and(String::is_empty) {
            headers.pop();
        }
        let positions = positions(&headers, line)?;
        Ok(Found { layout: Layout { delimiter, positions, headers, line }, bytes: end, lines })
    }
}

fn positions(headers: &[String], line: u64) -> Result<[usize; Column::ALL.len()], HeaderError> {
    let mut positions = [0; Column::ALL.len()];
    let mut missing = Vec::new();
    for column in Column::ALL {
        let mut named = headers.iter().enumerate().filter(|(_, header)| names(header, column));
        match (named.next(), named.next()) {
            (Some((at, _)), None) => positions[column as usize] = at,
            (Some((_, first)), Some((_, second))) => {
                return Err(HeaderError::Doubled {
                    line,
                    column,
                    first: first.clone(),
                    second: second.clone(),
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
    let folded = folded(header);
    folded == column.name().to_ascii_lowercase()
        || column.aliases().iter().any(|alias| folded == alias.to_ascii_lowercase())
}

fn folded(header: &str) -> String {
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
        let found = find(head.as_bytes(), None).unwrap();
        assert_eq!(found.layout.positions, [0, 11, 1, 4, 5, 6, 7, 3, 8, 9, 10]);
        assert_eq!((found.layout.delimiter, found.layout.line, found.lines), (b';', 3, 3));
        assert_eq!(&head[found.bytes..], "next");
        assert_eq!(found.layout.width(), 12);
    }

    #[test]
    fn names_what_is_missing_and_what_is_near() {
        let error = find(HEADER.replace("CreditAmount", "CreditAmuont").as_bytes(), None).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("no column `CreditAmount` (is it `CreditAmuont`?)\ncolumns found: PartnerID, ")
        );
    }

    #[test]
    fn names_what_stands_twice() {
        let error = find(format!("{HEADER},Balance").as_bytes(), None).unwrap_err();
        assert!(
            error.to_string().starts_with("column `BalanceAmount` stands twice: as `BalanceAmount` and as `Balance`")
        );
    }

    #[test]
    fn tells_an_empty_file_from_another() {
        assert_eq!(find(b"\n\n", None).unwrap_err(), HeaderError::Empty);
        assert!(
            matches!(find(b"a,b\n1,2\n", None).unwrap_err(), HeaderError::Absent { first_line } if first_line == ["a", "b"])
        );
    }
}

//! Small tables, many of them kept by hand: names of customers, from any table that has a column of customer ids and one of
//! names, such as an invoice or an export of Partner Center; and findings that are known and accepted.

use std::collections::HashMap;

use crate::model::{Currency, Id, Names};

use super::dialect::{Options, settled_mark};
use super::error::{Fault, FileError, Note, Problem};
use super::scan::header::{self, is_guid};
use super::scan::{ColumnSpec, Head, Layout, Line, Splitter, TableKind, choice, folded};
use super::source::{Source, encoding};
use super::value::{Clue, Clues, DecimalMark, amount, id, says_nothing};

/// Headers of a column of customer ids, the likeliest first.
const IDS: [&str; 5] = ["CustomerId", "CustomerTenantId", "MicrosoftId", "CustomerMicrosoftId", "TenantId"];

/// Headers of a column of names, the likeliest first.
const NAMES: [&str; 6] =
    ["CustomerName", "CustomerCompanyName", "CompanyName", "OrganizationName", "DisplayName", "Name"];

/// Which columns of a list hold the ids and the names, where that is said, and which others go along.
#[derive(Clone, Debug, Default)]
pub struct ListColumns {
    pub id: Option<&'static str>,
    pub name: Option<&'static str>,
    pub along: Vec<&'static str>,
}

/// A customer with two names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    pub customer: Id,
    /// The name that gave way.
    pub before: String,
    /// The name that is used.
    pub now: String,
}

/// Who was renamed, what is to be said, and the files that were read.
pub type NamesReading = (Vec<Renamed>, Vec<Note>, Vec<String>);

/// Reads names into `names`.
///
/// Of folders and patterns the lists of names are read, and what else lies there is noted.
pub fn read_names(
    sources: Vec<Source>,
    options: &Options,
    columns: &ListColumns,
    names: &mut Names,
) -> Result<NamesReading, Vec<FileError>> {
    names.columns.clone_from(&columns.along);
    let open = |head: Head<'_>| open_names(head, options, columns);
    let (mut last, mut changes) = (HashMap::new(), Vec::new());
    let (files, notes) = choice::read_lines(sources, "a list of names", options.encoding, None, open, |line| {
        let swallowed = || line.swallowed(ID, is_guid, |column| column == NAME);
        if let Some(fault) = line.fields.spans_lines.then(swallowed).flatten() {
            return Err(fault);
        }
        named(line, &mut last, &mut changes).ok_or_else(Fault::not_text)
    })?;
    let mut renamed = Vec::new();
    for (customer, now, along) in changes {
        names.insert_along(customer.clone(), along);
        let before = names.insert(customer.clone(), now.clone());
        if let Some(before) = before.filter(|before| *before != now) {
            renamed.push(Renamed { customer, before, now });
        }
    }
    Ok((renamed, notes, files.iter().map(|file| file.source.name().to_owned()).collect()))
}

/// The places of the columns; what goes along stands behind.
const ID: usize = 0;
const NAME: usize = 1;
const ALONG: usize = 2;

/// Finds the header: the first line that has both columns.
pub(super) fn open_names(head: Head<'_>, options: &Options, said: &ListColumns) -> Result<Layout, Fault> {
    let column = |names: &[&'static str]| ColumnSpec { names: names.to_vec(), is_required: true, is_exclusive: false };
    // Headers are looked for as they are folded.
    let said_column = |name: &str| column(&[String::leak(folded(name))]);
    let wanted = |said: Option<&str>, known: &[&'static str]| said.map_or_else(|| column(known), said_column);
    let mut columns = vec![wanted(said.id, &IDS), wanted(said.name, &NAMES)];
    columns.extend(said.along.iter().map(|name| said_column(name)));
    let kinds = [TableKind { name: "a list of names", columns, enough: 2 }];
    let delimiters = header::likely_delimiters(head, options.delimiter);
    let searched = "a column of customer ids and one of names, such as `CustomerId` and `CustomerName`";
    let recognise = |names: &[String]| kinds[0].is_named_by(names).then_some(0);
    match header::find(head, &delimiters, &kinds, searched, recognise) {
        Err(error @ (Fault::Absent { .. } | Fault::Missing { .. })) => by_content(head, &delimiters, said).ok_or(error),
        found => found,
    }
}

/// Headers that stand over names in lists kept by hand, folded, where another column is known to hold the ids.
const LIKELY_NAMES: [&str; 17] = [
    "name1",
    "suchname",
    "company",
    "customer",
    "client",
    "kunde",
    "kundenname",
    "debitor",
    "debitorname",
    "firma",
    "organisation",
    "unternehmen",
    "nom",
    "nombre",
    "ragionesociale",
    "naam",
    "nazwa",
];

/// Lines that show what the columns of a list hold.
const MOST_LINES: usize = 50;

/// A list whose headers are not known, by what stands under them: ids in one column, and names in another.
fn by_content(head: Head<'_>, delimiters: &[u8], said: &ListColumns) -> Option<Layout> {
    delimiters.iter().find_map(|delimiter| {
        let mut lines: Vec<(Vec<String>, usize, u32)> = Vec::new();
        Splitter::new(*delimiter).split(head.bytes, |fields| {
            if lines.len() < MOST_LINES {
                let text = |value: &[u8]| encoding::text(value, head.encoding).map(|text| text.trim().to_owned());
                let cells = fields.values().map(|value| text(&value).unwrap_or_default()).collect();
                lines.push((cells, fields.end(), fields.line));
            }
        });
        // The last line may be cut off.
        let whole = if head.is_all { lines.len() } else { lines.len().saturating_sub(1) };
        let (header, end, line) = lines.first()?;
        let rows: Vec<&[String]> = lines[1..whole.max(1)].iter().map(|(cells, ..)| cells.as_slice()).collect();
        let holds_ids = |at: &usize| rows.iter().all(|row| row.get(*at).is_some_and(|cell| is_guid(cell)));
        let headers = header::folded_all(header);
        let place = |name: &str| headers.iter().position(|header| *header == folded(name));
        let mut holding = (0..header.len()).filter(|at| !rows.is_empty() && !is_guid(&header[*at]) && holds_ids(at));
        let id = match said.id {
            Some(id) => place(id)?,
            None => holding.next().filter(|_| holding.next().is_none())?,
        };
        let name = match said.name {
            Some(name) => place(name)?,
            None => {
                let named = NAMES.iter().chain(&LIKELY_NAMES).find_map(|name| place(name));
                named.filter(|at| *at != id).or_else(|| (header.len() == 2).then(|| 1 - id))?
            }
        };
        let along: Option<Vec<usize>> = said.along.iter().map(|name| place(name)).collect();
        let positions = [id, name].into_iter().chain(along?).map(Some).collect();
        // What is left of the header's line is blank.
        let before = (*end, u64::from(*line));
        Some(Layout { positions, before, ..Layout::without_header(head, *delimiter) })
    })
}

/// Adds the customer of a row, the name and what goes along, unless the row says the last name again or none; `None` if a
/// cell that matters is no text.
fn named(line: Line<'_>, last: &mut HashMap<Id, String>, all: &mut Vec<(Id, String, Vec<String>)>) -> Option<()> {
    if [ID, NAME].into_iter().any(|column| line.layout.position(column).is_none_or(|at| at >= line.fields.len())) {
        return Some(());
    }
    let (customer, name) = (line.read(ID, id)?, line.text(NAME)?);
    if let Some(customer) = customer.filter(|customer| !says_nothing(&name) && last.get(customer) != Some(&name)) {
        let along = (ALONG..line.layout.positions.len()).map(|column| line.text(column)).collect::<Option<_>>()?;
        last.insert(customer.clone(), name.clone());
        all.push((customer, name, along));
    }
    Some(())
}

/// The columns that are looked at; all but the first may be missing.
pub const ACCEPTED: [&str; 8] =
    ["Check", "CustomerID", "AgreementID", "InvoiceMonth", "CurrencyCode", "Amount", "File", "Message"];

/// A line's number, and its cells in the order of [`ACCEPTED`]; none where the file has no such column.
pub type AcceptanceLine = (u64, [Option<String>; ACCEPTED.len()]);

/// The lines of accepted findings, what is wrong with those that have too few cells, and the decimal mark of their
/// amounts; none if it is open.
type AcceptedReading = (Vec<AcceptanceLine>, Vec<Problem>, Option<DecimalMark>);

/// Reads findings that are known and accepted, such as `aco check` writes them.
pub fn read_accepted(source: Vec<Source>, options: &Options) -> Result<AcceptedReading, Vec<FileError>> {
    let open = |head: Head<'_>| open_accepted(head, options);
    let (mut lines, mut problems, mut seen) = (Vec::new(), Vec::new(), Clues::NONE);
    let (files, _) = choice::read_lines(source, "a list of findings", options.encoding, None, open, |line| {
        let (wanted, found) = (line.layout.width(), line.fields.len());
        if line.is_blank() {
            return Ok(());
        }
        if found < wanted {
            problems.push(Problem::new(line.place(), format!("expected {wanted} fields, found {found}")));
            return Ok(());
        }
        let mut cells = [const { None }; ACCEPTED.len()];
        for (column, cell) in cells.iter_mut().enumerate().filter(|(column, _)| line.layout.has(*column)) {
            *cell = Some(line.text(column).ok_or_else(Fault::not_text)?);
        }
        let amount = amount::read(cells[5].as_deref().unwrap_or_default().as_bytes(), DecimalMark::default());
        let currency = cells[4].as_deref().and_then(Currency::parse);
        seen = seen.and(amount.map(|amount| clues_in(currency, amount.clues)).unwrap_or_default());
        lines.push((line.place().line, cells));
        Ok(())
    })?;
    // A file of both marks tells none of what could be either's.
    let is_torn = seen.contains(Clue::Point) && seen.contains(Clue::Comma);
    let delimiter = files.first().and_then(|file| file.layout.delimiter());
    let mark = settled_mark(seen, options.decimal, delimiter).filter(|_| !is_torn).or(options.decimal);
    Ok((lines, problems, mark))
}

/// What an amount in a currency says: what `aco check` writes has its decimals, so `1,234` of dinars has three.
fn clues_in(currency: Option<Currency>, clues: Clues) -> Clues {
    let has_three = currency.is_some_and(|currency| currency.minor_units() == 3);
    let marks = [(Clue::AmbiguousPoint, Clue::Point), (Clue::AmbiguousComma, Clue::Comma)];
    let mark = marks.into_iter().find(|(open, _)| has_three && clues.contains(*open));
    mark.map_or(clues.of_currency(currency), |(_, mark)| Clues::only(mark))
}

/// Finds the header of accepted findings: the first line that has a column of checks.
fn open_accepted(head: Head<'_>, options: &Options) -> Result<Layout, Fault> {
    let column = |name| ColumnSpec { names: vec![name], is_required: name == ACCEPTED[0], is_exclusive: true };
    let kinds = [TableKind { name: "a list of findings", columns: ACCEPTED.map(column).to_vec(), enough: 1 }];
    let delimiters = header::likely_delimiters(head, options.delimiter);
    let searched = "the columns Check, CustomerID, AgreementID and InvoiceMonth: Check at least";
    let recognise = |names: &[String]| names.iter().any(|name| name.eq_ignore_ascii_case(ACCEPTED[0])).then_some(0);
    header::find(head, &delimiters, &kinds, searched, recognise)
}

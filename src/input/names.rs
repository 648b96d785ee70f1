//! Names of customers, from any table that has a column of customer ids and one of names: an invoice, a list of
//! customers exported from Partner Center, or one kept by hand.

use std::collections::HashMap;

use crate::model::id::Id;
use crate::model::names::Names;

use super::dialect::Options;
use super::error::{Fault, FileError};
use super::scan::blocks::Pace;
use super::source::Source;
use crate::input::scan::blocks::Head;
use crate::input::scan::blocks::{self, BlockId, Fold, Opening};
use crate::input::scan::header::{DELIMITERS, folded};
use crate::input::scan::records::{Fields, Splitter, line_ends};
use crate::input::source::encoding::{self, Encoding};

/// Headers of a column of customer ids, the likeliest first.
const IDS: [&str; 5] = ["customerid", "customertenantid", "microsoftid", "customermicrosoftid", "tenantid"];

/// Headers of a column of names, the likeliest first.
const NAMES: [&str; 6] =
    ["customername", "customercompanyname", "companyname", "organizationname", "displayname", "name"];

/// Lines among which the header must be.
const MOST_LINES_BEFORE: usize = 50;

/// A customer with two names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// The customer.
    pub customer: Id,
    /// The name that gave way.
    pub before: String,
    /// The name that is used.
    pub now: String,
}

/// Reads names into `names`, and returns who was renamed.
pub fn read(source: Source, options: &Options, names: &mut Names) -> Result<Vec<Renamed>, Vec<FileError>> {
    let open = |head: Head<'_>| open(head, options.delimiter).ok_or(Fault::NoNames);
    // One thread, for of two names the one that is met last counts.
    let (threads, _) = blocks::read(vec![source], Pace::threads(1), options.encoding, open, Met::default)?;
    let mut renamed = Vec::new();
    for (customer, now) in threads.into_iter().flat_map(|thread| thread.changes) {
        let before = names.insert(customer.clone(), now.clone());
        if let Some(before) = before.filter(|before| *before != now) {
            renamed.push(Renamed { customer, before, now });
        }
    }
    Ok(renamed)
}

/// The columns that matter, and how their cells are spelled.
struct Layout {
    delimiter: u8,
    id: usize,
    name: usize,
    encoding: Option<Encoding>,
}

/// Finds the header: the first line that has both columns.
fn open(head: Head<'_>, delimiter: Option<u8>) -> Option<Opening<Layout>> {
    delimiter.into_iter().chain(DELIMITERS).find_map(|delimiter| {
        let mut found = None;
        let mut seen = 0;
        Splitter::new(delimiter).split(head.bytes, |fields| {
            seen += 1;
            if found.is_none() && seen <= MOST_LINES_BEFORE {
                found = columns(&fields, head.encoding).map(|columns| (columns, fields.end()));
            }
        });
        let ((id, name), end) = found?;
        let rest = &head.bytes[end..];
        let bytes = end + if rest.starts_with(b"\r\n") { 2 } else { rest.len().min(1) };
        let lines = u64::from(line_ends(&head.bytes[..bytes]));
        let layout = Layout { delimiter, id, name, encoding: head.encoding };
        Some(Opening { layout, delimiter: Some(delimiter), bytes, lines })
    })
}

/// Where a line names the columns of ids and of names.
fn columns(fields: &Fields<'_>, encoding: Option<Encoding>) -> Option<(usize, usize)> {
    let headers: Vec<String> =
        fields.values().map(|value| folded(&encoding::text(&value, encoding).unwrap_or_default())).collect();
    let column = |names: &[&str]| names.iter().find_map(|name| headers.iter().position(|header| header == name));
    Some((column(&IDS)?, column(&NAMES)?))
}

/// The names that were met, in order; one that follows itself once.
#[derive(Default)]
struct Met {
    last: HashMap<Id, String>,
    changes: Vec<(Id, String)>,
}

impl Fold for Met {
    type Layout = Layout;

    fn block(&mut self, _: BlockId, layout: &Layout, bytes: &[u8]) -> Result<u32, Fault> {
        let mut fault = None;
        let lines = Splitter::new(layout.delimiter).split(bytes, |fields| {
            if fields.unclosed {
                fault.get_or_insert(Fault::OpenQuote { line: u64::from(fields.line) });
            } else if self.row(layout, &fields).is_none() {
                fault.get_or_insert(Fault::NotText);
            }
        });
        fault.map_or(Ok(lines), Err)
    }
}

impl Met {
    /// Takes in a row; `None` if a cell that matters is no text.
    fn row(&mut self, layout: &Layout, fields: &Fields<'_>) -> Option<()> {
        if fields.len() <= layout.id.max(layout.name) {
            return Some(());
        }
        let (id, name) = (fields.value(layout.id), fields.value(layout.name));
        let customer = Id::parse(&encoding::text(&id, layout.encoding)?);
        let name = encoding::text(&name, layout.encoding)?;
        let name = name.trim();
        if let Some(customer) = customer
            && !name.is_empty()
            && self.last.get(&customer).is_none_or(|last| last != name)
        {
            self.last.insert(customer.clone(), name.to_owned());
            self.changes.push((customer, name.to_owned()));
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &'static [u8]) -> (Names, Vec<Renamed>) {
        let mut names = Names::default();
        let renamed = read(Source::stream("names", text), &Options::default(), &mut names).unwrap();
        (names, renamed)
    }

    #[test]
    fn finds_the_columns_of_several_kinds_of_file() {
        let id = Id::parse("c").unwrap();
        for text in [
            &b"CustomerId,CustomerName\nc,Contoso\n"[..],
            b"Customers\n\n\"Microsoft ID\";\"Company name\"\nc;Contoso\n",
            b"PartnerId\tCustomer Tenant Id\tCustomer Name\nx\tc\t Contoso \n",
        ] {
            assert_eq!(names(text).0.get(&id), Some("Contoso"));
        }
        assert_eq!(names(b"CustomerId,Name\nc,M\xfcller\n").0.get(&id), Some("Müller"));
    }

    #[test]
    fn the_last_of_two_names_is_used() {
        let (names, renamed) = names(b"CustomerId,CustomerName\nc,Contoso\nc,Contoso\nc,Fabrikam\n,none\n");
        assert_eq!(names.get(&Id::parse("c").unwrap()), Some("Fabrikam"));
        assert_eq!(renamed.len(), 1);
        assert_eq!((renamed[0].before.as_str(), renamed[0].now.as_str()), ("Contoso", "Fabrikam"));
    }

    #[test]
    fn a_file_without_names_is_refused() {
        let error = read(Source::stream("x", &b"a,b\n1,2\n"[..]), &Options::default(), &mut Names::default());
        assert!(error.unwrap_err()[0].to_string().starts_with("x: no column of customer ids and one of names"));
    }
}

//! Names of customers, from any table that has a column of customer ids and one of names: an invoice, a list of
//! customers exported from Partner Center, or one kept by hand.

use std::io::Read;

use crate::model::id::Id;
use crate::model::names::Names;

use super::Options;
use super::encoding;
use super::error::{Fault, FileError};
use super::header::{DELIMITERS, folded};
use super::source::Source;

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
pub fn read(source: Source, options: &Options, names: &mut Names) -> Result<Vec<Renamed>, FileError> {
    let file = source.name().to_owned();
    let mut renamed = Vec::new();
    let sources = source.unpacked().map_err(|error| FileError { file, fault: error.into() })?;
    for source in sources {
        let file = source.name().to_owned();
        read_one(source, options, names, &mut renamed).map_err(|fault| FileError { file, fault })?;
    }
    Ok(renamed)
}

fn read_one(source: Source, options: &Options, names: &mut Names, renamed: &mut Vec<Renamed>) -> Result<(), Fault> {
    let mut text = source.into_text(options.encoding)?;
    let mut bytes = Vec::new();
    text.reader.read_to_end(&mut bytes)?;
    let text = encoding::text(&bytes, text.encoding).ok_or(Fault::NotText)?;
    let delimiters = options.delimiter.map_or(DELIMITERS.to_vec(), |delimiter| vec![delimiter]);
    let (rows, header) = delimiters
        .into_iter()
        .find_map(|delimiter| {
            let rows = rows(&text, delimiter);
            let header =
                rows.iter().take(MOST_LINES_BEFORE).enumerate().find_map(|(at, row)| {
                    Some(Header { row: at, id: column(row, &IDS)?, name: column(row, &NAMES)? })
                })?;
            Some((rows, header))
        })
        .ok_or(Fault::NoNames)?;
    for row in &rows[header.row + 1..] {
        let customer = row.get(header.id).and_then(Id::parse);
        let name = row.get(header.name).map(str::trim).filter(|name| !name.is_empty());
        let (Some(customer), Some(name)) = (customer, name) else { continue };
        let before = names.insert(customer.clone(), name.to_owned());
        if let Some(before) = before.filter(|before| before != name) {
            renamed.push(Renamed { customer, before, now: name.to_owned() });
        }
    }
    Ok(())
}

/// The header's row and the columns that matter.
struct Header {
    row: usize,
    id: usize,
    name: usize,
}

fn rows(text: &str, delimiter: u8) -> Vec<csv::StringRecord> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
        .into_records()
        // Text in memory has neither I/O errors nor, being flexible, rows of a wrong length.
        .filter_map(Result::ok)
        .collect()
}

fn column(row: &csv::StringRecord, headers: &[&str]) -> Option<usize> {
    let folded: Vec<String> = row.iter().map(folded).collect();
    headers.iter().find_map(|header| folded.iter().position(|found| found == header))
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
        assert!(error.unwrap_err().to_string().starts_with("x: no column of customer ids and one of names"));
    }
}

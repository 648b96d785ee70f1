//! Where the columns of a balance report stand.

use crate::model::ReportColumn;

use crate::input::dialect::Options;
use crate::input::error::{Fault, HeaderError};
use crate::input::kinds::{self, FileType};
use crate::input::scan::blocks::{FileStart, Form, Head};
use crate::input::scan::header::{self, Header};
use crate::input::scan::objects::{self, ObjectsHead};
use crate::input::source::Container;
use crate::input::source::encoding::Encoding;

/// Where the columns stand in every record of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReportLayout {
    /// What stands between two fields; none between the members of an object.
    pub(crate) delimiter: Option<u8>,
    /// For each column of the report, in its order, the field that serves it.
    positions: [usize; ReportColumn::ALL.len()],
    /// The headers, as they stand in the file; of objects the keys that serve a column.
    pub(crate) headers: Vec<String>,
    /// Headers and keys that serve no column.
    pub(crate) ignored: Vec<String>,
    /// The header's line, from 1.
    pub(crate) line: u64,
    /// What the file is wrapped in.
    pub(crate) container: Container,
    /// Its encoding; `None` if its bytes must tell UTF-8 from Windows-1252.
    pub(crate) encoding: Option<Encoding>,
}

impl ReportLayout {
    /// The field that serves a column.
    #[inline]
    pub(crate) fn position(&self, column: ReportColumn) -> usize {
        self.positions[column as usize]
    }

    /// How many fields every record has; only blank ones may follow.
    pub(crate) fn width(&self) -> usize {
        self.headers.len()
    }

    /// Whether equal bytes mean equal rows under both layouts.
    pub(crate) fn reads_like(&self, other: &Self) -> bool {
        self.delimiter == other.delimiter && self.positions == other.positions && self.encoding == other.encoding
    }
}

/// What is said to have been looked for.
const WANTED: &str = "the columns of an ACO balance report";

/// Understands the start of a balance report.
pub(crate) fn open(head: Head<'_>, options: &Options) -> Result<FileStart<ReportLayout>, Fault> {
    let opened = match objects::open(head.bytes) {
        Some(objects) => open_objects(&objects, head.container),
        None => open_delimited(head, options),
    };
    match opened {
        Ok(opening) if kinds::is_balance(&opening.layout.ignored) => Err(Fault::ResultOfAco),
        Ok(opening) => Ok(opening),
        Err(error) => Err(kinds::explained(error, head, FileType::Report)),
    }
}

fn open_delimited(head: Head<'_>, options: &Options) -> Result<FileStart<ReportLayout>, HeaderError> {
    let kinds = [kinds::report::kind()];
    let recognise = |names: &[String]| (kinds[0].matched(names) >= kinds[0].enough).then_some(0);
    let delimiters = header::delimiters(head, options.delimiter);
    let header = header::find(head, &delimiters, &kinds, WANTED, recognise)?;
    let Header { delimiter, names, positions, line, bytes, lines, .. } = header;
    let layout = ReportLayout {
        delimiter: Some(delimiter),
        ignored: unused(&names, &positions),
        positions: std::array::from_fn(|at| positions[at].unwrap_or_default()),
        headers: names,
        line,
        container: head.container,
        encoding: head.encoding,
    };
    Ok(FileStart { layout, form: Form::Delimited(delimiter), bytes, lines })
}

fn open_objects(head: &ObjectsHead<'_>, container: Container) -> Result<FileStart<ReportLayout>, HeaderError> {
    let (kind, keys) = (kinds::report::kind(), &head.keys);
    let folded: Vec<String> = keys.iter().map(|key| header::folded(key)).collect();
    if kind.matched(&folded) < kind.enough {
        return Err(header::absent(WANTED, keys));
    }
    let positions = header::positions(keys, &kind, 1)?;
    let layout = ReportLayout {
        delimiter: None,
        ignored: unused(keys, &positions),
        // The reader of objects puts them in the order of the columns.
        positions: std::array::from_fn(|at| at),
        headers: positions.iter().flatten().map(|at| keys[*at].clone()).collect(),
        line: 1,
        container,
        encoding: Some(Encoding::Utf8),
    };
    Ok(FileStart { layout, form: head.form, bytes: 0, lines: 0 })
}

fn unused(names: &[String], positions: &[Option<usize>]) -> Vec<String> {
    let is_unused = |(at, _): &(usize, &String)| !positions.contains(&Some(*at));
    names.iter().enumerate().filter(is_unused).map(|(_, name)| name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "PartnerID,CustomerID,InvoiceMonth,CreditName,CreditAmount,Status,BalanceAmount,CurrencyCode,\
        AgreementID,EffectiveDate,ExpiryDate";

    fn opened(bytes: &str) -> Result<FileStart<ReportLayout>, Fault> {
        let (bytes, container) = (bytes.as_bytes(), Container::None);
        let head = Head { bytes, is_all: true, container, encoding: None, floats: &[] };
        open(head, &Options::default())
    }

    #[test]
    fn finds_columns_in_any_order_and_spelling() {
        let head = "Balance report\n\npartner_tenant_id;Billing Period;x;Currency;creditName;credit-amount;creditStatus;\
            credit balance;AGREEMENTID;StartDate;ExpirationDate;\"CustomerTenantId\";\nnext";
        let found = opened(head).unwrap();
        assert_eq!(found.layout.positions, [0, 11, 1, 4, 5, 6, 7, 3, 8, 9, 10]);
        assert_eq!((found.layout.delimiter, found.layout.line, found.lines), (Some(b';'), 3, 3));
        assert_eq!(&head[found.bytes..], "next");
        assert_eq!(found.layout.width(), 12);
    }

    #[test]
    fn names_what_is_missing_and_what_is_near() {
        let error = opened(&HEADER.replace("CreditAmount", "CreditAmuont")).unwrap_err().to_string();
        let expected = "no column `CreditAmount` (did you mean `CreditAmuont`?) in what looks like an ACO balance \
            report\ncolumns found: PartnerID, ";
        assert!(error.starts_with(expected), "{error}");
    }

    #[test]
    fn names_what_stands_twice() {
        let error = opened(&format!("{HEADER},Balance")).unwrap_err().to_string();
        assert!(
            error.starts_with("column `BalanceAmount` stands twice: as `BalanceAmount` and as `Balance`"),
            "{error}"
        );
    }

    #[test]
    fn believes_a_declared_separator() {
        let found = opened(&format!("sep=^\r\n{}\r\n", HEADER.replace(',', "^"))).unwrap();
        assert_eq!((found.layout.delimiter, found.lines), (Some(b'^'), 2));
    }

    #[test]
    fn tells_an_empty_file_from_another() {
        assert!(matches!(opened("\n\n").unwrap_err(), Fault::Header(HeaderError::Empty)));
        let error = opened("a,b\n1,2\n").unwrap_err();
        assert!(matches!(error, Fault::Header(HeaderError::Absent { first_line, .. }) if first_line == ["a", "b"]));
    }
}

//! What the start of a balance report says.

use crate::model::ReportColumn;

use crate::input::dialect::Options;
use crate::input::error::Fault;
use crate::input::kinds;
use crate::input::scan::{Head, Layout, header};

/// What is said to have been looked for.
const WANTED: &str = "the columns of an ACO balance report";

/// The field that serves a column: a report has all of them.
#[inline]
pub(super) fn position(layout: &Layout, column: ReportColumn) -> usize {
    layout.position(column).unwrap_or_default()
}

/// Understands the start of a balance report.
pub(super) fn open(head: Head<'_>, options: &Options) -> Result<Layout, Fault> {
    let kinds = [kinds::report()];
    let recognise = |names: &[String]| kinds[0].is_named_by(names).then_some(0);
    let delimiters = header::delimiters(head, options.delimiter);
    let found = Layout::find_any(head, &delimiters, &kinds, WANTED, recognise);
    let layout = found.map_err(|error| kinds::into_fault(error, head, true))?;
    let layout = Layout { months: options.months, utc_offset: options.utc_offset, ..layout };
    if kinds::is_balance(&layout.ignored) { Err(Fault::ResultOfAco) } else { Ok(layout) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::source::Container;

    const HEADER: &str = "PartnerID,CustomerID,InvoiceMonth,CreditName,CreditAmount,Status,BalanceAmount,CurrencyCode,\
        AgreementID,EffectiveDate,ExpiryDate";

    fn opened(bytes: &str) -> Result<Layout, Fault> {
        let (bytes, container) = (bytes.as_bytes(), Container::None);
        let head = Head { file: 0, bytes, is_all: true, container, encoding: None, floats: &[] };
        open(head, &Options::default())
    }

    #[test]
    fn finds_columns_in_any_order_and_spelling() {
        let head = "Balance report\n\npartner_tenant_id;Billing Period;x;Currency;creditName;credit-amount;creditStatus;\
            credit balance;AGREEMENTID;StartDate;ExpirationDate;\"CustomerTenantId\";\nnext";
        let found = opened(head).unwrap();
        assert_eq!(found.positions, [0, 11, 1, 4, 5, 6, 7, 3, 8, 9, 10].map(Some));
        assert_eq!((found.delimiter(), found.line, found.before.1), (Some(b';'), 3, 3));
        assert_eq!(&head[found.before.0..], "next");
        assert_eq!(found.width(), 12);
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
        assert_eq!((found.delimiter(), found.before.1), (Some(b'^'), 2));
    }

    #[test]
    fn tells_an_empty_file_from_another() {
        assert!(matches!(opened("\n\n").unwrap_err(), Fault::Empty));
        let error = opened("a,b\n1,2\n").unwrap_err();
        assert!(matches!(error, Fault::Absent { first_line, .. } if first_line == ["a", "b"]));
    }
}

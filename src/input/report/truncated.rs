//! Downloads that broke off: a last line that just stops, in a value that may go on.
//!
//! A row that lacks fields is refused. One that stops within its last field can still be read, as another value.

use crate::model::{Currency, ReportColumn};

/// Whether the last cell of a file without a last line end may have lost its end.
pub(crate) fn may_be_cut(column: ReportColumn, text: &str, currency: Option<Currency>) -> bool {
    match column {
        ReportColumn::EffectiveDate | ReportColumn::ExpiryDate | ReportColumn::InvoiceMonth => {
            let runs: Vec<usize> =
                text.split(|c: char| !c.is_ascii_digit()).map(str::len).filter(|length| *length > 0).collect();
            match runs[..] {
                // Year first, so that the day is last.
                [4, .., last] => last < 2,
                [_, .., last] => last < 4 && runs.len() <= 3,
                // No date at all, or its first digit not yet.
                _ => text.is_empty(),
            }
        }
        ReportColumn::CreditAmount | ReportColumn::BalanceAmount => {
            let decimals = text.rsplit_once(['.', ',']).map_or(0, |(_, decimals)| decimals.len());
            currency.is_none_or(|currency| decimals < currency.minor_units() as usize)
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_whole_if_it_has_all_its_digits() {
        let cut = |column, text| may_be_cut(column, text, Currency::parse("USD"));
        for whole in
            ["4/14/2026", "2026-04-14", "14.04.2026", "2026-04-14T00:00:00", "4/14/2026 12:00:00 AM", "14-Apr-2026"]
        {
            assert!(!cut(ReportColumn::ExpiryDate, whole), "{whole}");
        }
        for part in ["", "4/14/20", "4/14/202", "2026-04-1", "14.04.20", "14-Apr-20", "14 Apr 20"] {
            assert!(cut(ReportColumn::ExpiryDate, part), "{part}");
        }
        assert!(!cut(ReportColumn::BalanceAmount, "12.50"));
        assert!(cut(ReportColumn::BalanceAmount, "12.5"));
        assert!(cut(ReportColumn::BalanceAmount, "12"));
        assert!(cut(ReportColumn::AgreementId, "1e5d80c3"));
    }
}

//! The columns of balance reports.

use crate::model::ReportColumn;

use crate::input::scan::header::{ColumnSpec, TableKind};

/// Balance reports, by the columns of Partner Center, "Azure credit offer balance" (2022-07-27), and the names that
/// other editions give them. All eleven are needed.
pub(crate) fn kind() -> TableKind {
    let wanted = |column: ReportColumn| ColumnSpec {
        names: std::iter::once(column.name()).chain(column.aliases().iter().copied()).collect(),
        is_required: true,
        is_exclusive: true,
    };
    TableKind { name: "an ACO balance report", columns: ReportColumn::ALL.into_iter().map(wanted).collect(), enough: 3 }
}

/// Its place among the columns of its kind.
impl From<ReportColumn> for usize {
    #[inline]
    fn from(column: ReportColumn) -> Self {
        column as Self
    }
}

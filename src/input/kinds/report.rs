//! The columns of balance reports.

use crate::model::record::Column;

use crate::input::scan::header::{TableKind, Wanted};

/// Balance reports, by the columns of Partner Center, "Azure credit offer balance" (2022-07-27), and the names that
/// other editions give them. All eleven are needed.
pub(crate) fn kind() -> TableKind {
    let wanted = |column: Column| Wanted {
        names: std::iter::once(column.name()).chain(column.aliases().iter().copied()).collect(),
        is_required: true,
        is_exclusive: true,
    };
    TableKind { name: "an ACO balance report", columns: Column::ALL.into_iter().map(wanted).collect(), enough: 3 }
}

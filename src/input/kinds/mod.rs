//! The kinds of files that are read, by their headers: what each calls its columns, and what a file is.

mod formats;
pub(crate) mod invoice;

pub(crate) use self::invoice::InvoiceColumn;

use crate::model::{Amount, ReportColumn, Visible};

use super::error::Fault;
use super::scan::{ColumnSpec, Head, TableKind, elements, folded, header, objects};

/// Balance reports, by the columns of Partner Center, "Azure credit offer balance" (2022-07-27), and the names that
/// other editions give them. All eleven are needed.
pub(crate) fn report() -> TableKind {
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

/// Columns that only results have, folded.
const OF_RESULTS: [&str; 11] = [
    "creditgiven",
    "openingamount",
    "creditapplied",
    "usedpercent",
    "projectedunused",
    "severity",
    "difference",
    "property",
    "previouscreditgiven",
    "forfeited",
    "bookedon",
];

/// Whether a header is that of a result: what a command wrote into the folder that it reads.
fn is_result(names: &[String]) -> bool {
    names.iter().any(|name| OF_RESULTS.contains(&&*folded(name)))
}

/// Whether columns that no report has, beside all that one has, make the file a result of `aco balance`.
pub(crate) fn is_balance(ignored: &[String]) -> bool {
    let has = |wanted| ignored.iter().any(|name| folded(name) == wanted);
    has("usedpercent") && has("daysleft")
}

/// A header's error, or what the file is instead of the one that was looked for, a report or else an invoice file.
pub(crate) fn into_fault(error: Fault, head: Head<'_>, wants_report: bool) -> Fault {
    match (is_report(head), wants_report) {
        (Some(false), true) => Fault::InvoiceForReport,
        (Some(true), false) => Fault::ReportForInvoice,
        _ => match error {
            Fault::Missing { found, .. } if is_result(&found) => Fault::ResultOfAco,
            Fault::Absent { .. } | Fault::Empty => {
                match (elements::error_reply(head.bytes), formats::other(head.bytes)) {
                    (Some(reply), _) => {
                        let text = format!("an error that was answered in place of data: {}", Visible(&reply));
                        Fault::told(None, text, "download the file again")
                    }
                    (None, Some(format)) => Fault::OtherFormat(format),
                    (None, None) => error,
                }
            }
            error => error,
        },
    }
}

/// Whether a file is a report, or an invoice file, by the kind of which its header names the most columns.
fn is_report(head: Head<'_>) -> Option<bool> {
    let [reconciliation, usage] = invoice::kinds(Amount::default());
    let kinds = [report(), reconciliation, usage];
    let best = |names: &[String]| {
        (0..kinds.len()).filter(|at| kinds[*at].is_named_by(names)).max_by_key(|at| kinds[*at].matched(names))
    };
    let kind = match objects::open(head.bytes) {
        Some((_, lines)) => best(&header::folded_all(&objects::keys(&lines))),
        None => header::best(head, &header::likely_delimiters(head, None), &kinds, best).map(|layout| layout.kind),
    };
    kind.map(|kind| kind == 0)
}

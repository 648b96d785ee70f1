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
    let found = header::find_any(head, &delimiters, &kinds, WANTED, recognise);
    let layout = found.map_err(|error| kinds::into_fault(error, head, true))?;
    let layout = Layout { months: options.months, utc_offset: options.utc_offset, ..layout };
    if kinds::is_balance(&layout.ignored) { Err(Fault::ResultOfAco) } else { Ok(layout) }
}

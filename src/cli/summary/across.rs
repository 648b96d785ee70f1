//! Time in columns: `summary --across month`.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::analysis::summary::{Group, GroupBy, GroupSummary};
use crate::cli::columns;
use crate::model::{Names, Overflow, Period, Span, Sum};
use crate::output::{Column, Fields, Kind, Priority, Table};

use super::Figure;

/// The groups that differ by time alone, with the figure of each span and the sum of all.
struct Crossed<'l> {
    first: &'l GroupSummary<'l>,
    figures: Vec<Option<Decimal>>,
    total: Option<Decimal>,
}

/// The rows of groups, which come by all keys but time, then by time.
fn crossed<'l>(
    groups: &'l [GroupSummary<'l>],
    spans: &[Span],
    across: GroupBy,
    (_, value): Figure,
    shows: &dyn Fn(&[GroupSummary<'l>]) -> bool,
) -> Result<Vec<Crossed<'l>>, Overflow> {
    let timeless = |summary: &GroupSummary<'l>| Group { span: None, ..summary.group };
    let rows = groups.chunk_by(|one, next| timeless(one) == timeless(next));
    let row = |row: &'l [GroupSummary<'l>]| {
        let of_span = |span| row.iter().find(|summary| summary.group.span_by(across) == Some(span));
        let figures: Vec<Option<Decimal>> = spans.iter().map(|span| of_span(*span).and_then(value)).collect();
        let mut sum = None;
        for amount in figures.iter().flatten() {
            Sum::add(sum.get_or_insert_default(), *amount)?;
        }
        Ok(Crossed { first: &row[0], figures, total: sum.map(Sum::value).transpose()? })
    };
    rows.filter(|row| shows(row)).map(row).collect()
}

/// The table of those groups by some keys that are shown, with the spans across; `totals` are the same of all that is shown.
pub(super) fn table<'l>(
    [groups, totals]: [&'l [GroupSummary<'l>]; 2],
    (by, across): (&[GroupBy], GroupBy),
    figure: Figure,
    shows: &dyn Fn(&[GroupSummary<'l>]) -> bool,
    names: &'l Names,
) -> Result<Table<'l>, Overflow> {
    let of_groups = groups.iter().filter_map(|summary| Some((summary.group.span_by(across)?, summary.period?)));
    let mut spans: Vec<(Span, Period)> = of_groups.collect::<BTreeSet<_>>().into_iter().collect();
    spans.dedup_by_key(|(span, _)| *span);
    let only: Vec<Span> = spans.iter().map(|(span, _)| *span).collect();
    let fields = |keys: &[GroupBy]| {
        let fields = keys.iter().fold(Fields::default(), |fields: Fields<'l, &'l Crossed<'l>>, key| {
            super::keyed(fields, *key, names, |row| (row.first.group, row.first.period))
        });
        let fields = fields.currency(columns::CURRENCY, |row| row.first.group.currency);
        let spanned = spans.iter().enumerate().fold(fields, |fields, (at, (span, period))| {
            fields.amount(column(*span, *period), move |row| row.figures[at])
        });
        let total = Column::new("Total", Kind::Amount, Priority::Key).adds_up(true);
        if figure.0.adds_up { spanned.amount(total, |row| row.total) } else { spanned }
    };
    let rows = |groups| Ok(&*Vec::leak(crossed(groups, &only, across, figure, shows)?));
    Ok(fields(by).table(rows(groups)?).with_totals(&fields(&[]), rows(totals)?))
}

/// The column of a span. Its name lives as long as the process, as those of all others do.
fn column(span: Span, period: Period) -> Column {
    let name: &'static str = String::leak(span.to_string());
    let headed = (period == Period::Open).then(|| &*String::leak(format!("{span}*")));
    Column { headed, newest_stay: true, ..Column::new(name, Kind::Amount, Priority::Answer).adds_up(true) }
}

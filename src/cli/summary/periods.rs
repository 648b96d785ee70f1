//! Figures of several periods in one row: side by side with `summary --across month`, and beside that of an earlier one
//! with `summary --against previous`.

use std::collections::{BTreeSet, HashMap};

use rust_decimal::Decimal;

use crate::analysis::summary::{Group, GroupBy, GroupSummary};
use crate::model::{Message, Month, Names, Overflow, Period, Span, Sum, money};
use crate::output::{Column, Fields, Kind, Priority, Table};

use super::Figure;
use crate::cli::{Session, Stdio, columns, from_to, joined};

/// The first of the groups that differ by time alone, and the figure of each span, the sum of all behind them.
type Crossed<'l> = (&'l GroupSummary<'l>, Vec<Option<Decimal>>);

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
        let mut figures: Vec<Option<Decimal>> = spans.iter().map(|span| of_span(*span).and_then(value)).collect();
        let mut sum = None;
        for amount in figures.iter().flatten() {
            Sum::add(sum.get_or_insert_default(), *amount)?;
        }
        figures.push(sum.map(Sum::value).transpose()?);
        Ok((&row[0], figures))
    };
    rows.filter(|row| shows(row)).map(row).collect()
}

/// The table of those groups by some keys that are shown, with the spans across; `totals` are the same of all that is shown.
pub(super) fn across<'l>(
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
        let fields = super::keyed(keys, names, |(first, _): &&'l Crossed<'l>| (first.group, first.period));
        let fields = fields.with(columns::CURRENCY, |(first, _)| first.group.currency);
        let spanned = spans.iter().enumerate().fold(fields, |fields, (at, (span, period))| {
            fields.with(column(*span, *period), move |(_, figures)| figures[at])
        });
        let total = Column::new("Total", Kind::Amount, Priority::Key).adds_up(true);
        if figure.0.adds_up { spanned.with(total, |(_, figures)| figures.last().copied().flatten()) } else { spanned }
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

/// The period that one is compared with.
#[derive(Clone, Copy, Debug)]
pub(super) enum Against {
    Previous,
    YearBefore,
}

impl Against {
    pub(super) fn of(self, span: Span) -> Option<Span> {
        span.earlier(match self {
            Self::Previous => span.months(),
            Self::YearBefore => 12,
        })
    }
}

/// Says which quarters and years have other months here than those that stand beside them.
pub(super) fn note_parts(
    Session { ledger, filter, .. }: &Session,
    shown: &[GroupSummary<'_>],
    against: Against,
    stdio: &mut Stdio<'_>,
) {
    let of_report = |month: &Month| ledger.months().first() <= Some(month) && Some(*month) <= filter.last_month(ledger);
    let spans: BTreeSet<Span> = shown.iter().filter_map(|summary| summary.group.span).collect();
    let parts = spans.into_iter().filter_map(|span| {
        let before = against.of(span)?;
        let now: Vec<Month> =
            span.first().through(span.last()).filter(|month| of_report(month) && filter.shows_month(*month)).collect();
        let then: Vec<Month> = before.first().through(before.last()).filter(of_report).collect();
        let since = |months: &[Month], span: Span| -> Vec<i32> {
            months.iter().map(|month| month.months_since(span.first())).collect()
        };
        let of = |span: Span, months: &[Month]| {
            let (first, last) = (*months.first()?, *months.last()?);
            let has_gap = months.len() < first.through(last).count();
            Some(format!("{span} is of {}", if has_gap { joined(months) } else { from_to(first, last) }))
        };
        if since(&now, span) == since(&then, before) {
            None
        } else {
            Some(format!("{} and {}", of(span, &now)?, of(before, &then)?))
        }
    });
    let parts: Vec<String> = parts.collect();
    if !parts.is_empty() {
        let message = Message::note(format!("compared, but not of the same months: {}", parts.join("; ")));
        stdio.say(&message.hint("--by month with --against year compares month by month"));
    }
}

/// With the figure of the earlier period and the change since; `earlier` has the groups of all periods.
///
/// A change is that of the same credits: it is empty where one of the two figures is unknown, in whole or of some credits.
pub(super) fn with_earlier<'l>(
    fields: Fields<'l, GroupSummary<'l>>,
    earlier: &'l [GroupSummary<'l>],
    (column, value): Figure,
    against: Against,
) -> Fields<'l, GroupSummary<'l>> {
    let known: HashMap<Group<'l>, &GroupSummary<'l>> = earlier.iter().map(|summary| (summary.group, summary)).collect();
    let before = move |summary: &GroupSummary<'l>| {
        let span = against.of(summary.group.span?)?;
        known.get(&Group { span: Some(span), ..summary.group }).copied()
    };
    let named = |suffix: &str, priority: Priority| Column {
        name: String::leak(format!("{}{suffix}", column.name)),
        headed: Some(String::leak(format!("{} {}", column.heading(), suffix.to_lowercase()))),
        ..column.adds_up(false).priority(priority)
    };
    let has_opening = move |summary: &GroupSummary<'_>| column.name == columns::GIVEN.name && summary.opening.is_some();
    fields.with_all([named("Before", Priority::Beside), named("Change", Priority::Asked)], move |summary| {
        let before = before(summary);
        let comparable = before
            .filter(|before| before.vanished == summary.vanished && !has_opening(before) && !has_opening(summary));
        let change = value(summary).zip(comparable.and_then(value));
        let change = change.and_then(|(now, before)| money::subtract(now, before).ok());
        [before.and_then(value), change].map(Into::into)
    })
}

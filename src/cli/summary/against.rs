//! A figure beside that of an earlier period: `summary --against previous`.

use std::collections::{BTreeSet, HashMap};

use crate::analysis::{Filter, Group, GroupSummary};
use crate::ledger::Ledger;
use crate::model::{Message, Month, Span, money};
use crate::output::{Cell, Column, Fields, Priority};

use super::Figure;
use crate::cli::{Stdio, columns, from_to, joined};

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

/// What is compared is not only what is shown: the filter without its months.
pub(super) fn of_all_months(filter: &Filter) -> Filter {
    Filter { months: Vec::new(), from: None, to: None, closed: false, ..filter.clone() }
}

/// Says which quarters and years have other months here than those that stand beside them.
pub(super) fn note_parts(
    ledger: &Ledger,
    filter: &Filter,
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
    let named = |suffix: &str| Column {
        name: String::leak(format!("{}{suffix}", column.name)),
        headed: Some(String::leak(format!("{} {}", column.heading(), suffix.to_lowercase()))),
        ..column.adds_up(false).priority(Priority::Key)
    };
    let has_opening = move |summary: &GroupSummary<'_>| column.name == columns::GIVEN.name && summary.opening.is_some();
    fields.with_all([named("Before"), named("Change")], move |summary| {
        let before = before(summary);
        let comparable = before
            .filter(|before| before.vanished == summary.vanished && !has_opening(before) && !has_opening(summary));
        let change = value(summary).zip(comparable.and_then(value));
        let change = change.and_then(|(now, before)| money::subtract(now, before).ok());
        [before.and_then(value), change].map(|amount| Cell::or_empty(amount, Cell::Amount))
    })
}

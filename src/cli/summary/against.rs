//! A figure beside that of an earlier period: `summary --against previous`.

use std::collections::{BTreeSet, HashMap};

use rust_decimal::Decimal;

use crate::analysis::{Filter, Group, GroupSummary};
use crate::ledger::Ledger;
use crate::model::{Message, Month, Span, money};
use crate::output::{Cell, Column, Fields, Priority};

use super::Figure;
use crate::cli::{Stdio, from_to, joined};

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

/// Says which quarters and years are shown in part, though what stands beside is of all that their earlier ones have.
pub(super) fn note_parts(
    ledger: &Ledger,
    filter: &Filter,
    (shown, earlier): (&[GroupSummary<'_>], &[GroupSummary<'_>]),
    against: Against,
    stdio: &mut Stdio<'_>,
) {
    let spans = |summaries: &[GroupSummary<'_>]| -> BTreeSet<Span> {
        summaries.iter().filter_map(|summary| summary.group.span).collect()
    };
    let (earlier, newest) = (spans(earlier), filter.last_month(ledger));
    let compared =
        spans(shown).into_iter().filter(|span| against.of(*span).is_some_and(|span| earlier.contains(&span)));
    let parts = compared.filter_map(|span| {
        let is_shown = |month: &Month| Some(*month) <= newest && filter.shows_month(*month);
        let months: Vec<Month> = span.first().through(span.last()).filter(is_shown).collect();
        let (first, last) = (months.first()?, months.last()?);
        let of = from_to(*first, *last);
        (months.len() < span.first().through(span.last()).count()).then(|| format!("{span} has only {of}"))
    });
    let parts = joined(parts);
    if !parts.is_empty() {
        stdio.say(
            &Message::note(format!("{parts}, and is compared with a whole one"))
                .hint("--by month with --against year compares month by month"),
        );
    }
}

/// With the figure of the earlier period and the change since, where both are known; `earlier` has the groups of all
/// periods.
pub(super) fn with_earlier<'l>(
    fields: Fields<'l, GroupSummary<'l>>,
    earlier: &'l [GroupSummary<'l>],
    (column, value): Figure,
    against: Against,
) -> Fields<'l, GroupSummary<'l>> {
    let known: HashMap<Group<'l>, Decimal> =
        earlier.iter().filter_map(|summary| Some((summary.group, value(summary)?))).collect();
    let before = move |summary: &GroupSummary<'l>| {
        let span = against.of(summary.group.span?)?;
        known.get(&Group { span: Some(span), ..summary.group }).copied()
    };
    let named = |suffix: &str| Column {
        name: String::leak(format!("{}{suffix}", column.name)),
        headed: Some(String::leak(format!("{} {}", column.heading(), suffix.to_lowercase()))),
        ..column.adds_up(false).priority(Priority::Key)
    };
    fields.with_all([named("Before"), named("Change")], move |summary| {
        let before = before(summary);
        let change = value(summary).zip(before).and_then(|(now, before)| money::subtract(now, before).ok());
        [before, change].map(|amount| Cell::or_empty(amount, Cell::Amount))
    })
}

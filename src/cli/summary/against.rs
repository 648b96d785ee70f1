//! A figure beside that of an earlier period: `summary --against previous`.

use std::collections::HashMap;

use rust_decimal::Decimal;

use crate::analysis::filter::Filter;
use crate::analysis::summary::{Group, GroupSummary};
use crate::model::{Span, money};
use crate::output::table::{Cell, Column, Fields};

use super::Figure;

/// The period that one is compared with.
#[derive(Clone, Copy, Debug)]
pub(super) enum Against {
    Previous,
    YearBefore,
}

impl Against {
    fn of(self, span: Span) -> Option<Span> {
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
        ..column.adds_up(false)
    };
    fields.with_all([named("Before"), named("Change")], move |summary| {
        let before = before(summary);
        let change = value(summary).zip(before).and_then(|(now, before)| money::subtract(now, before).ok());
        [before, change].map(|amount| Cell::or_empty(amount, Cell::Amount))
    })
}

//! What the rows of a summary are grouped by, and the months of it.

use std::cmp::Ordering;

use crate::ledger::Ledger;
use crate::model::{Currency, Id, Identity, Month, Span, Status};

use crate::analysis::filter::Filter;

/// What rows can be grouped by. Currency always is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroupBy {
    /// The invoice month.
    Month,
    /// The quarter of the invoice month, of years that begin with a month (1 to 12).
    Quarter(u32),
    /// The year of the invoice month, which begins with a month (1 to 12).
    Year(u32),
    Customer,
    Agreement,
    Partner,
    Currency,
    Status,
}

/// What the rows of a group have in common: the keys that were asked for, and their currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Group<'l> {
    /// The shortest span that was asked for, which tells the longer ones too.
    pub span: Option<Span>,
    pub customer: Option<&'l Id>,
    pub agreement: Option<&'l Id>,
    pub partner: Option<&'l Id>,
    pub status: Option<&'l Status>,
    pub currency: Currency,
}

impl GroupBy {
    /// Whether the key is a time.
    pub fn is_time(self) -> bool {
        matches!(self, Self::Month | Self::Quarter(_) | Self::Year(_))
    }

    /// The same of years that begin with another month.
    #[must_use]
    pub fn with_year_from(self, month: u32) -> Self {
        match self {
            Self::Quarter(_) => Self::Quarter(month),
            Self::Year(_) => Self::Year(month),
            other => other,
        }
    }

    /// The month, quarter or year of a month, where that is the key.
    fn span(self, month: Month) -> Option<Span> {
        match self {
            Self::Month => Some(Span::Month(month)),
            Self::Quarter(year_from) => Some(Span::quarter_of(month, year_from)),
            Self::Year(year_from) => Some(Span::year_of(month, year_from)),
            _ => None,
        }
    }
}

impl Group<'_> {
    /// The invoice month, where that is a key.
    pub fn month(&self) -> Option<Month> {
        if let Some(Span::Month(month)) = self.span { Some(month) } else { None }
    }

    /// The month, quarter or year, where that is a key.
    pub fn span_by(&self, key: GroupBy) -> Option<Span> {
        key.span(self.span?.first())
    }
}

/// Which keys are asked for.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of its own")]
pub(in crate::analysis) struct Keys {
    /// The shortest of month, quarter and year, if any is.
    pub(super) time: Option<GroupBy>,
    pub(super) customer: bool,
    pub(super) agreement: bool,
    pub(super) partner: bool,
    pub(super) status: bool,
}

impl Keys {
    pub(in crate::analysis) fn new(by: &[GroupBy]) -> Self {
        let wanted = |key: &GroupBy| by.contains(key);
        Self {
            time: by.iter().copied().filter(|key| key.is_time()).min(),
            customer: wanted(&GroupBy::Customer),
            agreement: wanted(&GroupBy::Agreement),
            partner: wanted(&GroupBy::Partner),
            status: wanted(&GroupBy::Status),
        }
    }

    pub(super) fn have_no_ids(self) -> bool {
        !(self.customer || self.agreement || self.partner)
    }

    pub(super) fn span(self, month: Month) -> Option<Span> {
        self.time?.span(month)
    }

    /// The number of the first month of the span that tells groups apart; 0 if none does.
    #[inline]
    pub(in crate::analysis) fn ordinal(self, month: Month) -> usize {
        self.span(month).map_or(0, |span| span.first().ordinal())
    }

    pub(in crate::analysis) fn group<'l>(self, identity: &'l Identity, month: Month, status: &'l Status) -> Group<'l> {
        Group { span: self.span(month), status: self.status.then_some(status), ..self.ids(identity) }
    }

    /// What all groups of a credit have in common.
    pub(super) fn ids(self, identity: &Identity) -> Group<'_> {
        Group {
            span: None,
            customer: self.customer.then_some(&identity.customer),
            agreement: self.agreement.then_some(&identity.agreement),
            partner: self.partner.then_some(&identity.partner),
            status: None,
            currency: identity.currency,
        }
    }
}

impl Group<'_> {
    /// The order in which groups are shown: by some keys, then by currency.
    pub(in crate::analysis) fn order(&self, other: &Self, by: &[GroupBy]) -> Ordering {
        let by_keys = by.iter().map(|key| self.compare(other, *key));
        by_keys.fold(Ordering::Equal, Ordering::then).then(self.currency.cmp(&other.currency))
    }

    pub(in crate::analysis) fn compare(&self, other: &Self, key: GroupBy) -> Ordering {
        match key {
            GroupBy::Month | GroupBy::Quarter(_) | GroupBy::Year(_) => self.span_by(key).cmp(&other.span_by(key)),
            GroupBy::Customer => self.customer.cmp(&other.customer),
            GroupBy::Agreement => self.agreement.cmp(&other.agreement),
            GroupBy::Partner => self.partner.cmp(&other.partner),
            GroupBy::Currency => self.currency.cmp(&other.currency),
            // By text: `Active`, `Expired`, and other words among them.
            GroupBy::Status => self.status.map(Status::as_str).cmp(&other.status.map(Status::as_str)),
        }
    }
}

/// The months of an answer.
pub(super) struct Months {
    /// The number of the first month, quarter or year.
    pub(super) first: usize,
    /// The last month shown.
    pub(super) last: Month,
    first_month: Month,
    /// Of each month since the first, whether it is the last one shown of its month, quarter or year, or of all.
    is_end: Vec<bool>,
    pub(super) ends: Vec<Month>,
}

impl Months {
    /// Those of groups by some keys; `None` if no month is shown.
    pub(super) fn new(ledger: &Ledger, filter: &Filter, keys: Keys) -> Option<Self> {
        let first_month = *ledger.months().first()?;
        let last = filter.last_month(ledger)?;
        let months: Vec<Month> = first_month.through(last).collect();
        let shown: Vec<Month> = months.iter().copied().filter(|month| filter.shows_month(*month)).collect();
        let units = shown.chunk_by(|one, next| keys.ordinal(*one) == keys.ordinal(*next));
        let ends: Vec<Month> = units.filter_map(|unit| unit.last().copied()).collect();
        let is_end = months.iter().map(|month| ends.binary_search(month).is_ok()).collect();
        Some(Self { first: keys.ordinal(first_month), last, first_month, is_end, ends })
    }

    /// Whether a month is the last one shown of its month, quarter or year, or of all.
    #[inline]
    pub(super) fn is_end(&self, month: Month) -> bool {
        self.is_end.get(month.ordinal() - self.first_month.ordinal()) == Some(&true)
    }

    /// The last month shown of a group's month, quarter or year.
    pub(super) fn end_of(&self, group: &Group<'_>) -> Option<Month> {
        let span = group.span?;
        let until = self.ends.partition_point(|end| *end <= span.last());
        self.ends[..until].last().copied()
    }
}

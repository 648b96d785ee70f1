//! Summaries: flows and stocks of groups of credits.
//!
//! Flows (given, opening, forfeited) are summed over a group's rows; stocks (credit and balance amounts) are those of
//! each credit's last row in the group. Invariant: no sum crosses currencies.

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use rust_decimal::Decimal;

use crate::ledger::{Entry, Ledger};
use crate::model::{Currency, Id, Identity, Month, Overflow, Period, Span, Status, Sum, parallel};

use super::AnalysisError;
use super::filter::Filter;

/// What rows can be grouped by. Currency always is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupBy {
    /// The invoice month.
    Month,
    /// The calendar quarter of the invoice month.
    Quarter,
    /// The calendar year of the invoice month.
    Year,
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

/// The figures of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupSummary<'l> {
    /// What its rows have in common.
    pub group: Group<'l>,
    /// Different customers.
    pub customers: i64,
    /// Different credits.
    pub credits: i64,
    /// Credit used before the input begins; empty if the past of every credit is known.
    pub opening: Option<Decimal>,
    /// Credit given; empty if it is unknown for every row.
    pub given: Option<Decimal>,
    /// All credit used.
    pub credit_amount: Decimal,
    /// Credit left.
    pub balance_amount: Decimal,
    /// Credit lost by expiring.
    pub forfeited: Decimal,
    /// Amounts of credit given that cover several months, where a timeline has a hole.
    pub spanning: usize,
}

impl GroupBy {
    /// The month, quarter or year of a month, where that is the key.
    fn span(self, month: Month) -> Option<Span> {
        match self {
            Self::Month => Some(Span::Month(month)),
            Self::Quarter => Some(Span::quarter_of(month)),
            Self::Year => Some(Span::year_of(month)),
            _ => None,
        }
    }
}

impl Group<'_> {
    /// The invoice month, where that is a key.
    #[must_use]
    pub fn month(&self) -> Option<Month> {
        if let Some(Span::Month(month)) = self.span { Some(month) } else { None }
    }

    /// The month, quarter or year, where that is a key.
    #[must_use]
    pub fn span_by(&self, key: GroupBy) -> Option<Span> {
        key.span(self.span?.first())
    }
}

impl GroupSummary<'_> {
    /// Whether an open month lies in the group's month, quarter or year, the shortest of these that it has.
    #[must_use]
    pub fn period(&self, filter: &Filter) -> Option<Period> {
        self.group.span.map(|span| filter.period(span.last()))
    }
}

/// Sums up a ledger by some keys, sorted by these in the order given, then by currency.
pub fn summarize<'l>(
    ledger: &'l Ledger,
    filter: &Filter,
    by: &[GroupBy],
    threads: usize,
) -> Result<Vec<GroupSummary<'l>>, AnalysisError> {
    let parts = parallel::each(ledger.stretches(threads), |stretch| Groups::of_stretch(ledger, filter, by, stretch));
    let mut all = Groups::new();
    for part in parts {
        all.merge(part?)?;
    }
    all.into_sorted(by)
}

struct Groups<'l> {
    places: HashMap<Group<'l>, usize, RandomState>,
    figures: Vec<(Group<'l>, Figures)>,
    /// The places of each currency by month, quarter or year and status, where no id is a key: most rows share few of them.
    lanes: Vec<(Currency, Vec<usize>)>,
    /// The month, quarter or year that lanes begin with.
    first: usize,
}

/// A place in a lane that is not known yet.
const UNKNOWN: usize = usize::MAX;

impl<'l> Groups<'l> {
    fn new() -> Self {
        Self { places: HashMap::default(), figures: Vec::new(), lanes: Vec::new(), first: 0 }
    }

    fn of_stretch(
        ledger: &'l Ledger,
        filter: &Filter,
        by: &[GroupBy],
        stretch: std::ops::Range<usize>,
    ) -> Result<Self, AnalysisError> {
        let keys = Keys::new(by);
        let first = ledger.months().first().map_or(0, |month| keys.ordinal(*month));
        let mut groups = Self { first, ..Self::new() };
        let mut last: Vec<(usize, Entry<'l>)> = Vec::new();
        for credit in &ledger.credits()[stretch] {
            let identity = ledger.identity(credit);
            if !filter.shows_identity(identity) {
                continue;
            }
            let customer = ledger.customer(credit);
            let lane = keys.have_no_ids().then(|| groups.lane(identity.currency));
            last.clear();
            for flow in ledger.timeline(credit) {
                let flow = flow?;
                if !filter.shows_row(flow.month, flow.status) {
                    continue;
                }
                let place = groups.place(lane, keys, identity, &flow);
                let figures = &mut groups.figures[place].1;
                figures.add_flows(&flow)?;
                if keys.time == Some(GroupBy::Month) {
                    // A credit has one row a month, so every row is the last of its group.
                    figures.add_stocks(&flow, customer)?;
                    continue;
                }
                match last.iter_mut().rev().find(|(known, _)| *known == place) {
                    Some((_, before)) => *before = flow,
                    None => last.push((place, flow)),
                }
            }
            for (place, flow) in &last {
                groups.figures[*place].1.add_stocks(flow, customer)?;
            }
        }
        Ok(groups)
    }

    fn lane(&mut self, currency: Currency) -> usize {
        self.lanes.iter().position(|(known, _)| *known == currency).unwrap_or_else(|| {
            self.lanes.push((currency, Vec::new()));
            self.lanes.len() - 1
        })
    }

    #[inline]
    fn place(&mut self, lane: Option<usize>, keys: Keys, identity: &'l Identity, flow: &Entry<'l>) -> usize {
        let status = match flow.status {
            Status::Active => 0,
            Status::Expired => 1,
            Status::Other(_) => 2,
        };
        let Some(lane) = lane.filter(|_| status < 2 || !keys.status) else {
            return self.place_of(keys.group(identity, flow));
        };
        let slot = (keys.ordinal(flow.month) - self.first) * 2 + if keys.status { status } else { 0 };
        match self.lanes[lane].1.get(slot) {
            Some(place) if *place != UNKNOWN => *place,
            _ => {
                let place = self.place_of(keys.group(identity, flow));
                let places = &mut self.lanes[lane].1;
                if places.len() <= slot {
                    places.resize(slot + 1, UNKNOWN);
                }
                places[slot] = place;
                place
            }
        }
    }

    fn place_of(&mut self, group: Group<'l>) -> usize {
        let next = self.figures.len();
        let place = *self.places.entry(group).or_insert(next);
        if place == next {
            self.figures.push((group, Figures::default()));
        }
        place
    }

    /// Adds the figures of another stretch, which shares no customer with this one.
    fn merge(&mut self, other: Self) -> Result<(), Overflow> {
        for (group, figures) in other.figures {
            let place = self.place_of(group);
            self.figures[place].1.merge(&figures)?;
        }
        Ok(())
    }

    fn into_sorted(self, by: &[GroupBy]) -> Result<Vec<GroupSummary<'l>>, AnalysisError> {
        let summaries: Result<Vec<_>, Overflow> =
            self.figures.into_iter().map(|(group, figures)| figures.into_summary(group)).collect();
        let mut summaries = summaries?;
        summaries.sort_unstable_by(|a, b| {
            let by_keys = by.iter().map(|key| a.group.compare(&b.group, *key));
            by_keys
                .fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
                .then(a.group.currency.cmp(&b.group.currency))
        });
        Ok(summaries)
    }
}

/// Which keys are asked for.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of its own")]
struct Keys {
    /// The shortest of month, quarter and year, if any is.
    time: Option<GroupBy>,
    customer: bool,
    agreement: bool,
    partner: bool,
    status: bool,
}

impl Keys {
    fn new(by: &[GroupBy]) -> Self {
        let wanted = |key: &GroupBy| by.contains(key);
        Self {
            time: [GroupBy::Month, GroupBy::Quarter, GroupBy::Year].into_iter().find(wanted),
            customer: wanted(&GroupBy::Customer),
            agreement: wanted(&GroupBy::Agreement),
            partner: wanted(&GroupBy::Partner),
            status: wanted(&GroupBy::Status),
        }
    }

    fn have_no_ids(self) -> bool {
        !(self.customer || self.agreement || self.partner)
    }

    fn span(self, month: Month) -> Option<Span> {
        self.time?.span(month)
    }

    /// The number of the first month of the span that tells groups apart; 0 if none does.
    #[inline]
    fn ordinal(self, month: Month) -> usize {
        self.span(month).map_or(0, |span| span.first().ordinal())
    }

    fn group<'l>(self, identity: &'l Identity, flow: &Entry<'l>) -> Group<'l> {
        Group {
            span: self.span(flow.month),
            customer: self.customer.then_some(&identity.customer),
            agreement: self.agreement.then_some(&identity.agreement),
            partner: self.partner.then_some(&identity.partner),
            status: self.status.then_some(flow.status),
            currency: identity.currency,
        }
    }
}

impl Group<'_> {
    fn compare(&self, other: &Self, key: GroupBy) -> std::cmp::Ordering {
        match key {
            GroupBy::Month | GroupBy::Quarter | GroupBy::Year => self.span_by(key).cmp(&other.span_by(key)),
            GroupBy::Customer => self.customer.cmp(&other.customer),
            GroupBy::Agreement => self.agreement.cmp(&other.agreement),
            GroupBy::Partner => self.partner.cmp(&other.partner),
            GroupBy::Currency => self.currency.cmp(&other.currency),
            // By text: `Active`, `Expired`, and other words among them.
            GroupBy::Status => self.status.map(Status::as_str).cmp(&other.status.map(Status::as_str)),
        }
    }
}

/// Running figures of a group.
#[derive(Clone, Debug, Default)]
struct Figures {
    customers: i64,
    credits: i64,
    opening: Option<Sum>,
    given: Option<Sum>,
    credit_amount: Sum,
    balance_amount: Sum,
    forfeited: Sum,
    spanning: usize,
    /// The customer counted last: a stretch holds the credits of a customer next to each other.
    last_customer: Option<u32>,
}

impl Figures {
    #[inline]
    fn add_flows(&mut self, entry: &Entry<'_>) -> Result<(), Overflow> {
        merge_known(&mut self.opening, entry.opening.map(Sum::from))?;
        merge_known(&mut self.given, entry.given.map(Sum::from))?;
        self.spanning += usize::from(entry.span.is_some_and(|span| span > 1));
        self.forfeited.add(entry.forfeited)
    }

    #[inline]
    fn add_stocks(&mut self, last: &Entry<'_>, customer: u32) -> Result<(), Overflow> {
        self.credits += 1;
        self.customers += i64::from(self.last_customer != Some(customer));
        self.last_customer = Some(customer);
        self.credit_amount.add(last.credit_amount)?;
        self.balance_amount.add(last.balance_amount)
    }

    fn merge(&mut self, other: &Self) -> Result<(), Overflow> {
        self.credits += other.credits;
        self.customers += other.customers;
        self.spanning += other.spanning;
        merge_known(&mut self.opening, other.opening)?;
        merge_known(&mut self.given, other.given)?;
        self.credit_amount.merge(other.credit_amount)?;
        self.balance_amount.merge(other.balance_amount)?;
        self.forfeited.merge(other.forfeited)
    }

    fn into_summary(self, group: Group<'_>) -> Result<GroupSummary<'_>, Overflow> {
        Ok(GroupSummary {
            group,
            customers: self.customers,
            credits: self.credits,
            opening: self.opening.map(Sum::value).transpose()?,
            given: self.given.map(Sum::value).transpose()?,
            credit_amount: self.credit_amount.value()?,
            balance_amount: self.balance_amount.value()?,
            forfeited: self.forfeited.value()?,
            spanning: self.spanning,
        })
    }
}

fn merge_known(sum: &mut Option<Sum>, other: Option<Sum>) -> Result<(), Overflow> {
    other.map_or(Ok(()), |other| sum.get_or_insert_default().merge(other))
}

//! Summaries: flows and stocks of groups of credits.
//!
//! Flows (given, opening, forfeited) are summed over a group's months. Of the stocks, CreditAmount is that of each
//! credit's last row in the group, and BalanceAmount what is left at the end of the last month shown of the group's
//! month, quarter or year, or of the whole answer. Invariant: no sum crosses currencies.

mod group;
mod units;

use foldhash::fast::RandomState;
use hashbrown::{HashMap, HashSet};
use rust_decimal::Decimal;

use crate::ledger::{Credit, End, Entry, Ledger};
use crate::model::{Currency, Identity, Month, Overflow, Period, Span, Status, Sum, parallel};

pub(super) use self::group::Keys;
use self::group::Months;
pub use self::group::{Group, GroupBy};
pub use self::units::Units;
use super::filter::Filter;

/// The figures of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupSummary<'l> {
    /// What its rows have in common.
    pub group: Group<'l>,
    /// Whether the last month shown of the group's month, quarter or year is open.
    pub period: Option<Period>,
    /// Different customers.
    pub customers: i64,
    /// Different credits.
    pub credits: i64,
    /// Credit used before the input begins; empty if the past of every credit is known.
    pub opening: Option<Decimal>,
    /// Credit given; empty if it is unknown for every row.
    pub given: Option<Decimal>,
    /// All credit used; empty without a row.
    pub credit_amount: Option<Decimal>,
    /// Credit left; empty if it is unknown of every credit.
    pub balance_amount: Option<Decimal>,
    /// Credit lost by an end.
    pub forfeited: Decimal,
    /// Amounts of credit given that cover several months, where a timeline has a hole.
    pub spanning: usize,
    /// Credits with something left whose rows have stopped before their last day, in the first month without one and at the
    /// end of the group's last: what they were given since is unknown.
    pub vanished: usize,
}

impl GroupSummary<'_> {
    /// Whether it is known that no credit was given, all in all. An opening may hide some.
    pub fn is_idle(&self) -> bool {
        self.opening.is_none() && self.vanished == 0 && self.given.is_none_or(|given| given.is_zero())
    }
}

/// With the groups that only an earlier period has: `earlier_of` tells which that is of each month, quarter or year that
/// is shown, and `earlier` has the groups of all of them. Of what is used up or over it is known that nothing was given.
pub fn with_gone<'l>(
    ledger: &'l Ledger,
    filter: &Filter,
    by: &[GroupBy],
    (mut shown, earlier): (Vec<GroupSummary<'l>>, &[GroupSummary<'l>]),
    earlier_of: impl Fn(Span) -> Option<Span>,
) -> Result<Vec<GroupSummary<'l>>, Overflow> {
    let keys = Keys::new(by);
    let Some(months) = Months::new(ledger, filter, keys) else { return Ok(shown) };
    let known: HashSet<Group<'l>, RandomState> = shown.iter().map(|summary| summary.group).collect();
    let timeless = |group: Group<'l>| Group { span: None, ..group };
    let mut newest: HashMap<_, &GroupSummary<'l>, RandomState> = HashMap::default();
    for summary in earlier {
        let newest = newest.entry(timeless(summary.group)).or_insert(summary);
        *newest = if summary.group.span > newest.group.span { summary } else { *newest };
    }
    let is_over = |group: Group<'l>| {
        let is_over =
            |newest: &&&GroupSummary<'l>| newest.vanished == 0 && newest.balance_amount == Some(Decimal::ZERO);
        newest.get(&timeless(group)).filter(is_over).is_some_and(|newest| newest.group.span <= group.span)
    };
    for end in &months.ends {
        let Some((span, before)) = keys.span(*end).and_then(|span| Some((span, earlier_of(span)?))) else { continue };
        // A group in which something was only lost was gone by then.
        for summary in earlier.iter().filter(|summary| summary.credits > 0 && summary.group.span == Some(before)) {
            let group = Group { span: Some(span), ..summary.group };
            if !known.contains(&group) {
                // What others were given is as unknown as that of one that has vanished.
                let unknown = usize::from(!is_over(group));
                shown.push(Figures::default().into_summary(group, Some(filter.period(*end)), unknown)?);
            }
        }
    }
    for summary in shown.iter_mut().filter(|summary| summary.credits == 0 && is_over(summary.group)) {
        summary.given = Some(Decimal::new(0, summary.group.currency.minor_units()));
    }
    shown.sort_by(|a, b| a.group.order(&b.group, by));
    Ok(shown)
}

/// Sums up a ledger by some keys, sorted by these in the order given, then by currency.
pub fn summarize<'l>(
    ledger: &'l Ledger,
    filter: &Filter,
    by: &[GroupBy],
    threads: usize,
) -> Result<Vec<GroupSummary<'l>>, Overflow> {
    let keys = Keys::new(by);
    let Some(months) = Months::new(ledger, filter, keys) else { return Ok(Vec::new()) };
    let parts = parallel::each(ledger.stretches(threads), |stretch| {
        let mut groups = Groups::new(ledger, filter, keys, &months);
        ledger.credits()[stretch].iter().try_for_each(|credit| groups.add(credit))?;
        Ok::<_, Overflow>(groups)
    });
    let mut all = Groups::new(ledger, filter, keys, &months);
    for part in parts {
        all.merge(part?)?;
    }
    all.into_sorted(by)
}

struct Groups<'l, 'a> {
    ledger: &'l Ledger,
    filter: &'a Filter,
    keys: Keys,
    months: &'a Months,
    places: HashMap<Group<'l>, usize, RandomState>,
    figures: Vec<(Group<'l>, Figures)>,
    /// See `GroupSummary::vanished`: of any group, be it one that has rows or not.
    vanished: HashMap<Group<'l>, usize, RandomState>,
    /// The places of each currency by month, quarter or year and status, where no id is a key: most rows share few of
    /// them, and to find those without the hash of a group takes 6 to 11 % off the time of a summary.
    lanes: Vec<(Currency, Vec<usize>)>,
    /// The groups in which the credit at hand has a row.
    at_hand: Vec<InGroup>,
}

/// A credit in a group in which it has a row.
struct InGroup {
    place: usize,
    /// That of its last row in the group.
    credit_amount: Decimal,
    left: Option<Decimal>,
}

/// A credit at hand: what its groups are told by.
#[derive(Clone, Copy)]
struct Owner<'l> {
    identity: &'l Identity,
    customer: u32,
    lane: Option<usize>,
}

/// A place in a lane that is not known yet.
const UNKNOWN: usize = usize::MAX;

impl<'l, 'a> Groups<'l, 'a> {
    fn new(ledger: &'l Ledger, filter: &'a Filter, keys: Keys, months: &'a Months) -> Self {
        let (places, vanished) = (HashMap::default(), HashMap::default());
        let (figures, lanes, at_hand) = (Vec::new(), Vec::new(), Vec::new());
        Self { ledger, filter, keys, months, places, figures, vanished, lanes, at_hand }
    }

    fn add(&mut self, credit: &Credit) -> Result<(), Overflow> {
        let identity = self.ledger.identity(credit);
        if !self.filter.shows_identity(identity) {
            return Ok(());
        }
        let customer = self.ledger.customer(credit);
        let lane = self.keys.have_no_ids().then(|| self.lane(identity.currency));
        let owner = Owner { identity, customer, lane };
        self.at_hand.clear();
        let mut timeline = self.ledger.timeline(credit);
        while let Some(entry) = timeline.next() {
            let entry = entry?;
            if self.filter.shows_row(entry.month, entry.status) {
                self.add_row(owner, &entry)?;
            }
            let next = timeline.next_month();
            if next.map_or(entry.month >= self.months.last, |next| next == entry.month.next()) {
                continue;
            }
            // A copy, so that the entry itself can stay in registers.
            let (entry, until) = (entry.clone(), next.map_or(self.months.last, Month::previous));
            let end = if next.is_some() { End::default() } else { self.ledger.end(credit, &entry) };
            self.add_months_without_row(owner, &entry, end, until)?;
        }
        for InGroup { place, credit_amount, left } in &self.at_hand {
            self.figures[*place].1.add_stocks(*credit_amount, *left, customer)?;
        }
        Ok(())
    }

    #[inline]
    fn add_row(&mut self, owner: Owner<'l>, entry: &Entry<'l>) -> Result<(), Overflow> {
        let place = self.place(owner, entry.month, entry.status);
        let figures = &mut self.figures[place].1;
        figures.add_flows(entry)?;
        if self.keys.time == Some(GroupBy::Month) {
            // A credit has one row a month, so every row is the last of its group.
            return figures.add_stocks(entry.credit_amount, Some(entry.left()), owner.customer);
        }
        let left = Some(if self.months.is_end(entry.month) { entry.left() } else { entry.nothing() });
        let credit_amount = entry.credit_amount;
        match self.at_hand.iter_mut().rev().find(|known| known.place == place) {
            Some(known) => *known = InGroup { place, credit_amount, left },
            None => self.at_hand.push(InGroup { place, credit_amount, left }),
        }
        Ok(())
    }

    /// Adds what becomes of a credit in the months between one of its rows and the next, or after the last one.
    #[cold]
    fn add_months_without_row(
        &mut self,
        owner: Owner<'l>,
        entry: &Entry<'l>,
        end: End,
        last: Month,
    ) -> Result<(), Overflow> {
        let mut month = entry.month.next();
        while month <= last.min(self.months.last) {
            if self.filter.shows_row(month, entry.status) {
                self.add_month_without_row(owner, entry, end, month)?;
            }
            if end.over == Some(month) {
                break;
            }
            month = month.next();
        }
        Ok(())
    }

    fn add_month_without_row(
        &mut self,
        owner: Owner<'l>,
        entry: &Entry<'l>,
        end: End,
        month: Month,
    ) -> Result<(), Overflow> {
        let forfeited = end.forfeited(entry, month)?.filter(|forfeited| !forfeited.is_zero());
        let moves = forfeited.is_some() || !end.vanished(entry, month)?.is_zero();
        let left = end.left(entry, month);
        let is_end = self.months.is_end(month);
        let is_left = is_end && left.is_some_and(|left| !left.is_zero());
        if !moves && !is_left && (!is_end || left.is_some()) {
            return Ok(());
        }
        let group = self.keys.group(owner.identity, month, entry.status);
        if left.is_none() && (is_end || end.vanished == Some(month)) && !entry.left().is_zero() {
            *self.vanished.entry(group).or_default() += 1;
        }
        // Of what has vanished nothing is known, which makes no group.
        let place = if moves || is_left { Some(self.place_of(group)) } else { self.places.get(&group).copied() };
        let Some(place) = place else { return Ok(()) };
        if let Some(forfeited) = forfeited {
            self.figures[place].1.forfeited.add(forfeited)?;
        }
        if is_end || end.over == Some(month) {
            match self.at_hand.iter_mut().find(|known| known.place == place) {
                Some(known) => known.left = left,
                // A credit that has no row in the group.
                None => merge_known(&mut self.figures[place].1.left, left.map(Sum::from))?,
            }
        }
        Ok(())
    }

    fn lane(&mut self, currency: Currency) -> usize {
        self.lanes.iter().position(|(known, _)| *known == currency).unwrap_or_else(|| {
            self.lanes.push((currency, Vec::new()));
            self.lanes.len() - 1
        })
    }

    #[inline]
    fn place(&mut self, owner: Owner<'l>, month: Month, status: &'l Status) -> usize {
        let number = match status {
            Status::Active => 0,
            Status::Expired => 1,
            Status::Other(_) => 2,
        };
        let Owner { identity, lane, .. } = owner;
        let Some(lane) = lane.filter(|_| number < 2 || !self.keys.status) else {
            return self.place_of(self.keys.group(identity, month, status));
        };
        let slot = (self.keys.ordinal(month) - self.months.first) * 2 + if self.keys.status { number } else { 0 };
        match self.lanes[lane].1.get(slot) {
            Some(place) if *place != UNKNOWN => *place,
            _ => {
                let place = self.place_of(self.keys.group(identity, month, status));
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
        for (group, credits) in other.vanished {
            *self.vanished.entry(group).or_default() += credits;
        }
        Ok(())
    }

    fn into_sorted(self, by: &[GroupBy]) -> Result<Vec<GroupSummary<'l>>, Overflow> {
        let summary = |(group, figures): (Group<'l>, Figures)| {
            let end = self.months.end_of(&group);
            let vanished = self.vanished.get(&group).copied().unwrap_or_default();
            figures.into_summary(group, end.map(|month| self.filter.period(month)), vanished)
        };
        let summaries: Result<Vec<_>, Overflow> = self.figures.into_iter().map(summary).collect();
        let mut summaries = summaries?;
        summaries.sort_unstable_by(|a, b| a.group.order(&b.group, by));
        Ok(summaries)
    }
}

/// Running figures of a group.
#[derive(Clone, Debug, Default)]
struct Figures {
    customers: i64,
    credits: i64,
    opening: Option<Sum>,
    given: Option<Sum>,
    /// That of the credits with a row in the group; without one nothing is known.
    credit_amount: Sum,
    left: Option<Sum>,
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

    /// Adds a credit that has a row in the group: CreditAmount of the last one, and what is left of it, if that is known.
    #[expect(clippy::inline_always, reason = "see `Groups::add`")]
    #[inline(always)]
    fn add_stocks(&mut self, credit_amount: Decimal, left: Option<Decimal>, customer: u32) -> Result<(), Overflow> {
        self.credits += 1;
        self.customers += i64::from(self.last_customer != Some(customer));
        self.last_customer = Some(customer);
        self.credit_amount.add(credit_amount)?;
        merge_known(&mut self.left, left.map(Sum::from))
    }

    fn merge(&mut self, other: &Self) -> Result<(), Overflow> {
        self.credits += other.credits;
        self.customers += other.customers;
        self.spanning += other.spanning;
        merge_known(&mut self.opening, other.opening)?;
        merge_known(&mut self.given, other.given)?;
        self.credit_amount.add(other.credit_amount)?;
        merge_known(&mut self.left, other.left)?;
        self.forfeited.add(other.forfeited)
    }

    fn into_summary(
        self,
        group: Group<'_>,
        period: Option<Period>,
        vanished: usize,
    ) -> Result<GroupSummary<'_>, Overflow> {
        Ok(GroupSummary {
            group,
            period,
            customers: self.customers,
            credits: self.credits,
            opening: self.opening.map(Sum::value).transpose()?,
            given: self.given.map(Sum::value).transpose()?,
            credit_amount: (self.credits > 0).then(|| self.credit_amount.value()).transpose()?,
            balance_amount: self.left.map(Sum::value).transpose()?,
            forfeited: self.forfeited.value()?,
            spanning: self.spanning,
            vanished,
        })
    }
}

/// Adds what is known to a sum of which nothing may be known yet.
#[inline]
pub(super) fn merge_known(sum: &mut Option<Sum>, other: Option<Sum>) -> Result<(), Overflow> {
    other.map_or(Ok(()), |other| sum.get_or_insert_default().add(other))
}

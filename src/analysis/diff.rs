//! What changed between two downloads, by credit and month.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::ledger::{Entry, Ledger};
use crate::model::currency::Currency;
use crate::model::money::{self, Sum};
use crate::model::month::Month;
use crate::model::period::Period;
use crate::model::record::Identity;
use crate::model::status::Status;

use super::AnalysisError;
use super::coverage::Covered;
use super::filter::Filter;

/// What happened to a credit's month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It has other values.
    Restated,
}

impl Kind {
    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Restated => "restated",
        }
    }
}

/// A field of a record that can change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// CreditAmount.
    CreditAmount(Sides<Decimal>),
    /// Status.
    Status(Sides<Status>),
    /// BalanceAmount.
    BalanceAmount(Sides<Decimal>),
    /// EffectiveDate.
    EffectiveDate(Sides<NaiveDate>),
    /// ExpiryDate.
    ExpiryDate(Sides<NaiveDate>),
}

/// A value before and after; `None` where there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sides<T> {
    /// In the old download.
    pub old: Option<T>,
    /// In the new one.
    pub new: Option<T>,
}

/// One changed field of one credit and month.
#[derive(Clone, Debug)]
pub struct Change<'l> {
    /// What happened to the month.
    pub kind: Kind,
    /// Whose credit it is.
    pub identity: &'l Identity,
    /// The month.
    pub month: Month,
    /// The field.
    pub field: Field,
    /// New minus old, of an amount.
    pub difference: Option<Decimal>,
}

/// All that changed.
#[derive(Clone, Debug, Default)]
pub struct Diff<'l> {
    /// By credit, month and field.
    pub changes: Vec<Change<'l>>,
    /// How much credit given moved, by currency and month; months without a move are left out.
    pub moved: BTreeMap<(Currency, Month), Decimal>,
    /// Whether a closed month that the old download told of was changed: restated, removed, or added to.
    pub touches_closed: bool,
}

/// A month of a credit on one side.
struct Side<'l> {
    identity: &'l Identity,
    entry: Entry<'l>,
}

/// Compares two ledgers. Amounts compare as numbers, ids without case: a spelling is no change.
pub fn compare<'l>(old: &'l Ledger, new: &'l Ledger, filter: &Filter) -> Result<Diff<'l>, AnalysisError> {
    let covered = Covered::of(old);
    let (old, new) = (sides(old, filter)?, sides(new, filter)?);
    let mut diff = Diff::default();
    let mut moved: BTreeMap<(Currency, Month), Sum> = BTreeMap::new();
    for (old, new) in pairs(&old, &new) {
        let Some(side) = old.or(new) else { continue };
        let given = |side: Option<&Side<'_>>| side.and_then(|side| side.entry.given);
        let sum = moved.entry((side.identity.currency, side.entry.month)).or_default();
        given(new).map_or(Ok(()), |given| sum.add(given))?;
        given(old).map_or(Ok(()), |given| sum.subtract(given))?;
        let before = diff.changes.len();
        diff.changes.extend(changes(side.identity, old.map(|side| &side.entry), new.map(|side| &side.entry))?);
        let is_closed = filter.period(side.entry.month) == Period::Closed;
        let was_told = old.is_some() || covered.has(&side.identity.partner, side.entry.month);
        diff.touches_closed |= is_closed && was_told && diff.changes.len() > before;
    }
    for (key, sum) in moved {
        let amount = sum.value()?;
        if !amount.is_zero() {
            diff.moved.insert(key, amount);
        }
    }
    Ok(diff)
}

/// An old and a new side that belong together.
type Sided<'s, 'l> = (Option<&'s Side<'l>>, Option<&'s Side<'l>>);

/// The months of both sides, each with its like.
///
/// Grants of one identity that share a month are told apart by their first days. What has no like by its first day is
/// taken for amended, in order.
fn pairs<'s, 'l>(mut old: &'s [Side<'l>], mut new: &'s [Side<'l>]) -> Vec<Sided<'s, 'l>> {
    let mut pairs = Vec::new();
    while let Some(key) = old.first().into_iter().chain(new.first()).map(Side::key).min() {
        let mut by_first_day: BTreeMap<Option<NaiveDate>, Sided<'s, 'l>> = BTreeMap::new();
        for side in split_month(&mut old, key) {
            by_first_day.entry(side.entry.effective()).or_default().0 = Some(side);
        }
        for side in split_month(&mut new, key) {
            by_first_day.entry(side.entry.effective()).or_default().1 = Some(side);
        }
        let (alike, single): (Vec<_>, Vec<_>) =
            by_first_day.into_values().partition(|(old, new)| old.is_some() && new.is_some());
        pairs.extend(alike);
        let olds: Vec<_> = single.iter().filter_map(|(old, _)| *old).collect();
        let news: Vec<_> = single.iter().filter_map(|(_, new)| *new).collect();
        let count = olds.len().max(news.len());
        pairs.extend((0..count).map(|at| (olds.get(at).copied(), news.get(at).copied())));
    }
    pairs
}

/// Takes the sides with this key off the front.
fn split_month<'s, 'l>(sides: &mut &'s [Side<'l>], key: (&Identity, Month)) -> &'s [Side<'l>] {
    let count = sides.iter().take_while(|side| side.key() == key).count();
    let (these, rest) = sides.split_at(count);
    *sides = rest;
    these
}

impl<'l> Side<'l> {
    fn key(&self) -> (&'l Identity, Month) {
        (self.identity, self.entry.month)
    }
}

fn sides<'l>(ledger: &'l Ledger, filter: &Filter) -> Result<Vec<Side<'l>>, AnalysisError> {
    let mut sides = Vec::new();
    for place in ledger.sorted() {
        let credit = &ledger.credits()[place];
        let identity = ledger.identity(credit);
        super::given::months(ledger, filter, credit, |entry| {
            sides.push(Side { identity, entry });
            Ok::<_, AnalysisError>(())
        })?;
    }
    sides.sort_by(|a, b| a.key().cmp(&b.key()));
    Ok(sides)
}

fn changes<'l>(
    identity: &'l Identity,
    old: Option<&Entry<'l>>,
    new: Option<&Entry<'l>>,
) -> Result<Vec<Change<'l>>, AnalysisError> {
    let kind = match (old, new) {
        (None, _) => Kind::Added,
        (_, None) => Kind::Removed,
        _ => Kind::Restated,
    };
    let Some(month) = new.or(old).map(|entry| entry.month) else { return Ok(Vec::new()) };
    let mut changes = Vec::new();
    let mut add = |field, difference| changes.push(Change { kind, identity, month, field, difference });
    let amount = |value: fn(&Entry<'l>) -> Decimal| sides_of(old, new, |entry| Some(value(entry)));
    for (sides, field) in [
        (amount(|entry| entry.credit_amount), Field::CreditAmount as fn(Sides<Decimal>) -> Field),
        (amount(|entry| entry.balance_amount), Field::BalanceAmount),
    ] {
        if sides.old != sides.new {
            let zero = Decimal::ZERO;
            let difference = money::subtract(sides.new.unwrap_or(zero), sides.old.unwrap_or(zero))?;
            add(field(sides), Some(difference));
        }
    }
    let status = sides_of(old, new, |entry| Some(entry.status.clone()));
    if status.old != status.new {
        add(Field::Status(status), None);
    }
    let effective = sides_of(old, new, Entry::effective);
    if effective.old != effective.new {
        add(Field::EffectiveDate(effective), None);
    }
    let expiry = sides_of(old, new, Entry::expiry);
    if expiry.old != expiry.new {
        add(Field::ExpiryDate(expiry), None);
    }
    Ok(changes)
}

fn sides_of<'e, 'l, T>(
    old: Option<&'e Entry<'l>>,
    new: Option<&'e Entry<'l>>,
    value: impl Fn(&'e Entry<'l>) -> Option<T>,
) -> Sides<T> {
    Sides { old: old.and_then(&value), new: new.and_then(&value) }
}

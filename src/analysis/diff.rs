//! What changed between two downloads, by credit and month.
//!
//! The last month of the old download was provisional, so that what changed in it is completed and no finding. Months
//! after it are new. Invariant: every row of either side is a change, the same on both sides, counted as later, or
//! counted as one that the other side does not hold.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::close::PartlyKnown;
use super::filter::Filter;
use super::survey::Covered;
use crate::ledger::{Entry, Ledger, RowRef, TrancheRow, Tranches};
use crate::model::{Currency, Id, Identity, Month, Overflow, Period, Status, money, words};

#[derive(Clone, Debug, Default)]
pub struct Diff<'l> {
    /// By credit, month and field.
    pub changes: Vec<Change<'l>>,
    /// How much credit given moved, by currency and month; months without a move are left out.
    pub moved: BTreeMap<(Currency, Month), PartlyKnown>,
    /// The last month of the old download.
    pub last: Option<Month>,
    /// Rows of months after it.
    pub later: usize,
    /// Rows of months of which the other side has no row of the partner: nothing is known of what became of them.
    pub not_held: usize,
    /// Whether a closed month before the old download's last one was changed (restated, removed, or added to), or what
    /// was given in a closed month by such a change of the row before it, be that one shown or not.
    pub touches_closed: bool,
}

words! {
    /// What happened to a credit's month.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub enum ChangeKind {
        Added = "added",
        Removed = "removed",
        Restated = "restated",
        /// It is the last month of the old download, which was provisional then.
        Completed = "completed",
    }
}

/// One changed field of one credit and month.
#[derive(Clone, Debug)]
pub struct Change<'l> {
    pub kind: ChangeKind,
    pub identity: &'l Identity,
    pub month: Month,
    /// The column that changed.
    pub name: &'static str,
    /// What stood there before and stands there after; empty where there is no row.
    pub old: Option<FieldValue>,
    pub new: Option<FieldValue>,
    /// New minus old, of an amount; what is not there is 0.
    pub difference: Option<Decimal>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldValue {
    Amount(Decimal),
    Text(String),
}

/// Why two downloads cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiffError {
    /// An amount needs more digits than there are.
    Overflow(Overflow),
    /// The old download ends in a later month than the new one, which may have no rows.
    OldIsNewer { old: Month, new: Option<Month> },
    /// An EffectiveDate differs, and may be that of several credits with an amended date.
    Unclear { old: RowRef, new: RowRef },
}

impl From<Overflow> for DiffError {
    fn from(overflow: Overflow) -> Self {
        Self::Overflow(overflow)
    }
}

/// Compares two ledgers. Amounts compare as numbers, ids, names and statuses without case: a spelling is no change.
///
/// Rows of months after the old download's last one are only counted, unless `all` are asked for.
pub fn compare<'l>(old: &'l Ledger, new: &'l Ledger, filter: &Filter, all: bool) -> Result<Diff<'l>, DiffError> {
    let (last, new_last) = (old.downloads().last_month_of_newest(), new.downloads().last_month_of_newest());
    if let Some(old) = last.filter(|_| last > new_last) {
        return Err(DiffError::OldIsNewer { old, new: new_last });
    }
    let mut comparison = Comparison {
        all,
        filter,
        held: [Covered::new(old), Covered::new(new)],
        statuses: new.statuses().iter().map(|status| (status.as_str().to_lowercase(), status.clone())).collect(),
        diff: Diff { last, ..Diff::default() },
    };
    for (identity, credits) in identities([old, new], filter) {
        for pair in pairs([old, new], &credits)? {
            comparison.add(identity, &pair)?;
        }
    }
    comparison.diff.moved.retain(|_, moved| moved.whole() != Some(Decimal::ZERO));
    Ok(comparison.diff)
}

struct Comparison<'f, 'l> {
    all: bool,
    filter: &'f Filter,
    /// What each side holds.
    held: [Covered<'l>; 2],
    /// The spelling of each status in the new download.
    statuses: BTreeMap<String, Status>,
    diff: Diff<'l>,
}

impl<'l> Comparison<'_, 'l> {
    fn add(&mut self, identity: &'l Identity, pair: &EntryPair<'l>) -> Result<(), DiffError> {
        let [old, new] = pair.each_ref().map(Option::as_ref);
        let Some(month) = new.or(old).map(|entry| entry.month) else { return Ok(()) };
        let is_shown = |entry: Option<&Entry<'_>>| entry.is_some_and(|entry| self.filter.shows_entry(entry));
        if !is_shown(old) && !is_shown(new) {
            return Ok(());
        }
        let Some(kind) = self.kind(identity, month, old.is_some(), new.is_some()) else { return Ok(()) };
        self.diff.moved.entry((identity.currency, month)).or_default().add(moved(old, new)?)?;
        let spelled = |status: &Status| self.statuses.get(&status.as_str().to_lowercase()).unwrap_or(status).clone();
        let changes = changes((kind, identity, month), old, new, spelled)?;
        let is_told = kind != ChangeKind::Completed && Some(month) < self.diff.last;
        let is_closed = self.filter.period(month) == Period::Closed;
        let is_moved = self.is_moved_from_before(identity, pair);
        self.diff.touches_closed |= is_closed && (is_moved || is_told && !changes.is_empty());
        self.diff.changes.extend(changes);
        Ok(())
    }

    /// Whether the row before has changed, of which both sides tell, so that more or less was given in this month.
    fn is_moved_from_before(&self, identity: &Identity, pair: &EntryPair<'l>) -> bool {
        let [Some(old), Some(new)] = pair else { return false };
        let is_known = old.previous.is_some() && new.previous.is_some() && old.previous != new.previous;
        let moves = is_known && old.given != new.given;
        let has_before = |held: &Covered<'_>| held.has(&identity.partner, old.month.previous());
        moves && (old.span == new.span || self.held.iter().all(has_before))
    }

    /// What happened to a row, if it can be told; counts it if not.
    fn kind(&mut self, identity: &Identity, month: Month, is_old: bool, is_new: bool) -> Option<ChangeKind> {
        let is_last = Some(month) == self.diff.last;
        if is_new && (is_old || is_last) {
            return Some(if is_last { ChangeKind::Completed } else { ChangeKind::Restated });
        }
        if Some(month) > self.diff.last {
            self.diff.later += 1;
            return self.all.then_some(ChangeKind::Added);
        }
        let (other, kind) = if is_old { (1, ChangeKind::Removed) } else { (0, ChangeKind::Added) };
        let is_held = self.held[other].has(&identity.partner, month);
        self.diff.not_held += usize::from(!is_held);
        is_held.then_some(if is_last { ChangeKind::Completed } else { kind })
    }
}

/// By how much what was given moved; an unknown past that both sides say the same of has not.
///
/// A download may begin with a month whose row before only the old one has.
fn moved(old: Option<&Entry<'_>>, new: Option<&Entry<'_>>) -> Result<PartlyKnown, Overflow> {
    let given = |entry: Option<&Entry<'_>>| entry.map_or(Some(Decimal::ZERO), |entry| entry.given);
    let now = match (old, new) {
        (Some(old), Some(new)) if new.previous.is_none() => {
            old.previous.map(|previous| money::subtract(new.credit_amount, previous)).transpose()?
        }
        _ => given(new),
    };
    let moved = given(old).zip(now).map(|(before, now)| money::subtract(now, before)).transpose()?;
    let used = [old, new].map(|entry| entry.map(|entry| entry.credit_amount));
    Ok(if moved.is_none() && used[0] == used[1] { PartlyKnown::default() } else { moved.into() })
}

/// What differs between two rows; of a row without its like, the CreditAmount stands for all.
///
/// `spelled` gives a status the spelling in which statuses are compared and shown.
fn changes<'l>(
    (kind, identity, month): (ChangeKind, &'l Identity, Month),
    old: Option<&Entry<'_>>,
    new: Option<&Entry<'_>>,
    spelled: impl Fn(&Status) -> Status,
) -> Result<Vec<Change<'l>>, Overflow> {
    let change = |name, [old, new]: [Option<FieldValue>; 2], difference| Change {
        kind,
        identity,
        month,
        name,
        old,
        new,
        difference,
    };
    let amount = |name, value: fn(&Entry<'_>) -> Decimal| {
        let [old, new] = [old, new].map(|entry| entry.map(value));
        let difference = money::subtract(new.unwrap_or_default(), old.unwrap_or_default())?;
        Ok(change(name, [old, new].map(|amount| amount.map(FieldValue::Amount)), Some(difference)))
    };
    let used = amount("CreditAmount", |entry| entry.credit_amount)?;
    let (Some(old), Some(new)) = (old, new) else { return Ok(vec![used]) };
    let statuses = [old, new].map(|entry| Some(spelled(entry.status).as_str().to_owned()));
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
    let text = |name, texts: [Option<String>; 2]| change(name, texts.map(|text| text.map(FieldValue::Text)), None);
    let mut changes = vec![
        used,
        amount("BalanceAmount", |entry| entry.balance_amount)?,
        text("Status", statuses),
        text("EffectiveDate", [old, new].map(|entry| day(entry.effective()))),
        text("ExpiryDate", [old, new].map(|entry| day(entry.expiry()))),
    ];
    changes.retain(|change| change.old != change.new);
    Ok(changes)
}

/// An old and a new row that belong together.
type EntryPair<'l> = [Option<Entry<'l>>; 2];

/// An identity as the newer ledger that has it spells it, and the places of its credits in each ledger.
type CreditPlaces<'l> = (&'l Identity, [Vec<usize>; 2]);

/// The identities of both ledgers that can be shown, in order.
fn identities<'l>(ledgers: [&'l Ledger; 2], filter: &Filter) -> Vec<CreditPlaces<'l>> {
    let mut all: BTreeMap<(&Id, &Id, &Id, String, Currency), CreditPlaces<'l>> = BTreeMap::new();
    for (side, ledger) in ledgers.into_iter().enumerate() {
        for (place, credit) in ledger.credits().iter().enumerate().filter(|(_, one)| filter.shows_credit(ledger, one)) {
            let identity = ledger.identity(credit);
            let Identity { partner, customer, agreement, credit_name, currency } = identity;
            // Names are compared without regard to case.
            let key = (&**partner, customer, agreement, credit_name.to_lowercase(), *currency);
            let both = all.entry(key).or_insert_with(|| (identity, [Vec::new(), Vec::new()]));
            both.0 = identity;
            both.1[side].push(place);
        }
    }
    let mut all: Vec<CreditPlaces<'l>> = all.into_values().collect();
    all.sort_by_key(|(identity, _)| *identity);
    all
}

/// The rows of both ledgers by month and first day, each with its like.
///
/// They are matched as the rows of two downloads are: by first day, and what is left by being the only one.
fn pairs<'l>(ledgers: [&'l Ledger; 2], credits: &[Vec<usize>; 2]) -> Result<Vec<EntryPair<'l>>, DiffError> {
    let mut rows: Vec<(u8, Entry<'l>)> = Vec::new();
    for ((side, ledger), credits) in (0..).zip(ledgers).zip(credits) {
        for place in credits {
            for entry in ledger.timeline(&ledger.credits()[*place]) {
                rows.push((side, entry?));
            }
        }
    }
    rows.sort_by_key(|(side, entry)| (entry.month, *side));
    // What one ledger holds in a month are grants of their own, whatever files they are from.
    let dated = |(side, entry): &(u8, Entry<'_>)| TrancheRow {
        month: entry.month,
        age: (*side).into(),
        file: (*side).into(),
        effective: entry.effective(),
        expiry: entry.expiry(),
    };
    let tranches = Tranches::new(&rows.iter().map(dated).collect::<Vec<_>>());
    if let Some((old, new, _)) = tranches.conflicts.first() {
        return Err(DiffError::Unclear { old: rows[*old].1.row, new: rows[*new].1.row });
    }
    let mut pairs: BTreeMap<_, EntryPair<'l>> = BTreeMap::new();
    for ((side, entry), tranche) in rows.into_iter().zip(tranches.of_rows) {
        let pair = pairs.entry((entry.month, tranche)).or_default();
        pair[usize::from(side)] = Some(entry);
    }
    let mut pairs: Vec<EntryPair<'l>> = pairs.into_values().collect();
    pairs.sort_by_key(|[old, new]| new.as_ref().or(old.as_ref()).map(|entry| (entry.month, entry.effective())));
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::sample::ledger;

    #[test]
    fn later_months_and_months_that_one_side_does_not_hold_are_counted() {
        let old = ledger(&[&["c 2024-01 1 Active 9 - -", "c 2024-03 3 Active 7 - -"]]);
        let new = ["c 2024-02 2 Active 8 - -", "c 2024-03 4 Active 6 - -", "c 2024-04 5 Active 5 - -"];
        let new = ledger(&[&new]);
        let diff = compare(&old, &new, &Filter::everything("2024-12-01".parse().unwrap()), false).unwrap();
        assert!(diff.changes.iter().all(|change| change.kind == ChangeKind::Completed));
        assert_eq!((diff.changes.len(), diff.later, diff.not_held), (2, 1, 2));
    }
}

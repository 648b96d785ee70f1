//! What changed between two downloads, by credit and month.
//!
//! The last month of the old download was provisional, so that what changed in it is completed and no finding. Months
//! after it are new. Invariant: every row of either side is a change, the same on both sides, counted as later, or
//! counted as one that the other side does not hold.

mod change;
mod sides;

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::analysis::coverage::Covered;
use crate::analysis::filter::Filter;
use crate::ledger::{Entry, Ledger};
use crate::model::{Currency, Identity, Month, Overflow, Period, Status, Sum};

use self::change::fields;
pub use self::change::{Change, ChangeKind, FieldValue};
pub use self::sides::DiffError;
use self::sides::EntryPair;

#[derive(Clone, Debug, Default)]
pub struct Diff<'l> {
    /// By credit, month and field.
    pub changes: Vec<Change<'l>>,
    /// How much credit given moved, by currency and month, where it is known on both sides; months without a move are
    /// left out.
    pub moved: BTreeMap<(Currency, Month), Decimal>,
    /// The last month of the old download.
    pub last: Option<Month>,
    /// Rows of months after it.
    pub later: usize,
    /// Rows of months of which the other side has no row of the partner: nothing is known of what became of them.
    pub not_held: usize,
    /// Whether a closed month before the old download's last one was changed: restated, removed, or added to.
    pub touches_closed: bool,
}

/// Compares two ledgers. Amounts compare as numbers, ids, names and statuses without case: a spelling is no change.
///
/// Rows of months after the old download's last one are only counted, unless `all` are asked for.
pub fn compare<'l>(old: &'l Ledger, new: &'l Ledger, filter: &Filter, all: bool) -> Result<Diff<'l>, DiffError> {
    let (last, new_last) = (old.last_month_of_newest(), new.last_month_of_newest());
    if let Some(old) = last.filter(|_| last > new_last) {
        return Err(DiffError::OldIsNewer { old, new: new_last });
    }
    let mut comparison = Comparison {
        last,
        all,
        filter,
        held: [Covered::new(old), Covered::new(new)],
        statuses: new.statuses().iter().map(|status| (status.as_str().to_lowercase(), status.clone())).collect(),
        moved: BTreeMap::new(),
        diff: Diff { last, ..Diff::default() },
    };
    for (identity, credits) in sides::identities([old, new], filter) {
        for pair in sides::pairs([old, new], &credits)? {
            comparison.add(identity, &pair)?;
        }
    }
    comparison.finish()
}

struct Comparison<'f, 'l> {
    last: Option<Month>,
    all: bool,
    filter: &'f Filter,
    /// What each side holds.
    held: [Covered<'l>; 2],
    /// The spelling of each status in the new download.
    statuses: BTreeMap<String, Status>,
    moved: BTreeMap<(Currency, Month), Sum>,
    diff: Diff<'l>,
}

impl<'l> Comparison<'_, 'l> {
    fn add(&mut self, identity: &'l Identity, (old, new): &EntryPair<'l>) -> Result<(), DiffError> {
        let (old, new) = (old.as_ref(), new.as_ref());
        let Some(month) = new.or(old).map(|entry| entry.month) else { return Ok(()) };
        let is_shown = |entry: Option<&Entry<'_>>| entry.is_some_and(|entry| self.filter.shows_entry(entry));
        if !is_shown(old) && !is_shown(new) {
            return Ok(());
        }
        let Some(kind) = self.kind(identity, month, old.is_some(), new.is_some()) else { return Ok(()) };
        self.add_move(identity.currency, month, old, new)?;
        let spelled = |status: &Status| self.statuses.get(&status.as_str().to_lowercase()).unwrap_or(status).clone();
        let fields = fields(old, new, spelled)?;
        let is_told = kind != ChangeKind::Completed && Some(month) < self.last;
        let is_closed = self.filter.period(month) == Period::Closed;
        self.diff.touches_closed |= is_told && is_closed && !fields.is_empty();
        self.diff.changes.extend(fields.into_iter().map(|field| Change { kind, identity, month, field }));
        Ok(())
    }

    /// What happened to a row, if it can be told; counts it if not.
    fn kind(&mut self, identity: &Identity, month: Month, is_old: bool, is_new: bool) -> Option<ChangeKind> {
        let is_last = Some(month) == self.last;
        if is_new && (is_old || is_last) {
            return Some(if is_last { ChangeKind::Completed } else { ChangeKind::Restated });
        }
        if Some(month) > self.last {
            self.diff.later += 1;
            return self.all.then_some(ChangeKind::Added);
        }
        let (other, kind) = if is_old { (1, ChangeKind::Removed) } else { (0, ChangeKind::Added) };
        let is_held = self.held[other].has(&identity.partner, month);
        self.diff.not_held += usize::from(!is_held);
        is_held.then_some(if is_last { ChangeKind::Completed } else { kind })
    }

    /// Adds up how much credit given moved, where it is known of the rows that there are.
    fn add_move(
        &mut self,
        currency: Currency,
        month: Month,
        old: Option<&Entry<'_>>,
        new: Option<&Entry<'_>>,
    ) -> Result<(), Overflow> {
        if old.into_iter().chain(new).any(|entry| entry.given.is_none()) {
            return Ok(());
        }
        let sum = self.moved.entry((currency, month)).or_default();
        new.and_then(|entry| entry.given).map_or(Ok(()), |given| sum.add(given))?;
        old.and_then(|entry| entry.given).map_or(Ok(()), |given| sum.subtract(given))
    }

    fn finish(self) -> Result<Diff<'l>, DiffError> {
        let mut diff = self.diff;
        for (key, sum) in self.moved {
            let amount = sum.value()?;
            if !amount.is_zero() {
                diff.moved.insert(key, amount);
            }
        }
        Ok(diff)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::sample::ledger;

    /// The kind and month of each change, and how many rows are not listed: later ones, and those not held.
    type Counted = (Vec<(ChangeKind, String)>, usize, usize);

    fn kinds(old: &[&str], new: &[&str]) -> Result<Counted, DiffError> {
        let (old, new) = (ledger(&[old]), ledger(&[new]));
        let filter = Filter::everything("2024-12-01".parse().unwrap());
        let diff = compare(&old, &new, &filter, false)?;
        let kinds = diff.changes.iter().map(|change| (change.kind, change.month.to_string())).collect();
        Ok((kinds, diff.later, diff.not_held))
    }

    #[test]
    fn grants_that_stand_together_anywhere_are_never_paired() {
        let both = ["c 2024-01 100 Active 900 2024-01-01 -", "c 2024-01 10 Active 90 2024-01-15 -"];
        let end = "c 2024-03 1 Active 1 2024-01-01 -";
        let old = [both[0], both[1], "c 2024-02 200 Active 800 2024-01-01 -", end];
        let new = [both[0], both[1], "c 2024-02 20 Active 80 2024-01-15 -", end];
        let expected = vec![(ChangeKind::Removed, "2024-02".to_owned()), (ChangeKind::Added, "2024-02".to_owned())];
        assert_eq!(kinds(&old, &new), Ok((expected, 0, 0)));
    }

    #[test]
    fn later_months_and_months_that_one_side_does_not_hold_are_counted() {
        let old = ["c 2024-01 1 Active 9 - -", "c 2024-03 3 Active 7 - -"];
        let new = ["c 2024-02 2 Active 8 - -", "c 2024-03 4 Active 6 - -", "c 2024-04 5 Active 5 - -"];
        let completed = (ChangeKind::Completed, "2024-03".to_owned());
        assert_eq!(kinds(&old, &new), Ok((vec![completed.clone(), completed], 1, 2)));
    }
}

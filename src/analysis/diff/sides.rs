//! The rows of two ledgers, each with its like.

use std::collections::BTreeMap;

use crate::analysis::filter::Filter;
use crate::ledger::{Entry, Ledger, RowRef, TrancheRow, Tranches};
use crate::model::{Currency, Id, Identity, Month, Overflow};

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

/// An old and a new row that belong together.
pub(super) type EntryPair<'l> = (Option<Entry<'l>>, Option<Entry<'l>>);

/// An identity as the newer ledger that has it spells it, and the places of its credits in each ledger.
type CreditPlaces<'l> = (&'l Identity, [Vec<usize>; 2]);

/// The identities of both ledgers that can be shown, in order.
pub(super) fn identities<'l>(ledgers: [&'l Ledger; 2], filter: &Filter) -> Vec<CreditPlaces<'l>> {
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
pub(super) fn pairs<'l>(ledgers: [&'l Ledger; 2], credits: &[Vec<usize>; 2]) -> Result<Vec<EntryPair<'l>>, DiffError> {
    let mut rows: Vec<(u32, Entry<'l>)> = Vec::new();
    for ((side, ledger), credits) in (0..).zip(ledgers).zip(credits) {
        for place in credits {
            for entry in ledger.timeline(&ledger.credits()[*place]) {
                rows.push((side, entry?));
            }
        }
    }
    rows.sort_by_key(|(side, entry)| (entry.month, *side));
    // What one ledger holds in a month are grants of their own, whatever files they are from.
    let dated = |(side, entry): &(u32, Entry<'_>)| TrancheRow {
        month: entry.month,
        age: *side,
        file: *side,
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
        *(if side == 0 { &mut pair.0 } else { &mut pair.1 }) = Some(entry);
    }
    let mut pairs: Vec<EntryPair<'l>> = pairs.into_values().collect();
    pairs.sort_by_key(|(old, new)| new.as_ref().or(old.as_ref()).map(|entry| (entry.month, entry.effective())));
    Ok(pairs)
}

//! Credits that go from one partner to another, or that two have at once.
//!
//! Nothing tells whether what is used at the second one is counted from the credit's start. So its past is unknown there,
//! nothing is lost where it was before, and `check` names it.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use crate::model::{Currency, Id};

use super::books::Ledger;
use super::part::{Credit, RowRef};

/// The rows that other partners have of a credit: of its customer, agreement, currency and EffectiveDate.
#[derive(Clone, Copy, Debug, Default)]
pub struct Moved {
    /// The last one before the partner's own, if there is one: the credit came from there.
    pub from: Option<RowRef>,
    /// The first one after the partner's own: it goes on there.
    pub to: Option<RowRef>,
    /// One of a month in which the partner has one too, for the last of the partners in their order.
    pub beside: Option<RowRef>,
}

type Grant<'l> = (&'l Id, Currency, NaiveDate);

/// What there is, by identity and tranche.
pub(super) fn find(ledger: &Ledger) -> HashMap<(u32, Option<NaiveDate>), Moved> {
    let mut found = HashMap::new();
    if ledger.covered().count() < 2 {
        return found;
    }
    for credits in ledger.credits().chunk_by(|one, next| ledger.customer(one) == ledger.customer(next)) {
        let partner = |credit: &Credit| &ledger.identity(credit).partner;
        if credits.iter().all(|credit| partner(credit) == partner(&credits[0])) {
            continue;
        }
        let mut grants: BTreeMap<Grant<'_>, Vec<RowRef>> = BTreeMap::new();
        for row in credits.iter().flat_map(|credit| ledger.rows(credit)) {
            let _ = grant(ledger, row).map(|grant| grants.entry(grant).or_default().push(row));
        }
        for credit in credits {
            let moved = of_credit(ledger, credit, &grants);
            if moved.from.or(moved.to).or(moved.beside).is_some() {
                found.insert((ledger.identity_number(credit), credit.tranche), moved);
            }
        }
    }
    found
}

/// What a row is of; nothing without an EffectiveDate.
fn grant(ledger: &Ledger, row: RowRef) -> Option<Grant<'_>> {
    let key = ledger.key(row);
    Some((&key.identity.agreement, key.identity.currency, key.effective?))
}

fn of_credit(ledger: &Ledger, credit: &Credit, grants: &BTreeMap<Grant<'_>, Vec<RowRef>>) -> Moved {
    let partner = &*ledger.identity(credit).partner;
    let whose = |row: &RowRef| &*ledger.key(*row).identity.partner;
    let month = |row: &RowRef| ledger.month(*row);
    let rows_of =
        |row: Option<RowRef>| row.and_then(|row| grants.get(&grant(ledger, row)?)).map_or(&[][..], Vec::as_slice);
    let others = |rows: &'_ [RowRef]| rows.iter().copied().filter(|row| whose(row) != partner).collect::<Vec<_>>();
    let (of_first, of_last) = (rows_of(ledger.rows(credit).next()), rows_of(ledger.rows(credit).last()));
    let own = |rows: &[RowRef]| rows.iter().filter(|row| whose(row) == partner).map(month).collect::<Vec<_>>();
    let (since, until) = (own(of_first).into_iter().min(), own(of_last).into_iter().max());
    let in_order = |row: &RowRef| (month(row), whose(row));
    let months: Vec<_> = ledger.rows(credit).map(|row| month(&row)).collect();
    Moved {
        from: others(of_first).into_iter().filter(|row| Some(month(row)) < since).max_by_key(in_order),
        to: others(of_last).into_iter().filter(|row| Some(month(row)) > until).min_by_key(in_order),
        beside: others(of_first)
            .into_iter()
            .filter(|row| whose(row) < partner && months.contains(&month(row)))
            .min_by_key(in_order),
    }
}

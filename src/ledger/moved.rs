//! Credits that go from one partner to another, or that two have at once.
//!
//! Nothing tells whether what is used at the second one is counted from the credit's start. So its past is unknown there,
//! nothing is lost where it was before, and `check` names it.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use crate::model::{Currency, Id, Month};

use super::part::{Credit, Part, RowRef};
use super::tables::Tables;

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

type Grant<'p> = (&'p Id, Currency, NaiveDate);

/// The rows of a customer's grants, each with its partner and month.
type Grants<'p> = BTreeMap<Grant<'p>, Vec<(Month, &'p Id, RowRef)>>;

/// What there is of credits, which come by customer, by part, identity and tranche.
pub(super) fn find(
    credits: &[Credit],
    parts: &[Part],
    tables: &Tables,
) -> HashMap<(u32, u32, Option<NaiveDate>), Moved> {
    let mut found = HashMap::new();
    let part = |credit: &Credit| &parts[credit.part as usize];
    let customer = |credit: &Credit| (credit.part, part(credit).customer(credit.identity));
    let partner = |credit: &Credit| part(credit).partner(credit.identity);
    for credits in credits.chunk_by(|one, next| customer(one) == customer(next)) {
        if credits.iter().all(|credit| partner(credit) == partner(&credits[0])) {
            continue;
        }
        let part = part(&credits[0]);
        let mut grants = Grants::new();
        for row in credits.iter().flat_map(|credit| part.rows(credit)) {
            let key = part.key(row);
            if let Some(effective) = key.effective {
                let grant = (&key.identity.agreement, key.identity.currency, effective);
                grants.entry(grant).or_default().push((
                    tables.month(row),
                    &*key.identity.partner,
                    part.reference(*row),
                ));
            }
        }
        for rows in grants.values_mut() {
            rows.sort_by_key(|(month, partner, _)| (*month, *partner));
        }
        for credit in credits {
            let moved = of_credit(credit, part, tables, &grants);
            if moved.from.or(moved.to).or(moved.beside).is_some() {
                found.insert((credit.part, credit.identity, credit.tranche), moved);
            }
        }
    }
    found
}

fn of_credit(credit: &Credit, part: &Part, tables: &Tables, grants: &Grants<'_>) -> Moved {
    let own = &*part.identity(credit.identity).partner;
    let rows = part.rows(credit);
    let [of_first, of_last] = [rows.first(), rows.last()].map(|row| {
        let key = row.map(|row| part.key(row));
        let grant = key.and_then(|key| Some((&key.identity.agreement, key.identity.currency, key.effective?)));
        grant.and_then(|grant| grants.get(&grant)).map_or(&[][..], Vec::as_slice)
    });
    let is_own = |(_, partner, _): &&(Month, &Id, RowRef)| *partner == own;
    let since = of_first.iter().find(is_own).map(|(month, ..)| *month);
    let until = of_last.iter().rfind(is_own).map(|(month, ..)| *month);
    let has_row = |month: Month| rows.iter().any(|row| tables.month(row) == month);
    let row = |(_, _, row): &(Month, &Id, RowRef)| *row;
    Moved {
        from: of_first.iter().rfind(|(month, partner, _)| *partner != own && Some(*month) < since).map(row),
        to: of_last.iter().find(|(month, partner, _)| *partner != own && Some(*month) > until).map(row),
        beside: of_first.iter().find(|(month, partner, _)| *partner < own && has_row(*month)).map(row),
    }
}

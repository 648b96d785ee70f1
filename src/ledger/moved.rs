//! Credits that go from one partner to another, or that two have at once.
//!
//! Nothing tells whether what is used at the second one is counted from the credit's start. So its past is unknown there,
//! nothing is lost where it was before, and `check` names it.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use chrono::NaiveDate;

use crate::model::{Currency, Id, Key, Month, Row};

use super::part::{Credit, Part, RowRef};
use super::tables::Tables;

/// The rows that other partners have of a credit: of its customer, agreement, name, currency and EffectiveDate.
#[derive(Clone, Copy, Debug, Default)]
pub struct Moved {
    /// The last one before the partner's own, if there is one: the credit came from there.
    pub from: Option<RowRef>,
    /// The first one after the partner's own: it goes on there.
    pub to: Option<RowRef>,
    /// One of a month in which the partner has one too, for the last of the partners in their order.
    pub beside: Option<RowRef>,
    /// Whether that is so in several months: in the month of a move both may have one.
    pub is_shared: bool,
}

type Grant<'p> = (&'p Id, &'p str, Currency, NaiveDate);

/// A row of each partner and month of a grant, and the first and last month of each partner.
type GrantRows<'p> = (BTreeMap<Month, BTreeMap<&'p Id, RowRef>>, HashMap<&'p Id, (Month, Month)>);

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
        let mut grants: BTreeMap<Grant<'_>, GrantRows<'_>> = BTreeMap::new();
        for row in credits.iter().flat_map(|credit| part.rows(credit)) {
            let Some(grant) = grant(part.key(row)) else { continue };
            let (partner, month) = (&*part.key(row).identity.partner, tables.month(row));
            let (rows, spans) = grants.entry(grant).or_default();
            rows.entry(month).or_default().insert(partner, part.reference(*row));
            let (since, until) = spans.entry(partner).or_insert((month, month));
            (*since, *until) = ((*since).min(month), (*until).max(month));
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

/// What a row is of; nothing without an EffectiveDate.
fn grant(key: &Key) -> Option<Grant<'_>> {
    Some((&key.identity.agreement, &key.identity.credit_name, key.identity.currency, key.effective?))
}

fn of_credit(credit: &Credit, part: &Part, tables: &Tables, grants: &BTreeMap<Grant<'_>, GrantRows<'_>>) -> Moved {
    let own = &*part.identity(credit.identity).partner;
    let rows = part.rows(credit);
    let of = |row: Option<&Row>| grants.get(&grant(part.key(row?))?);
    let any = |(_, rows): (&Month, &BTreeMap<&Id, RowRef>)| rows.values().next().copied();
    let from = of(rows.first()).and_then(|(months, spans)| any(months.range(..spans.get(own)?.0).next_back()?));
    let after = |month| (Bound::Excluded(month), Bound::Unbounded);
    let to = of(rows.last()).and_then(|(months, spans)| any(months.range(after(spans.get(own)?.1)).next()?));
    let beside = of(rows.first()).and_then(|(months, _)| {
        rows.iter().find_map(|row| months.get(&tables.month(row))?.range::<Id, _>(..own).next().map(|(_, row)| *row))
    });
    let is_of_several = |row: &&Row| {
        let rows = of(Some(*row)).and_then(|(months, _)| months.get(&tables.month(row)));
        rows.is_some_and(|partners| partners.len() > 1)
    };
    let is_shared = rows.iter().filter(is_of_several).count() > 1;
    Moved { from, to, beside, is_shared }
}

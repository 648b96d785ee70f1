//! The credit lines of invoices that are shown, by customer and month.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::fast::RandomState;
use hashbrown::HashMap;

use crate::analysis::filter::Filter;
use crate::model::{CreditTotal, Id, Invoices, Month};

use super::billing::Billing;

/// The totals of a customer's credit lines by month, each with its place in [`Invoices::totals`].
pub(super) type Applied<'i> = BTreeMap<Month, Vec<(usize, &'i CreditTotal)>>;

/// The credit lines of each customer.
pub(super) fn applied<'i>(
    filter: &Filter,
    invoices: &'i Invoices,
    billing: &Billing,
) -> HashMap<&'i Id, Applied<'i>, RandomState> {
    let mut applied: HashMap<_, Applied<'i>, RandomState> = HashMap::default();
    for (place, total) in invoices.totals.iter().enumerate().filter(|(_, total)| total.key.is_aco) {
        let Some(month) = billing.month(&total.key) else { continue };
        if shows(filter, total) {
            applied.entry(&*total.key.customer).or_default().entry(month).or_default().push((place, total));
        }
    }
    applied
}

/// Whether the customer and partner of some lines are shown. Lines that name no partner are any partner's.
pub(super) fn shows(filter: &Filter, total: &CreditTotal) -> bool {
    let among = |ids: &Option<BTreeSet<Id>>, id: &Id| ids.as_ref().is_none_or(|ids| ids.contains(id));
    among(&filter.customers, &total.key.customer)
        && total.key.partner.as_deref().is_none_or(|partner| among(&filter.partners, partner))
}

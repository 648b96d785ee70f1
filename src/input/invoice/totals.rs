//! The totals of all threads as one.
//!
//! Totals may be many, and what they share is little: customers, invoices and reasons are held once each, in order, and
//! totals know them by their place. So totals are put together and sorted by numbers alone.

use std::collections::BTreeSet;
use std::sync::Arc;

use foldhash::fast::RandomState;
use hashbrown::HashMap;

use crate::model::currency::Currency;
use crate::model::id::Id;
use crate::model::invoice::{CreditKey, CreditTotal, InvoiceKey};
use crate::model::money::Overflow;
use crate::model::month::Month;

use super::CreditOptions;
use super::amounts::{Total, TotalKey};
use super::credits::Credits;
use super::tally::{Context, Credit, FileCredits, Party, Reason};

/// The currency that is billed, and that of prices.
type Currencies = (Currency, Option<Currency>);

/// What the lines of a total share, by its place among all. The order of the fields is the order of totals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Place {
    file: u32,
    number: u32,
    owner: u32,
    currencies: u32,
    charged: Month,
    reason: u32,
}

/// The file whose amounts are too much, by its place.
pub(super) type TooMuch = (usize, Overflow);

/// The totals of all threads, in order.
pub(super) struct Totals {
    pub(super) totals: Vec<CreditTotal>,
    /// Where the totals of each thread went, by thread, file and place: `u32::MAX` for none.
    pub(super) went: Vec<Vec<Vec<u32>>>,
}

impl Totals {
    /// Takes the totals out of all threads.
    pub(super) fn of(threads: &mut [Credits<'_>], options: &CreditOptions) -> Result<Self, TooMuch> {
        let shared = Shared::of(threads, options);
        let mut places: HashMap<Place, u32, RandomState> = HashMap::default();
        let mut totals: Vec<(Place, Total)> = Vec::new();
        let mut went = Vec::new();
        for thread in threads {
            let mut files = Vec::new();
            for (number, file) in thread.files.iter_mut().enumerate() {
                let taken = file.as_mut().map(FileCredits::take_totals).unwrap_or_default();
                let place_of = file.as_ref().map(|file| shared.places(file, number));
                let mut file_went = Vec::new();
                for (key, total) in taken {
                    // No credit line without customer or currency gets here; the places after it stay right.
                    let place = place_of.as_ref().and_then(|places| places.of(key));
                    let at = match place {
                        Some(place) => {
                            let next = u32::try_from(totals.len()).unwrap_or(u32::MAX);
                            let at = *places.entry(place).or_insert(next);
                            if at == next {
                                totals.push((place, Total::default()));
                            }
                            totals[at as usize].1.merge(&total).map_err(|overflow| (number, overflow))?;
                            at
                        }
                        None => u32::MAX,
                    };
                    if options.lines {
                        file_went.push(at);
                    }
                }
                files.push(file_went);
            }
            went.push(files);
        }
        drop(places);
        let order = sort(&mut totals);
        for at in went.iter_mut().flatten().flatten() {
            *at = order.get(*at as usize).copied().unwrap_or(u32::MAX);
        }
        let totals = totals.into_iter().map(|(place, total): (Place, Total)| {
            total.into_credit(shared.key(place)).map_err(|overflow| (place.file as usize, overflow))
        });
        Ok(Self { totals: totals.collect::<Result<_, _>>()?, went })
    }
}

/// Sorts totals and says where each went.
fn sort(totals: &mut [(Place, Total)]) -> Vec<u32> {
    let mut sorted: Vec<(Place, u32)> = totals.iter().map(|(place, _)| *place).zip(0..).collect();
    sorted.sort_unstable();
    let mut order = vec![0; sorted.len()];
    for (after, (_, before)) in (0..).zip(sorted) {
        order[before as usize] = after;
    }
    totals.sort_unstable_by_key(|(place, _)| *place);
    order
}

/// What totals share, each kind in order and once.
struct Shared {
    owners: Vec<(Option<Arc<Id>>, Arc<Id>)>,
    numbers: Vec<Arc<str>>,
    currencies: Vec<Currencies>,
    /// Reasons, and whether each is an Azure credit offer.
    reasons: Vec<(Arc<str>, bool)>,
    counts_blank: bool,
}

impl Shared {
    fn of(threads: &[Credits<'_>], options: &CreditOptions) -> Self {
        let mut owners: BTreeSet<(Option<&Id>, &Id)> = BTreeSet::new();
        let mut numbers: BTreeSet<&str> = BTreeSet::new();
        let mut currencies: BTreeSet<Currencies> = BTreeSet::new();
        let mut reasons: BTreeSet<(&str, bool)> = BTreeSet::new();
        let counts_blank = options.counts_blank();
        for file in threads.iter().flat_map(|thread| thread.files.iter().flatten()) {
            owners.extend(
                file.parties.iter().filter_map(|party| Some((party.partner.as_ref(), party.customer.as_ref()?))),
            );
            numbers.extend(file.contexts.iter().map(|context| &*context.invoice));
            currencies.extend(file.contexts.iter().filter_map(|context| Some((context.currency?, context.pricing))));
            reasons.extend(file.reasons.meanings.iter().map(|reason| (&*reason.text, is_aco(reason, counts_blank))));
        }
        Self {
            owners: owners
                .into_iter()
                .map(|(partner, customer)| (partner.cloned().map(Arc::new), Arc::new(customer.clone())))
                .collect(),
            numbers: numbers.into_iter().map(Arc::from).collect(),
            currencies: currencies.into_iter().collect(),
            reasons: reasons.into_iter().map(|(text, is_aco)| (text.into(), is_aco)).collect(),
            counts_blank,
        }
    }

    /// The places of what the lines of a file share.
    fn places(&self, file: &FileCredits, number: usize) -> FilePlaces {
        let owner = |(partner, customer): (Option<&Id>, &Id)| {
            self.owners.binary_search_by(|(p, c)| (p.as_deref(), &**c).cmp(&(partner, customer)))
        };
        let party = |party: &Party| owner((party.partner.as_ref(), party.customer.as_ref()?)).ok().and_then(small);
        let context = |context: &Context| {
            let number = self.numbers.binary_search_by(|number| (**number).cmp(&context.invoice)).ok()?;
            let currencies = self.currencies.binary_search(&(context.currency?, context.pricing)).ok()?;
            Some((small(number)?, small(currencies)?))
        };
        let reason = |reason: &Reason| {
            let wanted = (&*reason.text, is_aco(reason, self.counts_blank));
            self.reasons.binary_search_by(|(text, is_aco)| (&**text, *is_aco).cmp(&wanted)).ok().and_then(small)
        };
        FilePlaces {
            file: small(number),
            owners: file.parties.iter().map(party).collect(),
            contexts: file.contexts.iter().map(context).collect(),
            reasons: file.reasons.meanings.iter().map(reason).collect(),
        }
    }

    fn key(&self, place: Place) -> CreditKey {
        let (partner, customer) = self.owners[place.owner as usize].clone();
        let (currency, pricing) = self.currencies[place.currencies as usize];
        let (reason, is_aco) = self.reasons[place.reason as usize].clone();
        CreditKey {
            invoice: InvoiceKey { file: place.file, number: Arc::clone(&self.numbers[place.number as usize]) },
            partner,
            customer,
            currency,
            pricing,
            charged: place.charged,
            reason,
            is_aco,
        }
    }
}

fn is_aco(reason: &Reason, counts_blank: bool) -> bool {
    reason.credit == Credit::Aco || reason.text.is_empty() && counts_blank
}

fn small(place: usize) -> Option<u32> {
    u32::try_from(place).ok()
}

/// The places of what the lines of a file share, by its numbers for them; none for what no total has.
struct FilePlaces {
    file: Option<u32>,
    owners: Vec<Option<u32>>,
    contexts: Vec<Option<(u32, u32)>>,
    reasons: Vec<Option<u32>>,
}

impl FilePlaces {
    fn of(&self, key: TotalKey) -> Option<Place> {
        let (number, currencies) = self.contexts[key.context as usize]?;
        Some(Place {
            file: self.file?,
            number,
            owner: self.owners[key.party as usize]?,
            currencies,
            charged: key.charged,
            reason: self.reasons[usize::from(key.reason)]?,
        })
    }
}

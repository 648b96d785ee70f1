//! What is to be booked now: what was given in closed months, less what was booked of it.
//!
//! A booking is of an identity and a month, its tranches together. Invariant: what was booked of a month that the ledger
//! knows and what is to be booked now add up to what was given, and to what of the unknown was booked besides; what nobody
//! knows, and what no download has any more, is named and never booked.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rust_decimal::Decimal;

use crate::ledger::{Credit, Found, Ledger, RowRef, What, folded};
use crate::model::{
    Currency, Grouped, Id, Identity, Level, Month, Overflow, Period, Place, StatusClass, Sum, money, words,
};

use super::check::{BOOK, Check, Finding};
use super::filter::Filter;

/// The checks that need bookings.
pub const CHECKS: [Check; 2] = [Check::NotBooked, Check::BookedOtherwise];

words! {
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Kind {
        /// The first of its month.
        Given = "given",
        /// What a month differs by from what was booked of it.
        Correction = "correction",
    }
}

#[derive(Clone, Debug)]
pub struct Booked {
    pub identity: Identity,
    pub month: Month,
    pub kind: Kind,
    pub amount: Decimal,
}

/// A booking that is to be made.
#[derive(Clone, Debug)]
pub struct ToBook<'l> {
    pub identity: &'l Identity,
    pub month: Month,
    pub kind: Kind,
    pub amount: Decimal,
    /// What was given, and what was booked of it.
    given: Decimal,
    booked: Decimal,
    row: RowRef,
}

/// An amount of an identity's month that is not booked now.
pub type Named<'l> = (&'l Identity, Month, Decimal);

/// How bookings compare with the ledger.
#[derive(Debug, Default)]
pub struct Books<'l> {
    /// What is to be booked, by month and identity.
    pub to_book: Vec<ToBook<'l>>,
    /// What was given in months that nobody knows (OpeningAmount), less what was booked of it by hand.
    pub unknown: Vec<Named<'l>>,
    /// What was booked of months that no download has any more.
    pub gone: Vec<Named<'l>>,
    /// The months that are booked as they are, those among them in which 0 was given and nothing is booked.
    agreed: HashSet<(&'l Identity, Month)>,
}

/// What tells agreements apart whose credit may have got another name.
type Agreement<'l> = (&'l Id, &'l Id, &'l Id, Currency);

fn agreement(identity: &Identity) -> Agreement<'_> {
    (&identity.partner, &identity.customer, &identity.agreement, identity.currency)
}

/// An amount of an identity's closed month.
struct Due {
    amount: Decimal,
    /// The first of the months that it may be of.
    since: Month,
    /// What was booked of these months.
    booked: Option<Decimal>,
    row: RowRef,
}

impl Due {
    fn book(&mut self, amount: Decimal) -> Result<(), Overflow> {
        self.booked = money::add_known(self.booked, Some(amount))?;
        Ok(())
    }

    /// What is not booked of it.
    fn rest(&self) -> Result<Decimal, Overflow> {
        money::subtract(self.amount, self.booked.unwrap_or_default())
    }
}

/// The amount that covers a month, if one does.
fn covering(amounts: &mut BTreeMap<Month, Due>, month: Month) -> Option<&mut Due> {
    amounts.range_mut(month..).map(|(_, due)| due).find(|due| due.since <= month)
}

/// Compares bookings with the closed months of a ledger that are shown.
pub fn compare<'l>(ledger: &'l Ledger, filter: &Filter, booked: &'l [Booked]) -> Result<Books<'l>, Overflow> {
    let mut bookings: HashMap<Agreement<'l>, Vec<&'l Booked>> = HashMap::new();
    for booking in booked.iter().filter(|booking| filter.shows_identity(&booking.identity)) {
        bookings.entry(agreement(&booking.identity)).or_default().push(booking);
    }
    let mut books = Books::default();
    // What a download changed in a month moves what was given then and in the one after.
    let months = |row| [ledger.month(row), ledger.month(row).next()].map(|month| (&ledger.key(row).identity, month));
    let changes = [What::Restated, What::Completed, What::Added];
    let found = ledger.findings().rows.iter().filter(|found| changes.contains(&found.what));
    let changed = found.flat_map(|found| months(found.row)).collect();
    let mut identities: HashMap<Agreement<'l>, Vec<Vec<&'l Credit>>> = HashMap::new();
    let credits: Vec<&Credit> = ledger.sorted().into_iter().map(|place| &ledger.credits()[place]).collect();
    for credits in credits.chunk_by(|a, b| ledger.identity_number(a) == ledger.identity_number(b)) {
        let identity = ledger.identity(credits[0]);
        if filter.shows_identity(identity) {
            identities.entry(agreement(identity)).or_default().push(credits.to_vec());
        }
    }
    for (agreement, identities) in identities {
        let bookings = bookings.remove(&agreement).unwrap_or_default();
        let names: Vec<String> =
            identities.iter().map(|credits| folded(&ledger.identity(credits[0]).credit_name)).collect();
        let owners: Vec<Option<usize>> = bookings.iter().map(|booking| owner(booking, &bookings, &names)).collect();
        for (number, credits) in identities.iter().enumerate() {
            let own = bookings.iter().zip(&owners).filter(|(_, owner)| **owner == Some(number));
            books.compare_identity((ledger, filter, &changed), credits, own.map(|(booking, _)| *booking))?;
        }
        let orphans = bookings.iter().zip(&owners).filter(|(_, owner)| owner.is_none());
        books.add_gone(filter, orphans.map(|(booking, _)| *booking))?;
    }
    books.add_gone(filter, bookings.into_values().flatten())?;
    books.to_book.sort_by_key(|booking| (booking.month, booking.identity));
    books.unknown.sort_unstable();
    books.gone.sort_unstable();
    Ok(books)
}

/// Which of an agreement's credits, by their names, a booking is of: that of its name, or else the only one there is, if
/// it was not booked beside another. Then it has been renamed.
fn owner(booking: &Booked, bookings: &[&Booked], names: &[String]) -> Option<usize> {
    let name = folded(&booking.identity.credit_name);
    let of_name = names.iter().position(|known| *known == name);
    let months = |is_own: bool| {
        let given = bookings.iter().filter(|booking| booking.kind == Kind::Given);
        let of = given.filter(|other| (folded(&other.identity.credit_name) == name) == is_own);
        of.map(|booking| booking.month).collect::<HashSet<Month>>()
    };
    of_name.or_else(|| (names.len() == 1 && months(true).is_disjoint(&months(false))).then_some(0))
}

impl<'l> Books<'l> {
    fn compare_identity(
        &mut self,
        (ledger, filter, changed): (&'l Ledger, &Filter, &HashSet<(&'l Identity, Month)>),
        credits: &[&'l Credit],
        bookings: impl Iterator<Item = &'l Booked>,
    ) -> Result<(), Overflow> {
        let identity = ledger.identity(credits[0]);
        let [mut given, mut unknown] = due(ledger, filter, credits)?;
        let mut orphans = Vec::new();
        for booking in bookings {
            // What was booked of a month that has no row any more belongs to the later amount that covers it now.
            match covering(&mut given, booking.month).or_else(|| covering(&mut unknown, booking.month)) {
                Some(due) => due.book(booking.amount)?,
                None => orphans.push(booking),
            }
        }
        self.add_gone(filter, orphans.into_iter())?;
        for (month, mut due) in given {
            // What is booked beyond what is known may be of what is unknown: nobody can say that it was not given. But
            // where a download changed a row, it is what was known before.
            let is_by_hand =
                due.booked.is_some() && !changed.contains(&(identity, month)) && due.amount >= Decimal::ZERO;
            let opening = covering(&mut unknown, month).filter(|_| is_by_hand);
            let beyond = opening.map_or(Ok(Decimal::ZERO), |opening| {
                let beyond = opening.rest()?.min(-due.rest()?).max(Decimal::ZERO);
                opening.book(beyond).map(|()| beyond)
            })?;
            due.amount = money::add(due.amount, beyond)?;
            let (amount, booked) = (due.rest()?, due.booked.unwrap_or_default());
            if amount.is_zero() {
                self.agreed.extend(beyond.is_zero().then_some((identity, month)));
            } else if filter.shows_month(month) {
                let kind = if due.booked.is_some() { Kind::Correction } else { Kind::Given };
                self.to_book.push(ToBook { identity, month, kind, amount, given: due.amount, booked, row: due.row });
            }
        }
        // What was used at another partner before may be booked here all the same.
        let elsewhere = credits.iter().map(|credit| used_elsewhere(ledger, credit)).max().unwrap_or_default();
        for (month, due) in unknown.into_iter().filter(|(month, _)| filter.shows_month(*month)) {
            let rest = due.rest()?;
            if rest > Decimal::ZERO || rest < -elsewhere {
                self.unknown.push((identity, month, rest));
            } else if due.booked.is_some() || rest.is_zero() {
                self.agreed.insert((identity, month));
            }
        }
        Ok(())
    }

    /// Adds bookings of closed months that the ledger does not have.
    fn add_gone(&mut self, filter: &Filter, bookings: impl Iterator<Item = &'l Booked>) -> Result<(), Overflow> {
        let mut gone: BTreeMap<(&Identity, Month), Sum> = BTreeMap::new();
        let is_closed = |month| filter.period(month) == Period::Closed && filter.shows_month(month);
        for booking in bookings.filter(|booking| is_closed(booking.month)) {
            gone.entry((&booking.identity, booking.month)).or_default().add(booking.amount)?;
        }
        for ((identity, month), sum) in gone.into_iter().filter(|(_, sum)| !sum.is_zero()) {
            self.gone.push((identity, month, sum.value()?));
        }
        Ok(())
    }

    /// Adds what is not booked as it is to the findings of other checks.
    ///
    /// A restated month of which the use alone changed is no finding any more if it is booked as it is now, and if it is
    /// booked otherwise it is told once, by the amount that is to be booked.
    pub fn amend(&self, ledger: &Ledger, filter: &Filter, wanted: &[Check], found: &mut Vec<Finding>) {
        let told = self.to_book.iter().filter(|booking| {
            booking.kind == Kind::Correction
                && wanted.contains(&Check::BookedOtherwise)
                && filter.shows_status(ledger.status(booking.row))
        });
        let mut settled = self.agreed.clone();
        settled.extend(told.map(|booking| (booking.identity, booking.month)));
        let is_settled = |found: &&Found| {
            (found.what == What::Added || found.what == What::Restated && moves_use_alone(ledger, found))
                && settled.contains(&(&ledger.key(found.row).identity, ledger.month(found.row)))
        };
        let rows = ledger.findings().rows.iter().filter(is_settled);
        let places: BTreeSet<Place> = rows.map(|found| ledger.place(found.row)).collect();
        found.retain(|finding| {
            finding.check != Check::RestatedMonth || finding.place.is_none_or(|place| !places.contains(&place))
        });
        found.extend(self.checks(ledger, filter, wanted));
    }

    /// What is not booked as it is, of the checks that are wanted.
    fn checks(&self, ledger: &Ledger, filter: &Filter, wanted: &[Check]) -> Vec<Finding> {
        let finding = |check: Check, row: Option<RowRef>, identity: &Identity, month, amount, message| Finding {
            severity: if row.is_none() { Level::Warning } else { check.severity() },
            place: row.map(|row| ledger.place(row)),
            customer: Some(identity.customer.clone()),
            agreement: Some(identity.agreement.clone()),
            month: Some(month),
            currency: Some(identity.currency),
            amount: Some(amount),
            ..Finding::new(check, message)
        };
        let shown = self.to_book.iter().filter(|booking| filter.shows_status(ledger.status(booking.row)));
        let to_book = shown.map(|ToBook { identity, month, kind, amount, given, booked, row }| {
            let (currency, given, booked) = (identity.currency, Grouped(*given), Grouped(*booked));
            let (check, message) = match kind {
                Kind::Given => {
                    (Check::NotBooked, format!("{given} {currency} was given and is not booked; book it ({BOOK})"))
                }
                Kind::Correction => (
                    Check::BookedOtherwise,
                    format!(
                        "{booked} {currency} is booked, but {given} was given; book the difference of {} ({BOOK})",
                        Grouped(*amount)
                    ),
                ),
            };
            finding(check, Some(*row), identity, *month, *amount, message)
        });
        let gone = self.gone.iter().map(|(identity, month, amount)| {
            let (booked, currency) = (Grouped(*amount), identity.currency);
            let message =
                format!("{booked} {currency} is booked, but no download has the month; ask why, and correct it");
            finding(Check::BookedOtherwise, None, identity, *month, *amount, message)
        });
        to_book.chain(gone).filter(|finding| wanted.contains(&finding.check)).collect()
    }
}

/// Whether what was used changed and nothing else: no booking says that a limit was cut, or that a credit ended.
fn moves_use_alone(ledger: &Ledger, found: &Found) -> bool {
    let Found { replaced: old, row: new, .. } = *found;
    let limit = |row| money::add(ledger.credit_amount(row), ledger.balance_amount(row)).ok();
    let dates = |row| (ledger.key(row).effective, ledger.key(row).expiry);
    let status = |row| folded(&ledger.status(row).to_string());
    let runs = ledger.status(new).class() == StatusClass::Running;
    ledger.credit_amount(old) != ledger.credit_amount(new)
        && status(old) == status(new)
        && dates(old) == dates(new)
        && (limit(old) == limit(new) || !runs)
}

/// What was used of a credit at another partner, if it came from there.
fn used_elsewhere(ledger: &Ledger, credit: &Credit) -> Decimal {
    ledger.moved(credit).from.map(|row| ledger.credit_amount(row)).unwrap_or_default()
}

/// What was given in the closed months of an identity, the credits of which are given, and what is not known of when.
fn due(ledger: &Ledger, filter: &Filter, credits: &[&Credit]) -> Result<[BTreeMap<Month, Due>; 2], Overflow> {
    let mut amounts = [BTreeMap::new(), BTreeMap::new()];
    for credit in credits {
        // It is booked there, if at all.
        let elsewhere = used_elsewhere(ledger, credit);
        let unknown = |opening| if elsewhere <= opening { money::subtract(opening, elsewhere) } else { Ok(opening) };
        for entry in ledger.timeline(credit) {
            let entry = entry?;
            if filter.period(entry.month) == Period::Open {
                break;
            }
            let covered = entry.span.and_then(|span| entry.month.later(1 - i64::from(span)));
            let began = || entry.effective().map(Month::of).filter(|month| *month < entry.month);
            let since = covered.or_else(began).unwrap_or(entry.month);
            let opening = entry.opening.map(unknown).transpose()?;
            for (amounts, amount) in amounts.iter_mut().zip([entry.given, opening]) {
                if let Some(amount) = amount {
                    let none = Due { amount: Decimal::ZERO, since, booked: None, row: entry.row };
                    let due: &mut Due = amounts.entry(entry.month).or_insert(none);
                    due.since = due.since.min(since);
                    due.amount = money::add(due.amount, amount)?;
                }
            }
        }
    }
    Ok(amounts)
}

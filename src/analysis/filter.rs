//! Choosing what is shown.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use chrono::NaiveDate;

use crate::ledger::{Credit, Entry, Ledger};
use crate::model::{Currency, Id, Identity, Month, Period, Status};

/// What is shown; an empty set leaves everything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    pub statuses: Vec<Status>,
    pub customers: Option<BTreeSet<Id>>,
    pub agreements: Option<BTreeSet<Id>>,
    pub partners: Option<BTreeSet<Id>>,
    pub currencies: Vec<Currency>,
    pub months: Vec<RangeInclusive<Month>>,
    /// This month and later ones.
    pub from: Option<Month>,
    /// This month and earlier ones.
    pub to: Option<Month>,
    pub closed: bool,
    /// The day that tells open months from closed ones.
    pub as_of: NaiveDate,
    /// The month that years begin with, 1 to 12.
    pub year_from: u32,
}

impl Filter {
    pub fn everything(as_of: NaiveDate) -> Self {
        Self { as_of, year_from: 1, ..Self::default() }
    }

    /// The same of all months.
    pub(super) fn of_all_months(&self) -> Self {
        Self { months: Vec::new(), from: None, to: None, closed: false, ..self.clone() }
    }

    /// Whether a credit's rows can be shown at all.
    pub fn shows_credit(&self, ledger: &Ledger, credit: &Credit) -> bool {
        self.shows_identity(ledger.identity(credit))
    }

    /// Whether rows of an identity can be shown at all.
    pub fn shows_identity(&self, identity: &Identity) -> bool {
        self.shows_customer(&identity.customer)
            && self.agreements.as_ref().is_none_or(|agreements| agreements.contains(&identity.agreement))
            && self.shows_partner(&identity.partner)
            && self.shows_currency(identity.currency)
    }

    pub fn shows_customer(&self, customer: &Id) -> bool {
        self.customers.as_ref().is_none_or(|customers| customers.contains(customer))
    }

    pub fn shows_currency(&self, currency: Currency) -> bool {
        self.currencies.is_empty() || self.currencies.contains(&currency)
    }

    /// Whether rows of a partner can be shown at all.
    pub fn shows_partner(&self, partner: &Id) -> bool {
        self.partners.as_ref().is_none_or(|partners| partners.contains(partner))
    }

    pub fn shows_everything(&self) -> bool {
        *self == Self { year_from: self.year_from, ..Self::everything(self.as_of) }
    }

    /// Whether rows of a month are shown.
    #[inline]
    pub fn shows_month(&self, month: Month) -> bool {
        (self.months.is_empty() || self.months.iter().any(|months| months.contains(&month)))
            && self.from.is_none_or(|from| month >= from)
            && self.to.is_none_or(|to| month <= to)
            && (!self.closed || self.period(month) == Period::Closed)
    }

    /// Whether rows with a status are shown.
    #[inline]
    pub fn shows_status(&self, status: &Status) -> bool {
        self.statuses.is_empty() || self.statuses.iter().any(|shown| same_word(shown, status))
    }

    /// Whether rows of a month with a status are shown, if their credit is.
    #[inline]
    pub fn shows_row(&self, month: Month, status: &Status) -> bool {
        self.shows_month(month) && self.shows_status(status)
    }

    /// Whether a credit's month is shown, if the credit is.
    #[inline]
    pub fn shows_entry(&self, entry: &Entry<'_>) -> bool {
        self.shows_row(entry.month, entry.status)
    }

    pub fn period(&self, month: Month) -> Period {
        Period::of(month, self.as_of)
    }

    /// The last month shown: what is chosen of credits moves no months.
    pub fn last_month(&self, ledger: &Ledger) -> Option<Month> {
        let (first, last) = ledger.months().first().zip(ledger.months().last())?;
        first.through(*last).filter(|month| self.shows_month(*month)).last()
    }
}

/// Whether two statuses are the same word, whatever their case.
pub fn same_word(a: &Status, b: &Status) -> bool {
    a == b || a.as_str().to_lowercase() == b.as_str().to_lowercase()
}

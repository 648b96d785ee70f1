//! The columns that several commands share.

use crate::model::{Id, Identity, Names};
use crate::output::table::{Cell, Column, Fields, Keep, Kind};

pub(super) const PARTNER: Column = Column::new("PartnerID", Kind::Id, Keep::Context);
pub(super) const CUSTOMER: Column = Column::new("CustomerID", Kind::Id, Keep::Key).implied_by(NAME.name);
const NAME: Column = Column::new("CustomerName", Kind::Text, Keep::Key);
pub(super) const AGREEMENT: Column = Column::new("AgreementID", Kind::Id, Keep::Detail);
pub(super) const CREDIT_NAME: Column = Column::new("CreditName", Kind::Text, Keep::Context);
pub(super) const CURRENCY: Column = Column::new("CurrencyCode", Kind::Currency, Keep::Key);
pub(super) const MONTH: Column = Column::new("InvoiceMonth", Kind::Month, Keep::Key);
pub(super) const QUARTER: Column = Column::new("Quarter", Kind::Quarter, Keep::Key);
pub(super) const YEAR: Column = Column::new("Year", Kind::Year, Keep::Key);
pub(super) const STATUS: Column = Column::new("Status", Kind::Text, Keep::Detail);
pub(super) const EFFECTIVE: Column = Column::new("EffectiveDate", Kind::Date, Keep::Detail);
pub(super) const EXPIRY: Column = Column::new("ExpiryDate", Kind::Date, Keep::Detail);
pub(super) const DAYS_LEFT: Column = Column::new("DaysLeft", Kind::Count, Keep::Answer);
pub(super) const CUSTOMERS: Column = Column::new("Customers", Kind::Count, Keep::Detail);
pub(super) const CREDITS: Column = Column::new("Credits", Kind::Count, Keep::Detail);
/// Tables mark an open month where it stands.
pub(super) const PERIOD: Column = Column::new("Period", Kind::Text, Keep::Context).machine_only();

// Stocks: they add up only where every credit has one row.
pub(super) const LIMIT: Column = Column::new("CreditLimit", Kind::Amount, Keep::Answer);
pub(super) const CREDIT_AMOUNT: Column = Column::new("CreditAmount", Kind::Amount, Keep::Answer);
pub(super) const BALANCE_AMOUNT: Column = Column::new("BalanceAmount", Kind::Amount, Keep::Answer);

// Flows: they add up over months too.
pub(super) const GIVEN: Column = Column::new("CreditGiven", Kind::Amount, Keep::Answer).adds_up(true);
pub(super) const OPENING: Column = Column::new("OpeningAmount", Kind::Amount, Keep::Answer).adds_up(true);
pub(super) const FORFEITED: Column = Column::new("Forfeited", Kind::Amount, Keep::Answer).adds_up(true);

pub(super) const SEVERITY: Column =
    Column::new("Severity", Kind::Text, Keep::Key).in_order(&["note", "warning", "error"]);
pub(super) const CHECK: Column = Column::new("Check", Kind::Text, Keep::Key);
pub(super) const MESSAGE: Column = Column::new("Message", Kind::Prose, Keep::Key);
pub(super) const FILE: Column = Column::new("File", Kind::Text, Keep::Context);
pub(super) const LINE: Column = Column::new("Line", Kind::Count, Keep::Detail);

/// Columns that say whose a row is.
pub(super) trait Owners<'a, R>: Sized {
    /// The customer's id and, if any names are known, name.
    fn customer<V>(self, names: &'a Names, id: impl Fn(&R) -> V + Copy + Sync + 'a) -> Self
    where
        V: Into<Option<&'a Id>>;

    /// All that tells credits apart but their dates.
    fn identity(self, names: &'a Names, identity: impl Fn(&R) -> &'a Identity + Copy + Sync + 'a) -> Self;
}

impl<'a, R> Owners<'a, R> for Fields<'a, R> {
    fn customer<V>(self, names: &'a Names, id: impl Fn(&R) -> V + Copy + Sync + 'a) -> Self
    where
        V: Into<Option<&'a Id>>,
    {
        let fields = self.text(CUSTOMER, move |row| id(row).into().map(Id::as_str));
        if names.is_empty() {
            return fields;
        }
        fields.text(NAME, move |row| id(row).into().and_then(|id| names.get(id)))
    }

    fn identity(self, names: &'a Names, identity: impl Fn(&R) -> &'a Identity + Copy + Sync + 'a) -> Self {
        self.text(PARTNER, move |row| identity(row).partner.as_str())
            .customer(names, move |row| &identity(row).customer)
            .with_all([AGREEMENT, CREDIT_NAME, CURRENCY], move |row| {
                let Identity { agreement, credit_name, currency, .. } = identity(row);
                [Cell::Text(agreement.as_str()), Cell::Text(credit_name), Cell::Currency(*currency)]
            })
    }
}

/// A count of any type in a cell.
pub(super) fn cell_count(count: impl TryInto<i64>) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

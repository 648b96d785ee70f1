//! The columns that several commands share.

use crate::output::table::{Column, Keep, Kind};

pub(super) const PARTNER: Column = Column::new("PartnerID", Kind::Id, Keep::Context);
pub(super) const CUSTOMER: Column = Column::new("CustomerID", Kind::Id, Keep::Key);
pub(super) const AGREEMENT: Column = Column::new("AgreementID", Kind::Id, Keep::Detail);
pub(super) const CREDIT_NAME: Column = Column::new("CreditName", Kind::Text, Keep::Context);
pub(super) const CURRENCY: Column = Column::new("CurrencyCode", Kind::Text, Keep::Key);
pub(super) const MONTH: Column = Column::new("InvoiceMonth", Kind::Month, Keep::Key);
pub(super) const STATUS: Column = Column::new("Status", Kind::Text, Keep::Detail);
pub(super) const CREDIT_AMOUNT: Column = Column::new("CreditAmount", Kind::Amount, Keep::Answer);
pub(super) const BALANCE_AMOUNT: Column = Column::new("BalanceAmount", Kind::Amount, Keep::Answer);
pub(super) const GIVEN: Column = Column::new("CreditGiven", Kind::Amount, Keep::Answer);
pub(super) const OPENING: Column = Column::new("OpeningAmount", Kind::Amount, Keep::Answer);
pub(super) const FORFEITED: Column = Column::new("Forfeited", Kind::Amount, Keep::Answer);
pub(super) const EFFECTIVE: Column = Column::new("EffectiveDate", Kind::Date, Keep::Detail);
pub(super) const EXPIRY: Column = Column::new("ExpiryDate", Kind::Date, Keep::Detail);
/// Tables mark an open month where it stands.
pub(super) const PERIOD: Column = Column::new("Period", Kind::Text, Keep::Context).machine_only();

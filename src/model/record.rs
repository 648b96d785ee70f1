//! One row of the report, its eleven columns typed.

use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::currency::Currency;
use super::id::Id;
use super::month::Month;
use super::status::Status;

/// What makes rows of several months one credit.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    /// The partner's tenant; shared, for a report has few.
    pub partner: Arc<Id>,
    pub customer: Id,
    pub agreement: Id,
    /// The credit's name, `ACO` in every documented report; shared, for most credits have the same.
    pub credit_name: Arc<str>,
    /// The currency of all the credit's amounts.
    pub currency: Currency,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub identity: Identity,
    pub month: Month,
    /// All credit used since the credit was given, cumulative, before tax.
    pub credit_amount: Decimal,
    /// The credit's state in that month.
    pub status: Status,
    /// Credit left at the end of the month.
    pub balance_amount: Decimal,
    /// The credit's first day; `None` if the report leaves it empty or writes the null date.
    pub effective: Option<NaiveDate>,
    /// The credit's last day; `None` as for `effective`.
    pub expiry: Option<NaiveDate>,
}

/// Columns, each with its name and the others that editions and relatives of the report use for it.
macro_rules! columns {
    ($($(#[$says:meta])* $column:ident: $name:literal, $aliases:tt;)*) => {
        /// A column of the balance report, in the order in which Microsoft documents them
        /// (Partner Center, "Azure credit offer balance").
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ReportColumn { $($(#[$says])* $column,)* }

        impl ReportColumn {
            /// All columns, in the report's order.
            pub const ALL: [Self; 11] = [$(Self::$column),*];

            pub fn name(self) -> &'static str {
                match self { $(Self::$column => $name,)* }
            }

            /// Other names that editions and relatives of the report use for the column.
            pub fn aliases(self) -> &'static [&'static str] {
                match self { $(Self::$column => &$aliases,)* }
            }
        }
    };
}

columns! {
    PartnerId: "PartnerID", ["PartnerTenantId"];
    CustomerId: "CustomerID", ["CustomerTenantId"];
    InvoiceMonth: "InvoiceMonth", ["BillingPeriod", "BillingMonth"];
    CreditName: "CreditName", [];
    /// Credit used since the start.
    CreditAmount: "CreditAmount", ["CreditUsed", "CreditAmountUsed"];
    /// Active or expired.
    Status: "Status", ["CreditStatus"];
    /// Credit left.
    BalanceAmount: "BalanceAmount", ["Balance", "CreditBalance"];
    /// The currency of both amounts.
    CurrencyCode: "CurrencyCode", ["Currency"];
    AgreementId: "AgreementID", [];
    EffectiveDate: "EffectiveDate", ["StartDate", "CreditStartDate"];
    ExpiryDate: "ExpiryDate", ["ExpirationDate", "EndDate", "CreditEndDate"];
}

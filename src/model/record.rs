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

/// A column of the balance report, in the order in which Microsoft documents them
/// (Partner Center, "Azure credit offer balance").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportColumn {
    PartnerId,
    CustomerId,
    InvoiceMonth,
    CreditName,
    /// Credit used since the start.
    CreditAmount,
    /// Active or expired.
    Status,
    /// Credit left.
    BalanceAmount,
    /// The currency of both amounts.
    CurrencyCode,
    AgreementId,
    EffectiveDate,
    ExpiryDate,
}

impl ReportColumn {
    /// All columns, in the report's order.
    pub const ALL: [Self; 11] = [
        Self::PartnerId,
        Self::CustomerId,
        Self::InvoiceMonth,
        Self::CreditName,
        Self::CreditAmount,
        Self::Status,
        Self::BalanceAmount,
        Self::CurrencyCode,
        Self::AgreementId,
        Self::EffectiveDate,
        Self::ExpiryDate,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::PartnerId => "PartnerID",
            Self::CustomerId => "CustomerID",
            Self::InvoiceMonth => "InvoiceMonth",
            Self::CreditName => "CreditName",
            Self::CreditAmount => "CreditAmount",
            Self::Status => "Status",
            Self::BalanceAmount => "BalanceAmount",
            Self::CurrencyCode => "CurrencyCode",
            Self::AgreementId => "AgreementID",
            Self::EffectiveDate => "EffectiveDate",
            Self::ExpiryDate => "ExpiryDate",
        }
    }

    /// Other names that editions and relatives of the report use for the column.
    pub fn aliases(self) -> &'static [&'static str] {
        match self {
            Self::PartnerId => &["PartnerTenantId"],
            Self::CustomerId => &["CustomerTenantId"],
            Self::InvoiceMonth => &["BillingPeriod", "BillingMonth"],
            Self::CreditAmount => &["CreditUsed", "CreditAmountUsed"],
            Self::Status => &["CreditStatus"],
            Self::BalanceAmount => &["Balance", "CreditBalance"],
            Self::CurrencyCode => &["Currency"],
            Self::EffectiveDate => &["StartDate", "CreditStartDate"],
            Self::ExpiryDate => &["ExpirationDate", "EndDate", "CreditEndDate"],
            Self::CreditName | Self::AgreementId => &[],
        }
    }
}

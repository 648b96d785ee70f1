//! The columns of invoice files that matter, by the names that editions give them.

use crate::model::{Amount, InvoiceFileKind, UsedBy};

use crate::input::scan::header::{ColumnSpec, TableKind};

/// The kinds of invoice files in the order of [`InvoiceFileKind::ALL`], their columns in that of [`InvoiceColumn::ALL`].
///
/// The names are those of Partner Center, "Use the reconciliation files" (new commerce, 2021 to 2023) and "Daily rated
/// usage reconciliation file" (2023 to 2025).
pub(crate) fn kinds(amount: Amount) -> [TableKind; 2] {
    InvoiceFileKind::ALL.map(|kind| {
        let wanted = |column: InvoiceColumn| ColumnSpec {
            names: column.names(kind, amount).to_vec(),
            is_required: column.is_required(kind),
            is_exclusive: false,
        };
        let name = match kind {
            InvoiceFileKind::Reconciliation => "an invoice reconciliation file",
            InvoiceFileKind::DailyUsage => "a daily rated usage file",
        };
        TableKind { name, columns: InvoiceColumn::ALL.into_iter().map(wanted).collect(), enough: 5 }
    })
}

/// What a column says, whatever the kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InvoiceColumn {
    Partner,
    Customer,
    CustomerName,
    Invoice,
    OrderDate,
    Product,
    Sku,
    Availability,
    ProductName,
    /// What a line is: `customerCredit` for every kind of credit.
    ChargeType,
    /// The amount that is billed.
    Amount,
    Currency,
    /// Why the price differs from the list's, such as a partner earned credit.
    Adjustment,
    Subscription,
    ChargeStart,
    ChargeEnd,
    /// The price of a unit, in the currency that prices are in.
    UnitPrice,
    Quantity,
    PricingCurrency,
    /// The amount in the currency that prices are in, which only usage files spell out.
    PricingAmount,
    Rate,
    /// The meter of Azure usage; in a reconciliation file it is empty on every other line.
    Meter,
    /// Why a credit was given.
    Reason,
    /// The partner earned credit's percentage.
    EarnedPercent,
    /// The day of usage, whose ChargeStartDate is that of its month.
    UsageDate,
    /// What was used.
    Resource,
    ResourceGroup,
    Service,
    MeterName,
    /// What else tells equal lines apart.
    Order,
    Reference,
}

impl From<UsedBy> for InvoiceColumn {
    fn from(used_by: UsedBy) -> Self {
        match used_by {
            UsedBy::Subscription => Self::Subscription,
            UsedBy::ResourceGroup => Self::ResourceGroup,
            UsedBy::Service => Self::Service,
            UsedBy::Meter => Self::MeterName,
        }
    }
}

impl InvoiceColumn {
    pub(crate) const ALL: [Self; 31] = [
        Self::Partner,
        Self::Customer,
        Self::CustomerName,
        Self::Invoice,
        Self::OrderDate,
        Self::Product,
        Self::Sku,
        Self::Availability,
        Self::ProductName,
        Self::ChargeType,
        Self::Amount,
        Self::Currency,
        Self::Adjustment,
        Self::Subscription,
        Self::ChargeStart,
        Self::ChargeEnd,
        Self::UnitPrice,
        Self::Quantity,
        Self::PricingCurrency,
        Self::PricingAmount,
        Self::Rate,
        Self::Meter,
        Self::Reason,
        Self::EarnedPercent,
        Self::UsageDate,
        Self::Resource,
        Self::ResourceGroup,
        Self::Service,
        Self::MeterName,
        Self::Order,
        Self::Reference,
    ];

    /// Its names in one kind of file, the documented one first; none if that kind does not have it.
    pub(crate) fn names(self, kind: InvoiceFileKind, amount: Amount) -> &'static [&'static str] {
        use InvoiceFileKind::{DailyUsage, Reconciliation};
        match (self, kind) {
            (Self::Partner, _) => &["PartnerId", "PartnerTenantId"],
            (Self::Customer, _) => &["CustomerId", "CustomerTenantId"],
            (Self::CustomerName, _) => &["CustomerName"],
            (Self::Invoice, _) => &["InvoiceNumber"],
            (Self::OrderDate, Reconciliation) => &["OrderDate"],
            (Self::Product, Reconciliation) => &["ProductId"],
            (Self::Sku, Reconciliation) => &["SkuId"],
            (Self::Availability, Reconciliation) => &["AvailabilityId"],
            (Self::ProductName, _) => &["ProductName"],
            (Self::ChargeType, _) => &["ChargeType"],
            (Self::Amount, Reconciliation) => match amount {
                Amount::Subtotal => &["Subtotal"],
                Amount::Total => &["Total"],
            },
            (Self::Amount, DailyUsage) => &["BillingPreTaxTotal"],
            (Self::Currency, Reconciliation) => &["Currency", "BillingCurrency"],
            (Self::Currency, DailyUsage) => &["BillingCurrency"],
            (Self::Adjustment, Reconciliation) => &["PriceAdjustmentDescription"],
            (Self::Subscription, _) => &["SubscriptionId"],
            (Self::ChargeStart, _) => &["ChargeStartDate"],
            (Self::ChargeEnd, _) => &["ChargeEndDate"],
            (Self::UnitPrice, Reconciliation) => &["EffectiveUnitPrice"],
            (Self::Quantity, Reconciliation) => &["BillableQuantity"],
            (Self::PricingCurrency, _) => &["PricingCurrency"],
            (Self::PricingAmount, DailyUsage) => &["PricingPreTaxTotal"],
            (Self::Rate, _) => &["PCToBCExchangeRate"],
            (Self::Meter, Reconciliation) => &["MeterDescription"],
            (Self::Reason, Reconciliation) => &["CreditReasonCode"],
            (Self::Reason, DailyUsage) => &["CreditType"],
            (Self::UsageDate, DailyUsage) => &["UsageDate"],
            (Self::Resource, DailyUsage) => &["ResourceURI"],
            (Self::ResourceGroup, DailyUsage) => &["ResourceGroup"],
            (Self::Service, DailyUsage) => &["MeterCategory"],
            (Self::Order, Reconciliation) => &["OrderId"],
            (Self::Reference, Reconciliation) => &["ReferenceId"],
            (Self::MeterName, DailyUsage) => &["MeterName"],
            (Self::Meter, DailyUsage) => &["MeterId"],
            (Self::EarnedPercent, DailyUsage) => &["PartnerEarnedCreditPercentage"],
            _ => &[],
        }
    }

    /// Whether a file of a kind is of no use without it.
    pub(crate) fn is_required(self, kind: InvoiceFileKind) -> bool {
        match self {
            Self::Customer | Self::Invoice | Self::Amount | Self::Currency | Self::ChargeStart => true,
            Self::ChargeType => kind == InvoiceFileKind::Reconciliation,
            Self::Reason => kind == InvoiceFileKind::DailyUsage,
            _ => false,
        }
    }
}

/// Its place among the columns of its kind.
impl From<InvoiceColumn> for usize {
    #[inline]
    fn from(column: InvoiceColumn) -> Self {
        column as Self
    }
}

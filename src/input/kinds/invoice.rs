//! The columns of invoice files that matter, by the names that editions give them.

use crate::model::{Amount, InvoiceFileKind, UsedBy};

use crate::input::scan::{ColumnSpec, TableKind};

/// The kinds of invoice files in the order of [`InvoiceFileKind::ALL`], their columns in that of [`InvoiceColumn`].
pub(crate) fn kinds(amount: Amount) -> [TableKind; 2] {
    InvoiceFileKind::ALL.map(|kind| {
        let (name, at) = match kind {
            InvoiceFileKind::Reconciliation => ("an invoice reconciliation file", 0),
            InvoiceFileKind::DailyUsage => ("a daily rated usage file", 1),
        };
        let wanted = |(column, names): &(InvoiceColumn, [&[&'static str]; 2])| ColumnSpec {
            names: match (column, kind, amount) {
                (InvoiceColumn::Amount, InvoiceFileKind::Reconciliation, Amount::Total) => vec!["Total"],
                _ => names[at].to_vec(),
            },
            is_required: column.is_required(kind),
            is_exclusive: false,
        };
        TableKind { name, columns: COLUMNS.iter().map(wanted).collect(), enough: 5 }
    })
}

/// Columns, each with its names in reconciliation and in usage files, the documented one first; none if that kind does
/// not have it.
macro_rules! columns {
    ($($(#[$says:meta])* $column:ident: $reconciliation:tt, $usage:tt;)*) => {
        /// What a column says, whatever the kind of file.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum InvoiceColumn { $($(#[$says])* $column,)* }

        const COLUMNS: &[(InvoiceColumn, [&[&str]; 2])] =
            &[$((InvoiceColumn::$column, [&$reconciliation, &$usage])),*];
    };
}

// The names are those of Partner Center, "Use the reconciliation files" (new commerce, 2021 to 2023) and "Daily rated
// usage reconciliation file" (2023 to 2025).
columns! {
    Partner: ["PartnerId", "PartnerTenantId"], ["PartnerId", "PartnerTenantId"];
    Customer: ["CustomerId", "CustomerTenantId"], ["CustomerId", "CustomerTenantId"];
    CustomerName: ["CustomerName"], ["CustomerName"];
    Invoice: ["InvoiceNumber"], ["InvoiceNumber"];
    OrderDate: ["OrderDate"], [];
    Product: ["ProductId"], [];
    Sku: ["SkuId"], [];
    Availability: ["AvailabilityId"], [];
    ProductName: ["ProductName"], ["ProductName"];
    /// What a line is: `customerCredit` for every kind of credit.
    ChargeType: ["ChargeType"], ["ChargeType"];
    /// The amount that is billed.
    Amount: ["Subtotal"], ["BillingPreTaxTotal"];
    Currency: ["Currency", "BillingCurrency"], ["BillingCurrency"];
    /// Why the price differs from the list's, such as a partner earned credit.
    Adjustment: ["PriceAdjustmentDescription"], [];
    Subscription: ["SubscriptionId"], ["SubscriptionId"];
    ChargeStart: ["ChargeStartDate"], ["ChargeStartDate"];
    ChargeEnd: ["ChargeEndDate"], ["ChargeEndDate"];
    /// The price of a unit, in the currency that prices are in.
    UnitPrice: ["EffectiveUnitPrice"], [];
    Quantity: ["BillableQuantity"], [];
    PricingCurrency: ["PricingCurrency"], ["PricingCurrency"];
    /// The amount in the currency that prices are in, which only usage files spell out.
    PricingAmount: [], ["PricingPreTaxTotal"];
    Rate: ["PCToBCExchangeRate"], ["PCToBCExchangeRate"];
    /// The meter of Azure usage; in a reconciliation file it is empty on every other line.
    Meter: ["MeterDescription"], ["MeterId"];
    /// Why a credit was given.
    Reason: ["CreditReasonCode"], ["CreditType"];
    /// The partner earned credit's percentage.
    EarnedPercent: [], ["PartnerEarnedCreditPercentage"];
    /// The day of usage, whose ChargeStartDate is that of its month.
    UsageDate: [], ["UsageDate"];
    /// What was used.
    Resource: [], ["ResourceURI"];
    ResourceGroup: [], ["ResourceGroup"];
    Service: [], ["MeterCategory"];
    MeterName: [], ["MeterName"];
    /// What else tells equal lines apart.
    Order: ["OrderId"], [];
    Reference: ["ReferenceId"], [];
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
    /// Whether a file of a kind is of no use without it.
    fn is_required(self, kind: InvoiceFileKind) -> bool {
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

//! The kinds of files that are read, by their headers: what each calls its columns, and what a file is. Formats that are
//! not read are known by the bytes that their files begin with, so that a message can name them.

use super::error::Fault;
use super::scan::{ColumnSpec, Head, TableKind, elements, folded, header, objects};
use crate::model::{Amount, InvoiceFileKind, ReportColumn, UsedBy, Visible};

/// Balance reports, by the columns of Partner Center, "Azure credit offer balance" (2022-07-27), and the names that
/// other editions give them. All eleven are needed.
pub(crate) fn report() -> TableKind {
    let wanted =
        |column: ReportColumn| ColumnSpec { names: column.names().to_vec(), is_required: true, is_exclusive: true };
    TableKind { name: "an ACO balance report", columns: ReportColumn::ALL.into_iter().map(wanted).collect(), enough: 3 }
}

/// Its place among the columns of its kind.
impl From<ReportColumn> for usize {
    #[inline]
    fn from(column: ReportColumn) -> Self {
        column as Self
    }
}

/// The kinds of invoice files in the order of [`InvoiceFileKind::ALL`], their columns in that of [`InvoiceColumn`].
pub(crate) fn invoices(amount: Amount) -> [TableKind; 2] {
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
    EarnedPercent: [], ["PartnerEarnedCreditPercentage"];
    /// The day of usage, whose ChargeStartDate is that of its month.
    UsageDate: [], ["UsageDate"];
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

/// Columns that only results have, folded.
const OF_RESULTS: [&str; 11] = [
    "creditgiven",
    "openingamount",
    "creditapplied",
    "usedpercent",
    "projectedunused",
    "severity",
    "difference",
    "property",
    "previouscreditgiven",
    "forfeited",
    "bookedon",
];

/// A header's error, or what the file is instead of the one that was looked for, a report or else an invoice file.
pub(crate) fn into_fault(error: Fault, head: Head<'_>, wants_report: bool) -> Fault {
    match (is_report(head), wants_report) {
        (Some(false), true) => Fault::InvoiceForReport,
        (Some(true), false) => Fault::ReportForInvoice,
        _ => match error {
            // What a command wrote into the folder that it reads.
            Fault::Missing { found, .. } if found.iter().any(|name| OF_RESULTS.contains(&&*folded(name))) => {
                Fault::ResultOfAco
            }
            Fault::Absent { .. } | Fault::Empty => {
                match (elements::error_reply(head.bytes), other_format(head.bytes)) {
                    (Some(reply), _) => {
                        let text = format!("an error that was answered in place of data: {}", Visible(&reply));
                        Fault::told(None, text, "download the file again")
                    }
                    (None, Some(format)) => Fault::OtherFormat(format),
                    (None, None) if is_cut_header(head) => Fault::OtherFormat(Fault::CUT),
                    (None, None) => error,
                }
            }
            error => error,
        },
    }
}

/// Whether a file is a report, or an invoice file, by the kind of which its header names the most columns.
fn is_report(head: Head<'_>) -> Option<bool> {
    let [reconciliation, usage] = invoices(Amount::default());
    let kinds = [report(), reconciliation, usage];
    let best = |names: &[String]| {
        (0..kinds.len()).filter(|at| kinds[*at].is_named_by(names)).max_by_key(|at| kinds[*at].matched(names))
    };
    let kind = match objects::open(head.bytes) {
        Some((_, lines)) => best(&header::folded_all(&objects::keys(&lines))),
        None => header::best(head, &header::likely_delimiters(head, None), &kinds, best).map(|layout| layout.kind),
    };
    kind.map(|kind| kind == 0)
}

/// Whether a file ends within the names of the first columns of a kind: too few, as yet, to tell it by.
fn is_cut_header(head: Head<'_>) -> bool {
    let text = String::from_utf8_lossy(head.bytes);
    if !head.is_all || text.len() < 3 || text.contains(['\n', '\r']) {
        return false;
    }
    let names: Vec<String> = text.split([',', ';', '\t', '|']).map(folded).collect();
    let Some((last, whole)) = names.split_last().filter(|(_, whole)| !whole.is_empty()) else { return false };
    let [reconciliation, usage] = invoices(Amount::default());
    [report(), reconciliation, usage].iter().any(|kind| {
        let all = || kind.columns.iter().flat_map(|column| &column.names).map(|name| name.to_lowercase());
        whole.iter().all(|name| all().any(|known| known == *name)) && all().any(|known| known.starts_with(last))
    })
}

/// What a file of another format is, and what to do about it.
fn other_format(head: &[u8]) -> Option<&'static str> {
    const MARKS: [(&[u8], &str); 11] = [
        (b"PK\x03\x04", "an archive that is too large or lies in two others, which is not read: unpack it"),
        (b"\x1f\x8b", "packed by gzip once more, which is not read: unpack it"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive, which is not read: unpack it"),
        (b"Rar!\x1a\x07", "a rar archive, which is not read: unpack it"),
        (b"\xfd7zXZ\0", "compressed with xz, which is not read: unpack it"),
        (b"\x28\xb5\x2f\xfd", "compressed with zstd, which is not read: unpack it"),
        (b"BZh", "compressed with bzip2, which is not read: unpack it"),
        (b"MSCF", "a cabinet archive, which is not read: unpack it"),
        (b"%PDF-", "a PDF, which is not read: download the report as CSV"),
        (b"{\\rtf", "a text document, which is not read: download the report as CSV"),
        (b"\x89PNG", "a picture, which is not read: download the report as CSV"),
    ];
    if head.iter().all(|byte| byte.is_ascii_whitespace() || matches!(byte, 0 | b',' | b';')) {
        return (!head.is_empty()).then_some(Fault::BLANK);
    }
    let by_mark = MARKS.iter().find(|(mark, _)| head.starts_with(mark)).map(|(_, what)| *what);
    // Its mark stands behind the name of its first file.
    let is_tar = head.get(257..).is_some_and(|rest| rest.starts_with(b"ustar"));
    by_mark.or(is_tar.then_some("a tar archive, which is not read: unpack it")).or_else(|| markup(head))
}

/// A page or document of markup: the page that asks to sign in is saved in a report's place.
fn markup(head: &[u8]) -> Option<&'static str> {
    let start = head.trim_ascii_start();
    let start = String::from_utf8_lossy(&start[..start.len().min(1024)]).to_lowercase();
    let start = start.trim_start_matches('\u{feff}').trim_start();
    // A page may begin as XML does, and then with a comment.
    if start.starts_with("<!doctype html") || start.starts_with('<') && start.contains("<html") {
        return Some(Fault::PAGE);
    }
    let root = if start.starts_with("<?xml") {
        start.split_once("?>").map_or("", |(_, rest)| rest.trim_start())
    } else {
        start
    };
    let root = root.strip_prefix('<').and_then(|root| root.split([' ', '>', '/']).next()).unwrap_or_default();
    if root == "error" || root.ends_with(":error") {
        return Some(Fault::XML_ERROR);
    }
    start.starts_with("<?xml").then_some("an XML document, which is not read: download the report as CSV")
}

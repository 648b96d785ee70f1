//! The nouns of an invoice: the files that tell what was charged, their credit lines, and what is odd about them.
//!
//! An invoice file runs to millions of lines, so credit lines are known by their totals. Amounts are credit: what
//! the invoice writes as a negative charge is positive here. Source of the columns: Partner Center, "Use the
//! reconciliation files" (new commerce) and "Daily rated usage reconciliation file".

use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::id::Id;
use super::month::Month;
use super::names::Names;
use super::record::Currency;

/// The texts of CreditReasonCode with which Microsoft has marked the lines where ACO was applied, over the years.
pub const ACO_REASONS: [&str; 3] = ["Azure Credit", "Azure Credit Offer", "Azure Consumption Credit"];

/// The CreditType of usage that ACO covered.
pub const APPLIED: &str = "Azure Credit Applied";

/// The CreditTypes of usage that is charged. A partner earned credit lowers the price of such usage and is no credit line
/// (Partner Center, "Daily rated usage reconciliation file", CreditType).
pub const CHARGED: [&str; 2] = ["Credit Not Applied", "Partner Earned Credit Applied"];

words! {
    /// What a file is, as its header tells.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub enum InvoiceFileKind {
        /// The invoice reconciliation file: every line of an invoice.
        Reconciliation = "invoice reconciliation file",
        /// The daily rated usage file: a breakdown of usage by meter and day. Credits that Microsoft calculates at the end
        /// of the period are missing in it.
        DailyUsage = "daily rated usage file",
    }
}

/// The amount that counts of each credit line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Amount {
    /// Before tax.
    #[default]
    Subtotal,
    /// With tax.
    Total,
}

/// What used credit, as far as a line tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsedBy {
    Subscription,
    /// Only daily rated usage tells, also of the two below.
    ResourceGroup,
    Service,
    Meter,
}

/// All that was read of invoices.
#[derive(Debug, Default)]
pub struct Invoices {
    /// The files, in the order of the command line.
    pub files: Vec<InvoiceFile>,
    /// The totals of all credit lines, ACO and others.
    pub totals: Vec<CreditTotal>,
    pub parts: Vec<InvoicePart>,
    /// The names that the invoices give to customers.
    pub names: Names,
    /// Lines that break the rules of credits, by file and line.
    pub findings: Vec<LineFinding>,
    /// The credit lines one by one, if they were asked for.
    pub lines: Vec<CreditLine>,
    /// How many lines could not be read, and are in no total.
    pub left_out: usize,
}
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceFile {
    pub name: String,
    pub kind: InvoiceFileKind,
    /// Whether it has a column that tells the reason of a credit; the oldest editions have none.
    pub has_reasons: bool,
    /// Whether it tells which usage a partner earned credit lowers.
    pub has_earned: bool,
    /// What each page in it names as the next one; none where it is no page, but whole by itself.
    pub pages: Vec<Option<Box<str>>>,
}
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InvoiceKey {
    /// An index into [`Invoices::files`].
    pub file: u32,
    /// InvoiceNumber; empty for usage that is not invoiced yet.
    pub number: Arc<str>,
}

/// What a file tells of an invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoicePart {
    pub invoice: InvoiceKey,
    /// The latest ChargeStartDate among lines of usage; none if it has no such line.
    pub usage: Option<NaiveDate>,
    /// The latest ChargeStartDate among all of its lines.
    pub charged: Option<NaiveDate>,
    /// Digests of its credit lines, in order: equal for the same line in any place and spelling. None where no other file
    /// was read.
    pub digests: Vec<u64>,
}

/// What the credit lines that a total sums up have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CreditKey {
    pub invoice: InvoiceKey,
    /// The partner, if the file says.
    pub partner: Option<Arc<Id>>,
    pub customer: Arc<Id>,
    pub currency: Currency,
    /// The currency that prices are in, if the file says.
    pub pricing: Option<Currency>,
    pub charged: Month,
    /// CreditReasonCode, or CreditType in a usage file, as first spelled.
    pub reason: Arc<str>,
    /// Whether the reason is an Azure credit offer.
    pub is_aco: bool,
}

/// The total of some credit lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditTotal {
    /// What the lines have in common.
    pub key: CreditKey,
    pub lines: u64,
    /// Credit in the currency that is billed.
    pub billed: Decimal,
    /// Credit in the currency that prices are in; `None` if a line does not tell.
    pub priced: Option<Decimal>,
}

impl CreditTotal {
    /// The credit in a currency: as billed, or else as priced.
    pub fn credit_in(&self, currency: Currency) -> Option<Decimal> {
        if self.key.currency == currency { Some(self.billed) } else { self.priced }
    }
}

/// One credit line of an Azure credit offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditLine {
    pub line: u64,
    /// What it shares with the other lines of its total: an index into [`Invoices::totals`].
    pub total: u32,
    pub product: Arc<str>,
    /// What used it, of the kind that was asked for.
    pub used_by: Arc<str>,
    pub charge_start: NaiveDate,
    /// The amount as the invoice has it, negative for a credit.
    pub amount: Decimal,
    /// Credit in the currency that is billed.
    pub billed: Decimal,
    /// Credit in the currency that prices are in.
    pub priced: Option<Decimal>,
}

/// A line that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineFinding {
    /// An index into [`Invoices::files`].
    pub file: u32,
    pub line: u64,
    pub rule: Rule,
    /// The customer; none where a rule is about a whole invoice.
    pub customer: Option<Id>,
    pub invoice: Box<str>,
    /// The amount of the credit line as the file has it, and its currency; none where a rule is about a whole invoice.
    pub amount: Option<Decimal>,
    pub currency: Option<Currency>,
    /// What was found, for a person.
    pub message: String,
}

words! {
    /// What must hold for credit lines.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Rule {
        /// ACO and partner earned credit never apply to the same usage: ACO is used first, the other on what remains.
        BothCredits = "both-credits",
        /// A credit line offsets a charge: same product, date, customer and BillableQuantity, opposite EffectiveUnitPrice.
        CreditWithoutCharge = "credit-without-charge",
        /// A currency pair has one exchange rate in a month.
        SeveralRates = "several-rates",
        /// A credit line lowers the invoice, and its amounts in both currencies have one sign.
        WrongSign = "wrong-sign",
    }
}

/// Whether two texts of CreditReasonCode are the same, without regard to case and spacing.
///
/// ```
/// use aco::model::invoice::same_reason;
/// assert!(same_reason("Azure Credit", " azurecredit"));
/// assert!(!same_reason("Azure Credit", "Azure Credit Offer"));
/// ```
pub fn same_reason(a: &str, b: &str) -> bool {
    let folded =
        |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect() };
    folded(a) == folded(b)
}

//! The checks by name.

use crate::model::Level;

macro_rules! checks {
    ($($variant:ident $name:literal $severity:ident $finds:literal)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Check {
            $(#[doc = $finds] $variant,)*
        }

        impl Check {
            /// All checks, in the order in which they are listed.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// How much its findings matter, in a closed month.
            pub fn severity(self) -> Level {
                match self { $(Self::$variant => Level::$severity),* }
            }

            pub fn finds(self) -> &'static str {
                match self { $(Self::$variant => $finds),* }
            }
        }
    };
}

/// Names that checks had in earlier versions, which files of accepted findings may still have.
const FORMER: [(&str, Check); 2] =
    [("expired-before-expiry", Check::EndedEarly), ("stale-report", Check::ProvisionalMonth)];

impl Check {
    /// The check of a name, be it one of an earlier version.
    pub fn named(name: &str) -> Option<Self> {
        let known = Self::ALL.iter().find(|known| known.name() == name).copied();
        known.or_else(|| FORMER.iter().find(|(former, _)| *former == name).map(|(_, check)| *check))
    }
}

checks! {
    UnreadableRow "unreadable-row" Error "A row that cannot be read"
    UnreadFile "unread-file" Warning "A download that holds no data, such as a web page, or an invoice whose Azure credit cannot be told"
    ConflictingRows "conflicting-rows" Error "The same credit and month twice in one file or download, with other values"
    DuplicateRow "duplicate-row" Note "The same row again in one file"
    RestatedMonth "restated-month" Error "A month that a newer download changed, though it was not the last of the older one"
    CreditDecreased "credit-decreased" Error "CreditAmount below the month before: credit was taken back"
    NegativeAmount "negative-amount" Error "CreditAmount or BalanceAmount below zero"
    LimitChanged "limit-changed" Warning "The limit moved while the credit was running: a top-up or a clawback"
    MissingMonth "missing-month" Warning "A hole in a timeline, in a month that other credits of the partner have"
    MonthWithoutRows "month-without-rows" Error "A month inside a partner's coverage that no credit has a row of"
    CreditVanished "credit-vanished" Warning "A credit with something left whose rows stop before its last day and before the report does"
    UnknownOpening "unknown-opening" Note "Credit used before the files begin, which no file explains"
    ActivePastExpiry "active-past-expiry" Error "Active in a month after the one in which the credit expired"
    EndedEarly "ended-early" Warning "Over, by whatever word, with something left, in a month that ends before the credit does"
    UsedOutsideTerm "used-outside-term" Error "Credit given in a month before EffectiveDate or after ExpiryDate; a warning in the month right after"
    StatusReverted "status-reverted" Error "Over, then running again"
    DatesAmended "dates-amended" Warning "EffectiveDate or ExpiryDate changed along the timeline, or contradict each other"
    PartnerChanged "partner-changed" Warning "A credit that another partner had before, so that its use until then is of unknown months"
    CurrencyChanged "currency-changed" Error "One agreement in two currencies"
    Forfeited "forfeited" Warning "Credit that ended unused"
    UnknownStatus "unknown-status" Warning "A status that is no known word"
    UnknownCreditName "unknown-credit-name" Warning "A credit name other than ACO"
    OddPrecision "odd-precision" Note "More decimals than the currency has"
    FutureMonth "future-month" Error "An invoice month after the current one; --as-of leaves such months out"
    EmptyReport "empty-report" Error "A report without rows"
    MissingReport "missing-report" Error "The last closed month, or an invoiced month after the report ends, of which a partner has no row"
    TruncatedReport "truncated-report" Error "A month that more than half of the credits of the month before, and at least three, have no row of any more"
    ProvisionalMonth "provisional-month" Note "The last closed month, where the newest download ends with it and may have been taken before the invoice"
    WillBeLost "will-be-lost" Warning "A credit that ends within --within days, and will not be used up by then"
    UsedUpSoon "used-up-soon" Warning "A credit that is used up within --within days, before the month in which it ends"
    InvoiceMismatch "invoice-mismatch" Error "With --invoice: credit given and credit applied differ, or nothing could be compared"
    CreditNotInvoiced "credit-not-invoiced" Error "With --invoice: credit given that no invoice line applied"
    InvoiceWithoutCredit "invoice-without-credit" Error "With --invoice: credit that an invoice applied and the report did not give"
    NotComparable "not-comparable" Error "With --invoice: credit and invoice lines whose currencies do not meet; a warning before the last closed month"
    CreditAndPec "credit-and-pec" Warning "With --invoice: a line with Azure credit and partner earned credit, which exclude each other"
    NotBooked "not-booked" Warning "With --booked: credit given in a closed month that is not booked"
    BookedOtherwise "booked-otherwise" Error "With --booked: a month of which another amount is booked than was given"
    CreditWithoutCharge "credit-without-charge" Warning "With --invoice: a credit line that no charge stands beside"
    SeveralRates "several-rates" Warning "With --invoice: two exchange rates between the same currencies in a month"
    WrongSign "wrong-sign" Warning "With --invoice: a credit line that raises the invoice, or whose amounts have two signs"
    UnusedAcceptance "unused-acceptance" Note "A line of the --accept file that matches no finding"
}

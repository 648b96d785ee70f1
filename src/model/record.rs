//! One row of the report, its eleven columns typed.

use std::fmt;
use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::id::Id;
use super::message::Visible;
use super::month::Month;

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
    ($($(#[$says:meta])* $column:ident: $name:literal, [$($alias:literal),*];)*) => {
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

            /// The name, and others that editions and relatives of the report use for the column.
            pub fn names(self) -> &'static [&'static str] {
                match self { $(Self::$column => &[$name, $($alias),*],)* }
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

/// A currency code: three letters, held and printed in upper case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Reads a code of three ASCII letters in any case.
    pub fn parse(text: &str) -> Option<Self> {
        let letters: [u8; 3] = text.trim().as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_alphabetic).then(|| Self(letters.map(|letter| letter.to_ascii_uppercase())))
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// How many decimals its smallest coin has, by ISO 4217 (List One); 2 for a code that the list does not have.
    pub fn minor_units(&self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF" | b"UGX"
            | b"UYI" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            b"CLF" | b"UYW" => 4,
            _ => 2,
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What a status says of its credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusClass {
    Running,
    /// It has ended, in whatever way.
    Over,
    NotYet,
}

/// The words of credits that have ended.
pub const OVER: [&str; 9] =
    ["expired", "canceled", "cancelled", "failed", "deleted", "removed", "terminated", "used", "completed"];

/// The words of credits that have not begun.
pub const NOT_YET: [&str; 4] = ["pending", "scheduled", "provisional", "future"];

/// A credit's status in one month.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    Active,
    /// The credit's term has ended.
    Expired,
    /// A word that the report's documentation does not name, kept as it is.
    Other(Box<str>),
}

impl Status {
    /// Reads a status; the two documented words in any case.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        if text.eq_ignore_ascii_case("active") {
            Self::Active
        } else if text.eq_ignore_ascii_case("expired") {
            Self::Expired
        } else {
            Self::Other(text.into())
        }
    }

    /// What it says of its credit. A word that nobody knows takes nothing away: the credit runs.
    #[inline]
    pub fn class(&self) -> StatusClass {
        match self {
            Self::Active => StatusClass::Running,
            Self::Expired => StatusClass::Over,
            Self::Other(word) => class_of(word).unwrap_or(StatusClass::Running),
        }
    }

    /// Whether it is a word that nobody knows.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Other(word) if class_of(word).is_none())
    }

    /// The status's text, whatever it is; what people are shown is spelled by `Display`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Active => "Active",
            Self::Expired => "Expired",
            Self::Other(word) => word,
        }
    }
}

/// The class of a word other than Active.
fn class_of(word: &str) -> Option<StatusClass> {
    let is_among = |words: &[&str]| words.iter().any(|known| known.eq_ignore_ascii_case(word));
    if is_among(&OVER) {
        return Some(StatusClass::Over);
    }
    is_among(&NOT_YET).then_some(StatusClass::NotYet)
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Visible(self.as_str()).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_currency_is_three_letters_in_any_case_and_has_the_decimals_of_its_coins() {
        let decimals = |code| Currency::parse(code).map(|currency| currency.minor_units());
        let known = [" usd ", "JPY", "KWD", "CLF", "EURO", "E1R", ""].map(decimals);
        assert_eq!(known, [Some(2), Some(0), Some(3), Some(4), None, None, None]);
    }

    #[test]
    fn words_tell_whether_a_credit_runs_whatever_their_case() {
        for (word, class, is_unknown) in [
            ("ACTIVE", StatusClass::Running, false),
            ("Suspended", StatusClass::Running, true),
            ("expired", StatusClass::Over, false),
            ("CANCELED", StatusClass::Over, false),
            ("Cancelled", StatusClass::Over, false),
            ("used", StatusClass::Over, false),
            ("Pending", StatusClass::NotYet, false),
            ("provisional", StatusClass::NotYet, false),
        ] {
            let status = Status::parse(word);
            assert_eq!((status.class(), status.is_unknown()), (class, is_unknown), "{word}");
        }
    }
}

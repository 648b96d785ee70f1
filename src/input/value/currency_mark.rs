//! What stands beside an amount: a currency's code, or a sign that one or several currencies use.
//!
//! Invariant: a mark that is not known is no mark, so that the amount beside it is refused.

use crate::model::Currency;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CurrencyMark {
    Code(Currency),
    /// The codes of the currencies that use the sign; none for a sign that stands for any.
    Sign(&'static [&'static str]),
}

const DOLLARS: &[&str] = &[
    "USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "MXN", "ARS", "CLP", "COP", "UYU", "BBD", "BMD", "BND", "BSD",
    "BZD", "CVE", "DOP", "FJD", "GYD", "JMD", "KYD", "LRD", "NAD", "SBD", "SRD", "TTD", "XCD", "BRL",
];

/// Signs in lower case and the currencies that use them.
#[rustfmt::skip]
const SIGNS: [(&str, &[&str]); 56] = [
    ("€", &["EUR"]), ("$", DOLLARS), ("us$", &["USD"]), ("a$", &["AUD"]), ("au$", &["AUD"]), ("c$", &["CAD"]),
    ("ca$", &["CAD"]), ("nz$", &["NZD"]), ("hk$", &["HKD"]), ("s$", &["SGD"]), ("nt$", &["TWD"]), ("mx$", &["MXN"]),
    ("r$", &["BRL"]), ("£", &["GBP", "EGP", "FKP", "GIP", "SHP", "LBP", "SYP", "SDG", "SSP"]),
    ("¥", &["JPY", "CNY"]), ("￥", &["JPY", "CNY"]), ("jp¥", &["JPY"]), ("cn¥", &["CNY"]),
    ("kr", &["SEK", "NOK", "DKK", "ISK"]), ("skr", &["SEK"]), ("nkr", &["NOK"]), ("dkr", &["DKK"]), ("kč", &["CZK"]), ("zł", &["PLN"]),
    ("ft", &["HUF"]), ("fr", &["CHF"]), ("sfr", &["CHF"]), ("r", &["ZAR"]), ("rp", &["IDR"]), ("rm", &["MYR"]),
    ("lei", &["RON"]), ("лв", &["BGN"]), ("₹", &["INR"]), ("rs", &["INR", "PKR", "LKR", "NPR", "MUR"]),
    ("₨", &["INR", "PKR", "LKR", "NPR", "MUR"]), ("₩", &["KRW", "KPW"]), ("원", &["KRW"]), ("円", &["JPY"]), ("元", &["CNY"]),
    ("₽", &["RUB"]), ("р", &["RUB"]), ("руб", &["RUB"]), ("грн", &["UAH"]), ("дин", &["RSD"]), ("din", &["RSD"]), ("₺", &["TRY"]),
    ("₪", &["ILS"]), ("฿", &["THB"]), ("₫", &["VND"]), ("₴", &["UAH"]), ("₱", &["PHP"]), ("₦", &["NGN"]),
    ("₸", &["KZT"]), ("₡", &["CRC"]), ("₵", &["GHS"]), ("¤", &[]),
];

impl CurrencyMark {
    /// Reads a mark: a sign, or a code of three letters.
    pub(crate) fn parse(mark: &str) -> Option<Self> {
        let lower = mark.to_lowercase();
        let sign = SIGNS.iter().find(|(sign, _)| *sign == lower).map(|(_, codes)| Self::Sign(codes));
        sign.or_else(|| Currency::parse(mark).map(Self::Code))
    }

    /// Whether an amount with this mark may be in a currency.
    pub(crate) fn fits(self, currency: Currency) -> bool {
        match self {
            Self::Code(code) => code == currency,
            Self::Sign(codes) => codes.is_empty() || codes.contains(&currency.as_str()),
        }
    }

    /// The mark that says more of two about one amount; none if they contradict each other.
    pub(crate) fn and(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Code(code), mark) | (mark, Self::Code(code)) => mark.fits(code).then_some(Self::Code(code)),
            (one, other) => (one == other).then_some(one),
        }
    }
}

//! The same questions as queries for engines where the data lie.
//!
//! A query does the whole rule by itself: named steps, in the words of the documentation, that the templates in
//! `templates/sql` hold. Invariants: amounts are decimals in every step; what an engine would round, or pass over as
//! NULL, ends the query with a message.

mod conditions;
mod dialect;

use askama::Template;
use chrono::NaiveDate;

use self::conditions::IdStep;
pub use self::conditions::{CreditLines, QueryFilter};
pub use self::dialect::Dialect;
use super::summary::GroupBy;
use crate::model::{Amount, InvoiceFileKind, Month, NOT_YET, OVER, ReportColumn};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    Given,
    Summary,
    Balance,
    /// To invoice or daily usage files.
    Credits,
}

impl Question {
    fn headline(self) -> &'static str {
        match self {
            Self::Given => "What each credit was given in each month.",
            Self::Summary => "How much credit was given, and how much is left.",
            Self::Balance => "What is left of each credit.",
            Self::Credits => "How much Azure credit was applied, by customer, currency and month.",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Relation {
    /// A table or view, whose name may have parts with dots between them.
    Table(String),
    /// A path or pattern of CSV files.
    Csv(String),
    /// A path or pattern of Parquet files.
    Parquet(String),
}

/// Whom and what a query is for.
#[derive(Clone, Debug)]
pub struct Query {
    pub dialect: Dialect,
    pub place: Relation,
    /// The column that tells downloads apart, the newest having the greatest value. `filename` stands for the file's
    /// name where the data are files.
    pub download: Option<String>,
    pub shown: QueryFilter,
    /// The day that counts as today, and looks back; the day on which the query runs if none.
    pub as_of: Option<NaiveDate>,
    /// The month that years begin with, 1 to 12.
    pub year_from: u32,
}

const MONTH: &str = "Month";
const QUARTER: &str = "Quarter";
const YEAR: &str = "Year";

/// What makes an identity, the name as it compares.
const IDENTITY: &str = "PartnerID, CustomerID, AgreementID, CreditWord, CurrencyCode";

/// 0 as an amount.
const ZERO: &str = "CAST(0 AS DECIMAL(28, 6))";

#[derive(Template)]
#[template(path = "sql/ledger.sql", escape = "none")]
struct LedgerQuery<'q> {
    q: &'q Query,
    d: Dialect,
    question: Question,
    named: Vec<IdStep>,
    /// What chooses records, credits, months and statuses; each begins with WHERE if there is anything to choose.
    entry_filter: String,
    credit_filter: String,
    month_filter: String,
    status_filter: String,
    /// 1 of a row whose month is shown.
    is_month_shown: String,
    keys: Vec<&'static str>,
    /// The columns of quarters and years, where they are keys.
    calendar: String,
    /// What parts the months into the times that groups last, the shortest that are keys.
    time: String,
    /// The keys and the currency in a row.
    group_by: String,
}

/// A question to invoice or daily usage files.
#[derive(Template)]
#[template(path = "sql/credits.sql", escape = "none")]
struct CreditsQuery<'q> {
    q: &'q Query,
    d: Dialect,
    /// Columns of the file, and what they are called here.
    columns: Vec<(&'static str, &'static str)>,
    lines: &'q CreditLines,
    is_usage: bool,
    named: Vec<IdStep>,
    entry_filter: String,
}

impl Query {
    /// The text of a question to balance reports, ending with a line break; a summary is by some keys and the currency.
    pub fn ledger(&self, question: Question, by: &[GroupBy]) -> Result<String, askama::Error> {
        let keys: Vec<&'static str> = by.iter().filter_map(|key| column(*key)).collect();
        let time = [MONTH, QUARTER, YEAR].into_iter().find(|key| keys.contains(key));
        let (named, credits) = self.shown.credits(self.dialect);
        let months = self.shown.months(&self.as_of_month());
        let statuses = self.shown.statuses(self.dialect);
        LedgerQuery {
            q: self,
            d: self.dialect,
            question,
            named,
            is_month_shown: match &months[..] {
                [] => "1".to_owned(),
                months => format!("CASE WHEN {} THEN 1 ELSE 0 END", months.join(" AND ")),
            },
            entry_filter: filter(&[&credits, &months, &statuses]),
            credit_filter: indented(&[&credits]),
            month_filter: indented(&[&months]),
            status_filter: indented(&[&statuses]),
            calendar: self.calendar(&keys),
            time: time.map_or(String::new(), |key| format!("PARTITION BY {}", self.span(key))),
            group_by: [&keys[..], &["CurrencyCode"]].concat().join(", "),
            keys,
        }
        .render()
        .map(|text| text.trim_end().to_owned() + "\n")
    }

    /// The text of the question after the credit lines of invoice or daily usage files, ending with a line break.
    pub fn credits(&self, lines: &CreditLines) -> Result<String, askama::Error> {
        let is_usage = lines.kind == InvoiceFileKind::DailyUsage;
        let shared = [
            ("CustomerId", "CustomerID"),
            ("InvoiceNumber", "InvoiceNumber"),
            ("ChargeStartDate", "ChargeStartDate"),
            ("PricingCurrency", "PricingCurrency"),
        ];
        let own: &[(&str, &str)] = if is_usage {
            &[
                ("CreditType", "Reason"),
                ("BillingPreTaxTotal", "Amount"),
                ("BillingCurrency", "CurrencyCode"),
                ("PricingPreTaxTotal", "PricingAmount"),
            ]
        } else {
            &[
                ("CreditReasonCode", "Reason"),
                (if lines.amount == Amount::Total { "Total" } else { "Subtotal" }, "Amount"),
                ("Currency", "CurrencyCode"),
                ("EffectiveUnitPrice", "EffectiveUnitPrice"),
                ("BillableQuantity", "BillableQuantity"),
            ]
        };
        // What is to be told by must be in the data.
        let partner = (!self.shown.partners.is_empty()).then_some(("PartnerId", "PartnerID"));
        let charge_type = lines.counts_blank().then_some(("ChargeType", "ChargeType"));
        let (named, credits) = self.shown.credits(self.dialect);
        CreditsQuery {
            q: self,
            d: self.dialect,
            columns: shared.iter().chain(own).copied().chain(partner).chain(charge_type).collect(),
            lines,
            is_usage,
            named,
            entry_filter: filter(&[&credits, &self.shown.months(&self.as_of_month()), &lines.refusals(self.dialect)]),
        }
        .render()
        .map(|text| text.trim_end().to_owned() + "\n")
    }

    fn source(&self) -> String {
        match &self.place {
            Relation::Table(name) => name.split('.').map(|part| self.dialect.name(part)).collect::<Vec<_>>().join("."),
            Relation::Csv(path) => self.dialect.files(path, false),
            Relation::Parquet(path) => self.dialect.files(path, true),
        }
    }

    fn download(&self) -> String {
        match (&self.download, &self.place) {
            (None, _) => "1".to_owned(),
            (Some(column), Relation::Csv(_) | Relation::Parquet(_)) if column.eq_ignore_ascii_case("filename") => {
                self.dialect.file_name()
            }
            (Some(column), _) => self.dialect.name(column),
        }
    }

    /// A column for each key that is a quarter or year.
    fn calendar(&self, keys: &[&str]) -> String {
        let columns = [QUARTER, YEAR].into_iter().filter(|key| keys.contains(key));
        columns.map(|key| format!(", {} AS {key}", self.span(key))).collect::<Vec<_>>().concat()
    }

    /// The quarter or year of a month, or itself.
    fn span(&self, key: &str) -> String {
        match key {
            QUARTER if self.year_from > 1 => format!("'FY' || {}", self.dialect.quarter_text(&self.fiscal_month())),
            QUARTER => self.dialect.quarter_text("InvoiceMonth"),
            YEAR if self.year_from > 1 => format!("'FY' || {}", self.dialect.year_text(&self.fiscal_month())),
            YEAR => "CAST(YEAR(InvoiceMonth) AS INTEGER)".to_owned(),
            _ => "InvoiceMonth".to_owned(),
        }
    }

    /// A month moved into the calendar year that its fiscal year is named by.
    fn fiscal_month(&self) -> String {
        self.dialect.months_later("InvoiceMonth", 13 - self.year_from)
    }

    fn as_of_day(&self) -> String {
        self.as_of.map_or("CURRENT_DATE".to_owned(), |day| format!("DATE '{day}'"))
    }

    fn as_of_month(&self) -> String {
        match self.as_of {
            Some(day) => format!("DATE '{}'", Month::of(day).first_day()),
            None => self.dialect.first_of_month("CURRENT_DATE"),
        }
    }
}

/// The WHERE that all of some conditions make; nothing if there are none.
fn filter(conditions: &[&[String]]) -> String {
    let all = conditions.concat();
    if all.is_empty() { String::new() } else { format!("\nWHERE {}", all.join("\n    AND ")) }
}

/// The same in a step of a query.
fn indented(conditions: &[&[String]]) -> String {
    filter(conditions).replace('\n', "\n    ")
}

/// The column that a key groups by; none of the currency, which always does.
fn column(key: GroupBy) -> Option<&'static str> {
    match key {
        GroupBy::Month => Some(MONTH),
        GroupBy::Quarter(_) => Some(QUARTER),
        GroupBy::Year(_) => Some(YEAR),
        GroupBy::Customer => Some("CustomerID"),
        GroupBy::Agreement => Some("AgreementID"),
        GroupBy::Partner => Some("PartnerID"),
        GroupBy::Status => Some("Status"),
        GroupBy::Currency => None,
    }
}

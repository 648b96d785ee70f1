//! All that a report says of a ledger, worked out by the analyses of the commands.

use rust_decimal::Decimal;

use crate::ledger::Ledger;
use crate::model::currency::Currency;
use crate::model::money::{self, Overflow};
use crate::model::month::Month;
use crate::model::period::Period;

use super::AnalysisError;
use super::cards::{self, Card};
use super::check::{self, Check, Finding};
use super::expiring::{self, Horizon, Listing};
use super::filter::Filter;
use super::forfeited::{self, Forfeited};
use super::movement::{self, Movement};
use super::summary::{self, GroupBy, Summary};

/// Days ahead that a report looks.
pub const WITHIN: u32 = 90;

/// Customers listed for each currency.
pub const MOST_MOVEMENTS: usize = 10;

/// Closed months that make the pace.
const OVER: u32 = 3;

/// The figures of a report.
pub struct Overview<'l> {
    /// By month and currency.
    pub months: Vec<Summary<'l>>,
    /// By month and currency.
    pub limits: Vec<Limit>,
    /// By currency.
    pub totals: Vec<Summary<'l>>,
    /// The figures that matter most, by currency.
    pub cards: Vec<Card>,
    /// The month that the report is about: the latest closed one, or else the latest.
    pub month: Option<Month>,
    /// Whose credit given changed most in that month.
    pub movements: Vec<Movement<'l>>,
    /// What ends soon.
    pub expiring: Listing<'l>,
    /// What was lost.
    pub forfeited: Vec<Forfeited<'l>>,
    /// What `aco check` finds, the gravest first.
    pub findings: Vec<Finding>,
}

/// What the credits with a record in a month allow in all, and what of it is left.
pub struct Limit {
    /// The month.
    pub month: Month,
    /// The currency.
    pub currency: Currency,
    /// All that the credits allow.
    pub limit: Decimal,
    /// What of it is used.
    pub credit_amount: Decimal,
    /// What of it is left.
    pub balance_amount: Decimal,
}

impl<'l> Overview<'l> {
    /// Works everything out; `unreadable` are findings of rows that no figure has.
    pub fn new(
        ledger: &'l Ledger,
        filter: &Filter,
        unreadable: Vec<Finding>,
        threads: usize,
    ) -> Result<Self, AnalysisError> {
        let months = summary::summarize(ledger, filter, &[GroupBy::Month], threads)?;
        let shown = || months.iter().filter_map(|summary| summary.group.month);
        let closed = shown().filter(|month| filter.period(*month) == Period::Closed);
        let month = closed.max().or_else(|| shown().max());
        let movements = match month {
            Some(month) => movement::largest(ledger, filter, month, MOST_MOVEMENTS, threads)?,
            None => Vec::new(),
        };
        let expiring = expiring::list(ledger, filter, Horizon { within: Some(WITHIN), over: OVER })?;
        let cards = match month {
            Some(month) => {
                let ending: Vec<_> = expiring.credits.iter().collect();
                cards::cards(ledger, filter, &months, &ending, month)?
            }
            None => Vec::new(),
        };
        Ok(Self {
            month,
            cards,
            movements,
            limits: months.iter().filter_map(Limit::new).collect::<Result<_, _>>()?,
            totals: summary::summarize(ledger, filter, &[], threads)?,
            expiring,
            forfeited: forfeited::list(ledger, filter)?,
            findings: findings(ledger, filter, unreadable, threads)?,
            months,
        })
    }

    /// The months shown, first to last.
    #[must_use]
    pub fn span(&self) -> Option<(Month, Month)> {
        let months = || self.months.iter().filter_map(|summary| summary.group.month);
        Some((months().min()?, months().max()?))
    }
}

impl Limit {
    fn new(summary: &Summary<'_>) -> Option<Result<Self, Overflow>> {
        let &Summary { ref group, credit_amount, balance_amount, .. } = summary;
        let (month, currency) = (group.month?, group.currency);
        let limit = money::add(credit_amount, balance_amount);
        Some(limit.map(|limit| Self { month, currency, limit, credit_amount, balance_amount }))
    }
}

fn findings(
    ledger: &Ledger,
    filter: &Filter,
    unreadable: Vec<Finding>,
    threads: usize,
) -> Result<Vec<Finding>, AnalysisError> {
    let mut findings = check::run(ledger, filter, Check::ALL, threads)?;
    findings.extend(unreadable);
    check::sort(&mut findings);
    // Stable: those of one severity stay in the order of the files.
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    Ok(findings)
}

//! All that a report says of a ledger, worked out by the analyses of the commands.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::ledger::Ledger;
use crate::model::{Currency, Month, Period, Status, money};

use super::AnalysisError;
use super::check::{self, Check, Finding};
use super::close::{Close, CustomerClose};
use super::expiring::{self, Horizon, Listing};
use super::filter::Filter;
use super::forfeited::{self, Forfeited};
use super::summary::{self, GroupBy, GroupSummary};

/// Days ahead that a report looks.
pub const WITHIN: u32 = 90;

/// Closed months that make the pace.
const OVER: u32 = 3;

/// The figures of a report.
pub struct Overview<'l> {
    /// By month and currency.
    pub months: Vec<GroupSummary<'l>>,
    /// By month and currency, of credits that have not expired.
    pub limits: Vec<Limit>,
    /// By currency.
    pub totals: Vec<GroupSummary<'l>>,
    /// The month that the report is about: the latest closed one, or else the latest.
    pub month: Option<Month>,
    /// Whose credit given changed most in that month, and by how much.
    pub movements: Vec<(CustomerClose<'l>, Decimal)>,
    /// The figures of the last closed month.
    pub close: Close<'l>,
    /// What ends soon.
    pub expiring: Listing<'l>,
    /// What was lost.
    pub forfeited: Vec<Forfeited<'l>>,
    /// What `aco check` finds, the gravest first.
    pub findings: Vec<Finding>,
}

/// What the credits that have a record in a month and have not expired allow in all, and what of it is left.
pub struct Limit {
    pub month: Month,
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
        let shown = || months.iter().filter_map(|summary| summary.group.month());
        let closed = shown().filter(|month| filter.period(*month) == Period::Closed);
        let month = closed.max().or_else(|| shown().max());
        let expiring = expiring::list(ledger, filter, Horizon { within: Some(WITHIN), over: OVER })?;
        let pairs = months.iter().filter_map(|summary| Some((summary.group.month()?, summary.group.currency)));
        let close = Close::new(ledger, filter, pairs, &expiring.credits, WITHIN)?;
        Ok(Self {
            month,
            movements: month.map(|month| close.movements(month)).unwrap_or_default(),
            close,
            expiring,
            limits: limits(ledger, filter, threads)?,
            totals: summary::summarize(ledger, filter, &[], threads)?,
            forfeited: forfeited::list(ledger, filter)?,
            findings: findings(ledger, filter, unreadable, threads)?,
            months,
        })
    }

    /// The months shown, first to last.
    #[must_use]
    pub fn span(&self) -> Option<(Month, Month)> {
        let months = || self.months.iter().filter_map(|summary| summary.group.month());
        Some((months().min()?, months().max()?))
    }
}

fn limits(ledger: &Ledger, filter: &Filter, threads: usize) -> Result<Vec<Limit>, AnalysisError> {
    let mut limits: BTreeMap<(Month, Currency), Limit> = BTreeMap::new();
    for summary in summary::summarize(ledger, filter, &[GroupBy::Month, GroupBy::Status], threads)? {
        let (Some(month), currency) = (summary.group.month(), summary.group.currency) else { continue };
        if summary.group.status == Some(&Status::Expired) {
            continue;
        }
        let zero = Decimal::ZERO;
        let empty = Limit { month, currency, limit: zero, credit_amount: zero, balance_amount: zero };
        let sum = limits.entry((month, currency)).or_insert(empty);
        sum.credit_amount = money::add(sum.credit_amount, summary.credit_amount)?;
        sum.balance_amount = money::add(sum.balance_amount, summary.balance_amount)?;
        sum.limit = money::add(sum.credit_amount, sum.balance_amount)?;
    }
    Ok(limits.into_values().collect())
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

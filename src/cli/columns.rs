//! The columns, and the tables, that several commands share.

use crate::analysis::{Expiring, Filter, GroupSummary};
use crate::model::{Id, Identity, Month, Names, Period};
use crate::output::{Cell, Column, Fields, Kind, Priority};

use super::{Count, Session};

pub(super) const PARTNER: Column = Column::new("PartnerID", Kind::Id, Priority::Context);
pub(super) const CUSTOMER: Column =
    Column { implied_by: Some(NAME.name), ..Column::new("CustomerID", Kind::Id, Priority::Key) };
const NAME: Column = Column::new("CustomerName", Kind::Text, Priority::Key);
pub(super) const AGREEMENT: Column = Column::new("AgreementID", Kind::Id, Priority::Detail);
pub(super) const CREDIT_NAME: Column = Column::new("CreditName", Kind::Text, Priority::Context);
pub(super) const CURRENCY: Column = Column::new("CurrencyCode", Kind::Currency, Priority::Key);
pub(super) const MONTH: Column = Column::new("InvoiceMonth", Kind::Month, Priority::Key);
pub(super) const QUARTER: Column = Column::new("Quarter", Kind::Quarter, Priority::Key);
pub(super) const YEAR: Column = Column::new("Year", Kind::Year, Priority::Key);
/// `FY2027` is text, as `2027-Q1` is.
pub(super) const FISCAL_YEAR: Column = Column::new(YEAR.name, Kind::Quarter, Priority::Key);
pub(super) const STATUS: Column = Column::new("Status", Kind::Text, Priority::Detail);
pub(super) const EFFECTIVE: Column = Column::new("EffectiveDate", Kind::Date, Priority::Detail);
pub(super) const EXPIRY: Column = Column::new("ExpiryDate", Kind::Date, Priority::Detail);
pub(super) const DAYS_LEFT: Column = Column::new("DaysLeft", Kind::Count, Priority::Answer);
pub(super) const CUSTOMERS: Column =
    Column { dull_if_one: true, ..Column::new("Customers", Kind::Count, Priority::Detail) };
pub(super) const CREDITS: Column =
    Column { dull_if_one: true, ..Column::new("Credits", Kind::Count, Priority::Detail) };
/// Tables mark an open month where it stands.
pub(super) const PERIOD: Column = Column::new("Period", Kind::Text, Priority::Context).machine_only();

// Stocks: they add up only where every credit has one row.
pub(super) const LIMIT: Column = Column::new("CreditLimit", Kind::Amount, Priority::Answer);
pub(super) const CREDIT_AMOUNT: Column = Column::new("CreditAmount", Kind::Amount, Priority::Answer);
pub(super) const BALANCE_AMOUNT: Column = Column::new("BalanceAmount", Kind::Amount, Priority::Answer);

// Flows: they add up over months too.
pub(super) const GIVEN: Column = Column::new("CreditGiven", Kind::Amount, Priority::Answer).adds_up(true);
pub(super) const OPENING: Column = Column::new("OpeningAmount", Kind::Amount, Priority::Answer).adds_up(true);
pub(super) const FORFEITED: Column = Column::new("Forfeited", Kind::Amount, Priority::Answer).adds_up(true);

pub(super) const SEVERITY: Column =
    Column { in_order: &["note", "warning", "error"], ..Column::new("Severity", Kind::Text, Priority::Key) };
pub(super) const CHECK: Column = Column::new("Check", Kind::Code, Priority::Key);
/// The message says it too.
pub(super) const AMOUNT: Column = Column::new("Amount", Kind::Amount, Priority::Context);
pub(super) const MESSAGE: Column = Column::new("Message", Kind::Prose, Priority::Key);
pub(super) const FILE: Column = Column::new("File", Kind::Text, Priority::Context);
pub(super) const LINE: Column = Column::new("Line", Kind::Count, Priority::Detail);

/// Columns that say whose a row is.
impl<'a, R> Fields<'a, R> {
    /// The customer's id and, if any names are known, name.
    pub(super) fn customer<V: Into<Option<&'a Id>>>(
        self,
        names: &'a Names,
        id: impl Fn(&R) -> V + Copy + Sync + 'a,
    ) -> Self {
        let fields = self.with(CUSTOMER, move |row| id(row).into().map(Id::as_str));
        if names.is_empty() {
            return fields;
        }
        let named = fields.with(NAME, move |row| id(row).into().and_then(|id| names.get(id)));
        names.columns.iter().enumerate().fold(named, |fields, (at, name)| {
            let column = Column::new(name, Kind::Text, Priority::Detail);
            fields.with(column, move |row| id(row).into().and_then(|id| names.along(id, at)))
        })
    }

    /// All that tells credits apart but their dates.
    pub(super) fn identity(self, names: &'a Names, identity: impl Fn(&R) -> &'a Identity + Copy + Sync + 'a) -> Self {
        self.with(PARTNER, move |row| identity(row).partner.as_str())
            .customer(names, move |row| &identity(row).customer)
            .with_all([AGREEMENT, CREDIT_NAME, CURRENCY], move |row| {
                let Identity { agreement, credit_name, currency, .. } = identity(row);
                [Cell::Text(agreement.as_str()), Cell::Text(credit_name), Cell::Currency(*currency)]
            })
    }
}

/// What is left of credits on their last days, at their pace.
pub(super) const UNUSED: Column = Column::new("ProjectedUnused", Kind::Amount, Priority::Key);

/// What is said where an amount is not known, in reports for people: there an empty cell means that there is none.
pub(super) const UNKNOWN: Cell<'static> = Cell::Text("unknown");

/// A month and whether it is open, for its cell.
pub(super) fn dated(month: Month, filter: &Filter) -> (Month, Period) {
    (month, filter.period(month))
}

/// The columns of credits that end soon; `unknown` is the cell of an amount that is not known.
pub(super) fn expiring<'l>(
    fields: Fields<'l, &'l Expiring<'l>>,
    Session { ledger, names, .. }: &'l Session,
    unknown: Cell<'l>,
) -> Fields<'l, &'l Expiring<'l>> {
    fields
        .identity(names, |expiring| ledger.identity(expiring.credit))
        .with(BALANCE_AMOUNT.adds_up(true), |expiring| expiring.balance.left)
        .with(EXPIRY.priority(Priority::Beside), |expiring| expiring.balance.latest.expiry())
        // The last day says as much.
        .with(DAYS_LEFT.priority(Priority::Detail), |expiring| expiring.balance.days_left)
        .with(Column::new("MonthlyUse", Kind::Amount, Priority::Detail).adds_up(true), move |expiring| {
            expiring.monthly_use.map_or(unknown, Cell::Amount)
        })
        // A month to come is no provisional figure: it is marked neither way.
        .with(Column::new("RunOutMonth", Kind::Month, Priority::Answer), |expiring| {
            expiring.run_out.map(|month| (month, Period::Closed))
        })
        .with(UNUSED.adds_up(true), move |expiring| match expiring.projected_unused {
            Some(unused) => Cell::Amount(unused),
            // Without a last day there is nothing that could be lost.
            None if expiring.balance.days_left.is_none() => Cell::Empty,
            None => unknown,
        })
}

/// What must be known of credits that end soon: that figures may still change if the latest month of any is open, and that
/// totals lack what nobody knows; `unused` is what the reader sees as the name of what will be left.
pub(super) fn expiring_notes(credits: &[Expiring<'_>], filter: &Filter, unused: &str) -> Vec<String> {
    let is_open = |expiring: &Expiring<'_>| filter.period(expiring.balance.latest.month) == Period::Open;
    let open = format!("figures of the month open on {} may still change until its invoice is out", filter.as_of);
    let ends = credits.iter().filter(|expiring| expiring.balance.days_left.is_some());
    let unknown = ends.filter(|expiring| expiring.projected_unused.is_none()).count();
    let left_out = format!("totals of {unused} leave out {} of which it is unknown", Count(unknown, "credit"));
    let notes = [(credits.iter().any(is_open), open), (unknown > 0, left_out)];
    notes.into_iter().filter_map(|(is_so, note)| is_so.then_some(note)).collect()
}

/// The figures of groups; stocks add up only where each credit is in one of them. Where a figure is compared,
/// the others matter less.
pub(super) fn figures<'l>(
    fields: Fields<'l, GroupSummary<'l>>,
    stocks_add_up: bool,
    compared: Option<&str>,
) -> Fields<'l, GroupSummary<'l>> {
    let matters = |column: Column, is_usual: bool| {
        let matters = compared.map_or(is_usual, |name| name == column.name);
        column.priority(if matters { Priority::Key } else { Priority::Answer })
    };
    fields
        .with(CURRENCY, |summary| summary.group.currency)
        .with(CUSTOMERS, |summary| summary.customers)
        .with(CREDITS, |summary| summary.credits)
        .with(OPENING, |summary| summary.opening)
        .with(matters(GIVEN, true), |summary| summary.given)
        .with(matters(CREDIT_AMOUNT, false).adds_up(stocks_add_up), |summary| summary.credit_amount)
        .with(matters(BALANCE_AMOUNT, true).adds_up(stocks_add_up), |summary| summary.balance_amount)
        .with(matters(FORFEITED, false), |summary| summary.forfeited)
}

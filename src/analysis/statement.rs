//! How what is left came about: the movements of groups of credits, period by period.
//!
//! A credit counts in a period by its Status at the period's end, so that all of its movements stand together. Invariant,
//! proved for each credit and period against what is left of it: the books balance.

use std::collections::BTreeMap;

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use rust_decimal::Decimal;

use crate::ledger::{Ledger, Life, Movement};
use crate::model::{Currency, Id, Identity, Month, Overflow, Period, Status, Sum, Visible};

use super::filter::Filter;
use super::summary::{Group, GroupBy, Keys, merge_known};
use super::walk;

/// BalanceBefore, Granted, BroughtIn, LimitChanged, CreditGiven, Forfeited, Vanished, BalanceAmount; what nobody knows is
/// empty.
pub type Amounts = [Option<Decimal>; 8];

/// With which sign each of them is part of what balances.
const SIGNS: [i8; 8] = [1, 1, 1, 1, -1, -1, -1, -1];

/// The movements of a group of credits in a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement<'l> {
    pub group: Group<'l>,
    /// Whether the last month shown of the group's month, quarter or year is open.
    pub period: Option<Period>,
    pub amounts: Amounts,
}

/// Why there is no statement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// What is left did not come about by movements of other months alone.
    #[error(
        "a statement of several months cannot leave out {0}, which lies between them: show it too, or group by month"
    )]
    LeftOut(Month),
    /// A credit's movements do not add up to what is left of it.
    #[error("the books do not balance: {0}")]
    OutOfBalance(String),
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

/// Running totals of [`Amounts`].
type Sums = [Option<Sum>; 8];

/// Those of each group, with the last month of its period.
type Groups<'l> = HashMap<Group<'l>, (Month, Sums), RandomState>;

/// The movements by some keys, sorted by these in the order given, then by currency.
pub fn list<'l>(
    ledger: &'l Ledger,
    filter: &Filter,
    by: &[GroupBy],
    threads: usize,
) -> Result<Vec<Statement<'l>>, StatementError> {
    let keys = Keys::new(by);
    let periods = periods(ledger, filter, keys)?;
    let Some((since, _)) = periods.first() else { return Ok(Vec::new()) };
    let groups = walk(
        ledger,
        filter,
        threads,
        Groups::default(),
        |groups, credit, (life, _)| {
            let (identity, movements) = (ledger.identity(credit), life.movements(*since)?);
            for period in &periods {
                if let Some((status, sums)) = moved(identity, life, &movements, filter, *period)? {
                    merge(groups, keys.group(identity, period.1, status), period.1, &sums)?;
                }
            }
            Ok::<_, StatementError>(())
        },
        |all, part| part.into_iter().try_for_each(|(group, (last, sums))| Ok(merge(all, group, last, &sums)?)),
    )?;
    let statement = |(group, (last, sums)): (Group<'l>, (Month, Sums))| {
        let period = group.span.map(|_| filter.period(last));
        Ok::<_, Overflow>(Statement { group, period, amounts: values(&sums)? })
    };
    let mut statements = groups.into_iter().map(statement).collect::<Result<Vec<_>, _>>()?;
    statements.sort_unstable_by(|a, b| a.group.order(&b.group, by));
    Ok(statements)
}

/// Adds a credit to the movements of its customer in a period; the credits of a customer come one after the other.
pub(super) fn add_to_customer<'l>(
    customers: &mut Vec<Statement<'l>>,
    identity: &'l Identity,
    life: &Life<'l>,
    filter: &Filter,
    period: (Month, Month),
) -> Result<(), StatementError> {
    let Some((status, sums)) = moved(identity, life, &life.movements(period.0)?, filter, period)? else {
        return Ok(());
    };
    let group = Keys::new(&[GroupBy::Customer]).group(identity, period.1, status);
    let mut of_customer = customers.iter_mut().rev().take_while(|known| known.group.customer == group.customer);
    match of_customer.find(|known| known.group == group) {
        Some(Statement { amounts, .. }) => {
            let mut all = amounts.map(|amount| amount.map(Sum::from));
            merge_all(&mut all, &sums)?;
            *amounts = values(&all)?;
        }
        None => customers.push(Statement { group, period: None, amounts: values(&sums)? }),
    }
    Ok(())
}

/// By id, then currency; most customers are told apart without a look at their whole ids, which lie apart in memory.
pub(super) fn sort_customers(customers: &mut [Statement<'_>]) {
    let key = |Group { customer, currency, .. }| (customer.map(Id::sort_prefix), customer, currency);
    customers.sort_by_cached_key(|statement| key(statement.group));
}

/// The movements of customers taken together, by currency.
pub(super) fn totals<'l>(customers: &[Statement<'l>]) -> Result<Vec<Statement<'l>>, Overflow> {
    let mut totals: BTreeMap<Currency, (Group<'l>, Sums)> = BTreeMap::new();
    for Statement { group, amounts, .. } in customers {
        let all = Group { customer: None, ..*group };
        let (_, sums) = totals.entry(group.currency).or_insert((all, [None; 8]));
        merge_all(sums, &amounts.map(|amount| amount.map(Sum::from)))?;
    }
    let statement = |(group, sums)| Ok(Statement { group, period: None, amounts: values(&sums)? });
    totals.into_values().map(statement).collect()
}

fn values(sums: &Sums) -> Result<Amounts, Overflow> {
    let mut amounts = Amounts::default();
    for (amount, sum) in amounts.iter_mut().zip(sums) {
        *amount = sum.map(Sum::value).transpose()?;
    }
    Ok(amounts)
}

/// The first and the last month shown of each month, quarter or year, or of all.
fn periods(ledger: &Ledger, filter: &Filter, keys: Keys) -> Result<Vec<(Month, Month)>, StatementError> {
    let Some((first, last)) = ledger.months().first().zip(filter.last_month(ledger)) else { return Ok(Vec::new()) };
    let shown: Vec<Month> = first.through(last).filter(|month| filter.shows_month(*month)).collect();
    let mut periods = Vec::new();
    for months in shown.chunk_by(|one, next| keys.ordinal(*one) == keys.ordinal(*next)) {
        if let Some(pair) = months.windows(2).find(|pair| pair[0].next() != pair[1]) {
            return Err(StatementError::LeftOut(pair[0].next()));
        }
        periods.extend(months.first().copied().zip(months.last().copied()));
    }
    Ok(periods)
}

/// What moved of a credit in a period, and its Status at the end; none without a row, a movement or something left.
fn moved<'l>(
    identity: &Identity,
    life: &Life<'l>,
    movements: &[Movement],
    filter: &Filter,
    (first, last): (Month, Month),
) -> Result<Option<(&'l Status, Sums)>, StatementError> {
    let Some(latest) = life.latest(last).filter(|latest| filter.shows_status(latest.status)) else { return Ok(None) };
    let until = |month| movements.partition_point(|movement: &Movement| movement.month <= month);
    let moves = &movements[until(first.previous())..until(last)];
    let left = life.left(last);
    let moves_without_row = |moved: &Movement| !(moved.forfeited.is_zero() && moved.vanished.is_zero());
    let is_there = latest.month >= first || moves.iter().any(moves_without_row);
    if !is_there && left.is_none_or(|left| left.is_zero()) {
        return Ok(None);
    }
    let has_begun = life.latest(first.previous()).is_some();
    let before = if has_begun { life.left(first.previous()) } else { Some(latest.nothing()) };
    let amounts = amounts(before, moves, left)?;
    let off = off_balance(&amounts)?;
    if !off.is_zero() {
        return Err(out_of_balance(identity, (first, last), off.value()?));
    }
    Ok(Some((latest.status, amounts)))
}

fn amounts(before: Option<Decimal>, moves: &[Movement], left: Option<Decimal>) -> Result<Sums, Overflow> {
    let zero = before.or(left).map(|amount| Sum::from(amount).zero()).unwrap_or_default();
    let mut sums = [Some(zero); 8];
    (sums[0], sums[4], sums[7]) = (before.map(Sum::from), None, left.map(Sum::from));
    for movement in moves {
        let Movement { granted, brought_in, limit_changed, given, forfeited, vanished, .. } = movement;
        let moved =
            [Some(*granted), Some(*brought_in), Some(*limit_changed), *given, Some(*forfeited), Some(*vanished)];
        for (sum, amount) in sums[1..7].iter_mut().zip(moved) {
            merge_known(sum, amount.map(Sum::from))?;
        }
    }
    Ok(sums)
}

/// By how much what was left before and the movements differ from what is left; what nobody knows has left the books.
fn off_balance(sums: &Sums) -> Result<Sum, Overflow> {
    let mut known = sums.iter().zip(SIGNS).filter_map(|(sum, sign)| Some(((*sum)?, sign)));
    known.try_fold(
        Sum::default(),
        |mut off, (sum, sign)| {
            if sign < 0 { off.checked_sub(sum) } else { off.add(sum).map(|()| off) }
        },
    )
}

fn out_of_balance(identity: &Identity, (first, last): (Month, Month), off: Decimal) -> StatementError {
    let Identity { partner, customer, agreement, credit_name, currency } = identity;
    StatementError::OutOfBalance(format!(
        "credit `{}` of partner {partner}, customer {customer}, agreement {agreement} is {off} {currency} off from {first} \
         to {last}",
        Visible(credit_name)
    ))
}

fn merge<'l>(all: &mut Groups<'l>, group: Group<'l>, last: Month, sums: &Sums) -> Result<(), Overflow> {
    merge_all(&mut all.entry(group).or_insert((last, [None; 8])).1, sums)
}

fn merge_all(sums: &mut Sums, others: &Sums) -> Result<(), Overflow> {
    sums.iter_mut().zip(others).try_for_each(|(sum, other)| merge_known(sum, *other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::sample::{ledger, month};

    #[test]
    fn a_difference_is_told_with_its_credit() {
        let ledger = ledger(&[&["c 2024-01 10 Active 90 2024-01-01 2024-12-31"]]);
        let credit = &ledger.credits()[0];
        let movements = ledger.life(credit).unwrap().movements(month("2024-01")).unwrap();
        let sums = amounts(Some(Decimal::ONE), &movements, Some(Decimal::from(90))).unwrap();
        let off = off_balance(&sums).unwrap().value().unwrap();
        let error = out_of_balance(ledger.identity(credit), (month("2024-01"), month("2024-02")), off);
        assert_eq!(
            error.to_string(),
            "the books do not balance: credit `ACO` of partner p, customer c, agreement a is 1 USD off from 2024-01 to \
             2024-02"
        );
    }

    #[test]
    fn months_between_those_of_a_period_are_not_left_out() {
        let row = |number: i32| format!("c 2024-0{number} {number} Active 9 2024-01-01 -");
        let ledger = ledger(&[&[1, 2, 3, 4].map(row)]);
        let months = ["2024-01", "2024-03"].map(|at| month(at)..=month(at)).to_vec();
        let filter = Filter { months, ..Filter::everything(month("2024-06").first_day()) };
        let error = list(&ledger, &filter, &[GroupBy::Year(7)], 1).unwrap_err();
        assert_eq!(error, StatementError::LeftOut(month("2024-02")));
        assert_eq!(list(&ledger, &filter, &[GroupBy::Month], 1).unwrap().len(), 2);
    }
}

//! Credits to results: one question a file.
//!
//! Filters choose what is shown. Invariant: what was given is computed on whole timelines before any filter applies.

pub mod book;
pub mod check;
pub mod close;
pub mod diff;
pub mod expiring;
pub mod filter;
pub mod hints;
pub mod overview;
pub mod reconcile;
pub mod sql;
pub mod statement;
pub mod summary;
pub mod survey;

pub use self::check::{Check, Finding};
pub use self::expiring::{Expiring, Horizon};
pub use self::filter::Filter;
pub use self::reconcile::{MonthOf, OtherCredits, ReconciledRow, Reconciliation, Verdict};
pub use self::summary::{Group, GroupBy, GroupSummary};

use crate::ledger::{Credit, Ledger, Life};
use crate::model::{Month, Overflow, parallel};

/// Goes through the lives of the credits shown, each with the last month shown, on several threads, and puts together what
/// comes of each stretch of them, which begins with `empty`; no stretch parts the credits of a customer.
///
/// To find out a life takes longer than most of what is asked of it: who asks for much goes this way but once.
fn walk<'l, T: Clone + Send + Sync, E: From<Overflow> + Send>(
    ledger: &'l Ledger,
    filter: &Filter,
    threads: usize,
    empty: T,
    add: impl Fn(&mut T, &'l Credit, (&Life<'l>, Month)) -> Result<(), E> + Sync,
    merge: impl Fn(&mut T, T) -> Result<(), E>,
) -> Result<T, E> {
    let Some(last) = filter.last_month(ledger) else { return Ok(empty) };
    let parts = parallel::each(ledger.stretches(threads), |stretch| {
        let mut part = empty.clone();
        for credit in ledger.credits()[stretch].iter().filter(|credit| filter.shows_credit(ledger, credit)) {
            add(&mut part, credit, (&ledger.life(credit)?, last))?;
        }
        Ok::<_, E>(part)
    });
    let mut parts = parts.into_iter();
    let mut all = parts.next().unwrap_or(Ok(empty))?;
    parts.try_for_each(|part| merge(&mut all, part?))?;
    Ok(all)
}

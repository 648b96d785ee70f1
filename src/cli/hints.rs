//! What a reader of credit given must be told besides the figures.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::Result;

use crate::analysis::filter::Filter;
use crate::ledger::Ledger;
use crate::model::month::Month;

use super::read::ReadArgs;
use super::stdio::Stdio;
use super::words::{Count, List};

/// Says on standard error if nothing matches the filters, or if the past of credits that are shown is unknown.
pub(super) fn tell(
    read: &ReadArgs,
    ledger: &Ledger,
    filter: &Filter,
    nothing_shown: bool,
    stdio: &mut Stdio<'_>,
) -> Result<()> {
    if read.quiet() {
        return Ok(());
    }
    if nothing_shown {
        return tell_nothing(stdio);
    }
    let unknown = unknown_openings(ledger, filter)?;
    if unknown.is_empty() {
        return Ok(());
    }
    let credits = unknown.values().sum();
    let months: Vec<&Month> = unknown.keys().collect();
    let before: Vec<Month> = unknown.keys().map(|month| month.previous()).collect();
    let (verb, their) = if credits == 1 { ("was", "its") } else { ("were", "their") };
    writeln!(
        stdio.stderr,
        "note: {} {verb} in use before {}, where the files begin: {their} first amount is in OpeningAmount, not in \
         CreditGiven\nhint: add the report of {} to know what was given in {}",
        Count(credits, "credit"),
        List(&months),
        List(&before),
        List(&months),
    )?;
    Ok(())
}

/// Says that nothing matches the filters, so that an empty result is not taken for a failure.
pub(super) fn tell_nothing(stdio: &mut Stdio<'_>) -> Result<()> {
    Ok(writeln!(stdio.stderr, "note: no records match")?)
}

/// How many credits have an unknown past that is shown, by their first month.
fn unknown_openings(ledger: &Ledger, filter: &Filter) -> Result<BTreeMap<Month, usize>> {
    let mut unknown = BTreeMap::new();
    for credit in ledger.credits() {
        let Some(first) = ledger.timeline(credit).next() else { continue };
        let first = first.map_err(crate::analysis::AnalysisError::from)?;
        if first.opening.is_some() && filter.shows_entry(&first) && filter.shows_credit(ledger, credit) {
            *unknown.entry(first.month).or_default() += 1;
        }
    }
    Ok(unknown)
}

/// The footnotes of a table for people.
pub(super) fn footnotes(any_open: bool, filter: &Filter) -> Vec<String> {
    if any_open {
        vec![format!("* open on {}: figures may still change until the month's invoice is out", filter.as_of)]
    } else {
        Vec::new()
    }
}

//! What a reader of credit given must be told besides the figures.

use std::collections::BTreeSet;
use std::fmt::Display;

use anyhow::Result;

use crate::analysis::hints::{AtTheEnd, Balances};
use crate::analysis::{Filter, GroupSummary, hints};
use crate::model::{Grouped, Message, Month, Period, Visible};

use super::{Count, Session, Stdio, columns, from_to, joined, joined_or_ends};

/// Most months that a note names.
const NAMED: usize = 5;

/// Says on standard error what the figures that are shown, in groups, do not tell: that nothing matches the filters,
/// that an amount covers several months, or that the past of credits is unknown.
pub(super) fn note(session: &Session, shown: &[GroupSummary<'_>], stdio: &mut Stdio<'_>) -> Result<()> {
    if shown.is_empty() {
        note_nothing(session, stdio);
        return Ok(());
    }
    let spanning = hints::spanning(shown);
    if spanning.count > 0 {
        let of = match spanning.months.len() {
            1..=NAMED => format!(" of {}", list(&spanning.months)),
            _ => String::new(),
        };
        let message = Message::aside(format!(
            "CreditGiven{of} has {} over more than one month, because no rows lie between",
            Count(spanning.count, "amount"),
        ));
        let hint = format!("SpanMonths of `aco given {}` says how many", stdio.given);
        stdio.say(&message.hint(hint));
    }
    note_gaps(session, stdio)?;
    if shown.iter().any(|summary| summary.opening.is_some()) {
        note_openings(session, stdio)?;
    }
    note_balances(&hints::at_the_end(session.ledger, &session.filter)?, stdio);
    note_last_month(session, stdio);
    Ok(())
}

/// Says which reported balances are not left, and which are of an earlier month than the others.
pub(super) fn note_balances(balances: &AtTheEnd<'_>, stdio: &mut Stdio<'_>) {
    for note in balance_notes(balances, columns::BALANCE_AMOUNT.name) {
        stdio.say(&Message::note(note));
    }
}

/// Warns that credits have vanished, of which `what` is named has nothing.
pub(super) fn warn_of_vanished(session: &Session, what: &str, stdio: &mut Stdio<'_>) -> Result<()> {
    let balances = hints::at_the_end(session.ledger, &session.filter)?;
    if balances.vanished.credits > 0 {
        balance_notes(&balances, what).into_iter().take(1).for_each(|note| stdio.say(&Message::warning(note)));
    }
    Ok(())
}

/// Which reported balances are not left, and which are of an earlier month than the others; `left` is what the reader
/// sees as the name of what is.
pub(super) fn balance_notes(balances: &AtTheEnd<'_>, left: &str) -> Vec<String> {
    let AtTheEnd { vanished, unusable, begun_since, earlier, .. } = balances;
    let mut notes = Vec::new();
    if vanished.credits > 0 {
        notes.push(format!(
            "{left} has nothing of {}, which had {} left when the rows stopped, before the last day: what was given since \
             is unknown",
            Count(vanished.credits, "credit"),
            amounts(vanished),
        ));
    }
    if unusable.credits > 0 {
        notes.push(format!(
            "{left} has nothing of the {} that the report still shows for {} over or not begun: it cannot be used",
            amounts(unusable),
            Count(unusable.credits, "credit"),
        ));
    }
    if begun_since.credits > 0 {
        notes.push(format!(
            "{left} has nothing of the {} of {} begun after the last month shown: it can be used by now",
            amounts(begun_since),
            Count(begun_since.credits, "credit"),
        ));
    }
    if !earlier.is_empty() {
        let ends =
            earlier.iter().map(|(partner, month)| format!("of partner {} in {month}", Visible(partner.as_str())));
        notes.push(format!("{left} is what was left where the report ends: {}", joined(ends)));
    }
    notes
}

/// Says how much is left by the report of credits that have ended since.
pub(super) fn note_ended_since(balances: &AtTheEnd<'_>, filter: &Filter, stdio: &mut Stdio<'_>) {
    let ended = &balances.ended_since;
    if ended.credits > 0 {
        let verb = if ended.credits == 1 { "has" } else { "have" };
        stdio.say(&Message::note(format!(
            "{} with {} left by the report {verb} ended before {}",
            Count(ended.credits, "credit"),
            amounts(ended),
            filter.as_of
        )));
    }
}

/// `390.00 EUR and 12 JPY`
fn amounts(balances: &Balances) -> String {
    joined(balances.amounts.iter().map(|(currency, amount)| format!("{} {currency}", Grouped(*amount))))
}

/// Says which partners lack the last closed month, and that the last month of the newest download may have been open when
/// it was downloaded: nothing in it tells.
pub(super) fn note_last_month(Session { ledger, filter, .. }: &Session, stdio: &mut Stdio<'_>) {
    let closed = Month::of(filter.as_of).previous();
    for (partner, newest) in hints::without_last_month(ledger, filter) {
        let text =
            format!("partner {partner} has no row of {closed}, the last closed month: its report ends in {newest}");
        stdio.say(&Message::warning(text).hint("add a newer report of this partner"));
    }
    let is_shown = |month: &Month| filter.shows_month(*month) && filter.period(*month) == Period::Closed;
    if let Some(month) = ledger.downloads().last_month_of_newest().filter(is_shown) {
        let newest = if ledger.files().len() > 1 { "the newest download" } else { "the report" };
        stdio.say(&Message::note(format!(
            "{newest} ends in {month}: figures of that month are final only if it was downloaded after the month's \
             invoice was out"
        )));
    }
}

/// Says that credits are left out which have no row in a month shown, though they have rows before and after it.
pub(super) fn note_gaps(session: &Session, stdio: &mut Stdio<'_>) -> Result<()> {
    let gaps = hints::gaps(session.ledger, &session.filter)?;
    if gaps.count > 0 {
        let of = if gaps.months.len() > NAMED { "a month shown".to_owned() } else { list(&gaps.months) };
        let message = Message::note(format!(
            "no row in {of} for {}: what was given then stands in a later month, which is not shown",
            Count(gaps.count, "credit"),
        ));
        let hint =
            format!("show later months too: SpanMonths of `aco given {}` says how many each row covers", stdio.given);
        stdio.say(&message.hint(hint));
    }
    Ok(())
}

/// Says whose past is unknown, and which reports tell it. That the files have other rows of the month before is no help:
/// they may be parts of a report.
fn note_openings(session: &Session, stdio: &mut Stdio<'_>) -> Result<()> {
    let unknown = hints::unknown_openings(session.ledger, &session.filter)?;
    let months: Vec<Month> = unknown.keys().copied().collect();
    let message = Message::note(format!(
        "{} in use before the first row in the files ({}): the first amount is in OpeningAmount, not in CreditGiven",
        Count(unknown.values().map(|(all, _)| all).sum(), "credit"),
        joined_or_ends(&months, NAMED),
    ));
    let told: Vec<Month> = unknown.iter().filter(|(_, (all, moved))| moved < all).map(|(month, _)| *month).collect();
    if told.is_empty() {
        let hint = format!("`aco check {} --only partner-changed` names the partners that had it before", stdio.given);
        stdio.say(&message.hint(hint));
        return Ok(());
    }
    let before: Vec<Month> = told.iter().map(|month| month.previous()).collect();
    let [before, months] = [before, told].map(|months| joined_or_ends(&months, NAMED));
    stdio.say(&message.hint(format!("add the whole report of {before} to know what was given in {months}")));
    Ok(())
}

/// Says that nothing matches the filters, so that an empty result is not taken for a failure, and what there is.
pub(super) fn note_nothing(session: &Session, stdio: &mut Stdio<'_>) {
    stdio.say(&Message { hint: what_there_is(session), ..Message::note("no records match") });
}

fn what_there_is(Session { ledger, filter, left_out, .. }: &Session) -> Option<String> {
    let (Some(first), Some(last)) = (ledger.months().first(), ledger.months().last()) else {
        // What --as-of leaves out was said.
        let are_empty = ledger.findings().later.is_empty();
        let what = if *left_out > 0 { "the files have none that can be read" } else { "the files have no records" };
        return are_empty.then(|| what.to_owned());
    };
    let mut there = Vec::new();
    if !filter.currencies.is_empty() {
        there.push(format!(
            "currencies {}",
            list(ledger.credits().iter().map(|credit| ledger.identity(credit).currency))
        ));
    }
    if !filter.statuses.is_empty() {
        there.push(format!("statuses {}", list(ledger.statuses())));
    }
    if !filter.months.is_empty() || filter.from.or(filter.to).is_some() || filter.closed {
        there.push(format!("months {first} to {last}"));
    }
    (!there.is_empty()).then(|| format!("the files have {}", joined(&there)))
}

fn list<T: Display + Ord>(all: impl IntoIterator<Item = T>) -> String {
    joined(all.into_iter().collect::<BTreeSet<T>>())
}

/// Says that the newest record is older than the last closed month: what looks ahead then begins in the past.
pub(super) fn note_age(session: &Session, stdio: &mut Stdio<'_>) {
    let Some(newest) = hints::old_newest_month(session.ledger, &session.filter) else {
        return note_last_month(session, stdio);
    };
    let message = Message::note(format!(
        "the newest month is {newest}, and it is {} now: use since then is not known",
        session.filter.as_of
    ));
    stdio.say(&message.hint("add a newer report, or look at an earlier day with --as-of"));
}

/// The footnotes of a table for people: what is provisional, and how many rows no figure has.
pub(super) fn footnotes(any_open: bool, Session { filter, left_out, .. }: &Session) -> Vec<String> {
    let open = any_open
        .then(|| format!("* open on {}: figures may still change until the month's invoice is out", filter.as_of));
    let left_out = (*left_out > 0).then(|| format!("{} left out as unreadable", Count(*left_out, "row")));
    open.into_iter().chain(left_out).collect()
}

/// The months that are shown, for tables whose rows do not say theirs.
pub(super) fn months_shown(filter: &Filter) -> Option<String> {
    let mut months: Vec<(Month, Month)> = filter.months.iter().map(|months| (*months.start(), *months.end())).collect();
    months.sort_unstable();
    months.dedup();
    let months: Vec<String> = months.into_iter().map(|(first, last)| from_to(first, last)).collect();
    match (&months[..], filter.from, filter.to) {
        ([], None, None) => None,
        ([], Some(from), Some(to)) => Some(format!("of {from} to {to}")),
        ([], Some(from), None) => Some(format!("of {from} and later")),
        ([], None, Some(to)) => Some(format!("of the months up to {to}")),
        (months, ..) => Some(format!("of {}", joined(months))),
    }
}

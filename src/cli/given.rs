//! `aco given`

use std::io;

use crate::analysis::GroupBy;
use crate::ledger::{Credit, Entry, Ledger};
use crate::model::{Identity, Names, Period, Span, parallel};
use crate::output::{Cell, Column, Fields, Kind, Priority};

use super::{LedgerArgs, RankArgs, Session, Stdio, columns, hints};

/// What each credit was given in each month
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Credit given is a month's CreditAmount less that of the month before. Where the files do not reach back to a \
credit's beginning, its first month has no CreditGiven and the whole amount stands in OpeningAmount.

Examples:
  aco given report.csv
  aco given report.csv --month 2022-07
  aco given report.csv --currency USD --closed -o given.csv")]
pub(super) struct Args {
    #[command(flatten)]
    ledger: LedgerArgs,

    #[command(flatten)]
    rank: RankArgs,
}

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<()> {
    let writer = args.ledger.writer(stdio)?;
    let session = args.ledger.session(stdio)?;
    let (months, parts) =
        parallel::both(session.threads, || session.summarized(&[GroupBy::Month]), || sorted(session.ledger));
    let months = months?;
    hints::note(&session, &months, stdio)?;
    let any_open = months.iter().any(|month| month.period == Some(Period::Open));
    let totals = if writer.shows_totals(stdio) { session.summarized(&[])? } else { Vec::new() };
    let table =
        fields(&session.names).table_in_parts(parts.len(), |part, each| months_of(&session, &parts[part], each));
    let table = table.with_footnotes(hints::footnotes(any_open, &session));
    let table = table.with_totals(&columns::figures(Fields::default(), false, None), totals);
    writer.write(&args.rank.apply(table, &[columns::GIVEN.name])?, session.threads, stdio)
}

type GivenRow<'l> = (&'l Identity, Entry<'l>, Period);

/// The columns of a month, beside those of its credit.
const COLUMNS: [Column; 10] = [
    columns::EFFECTIVE.priority(Priority::Context),
    columns::MONTH,
    columns::STATUS,
    Column::new("PreviousCreditAmount", Kind::Amount, Priority::Detail),
    columns::CREDIT_AMOUNT,
    columns::GIVEN.priority(Priority::Key),
    columns::OPENING,
    Column { dull_if_one: true, ..Column::new("SpanMonths", Kind::Count, Priority::Detail) },
    columns::BALANCE_AMOUNT,
    columns::PERIOD,
];

fn fields(names: &Names) -> Fields<'_, GivenRow<'_>> {
    Fields::<GivenRow<'_>>::default().identity(names, |(identity, ..)| identity).with_all(
        COLUMNS,
        |(_, given, period)| {
            [
                given.effective().into(),
                Cell::Span(Span::Month(given.month), *period),
                Cell::Text(given.status.as_str()),
                given.previous.into(),
                Cell::Amount(given.credit_amount),
                given.given.into(),
                given.opening.into(),
                given.span.into(),
                Cell::Amount(given.left()),
                Cell::Text(period.as_str()),
            ]
        },
    )
}

/// Hands over the months of some credits, those of one identity by month.
fn months_of<'l>(
    Session { ledger, filter, .. }: &'l Session,
    credits: &[&'l Credit],
    each: &mut dyn FnMut(&GivenRow<'l>) -> io::Result<()>,
) -> io::Result<()> {
    let mut rows = Vec::new();
    for credits in of_identities(ledger, credits) {
        let named = credits.iter().map(|credit| (ledger.identity(credit), credit));
        for (identity, credit) in named.filter(|(identity, _)| filter.shows_identity(identity)) {
            for entry in ledger.timeline(credit) {
                let given = entry?;
                if filter.shows_entry(&given) {
                    let period = filter.period(given.month);
                    rows.push((identity, given, period));
                }
            }
        }
        // Stable: credits that share a month stay in the order of their first days.
        rows.sort_by_key(|(_, given, _)| given.month);
        rows.drain(..).try_for_each(|row| each(&row))?;
    }
    Ok(())
}

/// Credits of a part: enough that handing it to a thread pays, few enough that its rows stay in a core's cache until they
/// are written.
const PART: usize = 32;

/// The credits of a ledger in the order in which rows are printed: by identity, then first day, in parts that never
/// divide an identity.
pub(super) fn sorted(ledger: &Ledger) -> Vec<Vec<&Credit>> {
    let credits: Vec<&Credit> = ledger.sorted().into_iter().map(|place| &ledger.credits()[place]).collect();
    let mut parts: Vec<Vec<&Credit>> = Vec::new();
    for group in of_identities(ledger, &credits) {
        match parts.last_mut() {
            Some(part) if part.len() < PART => part.extend(group),
            _ => parts.push(group.to_vec()),
        }
    }
    parts
}

/// The credits that share an identity, together.
pub(super) fn of_identities<'p, 'l>(
    ledger: &Ledger,
    credits: &'p [&'l Credit],
) -> impl Iterator<Item = &'p [&'l Credit]> {
    credits.chunk_by(|one, next| ledger.identity_number(one) == ledger.identity_number(next))
}

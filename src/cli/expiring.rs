//! `aco expiring`

use chrono::NaiveDate;

use crate::analysis::{Expiring, Horizon, expiring};
use crate::model::{Message, Month, Period};
use crate::output::{Cell, Column, Fields, Kind, Priority};

use super::filter::day;
use super::{Count, LedgerArgs, RankArgs, Session, Stdio, columns, hints};

/// Which active credits end or run out soon, and what will be lost
#[derive(Debug, clap::Args)]
#[command(after_help = "\
MonthlyUse is the mean CreditGiven of the last closed months. At that pace the balance ends in RunOutMonth, or \
ProjectedUnused is left on the ExpiryDate: every month after the credit's last record counts, the last one by its \
share of days. An open month counts at the pace, or with what it already shows where that is more. The use until \
then is rounded once, half away from zero, to the currency's decimals.

A credit that runs out within --within days is listed too, however late it ends.

Examples:
  aco expiring report.csv
  aco expiring downloads --within 30 --over 6
  aco expiring report.csv --as-of 2022-12-15 --within all -o expiring.csv")]
pub(super) struct Args {
    /// How many days ahead to look, or until which day, or `all`
    #[arg(long, visible_alias = "until", value_name = "DAYS")]
    #[arg(default_value = "90", allow_hyphen_values = true, value_parser = within)]
    within: Within,

    /// How many closed months make the pace
    #[arg(long, value_name = "N", default_value = "3", value_parser = clap::value_parser!(u32).range(1..=120))]
    over: u32,

    #[command(flatten)]
    ledger: LedgerArgs,

    #[command(flatten)]
    rank: RankArgs,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Within {
    Days(u32),
    Until(NaiveDate),
    All,
}

pub(super) fn within(text: &str) -> Result<Within, &'static str> {
    match (text, text.parse(), day(text)) {
        ("all", ..) => Ok(Within::All),
        (_, Ok(days), _) => Ok(Within::Days(days)),
        (.., Ok(day)) => Ok(Within::Until(day)),
        _ => Err("expected a number of days such as `90`, a day such as `2022-12-31`, or `all`"),
    }
}

impl Within {
    /// The days from one to the last that is looked at; none if there is no last one.
    pub(super) fn days(self, as_of: NaiveDate) -> Result<Option<u32>, Message> {
        let days = match self {
            Self::Days(days) => return Ok(Some(days)),
            Self::Until(day) => u32::try_from((day - as_of).num_days()),
            Self::All => return Ok(None),
        };
        let past = |_| Message::error(format!("--within ends before {as_of}, the day that is looked back to"));
        days.map(Some).map_err(past)
    }
}

/// Tables for people begin with it; where they are narrow, the last day says as much.
const BAND: Column = Column::new("EndsIn", Kind::Text, Priority::Context);

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<()> {
    let writer = args.ledger.writer(stdio)?;
    let session = args.ledger.session(stdio)?;
    let Session { ledger, filter, threads, .. } = &session;
    let within = args.within.days(filter.as_of)?;
    let listing = expiring::list(ledger, filter, Horizon { within, over: args.over }, *threads)?;
    hints::warn_of_vanished(&session, "what ends or runs out", stdio)?;
    hints::note_age(&session, stdio);
    note_months(&session, within, stdio);
    note_earlier(&session, stdio);
    say_unlisted(&session, &listing, within, stdio);
    let mut fields = Fields::<&Expiring<'_>>::default();
    if writer.is_for_people(stdio) {
        fields = fields.with(BAND, |expiring| expiring.band().as_str());
    }
    let table = columns::expiring(fields, &session, Cell::Empty).table(&*listing.credits).with_sums();
    let mut notes = columns::expiring_notes(&listing.credits, filter, columns::UNUSED.name);
    notes.extend(hints::footnotes(false, &session));
    let table = table.with_footnotes(notes);
    writer.write(&args.rank.apply(table, &[columns::UNUSED.name])?, *threads, stdio)
}

/// Says that months are those of the report where they go on after it and after what is listed: `--to` is no last day.
fn note_months(Session { ledger, filter, .. }: &Session, within: Option<u32>, stdio: &mut Stdio<'_>) {
    let Some((newest, within)) = ledger.months().last().zip(within) else { return };
    let chosen = filter.months.iter().map(|months| *months.end()).chain(filter.to).max();
    let day = chosen.filter(|last| last > newest).map(Month::last_day);
    if let Some(day) = day.filter(|day| (*day - filter.as_of).num_days() > within.into()) {
        let text =
            format!("the months chosen are those of the report, which ends in {newest}: --within chooses what ends");
        stdio.say(&Message::note(text).hint(format!("--within {day} lists what ends until then")));
    }
}

/// Says that what is projected goes on from a month before the last closed one that the report has.
fn note_earlier(Session { ledger, filter, .. }: &Session, stdio: &mut Stdio<'_>) {
    let known = ledger.months().iter().rfind(|month| filter.period(**month) == Period::Closed);
    let Some((last, known)) = filter.last_month(ledger).zip(known).filter(|(last, known)| last < *known) else {
        return;
    };
    let text =
        format!("what is left is that of {last}, the last month shown, and goes on from there, not from {known}");
    stdio.say(&Message::note(text).hint("leave out the months, and what was used since counts"));
}

fn say_unlisted(session: &Session, listing: &expiring::Listing<'_>, within: Option<u32>, stdio: &mut Stdio<'_>) {
    if listing.credits.is_empty() {
        match within.filter(|_| session.filter.last_month(session.ledger).is_some()) {
            Some(days) => {
                let days = Count(days as usize, "day");
                stdio.say(&Message::note(format!("no active credit shown ends or runs out within {days}")));
            }
            None => hints::note_nothing(session, stdio),
        }
    }
    if listing.ended > 0 {
        let credits = Count(listing.ended, "credit");
        let message = Message::note(format!(
            "not listed: {credits} active in the last record, but ended before {}",
            session.filter.as_of
        ));
        stdio.say(&message.hint("for the state on an earlier day, give it with --as-of"));
    }
    if listing.too_long > 0 {
        let credits = Count(listing.too_long, "credit");
        let text = format!(
            "more than 28 digits in the projection of {credits}: RunOutMonth and ProjectedUnused are empty there"
        );
        stdio.say(&Message::note(text));
    }
}

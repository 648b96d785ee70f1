//! `aco summary`

mod across;
mod against;

use std::collections::BTreeMap;
use std::slice;

use clap::builder::ArgPredicate;
use rust_decimal::Decimal;

use crate::analysis::Filter;
use crate::analysis::summary::{self, Group, GroupBy, GroupSummary, Units};
use crate::ledger::Ledger;
use crate::model::{Currency, Id, Message, Month, Names, Period, Status};
use crate::output::{Cell, Chart, Column, Fields, Format, Mark, Priority, Series, bars};

use super::{LedgerArgs, RankArgs, Session, Stdio, Word, columns, dated, hints, one_of};

use self::against::Against;

/// How much credit was given, and how much is left, by month and currency
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  aco summary fixtures/aco-balance.csv
  aco summary fixtures/aco-balance.csv --by customer --closed
  aco summary fixtures/aco-balance.csv --by customer --across quarter
  aco summary fixtures/aco-balance.csv --by customer,month --month 2022-07 --against previous
  aco summary fixtures/aco-balance.csv --by month,status -o summary.csv
  aco summary fixtures/aco-balance.csv --chart")]
pub(super) struct Args {
    /// What to group by, one or more, separated by commas; the currency always is part of it
    #[arg(long, value_name = "KEYS", value_delimiter = ',', default_value = "month", value_parser = one_of(KEYS))]
    #[arg(default_value_if("across", ArgPredicate::IsPresent, "currency"))]
    by: Vec<GroupBy>,

    /// Put months, quarters or years into columns of one figure
    #[arg(long, value_name = "SPAN", value_parser = one_of(times()))]
    across: Option<GroupBy>,

    /// Add the figure of the period before, or of the same one a year before, and the change since then
    #[arg(long, value_name = "PERIOD", value_parser = one_of(AGAINST), conflicts_with = "across")]
    against: Option<Against>,

    /// The figure that --across and --against show
    #[arg(long, value_name = "COLUMN", default_value = "CreditGiven", value_parser = one_of(FIGURES))]
    figure: Figure,

    /// Leave out what is known to have been given nothing in the months shown
    #[arg(long, conflicts_with = "idle")]
    nonzero: bool,

    /// Show only what is known to have been given nothing in them
    #[arg(long)]
    idle: bool,

    /// Draw credit given by month as bars beside the figures, for each currency on a scale of its own
    #[arg(long, conflicts_with_all = ["by", "across", "against", "csv_safe", "sort", "top", "nonzero", "idle"])]
    chart: bool,

    #[command(flatten)]
    ledger: LedgerArgs,

    #[command(flatten)]
    rank: RankArgs,
}

pub(super) const KEYS: [Word<GroupBy>; 8] = [
    ("month", "", GroupBy::Month),
    ("quarter", "", GroupBy::Quarter(1)),
    ("year", "", GroupBy::Year(1)),
    ("customer", "", GroupBy::Customer),
    ("agreement", "", GroupBy::Agreement),
    ("partner", "", GroupBy::Partner),
    ("currency", "", GroupBy::Currency),
    ("status", "", GroupBy::Status),
];

/// The keys that are times.
fn times() -> Vec<Word<GroupBy>> {
    KEYS.into_iter().filter(|(_, _, key)| key.is_time()).collect()
}

const AGAINST: [Word<Against>; 2] = [("previous", "", Against::Previous), ("year", "", Against::YearBefore)];

/// The column of a figure, and its value; of those that add up, the sum over time too.
type Figure = (Column, fn(&GroupSummary<'_>) -> Option<Decimal>);

const FIGURES: [Word<Figure>; 5] = [
    ("CreditGiven", "", (columns::GIVEN, |summary| summary.given)),
    ("OpeningAmount", "", (columns::OPENING, |summary| summary.opening)),
    ("CreditAmount", "", (columns::CREDIT_AMOUNT, |summary| summary.credit_amount)),
    ("BalanceAmount", "", (columns::BALANCE_AMOUNT, |summary| summary.balance_amount)),
    ("Forfeited", "", (columns::FORFEITED, |summary| Some(summary.forfeited))),
];

/// The keys in the order of their first mention, where years begin with the month `year_from`.
pub(super) fn keys(mentioned: &[GroupBy], year_from: u32) -> Vec<GroupBy> {
    let mut keys = Vec::new();
    for key in mentioned.iter().map(|key| key.with_year_from(year_from)) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<()> {
    let writer = args.ledger.writer(stdio)?;
    if args.chart && writer.asked.is_some_and(|format| format != Format::Table) {
        let message = Message::error("--chart draws text for people");
        return Err(message.hint("leave out --format, or write to a file that ends in .txt").into());
    }
    let Session { ledger, left_out, names, filter, threads } = args.ledger.session(stdio)?;
    let by = keys(&args.by, filter.year_from);
    let by_time = by.iter().any(|key| key.is_time());
    if let Some(across) = args.across.map(|across| across.with_year_from(filter.year_from)) {
        if by_time {
            let message = Message::error("--across puts time into columns: it cannot be a key of --by as well");
            return Err(message.hint("leave month, quarter and year out of --by").into());
        }
        let summarized =
            |by: &[GroupBy]| summary::summarize(ledger, &filter, &[by, &[GroupBy::Currency, across]].concat(), threads);
        let (groups, totals) = (summarized(&by)?, summarized(&[])?);
        let footnotes = told(ledger, &filter, &groups, left_out, stdio)?;
        let shows = |row: &[GroupSummary<'_>]| args.shows(row);
        let table = across::table([&groups, &totals], (&by, across), args.figure, &shows, &names)?;
        let table = if args.shows_all() { table } else { table.with_sums() }.with_footnotes(footnotes);
        // The sum over time, or the newest figure where figures do not add up.
        let about = table.columns.last().map(|column| column.name);
        return writer.write(&args.rank.apply(table, about.as_slice())?, threads, stdio);
    }
    if args.against.is_some() && !by_time {
        let message = Message::error("--against compares periods: none is a key of --by");
        return Err(message.hint("add month, quarter or year to it, as in `--by customer,month`").into());
    }
    // Groups that only an earlier period has are rows, too: all are held.
    let units = if args.against.is_some() { None } else { Units::new(ledger, &filter, &by) };
    // Of groups that are not all held, all that is said of them can be told without their ids.
    let is_id = |key: &GroupBy| matches!(key, GroupBy::Customer | GroupBy::Agreement | GroupBy::Partner);
    let held = by.iter().copied().filter(|key| units.is_none() || !is_id(key)).collect::<Vec<_>>();
    let mut groups = summary::summarize(ledger, &filter, &held, threads)?;
    if args.chart {
        let notes = told(ledger, &filter, &groups, left_out, stdio)?;
        let charts = given_by_month(&groups, &filter);
        return writer.deliver(stdio, |style, out| bars::write(&charts, &notes, style, out));
    }
    let mut earlier = Vec::new();
    if let Some(against) = args.against {
        earlier = summary::summarize(ledger, &against::of_all_months(&filter), &by, threads)?;
        groups = summary::with_gone(ledger, &filter, &by, (groups, &earlier), |span| against.of(span))?;
        against::note_parts(ledger, &filter, &groups, against, stdio);
    }
    let totals = if writer.shows_totals(stdio) && by.iter().any(|key| *key != GroupBy::Currency) {
        summary::summarize(ledger, &filter, &[], threads)?
    } else {
        Vec::new()
    };
    let mut footnotes = told(ledger, &filter, &groups, left_out, stdio)?;
    let is_shown = |group: &&GroupSummary<'_>| args.shows(slice::from_ref(*group));
    if units.is_none() && !groups.is_empty() && !groups.iter().any(|group| is_shown(&group)) {
        let text = if args.idle {
            "of nothing that matches is it known that nothing was given"
        } else {
            "nothing that matches was given credit"
        };
        stdio.say(&Message::note(text));
    }
    // A credit has rows of several months, and of several statuses.
    let stocks_add_up = !by_time && !by.contains(&GroupBy::Status);
    let keys = by.iter().fold(Fields::<GroupSummary<'_>>::default(), |fields, key| {
        keyed(fields, *key, &names, |summary| (summary.group, summary.period))
    });
    let mut fields = columns::figures(keys, stocks_add_up);
    if let Some(against) = args.against {
        fields = against::with_earlier(fields, &earlier, args.figure, against);
    }
    if by_time {
        fields = fields.text(columns::PERIOD, |summary| summary.period.map(Period::as_str));
    }
    let totals_fields = columns::figures(Fields::default(), stocks_add_up);
    if writer.asked == Some(Format::Xlsx) && !by_time {
        footnotes.extend(months_shown(&summary::summarize(ledger, &filter, &[GroupBy::Month], threads)?));
    } else if !by.contains(&GroupBy::Month) {
        footnotes.extend(hints::months_shown(&filter));
    }
    let table = fields.table_in_parts(units.as_ref().map_or(1, Units::parts), |part, each| match &units {
        Some(units) => units.part(part)?.iter().filter(is_shown).try_for_each(each),
        None => groups.iter().filter(is_shown).try_for_each(each),
    });
    let table = table.with_footnotes(footnotes);
    // A total is that of the rows shown.
    let table = if args.shows_all() || totals.is_empty() {
        table.with_totals(&totals_fields, totals)
    } else {
        table.with_sums()
    };
    let table =
        args.rank.apply(table, &[if args.against.is_some() { args.figure.0.name } else { columns::GIVEN.name }])?;
    writer.write(&table, threads, stdio)
}

/// Says what the figures of groups do not tell, and returns what is to stand below them.
fn told(
    ledger: &Ledger,
    filter: &Filter,
    groups: &[GroupSummary<'_>],
    left_out: usize,
    stdio: &mut Stdio<'_>,
) -> anyhow::Result<Vec<String>> {
    hints::note(ledger, filter, groups, stdio)?;
    let any_open = groups.iter().any(|group| group.period == Some(Period::Open));
    Ok(hints::footnotes(any_open, filter, left_out))
}

impl Args {
    fn shows_all(&self) -> bool {
        !self.nonzero && !self.idle
    }

    /// Whether a row of these groups is shown.
    fn shows(&self, row: &[GroupSummary<'_>]) -> bool {
        self.shows_all() || self.idle == row.iter().all(GroupSummary::is_idle)
    }
}

/// With the column of a key, of rows that are each of a group and its period; the currency has one anyway.
pub(super) fn keyed<'a, R: 'a>(
    fields: Fields<'a, R>,
    key: GroupBy,
    names: &'a Names,
    of: impl Fn(&R) -> (Group<'a>, Option<Period>) + Copy + Sync + 'a,
) -> Fields<'a, R> {
    match key {
        GroupBy::Month | GroupBy::Quarter(_) | GroupBy::Year(_) => {
            let column = match key {
                GroupBy::Month => columns::MONTH,
                GroupBy::Quarter(_) => columns::QUARTER,
                GroupBy::Year(1) => columns::YEAR,
                _ => columns::FISCAL_YEAR,
            };
            fields.with(column, move |row| {
                let (group, period) = of(row);
                Cell::or_empty(group.span_by(key).zip(period), |(span, period)| Cell::Span(span, period))
            })
        }
        GroupBy::Customer => fields.customer(names, move |row| of(row).0.customer),
        GroupBy::Agreement => {
            fields.text(columns::AGREEMENT.priority(Priority::Key), move |row| of(row).0.agreement.map(Id::as_str))
        }
        GroupBy::Partner => {
            fields.text(columns::PARTNER.priority(Priority::Key), move |row| of(row).0.partner.map(Id::as_str))
        }
        GroupBy::Status => {
            fields.text(columns::STATUS.priority(Priority::Key), move |row| of(row).0.status.map(Status::as_str))
        }
        GroupBy::Currency => fields,
    }
}

/// Which months a workbook is about, which goes round without the command that made it.
fn months_shown(months: &[GroupSummary<'_>]) -> Option<String> {
    let months = || months.iter().filter_map(|summary| summary.group.month());
    let (first, last) = (months().min()?, months().max()?);
    Some(if first == last { format!("month {first}") } else { format!("months {first} to {last}") })
}

/// The months from the first to the last of each currency; months without records are empty.
fn given_by_month(groups: &[GroupSummary<'_>], filter: &Filter) -> Vec<Chart> {
    let mut given: BTreeMap<Currency, BTreeMap<Month, Option<Decimal>>> = BTreeMap::new();
    for summary in groups {
        if let Some(month) = summary.group.month() {
            given.entry(summary.group.currency).or_default().insert(month, summary.given);
        }
    }
    given
        .into_iter()
        .map(|(currency, amounts)| {
            let (first, last) = (amounts.keys().next().copied(), amounts.keys().next_back().copied());
            let months = || first.zip(last).into_iter().flat_map(|(first, last)| first.through(last));
            let amounts = months().map(|month| amounts.get(&month).copied().flatten()).collect();
            Chart {
                title: "credit given by month".to_owned(),
                currency,
                months: months().map(|month| dated(month, filter)).collect(),
                series: vec![Series { name: "given", mark: Mark::Bars, amounts }],
            }
        })
        .collect()
}

//! `aco summary`

mod periods;

use std::collections::BTreeMap;
use std::slice;

use clap::builder::ArgPredicate;
use rust_decimal::Decimal;

use crate::analysis::Filter;
use crate::analysis::summary::{self, Group, GroupBy, GroupSummary, Units};
use crate::model::{Currency, Id, Message, Month, Names, Period, Status};
use crate::output::{Chart, Column, Fields, Format, Mark, Priority, Series, bars};

use super::{LedgerArgs, RankArgs, Session, Stdio, Word, Writer, columns, dated, hints, one_of};

use self::periods::Against;

/// How much credit was given, and how much is left, by month and currency
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  aco summary report.csv
  aco summary report.csv --by customer --closed
  aco summary report.csv --by customer --across quarter
  aco summary report.csv --by customer,month --month 2022-07 --against previous
  aco summary report.csv --by month,status -o summary.csv
  aco summary report.csv --chart")]
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
    let session = args.ledger.session(stdio)?;
    let by = keys(&args.by, session.filter.year_from);
    let by_time = by.iter().any(|key| key.is_time());
    if args.across.is_some() && by_time {
        let message = Message::error("--across puts time into columns: it cannot be a key of --by as well");
        return Err(message.hint("leave month, quarter and year out of --by").into());
    }
    if args.against.is_some() && !by_time {
        let message = Message::error("--against compares periods: none is a key of --by");
        return Err(message.hint("add month, quarter or year to it, as in `--by customer,month`").into());
    }
    match args.across {
        _ if args.chart => draw(&by, &session, writer, stdio),
        Some(across) => args.put_across(across.with_year_from(session.filter.year_from), &by, &session, writer, stdio),
        None => args.list(&by, &session, writer, stdio),
    }
}

/// Draws what was given by month.
fn draw(by: &[GroupBy], session: &Session, writer: Writer, stdio: &mut Stdio<'_>) -> anyhow::Result<()> {
    let groups = session.summarized(by)?;
    let notes = told(session, &groups, stdio)?;
    let given = groups.iter().filter_map(|group| Some((group.group.currency, group.group.month()?, vec![group.given])));
    let charts = charts("credit given by month", &[("given", Mark::Bars)], given, None, &session.filter);
    writer.deliver(stdio, |style, out| bars::write(&charts, &notes, style, out))
}

impl Args {
    fn shows_all(&self) -> bool {
        !self.nonzero && !self.idle
    }

    /// Whether a row of these groups is shown.
    fn shows(&self, row: &[GroupSummary<'_>]) -> bool {
        self.shows_all() || self.idle == row.iter().all(GroupSummary::is_idle)
    }

    /// Writes a row for each group, with time in columns.
    fn put_across(
        &self,
        across: GroupBy,
        by: &[GroupBy],
        session: &Session,
        writer: Writer,
        stdio: &mut Stdio<'_>,
    ) -> anyhow::Result<()> {
        let summarized = |by: &[GroupBy]| session.summarized(&[by, &[GroupBy::Currency, across]].concat());
        let (groups, totals) = (summarized(by)?, summarized(&[])?);
        let footnotes = told(session, &groups, stdio)?;
        let shows = |row: &[GroupSummary<'_>]| self.shows(row);
        let table = periods::across([&groups, &totals], (by, across), self.figure, &shows, &session.names)?;
        let table = if self.shows_all() { table } else { table.with_sums() }.with_footnotes(footnotes);
        // The sum over time, or the newest figure where figures do not add up.
        let about = table.columns.last().map(|column| column.name);
        writer.write(&self.rank.apply(table, about.as_slice())?, session.threads, stdio)
    }

    /// Writes a row for each group, time being one of its keys or none.
    fn list(&self, by: &[GroupBy], session: &Session, writer: Writer, stdio: &mut Stdio<'_>) -> anyhow::Result<()> {
        let Session { ledger, names, filter, threads, .. } = session;
        // Groups that only an earlier period has are rows, too: all are held.
        let units = if self.against.is_some() { None } else { Units::new(ledger, filter, by) };
        // Of groups that are not all held, all that is said of them can be told without their ids.
        let is_id = |key: &GroupBy| matches!(key, GroupBy::Customer | GroupBy::Agreement | GroupBy::Partner);
        let held = by.iter().copied().filter(|key| units.is_none() || !is_id(key)).collect::<Vec<_>>();
        let mut groups = session.summarized(&held)?;
        let mut earlier = Vec::new();
        if let Some(against) = self.against {
            // What is compared is not only what is shown.
            let all = Filter { months: Vec::new(), from: None, to: None, closed: false, ..filter.clone() };
            earlier = summary::summarize(ledger, &all, by, *threads)?;
            groups = summary::with_gone(ledger, filter, by, (groups, &earlier), |span| against.of(span))?;
            periods::note_parts(session, &groups, against, stdio);
        }
        let has_totals = writer.shows_totals(stdio) && by.iter().any(|key| *key != GroupBy::Currency);
        let totals = if has_totals { session.summarized(&[])? } else { Vec::new() };
        let mut footnotes = told(session, &groups, stdio)?;
        let is_shown = |group: &&GroupSummary<'_>| self.shows(slice::from_ref(*group));
        if units.is_none() && !groups.is_empty() && !groups.iter().any(|group| is_shown(&group)) {
            stdio.say(&Message::note(if self.idle {
                "of nothing that matches is it known that nothing was given"
            } else {
                "nothing that matches was given credit"
            }));
        }
        if writer.asked == Some(Format::Xlsx) && !by.iter().any(|key| key.is_time()) {
            footnotes.extend(months_shown(&session.summarized(&[GroupBy::Month])?));
        } else if !by.contains(&GroupBy::Month) {
            footnotes.extend(hints::months_shown(filter));
        }
        let parts = units.as_ref().map_or(1, Units::parts);
        let table = self.fields(by, &earlier, names).table_in_parts(parts, |part, each| match &units {
            Some(units) => units.part(part)?.iter().filter(is_shown).try_for_each(each),
            None => groups.iter().filter(is_shown).try_for_each(each),
        });
        let table = table.with_footnotes(footnotes);
        // A total is that of the rows shown.
        let table = if self.shows_all() || totals.is_empty() {
            table.with_totals(&columns::figures(Fields::default(), stocks_add_up(by), None), totals)
        } else {
            table.with_sums()
        };
        let about = if self.against.is_some() { self.figure.0 } else { columns::GIVEN };
        writer.write(&self.rank.apply(table, &[about.name])?, *threads, stdio)
    }

    fn fields<'l>(
        &self,
        by: &[GroupBy],
        earlier: &'l [GroupSummary<'l>],
        names: &'l Names,
    ) -> Fields<'l, GroupSummary<'l>> {
        let keys = keyed(by, names, |summary: &GroupSummary<'_>| (summary.group, summary.period));
        let compared = self.against.map(|_| self.figure.0.name);
        let mut fields = columns::figures(keys, stocks_add_up(by), compared);
        if let Some(against) = self.against {
            fields = periods::with_earlier(fields, earlier, self.figure, against);
        }
        if by.iter().any(|key| key.is_time()) {
            fields = fields.with(columns::PERIOD, |summary| summary.period.map(Period::as_str));
        }
        fields
    }
}

/// Whether each credit is in one group: it has rows of several months, and of several statuses.
fn stocks_add_up(by: &[GroupBy]) -> bool {
    !by.iter().any(|key| key.is_time() || *key == GroupBy::Status)
}

/// Says what the figures of groups do not tell, and returns what is to stand below them.
fn told(session: &Session, groups: &[GroupSummary<'_>], stdio: &mut Stdio<'_>) -> anyhow::Result<Vec<String>> {
    hints::note(session, groups, stdio)?;
    let any_open = groups.iter().any(|group| group.period == Some(Period::Open));
    Ok(hints::footnotes(any_open, session))
}

/// The columns of keys, of rows that are each of a group and its period; the currency has one anyway.
pub(super) fn keyed<'a, R: 'a>(
    by: &[GroupBy],
    names: &'a Names,
    of: impl Fn(&R) -> (Group<'a>, Option<Period>) + Copy + Sync + 'a,
) -> Fields<'a, R> {
    by.iter().fold(Fields::default(), |fields, key| match *key {
        time @ (GroupBy::Month | GroupBy::Quarter(_) | GroupBy::Year(_)) => {
            let column = match *key {
                GroupBy::Month => columns::MONTH,
                GroupBy::Quarter(_) => columns::QUARTER,
                GroupBy::Year(1) => columns::YEAR,
                _ => columns::FISCAL_YEAR,
            };
            fields.with(column, move |row| {
                let (group, period) = of(row);
                group.span_by(time).zip(period)
            })
        }
        GroupBy::Customer => fields.customer(names, move |row| of(row).0.customer),
        GroupBy::Agreement => {
            fields.with(columns::AGREEMENT.priority(Priority::Key), move |row| of(row).0.agreement.map(Id::as_str))
        }
        GroupBy::Partner => {
            fields.with(columns::PARTNER.priority(Priority::Key), move |row| of(row).0.partner.map(Id::as_str))
        }
        GroupBy::Status => {
            fields.with(columns::STATUS.priority(Priority::Key), move |row| of(row).0.status.map(Status::as_str))
        }
        GroupBy::Currency => fields,
    })
}

/// Which months a workbook is about, which goes round without the command that made it.
fn months_shown(months: &[GroupSummary<'_>]) -> Option<String> {
    let months = || months.iter().filter_map(|summary| summary.group.month());
    let (first, last) = (months().min()?, months().max()?);
    Some(if first == last { format!("month {first}") } else { format!("months {first} to {last}") })
}

/// A chart for each currency, of the amounts of its series in each month of a span, or else from its first month to its
/// last; months without records are empty.
pub(super) fn charts(
    title: &str,
    series: &[(&'static str, Mark)],
    amounts: impl Iterator<Item = (Currency, Month, Vec<Option<Decimal>>)>,
    span: Option<(Month, Month)>,
    filter: &Filter,
) -> Vec<Chart> {
    let mut by_currency: BTreeMap<Currency, BTreeMap<Month, Vec<Option<Decimal>>>> = BTreeMap::new();
    for (currency, month, amounts) in amounts {
        by_currency.entry(currency).or_default().insert(month, amounts);
    }
    let chart = |(currency, amounts): (Currency, BTreeMap<Month, Vec<Option<Decimal>>>)| {
        let span = span.or(amounts.keys().next().copied().zip(amounts.keys().next_back().copied()));
        let months = span.into_iter().flat_map(|(first, last)| first.through(last));
        let months: Vec<(Month, Period)> = months.map(|month| dated(month, filter)).collect();
        let series = series.iter().enumerate().map(|(at, (name, mark))| Series {
            name,
            mark: *mark,
            amounts: months.iter().map(|(month, _)| amounts.get(month).and_then(|amounts| amounts[at])).collect(),
        });
        Chart { title: title.to_owned(), currency, series: series.collect(), months }
    };
    by_currency.into_iter().map(chart).collect()
}

//! `aco statement`

use rust_decimal::Decimal;

use crate::analysis::statement::{self, Statement, StatementError};
use crate::analysis::summary::GroupBy;
use crate::model::{Message, Period};
use crate::output::{Cell, Column, Fields, Kind, Priority};

use super::summary::{KEYS, keyed, keys};
use super::{Count, LedgerArgs, RankArgs, Session, Stdio, columns, hints, one_of};

/// How what is left came about: what was granted, used and lost, by month and currency
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Of each period, BalanceBefore + Granted + BroughtIn + LimitChanged - CreditGiven - Forfeited - Vanished = BalanceAmount. \
BroughtIn is what was left of credits in use before the files begin. What is unknown counts as nothing.

Examples:
  aco statement report.csv
  aco statement report.csv --by customer --from 2022-07 --closed
  aco statement report.csv --by year,customer -o year.xlsx")]
pub(super) struct Args {
    /// What to group by, one or more, separated by commas; the currency always is part of it
    #[arg(long, value_name = "KEYS", value_delimiter = ',', default_value = "month", value_parser = one_of(KEYS))]
    by: Vec<GroupBy>,

    #[command(flatten)]
    ledger: LedgerArgs,

    #[command(flatten)]
    rank: RankArgs,
}

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<()> {
    let writer = args.ledger.writer(stdio)?;
    let session = args.ledger.session(stdio)?;
    let Session { ledger, names, filter, threads, .. } = &session;
    let listed = |by: &[GroupBy]| statement::list(ledger, filter, by, *threads);
    let by = keys(&args.by, filter.year_from);
    let statements = listed(&by)?;
    let totals = if writer.shows_totals(stdio) { listed(&[]) } else { Ok(Vec::new()) };
    let totals = match totals {
        // Months that are shown one by one have no total.
        Err(StatementError::LeftOut(_)) => Vec::new(),
        totals => totals?,
    };
    hints::note(&session, &session.summarized(&[GroupBy::Month])?, stdio)?;
    if !statements.is_empty() {
        let lines = Count(statements.len(), "line");
        let text = "what was left before and what moved since is what is left";
        stdio.say(&Message::note(format!("the books balance: in {lines}, and in each credit behind them, {text}")));
    }
    let by_time = by.iter().any(|key| key.is_time());
    let hides_nothing = writer.is_for_people(stdio);
    let keys = keyed(&by, names, |statement: &&Statement<'_>| (statement.group, statement.period));
    let mut fields = movements(keys, !by_time, hides_nothing);
    if by_time {
        fields = fields.with(columns::PERIOD, |statement| statement.period.map(Period::as_str));
    }
    let any_open = statements.iter().any(|statement| statement.period == Some(Period::Open));
    let mut footnotes = hints::footnotes(any_open, &session);
    if !by.contains(&GroupBy::Month) {
        footnotes.extend(hints::months_shown(filter));
    }
    let table = fields.table(&*statements).with_footnotes(footnotes);
    let table = table.with_totals(&movements(Fields::default(), !by_time, hides_nothing), &totals);
    writer.write(&args.rank.apply(table, &[columns::GIVEN.name])?, *threads, stdio)
}

/// The figures of groups; what was left and what is left add up only where each credit is in one of them. A reader is
/// spared the kinds of movements that there were none of.
pub(super) fn movements<'a>(
    fields: Fields<'a, &'a Statement<'a>>,
    stocks_add_up: bool,
    is_for_people: bool,
) -> Fields<'a, &'a Statement<'a>> {
    let amount = |name, priority| Column::new(name, Kind::Amount, priority).adds_up(true);
    let columns = [
        amount("BalanceBefore", Priority::Beside).adds_up(stocks_add_up),
        amount("Granted", Priority::Answer),
        amount("BroughtIn", Priority::Answer),
        amount("LimitChanged", Priority::Answer),
        columns::GIVEN.priority(Priority::Key),
        columns::FORFEITED,
        amount("Vanished", Priority::Answer),
        columns::BALANCE_AMOUNT.adds_up(stocks_add_up).priority(Priority::Asked),
    ];
    let cell = move |column: Column, amount: Option<Decimal>| -> Cell<'a> {
        let is_spared = is_for_people && column.priority < Priority::Beside;
        amount.filter(|amount| !(is_spared && amount.is_zero())).into()
    };
    fields
        .with(columns::CURRENCY, |statement| statement.group.currency)
        .with_all(columns, move |statement| std::array::from_fn(|at| cell(columns[at], statement.amounts[at])))
}

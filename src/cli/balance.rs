//! `aco balance`

use crate::analysis;
use crate::analysis::expiring::Balance;
use crate::model::{Identity, Period};
use crate::output::{Column, Fields, Kind, Priority};

use super::given::{of_identities, sorted};
use super::{LedgerArgs, RankArgs, Session, Stdio, columns, dated, hints};

/// What is left of each credit: its latest state
#[derive(Debug, clap::Args)]
#[command(after_help = "\
With --to or --month, the state is that of the latest month shown. --status asks for the status in that month, so \
`--status active` leaves out credits that have expired since.

Examples:
  aco balance report.csv --status active
  aco balance report.csv --to 2022-06 --as-of 2022-06-30
  aco balance report.csv --currency EUR -f json")]
pub(super) struct Args {
    #[command(flatten)]
    ledger: LedgerArgs,

    #[command(flatten)]
    rank: RankArgs,
}

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<()> {
    let writer = args.ledger.writer(stdio)?;
    let session = args.ledger.session(stdio)?;
    let Session { ledger, filter, .. } = &session;
    let last = filter.last_month(ledger);
    let mut rows = Vec::new();
    for credits in sorted(ledger).iter().flat_map(|part| of_identities(ledger, part)) {
        let first = rows.len();
        for credit in credits.iter().filter(|credit| filter.shows_credit(ledger, credit)) {
            let balance = last.map(|last| Balance::at(&ledger.life(credit)?, filter, last)).transpose()?;
            if let Some(balance) = balance.flatten() {
                rows.push((ledger.identity(credit), balance));
            }
        }
        // Stable: credits that share a month stay in the order of their first days.
        rows[first..].sort_by_key(|(_, balance)| balance.latest.month);
    }
    if rows.is_empty() {
        hints::note_nothing(&session, stdio);
    }
    hints::note_gaps(&session, stdio)?;
    let at_the_end = analysis::hints::at_the_end(ledger, filter)?;
    hints::note_balances(&at_the_end, stdio);
    hints::note_ended_since(&at_the_end, filter, stdio);
    hints::note_last_month(&session, stdio);
    let any_open = rows.iter().any(|(_, balance)| filter.period(balance.latest.month) == Period::Open);
    let table = fields(&session).table(&*rows).with_sums().with_footnotes(hints::footnotes(any_open, &session));
    writer.write(&args.rank.apply(table, &[columns::BALANCE_AMOUNT.name])?, session.threads, stdio)
}

type BalanceRow<'l> = (&'l Identity, Balance<'l>);

/// Every credit has one row, so stocks add up.
fn fields(Session { filter, names, .. }: &Session) -> Fields<'_, &BalanceRow<'_>> {
    Fields::<&BalanceRow<'_>>::default()
        .identity(names, |(identity, _)| identity)
        .with(columns::MONTH.priority(Priority::Answer), |(_, balance)| dated(balance.latest.month, filter))
        .with(columns::STATUS, |(_, balance)| balance.latest.status.as_str())
        .with(Column::new("State", Kind::Text, Priority::Detail), |(_, balance)| balance.state.as_str())
        .with(columns::LIMIT.adds_up(true).priority(Priority::Detail), |(_, balance)| balance.limit)
        .with(columns::CREDIT_AMOUNT.adds_up(true), |(_, balance)| balance.latest.credit_amount)
        .with(columns::BALANCE_AMOUNT.adds_up(true).priority(Priority::Key), |(_, balance)| balance.left)
        .with(Column::new("UsedPercent", Kind::Percent, Priority::Detail), |(_, balance)| balance.used_percent)
        .with(columns::EFFECTIVE, |(_, balance)| balance.latest.effective())
        .with(columns::EXPIRY.priority(Priority::Key), |(_, balance)| balance.latest.expiry())
        .with(columns::DAYS_LEFT, |(_, balance)| balance.days_left)
        .with(columns::FORFEITED.priority(Priority::Detail), |(_, balance)| balance.forfeited)
}

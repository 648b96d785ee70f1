//! `aco list`

use chrono::NaiveDate;

use crate::ledger::{Credit, Ledger, RowRef};
use crate::model::{Currency, Id, Key, Period};
use crate::output::{Column, Fields, Priority};

use super::{LedgerArgs, Session, Stdio, columns, dated, hints};

/// The report's records, spelled the same way throughout, in the order of the input
///
/// As CSV or TSV, the output is itself a balance report that every command reads (with --decimal point where all amounts
/// have three decimals): repeated rows stand in it once, and of rows that a later file restated the later ones.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  aco list report.csv --currency JPY
  aco list report.csv --month 2022-07
  aco list july.csv august.csv -o ledger.csv")]
pub(super) struct Args {
    #[command(flatten)]
    ledger: LedgerArgs,
}

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<()> {
    let writer = args.ledger.writer(stdio)?;
    let session = args.ledger.session(stdio)?;
    let listing = session.ledger.listing(shown_credits(&session));
    let (any_shown, any_open) = any_shown(&session);
    if !any_shown {
        hints::note_nothing(&session, stdio);
    }
    let table = fields(&session).table_in_parts(listing.pages(), |page, each| {
        let listed = |row| is_shown(&session, row).then(|| listed(session.ledger, row));
        listing.page(page, listed).try_for_each(|row| each(&row))
    });
    let table = table.with_footnotes(hints::footnotes(any_open, &session));
    writer.write(&table, session.threads, stdio)
}

/// A row with what its key says: fetched while rows come in the order of memory, not when a row is written.
struct ListedRow<'l> {
    row: RowRef,
    partner: &'l str,
    customer: &'l Id,
    agreement: &'l str,
    credit_name: &'l str,
    currency: Currency,
    effective: Option<NaiveDate>,
    expiry: Option<NaiveDate>,
}

/// What the report says, of credits that are over too.
const BALANCE_REPORTED: Column =
    Column { headed: Some("Balance reported"), ..columns::BALANCE_AMOUNT.priority(Priority::Key) };

fn fields(Session { ledger, filter, names, .. }: &Session) -> Fields<'_, ListedRow<'_>> {
    Fields::<ListedRow>::default()
        .with(columns::PARTNER, |row| row.partner)
        .customer(names, |row| row.customer)
        .with(columns::MONTH, |row| dated(ledger.month(row.row), filter))
        .with(columns::CREDIT_NAME, |row| row.credit_name)
        .with(columns::CREDIT_AMOUNT.priority(Priority::Key), |row| ledger.credit_amount(row.row))
        .with(columns::STATUS, |row| ledger.status(row.row).as_str())
        .with(BALANCE_REPORTED, |row| ledger.balance_amount(row.row))
        .with(columns::CURRENCY, |row| row.currency)
        .with(columns::AGREEMENT, |row| row.agreement)
        .with(columns::EFFECTIVE, |row| row.effective)
        .with(columns::EXPIRY, |row| row.expiry)
}

fn listed(ledger: &Ledger, row: RowRef) -> ListedRow<'_> {
    let Key { identity, effective, expiry } = ledger.key(row);
    ListedRow {
        row,
        partner: identity.partner.as_str(),
        customer: &identity.customer,
        agreement: identity.agreement.as_str(),
        credit_name: &identity.credit_name,
        currency: identity.currency,
        effective: *effective,
        expiry: *expiry,
    }
}

fn is_shown(Session { ledger, filter, .. }: &Session, row: RowRef) -> bool {
    filter.shows_row(ledger.month(row), ledger.status(row))
}

/// Whether any row is shown, and whether one of an open month is.
fn any_shown(session: &Session) -> (bool, bool) {
    let Session { ledger, filter, .. } = session;
    let rows = shown_credits(session).flat_map(|credit| ledger.rows(credit));
    let mut shown = rows.filter(|row| is_shown(session, *row));
    let is_open = |month| filter.period(month) == Period::Open;
    if !ledger.months().iter().any(|month| is_open(*month)) {
        return (shown.next().is_some(), false);
    }
    let mut any = false;
    let any_open = shown.any(|row| {
        any = true;
        is_open(ledger.month(row))
    });
    (any, any_open)
}

fn shown_credits(Session { ledger, filter, .. }: &Session) -> impl Iterator<Item = &Credit> {
    ledger.credits().iter().filter(|credit| filter.shows_identity(ledger.identity(credit)))
}

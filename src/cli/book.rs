//! `aco book`

use std::path::PathBuf;

use anyhow::{Context, bail};

use crate::analysis::book::{self, Books, Named, ToBook};
use crate::model::{Grouped, Message, Names, VisiblePath};
use crate::output::{Column, Fields, Format, Journal, Kind, Priority, journal};

use super::booked::BookedFile;
use super::write::FORMATS;
use super::{Count, LedgerArgs, Session, Stdio, Word, columns, dated, hints, is_closed_pipe, one_of, write};

/// What is to be booked now: closed months that are not booked yet, and corrections of those that are
#[derive(Debug, clap::Args)]
#[command(mut_arg("format", |arg| arg.value_parser(one_of(formats()))))]
#[command(mut_arg("output", |arg| arg.help("Write to a file; its extension says the format: those of other commands, \
    and .journal, .hledger and .beancount")))]
#[command(after_help = "\
A row is of one credit and month. What Microsoft restates after it was booked is a correction on the day of --as-of: what \
is booked is never changed. Run again after --append, there is nothing to book.

Examples:
  aco book report.csv --booked booked.csv --from 2022-12
  aco book downloads --booked booked.csv --customer 0b6e -f hledger")]
pub(super) struct Args {
    /// What was booked so far; a file that does not exist is an empty one, with a warning
    #[arg(long, value_name = "FILE", help_heading = "What is booked")]
    booked: PathBuf,

    /// Add what is to be booked to the file of --booked, all of it or nothing
    #[arg(long, help_heading = "What is booked")]
    append: bool,

    /// The account of a journal that is debited; {customer} and {currency} are filled in
    #[arg(long, value_name = "ACCOUNT", help_heading = "What is booked")]
    #[arg(default_value = "Expenses:Azure-Credit:{currency}")]
    account_given: String,

    /// The account of a journal that is credited
    #[arg(long, value_name = "ACCOUNT", help_heading = "What is booked")]
    #[arg(default_value = "Liabilities:Azure-Credit:{customer}")]
    account_credit: String,

    #[command(flatten)]
    ledger: LedgerArgs,
}

/// Formats that hold bookings and nothing else.
const JOURNALS: [Word<Format>; 2] = [
    ("hledger", "A journal for hledger", Format::Journal(Journal::Hledger)),
    ("beancount", "A journal for Beancount", Format::Journal(Journal::Beancount)),
];

fn formats() -> Vec<Word<Format>> {
    [&FORMATS[..], &JOURNALS].concat()
}

/// Most amounts that are named one by one.
const NAMED: usize = 20;

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<()> {
    let inputs = args.ledger.read.inputs();
    let writer =
        args.ledger.write.open_in(&formats(), &[&inputs[..], std::slice::from_ref(&args.booked)].concat(), stdio)?;
    let file = BookedFile::read(&args.booked, stdio)?;
    let destination = args.append.then(|| write::destination(&args.booked, &inputs)).transpose()?;
    let session = args.ledger.session(stdio)?;
    let Session { ledger, names, filter, .. } = &session;
    if !filter.statuses.is_empty() {
        bail!("a month is booked whole, whatever the status of its rows: --status cannot be used here");
    }
    let books = book::compare(ledger, filter, &file.bookings)?;
    say_unbooked(&books, names, stdio);
    hints::warn_of_vanished(&session, "what is to be booked", stdio)?;
    if books.to_book.iter().any(|booking| Some(booking.month) == ledger.downloads().last_month_of_newest()) {
        hints::note_last_month(&session, stdio);
    }
    let journal = if let Some(Format::Journal(journal)) = writer.asked { Some(journal) } else { None };
    let accounts = journal.map_or(Ok(Vec::new()), |journal| args.accounts(&books, journal))?;
    // Run again, it does not put an empty journal in the place of the one that was made.
    if !books.to_book.is_empty() || writer.asked.is_some() && !args.append {
        let fields = fields(&books.to_book, &session);
        let fields = journal.iter().zip([&accounts]).fold(fields, |fields, (_, accounts)| {
            let column = |at: usize| Column::new(journal::ACCOUNTS[at], Kind::Text, Priority::Key);
            fields.with(column(0), |row| &*accounts[*row][0]).with(column(1), |row| &*accounts[*row][1])
        });
        let written = writer.write(&fields.table(0..books.to_book.len()).with_sums(), 1, stdio);
        if args.append && written.as_ref().is_err_and(is_closed_pipe) {
            bail!("nothing is booked, because the output was closed before all of it was shown");
        }
        written?;
    }
    // Last: what could not be shown is not booked, and what is booked was shown.
    if ledger.months().is_empty() {
        hints::note_nothing(&session, stdio);
    }
    if books.to_book.is_empty() {
        stdio.say(&Message::note("nothing is to be booked"));
    } else if let Some(destination) = destination {
        let written = destination.write(|out| file.write_with(&books.to_book, filter.as_of, names, out));
        written.with_context(|| write::unwritable(&args.booked))?;
        let text = format!("{} added to {}", Count(books.to_book.len(), "row"), VisiblePath(&args.booked));
        stdio.say(&Message::note(text));
    }
    Ok(())
}

impl Args {
    /// The accounts of both sides of each booking.
    fn accounts(&self, books: &Books<'_>, journal: Journal) -> anyhow::Result<Vec<[String; 2]>> {
        let sides = [("--account-given", &self.account_given), ("--account-credit", &self.account_credit)];
        let account = |booking: &ToBook<'_>, (flag, template): (&str, &String)| {
            let account = journal::account(template, &booking.identity.customer, booking.identity.currency, journal);
            account.ok_or_else(|| {
                let (example, _) = self.account_credit.split_once(':').unwrap_or(("Liabilities", ""));
                Message::error(format!("{flag}: '{}' is no account of a journal", template.escape_debug()))
                    .hint(format!("name one such as `{example}:Azure-Credit:{{customer}}`"))
            })
        };
        let both = |booking| Ok([account(booking, sides[0])?, account(booking, sides[1])?]);
        books.to_book.iter().map(both).collect()
    }
}

/// Names what is not booked, because nobody knows it, and what was booked and is no more.
fn say_unbooked(books: &Books<'_>, names: &Names, stdio: &mut Stdio<'_>) {
    let mut say = |named: &[Named<'_>], what: &str, hint: &str| {
        for (at, (identity, month, amount)) in named.iter().enumerate().take(NAMED) {
            let (amount, currency) = (Grouped(*amount), identity.currency);
            let (customer, agreement) = (names.told(&identity.customer), &identity.agreement);
            let message = Message::warning(format!(
                "{what}: {amount} {currency} of {month}, customer {customer}, agreement {agreement}"
            ));
            let is_last = at + 1 == named.len().min(NAMED);
            stdio.say(&if is_last { message.hint(hint) } else { message });
        }
        if named.len() > NAMED {
            stdio.say(&Message::warning(format!("{what}: {} more", Count(named.len() - NAMED, "amount"))));
        }
    };
    let hint =
        "add older reports; or book by hand what you know of the months before: it counts, and the rest is named";
    say(&books.unknown, "left alone, because it is not known in which months it was given", hint);
    say(&books.gone, "booked, but in no download any more", "ask why; if it was taken back, add a correction by hand");
}

/// The columns of bookings, which are named by their places.
fn fields<'a>(bookings: &'a [ToBook<'a>], Session { filter, names, .. }: &'a Session) -> Fields<'a, usize> {
    Fields::<usize>::default()
        .with(Column::new("BookedOn", Kind::Date, Priority::Detail), |_| filter.as_of)
        .with(columns::MONTH, |row| dated(bookings[*row].month, filter))
        .identity(names, |row| bookings[*row].identity)
        .with(Column::new("Kind", Kind::Text, Priority::Key), |row| bookings[*row].kind.as_str())
        .with(Column::new("Amount", Kind::Amount, Priority::Key).adds_up(true), |row| bookings[*row].amount)
}

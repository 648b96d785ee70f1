//! A statement to each customer, with nothing of any other in it.
//!
//! Invariant: while one is made, the ledger has no credits but the customer's, and no name of a file is in it.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, bail};

use crate::analysis::expiring::{self, Horizon, OVER};
use crate::analysis::overview::Overview;
use crate::analysis::statement::{self, Statement};
use crate::analysis::summary::GroupBy;
use crate::ledger::Credit;
use crate::model::{Id, Message, Month, Span, VisiblePath};
use crate::output::{Fields, Page, Section};

use super::{Args, ReportFigures, ReportFormat, texts};
use crate::cli::columns::{self, UNKNOWN};
use crate::cli::statement::movements;
use crate::cli::summary::keyed;
use crate::cli::{Count, Session, Stdio, hints, progress, read, write};

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<()> {
    if args.output.as_os_str() == "-" {
        bail!("--each writes several files: name a folder with -o");
    }
    let (ledger, unreadable) = args.read.ledger(&args.filter, stdio)?;
    if !unreadable.is_empty() {
        bail!("a statement to a customer cannot leave out rows: --skip-invalid cannot be used here");
    }
    let mut session = Session::new(ledger, &[], (&args.read, &args.filter), None, stdio)?;
    of_the_year(&mut session);
    let Session { ledger, filter, .. } = &session;
    read::say_findings(ledger, filter, stdio);
    let mut customers: BTreeMap<Id, Vec<Credit>> = BTreeMap::new();
    for credit in ledger.credits().iter().filter(|credit| filter.shows_credit(ledger, credit)) {
        customers.entry(ledger.identity(credit).customer.clone()).or_default().push(credit.clone());
    }
    let count = customers.len();
    let write_all = |written: &AtomicU64| {
        let (mut pages, mut taken, mut as_text) = (0, HashSet::new(), 0);
        for (customer, credits) in customers {
            session.ledger.narrow(credits);
            if let Some(amounts) = write_one(args, &session, &customer, &mut taken)? {
                pages += 1;
                as_text += amounts;
            }
            written.fetch_add(1, Ordering::Relaxed);
        }
        Ok::<_, anyhow::Error>((pages, as_text))
    };
    let template = "{pos} of {len} customers, {eta} left  {wide_bar}";
    let (pages, amounts_as_text) = progress::counted(Some(count as u64), template, stdio, write_all)?;
    if pages == 0 {
        hints::note_nothing(&session, stdio);
        return Ok(());
    }
    write::warn_of_text(amounts_as_text, stdio);
    stdio.say(&Message::note(format!("{} written to {}", Count(pages, "statement"), VisiblePath(&args.output))));
    Ok(())
}

/// What is shown unless months are named: the year of the last closed month.
fn of_the_year(Session { ledger, filter, .. }: &mut Session) {
    let closed = Month::of(filter.as_of).previous();
    let last = ledger.months().last().map_or(closed, |last| closed.min(*last));
    if filter.months.is_empty() && filter.from.or(filter.to).is_none() {
        filter.from = Some(Span::year_of(last, filter.year_from).first());
    }
}

/// Writes what is shown of a customer, if anything is; returns how many amounts stand in it as text.
fn write_one(
    args: &Args,
    session: &Session,
    customer: &Id,
    taken: &mut HashSet<String>,
) -> anyhow::Result<Option<usize>> {
    let Session { ledger, names, filter, .. } = session;
    let name = names.get(customer);
    let title = format!("{}: {}", args.title, name.unwrap_or(customer.as_str()));
    let overview = Overview::new(ledger, filter, &[], 1)?;
    let Some((first, last)) = overview.span() else { return Ok(None) };
    let report = ReportFigures { session, overview: &overview, compared: None };
    let running = expiring::list(ledger, filter, Horizon { within: None, over: OVER }, 1)?.credits;
    let is_page = args.format == ReportFormat::Page;
    let months = statement::list(ledger, filter, &[GroupBy::Month], 1)?;
    let fields = keyed(&[GroupBy::Month], names, |month: &&Statement<'_>| (month.group, month.period));
    let months = movements(fields, false, is_page).table(&*months).with_sums();
    let lead = "What is left of each running credit, its last day, and what will likely be lost then.";
    let credits = columns::expiring(Fields::default(), session, UNKNOWN).table(&*running).with_sums();
    let page = Page {
        title: &title,
        scope: vec![format!("Customer {customer}. Months {first} to {last}, as of {}.", filter.as_of)],
        sources: Vec::new(),
        statements: Vec::new(),
        headlines: texts::headlines(&overview),
        notes: texts::notes(&report)?,
        sections: vec![
            Section::new("Credits", lead, "No credit is running.", credits),
            Section::new("By month", "What was granted, used and lost in each month.", "No month is shown.", months),
        ],
    };
    fs::create_dir_all(&args.output).with_context(|| write::unwritable(&args.output))?;
    let path = args.output.join(file_name(name, customer, args.format, taken));
    let destination = write::destination(&path, &args.read.inputs())?;
    let written = destination.write(|out| super::write(&page, args.format, out));
    written.map(Some).with_context(|| write::unwritable(&path))
}

/// Most bytes of a name, and of an id, in the name of a file: systems take 255 of both.
const MOST_BYTES: usize = 100;

/// Names that Windows keeps for devices, whatever stands behind a dot.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// A name that every system takes and no other file of the run has, whatever the customer is called.
fn file_name(name: Option<&str>, customer: &Id, format: ReportFormat, taken: &mut HashSet<String>) -> String {
    let safe = |text: &str| {
        let mut safe = String::new();
        for letter in text.chars() {
            if safe.len() >= MOST_BYTES {
                break;
            }
            safe.push(if letter.is_alphanumeric() || "-_&() ".contains(letter) { letter } else { '-' });
        }
        safe.trim_matches([' ', '-']).to_owned()
    };
    let parts = [name.map(safe), Some(safe(customer.as_str()))];
    let mut parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    let word = parts.join(" ").trim_end_matches(|c: char| c.is_ascii_digit()).to_lowercase();
    if parts.is_empty() || DEVICES.contains(&&*word) {
        parts.insert(0, "customer".to_owned());
    }
    let stem = parts.join(" ");
    let extension = if format == ReportFormat::Page { "html" } else { "xlsx" };
    let one = |number: usize| {
        if number == 1 { format!("{stem}.{extension}") } else { format!("{stem} ({number}).{extension}") }
    };
    let mut number = 1;
    // Windows and macOS take names that differ in case for the same.
    while !taken.insert(one(number).to_lowercase()) {
        number += 1;
    }
    one(number)
}

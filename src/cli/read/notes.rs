//! What is said about rows that were read, or could not be.

use chrono::NaiveDate;

use crate::analysis::{Check, Filter, Finding, check};
use crate::input::error::{AGAIN, Fault, FileError, Problem};
use crate::input::is_list_of_names;
use crate::ledger::{Contradiction, Found, Ledger, Renamed, What};
use crate::model::{Message, Visible};

use crate::cli::messages::Failures;
use crate::cli::{Count, Stdio, from_to, joined};

/// Most unreadable cells that are printed.
const SHOWN: usize = 20;

/// Prints the first cells and rows that cannot be read.
pub(crate) fn list_problems(problems: &[Problem], files: &[String], stdio: &mut Stdio<'_>) {
    for problem in problems.iter().take(SHOWN) {
        stdio.print_line(problem.message(files));
    }
    if problems.len() > SHOWN {
        stdio.print_line(format_args!("... and {} more", problems.len() - SHOWN));
    }
}

/// Each file that cannot be read, and why.
pub(crate) fn unreadable(errors: &[FileError]) -> Failures {
    let told = |error: &FileError| match error.fault {
        Fault::Absent { .. } if is_list_of_names(&error.file) => {
            error.message().hint("this is a list of names: name it with --names, beside a report")
        }
        _ => error.message(),
    };
    Failures(errors.iter().map(told).collect())
}

/// What is found of a file that may have been meant to be read.
pub(super) fn unread(file: &str) -> Finding {
    Finding::new(Check::UnreadFile, format!("not read: {file}; {AGAIN}"))
}

/// What is found of a row that cannot be read.
pub(crate) fn finding(problem: &Problem) -> Finding {
    let value = problem.value.as_ref().map(|value| format!("'{}'", value.escape_debug()));
    let column = problem.column.map(|column| format!("{column}: ")).unwrap_or_default();
    let shown = value.map(|value| format!("{column}{value}: "));
    let about = shown.as_ref().unwrap_or(&column);
    let message = format!("{about}{}; the row is left out of all figures", problem.expected);
    Finding { place: Some(problem.place), detail: shown, ..Finding::new(Check::UnreadableRow, message) }
}

/// Files that give a credit two states in one month cannot be booked.
pub(super) fn refuse_conflicts(ledger: &Ledger) -> anyhow::Result<()> {
    let conflicts: Vec<&Found> = ledger.findings().rows.iter().filter(|found| found.is_conflict()).collect();
    let Some(What::Conflict(first)) = conflicts.iter().map(|found| found.what).min() else { return Ok(()) };
    let mut lines: Vec<String> = conflicts.iter().take(SHOWN).map(|found| told(ledger, found)).collect();
    if conflicts.len() > SHOWN {
        lines.push(format!("... and {} more", conflicts.len() - SHOWN));
    }
    let hint = match first {
        Contradiction::InOneFile => "one of the two is wrong; remove it from the file",
        Contradiction::InOneDownload => {
            "the files end in the same month, so that neither is the newer one; leave one out, or name all files, the \
             older one of the two before the other, and say --in-order; `aco diff OLD NEW`, of the two, shows what \
             changed"
        }
        Contradiction::AmongTranches => {
            "it may be one credit with an amended EffectiveDate, or another of its agreement; leave out the file that is \
             wrong, or correct the date"
        }
    };
    Err(Message::error(lines.join("\n")).hint(hint).into())
}

fn told(ledger: &Ledger, found: &Found) -> String {
    let place = ledger.place(found.row);
    let identity = &ledger.key(found.replaced).identity;
    format!(
        "{}:{}: contradicts {}: customer {}, agreement {}, {}: {}",
        Visible(&ledger.files()[place.file as usize]),
        place.line,
        check::other_row(ledger, found.replaced, found.row),
        identity.customer,
        identity.agreement,
        ledger.month(found.replaced),
        check::changes(ledger, found),
    )
}

/// Says what the day that is looked back to leaves out.
pub(super) fn say_left_out(ledger: &Ledger, as_of: Option<NaiveDate>, stdio: &mut Stdio<'_>) {
    let later = &ledger.findings().later;
    let (Some(as_of), Some((first, _)), Some((last, _))) = (as_of, later.first(), later.last()) else { return };
    let rows = Count(later.iter().map(|(_, rows)| rows).sum(), "row");
    stdio.say(&Message::note(format!("--as-of {as_of} leaves out {rows} of {}", from_to(*first, *last))));
}

/// Says what putting together the rows that are shown brought to light.
pub(crate) fn say_findings(ledger: &Ledger, filter: &Filter, stdio: &mut Stdio<'_>) {
    let count = |what| {
        let of_kind = ledger.findings().rows.iter().filter(|found| found.what == what);
        let shown = of_kind.filter(|found| filter.shows_identity(&ledger.key(found.row).identity));
        // A doubt about a credit's dates is none about a month.
        shown.filter(|found| what == What::Doubtful || filter.shows_month(ledger.month(found.row))).count()
    };
    let (repeated, doubtful) = (count(What::Duplicate), count(What::Doubtful));
    if repeated > 0 {
        stdio.say(&Message::aside(format!("{} counted once", Count(repeated, "identical row"))));
    }
    say_restated([What::Restated, What::Added, What::Gone].map(count), stdio);
    say_renamed(ledger, filter, stdio);
    if doubtful > 0 {
        let credits = Count(doubtful, "credit");
        let message = Message::note(format!(
            "{credits} told from another of the same agreement by EffectiveDate alone: if that date was only amended, \
             CreditGiven counts use twice"
        ));
        stdio.say(&message.hint(named_by(Check::DatesAmended, stdio)));
    }
}

/// Says which credits have two names: what was given is counted on from one to the next.
pub(crate) fn say_renamed(ledger: &Ledger, filter: &Filter, stdio: &mut Stdio<'_>) {
    let renamed = ledger.findings().renamed.iter().filter(|renamed| filter.shows_identity(&renamed.identity));
    let renamed: Vec<&Renamed> = renamed.collect();
    let Some(Renamed { identity, before, after, from }) = renamed.first() else { return };
    let others = if renamed.len() > 1 { format!(" (the first of {})", renamed.len()) } else { String::new() };
    stdio.say(&Message::note(format!(
        "customer {}, agreement {}: CreditName is `{}`, and from {from} on `{}`: one credit, for all else agrees{others}",
        identity.customer,
        identity.agreement,
        Visible(before),
        Visible(after),
    )));
}

/// Says what newer downloads changed in months that were not the last of the older ones.
fn say_restated([restated, added, gone]: [usize; 3], stdio: &mut Stdio<'_>) {
    let changes = [
        ("restate", restated, ""),
        ("add", added, " to months that older ones have"),
        ("lack", gone, ", still counted"),
    ];
    let changes = changes.into_iter().filter(|(_, count, _)| *count > 0);
    let changes: Vec<String> =
        changes.map(|(verb, count, how)| format!("{verb} {}{how}", Count(count, "row"))).collect();
    if !changes.is_empty() {
        let message = Message::note(format!("newer downloads {}", joined(&changes)));
        stdio.say(&message.hint(named_by(Check::RestatedMonth, stdio)));
    }
}

/// Which command names what a note counts.
fn named_by(check: Check, stdio: &Stdio<'_>) -> String {
    format!("`aco check {} --only {}` names them", stdio.given, check.name())
}

//! What is said about rows that were read, or could not be.

use crate::analysis::check::{Check, Finding};
use crate::input::error::{FileError, Problem};
use crate::ledger::{Ledger, Pair};
use crate::model::message::Message;
use crate::model::text::Visible;

use crate::cli::messages::Failures;
use crate::cli::stdio::Stdio;
use crate::cli::words::Count;

/// Most unreadable cells that are printed.
const SHOWN: usize = 20;

/// Prints the first cells and rows that cannot be read.
pub(crate) fn list_problems(problems: &[Problem], files: &[String], stdio: &mut Stdio<'_>) {
    for problem in problems.iter().take(SHOWN) {
        stdio.say_plainly(problem.message(files));
    }
    if problems.len() > SHOWN {
        stdio.say_plainly(format_args!("... and {} more", problems.len() - SHOWN));
    }
}

/// Each file that cannot be read, and why.
pub(crate) fn unreadable(errors: &[FileError]) -> Failures {
    Failures(errors.iter().map(FileError::message).collect())
}

/// What is found of a row that cannot be read.
pub(crate) fn finding(problem: &Problem) -> Finding {
    let value = problem.value.as_ref().map(|value| format!("'{}': ", value.escape_debug())).unwrap_or_default();
    let column = problem.column.map(|column| format!("{column}: ")).unwrap_or_default();
    Finding {
        check: Check::UnreadableRow,
        severity: Check::UnreadableRow.severity(),
        place: Some(problem.place()),
        customer: None,
        agreement: None,
        month: None,
        message: format!("{column}{value}{}; the row is left out of all figures", problem.expected),
    }
}

/// One file that gives a credit two states in one month cannot be booked.
pub(super) fn refuse_conflicts(ledger: &Ledger) -> anyhow::Result<()> {
    let conflicts = &ledger.findings().conflicts;
    if conflicts.is_empty() {
        return Ok(());
    }
    let mut lines: Vec<String> = conflicts.iter().take(SHOWN).map(|pair| conflict(ledger, *pair)).collect();
    if conflicts.len() > SHOWN {
        lines.push(format!("... and {} more", conflicts.len() - SHOWN));
    }
    Err(Message::error(lines.join("\n")).hint("one of the two is wrong; remove it from the file").into())
}

fn conflict(ledger: &Ledger, pair: Pair) -> String {
    let (first, second) = (ledger.place(pair.first), ledger.place(pair.second));
    let (shard, row) = ledger.row(pair.first);
    let (other_shard, other) = ledger.row(pair.second);
    let identity = &shard.key(row).identity;
    format!(
        "{}:{}: contradicts line {}: customer {}, agreement {}, {}: CreditAmount {} and {}, BalanceAmount {} and {}, \
         Status {} and {}",
        Visible(&ledger.report().files[second.file as usize]),
        second.line,
        first.line,
        identity.customer,
        identity.agreement,
        shard.month(row),
        shard.credit_amount(row),
        other_shard.credit_amount(other),
        shard.balance_amount(row),
        other_shard.balance_amount(other),
        shard.status(row),
        other_shard.status(other),
    )
}

pub(super) fn tell_findings(ledger: &Ledger, stdio: &mut Stdio<'_>) {
    let findings = ledger.findings();
    if !findings.duplicates.is_empty() {
        let rows = Count(findings.duplicates.len(), "identical row");
        stdio.say(&Message::note(format!("{rows} counted once")));
    }
    if !findings.restated.is_empty() {
        let rows = Count(findings.restated.len(), "row");
        stdio.say(&Message::note(format!("{rows} of earlier files restated by later ones")));
    }
    if !findings.doubtful_tranches.is_empty() {
        let credits = Count(findings.doubtful_tranches.len(), "credit");
        let message = Message::note(format!(
            "{credits} told from another of the same agreement by EffectiveDate alone: if that date was only amended, \
             CreditGiven counts use twice"
        ));
        stdio.say(&message.hint("`aco check --only dates-amended` names them"));
    }
}

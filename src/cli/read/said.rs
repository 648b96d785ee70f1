//! What is said about rows that were read, or could not be.

use std::io::Write;

use anyhow::bail;

use crate::input::error::{FileError, Problem};
use crate::ledger::{Ledger, Pair};
use crate::model::text::Visible;

use crate::cli::stdio::Stdio;
use crate::cli::words::Count;

/// Most unreadable cells that are printed.
const SHOWN: usize = 20;

/// Prints the first cells and rows that cannot be read.
pub(in crate::cli) fn list_problems(
    problems: &[Problem],
    files: &[String],
    stdio: &mut Stdio<'_>,
) -> anyhow::Result<()> {
    for problem in problems.iter().take(SHOWN) {
        writeln!(stdio.stderr, "{}", problem.message(files))?;
    }
    if problems.len() > SHOWN {
        writeln!(stdio.stderr, "... and {} more", problems.len() - SHOWN)?;
    }
    Ok(())
}

pub(in crate::cli) fn unreadable(errors: &[FileError]) -> anyhow::Error {
    let messages: Vec<String> = errors.iter().map(ToString::to_string).collect();
    anyhow::anyhow!("{}", messages.join("\nerror: "))
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
    bail!("{}\nhint: one of the two is wrong; remove it from the file", lines.join("\n"))
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

pub(super) fn tell_findings(ledger: &Ledger, stdio: &mut Stdio<'_>) -> anyhow::Result<()> {
    let findings = ledger.findings();
    if !findings.duplicates.is_empty() {
        let rows = Count(findings.duplicates.len(), "identical row");
        writeln!(stdio.stderr, "note: {rows} counted once")?;
    }
    if !findings.restated.is_empty() {
        let rows = Count(findings.restated.len(), "row");
        writeln!(stdio.stderr, "note: {rows} of earlier files restated by later ones")?;
    }
    if !findings.doubtful_tranches.is_empty() {
        let credits = Count(findings.doubtful_tranches.len(), "credit");
        writeln!(
            stdio.stderr,
            "note: {credits} told from another of the same agreement by EffectiveDate alone: if that date was only \
             amended, CreditGiven counts use twice\nhint: `aco check --only dates-amended` names them"
        )?;
    }
    Ok(())
}

//! What a reader of a reconciliation must be told besides its rows: what was left out, and why.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::Result;

use crate::analysis::reconcile::{Billing, OtherCredits, Reconciliation, Verdict};
use crate::model::currency::Currency;
use crate::model::invoice::{FileKind, Finding, InvoiceKey, Invoices};
use crate::model::money::Sum;
use crate::model::month::Month;
use crate::model::text::Visible;

use super::super::Stdio;
use super::super::words::{Count, List};

/// Most findings, and most customers, that are named one by one.
const SHOWN: usize = 20;

/// What there is to tell.
pub(super) struct Notes<'a> {
    pub(super) invoices: &'a Invoices,
    pub(super) billing: &'a Billing,
    pub(super) found: &'a Reconciliation<'a>,
    pub(super) others: &'a [OtherCredits<'a>],
}

impl Notes<'_> {
    pub(super) fn tell(&self, stdio: &mut Stdio<'_>) -> Result<()> {
        self.tell_files(stdio)?;
        self.tell_invoices(stdio)?;
        self.tell_others(stdio)?;
        self.tell_months(stdio)?;
        self.tell_incomparable(stdio)?;
        self.tell_results(stdio)
    }

    fn tell_files(&self, stdio: &mut Stdio<'_>) -> Result<()> {
        for file in &self.invoices.files {
            let name = Visible(&file.name);
            if file.kind == FileKind::DailyUsage {
                writeln!(
                    stdio.stderr,
                    "note: {name} is a daily rated usage file: a breakdown that lacks credits calculated at the \
                     period's end\nhint: the invoice reconciliation file is what counts"
                )?;
            } else if !file.has_reasons {
                writeln!(
                    stdio.stderr,
                    "note: {name} has no column CreditReasonCode: Azure credit cannot be told from other credits\n\
                     hint: --reason '' counts all of its credits"
                )?;
            }
        }
        Ok(())
    }

    fn tell_invoices(&self, stdio: &mut Stdio<'_>) -> Result<()> {
        let name = |key: &InvoiceKey| Visible(&self.invoices.files[key.file as usize].name);
        for (again, first) in &self.billing.repeated {
            let (number, again, first) = (Visible(&again.number), name(again), name(first));
            writeln!(stdio.stderr, "note: invoice {number} is the same in {first} and {again}: counted once")?;
        }
        for usage in &self.billing.superseded {
            let (number, file) = (Visible(&usage.number), name(usage));
            writeln!(stdio.stderr, "note: invoice {number} has a reconciliation file: {file} left out for it")?;
        }
        for number in &self.billing.undated {
            let number = Visible(number);
            writeln!(
                stdio.stderr,
                "note: invoice {number} has no Azure credit and no usage, so it covers no month\n\
                 hint: say which with --invoice-month {number}=YYYY-MM"
            )?;
        }
        Ok(())
    }

    fn tell_others(&self, stdio: &mut Stdio<'_>) -> Result<()> {
        let mut reasons: BTreeMap<(&str, Currency), (u64, Sum)> = BTreeMap::new();
        for other in self.others {
            let (lines, sum) = reasons.entry((other.reason, other.currency)).or_default();
            *lines += other.lines;
            sum.add(other.amount)?;
        }
        for ((reason, currency), (lines, sum)) in reasons {
            let lines = Count(usize::try_from(lines).unwrap_or(usize::MAX), "line");
            let reason = if reason.is_empty() {
                "without a reason".to_owned()
            } else {
                format!("for `{}`", reason.escape_debug())
            };
            writeln!(stdio.stderr, "note: not counted: {} {currency} of credit {reason} ({lines})", sum.value()?)?;
        }
        Ok(())
    }

    fn tell_months(&self, stdio: &mut Stdio<'_>) -> Result<()> {
        if !self.found.uncovered.is_empty() {
            let months = ranges(&self.found.uncovered);
            writeln!(stdio.stderr, "note: left out, for no invoice covers it: {}", List(&months))?;
        }
        if !self.found.unreported.is_empty() {
            let months = ranges(&self.found.unreported);
            writeln!(
                stdio.stderr,
                "note: the balance report has none of these credits in {}: what its invoices apply is invoice-only",
                List(&months)
            )?;
        }
        Ok(())
    }

    fn tell_incomparable(&self, stdio: &mut Stdio<'_>) -> Result<()> {
        let incomparable = &self.found.incomparable;
        for clash in incomparable.iter().take(SHOWN) {
            let priced = clash.pricing.map_or(String::new(), |pricing| format!(" and priced in {pricing}"));
            writeln!(
                stdio.stderr,
                "note: not comparable: customer {} in {}: credit in {}, lines billed in {}{priced}",
                clash.customer,
                clash.month,
                List(&clash.credits),
                clash.billed,
            )?;
        }
        tell_rest(incomparable.len(), stdio)
    }

    fn tell_results(&self, stdio: &mut Stdio<'_>) -> Result<()> {
        let rows = &self.found.rows;
        for (is_known, said) in [
            (true, "compared over the months since the report's last row"),
            (false, "unknown: the report's row before is months older, and not all of these are invoiced"),
        ] {
            let spanning =
                rows.iter().filter(|row| row.span > 1 && (row.verdict != Verdict::Unknown) == is_known).count();
            if spanning > 0 {
                writeln!(stdio.stderr, "note: {} {said}", Count(spanning, "row"))?;
            }
        }
        let counts: Vec<String> = Verdict::ALL
            .into_iter()
            .filter_map(|verdict| {
                let count = rows.iter().filter(|row| row.verdict == verdict).count();
                (count > 0).then(|| format!("{count} {}", verdict.as_str()))
            })
            .collect();
        if counts.is_empty() {
            writeln!(stdio.stderr, "note: nothing to compare")?;
        } else {
            writeln!(stdio.stderr, "note: {}", List(&counts))?;
        }
        Ok(())
    }
}

/// Names the first lines that break rules.
pub(super) fn tell_findings(findings: &[&Finding], invoices: &Invoices, stdio: &mut Stdio<'_>) -> Result<()> {
    for finding in findings.iter().take(SHOWN) {
        let file = Visible(&invoices.files[finding.file as usize].name);
        let (line, rule, message) = (finding.line, finding.rule.as_str(), finding.message.escape_debug());
        writeln!(stdio.stderr, "warning: {file}:{line}: {rule}: {message}")?;
    }
    tell_rest(findings.len(), stdio)
}

fn tell_rest(count: usize, stdio: &mut Stdio<'_>) -> Result<()> {
    if count > SHOWN {
        writeln!(stdio.stderr, "... and {} more", count - SHOWN)?;
    }
    Ok(())
}

/// Months as stretches: `2022-01 to 2022-06`.
fn ranges(months: &[Month]) -> Vec<String> {
    let mut ranges: Vec<(Month, Month)> = Vec::new();
    for month in months {
        match ranges.last_mut() {
            Some((_, last)) if last.next() == *month => *last = *month,
            _ => ranges.push((*month, *month)),
        }
    }
    let text = |(first, last): (Month, Month)| {
        if first == last { first.to_string() } else { format!("{first} to {last}") }
    };
    ranges.into_iter().map(text).collect()
}

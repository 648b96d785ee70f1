//! What a reader of a reconciliation must be told besides its rows: what was left out, and why.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::analysis::reconcile::Verdict;
use crate::model::currency::Currency;
use crate::model::invoice::{FileKind, InvoiceKey};
use crate::model::message::Message;
use crate::model::money::{Grouped, Sum};
use crate::model::month::Month;
use crate::model::text::Visible;

use super::Compared;
use crate::cli::Stdio;
use crate::cli::words::{Count, List};

/// Most findings, and most customers, that are named one by one.
const SHOWN: usize = 20;

impl Compared<'_> {
    /// Writes all to standard error.
    pub(crate) fn tell_notes(&self, stdio: &mut Stdio<'_>) -> Result<()> {
        self.notes()?.iter().for_each(|note| stdio.say(note));
        Ok(())
    }

    /// All there is to tell; the last says how many rows have which result.
    pub(crate) fn notes(&self) -> Result<Vec<Message>> {
        let mut notes = Vec::new();
        self.note_files(&mut notes);
        self.note_numbers(&mut notes);
        self.note_others(&mut notes)?;
        self.note_months(&mut notes);
        self.note_incomparable(&mut notes);
        self.note_results(&mut notes);
        Ok(notes)
    }

    /// Names the first lines that break rules.
    pub(crate) fn tell_findings(&self, stdio: &mut Stdio<'_>) {
        for finding in self.findings.iter().take(SHOWN) {
            let text = format!("{}: {}", finding.rule.as_str(), finding.message.escape_debug());
            let file = &self.invoices.files[finding.file as usize].name;
            stdio.say(&Message::warning(text).at(file, Some(finding.line)));
        }
        if self.findings.len() > SHOWN {
            stdio.say_plainly(format_args!("... and {} more", self.findings.len() - SHOWN));
        }
    }

    fn note_files(&self, notes: &mut Vec<Message>) {
        for file in &self.invoices.files {
            let name = Visible(&file.name);
            if file.kind == FileKind::DailyUsage {
                notes.push(
                    Message::note(format!(
                        "daily rated usage is a breakdown that lacks credits calculated at the period's end: {name}"
                    ))
                    .hint("the invoice reconciliation file is what counts"),
                );
            } else if !file.has_reasons {
                notes.push(
                    Message::note(format!(
                        "no column CreditReasonCode, so Azure credit cannot be told from other credits: {name}"
                    ))
                    .hint("--reason '' counts all of its credits"),
                );
            }
        }
    }

    fn note_numbers(&self, notes: &mut Vec<Message>) {
        let billing = &self.billing;
        let name = |key: &InvoiceKey| Visible(&self.invoices.files[key.file as usize].name);
        for (again, first) in &billing.repeated {
            let (number, again, first) = (Visible(&again.number), name(again), name(first));
            notes.push(Message::note(format!("invoice {number} is the same in {first} and {again}: counted once")));
        }
        for parts in &billing.parted {
            let files: Vec<String> = parts.iter().map(|key| name(key).to_string()).collect();
            let number = parts.first().map_or("", |key| &key.number);
            notes.push(
                Message::note(format!(
                    "invoice {} has other credit lines in {}: all count",
                    Visible(number),
                    List(&files)
                ))
                .hint("right for the parts of one invoice; if one is a newer download, name only that"),
            );
        }
        for usage in &billing.superseded {
            let (number, file) = (Visible(&usage.number), name(usage));
            notes.push(Message::note(format!("invoice {number} has a reconciliation file: {file} left out for it")));
        }
        for number in &billing.undated {
            let number = Visible(number);
            notes.push(
                Message::note(format!("invoice {number} has no Azure credit and no usage, so it covers no month"))
                    .hint(format!("say which with --invoice-month {number}=YYYY-MM")),
            );
        }
    }

    fn note_others(&self, notes: &mut Vec<Message>) -> Result<()> {
        let mut reasons: BTreeMap<(&str, Currency), (u64, Sum)> = BTreeMap::new();
        for other in &self.others {
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
            notes.push(Message::note(format!(
                "not counted: {} {currency} of credit {reason} ({lines})",
                Grouped(sum.value()?)
            )));
        }
        Ok(())
    }

    fn note_months(&self, notes: &mut Vec<Message>) {
        let found = &self.found;
        if !found.uncovered.is_empty() {
            let months = ranges(&found.uncovered);
            notes.push(Message::note(format!("left out, because no invoice covers it: {}", List(&months))));
        }
        if !found.unreported.is_empty() {
            let months = ranges(&found.unreported);
            notes.push(Message::note(format!(
                "the balance report has none of these credits in {}, so nothing to compare its invoices with",
                List(&months)
            )));
        }
    }

    fn note_incomparable(&self, notes: &mut Vec<Message>) {
        let incomparable = &self.found.incomparable;
        for clash in incomparable.iter().take(SHOWN) {
            let priced = clash.pricing.map_or(String::new(), |pricing| format!(", priced in {pricing}"));
            let credits = if clash.credits.is_empty() {
                "no credit in the report then".to_owned()
            } else {
                format!("credit in {}", List(&clash.credits))
            };
            notes.push(Message::note(format!(
                "not comparable: customer {} in {}: lines apply {} {}{priced}; {credits}",
                clash.customer,
                clash.month,
                Grouped(clash.applied),
                clash.billed,
            )));
        }
        if incomparable.len() > SHOWN {
            notes.push(Message::note(format!("not comparable: {} more", incomparable.len() - SHOWN)));
        }
    }

    fn note_results(&self, notes: &mut Vec<Message>) {
        let rows = &self.found.rows;
        for (is_known, said) in [
            (true, "compared over the months since the report's last row"),
            (false, "unknown: the report's row before is months older, and not all of these are invoiced"),
        ] {
            let spanning =
                rows.iter().filter(|row| row.span > 1 && (row.verdict != Verdict::Unknown) == is_known).count();
            if spanning > 0 {
                notes.push(Message::note(format!("{} {said}", Count(spanning, "row"))));
            }
        }
        let counts: Vec<String> = Verdict::ALL
            .into_iter()
            .filter_map(|verdict| {
                let count = rows.iter().filter(|row| row.verdict == verdict).count();
                (count > 0).then(|| format!("{count} {}", verdict.as_str()))
            })
            .collect();
        notes.push(Message::note(if counts.is_empty() {
            "nothing to compare".to_owned()
        } else {
            List(&counts).to_string()
        }));
    }
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

//! What a reader of a reconciliation must be told besides its rows: what was left out, and why.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use rust_decimal::Decimal;

use crate::analysis::reconcile::{Incomparable, NotCompared, Total};
use crate::analysis::{Check, Finding, ReconciledRow, Reconciliation, Verdict, reconcile};
use crate::model::{Grouped, InvoiceFileKind, InvoiceKey, Level, Message, Month, Visible};

use super::ComparedInvoices;
use crate::cli::{Count, Stdio, from_to, joined};

impl ComparedInvoices<'_> {
    pub(crate) fn say_notes(&self, stdio: &mut Stdio<'_>) -> Result<()> {
        self.notes()?.iter().for_each(|note| stdio.say(note));
        stdio.say_asides();
        self.results().iter().for_each(|note| stdio.say(note));
        Ok(())
    }

    /// Names the first line that breaks each rule.
    pub(crate) fn say_findings(&self, stdio: &mut Stdio<'_>) {
        for (rule, lines, first) in reconcile::by_rule(&self.findings) {
            let of = if lines > 1 { format!(" (the first of {})", Count(lines, "line")) } else { String::new() };
            let text = format!("{}{of}: {}", rule.as_str(), first.message.escape_debug());
            let file = &self.invoices.files[first.file as usize].name;
            let message = Message::warning(text).at(file, Some(first.line));
            let hint = || format!("{} lists them", self.command("--findings"));
            let message = if lines > 1 { message.hint(hint()) } else { message };
            stdio.say(&message);
        }
    }

    /// A command that a hint quotes.
    fn command(&self, view: &str) -> String {
        format!("`aco reconcile {} --invoice INVOICE... {view}`", self.session.given)
    }

    /// What the checks of the close find; a place in an invoice file is told as one behind the ledger's files.
    pub(crate) fn checks(&self, wanted: &[Check]) -> Vec<Finding> {
        let lines = self.findings.iter().copied();
        let (billing, files) = ((&self.billing, &self.session.filter), self.session.ledger.files().len());
        let mut found = reconcile::checks(&self.found, lines, billing, wanted, files);
        let last_closed = Some(self.found.last_closed);
        // Of a month that is billed, so that accepting it does not reach the next close.
        let of = self.found.newest.filter(|month| !self.billing.is_unbilled(*month)).min(last_closed).or(last_closed);
        let nothing = self.nothing().map(|message| (Check::InvoiceMismatch, of, message));
        let missing = self.no_invoice().map(|message| (Check::CreditNotInvoiced, last_closed, message));
        let unread = self.without_reasons().filter(|message| message.level == Level::Warning);
        let unread = unread.map(|message| (Check::UnreadFile, None, message));
        let told = nothing.into_iter().chain(missing).chain(self.not_reported()).chain(unread);
        found.extend(told.filter(|(check, ..)| wanted.contains(check)).map(|(check, month, message)| {
            let hint = message.hint.map_or(String::new(), |hint| format!("; {hint}"));
            Finding { month, ..Finding::new(check, format!("{}{hint}", message.text)) }
        }));
        found
    }

    /// The invoiced months after the report ends; that of the last closed month is missed without an invoice, too.
    fn not_reported(&self) -> Vec<(Check, Option<Month>, Message)> {
        let Some(newest) = self.session.ledger.months().last() else { return Vec::new() };
        let later = self.found.unreported.range(newest.next()..).filter(|month| **month != self.found.last_closed);
        let told = later.map(|month| {
            let message = Message::error(format!("{month} is invoiced, but the report ends in {newest}"));
            (Check::MissingReport, Some(*month), message.hint("download a newer one"))
        });
        told.collect()
    }

    /// Says that the last closed month has no invoice, so that agreement before it says nothing of it.
    pub(crate) fn no_invoice(&self) -> Option<Message> {
        // Where nothing was compared of any month, that is told in its place.
        let has_usage = self.billing.unbilled.keys().any(|month| self.session.filter.shows_month(*month));
        let is_told = self.found.nothing.is_some() && self.found.newest.is_none() && !has_usage;
        let month = Some(self.found.last_closed).filter(|_| self.found.lacks_last && !is_told)?;
        let name = format!("name it with --invoice, or leave the month out with --to {}", month.previous());
        let (text, hint) = match self.may_be_last() {
            Some(may_be) => {
                (format!("no invoice counts in {month}, the last closed month"), format!("{may_be}; if not, {name}"))
            }
            None => {
                let only = if self.billing.is_unbilled(month) { ", only usage that is not billed yet" } else { "" };
                (format!("no invoice of {month}, the last closed month, was given{only}"), name)
            }
        };
        Some(Message::warning(text).hint(hint))
    }

    /// What to do about an invoice that goes on in the last closed month and counts in an earlier one: all credit of it may
    /// correct that.
    fn may_be_last(&self) -> Option<String> {
        let month = self.found.last_closed;
        let goes_on = self.invoices.parts.iter().filter(|part| part.charged.is_some_and(|day| Month::of(day) >= month));
        let counts_before = |number: &str| self.billing.month_of(number).is_some_and(|own| own < month);
        let numbers = goes_on.map(|part| (part.charged, &*part.invoice.number));
        let (_, number) = numbers.filter(|(_, number)| !number.is_empty() && counts_before(number)).max()?;
        let number = Visible(number);
        Some(format!(
            "if {number}, which has charges of {month} or later and counts in an earlier month, is the invoice of \
             {month}, say so with --invoice-month {number}={month}"
        ))
    }

    /// All there is to tell but the results.
    pub(crate) fn notes(&self) -> Result<Vec<Message>> {
        let mut notes = Vec::new();
        if !self.billing.later.is_empty() {
            let (day, months) = (self.session.filter.as_of, months(&self.billing.later));
            notes.push(Message::note(format!("--as-of {day} leaves out what is invoiced of {months}")));
        }
        notes.extend(self.without_reasons());
        self.note_files(&mut notes);
        self.note_downloads(&mut notes);
        self.note_reasons(&mut notes)?;
        self.note_months(&mut notes);
        self.warn_of_months(&mut notes);
        self.warn_of_late(&mut notes);
        self.warn_of_incomparable(&mut notes);
        self.warn_of_unknown(&mut notes)?;
        Ok(notes)
    }

    /// What the rows are compared with, in words.
    pub(crate) fn billed(&self) -> &'static str {
        let months: BTreeSet<Month> = self.found.rows.iter().map(|row| row.month).collect();
        match months.iter().filter(|month| self.billing.is_unbilled(**month)).count() {
            0 => "invoices",
            unbilled if unbilled == months.len() => "usage that is not billed yet",
            _ => "invoices and the usage that is not billed yet",
        }
    }

    /// How many rows have which result; nothing if there are none.
    pub(crate) fn results(&self) -> Option<Message> {
        let counts = counts(self.found.rows.iter());
        (!counts.is_empty()).then(|| Message::note(counts))
    }

    /// Why nothing was compared, and what to do about it.
    pub(crate) fn nothing(&self) -> Option<Message> {
        let message = match self.found.nothing.as_ref()? {
            NotCompared::OtherMonths { invoiced, reported } => Message::warning(format!(
                "nothing was compared because the invoices are of {} and the balance report has {}",
                months(invoiced),
                if reported.is_empty() { "no rows".to_owned() } else { months(reported) },
            ))
            .hint(format!(
                "give the balance report that has {}; if an invoice bills another month, say which with --invoice-month",
                months(invoiced)
            )),
            NotCompared::NoCreditLines if !self.billing.later.is_empty() => {
                let month = Month::of(self.session.filter.as_of);
                Message::warning(format!("nothing was compared because no invoice of {month} or before was given"))
                    .hint("name it with --invoice; if an invoice bills another month, say which with --invoice-month")
            }
            NotCompared::NoCreditLines => {
                Message::warning("nothing was compared because no line of the invoices is recognised as Azure credit")
                    .hint("name the reason that stands for it with --reason, or give the right invoices")
            }
            NotCompared::NoRows if !self.found.uncovered.is_empty() => Message::warning(format!(
                "nothing was compared because no invoice of {} was given",
                months(&self.found.uncovered.iter().copied().collect())
            ))
            .hint("name it with --invoice"),
            NotCompared::NoRows => Message::warning("nothing was compared because no row matches the filters")
                .hint("leave out --customer, --currency, --month or the like"),
            NotCompared::Undecided { counts, missing } => {
                let mut steps = Vec::new();
                if !missing.reports.is_empty() {
                    let of = self.of_partners(self.found.rows.iter()).replacen(" of", ", also of", 1);
                    steps.push(format!("add the balance report of {}{of}", months(&missing.reports)));
                }
                if !missing.invoices.is_empty() {
                    steps.push(format!("add the invoices of {}", months(&missing.invoices)));
                }
                if counts.contains_key(&Verdict::Open) {
                    steps.push("compare open months once their invoices are out".to_owned());
                }
                if counts.contains_key(&Verdict::NotComparable) {
                    steps.push(format!("see the invoice lines that are in doubt with {}", self.command("--lines")));
                }
                Message::warning(format!("nothing was compared: {}", in_words(counts))).hint(joined(&steps))
            }
        };
        Some(message)
    }

    /// The files of which it cannot be told which credit is Azure credit.
    fn without_reasons(&self) -> impl Iterator<Item = Message> {
        let has_credits =
            |file: u32| self.invoices.totals.iter().any(|total| total.key.invoice.file == file && !total.key.is_aco);
        let files = (0..).zip(&self.invoices.files);
        let files = files.filter(|(_, file)| file.kind != InvoiceFileKind::DailyUsage && !file.has_reasons);
        files.map(move |(number, file)| {
            let text = "no column CreditReasonCode, so Azure credit cannot be told from other credits";
            let text = format!("{text}: {}", Visible(&file.name));
            let message = if has_credits(number) { Message::warning(text) } else { Message::note(text) };
            message.hint("--reason '' counts all of its credits")
        })
    }

    fn note_files(&self, notes: &mut Vec<Message>) {
        for file in &self.invoices.files {
            let name = Visible(&file.name);
            if file.kind == InvoiceFileKind::DailyUsage {
                let text = "daily rated usage is a breakdown that lacks credits calculated at the period's end";
                let note = Message::note(format!("{text}: {name}"));
                notes.push(note.hint("the invoice reconciliation file is what counts"));
            }
            if !file.has_earned {
                let text = "no PartnerEarnedCreditPercentage, so it was not checked that no usage has both credits";
                notes.push(Message::aside(format!("{text}: {name}")));
            }
        }
    }

    fn note_downloads(&self, notes: &mut Vec<Message>) {
        let downloads = &self.billing.downloads;
        let name = |key: &InvoiceKey| Visible(&self.invoices.files[key.file as usize].name);
        for (again, first) in &downloads.repeated {
            let (number, again, first) = (Visible(&again.number), name(again), name(first));
            notes.push(Message::aside(format!("invoice {number} is the same in {first} and {again}: counted once")));
        }
        for (older, newer) in &downloads.replaced {
            let (number, older, newer) = (Visible(&older.number), name(older), name(newer));
            notes.push(Message::aside(format!(
                "invoice {number}: {newer} has all credit lines of {older} and more, so it counts alone"
            )));
        }
        for parts in &downloads.parted {
            let number = Visible(parts.first().map_or("", |key| &key.number));
            let files = joined(parts.iter().map(name));
            let note = Message::note(format!("invoice {number} has other credit lines in {files}: all count"));
            notes.push(note.hint("right for the parts of one invoice; if one is a newer download, name only that"));
        }
        for usage in &downloads.superseded {
            let (number, file) = (Visible(&usage.number), name(usage));
            notes.push(Message::aside(format!("invoice {number} has a reconciliation file: {file} left out for it")));
        }
        for (month, files) in &self.billing.unbilled {
            let [counting, left_out] = [true, false].map(|counts| {
                let files = files.iter().filter(|(_, of)| **of == counts);
                joined(files.map(|(file, _)| Visible(&self.invoices.files[*file as usize].name)))
            });
            if !left_out.is_empty() {
                let instead = if counting.is_empty() {
                    "the invoice of the month".to_owned()
                } else {
                    format!("{counting}, which goes on longer or has its lines")
                };
                let text = format!("usage of {month} without InvoiceNumber left out for {instead}: {left_out}");
                notes.push(Message::note(text));
            }
            if !counting.is_empty() {
                let text = "has no InvoiceNumber, so it is not billed yet";
                let note = Message::note(format!("not final: usage of {month} {text}: {counting}"));
                let is_one = files.values().filter(|counts| **counts).count() == 1;
                let parts = if is_one { "" } else { "; all count: if one is a newer download, name only that" };
                notes.push(note.hint(format!("compare again when the invoice is out{parts}")));
            }
        }
        for number in &self.billing.undated {
            let number = Visible(number);
            let text = format!("invoice {number} has no Azure credit and no usage, so it covers no month");
            notes.push(Message::note(text).hint(format!("say which with --invoice-month {number}=YYYY-MM")));
        }
    }

    /// Credits that do not count, by reason. If none counts, the one that may be meant is named.
    fn note_reasons(&self, notes: &mut Vec<Message>) -> Result<()> {
        let is_none_counted = !self.invoices.totals.iter().any(|total| total.key.is_aco);
        for ((reason, currency), (amount, lines)) in reconcile::reasons(&self.others)? {
            let lines = Count(usize::try_from(lines).unwrap_or(usize::MAX), "line");
            let text = reason.escape_debug().to_string();
            let shown = if text.is_empty() { "without a reason".to_owned() } else { format!("for `{text}`") };
            let amount = Grouped(amount);
            let note = Message::note(format!("not counted: {amount} {currency} of credit {shown} ({lines})"));
            let can_count = is_none_counted && !text.is_empty();
            let hint = can_count.then(|| format!("--reason '{text}' counts it as Azure credit"));
            notes.push(Message { hint, ..note });
        }
        Ok(())
    }

    fn note_months(&self, notes: &mut Vec<Message>) {
        let found = &self.found;
        if !found.uncovered.is_empty() {
            let months = months(&found.uncovered.iter().copied().collect());
            let hint = self.may_be_last().filter(|_| found.uncovered.contains(&found.last_closed));
            let note = Message::note(format!("left out, because no invoice covers it: {months}"));
            notes.push(Message { hint, ..note });
        }
        if self.idle > 0 {
            let rows = Count(self.idle, "row");
            let aside = Message::aside(format!("left out: {rows} with nothing given and nothing applied"));
            notes.push(aside.hint(format!("{} shows them", self.command("--all"))));
        }
        if found.hidden_spanning > 0 {
            let rows = Count(found.hidden_spanning, "row");
            notes.push(Message::aside(format!("{rows} of months not shown, but over a month that is")));
        }
        let spanning = found.rows.iter().filter(|row| row.is_spanning() && row.verdict.is_compared()).count();
        if spanning > 0 {
            let rows = Count(spanning, "row");
            notes.push(Message::aside(format!("{rows} over several months, because no rows lie between")));
        }
    }

    /// Says which months have an invoice and no report, or a report and no invoice amid others.
    fn warn_of_months(&self, notes: &mut Vec<Message>) {
        let Reconciliation { unreported, amid, nothing, .. } = &self.found;
        if !unreported.is_empty() && nothing.is_none() {
            let of = if unreported.len() == 1 { "it" } else { "them" };
            let months = months(unreported);
            let text = format!("an invoice of {months} was given, but the balance report has no row of {of}");
            let hint = format!("add the balance report of {months}, or leave out what it lacks with --from or --to");
            notes.push(Message::warning(text).hint(hint));
        }
        if !amid.is_empty() {
            let of = months(&amid.iter().map(|(month, ..)| *month).collect());
            let given = joined(amid.iter().map(|(_, currency, given)| format!("{} {currency}", Grouped(*given))));
            notes.push(Message::warning(reconcile::no_invoice_of(of, given)).hint("name it with --invoice"));
        }
    }

    fn warn_of_late(&self, notes: &mut Vec<Message>) {
        let rows = self.found.rows.iter();
        let mut found = rows.filter_map(|row| Some((row, row.late.filter(|late| *late > row.month)?)));
        let Some((row, month)) = found.next() else { return };
        let late = reconcile::applied_late(row, month);
        let customer = self.session.names.told(row.customer);
        notes.push(Message::warning(format!("customer {customer}: {late}{}", and_more(found.count()))));
    }

    fn warn_of_incomparable(&self, notes: &mut Vec<Message>) {
        let [clash, others @ ..] = &self.found.incomparable[..] else { return };
        let Incomparable { customer, month, billed, pricing, .. } = clash;
        let why = pricing.as_ref().map_or(" and name no partner; several gave credit".to_owned(), |pricing| {
            format!(", priced in {pricing}; credit in {}", joined([billed.min(pricing), billed.max(pricing)]))
        });
        notes.push(Message::warning(format!(
            "not comparable: customer {} in {month}: lines apply {} {billed}{why}{}",
            self.session.names.told(customer),
            Grouped(clash.applied),
            and_more(others.len()),
        )));
    }

    /// Whether the report has other partners' rows of the month of a row, and none of its own partner.
    fn lacks_partner(&self, row: &ReconciledRow<'_>) -> bool {
        row.missing.reports.contains(&row.month) && !self.found.unreported.contains(&row.month)
    }

    /// The partners that the report lacks in months of rows: ` of partner p`; empty if it is not for them.
    fn of_partners<'r, 'a: 'r>(&self, rows: impl Iterator<Item = &'r ReconciledRow<'a>>) -> String {
        let lacking: BTreeSet<_> = rows.filter(|row| self.lacks_partner(row)).filter_map(|row| row.partner).collect();
        let named = joined(lacking.into_iter().map(|partner| format!("partner {partner}")));
        if named.is_empty() { named } else { format!(" of {named}") }
    }

    fn warn_of_unknown(&self, notes: &mut Vec<Message>) -> Result<()> {
        let unknown = || self.found.rows.iter().filter(|row| row.verdict == Verdict::Unknown);
        let why = ", and one amount of the report covers it and later months";
        let reports = unknown().filter(|row| !row.missing.reports.is_empty()).map(|row| (row, &row.missing.reports));
        let invoices = unknown().filter(|row| !row.missing.invoices.is_empty()).map(|row| (row, &row.missing.invoices));
        let (of_others, reports): (Vec<_>, Vec<_>) = reports.partition(|(row, _)| self.lacks_partner(row));
        let report = "the balance report";
        let all = [(reports, report, ""), (of_others, report, ""), (invoices.collect(), "the invoice", why)];
        for (rows, what, why) in all.into_iter().filter(|(rows, ..)| !rows.is_empty()) {
            let all: BTreeSet<Month> = rows.iter().flat_map(|(_, missing)| *missing).copied().collect();
            let of = months(&all) + &self.of_partners(rows.iter().map(|(row, _)| *row));
            let verb = if all.len() == 1 { "is" } else { "are" };
            let sums = sums(&reconcile::totals(rows.iter().map(|(row, _)| *row), false)?);
            let text = format!("{} unknown{sums}: {what} of {of} {verb} missing{why}", Count(rows.len(), "row"));
            notes.push(Message::warning(text).hint(format!("add {what} of {of}")));
        }
        Ok(())
    }
}

/// How many cases there are besides the one that is told.
fn and_more(others: usize) -> String {
    if others == 0 { String::new() } else { format!("; and {}", Count(others, "more such case")) }
}

/// What was given and applied, as far as it is known: ` (5.00 EUR given and 4.00 EUR applied)`
fn sums(totals: &[Total]) -> String {
    let listed = |amount: fn(&Total) -> Option<Decimal>, how: &str| {
        let known = totals.iter().filter_map(|total| Some((amount(total)?, total.currency)));
        let known = joined(known.map(|(amount, currency)| format!("{} {currency}", Grouped(amount))));
        (!known.is_empty()).then(|| format!("{known} {how}"))
    };
    let sums = [listed(|total| total.given, "given"), listed(|total| total.applied, "applied")];
    let sums = joined(sums.into_iter().flatten());
    if sums.is_empty() { sums } else { format!(" ({sums})") }
}

/// How many rows have which result: `3 matched and 1 unknown`; empty of none.
pub(crate) fn counts<'r, 'a: 'r>(rows: impl Iterator<Item = &'r ReconciledRow<'a>>) -> String {
    in_words(&reconcile::counts(rows))
}

fn in_words(counts: &BTreeMap<Verdict, usize>) -> String {
    joined(counts.iter().map(|(verdict, count)| format!("{count} {}", verdict.as_str())))
}

/// Months as ranges: `2022-01 to 2022-06`.
fn months(months: &BTreeSet<Month>) -> String {
    let mut ranges: Vec<(Month, Month)> = Vec::new();
    for month in months {
        match ranges.last_mut() {
            Some((_, last)) if last.next() == *month => *last = *month,
            _ => ranges.push((*month, *month)),
        }
    }
    joined(ranges.into_iter().map(|(first, last)| from_to(first, last)))
}

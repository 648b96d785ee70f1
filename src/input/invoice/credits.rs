//! The credit lines of invoice files, totalled block by block.
//!
//! What many lines share (customer, invoice, currencies, dates, reasons) is understood once and known by its bytes
//! from then on. Invariant: every credit line is in a total or is a problem; none is passed over.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use foldhash::fast::RandomState;
use hashbrown::HashSet;

use crate::model::{CreditLine, InvoiceFileKind, LineFinding, Place, Rule, UsedBy};

use super::amounts::{self, Amounts};
use super::kind;
use super::pairs::Pairs;
use super::tally::{CreditKind, CreditOptions, FileCredits};
use crate::input::error::{Fault, Problem};
use crate::input::kinds::InvoiceColumn;
use crate::input::scan::{BlockRecords, Fold, Layout, Line};
use crate::input::value::settled_amount;

/// The columns whose cells may have several lines.
const NAMES: [usize; 5] = [
    InvoiceColumn::CustomerName as usize,
    InvoiceColumn::ProductName as usize,
    InvoiceColumn::Adjustment as usize,
    InvoiceColumn::Meter as usize,
    InvoiceColumn::Resource as usize,
];

/// What one thread reads of invoice files.
#[derive(Default)]
pub(super) struct LineBuilder {
    pub(super) options: CreditOptions,
    /// Whether an invoice may stand in several files.
    pub(super) may_repeat: bool,
    /// By the place of the file, as far as this thread reads it.
    pub(super) files: BTreeMap<u32, FileCredits>,
    pub(super) pairs: Pairs,
    pub(super) findings: Vec<LineFinding>,
    pub(super) rejects: Vec<Problem>,
    /// Lines that repeat the header, as in files that were put together.
    pub(super) headers: Vec<Place>,
    /// Texts that many lines share.
    pub(super) texts: HashSet<Arc<str>, RandomState>,
}

impl Fold for LineBuilder {
    fn records(&mut self, block: Place, layout: &Layout, records: &BlockRecords<'_>) -> Result<(), Fault> {
        let new = || FileCredits::new(layout, &self.options);
        let mut file = self.files.remove(&block.file).unwrap_or_else(new);
        let mut fault = None;
        for fields in records.iter() {
            let line = Line { block, layout, fields: &fields };
            if fields.spans_lines && fault.is_none() {
                let is_row = |day: &str| layout.read_day(day).is_some_and(|(day, _)| day.is_some());
                let is_free = |column| NAMES.contains(&column);
                fault = line.swallowed(InvoiceColumn::ChargeStart, is_row, is_free);
            }
            let misshapen = line.misshapen();
            // Asked of few: where other lines have a date, a header has a name.
            let is_name = |raw: &[u8]| {
                raw.iter().find(|byte| !matches!(byte, b'"' | b'\'' | b' ')).is_some_and(|byte| !byte.is_ascii_digit())
            };
            let may_be_header = misshapen.is_some() || is_name(line.raw(InvoiceColumn::ChargeStart));
            match if may_be_header { line.is_header() } else { Ok(false) } {
                Ok(false) => {}
                Ok(true) => {
                    self.headers.push(line.place());
                    continue;
                }
                Err(other) => fault = fault.or(Some(other)),
            }
            if let Some(reject) = misshapen {
                self.rejects.extend((!line.is_blank()).then_some(reject));
            } else if let Err(reject) = self.line(&mut file, line) {
                self.rejects.push(reject);
            }
        }
        self.files.insert(block.file, file);
        fault.map_or(Ok(()), Err)
    }

    fn reject(&mut self, problem: Problem) {
        self.rejects.push(problem);
    }

    fn invoices(&self, file: u32) -> Vec<&str> {
        let contexts = self.files.get(&file).map(|file| &file.contexts);
        contexts.into_iter().flatten().map(|context| &*context.invoice).collect()
    }
}

impl LineBuilder {
    #[inline]
    fn line(&mut self, file: &mut FileCredits, line: Line<'_>) -> Result<(), Problem> {
        line.refuse_taken_out()?;
        if line.raw(InvoiceColumn::ChargeStart).trim_ascii().is_empty() && is_totals(line) {
            file.totals_lines.push((line.place(), line.shown()));
            return Ok(());
        }
        file.last = Some(line.place());
        let context = file.context(line);
        let reason = file.reason(line, &self.options)?;
        let mut credit = file.reasons.meanings[usize::from(reason)].1;
        if credit == CreditKind::None
            && kind(line.layout) == InvoiceFileKind::Reconciliation
            && file.is_customer_credit(line)
        {
            credit = if file.counts_blank { CreditKind::Aco } else { CreditKind::Other };
        }
        if credit == CreditKind::None {
            file.charged(line, context)?;
            if file.can_pair {
                let is_earned = file.is_earned(line);
                self.pairs.charge(line, is_earned);
            }
            return Ok(());
        }
        let (amounts, start, sum) = file.credit_line(line, context, reason)?;
        file.charged(line, context)?;
        if self.may_repeat {
            let context = &mut file.contexts[context as usize];
            context.digests.push(amounts::digest(line, context.customer.as_deref(), start, amounts.amount));
        }
        if credit == CreditKind::Aco {
            self.check(file, line, context, &amounts);
            if let Some(used_by) = self.options.lines {
                let line = self.credit_line(line, used_by, &amounts, start, sum);
                file.lines.push(line);
            }
        }
        Ok(())
    }

    fn check(&mut self, file: &mut FileCredits, line: Line<'_>, context: u32, amounts: &Amounts) {
        let (layout, place) = (line.layout, line.place());
        let findings = &mut self.findings;
        let amount = amounts.amount;
        let mut finding = |file: &FileCredits, rule, message| {
            findings.push(file.finding(place, rule, (context, amount), message));
        };
        let lowers = match kind(layout) {
            InvoiceFileKind::Reconciliation => amount.is_sign_negative() || amount.is_zero(),
            InvoiceFileKind::DailyUsage => amount.is_sign_positive() || amount.is_zero(),
        };
        if !lowers {
            let sign = if kind(layout) == InvoiceFileKind::Reconciliation { "negative" } else { "positive" };
            let name = layout.name(InvoiceColumn::Amount);
            finding(file, Rule::WrongSign, format!("{name} is {amount}: expected a {sign} amount on a credit line"));
        }
        if let Some(message) = amounts::contradicting_price(line, amount) {
            finding(file, Rule::WrongSign, message);
        }
        let earned = line.text(InvoiceColumn::EarnedPercent).unwrap_or_default();
        file.has_earned |= !earned.is_empty();
        let is_zero = |text: &str| settled_amount(text.as_bytes(), layout.mark).is_ok_and(|percent| percent.is_zero());
        if !earned.is_empty() && !is_zero(&earned) {
            let name = layout.name(InvoiceColumn::EarnedPercent);
            finding(file, Rule::BothCredits, format!("{name} is {earned} where Azure credit was applied"));
        } else if file.is_earned(line) {
            let text = line.text(InvoiceColumn::Adjustment).unwrap_or_default();
            let name = layout.name(InvoiceColumn::Adjustment);
            finding(file, Rule::BothCredits, format!("{name} is `{text}` where Azure credit was applied"));
        } else if file.can_pair {
            self.pairs.credit(line, context, amount);
        }
    }

    fn credit_line(
        &mut self,
        line: Line<'_>,
        used_by: UsedBy,
        Amounts { amount, billed, priced }: &Amounts,
        charge_start: NaiveDate,
        total: u32,
    ) -> CreditLine {
        let mut text = |column| {
            let text = line.text(column).unwrap_or_default();
            Arc::clone(self.texts.get_or_insert_with(text.as_str(), |text| text.into()))
        };
        let (product, used_by) = (text(InvoiceColumn::ProductName), text(used_by.into()));
        let (line, amount, billed, priced) = (line.place().line, *amount, *billed, *priced);
        CreditLine { line, total, product, used_by, charge_start, amount, billed, priced }
    }
}

/// Whether a line, which lacks the date that every line of an invoice has, does not say either what it charges or credits, yet
/// is not blank.
#[cold]
fn is_totals(line: Line<'_>) -> bool {
    let is_blank = |column| line.value(column).trim_ascii().is_empty();
    [InvoiceColumn::ChargeType, InvoiceColumn::Reason, InvoiceColumn::Product].into_iter().all(is_blank)
        && !line.is_blank()
}

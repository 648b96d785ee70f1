//! The credit lines of invoice files, totalled block by block.
//!
//! What many lines share (customer, invoice, currencies, dates, reasons) is understood once and known by its bytes
//! from then on. Invariant: every credit line is in a total or is a problem; none is passed over.

use std::sync::Arc;

use chrono::NaiveDate;
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use rust_decimal::Decimal;

use crate::model::{InvoiceFileKind, LineFinding, Place, Rule};

use super::amounts::{self, Amounts};
use super::layout::{InvoiceLayout, InvoiceLine};
use super::pairs::Pairs;
use super::reading::CreditOptions;
use super::tally::{CreditKind, FileCredits};
use crate::input::error::{Fault, Problem, shortened};
use crate::input::kinds::invoice::{self as columns, InvoiceColumn};
use crate::input::scan::blocks::Fold;
use crate::input::scan::objects::ObjectReader;
use crate::input::scan::records::Splitter;
use crate::input::value::settled;

/// What one thread reads of invoice files.
pub(super) struct LineBuilder<'o> {
    splitter: Splitter,
    options: &'o CreditOptions,
    /// Whether an invoice may stand in several files.
    may_repeat: bool,
    /// By file; none for files that other threads read.
    pub(super) files: Vec<Option<FileCredits>>,
    pub(super) pairs: Pairs,
    pub(super) findings: Vec<LineFinding>,
    pub(super) rejects: Vec<Problem>,
    pub(super) lines: Vec<RawLine>,
    pub(super) texts: Texts,
}

/// A credit line that was asked for.
pub(super) struct RawLine {
    pub(super) place: Place,
    /// The place of its sum among those of its thread and file.
    pub(super) sum: u32,
    pub(super) product: Arc<str>,
    pub(super) subscription: Arc<str>,
    pub(super) charge_start: NaiveDate,
    pub(super) amount: Decimal,
    pub(super) billed: Decimal,
    pub(super) priced: Option<Decimal>,
}

/// Texts that many lines share.
#[derive(Default)]
pub(super) struct Texts(HashMap<Arc<str>, (), RandomState>);

impl Texts {
    fn get(&mut self, text: String) -> Arc<str> {
        match self.0.get_key_value(text.as_str()) {
            Some((known, ())) => Arc::clone(known),
            None => {
                let text: Arc<str> = text.into();
                self.0.insert(Arc::clone(&text), ());
                text
            }
        }
    }
}

impl<'o> LineBuilder<'o> {
    pub(super) fn new(options: &'o CreditOptions, may_repeat: bool) -> Self {
        Self {
            splitter: Splitter::default(),
            options,
            may_repeat,
            files: Vec::new(),
            pairs: Pairs::default(),
            findings: Vec::new(),
            rejects: Vec::new(),
            lines: Vec::new(),
            texts: Texts::default(),
        }
    }
}

impl Fold for LineBuilder<'_> {
    type Layout = InvoiceLayout;

    fn block(&mut self, block: Place, layout: &InvoiceLayout, bytes: &[u8]) -> Result<(), Fault> {
        let place = block.file as usize;
        if self.files.len() <= place {
            self.files.resize_with(place + 1, || None);
        }
        let mut file = self.files[place].take().unwrap_or_else(|| FileCredits::new(layout, self.options));
        let done = if layout.is_json {
            self.objects(&mut file, block, layout, bytes);
            Ok(())
        } else {
            self.records(&mut file, block, layout, bytes)
        };
        self.files[place] = Some(file);
        done
    }
}

impl LineBuilder<'_> {
    fn objects(&mut self, file: &mut FileCredits, block: Place, layout: &InvoiceLayout, bytes: &[u8]) {
        let columns = columns::kinds(layout.amount);
        let mut reader = ObjectReader::new(&columns[layout.kind as usize].columns);
        reader.split(bytes, |object| match object {
            Ok(fields) => self.record(file, InvoiceLine { block, layout, fields: &fields }),
            Err((line, expected)) => self.rejects.push(Problem::new(block.down(line), expected)),
        });
    }

    fn records(
        &mut self,
        file: &mut FileCredits,
        block: Place,
        layout: &InvoiceLayout,
        bytes: &[u8],
    ) -> Result<(), Fault> {
        let mut open_quote = None;
        let mut splitter = std::mem::take(&mut self.splitter).separated_by(layout.delimiter);
        splitter.split(bytes, |fields| {
            if fields.unclosed {
                open_quote = Some(block.down(fields.line).line);
            } else {
                self.record(file, InvoiceLine { block, layout, fields: &fields });
            }
        });
        let stray = splitter.stray_quote(bytes, block);
        self.splitter = splitter;
        stray.or_else(|| open_quote.map(|line| Fault::OpenQuote { line })).map_or(Ok(()), Err)
    }

    #[inline]
    fn record(&mut self, file: &mut FileCredits, line: InvoiceLine<'_>) {
        let width = line.layout.width;
        if line.fields.len() != width
            && let Some(fault) = line.fields.shape_fault(width)
        {
            self.misshapen(line, fault);
        } else if let Err(reject) = self.line(file, line) {
            self.rejects.push(reject);
        }
    }

    #[cold]
    fn misshapen(&mut self, line: InvoiceLine<'_>, fault: String) {
        if line.fields.values().any(|value| !value.trim_ascii().is_empty()) {
            self.rejects.push(Problem::new(line.place(), fault));
        }
    }

    /// Takes in one line of an invoice.
    #[inline]
    fn line(&mut self, file: &mut FileCredits, line: InvoiceLine<'_>) -> Result<(), Problem> {
        if is_undated(line) && is_totals(line) {
            file.totals_lines.push((line.place(), shown(line)));
            return Ok(());
        }
        file.last = Some(line.place());
        let customer_row = file.customer_row(line);
        let context = file.context(line);
        let reason = file.reason(line, self.options)?;
        let mut credit = file.reasons.meanings[usize::from(reason)].credit;
        if credit == CreditKind::None
            && line.layout.kind == InvoiceFileKind::Reconciliation
            && file.is_customer_credit(line)
        {
            credit = if self.options.counts_blank() { CreditKind::Aco } else { CreditKind::Other };
        }
        if credit == CreditKind::None {
            file.usage(line, context)?;
            if file.can_pair {
                let is_earned = file.is_earned(line);
                self.pairs.charge(line.layout, line.fields, is_earned);
            }
            return Ok(());
        }
        let (amounts, start, sum) = file.credit_line(line, [customer_row, context], reason)?;
        if self.may_repeat {
            file.digest(line, [customer_row, context], start, amounts.amount);
        }
        if credit == CreditKind::Aco {
            self.check(file, line, [customer_row, context], &amounts);
            if self.options.lines {
                self.keep(line, &amounts, start, sum);
            }
        }
        Ok(())
    }

    /// Notes what is odd about a credit line.
    fn check(
        &mut self,
        file: &mut FileCredits,
        line: InvoiceLine<'_>,
        [customer_row, context]: [u32; 2],
        amounts: &Amounts,
    ) {
        let InvoiceLine { layout, fields, .. } = line;
        let place = line.place();
        let findings = &mut self.findings;
        let mut finding = |file: &FileCredits, rule, message| {
            findings.push(file.finding(place, rule, [customer_row, context], message));
        };
        let amount = amounts.amount;
        let lowers = match layout.kind {
            InvoiceFileKind::Reconciliation => amount.is_sign_negative() || amount.is_zero(),
            InvoiceFileKind::DailyUsage => amount.is_sign_positive() || amount.is_zero(),
        };
        if !lowers {
            let sign = if layout.kind == InvoiceFileKind::Reconciliation { "negative" } else { "positive" };
            let name = layout.name(InvoiceColumn::Amount);
            finding(file, Rule::WrongSign, format!("{name} is {amount}: expected a {sign} amount on a credit line"));
        }
        if let Some(message) = amounts::contradicting_price(line, amount) {
            finding(file, Rule::WrongSign, message);
        }
        let earned = line.text(InvoiceColumn::EarnedPercent).unwrap_or_default();
        file.has_earned |= !earned.is_empty();
        let is_zero = |text: &str| settled::amount(text.as_bytes(), layout.mark).is_ok_and(|percent| percent.is_zero());
        if !earned.is_empty() && !is_zero(&earned) {
            let name = layout.name(InvoiceColumn::EarnedPercent);
            finding(file, Rule::BothCredits, format!("{name} is {earned} where Azure credit was applied"));
        } else if file.is_earned(line) {
            let text = line.text(InvoiceColumn::Adjustment).unwrap_or_default();
            let name = layout.name(InvoiceColumn::Adjustment);
            finding(file, Rule::BothCredits, format!("{name} is `{text}` where Azure credit was applied"));
        } else if file.can_pair {
            self.pairs.credit(layout, fields, place, customer_row, context);
        }
    }

    fn keep(&mut self, line: InvoiceLine<'_>, amounts: &Amounts, start: NaiveDate, sum: u32) {
        let mut text = |column| self.texts.get(line.text(column).unwrap_or_default());
        self.lines.push(RawLine {
            place: line.place(),
            sum,
            product: text(InvoiceColumn::ProductName),
            subscription: text(InvoiceColumn::Subscription),
            charge_start: start,
            amount: amounts.amount,
            billed: amounts.billed,
            priced: amounts.priced,
        });
    }
}

/// Whether a line lacks the date that every line of an invoice has.
#[inline]
fn is_undated(line: InvoiceLine<'_>) -> bool {
    line.layout.position(InvoiceColumn::ChargeStart).is_some_and(|at| line.fields.raw(at).trim_ascii().is_empty())
}

/// Whether a line does not say what it charges or credits, yet is not blank.
#[cold]
fn is_totals(line: InvoiceLine<'_>) -> bool {
    let is_blank = |column| {
        let value = line.layout.position(column).map(|at| line.fields.value(at));
        value.is_none_or(|value| value.trim_ascii().is_empty())
    };
    [InvoiceColumn::ChargeType, InvoiceColumn::Reason, InvoiceColumn::Product].into_iter().all(is_blank)
        && line.fields.values().any(|value| !value.trim_ascii().is_empty())
}

/// The cells of a line that are not blank.
fn shown(line: InvoiceLine<'_>) -> String {
    let cells = line.fields.values().map(|value| String::from_utf8_lossy(&value).trim().to_owned());
    shortened(&cells.filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" "))
}

//! The credit lines of invoice files, totalled block by block.
//!
//! What many lines share (customer, invoice, currencies, dates, reasons) is understood once and known by its bytes
//! from then on. Invariant: every credit line is in a total or is a problem; none is passed over.

use std::sync::Arc;

use chrono::NaiveDate;
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use rust_decimal::Decimal;

use crate::model::invoice::{FileKind, Rule};

use super::amounts::{Amounts, TotalPlace};
use super::columns::Column;
use super::layout::Layout;
use super::pairs::Pairs;
use super::tally::{Credit, FileCredits, Line, RawProblem};
use super::{CreditOptions, json, value};
use crate::input::error::Fault;
use crate::input::scan::blocks::{BlockId, Fold};
use crate::input::scan::records::Splitter;

/// What one thread reads of invoice files.
pub(super) struct Credits<'o> {
    options: &'o CreditOptions,
    /// By file; none for files that other threads read.
    pub(super) files: Vec<Option<FileCredits>>,
    pub(super) pairs: Pairs,
    pub(super) findings: Vec<RawFinding>,
    pub(super) problems: Vec<RawProblem>,
    pub(super) lines: Vec<RawLine>,
    pub(super) texts: Texts,
}

/// A line that breaks a rule.
pub(super) struct RawFinding {
    pub(super) at: BlockId,
    pub(super) line: u32,
    pub(super) rule: Rule,
    pub(super) party: u32,
    pub(super) context: u32,
    pub(super) message: String,
}

/// A credit line that was asked for.
pub(super) struct RawLine {
    pub(super) at: BlockId,
    pub(super) line: u32,
    /// A place in the totals of its file.
    pub(super) total: u32,
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

impl<'o> Credits<'o> {
    pub(super) fn new(options: &'o CreditOptions) -> Self {
        Self {
            options,
            files: Vec::new(),
            pairs: Pairs::default(),
            findings: Vec::new(),
            problems: Vec::new(),
            lines: Vec::new(),
            texts: Texts::default(),
        }
    }
}

impl Fold for Credits<'_> {
    type Layout = Layout;

    fn block(&mut self, at: BlockId, layout: &Layout, bytes: &[u8]) -> Result<u32, Fault> {
        let place = at.file as usize;
        if self.files.len() <= place {
            self.files.resize_with(place + 1, || None);
        }
        let mut file = self.files[place].take().unwrap_or_else(|| FileCredits::new(layout));
        let lines = if layout.is_json {
            let delimited = json::as_delimited(bytes, layout);
            for (line, expected) in delimited.faults {
                self.problems.push(RawProblem { at, line, column: None, value: None, expected });
            }
            self.records(&mut file, at, layout, &delimited.text)
        } else {
            self.records(&mut file, at, layout, bytes)
        };
        self.files[place] = Some(file);
        lines
    }
}

impl Credits<'_> {
    fn records(&mut self, file: &mut FileCredits, at: BlockId, layout: &Layout, bytes: &[u8]) -> Result<u32, Fault> {
        let mut open_quote = None;
        let lines = Splitter::new(layout.delimiter).split(bytes, |fields| {
            let line = Line { at, layout, fields: &fields };
            if fields.unclosed {
                open_quote = Some(u64::from(fields.line));
            } else if fields.len() != layout.width && fields.shape_fault(layout.width).is_some() {
                self.misshapen(line);
            } else if let Err(problem) = self.line(file, line) {
                self.problems.push(problem);
            }
        });
        open_quote.map_or(Ok(lines), |line| Err(Fault::OpenQuote { line }))
    }

    #[cold]
    fn misshapen(&mut self, line: Line<'_>) {
        if line.fields.values().all(|value| value.trim_ascii().is_empty()) {
            return;
        }
        let expected = line.fields.shape_fault(line.layout.width).unwrap_or_default();
        self.problems.push(RawProblem { at: line.at, line: line.fields.line, column: None, value: None, expected });
    }

    /// Takes in one line of an invoice.
    #[inline]
    fn line(&mut self, file: &mut FileCredits, line: Line<'_>) -> Result<(), RawProblem> {
        let party = file.party(line);
        let context = file.context(line);
        let reason = file.reason(line, self.options)?;
        let mut credit = file.reasons.meanings[usize::from(reason)].credit;
        if credit == Credit::None && line.layout.kind == FileKind::Reconciliation && file.is_customer_credit(line) {
            credit = if self.options.counts_blank() { Credit::Aco } else { Credit::Other };
        }
        if credit == Credit::None {
            file.usage(line, context)?;
            if file.can_pair {
                let is_earned = file.is_earned(line);
                self.pairs.charge(line.layout, line.fields, is_earned);
            }
            return Ok(());
        }
        let amounts = file.credit_line(line, TotalPlace { party, context, reason })?;
        if credit == Credit::Aco {
            self.check(file, line, party, context, amounts);
            if self.options.lines {
                self.keep(line, amounts);
            }
        }
        Ok(())
    }

    /// Notes what is odd about a credit line.
    fn check(&mut self, file: &mut FileCredits, line: Line<'_>, party: u32, context: u32, amounts: Amounts) {
        let Line { at, layout, fields } = line;
        let mut finding = |rule, message| {
            self.findings.push(RawFinding { at, line: fields.line, rule, party, context, message });
        };
        let amount = amounts.amount;
        let lowers = match layout.kind {
            FileKind::Reconciliation => amount.is_sign_negative() || amount.is_zero(),
            FileKind::DailyUsage => amount.is_sign_positive() || amount.is_zero(),
        };
        if !lowers {
            let sign = if layout.kind == FileKind::Reconciliation { "negative" } else { "positive" };
            let name = layout.name(Column::Amount);
            finding(Rule::WrongSign, format!("{name} is {amount}: expected a {sign} amount on a credit line"));
        }
        let earned = layout.text(Column::EarnedPercent, fields).unwrap_or_default();
        let is_zero = |text: &str| value::amount(text.as_bytes(), layout.mark).is_ok_and(|percent| percent.is_zero());
        if !earned.is_empty() && !is_zero(&earned) {
            let name = layout.name(Column::EarnedPercent);
            finding(Rule::BothCredits, format!("{name} is {earned} where Azure credit was applied"));
        } else if file.is_earned(line) {
            let text = layout.text(Column::Adjustment, fields).unwrap_or_default();
            let name = layout.name(Column::Adjustment);
            finding(Rule::BothCredits, format!("{name} is `{text}` where Azure credit was applied"));
        } else if file.can_pair {
            self.pairs.credit(layout, fields, at, party, context);
        }
    }

    fn keep(&mut self, line: Line<'_>, amounts: Amounts) {
        let mut text = |column| self.texts.get(line.layout.text(column, line.fields).unwrap_or_default());
        self.lines.push(RawLine {
            at: line.at,
            line: line.fields.line,
            total: amounts.total,
            product: text(Column::ProductName),
            subscription: text(Column::Subscription),
            charge_start: amounts.start,
            amount: amounts.amount,
            billed: amounts.billed,
            priced: amounts.priced,
        });
    }
}

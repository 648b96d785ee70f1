//! The credit lines of invoice files, totalled block by block.
//!
//! What many lines share (customer, invoice, currencies, dates, reasons) is understood once and known by its bytes
//! from then on. Invariant: every credit line is in a total or is a problem; none is passed over.

use std::sync::Arc;

use chrono::NaiveDate;
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use rust_decimal::Decimal;

use crate::model::currency::Currency;
use crate::model::id::Id;
use crate::model::invoice::{ACO_REASONS, FileKind, Rule, same_reason};
use crate::model::money::{Overflow, Sum, round_down_product};
use crate::model::month::Month;

use super::super::blocks::{BlockId, Fold};
use super::super::error::Fault;
use super::super::memo::{Memo, Words, runs};
use super::super::records::{Fields, Splitter};
use super::columns::Column;
use super::layout::Layout;
use super::pairs::Pairs;
use super::value::{self, Expected};
use super::{CreditOptions, json};

/// The CreditType of usage that ACO covered.
const APPLIED: &str = "Azure Credit Applied";

/// The CreditType of usage that no credit covered.
const NOT_APPLIED: &str = "Credit Not Applied";

/// The ChargeType of every kind of credit.
const CUSTOMER_CREDIT: &str = "customerCredit";

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

/// What one thread reads of one file.
pub(super) struct FileCredits {
    party_memo: Memo,
    pub(super) parties: Vec<Party>,
    context_memo: Memo,
    pub(super) contexts: Vec<Context>,
    pub(super) starts: Words<Result<Option<NaiveDate>, Expected>>,
    pub(super) reasons: Words<Reason>,
    charge_types: Words<bool>,
    adjustments: Words<bool>,
    can_pair: bool,
    places: HashMap<TotalKey, u32, RandomState>,
    pub(super) totals: Vec<(TotalKey, Total)>,
}

/// A customer as a file spells it.
pub(super) struct Party {
    pub(super) partner: Option<Id>,
    pub(super) customer: Option<Id>,
    pub(super) name: Option<String>,
    /// Where it is first spelled so.
    pub(super) first: (BlockId, u32),
}

/// What all lines of one invoice with one pair of currencies share.
pub(super) struct Context {
    pub(super) invoice: String,
    pub(super) currency: Option<Currency>,
    pub(super) pricing: Option<Currency>,
    pub(super) rate: Option<Decimal>,
    pub(super) first: (BlockId, u32),
    /// The latest month of usage.
    pub(super) usage: Option<Month>,
}

/// Why a credit was given.
#[derive(Clone, Debug)]
pub(super) struct Reason {
    pub(super) text: String,
    pub(super) credit: Credit,
}

/// What a reason makes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Credit {
    Aco,
    Other,
    None,
}

/// Numbers of what the lines of a total share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct TotalKey {
    pub(super) party: u32,
    pub(super) context: u32,
    pub(super) charged: Month,
    pub(super) reason: u16,
}

/// The total of credit lines.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Total {
    pub(super) lines: u64,
    pub(super) billed: Sum,
    pub(super) priced: Sum,
    /// Lines whose amount in the pricing currency is not told.
    pub(super) unpriced: u64,
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

/// A cell or line that cannot be read.
pub(super) struct RawProblem {
    pub(super) at: BlockId,
    pub(super) line: u32,
    pub(super) column: Option<&'static str>,
    pub(super) value: Option<String>,
    pub(super) expected: String,
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

/// Where a line stands and how its file is laid out.
#[derive(Clone, Copy)]
struct Line<'a> {
    at: BlockId,
    layout: &'a Layout,
    fields: &'a Fields<'a>,
}

impl Credits<'_> {
    fn records(&mut self, file: &mut FileCredits, at: BlockId, layout: &Layout, bytes: &[u8]) -> Result<u32, Fault> {
        let mut open_quote = None;
        let lines = Splitter::new(layout.delimiter).split(bytes, |fields| {
            let line = Line { at, layout, fields: &fields };
            if fields.unclosed {
                open_quote = Some(u64::from(fields.line));
            } else if fields.len() != layout.width && shape_fault(layout, &fields).is_some() {
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
        let expected = shape_fault(line.layout, line.fields).unwrap_or_default();
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

/// What a line shares with the others of its total.
#[derive(Clone, Copy)]
struct TotalPlace {
    party: u32,
    context: u32,
    reason: u16,
}

/// The amounts of a credit line.
#[derive(Clone, Copy)]
struct Amounts {
    /// As the file has it.
    amount: Decimal,
    /// Credit in the currency that is billed.
    billed: Decimal,
    /// Credit in the pricing currency.
    priced: Option<Decimal>,
    /// The line's total.
    total: u32,
    /// ChargeStartDate.
    start: NaiveDate,
}

impl FileCredits {
    fn new(layout: &Layout) -> Self {
        let memo = |columns: &[Column]| {
            Memo::new(runs(columns.iter().filter_map(|column| layout.position(*column)).collect()))
        };
        Self {
            party_memo: memo(&[Column::Partner, Column::Customer, Column::CustomerName]),
            parties: Vec::new(),
            context_memo: memo(&[Column::Invoice, Column::Currency, Column::PricingCurrency, Column::Rate]),
            contexts: Vec::new(),
            starts: Words::default(),
            reasons: Words::default(),
            charge_types: Words::default(),
            adjustments: Words::default(),
            can_pair: Pairs::can_pair(layout),
            places: HashMap::default(),
            totals: Vec::new(),
        }
    }

    #[inline]
    fn party(&mut self, line: Line<'_>) -> u32 {
        self.party_memo.get(line.fields).unwrap_or_else(|| self.new_party(line))
    }

    #[cold]
    fn new_party(&mut self, Line { at, layout, fields }: Line<'_>) -> u32 {
        let number = u32::try_from(self.parties.len()).unwrap_or(u32::MAX);
        let text = |column| layout.text(column, fields).unwrap_or_default();
        self.parties.push(Party {
            partner: Id::parse(&text(Column::Partner)),
            customer: Id::parse(&text(Column::Customer)),
            name: Some(text(Column::CustomerName)).filter(|name| !name.is_empty()),
            first: (at, fields.line),
        });
        self.party_memo.insert(fields, number);
        number
    }

    #[inline]
    fn context(&mut self, line: Line<'_>) -> u32 {
        self.context_memo.get(line.fields).unwrap_or_else(|| self.new_context(line))
    }

    #[cold]
    fn new_context(&mut self, Line { at, layout, fields }: Line<'_>) -> u32 {
        let number = u32::try_from(self.contexts.len()).unwrap_or(u32::MAX);
        let text = |column| layout.text(column, fields).unwrap_or_default();
        self.contexts.push(Context {
            invoice: text(Column::Invoice),
            currency: Currency::parse(&text(Column::Currency)),
            pricing: Currency::parse(&text(Column::PricingCurrency)),
            rate: value::amount(text(Column::Rate).as_bytes(), layout.mark).ok().map(|rate| rate.normalize()),
            first: (at, fields.line),
            usage: None,
        });
        self.context_memo.insert(fields, number);
        number
    }

    /// The number of a line's reason.
    #[inline]
    fn reason(&mut self, line: Line<'_>, options: &CreditOptions) -> Result<u16, RawProblem> {
        let raw = line.layout.position(Column::Reason).map_or(&b""[..], |at| line.fields.raw(at));
        match self.reasons.get(raw) {
            Some(number) => Ok(number),
            None => self.new_reason(line, raw, options),
        }
    }

    #[cold]
    fn new_reason(&mut self, line: Line<'_>, raw: &[u8], options: &CreditOptions) -> Result<u16, RawProblem> {
        let text = line.layout.text(Column::Reason, line.fields).unwrap_or_default();
        let is_aco = match line.layout.kind {
            FileKind::Reconciliation => ACO_REASONS.iter().any(|reason| same_reason(reason, &text)),
            FileKind::DailyUsage => same_reason(APPLIED, &text),
        };
        let is_none = text.is_empty() || line.layout.kind == FileKind::DailyUsage && same_reason(NOT_APPLIED, &text);
        let is_added = || options.reasons.iter().any(|reason| same_reason(reason, &text));
        let credit = match (is_none, is_aco || is_added()) {
            // Blank on charges and, in the oldest editions, on credits: the ChargeType tells.
            (true, _) => Credit::None,
            (false, true) => Credit::Aco,
            (false, false) => Credit::Other,
        };
        let expected = || problem(line, Column::Reason, "too many different reasons");
        self.reasons.insert(raw, Reason { text, credit }).ok_or_else(expected)
    }

    #[inline]
    fn is_customer_credit(&mut self, line: Line<'_>) -> bool {
        let is = |text: &str| same_reason(text, CUSTOMER_CREDIT);
        flag(&mut self.charge_types, line, Column::ChargeType, is)
    }

    /// Whether a partner earned credit lowers the price of a line.
    #[inline]
    fn is_earned(&mut self, line: Line<'_>) -> bool {
        let is = |text: &str| text.to_lowercase().contains("partner earned credit");
        flag(&mut self.adjustments, line, Column::Adjustment, is)
    }

    /// The day on which a line's charge starts.
    #[inline]
    fn start(&mut self, line: Line<'_>) -> Result<Option<NaiveDate>, RawProblem> {
        let Some(at) = line.layout.position(Column::ChargeStart) else { return Ok(None) };
        let raw = line.fields.raw(at);
        let start = match self.starts.get(raw) {
            Some(number) => self.starts.meanings[usize::from(number)],
            None => {
                let text = line.layout.text(Column::ChargeStart, line.fields).unwrap_or_default();
                let start = value::day(&text, line.layout.order);
                // Days with a time may be more than can be known: the rest is understood again and again.
                self.starts.insert(raw, start);
                start
            }
        };
        start.map_err(|expected| problem(line, Column::ChargeStart, expected))
    }

    /// Notes the month of a line of usage.
    #[inline]
    fn usage(&mut self, line: Line<'_>, context: u32) -> Result<(), RawProblem> {
        let is_usage = match line.layout.kind {
            FileKind::DailyUsage => true,
            FileKind::Reconciliation => {
                line.layout.position(Column::Meter).is_some_and(|at| !line.fields.raw(at).is_empty())
            }
        };
        if is_usage {
            let start = self.start(line)?.map(Month::of);
            let usage = &mut self.contexts[context as usize].usage;
            *usage = start.max(*usage);
        }
        Ok(())
    }

    /// Adds a credit line to its total.
    fn credit_line(&mut self, line: Line<'_>, place: TotalPlace) -> Result<Amounts, RawProblem> {
        let TotalPlace { party, context, reason } = place;
        let amount = Self::required(line, Column::Amount)?;
        let start = self.start(line)?.ok_or_else(|| problem(line, Column::ChargeStart, "expected a date"))?;
        if self.parties[party as usize].customer.is_none() {
            return Err(problem(line, Column::Customer, "expected an id"));
        }
        let Context { currency, pricing, .. } = self.contexts[context as usize];
        if currency.is_none() {
            return Err(problem(line, Column::Currency, "expected a currency code such as `USD`"));
        }
        let sign = |amount: Decimal| if line.layout.kind == FileKind::Reconciliation { -amount } else { amount };
        let priced = if pricing == currency { Some(amount) } else { Self::priced(line)? };
        let (billed, priced) = (sign(amount), priced.map(sign));
        let key = TotalKey { party, context, charged: Month::of(start), reason };
        let next = u32::try_from(self.totals.len()).unwrap_or(u32::MAX);
        let total = *self.places.entry(key).or_insert(next);
        if total == next {
            self.totals.push((key, Total::default()));
        }
        self.totals[total as usize]
            .1
            .add(billed, priced)
            .map_err(|Overflow| problem(line, Column::Amount, "expected amounts whose sum has at most 28 digits"))?;
        Ok(Amounts { amount, billed, priced, total, start })
    }

    /// The amount in the pricing currency, as the file has it; none if the file does not tell.
    ///
    /// Partner Center rounds each line down: "Subtotal = ROUNDDOWN(ROUNDDOWN(EffectiveUnitPrice * BillableQuantity, 2) *
    /// PCToBCExchangeRate, 2)". The inner amount is exact, and needs no division by the rate.
    fn priced(line: Line<'_>) -> Result<Option<Decimal>, RawProblem> {
        if let Some(amount) = Self::optional(line, Column::PricingAmount)? {
            return Ok(Some(amount));
        }
        let (price, quantity) = (Self::optional(line, Column::UnitPrice)?, Self::optional(line, Column::Quantity)?);
        let (Some(price), Some(quantity)) = (price, quantity) else { return Ok(None) };
        let expected = "expected a price that can be multiplied exactly";
        round_down_product(price, quantity, 2).map(Some).map_err(|Overflow| problem(line, Column::UnitPrice, expected))
    }

    fn required(line: Line<'_>, column: Column) -> Result<Decimal, RawProblem> {
        Self::optional(line, column)?.ok_or_else(|| problem(line, column, "expected an amount such as `1234.50`"))
    }

    /// An amount; none if the cell is blank or the file has no such column.
    fn optional(line: Line<'_>, column: Column) -> Result<Option<Decimal>, RawProblem> {
        let Some(at) = line.layout.position(column) else { return Ok(None) };
        let value = line.fields.value(at);
        if value.trim_ascii().is_empty() {
            return Ok(None);
        }
        value::amount(&value, line.layout.mark).map(Some).map_err(|expected| problem(line, column, expected))
    }
}

impl Total {
    fn add(&mut self, billed: Decimal, priced: Option<Decimal>) -> Result<(), Overflow> {
        self.lines += 1;
        self.billed.add(billed)?;
        match priced {
            Some(priced) => self.priced.add(priced),
            None => {
                self.unpriced += 1;
                Ok(())
            }
        }
    }
}

/// What is true of a cell's text, understood once for each text.
#[inline]
fn flag(words: &mut Words<bool>, line: Line<'_>, column: Column, is: impl Fn(&str) -> bool) -> bool {
    let Some(at) = line.layout.position(column) else { return false };
    let raw = line.fields.raw(at);
    match words.get(raw) {
        Some(number) => words.meanings[usize::from(number)],
        None => {
            let is = is(&line.layout.text(column, line.fields).unwrap_or_default());
            words.insert(raw, is);
            is
        }
    }
}

/// Why a record cannot be a line of its file.
fn shape_fault(layout: &Layout, fields: &Fields<'_>) -> Option<String> {
    let (found, wanted) = (fields.len(), layout.width);
    let surplus_is_blank = || (wanted..found).all(|at| fields.value(at).trim_ascii().is_empty());
    (found < wanted || !surplus_is_blank()).then(|| format!("expected {wanted} fields, found {found}"))
}

#[cold]
fn problem(line: Line<'_>, column: Column, expected: &str) -> RawProblem {
    const SHOWN: usize = 80;
    let text = line.layout.text(column, line.fields).unwrap_or_default();
    RawProblem {
        at: line.at,
        line: line.fields.line,
        column: Some(line.layout.name(column)),
        value: Some(text.chars().take(SHOWN).collect()),
        expected: expected.to_owned(),
    }
}

//! The tally of one file by one thread: what its lines share, and the totals of its credit lines.

use chrono::NaiveDate;
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use rust_decimal::Decimal;

use crate::model::currency::Currency;
use crate::model::id::Id;
use crate::model::invoice::{ACO_REASONS, FileKind, same_reason};
use crate::model::month::Month;

use super::CreditOptions;
use super::amounts::{Total, TotalKey};
use super::columns::Column;
use super::layout::Layout;
use super::pairs::Pairs;
use super::value::{self, Expected};
use crate::input::scan::blocks::BlockId;
use crate::input::scan::memo::{Memo, Words, runs};
use crate::input::scan::records::Fields;

/// The CreditType of usage that ACO covered.
const APPLIED: &str = "Azure Credit Applied";

/// The CreditType of usage that no credit covered.
const NOT_APPLIED: &str = "Credit Not Applied";

/// The ChargeType of every kind of credit.
const CUSTOMER_CREDIT: &str = "customerCredit";

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
    pub(super) can_pair: bool,
    pub(super) places: HashMap<TotalKey, u32, RandomState>,
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

/// A cell or line that cannot be read.
pub(super) struct RawProblem {
    pub(super) at: BlockId,
    pub(super) line: u32,
    pub(super) column: Option<&'static str>,
    pub(super) value: Option<String>,
    pub(super) expected: String,
}

/// Where a line stands and how its file is laid out.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) at: BlockId,
    pub(super) layout: &'a Layout,
    pub(super) fields: &'a Fields<'a>,
}

impl FileCredits {
    pub(super) fn new(layout: &Layout) -> Self {
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
    pub(super) fn party(&mut self, line: Line<'_>) -> u32 {
        self.party_memo.get(line.fields, 0).unwrap_or_else(|| self.new_party(line))
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
    pub(super) fn context(&mut self, line: Line<'_>) -> u32 {
        self.context_memo.get(line.fields, 0).unwrap_or_else(|| self.new_context(line))
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
    pub(super) fn reason(&mut self, line: Line<'_>, options: &CreditOptions) -> Result<u16, RawProblem> {
        let raw = line.layout.position(Column::Reason).map_or(&b""[..], |at| line.fields.raw(at));
        match self.reasons.get(raw) {
            Some(number) => Ok(number),
            None => self.new_reason(line, raw, options),
        }
    }

    #[cold]
    fn new_reason(&mut self, line: Line<'_>, raw: &[u8], options: &CreditOptions) -> Result<u16, RawProblem> {
        let no_text = || problem(line, Column::Reason, "expected text in the file's encoding");
        let text = line.layout.text(Column::Reason, line.fields).ok_or_else(no_text)?;
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
    pub(super) fn is_customer_credit(&mut self, line: Line<'_>) -> bool {
        let is = |text: &str| same_reason(text, CUSTOMER_CREDIT);
        flag(&mut self.charge_types, line, Column::ChargeType, is)
    }

    /// Whether a partner earned credit lowers the price of a line.
    #[inline]
    pub(super) fn is_earned(&mut self, line: Line<'_>) -> bool {
        let is = |text: &str| text.to_lowercase().contains("partner earned credit");
        flag(&mut self.adjustments, line, Column::Adjustment, is)
    }

    /// The day on which a line's charge starts.
    #[inline]
    pub(super) fn start(&mut self, line: Line<'_>) -> Result<Option<NaiveDate>, RawProblem> {
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
    pub(super) fn usage(&mut self, line: Line<'_>, context: u32) -> Result<(), RawProblem> {
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

/// Says what is wrong with a cell.
#[cold]
pub(super) fn problem(line: Line<'_>, column: Column, expected: &str) -> RawProblem {
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

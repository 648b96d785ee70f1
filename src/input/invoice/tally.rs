//! The tally of one file by one thread: what its lines share, and the totals of its credit lines.

use std::sync::Arc;

use chrono::NaiveDate;
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use rust_decimal::Decimal;

use crate::model::{
    ACO_REASONS, APPLIED, Amount, CHARGED, CreditKey, CreditLine, Currency, Id, InvoiceFileKind, InvoiceKey,
    LineFinding, Month, Overflow, Place, Rule, UsedBy, same_reason,
};

use super::amounts::{self, Amounts, CreditSum, SumKey};
use super::pairs::Pairs;
use super::{id, kind, reject};
use crate::input::error::Problem;
use crate::input::kinds::InvoiceColumn;
use crate::input::scan::{EXPECTED_TEXT, Interned, Layout, Line, Memo, runs};
use crate::input::value::{Expected, says_nothing, settled_amount, settled_day_read};

/// The ChargeType of every kind of credit.
const CUSTOMER_CREDIT: &str = "customerCredit";

/// Which lines are credit lines, and what is wanted of them.
#[derive(Clone, Debug, Default)]
pub struct CreditOptions {
    /// Texts of CreditReasonCode that count besides Microsoft's own; a blank one stands for credits without a reason.
    pub reasons: Vec<String>,
    pub amount: Amount,
    /// Of the credit lines, if they are wanted themselves, what used them.
    pub lines: Option<UsedBy>,
}

/// What one thread reads of one file.
#[derive(Default)]
pub(super) struct FileCredits {
    memo: Memo<u32>,
    pub(super) contexts: Vec<LineContext>,
    pub(super) starts: Interned<Result<Option<NaiveDate>, Expected>>,
    /// Why credits were given, and what that makes of a line.
    pub(super) reasons: Interned<(Arc<str>, CreditKind)>,
    charge_types: Interned<bool>,
    adjustments: Interned<bool>,
    pub(super) can_pair: bool,
    /// Whether a credit line tells of a partner earned credit's percentage.
    pub(super) has_earned: bool,
    /// The last line of the invoice.
    pub(super) last: Option<Place>,
    /// Lines that look like totals; they are, if no line of the invoice follows in their file.
    pub(super) totals_lines: Vec<(Place, String)>,
    /// The credit lines that were asked for, each with the place of its sum for its total.
    pub(super) lines: Vec<CreditLine>,
    /// Whether credits without a reason count.
    pub(super) counts_blank: bool,
    places: HashMap<SumKey, u32, RandomState>,
    pub(super) sums: Vec<(SumKey, CreditSum)>,
}

/// What all lines of one customer and invoice with one pair of currencies share, as a file spells it.
pub(super) struct LineContext {
    pub(super) partner: Option<Arc<Id>>,
    pub(super) customer: Option<Arc<Id>>,
    pub(super) name: Option<String>,
    pub(super) invoice: Arc<str>,
    pub(super) currency: Option<Currency>,
    pub(super) pricing: Option<Currency>,
    pub(super) rate: Option<Decimal>,
    /// Where it is first spelled so.
    pub(super) first: Place,
    /// The latest day of usage.
    pub(super) usage: Option<NaiveDate>,
    /// The latest day on which any of its lines begins.
    pub(super) charged: Option<NaiveDate>,
    /// Of its credit lines, if other files may have them too.
    pub(super) digests: Vec<u64>,
}

/// What a reason makes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CreditKind {
    Aco,
    Other,
    None,
}

impl FileCredits {
    pub(super) fn new(layout: &Layout, options: &CreditOptions) -> Self {
        let shared = [
            InvoiceColumn::Partner,
            InvoiceColumn::Customer,
            InvoiceColumn::CustomerName,
            InvoiceColumn::Invoice,
            InvoiceColumn::Currency,
            InvoiceColumn::PricingCurrency,
            InvoiceColumn::Rate,
        ];
        Self {
            memo: Memo::new(runs(shared.iter().filter_map(|column| layout.position(*column)).collect())),
            can_pair: Pairs::can_pair(layout),
            counts_blank: options.reasons.iter().any(|reason| reason.trim().is_empty()),
            ..Self::default()
        }
    }

    #[inline]
    pub(super) fn context(&mut self, line: Line<'_>) -> u32 {
        self.memo.get(line.fields, 0).unwrap_or_else(|| self.new_context(line))
    }

    #[cold]
    fn new_context(&mut self, line: Line<'_>) -> u32 {
        let number = u32::try_from(self.contexts.len()).unwrap_or(u32::MAX);
        let text = |column| line.text(column).unwrap_or_default();
        self.contexts.push(LineContext {
            partner: Id::parse(&id(line, InvoiceColumn::Partner)).map(Arc::new),
            customer: Id::parse(&id(line, InvoiceColumn::Customer)).map(Arc::new),
            name: line.text(InvoiceColumn::CustomerName).filter(|name| !name.is_empty()),
            // In capitals, as Microsoft writes it: people and programs may not.
            invoice: id(line, InvoiceColumn::Invoice).to_uppercase().into(),
            currency: Currency::parse(&text(InvoiceColumn::Currency)),
            pricing: Currency::parse(&text(InvoiceColumn::PricingCurrency)),
            rate: settled_amount(text(InvoiceColumn::Rate).as_bytes(), line.layout.mark)
                .ok()
                .map(|rate| rate.normalize()),
            first: line.place(),
            usage: None,
            charged: None,
            digests: Vec::new(),
        });
        self.memo.insert(line.fields, number);
        number
    }

    #[inline]
    pub(super) fn reason(&mut self, line: Line<'_>, options: &CreditOptions) -> Result<u16, Problem> {
        let raw = line.raw(InvoiceColumn::Reason);
        match self.reasons.get(raw) {
            Some(number) => Ok(number),
            None => self.new_reason(line, raw, options),
        }
    }

    #[cold]
    fn new_reason(&mut self, line: Line<'_>, raw: &[u8], options: &CreditOptions) -> Result<u16, Problem> {
        let no_text = || reject(line, InvoiceColumn::Reason, EXPECTED_TEXT);
        let text = line.text(InvoiceColumn::Reason).ok_or_else(no_text)?;
        let is_aco = match kind(line.layout) {
            InvoiceFileKind::Reconciliation => ACO_REASONS.iter().any(|reason| same_reason(reason, &text)),
            InvoiceFileKind::DailyUsage => same_reason(APPLIED, &text),
        };
        let is_charged = || CHARGED.iter().any(|charged| same_reason(charged, &text));
        let is_none = says_nothing(&text) || kind(line.layout) == InvoiceFileKind::DailyUsage && is_charged();
        let is_added = || options.reasons.iter().any(|reason| same_reason(reason, &text));
        let credit = match (is_none, is_aco || is_added()) {
            // Blank on charges and, in the oldest editions, on credits: the ChargeType tells.
            (true, _) => CreditKind::None,
            (false, true) => CreditKind::Aco,
            (false, false) => CreditKind::Other,
        };
        let expected = || reject(line, InvoiceColumn::Reason, "too many different reasons");
        self.reasons.insert(raw, (text.into(), credit)).ok_or_else(expected)
    }

    #[inline]
    pub(super) fn is_customer_credit(&mut self, line: Line<'_>) -> bool {
        const COLUMN: InvoiceColumn = InvoiceColumn::ChargeType;
        let is = || line.text(COLUMN).is_some_and(|text| same_reason(&text, CUSTOMER_CREDIT));
        self.charge_types.meaning(line.raw(COLUMN), is)
    }

    /// Whether a partner earned credit lowers the price of a line.
    #[inline]
    pub(super) fn is_earned(&mut self, line: Line<'_>) -> bool {
        const COLUMN: InvoiceColumn = InvoiceColumn::Adjustment;
        let is = || line.text(COLUMN).is_some_and(|text| text.to_lowercase().contains("partner earned credit"));
        self.adjustments.meaning(line.raw(COLUMN), is)
    }

    /// Adds a credit line to its sum. Returns its amounts, its day, and the place of the sum.
    pub(super) fn credit_line(
        &mut self,
        line: Line<'_>,
        context: u32,
        reason: u16,
    ) -> Result<(Amounts, NaiveDate, u32), Problem> {
        let amount = amounts::amount(line, self.contexts[context as usize].currency)?;
        let start = self.day(line, InvoiceColumn::ChargeStart)?;
        let start = start.ok_or_else(|| reject(line, InvoiceColumn::ChargeStart, "expected a date"))?;
        let LineContext { ref customer, currency, pricing, .. } = self.contexts[context as usize];
        if customer.is_none() {
            return Err(reject(line, InvoiceColumn::Customer, "expected an id"));
        }
        if currency.is_none() {
            return Err(reject(line, InvoiceColumn::Currency, "expected a currency code such as `USD`"));
        }
        let amounts = Amounts::new(line, amount, currency, pricing)?;
        let key = SumKey { context, charged: Month::of(start), reason };
        let next = u32::try_from(self.sums.len()).unwrap_or(u32::MAX);
        let place = *self.places.entry(key).or_insert(next);
        if place == next {
            self.sums.push((key, CreditSum::default()));
        }
        self.sums[place as usize].1.add(&amounts).map_err(|Overflow| {
            reject(line, InvoiceColumn::Amount, "expected amounts whose sum has at most 28 digits")
        })?;
        Ok((amounts, start, place))
    }

    /// The sums of the file, which has this place among all, each with what its lines share.
    pub(super) fn sums(&self, file: u32) -> impl Iterator<Item = (CreditKey, &CreditSum)> {
        self.sums.iter().filter_map(move |(key, sum)| Some((self.credit_key(file, *key)?, sum)))
    }

    /// What breaks a rule on a line of a context.
    pub(super) fn finding(
        &self,
        Place { file, line }: Place,
        rule: Rule,
        (context, amount): (u32, Decimal),
        message: String,
    ) -> LineFinding {
        let LineContext { customer, invoice, currency, .. } = &self.contexts[context as usize];
        let (customer, invoice) = (customer.as_deref().cloned(), (**invoice).into());
        LineFinding { file, line, rule, customer, invoice, amount: Some(amount), currency: *currency, message }
    }

    /// Leaves sums that have become totals to nobody: no line asks for them.
    pub(super) fn forget_sums(&mut self) {
        (self.places, self.sums) = (HashMap::default(), Vec::new());
    }

    /// What the lines of a sum share; none without customer or currency, and no credit line is without.
    fn credit_key(&self, file: u32, key: SumKey) -> Option<CreditKey> {
        let context = &self.contexts[key.context as usize];
        let (reason, credit) = &self.reasons.meanings[usize::from(key.reason)];
        Some(CreditKey {
            invoice: InvoiceKey { file, number: Arc::clone(&context.invoice) },
            partner: context.partner.clone(),
            customer: context.customer.clone()?,
            currency: context.currency?,
            pricing: context.pricing,
            charged: key.charged,
            reason: Arc::clone(reason),
            is_aco: *credit == CreditKind::Aco || reason.is_empty() && self.counts_blank,
        })
    }

    /// The day of a cell, if it is not blank.
    #[inline]
    fn day(&mut self, line: Line<'_>, column: InvoiceColumn) -> Result<Option<NaiveDate>, Problem> {
        let day = self.starts.meaning(line.raw(column), || {
            let text = line.text(column).unwrap_or_default();
            settled_day_read(line.layout.read_day(&text), line.layout.order)
        });
        day.map_err(|expected| reject(line, column, expected))
    }

    /// Notes the day of a line, which must have one if it is of usage.
    #[inline]
    pub(super) fn charged(&mut self, line: Line<'_>, context: u32) -> Result<(), Problem> {
        let start = self.day(line, InvoiceColumn::ChargeStart);
        let charged = &mut self.contexts[context as usize].charged;
        *charged = start.as_ref().ok().copied().flatten().max(*charged);
        let has_meter = || !line.raw(InvoiceColumn::Meter).is_empty();
        if kind(line.layout) == InvoiceFileKind::DailyUsage || has_meter() {
            let start = start?;
            // Of usage that was not used on a day of its own, the day on which it is charged tells.
            let start = self.day(line, InvoiceColumn::UsageDate).ok().flatten().max(start);
            let usage = &mut self.contexts[context as usize].usage;
            *usage = start.max(*usage);
        }
        Ok(())
    }
}

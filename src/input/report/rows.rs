//! Rows of the balance report, read into a compact form block by block.
//!
//! What one value cannot settle alone, the decimal mark and the order of dates, stays open here; `settle` closes it.
//! Invariant: every record is a row, a problem or an extra line; none is passed over.

use std::borrow::Cow;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::model::currency::Currency;
use crate::model::id::Id;
use crate::model::month::Month;
use crate::model::record::{Column, Identity};
use crate::model::report::{Row, Scale};
use crate::model::status::Status;

use crate::input::dialect::examples::{Clue, Clues, Evidence, Witness};
use crate::input::error::Fault;
use crate::input::scan::blocks::{BlockId, Fold};
use crate::input::scan::header::Layout;
use crate::input::scan::memo::{AHEAD, Memo, Words, runs};
use crate::input::scan::records::{Fields, Splitter};
use crate::input::source::encoding;
use crate::input::value::amount::{self, AmountReading, DecimalMark, Digits, Hint};
use crate::input::value::date::{self, Reading};

/// The columns whose values rarely change from row to row of one credit.
const KEY_COLUMNS: [Column; 7] = [
    Column::PartnerId,
    Column::CustomerId,
    Column::CreditName,
    Column::CurrencyCode,
    Column::AgreementId,
    Column::EffectiveDate,
    Column::ExpiryDate,
];

/// Longest value that a message shows, in characters.
const SHOWN: usize = 80;

/// What one thread reads of balance reports.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    memos: Vec<(Layout, Memo)>,
    pub(crate) keys: Vec<KeyReading>,
    key_clues: Vec<Clues>,
    pub(crate) months: Words<(Reading<Month>, Clues)>,
    pub(crate) statuses: Words<Status>,
    pub(crate) wide: Vec<Decimal>,
    pub(crate) rows: Vec<Row>,
    pub(crate) row_keys: Vec<u32>,
    pub(crate) row_months: Vec<u16>,
    /// Each block with the first of its rows.
    pub(crate) blocks: Vec<(BlockId, usize)>,
    pub(crate) doubts: Vec<Doubt>,
    /// By file.
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) problems: Vec<RawProblem>,
    /// Lines that look like totals; they are, if no row follows in their file.
    pub(crate) totals: Vec<(BlockId, u32, String)>,
    /// Lines that repeat the header, as in files that were put together.
    pub(crate) headers: Vec<(BlockId, u32)>,
    /// Last cells of files that may have lost their ends.
    pub(crate) cut: Vec<Witness>,
}

/// A key whose dates may have two meanings.
#[derive(Debug)]
pub(crate) struct KeyReading {
    pub(crate) identity: Identity,
    pub(crate) effective: Reading<Option<NaiveDate>>,
    pub(crate) expiry: Reading<Option<NaiveDate>>,
}

/// An amount that has three decimals if `mark` is the file's decimal mark, and none otherwise.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Doubt {
    pub(crate) row: usize,
    pub(crate) column: Column,
    pub(crate) mark: DecimalMark,
}

/// An amount as a row holds it, and what its spelling says; small, for it is handed on millions of times.
#[derive(Clone, Copy, Debug)]
struct Amount {
    units: i32,
    scale: Scale,
    hint: Hint,
}

/// A cell or row that cannot be read.
#[derive(Debug)]
pub(crate) struct RawProblem {
    pub(crate) block: BlockId,
    pub(crate) line: u32,
    pub(crate) column: Option<&'static str>,
    pub(crate) value: Option<String>,
    pub(crate) expected: String,
}

impl Fold for Rows {
    type Layout = Layout;

    fn block(&mut self, at: BlockId, layout: &Layout, bytes: &[u8]) -> Result<u32, Fault> {
        // Neither more rows nor more large amounts than a row's fields can count.
        if u32::try_from(self.rows.len() + bytes.len()).is_err()
            || i32::try_from(self.wide.len() + bytes.len()).is_err()
        {
            return Err(Fault::TooManyRows);
        }
        let file = at.file as usize;
        if self.evidence.len() <= file {
            self.evidence.resize_with(file + 1, Evidence::default);
        }
        let memo = match self.memos.iter().position(|(known, _)| known.reads_like(layout)) {
            Some(memo) => memo,
            None => {
                let key_fields = KEY_COLUMNS.iter().map(|column| layout.position(*column)).collect();
                self.memos.push((layout.clone(), Memo::new(runs(key_fields))));
                self.memos.len() - 1
            }
        };
        self.blocks.push((at, self.rows.len()));
        let is_ascii = bytes.is_ascii();
        let mut open_quote = None;
        let mut splitter = Splitter::new(layout.delimiter);
        let records = splitter.records(bytes);
        for index in 0..records.len() {
            let ahead = index % AHEAD;
            if ahead == 0 {
                self.memos[memo].1.look_ahead(&records, index, layout.width());
            }
            let fields = records.get(index);
            if !is_ascii {
                self.note_encoding(at, layout, &fields);
            }
            if fields.unclosed {
                open_quote = Some(u64::from(fields.line));
            } else if self.row(at, layout, memo, &fields, ahead).is_none() {
                self.not_a_row(at, layout, &fields);
            }
        }
        if let Some(last) = records.len().checked_sub(1)
            && !bytes.ends_with(b"\n")
            && !bytes.ends_with(b"\r")
        {
            self.note_cut(at, layout, &records.get(last));
        }
        open_quote.map_or(Ok(records.lines), |line| Err(Fault::OpenQuote { line }))
    }
}

impl Rows {
    /// Reads a record as a row; `None` if it cannot be read as one.
    #[inline]
    fn row(&mut self, at: BlockId, layout: &Layout, memo: usize, fields: &Fields<'_>, ahead: usize) -> Option<()> {
        if fields.len() != layout.width() && fields.shape_fault(layout.width()).is_some() {
            return None;
        }
        let key = match self.memos[memo].1.get(fields, ahead) {
            Some(key) => key,
            None => self.new_key(layout, memo, fields)?,
        };
        let month_field = fields.raw(layout.position(Column::InvoiceMonth));
        let month = match self.months.get(month_field) {
            Some(month) => month,
            None => self.new_month(layout, fields)?,
        };
        let status_field = fields.raw(layout.position(Column::Status));
        let status = match self.statuses.get(status_field) {
            Some(status) => status,
            None => self.new_status(layout, fields)?,
        };
        let credit = self.amount(layout, Column::CreditAmount, key, fields)?;
        let balance = self.amount(layout, Column::BalanceAmount, key, fields)?;

        let clues = self.key_clues[key as usize]
            .and(self.months.meanings[usize::from(month)].1)
            .and(Clues::of_amount(credit.hint))
            .and(Clues::of_amount(balance.hint));
        if !clues.all_in(self.evidence[at.file as usize].seen()) {
            self.testify(at, layout, fields);
        }
        for (column, amount) in [(Column::CreditAmount, credit), (Column::BalanceAmount, balance)] {
            if let Hint::Doubt(mark) = amount.hint {
                self.doubts.push(Doubt { row: self.rows.len(), column, mark });
            }
        }
        self.rows.push(Row {
            credit_amount: credit.units,
            balance_amount: balance.units,
            line: fields.line,
            status,
            credit_scale: credit.scale,
            balance_scale: balance.scale,
        });
        self.row_keys.push(key);
        self.row_months.push(month);
        Some(())
    }

    #[inline]
    fn amount(&mut self, layout: &Layout, column: Column, key: u32, fields: &Fields<'_>) -> Option<Amount> {
        if let Some((units, decimals, hint)) = amount::read_plain(fields.raw(layout.position(column)))
            && let Ok(units) = i32::try_from(units)
        {
            return Some(Amount { units, scale: Scale::decimals(decimals), hint });
        }
        self.odd_amount(layout, column, key, fields)
    }

    /// An amount in another spelling than the ordinary one, or one that is too large for a row.
    #[cold]
    fn odd_amount(&mut self, layout: &Layout, column: Column, key: u32, fields: &Fields<'_>) -> Option<Amount> {
        let AmountReading { digits, hint, currency } = amount::read(&fields.value(layout.position(column))).ok()?;
        if currency.is_some_and(|currency| currency != self.keys[key as usize].identity.currency) {
            return None;
        }
        let value = match digits {
            Digits::Short(units, decimals) => match i32::try_from(units) {
                Ok(units) => return Some(Amount { units, scale: Scale::decimals(decimals), hint }),
                Err(_) => Decimal::new(units, decimals.into()),
            },
            Digits::Long(value) => value,
        };
        let place = i32::try_from(self.wide.len()).ok()?;
        self.wide.push(value);
        Some(Amount { units: place, scale: Scale::WIDE, hint })
    }

    #[cold]
    fn new_key(&mut self, layout: &Layout, memo: usize, fields: &Fields<'_>) -> Option<u32> {
        let cell = |column| cell(layout, column, fields);
        let effective = date::read_date(&cell(Column::EffectiveDate)?)?;
        let expiry = date::read_date(&cell(Column::ExpiryDate)?)?;
        let identity = Identity {
            partner: Id::parse(&cell(Column::PartnerId)?)?,
            customer: Id::parse(&cell(Column::CustomerId)?)?,
            agreement: Id::parse(&cell(Column::AgreementId)?)?,
            credit_name: cell(Column::CreditName)?.trim().into(),
            currency: Currency::parse(&cell(Column::CurrencyCode)?)?,
        };
        let number = u32::try_from(self.keys.len()).ok()?;
        let clues = [Clue::of_date(&effective), Clue::of_date(&expiry)];
        self.key_clues.push(clues.into_iter().flatten().collect());
        self.keys.push(KeyReading { identity, effective, expiry });
        self.memos[memo].1.insert(fields, number);
        Some(number)
    }

    #[cold]
    fn new_month(&mut self, layout: &Layout, fields: &Fields<'_>) -> Option<u16> {
        let text = cell(layout, Column::InvoiceMonth, fields)?;
        let reading = date::read_month(&text)?;
        let clues = Clue::of_month(&text).into_iter().collect();
        let raw = fields.raw(layout.position(Column::InvoiceMonth));
        self.months.insert(raw, (reading, clues))
    }

    #[cold]
    fn new_status(&mut self, layout: &Layout, fields: &Fields<'_>) -> Option<u16> {
        let status = Status::parse(&cell(layout, Column::Status, fields)?);
        self.statuses.insert(fields.raw(layout.position(Column::Status)), status)
    }
}

impl Layout {
    /// Whether equal bytes mean equal rows under both layouts.
    fn reads_like(&self, other: &Self) -> bool {
        self.delimiter == other.delimiter && self.positions == other.positions && self.encoding == other.encoding
    }
}

/// The text of a cell, if it is text.
pub(super) fn cell(layout: &Layout, column: Column, fields: &Fields<'_>) -> Option<String> {
    encoding::text(&fields.value(layout.position(column)), layout.encoding).map(Cow::into_owned)
}

/// A text for a message.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

//! Rows of the balance report, read into a compact form block by block.
//!
//! What one value cannot settle alone, the decimal mark and the order of dates, stays open here; `merge` closes it.
//! Invariant: every record is a row, a reject or an extra line; none is passed over, and no cell is understood twice.

use std::borrow::Cow;
use std::hash::BuildHasher;
use std::sync::Arc;

use chrono::NaiveDate;
use foldhash::fast::FixedState;
use rust_decimal::Decimal;

use crate::model::{
    Block, Currency, Id, Identity, Month, PARTITIONS, Place, ReportColumn, Row, Rows, Scale, Scales, Status,
};

use super::cells::{self, CellReject, Days, is_text, understood};
use super::layout::ReportLayout;
use super::stray;
use crate::input::dialect::examples::{Clues, Evidence};
use crate::input::error::{Fault, Problem, Seen};
use crate::input::kinds;
use crate::input::scan::blocks::Fold;
use crate::input::scan::memo::{AHEAD, Interned, Memo, runs};
use crate::input::scan::objects::ObjectReader;
use crate::input::scan::records::{RecordFields, Splitter};
use crate::input::value::amount::{self, AmountReading, DecimalMark, Digits};
use crate::input::value::date::{DateReading, MonthReading};

/// The columns whose values rarely change from row to row of one credit; the first one's hardly change at all.
const KEY_COLUMNS: [ReportColumn; 7] = [
    ReportColumn::PartnerId,
    ReportColumn::CustomerId,
    ReportColumn::CreditName,
    ReportColumn::CurrencyCode,
    ReportColumn::AgreementId,
    ReportColumn::EffectiveDate,
    ReportColumn::ExpiryDate,
];

/// The columns that are read one by one, in this order.
const OTHER_COLUMNS: [ReportColumn; 4] =
    [ReportColumn::InvoiceMonth, ReportColumn::Status, ReportColumn::CreditAmount, ReportColumn::BalanceAmount];

/// What one thread reads of balance reports.
#[derive(Debug)]
pub(super) struct RowBuilder {
    plausible: Option<(Month, Month)>,
    splitter: Splitter,
    /// Partners as files spell them: few, so that the memos need not hold them again and again.
    spelled_partners: Interned<Arc<Id>>,
    pub(super) partners: Vec<Arc<Id>>,
    pub(super) names: Vec<Arc<str>>,
    memos: Vec<(ReportLayout, Memo)>,
    pub(super) partitions: Vec<PartitionReading>,
    /// The number of rows.
    pub(super) count: u32,
    pub(super) months: Interned<(MonthReading, Clues)>,
    pub(super) statuses: Interned<Status>,
    days: Days,
    pub(super) large_amounts: Vec<Decimal>,
    pub(super) blocks: Vec<Block>,
    /// The line that continues the last block of rows.
    next_line: Option<Place>,
    pub(super) ambiguous: Vec<AmbiguousAmount>,
    /// What the rows of each file say of its spelling.
    pub(super) evidence: Vec<Evidence>,
    pub(super) rejects: Vec<Problem>,
    /// Lines that look like totals; they are, if no row follows in their file.
    pub(super) totals: Vec<(Place, String)>,
    /// Lines that repeat the header, as in files that were put together.
    pub(super) headers: Vec<Place>,
    /// Last cells of files that may have lost their ends.
    pub(super) cut: Vec<(u32, Seen)>,
}

/// Rows of some customers, and their keys.
#[derive(Debug, Default)]
pub(super) struct PartitionReading {
    pub(super) keys: Vec<KeyReading>,
    /// What the spelling of each key says.
    clues: Vec<Clues>,
    pub(super) rows: Rows,
}

const _: () = assert!(PARTITIONS.is_power_of_two());

/// Where a key is held, as one number, by which memos know it: the partition in the lowest bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KeyPlace(u32);

impl KeyPlace {
    /// `None` if the partition has more keys than can be numbered.
    fn new(partition: usize, key: usize) -> Option<Self> {
        u32::try_from(key.checked_mul(PARTITIONS)? + partition).ok().map(Self)
    }

    #[inline]
    fn partition(self) -> usize {
        self.0 as usize % PARTITIONS
    }

    /// The index into the partition's keys.
    #[inline]
    fn key(self) -> u32 {
        self.0 >> PARTITIONS.ilog2()
    }
}

/// A key whose dates may have two meanings.
#[derive(Clone, Debug)]
pub(super) struct KeyReading {
    pub(super) identity: Identity,
    pub(super) effective: DateReading<Option<NaiveDate>>,
    pub(super) expiry: DateReading<Option<NaiveDate>>,
}

/// An amount that has three decimals if `mark` is the file's decimal mark, and none otherwise.
#[derive(Clone, Copy, Debug)]
pub(super) struct AmbiguousAmount {
    /// The row's number.
    pub(super) number: u32,
    /// Where it is held.
    pub(super) partition: usize,
    pub(super) index: usize,
    pub(super) column: ReportColumn,
    pub(super) mark: DecimalMark,
}

/// An amount as a row holds it, and what its spelling says; small, for it is handed on millions of times.
#[derive(Clone, Copy, Debug)]
struct RowAmount {
    units: i32,
    scale: Scale,
    clues: Clues,
}

/// Why a record is no row.
#[derive(Debug)]
pub(super) enum NotARow {
    /// It has too few or too many fields.
    Shape(String),
    /// Some cells cannot be read; all of them are here, in the report's order.
    Cells(Vec<CellReject>),
}

impl RowBuilder {
    /// A reader of rows of months from a first to a last one, or of any months.
    pub(super) fn new(plausible: Option<(Month, Month)>) -> Self {
        Self {
            plausible,
            splitter: Splitter::default(),
            spelled_partners: Interned::default(),
            partners: Vec::new(),
            memos: Vec::new(),
            partitions: (0..PARTITIONS).map(|_| PartitionReading::default()).collect(),
            count: 0,
            names: Vec::new(),
            months: Interned::default(),
            statuses: Interned::default(),
            days: Days::default(),
            large_amounts: Vec::new(),
            blocks: Vec::new(),
            next_line: None,
            ambiguous: Vec::new(),
            evidence: Vec::new(),
            rejects: Vec::new(),
            totals: Vec::new(),
            headers: Vec::new(),
            cut: Vec::new(),
        }
    }
}

impl Fold for RowBuilder {
    type Layout = ReportLayout;

    fn block(&mut self, at: Place, layout: &ReportLayout, bytes: &[u8]) -> Result<(), Fault> {
        // Neither more rows nor more large amounts than a row's fields can count.
        if u32::try_from(self.count as usize + bytes.len()).is_err()
            || i32::try_from(self.large_amounts.len() + bytes.len()).is_err()
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
                let key_fields = KEY_COLUMNS[1..].iter().map(|column| layout.position(*column)).collect();
                self.memos.push((layout.clone(), Memo::new(runs(key_fields))));
                self.memos.len() - 1
            }
        };
        self.next_line = None;
        match layout.delimiter {
            Some(delimiter) => self.records(at, layout, memo, delimiter, bytes),
            None => {
                self.objects(at, layout, memo, bytes);
                Ok(())
            }
        }
    }
}

impl RowBuilder {
    fn records(
        &mut self,
        at: Place,
        layout: &ReportLayout,
        memo: usize,
        delimiter: u8,
        bytes: &[u8],
    ) -> Result<(), Fault> {
        let is_ascii = bytes.is_ascii();
        let (mut open_quote, mut swallowed) = (None, None);
        let mut splitter = std::mem::take(&mut self.splitter).separated_by(delimiter);
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
                open_quote = Some(at.down(fields.line).line);
            } else if fields.spans_lines
                && let Some(fault) = stray::swallowed(at, layout, &fields)
            {
                swallowed.get_or_insert(fault);
            } else if let Err(reason) = self.row(at, layout, memo, &fields, ahead) {
                self.not_a_row(at.down(fields.line), layout, &fields, reason);
            }
        }
        if let Some(last) = records.len().checked_sub(1)
            && !bytes.ends_with(b"\n")
            && !bytes.ends_with(b"\r")
        {
            self.note_cut(at, layout, &records.get(last));
        }
        let stray = splitter.stray_quote(bytes, at);
        self.splitter = splitter;
        let faults = [swallowed, stray, open_quote.map(|line| Fault::OpenQuote { line })];
        faults.into_iter().flatten().min_by_key(Fault::line).map_or(Ok(()), Err)
    }

    fn objects(&mut self, at: Place, layout: &ReportLayout, memo: usize, bytes: &[u8]) {
        ObjectReader::new(&kinds::report::kind().columns).split(bytes, |object| match object {
            Ok(fields) => {
                if let Err(reason) = self.row(at, layout, memo, &fields, 0) {
                    self.not_a_row(at.down(fields.line), layout, &fields, reason);
                }
            }
            Err((line, expected)) => self.rejects.push(Problem::new(at.down(line), expected)),
        });
    }

    /// Reads a record as a row.
    #[inline]
    fn row(
        &mut self,
        at: Place,
        layout: &ReportLayout,
        memo: usize,
        fields: &RecordFields<'_>,
        ahead: usize,
    ) -> Result<(), NotARow> {
        if fields.len() != layout.width()
            && let Some(fault) = fields.shape_fault(layout.width())
        {
            return Err(NotARow::Shape(fault));
        }
        let key = match self.known_key(layout, memo, fields, ahead) {
            Some(key) => key,
            None => self.new_key(layout, memo, fields)?,
        };
        let month = match self.month(layout, fields) {
            Ok(month) => month,
            Err(reject) => return Err(self.rejected(layout, fields, *reject, key)),
        };
        let status = match self.status(layout, fields) {
            Ok(status) => status,
            Err(reject) => return Err(self.rejected(layout, fields, *reject, key)),
        };
        let credit = match self.amount(layout, ReportColumn::CreditAmount, key, fields) {
            Ok(credit) => credit,
            Err(reject) => return Err(self.rejected(layout, fields, *reject, key)),
        };
        let balance = match self.amount(layout, ReportColumn::BalanceAmount, key, fields) {
            Ok(balance) => balance,
            Err(reject) => return Err(self.rejected(layout, fields, *reject, key)),
        };

        let partition = key.partition();
        let clues = self.partitions[partition].clues[key.key() as usize];
        let clues = clues.and(self.months.meanings[usize::from(month)].1).and(credit.clues).and(balance.clues);
        if !clues.all_in(self.evidence[at.file as usize].seen()) {
            self.record_examples(at, layout, fields, key, month, [credit.clues, balance.clues]);
        }
        let rows = &mut self.partitions[partition].rows;
        for (column, amount) in [(ReportColumn::CreditAmount, credit), (ReportColumn::BalanceAmount, balance)] {
            if let Some(mark) = amount.clues.ambiguous_mark() {
                let index = rows.len();
                self.ambiguous.push(AmbiguousAmount { number: self.count, partition, index, column, mark });
            }
        }
        let place = at.down(fields.line);
        if self.next_line != Some(place) {
            self.blocks.push(Block { file: place.file, first_row: self.count, first_line: place.line });
        }
        self.next_line = Some(place.down(1));
        rows.push(Row {
            credit_amount: credit.units,
            balance_amount: balance.units,
            key: key.key(),
            number: self.count,
            month,
            status,
            scales: Scales::new(credit.scale, balance.scale),
        });
        self.count += 1;
        Ok(())
    }

    #[inline]
    fn known_key(
        &mut self,
        layout: &ReportLayout,
        memo: usize,
        fields: &RecordFields<'_>,
        ahead: usize,
    ) -> Option<KeyPlace> {
        let partner = self.spelled_partners.get(fields.raw(layout.position(ReportColumn::PartnerId)))?;
        let (_, memo) = &mut self.memos[memo];
        memo.enter(partner);
        memo.get(fields, ahead).map(KeyPlace)
    }

    #[inline]
    fn month(&mut self, layout: &ReportLayout, fields: &RecordFields<'_>) -> Result<u16, Box<CellReject>> {
        match self.months.get(fields.raw(layout.position(ReportColumn::InvoiceMonth))) {
            Some(month) => Ok(month),
            None => self.new_month(layout, fields),
        }
    }

    #[inline]
    fn status(&mut self, layout: &ReportLayout, fields: &RecordFields<'_>) -> Result<u8, Box<CellReject>> {
        let known = self.statuses.get(fields.raw(layout.position(ReportColumn::Status)));
        let number = known.map_or_else(|| self.new_status(layout, fields), Ok)?;
        u8::try_from(number).map_err(|_| Box::new(CellReject::new(ReportColumn::Status, "too many different statuses")))
    }

    #[inline]
    fn amount(
        &mut self,
        layout: &ReportLayout,
        column: ReportColumn,
        key: KeyPlace,
        fields: &RecordFields<'_>,
    ) -> Result<RowAmount, Box<CellReject>> {
        if let Some((units, decimals, clue)) = amount::read_plain(fields.raw(layout.position(column)))
            && let (Ok(units), Some(scale)) = (i32::try_from(units), Scale::decimals(decimals))
        {
            return Ok(RowAmount { units, scale, clues: Clues::from_amount(clue) });
        }
        self.odd_amount(layout, column, Some(self.key(key).identity.currency), fields)
    }

    /// An amount in another spelling than the ordinary one, or one that is too large for a row.
    #[cold]
    fn odd_amount(
        &mut self,
        layout: &ReportLayout,
        column: ReportColumn,
        currency: Option<Currency>,
        fields: &RecordFields<'_>,
    ) -> Result<RowAmount, Box<CellReject>> {
        let reject = |expected: Cow<'static, str>| Box::new(CellReject::new(column, expected));
        let AmountReading { digits, clue, currency: found, is_text } =
            amount::read(&fields.value(layout.position(column))).map_err(|fault| reject(fault.expected().into()))?;
        let clues = Clues::from_amount(clue).and(Clues::from_apostrophe(is_text));
        let clues = clues.and(Clues::from_whole_amount(clue, currency));
        if let (Some(wanted), Some(found)) = (currency, found)
            && !found.fits(wanted)
        {
            return Err(reject(format!("expected an amount in {wanted}, the row's currency").into()));
        }
        let value = match digits {
            Digits::Short(units, decimals) => match (i32::try_from(units), Scale::decimals(decimals)) {
                (Ok(units), Some(scale)) => return Ok(RowAmount { units, scale, clues }),
                _ => Decimal::new(units, decimals.into()),
            },
            Digits::Long(value) => value,
        };
        let place = i32::try_from(self.large_amounts.len()).map_err(|_| reject("too many large amounts".into()))?;
        self.large_amounts.push(value);
        Ok(RowAmount { units: place, scale: Scale::LARGE, clues })
    }

    #[cold]
    fn new_key(&mut self, layout: &ReportLayout, memo: usize, fields: &RecordFields<'_>) -> Result<KeyPlace, NotARow> {
        let mut rejects = Vec::new();
        let partner = self.partner(layout, fields, &mut rejects);
        let mut read_id = |column| understood(layout, column, fields, cells::id, "expected an id", &mut rejects);
        let (customer, agreement) = (read_id(ReportColumn::CustomerId), read_id(ReportColumn::AgreementId));
        // Only where the keys of a partition are too many to be numbered is a name refused.
        let place = customer.as_ref().map(|customer| self.next_place(customer));
        let name = |text: &str| {
            let text = text.trim();
            let last = self.names.last().filter(|last| ***last == *text);
            (place != Some(None)).then(|| last.map_or_else(|| text.into(), Arc::clone))
        };
        let credit_name =
            understood(layout, ReportColumn::CreditName, fields, name, "too many different credits", &mut rejects);
        let expected = "expected a currency code such as `USD`";
        let currency = understood(layout, ReportColumn::CurrencyCode, fields, Currency::parse, expected, &mut rejects);
        let mut day = |column| self.days.read(layout, column, fields, &mut rejects);
        let (effective, expiry) = (day(ReportColumn::EffectiveDate), day(ReportColumn::ExpiryDate));
        let cells = (place.flatten(), partner, customer, agreement, credit_name, currency, effective, expiry);
        let (
            Some(place),
            Some(partner),
            Some(customer),
            Some(agreement),
            Some(credit_name),
            Some(currency),
            Some(effective),
            Some(expiry),
        ) = cells
        else {
            return Err(self.with_the_rest(layout, fields, rejects, currency, &OTHER_COLUMNS));
        };
        let identity = Identity { partner, customer, agreement, credit_name, currency };
        let is_text = fields.contains(b'\'') && KEY_COLUMNS.iter().any(|column| is_text(layout, *column, fields));
        let dates = Clues::from_date(&effective).and(Clues::from_date(&expiry));
        if self.names.last().is_none_or(|last| !Arc::ptr_eq(last, &identity.credit_name)) {
            self.names.push(Arc::clone(&identity.credit_name));
        }
        let keys = &mut self.partitions[place.partition()];
        keys.keys.push(KeyReading { identity, effective, expiry });
        keys.clues.push(dates.and(Clues::from_apostrophe(is_text)));
        // Keys of partners beyond those that can be numbered are understood again and again.
        if let Some(partner) = self.spelled_partners.get(fields.raw(layout.position(ReportColumn::PartnerId))) {
            let (_, memo) = &mut self.memos[memo];
            memo.enter(partner);
            memo.insert(fields, place.0);
        }
        Ok(place)
    }

    /// The partner of a row; if there is none, what was expected is among the rejects.
    fn partner(
        &mut self,
        layout: &ReportLayout,
        fields: &RecordFields<'_>,
        rejects: &mut Vec<CellReject>,
    ) -> Option<Arc<Id>> {
        let raw = fields.raw(layout.position(ReportColumn::PartnerId));
        if let Some(known) = self.spelled_partners.get(raw) {
            return Some(Arc::clone(&self.spelled_partners.meanings[usize::from(known)]));
        }
        let partner = understood(layout, ReportColumn::PartnerId, fields, cells::id, "expected an id", rejects)?;
        let partner = Arc::new(partner);
        self.partners.push(Arc::clone(&partner));
        self.spelled_partners.insert(raw, Arc::clone(&partner));
        Some(partner)
    }

    /// Where the next key of a customer is held; `None` if there is no place left.
    fn next_place(&self, customer: &Id) -> Option<KeyPlace> {
        let hash = FixedState::default().hash_one(customer);
        let partition = usize::try_from(hash % PARTITIONS as u64).ok()?;
        KeyPlace::new(partition, self.partitions[partition].keys.len())
    }

    pub(super) fn key(&self, place: KeyPlace) -> &KeyReading {
        &self.partitions[place.partition()].keys[place.key() as usize]
    }

    #[cold]
    fn new_month(&mut self, layout: &ReportLayout, fields: &RecordFields<'_>) -> Result<u16, Box<CellReject>> {
        let reading = cells::month(layout, fields, self.plausible)?;
        let raw = fields.raw(layout.position(ReportColumn::InvoiceMonth));
        let is_text = is_text(layout, ReportColumn::InvoiceMonth, fields);
        let clues = Clues::from_month(&reading).and(Clues::from_apostrophe(is_text));
        let number = self.months.insert(raw, (reading, clues));
        number.ok_or_else(|| Box::new(CellReject::new(ReportColumn::InvoiceMonth, "too many different months")))
    }

    #[cold]
    fn new_status(&mut self, layout: &ReportLayout, fields: &RecordFields<'_>) -> Result<u16, Box<CellReject>> {
        let status = cells::status(layout, fields)?;
        let number = self.statuses.insert(fields.raw(layout.position(ReportColumn::Status)), status);
        number.ok_or_else(|| Box::new(CellReject::new(ReportColumn::Status, "too many different statuses")))
    }

    /// All that is wrong with a row whose key is known and in which a cell cannot be read.
    #[cold]
    fn rejected(
        &mut self,
        layout: &ReportLayout,
        fields: &RecordFields<'_>,
        reject: CellReject,
        key: KeyPlace,
    ) -> NotARow {
        let read = OTHER_COLUMNS.iter().position(|column| *column == reject.column).map_or(0, |at| at + 1);
        let currency = self.key(key).identity.currency;
        self.with_the_rest(layout, fields, vec![reject], Some(currency), &OTHER_COLUMNS[read..])
    }

    /// Reads the cells that are not read yet, so that all that is wrong with a row is said at once.
    fn with_the_rest(
        &mut self,
        layout: &ReportLayout,
        fields: &RecordFields<'_>,
        mut rejects: Vec<CellReject>,
        currency: Option<Currency>,
        unread: &[ReportColumn],
    ) -> NotARow {
        for column in unread {
            let read = match column {
                ReportColumn::InvoiceMonth => cells::month(layout, fields, self.plausible).err(),
                ReportColumn::Status => cells::status(layout, fields).err(),
                _ => self.odd_amount(layout, *column, currency, fields).err(),
            };
            rejects.extend(read.map(|reject| *reject));
        }
        rejects.sort_by_key(|reject| reject.column as usize);
        NotARow::Cells(rejects)
    }
}

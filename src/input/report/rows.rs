//! Rows of the balance report, read into a compact form block by block.
//!
//! Invariant: every record is a row, a reject or an extra line; none is passed over, and no cell is understood twice.

use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::{FixedState, RandomState};
use hashbrown::HashTable;

use crate::model::{
    Block, Currency, Id, Identity, Key, Message, PARTITIONS, Partition, Place, ReportColumn, Row, Scales, Shard, Status,
};

use super::cells::{self, Days, apostrophe, understood};
use super::lines::{self, Lines};
use super::position;
use crate::input::dialect::Evidence;
use crate::input::error::{Fault, Problem, Seen};
use crate::input::scan::{AHEAD, BlockRecords, Fold, Interned, Layout, Line, Memo, RecordFields, runs};
use crate::input::value::{Clues, amount};

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

// A column in neither would not be read.
const _: () = assert!(KEY_COLUMNS.len() + OTHER_COLUMNS.len() == ReportColumn::ALL.len());

/// What one thread reads of balance reports.
#[derive(Debug, Default)]
pub(super) struct RowBuilder {
    /// Partners as files spell them: few, so that the memos need not hold them again and again.
    spelled_partners: Interned<Arc<Id>>,
    spellings: Vec<Spellings>,
    /// The rows, without their statuses.
    pub(super) shard: Shard,
    /// The rows of each partition by what they say, and which of them is likely to be repeated next; none where there is but
    /// one file, which repeats few.
    known: Vec<(HashTable<u32>, u32)>,
    hasher: RandomState,
    kept_lines: usize,
    statuses: Interned<Status>,
    /// The place that continues the last block of rows.
    next_place: Option<Place>,
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

/// What bytes mean in files that are laid out and spelled alike.
#[derive(Debug)]
struct Spellings {
    layout: Layout,
    /// For each column the field that serves it: rows ask by the million.
    positions: [usize; ReportColumn::ALL.len()],
    /// Where each key is, and what its spelling says.
    keys: Memo<(KeyPlace, Clues)>,
    /// The number of each month, and what its spelling says.
    months: Interned<(u16, Clues)>,
    days: Days,
    lines: Lines,
}

impl Spellings {
    fn new(layout: &Layout) -> Self {
        let positions = ReportColumn::ALL.map(|column| position(layout, column));
        let key_fields = KEY_COLUMNS[1..].iter().map(|column| positions[*column as usize]).collect();
        Self {
            layout: layout.clone(),
            positions,
            keys: Memo::new(runs(key_fields)),
            months: Interned::default(),
            days: Days::default(),
            lines: Lines::default(),
        }
    }

    /// A cell as it stands in the file.
    #[inline]
    fn raw<'a>(&self, fields: &RecordFields<'a>, column: ReportColumn) -> &'a [u8] {
        fields.raw(self.positions[column as usize])
    }
}

const _: () = assert!(PARTITIONS.is_power_of_two());

/// Where a key is held, as one number, by which memos know it: the partition in the lowest bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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

/// An amount as a row holds it, and what its spelling says.
type RowAmount = (i32, Option<u8>, Clues);

/// A month's number and what its spelling says, the number of a status, and both amounts.
type OtherCells = ((u16, Clues), u8, RowAmount, RowAmount);

impl Fold for RowBuilder {
    fn known(&mut self, at: Place, layout: &Layout, block: &[u8]) -> Result<Option<(usize, u32)>, Fault> {
        if self.known.is_empty() {
            return Ok(None);
        }
        let mut spellings = self.begin(at, layout, block)?;
        let known = (!spellings.lines.are_given_up()).then(|| self.repeat(at, &mut spellings.lines, block));
        self.spellings.push(spellings);
        Ok(known)
    }

    fn records(&mut self, block: Place, layout: &Layout, records: &BlockRecords<'_>) -> Result<(), Fault> {
        let bytes = records.bytes();
        let mut spellings = self.begin(block, layout, bytes)?;
        let is_ascii = bytes.is_ascii();
        let mut fault = None;
        for (index, fields) in records.iter().enumerate() {
            let ahead = index % AHEAD;
            if ahead == 0 {
                spellings.keys.look_ahead(records, index, layout.width());
            }
            let line = Line { block, layout, fields: &fields };
            if !is_ascii {
                self.note_encoding(line);
            }
            if fields.spans_lines && fault.is_none() {
                let is_row = |month: &str| layout.read_month(month).is_some();
                fault = line.swallowed(ReportColumn::InvoiceMonth, is_row, |_| false);
            }
            if let Err(rejects) = self.row(line, &mut spellings, ahead) {
                fault = fault.or(self.not_a_row(line, rejects).err());
            }
        }
        if let Some(last) = records.len().checked_sub(1)
            && !bytes.ends_with(b"\n")
            && !bytes.ends_with(b"\r")
        {
            self.note_cut(Line { block, layout, fields: &records.get(last) });
        }
        self.spellings.push(spellings);
        fault.map_or(Ok(()), Err)
    }

    fn reject(&mut self, problem: Problem) {
        self.rejects.push(problem);
    }
}

impl RowBuilder {
    /// One that reads so many files on one of so many threads.
    pub(super) fn new(files: usize, threads: usize) -> Self {
        let partitions = (0..PARTITIONS).map(|_| Partition::default()).collect();
        Self {
            shard: Shard { partitions, ..Shard::default() },
            known: if files > 1 { vec![Default::default(); PARTITIONS] } else { Vec::new() },
            kept_lines: lines::KEPT / threads.max(1),
            ..Self::default()
        }
    }

    /// Prepares for a block, and takes out what is known of its file's spellings.
    fn begin(&mut self, block: Place, layout: &Layout, bytes: &[u8]) -> Result<Spellings, Fault> {
        // Neither more rows nor more large amounts than a row's fields can count.
        if u32::try_from(self.shard.count as usize + bytes.len()).is_err()
            || i32::try_from(self.shard.large_amounts.len() + bytes.len()).is_err()
        {
            let text = format!("more than {} rows for one thread", u32::MAX);
            return Err(Fault::Told(None, Message::error(text)));
        }
        let file = block.file as usize;
        if self.evidence.len() <= file {
            self.evidence.resize_with(file + 1, Evidence::default);
        }
        let known = self.spellings.iter().position(|known| known.layout.reads_like(layout));
        Ok(known.map_or_else(|| Spellings::new(layout), |known| self.spellings.swap_remove(known)))
    }

    /// Reads a record as a row, or says what is wrong with it: with its shape, or with cells, in the report's order.
    #[inline]
    fn row(&mut self, line: Line<'_>, spellings: &mut Spellings, ahead: usize) -> Result<(), Vec<Problem>> {
        if let Some(reject) = line.misshapen() {
            return Err(vec![reject]);
        }
        line.refuse_taken_out().map_err(|reject| vec![reject])?;
        let (key, key_clues) = match self.known_key(line, spellings, ahead) {
            Some(key) => key,
            None => self.new_key(line, spellings)?,
        };
        let cells = match self.other_cells(line, spellings, key) {
            Ok(cells) => cells,
            Err(reject) => return Err(self.rejected(line, *reject, key)),
        };
        let ((month, month_clues), status, credit, balance) = cells;
        let ((credit_amount, credit_scale, credit_clues), (balance_amount, balance_scale, balance_clues)) =
            (credit, balance);
        let clues = key_clues.and(month_clues).and(credit_clues).and(balance_clues);
        if !clues.all_in(self.evidence[line.block.file as usize].seen()) {
            self.note_clues(line, clues);
        }
        let number = self.number(line.place(), 1);
        let scales = Scales::new(credit_scale, balance_scale);
        let row = Row { credit_amount, balance_amount, key: key.key(), number, month, status, scales };
        if let Some(row) = self.keep(key.partition(), row) {
            let text = line.fields.whole_line();
            spellings.lines.expect_after(text, key.partition(), row, clues, self.kept_lines);
        }
        Ok(())
    }

    /// Gives numbers to so many rows that stand on lines from a place on; returns the first.
    #[inline]
    fn number(&mut self, place: Place, count: u32) -> u32 {
        let number = self.shard.count;
        if self.next_place != Some(place) {
            self.shard.blocks.push(Block { file: place.file, first_row: number, first_line: place.line });
        }
        self.next_place = Some(place.down(count));
        self.shard.count += count;
        number
    }

    /// Keeps that rows are repeated by the lines at the start of a block, if these tell nothing new of their file's
    /// spelling; returns how many bytes and lines they are.
    fn repeat(&mut self, at: Place, lines: &mut Lines, block: &[u8]) -> (usize, u32) {
        let (known, length) = lines.at_start(block);
        let clues = known.iter().fold(Clues::NONE, |clues, line| clues.and(line.clues));
        let count = u32::try_from(known.len()).unwrap_or(0);
        if count == 0 || !clues.all_in(self.evidence[at.file as usize].seen()) {
            return (0, 0);
        }
        for (line, number) in known.iter().zip(self.number(at, count)..) {
            self.shard.partitions[usize::from(line.partition)].rows.repeat(line.row, number);
        }
        lines.pass(count);
        (length, count)
    }

    /// Keeps a row, or that one of its partition is repeated; returns which one that is, if there are rows to be repeated.
    #[inline]
    fn keep(&mut self, partition: usize, row: Row) -> Option<u32> {
        let rows = &mut self.shard.partitions[partition].rows;
        let Some((known, next)) = self.known.get_mut(partition) else {
            rows.push(row);
            return None;
        };
        let is_repeated = |index: u32| rows.get(index).is_some_and(|known| known.says_what(&row));
        if is_repeated(*next) {
            rows.repeat(*next, row.number);
            *next += 1;
            return Some(*next - 1);
        }
        let hash = |row: &Row| self.hasher.hash_one((row.credit_amount, row.balance_amount, row.key, row.month));
        match known.find(hash(&row), |index| is_repeated(*index)) {
            Some(index) => {
                rows.repeat(*index, row.number);
                *next = index + 1;
                Some(*index)
            }
            None => {
                let index = rows.different();
                known.insert_unique(hash(&row), index, |index| rows.get(*index).map_or(0, hash));
                rows.push(row);
                Some(index)
            }
        }
    }

    /// The cells of [`OTHER_COLUMNS`].
    #[inline]
    fn other_cells(
        &mut self,
        line: Line<'_>,
        spellings: &mut Spellings,
        key: KeyPlace,
    ) -> Result<OtherCells, Box<Problem>> {
        Ok((
            self.month(line, spellings)?,
            self.status(line, spellings)?,
            self.amount(line, spellings, ReportColumn::CreditAmount, key)?,
            self.amount(line, spellings, ReportColumn::BalanceAmount, key)?,
        ))
    }

    #[inline]
    fn known_key(&mut self, line: Line<'_>, spellings: &mut Spellings, ahead: usize) -> Option<(KeyPlace, Clues)> {
        let partner = self.spelled_partners.get(spellings.raw(line.fields, ReportColumn::PartnerId))?;
        spellings.keys.enter(partner);
        spellings.keys.get(line.fields, ahead)
    }

    #[inline]
    fn month(&mut self, line: Line<'_>, spellings: &mut Spellings) -> Result<(u16, Clues), Box<Problem>> {
        let month = spellings.raw(line.fields, ReportColumn::InvoiceMonth);
        match spellings.months.get(month) {
            Some(known) => Ok(spellings.months.meanings[usize::from(known)]),
            None => self.new_month(line, spellings),
        }
    }

    #[inline]
    fn status(&mut self, line: Line<'_>, spellings: &Spellings) -> Result<u8, Box<Problem>> {
        let known = self.statuses.get(spellings.raw(line.fields, ReportColumn::Status));
        let number = match known {
            Some(known) => Some(known),
            None => self.new_status(line)?,
        };
        let number = number.and_then(|number| u8::try_from(number).ok());
        number.ok_or_else(|| line.reject(ReportColumn::Status, "too many different statuses").into())
    }

    #[expect(clippy::inline_always, reason = "what it returns stays in registers")]
    #[inline(always)]
    fn amount(
        &mut self,
        line: Line<'_>,
        spellings: &Spellings,
        column: ReportColumn,
        key: KeyPlace,
    ) -> Result<RowAmount, Box<Problem>> {
        let plain = amount::read_plain(spellings.raw(line.fields, column), line.layout.mark);
        let small = plain.and_then(|(units, decimals, clues)| {
            let units = i32::try_from(units).ok()?;
            (decimals < Scales::LARGE).then_some((units, Some(decimals), clues))
        });
        // What a call returns lies in memory: only taken apart it does not keep the others there.
        let (units, decimals, clues) = match small {
            Some(small) => small,
            None => self.odd_amount(line, column, Some(self.key(key).identity.currency))?,
        };
        Ok((units, decimals, clues))
    }

    /// An amount in another spelling than the ordinary one, or one that is too large for a row.
    #[cold]
    fn odd_amount(
        &mut self,
        line: Line<'_>,
        column: ReportColumn,
        currency: Option<Currency>,
    ) -> Result<RowAmount, Box<Problem>> {
        let reading = amount::read(&line.value(column), line.layout.mark);
        let reading = reading.map_err(|expected| line.reject(column, expected))?;
        if let Some(expected) = reading.contradicts(currency) {
            return Err(line.reject(column, expected).into());
        }
        let (value, clues) = (reading.value, reading.clues.of_currency(currency));
        let decimals = u8::try_from(value.scale()).ok().filter(|decimals| *decimals < Scales::LARGE);
        if let (Ok(units), Some(_)) = (i32::try_from(value.mantissa()), decimals) {
            return Ok((units, decimals, clues));
        }
        let place = i32::try_from(self.shard.large_amounts.len());
        let place = place.map_err(|_| line.reject(column, "too many large amounts"))?;
        self.shard.large_amounts.push(value);
        Ok((place, None, clues))
    }

    #[cold]
    fn new_key(&mut self, line: Line<'_>, spellings: &mut Spellings) -> Result<(KeyPlace, Clues), Vec<Problem>> {
        let mut rejects = Vec::new();
        let partner = self.partner(line, &mut rejects);
        let mut read_id = |column| cells::id(line, column, &mut rejects);
        let (customer, agreement) = (read_id(ReportColumn::CustomerId), read_id(ReportColumn::AgreementId));
        // Only where the keys of a partition are too many to be numbered is a name refused.
        let place = customer.as_ref().map(|customer| self.next_place(customer));
        let name = |text: &str| {
            let text = text.trim();
            let last = self.shard.names.last().filter(|last| ***last == *text);
            (place != Some(None)).then(|| last.map_or_else(|| text.into(), Arc::clone))
        };
        let credit_name = understood(line, ReportColumn::CreditName, name, "too many different credits", &mut rejects);
        let expected = "expected a currency code such as `USD`";
        let currency = understood(line, ReportColumn::CurrencyCode, Currency::parse, expected, &mut rejects);
        let mut day = |column| cells::day(&mut spellings.days, line, column, &mut rejects);
        let (effective, expiry) = (day(ReportColumn::EffectiveDate), day(ReportColumn::ExpiryDate));
        let cells = (place.flatten(), partner, customer, agreement, credit_name, currency, effective, expiry);
        let (
            Some(place),
            Some(partner),
            Some(customer),
            Some(agreement),
            Some(credit_name),
            Some(currency),
            Some((effective, effective_clues)),
            Some((expiry, expiry_clues)),
        ) = cells
        else {
            return Err(self.with_the_rest(line, rejects, currency, &OTHER_COLUMNS));
        };
        let identity = Identity { partner, customer, agreement, credit_name, currency };
        if self.shard.names.last().is_none_or(|last| !Arc::ptr_eq(last, &identity.credit_name)) {
            self.shard.names.push(Arc::clone(&identity.credit_name));
        }
        let mut clues = effective_clues.and(expiry_clues).and(Clues::of_decimals(identity.currency));
        if line.fields.contains(b'\'') {
            clues = KEY_COLUMNS.into_iter().fold(clues, |clues, column| clues.and(apostrophe(line, column)));
        }
        self.shard.partitions[place.partition()].keys.push(Key { identity, effective, expiry });
        // Keys of partners beyond those that can be numbered are understood again and again.
        if let Some(partner) = self.spelled_partners.get(line.raw(ReportColumn::PartnerId)) {
            spellings.keys.enter(partner);
            spellings.keys.insert(line.fields, (place, clues));
        }
        Ok((place, clues))
    }

    /// The partner of a row; if there is none, what was expected is among the rejects.
    fn partner(&mut self, line: Line<'_>, rejects: &mut Vec<Problem>) -> Option<Arc<Id>> {
        let raw = line.raw(ReportColumn::PartnerId);
        if let Some(known) = self.spelled_partners.get(raw) {
            return Some(Arc::clone(&self.spelled_partners.meanings[usize::from(known)]));
        }
        let partner = Arc::new(cells::id(line, ReportColumn::PartnerId, rejects)?);
        self.shard.partners.push(Arc::clone(&partner));
        self.spelled_partners.insert(raw, Arc::clone(&partner));
        Some(partner)
    }

    /// Where the next key of a customer is held; `None` if there is no place left.
    fn next_place(&self, customer: &Id) -> Option<KeyPlace> {
        let hash = FixedState::default().hash_one(customer);
        let partition = usize::try_from(hash % PARTITIONS as u64).ok()?;
        KeyPlace::new(partition, self.shard.partitions[partition].keys.len())
    }

    fn key(&self, place: KeyPlace) -> &Key {
        &self.shard.partitions[place.partition()].keys[place.key() as usize]
    }

    #[cold]
    fn new_month(&mut self, line: Line<'_>, spellings: &mut Spellings) -> Result<(u16, Clues), Box<Problem>> {
        let (month, clues) = cells::month(line)?;
        let too_many = || line.reject(ReportColumn::InvoiceMonth, "too many different months");
        let number = u16::try_from(self.shard.months.len()).map_err(|_| too_many())?;
        let meaning = (number, clues.and(apostrophe(line, ReportColumn::InvoiceMonth)));
        spellings.months.insert(line.raw(ReportColumn::InvoiceMonth), meaning).ok_or_else(too_many)?;
        self.shard.months.push(month);
        Ok(meaning)
    }

    #[cold]
    fn new_status(&mut self, line: Line<'_>) -> Result<Option<u16>, Box<Problem>> {
        let status = cells::status(line)?;
        Ok(self.statuses.insert(line.raw(ReportColumn::Status), status))
    }

    /// All that is wrong with a row whose key is known and in which a cell cannot be read.
    #[cold]
    fn rejected(&mut self, line: Line<'_>, reject: Problem, key: KeyPlace) -> Vec<Problem> {
        let is_rejected = |column: &ReportColumn| Some(column.name()) == reject.column;
        let read = OTHER_COLUMNS.iter().position(is_rejected).map_or(0, |at| at + 1);
        let currency = self.key(key).identity.currency;
        self.with_the_rest(line, vec![reject], Some(currency), &OTHER_COLUMNS[read..])
    }

    /// Reads the cells that are not read yet, so that all that is wrong with a row is said at once.
    fn with_the_rest(
        &mut self,
        line: Line<'_>,
        mut rejects: Vec<Problem>,
        currency: Option<Currency>,
        unread: &[ReportColumn],
    ) -> Vec<Problem> {
        for column in unread {
            let read = match column {
                ReportColumn::InvoiceMonth => cells::month(line).err(),
                ReportColumn::Status => cells::status(line).err(),
                _ => self.odd_amount(line, *column, currency).err(),
            };
            rejects.extend(read.map(|reject| *reject));
        }
        let place = |reject: &Problem| ReportColumn::ALL.iter().position(|column| Some(column.name()) == reject.column);
        rejects.sort_by_key(place);
        rejects
    }

    /// The rows as they are handed on.
    pub(super) fn into_shard(self) -> Shard {
        Shard { statuses: self.statuses.meanings, ..self.shard }
    }
}

//! Settling what single values leave open, and putting the threads' rows together.

use std::collections::BTreeMap;

use crate::model::{
    Block, DateOrder, Key, Month, Partition, Place, Report, ReportColumn, Scale, Scales, Shard, parallel,
};

use rust_decimal::Decimal;

use super::layout::ReportLayout;
use super::reading::ReportReading;
use super::rows::{AmbiguousAmount, KeyReading, PartitionReading, RowBuilder};
use crate::input::dialect::Options;
use crate::input::dialect::examples::{Clue, Evidence};
use crate::input::dialect::inference::Inferred;
use crate::input::dialect::spelling::{DecidedBy, Spelling};
use crate::input::error::{Fault, FileError, Problem};
use crate::input::note::Note;
use crate::input::scan::blocks::FileRead;

/// Makes a report of what the threads read.
pub(super) fn settle(
    mut shards: Vec<RowBuilder>,
    files: &[FileRead<ReportLayout>],
    options: &Options,
) -> Result<ReportReading, Vec<FileError>> {
    let mut notes = Vec::new();
    let mut spellings = Vec::new();
    let mut errors = Vec::new();
    let mut evidence = vec![Evidence::default(); files.len()];
    for shard in &shards {
        for (file, seen) in evidence.iter_mut().zip(&shard.evidence) {
            file.merge(seen.clone());
        }
    }
    for (number, (file, evidence)) in (0..).zip(files.iter().zip(&evidence)) {
        if file.hidden_rows > 0 {
            notes.push(Note::HiddenRows { file: number, count: file.hidden_rows });
        }
        if let Some(seen) = evidence.first(Clue::Apostrophe) {
            notes.push(Note::Apostrophe { file: number, seen });
        }
        match evidence.infer(file.layout.encoding, options) {
            Ok(inferred) => {
                if let DecidedBy::Assumed(Some(seen)) = &inferred.date_order.1 {
                    notes.push(Note::AssumedMonthFirst { file: number, seen: seen.clone() });
                }
                spellings.push(spelling(&file.layout, inferred));
            }
            Err(faults) => {
                errors.extend(faults.into_iter().map(|fault| FileError { file: file.name.clone(), fault }));
            }
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut problems = extra_lines(&shards, files.len(), &mut notes);
    let mut headers: BTreeMap<u32, Vec<u64>> = BTreeMap::new();
    for Place { file, line } in shards.iter().flat_map(|shard| &shard.headers) {
        headers.entry(*file).or_default().push(*line);
    }
    for (file, lines) in headers {
        let first = lines.iter().min().copied().unwrap_or_default();
        notes.push(Note::RepeatedHeader { file, line: first, count: lines.len() });
    }
    for (file, seen) in shards.iter().flat_map(|shard| &shard.cut) {
        notes.push(Note::MayBeCut { file: *file, seen: seen.clone() });
    }
    notes.sort_by_key(Note::place);
    for shard in &mut shards {
        problems.append(&mut shard.rejects);
    }
    // Stable, so that the cells of one row stay in the order of the report's columns.
    problems.sort_by_key(|problem| (problem.file, problem.line));
    let shards = parallel::each(shards, |rows| shard(rows, files, &spellings)).into_iter().collect::<Result<_, _>>();
    let shards = shards.map_err(|error| vec![error])?;
    let files = files.iter().map(|file| file.name.clone()).collect();
    Ok(ReportReading { report: Report { files, shards }, problems, notes, spellings })
}

/// How a file is spelled.
fn spelling(layout: &ReportLayout, Inferred { encoding, decimal, date_order }: Inferred) -> Spelling {
    Spelling {
        container: layout.container,
        encoding,
        delimiter: layout.delimiter,
        decimal,
        date_order,
        header_line: layout.line,
        columns: ReportColumn::ALL.map(|column| layout.headers[layout.position(column)].clone()),
        ignored: layout.ignored.clone(),
    }
}

/// Tells totals at the end of a file from lines that only look like them.
fn extra_lines(shards: &[RowBuilder], files: usize, notes: &mut Vec<Note>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut last_rows = vec![0; files];
    if shards.iter().all(|shard| shard.totals.is_empty()) {
        return problems;
    }
    for shard in shards {
        let ends = shard.blocks.iter().skip(1).map(|next| next.first_row).chain([shard.count]);
        for (Block { file, first_row, first_line }, end) in shard.blocks.iter().zip(ends) {
            let last = &mut last_rows[*file as usize];
            *last = (first_line + u64::from(end - first_row) - 1).max(*last);
        }
    }
    for (place, text) in shards.iter().flat_map(|shard| &shard.totals) {
        let Place { file, line } = *place;
        if line > last_rows[file as usize] {
            notes.push(Note::TotalsLine { file, line, text: text.clone() });
        } else {
            let expected = "expected a record: this looks like totals, but records follow it";
            problems.push(Problem { value: Some(text.clone()), ..Problem::new(*place, expected) });
        }
    }
    problems
}

/// Turns what one thread read into rows with one meaning.
fn shard(mut read: RowBuilder, files: &[FileRead<ReportLayout>], spellings: &[Spelling]) -> Result<Shard, FileError> {
    let blocks = std::mem::take(&mut read.blocks);
    let file_of = |number: u32| blocks[blocks.partition_point(|block| block.first_row <= number) - 1].file;
    let spelling_of = |number: u32| &spellings[file_of(number) as usize];
    for amount in std::mem::take(&mut read.ambiguous) {
        if spelling_of(amount.number).decimal.0 != amount.mark {
            regroup(&mut read, amount);
        }
    }
    let order = blocks.first().map_or(DateOrder::MonthFirst, |block| spellings[block.file as usize].date_order.0);
    let months = |order| read.months.meanings.iter().map(move |(reading, _)| reading.month.under(order));
    let mut all_months: Vec<Month> = months(order).collect();
    let partitions = std::mem::take(&mut read.partitions).into_iter();
    let is_other = |number: u32| spelling_of(number).date_order.0 != order;
    let partitions = match blocks.iter().find(|block| is_other(block.first_row)) {
        // In the memory that they are in.
        None => partitions.map(|partition| partition.into_partition(order)).collect(),
        Some(block) => {
            // Files of both orders: the other order's meanings stand behind the first's.
            let step = u16::try_from(all_months.len()).map_err(|_| too_many(&files[block.file as usize]))?;
            all_months.extend(months(other_than(order)));
            if u16::try_from(all_months.len()).is_err() {
                return Err(too_many(&files[block.file as usize]));
            }
            partitions.map(|partition| partition.of_both_orders(order, step, &is_other)).collect()
        }
    };
    Ok(Shard {
        partitions,
        count: read.count,
        partners: read.partners,
        names: read.names,
        months: all_months,
        statuses: read.statuses.meanings,
        large_amounts: read.large_amounts,
        blocks,
    })
}

fn other_than(order: DateOrder) -> DateOrder {
    match order {
        DateOrder::MonthFirst => DateOrder::DayFirst,
        DateOrder::DayFirst => DateOrder::MonthFirst,
    }
}

fn too_many(file: &FileRead<ReportLayout>) -> FileError {
    FileError { file: file.name.clone(), fault: Fault::TooManyRows }
}

impl PartitionReading {
    fn into_partition(self, order: DateOrder) -> Partition {
        Partition { keys: self.keys.into_iter().map(|key| key.under(order)).collect(), rows: self.rows }
    }

    /// The keys under one order of dates, then under the other, to which the rows that `is_other` tells by their
    /// numbers are moved; their months lie so many places further on.
    fn of_both_orders(mut self, order: DateOrder, month_step: u16, is_other: &impl Fn(u32) -> bool) -> Partition {
        let key_step = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        for row in self.rows.iter_mut().filter(|row| is_other(row.number)) {
            row.key += key_step;
            row.month += month_step;
        }
        let keys = [order, other_than(order)].into_iter();
        let keys = keys.flat_map(|order| self.keys.iter().map(move |key| key.clone().under(order)));
        Partition { keys: keys.collect(), rows: self.rows }
    }
}

impl KeyReading {
    fn under(self, order: DateOrder) -> Key {
        Key { effective: self.effective.under(order), expiry: self.expiry.under(order), identity: self.identity }
    }
}

/// Reads a separator that stood for a decimal mark as one of thousands.
fn regroup(read: &mut RowBuilder, amount: AmbiguousAmount) {
    let Some(row) = read.partitions[amount.partition].rows.get_mut(amount.index) else { return };
    let (credit, balance) = (row.scales.credit(), row.scales.balance());
    let is_credit = amount.column == ReportColumn::CreditAmount;
    let (units, scale) = if is_credit { (row.credit_amount, credit) } else { (row.balance_amount, balance) };
    if let (None, Ok(index)) = (scale.count(), usize::try_from(units)) {
        let large = &mut read.large_amounts[index];
        *large = Decimal::try_from_i128_with_scale(large.mantissa(), 0).unwrap_or(*large);
    } else {
        let whole = Scale::default();
        row.scales = if is_credit { Scales::new(whole, balance) } else { Scales::new(credit, whole) };
    }
}

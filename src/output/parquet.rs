//! Parquet: what lakes, engines and Power BI read, with a type for every column.
//!
//! Amounts are decimals, months and days dates, counts integers, and all else is text; empty cells are nulls. A type has
//! to stand before the rows do, so these are gone through twice: once for the digits of their amounts.
//!
//! Invariant: each cell equals what CSV holds there, a month being its first day; the same rows make the same bytes, and
//! no more than one group of them is held.

use std::io::{self, Write};
use std::sync::Arc;

use ::parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use ::parquet::data_type::{ByteArray, ByteArrayType, DataType, FixedLenByteArray};
use ::parquet::data_type::{FixedLenByteArrayType, Int32Type, Int64Type};
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::{EnabledStatistics, WriterProperties};
use ::parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use ::parquet::schema::types::{Type, TypePtr};
use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

use crate::model::Message;

use super::column::{Column, Kind};
use super::delimited::write_value;
use super::table::{Cell, Table};

/// Rows that are held and written together.
const GROUP: usize = 65_536;

/// Digits of decimals that fit an integer of eight bytes, and of those that fit sixteen, which is as many as engines
/// know. One of the two is declared, so that the files of several months are of the same type.
const SHORT: u32 = 18;
const LONG: u32 = 38;
const LONG_BYTES: i32 = 16;

/// The days from the first one of the calendar to 1970-01-01, from which Parquet counts.
const EPOCH: i32 = 719_163;

/// What the file says that made it.
const MADE_BY: &str = concat!("aco version ", env!("CARGO_PKG_VERSION"));

pub(super) fn write(table: &Table<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut columns = columns(table)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_created_by(MADE_BY.to_owned())
        .build();
    let mut writer =
        SerializedFileWriter::new(Vec::new(), schema(&columns)?, Arc::new(properties)).map_err(io::Error::other)?;
    let mut held = 0;
    table.each(&mut |cells| {
        for (column, cell) in columns.iter_mut().zip(cells) {
            column.push(cell)?;
        }
        held += 1;
        if held == GROUP {
            held = 0;
            write_group(&mut writer, &mut columns)?;
            out.write_all(&std::mem::take(writer.inner_mut()))?;
        }
        Ok(())
    })?;
    if held > 0 {
        write_group(&mut writer, &mut columns)?;
    }
    out.write_all(&writer.into_inner().map_err(io::Error::other)?)
}

fn write_group(writer: &mut SerializedFileWriter<Vec<u8>>, columns: &mut [WrittenColumn]) -> io::Result<()> {
    let mut group = writer.next_row_group().map_err(io::Error::other)?;
    for column in columns {
        let mut target =
            group.next_column().map_err(io::Error::other)?.ok_or_else(|| io::Error::other("a column too many"))?;
        column.write(&mut target)?;
        target.close().map_err(io::Error::other)?;
    }
    group.close().map(drop).map_err(io::Error::other)
}

/// The columns, once the digits of all amounts are known.
fn columns(table: &Table<'_>) -> io::Result<Vec<WrittenColumn>> {
    let is_decimal = |column: &Column| matches!(column.kind, Kind::Amount | Kind::Percent);
    // Cents have a place whether or not a file has any.
    let least = |column: &Column| (0, if column.kind == Kind::Amount { 2 } else { 1 });
    let mut digits: Vec<(u32, u32)> = table.columns.iter().map(least).collect();
    if table.columns.iter().any(is_decimal) {
        table.each(&mut |cells| {
            for (digits, cell) in digits.iter_mut().zip(cells) {
                if let Cell::Amount(amount) = cell {
                    make_room(digits, *amount);
                }
            }
            Ok(())
        })?;
    }
    table.columns.iter().zip(digits).map(|(column, digits)| WrittenColumn::new(*column, digits)).collect()
}

fn schema(columns: &[WrittenColumn]) -> io::Result<TypePtr> {
    let fields: Result<Vec<TypePtr>, _> = columns.iter().map(|column| column.field().map(Arc::new)).collect();
    let schema = Type::group_type_builder("aco")
        .with_fields(fields.map_err(io::Error::other)?)
        .build()
        .map_err(io::Error::other)?;
    Ok(Arc::new(schema))
}

/// Makes room for an amount among digits before and behind the decimal point.
fn make_room((whole, scale): &mut (u32, u32), amount: Decimal) {
    let amount = if amount.scale() > *scale { amount.normalize() } else { amount };
    let digits = amount.mantissa().unsigned_abs().checked_ilog10().map_or(0, |last| last + 1);
    *scale = amount.scale().max(*scale);
    *whole = digits.saturating_sub(amount.scale()).max(*whole);
}

/// A column of a group of rows.
struct WrittenColumn {
    name: &'static str,
    values: ColumnValues,
    /// For each row, 1 if there is a value and 0 if the cell is empty.
    levels: Vec<i16>,
}

enum ColumnValues {
    Text(Vec<ByteArray>),
    Days(Vec<i32>),
    Counts(Vec<i64>),
    Short(Vec<i64>, u32),
    Long(Vec<FixedLenByteArray>, u32),
}

impl WrittenColumn {
    fn new(column: Column, (whole, scale): (u32, u32)) -> io::Result<Self> {
        let values = match column.kind {
            Kind::Id | Kind::Text | Kind::Code | Kind::Value | Kind::Prose | Kind::Currency | Kind::Quarter => {
                ColumnValues::Text(Vec::new())
            }
            Kind::Month | Kind::Date => ColumnValues::Days(Vec::new()),
            Kind::Count | Kind::Year => ColumnValues::Counts(Vec::new()),
            Kind::Amount | Kind::Percent if whole + scale <= SHORT => ColumnValues::Short(Vec::new(), scale),
            Kind::Amount | Kind::Percent if whole + scale <= LONG => ColumnValues::Long(Vec::new(), scale),
            Kind::Amount | Kind::Percent => return Err(too_many_digits(column.name, whole, scale)),
        };
        Ok(Self { name: column.name, values, levels: Vec::new() })
    }

    fn field(&self) -> Result<Type, ParquetError> {
        let column = |physical, logical, (precision, scale): (u32, u32)| {
            Type::primitive_type_builder(self.name, physical)
                .with_repetition(Repetition::OPTIONAL)
                .with_logical_type(logical)
                .with_precision(precision.cast_signed())
                .with_scale(scale.cast_signed())
        };
        let decimal = |physical, precision: u32, scale: u32| {
            let logical = LogicalType::decimal(scale.cast_signed(), precision.cast_signed());
            column(physical, Some(logical), (precision, scale))
        };
        match &self.values {
            ColumnValues::Text(_) => column(Physical::BYTE_ARRAY, Some(LogicalType::String), (0, 0)),
            ColumnValues::Days(_) => column(Physical::INT32, Some(LogicalType::Date), (0, 0)),
            ColumnValues::Counts(_) => column(Physical::INT64, None, (0, 0)),
            ColumnValues::Short(_, scale) => decimal(Physical::INT64, SHORT, *scale),
            ColumnValues::Long(_, scale) => {
                decimal(Physical::FIXED_LEN_BYTE_ARRAY, LONG, *scale).with_length(LONG_BYTES)
            }
        }
        .build()
    }

    fn push(&mut self, cell: &Cell<'_>) -> io::Result<()> {
        self.levels.push(i16::from(*cell != Cell::Empty));
        match (&mut self.values, cell) {
            (_, Cell::Empty) => {}
            (ColumnValues::Text(texts), cell) => push_text(texts, cell),
            (ColumnValues::Days(days), Cell::Span(span, _)) => days.push(day(span.first().first_day())),
            (ColumnValues::Days(days), Cell::Date(date)) => days.push(day(*date)),
            (ColumnValues::Counts(counts), Cell::Count(count)) => counts.push(*count),
            (ColumnValues::Counts(counts), Cell::Span(span, _)) => counts.push(span.first().year().into()),
            (ColumnValues::Short(units, scale), Cell::Amount(amount)) => {
                units.push(i64::try_from(self::units(*amount, *scale)?).map_err(io::Error::other)?);
            }
            (ColumnValues::Long(units, scale), Cell::Amount(amount)) => {
                units.push(ByteArray::from(self::units(*amount, *scale)?.to_be_bytes().to_vec()).into());
            }
            _ => return Err(io::Error::other(format!("a cell of {} is of another kind", self.name))),
        }
        Ok(())
    }

    /// Writes the values, and is empty again.
    fn write(&mut self, target: &mut SerializedColumnWriter<'_>) -> io::Result<()> {
        let levels = &mut self.levels;
        match &mut self.values {
            ColumnValues::Text(texts) => write_values::<ByteArrayType>(target, texts, levels),
            ColumnValues::Days(days) => write_values::<Int32Type>(target, days, levels),
            ColumnValues::Counts(units) | ColumnValues::Short(units, _) => {
                write_values::<Int64Type>(target, units, levels)
            }
            ColumnValues::Long(units, _) => write_values::<FixedLenByteArrayType>(target, units, levels),
        }
    }
}

fn write_values<T: DataType>(
    target: &mut SerializedColumnWriter<'_>,
    values: &mut Vec<T::T>,
    levels: &mut Vec<i16>,
) -> io::Result<()> {
    target.typed::<T>().write_batch(values, Some(levels), None).map_err(io::Error::other)?;
    values.clear();
    levels.clear();
    Ok(())
}

/// Ids and words repeat themselves from row to row: they share their bytes.
fn push_text(texts: &mut Vec<ByteArray>, cell: &Cell<'_>) {
    let mut text = Vec::new();
    let bytes = if let Cell::Text(text) = cell {
        text.as_bytes()
    } else {
        write_value(cell, &mut text);
        &text
    };
    match texts.last() {
        Some(last) if last.data() == bytes => texts.push(last.clone()),
        _ => texts.push(ByteArray::from(bytes.to_vec())),
    }
}

/// An amount in units of the last decimal of its column, in which there is room for it.
fn units(amount: Decimal, scale: u32) -> io::Result<i128> {
    let amount = if amount.scale() > scale { amount.normalize() } else { amount };
    let zeros = scale.checked_sub(amount.scale()).and_then(|zeros| 10_i128.checked_pow(zeros));
    let units = zeros.and_then(|zeros| amount.mantissa().checked_mul(zeros));
    units.ok_or_else(|| io::Error::other("an amount is not what it was when its digits were counted"))
}

fn day(date: NaiveDate) -> i32 {
    date.num_days_from_ce() - EPOCH
}

fn too_many_digits(column: &str, whole: u32, scale: u32) -> io::Error {
    let message = Message::error(format!(
        "amounts of {column} have up to {whole} digits before the decimal point and {scale} behind it, and a Parquet \
         file holds {LONG} in all"
    ));
    io::Error::other(message.hint("use -f csv, or choose the rows that have fewer with a filter"))
}

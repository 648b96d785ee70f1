//! The values of one column, some rows at a time, and each as a cell of text.
//!
//! Decimals and integers are written with whole digits and an exponent, so that they say nothing of how the text of other
//! cells is spelled; days and moments as ISO writes them, moments to the second.

use std::io::{self, Write as _};

use ::parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use ::parquet::data_type::{ByteArray, DataType, FixedLenByteArray, Int96};
use ::parquet::errors::ParquetError;
use ::parquet::schema::types::{ColumnDescPtr, ColumnDescriptor};
use chrono::{DateTime, NaiveDate, NaiveDateTime};

use super::damaged;
use super::pages::Pages;

/// What the values of a column mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Text, or bytes that may be.
    Text,
    Whole,
    /// A whole number without a sign.
    Unsigned,
    /// Units of so many decimals.
    Decimal(i32),
    /// Days since 1970.
    Day,
    /// Parts of a second since 1970, of which there are so many.
    Moment(i64),
    Guid,
    /// A number that is exact in binary only.
    Float,
    Truth,
}

impl Meaning {
    pub(super) fn new(column: &ColumnDescriptor) -> Self {
        match column.physical_type() {
            Type::BOOLEAN => return Self::Truth,
            Type::FLOAT | Type::DOUBLE => return Self::Float,
            Type::INT96 => return Self::Moment(1_000_000_000),
            _ => {}
        }
        let is_whole = matches!(column.physical_type(), Type::INT32 | Type::INT64);
        match (column.logical_type_ref(), column.converted_type()) {
            (Some(LogicalType::Decimal(decimal)), _) => Self::Decimal(decimal.scale),
            (_, ConvertedType::DECIMAL) => Self::Decimal(column.type_scale()),
            (Some(LogicalType::Date), _) | (_, ConvertedType::DATE) => Self::Day,
            (Some(LogicalType::Timestamp(moment)), _) => Self::Moment(match moment.unit {
                TimeUnit::MILLIS => 1_000,
                TimeUnit::MICROS => 1_000_000,
                TimeUnit::NANOS => 1_000_000_000,
            }),
            (_, ConvertedType::TIMESTAMP_MILLIS) => Self::Moment(1_000),
            (_, ConvertedType::TIMESTAMP_MICROS) => Self::Moment(1_000_000),
            (Some(LogicalType::Integer(whole)), _) if !whole.is_signed => Self::Unsigned,
            (_, ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64) => {
                Self::Unsigned
            }
            (Some(LogicalType::Uuid), _) => Self::Guid,
            (Some(LogicalType::Float16), _) => Self::Float,
            _ if is_whole => Self::Whole,
            _ => Self::Text,
        }
    }
}

/// A column of a group of rows.
pub(super) struct Values {
    reader: ColumnReader,
    meaning: Meaning,
    is_optional: bool,
    held: Held,
    /// For each row that is held, whether it has a value; empty if all have.
    levels: Vec<i16>,
    row: usize,
    value: usize,
}

enum Held {
    Truths(Vec<bool>),
    Ints(Vec<i32>),
    Longs(Vec<i64>),
    Moments(Vec<Int96>),
    Floats(Vec<f32>),
    Doubles(Vec<f64>),
    Texts(Vec<ByteArray>),
    Fixed(Vec<FixedLenByteArray>),
}

impl Values {
    pub(super) fn new(column: ColumnDescPtr, pages: Pages) -> Self {
        let (meaning, is_optional) = (Meaning::new(&column), column.max_def_level() > 0);
        let reader = get_column_reader(column, Box::new(pages));
        let held = match reader {
            ColumnReader::BoolColumnReader(_) => Held::Truths(Vec::new()),
            ColumnReader::Int32ColumnReader(_) => Held::Ints(Vec::new()),
            ColumnReader::Int64ColumnReader(_) => Held::Longs(Vec::new()),
            ColumnReader::Int96ColumnReader(_) => Held::Moments(Vec::new()),
            ColumnReader::FloatColumnReader(_) => Held::Floats(Vec::new()),
            ColumnReader::DoubleColumnReader(_) => Held::Doubles(Vec::new()),
            ColumnReader::ByteArrayColumnReader(_) => Held::Texts(Vec::new()),
            ColumnReader::FixedLenByteArrayColumnReader(_) => Held::Fixed(Vec::new()),
        };
        Self { reader, meaning, is_optional, held, levels: Vec::new(), row: 0, value: 0 }
    }

    /// Reads as many rows; none may be left of those before.
    pub(super) fn read(&mut self, rows: usize) -> io::Result<()> {
        (self.row, self.value) = (0, 0);
        self.levels.clear();
        let levels = self.is_optional.then_some(&mut self.levels);
        let read = match (&mut self.reader, &mut self.held) {
            (ColumnReader::BoolColumnReader(reader), Held::Truths(held)) => take(reader, rows, levels, held),
            (ColumnReader::Int32ColumnReader(reader), Held::Ints(held)) => take(reader, rows, levels, held),
            (ColumnReader::Int64ColumnReader(reader), Held::Longs(held)) => take(reader, rows, levels, held),
            (ColumnReader::Int96ColumnReader(reader), Held::Moments(held)) => take(reader, rows, levels, held),
            (ColumnReader::FloatColumnReader(reader), Held::Floats(held)) => take(reader, rows, levels, held),
            (ColumnReader::DoubleColumnReader(reader), Held::Doubles(held)) => take(reader, rows, levels, held),
            (ColumnReader::ByteArrayColumnReader(reader), Held::Texts(held)) => take(reader, rows, levels, held),
            (ColumnReader::FixedLenByteArrayColumnReader(reader), Held::Fixed(held)) => {
                take(reader, rows, levels, held)
            }
            _ => Ok(0),
        };
        // An error of ours comes back as it was.
        let read = read.map_err(|error| match error {
            ParquetError::External(error) => error.downcast().map_or_else(damaged, |error| *error),
            error => damaged(error),
        })?;
        if read == rows { Ok(()) } else { Err(damaged("a column has fewer rows than the others")) }
    }

    /// Whether the column has no more rows than were read.
    pub(super) fn is_at_end(&mut self) -> bool {
        self.read(1).is_err()
    }

    /// Writes the cell of the next row; nothing if it is empty.
    pub(super) fn next(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        let is_empty = self.is_optional && self.levels.get(self.row).is_none_or(|level| *level == 0);
        self.row += 1;
        if is_empty {
            return Ok(());
        }
        let at = self.value;
        self.value += 1;
        let whole = match &self.held {
            Held::Ints(values) => {
                let value = values.get(at).copied().unwrap_or_default();
                if self.meaning == Meaning::Unsigned { i128::from(value.cast_unsigned()) } else { value.into() }
            }
            Held::Longs(values) => {
                let value = values.get(at).copied().unwrap_or_default();
                if self.meaning == Meaning::Unsigned { i128::from(value.cast_unsigned()) } else { value.into() }
            }
            Held::Moments(values) => values.get(at).map(nanoseconds).unwrap_or_default(),
            Held::Truths(values) => {
                out.extend_from_slice(if values.get(at) == Some(&true) { b"TRUE" } else { b"FALSE" });
                return Ok(());
            }
            Held::Floats(values) => return write!(out, "{}", values.get(at).copied().unwrap_or_default()),
            Held::Doubles(values) => return write!(out, "{}", values.get(at).copied().unwrap_or_default()),
            Held::Texts(values) => return self.bytes(values.get(at).map_or(&[], ByteArray::data), out),
            Held::Fixed(values) => return self.bytes(values.get(at).map_or(&[], |value| value.data()), out),
        };
        write_number(self.meaning, whole, out)
    }

    fn bytes(&self, bytes: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
        match (self.meaning, bytes.len()) {
            (Meaning::Decimal(_), _) => write_number(self.meaning, whole(bytes)?, out),
            (Meaning::Guid, 16) => {
                for (at, byte) in bytes.iter().enumerate() {
                    write!(out, "{}{byte:02x}", if matches!(at, 4 | 6 | 8 | 10) { "-" } else { "" })?;
                }
                Ok(())
            }
            _ => {
                out.extend_from_slice(bytes);
                Ok(())
            }
        }
    }
}

fn take<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    rows: usize,
    levels: Option<&mut Vec<i16>>,
    held: &mut Vec<T::T>,
) -> Result<usize, ParquetError> {
    held.clear();
    reader.read_records(rows, levels, None, held).map(|(rows, ..)| rows)
}

/// A number of any length up to sixteen bytes, the first of which has the sign.
fn whole(bytes: &[u8]) -> io::Result<i128> {
    let sign = if bytes.first().is_some_and(|first| *first >= 0x80) { -1_i128 } else { 0 };
    let spare = bytes.len().saturating_sub(16);
    let fill = sign.to_be_bytes()[0];
    if bytes[..spare].iter().any(|byte| *byte != fill) {
        return Err(damaged("a decimal has more than 38 digits"));
    }
    Ok(bytes[spare..].iter().fold(sign, |number, byte| (number << 8) | i128::from(*byte)))
}

/// The time since 1970, of a moment as older programs write it: nanoseconds of a day, and the day by astronomers' count.
fn nanoseconds(moment: &Int96) -> i128 {
    let [low, high, day] = [0, 1, 2].map(|at| i128::from(moment.data().get(at).copied().unwrap_or_default()));
    (day - 2_440_588) * 86_400_000_000_000 + (high << 32) + low
}

fn write_number(meaning: Meaning, number: i128, out: &mut Vec<u8>) -> io::Result<()> {
    match meaning {
        Meaning::Decimal(scale) => write_decimal(number, scale, out),
        Meaning::Day => match i64::try_from(number).ok().and_then(day) {
            Some(day) => write!(out, "{}", day.format("%Y-%m-%d")),
            None => write!(out, "day {number}"),
        },
        Meaning::Moment(parts) => match moment(number, parts) {
            Some(moment) if moment.time() == chrono::NaiveTime::MIN => write!(out, "{}", moment.format("%Y-%m-%d")),
            Some(moment) => write!(out, "{}", moment.format("%Y-%m-%dT%H:%M:%S")),
            None => write!(out, "moment {number}"),
        },
        _ => write_whole(number, out),
    }
}

fn write_decimal(mut units: i128, mut scale: i32, out: &mut Vec<u8>) -> io::Result<()> {
    if let Ok(mut short) = i64::try_from(units) {
        while scale > 0 && short % 10 == 0 {
            (short, scale) = (short / 10, scale - 1);
        }
        units = short.into();
    }
    while scale > 0 && units % 10 == 0 {
        (units, scale) = (units / 10, scale - 1);
    }
    write_whole(units, out)?;
    if scale > 0 { write!(out, "E-{scale}") } else { Ok(()) }
}

/// Most numbers fit eight bytes, of which the digits are found much sooner.
fn write_whole(number: i128, out: &mut Vec<u8>) -> io::Result<()> {
    match i64::try_from(number) {
        Ok(number) => {
            out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
            Ok(())
        }
        Err(_) => write!(out, "{number}"),
    }
}

fn day(days: i64) -> Option<NaiveDate> {
    NaiveDate::default().checked_add_signed(chrono::TimeDelta::try_days(days)?)
}

fn moment(number: i128, parts: i64) -> Option<NaiveDateTime> {
    let seconds = i64::try_from(number.div_euclid(parts.into())).ok()?;
    Some(DateTime::from_timestamp(seconds, 0)?.naive_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(meaning: Meaning, number: i128) -> String {
        let mut out = Vec::new();
        write_number(meaning, number, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn decimals_show_no_zeros_that_their_column_adds() {
        for (units, scale, expected) in [
            (123_450, 2, "12345E-1"),
            (-5, 2, "-5E-2"),
            (70_000, 2, "700"),
            (0, 18, "0"),
            (7, 0, "7"),
            (i128::MAX, 38, "170141183460469231731687303715884105727E-38"),
        ] {
            assert_eq!(text(Meaning::Decimal(scale), units), expected);
        }
    }

    #[test]
    fn days_and_moments_are_those_of_the_calendar() {
        assert_eq!(text(Meaning::Day, 19_174), "2022-07-01");
        assert_eq!(text(Meaning::Day, -719_162), "0001-01-01");
        assert_eq!(text(Meaning::Day, i64::MAX.into()), "day 9223372036854775807");
        assert_eq!(text(Meaning::Moment(1_000), 1_656_633_600_000), "2022-07-01");
        assert_eq!(text(Meaning::Moment(1_000_000), 1_659_311_999_999_999), "2022-07-31T23:59:59");
        assert_eq!(text(Meaning::Moment(1_000), -1), "1969-12-31T23:59:59");
        let mut older = Int96::new();
        older.set_data(0, 0, 2_440_588 + 19_174);
        assert_eq!(text(Meaning::Moment(1_000_000_000), nanoseconds(&older)), "2022-07-01");
    }

    #[test]
    fn numbers_of_any_length_have_their_sign_in_front() {
        for (bytes, number) in [
            (&[][..], 0),
            (&[5], 5),
            (&[0xff], -1),
            (&[0xff, 0x7f], -129),
            (&[1, 0], 256),
            (&[0; 17], 0),
            (&[0xff; 20], -1),
        ] {
            assert_eq!(whole(bytes).unwrap(), number, "{bytes:?}");
        }
        let long = [&[1][..], &[0; 16]].concat();
        assert!(whole(&long).is_err());
    }
}

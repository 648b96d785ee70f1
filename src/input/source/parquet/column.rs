//! The values of one column, some rows at a time, and each as a cell of text: a dictionary's once for all rows.
//!
//! Decimals and integers are written with whole digits and an exponent, so that they say nothing of how the text of other
//! cells is spelled; days and moments as ISO writes them, moments to the second.

use std::io::{self, Write as _};
use std::sync::Arc;

use ::parquet::basic::{ConvertedType, Encoding, LogicalType, TimeUnit, Type};
use ::parquet::column::page::{Page, PageMetadata, PageReader};
use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use ::parquet::data_type::{DataType, Int96};
use ::parquet::errors::ParquetError;
use ::parquet::schema::types::{ColumnDescPtr, ColumnDescriptor, ColumnPath};
use chrono::{DateTime, NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;

use super::damaged;
use super::pages::{Pages, values_start};
use crate::input::source::cells::clean;

/// Rows that are decoded at a time.
const ROWS: usize = 2048;

/// What the values of a column mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Text, or bytes that may be; whole numbers and truths.
    Plain,
    /// A whole number without a sign.
    Unsigned,
    /// Units of so many decimals.
    Decimal(i32),
    /// The same in a column whose name says that it holds ids, which are text.
    Id(i32),
    /// Days since 1970.
    Day,
    /// Parts of a second since 1970, of which there are so many.
    Moment(i64),
    Guid,
    /// A number that is exact in binary only.
    Float,
}

impl Meaning {
    pub(super) fn new(column: &ColumnDescriptor) -> Self {
        match column.physical_type() {
            Type::FLOAT | Type::DOUBLE => return Self::Float,
            Type::INT96 => return Self::Moment(1_000_000_000),
            _ => {}
        }
        let is_id = column.name().trim_end().to_ascii_lowercase().ends_with("id");
        let decimal = |scale| if is_id { Self::Id(scale) } else { Self::Decimal(scale) };
        match (column.logical_type_ref(), column.converted_type()) {
            (Some(LogicalType::Decimal(logical)), _) => decimal(logical.scale),
            (_, ConvertedType::DECIMAL) => decimal(column.type_scale()),
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
            _ => Self::Plain,
        }
    }
}

/// The texts of a column's cells: an empty one, those of its dictionary, and those of the rows at hand.
#[derive(Default)]
struct Texts {
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Texts {
    fn add(&mut self, write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> io::Result<()> {
        write(&mut self.bytes)?;
        self.ends.push(self.bytes.len());
        Ok(())
    }

    /// Makes cells of the texts from one on.
    fn clean(&mut self, first: usize) {
        clean(&mut self.bytes[self.ends[first - 1]..]);
    }

    #[inline]
    fn get(&self, number: usize) -> &[u8] {
        let start = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.bytes[start..self.ends[number]]
    }

    fn truncate(&mut self, count: usize) {
        self.ends.truncate(count);
        self.bytes.truncate(self.ends.last().copied().unwrap_or_default());
    }
}

/// A column of a group of rows, some rows of it at a time.
pub(super) struct Column {
    pages: Pages,
    column: ColumnDescPtr,
    meaning: Meaning,
    texts: Texts,
    /// The texts that stay: the empty one and the dictionary's.
    known: usize,
    /// A dictionary in which the place of each text in the column's own stands instead of it.
    places: Option<Page>,
    /// The values of the page at hand, or the places of their texts, of so many rows that are not read yet.
    reader: Option<ColumnReader>,
    has_places: bool,
    left: usize,
    /// For each row at hand its text, up to the row that comes next.
    numbers: Vec<usize>,
    next: usize,
}

impl Column {
    pub(super) fn new(column: ColumnDescPtr, pages: Pages) -> Self {
        let (meaning, texts) = (Meaning::new(&column), Texts { bytes: Vec::new(), ends: vec![0] });
        let (places, reader, numbers) = (None, None, Vec::new());
        Self { pages, column, meaning, texts, known: 1, places, reader, has_places: false, left: 0, numbers, next: 0 }
    }

    /// How many rows are at hand: some, unless the column ends here.
    pub(super) fn ready(&mut self) -> io::Result<usize> {
        if self.next == self.numbers.len() {
            self.next = 0;
            self.numbers.clear();
            if !self.has_places {
                self.texts.truncate(self.known);
            }
            while self.left == 0 {
                self.texts.truncate(self.known);
                let Some(page) = self.pages.next()? else { return Ok(0) };
                self.open(page)?;
            }
            self.decode()?;
        }
        Ok(self.numbers.len() - self.next)
    }

    /// The cell of a row at hand, counted from the next one on.
    #[inline]
    pub(super) fn cell(&self, row: usize) -> &[u8] {
        self.texts.get(self.numbers[self.next + row])
    }

    /// Leaves so many rows behind.
    pub(super) fn pass(&mut self, rows: usize) {
        self.next += rows;
    }

    fn open(&mut self, page: Page) -> io::Result<()> {
        let rows = page.num_values() as usize;
        if page.is_dictionary_page() {
            return self.dictionary(&page, rows);
        }
        let is_text = self.column.physical_type() == Type::BYTE_ARRAY && self.meaning == Meaning::Plain;
        let (is_placed, pages) = match page.encoding() {
            Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY => match &self.places {
                Some(places) => (true, vec![places.clone(), page]),
                None => return Err(damaged("a column has no dictionary")),
            },
            Encoding::PLAIN if is_text => match values_start(&page, self.column.max_def_level() > 0) {
                Some(start) => (true, vec![self.placed(page, start)?]),
                None => (false, vec![page]),
            },
            _ => (false, vec![page]),
        };
        let column = if is_placed { numbers(self.column.max_def_level())? } else { Arc::clone(&self.column) };
        self.reader = Some(get_column_reader(column, Box::new(Ready(pages.into_iter()))));
        (self.has_places, self.left) = (is_placed, rows);
        Ok(())
    }

    /// Takes the texts of a page, and leaves their places instead of them: the library would make a value of each.
    fn placed(&mut self, mut page: Page, start: usize) -> io::Result<Page> {
        let count = page.num_values();
        let (Page::DataPage { buf, .. } | Page::DataPageV2 { buf, .. } | Page::DictionaryPage { buf, .. }) = &mut page;
        let Some((levels, mut rest)) = buf.split_at_checked(start) else {
            return Err(damaged("a page ends within its levels"));
        };
        let mut places = levels.to_vec();
        for _ in 0..count {
            let Some((length, texts)) = rest.split_first_chunk() else { break };
            let text = texts.split_at_checked(u32::from_le_bytes(*length) as usize);
            let (text, after) = text.ok_or_else(|| damaged("a text ends behind its page"))?;
            let place = u32::try_from(self.texts.ends.len()).map_err(damaged)?;
            places.extend_from_slice(&place.to_le_bytes());
            self.texts.add(|out| out.write_all(text))?;
            rest = after;
        }
        self.texts.clean(self.known);
        *buf = places.into();
        Ok(page)
    }

    /// Understands the values of a dictionary, once for all rows.
    fn dictionary(&mut self, page: &Page, count: usize) -> io::Result<()> {
        if self.places.is_some() {
            return Err(damaged("a column has two dictionaries"));
        }
        let column = ColumnDescriptor::new(self.column.self_type_ptr(), 0, 0, self.column.path().clone());
        let values = Page::DataPage {
            buf: page.buffer().clone(),
            num_values: page.num_values(),
            encoding: Encoding::PLAIN,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        let mut reader = get_column_reader(Arc::new(column), Box::new(Ready(vec![values].into_iter())));
        for start in (0..count).step_by(ROWS) {
            texts(&mut reader, self.meaning, ROWS.min(count - start), &mut Vec::new(), &mut self.texts)?;
        }
        self.texts.clean(self.known);
        self.known = self.texts.ends.len();
        let (num_values, encoding) = (page.num_values(), Encoding::PLAIN);
        let buf = (1..=num_values).flat_map(u32::to_le_bytes).collect::<Vec<_>>().into();
        self.places = Some(Page::DictionaryPage { buf, num_values, encoding, is_sorted: false });
        Ok(())
    }

    /// Reads the next rows of the page at hand.
    fn decode(&mut self) -> io::Result<()> {
        let rows = self.left.min(ROWS);
        self.left -= rows;
        let Some(reader) = &mut self.reader else { return Err(damaged("a column has no pages")) };
        let mut levels = Vec::new();
        let mut numbers = match reader {
            ColumnReader::Int32ColumnReader(reader) if self.has_places => {
                let mut places = Vec::with_capacity(rows);
                values(reader, rows, &mut levels, |place| {
                    places.push(usize::try_from(*place).map_err(damaged)?);
                    Ok(())
                })?;
                places
            }
            reader => {
                texts(reader, self.meaning, rows, &mut levels, &mut self.texts)?;
                self.texts.clean(self.known);
                (self.known..self.texts.ends.len()).collect()
            }
        }
        .into_iter();
        if self.column.max_def_level() == 0 {
            self.numbers.extend(numbers);
        } else {
            self.numbers.extend(levels.iter().map(|level| if *level > 0 { numbers.next().unwrap_or(0) } else { 0 }));
        }
        Ok(())
    }
}

/// A column of whole numbers.
fn numbers(max_def_level: i16) -> io::Result<ColumnDescPtr> {
    let number = ::parquet::schema::types::Type::primitive_type_builder("number", Type::INT32).build();
    let number = Arc::new(number.map_err(damaged)?);
    Ok(Arc::new(ColumnDescriptor::new(number, max_def_level, 0, ColumnPath::new(Vec::new()))))
}

/// Pages that were looked at.
struct Ready(std::vec::IntoIter<Page>);

impl Iterator for Ready {
    type Item = Result<Page, ParquetError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(Ok)
    }
}

impl PageReader for Ready {
    fn get_next_page(&mut self) -> Result<Option<Page>, ParquetError> {
        Ok(self.0.next())
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>, ParquetError> {
        Err(ParquetError::General("pages are read in turn".to_owned()))
    }

    fn skip_next_page(&mut self) -> Result<(), ParquetError> {
        self.get_next_page().map(drop)
    }
}

/// Hands over the values of as many rows.
fn values<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    rows: usize,
    levels: &mut Vec<i16>,
    each: impl FnMut(&T::T) -> io::Result<()>,
) -> io::Result<()> {
    let mut values = Vec::with_capacity(rows);
    let (read, ..) = reader.read_records(rows, Some(levels), None, &mut values).map_err(damaged)?;
    if read < rows {
        return Err(damaged("a column has fewer rows than the others"));
    }
    values.iter().try_for_each(each)
}

/// Adds the texts of the values of as many rows.
fn texts(
    reader: &mut ColumnReader,
    meaning: Meaning,
    rows: usize,
    levels: &mut Vec<i16>,
    texts: &mut Texts,
) -> io::Result<()> {
    let is_unsigned = meaning == Meaning::Unsigned;
    let mut number = |number: i128| texts.add(|out| write_number(meaning, number, out));
    match reader {
        ColumnReader::Int32ColumnReader(reader) => values(reader, rows, levels, |value| {
            number(if is_unsigned { value.cast_unsigned().into() } else { (*value).into() })
        }),
        ColumnReader::Int64ColumnReader(reader) => values(reader, rows, levels, |value| {
            number(if is_unsigned { value.cast_unsigned().into() } else { (*value).into() })
        }),
        ColumnReader::Int96ColumnReader(reader) => values(reader, rows, levels, |value| number(nanoseconds(value))),
        ColumnReader::BoolColumnReader(reader) => values(reader, rows, levels, |value| {
            texts.add(|out| out.write_all(if *value { b"TRUE" } else { b"FALSE" }))
        }),
        ColumnReader::FloatColumnReader(reader) => {
            values(reader, rows, levels, |value| texts.add(|out| write!(out, "{value}")))
        }
        ColumnReader::DoubleColumnReader(reader) => {
            values(reader, rows, levels, |value| texts.add(|out| write!(out, "{value}")))
        }
        ColumnReader::ByteArrayColumnReader(reader) => {
            values(reader, rows, levels, |value| texts.add(|out| write_bytes(meaning, value.data(), out)))
        }
        ColumnReader::FixedLenByteArrayColumnReader(reader) => {
            values(reader, rows, levels, |value| texts.add(|out| write_bytes(meaning, value.data(), out)))
        }
    }
}

fn write_bytes(meaning: Meaning, bytes: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
    match (meaning, bytes.len()) {
        (Meaning::Decimal(_) | Meaning::Id(_), _) => write_number(meaning, whole(bytes)?, out),
        (Meaning::Guid, 16) => bytes.iter().enumerate().try_for_each(|(at, byte)| {
            write!(out, "{}{byte:02x}", if matches!(at, 4 | 6 | 8 | 10) { "-" } else { "" })
        }),
        _ => out.write_all(bytes),
    }
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
        Meaning::Id(scale) => {
            let id = u32::try_from(scale).ok().and_then(|scale| Decimal::try_from_i128_with_scale(number, scale).ok());
            if let Some(id) = id { write!(out, "{}", id.normalize()) } else { write_decimal(number, scale, out) }
        }
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
    } else {
        while scale > 0 && units % 10 == 0 {
            (units, scale) = (units / 10, scale - 1);
        }
    }
    write_whole(units, out)?;
    if scale > 0 {
        out.extend_from_slice(b"E-");
        out.extend_from_slice(itoa::Buffer::new().format(scale).as_bytes());
    }
    Ok(())
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

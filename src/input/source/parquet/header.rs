//! What stands before each page of a Parquet file. Source: Apache Parquet, `parquet.thrift`, `PageHeader`.

use ::parquet::basic::Encoding;

use super::compact::{self, Compact};

/// A page's header.
pub(super) struct FileHeader {
    pub(super) kind: ColumnType,
    /// Bytes in the file, and unpacked.
    pub(super) packed: u32,
    pub(super) unpacked: u32,
    pub(super) crc: Option<u32>,
}

/// What a page holds.
#[derive(Clone, Copy)]
pub(super) enum ColumnType {
    Dictionary {
        values: u32,
        encoding: Encoding,
    },
    Data {
        values: u32,
        encoding: Encoding,
        def_levels: Encoding,
        rep_levels: Encoding,
    },
    DataV2 {
        values: u32,
        nulls: u32,
        rows: u32,
        encoding: Encoding,
        def_bytes: u32,
        rep_bytes: u32,
        is_packed: bool,
    },
    /// No values, as an index.
    Other,
}

impl ColumnType {
    pub(super) fn values(self) -> u32 {
        match self {
            Self::Dictionary { values, .. } | Self::Data { values, .. } | Self::DataV2 { values, .. } => values,
            Self::Other => 0,
        }
    }
}

const DATA: i64 = 0;
const DICTIONARY: i64 = 2;
const DATA_V2: i64 = 3;

/// Reads a header; none if it is none, or not whole.
pub(super) fn read(bytes: &mut Compact<'_>) -> Option<FileHeader> {
    let mut numbers = [None; 5];
    let mut kinds = [None; 9];
    bytes.fields(|page, number, kind| match (usize::try_from(number), kind) {
        (Ok(number @ 1..=4), compact::I32) => {
            numbers[number] = Some(page.signed()?);
            Some(())
        }
        (Ok(number @ (5 | 7 | 8)), compact::STRUCT) => {
            kinds[number] = Some(numbers_of(page)?);
            Some(())
        }
        (_, kind) => page.skip(kind),
    })?;
    let number = |at: usize| u32::try_from(numbers[at]?).ok();
    // The checksum is an unsigned number in a signed one's place.
    let crc = numbers[4].and_then(|crc| i32::try_from(crc).ok()).map(i32::cast_unsigned);
    let kind = kind(numbers[1]?, &kinds)?;
    Some(FileHeader { kind, unpacked: number(2)?, packed: number(3)?, crc })
}

/// The numbers among the first fields of a page's own header.
type Numbers = [Option<i64>; 8];

fn numbers_of(page: &mut Compact<'_>) -> Option<Numbers> {
    let mut numbers = [None; 8];
    page.fields(|header, number, kind| match (usize::try_from(number), kind) {
        (Ok(number @ 1..=6), compact::I32) => {
            numbers[number] = Some(header.signed()?);
            Some(())
        }
        // The seventh says whether the page is packed.
        (Ok(7), 1 | 2) => {
            numbers[7] = Some(i64::from(kind == compact::TRUE));
            Some(())
        }
        (_, kind) => header.skip(kind),
    })?;
    Some(numbers)
}

fn kind(kind: i64, kinds: &[Option<Numbers>; 9]) -> Option<ColumnType> {
    let number = |numbers: &Numbers, at: usize| u32::try_from(numbers[at]?).ok();
    Some(match kind {
        DATA => {
            let page = &kinds[5]?;
            let [encoding, def_levels, rep_levels] = [encoding(page[2]?)?, encoding(page[3]?)?, encoding(page[4]?)?];
            ColumnType::Data { values: number(page, 1)?, encoding, def_levels, rep_levels }
        }
        DICTIONARY => ColumnType::Dictionary { values: number(&kinds[7]?, 1)?, encoding: encoding(kinds[7]?[2]?)? },
        DATA_V2 => {
            let page = &kinds[8]?;
            ColumnType::DataV2 {
                values: number(page, 1)?,
                nulls: number(page, 2)?,
                rows: number(page, 3)?,
                encoding: encoding(page[4]?)?,
                def_bytes: number(page, 5)?,
                rep_bytes: number(page, 6)?,
                is_packed: page[7] != Some(0),
            }
        }
        _ => ColumnType::Other,
    })
}

fn encoding(number: i64) -> Option<Encoding> {
    Some(match number {
        0 => Encoding::PLAIN,
        2 => Encoding::PLAIN_DICTIONARY,
        3 => Encoding::RLE,
        #[expect(deprecated, reason = "older files have levels of it")]
        4 => Encoding::BIT_PACKED,
        5 => Encoding::DELTA_BINARY_PACKED,
        6 => Encoding::DELTA_LENGTH_BYTE_ARRAY,
        7 => Encoding::DELTA_BYTE_ARRAY,
        8 => Encoding::RLE_DICTIONARY,
        9 => Encoding::BYTE_STREAM_SPLIT,
        _ => return None,
    })
}

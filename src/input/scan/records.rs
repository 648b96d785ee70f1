//! Splitting a block of bytes into records and fields.
//!
//! The grammar is that of the `csv` crate: a quote opens a field only as its first byte, two quotes inside stand for
//! one, bytes behind the closing quote belong to the field, `\n`, `\r\n` and `\r` end a record, blank lines are none.
//! Written here because it is what reading a report costs most; `csv` is its oracle in the tests.
//!
//! Invariant: a block starts at the start of a record.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memrchr2};
use wide::u8x16;

const LANES: usize = 64;

/// One record: where its fields lie, and the line it starts on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordFields<'a> {
    block: &'a [u8],
    start: usize,
    ends: &'a [u32],
    /// Lines of the block before the record's first.
    pub(crate) line: u32,
    /// Whether a quote was opened that the block does not close.
    pub(crate) unclosed: bool,
    /// Whether a field may stand in quotes.
    may_quote: bool,
}

/// What stands between cells that were not split from a text.
pub(crate) const BETWEEN_CELLS: u8 = 0x1f;

impl<'a> RecordFields<'a> {
    /// A record of cells as they are, each up to its end and with [`BETWEEN_CELLS`] behind it, which none holds.
    pub(crate) fn from_cells(cells: &'a [u8], ends: &'a [u32], line: u32) -> Self {
        Self { block: cells, start: 0, ends, line, unclosed: false, may_quote: false }
    }

    /// The number of fields.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// What is wrong with the number of fields, if there should be `width` of them and only blank ones behind.
    pub(crate) fn shape_fault(&self, width: usize) -> Option<String> {
        let found = self.len();
        let surplus_is_blank = || (width..found).all(|at| self.value(at).trim_ascii().is_empty());
        (found < width || !surplus_is_blank()).then(|| format!("expected {width} fields, found {found}"))
    }

    /// Where the record ends in its block, before its line end.
    pub(crate) fn end(&self) -> usize {
        self.ends.last().map_or(self.start, |end| *end as usize)
    }

    /// Field `index` as it stands in the file, quotes and all.
    #[inline]
    pub(crate) fn raw(&self, index: usize) -> &'a [u8] {
        self.run(index, index)
    }

    /// The stretch from the start of field `first` to the end of field `last`, delimiters and quotes included.
    ///
    /// It determines the values of these fields, so two equal stretches hold equal fields.
    #[inline]
    pub(crate) fn run(&self, first: usize, last: usize) -> &'a [u8] {
        let start = if first == 0 { self.start } else { self.ends[first - 1] as usize + 1 };
        &self.block[start..self.ends[last] as usize]
    }

    /// The value of field `index`, quotes removed.
    #[inline]
    pub(crate) fn value(&self, index: usize) -> Cow<'a, [u8]> {
        let raw = self.raw(index);
        if raw.first() == Some(&b'"') && self.may_quote { unquoted(raw) } else { Cow::Borrowed(raw) }
    }

    /// The values of all fields.
    pub(crate) fn values(&self) -> impl Iterator<Item = Cow<'a, [u8]>> + '_ {
        (0..self.len()).map(|index| self.value(index))
    }
}

/// The value of a field that starts with a quote.
fn unquoted(raw: &[u8]) -> Cow<'_, [u8]> {
    let inner = &raw[1..];
    match memchr(b'"', inner) {
        None => return Cow::Borrowed(inner),
        Some(close) if close + 1 == inner.len() => return Cow::Borrowed(&inner[..close]),
        Some(_) => {}
    }
    let mut value = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(quote) = memchr(b'"', rest) {
        value.extend_from_slice(&rest[..quote]);
        rest = &rest[quote + 1..];
        match rest.strip_prefix(b"\"") {
            Some(after) => {
                value.push(b'"');
                rest = after;
            }
            None => break,
        }
    }
    value.extend_from_slice(rest);
    Cow::Owned(value)
}

/// Splits blocks; reused so that a record costs no allocation.
#[derive(Debug, Default)]
pub(crate) struct Splitter {
    delimiter: u8,
    ends: Vec<u32>,
    starts: Vec<RecordStart>,
}

/// A record of a block: where it starts and the first of its fields' ends.
#[derive(Clone, Copy, Debug)]
struct RecordStart {
    start: u32,
    first_end: u32,
    line: u32,
    unclosed: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct BlockRecords<'a> {
    block: &'a [u8],
    ends: &'a [u32],
    starts: &'a [RecordStart],
    /// The number of lines in the block.
    pub(crate) lines: u32,
}

impl<'a> BlockRecords<'a> {
    /// The number of records.
    pub(crate) fn len(&self) -> usize {
        self.starts.len()
    }

    /// A record.
    #[inline]
    pub(crate) fn get(&self, index: usize) -> RecordFields<'a> {
        let start = self.starts[index];
        let end = self.starts.get(index + 1).map_or(self.ends.len(), |next| next.first_end as usize);
        RecordFields {
            block: self.block,
            start: start.start as usize,
            ends: &self.ends[start.first_end as usize..end],
            line: start.line,
            unclosed: start.unclosed,
            may_quote: true,
        }
    }
}

impl Splitter {
    /// A splitter for fields separated by `delimiter`.
    pub(crate) fn new(delimiter: u8) -> Self {
        Self { delimiter, ends: Vec::new(), starts: Vec::new() }
    }

    /// The same memory for fields separated by `delimiter`.
    pub(crate) fn separated_by(self, delimiter: u8) -> Self {
        Self { delimiter, ..self }
    }

    /// Hands over each record of a block and returns the number of lines in it.
    pub(crate) fn split(&mut self, block: &[u8], mut each: impl FnMut(RecordFields<'_>)) -> u32 {
        let records = self.records(block);
        (0..records.len()).for_each(|index| each(records.get(index)));
        records.lines
    }

    /// Finds the records of a block, which may be 4 GiB at most.
    pub(crate) fn records<'a>(&'a mut self, block: &'a [u8]) -> BlockRecords<'a> {
        let specials = Specials::new(self.delimiter);
        let ends = &mut self.ends;
        // Counted here and not by the vector, which would write its length to memory with each.
        let mut count = 0;
        self.starts.clear();
        let mut start = RecordStart { start: 0, first_end: 0, line: 0, unclosed: false };
        let mut field = 0;
        let mut line = 0;
        let mut base = 0;
        'chunks: while base < block.len() {
            if ends.len() <= count + LANES {
                ends.resize((count + LANES) * 2, 0);
            }
            let mut found = specials.find(block, base);
            while found != 0 {
                let at = base + found.trailing_zeros() as usize;
                found &= found - 1;
                let byte = block[at];
                if byte == self.delimiter {
                    ends[count] = position(at);
                    count += 1;
                    field = at + 1;
                } else if byte == b'"' {
                    if at == field {
                        let close = closing_quote(block, at);
                        start.unclosed = close.is_none();
                        base = close.map_or(block.len(), |close| close + 1);
                        line += line_ends(&block[at..base]);
                        continue 'chunks;
                    }
                } else {
                    if field < at || count > start.first_end as usize {
                        ends[count] = position(at);
                        count += 1;
                        self.starts.push(start);
                    }
                    if byte == b'\n' || block.get(at + 1) != Some(&b'\n') {
                        line += 1;
                    }
                    field = at + 1;
                    start = RecordStart { start: position(field), first_end: position(count), line, unclosed: false };
                }
            }
            base += LANES;
        }
        if field < block.len() || count > start.first_end as usize {
            ends[count] = position(block.len());
            count += 1;
            self.starts.push(start);
            line += 1;
        }
        BlockRecords { block, ends: &self.ends[..count], starts: &self.starts, lines: line }
    }
}

fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Finds the bytes that mean something to the grammar, 64 at a time.
struct Specials {
    delimiter: u8x16,
    quote: u8x16,
    line_feed: u8x16,
    carriage_return: u8x16,
}

impl Specials {
    fn new(delimiter: u8) -> Self {
        Self {
            delimiter: u8x16::splat(delimiter),
            quote: u8x16::splat(b'"'),
            line_feed: u8x16::splat(b'\n'),
            carriage_return: u8x16::splat(b'\r'),
        }
    }

    /// A bit for each such byte among the 64 from `base` on.
    #[inline]
    fn find(&self, block: &[u8], base: usize) -> u64 {
        match block[base..].first_chunk::<LANES>() {
            Some(lanes) => self.find_in(lanes),
            None => {
                let rest = &block[base..];
                let mut lanes = [0; LANES];
                lanes[..rest.len()].copy_from_slice(rest);
                self.find_in(&lanes)
            }
        }
    }

    #[inline]
    fn find_in(&self, lanes: &[u8; LANES]) -> u64 {
        let (quarters, _) = lanes.as_chunks::<16>();
        quarters.iter().rev().fold(0, |found, quarter| (found << 16) | u64::from(self.find_in_quarter(*quarter)))
    }

    #[inline]
    fn find_in_quarter(&self, lanes: [u8; 16]) -> u32 {
        let lanes = u8x16::new(lanes);
        (lanes.simd_eq(self.delimiter)
            | lanes.simd_eq(self.quote)
            | lanes.simd_eq(self.line_feed)
            | lanes.simd_eq(self.carriage_return))
        .to_bitmask()
    }
}

/// Where the field that opens with the quote at `open` closes it.
fn closing_quote(block: &[u8], open: usize) -> Option<usize> {
    let mut from = open + 1;
    loop {
        let quote = from + memchr(b'"', &block[from..])?;
        if block.get(quote + 1) != Some(&b'"') {
            return Some(quote);
        }
        from = quote + 2;
    }
}

/// The number of line ends in a text: `\n`, `\r\n` or `\r`.
pub(crate) fn line_ends(text: &[u8]) -> u32 {
    let feeds = memchr_iter(b'\n', text).count();
    let lone_returns = memchr_iter(b'\r', text).filter(|at| text.get(at + 1) != Some(&b'\n')).count();
    position(feeds + lone_returns)
}

/// The length of the whole records at the start of `block`; `None` if it holds none.
///
/// More bytes follow the block, so neither a `\r` nor a closing quote as its last byte can be understood yet.
pub(crate) fn whole_records(block: &[u8], delimiter: u8) -> Option<usize> {
    let mut end = None;
    let mut from = 0;
    while let Some(quote) = memchr(b'"', &block[from..]).map(|at| from + at) {
        end = last_record_end(block, from, quote).or(end);
        let opens = quote == 0 || matches!(block[quote - 1], b'\n' | b'\r') || block[quote - 1] == delimiter;
        if opens {
            match closing_quote(block, quote) {
                Some(close) if close + 1 < block.len() => from = close + 1,
                _ => return end,
            }
        } else {
            from = quote + 1;
        }
    }
    last_record_end(block, from, block.len()).or(end)
}

/// The end of the last record that ends in `block[from..to]`, where no quote stands.
fn last_record_end(block: &[u8], from: usize, to: usize) -> Option<usize> {
    let at = from + memrchr2(b'\n', b'\r', &block[from..to])?;
    if block[at] == b'\r' && at + 1 == block.len() { last_record_end(block, from, at) } else { Some(at + 1) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Rows = Vec<Vec<Vec<u8>>>;

    fn split(text: &[u8], delimiter: u8) -> Rows {
        let mut rows = Vec::new();
        Splitter::new(delimiter).split(text, |fields| rows.push(fields.values().map(Cow::into_owned).collect()));
        rows
    }

    fn csv_rows(text: &[u8], delimiter: u8) -> Rows {
        csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(text)
            .byte_records()
            .map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect())
            .collect()
    }

    fn lines(text: &[u8]) -> Vec<u32> {
        let mut lines = Vec::new();
        Splitter::new(b',').split(text, |fields| lines.push(fields.line));
        lines
    }

    #[test]
    fn counts_lines_through_breaks_of_every_kind() {
        assert_eq!(lines(b"a,b\r\n\r\n\"c\nd\",e\nf\rg\n"), [0, 2, 4, 5]);
    }

    #[test]
    fn cuts_only_after_whole_records() {
        assert_eq!(whole_records(b"a\nb", b','), Some(2));
        assert_eq!(whole_records(b"a\r", b','), None);
        assert_eq!(whole_records(b"a\r\n\"b\nc", b','), Some(3));
        assert_eq!(whole_records(b"a\n\"b\nc\"", b','), Some(2));
        assert_eq!(whole_records(b"a\n\"b\nc\"\"\n", b','), Some(2));
        assert_eq!(whole_records(b"a\n\"b\nc\"\nd", b','), Some(8));
        assert_eq!(whole_records(b"a\nb\"\nc", b','), Some(5));
    }

    fn ugly_text() -> impl Strategy<Value = Vec<u8>> {
        let pieces = prop_oneof![
            3 => Just(&b","[..]), 2 => Just(&b"\n"[..]), 1 => Just(&b"\r\n"[..]), 1 => Just(&b"\r"[..]),
            2 => Just(&b"\""[..]), 1 => Just(&b"\"\""[..]), 1 => Just(&b";"[..]), 3 => Just(&b"ab"[..]),
            1 => Just(&b"0123456789012345678901234567890123456789"[..]), 1 => Just(&b"\xff"[..]), 1 => Just(&b" "[..]),
        ];
        prop::collection::vec(pieces, 0..80).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn splits_as_csv_does(text in ugly_text(), delimiter in prop_oneof![Just(b','), Just(b';')]) {
            // The csv crate takes a leading byte order mark off; none can arise here.
            prop_assert_eq!(split(&text, delimiter), csv_rows(&text, delimiter));
        }

        #[test]
        fn cutting_changes_nothing(text in ugly_text(), size in 1_usize..40) {
            let mut rows = Vec::new();
            let mut rest = &text[..];
            let mut take = size;
            while !rest.is_empty() {
                let end = if take >= rest.len() { Some(rest.len()) } else { whole_records(&rest[..take], b',') };
                match end {
                    Some(end) => {
                        rows.extend(split(&rest[..end], b','));
                        rest = &rest[end..];
                        take = size;
                    }
                    None => take += size,
                }
            }
            prop_assert_eq!(rows, split(&text, b','));
        }
    }
}

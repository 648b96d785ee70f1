//! Splitting a block of bytes into records and fields.
//!
//! The grammar is that of the `csv` crate: a quote opens a field only as its first byte, two quotes inside stand for
//! one, bytes behind the closing quote belong to the field, `\n`, `\r\n` and `\r` end a record, blank lines are none.
//! Blanks may stand before the quotes of a field that would be whole without them. Bytes behind a closing quote tell of
//! a quote that is out of place, and so of rows that it may have swallowed. Written here because it is what reading a
//! report costs most; `csv` is its oracle in the tests.
//!
//! Invariant: a block starts at the start of a record.

use std::borrow::Cow;

use fearless_simd::{Level, Simd, dispatch};
use memchr::{memchr, memchr_iter, memrchr2};

use super::chunks::{Chunk, Chunks, LANES};
use crate::input::source::cells::{Cells, RecordStart, position};

/// One record: where its fields lie, and the line it starts on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordFields<'a> {
    block: &'a [u8],
    start: usize,
    ends: &'a [u32],
    /// Lines of the block before the record's first.
    pub(crate) line: u32,
    /// Whether a field in quotes holds a line end.
    pub(crate) spans_lines: bool,
    /// Whether a field may stand in quotes.
    may_quote: bool,
}

impl<'a> RecordFields<'a> {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Where the record ends in its block, before its line end.
    pub(crate) fn end(&self) -> usize {
        self.ends.last().map_or(self.start, |end| *end as usize)
    }

    /// The line that the record is, with its line feed; `None` if it has none or may be more than a line.
    pub(crate) fn whole_line(&self) -> Option<&'a [u8]> {
        let end = self.end();
        let feed = self.block[end..].strip_prefix(b"\r").unwrap_or(&self.block[end..]).strip_prefix(b"\n")?;
        (self.may_quote && !self.spans_lines).then(|| &self.block[self.start..self.block.len() - feed.len()])
    }

    /// Whether a byte stands anywhere in the record.
    pub(crate) fn contains(&self, byte: u8) -> bool {
        memchr(byte, &self.block[self.start..self.end()]).is_some()
    }

    #[inline]
    pub(crate) fn begins_with_hash(&self) -> bool {
        self.raw(0).trim_ascii_start().starts_with(b"#")
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
        match raw.first() {
            Some(b'"') if self.may_quote => unquoted(raw),
            Some(b' ') if self.may_quote => unpadded(raw),
            _ => Cow::Borrowed(raw),
        }
    }

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

/// The value of a field that starts with a blank: what stands in quotes behind it, if that is all.
#[cold]
fn unpadded(raw: &[u8]) -> Cow<'_, [u8]> {
    match raw.trim_ascii() {
        quoted @ [b'"', .., b'"'] => {
            let value = unquoted(quoted);
            // Every quote inside is doubled, or one of them closes the field before its end.
            let is_whole = memchr_iter(b'"', &value).count() * 2 + 2 == memchr_iter(b'"', quoted).count();
            if is_whole { value } else { Cow::Borrowed(raw) }
        }
        _ => Cow::Borrowed(raw),
    }
}

/// Splits blocks; reused so that a record costs no allocation.
#[derive(Debug, Default)]
pub(crate) struct Splitter {
    delimiter: u8,
    ends: Vec<u32>,
    starts: Vec<RecordStart>,
    /// The first byte of the block that stands behind a closing quote and ends no field.
    stray: Option<usize>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct BlockRecords<'a> {
    block: &'a [u8],
    ends: &'a [u32],
    starts: &'a [RecordStart],
    stray: Option<usize>,
    may_quote: bool,
}

impl<'a> BlockRecords<'a> {
    /// The rows of a table, which need not be split.
    pub(crate) fn of_cells(cells: &'a Cells) -> Self {
        Self { block: &cells.bytes, ends: &cells.ends, starts: &cells.starts, stray: None, may_quote: false }
    }

    pub(crate) fn len(&self) -> usize {
        self.starts.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = RecordFields<'a>> {
        (0..self.len()).map(|index| self.get(index))
    }

    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.block
    }

    /// The line of the record that opens a quote which the block does not close.
    pub(crate) fn unclosed(&self) -> Option<u32> {
        self.starts.last().filter(|start| start.unclosed).map(|start| start.line)
    }

    /// The lines on which a quote is opened and closed with text behind it, for then one of the two is out of place.
    pub(crate) fn stray_quote(&self) -> Option<(u32, u32)> {
        let stray = self.stray?;
        let record = self.starts.partition_point(|record| record.start as usize <= stray).checked_sub(1)?;
        let RecordStart { start, first_end, .. } = self.starts[record];
        let ends = self.ends[first_end as usize..].iter().take_while(|end| (**end as usize) < stray);
        let opened = ends.last().map_or(start, |end| end + 1) as usize;
        Some((line_ends(&self.block[..opened]), line_ends(&self.block[..stray])))
    }

    #[inline]
    pub(crate) fn get(&self, index: usize) -> RecordFields<'a> {
        let start = self.starts[index];
        let end = self.starts.get(index + 1).map_or(self.ends.len(), |next| next.first_end as usize);
        RecordFields {
            block: self.block,
            start: start.start as usize,
            ends: &self.ends[start.first_end as usize..end],
            line: start.line,
            spans_lines: start.spans_lines,
            may_quote: self.may_quote,
        }
    }
}

impl Splitter {
    pub(crate) fn new(delimiter: u8) -> Self {
        Self { delimiter, ..Self::default() }
    }

    /// The same memory for fields separated by `delimiter`.
    pub(crate) fn separated_by(self, delimiter: u8) -> Self {
        Self { delimiter, ..self }
    }

    pub(crate) fn split(&mut self, block: &[u8], each: impl FnMut(RecordFields<'_>)) {
        self.records(block).iter().for_each(each);
    }

    /// Finds the records of a block, which may be 4 GiB at most.
    pub(crate) fn records<'a>(&'a mut self, block: &'a [u8]) -> BlockRecords<'a> {
        let level = Level::new();
        let fields = dispatch!(level, simd => self.find_records(simd, block));
        BlockRecords { block, ends: &self.ends[..fields], starts: &self.starts, stray: self.stray, may_quote: true }
    }

    /// Finds records and the ends of their fields; returns the number of fields.
    #[expect(clippy::inline_always, reason = "so that it is compiled for each kind of processor")]
    #[inline(always)]
    fn find_records<S: Simd>(&mut self, simd: S, block: &[u8]) -> usize {
        let mut chunks = Chunks::new(simd, self.delimiter);
        let mut ends = FieldEnds { ends: &mut self.ends, count: 0 };
        self.starts.clear();
        self.stray = None;
        let mut start = RecordStart { start: 0, first_end: 0, line: 0, unclosed: false, spans_lines: false };
        let mut line = 0;
        for base in (0..block.len()).step_by(LANES) {
            ends.make_room();
            let Chunk { mut delimiters, mut breaks, quoted, behind } = chunks.next(block, base);
            if behind != 0 && self.stray.is_none() {
                self.stray = first_stray(block, base, behind, self.delimiter);
            }
            while breaks != 0 {
                let lowest = breaks & breaks.wrapping_neg();
                breaks ^= lowest;
                let at = base + lowest.trailing_zeros() as usize;
                if block[at] == b'\n' || block.get(at + 1) != Some(&b'\n') {
                    line += 1;
                }
                if quoted & lowest != 0 {
                    start.spans_lines = true;
                    continue;
                }
                ends.push_all(base, delimiters & (lowest - 1));
                delimiters &= !(lowest - 1);
                if ends.next_field(start) < at || !ends.are_none_since(start) {
                    ends.push(at);
                    self.starts.push(start);
                }
                let (next, first_end) = (position(at + 1), position(ends.count));
                start = RecordStart { start: next, first_end, line, unclosed: false, spans_lines: false };
            }
            ends.push_all(base, delimiters);
        }
        if ends.next_field(start) < block.len() || !ends.are_none_since(start) {
            ends.make_room();
            ends.push(block.len());
            self.starts.push(RecordStart { unclosed: chunks.is_quoted(), ..start });
        }
        ends.count
    }
}

/// The first of some bytes behind closing quotes that is no blank before the field's end.
#[cold]
fn first_stray(block: &[u8], base: usize, mut behind: u64, delimiter: u8) -> Option<usize> {
    while behind != 0 {
        let at = base + behind.trailing_zeros() as usize;
        let text = block.get(at..)?.iter().find(|byte| **byte != b' ');
        if text.is_some_and(|byte| *byte != delimiter && !matches!(byte, b'\n' | b'\r')) {
            return Some(at);
        }
        behind &= behind - 1;
    }
    None
}

/// Ends that are written together.
const AT_ONCE: usize = 8;

struct FieldEnds<'a> {
    ends: &'a mut Vec<u32>,
    /// Counted here and not by the vector, which would write its length to memory with each.
    count: usize,
}

impl FieldEnds<'_> {
    /// Makes room for the ends that may stand in a chunk.
    #[inline]
    fn make_room(&mut self) {
        if self.ends.len() < self.count + 2 * LANES {
            self.ends.resize((self.count + LANES) * 2, 0);
        }
    }

    #[inline]
    fn push(&mut self, at: usize) {
        self.ends[self.count] = position(at);
        self.count += 1;
    }

    /// Adds an end for each bit of the chunk at `base`.
    ///
    /// They are written in groups, whose number is easier to foresee for a processor than that of the ends.
    #[inline]
    fn push_all(&mut self, base: usize, mut found: u64) {
        let base = position(base);
        let count = found.count_ones() as usize;
        let free = &mut self.ends[self.count..][..LANES];
        for group in &mut free.as_chunks_mut::<AT_ONCE>().0[..count.div_ceil(AT_ONCE)] {
            for end in group {
                *end = base + found.trailing_zeros();
                found &= found.wrapping_sub(1);
            }
        }
        self.count += count;
    }

    fn are_none_since(&self, start: RecordStart) -> bool {
        self.count == start.first_end as usize
    }
    #[inline]
    fn next_field(&self, start: RecordStart) -> usize {
        if self.are_none_since(start) { start.start as usize } else { self.ends[self.count - 1] as usize + 1 }
    }
}

/// The length of the records that make up so many first lines of `block`, or of all where that cannot be told.
pub(crate) fn first_records(block: &[u8], lines: usize, delimiter: u8) -> usize {
    let end = memchr_iter(b'\n', block).nth(lines - 1).map(|at| at + 1);
    end.and_then(|end| whole_records(&block[..end], delimiter)).unwrap_or(block.len())
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
    if memchr(b'"', block).is_none() {
        let understood = block.strip_suffix(b"\r").unwrap_or(block);
        return memrchr2(b'\n', b'\r', understood).map(|at| at + 1);
    }
    let level = Level::new();
    dispatch!(level, simd => last_record_end(simd, block, delimiter))
}

/// The same, quotes or not.
#[expect(clippy::inline_always, reason = "see `Splitter::find_records`")]
#[inline(always)]
fn last_record_end<S: Simd>(simd: S, block: &[u8], delimiter: u8) -> Option<usize> {
    let mut chunks = Chunks::new(simd, delimiter);
    let mut end = None;
    for base in (0..block.len()).step_by(LANES) {
        let Chunk { mut breaks, quoted, .. } = chunks.next(block, base);
        breaks &= !quoted;
        if block.len() - base <= LANES && block.ends_with(b"\r") {
            breaks &= !(1 << (block.len() - base - 1));
        }
        if let Some(last) = breaks.checked_ilog2() {
            end = Some(base + last as usize + 1);
        }
    }
    end
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

    fn stray(text: &str) -> Option<(u32, u32)> {
        Splitter::new(b',').records(text.as_bytes()).stray_quote().map(|(opened, closed)| (opened + 1, closed + 1))
    }

    #[test]
    fn text_behind_a_closing_quote_is_noticed() {
        for whole in
            ["a,\"b\"\n", "\"a\"\"b\",c", "\"a\" ,\"b\"  \r\n", "a\"b,c\"d\"\n", "\"\",\"\"\"\"", "\"a\nb\",c\n"]
        {
            assert_eq!(stray(whole), None, "{whole}");
        }
        assert_eq!(stray("x,\"a\"b\n"), Some((1, 1)));
        assert_eq!(stray("x,y\n1,\"a\n2,b\n3,\"c\n"), Some((2, 4)));
        assert_eq!(stray("x\n\"a\" \"b\"\n"), Some((2, 2)));
        // On both sides of the edge of a chunk.
        for length in 55..70 {
            let text = "x".repeat(length);
            assert_eq!(stray(&format!("1,\"{text}\"\n")), None, "{length}");
            assert_eq!(stray(&format!("1,\"{text}\"b\n")), Some((1, 1)), "{length}");
            assert_eq!(stray(&format!("1,\"{text}\n\"b\n")), Some((1, 2)), "{length}");
        }
    }

    #[test]
    fn blanks_may_stand_before_quotes() {
        let rows = split(b"a, \"b\",  \"c \"\"d\"\"\" , \"e\" f\", \"\n", b',');
        assert_eq!(rows, [[&b"a"[..], b"b", b"c \"d\"", b" \"e\" f\"", b" \""]]);
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
            // The csv crate takes a leading byte order mark off; none can arise here. To it, blanks before quotes make
            // these a part of the text.
            let mut rows = Rows::new();
            Splitter::new(delimiter).split(&text, |fields| {
                let value = |at| if fields.raw(at).starts_with(b" ") { fields.raw(at).into() } else { fields.value(at) };
                rows.push((0..fields.len()).map(|at| value(at).into_owned()).collect());
            });
            prop_assert_eq!(rows, csv_rows(&text, delimiter));
        }

        #[test]
        fn any_processor_finds_the_same(text in ugly_text()) {
            let (mut plain, mut best) = (Splitter::new(b','), Splitter::new(b','));
            let level = Level::baseline();
            let fields = dispatch!(level, simd => plain.find_records(simd, &text));
            let found = best.records(&text);
            prop_assert_eq!((&plain.ends[..fields], plain.starts.len()), (found.ends, found.len()));
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

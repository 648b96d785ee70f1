//! Cells that are no text to be split, as rows of records.

/// What stands between cells that were not split from a text.
const BETWEEN_CELLS: u8 = 0x1f;

/// Bytes of cells that are taken at a time.
pub(super) const PIECE: usize = 256 * 1024;

/// A record among others: where it starts, the first of its fields' ends, and the lines before it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordStart {
    pub(crate) start: u32,
    pub(crate) first_end: u32,
    pub(crate) line: u32,
    pub(crate) unclosed: bool,
    pub(crate) spans_lines: bool,
}

/// Some rows: their cells, each with [`BETWEEN_CELLS`] or, as the last of its row, a line end behind it.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    pub(crate) bytes: Vec<u8>,
    /// Where each cell ends.
    pub(crate) ends: Vec<u32>,
    pub(crate) starts: Vec<RecordStart>,
}

impl Cells {
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.starts.clear();
    }

    /// Begins a row below so many lines.
    #[inline]
    pub(crate) fn begin_row(&mut self, line: u32) {
        let (start, first_end) = (position(self.bytes.len()), position(self.ends.len()));
        self.starts.push(RecordStart { start, first_end, line, unclosed: false, spans_lines: false });
    }

    /// Adds a cell that holds nothing that stands between cells.
    #[inline]
    pub(crate) fn push(&mut self, cell: &[u8]) {
        self.bytes.extend_from_slice(cell);
        self.ends.push(position(self.bytes.len()));
        self.bytes.push(BETWEEN_CELLS);
    }

    /// Adds a cell of any text.
    pub(crate) fn push_text(&mut self, cell: &[u8]) {
        let start = self.bytes.len();
        self.push(cell);
        let end = self.bytes.len() - 1;
        clean(&mut self.bytes[start..end]);
    }

    #[inline]
    pub(crate) fn end_row(&mut self) {
        if let Some(last) = self.bytes.last_mut() {
            *last = b'\n';
        }
    }

    /// The cells of a row, by its number among those that are there.
    pub(super) fn row(&self, number: usize) -> impl Iterator<Item = &[u8]> {
        let first = |number: usize| self.starts.get(number).map_or(self.ends.len(), |row| row.first_end as usize);
        let mut start = self.starts[number].start as usize;
        self.ends[first(number)..first(number + 1)].iter().map(move |end| {
            let cell = &self.bytes[start..*end as usize];
            start = *end as usize + 1;
            cell
        })
    }
}

pub(crate) fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Leaves nothing in some texts that stands between cells or rows: a row is a line.
pub(super) fn clean(texts: &mut [u8]) {
    if memchr::memchr3(b'\n', b'\r', BETWEEN_CELLS, texts).is_some() {
        let is_between = |byte: &&mut u8| matches!(**byte, b'\n' | b'\r' | BETWEEN_CELLS);
        texts.iter_mut().filter(is_between).for_each(|byte| *byte = b' ');
    }
}

//! How the records of a file are laid out and spelled: what its start says, for every kind of file that is read.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::model::{DateOrder, Month, Place, is_hidden};

use super::cutter::{Head, Syntax};
use super::records::{RecordFields, Splitter, line_ends};
use crate::input::dialect::{Evidence, Inferred, Spelling};
use crate::input::error::{Fault, Problem, shortened};
use crate::input::source::{Container, Encoding, encoding};
use crate::input::value::{Clues, DecimalMark, amount, date, says_nothing};

/// A column that files of a kind have.
#[derive(Clone, Debug)]
pub(crate) struct ColumnSpec {
    /// Its names, the documented one first.
    pub(crate) names: Vec<&'static str>,
    pub(crate) is_required: bool,
    /// Whether two of its names in one file are a contradiction. Else the first of its names that a file has counts,
    /// for older names may stand beside it with another meaning.
    pub(crate) is_exclusive: bool,
}

/// A kind of file, by its columns.
#[derive(Clone, Debug)]
pub(crate) struct TableKind {
    pub(crate) name: &'static str,
    pub(crate) columns: Vec<ColumnSpec>,
    /// A line that names this many columns is the header, though others may be missing.
    pub(crate) enough: usize,
}

impl TableKind {
    /// Whether a line of folded headers names enough columns.
    pub(crate) fn is_named_by(&self, folded: &[String]) -> bool {
        self.matched(folded) >= self.enough
    }

    /// How many columns a line of folded headers names.
    pub(crate) fn matched(&self, folded: &[String]) -> usize {
        let is_named = |wanted: &&ColumnSpec| folded.iter().any(|header| wanted.is_named(header));
        self.columns.iter().filter(is_named).count()
    }
}

impl ColumnSpec {
    /// Whether a folded header is one of the column's names.
    pub(super) fn is_named(&self, folded: &str) -> bool {
        self.names.iter().any(|name| folded.eq_ignore_ascii_case(name))
    }

    /// The headers that name the column: the one that serves it, and another that contradicts it.
    pub(super) fn serving(&self, folded: &[String]) -> (Option<usize>, Option<usize>) {
        // Names that exclude each other count as one; of others the first that is there.
        let together = if self.is_exclusive { self.names.len().max(1) } else { 1 };
        let places = |names: &[&str]| {
            let is_named = |at: &usize| names.iter().any(|name| folded[*at].eq_ignore_ascii_case(name));
            let mut places = (0..folded.len()).filter(is_named);
            (places.next(), places.next())
        };
        self.names.chunks(together).map(places).find(|(first, _)| first.is_some()).unwrap_or_default()
    }
}

/// A header without what spellings differ in: case, blanks, `_` and `-`, quotes that a byte order mark keeps from being
/// any, and what is not seen.
pub(crate) fn folded(header: &str) -> String {
    let means_nothing = |c: &char| c.is_whitespace() || matches!(c, '_' | '-' | '"') || is_hidden(*c);
    without_marks(header).chars().filter(|c| !means_nothing(c)).flat_map(char::to_lowercase).collect()
}

/// A text without the byte order marks that it begins with, also as they look where UTF-8 was taken for Windows-1252.
pub(super) fn without_marks(text: &str) -> &str {
    let bare = text.trim_start_matches('\u{feff}').trim_start_matches("ï»¿");
    if bare.len() == text.len() { text } else { without_marks(bare) }
}

/// How a file's records are laid out and spelled.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layout {
    pub(crate) syntax: Syntax,
    /// The place of its kind among those that were looked for.
    pub(crate) kind: usize,
    pub(crate) columns: Vec<ColumnSpec>,
    /// For each of them the field that serves it.
    pub(crate) positions: Vec<Option<usize>>,
    /// The headers as they stand in the file; of objects the keys, one for each column, blank where none serves it.
    pub(crate) headers: Vec<String>,
    /// Headers and keys that serve no column.
    pub(crate) ignored: Vec<String>,
    pub(crate) line: u64,
    /// Whether all records begin with `#`, so that it takes none of them out.
    pub(crate) begin_with_hash: bool,
    /// Bytes and lines before the first record.
    pub(crate) before: (usize, u64),
    pub(crate) container: Container,
    /// `None` if its bytes must tell UTF-8 from Windows-1252.
    pub(crate) encoding: Option<Encoding>,
    pub(crate) mark: DecimalMark,
    pub(crate) order: DateOrder,
    /// The minutes by which the zone of moments is ahead of UTC, if that was said.
    pub(crate) utc_offset: Option<i32>,
    /// The first and the last month that there may be records of; any, if there are none.
    pub(crate) months: Option<(Month, Month)>,
    /// What the first records say of the mark and the order.
    pub(crate) evidence: Evidence,
    /// Whether later records may tell another mark or order, in which the file is to be read again.
    pub(crate) is_open: bool,
}

impl Layout {
    /// The layout of fields that have no names, from the first record on.
    pub(crate) fn without_header(head: Head<'_>, delimiter: u8) -> Self {
        Self { syntax: Syntax::Delimited(delimiter), ..Self::blank(head) }
    }

    pub(crate) fn blank(head: Head<'_>) -> Self {
        Self { line: 1, container: head.container, encoding: head.encoding, ..Self::default() }
    }

    /// What stands between two fields; none between the members of an object.
    pub(crate) fn delimiter(&self) -> Option<u8> {
        if let Syntax::Delimited(delimiter) = self.syntax { Some(delimiter) } else { None }
    }

    /// The field that serves a column, if the file has it.
    #[inline]
    pub(crate) fn position(&self, column: impl Into<usize>) -> Option<usize> {
        self.positions[column.into()]
    }

    /// How the file is spelled, without the columns of a report.
    pub(crate) fn spelling(&self, (encoding, decimal, date_order): Inferred) -> Spelling {
        Spelling {
            container: self.container,
            encoding,
            delimiter: self.delimiter(),
            decimal,
            date_order,
            header_line: self.line,
            columns: Default::default(),
            ignored: self.ignored.clone(),
        }
    }

    /// The name that a column is documented by.
    pub(crate) fn name(&self, column: impl Into<usize>) -> &'static str {
        self.columns[column.into()].names.first().copied().unwrap_or_default()
    }

    /// Reads a day as the file's are spelled.
    pub(crate) fn read_day(&self, text: &str) -> Option<(Option<NaiveDate>, Clues)> {
        date::read_local_date(text, self.order, self.utc_offset)
    }

    /// Reads a month as the file's are spelled.
    pub(crate) fn read_month(&self, text: &str) -> Option<(Month, Clues)> {
        date::read_local_month(text, self.order, self.utc_offset)
    }

    /// How many fields every record has; only blank ones may follow.
    pub(crate) fn width(&self) -> usize {
        self.headers.len()
    }

    /// Whether the file's start has a place for a column.
    pub(crate) fn has(&self, column: impl Into<usize>) -> bool {
        self.position(column).is_some_and(|at| !self.headers[at].is_empty())
    }

    /// Whether equal bytes mean equal records under both layouts.
    pub(crate) fn reads_like(&self, other: &Self) -> bool {
        // Cells of a table are not split from a text, and mean nothing by their quotes and commas.
        let how = |layout: &Self| {
            (layout.delimiter(), layout.container.is_table(), layout.encoding, layout.order, layout.mark)
        };
        let shape = |layout: &Self| (layout.width(), layout.begin_with_hash);
        how(self) == how(other) && shape(self) == shape(other) && self.positions == other.positions
    }
}

pub(crate) const EXPECTED_TEXT: &str = "expected text in the file's encoding";

/// A line of a table: where it stands, and its cells by the place of their column among those of the kind.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    /// Where its block starts.
    pub(crate) block: Place,
    pub(crate) layout: &'a Layout,
    pub(crate) fields: &'a RecordFields<'a>,
}

impl<'a> Line<'a> {
    #[inline]
    pub(crate) fn place(&self) -> Place {
        self.block.down(self.fields.line)
    }

    /// A cell as it stands in the file, quotes and all; nothing if the file has no such column.
    #[inline]
    pub(crate) fn raw(&self, column: impl Into<usize>) -> &'a [u8] {
        self.layout.position(column).map_or(&b""[..], |at| self.fields.raw(at))
    }

    #[inline]
    pub(crate) fn value(&self, column: impl Into<usize>) -> Cow<'a, [u8]> {
        self.layout.position(column).map_or(Cow::Borrowed(&b""[..]), |at| self.fields.value(at))
    }

    /// Refuses a line that somebody has taken out by a `#` before it. Of a table it is one if the first cell is wanted: in
    /// others a number or an error may stand.
    #[inline]
    pub(crate) fn refuse_taken_out(&self) -> Result<(), Problem> {
        let is_taken_out = self.fields.begins_with_hash()
            && !self.layout.begin_with_hash
            && (!self.layout.container.is_table() || self.layout.positions.contains(&Some(0)));
        let expected = "expected a record: this line begins with `#`, as if taken out; delete the line, or the `#`";
        if is_taken_out { Err(Problem::new(self.place(), expected)) } else { Ok(()) }
    }

    /// What the text of a cell is read as; `None` if it is no text in the file's encoding.
    pub(crate) fn read<T>(&self, column: impl Into<usize>, read: impl FnOnce(&str) -> T) -> Option<T> {
        encoding::text(&self.value(column), self.layout.encoding).map(|text| read(&text))
    }

    /// The text of a cell without blanks about it; empty if the file has no such column, or says that there is nothing in
    /// one that it need not have; `None` if it is no text.
    pub(crate) fn text(&self, column: impl Into<usize>) -> Option<String> {
        let column = column.into();
        let is_optional = self.layout.columns.get(column).is_some_and(|column| !column.is_required);
        let is_blank = |text: &str| is_optional && says_nothing(text);
        self.read(column, |text| if is_blank(text) { String::new() } else { text.trim().to_owned() })
    }

    /// What is wrong with the number of fields, of which only blank ones may stand behind those of the header.
    #[inline]
    pub(crate) fn misshapen(&self) -> Option<Problem> {
        let (width, found) = (self.layout.width(), self.fields.len());
        let surplus_is_blank = || (width..found).all(|at| self.fields.value(at).trim_ascii().is_empty());
        let is_misshapen = found != width && (found < width || !surplus_is_blank());
        is_misshapen.then(|| Problem::new(self.place(), format!("expected {width} fields, found {found}")))
    }

    /// What a cell means, or what was expected in its place.
    pub(crate) fn understood<T>(
        &self,
        column: impl Into<usize>,
        read: impl FnOnce(&str) -> Option<T>,
        expected: &str,
    ) -> Result<T, Problem> {
        let column = column.into();
        match self.read(column, read) {
            Some(meaning) => meaning.ok_or_else(|| self.reject(column, expected)),
            None => Err(self.reject(column, EXPECTED_TEXT)),
        }
    }

    #[cold]
    pub(crate) fn reject(&self, column: impl Into<usize>, expected: impl Into<String>) -> Problem {
        let column = column.into();
        let value = self.value(column);
        let is_split = self.layout.delimiter().is_some() && !self.layout.container.is_table();
        let value = if is_split { String::from_utf8_lossy(&value).into_owned() } else { self.plain(&value) };
        Problem::new(self.place(), expected).cell(self.layout.name(column), &value)
    }

    /// Whether it is the header once more, as where files were put together. Behind a header that is another one rows would
    /// be read as what they are not.
    #[cold]
    pub(crate) fn is_header(&self) -> Result<bool, Fault> {
        let (layout, place) = (self.layout, self.place());
        let names: Vec<String> = self.fields.values().map(|value| folded(&String::from_utf8_lossy(&value))).collect();
        let is_named = |column: &&ColumnSpec| names.iter().any(|name| column.is_named(name));
        if layout.columns.iter().filter(is_named).count() < 3 {
            return Ok(false);
        }
        let mut columns = layout.columns.iter().zip(&layout.positions);
        if columns.all(|(column, at)| column.serving(&names).0 == *at) {
            return Ok(true);
        }
        let text =
            format!("a second header in another order, or of other columns, than the first (line {})", layout.line);
        Err(Fault::told(Some(place.line), text, "put it and the rows behind it in a file of their own"))
    }

    /// Whether nothing is seen of it: blanks of all kinds, and a mark of the byte order from where files were joined.
    pub(crate) fn is_blank(&self) -> bool {
        let is_unseen = |c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}');
        self.fields.values().all(|value| value.is_empty() || String::from_utf8_lossy(&value).chars().all(is_unseen))
    }

    /// A value for a message; a number with an exponent, as it comes from workbooks and Parquet, without it.
    fn plain(&self, value: &[u8]) -> String {
        let text = String::from_utf8_lossy(value).trim().to_owned();
        let is_number = !text.contains('+') && text.starts_with(|c: char| c.is_ascii_digit() || c == '-');
        let is_exponential = text.contains('E') && is_number;
        let amount = amount::read(value, self.layout.mark).ok().filter(|_| is_exponential);
        amount.map_or(text, |reading| reading.value.to_string())
    }

    /// The cells that are not blank, for a message.
    pub(crate) fn shown(&self) -> String {
        let cells = self.fields.values().map(|value| self.plain(&value));
        shortened(&cells.filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" "))
    }
    /// What is wrong with a record that spans several lines, if one of its cells has no business to, or rows stand within
    /// one. A comment or a name, which `is_free` tells, may have several lines; none of them has the cells of a row, with a
    /// value in the column `telling` that `is_row` knows.
    #[cold]
    pub(crate) fn swallowed(
        &self,
        telling: impl Into<usize>,
        is_row: impl Fn(&str) -> bool,
        is_free: impl Fn(usize) -> bool,
    ) -> Option<Fault> {
        let (delimiter, telling, fields) = (self.layout.delimiter()?, telling.into(), self.fields);
        let cell = (0..fields.len()).find(|cell| {
            let raw = fields.raw(*cell);
            let column = self.layout.positions.iter().position(|at| *at == Some(*cell));
            let is_strict = column.is_some_and(|column| !is_free(column));
            raw.iter().any(is_line_end) && (is_strict || self.holds_row(*cell, (delimiter, telling), &is_row))
        })?;
        let before = if cell == 0 { 0 } else { line_ends(fields.run(0, cell - 1)) };
        let opened = self.place().down(before);
        Some(Fault::stray_quote(opened.line, opened.down(line_ends(fields.raw(cell))).line))
    }

    /// Whether a line of a record would be a row by itself, were there no quotes. The first line tells nothing if the cell
    /// is the record's last, for it has all other cells, and the last line nothing if it is the first.
    fn holds_row(&self, cell: usize, (delimiter, telling): (u8, usize), is_known: impl Fn(&str) -> bool) -> bool {
        let layout = self.layout;
        let is_row = |text: &&[u8]| {
            let mut is_row = false;
            Splitter::new(delimiter).split(text, |cells| {
                let told = layout.position(telling).filter(|at| *at < cells.len()).map(|at| cells.value(at));
                let is_as_wide =
                    layout.width() == cells.len() || layout.width() == 0 && self.fields.len() == cells.len();
                is_row = is_as_wide && told.is_some_and(|told| is_known(&String::from_utf8_lossy(&told)));
            });
            is_row
        };
        let last = self.fields.len() - 1;
        let quoted = self.fields.raw(cell).trim_ascii();
        let mut text = if cell == 0 { Vec::new() } else { [self.fields.run(0, cell - 1), &[delimiter]].concat() };
        let inner = quoted.strip_prefix(b"\"").unwrap_or(quoted);
        text.extend(inner.strip_suffix(b"\"").unwrap_or(inner));
        if cell < last {
            text.push(delimiter);
            text.extend(self.fields.run(cell + 1, last));
        }
        let lines: Vec<&[u8]> = text.split(is_line_end).filter(|text| !text.is_empty()).collect();
        let from = usize::from(cell == last);
        let to = lines.len() - usize::from(cell == 0 && lines.len() > from);
        lines[from..to].iter().any(is_row)
    }
}

fn is_line_end(byte: &u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

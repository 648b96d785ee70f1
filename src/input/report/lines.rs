//! Lines known by their bytes: what downloads repeat is neither split nor understood again, but compared, many lines at
//! once.
//!
//! Invariant: a line stands for a row only if it is equal byte for byte to the one that the row was read from, in a file
//! that is laid out and spelled alike.

use crate::input::value::Clues;
use crate::model::PARTITIONS;

/// Bytes of lines that are kept, by all threads together: the rows of a download of a desk with thousands of credits.
pub(super) const KEPT: usize = 64 * 1024 * 1024;

/// How many more lines may be split although they are kept than are known by their bytes, before no more are kept: in
/// downloads without order none follows the one that it followed before.
const PATIENCE: i32 = 16 * 1024;

/// Bytes that are compared together.
const AT_ONCE: usize = 256;

/// Lines of files that are laid out and spelled alike.
#[derive(Debug, Default)]
pub(super) struct Lines {
    bytes: Vec<u8>,
    known: Vec<KnownLine>,
    /// By partition and row, the place of its line among the known ones.
    of_rows: Vec<Vec<Option<u32>>>,
    /// The place of the line that is likely to come next.
    next: usize,
    /// How many lines were known by their bytes, less those that are kept and yet were split; never more than none.
    score: i32,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct KnownLine {
    /// Where it ends in the bytes.
    end: u32,
    pub(super) row: u32,
    pub(super) clues: Clues,
    pub(super) partition: u8,
}

impl Lines {
    /// The known lines that a text starts with, and how many bytes they are.
    pub(super) fn at_start(&self, text: &[u8]) -> (&[KnownLine], usize) {
        let start = self.end_before(self.next);
        let rest = &self.known[self.next..];
        let equal = equal_at_start(&self.bytes[start..], text);
        let count = rest.partition_point(|line| line.end as usize - start <= equal);
        (&rest[..count], self.end_before(self.next + count) - start)
    }

    pub(super) fn pass(&mut self, count: u32) {
        self.next += count as usize;
        self.score = self.score.saturating_add_unsigned(count).min(0);
    }

    pub(super) fn are_given_up(&self) -> bool {
        self.score < -PATIENCE
    }

    /// Expects what follows a row's line, which is kept if there is none of the row yet and the bytes are not too many.
    pub(super) fn expect_after(&mut self, line: Option<&[u8]>, partition: usize, row: u32, clues: Clues, most: usize) {
        if self.are_given_up() {
            return;
        }
        self.of_rows.resize_with(PARTITIONS, Vec::new);
        let of_rows = &mut self.of_rows[partition];
        if let Some(Some(place)) = of_rows.get(row as usize) {
            self.next = *place as usize + 1;
            self.score -= 1;
            if self.are_given_up() {
                *self = Self { score: self.score, ..Self::default() };
            }
            return;
        }
        if let Some(line) = line.filter(|line| line.is_ascii() && self.bytes.len() + line.len() <= most)
            && let (Ok(place), Ok(end)) =
                (u32::try_from(self.known.len()), u32::try_from(self.bytes.len() + line.len()))
            && let Ok(partition) = u8::try_from(partition)
        {
            self.bytes.extend_from_slice(line);
            self.known.push(KnownLine { end, row, clues, partition });
            of_rows.resize(of_rows.len().max(row as usize + 1), None);
            of_rows[row as usize] = Some(place);
        }
        self.next = self.known.len();
    }

    fn end_before(&self, place: usize) -> usize {
        place.checked_sub(1).map_or(0, |before| self.known[before].end as usize)
    }
}

/// How many bytes two texts have in common from their starts on.
fn equal_at_start(one: &[u8], other: &[u8]) -> usize {
    let mut equal = 0;
    for (one, other) in one.chunks(AT_ONCE).zip(other.chunks(AT_ONCE)) {
        if one != other {
            return equal + one.iter().zip(other).take_while(|(one, other)| one == other).count();
        }
        equal += one.len();
    }
    equal
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: [&[u8]; 3] = [b"a,1\n", b"b,2\n", b"c,3\n"];

    fn lines(most: usize) -> Lines {
        let mut lines = Lines::default();
        for (row, line) in (0..).zip(NEW) {
            lines.expect_after(Some(line), 5, row, Clues::NONE, most);
        }
        lines
    }

    fn rows_at_start(lines: &Lines, text: &[u8]) -> (Vec<u32>, usize) {
        let (known, length) = lines.at_start(text);
        (known.iter().map(|line| line.row).collect(), length)
    }

    #[test]
    fn only_whole_lines_that_follow_the_one_before_are_known() {
        let mut lines = lines(KEPT);
        lines.expect_after(Some(NEW[0]), 5, 0, Clues::NONE, KEPT);
        assert_eq!(rows_at_start(&lines, b"b,2\nc,3\nd,4\n"), (vec![1, 2], 8));
        assert_eq!(rows_at_start(&lines, b"b,2\nc,30\n"), (vec![1], 4));
        assert_eq!(rows_at_start(&lines, b"b,2\nc,3"), (vec![1], 4));
        assert_eq!(rows_at_start(&lines, b"b,2\r\n"), (vec![], 0));
        assert_eq!(rows_at_start(&lines, b"c,3\n"), (vec![], 0));
        lines.pass(2);
        assert_eq!(rows_at_start(&lines, b"a,1\n"), (vec![], 0));
    }

    #[test]
    fn what_is_more_than_a_line_or_too_much_is_not_kept() {
        let mut lines = lines(8);
        assert_eq!((lines.known.len(), lines.bytes.len()), (2, 8));
        lines.expect_after(None, 5, 7, Clues::NONE, KEPT);
        lines.expect_after(Some("é,1\n".as_bytes()), 5, 8, Clues::NONE, KEPT);
        assert_eq!(lines.known.len(), 2);
    }

    #[test]
    fn lines_without_order_are_given_up() {
        let mut lines = lines(KEPT);
        for _ in 0..=PATIENCE {
            assert!(!lines.are_given_up());
            lines.expect_after(Some(NEW[0]), 5, 0, Clues::NONE, KEPT);
        }
        assert!(lines.are_given_up() && lines.bytes.is_empty());
        lines.expect_after(Some(NEW[0]), 5, 0, Clues::NONE, KEPT);
        assert!(lines.known.is_empty());
    }
}

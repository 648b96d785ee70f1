//! The bytes that separate fields and records, found 64 at a time.
//!
//! Which of them stand in quotes is told by counting: behind an odd number of quotes. Invariant: a quote counts only
//! where the grammar lets it open or close a field, so the count is right in any text.

use fearless_simd::{Simd, SimdBase, SimdMask, u8x64};

/// Bytes in a chunk.
pub(super) const LANES: usize = 64;

/// Goes through a block chunk by chunk.
pub(super) struct Chunks<S: Simd> {
    simd: S,
    delimiter: u8x64<S>,
    quote: u8x64<S>,
    line_feed: u8x64<S>,
    carriage_return: u8x64<S>,
    /// Every bit, if the next chunk starts in quotes; otherwise none.
    in_quotes: u64,
    /// The lowest bit, if a quote as the first byte of the next chunk opens a field or follows another.
    may_open: u64,
    /// The lowest bit, if the last byte of the chunk before closes a field.
    closed: u64,
}

/// A bit for each byte of a chunk that means something.
#[derive(Clone, Copy)]
pub(super) struct Chunk {
    /// Delimiters outside quotes.
    pub(super) delimiters: u64,
    /// `\n` and `\r`, also in quotes.
    pub(super) breaks: u64,
    pub(super) quoted: u64,
    /// Bytes right behind a quote that closes a field, where they do not end it.
    pub(super) behind: u64,
}

#[expect(clippy::inline_always, reason = "so that it is compiled for each kind of processor")]
impl<S: Simd> Chunks<S> {
    /// From the start of a record.
    #[inline(always)]
    pub(super) fn new(simd: S, delimiter: u8) -> Self {
        let all = |byte| u8x64::splat(simd, byte);
        Self {
            simd,
            delimiter: all(delimiter),
            quote: all(b'"'),
            line_feed: all(b'\n'),
            carriage_return: all(b'\r'),
            in_quotes: 0,
            may_open: 1,
            closed: 0,
        }
    }

    /// Whether what comes next is in quotes.
    #[inline(always)]
    pub(super) fn is_quoted(&self) -> bool {
        self.in_quotes != 0
    }

    /// What stands among the bytes from `base` on, which follow those that were last asked for.
    #[inline(always)]
    pub(super) fn next(&mut self, block: &[u8], base: usize) -> Chunk {
        let rest = &block[base..];
        let lanes = match rest.first_chunk::<LANES>() {
            Some(lanes) => u8x64::from_slice(self.simd, lanes),
            None => {
                let mut lanes = [0; LANES];
                lanes[..rest.len()].copy_from_slice(rest);
                u8x64::from_slice(self.simd, &lanes)
            }
        };
        let delimiters = lanes.simd_eq(self.delimiter).to_bitmask();
        let breaks = (lanes.simd_eq(self.line_feed) | lanes.simd_eq(self.carriage_return)).to_bitmask();
        let (quoted, behind) = self.quoted(lanes.simd_eq(self.quote).to_bitmask(), delimiters | breaks);
        Chunk { delimiters: delimiters & !quoted, breaks, quoted, behind }
    }

    /// The bytes of the next chunk that are in quotes, each with the quote that opens it and without the one that closes;
    /// and those that stand right behind a quote that closes, and end no field.
    ///
    /// Two quotes in quotes are as good as one that closes and one that opens.
    #[inline(always)]
    fn quoted(&mut self, mut quotes: u64, separators: u64) -> (u64, u64) {
        let mut quoted = self.in_quotes;
        let mut before_field = separators;
        let mut behind = self.closed & !(separators | quotes);
        self.closed = 0;
        if quotes != 0 {
            loop {
                quoted = prefix_xor(quotes) ^ self.in_quotes;
                before_field = separators | quotes & !quoted;
                let stray = quotes & quoted & !(before_field << 1 | self.may_open);
                if stray == 0 {
                    break;
                }
                // All before the first that opens nothing is understood: it is a byte as any other.
                quotes ^= stray & stray.wrapping_neg();
            }
            let closing = quotes & !quoted;
            behind |= closing << 1 & !(separators | quotes);
            self.closed = closing >> (LANES - 1);
        }
        self.may_open = before_field >> (LANES - 1);
        self.in_quotes = (quoted >> (LANES - 1)).wrapping_neg();
        (quoted, behind)
    }
}

/// Whether the number of bits up to each, itself included, is odd.
#[inline]
fn prefix_xor(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

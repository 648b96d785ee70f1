//! The rows of credits in memory that other rows leave behind.

use crate::model::{Row, Rows};

/// Where the rows of a credit are, in the chunks of its part.
#[derive(Clone, Copy, Debug)]
pub(super) struct InChunk {
    pub(super) chunk: u32,
    pub(super) first: u32,
    count: u32,
}

impl InChunk {
    pub(super) fn of(self, chunks: &[Vec<Row>]) -> &[Row] {
        &chunks[self.chunk as usize][self.first as usize..][..self.count as usize]
    }
}

/// Fills chunks with the rows of one credit after the other, none of which two chunks share.
pub(super) struct Chunks {
    empty: Vec<Vec<Row>>,
    filled: Vec<Vec<Row>>,
}

impl Chunks {
    /// In the memory of rows that were copied.
    pub(super) fn in_memory_of(rows: Vec<Rows>) -> Self {
        let mut empty: Vec<Vec<Row>> = rows.into_iter().flat_map(Rows::into_chunks).collect();
        empty.iter_mut().for_each(Vec::clear);
        Self { empty, filled: Vec::new() }
    }

    pub(super) fn put(&mut self, rows: &[Row]) -> InChunk {
        let room = self.filled.last().map_or(0, |chunk| chunk.capacity() - chunk.len());
        if room < rows.len() {
            let next = self.empty.pop().filter(|chunk| chunk.capacity() >= rows.len());
            self.filled.push(next.unwrap_or_else(|| Vec::with_capacity(rows.len())));
        }
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let chunk = self.filled.len() - 1;
        let filled = &mut self.filled[chunk];
        let first = filled.len();
        filled.extend_from_slice(rows);
        InChunk { chunk: number(chunk), first: number(first), count: number(rows.len()) }
    }

    pub(super) fn finish(self) -> Vec<Vec<Row>> {
        self.filled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credits_are_found_where_they_were_put() {
        let rows = |count: u32| (0..count).map(|number| Row { number, ..Row::default() }).collect::<Vec<_>>();
        let mut chunks = Chunks::in_memory_of(vec![rows(1500).into_iter().collect()]);
        let credits: Vec<Vec<Row>> = (1..60).map(rows).chain([rows(5000)]).collect();
        let places: Vec<InChunk> = credits.iter().map(|rows| chunks.put(rows)).collect();
        let chunks = chunks.finish();
        let found: Vec<Vec<Row>> = places.iter().map(|place| place.of(&chunks).to_vec()).collect();
        assert_eq!(found, credits);
    }
}

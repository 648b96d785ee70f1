//! Rows of a ledger in the order of the files.

use crate::model::Row;

use super::part::{Credit, Part, RowRef};
use super::tables::number_of;

/// The rows of a page: so few that they stay in the memory next to a processor.
const PAGE: usize = 4096;

/// Rows that count, in the order of the files, page by page.
///
/// In memory, rows that follow each other in a file are far apart. So a page only notes where its rows are, in the order
/// of memory, and they are fetched and put in their places when the page is turned to.
pub struct Listing<'l> {
    count: usize,
    /// Rows next to each other in memory, each with its part and how many rows are before it.
    chunks: Vec<(u32, u32, &'l [Row])>,
    /// Of each page, which of the rows of all chunks are on it, in rising order.
    pages: Vec<Vec<u32>>,
}

impl<'l> Listing<'l> {
    /// The rows of some credits, which come in the order of the parts that they are in; `count` rows were read.
    pub(super) fn new(parts: &'l [Part], credits: impl Iterator<Item = &'l Credit>, count: usize) -> Self {
        let mut chunks = Vec::new();
        let mut first_chunks = Vec::new();
        let mut next = 0;
        for part in parts {
            first_chunks.push(chunks.len());
            for rows in &part.chunks {
                chunks.push((part.number, next, rows.as_slice()));
                next += number_of(rows.len());
            }
        }
        let mut pages = vec![Vec::new(); count.div_ceil(PAGE)];
        for credit in credits {
            let part = credit.part as usize;
            let (_, first, _) = chunks[first_chunks[part] + credit.chunk as usize];
            for (at, row) in (first + credit.first..).zip(parts[part].rows(credit)) {
                pages[row.number as usize / PAGE].push(at);
            }
        }
        Self { count, chunks, pages }
    }

    pub fn pages(&self) -> usize {
        self.pages.len()
    }

    /// What `read` makes of each row of a page, in the order of the files; it is given the rows in the order of memory.
    pub fn page<T>(&self, page: usize, read: impl Fn(RowRef) -> Option<T>) -> impl Iterator<Item = T> {
        let mut chunks = self.chunks.iter();
        let mut chunk = chunks.next();
        let mut in_place: Vec<Option<T>> =
            std::iter::repeat_with(|| None).take(PAGE.min(self.count - page * PAGE)).collect();
        for at in &self.pages[page] {
            while let Some((part, first, rows)) = chunk {
                if let Some(row) = rows.get((at - first) as usize) {
                    in_place[row.number as usize % PAGE] = read(RowRef { part: *part, row: *row });
                    break;
                }
                chunk = chunks.next();
            }
        }
        in_place.into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use crate::ledger::sample::ledger;

    #[test]
    fn rows_come_as_the_files_have_them_page_by_page() {
        let row = |month, customer| format!("c{customer} 2024-{month:02} 10 Active 90 2024-01-01 -");
        // In another order each month, so that pages and credits share no more than a few rows.
        let months = (1..=12).flat_map(|month| (0..500).map(move |at| row(month, at * (month * 2 + 1) % 499)));
        let rows: Vec<String> = months.collect();
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let files = rows.split_at(2500);
        let ledger = ledger(&[files.0, files.1]);
        let listing = ledger.listing(ledger.credits().iter());
        assert_eq!(listing.pages(), 2);
        let read = |row| Some((ledger.place(row), ledger.key(row).identity.customer.clone(), ledger.month(row)));
        let listed: Vec<_> = (0..listing.pages()).flat_map(|page| listing.page(page, read)).collect();
        // Customer 0 stands in each month twice; one of its equal rows counts.
        assert_eq!(listed.len(), 499 * 12);
        assert!(listed.is_sorted_by_key(|(place, ..)| *place));
        for (place, customer, month) in listed {
            let line = usize::try_from(place.line).unwrap() - 2;
            let row = if place.file == 0 { files.0[line] } else { files.1[line] };
            assert!(row.starts_with(&format!("{} {month} ", customer.as_str())), "{row}");
        }
    }

    #[test]
    fn credits_that_are_not_wanted_are_left_out() {
        let ledger = ledger(&[&["a 2024-01 1 Active 9 - -", "b 2024-01 1 Active 9 - -", "a 2024-02 2 Active 8 - -"]]);
        let of_a = ledger.credits().iter().filter(|credit| ledger.identity(credit).customer.as_str() == "a");
        let lines: Vec<u64> = ledger.listing(of_a).page(0, |row| Some(ledger.place(row).line)).collect();
        assert_eq!(lines, [2, 4]);
    }
}

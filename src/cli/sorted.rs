//! Credits in the order in which rows are printed.

use std::ops::Range;

use crate::ledger::{Credit, Ledger};

/// Credits of a part: enough that handing it to a thread pays, few enough that its rows stay in a core's cache until they
/// are written.
const PART: usize = 32;

/// The credits of a ledger by identity, then first day, in parts that never divide an identity.
pub(super) struct Sorted {
    places: Vec<usize>,
    parts: Vec<Range<usize>>,
}

impl Sorted {
    pub(super) fn new(ledger: &Ledger) -> Self {
        let places = ledger.sorted();
        let mut parts = Vec::new();
        let mut start = 0;
        let mut end = 0;
        for group in groups(ledger, &places) {
            end += group.len();
            if end - start >= PART || end == places.len() {
                parts.push(start..end);
                start = end;
            }
        }
        Self { places, parts }
    }

    pub(super) fn parts(&self) -> usize {
        self.parts.len()
    }

    /// The credits of a part, those of one identity together.
    pub(super) fn part<'l>(&self, ledger: &'l Ledger, part: usize) -> impl Iterator<Item = Vec<&'l Credit>> {
        let places = &self.places[self.parts[part].clone()];
        groups(ledger, places).map(|group| group.iter().map(|place| &ledger.credits()[*place]).collect())
    }
}

/// The places whose credits share an identity, together.
fn groups<'p>(ledger: &Ledger, places: &'p [usize]) -> impl Iterator<Item = &'p [usize]> {
    let identity = |place: &usize| ledger.identity_number(&ledger.credits()[*place]);
    places.chunk_by(move |one, next| identity(one) == identity(next))
}

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
        for group in groups(ledger, &places) {
            if group.end - start >= PART || group.end == places.len() {
                parts.push(start..group.end);
                start = group.end;
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
        groups(ledger, places).map(|group| places[group].iter().map(|place| &ledger.credits()[*place]).collect())
    }
}

/// The stretches of places whose credits share an identity.
fn groups(ledger: &Ledger, places: &[usize]) -> impl Iterator<Item = Range<usize>> {
    let identity = |at: usize| ledger.identity_number(&ledger.credits()[places[at]]);
    let mut start = 0;
    std::iter::from_fn(move || {
        let first = start;
        (first < places.len()).then(|| {
            start += 1;
            while start < places.len() && identity(start) == identity(first) {
                start += 1;
            }
            first..start
        })
    })
}

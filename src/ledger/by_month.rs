//! Putting rows of different months in order.

use crate::model::month::Month;

use super::row::DatedRow;

/// A place without a row.
const NONE: usize = usize::MAX;

/// Sorts the rows of one credit after the other, in the same memory.
#[derive(Debug, Default)]
pub(super) struct ByMonth {
    rows: Vec<DatedRow>,
    /// For each month from the first on, where its row is.
    places: Vec<usize>,
}

impl ByMonth {
    /// Puts the rows of a credit in order: each month has one row and hardly any is without, so each row is put in its
    /// month's place, which costs a quarter of comparing them. Where two are of one month, those keep their order.
    pub(super) fn sort(&mut self, rows: &mut [DatedRow]) {
        if !is_monthly(rows) && !self.put_in_place(rows) {
            rows.sort_by_key(|row| row.month);
        }
    }

    /// `false`, and nothing is moved, if two rows are of one month, or the months lie far apart.
    fn put_in_place(&mut self, rows: &mut [DatedRow]) -> bool {
        let months = || rows.iter().map(|row| row.month);
        let (Some(first), Some(last)) = (months().min(), months().max()) else { return true };
        let place = |month: Month| month.ordinal() - first.ordinal();
        if place(last) > rows.len() * 4 {
            return false;
        }
        self.places.clear();
        self.places.resize(place(last) + 1, NONE);
        for (at, row) in rows.iter().enumerate() {
            if std::mem::replace(&mut self.places[place(row.month)], at) != NONE {
                return false;
            }
        }
        self.rows.clear();
        self.rows.extend_from_slice(rows);
        let in_order = self.places.iter().filter(|place| **place != NONE);
        for (row, place) in rows.iter_mut().zip(in_order) {
            *row = self.rows[*place];
        }
        true
    }
}

/// Whether rows have a month each, in order.
pub(super) fn is_monthly(rows: &[DatedRow]) -> bool {
    rows.windows(2).all(|pair| pair[0].month < pair[1].month)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ledger::row::RowRef;
    use crate::model::report::Row;

    proptest! {
        #[test]
        fn sorts_as_a_stable_sort_does(months in prop::collection::vec(1_u32..=12, 0..12), years in 1_i32..200) {
            let row = |(at, month): (u16, &u32)| {
                let month = Month::new(years * i32::from(at % 3 + 1), *month).unwrap();
                DatedRow { month, row: RowRef::default(), values: Row { status: at, ..Row::default() } }
            };
            let mut rows: Vec<DatedRow> = (0..).zip(&months).map(row).collect();
            let mut expected = rows.clone();
            expected.sort_by_key(|row| row.month);
            ByMonth::default().sort(&mut rows);
            let told = |rows: &[DatedRow]| rows.iter().map(|row| (row.month, row.values.status)).collect::<Vec<_>>();
            prop_assert_eq!(told(&rows), told(&expected));
        }
    }
}

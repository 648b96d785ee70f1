//! Putting rows of different months in order.

use crate::model::report::Row;

/// A place without a row.
const NONE: usize = usize::MAX;

/// Sorts the rows of one credit after the other, in the same memory.
#[derive(Debug, Default)]
pub(super) struct ByMonth {
    rows: Vec<Row>,
    /// For each month from the first on, where its row is.
    places: Vec<usize>,
}

impl ByMonth {
    /// Puts the rows of a credit in order: each month has one row and hardly any is without, so each row is put in its
    /// month's place, which costs a quarter of comparing them. Where two are of one month, those keep their order.
    pub(super) fn sort(&mut self, rows: &mut [Row]) {
        if !is_monthly(rows) && !self.put_in_place(rows) {
            rows.sort_by_key(|row| row.month);
        }
    }

    /// `false`, and nothing is moved, if two rows are of one month, or the months lie far apart.
    fn put_in_place(&mut self, rows: &mut [Row]) -> bool {
        let months = || rows.iter().map(|row| row.month);
        let (Some(first), Some(last)) = (months().min(), months().max()) else { return true };
        let place = |month: u16| usize::from(month - first);
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
pub(super) fn is_monthly(rows: &[Row]) -> bool {
    rows.windows(2).all(|pair| pair[0].month < pair[1].month)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sorts_as_a_stable_sort_does(months in prop::collection::vec(0_u16..12, 0..12), apart in 1_u16..200) {
            let month = |(number, month): (u32, &u16)| Row { month: month * apart, number, ..Row::default() };
            let mut rows: Vec<Row> = (0..).zip(&months).map(month).collect();
            let mut expected = rows.clone();
            expected.sort_by_key(|row| row.month);
            ByMonth::default().sort(&mut rows);
            prop_assert_eq!(rows, expected);
        }
    }
}

//! One cell to an amount, a date or a month, with what its spelling leaves open.

pub mod amount;
pub(crate) mod date;
pub(crate) mod settled;
